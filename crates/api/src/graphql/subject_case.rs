//! A request of a person concerned is about that person's dossier: whether what is shown for it is.

use std::collections::BTreeSet;

use spoor_domain::kernel::DossierId;
use spoor_domain::trajectory::event::DossierNumber;
use spoor_projections::trajectories::{self, DossierKey};
use spoor_projections::{ViewError, Views, disclosures};

use crate::http::RequestContext;
use crate::policy;

/// What is told where it is not.
pub const ANOTHER_DOSSIER: &str = "this purpose is about one person concerned, and the answer would show another dossier than \
     the one in `Spoor-Case`: ask for that dossier alone, by its id or number, and check that it is one you may see; for work \
     on other dossiers state another purpose";

/// Whether these dossiers are the one that was named and those directly linked to a person of it, where the purpose is
/// about one dossier. A number by which there is none for this viewer leads to none.
pub async fn shows_only_it(
    views: &Views,
    request: &RequestContext,
    shown: &BTreeSet<DossierId>,
) -> Result<bool, ViewError> {
    if shown.is_empty() || !request.purpose.is_some_and(policy::needs_case) {
        return Ok(true);
    }
    let number = DossierNumber(request.case.clone().unwrap_or_default());
    let scope = policy::scope(&request.viewer.actor);
    let found = trajectories::detail(views, &scope, &DossierKey::Number(number)).await?;
    let Some(row) = found.value else { return Ok(false) };
    let mut own = BTreeSet::from([row.id]);
    for subject in row.state.subjects() {
        for link in disclosures::links_of(views, subject, None).await? {
            own.extend([link.dossier, link.other_dossier]);
        }
    }
    Ok(shown.is_subset(&own))
}
