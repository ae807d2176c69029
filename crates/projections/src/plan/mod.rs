//! What does the action plan say, and what was reported on it, half-year by half-year?

mod facts;
mod read;
mod report;

pub use facts::{ActionFacts, BudgetLine, Minister, PlanRow, PolicyDomainRole, ReportRowFacts, StatusChange};
pub use read::{action, actions, plan, plans, report};
pub use report::{
    ActionReport, ActionStatusCount, ChapterReport, Finding, FindingKind, PolicyLineReport, ProgressReport,
    ReportTotals, Subtotal,
};

/// Name of the projection.
pub const PROJECTION: &str = "plan";
