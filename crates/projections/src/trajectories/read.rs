//! Questions about dossiers.

use std::collections::HashMap;

use spoor_domain::kernel::DossierId;
use spoor_eventlog::Vault;

use super::row::{DossierKey, PersonalValue, TrajectoryFilter, TrajectoryOrder, TrajectoryRow};
use crate::error::ViewError;
use crate::page::{Answer, Page, PageRequest, Total};
use crate::scope::Scope;
use crate::views::Views;

/// A page of dossiers. The vault turns a case reference or a name with birth date into the digest that is looked for.
pub async fn list(
    _views: &Views,
    _vault: &Vault,
    _scope: &Scope,
    _filter: &TrajectoryFilter,
    _order: TrajectoryOrder,
    _request: &PageRequest,
) -> Result<Page<TrajectoryRow>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}

/// How many dossiers the filter leaves: exact where the maintained counts answer, else counted up to a bound.
pub async fn count(
    _views: &Views,
    _vault: &Vault,
    _scope: &Scope,
    _filter: &TrajectoryFilter,
) -> Result<Total, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}

/// One dossier, when it is within the scope.
pub async fn detail(
    _views: &Views,
    _scope: &Scope,
    _key: &DossierKey,
) -> Result<Answer<Option<TrajectoryRow>>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}

/// The dossiers with these ids that are within the scope, in no particular order: for lists of other things.
pub async fn by_ids(_views: &Views, _scope: &Scope, _ids: &[DossierId]) -> Result<Vec<TrajectoryRow>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}

/// The personal values of these dossiers as they stand now, sealed. Ask only for dossiers the viewer was given.
pub async fn personal(
    _views: &Views,
    _dossiers: &[DossierId],
) -> Result<HashMap<DossierId, Vec<PersonalValue>>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}
