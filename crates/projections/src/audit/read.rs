//! Questions about the audit trail.

use super::line::{AuditFilter, AuditLine};
use crate::error::ViewError;
use crate::page::{Answer, Page, PageRequest};
use crate::scope::Scope;
use crate::views::Views;

/// A page of the trail, newest first unless `oldest_first`. Lines that belong to no dossier are seen by
/// [`Scope::All`] only.
pub async fn list(
    _views: &Views,
    _scope: &Scope,
    _filter: &AuditFilter,
    _oldest_first: bool,
    _request: &PageRequest,
) -> Result<Page<AuditLine>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}

/// The line with this leaf index, when it is within the scope.
pub async fn one(_views: &Views, _scope: &Scope, _index: u64) -> Result<Answer<Option<AuditLine>>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}
