//! Keeps the views up with the log: one worker per build, its checkpoint in the transaction of its views.

mod feed;
mod logs;
mod same_log;
mod supervisor;
mod verify;
mod worker;

use std::sync::Arc;

use futures_util::future::try_join_all;
use spoor_eventlog::clock::new_id;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use self::logs::Feeds;
use self::same_log::require_same_log;
use self::supervisor::Supervisor;
use self::worker::Worker;
use crate::checkpoint::{Checkpoint, Failure};
use crate::error::ViewError;
use crate::page::Seen;
use crate::projector::Projector;
use crate::registry::{BuildId, BuildStatus};
use crate::views::Views;

pub use self::logs::Logs;
pub use self::verify::{Difference, DifferenceKind, Verification, verify, verify_with};

/// The workers of this process. Several processes may run one: the lease lets one worker at a build.
pub struct Runner {
    stop: watch::Sender<bool>,
    supervisors: Vec<JoinHandle<()>>,
}

/// How a projection stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectionStatus {
    /// Its name.
    pub name: &'static str,
    /// Whether case work cannot do without it (readiness turns red when it fails or falls behind).
    pub essential: bool,
    /// The build that answers, once there is one.
    pub active: Option<BuildState>,
    /// The build being made beside it, when there is one.
    pub building: Option<BuildState>,
    /// Events in its log that the answering build has not seen yet.
    pub lag: u64,
}

/// How a build stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildState {
    /// Which one.
    pub id: BuildId,
    /// How far it is.
    pub seen: Seen,
    /// How many events it projected.
    pub events: u64,
    /// The worker that holds its lease; none when nobody works at it.
    pub worker: Option<String>,
    /// Why it stopped, when it did.
    pub failure: Option<Failure>,
    /// Whether the last attempt of this process to write to it succeeded, as far as there was one since another process wrote
    /// to it.
    pub written: bool,
    /// Whether this program reads its rows: not where they are of too early a version, and it answers nothing.
    pub readable: bool,
}

impl Runner {
    /// Starts a worker for every projection, and for a new version of one beside it.
    pub async fn start(logs: Logs, views: Views) -> Result<Self, ViewError> {
        Self::start_with(logs, views, projectors()).await
    }

    /// Starts a worker for each of these projections.
    pub async fn start_with(logs: Logs, views: Views, projectors: Vec<Arc<dyn Projector>>) -> Result<Self, ViewError> {
        let feeds = logs.feeds();
        let owner = new_id().to_string();
        let (stop, stopped) = watch::channel(false);
        let mut supervisors = Vec::new();
        for projector in projectors {
            let mut supervisor = Supervisor::new(projector, views.clone(), &feeds, owner.clone());
            // The first look here, so that whoever started us can ask at once.
            supervisor.look().await?;
            supervisors.push(tokio::spawn(supervisor.run(stopped.clone())));
        }
        Ok(Self { stop, supervisors })
    }

    /// Stops every worker at the edge of a transaction and gives the leases back.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for supervisor in self.supervisors {
            if let Err(error) = supervisor.await {
                tracing::error!(%error, "the supervisor of a projection ended badly");
            }
        }
    }
}

/// The projections of this program.
pub fn projectors() -> Vec<Arc<dyn Projector>> {
    vec![
        Arc::new(crate::trajectories::Trajectories),
        Arc::new(crate::audit::AuditTrail),
        Arc::new(crate::access::Accesses),
        Arc::new(crate::agreements::Agreements),
        Arc::new(crate::plan::Plans),
        Arc::new(crate::rights::RightsRequests),
        Arc::new(crate::editions::Editions),
        Arc::new(crate::training::Trainings),
    ]
}

/// Their names.
pub fn names() -> Vec<&'static str> {
    projectors().iter().map(|projector| projector.name()).collect()
}

/// How every projection stands.
pub async fn status(logs: &Logs, views: &Views) -> Result<Vec<ProjectionStatus>, ViewError> {
    let mut all = Vec::new();
    for projector in projectors() {
        all.push(status_of(projector.as_ref(), views, logs).await?);
    }
    Ok(all)
}

/// Projects everything there is in the logs now, in this task, and returns: for loading and for tests.
pub async fn catch_up(logs: &Logs, views: &Views) -> Result<(), ViewError> {
    catch_up_with(logs, views, projectors()).await
}

/// The same for these projections. All read a log together, so each batch is decoded once.
pub async fn catch_up_with(logs: &Logs, views: &Views, projectors: Vec<Arc<dyn Projector>>) -> Result<(), ViewError> {
    let feeds = logs.feeds();
    let owner = new_id().to_string();
    let each = projectors.into_iter().map(|projector| catch_up_one(logs, views, &feeds, projector, &owner));
    try_join_all(each).await.map(drop)
}

/// Makes a projection anew beside the live one and promotes it when it has caught up. The live one keeps answering.
pub async fn rebuild(logs: &Logs, views: &Views, name: &str) -> Result<BuildId, ViewError> {
    rebuild_with(logs, views, named(name)?).await
}

/// The same for this projection.
pub async fn rebuild_with(logs: &Logs, views: &Views, projector: Arc<dyn Projector>) -> Result<BuildId, ViewError> {
    let source = projector.source();
    let id = views.registry().begin(projector.name(), projector.version()).await?;
    let build = supervisor::prepared(views, projector.as_ref(), &id).await?;
    let owner = new_id().to_string();
    let feed = logs.feed(source);
    let worker = Worker { feed, views: views.clone(), build: build.clone(), projector, owner };
    // The log grows while this runs: catch up until there is nothing left that the answering build has seen.
    loop {
        if let Err(error) = worker.catch_up(logs.end_of(source).await?).await {
            views.remove_build(&id).await?;
            return Err(error);
        }
        if supervisor::promote_if_caught_up(views, &build, logs.of(source)).await? {
            return Ok(id);
        }
    }
}

async fn catch_up_one(
    logs: &Logs,
    views: &Views,
    feeds: &Feeds,
    projector: Arc<dyn Projector>,
    owner: &str,
) -> Result<(), ViewError> {
    let (until, feed) = (logs.end_of(projector.source()).await?, feeds.of(projector.source()));
    for (id, _) in supervisor::wanted(views, projector.as_ref()).await? {
        let (build, log) = (supervisor::prepared(views, projector.as_ref(), &id).await?, feed.log());
        require_same_log(log, &build).await?;
        supervisor::promote_if_caught_up(views, &build, log).await?;
        let (views, projector, owner) = (views.clone(), projector.clone(), owner.to_owned());
        let worker = Worker { feed: feed.clone(), views: views.clone(), build: build.clone(), projector, owner };
        worker.catch_up(until).await?;
        supervisor::promote_if_caught_up(&views, &build, log).await?;
    }
    Ok(())
}

async fn status_of(projector: &dyn Projector, views: &Views, logs: &Logs) -> Result<ProjectionStatus, ViewError> {
    let head = logs.end_of(projector.source()).await?.index;
    let mut status = ProjectionStatus {
        name: projector.name(),
        essential: projector.essential(),
        active: None,
        building: None,
        lag: head,
    };
    for (id, place) in views.registry().builds_of(projector.name()).await? {
        let state = match place {
            BuildStatus::Active | BuildStatus::Building => build_state(views, head, id).await?,
            BuildStatus::Retired => continue,
        };
        if place == BuildStatus::Active {
            status.lag = head.saturating_sub(state.seen.index);
            let lost = lost_lines(projector, views, &state).await?;
            status.active = Some(BuildState { failure: state.failure.clone().or(lost), ..state });
        } else {
            status.building = Some(state);
        }
    }
    Ok(status)
}

async fn build_state(views: &Views, head: u64, id: BuildId) -> Result<BuildState, ViewError> {
    let build = views.open_build(&id).await?;
    let Checkpoint { seen, events, failure, owner } = Checkpoint::read(&build.db).await?;
    // Asked often, so only what costs nothing; whoever starts a worker looks closer.
    let ahead = (seen.index > head).then(|| ViewError::other_log(&id, seen.index, head, None).to_string());
    let failure = ahead.map(|error| Failure { position: seen.position, error }).or(failure);
    let (written, readable) = (views.is_written(&id), views.reads(&id));
    Ok(BuildState { id, seen, events, worker: owner, failure, written, readable })
}

/// That rows were taken out of a build that answers, or put into it: it answers nothing then.
async fn lost_lines(
    projector: &dyn Projector,
    views: &Views,
    state: &BuildState,
) -> Result<Option<Failure>, ViewError> {
    let Some(tables) = projector.counted().filter(|_| state.readable) else { return Ok(None) };
    match views.require_lines(&views.open_build(&state.id).await?, tables).await {
        Ok(()) => Ok(None),
        Err(lost @ ViewError::LinesLost { .. }) => {
            Ok(Some(Failure { position: state.seen.position, error: lost.to_string() }))
        }
        Err(error) => Err(error),
    }
}

fn named(name: &str) -> Result<Arc<dyn Projector>, ViewError> {
    let unknown = || ViewError::Unknown { name: name.to_owned(), known: names().join(", ") };
    projectors().into_iter().find(|projector| projector.name() == name).ok_or_else(unknown)
}
