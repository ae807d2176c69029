//! What can happen to a learning trajectory. Stored shapes are a contract: a variant or field is never renamed or
//! removed, a changed shape gets a new version and an upcast, and every version keeps its fixture for ever.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::certificate::ErasureCertificate;
use super::vocabulary::*;
use crate::kernel::{
    ActorId, AgreementId, AppointmentId, DossierId, EventPayload, LegalReference, OrganisationId, Personal, SubjectId,
};

/// The number by which people name a dossier, `LT-2026-0042`. Says nothing about a person.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct DossierNumber(pub String);

/// How the parket may make this request (domain page, section 3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AgreementStanding {
    /// The cooperation agreement is signed and valid.
    InForce {
        /// The agreement.
        agreement: AgreementId,
    },
    /// The agreement lapsed and is being renewed: requests continue.
    UnderRenewal {
        /// The agreement.
        agreement: AgreementId,
    },
    /// The agreement awaits signature and this is the parket's one first request.
    FirstRequest {
        /// The agreement that holds the slot.
        agreement: AgreementId,
    },
}

/// One offence the request is about: its family and the article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Offence {
    /// The family of law.
    pub family: OffenceFamily,
    /// The article, as numbered at the time.
    pub reference: LegalReference,
}

/// The participant as the parket registers them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Participant {
    /// Full name.
    pub name: Personal<String>,
    /// Day of birth.
    pub birth_on: Personal<NaiveDate>,
    /// How to reach the participant.
    pub contact: Personal<String>,
    /// Language to speak.
    pub language: Personal<String>,
    /// Whether an interpreter is needed.
    pub interpreter_needed: Personal<bool>,
}

/// Everything a request says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The dossier's number.
    pub number: DossierNumber,
    /// The requesting parket.
    pub parket: OrganisationId,
    /// The person concerned.
    pub subject: SubjectId,
    /// The parket's own reference; need not be unique.
    pub case_reference: Personal<String>,
    /// The ground of the offer.
    pub basis: RequestBasis,
    /// The offences.
    pub offences: Vec<Offence>,
    /// When the facts happened.
    pub offence_on: Personal<NaiveDate>,
    /// The participant.
    pub participant: Participant,
    /// The facts, in short.
    pub facts: Personal<String>,
    /// The agreement under which the request is made.
    pub standing: AgreementStanding,
    /// Who will have to declare consent: guardians when the participant was under 18 on the offence date.
    pub consent_by: ConsentGiver,
}

/// The answer to one eligibility criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CriterionAssessed {
    /// The criterion's code in the criteria version.
    pub criterion: String,
    /// Whether its statement holds.
    pub answer: CriterionAnswer,
    /// A note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Personal<String>>,
}

/// An assessment of eligibility: the computation advises, a named person decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Assessment {
    /// The criteria version used.
    pub criteria_version: String,
    /// Every criterion of that version with its answer.
    pub answers: Vec<CriterionAssessed>,
    /// What the answers compute to.
    pub computed: EligibilityOutcome,
    /// What was decided.
    pub decided: EligibilityOutcome,
    /// Why the decision differs from the computation, when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Personal<String>>,
}

/// A reasoned advice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Advice {
    /// The conclusion.
    pub conclusion: AdviceConclusion,
    /// The motivation; never empty.
    pub motivation: Personal<String>,
}

/// A sealed document kept beside the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentReference {
    /// SHA-256 of the document, lower-case hex.
    pub sha256: String,
    /// Media type.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Name of the sealed blob that holds it: SHA-256 of the sealed bytes, lower-case hex. None where only the hash of a
    /// document kept elsewhere was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
}

/// One piece of a bundle: what it is and the event it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Piece {
    /// The kind of piece.
    pub kind: PieceKind,
    /// Sequence, in this dossier, of the event the piece is made of.
    pub sequence: u64,
}

/// A new value for a correctable field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub enum CorrectedValue {
    /// A text.
    Text(Personal<String>),
    /// A personal day (birth, offence).
    Day(Personal<NaiveDate>),
    /// The day of a step; not personal, because states are folded from it.
    StepDay(NaiveDate),
}

/// An event of a learning trajectory. `occurred_on` is the day it happened in the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum TrajectoryEvent {
    /// A jurist prepared a request.
    RequestDrafted { occurred_on: NaiveDate, request: Request },
    /// A prosecutor submitted the request.
    TrajectoryRequested { occurred_on: NaiveDate, request: Request },
    /// Answers to the criteria, prepared for the prosecutor's decision.
    EligibilityPrepared { occurred_on: NaiveDate, criteria_version: String, answers: Vec<CriterionAssessed> },
    /// A prosecutor decided on eligibility.
    EligibilityAssessed { occurred_on: NaiveDate, assessment: Assessment },
    /// A prosecutor decided again.
    EligibilityReassessed { occurred_on: NaiveDate, assessment: Assessment },
    /// The participant (or the guardians) consented to take part.
    ParticipationConsentGiven {
        occurred_on: NaiveDate,
        text_version: String,
        given_by: ConsentGiver,
        facts_not_disputed: bool,
        willing: bool,
        recorded_by: OrganisationId,
    },
    /// The participant declined.
    ParticipationConsentRefused { occurred_on: NaiveDate, text_version: String, recorded_by: OrganisationId },
    /// The participant withdrew; effective the day it was declared.
    ParticipationConsentWithdrawn { occurred_on: NaiveDate, recorded_by: OrganisationId },
    /// The participant consented to sharing with named recipients.
    SharingConsentGiven {
        occurred_on: NaiveDate,
        text_version: String,
        recipients: Vec<OrganisationId>,
        scope: SharingScope,
        expires_on: Option<NaiveDate>,
        recorded_by: OrganisationId,
    },
    /// The consent to share was withdrawn.
    SharingConsentWithdrawn { occurred_on: NaiveDate, recorded_by: OrganisationId },
    /// Evidence of a consent was attached.
    ConsentEvidenceAttached {
        occurred_on: NaiveDate,
        kind: EvidenceKind,
        document: DocumentReference,
        recorded_by: OrganisationId,
    },
    /// A guide was assigned.
    GuideAssigned { occurred_on: NaiveDate, guide: ActorId, competence_attested: bool },
    /// Another guide took over.
    GuideReplaced {
        occurred_on: NaiveDate,
        guide: ActorId,
        competence_attested: bool,
        reason: Option<Personal<String>>,
    },
    /// An appointment was planned.
    AppointmentPlanned {
        occurred_on: NaiveDate,
        appointment: AppointmentId,
        kind: AppointmentKind,
        channel: Channel,
        starts_at: DateTime<Utc>,
        interpreter: Option<Personal<String>>,
        companions: Option<Personal<String>>,
    },
    /// An appointment got another moment.
    AppointmentMoved {
        occurred_on: NaiveDate,
        appointment: AppointmentId,
        starts_at: DateTime<Utc>,
        reason: AppointmentReason,
        remark: Option<Personal<String>>,
    },
    /// An appointment was called off.
    AppointmentCancelled {
        occurred_on: NaiveDate,
        appointment: AppointmentId,
        reason: AppointmentReason,
        remark: Option<Personal<String>>,
    },
    /// Somebody did not turn up.
    AppointmentMissed {
        occurred_on: NaiveDate,
        appointment: AppointmentId,
        reason: AppointmentReason,
        remark: Option<Personal<String>>,
    },
    /// The preparatory call took place; it may take place more than once.
    PreparatoryCallHeld { occurred_on: NaiveDate, notes: Option<Personal<String>> },
    /// The individual tour took place.
    IndividualTourHeld { occurred_on: NaiveDate, minutes: u32, adapted_to: Option<Personal<String>> },
    /// The tour was broken off; the dossier stays prepared.
    IndividualTourInterrupted { occurred_on: NaiveDate, minutes: u32, reason: Personal<String> },
    /// The in-depth talk took place, on the day of the tour or later with a reason.
    InDepthTalkHeld {
        occurred_on: NaiveDate,
        notes: Option<Personal<String>>,
        themes: Vec<TalkTheme>,
        reason_not_same_day: Option<Personal<String>>,
    },
    /// A reflection report was filed.
    ReflectionReportFiled {
        occurred_on: NaiveDate,
        author: ReflectionAuthor,
        entered_by: ActorId,
        language: String,
        statement: StatementKind,
        text: Personal<String>,
        evidence: Option<DocumentReference>,
    },
    /// A reflection report is not needed.
    ReflectionReportWaived {
        occurred_on: NaiveDate,
        author: ReflectionAuthor,
        reason: WaiverReason,
        remark: Option<Personal<String>>,
    },
    /// Kazerne Dossin gave its reasoned advice.
    ReasonedAdviceIssued { occurred_on: NaiveDate, advice: Advice },
    /// The advice was revised. `revision` tells one revision from a repeat of it.
    ReasonedAdviceRevised { occurred_on: NaiveDate, revision: Uuid, advice: Advice, reason: Personal<String> },
    /// A bundle was put together.
    /// `document` is the bundle as kept; none where only the hash of a list of its pieces was recorded.
    BundleAssembled {
        occurred_on: NaiveDate,
        number: u32,
        pieces: Vec<Piece>,
        sha256: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<DocumentReference>,
    },
    /// A bundle was handed over.
    BundleDelivered { occurred_on: NaiveDate, number: u32, recipient: OrganisationId },
    /// The recipient confirmed receipt.
    BundleReceived { occurred_on: NaiveDate, number: u32, recipient: OrganisationId },
    /// The parket recorded what it did with the case.
    ProsecutionOutcomeRecorded { occurred_on: NaiveDate, outcome: ProsecutionOutcome, remark: Option<Personal<String>> },
    /// The parket changed the recorded outcome.
    ProsecutionOutcomeRevised { occurred_on: NaiveDate, outcome: ProsecutionOutcome, reason: Personal<String> },
    /// The parket took its request back.
    RequestRetracted { occurred_on: NaiveDate, reason: RetractionReason, remark: Option<Personal<String>> },
    /// The parket offers the dossier to another parket, which cannot read it before it accepts.
    TransferOffered { occurred_on: NaiveDate, to: OrganisationId },
    /// The receiving parket accepted; the dossier is now its own.
    TrajectoryTransferred { occurred_on: NaiveDate, from: OrganisationId, to: OrganisationId },
    /// The dossier was closed after delivery.
    TrajectoryClosed {
        occurred_on: NaiveDate,
        reason: EndReason,
        remark: Option<Personal<String>>,
        recorded_by: OrganisationId,
    },
    /// The dossier was stopped before its end.
    TrajectoryDiscontinued {
        occurred_on: NaiveDate,
        reason: EndReason,
        remark: Option<Personal<String>>,
        recorded_by: OrganisationId,
    },
    /// An ended dossier was taken up again.
    TrajectoryReopened {
        occurred_on: NaiveDate,
        reason: EndReason,
        remark: Option<Personal<String>>,
        recorded_by: OrganisationId,
    },
    /// A recorded value was corrected; views show the new value, the trail both. `correction` tells one from a repeat,
    /// `consent_by` says who has to consent where a corrected day changes that, `reason_not_same_day` why tour and talk are not
    /// on one day where a corrected day parts them.
    FactCorrected {
        occurred_on: NaiveDate,
        correction: Uuid,
        sequence: u64,
        field: CorrectableField,
        value: CorrectedValue,
        reason: Personal<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consent_by: Option<ConsentGiver>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason_not_same_day: Option<Personal<String>>,
    },
    /// The latest step was annulled; the state falls back, the trail shows both.
    StepAnnulled { occurred_on: NaiveDate, sequence: u64, reason: AnnulmentReason },
    /// The wrong person had been registered.
    ParticipantReplaced {
        occurred_on: NaiveDate,
        wrong_subject: SubjectId,
        subject: SubjectId,
        participant: Participant,
        case_reference: Personal<String>,
        offence_on: Personal<NaiveDate>,
        facts: Personal<String>,
        consent_by: ConsentGiver,
        reason: SubjectReason,
    },
    /// The same person appears in another dossier.
    SubjectsLinked {
        occurred_on: NaiveDate,
        subject: SubjectId,
        other_subject: SubjectId,
        other_dossier: DossierId,
        reason: SubjectReason,
    },
    /// A link turned out to be wrong.
    SubjectsUnlinked { occurred_on: NaiveDate, subject: SubjectId, other_subject: SubjectId, reason: SubjectReason },
    /// Something happened that has to be known. `incident` tells one from a repeat.
    IncidentReported { occurred_on: NaiveDate, incident: Uuid, notes: Personal<String> },
    /// Within an organisation, another person took the dossier over.
    TrajectoryReassigned { occurred_on: NaiveDate, organisation: OrganisationId, from: Option<ActorId>, to: ActorId },
    /// Processing was restricted.
    ProcessingRestricted { occurred_on: NaiveDate, ground: RestrictionGround, reference: LegalReference },
    /// The restriction was lifted.
    RestrictionLifted { occurred_on: NaiveDate, ground: RestrictionGround, reference: LegalReference },
    /// A legal hold was placed: nothing may be erased.
    LegalHoldPlaced { occurred_on: NaiveDate, ground: RestrictionGround, reference: LegalReference },
    /// The hold was lifted.
    LegalHoldLifted { occurred_on: NaiveDate, ground: RestrictionGround, reference: LegalReference },
    /// Erasure of a subject was asked for.
    ErasureRequested { occurred_on: NaiveDate, subject: SubjectId, reference: LegalReference, requested_by: ActorId },
    /// Erasure was refused.
    ErasureRefused { occurred_on: NaiveDate, subject: SubjectId, reference: LegalReference, refused_by: ActorId },
    /// A second person confirmed the erasure; from here the key is destroyed.
    ErasureConfirmed {
        occurred_on: NaiveDate,
        subject: SubjectId,
        reference: LegalReference,
        requested_by: ActorId,
        confirmed_by: ActorId,
    },
    /// The subject's data key is gone.
    SubjectKeyDestroyed { occurred_on: NaiveDate, subject: SubjectId },
    /// What the erasure destroyed, what remains, and from when it holds.
    ErasureCertified { occurred_on: NaiveDate, subject: SubjectId, certificate: ErasureCertificate },
    /// Somebody to whom something had been disclosed was told of a correction, an erasure or a restriction. `sequence` is its event.
    RecipientTold {
        occurred_on: NaiveDate,
        recipient: OrganisationId,
        sequence: u64,
        means: NotificationMeans,
        told_by: ActorId,
    },
}

/// Reads `event_type` and `occurred_on` off every variant, so that a new one cannot be forgotten.
macro_rules! each_event {
    ($($variant:ident),+ $(,)?) => {
        /// What kind of event something is, without what it carries.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[allow(missing_docs, reason = "documented at the event of the same name")]
        pub enum TrajectoryEventKind { $($variant,)+ }

        impl TrajectoryEvent {
            /// The kind of this event.
            pub fn kind(&self) -> TrajectoryEventKind {
                match self { $(Self::$variant { .. } => TrajectoryEventKind::$variant,)+ }
            }

            /// Every event type of this aggregate, in the order of the domain page.
            pub const TYPES: &'static [&'static str] = &[$(stringify!($variant)),+];
        }

        impl EventPayload for TrajectoryEvent {
            fn event_type(&self) -> &'static str {
                match self { $(Self::$variant { .. } => stringify!($variant),)+ }
            }
            fn event_version(&self) -> u16 {
                1
            }
            fn occurred_on(&self) -> NaiveDate {
                match self { $(Self::$variant { occurred_on, .. } => *occurred_on,)+ }
            }
        }
    };
}

each_event!(
    RequestDrafted,
    TrajectoryRequested,
    EligibilityPrepared,
    EligibilityAssessed,
    EligibilityReassessed,
    ParticipationConsentGiven,
    ParticipationConsentRefused,
    ParticipationConsentWithdrawn,
    SharingConsentGiven,
    SharingConsentWithdrawn,
    ConsentEvidenceAttached,
    GuideAssigned,
    GuideReplaced,
    AppointmentPlanned,
    AppointmentMoved,
    AppointmentCancelled,
    AppointmentMissed,
    PreparatoryCallHeld,
    IndividualTourHeld,
    IndividualTourInterrupted,
    InDepthTalkHeld,
    ReflectionReportFiled,
    ReflectionReportWaived,
    ReasonedAdviceIssued,
    ReasonedAdviceRevised,
    BundleAssembled,
    BundleDelivered,
    BundleReceived,
    ProsecutionOutcomeRecorded,
    ProsecutionOutcomeRevised,
    RequestRetracted,
    TransferOffered,
    TrajectoryTransferred,
    TrajectoryClosed,
    TrajectoryDiscontinued,
    TrajectoryReopened,
    FactCorrected,
    StepAnnulled,
    ParticipantReplaced,
    SubjectsLinked,
    SubjectsUnlinked,
    IncidentReported,
    TrajectoryReassigned,
    ProcessingRestricted,
    RestrictionLifted,
    LegalHoldPlaced,
    LegalHoldLifted,
    ErasureRequested,
    ErasureRefused,
    ErasureConfirmed,
    SubjectKeyDestroyed,
    ErasureCertified,
    RecipientTold,
);
