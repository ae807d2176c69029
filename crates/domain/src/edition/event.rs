//! What can happen to the editions of a half-year. Stored shapes are a contract. Nothing in them is about a person
//! concerned: who acted is named by the pseudonym of the account, where a rule asks for a second person.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::finding::{FindingId, Place};
pub use super::vocabulary::*;
use crate::action::event::{Competence, PolicyDomainCode};
use crate::kernel::{ActorId, HalfYear, PlanId, event_list};
use crate::publication::event::Told;

/// Days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportingWindow {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
}

/// What stands at the head of an edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EditionHead {
    /// What it is called, for instance `Najaar 2018`.
    pub label: String,
    /// The days the report speaks of, where they are named (the report of autumn 2018 names 3 April to 1 October).
    pub window: Option<ReportingWindow>,
    /// The last day of what is taken into account; frozen once it is over.
    pub cut_off: NaiveDate,
    /// The preface; paragraphs are separated by an empty line.
    pub preface: Option<String>,
}

/// By when the contacts owe their rows: one day, and other days for some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CollectionDue {
    /// The day for everybody not named below.
    pub due_on: NaiveDate,
    /// Other days.
    pub exceptions: Vec<DueException>,
}

/// Another day for some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DueException {
    /// For whom.
    pub who: DueFor,
    /// The day.
    pub due_on: NaiveDate,
}

/// For whom another day holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DueFor {
    /// For every competence of this policy domain.
    PolicyDomain(PolicyDomainCode),
    /// For this competence, whatever holds for its policy domain.
    Competence(String),
}

impl CollectionDue {
    /// The day for a row under these competences; the earliest, where several hold. The general day for a row without any.
    pub fn due_for(&self, competences: &[Competence]) -> NaiveDate {
        competences.iter().map(|competence| self.of(competence)).min().unwrap_or(self.due_on)
    }

    fn of(&self, competence: &Competence) -> NaiveDate {
        let named = |fits: &dyn Fn(&DueFor) -> bool| self.exceptions.iter().find(|exception| fits(&exception.who));
        let own = named(&|who| matches!(who, DueFor::Competence(code) if *code == competence.code));
        let domains = || named(&|who| matches!(who, DueFor::PolicyDomain(code) if *code == competence.policy_domain));
        own.or_else(domains).map_or(self.due_on, |exception| exception.due_on)
    }
}

/// A form of an edition, as stored: its bytes are found by their hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoredForm {
    /// Which form.
    pub form: EditionForm,
    /// Its media type.
    pub media_type: String,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    /// How many bytes.
    pub bytes: u64,
}

/// What freezing pins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pinned {
    /// The leaf index of the log up to which everything was taken into account.
    pub index: u64,
    /// SHA-256 of the content's canonical bytes, lower-case hex.
    pub content: String,
    /// The name and version of the content's shape.
    pub format: String,
    /// The version of the rules by which figures were counted and rounded.
    pub rules: String,
    /// The forms, the content itself among them.
    pub forms: Vec<StoredForm>,
    /// The publication of the tables on dossiers; none in an edition without such tables.
    pub publication: Option<Told>,
}

/// An event of the editions of a half-year. `occurred_on` is the day it happened in the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum EditionEvent {
    /// The first edition of the half-year was opened.
    EditionOpened { occurred_on: NaiveDate, plan: PlanId, half_year: HalfYear, head: EditionHead, by: ActorId },
    /// The head of an edition was revised while it was being drafted.
    EditionHeadRevised { occurred_on: NaiveDate, number: u32, head: EditionHead, by: ActorId },
    /// The contacts were asked for their rows.
    CollectionRoundOpened { occurred_on: NaiveDate, due: CollectionDue },
    /// They were given other days.
    CollectionRoundRescheduled { occurred_on: NaiveDate, due: CollectionDue },
    /// The contacts of these competences were reminded.
    ContactsReminded { occurred_on: NaiveDate, competences: Vec<String> },
    /// A second person let a small count of persons stand, as it was found at this place.
    SmallCountWaived {
        occurred_on: NaiveDate,
        number: u32,
        finding: FindingId,
        kind: BlockerKind,
        place: Place,
        by: ActorId,
        reason: String,
    },
    /// The edition was frozen: its bytes stay the same for ever.
    EditionFrozen { occurred_on: NaiveDate, number: u32, pinned: Pinned, by: ActorId },
    /// Another person approved it.
    EditionApproved { occurred_on: NaiveDate, number: u32, by: ActorId },
    /// It was submitted to the Vlaams Parlement.
    EditionSubmitted { occurred_on: NaiveDate, number: u32 },
    /// Its bytes are not served any more.
    EditionWithdrawn { occurred_on: NaiveDate, number: u32, by: ActorId, reason: String },
    /// The next edition was opened. `corrects` is the latest one that was approved.
    CorrectionOpened {
        occurred_on: NaiveDate,
        number: u32,
        corrects: Option<u32>,
        head: EditionHead,
        by: ActorId,
        reason: String,
    },
}

event_list!(
    EditionEvent: EditionOpened,
    EditionHeadRevised,
    CollectionRoundOpened,
    CollectionRoundRescheduled,
    ContactsReminded,
    SmallCountWaived,
    EditionFrozen,
    EditionApproved,
    EditionSubmitted,
    EditionWithdrawn,
    CorrectionOpened,
);
