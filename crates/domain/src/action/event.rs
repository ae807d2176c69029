//! What can happen to a plan action. Stored shapes are a contract. Nothing in them is about a person: ministers are
//! offices, partners are organisations.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::figures::*;
pub use super::number::{ActionNumber, ActionNumberError};
pub use super::office::MinisterOffice;
pub use super::report::*;
pub use super::vocabulary::*;
use crate::kernel::{HalfYear, PlanId, event_list};

/// The initiatives under one heading: named, or only counted where the text was not taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InitiativeList {
    /// The heading, for instance `Concrete initiatieven`.
    pub heading: String,
    /// The initiatives.
    pub initiatives: Initiatives,
}

/// Initiatives, or their number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Initiatives {
    /// Each by name.
    Listed(Vec<String>),
    /// How many there are.
    Counted(u32),
}

/// An action of an earlier plan that this one continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Continues {
    /// The earlier plan.
    pub plan: PlanId,
    /// The action's number there.
    pub number: ActionNumber,
}

/// What the action is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActionDefinition {
    /// The plan.
    pub plan: PlanId,
    /// The number within the plan; its chapter is part of it.
    pub number: ActionNumber,
    /// Short title.
    pub title: String,
    /// Description.
    pub description: Option<String>,
    /// Initiatives, by heading.
    pub initiatives: Vec<InitiativeList>,
    /// What it continues.
    pub continues: Vec<Continues>,
}

/// A minister or a policy domain that answers for the action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Responsibility {
    /// A minister: the title as printed, and the offices it means (none when the title is not recognised).
    Minister {
        /// The title as printed.
        title: String,
        /// The offices its portfolios belong to.
        offices: Vec<MinisterOffice>,
    },
    /// A policy domain.
    PolicyDomain {
        /// The code.
        code: PolicyDomainCode,
        /// Whether it coordinates the action; at most one does.
        coordinator: bool,
    },
}

/// An event of a plan action. `occurred_on` is the day it happened in the world, or the day up to which a report speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum ActionEvent {
    /// The action was defined.
    ActionDefined { occurred_on: NaiveDate, definition: ActionDefinition },
    /// Its title, description, initiatives or predecessors were revised.
    ActionRevised { occurred_on: NaiveDate, definition: ActionDefinition },
    /// Its status changed. `backwards` flags a step back, which needs a reason.
    ActionStatusChanged {
        occurred_on: NaiveDate,
        half_year: HalfYear,
        from: Option<ActionStatus>,
        to: ActionStatus,
        backwards: bool,
        reason: Option<String>,
    },
    /// A minister or policy domain became responsible.
    ResponsibilityAssigned { occurred_on: NaiveDate, responsibility: Responsibility },
    /// A responsibility ended.
    ResponsibilityEnded { occurred_on: NaiveDate, responsibility: Responsibility },
    /// Another party was involved.
    PartnerAdded { occurred_on: NaiveDate, partner: String },
    /// A party left.
    PartnerRemoved { occurred_on: NaiveDate, partner: String },
    /// A report row was written, or written again while it was a draft or returned; it is a draft.
    ProgressReported { occurred_on: NaiveDate, row: ReportRow },
    /// There is nothing to report under these competences.
    NothingToReportDeclared { occurred_on: NaiveDate, row: RowHead },
    /// A row was imported from a printed report without its text.
    ReportRowNotCarriedOver { occurred_on: NaiveDate, row: RowHead },
    /// The row was submitted to the coordinator.
    ReportRowSubmitted { occurred_on: NaiveDate, row: RowId },
    /// The coordinator sent it back.
    ReportRowReturned { occurred_on: NaiveDate, row: RowId, reason: String },
    /// The coordinator accepted it.
    ReportRowAccepted { occurred_on: NaiveDate, row: RowId },
    /// An amount was reported.
    BudgetReported { occurred_on: NaiveDate, entry: BudgetEntry },
    /// A reported amount was corrected; `entry` is what holds from now on.
    BudgetCorrected { occurred_on: NaiveDate, entry: BudgetEntry, reason: String },
    /// People or other means were reported.
    MeansReported { occurred_on: NaiveDate, means: Means },
    /// Reported means were corrected; `means` is what holds from now on.
    MeansCorrected { occurred_on: NaiveDate, means: Means, reason: String },
    /// Funding was mentioned without an amount.
    FundingMentioned { occurred_on: NaiveDate, mention: FundingMention },
    /// A mention of funding was corrected; `mention` is what holds from now on.
    FundingMentionCorrected { occurred_on: NaiveDate, mention: FundingMention, reason: String },
    /// A figure was reported, or reported again with another value.
    IndicatorReported { occurred_on: NaiveDate, indicator: Indicator },
}

event_list!(
    ActionEvent: ActionDefined,
    ActionRevised,
    ActionStatusChanged,
    ResponsibilityAssigned,
    ResponsibilityEnded,
    PartnerAdded,
    PartnerRemoved,
    ProgressReported,
    NothingToReportDeclared,
    ReportRowNotCarriedOver,
    ReportRowSubmitted,
    ReportRowReturned,
    ReportRowAccepted,
    BudgetReported,
    BudgetCorrected,
    MeansReported,
    MeansCorrected,
    FundingMentioned,
    FundingMentionCorrected,
    IndicatorReported,
);
