//! Which personal value stands where: a pure fold from events to the fields people read.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use spoor_domain::kernel::{OrganisationId, Personal, PersonalContent};
use spoor_domain::trajectory::event::{
    Assessment, CorrectedValue, CriterionAssessed, Participant, Piece, Request, TrajectoryEvent,
};
use spoor_domain::trajectory::vocabulary::{CorrectableField, PieceKind};

use super::row::{PersonalField, PersonalValue};

/// A personal value whose type no longer matters: sealed, it is only carried.
pub(crate) type Untyped = Personal<serde_json::Value>;

/// Where a personal value stands within a dossier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub field: PersonalField,
    /// The event it belongs to; 0 for the fields of which a dossier has one.
    pub sequence: u64,
    /// Which one of several within that: a criterion, an appointment; else empty.
    pub part: String,
}

/// The values an event sets. What it does not name stays as it was.
pub(crate) type PersonalValues = BTreeMap<Place, Untyped>;

/// The same value, its type forgotten.
pub(crate) fn untyped<T: Serialize>(value: &Personal<T>) -> Untyped {
    let content = match &value.content {
        PersonalContent::Clear(clear) => PersonalContent::Clear(serde_json::json!(clear)),
        PersonalContent::Sealed { envelope, at } => {
            PersonalContent::Sealed { envelope: envelope.clone(), at: at.clone() }
        }
        PersonalContent::Withheld(reason) => PersonalContent::Withheld(*reason),
    };
    Personal { subject: value.subject, content }
}

/// The personal values of a dossier as these events, each with its sequence, leave them: sealed, in the order of the
/// fields. The same that [`personal`](super::personal()) reads from the view.
pub fn standing_values<'a>(events: impl IntoIterator<Item = (u64, &'a TrajectoryEvent)>) -> Vec<PersonalValue> {
    let mut values = PersonalValues::new();
    for (sequence, event) in events {
        note(sequence, event, &mut values);
    }
    let value = |(Place { field, sequence, part }, value)| PersonalValue { field, sequence, part, value };
    values.into_iter().map(value).collect()
}

/// Of the values that stand, the one whose place a correction of this field of this event takes; none for the day of a step,
/// which is not personal.
pub fn to_be_corrected(values: &[PersonalValue], sequence: u64, field: CorrectableField) -> Option<&PersonalValue> {
    let place = corrected_place(sequence, field)?;
    values.iter().find(|value| (value.field, value.sequence, &value.part) == (place.field, place.sequence, &place.part))
}

/// A personal value of a dossier that was ever said and that the log keeps: in these very words, from one event to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Wording {
    /// The value, where it stands or stood.
    pub value: PersonalValue,
    /// The sequence of the event that brought it.
    pub brought_at: u64,
    /// The sequence of the event that took its place; none while it stands.
    pub superseded_at: Option<u64>,
    /// Whether that was a correction of it; otherwise it stands, or was said anew or replaced.
    pub corrected: bool,
    /// Who got a bundle with this very value: one that prints it, and was put together while the value stood.
    pub handed_over_to: BTreeSet<OrganisationId>,
}

/// Every personal value that these events of a dossier, each with its sequence, brought: sealed, first those whose place was
/// taken, in the order in which it was, then those that stand.
pub fn wordings<'a>(events: impl IntoIterator<Item = (u64, &'a TrajectoryEvent)>) -> Vec<Wording> {
    let (mut standing, mut superseded) = (BTreeMap::<Place, Wording>::new(), Vec::<Wording>::new());
    let mut bundles = BTreeMap::new();
    for (at, event) in events {
        note_bundle(at, event, &mut bundles);
        let mut brought = PersonalValues::new();
        note(at, event, &mut brought);
        for (place, value) in brought {
            let wording = Wording::brought(at, place.clone(), value);
            if let Some(before) = standing.insert(place, wording) {
                let corrected = matches!(event, TrajectoryEvent::FactCorrected { .. });
                superseded.push(Wording { superseded_at: Some(at), corrected, ..before });
            }
        }
    }
    let mut wordings = superseded.into_iter().chain(standing.into_values()).collect::<Vec<_>>();
    for wording in &mut wordings {
        let with_it = bundles.values().filter(|bundle| bundle.says(wording));
        wording.handed_over_to = with_it.flat_map(|bundle| bundle.recipients.iter().cloned()).collect();
    }
    wordings
}

impl Wording {
    fn brought(at: u64, place: Place, value: Untyped) -> Self {
        let Place { field, sequence, part } = place;
        let value = PersonalValue { field, sequence, part, value };
        Self { value, brought_at: at, superseded_at: None, corrected: false, handed_over_to: BTreeSet::new() }
    }

    /// Whether it stands where this value does.
    pub fn stands_where(&self, value: &PersonalValue) -> bool {
        let own = &self.value;
        self.superseded_at.is_none()
            && (own.field, own.sequence, &own.part) == (value.field, value.sequence, &value.part)
    }
}

/// The personal fields that a bundle prints of a piece of this kind, in the order of the form. What is printed is also what
/// its recipient may be told, so both ask here.
pub fn printed(kind: PieceKind) -> &'static [PersonalField] {
    match kind {
        PieceKind::Request => &[
            PersonalField::ParticipantName,
            PersonalField::ParticipantBirthOn,
            PersonalField::ParticipantContact,
            PersonalField::ParticipantLanguage,
            PersonalField::InterpreterNeeded,
            PersonalField::CaseReference,
            PersonalField::OffenceOn,
            PersonalField::Facts,
        ],
        PieceKind::GuideReflection | PieceKind::ParticipantReflection => &[PersonalField::ReportText],
        PieceKind::Advice => &[PersonalField::Motivation],
        PieceKind::Consent | PieceKind::Attendance => &[],
    }
}

/// A bundle: when it was put together, of what, and who got it.
struct HandedOver<'a> {
    assembled_at: u64,
    pieces: &'a [Piece],
    recipients: Vec<OrganisationId>,
}

impl HandedOver<'_> {
    /// Whether it was printed with these very words: a bundle says of its pieces what stands when it is put together.
    fn says(&self, wording: &Wording) -> bool {
        let PersonalValue { field, sequence, .. } = &wording.value;
        let stood = wording.brought_at <= self.assembled_at
            && wording.superseded_at.is_none_or(|taken_at| self.assembled_at < taken_at);
        // A field of which a dossier has one belongs to no event: the request prints it as it stands.
        let of_piece = |piece: &Piece| *sequence == 0 || piece.sequence == *sequence;
        stood && self.pieces.iter().any(|piece| of_piece(piece) && printed(piece.kind).contains(field))
    }
}

/// Notes a bundle that this event put together or handed over, by its number.
fn note_bundle<'a>(at: u64, event: &'a TrajectoryEvent, bundles: &mut BTreeMap<u32, HandedOver<'a>>) {
    if let TrajectoryEvent::BundleAssembled { number, pieces, .. } = event {
        bundles.insert(*number, HandedOver { assembled_at: at, pieces, recipients: Vec::new() });
    }
    if let TrajectoryEvent::BundleDelivered { number, recipient, .. } = event
        && let Some(bundle) = bundles.get_mut(number)
    {
        bundle.recipients.push(recipient.clone());
    }
}

/// Notes what the event with this sequence says about the person.
pub(crate) fn note(sequence: u64, event: &TrajectoryEvent, values: &mut PersonalValues) {
    use PersonalField as F;
    use TrajectoryEvent as E;
    let mut noted = Noted { sequence, values };
    match event {
        E::RequestDrafted { request, .. } | E::TrajectoryRequested { request, .. } => noted.request(request),
        E::ParticipantReplaced { participant, case_reference, offence_on, facts, .. } => {
            noted.participant(participant);
            noted.one(F::CaseReference, case_reference);
            noted.one(F::OffenceOn, offence_on);
            noted.one(F::Facts, facts);
        }
        E::EligibilityPrepared { answers, .. } => noted.answers(answers),
        E::EligibilityAssessed { assessment, .. } | E::EligibilityReassessed { assessment, .. } => {
            noted.assessment(assessment);
        }
        E::GuideReplaced { reason, .. } => noted.maybe(F::GuideReason, reason.as_ref()),
        E::AppointmentPlanned { appointment, interpreter, companions, .. } => {
            noted.part(F::AppointmentInterpreter, appointment, interpreter.as_ref());
            noted.part(F::AppointmentCompanions, appointment, companions.as_ref());
        }
        E::AppointmentMoved { appointment, remark, .. }
        | E::AppointmentCancelled { appointment, remark, .. }
        | E::AppointmentMissed { appointment, remark, .. } => {
            noted.part(F::AppointmentRemark, appointment, remark.as_ref());
        }
        E::PreparatoryCallHeld { notes, .. } => noted.maybe(F::Notes, notes.as_ref()),
        E::IndividualTourHeld { adapted_to, .. } => noted.maybe(F::AdaptedTo, adapted_to.as_ref()),
        E::IndividualTourInterrupted { reason, .. } => noted.own(F::InterruptionReason, reason),
        E::InDepthTalkHeld { notes, reason_not_same_day, .. } => {
            noted.maybe(F::Notes, notes.as_ref());
            noted.maybe(F::ReasonNotSameDay, reason_not_same_day.as_ref());
        }
        E::ReflectionReportFiled { text, .. } => noted.own(F::ReportText, text),
        E::ReflectionReportWaived { remark, .. } => noted.maybe(F::WaiverRemark, remark.as_ref()),
        E::ReasonedAdviceIssued { advice, .. } => noted.own(F::Motivation, &advice.motivation),
        E::ReasonedAdviceRevised { advice, reason, .. } => {
            noted.own(F::Motivation, &advice.motivation);
            noted.own(F::RevisionReason, reason);
        }
        E::ProsecutionOutcomeRecorded { remark, .. } => noted.maybe(F::OutcomeRemark, remark.as_ref()),
        E::ProsecutionOutcomeRevised { reason, .. } => noted.own(F::RevisionReason, reason),
        E::RequestRetracted { remark, .. }
        | E::TrajectoryClosed { remark, .. }
        | E::TrajectoryDiscontinued { remark, .. }
        | E::TrajectoryReopened { remark, .. } => noted.maybe(F::EndRemark, remark.as_ref()),
        E::FactCorrected { sequence, field, value, reason, reason_not_same_day, .. } => {
            noted.own(F::CorrectionReason, reason);
            noted.maybe(F::ReasonNotSameDay, reason_not_same_day.as_ref());
            noted.corrected(*sequence, *field, value);
        }
        E::IncidentReported { notes, .. } => noted.own(F::Notes, notes),
        E::ParticipationConsentGiven { .. }
        | E::ParticipationConsentRefused { .. }
        | E::ParticipationConsentWithdrawn { .. }
        | E::SharingConsentGiven { .. }
        | E::SharingConsentWithdrawn { .. }
        | E::ConsentEvidenceAttached { .. }
        | E::GuideAssigned { .. }
        | E::BundleAssembled { .. }
        | E::BundleDelivered { .. }
        | E::BundleReceived { .. }
        | E::TransferOffered { .. }
        | E::TrajectoryTransferred { .. }
        | E::StepAnnulled { .. }
        | E::SubjectsLinked { .. }
        | E::SubjectsUnlinked { .. }
        | E::TrajectoryReassigned { .. }
        | E::ProcessingRestricted { .. }
        | E::RestrictionLifted { .. }
        | E::LegalHoldPlaced { .. }
        | E::LegalHoldLifted { .. }
        | E::ErasureRequested { .. }
        | E::ErasureRefused { .. }
        | E::ErasureConfirmed { .. }
        | E::SubjectKeyDestroyed { .. }
        | E::ErasureCertified { .. }
        | E::RecipientTold { .. } => {}
    }
}

/// Notes the value that a correction brings, without the correction itself.
pub(crate) fn note_correction(event: &TrajectoryEvent, values: &mut PersonalValues) {
    if let TrajectoryEvent::FactCorrected { sequence, field, value, .. } = event {
        Noted { sequence: *sequence, values }.corrected(*sequence, *field, value);
    }
}

/// The values in the order in which a view gives them.
pub(crate) fn in_order(values: PersonalValues) -> Vec<PersonalValue> {
    let value = |(Place { field, sequence, part }, value)| PersonalValue { field, sequence, part, value };
    let mut values = values.into_iter().map(value).collect::<Vec<_>>();
    values.sort_by(|one, other| {
        let key = |value: &PersonalValue| (value.sequence, value.field.code());
        key(one).cmp(&key(other)).then_with(|| one.part.cmp(&other.part))
    });
    values
}

/// The field a correction is about, and the event it stands in; none for the day of a step, which is not personal.
pub(crate) fn corrected_place(sequence: u64, field: CorrectableField) -> Option<Place> {
    let (field, sequence) = match field {
        CorrectableField::ParticipantName => (PersonalField::ParticipantName, 0),
        CorrectableField::ParticipantBirthOn => (PersonalField::ParticipantBirthOn, 0),
        CorrectableField::ParticipantContact => (PersonalField::ParticipantContact, 0),
        CorrectableField::ParticipantLanguage => (PersonalField::ParticipantLanguage, 0),
        CorrectableField::CaseReference => (PersonalField::CaseReference, 0),
        CorrectableField::OffenceOn => (PersonalField::OffenceOn, 0),
        CorrectableField::Facts => (PersonalField::Facts, 0),
        CorrectableField::Notes => (PersonalField::Notes, sequence),
        CorrectableField::ReportText => (PersonalField::ReportText, sequence),
        CorrectableField::Motivation => (PersonalField::Motivation, sequence),
        CorrectableField::HeldOn => return None,
    };
    Some(Place { field, sequence, part: String::new() })
}

/// The values being noted of one event.
struct Noted<'a> {
    sequence: u64,
    values: &'a mut PersonalValues,
}

impl Noted<'_> {
    fn request(&mut self, request: &Request) {
        self.participant(&request.participant);
        self.one(PersonalField::CaseReference, &request.case_reference);
        self.one(PersonalField::OffenceOn, &request.offence_on);
        self.one(PersonalField::Facts, &request.facts);
    }

    fn participant(&mut self, participant: &Participant) {
        self.one(PersonalField::ParticipantName, &participant.name);
        self.one(PersonalField::ParticipantBirthOn, &participant.birth_on);
        self.one(PersonalField::ParticipantContact, &participant.contact);
        self.one(PersonalField::ParticipantLanguage, &participant.language);
        self.one(PersonalField::InterpreterNeeded, &participant.interpreter_needed);
    }

    fn assessment(&mut self, assessment: &Assessment) {
        self.answers(&assessment.answers);
        self.maybe(PersonalField::EligibilityReason, assessment.reason.as_ref());
    }

    fn answers(&mut self, answers: &[CriterionAssessed]) {
        for answer in answers {
            self.part(PersonalField::EligibilityNote, &answer.criterion, answer.note.as_ref());
        }
    }

    fn corrected(&mut self, sequence: u64, field: CorrectableField, value: &CorrectedValue) {
        let Some(place) = corrected_place(sequence, field) else { return };
        let value = match value {
            CorrectedValue::Text(text) => untyped(text),
            CorrectedValue::Day(day) => untyped(day),
            CorrectedValue::StepDay(_) => return,
        };
        self.values.insert(place, value);
    }

    /// A field of which a dossier has one.
    fn one<T: Serialize>(&mut self, field: PersonalField, value: &Personal<T>) {
        self.values.insert(Place { field, sequence: 0, part: String::new() }, untyped(value));
    }

    /// A field of this event.
    fn own<T: Serialize>(&mut self, field: PersonalField, value: &Personal<T>) {
        self.values.insert(Place { field, sequence: self.sequence, part: String::new() }, untyped(value));
    }

    fn maybe<T: Serialize>(&mut self, field: PersonalField, value: Option<&Personal<T>>) {
        if let Some(value) = value {
            self.own(field, value);
        }
    }

    /// One of several of a dossier: of a criterion, of an appointment.
    fn part<T: Serialize>(&mut self, field: PersonalField, part: &impl ToString, value: Option<&Personal<T>>) {
        if let Some(value) = value {
            self.values.insert(Place { field, sequence: 0, part: part.to_string() }, untyped(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use spoor_domain::trajectory::samples;

    use super::*;

    #[test]
    fn a_correction_takes_the_place_of_the_notes_it_corrects_whatever_they_are_about() {
        for reported in [samples::call_held(), samples::talk_held(), samples::incident()] {
            let said_anew = CorrectedValue::Text(samples::about("Anders."));
            let correction = samples::corrected_to(7, CorrectableField::Notes, said_anew);
            let events = [(7, &reported), (8, &correction)];
            let notes = standing_values(events).into_iter().filter(|value| value.field == PersonalField::Notes);
            let said = notes.map(|notes| (notes.sequence, notes.value)).collect::<Vec<_>>();
            assert_eq!(said, [(7, untyped(&samples::about("Anders.")))]);
            let mut before = wordings(events);
            before.retain(|wording| wording.superseded_at.is_some());
            assert!(before.iter().all(|wording| wording.corrected) && before.len() == 1, "{before:?}");
        }
    }
}
