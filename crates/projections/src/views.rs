//! Where the views are kept: a registry of builds, and one database per build.
//!
//! A build is one making of a projection: a SQLite file or a PostgreSQL schema of its own, with its checkpoint inside
//! it. So a new version, or a rebuild of the same one, never touches what is being read.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use spoor_eventlog::Position;
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

use crate::checkpoint::{Checkpoint, Lines};
use crate::db::{CONNECTIONS, Db};
use crate::error::ViewError;
use crate::projector::CountedTables;
use crate::registry::{BuildId, BuildStatus, Registry};

/// Where the views are kept, as written in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewsUrl {
    /// The file of the registry; the builds stand beside it, `views-trajectories-v1-b1.sqlite`.
    Sqlite(PathBuf),
    /// A database; the registry is its schema `views`, each build a schema such as `views_trajectories_v1_b1`.
    Postgres(String),
}

impl FromStr for ViewsUrl {
    type Err = ViewError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(ViewError::Url(text.into())) } else { Ok(Self::Sqlite(path.into())) };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(ViewError::Url(text.to_owned()))
    }
}

/// An opened build.
#[derive(Clone, Debug)]
pub struct Build {
    /// Which one.
    pub id: BuildId,
    /// Its database.
    pub db: Db,
}

/// The views of an installation. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Views {
    inner: Arc<Inner>,
}

struct Inner {
    url: ViewsUrl,
    registry: Registry,
    opened: RwLock<HashMap<BuildId, Build>>,
    /// One opens at a time: the same build is never opened twice.
    opening: Mutex<()>,
    active: RwLock<HashMap<String, Build>>,
    /// How far the workers of this process have come, for those who wait for them.
    progress: watch::Sender<HashMap<BuildId, Position>>,
    /// The builds that a worker of this process could not write to when it last tried.
    unwritable: RwLock<HashSet<BuildId>>,
    /// Since which version the rows of a projection are as this code reads them.
    reads_since: HashMap<&'static str, u32>,
    /// The last count of the lines of each build. Whoever counts holds that of one build alone, so that a database that does not
    /// answer holds up nobody who asks another.
    counts: RwLock<HashMap<BuildId, LastCount>>,
}

/// The last count of the lines of a build, where they were counted. One counts at a time.
type LastCount = Arc<Mutex<Option<Counted>>>;

/// What a count of the lines of a build found, and when.
struct Counted {
    at: Instant,
    took: Duration,
    lines: Lines,
}

/// Lines are counted again once the last count is so many times as old as it took: counting takes a twentieth of a reader at most.
const COUNT_PACE: u32 = 20;

/// How often a waiter looks at the shared checkpoint, since the worker may run in another process.
const WAIT_POLL: Duration = Duration::from_millis(50);

impl Views {
    /// As many connections to PostgreSQL the views of a process take at most: the registry's and each projection's. One that is
    /// made anew beside the live one takes as many again until then.
    pub fn connections_at_most() -> u32 {
        let projections = u32::try_from(crate::runner::projectors().len()).unwrap_or(u32::MAX);
        CONNECTIONS.saturating_mul(projections.saturating_add(1))
    }

    /// Makes the registry's tables. The builds make theirs when they are begun.
    pub async fn migrate(url: &ViewsUrl) -> Result<(), ViewError> {
        let registry = Registry::open(url).await?;
        registry.close().await;
        Ok(())
    }

    /// Opens the views; the registry is made when it is missing.
    pub async fn open(url: &ViewsUrl) -> Result<Self, ViewError> {
        let inner = Inner {
            url: url.clone(),
            registry: Registry::open(url).await?,
            opened: RwLock::default(),
            opening: Mutex::default(),
            active: RwLock::default(),
            progress: watch::Sender::new(HashMap::new()),
            unwritable: RwLock::default(),
            reads_since: crate::runner::projectors().iter().map(|own| (own.name(), own.reads_since())).collect(),
            counts: RwLock::default(),
        };
        let views = Self { inner: Arc::new(inner) };
        views.refresh().await?;
        Ok(views)
    }

    /// The build that answers questions about this projection now.
    ///
    /// # Errors
    /// [`ViewError::BeingRebuilt`] while it is of a version whose rows this code does not read.
    pub async fn active(&self, projection: &str) -> Result<Build, ViewError> {
        let build = self.answering(projection).await?;
        if self.reads(&build.id) {
            return Ok(build);
        }
        // Its own may be promoted by now, here or by another process.
        self.refresh().await?;
        let promoted = self.known_active(projection).filter(|build| self.reads(&build.id));
        promoted.ok_or_else(|| ViewError::BeingRebuilt(projection.to_owned()))
    }

    /// Every build of a projection there is, oldest first.
    pub async fn builds(&self, projection: &str) -> Result<Vec<(BuildId, BuildStatus)>, ViewError> {
        self.inner.registry.builds_of(projection).await
    }

    /// Waits until every projection named has the event at `position` in its active build; false when that takes
    /// longer than `timeout`.
    pub async fn wait_for(&self, projections: &[&str], position: Position, timeout: Duration) -> bool {
        let all_reached = async {
            let mut progress = self.inner.progress.subscribe();
            while !self.reached(projections, position).await {
                // Either a batch of this process or the next look: whichever comes first.
                let _ = tokio::time::timeout(WAIT_POLL, progress.changed()).await;
            }
        };
        tokio::time::timeout(timeout, all_reached).await.is_ok()
    }

    /// Closes every connection.
    pub async fn close(&self) {
        let builds = write(&self.inner.opened).drain().map(|(_, build)| build).collect::<Vec<_>>();
        write(&self.inner.active).clear();
        for build in builds {
            build.db.close().await;
        }
        self.inner.registry.close().await;
    }

    async fn reached(&self, projections: &[&str], position: Position) -> bool {
        for projection in projections {
            let Ok(build) = self.active(projection).await else { return false };
            let here = self.inner.progress.borrow().get(&build.id).is_some_and(|reached| *reached >= position);
            if !here && !shared_checkpoint_reached(&build, position).await {
                return false;
            }
        }
        true
    }

    fn known_active(&self, projection: &str) -> Option<Build> {
        read(&self.inner.active).get(projection).cloned()
    }
}

/// What the runner does with builds.
impl Views {
    pub(crate) fn registry(&self) -> &Registry {
        &self.inner.registry
    }

    /// The build that answers, whether this code reads its rows or not.
    pub(crate) async fn answering(&self, projection: &str) -> Result<Build, ViewError> {
        if let Some(build) = self.known_active(projection) {
            return Ok(build);
        }
        self.refresh().await?;
        self.known_active(projection).ok_or_else(|| ViewError::NotBuilt(projection.to_owned()))
    }

    /// Whether the rows of a build are as this code reads them.
    pub(crate) fn reads(&self, build: &BuildId) -> bool {
        self.inner.reads_since.get(build.projection.as_str()).is_none_or(|since| build.version >= *since)
    }

    /// The build that answers, where its counted tables hold what was written to them: without that it would tell less, and not
    /// say so.
    ///
    /// # Errors
    /// As [`Self::active`] and [`Self::require_lines`].
    pub(crate) async fn active_whole(&self, projection: &str, tables: &CountedTables) -> Result<Build, ViewError> {
        let build = self.active(projection).await?;
        self.require_lines(&build, tables).await?;
        Ok(build)
    }

    /// That these tables of a build hold as many rows as were written to them, by the last count where that is fresh enough.
    ///
    /// # Errors
    /// [`ViewError::LinesLost`] where it has not.
    pub(crate) async fn require_lines(&self, build: &Build, tables: &CountedTables) -> Result<(), ViewError> {
        let last = Arc::clone(write(&self.inner.counts).entry(build.id.clone()).or_default());
        let mut last = last.lock().await;
        let known = last.as_ref().filter(|known| known.at.elapsed() < known.took.saturating_mul(COUNT_PACE));
        let lines = match known.map(|known| known.lines) {
            Some(lines) => lines,
            None => {
                let at = Instant::now();
                let lines = Lines::count(&build.db, tables, build.id.version).await?;
                *last = Some(Counted { at, took: at.elapsed(), lines });
                lines
            }
        };
        let lost = |found| Err(ViewError::LinesLost { projection: build.id.projection.clone(), found });
        lines.fault().map_or(Ok(()), lost)
    }

    /// Tells waiters that a worker of this process has come this far.
    pub(crate) fn reached_by(&self, build: &BuildId, position: Position) {
        self.inner.progress.send_modify(|progress| {
            progress.insert(build.clone(), position);
        });
    }

    /// Notes whether a worker of this process could write to a build. It goes on trying by itself, if only to get or keep its
    /// lease.
    pub(crate) fn written(&self, build: &BuildId, could: bool) {
        if could == read(&self.inner.unwritable).contains(build) {
            let mut unwritable = write(&self.inner.unwritable);
            let _ = if could { unwritable.remove(build) } else { unwritable.insert(build.clone()) };
        }
    }

    /// Notes that another process writes to a build now: what this one could not is past, and it does not try again.
    pub(crate) fn written_elsewhere(&self, build: &BuildId) {
        self.written(build, true);
    }

    /// Whether the last attempt of a worker of this process to write to a build succeeded, as far as there was one since
    /// another process wrote to it.
    pub(crate) fn is_written(&self, build: &BuildId) -> bool {
        !read(&self.inner.unwritable).contains(build)
    }

    /// Learns from the registry which builds answer now and which are no more: another process may have promoted or removed one.
    pub(crate) async fn refresh(&self) -> Result<(), ViewError> {
        // Before the registry is read: one that is opened here meanwhile may have been entered after that.
        let mut gone = read(&self.inner.opened).keys().cloned().collect::<HashSet<_>>();
        for (id, status) in self.inner.registry.builds().await? {
            gone.remove(&id);
            if status == BuildStatus::Active && self.known_active(&id.projection).is_none_or(|known| known.id != id) {
                let build = self.open_build(&id).await?;
                write(&self.inner.active).insert(id.projection.clone(), build);
            }
        }
        for id in gone {
            self.close_build(&id).await;
        }
        Ok(())
    }

    /// Opens the database of a build, once per process.
    pub(crate) async fn open_build(&self, id: &BuildId) -> Result<Build, ViewError> {
        let known = || read(&self.inner.opened).get(id).cloned();
        if let Some(build) = known() {
            return Ok(build);
        }
        let _turn = self.inner.opening.lock().await;
        if let Some(build) = known() {
            return Ok(build);
        }
        let db = match &self.inner.url {
            ViewsUrl::Sqlite(registry) => Db::open_sqlite(&id.file_beside(registry)).await?,
            ViewsUrl::Postgres(url) => Db::open_postgres(url, &id.schema()).await?,
        };
        let build = Build { id: id.clone(), db };
        write(&self.inner.opened).insert(id.clone(), build.clone());
        Ok(build)
    }

    /// Removes a build that nobody reads any more: its file or schema, and its line in the registry.
    pub(crate) async fn remove_build(&self, id: &BuildId) -> Result<(), ViewError> {
        self.close_build(id).await;
        match &self.inner.url {
            ViewsUrl::Sqlite(registry) => id.delete_files(registry),
            ViewsUrl::Postgres(_) => self.inner.registry.drop_schema(&id.schema()).await?,
        }
        self.inner.registry.forget(id).await
    }

    /// Lets go of what this process has of a build: its connections, which on SQLite hold its file on the disk.
    async fn close_build(&self, id: &BuildId) {
        let opened = write(&self.inner.opened).remove(id);
        write(&self.inner.unwritable).remove(id);
        write(&self.inner.counts).remove(id);
        if let Some(build) = opened {
            build.db.close().await;
        }
    }
}

/// Asked of the database, because the worker may run in another process.
async fn shared_checkpoint_reached(build: &Build, position: Position) -> bool {
    Checkpoint::read(&build.db).await.is_ok_and(|checkpoint| checkpoint.seen.position >= position)
}

/// A poisoned lock only means that another thread panicked between two map operations; the maps stay whole.
fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
