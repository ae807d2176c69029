//! Sees to it that every projection has the builds it should have, and a worker at each.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use spoor_eventlog::EventLog;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::feed::Feed;
use super::logs::Feeds;
use super::same_log::{is_of_log, require_same_log};
use super::worker::Worker;
use crate::checkpoint::{self, Checkpoint, Failure};
use crate::error::ViewError;
use crate::projector::Projector;
use crate::registry::{BuildId, BuildStatus};
use crate::views::{Build, Views};

/// How often the registry is looked at: another process may have begun or promoted a build.
const LOOK: Duration = Duration::from_millis(250);

/// The supervisor of one projection.
pub(crate) struct Supervisor {
    pub projector: Arc<dyn Projector>,
    pub views: Views,
    pub live: Arc<Feed>,
    pub owner: String,
    workers: HashMap<BuildId, (watch::Sender<bool>, JoinHandle<Option<Failure>>)>,
}

impl Supervisor {
    pub fn new(projector: Arc<dyn Projector>, views: Views, feeds: &Feeds, owner: String) -> Self {
        let live = feeds.of(projector.source());
        Self { projector, views, live, owner, workers: HashMap::new() }
    }

    /// Works until asked to stop, then lets every worker finish its transaction.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.look().await {
                tracing::warn!(projection = self.projector.name(), %error, "the builds could not be looked after");
            }
            let _ = tokio::time::timeout(LOOK, stop.wait_for(|stop| *stop)).await;
        }
        let all = self.workers.keys().cloned().collect::<Vec<_>>();
        for id in all {
            self.dismiss(&id).await;
        }
    }

    /// One look: builds that should be there are begun, those that should not any more lose their worker, and a build
    /// that has caught up is promoted.
    pub async fn look(&mut self) -> Result<(), ViewError> {
        self.views.refresh().await?;
        let builds = wanted(&self.views, self.projector.as_ref()).await?;
        let stale = self.workers.keys().filter(|id| !builds.iter().any(|(wanted, _)| wanted == *id));
        for id in stale.cloned().collect::<Vec<_>>() {
            self.dismiss(&id).await;
        }
        for (id, status) in builds {
            let known = self.workers.contains_key(&id);
            let build = if known {
                self.views.open_build(&id).await?
            } else {
                let build = prepared(&self.views, self.projector.as_ref(), &id).await?;
                require_same_log(self.live.log(), &build).await?;
                self.tell_lost_lines(&build).await?;
                build
            };
            let answers =
                status == BuildStatus::Active || promote_if_caught_up(&self.views, &build, self.live.log()).await?;
            if !known {
                self.employ(build, answers);
            }
        }
        Ok(())
    }

    /// Tells the operators that rows were taken out of a build, or put into it. It is kept up all the same: `projections verify`
    /// names them, and a rebuild is theirs to begin.
    async fn tell_lost_lines(&self, build: &Build) -> Result<(), ViewError> {
        let Some(tables) = self.projector.counted() else { return Ok(()) };
        match self.views.require_lines(build, tables).await {
            Err(error @ ViewError::LinesLost { .. }) => {
                tracing::error!(projection = self.projector.name(), %error, "A VIEW IS NOT WHOLE");
                Ok(())
            }
            counted => counted,
        }
    }

    fn employ(&mut self, build: Build, answers: bool) {
        // A build that catches up reads old batches: with a feed of its own it does not hold up the live ones.
        let feed = if answers { self.live.clone() } else { Arc::new(Feed::new(self.live.log().clone())) };
        let id = build.id.clone();
        let projector = self.projector.clone();
        let worker = Worker { feed, views: self.views.clone(), build, projector, owner: self.owner.clone() };
        let (stop, stopped) = watch::channel(false);
        self.workers.insert(id, (stop, tokio::spawn(worker.run(stopped))));
    }

    async fn dismiss(&mut self, id: &BuildId) {
        if let Some((stop, worker)) = self.workers.remove(id) {
            stop.send_replace(true);
            if let Err(error) = worker.await {
                tracing::error!(projection = self.projector.name(), %error, "a worker ended badly");
            }
        }
    }
}

/// The builds of this code's version that should be worked at; the first one is entered here. A version older than the
/// one that answers is left alone: a newer program has taken over.
pub(crate) async fn wanted(views: &Views, projector: &dyn Projector) -> Result<Vec<(BuildId, BuildStatus)>, ViewError> {
    loop {
        let builds = views.registry().builds_of(projector.name()).await?;
        let newest = builds.iter().filter(|(_, status)| *status == BuildStatus::Active).map(|(id, _)| id.version).max();
        if newest.is_some_and(|version| version > projector.version()) {
            return Ok(Vec::new());
        }
        let is_mine = |(id, status): &(BuildId, BuildStatus)| {
            id.version == projector.version() && *status != BuildStatus::Retired
        };
        let mine = builds.into_iter().filter(is_mine).collect::<Vec<_>>();
        if !mine.is_empty() {
            return Ok(mine);
        }
        match views.registry().begin_first(projector.name(), projector.version()).await {
            // Entered, entered by another process, or the same number taken twice: the next look finds it.
            Ok(_) => {}
            Err(ViewError::Db(error)) if error.is_made_meanwhile() => {}
            Err(error) => return Err(error),
        }
    }
}

/// The build with its tables made.
pub(crate) async fn prepared(views: &Views, projector: &dyn Projector, id: &BuildId) -> Result<Build, ViewError> {
    let build = views.open_build(id).await?;
    let statements = [checkpoint::SCHEMA.to_vec(), projector.schema()].concat();
    build.db.create(&statements).await?;
    Ok(build)
}

/// Lets a build answer once it has seen everything the answering one has, or when that one was made of another log. Readers
/// have one or the other; they wait only where this code does not read the rows of the earlier one.
pub(crate) async fn promote_if_caught_up(views: &Views, build: &Build, log: &EventLog) -> Result<bool, ViewError> {
    match views.answering(&build.id.projection).await {
        Ok(answering) if answering.id == build.id => return Ok(true),
        Ok(answering) => {
            let made = Checkpoint::read(&build.db).await?;
            if made.failure.is_some() {
                return Ok(false);
            }
            if made.seen < Checkpoint::read(&answering.db).await?.seen && is_of_log(log, &answering).await? {
                return Ok(false);
            }
        }
        // Nothing answers yet: better an answer that is still catching up than none.
        Err(ViewError::NotBuilt(_)) => {}
        Err(error) => return Err(error),
    }
    for old in views.registry().promote(&build.id).await? {
        views.remove_build(&old).await?;
    }
    views.refresh().await?;
    tracing::info!(projection = build.id.projection, version = build.id.version, build = build.id.number, "promoted");
    Ok(true)
}
