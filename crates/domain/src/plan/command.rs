//! What can be asked of an action plan.

use chrono::NaiveDate;
use serde::Serialize;

use super::event::PlanOutline;
use crate::kernel::PlanId;

/// A command to an action plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum PlanCommand {
    /// Adopt the plan.
    AdoptActionPlan { outline: PlanOutline },
    /// Let a later plan take its place.
    SupersedeActionPlan { superseded_on: NaiveDate, by: PlanId },
}
