//! Questions about report editions: all of a plan, one of them, and what is still owed for one.

use async_graphql::{Context, ID, Object, Result};
use spoor_domain::edition::event::EditionStatus;
use spoor_domain::kernel::ReportEditionId;
use spoor_projections::editions;

use super::collection::CollectionRound;
use super::{ReportEdition, Which};
use crate::graphql::global_id::{Kind, local_id};
use crate::graphql::plan::plan_id;
use crate::graphql::problem::{OurFault, Problem};
use crate::graphql::scalars::{HalfYear, Position};
use crate::graphql::session::{allow, catch_up, desk};
use crate::policy::Action;

/// Questions about report editions.
#[derive(Default)]
pub struct EditionQuery;

#[Object]
impl EditionQuery {
    /// The editions of a plan that the viewer may see, the latest half-year first.
    #[graphql(complexity = "child_complexity * 10 + 1")]
    async fn report_editions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the plan.")] plan: ID,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Option<Result<Vec<ReportEdition>>> {
        let editions = async {
            allow(ctx, Action::SeeEdition(EditionStatus::Approved))?;
            catch_up(ctx, &[editions::PROJECTION], min_position).await?;
            let Some(plan) = plan_id(&plan) else { return Ok(Vec::new()) };
            let rows = editions::list(&desk(ctx)?.views, plan).await.ours(ctx)?.value;
            let mut found = Vec::new();
            for row in &rows {
                found.extend(ReportEdition::visible(ctx, row)?.into_iter().rev());
            }
            Ok(found)
        };
        Some(editions.await)
    }

    /// One edition: by its id, or by plan, half-year and number. Without a number it is the latest the viewer may see that
    /// was not withdrawn, and none where all were: for who sees no drafts, the one whose tables `operationalTables` tells. A
    /// withdrawn one is found by its id or its number, and among `reportEditions`.
    async fn report_edition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the edition.")] id: Option<ID>,
        #[graphql(desc = "The global id of the plan.")] plan: Option<ID>,
        #[graphql(desc = "The half-year.")] period: Option<HalfYear>,
        #[graphql(desc = "The number of the edition.")] number: Option<u32>,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Option<Result<ReportEdition>> {
        let edition = async {
            allow(ctx, Action::SeeEdition(EditionStatus::Approved))?;
            catch_up(ctx, &[editions::PROJECTION], min_position).await?;
            match (id, plan, period) {
                (Some(id), None, None) => match local_id(Kind::ReportEdition, &id) {
                    Some(local) => ReportEdition::find_local(ctx, &local).await,
                    None => Ok(None),
                },
                (None, Some(plan), Some(period)) => match plan_id(&plan) {
                    Some(plan) => {
                        let which = number.map_or(Which::Standing, Which::Numbered);
                        ReportEdition::find(ctx, ReportEditionId::of(plan, period.0), which).await
                    }
                    None => Ok(None),
                },
                _ => Err(Problem::BadUserInput("give either `id`, or `plan` and `period`").at(ctx)),
            }
        };
        edition.await.transpose()
    }

    /// Who still owes rows for the report on a half-year. A domain contact sees those of the own policy domain.
    #[graphql(complexity = "child_complexity + 100")]
    async fn collection_round(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the plan.")] plan: ID,
        #[graphql(desc = "The half-year.")] period: HalfYear,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Option<Result<CollectionRound>> {
        let round = async {
            allow(ctx, Action::SeeCollection)?;
            catch_up(ctx, &[editions::PROJECTION, spoor_projections::plan::PROJECTION], min_position).await?;
            match plan_id(&plan) {
                Some(plan) => CollectionRound::find(ctx, plan, period.0).await,
                None => Ok(None),
            }
        };
        round.await.transpose()
    }
}
