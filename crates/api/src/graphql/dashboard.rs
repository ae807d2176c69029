//! How the work stands as a whole: counts over the dossiers the viewer may see.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use spoor_domain::kernel::{ActorId, DossierId, Label, OrganisationId};
use spoor_domain::trajectory::vocabulary::{TrajectoryStatus, WaitingFor};
use spoor_eventlog::clock::brussels_day;
use spoor_projections::{dashboard, trajectories};

use super::as_of::known_at;
use super::coded::{Coded, LabelLanguage};
use super::disclosure::{disclose, disclose_list};
use super::global_id::{Kind, global_id};
use super::problem::OurFault;
use super::reference::{Guide, Parket};
use super::scalars::{Date, HalfYear, Position};
use super::session::{actor, allow, catch_up, desk};
use super::trajectory::named;
use crate::policy::{self, Action};

/// The most overdue dossiers a dashboard lists.
const OVERDUE: usize = 50;

/// The work as a whole, over the dossiers the viewer may see.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Dashboard {
    /// How many dossiers.
    total: u64,
    /// How many in each status, in the order of a dossier's life; statuses without dossiers are absent.
    by_status: Vec<StatusCount>,
    /// How many with each parket.
    by_parket: Vec<ParketCount>,
    /// How many wait for whom.
    waiting_for: Vec<WaitingCount>,
    #[graphql(skip)]
    overdue: Vec<OverdueItem>,
    /// How many dossiers are past their deadline.
    overdue_total: u64,
    /// How many reach their deadline within seven days.
    due_soon: u64,
    /// The open dossiers of each guide.
    workload: Vec<GuideLoad>,
    /// What came in and went out in each half-year, oldest first.
    throughput: Vec<HalfYearCount>,
    /// The state of the log that is shown.
    position: Position,
}

#[ComplexObject]
impl Dashboard {
    /// The dossiers longest past their deadline, longest first.
    async fn overdue(&self, ctx: &Context<'_>) -> &[OverdueItem] {
        self.overdue.iter().for_each(|item| disclose(ctx, item.dossier));
        &self.overdue
    }
}

/// Dossiers in a status.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct StatusCount {
    /// The status.
    status: Coded<TrajectoryStatus>,
    /// How many.
    count: u64,
}

#[ComplexObject]
impl StatusCount {
    /// The status, in words.
    async fn status_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.status.0.label(language.into())
    }
}

/// Dossiers of a parket.
#[derive(SimpleObject)]
pub struct ParketCount {
    /// The parket.
    parket: Parket,
    /// How many.
    count: u64,
    /// Of which open.
    open: u64,
    /// How many in each status.
    by_status: Vec<StatusCount>,
}

/// Dossiers that wait for somebody.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct WaitingCount {
    /// For whom.
    waiting_for: Coded<WaitingFor>,
    /// How many.
    count: u64,
}

#[ComplexObject]
impl WaitingCount {
    /// For whom, in words.
    async fn waiting_for_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.waiting_for.0.label(language.into())
    }
}

/// The open dossiers of a guide.
#[derive(SimpleObject)]
pub struct GuideLoad {
    /// The guide.
    guide: Guide,
    /// How many are open.
    open: u64,
    /// How many in each status.
    by_status: Vec<StatusCount>,
}

/// What came in and went out in a half-year.
#[derive(SimpleObject)]
pub struct HalfYearCount {
    /// The half-year.
    period: HalfYear,
    /// Requests submitted.
    requested: u64,
    /// Dossiers closed.
    closed: u64,
    /// Dossiers that ended otherwise.
    ended: u64,
}

/// A dossier past its deadline.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct OverdueItem {
    #[graphql(skip)]
    dossier: DossierId,
    /// The global id of the dossier.
    trajectory_id: ID,
    /// Its number.
    number: String,
    /// Its status.
    status: Coded<TrajectoryStatus>,
    /// The parket it is with.
    parket: Parket,
    /// Its guide.
    guide: Option<Guide>,
    /// Whose move it is.
    waiting_for: Coded<WaitingFor>,
    /// The day it came to its status.
    status_since: Date,
    /// The last day on which the next step would have been in time.
    due_on: Date,
}

#[ComplexObject]
impl OverdueItem {
    /// Its status, in words.
    async fn status_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.status.0.label(language.into())
    }

    /// Whose move it is, in words.
    async fn waiting_for_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.waiting_for.0.label(language.into())
    }
}

/// Which dossiers are counted; what is absent narrows nothing.
#[derive(Clone, InputObject, Default)]
#[graphql(name = "DashboardFilter")]
pub struct DashboardFilterInput {
    /// With one of these parketten.
    parket: Option<Vec<ID>>,
    /// Assigned to one of these guides.
    guide: Option<Vec<ID>>,
}

/// The question how the work stands.
#[derive(Default)]
pub struct DashboardQuery;

#[Object]
impl DashboardQuery {
    /// How the work stands as a whole.
    #[graphql(complexity = "child_complexity + 10")]
    async fn dashboard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which dossiers are counted.")] filter: Option<DashboardFilterInput>,
        #[graphql(desc = "As it was known at this moment; as it stands when absent. Dossiers that are no longer the \
                          viewer's are counted where they were, and not named.")]
        as_known_at: Option<DateTime<Utc>>,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Result<Dashboard> {
        catch_up(ctx, &[trajectories::PROJECTION], min_position).await?;
        Dashboard::read(ctx, filter.unwrap_or_default(), as_known_at).await
    }
}

impl Dashboard {
    /// The dashboard as the viewer may see it, as it stands or as it was known then.
    pub async fn read(
        ctx: &Context<'_>,
        filter: DashboardFilterInput,
        as_known_at: Option<DateTime<Utc>>,
    ) -> Result<Self> {
        allow(ctx, Action::SeeDossiers)?;
        let desk = desk(ctx)?;
        let filter = dashboard::DashboardFilter {
            parketten: named(ctx, Kind::Parket, filter.parket)?.into_iter().map(OrganisationId).collect(),
            guides: named(ctx, Kind::Guide, filter.guide)?.into_iter().map(ActorId).collect(),
        };
        let (views, deadlines, scope) = (&desk.views, &desk.deadlines, policy::scope(actor(ctx)?));
        let board = match as_known_at {
            None => {
                let today = desk.clock.today_brussels();
                dashboard::read(views, &scope, &filter, today, deadlines, OVERDUE).await
            }
            Some(moment) => {
                let (then, today) = (known_at(ctx, moment).await?, brussels_day(moment));
                dashboard::read_known_at(views, &scope, &filter, then, today, deadlines, OVERDUE).await
            }
        };
        let board = board.ours(ctx)?;
        disclose_list(ctx, trajectories::PROJECTION, board.seen, false);
        Ok(Self::from(board))
    }

    /// The state of the log it shows.
    pub fn shown_at(&self) -> spoor_eventlog::Position {
        self.position.0
    }
}

impl From<dashboard::Dashboard> for Dashboard {
    fn from(board: dashboard::Dashboard) -> Self {
        Self {
            total: board.total,
            by_status: statuses(board.by_status),
            by_parket: board.by_parket.into_iter().map(ParketCount::from).collect(),
            waiting_for: board.waiting_for.into_iter().map(WaitingCount::from).collect(),
            overdue: board.overdue.into_iter().map(OverdueItem::from).collect(),
            overdue_total: board.overdue_total.count,
            due_soon: board.due_soon.count,
            workload: board.workload.into_iter().map(GuideLoad::from).collect(),
            throughput: board.throughput.into_iter().map(HalfYearCount::from).collect(),
            position: board.seen.position.into(),
        }
    }
}

fn statuses(counts: Vec<dashboard::StatusCount>) -> Vec<StatusCount> {
    counts.into_iter().map(|count| StatusCount { status: count.status.into(), count: count.count }).collect()
}

impl From<dashboard::ParketCount> for ParketCount {
    fn from(count: dashboard::ParketCount) -> Self {
        let by_status = statuses(count.by_status);
        Self { parket: Parket::of(count.parket), count: count.count, open: count.open, by_status }
    }
}

impl From<dashboard::WaitingCount> for WaitingCount {
    fn from(count: dashboard::WaitingCount) -> Self {
        Self { waiting_for: count.waiting_for.into(), count: count.count }
    }
}

impl From<dashboard::GuideLoad> for GuideLoad {
    fn from(load: dashboard::GuideLoad) -> Self {
        Self { guide: Guide::of(load.guide), open: load.open, by_status: statuses(load.by_status) }
    }
}

impl From<dashboard::HalfYearCount> for HalfYearCount {
    fn from(count: dashboard::HalfYearCount) -> Self {
        let dashboard::HalfYearCount { half_year, requested, closed, ended } = count;
        Self { period: half_year.into(), requested, closed, ended }
    }
}

impl From<dashboard::OverdueItem> for OverdueItem {
    fn from(item: dashboard::OverdueItem) -> Self {
        Self {
            dossier: item.id,
            trajectory_id: global_id(Kind::Trajectory, &item.id.to_string()),
            number: item.number.0,
            status: item.status.into(),
            parket: Parket::of(item.parket),
            guide: item.guide.map(Guide::of),
            waiting_for: item.waiting_for.into(),
            status_since: item.status_since.into(),
            due_on: item.due_on.into(),
        }
    }
}
