//! Why an action plan says no, and what to do instead.

use chrono::NaiveDate;

use crate::kernel::{Label, Language, Refusal, RefusalCode, Role};

/// A refusal of an action plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each variant has its sentence")]
pub enum PlanRejection {
    /// Only the plan coordinator.
    #[error("A {} cannot change an action plan: ask the action plan coordinator.", role.label(Language::En))]
    NotYourRole { role: Role },
    /// Adopted before.
    #[error("This plan was adopted before: adopt a later plan and let it supersede this one.")]
    AlreadyAdopted,
    /// Not there.
    #[error("There is no such plan: adopt it first.")]
    NotAdopted,
    /// A plan without a name.
    #[error("Give the plan a name.")]
    NameMissing,
    /// A plan nobody decided on.
    #[error("Give at least one decision by which the plan was adopted.")]
    DecisionMissing,
    /// Decisions are a history.
    #[error("List the decisions from the oldest to the latest.")]
    DecisionsOutOfOrder,
    /// A plan without chapters.
    #[error("Give the plan's chapters.")]
    ChaptersMissing,
    /// A policy line's number is 0 or taken.
    #[error("Policy line {number} occurs twice or is 0: number the policy lines from 1, each once.")]
    PolicyLineNumber { number: u16 },
    /// A chapter's number is 0 or taken.
    #[error("Chapter {number} occurs twice or is 0: number the chapters from 1, each once.")]
    ChapterNumber { number: u16 },
    /// A chapter under nothing.
    #[error("Chapter {chapter} names policy line {policy_line}, which the plan does not have: name one it has.")]
    NoSuchPolicyLine { chapter: u16, policy_line: u16 },
    /// What happened lies in the past.
    #[error("{on} lies in the future (today is {today}): record it once it has happened.")]
    InFuture { on: NaiveDate, today: NaiveDate },
    /// Superseded before it was adopted.
    #[error("{on} lies before the day the plan was adopted ({adopted_on}): correct the date.")]
    TooEarly { on: NaiveDate, adopted_on: NaiveDate },
    /// Another plan took its place.
    #[error("Another plan took this plan's place before: look at that one.")]
    AlreadySuperseded,
}

impl Refusal for PlanRejection {
    fn code(&self) -> RefusalCode {
        match self {
            Self::NotYourRole { .. } => RefusalCode::NotYourRole,
            Self::AlreadyAdopted | Self::AlreadySuperseded => RefusalCode::AlreadyDone,
            Self::NotAdopted => RefusalCode::NotFound,
            Self::NameMissing
            | Self::DecisionMissing
            | Self::DecisionsOutOfOrder
            | Self::ChaptersMissing
            | Self::PolicyLineNumber { .. }
            | Self::ChapterNumber { .. }
            | Self::NoSuchPolicyLine { .. } => RefusalCode::InvalidInput,
            Self::InFuture { .. } | Self::TooEarly { .. } => RefusalCode::InvalidDate,
        }
    }

    fn path(&self) -> Vec<String> {
        let field = match self {
            Self::NameMissing => "name",
            Self::DecisionMissing | Self::DecisionsOutOfOrder => "decisions",
            Self::ChaptersMissing | Self::ChapterNumber { .. } | Self::NoSuchPolicyLine { .. } => "chapters",
            Self::PolicyLineNumber { .. } => "policyLines",
            Self::TooEarly { .. } => "supersededOn",
            Self::NotYourRole { .. }
            | Self::AlreadyAdopted
            | Self::NotAdopted
            | Self::InFuture { .. }
            | Self::AlreadySuperseded => return Vec::new(),
        };
        vec![field.to_owned()]
    }

    fn message_nl(&self) -> String {
        match self {
            Self::NotYourRole { role } => {
                format!(
                    "Een actieplan wijzigen kan niet als {}; vraag het aan de coördinator van het actieplan.",
                    role.label(Language::Nl)
                )
            }
            Self::AlreadyAdopted => "Dit plan is al goedgekeurd; neem een later plan op dat dit plan vervangt.".into(),
            Self::NotAdopted => "Dit plan bestaat nog niet; neem het eerst op.".into(),
            Self::NameMissing => "Geef het plan een naam.".into(),
            Self::DecisionMissing => "Vermeld minstens één beslissing waarmee het plan tot stand kwam.".into(),
            Self::DecisionsOutOfOrder => "Zet de beslissingen van oud naar nieuw.".into(),
            Self::ChaptersMissing => "Vermeld de hoofdstukken van het plan.".into(),
            Self::PolicyLineNumber { number } => {
                format!(
                    "Beleidslijn {number} komt tweemaal voor of is 0; nummer de beleidslijnen vanaf 1, elk één keer."
                )
            }
            Self::ChapterNumber { number } => {
                format!("Hoofdstuk {number} komt tweemaal voor of is 0; nummer de hoofdstukken vanaf 1, elk één keer.")
            }
            Self::NoSuchPolicyLine { chapter, policy_line } => {
                format!("Hoofdstuk {chapter} verwijst naar beleidslijn {policy_line}, die het plan niet heeft.")
            }
            Self::InFuture { on, today } => {
                format!("{on} ligt in de toekomst (vandaag is {today}); noteer het nadat het gebeurd is.")
            }
            Self::TooEarly { on, adopted_on } => {
                format!("{on} ligt voor de dag waarop het plan werd goedgekeurd ({adopted_on}); verbeter de datum.")
            }
            Self::AlreadySuperseded => "Een ander plan heeft dit plan al vervangen; kijk bij dat plan.".into(),
        }
    }
}
