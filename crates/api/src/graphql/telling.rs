//! Who has to be told of a correction, an erasure or a restriction: whoever something was disclosed to (GDPR art. 19).

use async_graphql::{ComplexObject, Context, ID, Object, Result, SimpleObject};
use spoor_domain::kernel::{DossierId, Label};
use spoor_domain::trajectory::record::{Settled, Telling};
use spoor_domain::trajectory::vocabulary::{NotificationMeans, TellingCause};
use spoor_projections::disclosures::{self, TellingFilter, TellingRow};
use spoor_projections::trajectories;

use super::coded::{Coded, LabelLanguage};
use super::disclosure::{Discloses, disclose, disclose_list};
use super::global_id::{Kind, global_id};
use super::page::{Paging, connection, sealed};
use super::problem::{OurFault, Problem};
use super::scalars::{Date, Position};
use super::session::{actor, allow, catch_up, desk};
use super::trajectory::Trajectory;
use super::trajectory::commands::given::dossier;
use crate::policy::{self, Action};

const LIST: &str = "disclosuresToTell";

connection! {
    /// A page of recipients to be told.
    RecipientToTellConnection, RecipientToTellEdge of RecipientToTell
}

/// A recipient of an earlier disclosure who has to know of a correction, an erasure or a restriction.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RecipientToTell {
    /// The global id of the dossier.
    trajectory_id: ID,
    /// The dossier's number.
    number: String,
    /// The code of the organisation that has to know.
    recipient: String,
    /// Of what.
    cause: Coded<TellingCause>,
    /// The version of the dossier at which it was recorded; give it to `recordRecipientTold`.
    sequence: u64,
    /// Since which day.
    since: Date,
    /// How it was settled; none while the recipient is still to be told.
    settled: Option<RecipientTold>,
    #[graphql(skip)]
    dossier: DossierId,
}

/// How a recipient came to know.
#[derive(SimpleObject)]
pub struct RecipientTold {
    /// When.
    on: Date,
    /// The account of who told them; none when they got the next bundle.
    by: Option<String>,
    /// How they were told; none when they got the next bundle.
    means: Option<Coded<NotificationMeans>>,
    /// The number of the bundle that holds the correction, when they got one.
    bundle: Option<u32>,
}

#[ComplexObject]
impl RecipientToTell {
    /// Of what, in words.
    async fn cause_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.cause.0.label(language.into())
    }
}

impl RecipientToTell {
    /// As the dossier with this number says.
    pub fn of(dossier: DossierId, number: &str, telling: &Telling) -> Self {
        Self {
            trajectory_id: global_id(Kind::Trajectory, &dossier.to_string()),
            number: number.to_owned(),
            recipient: telling.recipient.0.clone(),
            cause: telling.cause.into(),
            sequence: telling.sequence,
            since: telling.since.into(),
            settled: telling.settled.as_ref().map(RecipientTold::from),
            dossier,
        }
    }
}

impl Discloses for RecipientToTell {
    fn disclose(&self, ctx: &Context<'_>) {
        disclose(ctx, self.dossier);
    }
}

impl From<&Settled> for RecipientTold {
    fn from(settled: &Settled) -> Self {
        match settled {
            Settled::Told { on, by, means } => {
                Self { on: Date(*on), by: Some(by.0.clone()), means: Some(Coded(*means)), bundle: None }
            }
            Settled::NextBundle { on, number } => Self { on: Date(*on), by: None, means: None, bundle: Some(*number) },
        }
    }
}

/// Questions about recipients to be told.
#[derive(Default)]
pub struct TellingQuery;

#[Object]
impl TellingQuery {
    /// The recipients of earlier disclosures who are still to be told of a correction, an erasure or a restriction, longest waiting first.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    #[graphql(complexity = "first.or(last).unwrap_or(50).clamp(1, 100) as usize * child_complexity + 1")]
    async fn disclosures_to_tell(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In this dossier only.")] trajectory: Option<ID>,
        #[graphql(desc = "Also those who were told.", default = false)] with_settled: bool,
        #[graphql(desc = "So many from the beginning, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Option<Result<RecipientToTellConnection>> {
        let paging = Paging { first, after, last, before };
        Some(page(ctx, trajectory, with_settled, paging, min_position).await)
    }
}

async fn page(
    ctx: &Context<'_>,
    trajectory: Option<ID>,
    with_settled: bool,
    paging: Paging,
    min_position: Option<Position>,
) -> Result<RecipientToTellConnection> {
    allow(ctx, Action::SeeDossiers)?;
    catch_up(ctx, &[trajectories::PROJECTION], min_position).await?;
    let request = paging.request(ctx, LIST).await?;
    let unknown = |_| Problem::BadUserInput("`trajectory` does not name a dossier").at(ctx);
    let of = trajectory.map(|id| dossier(&id, "trajectory")).transpose().map_err(unknown)?;
    if let Some(dossier) = of {
        Trajectory::asked_about(ctx, dossier).await?;
    }
    let filter = TellingFilter { dossier: of, with_settled };
    let scope = policy::scope(actor(ctx)?);
    let page = disclosures::tellings(&desk(ctx)?.views, &scope, &filter, &request).await.ours(ctx)?;
    disclose_list(ctx, trajectories::PROJECTION, page.seen, of.is_some());
    let edges = sealed(ctx, LIST, page.edges).await?.into_iter().map(|(cursor, row)| {
        let TellingRow { dossier, number, telling, .. } = row;
        RecipientToTellEdge { cursor, node: RecipientToTell::of(dossier, &number.0, &telling) }
    });
    Ok(RecipientToTellConnection {
        edges: edges.collect(),
        has_next: page.has_next,
        has_previous: page.has_previous,
        total: page.total,
        position: page.seen.position,
    })
}
