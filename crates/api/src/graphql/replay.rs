//! A dossier step by step: who did what, when and why, how late it was recorded, and what it changed. Read from the log
//! itself, whole or not at all.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use spoor_domain::kernel::{DossierId, Purpose};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_projections::trajectories::{self, DossierKey, Step};
use spoor_projections::{Edge, Total};

use super::change::{self, Change, ChangeValue};
use super::coded::Coded;
use super::disclosure::{Discloses, asked_in_vain, disclose_replay};
use super::global_id::{Kind, local_id};
use super::log::{ProofStatus, Proofs};
use super::page::{Paging, connection, sealed};
use super::problem::{Problem, not_whole};
use super::scalars::{Date, Position};
use super::session::{actor, allow, desk};
use super::trajectory::Trajectory;
use super::trajectory::explanation::{self, Explanation};
use super::viewer::Actor;
use crate::policy::{self, Action, Opens};
use crate::proof::{LogName, Whole};

const LIST: &str = "replay";

connection! {
    /// A page of a replay, oldest step first.
    ReplayConnection, ReplayEdge of ReplayStep,
    /// The end of the dossier, against which the replay was checked: nothing is missing before it.
    end: ReplayEnd
}

/// The end of a dossier that was checked.
#[derive(SimpleObject)]
pub struct ReplayEnd {
    /// The version of its last event, by whoever knows the highest one: the log, the folded dossier, or the view; and by the count
    /// of all records, of which none may be missing that could have been a later one.
    head: u64,
    /// How many events were read.
    count: u64,
    /// Whether these are all of them, as they were committed. Always true: a replay with a gap is an error that names what is
    /// missing, one with an altered event an error that names it.
    complete: bool,
}

/// One step of a replay.
pub struct ReplayStep {
    dossier: DossierId,
    step: Step,
    opens: Opens,
    proofs: Arc<Proofs>,
}

/// A dossier replayed for somebody.
pub struct Replay {
    now: LearningTrajectory,
    dossier: DossierId,
    steps: Vec<Step>,
    end: ReplayEnd,
    proofs: Arc<Proofs>,
}

impl Replay {
    /// The whole dossier, when the viewer may see it.
    ///
    /// # Errors
    /// When an event is missing or was altered; nothing is replayed then.
    pub async fn of(ctx: &Context<'_>, id: &ID) -> Result<Option<Self>> {
        allow(ctx, Action::SeeDossiers)?;
        let Some(dossier) = local_id(Kind::Trajectory, id).and_then(|id| id.parse().ok()) else { return Ok(None) };
        let Some(live) = Trajectory::visible(ctx, DossierKey::Id(dossier)).await? else {
            asked_in_vain(ctx, Some(dossier), None);
            return Ok(None);
        };
        let desk = desk(ctx)?;
        // Also where no step is left to show: how many there are is told of it.
        live.disclose(ctx);
        let whole = Whole::of(&desk.log, dossier, live.version_shown()).await;
        let Whole { events, leaves } = whole.map_err(|cause| not_whole(ctx, &cause))?;
        let head = events.last().map_or(0, |last| last.sequence);
        let end = ReplayEnd { head, count: events.len() as u64, complete: true };
        let steps = trajectories::replay(events, &desk.criteria);
        let proofs = Arc::new(Proofs::of_leaves(LogName::Events, leaves));
        Ok(Some(Self { now: live.into_state(), dossier, steps, end, proofs }))
    }

    /// The steps behind the one with this sequence, at most so many, each as this viewer sees it; and the record of this
    /// answer will say that the dossier was replayed so far.
    pub fn after(&self, ctx: &Context<'_>, sequence: u64, most: usize) -> Result<Vec<ReplayStep>> {
        let viewer = actor(ctx)?;
        let step = |step: &Step| {
            let opens = policy::opens_personal(viewer, &step.recorded.metadata.actor, &self.now);
            ReplayStep { dossier: self.dossier, step: step.clone(), opens, proofs: Arc::clone(&self.proofs) }
        };
        let later = self.steps.iter().filter(|step| step.recorded.sequence > sequence);
        let steps = later.take(most).map(step).collect::<Vec<_>>();
        if let Some(last) = steps.last() {
            last.disclose(ctx);
        }
        Ok(steps)
    }
}

impl ReplayStep {
    /// Its sequence.
    pub fn at(&self) -> u64 {
        self.step.recorded.sequence
    }
}

impl Discloses for ReplayStep {
    fn disclose(&self, ctx: &Context<'_>) {
        disclose_replay(ctx, self.dossier, self.step.recorded.index);
    }
}

/// A step of a dossier: one event, who caused it, and what it changed of what the dossier said.
#[Object]
impl ReplayStep {
    /// The version of the dossier after it, from 1 without gaps.
    pub(in crate::graphql) async fn sequence(&self) -> u64 {
        self.step.recorded.sequence
    }

    /// The number of the event in the log; the same for ever, on every copy of the log.
    async fn index(&self) -> u64 {
        self.step.recorded.index
    }

    /// Whether a signed checkpoint of the log covers it already, and it is stored as it was then.
    async fn proof(&self, ctx: &Context<'_>) -> Option<Result<ProofStatus>> {
        Some(self.proofs.status(ctx, self.step.recorded.index).await)
    }

    /// The place in the log.
    async fn position(&self) -> Position {
        self.step.recorded.position.into()
    }

    /// What happened: the type of the event.
    async fn event(&self) -> &str {
        &self.step.recorded.event_type
    }

    /// The event in words.
    async fn summary(&self) -> String {
        super::audit::in_words(&self.step.recorded.event_type)
    }

    /// Who caused it, in which role, for which organisation.
    async fn actor(&self) -> Actor {
        Actor::from(&self.step.recorded.metadata.actor)
    }

    /// For which purpose.
    async fn purpose(&self) -> Coded<Purpose> {
        self.step.recorded.metadata.purpose.into()
    }

    /// The command that caused it.
    async fn command_id(&self) -> ID {
        ID(self.step.recorded.metadata.command_id.to_string())
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.step.recorded.recorded_at
    }

    /// The day it happened, as it was recorded.
    async fn occurred_on(&self) -> Date {
        self.step.occurred_on.into()
    }

    /// How many days after it happened it was recorded.
    async fn recorded_days_later(&self) -> i64 {
        self.step.recorded_days_later()
    }

    /// What the dossier said before and what after; only what differs.
    async fn changes(&self, ctx: &Context<'_>) -> Result<Vec<Change>> {
        change::shown(ctx, Some(self.dossier), &self.step.changes, &self.opens).await
    }

    /// Why, where a reason was given.
    async fn reason(&self, ctx: &Context<'_>) -> Option<Result<ChangeValue>> {
        let reason = self.step.reason.as_ref()?;
        Some(change::value(ctx, Some(self.dossier), reason, &self.opens).await)
    }

    /// Of an eligibility decision or a refusal by the participant: the rule, and what was known.
    async fn explanation(&self, ctx: &Context<'_>) -> Option<Result<Explanation>> {
        explanation::of_step(ctx, &self.step, &self.opens).await.transpose()
    }
}

/// Questions step by step.
#[derive(Default)]
pub struct ReplayQuery;

#[Object]
impl ReplayQuery {
    /// A dossier step by step, for whoever may see it: compliance officers every dossier, others the ones they work on.
    /// Personal values are shown as the audit trail shows them. The end is checked: a replay is whole or an error. A page of
    /// a hundred steps may be asked for with every field: the dossier is read whole for any page.
    #[graphql(complexity = "first.unwrap_or(50).clamp(1, 100) as usize * child_complexity / 10 + 10")]
    async fn replay(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the dossier.")] trajectory: ID,
        #[graphql(desc = "So many steps, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Option<Result<ReplayConnection>> {
        let paging = Paging { first, after, last: None, before: None };
        page(ctx, trajectory, paging).await.transpose()
    }
}

async fn page(ctx: &Context<'_>, trajectory: ID, paging: Paging) -> Result<Option<ReplayConnection>> {
    let request = paging.request(ctx, LIST).await?;
    let wrong = |_| Problem::BadUserInput("this cursor is not one of a replay: begin at the first page").at(ctx);
    let after = request.after.map(|cursor| cursor.parse::<u64>().map_err(wrong)).transpose()?.unwrap_or(0);
    let Some(replay) = Replay::of(ctx, &trajectory).await? else { return Ok(None) };
    let steps = replay.after(ctx, after, request.first.unwrap_or(0) as usize)?;
    let has_next = steps.last().map_or(after, ReplayStep::at) < replay.end.head;
    let position = replay.steps.last().map(|last| last.recorded.position).unwrap_or_default();
    let edge = |step: ReplayStep| Edge { cursor: step.step.recorded.sequence.to_string(), node: step };
    let edges = sealed(ctx, LIST, steps.into_iter().map(edge).collect()).await?;
    Ok(Some(ReplayConnection {
        edges: edges.into_iter().map(|(cursor, node)| ReplayEdge { cursor, node }).collect(),
        has_next,
        has_previous: after > 0,
        total: Some(Total { count: replay.end.count, exact: true }),
        position,
        end: replay.end,
    }))
}
