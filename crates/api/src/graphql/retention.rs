//! How long an ended dossier is kept: a configured rule with its ground in law. It lists, and never deletes by itself.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Enum, Object, Result, SimpleObject};
use chrono::NaiveDate;
use spoor_domain::kernel::Label;
use spoor_domain::trajectory::vocabulary::TrajectoryStatus;
use spoor_projections::trajectories::{self, TrajectoryFilter, TrajectoryOrder, TrajectoryRow, TrajectorySort};

use super::coded::{Coded, LabelLanguage};
use super::disclosure::disclose_list;
use super::page::{Paging, sealed};
use super::problem::OurFault;
use super::scalars::Date;
use super::session::{actor, allow, desk};
use super::trajectory::{Trajectory, TrajectoryConnection, TrajectoryEdge};
use crate::config::{Retention, Term};
use crate::policy::{self, Action};

const LIST: &str = "retentionDue";

/// Why a dossier is on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RetentionGround {
    /// Its term is over.
    TermOver,
    /// Its term still runs.
    TermRuns,
    /// No term is set for how it ended: people have to look at it.
    Review,
}

/// How long a dossier that ended is kept.
#[derive(SimpleObject)]
pub struct RetentionRule {
    /// Whether its term is over, still runs, or was never set.
    ground: RetentionGround,
    /// The day it ended, from which the term counts.
    ended_on: Date,
    /// The term, such as `10 years`; none when people have to decide.
    term: Option<String>,
    /// The day the term is over: the dossier is due from then on. None when people have to decide.
    due_on: Option<Date>,
    /// Where the law sets the term; none when it is not configured.
    reference: Option<String>,
}

impl RetentionRule {
    /// The rule for a dossier; none while it is open, and none once it is erased.
    pub fn of(row: &TrajectoryRow, rules: &Retention, today: NaiveDate) -> Option<Self> {
        let ended_on = row.ended_since()?;
        let term = rules.term(row.status);
        let due_on = term.and_then(|term| term.after(ended_on));
        let ground = match due_on {
            None => RetentionGround::Review,
            Some(due) if due <= today => RetentionGround::TermOver,
            Some(_) => RetentionGround::TermRuns,
        };
        Some(Self {
            ground,
            ended_on: ended_on.into(),
            term: term.as_ref().map(Term::to_string),
            due_on: due_on.map(Date),
            reference: term.and_then(|_| reference(rules)),
        })
    }
}

/// The term that counts from one way in which a dossier ends.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RetentionTerm {
    /// How it ends.
    ended_as: Coded<TrajectoryStatus>,
    /// The term from that day, such as `10 years`; none when people review it then.
    term: Option<String>,
    /// Where the law sets the term; none when it is not configured.
    reference: Option<String>,
}

#[ComplexObject]
impl RetentionTerm {
    /// How it ends, in words.
    async fn ended_as_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.ended_as.0.label(language.into())
    }
}

impl RetentionTerm {
    /// For each way in which a dossier may still end; for the way it did, once it has; none once it is erased.
    pub fn of(row: &TrajectoryRow, rules: &Retention) -> Vec<Self> {
        let possible = |ending: &&TrajectoryStatus| row.status.is_open() || row.status == **ending;
        let endings = TrajectoryStatus::ENDED.iter().filter(|_| !row.state.erased()).filter(possible);
        let of_ending = |ending: &TrajectoryStatus| {
            let term = rules.term(*ending);
            Self {
                ended_as: (*ending).into(),
                term: term.as_ref().map(Term::to_string),
                reference: term.and_then(|_| reference(rules)),
            }
        };
        endings.map(of_ending).collect()
    }
}

/// Where the law sets the terms, where that is configured.
fn reference(rules: &Retention) -> Option<String> {
    Some(rules.reference.clone()).filter(|reference| !reference.is_empty())
}

/// Questions about keeping.
#[derive(Default)]
pub struct RetentionQuery;

#[Object]
impl RetentionQuery {
    /// The ended dossiers whose term is over, and those for which no term is set; the oldest request first. Nothing is
    /// ever erased by itself: compliance asks for it, and another person confirms.
    #[graphql(complexity = "first.unwrap_or(50).clamp(1, 100) as usize * child_complexity + 1")]
    async fn retention_due(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the beginning, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Option<Result<TrajectoryConnection>> {
        Some(due(ctx, Paging { first, after, last: None, before: None }).await)
    }
}

async fn due(ctx: &Context<'_>, paging: Paging) -> Result<TrajectoryConnection> {
    allow(ctx, Action::SeeRetention)?;
    let desk = desk(ctx)?;
    let request = paging.request(ctx, LIST).await?;
    let filter = TrajectoryFilter {
        ended: Some(ended_before(&desk.retention, desk.clock.today_brussels())),
        ..TrajectoryFilter::default()
    };
    let order = TrajectoryOrder { sort: TrajectorySort::RequestedOn, descending: false };
    let scope = policy::scope(actor(ctx)?);
    let page = trajectories::list(&desk.views, desk.log.vault(), &scope, &filter, order, &request).await.ours(ctx)?;
    let (cursors, rows): (Vec<_>, Vec<_>) = sealed(ctx, LIST, page.edges).await?.into_iter().unzip();
    let nodes = Trajectory::together(rows);
    disclose_list(ctx, trajectories::PROJECTION, page.seen, false);
    Ok(TrajectoryConnection {
        edges: cursors.into_iter().zip(nodes).map(|(cursor, node)| TrajectoryEdge { cursor, node }).collect(),
        has_next: page.has_next,
        has_previous: page.has_previous,
        total: page.total,
        position: page.seen.position,
    })
}

/// Per status of an end, the last day of ending that is due today.
fn ended_before(rules: &Arc<Retention>, today: NaiveDate) -> Vec<(TrajectoryStatus, NaiveDate)> {
    let due = |status: TrajectoryStatus| match rules.term(status) {
        // To be reviewed from the day it ended.
        None => Some((status, today)),
        Some(term) => Some((status, term.over_since(today)?)),
    };
    TrajectoryStatus::ENDED.iter().copied().filter_map(due).collect()
}
