//! What can be asked of a learning trajectory. Imperative; personal values come in clear and are never printed.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::certificate::Unreadable;
use super::criteria::CriteriaVersion;
use super::event::{AgreementStanding, CorrectedValue, DocumentReference, DossierNumber, Offence, Piece};
use super::vocabulary::*;
use crate::kernel::{
    ActorId, AppointmentId, Confidential, DossierId, LegalReference, OrganisationId, SubjectId, labelled,
};

/// A text about a person, on its way in.
pub type Text = Confidential<String>;

/// The participant as given by the parket.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParticipantGiven {
    /// Full name.
    pub name: Text,
    /// Day of birth.
    pub birth_on: Confidential<NaiveDate>,
    /// How to reach the participant.
    pub contact: Text,
    /// Language to speak.
    pub language: Text,
    /// Whether an interpreter is needed.
    pub interpreter_needed: Confidential<bool>,
}

/// A request as given by the parket, with what the desk added: number, subject, standing, criteria in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RequestGiven {
    /// The number taken from the register.
    pub number: DossierNumber,
    /// The requesting parket.
    pub parket: OrganisationId,
    /// The new subject.
    pub subject: SubjectId,
    /// The parket's own reference.
    pub case_reference: Text,
    /// The ground of the offer.
    pub basis: RequestBasis,
    /// The offences; at least one.
    pub offences: Vec<Offence>,
    /// When the facts happened.
    pub offence_on: Confidential<NaiveDate>,
    /// The participant.
    pub participant: ParticipantGiven,
    /// The facts, in short.
    pub facts: Text,
    /// Under which agreement, and whether it names art. 216ter.
    pub standing: AgreementStanding,
    /// Whether that agreement names mediation and measures (art. 216ter) as a ground.
    pub agreement_names_216ter: bool,
    /// Whether the criteria in force allow participants who were under 18 on the offence date.
    pub minors_allowed: Minors,
}

/// One answer as given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnswerGiven {
    /// The criterion's code.
    pub criterion: String,
    /// Whether its statement holds.
    pub answer: CriterionAnswer,
    /// A note.
    pub note: Option<Text>,
}

/// A new value as given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum CorrectionGiven {
    /// A text.
    Text(Text),
    /// A personal day (birth, offence).
    Day(Confidential<NaiveDate>),
    /// The day of a step.
    StepDay(NaiveDate),
}

/// Whether the criteria in force let participants take part who were under 18 on the offence date. Written as yes or no, as it
/// always was: which version says so is not part of what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "bool")]
pub struct Minors {
    /// Whether they may.
    pub allowed: bool,
    /// The version of the criteria that says so; none when there is none for the parket on that day.
    pub criteria: Option<String>,
}

impl From<Minors> for bool {
    fn from(minors: Minors) -> Self {
        minors.allowed
    }
}

/// What is needed besides a corrected birth date or offence date to check the age at the facts: the state knows
/// neither day.
#[derive(Clone, Debug, PartialEq)]
pub struct AgeKnown {
    /// The other of the two days, as it stands.
    pub other_day: Confidential<NaiveDate>,
    /// Whether the criteria of the request allow minors.
    pub minors_allowed: Minors,
}

/// A command to a learning trajectory.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum TrajectoryCommand {
    /// Prepare a request.
    DraftRequest { request: RequestGiven },
    /// Submit a request: a new one, or the draft this dossier holds (then `request` is its final text).
    RequestTrajectory { request: RequestGiven },
    /// Prepare answers to the criteria.
    PrepareEligibility { criteria: CriteriaVersion, answers: Vec<AnswerGiven> },
    /// Decide on eligibility (again, when it was decided before).
    AssessEligibility {
        criteria: CriteriaVersion,
        answers: Vec<AnswerGiven>,
        decided: EligibilityOutcome,
        reason: Option<Text>,
    },
    /// Record consent to take part.
    GiveConsent {
        declared_on: NaiveDate,
        text_version: String,
        given_by: ConsentGiver,
        facts_not_disputed: bool,
        willing: bool,
    },
    /// Record that the participant declines.
    RefuseConsent { declared_on: NaiveDate, text_version: String },
    /// Record that the participant withdraws.
    WithdrawConsent { declared_on: NaiveDate },
    /// Record consent to sharing.
    GiveSharingConsent {
        declared_on: NaiveDate,
        text_version: String,
        recipients: Vec<OrganisationId>,
        scope: SharingScope,
        expires_on: Option<NaiveDate>,
    },
    /// Record that the consent to share is withdrawn.
    WithdrawSharingConsent { declared_on: NaiveDate },
    /// Attach evidence of consent.
    AttachConsentEvidence { kind: EvidenceKind, document: DocumentReference },
    /// Assign a guide.
    AssignGuide { guide: ActorId, competence_attested: bool },
    /// Let another guide take over.
    ReplaceGuide { guide: ActorId, competence_attested: bool, reason: Option<Text> },
    /// Plan an appointment. `appointment` is derived from the command id.
    PlanAppointment {
        appointment: AppointmentId,
        kind: AppointmentKind,
        channel: Channel,
        starts_at: DateTime<Utc>,
        interpreter: Option<Text>,
        companions: Option<Text>,
    },
    /// Move an appointment.
    MoveAppointment {
        appointment: AppointmentId,
        starts_at: DateTime<Utc>,
        reason: AppointmentReason,
        remark: Option<Text>,
    },
    /// Call an appointment off.
    CancelAppointment { appointment: AppointmentId, reason: AppointmentReason, remark: Option<Text> },
    /// Record that somebody did not turn up.
    MissAppointment { appointment: AppointmentId, reason: AppointmentReason, remark: Option<Text> },
    /// Record the preparatory call.
    HoldPreparatoryCall { held_on: NaiveDate, notes: Option<Text> },
    /// Record the individual tour.
    HoldTour { held_on: NaiveDate, minutes: u32, adapted_to: Option<Text> },
    /// Record that the tour was broken off.
    InterruptTour { held_on: NaiveDate, minutes: u32, reason: Text },
    /// Record the in-depth talk.
    HoldInDepthTalk {
        held_on: NaiveDate,
        notes: Option<Text>,
        themes: Vec<TalkTheme>,
        reason_not_same_day: Option<Text>,
    },
    /// File a reflection report.
    FileReflectionReport {
        filed_on: NaiveDate,
        author: ReflectionAuthor,
        language: String,
        statement: StatementKind,
        text: Text,
        evidence: Option<DocumentReference>,
    },
    /// Waive a reflection report.
    WaiveReflectionReport { author: ReflectionAuthor, reason: WaiverReason, remark: Option<Text> },
    /// Give the reasoned advice (or revise it, with a reason, once given).
    IssueAdvice { conclusion: AdviceConclusion, motivation: Text, revision_reason: Option<Text> },
    /// Put a bundle together. `document` is the bundle as made and kept by the desk.
    AssembleBundle { pieces: Vec<Piece>, document: DocumentReference },
    /// Hand a bundle over.
    DeliverBundle { number: u32, recipient: OrganisationId, delivered_on: NaiveDate },
    /// Confirm receipt.
    ReceiveBundle { number: u32, received_on: NaiveDate },
    /// Record what the parket did (or change it, with a reason, once recorded).
    RecordOutcome {
        outcome: ProsecutionOutcome,
        decided_on: NaiveDate,
        remark: Option<Text>,
        revision_reason: Option<Text>,
    },
    /// Take the request back.
    RetractRequest { reason: RetractionReason, remark: Option<Text> },
    /// Offer the dossier to another parket.
    OfferTransfer { to: OrganisationId },
    /// Accept the offer, as the receiving parket.
    TransferTrajectory { accepted_on: NaiveDate },
    /// Close after delivery.
    CloseTrajectory { reason: EndReason, remark: Option<Text> },
    /// Stop before the end.
    DiscontinueTrajectory { reason: EndReason, remark: Option<Text> },
    /// Take an ended dossier up again.
    ReopenTrajectory { reason: EndReason, remark: Option<Text> },
    /// Correct a recorded value.
    CorrectFact {
        sequence: u64,
        field: CorrectableField,
        value: CorrectionGiven,
        reason: Text,
        /// Why tour and talk are not on one day, where the corrected day parts them.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason_not_same_day: Option<Text>,
        /// What stands sealed where the correction goes, opened: the state does not know it. Added where it could be read; no
        /// part of what was asked.
        #[serde(skip)]
        standing: Option<CorrectedValue>,
        /// Added to a correction of the birth date or the offence date; no part of what was asked.
        #[serde(skip)]
        age: Option<AgeKnown>,
    },
    /// Annul the latest step.
    AnnulStep { sequence: u64, reason: AnnulmentReason },
    /// Register the right person instead of the wrong one. `subject` is new.
    ReplaceParticipant {
        subject: SubjectId,
        participant: ParticipantGiven,
        case_reference: Text,
        offence_on: Confidential<NaiveDate>,
        facts: Text,
        minors_allowed: Minors,
    },
    /// Link the same person in another dossier.
    LinkSubjects { other_subject: SubjectId, other_dossier: DossierId },
    /// Undo a link.
    UnlinkSubjects { other_subject: SubjectId },
    /// Report an incident.
    ReportIncident { happened_on: NaiveDate, notes: Text },
    /// Hand the dossier to a colleague.
    ReassignTrajectory { to: ActorId },
    /// Restrict processing.
    RestrictProcessing { ground: RestrictionGround, reference: LegalReference },
    /// Lift the restriction.
    LiftRestriction { ground: RestrictionGround, reference: LegalReference },
    /// Place a legal hold.
    PlaceLegalHold { ground: RestrictionGround, reference: LegalReference },
    /// Lift the hold.
    LiftLegalHold { ground: RestrictionGround, reference: LegalReference },
    /// Ask for the erasure of a subject of the dossier.
    RequestErasure { subject: SubjectId, reference: LegalReference },
    /// Refuse it.
    RefuseErasure { subject: SubjectId, reference: LegalReference },
    /// Confirm it, as another person: from here the key is destroyed.
    ConfirmErasure { subject: SubjectId },
    /// Record that the key is gone. Given by the program itself, after destroying it; never by a person.
    RecordKeyDestroyed { subject: SubjectId, key_backups_kept_days: u32, unreadable: Unreadable },
    /// Record that a recipient of an earlier disclosure was told of the correction, erasure or restriction with this sequence.
    RecordRecipientTold { recipient: OrganisationId, sequence: u64, told_on: NaiveDate, means: NotificationMeans },
}

impl TrajectoryCommand {
    /// The kind of this command.
    pub fn kind(&self) -> TrajectoryCommandKind {
        match self {
            Self::DraftRequest { .. } => TrajectoryCommandKind::DraftRequest,
            Self::RequestTrajectory { .. } => TrajectoryCommandKind::RequestTrajectory,
            Self::PrepareEligibility { .. } => TrajectoryCommandKind::PrepareEligibility,
            Self::AssessEligibility { .. } => TrajectoryCommandKind::AssessEligibility,
            Self::GiveConsent { .. } => TrajectoryCommandKind::GiveConsent,
            Self::RefuseConsent { .. } => TrajectoryCommandKind::RefuseConsent,
            Self::WithdrawConsent { .. } => TrajectoryCommandKind::WithdrawConsent,
            Self::GiveSharingConsent { .. } => TrajectoryCommandKind::GiveSharingConsent,
            Self::WithdrawSharingConsent { .. } => TrajectoryCommandKind::WithdrawSharingConsent,
            Self::AttachConsentEvidence { .. } => TrajectoryCommandKind::AttachConsentEvidence,
            Self::AssignGuide { .. } => TrajectoryCommandKind::AssignGuide,
            Self::ReplaceGuide { .. } => TrajectoryCommandKind::ReplaceGuide,
            Self::PlanAppointment { .. } => TrajectoryCommandKind::PlanAppointment,
            Self::MoveAppointment { .. } => TrajectoryCommandKind::MoveAppointment,
            Self::CancelAppointment { .. } => TrajectoryCommandKind::CancelAppointment,
            Self::MissAppointment { .. } => TrajectoryCommandKind::MissAppointment,
            Self::HoldPreparatoryCall { .. } => TrajectoryCommandKind::HoldPreparatoryCall,
            Self::HoldTour { .. } => TrajectoryCommandKind::HoldTour,
            Self::InterruptTour { .. } => TrajectoryCommandKind::InterruptTour,
            Self::HoldInDepthTalk { .. } => TrajectoryCommandKind::HoldInDepthTalk,
            Self::FileReflectionReport { .. } => TrajectoryCommandKind::FileReflectionReport,
            Self::WaiveReflectionReport { .. } => TrajectoryCommandKind::WaiveReflectionReport,
            Self::IssueAdvice { .. } => TrajectoryCommandKind::IssueAdvice,
            Self::AssembleBundle { .. } => TrajectoryCommandKind::AssembleBundle,
            Self::DeliverBundle { .. } => TrajectoryCommandKind::DeliverBundle,
            Self::ReceiveBundle { .. } => TrajectoryCommandKind::ReceiveBundle,
            Self::RecordOutcome { .. } => TrajectoryCommandKind::RecordOutcome,
            Self::RetractRequest { .. } => TrajectoryCommandKind::RetractRequest,
            Self::OfferTransfer { .. } => TrajectoryCommandKind::OfferTransfer,
            Self::TransferTrajectory { .. } => TrajectoryCommandKind::TransferTrajectory,
            Self::CloseTrajectory { .. } => TrajectoryCommandKind::CloseTrajectory,
            Self::DiscontinueTrajectory { .. } => TrajectoryCommandKind::DiscontinueTrajectory,
            Self::ReopenTrajectory { .. } => TrajectoryCommandKind::ReopenTrajectory,
            Self::CorrectFact { .. } => TrajectoryCommandKind::CorrectFact,
            Self::AnnulStep { .. } => TrajectoryCommandKind::AnnulStep,
            Self::ReplaceParticipant { .. } => TrajectoryCommandKind::ReplaceParticipant,
            Self::LinkSubjects { .. } => TrajectoryCommandKind::LinkSubjects,
            Self::UnlinkSubjects { .. } => TrajectoryCommandKind::UnlinkSubjects,
            Self::ReportIncident { .. } => TrajectoryCommandKind::ReportIncident,
            Self::ReassignTrajectory { .. } => TrajectoryCommandKind::ReassignTrajectory,
            Self::RestrictProcessing { .. } => TrajectoryCommandKind::RestrictProcessing,
            Self::LiftRestriction { .. } => TrajectoryCommandKind::LiftRestriction,
            Self::PlaceLegalHold { .. } => TrajectoryCommandKind::PlaceLegalHold,
            Self::LiftLegalHold { .. } => TrajectoryCommandKind::LiftLegalHold,
            Self::RequestErasure { .. } => TrajectoryCommandKind::RequestErasure,
            Self::RefuseErasure { .. } => TrajectoryCommandKind::RefuseErasure,
            Self::ConfirmErasure { .. } => TrajectoryCommandKind::ConfirmErasure,
            Self::RecordKeyDestroyed { .. } => TrajectoryCommandKind::RecordKeyDestroyed,
            Self::RecordRecipientTold { .. } => TrajectoryCommandKind::RecordRecipientTold,
        }
    }
}

labelled! {
    /// The kinds of command, for forms and for "what may I do next".
    pub enum TrajectoryCommandKind {
        DraftRequest = "Aanvraag voorbereiden", "Draft the request";
        RequestTrajectory = "Leertraject aanvragen", "Request the trajectory";
        PrepareEligibility = "Criteria voorbereiden", "Prepare the eligibility answers";
        AssessEligibility = "Over criteria beslissen", "Decide on eligibility";
        GiveConsent = "Toestemming noteren", "Record consent";
        RefuseConsent = "Weigering noteren", "Record refusal";
        WithdrawConsent = "Intrekking noteren", "Record withdrawal";
        GiveSharingConsent = "Toestemming tot delen noteren", "Record sharing consent";
        WithdrawSharingConsent = "Intrekking tot delen noteren", "Record withdrawal of sharing consent";
        AttachConsentEvidence = "Bewijs van toestemming toevoegen", "Attach evidence of consent";
        AssignGuide = "Gids toewijzen", "Assign a guide";
        ReplaceGuide = "Gids vervangen", "Replace the guide";
        PlanAppointment = "Afspraak plannen", "Plan an appointment";
        MoveAppointment = "Afspraak verplaatsen", "Move an appointment";
        CancelAppointment = "Afspraak annuleren", "Cancel an appointment";
        MissAppointment = "Afwezigheid noteren", "Record a missed appointment";
        HoldPreparatoryCall = "Voorbereidend gesprek noteren", "Record the preparatory call";
        HoldTour = "Rondleiding noteren", "Record the tour";
        InterruptTour = "Afgebroken rondleiding noteren", "Record an interrupted tour";
        HoldInDepthTalk = "Verdiepend gesprek noteren", "Record the in-depth talk";
        FileReflectionReport = "Reflectieverslag indienen", "File a reflection report";
        WaiveReflectionReport = "Van reflectieverslag afzien", "Waive a reflection report";
        IssueAdvice = "Gemotiveerd advies uitbrengen", "Issue the reasoned advice";
        AssembleBundle = "Bundel samenstellen", "Assemble the bundle";
        DeliverBundle = "Bundel overmaken", "Deliver the bundle";
        ReceiveBundle = "Ontvangst bevestigen", "Confirm receipt";
        RecordOutcome = "Afloop noteren", "Record the outcome";
        RetractRequest = "Aanvraag intrekken", "Retract the request";
        OfferTransfer = "Overdracht aanbieden", "Offer a transfer";
        TransferTrajectory = "Overdracht aanvaarden", "Accept the transfer";
        CloseTrajectory = "Afsluiten", "Close";
        DiscontinueTrajectory = "Stopzetten", "Discontinue";
        ReopenTrajectory = "Heropenen", "Reopen";
        CorrectFact = "Gegeven verbeteren", "Correct a fact";
        AnnulStep = "Stap annuleren", "Annul a step";
        ReplaceParticipant = "Deelnemer vervangen", "Replace the participant";
        LinkSubjects = "Personen koppelen", "Link subjects";
        UnlinkSubjects = "Koppeling opheffen", "Unlink subjects";
        ReportIncident = "Incident melden", "Report an incident";
        ReassignTrajectory = "Dossier overdragen aan collega", "Reassign to a colleague";
        RestrictProcessing = "Verwerking beperken", "Restrict processing";
        LiftRestriction = "Beperking opheffen", "Lift the restriction";
        PlaceLegalHold = "Bewaringsplicht opleggen", "Place a legal hold";
        LiftLegalHold = "Bewaringsplicht opheffen", "Lift the legal hold";
        RequestErasure = "Wissing vragen", "Ask for erasure";
        RefuseErasure = "Wissing weigeren", "Refuse the erasure";
        ConfirmErasure = "Wissing bevestigen", "Confirm the erasure";
        RecordKeyDestroyed = "Vernietiging van de sleutel noteren", "Record that the key is destroyed";
        RecordRecipientTold = "Kennisgeving aan ontvanger noteren", "Record that a recipient was told";
    }
}
