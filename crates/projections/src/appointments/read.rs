//! Questions about the agenda.

use super::row::{AgendaFilter, AppointmentRow};
use crate::error::ViewError;
use crate::page::{Page, PageRequest};
use crate::scope::Scope;
use crate::views::Views;

/// The appointments of a period, earliest first.
pub async fn agenda(
    _views: &Views,
    _scope: &Scope,
    _filter: &AgendaFilter,
    _request: &PageRequest,
) -> Result<Page<AppointmentRow>, ViewError> {
    Err(ViewError::NotBuilt(crate::trajectories::PROJECTION.into()))
}
