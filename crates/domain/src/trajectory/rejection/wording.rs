//! How values read inside the sentence of a refusal.

use chrono::NaiveDate;

use super::super::command::TrajectoryCommandKind;
use super::super::event::TrajectoryEventKind;
use super::super::vocabulary::*;
use crate::kernel::{Label, Language, OrganisationId, Role};

/// The roles to whom a command belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles(pub &'static [Role]);

/// What has to happen next in a dossier with this status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextStep(pub TrajectoryStatus);

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
