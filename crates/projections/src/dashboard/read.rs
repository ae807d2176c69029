//! The dashboard, read from its counts.

use chrono::NaiveDate;

use super::values::{Dashboard, DashboardFilter};
use crate::deadlines::Deadlines;
use crate::error::ViewError;
use crate::scope::Scope;
use crate::views::Views;

/// The dashboard on a day (in Brussels), with at most `overdue` items of the overdue list.
pub async fn read(
    _views: &Views,
    _scope: &Scope,
    _filter: &DashboardFilter,
    _today: NaiveDate,
    _deadlines: &Deadlines,
    _overdue: usize,
) -> Result<Dashboard, ViewError> {
    Err(ViewError::NotBuilt(crate::trajectories::PROJECTION.into()))
}
