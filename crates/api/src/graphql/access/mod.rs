//! The access trail: who looked at what, who was refused, what left the house. Asking for it is recorded like any reading.

mod entry;
mod filter;
mod parts;

use async_graphql::{Context, Object, Result};
use spoor_projections::access;

use super::disclosure::disclose_list;
use super::page::{Paging, connection, sealed};
use super::problem::OurFault;
use super::session::{allow, desk};
use crate::policy::Action;
use crate::proof::{Keeper, LogName};
use filter::AccessFilterInput;

pub use entry::AccessEntry;

const LIST: &str = "accessTrail";

connection! {
    /// A page of the access trail.
    AccessEntryConnection, AccessEntryEdge of AccessEntry
}

/// Questions about accesses.
#[derive(Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// The access trail, newest first, for compliance officers: what the own organisation's people and the program did, and of
    /// others, without their account, what names a dossier that the viewer may see.
    #[graphql(complexity = "first.unwrap_or(50).clamp(1, 100) as usize * child_complexity + 1")]
    async fn access_trail(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entries.")] filter: Option<AccessFilterInput>,
        #[graphql(desc = "So many from the newest, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Option<Result<AccessEntryConnection>> {
        Some(trail(ctx, filter.unwrap_or_default(), Paging { first, after, last: None, before: None }).await)
    }
}

/// Whether the log of accesses lacks no record, as far as is known: without who looked it would say that nobody did.
///
/// # Errors
/// `LOG_NOT_WHOLE`, naming the records.
pub fn check_records(ctx: &Context<'_>) -> Result<()> {
    ctx.data::<Keeper>()?.of(LogName::Access).log().check_records().ours(ctx)
}

async fn trail(ctx: &Context<'_>, filter: AccessFilterInput, paging: Paging) -> Result<AccessEntryConnection> {
    allow(ctx, Action::SeeAccessTrail)?;
    check_records(ctx)?;
    let request = paging.request(ctx, LIST).await?;
    let filter = filter.resolve(ctx).await?;
    // That the dossier is not there is written down by itself, and nothing of the view is shown.
    let views = &desk(ctx)?.views;
    let page = match &filter {
        Some(filter) => access::list(views, filter, &request).await,
        None => access::nothing(views, &request).await,
    };
    let page = page.ours(ctx)?;
    if let Some(filter) = &filter {
        disclose_list(ctx, access::PROJECTION, page.seen, filter.dossier.is_some());
    }
    let (cursors, entries): (Vec<_>, Vec<_>) = sealed(ctx, LIST, page.edges).await?.into_iter().unzip();
    let nodes = AccessEntry::together(ctx, entries).await?;
    Ok(AccessEntryConnection {
        edges: cursors.into_iter().zip(nodes).map(|(cursor, node)| AccessEntryEdge { cursor, node }).collect(),
        has_next: page.has_next,
        has_previous: page.has_previous,
        total: page.total,
        position: page.seen.position,
    })
}
