//! The event log as the rest of the program sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use spoor_notary::TileBuilder;
use tokio::sync::{Mutex, watch};
use uuid::Uuid;

use crate::batch::{Answer, StoredCommand, moment};
use crate::cache::StateCache;
use crate::clock::is_ahead;
use crate::ends::Ends;
use crate::engine::{Engine, Running, Stopping};
use crate::error::{AppendError, LogError};
use crate::execute::StreamLocks;
use crate::keys::KeyStore;
use crate::seal::{seal_append, subjects};
use crate::writer::{Trial, WriterHandle};
use crate::{Append, Appended, Clock, Executed, LogUrl, Position, Record, TreeError, Vault};

/// How long a small write may take that is tried to see whether anything can be written.
const TRIAL: Duration = Duration::from_secs(1);

/// How a log behaves; the defaults suit production.
#[derive(Clone, Debug)]
pub struct LogOptions {
    /// How many folded states are kept in memory; 0 keeps none.
    pub state_cache: usize,
    /// How many appends one transaction takes at most; on KurrentDB, how many go out together.
    pub max_batch: usize,
    /// How many connections readers share, on SQLite and PostgreSQL.
    pub readers: u32,
    /// How old the count of the records may be by which something is decided on a stream that was not in memory. Where counting
    /// takes long it may be older: twenty times what the last count took. Zero: a count is made each time.
    pub count_again_after: Duration,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self { state_cache: 10_000, max_batch: 256, readers: 4, count_again_after: Duration::from_secs(5) }
    }
}

/// The end of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Position of the last event.
    pub position: Position,
    /// Leaf index of the last event, which is how many there are.
    pub index: u64,
    /// When the last event was taken, as the head says; 1970 when there is none.
    pub recorded_at: DateTime<Utc>,
    /// Root of the Merkle tree over all of them (RFC 6962).
    pub root: [u8; 32],
}

impl Head {
    /// Whether the last event is dated further ahead of this moment than clocks may be apart: a minute. On SQLite and PostgreSQL
    /// nothing is stored at such a moment; on KurrentDB what is stored is dated by the clock that was ahead.
    pub fn is_ahead_of(&self, now: DateTime<Utc>) -> bool {
        is_ahead(self.recorded_at.timestamp_micros(), now.timestamp_micros())
    }
}

/// An append-only log of events, and the only way to it. Cheap to clone; clones share one writer.
#[derive(Clone)]
pub struct EventLog {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    clock: Clock,
    writer: WriterHandle,
    wakeup: watch::Receiver<Position>,
    stop: Stopping,
    vault: Vault,
    cache: StateCache,
    stream_locks: StreamLocks,
    /// The tree as this process tiled it last.
    tiling: Mutex<Option<TileBuilder>>,
    /// Which records are gone or altered, as far as this process knows.
    ends: Ends,
    /// As in [`LogOptions`].
    count_again_after: Duration,
    /// Whether nothing is stored, because the log is not the one that was signed.
    held: AtomicBool,
}

impl EventLog {
    /// Makes the log's tables, or brings them to the shape this program needs. On PostgreSQL the schema the address
    /// names is made too; on KurrentDB a stream that says which shape the log has.
    pub async fn migrate(url: &LogUrl) -> Result<(), LogError> {
        Engine::migrate(url).await
    }

    /// Opens a migrated log and starts its writer. The clock says when events were recorded on SQLite and KurrentDB; on
    /// PostgreSQL the server's own clock does. On KurrentDB the index of the log is read, and kept in memory: 24 bytes an event.
    ///
    /// # Errors
    /// `NotMigrated` when the tables are not there or of another version; `IndexDiffers` when a log in KurrentDB is not what
    /// was written down of it.
    pub async fn open(url: &LogUrl, keys: KeyStore, clock: Clock, options: LogOptions) -> Result<Self, LogError> {
        let (engine, Running { writer, wakeup, stop }) = Engine::open(url, clock.clone(), &options).await?;
        let (cache, vault) = (StateCache::new(options.state_cache), Vault::new(keys));
        let (stream_locks, tiling, ends) = (StreamLocks::new(), Mutex::default(), Ends::default());
        let LogOptions { count_again_after, .. } = options;
        let held = AtomicBool::default();
        let shared = Shared {
            engine,
            clock,
            writer,
            wakeup,
            stop,
            vault,
            cache,
            stream_locks,
            tiling,
            ends,
            count_again_after,
            held,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Stores events, all or none, durably, with their personal values sealed. The same command id again with the same
    /// digest has the first result: on SQLite and PostgreSQL whatever its stream, on KurrentDB in the same stream.
    ///
    /// # Errors
    /// See [`AppendError`]; except for `OutcomeUnknown` and `StreamRenumbered` nothing was stored.
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let _caller = self.writer().caller();
        self.append_announced(append, false).await
    }

    /// The same for a caller who is counted already and may have read the expected version from the log.
    pub(crate) async fn append_announced(&self, append: Append, version_seen: bool) -> Result<Appended, AppendError> {
        self.check_held()?;
        let (kind, id) = (append.aggregate_type.clone(), append.aggregate_id.clone());
        let command_id = append.metadata.command_id;
        let sealed = match seal_append(self.keys(), append, version_seen).await {
            Ok(sealed) => sealed,
            // A repeat of a command about a person erased since has its first result, like any repeat.
            Err(AppendError::SubjectErased { subject }) => {
                return match self.stored_command(&kind, &id, command_id).await? {
                    Some(stored) => Ok(stored.appended(true)),
                    None => Err(AppendError::SubjectErased { subject }),
                };
            }
            Err(error) => return Err(error),
        };
        let answer = self.shared.writer.append(sealed).await;
        if let Err(AppendError::Log(LogError::BeyondEnd { .. })) = &answer {
            // So that it is known to whoever tells what the log holds, and to those who look whether it is whole.
            Box::pin(self.count_records()).await?;
        }
        match answer? {
            Answer::Reused(stored) if self.is_erased(&stored).await? => Ok(stored.appended(true)),
            answer => answer.into(),
        }
    }

    /// Stores nothing from now on, or goes on: as long as the log is not the one that was signed, what is appended to it only
    /// makes it harder to put the right one back.
    pub fn hold(&self, held: bool) {
        self.shared.held.store(held, Ordering::Relaxed);
    }

    fn check_held(&self) -> Result<(), LogError> {
        if self.shared.held.load(Ordering::Relaxed) { Err(LogError::NotAsSigned) } else { Ok(()) }
    }

    /// All events of one stream, in order.
    pub async fn read_stream(&self, aggregate_type: &str, id: &str) -> Result<Vec<Record>, LogError> {
        self.read_stream_until(aggregate_type, id, u64::MAX).await
    }

    /// The events of one stream that had been recorded when the log was at this leaf index, in order.
    pub async fn read_stream_until(&self, aggregate_type: &str, id: &str, index: u64) -> Result<Vec<Record>, LogError> {
        self.engine().read_stream(aggregate_type, id, index).await
    }

    /// The leaf index of the last event that had been recorded at this moment, that moment included; 0 when there was
    /// none yet. Recorded times never decrease along the log, so it is found by halving: some twenty look-ups in a log
    /// of a million events, the last one first. What the head says of the time is not asked.
    ///
    /// Every record that was looked at is held against the tree, all with one proof: as committed they are in order of time, so an
    /// index that is given is right, whatever was altered elsewhere. While any record is known to be altered, none is given.
    ///
    /// # Errors
    /// `Missing` when an event on the way is gone, `RecordDiffers` when one is not as it was committed, or is known not to be;
    /// otherwise see [`TreeError`].
    pub async fn index_at(&self, moment: DateTime<Utc>) -> Result<u64, TreeError> {
        if let Some(altered) = self.known_altered().first() {
            return Err(TreeError::RecordDiffers { index: *altered.start() });
        }
        let end = self.engine().head().await?.index;
        // The last event recorded by then is at `recorded` or behind it, and before `later`.
        let (mut recorded, mut later, mut looked_at) = (0, end + 1, Vec::new());
        while recorded + 1 < later {
            let index = if looked_at.is_empty() { end } else { u64::midpoint(recorded, later) };
            let record = self.read_after_index(index - 1, 1).await?.pop().filter(|record| record.index == index);
            let record = record.ok_or(LogError::Missing { index })?;
            if record.recorded_at <= moment {
                recorded = index;
            } else {
                later = index;
            }
            looked_at.push(record);
        }
        self.as_committed(&looked_at).await?;
        Ok(recorded)
    }

    /// The position of the event with this leaf index; before the first for index 0. On SQLite and PostgreSQL they are the
    /// same number.
    ///
    /// # Errors
    /// `Missing` when the log on KurrentDB has no such event.
    pub async fn position_of(&self, index: u64) -> Result<Position, LogError> {
        self.engine().position_of(index).await
    }

    /// The next events after a position, in log order, at most `limit`. No event is ever skipped: positions are given
    /// in commit order.
    pub async fn read_after(&self, after: Position, limit: usize) -> Result<Vec<Record>, LogError> {
        self.engine().read_after(after, limit).await
    }

    /// The events of these types after one position up to another, in log order. For the few that rare types have: all
    /// of them come at once.
    pub async fn read_of_types(
        &self,
        types: &[&str],
        after: Position,
        until: Position,
    ) -> Result<Vec<Record>, LogError> {
        self.engine().read_of_types(types, after, until).await
    }

    /// The end of the log.
    pub async fn head(&self) -> Result<Head, LogError> {
        let head = self.engine().head().await?;
        Ok(Head {
            position: self.engine().position_of(head.index).await?,
            index: head.index,
            recorded_at: moment(head.recorded_at),
            root: head.frontier.root(),
        })
    }

    /// What the clock says that dates the events: on PostgreSQL the server's, otherwise this machine's.
    pub async fn now(&self) -> Result<DateTime<Utc>, LogError> {
        Ok(self.engine().server_now().await?.map_or_else(|| self.shared.clock.now(), moment))
    }

    /// Whether events can be stored, as far as is known: while the last attempt failed, or was given up after a second or
    /// more, a small write is tried instead, for a second, and by one caller at a time. On KurrentDB, which stores events
    /// and nothing else, that its server answers has to do.
    ///
    /// # Errors
    /// What the small write said; `WriteHangs` when it says nothing in its time, or an earlier one is still under way;
    /// `NotAsSigned` while nothing is stored ([`EventLog::hold`]).
    pub async fn writable(&self) -> Result<(), LogError> {
        self.check_held()?;
        let last_write = self.writer().last_write();
        if last_write.failed() {
            let trial = last_write.trial().ok_or(LogError::WriteHangs)?;
            self.write_nothing(std::future::ready(trial)).await?;
        }
        Ok(())
    }

    /// Whether events can be stored at this moment, whatever the last attempt said: a small write is tried, for a second.
    /// For what must not be stored late: an append that was accepted is carried out even if nobody waits for it any more.
    /// When it fails, [`EventLog::writable`] tries again until something can be stored.
    ///
    /// # Errors
    /// As [`EventLog::writable`].
    pub async fn try_writing(&self) -> Result<(), LogError> {
        self.check_held()?;
        self.write_nothing(self.writer().last_write().next_trial()).await
    }

    async fn write_nothing(&self, leave: impl Future<Output = Trial>) -> Result<(), LogError> {
        let tried = async { self.engine().write_nothing(leave.await).await };
        let said = tokio::time::timeout(TRIAL, tried).await.unwrap_or(Err(LogError::WriteHangs));
        self.writer().last_write().tried(&said);
        said
    }

    /// What the command with this id did to this aggregate, when it was carried out on it before.
    pub async fn find_command(
        &self,
        aggregate_type: &str,
        id: &str,
        command_id: Uuid,
    ) -> Result<Option<Executed>, LogError> {
        let stored = self.stored_command(aggregate_type, id, command_id).await?;
        let here = stored.filter(|stored| stored.aggregate_type == aggregate_type && stored.aggregate_id == id);
        Ok(here.map(|stored| stored.appended(true).into()))
    }

    /// The last position known to this process; changes after every commit here and soon after one elsewhere.
    pub fn wakeup(&self) -> watch::Receiver<Position> {
        self.shared.wakeup.clone()
    }

    /// Opens sealed values.
    pub fn vault(&self) -> &Vault {
        &self.shared.vault
    }

    /// The key store, for destroying a subject's key.
    pub fn keys(&self) -> &KeyStore {
        self.shared.vault.keys()
    }

    /// Finishes every accepted append, then stops the writer.
    pub async fn close(&self) {
        self.shared.writer.close();
        let mut done = self.shared.stop.done.clone();
        // An error means the writer is gone already.
        let _ = done.wait_for(|done| *done).await;
        let _ = self.shared.stop.ask.send(true);
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    pub(crate) fn writer(&self) -> &WriterHandle {
        &self.shared.writer
    }

    pub(crate) fn cache(&self) -> &StateCache {
        &self.shared.cache
    }

    pub(crate) fn stream_locks(&self) -> &StreamLocks {
        &self.shared.stream_locks
    }

    pub(crate) fn tiling(&self) -> &Mutex<Option<TileBuilder>> {
        &self.shared.tiling
    }

    pub(crate) fn ends(&self) -> &Ends {
        &self.shared.ends
    }

    pub(crate) fn count_again_after(&self) -> Duration {
        self.ends().count_again_after(self.shared.count_again_after)
    }

    /// The command with this id: in this stream, on SQLite and PostgreSQL in any.
    pub(crate) async fn stored_command(
        &self,
        kind: &str,
        id: &str,
        command_id: Uuid,
    ) -> Result<Option<StoredCommand>, LogError> {
        self.engine().find_command(kind, id, command_id).await
    }

    /// Whether a subject of a stored command was erased: then its content is not compared any more, because whoever
    /// could compare could guess it.
    pub(crate) async fn is_erased(&self, stored: &StoredCommand) -> Result<bool, LogError> {
        let first = stored.version.saturating_sub(stored.events as u64) + 1;
        let events = self.engine().stream(&stored.aggregate_type, &stored.aggregate_id, first).await?;
        for event in events.iter().take(stored.events) {
            let mut payload = serde_json::from_str(&event.payload)?;
            for subject in subjects(&mut payload)? {
                if self.keys().is_destroyed(subject).await? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}
