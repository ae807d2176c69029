//! What does the action plan say, and what was reported on it, half-year by half-year?

mod facts;
mod fold;
mod hygiene;
mod lasting;
mod projector;
mod read;
mod report;
mod totals;

pub use facts::{
    ActionFacts, AsCorrected, BudgetLine, Minister, PlanRow, PolicyDomainRole, ReportRowFacts, StatusChange,
};
pub use hygiene::{Evidence, Finding, FindingKind, FindingPlace};
pub use lasting::{Lasting, Spans};
pub use projector::Plans;
pub use read::{action, action_numbered, actions, known_at_index, plan, plans, report};
pub use report::{
    ActionReport, ActionStatusCount, ChapterReport, CutOffs, PolicyLineReport, ProgressReport, Reach, ReportTotals,
    Subtotal,
};

/// Name of the projection.
pub const PROJECTION: &str = "plan";
