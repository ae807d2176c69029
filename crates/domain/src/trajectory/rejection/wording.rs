//! How values read inside the sentence of a refusal.

use chrono::NaiveDate;

use super::super::command::TrajectoryCommandKind;
use super::super::event::TrajectoryEventKind;
use super::super::vocabulary::*;
use crate::kernel::{Label, Language, LegalField, OrganisationId, Role};

/// The roles to whom a command belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles(pub &'static [Role]);

/// What has to happen next in a dossier with this status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextStep(pub TrajectoryStatus);

/// What helps who gave a command that was done already, and meant something else by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy(pub TrajectoryCommandKind);

/// In which shape a corrected value is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueShape {
    /// A text.
    Text,
    /// A personal day.
    Day,
    /// The day of a step.
    StepDay,
}

impl ValueShape {
    /// The shape in which the value of this field is given.
    pub fn of(field: CorrectableField) -> Self {
        use CorrectableField::*;
        match field {
            HeldOn => Self::StepDay,
            ParticipantBirthOn | OffenceOn => Self::Day,
            ParticipantName | ParticipantContact | ParticipantLanguage | CaseReference | Facts | Notes | ReportText
            | Motivation => Self::Text,
        }
    }
}

/// How a value reads inside a sentence.
pub(super) trait Shown {
    fn shown(&self, language: Language) -> String;
}

macro_rules! shown_by_label {
    ($($type:ty),+) => { $(impl Shown for $type {
        fn shown(&self, language: Language) -> String { self.label(language).to_owned() }
    })+ };
}
shown_by_label!(
    TrajectoryCommandKind,
    TrajectoryStatus,
    Role,
    EligibilityOutcome,
    ConsentGiver,
    AppointmentKind,
    PieceKind,
    EndReason,
    CorrectableField,
    RestrictionGround
);

macro_rules! shown_as_written {
    ($($type:ty),+) => { $(impl Shown for $type {
        fn shown(&self, _language: Language) -> String { self.to_string() }
    })+ };
}
shown_as_written!(&'static str, String, u32, u64, NaiveDate, OrganisationId);

impl Shown for TrajectoryEventKind {
    fn shown(&self, _language: Language) -> String {
        format!("{self:?}")
    }
}

impl Shown for Roles {
    fn shown(&self, language: Language) -> String {
        self.0.iter().map(|role| role.label(language)).collect::<Vec<_>>().join(", ")
    }
}

impl Shown for LegalField {
    fn shown(&self, language: Language) -> String {
        self.shapes(language).to_owned()
    }
}

impl Shown for ValueShape {
    fn shown(&self, _language: Language) -> String {
        let name = match self {
            Self::Text => "text",
            Self::Day => "day",
            Self::StepDay => "stepDay",
        };
        name.to_owned()
    }
}

impl Shown for Remedy {
    fn shown(&self, language: Language) -> String {
        use TrajectoryCommandKind::*;
        let (en, nl) = match self.0 {
            HoldPreparatoryCall | HoldTour | InterruptTour | HoldInDepthTalk | FileReflectionReport => (
                "correct it with correctFact or annul it with annulStep if it is wrong",
                "verbeter met correctFact of annuleer met annulStep als het fout is",
            ),
            RecordOutcome => (
                "another outcome or another day is recorded with 'revisionReason', a remark stays as it was written",
                "een andere uitkomst of een andere dag wordt genoteerd met 'revisionReason', een opmerking blijft zoals ze genoteerd is",
            ),
            IssueAdvice => (
                "issue it again with 'revisionReason' if it has to change",
                "breng het opnieuw uit met 'revisionReason' als het moet veranderen",
            ),
            DraftRequest | RequestTrajectory => (
                "correct what it says with correctFact if it is wrong",
                "verbeter wat erin staat met correctFact als het fout is",
            ),
            AssessEligibility | RefuseConsent | WithdrawConsent | WaiveReflectionReport | DiscontinueTrajectory => {
                ("annul it with annulStep if it is wrong", "annuleer het met annulStep als het fout is")
            }
            GiveConsent => (
                "a consent is not corrected: annul it with annulStep if it was never given, record its withdrawal with withdrawConsent if it was",
                "een toestemming wordt niet verbeterd: annuleer ze met annulStep als ze nooit gegeven is, noteer de intrekking met withdrawConsent als ze dat wel is",
            ),
            GiveSharingConsent => (
                "withdraw it with withdrawSharingConsent if it no longer holds",
                "trek ze in met withdrawSharingConsent als ze niet meer geldt",
            ),
            AssembleBundle | DeliverBundle | ReceiveBundle => (
                "what is in a bundle is corrected in the dossier, and a new bundle assembled with assembleBundle",
                "wat in een bundel zit wordt verbeterd in het dossier, waarna assembleBundle een nieuwe bundel samenstelt",
            ),
            AssignGuide | ReplaceGuide => {
                ("another guide is named with replaceGuide", "een andere gids wordt aangeduid met replaceGuide")
            }
            PlanAppointment | MoveAppointment | CancelAppointment | MissAppointment => (
                "move it with moveAppointment or cancel it with cancelAppointment if it is wrong",
                "verplaats de afspraak met moveAppointment of annuleer ze met cancelAppointment als ze fout is",
            ),
            PrepareEligibility
            | WithdrawSharingConsent
            | AttachConsentEvidence
            | RetractRequest
            | OfferTransfer
            | TransferTrajectory
            | CloseTrajectory
            | ReopenTrajectory
            | CorrectFact
            | AnnulStep
            | ReplaceParticipant
            | LinkSubjects
            | UnlinkSubjects
            | ReportIncident
            | ReassignTrajectory
            | RestrictProcessing
            | LiftRestriction
            | PlaceLegalHold
            | LiftLegalHold
            | RequestErasure
            | RefuseErasure
            | ConfirmErasure
            | RecordKeyDestroyed
            | RecordRecipientTold => (
                "give the command anew with what has to change, if something has",
                "geef de opdracht opnieuw met wat moet veranderen, als er iets moet veranderen",
            ),
        };
        match language {
            Language::En => en.to_owned(),
            Language::Nl => nl.to_owned(),
        }
    }
}

impl Shown for NextStep {
    fn shown(&self, language: Language) -> String {
        use TrajectoryStatus::*;
        let (en, nl) = match self.0 {
            Drafted => {
                ("submit the request first with requestTrajectory", "dien eerst de aanvraag in met requestTrajectory")
            }
            Requested => (
                "decide on eligibility first with assessEligibility",
                "beslis eerst over de criteria met assessEligibility",
            ),
            Eligible => ("record the consent first with giveConsent", "noteer eerst de toestemming met giveConsent"),
            Consented => (
                "record the preparatory call first with holdPreparatoryCall",
                "noteer eerst het voorbereidend gesprek met holdPreparatoryCall",
            ),
            Prepared => ("record the tour first with holdTour", "noteer eerst de rondleiding met holdTour"),
            Toured => (
                "record the in-depth talk first with holdInDepthTalk",
                "noteer eerst het verdiepend gesprek met holdInDepthTalk",
            ),
            Deepened => (
                "file or waive both reflection reports first with fileReflectionReport or waiveReflectionReport",
                "noteer eerst beide reflectieverslagen met fileReflectionReport of waiveReflectionReport",
            ),
            Reflected => ("issue the advice first with issueAdvice", "breng eerst het advies uit met issueAdvice"),
            Advised => (
                "assemble and deliver the bundle first with assembleBundle and deliverBundle",
                "stel eerst de bundel samen en maak hem over met assembleBundle en deliverBundle",
            ),
            Delivered => {
                ("what is left is recordOutcome and closeTrajectory", "er rest enkel recordOutcome en closeTrajectory")
            }
            Ineligible | Refused | Closed | Withdrawn | Retracted | Discontinued => (
                "reopen it first with reopenTrajectory, if it has to go on",
                "heropen het eerst met reopenTrajectory, als het verder moet",
            ),
            OpenedInError => {
                ("make a new request with requestTrajectory", "maak een nieuwe aanvraag met requestTrajectory")
            }
        };
        match language {
            Language::En => en.to_owned(),
            Language::Nl => nl.to_owned(),
        }
    }
}
