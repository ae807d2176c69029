//! The events of a made-up dossier. Days follow each other in the order of the life.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::super::certificate::{ErasureCertificate, Unreadable};
use super::super::criteria::{CriteriaVersion, CriterionRule};
use super::super::event::*;
use super::super::vocabulary::*;
use crate::kernel::{
    ActorId, AgreementId, AppointmentId, DossierId, Label, LegalReference, OrganisationId, Personal, SubjectId,
    derived_id,
};

/// The command id from which the ids in the sample events are derived.
pub const COMMAND_ID: Uuid = Uuid::from_u128(0x0c0d_e000);

/// What the sample erasure made unreadable.
pub const UNREADABLE: Unreadable = Unreadable { values: 31, events: 12, documents: 2 };

/// A day of 2026.
pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default()
}

/// Ten in the morning (UTC) of a day of 2026.
pub fn morning(month: u32, on: u32) -> DateTime<Utc> {
    day(month, on).and_hms_opt(10, 0, 0).unwrap_or_default().and_utc()
}

/// The person concerned.
pub fn subject() -> SubjectId {
    SubjectId(Uuid::from_u128(0x5001))
}

/// The right person, once the wrong one was replaced; also the person of another dossier.
pub fn other_subject() -> SubjectId {
    SubjectId(Uuid::from_u128(0x5002))
}

/// Another dossier.
pub fn other_dossier() -> DossierId {
    DossierId(Uuid::from_u128(0xd002))
}

/// The appointment of the sample history.
pub fn appointment() -> AppointmentId {
    AppointmentId(Uuid::from_u128(0xa001))
}

/// The parket of the sample dossier.
pub fn parket() -> OrganisationId {
    OrganisationId("parket-mechelen".into())
}

/// Another parket.
pub fn other_parket() -> OrganisationId {
    OrganisationId("parket-leuven".into())
}

/// The assigned guide.
pub fn guide() -> ActorId {
    ActorId("guide-1".into())
}

/// Another guide.
pub fn other_guide() -> ActorId {
    ActorId("guide-2".into())
}

/// A text about the sample subject.
pub fn about(text: &str) -> Personal<String> {
    Personal::clear(subject(), text.into())
}

/// SHA-256 of nothing in particular.
pub fn hash(digit: char) -> String {
    digit.to_string().repeat(64)
}

/// A scanned paper.
pub fn document() -> DocumentReference {
    let (sha256, blob) = (hash('a'), Some(hash('d')));
    DocumentReference { sha256, media_type: "application/pdf".into(), bytes: 48_213, blob }
}

/// A bundle as made and kept, with a hash of this digit.
pub fn bundle_document(digit: char) -> DocumentReference {
    DocumentReference { sha256: hash(digit), media_type: "text/html".into(), bytes: 9_120, blob: Some(hash('e')) }
}

/// An article to refer to.
pub fn reference() -> LegalReference {
    LegalReference { act: "AVG".into(), article: "art. 18".into(), valid_from: Some(day(1, 1)) }
}

/// The participant, under a subject.
pub fn participant(subject: SubjectId) -> Participant {
    Participant {
        name: Personal::clear(subject, "Ymke Voorbeeldsen".into()),
        birth_on: Personal::clear(subject, NaiveDate::from_ymd_opt(1990, 6, 15).unwrap_or_default()),
        contact: Personal::clear(subject, "0400 00 00 00".into()),
        language: Personal::clear(subject, "Nederlands".into()),
        interpreter_needed: Personal::clear(subject, false),
    }
}

/// What is asked.
pub fn request() -> Request {
    Request {
        number: DossierNumber("LT-2026-0042".into()),
        parket: parket(),
        subject: subject(),
        case_reference: about("ME.56.L1.000123/26"),
        basis: RequestBasis::PretorianProbation,
        offences: vec![Offence {
            family: OffenceFamily::Antiracism,
            reference: LegalReference {
                act: "Wet van 30 juli 1981".into(),
                article: "art. 20".into(),
                valid_from: None,
            },
        }],
        offence_on: Personal::clear(subject(), day(1, 20)),
        participant: participant(subject()),
        facts: about("Zette een haatboodschap online."),
        standing: AgreementStanding::InForce { agreement: AgreementId(Uuid::from_u128(0xe001)) },
        consent_by: ConsentGiver::Participant,
    }
}

/// Answers that compute to eligible, without notes but for the first.
pub fn answers() -> Vec<CriterionAssessed> {
    let answer = |rule| match rule {
        CriterionRule::MustHold => CriterionAnswer::Met,
        CriterionRule::MustNotHold => CriterionAnswer::NotMet,
        CriterionRule::NoBar => CriterionAnswer::Unknown,
    };
    let mut answers: Vec<_> = CriteriaVersion::kd_leaflet()
        .criteria
        .into_iter()
        .map(|criterion| CriterionAssessed { criterion: criterion.code, answer: answer(criterion.rule), note: None })
        .collect();
    if let Some(first) = answers.first_mut() {
        first.note = Some(about("Blijkt uit het proces-verbaal."));
    }
    answers
}

/// An assessment of these answers with this decision, explained when it differs.
pub fn assessment(decided: EligibilityOutcome) -> Assessment {
    let computed = EligibilityOutcome::Eligible;
    Assessment {
        criteria_version: "kd-leaflet".into(),
        answers: answers(),
        computed,
        decided,
        reason: (decided != computed).then(|| about("De betrokkene verblijft in het buitenland.")),
    }
}

/// The reasoned advice.
pub fn advice() -> Advice {
    Advice { conclusion: AdviceConclusion::FavourableWithRemarks, motivation: about("Nam actief deel.") }
}

/// The guide's reflection and the advice of the sample history.
pub fn pieces() -> Vec<Piece> {
    vec![Piece { kind: PieceKind::GuideReflection, sequence: 11 }, Piece { kind: PieceKind::Advice, sequence: 13 }]
}

/// The sample correction, of this field of this event to this value.
pub fn corrected_to(sequence: u64, field: CorrectableField, value: CorrectedValue) -> TrajectoryEvent {
    let mut event = corrected();
    if let TrajectoryEvent::FactCorrected { sequence: of, field: which, value: to, .. } = &mut event {
        (*of, *which, *to) = (sequence, field, value);
    }
    event
}

macro_rules! events {
    ($($(#[$meta:meta])* $name:ident = $event:ident $fields:tt;)+) => {
        $($(#[$meta])* pub fn $name() -> TrajectoryEvent { TrajectoryEvent::$event $fields })+
    };
}

events! {
    /// 2 March.
    drafted = RequestDrafted { occurred_on: day(3, 2), request: request() };
    /// 3 March.
    requested = TrajectoryRequested { occurred_on: day(3, 3), request: request() };
    /// 4 March.
    prepared_answers = EligibilityPrepared {
        occurred_on: day(3, 4), criteria_version: "kd-leaflet".into(), answers: answers()
    };
    /// 5 March.
    assessed = EligibilityAssessed { occurred_on: day(3, 5), assessment: assessment(EligibilityOutcome::Eligible) };
    /// 5 March, with the other decision.
    found_ineligible = EligibilityAssessed {
        occurred_on: day(3, 5), assessment: assessment(EligibilityOutcome::Ineligible)
    };
    /// 6 March.
    reassessed = EligibilityReassessed {
        occurred_on: day(3, 6), assessment: assessment(EligibilityOutcome::Ineligible)
    };
    /// 10 March.
    consented = ParticipationConsentGiven {
        occurred_on: day(3, 10),
        text_version: "2026-1".into(),
        given_by: ConsentGiver::Participant,
        facts_not_disputed: true,
        willing: true,
        recorded_by: parket()
    };
    /// 10 March.
    refused = ParticipationConsentRefused {
        occurred_on: day(3, 10), text_version: "2026-1".into(), recorded_by: parket()
    };
    /// Declared on 21 March.
    withdrawn = ParticipationConsentWithdrawn { occurred_on: day(3, 21), recorded_by: OrganisationId::kazerne_dossin() };
    /// 10 March, with the parket, for the complete bundle, until the end of the year.
    sharing_given = SharingConsentGiven {
        occurred_on: day(3, 10),
        text_version: "2026-1".into(),
        recipients: vec![parket()],
        scope: SharingScope::Bundle,
        expires_on: Some(day(12, 31)),
        recorded_by: parket()
    };
    /// 11 March.
    sharing_withdrawn = SharingConsentWithdrawn { occurred_on: day(3, 11), recorded_by: parket() };
    /// 11 March.
    evidence_attached = ConsentEvidenceAttached {
        occurred_on: day(3, 11), kind: EvidenceKind::SignedPaper, document: document(), recorded_by: parket()
    };
    /// 12 March.
    guide_assigned = GuideAssigned { occurred_on: day(3, 12), guide: guide(), competence_attested: true };
    /// 13 March.
    guide_replaced = GuideReplaced {
        occurred_on: day(3, 13),
        guide: other_guide(),
        competence_attested: true,
        reason: Some(about("De deelnemer kent de gids."))
    };
    /// Planned on 12 March for 16 March.
    call_planned = AppointmentPlanned {
        occurred_on: day(3, 12),
        appointment: appointment(),
        kind: AppointmentKind::PreparatoryCall,
        channel: Channel::Telephone,
        starts_at: morning(3, 16),
        interpreter: Some(about("Tolk Frans")),
        companions: Some(about("Een vertrouwenspersoon"))
    };
    /// Moved on 13 March to 17 March.
    call_moved = AppointmentMoved {
        occurred_on: day(3, 13),
        appointment: appointment(),
        starts_at: morning(3, 17),
        reason: AppointmentReason::ParticipantAsked,
        remark: Some(about("Werkt die dag."))
    };
    /// 13 March.
    call_cancelled = AppointmentCancelled {
        occurred_on: day(3, 13),
        appointment: appointment(),
        reason: AppointmentReason::Illness,
        remark: Some(about("Ligt in bed."))
    };
    /// 17 March.
    call_missed = AppointmentMissed {
        occurred_on: day(3, 17),
        appointment: appointment(),
        reason: AppointmentReason::NoShow,
        remark: Some(about("Nam niet op."))
    };
    /// 16 March.
    call_held = PreparatoryCallHeld { occurred_on: day(3, 16), notes: Some(about("Wil weten wat er met het verslag gebeurt.")) };
    /// 20 March.
    tour_held = IndividualTourHeld { occurred_on: day(3, 20), minutes: 110, adapted_to: Some(about("Slechthorend")) };
    /// 18 March.
    tour_interrupted = IndividualTourInterrupted {
        occurred_on: day(3, 18), minutes: 20, reason: about("Werd onwel.")
    };
    /// 20 March, the day of the tour.
    talk_held = InDepthTalkHeld {
        occurred_on: day(3, 20),
        notes: Some(about("Legde zelf het verband.")),
        themes: vec![TalkTheme::HistoricalKnowledge, TalkTheme::Dehumanisation],
        reason_not_same_day: None
    };
    /// 24 March.
    guide_reflected = ReflectionReportFiled {
        occurred_on: day(3, 24),
        author: ReflectionAuthor::Guide,
        entered_by: guide(),
        language: "nl".into(),
        statement: StatementKind::Assessment,
        text: about("Luisterde en stelde vragen."),
        evidence: Some(document())
    };
    /// 25 March.
    participant_waived = ReflectionReportWaived {
        occurred_on: day(3, 25),
        author: ReflectionAuthor::Participant,
        reason: WaiverReason::CoveredByConversation,
        remark: Some(about("Schrijft moeilijk."))
    };
    /// 30 March.
    advised = ReasonedAdviceIssued { occurred_on: day(3, 30), advice: advice() };
    /// 31 March.
    advice_revised = ReasonedAdviceRevised {
        occurred_on: day(3, 31),
        revision: derived_id(COMMAND_ID, "revision"),
        advice: advice(),
        reason: about("Een zin was dubbelzinnig.")
    };
    /// 31 March: the guide's reflection and the advice of the sample history.
    bundled = BundleAssembled {
        occurred_on: day(3, 31),
        number: 1,
        pieces: pieces(),
        sha256: hash('b'),
        document: Some(bundle_document('b'))
    };
    /// 1 April.
    delivered = BundleDelivered { occurred_on: day(4, 1), number: 1, recipient: parket() };
    /// 2 April.
    received = BundleReceived { occurred_on: day(4, 2), number: 1, recipient: parket() };
    /// 10 April.
    outcome_recorded = ProsecutionOutcomeRecorded {
        occurred_on: day(4, 10),
        outcome: ProsecutionOutcome::ProvisionallyDismissed,
        remark: Some(about("Mits geen nieuwe feiten."))
    };
    /// 20 April.
    outcome_revised = ProsecutionOutcomeRevised {
        occurred_on: day(4, 20), outcome: ProsecutionOutcome::Prosecuted, reason: about("Nieuwe feiten.")
    };
    /// 11 March.
    retracted = RequestRetracted {
        occurred_on: day(3, 11), reason: RetractionReason::OtherMeasure, remark: Some(about("Bemiddeling."))
    };
    /// 4 March.
    opened_in_error = RequestRetracted {
        occurred_on: day(3, 4), reason: RetractionReason::OpenedInError, remark: None
    };
    /// 6 March.
    transfer_offered = TransferOffered { occurred_on: day(3, 6), to: other_parket() };
    /// 9 March.
    transferred = TrajectoryTransferred { occurred_on: day(3, 9), from: parket(), to: other_parket() };
    /// 15 April.
    closed = TrajectoryClosed {
        occurred_on: day(4, 15),
        reason: EndReason::Completed,
        remark: Some(about("Vlot verlopen.")),
        recorded_by: OrganisationId::kazerne_dossin()
    };
    /// 19 March.
    discontinued = TrajectoryDiscontinued {
        occurred_on: day(3, 19),
        reason: EndReason::Unreachable,
        remark: Some(about("Nummer buiten gebruik.")),
        recorded_by: OrganisationId::kazerne_dossin()
    };
    /// 20 April.
    reopened = TrajectoryReopened {
        occurred_on: day(4, 20),
        reason: EndReason::Other,
        remark: Some(about("Meldde zich opnieuw.")),
        recorded_by: OrganisationId::kazerne_dossin()
    };
    /// 28 April: the text of the guide's reflection of the sample history.
    corrected = FactCorrected {
        occurred_on: day(4, 28),
        correction: derived_id(COMMAND_ID, "correction"),
        sequence: 11,
        field: CorrectableField::ReportText,
        value: CorrectedValue::Text(about("Luisterde en stelde veel vragen.")),
        reason: about("Een woord viel weg."),
        consent_by: None,
        reason_not_same_day: None
    };
    /// 23 March: the talk of the sample history.
    annulled = StepAnnulled { occurred_on: day(3, 23), sequence: 10, reason: AnnulmentReason::EnteredByMistake };
    /// 6 March.
    participant_replaced = ParticipantReplaced {
        occurred_on: day(3, 6),
        wrong_subject: subject(),
        subject: other_subject(),
        participant: participant(other_subject()),
        case_reference: Personal::clear(other_subject(), "ME.56.L1.000124/26".into()),
        offence_on: Personal::clear(other_subject(), day(1, 21)),
        facts: Personal::clear(other_subject(), "Verspreidde een pamflet.".into()),
        consent_by: ConsentGiver::Participant,
        reason: SubjectReason::WrongPerson
    };
    /// 6 March.
    linked = SubjectsLinked {
        occurred_on: day(3, 6),
        subject: subject(),
        other_subject: other_subject(),
        other_dossier: other_dossier(),
        reason: SubjectReason::SamePerson
    };
    /// 9 March.
    unlinked = SubjectsUnlinked {
        occurred_on: day(3, 9),
        subject: subject(),
        other_subject: other_subject(),
        reason: SubjectReason::NotTheSamePerson
    };
    /// Happened on 20 March.
    incident = IncidentReported {
        occurred_on: day(3, 20), incident: derived_id(COMMAND_ID, "incident"), notes: about("Een bezoeker mengde zich.")
    };
    /// 6 March.
    reassigned = TrajectoryReassigned {
        occurred_on: day(3, 6), organisation: parket(), from: None, to: ActorId("prosecutor-2".into())
    };
    /// 6 March.
    restricted = ProcessingRestricted {
        occurred_on: day(3, 6), ground: RestrictionGround::AccuracyContested, reference: reference()
    };
    /// 9 March.
    restriction_lifted = RestrictionLifted {
        occurred_on: day(3, 9), ground: RestrictionGround::AccuracyContested, reference: reference()
    };
    /// 6 March.
    hold_placed = LegalHoldPlaced { occurred_on: day(3, 6), ground: RestrictionGround::Evidence, reference: reference() };
    /// 9 March.
    hold_lifted = LegalHoldLifted { occurred_on: day(3, 9), ground: RestrictionGround::Evidence, reference: reference() };
    /// 4 May.
    erasure_requested = ErasureRequested {
        occurred_on: day(5, 4), subject: subject(), reference: reference(), requested_by: ActorId("officer-1".into())
    };
    /// 5 May.
    erasure_refused = ErasureRefused {
        occurred_on: day(5, 5), subject: subject(), reference: reference(), refused_by: ActorId("officer-2".into())
    };
    /// 5 May.
    erasure_confirmed = ErasureConfirmed {
        occurred_on: day(5, 5),
        subject: subject(),
        reference: reference(),
        requested_by: ActorId("officer-1".into()),
        confirmed_by: ActorId("officer-2".into())
    };
    /// 5 May.
    key_destroyed = SubjectKeyDestroyed { occurred_on: day(5, 5), subject: subject() };
    /// 5 May; backups of keys are kept 35 days.
    erasure_certified = ErasureCertified {
        occurred_on: day(5, 5),
        subject: subject(),
        certificate: ErasureCertificate {
            reference: reference(),
            requested_by: ActorId("officer-1".into()),
            requested_on: day(5, 4),
            confirmed_by: ActorId("officer-2".into()),
            confirmed_on: day(5, 5),
            destroyed_on: day(5, 5),
            key_backups_kept_days: 35,
            effective_on: day(6, 9),
            unreadable: UNREADABLE,
            remains: ErasureRemainder::ALL.to_vec()
        }
    };
    /// 29 April: of the correction of the sample history.
    told = RecipientTold {
        occurred_on: day(4, 29),
        recipient: parket(),
        sequence: 19,
        means: NotificationMeans::Letter,
        told_by: ActorId("prosecutor-1".into())
    };
}
