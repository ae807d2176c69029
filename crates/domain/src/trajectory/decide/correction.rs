//! Putting right what was recorded wrongly: a value, a step, a person.

use chrono::NaiveDate;

use super::super::command::{AgeKnown, CorrectionGiven, Minors, ParticipantGiven, Text, TrajectoryCommandKind};
use super::super::event::{CorrectedValue, TrajectoryEvent, TrajectoryEventKind};
use super::super::rejection::TrajectoryRejection as No;
use super::super::vocabulary::{AnnulmentReason, ConsentGiver, CorrectableField, SubjectReason, TrajectoryStatus};
use super::case::{Case, Decision, day_until, text_about};
use super::request::{consent_by, participant, sealed};
use crate::kernel::{Confidential, DossierId, Personal, SubjectId, derived_id};

impl Case<'_> {
    /// By the side that recorded it; the trail keeps both values.
    pub(super) fn correct_fact(
        &self,
        sequence: u64,
        field: CorrectableField,
        (value, standing): (&CorrectionGiven, Option<&CorrectedValue>),
        (reason, reason_not_same_day): (&Text, Option<&Text>),
        age: Option<&AgeKnown>,
    ) -> Decision {
        let correction = derived_id(self.context.command_id, "correction");
        if self.dossier.notices.contains(&correction) {
            return self.already_done(TrajectoryCommandKind::CorrectFact);
        }
        let entry = self.state.entry(sequence).filter(|entry| !entry.annulled);
        let event = entry.ok_or(No::EventNotFound { sequence })?.kind;
        // What was written about a replaced person stays with that person.
        if !correctable(field, event) || sequence < self.dossier.participant_named {
            return Err(No::FieldNotCorrectable { field, event });
        }
        if !self.state.may_amend(sequence, self.context.actor.role) {
            return Err(No::RecordedByAnother);
        }
        let corrected = self.corrected(sequence, field, value)?;
        let changes_nothing = match &corrected {
            CorrectedValue::StepDay(day) => self.day_of(sequence) == Some(*day),
            sealed => standing == Some(sealed),
        };
        if changes_nothing {
            return self.already_done(TrajectoryCommandKind::CorrectFact);
        }
        Ok(TrajectoryEvent::FactCorrected {
            occurred_on: self.today(),
            correction,
            sequence,
            field,
            reason: self.text("reason", reason)?,
            consent_by: self.consent_by_then(field, value, age)?,
            reason_not_same_day: self.parted(sequence, &corrected, reason_not_same_day)?,
            value: corrected,
        })
    }

    /// The latest step only, and only before anything left the house.
    pub(super) fn annul_step(&self, sequence: u64, reason: AnnulmentReason) -> Decision {
        let latest = self.state.annullable_step().ok_or(No::StepStays)?;
        if latest != sequence {
            return Err(No::NotTheLatestStep { latest });
        }
        Ok(TrajectoryEvent::StepAnnulled { occurred_on: self.today(), sequence, reason })
    }

    /// The right person gets a subject of their own, so that the wrong one can be erased alone.
    pub(super) fn replace_participant(
        &self,
        subject: SubjectId,
        given: &ParticipantGiven,
        (case_reference, facts): (&Text, &Text),
        offence_on: &Confidential<NaiveDate>,
        minors: &Minors,
    ) -> Decision {
        if self.state.subjects().contains(&subject) {
            return Err(No::SubjectNotNew);
        }
        Ok(TrajectoryEvent::ParticipantReplaced {
            occurred_on: self.today(),
            wrong_subject: self.dossier.subject,
            subject,
            participant: participant(subject, given)?,
            case_reference: text_about(subject, "caseReference", case_reference)?,
            offence_on: sealed(subject, offence_on),
            facts: text_about(subject, "facts", facts)?,
            consent_by: consent_by(given.birth_on.0, offence_on.0, minors, self.today())?,
            reason: SubjectReason::WrongPerson,
        })
    }

    pub(super) fn link_subjects(&self, other_subject: SubjectId, other_dossier: DossierId) -> Decision {
        if self.state.subjects().contains(&other_subject) {
            return Err(No::LinkToItself);
        }
        if self.dossier.linked.iter().any(|link| link.other_subject == other_subject) {
            return self.already_done(TrajectoryCommandKind::LinkSubjects);
        }
        Ok(TrajectoryEvent::SubjectsLinked {
            occurred_on: self.today(),
            subject: self.dossier.subject,
            other_subject,
            other_dossier,
            reason: SubjectReason::SamePerson,
        })
    }

    pub(super) fn unlink_subjects(&self, other_subject: SubjectId) -> Decision {
        let link = self.dossier.linked.iter().find(|link| link.other_subject == other_subject);
        let subject = link.ok_or(No::LinkNotFound)?.subject;
        let (occurred_on, reason) = (self.today(), SubjectReason::NotTheSamePerson);
        Ok(TrajectoryEvent::SubjectsUnlinked { occurred_on, subject, other_subject, reason })
    }

    fn corrected(&self, sequence: u64, field: CorrectableField, value: &CorrectionGiven) -> Result<CorrectedValue, No> {
        use CorrectableField::{HeldOn, OffenceOn, ParticipantBirthOn};
        match (field, value) {
            (HeldOn, CorrectionGiven::StepDay(day)) => Ok(CorrectedValue::StepDay(self.moved_day(sequence, *day)?)),
            (ParticipantBirthOn | OffenceOn, CorrectionGiven::Day(day)) => {
                day_until("value", day.0, self.today())?;
                Ok(CorrectedValue::Day(sealed(self.dossier.subject, day)))
            }
            (HeldOn | ParticipantBirthOn | OffenceOn, _) => Err(No::value_does_not_fit(field)),
            (_texts, CorrectionGiven::Text(text)) => Ok(CorrectedValue::Text(self.text("value", text)?)),
            (_texts, CorrectionGiven::Day(_) | CorrectionGiven::StepDay(_)) => Err(No::value_does_not_fit(field)),
        }
    }

    /// Who has to consent by the corrected birth date or offence date, where that changes it. The days are checked like
    /// those of a request; a consent that stands is not made somebody else's afterwards.
    fn consent_by_then(
        &self,
        field: CorrectableField,
        value: &CorrectionGiven,
        age: Option<&AgeKnown>,
    ) -> Result<Option<ConsentGiver>, No> {
        let CorrectionGiven::Day(Confidential(day)) = value else { return Ok(None) };
        let AgeKnown { other_day: Confidential(other), minors_allowed } = age.ok_or(No::AgeUnknown)?;
        let (birth_on, offence_on) = match field {
            CorrectableField::ParticipantBirthOn => (*day, *other),
            _the_day_of_the_offence => (*other, *day),
        };
        let expected = consent_by(birth_on, offence_on, minors_allowed, self.today())?;
        if expected == self.dossier.consent_by {
            return Ok(None);
        }
        let withdrawn = self.state.status() == Some(TrajectoryStatus::Withdrawn);
        match self.dossier.stage.consent() {
            Some(_) if !withdrawn => Err(No::ConsentNoLongerFits { expected }),
            _no_consent_stands => Ok(Some(expected)),
        }
    }

    /// Why tour and talk are not on one day, where the corrected day parts them: the talk says so already, or the correction
    /// does. Why a day was written down wrongly is no such reason. What is said without need is not kept.
    fn parted(
        &self,
        sequence: u64,
        value: &CorrectedValue,
        reason: Option<&Text>,
    ) -> Result<Option<Personal<String>>, No> {
        let (CorrectedValue::StepDay(day), Some((tour, talk))) = (value, self.state.tour_and_talk(sequence)) else {
            return Ok(None);
        };
        let day_then = |step| if step == sequence { Some(*day) } else { self.day_of(step) };
        let (Some(toured_on), Some(talked_on)) = (day_then(tour), day_then(talk)) else { return Ok(None) };
        if toured_on == talked_on {
            return Ok(None);
        }
        let reason = self.optional("reasonNotSameDay", reason)?;
        let explained = self.state.entry(talk).is_some_and(|entry| entry.explained);
        if reason.is_none() && !explained {
            return Err(No::NoLongerTheSameDay { toured_on, talked_on });
        }
        Ok(reason)
    }

    /// A corrected day still lies between its neighbours.
    fn moved_day(&self, sequence: u64, day: NaiveDate) -> Result<NaiveDate, No> {
        let (earliest, latest) = match self.state.entry(sequence).map(|entry| entry.kind) {
            Some(TrajectoryEventKind::IncidentReported) | None => (self.consented_on(), None),
            Some(step) => self.state.room_of(sequence, step),
        };
        match latest {
            Some(latest) if day > latest => Err(No::DayAfterStep { path: "value", latest }),
            _no_later_than_that => self.day("value", day, earliest),
        }
    }
}

/// Which fields an event has that may be corrected. Outcome, conclusion and consent statements are not among them.
fn correctable(field: CorrectableField, event: TrajectoryEventKind) -> bool {
    use CorrectableField::*;
    use TrajectoryEventKind::*;
    match field {
        ParticipantName | ParticipantBirthOn | ParticipantContact | ParticipantLanguage | CaseReference | OffenceOn
        | Facts => matches!(event, RequestDrafted | TrajectoryRequested | ParticipantReplaced),
        HeldOn => matches!(
            event,
            PreparatoryCallHeld
                | IndividualTourHeld
                | IndividualTourInterrupted
                | InDepthTalkHeld
                | ReflectionReportFiled
                | IncidentReported
        ),
        Notes => matches!(event, PreparatoryCallHeld | InDepthTalkHeld | IncidentReported),
        ReportText => event == ReflectionReportFiled,
        Motivation => matches!(event, ReasonedAdviceIssued | ReasonedAdviceRevised),
    }
}
