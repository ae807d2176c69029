//! Questions about plans, all of which can also be asked as known at an earlier moment of the log.

use chrono::{DateTime, Utc};
use spoor_domain::action::event::ActionNumber;
use spoor_domain::kernel::{HalfYear, PlanId};

use super::facts::{ActionFacts, PlanRow};
use super::report::ProgressReport;
use crate::error::ViewError;
use crate::page::Answer;
use crate::views::Views;

/// The plans, oldest first.
pub async fn plans(_views: &Views) -> Result<Answer<Vec<PlanRow>>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}

/// One plan.
pub async fn plan(_views: &Views, _id: PlanId) -> Result<Answer<Option<PlanRow>>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}

/// The actions of a plan, by number, as known when the log was at `known_at` (now, when absent).
pub async fn actions(
    _views: &Views,
    _plan: PlanId,
    _known_at: Option<DateTime<Utc>>,
) -> Result<Answer<Vec<ActionFacts>>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}

/// One action.
pub async fn action(
    _views: &Views,
    _plan: PlanId,
    _number: ActionNumber,
    _known_at: Option<DateTime<Utc>>,
) -> Result<Answer<Option<ActionFacts>>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}

/// The progress report of a half-year, as known when the log was at `known_at` (now, when absent). None when there is
/// no such plan.
pub async fn report(
    _views: &Views,
    _plan: PlanId,
    _period: HalfYear,
    _known_at: Option<DateTime<Utc>>,
) -> Result<Answer<Option<ProgressReport>>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}
