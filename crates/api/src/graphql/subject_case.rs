//! A request of a person concerned is about that person's dossier: whether what is shown, done or handed out for it is.

use std::collections::BTreeSet;

use async_graphql::{Context, Error, Result};
use spoor_domain::kernel::DossierId;
use spoor_domain::trajectory::event::DossierNumber;
use spoor_projections::trajectories::{self, DossierKey};
use spoor_projections::{ViewError, Views, disclosures};

use super::disclosure::{ToldOf, target};
use super::problem::{OurFault, Problem};
use super::session::{desk, request};
use crate::http::RequestContext;
use crate::policy::{self, Unfit};

/// What is told where it is not.
pub const ANOTHER_DOSSIER: &str = "this purpose is about one person concerned, and the answer would show another dossier than \
     the one in `Spoor-Case`: ask for that dossier alone, by its id or number, and check that it is one you may see; for work \
     on other dossiers state another purpose";

/// What is told where that came out after something was done.
pub const DONE_AND_NOT_SHOWN: &str = "this purpose is about one person concerned, and the answer would show another dossier than \
     the one in `Spoor-Case`, so it is not shown; what was asked may have been done: look it up for the purpose it is for";

/// What is told of a link that would make another dossier one of the case.
const NEW_LINK: &str = "this purpose is about one person concerned, and a new link would open another dossier under it: link the \
     dossiers for the purpose of the work on them, such as CASE_HANDLING, and then answer the person";

/// Whether these dossiers are the one that was named and those directly linked to a person of it, where the purpose is
/// about one dossier. A number by which there is none for this viewer leads to none.
pub async fn tells_only_of_it(views: &Views, request: &RequestContext, told: &ToldOf) -> Result<bool, ViewError> {
    if !request.purpose.is_some_and(policy::needs_case) {
        return Ok(true);
    }
    let told = match told {
        ToldOf::WhateverThereIs => return Ok(false),
        ToldOf::These(none) if none.is_empty() => return Ok(true),
        ToldOf::These(dossiers) => dossiers,
    };
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
    Ok(told.is_subset(&own))
}

/// Lets a command go on that links this dossier to the one it is for, where it is of the case already: a link made for the
/// purpose would show under the purpose whatever dossier was chosen.
///
/// # Errors
/// When the purpose is about another dossier.
pub async fn only_linked_already(ctx: &Context<'_>, other: DossierId) -> Result<()> {
    match tells_only_of_it(&desk(ctx)?.views, request(ctx)?, &other.into()).await.ours(ctx)? {
        true => Ok(()),
        false => {
            let refused = Problem::PurposeRequired(Unfit::AnotherCase).at(ctx);
            Err(Error { message: NEW_LINK.to_owned(), ..refused })
        }
    }
}

/// Lets a command go on that is for this dossier, or for a new one where it names none: what was done cannot be taken back
/// by not answering.
///
/// # Errors
/// When the purpose is about another dossier.
pub async fn only_in_its_case(ctx: &Context<'_>, dossier: Option<DossierId>) -> Result<()> {
    let told = dossier.map_or(ToldOf::WhateverThereIs, ToldOf::from);
    let own = tells_only_of_it(&desk(ctx)?.views, request(ctx)?, &told).await.ours(ctx)?;
    if own {
        return Ok(());
    }
    // The refusal is written down with the dossier that was tried.
    if let Some(dossier) = dossier {
        target(ctx, dossier);
    }
    Err(Problem::PurposeRequired(Unfit::AnotherCase).at(ctx))
}
