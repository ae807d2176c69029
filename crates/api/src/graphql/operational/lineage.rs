//! From a published figure back to the events it was counted from: for supervision, and written down as a reading.

use std::collections::BTreeSet;

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use spoor_documents::edition::OperationalTable as Frozen;
use spoor_domain::kernel::DossierId;
use spoor_projections::publication::{self, Counted, Standing};
use spoor_projections::trajectories;

use super::{OperationalCell, published};
use crate::desk::Published;
use crate::graphql::disclosure::{disclose, tells_at_large};
use crate::graphql::global_id::{Kind, global_id};
use crate::graphql::problem::OurFault;
use crate::graphql::scalars::HalfYear;
use crate::graphql::session::{actor, allow, desk};
use crate::graphql::trajectory::Trajectory;
use crate::policy::{self, Action};

/// A published figure and what is behind it.
#[derive(SimpleObject)]
pub struct Lineage {
    /// The figure as published.
    cell: OperationalCell,
    /// What it was counted from; none for who may not know.
    behind: Option<FigureOrigin>,
}

/// What a figure was counted from.
#[derive(SimpleObject)]
pub struct FigureOrigin {
    /// The number of the last event of the log that was taken into account.
    index: u64,
    /// How many persons are counted with these requests, before anything was rounded. Nothing is told of how many there are
    /// elsewhere.
    persons: usize,
    /// The requests: the one each person is counted with, and later ones that count nobody more. Of dossiers that the
    /// viewer may see: others are for the officer of who answers for them.
    requests: Vec<CountedRequest>,
}

/// A request behind a figure.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct CountedRequest {
    /// The number of the dossier.
    number: String,
    /// The global id of the dossier.
    trajectory_id: ID,
    /// The number of the event since which the dossier stood as it was counted.
    index: u64,
    /// Whether the person is counted with it; otherwise it is a later request of a person who is counted already.
    counted: bool,
    #[graphql(skip)]
    dossier: DossierId,
}

#[ComplexObject]
impl CountedRequest {
    /// The dossier as it stands, when the viewer may see it.
    #[graphql(complexity = "child_complexity + 5")]
    async fn trajectory(&self, ctx: &Context<'_>) -> Option<Result<Trajectory>> {
        Trajectory::shown(ctx, self.dossier).await.transpose()
    }
}

impl Lineage {
    /// The figure in this cell of this table of the published edition, with what is behind it for who may know.
    pub async fn find(
        ctx: &Context<'_>,
        plan: &ID,
        period: HalfYear,
        table: &str,
        categories: &[String],
    ) -> Result<Option<Self>> {
        let Some(Published { content, pinned_index, .. }) = published(ctx, plan, period).await? else {
            return Ok(None);
        };
        let table = content.tables.into_iter().find(|own| own.table.code == table);
        let cell = |table: &Frozen| table.table.cells.iter().find(|cell| cell.categories == categories).cloned();
        let Some((table, cell)) = table.and_then(|table| cell(&table).map(|cell| (table, cell))) else {
            return Ok(None);
        };
        let cell = OperationalCell::of(&cell, &table);
        if policy::authorize(actor(ctx)?, Action::TraceFigures).is_err() {
            return Ok(Some(Self { cell, behind: None }));
        }
        allow(ctx, Action::TraceFigures)?;
        let counted = publication::counted_at(&desk(ctx)?.views, pinned_index).await.ours(ctx)?;
        let behind = counted.into_iter().filter(|person| is_in(person, &table, categories));
        let mut requests = behind.flat_map(requests).collect::<Vec<_>>();
        let own = visible(ctx, &requests).await?;
        requests.retain(|request| own.contains(&request.dossier));
        let persons = requests.iter().filter(|request| request.counted).count();
        tells_at_large(ctx);
        requests.iter().for_each(|request| disclose(ctx, request.dossier));
        Ok(Some(Self { cell, behind: Some(FigureOrigin { index: pinned_index, persons, requests }) }))
    }
}

/// Those of these requests whose dossiers the viewer may see.
async fn visible(ctx: &Context<'_>, requests: &[CountedRequest]) -> Result<BTreeSet<DossierId>> {
    let ids: Vec<DossierId> = requests.iter().map(|request| request.dossier).collect();
    let (views, scope) = (&desk(ctx)?.views, policy::scope(actor(ctx)?));
    let rows = trajectories::by_ids(views, &scope, &ids).await.ours(ctx)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Whether a person is counted in this cell: in its half-years, with its categories. A table's categories are those of its
/// own dimensions, and no code occurs in two of them.
fn is_in(person: &Counted, table: &Frozen, categories: &[String]) -> bool {
    let own = person.categories();
    table.table.half_years.holds(person.half_year())
        && categories.iter().all(|category| own.contains(&category.as_str()))
}

fn requests(person: Counted) -> Vec<CountedRequest> {
    let request = |counted: bool| {
        move |standing: Standing| CountedRequest {
            number: standing.number.0,
            trajectory_id: global_id(Kind::Trajectory, &standing.dossier.to_string()),
            index: standing.since,
            counted,
            dossier: standing.dossier,
        }
    };
    std::iter::once(person.first).map(request(true)).chain(person.later.into_iter().map(request(false))).collect()
}
