//! Questions about agreements.

use spoor_domain::kernel::{AgreementId, OrganisationId};

use super::row::AgreementRow;
use crate::error::ViewError;
use crate::page::{Answer, Page, PageRequest};
use crate::views::Views;

/// A page of agreements, oldest first.
pub async fn all(_views: &Views, _request: &PageRequest) -> Result<Page<AgreementRow>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}

/// One agreement.
pub async fn detail(_views: &Views, _id: AgreementId) -> Result<Answer<Option<AgreementRow>>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}

/// The agreements to which an organisation is a party, oldest first.
pub async fn of_party(_views: &Views, _party: &OrganisationId) -> Result<Answer<Vec<AgreementRow>>, ViewError> {
    Err(ViewError::NotBuilt(super::PROJECTION.into()))
}
