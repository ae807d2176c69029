//! Questions about dossiers.

use async_graphql::{Context, ID, Object, Result};
use spoor_projections::audit;
use spoor_projections::trajectories::{self, TrajectoryFilter, TrajectoryOrder, TrajectoryRow};
use spoor_projections::{MAX_PAGE, Page, PageRequest};

use super::{Trajectory, TrajectoryConnection, TrajectoryEdge, TrajectoryFilterInput, TrajectoryOrderInput};
use crate::graphql::as_of::AsOf;
use crate::graphql::disclosure::{asked_in_vain, disclose, disclose_list};
use crate::graphql::global_id::{Kind, local_id};
use crate::graphql::page::{Paging, sealed};
use crate::graphql::problem::OurFault;
use crate::graphql::question::whole_number;
use crate::graphql::scalars::Position;
use crate::graphql::session::{actor, allow, catch_up, desk};
use crate::policy::{self, Action};

const LIST: &str = "trajectories";

/// Questions about dossiers.
#[derive(Default)]
pub struct TrajectoryQuery;

#[Object]
impl TrajectoryQuery {
    /// The dossiers the viewer may see.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    #[graphql(complexity = "first.or(last).unwrap_or(50).clamp(1, 100) as usize * child_complexity + 1")]
    async fn trajectories(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which dossiers.")] filter: Option<TrajectoryFilterInput>,
        #[graphql(desc = "In which order; newest request first when absent.")] order_by: Option<TrajectoryOrderInput>,
        #[graphql(desc = "So many from the beginning, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Result<TrajectoryConnection> {
        allow(ctx, Action::SeeDossiers)?;
        catch_up(ctx, &[trajectories::PROJECTION], min_position).await?;
        let request = Paging { first, after, last, before }.request(ctx, LIST).await?;
        let filter = filter.unwrap_or_default().resolve(ctx)?;
        let order = order_by.map(TrajectoryOrder::from).unwrap_or_default();
        let page = list(ctx, &filter, order, &request).await?;
        let singled_out = singled_out(ctx, &filter, order, &page).await?;
        let (cursors, rows): (Vec<_>, Vec<_>) = sealed(ctx, LIST, page.edges).await?.into_iter().unzip();
        let nodes = Trajectory::together(rows);
        disclose_list(ctx, trajectories::PROJECTION, page.seen, singled_out);
        Ok(TrajectoryConnection {
            edges: cursors.into_iter().zip(nodes).map(|(cursor, node)| TrajectoryEdge { cursor, node }).collect(),
            has_next: page.has_next,
            has_previous: page.has_previous,
            total: page.total,
            position: page.seen.position,
        })
    }

    /// One dossier, when the viewer may see it.
    async fn trajectory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the dossier.")] id: ID,
        #[graphql(
            desc = "As known then, as it was then, or both; as it stands when absent. Who may see it now decides."
        )]
        as_of: Option<AsOf>,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Option<Result<Trajectory>> {
        one(ctx, id, as_of, min_position).await.transpose()
    }
}

/// A page of the dossiers the viewer may see.
async fn list(
    ctx: &Context<'_>,
    filter: &TrajectoryFilter,
    order: TrajectoryOrder,
    request: &PageRequest,
) -> Result<Page<TrajectoryRow>> {
    let (desk, scope) = (desk(ctx)?, policy::scope(actor(ctx)?));
    trajectories::list(&desk.views, desk.log.vault(), &scope, filter, order, request).await.ours(ctx)
}

/// Notes what a filter by a person, a case reference or a whole number singles out: that it is there, how many there are
/// and that there are more already tells of each of them, whichever part of the answer is asked for. Gives whether it does.
async fn singled_out(
    ctx: &Context<'_>,
    filter: &TrajectoryFilter,
    order: TrajectoryOrder,
    page: &Page<TrajectoryRow>,
) -> Result<bool> {
    let number = filter.number_prefix.as_deref().and_then(whole_number);
    if number.is_none() && filter.case_reference.is_none() && filter.name_and_birth.is_none() {
        return Ok(false);
    }
    let all_of_it = !page.edges.is_empty() && !page.has_next && !page.has_previous;
    let beyond = match all_of_it {
        true => Vec::new(),
        false => list(ctx, filter, order, &PageRequest::first(MAX_PAGE)).await?.edges,
    };
    let matching = page.edges.iter().chain(&beyond);
    matching.for_each(|edge| disclose(ctx, edge.node.id));
    if page.edges.is_empty()
        && beyond.is_empty()
        && let Some(number) = number
    {
        asked_in_vain(ctx, None, Some(number));
    }
    Ok(true)
}

async fn one(
    ctx: &Context<'_>,
    id: ID,
    as_of: Option<AsOf>,
    min_position: Option<Position>,
) -> Result<Option<Trajectory>> {
    allow(ctx, Action::SeeDossiers)?;
    catch_up(ctx, &[trajectories::PROJECTION, audit::PROJECTION], min_position).await?;
    match local_id(Kind::Trajectory, &id).and_then(|id| id.parse().ok()) {
        Some(dossier) => match as_of {
            None => Trajectory::find(ctx, dossier).await,
            Some(as_of) => Trajectory::find_at(ctx, dossier, as_of.resolve(ctx).await?).await,
        },
        None => Ok(None),
    }
}
