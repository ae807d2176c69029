//! The engines a log can live on. What only SQL engines promise stays inside their files.

mod ends;
mod kurrent;
mod postgres;
mod postgres_copy;
mod postgres_loader;
mod postgres_proof;
mod postgres_readers;
mod postgres_rows;
mod postgres_wakeup;
mod postgres_writer;
mod sqlite;
mod sqlite_copy;
pub(crate) mod sqlite_file;
mod sqlite_proof;
mod sqlite_writer;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use spoor_notary::{Tile, TileId};
use tokio::sync::watch;
use uuid::Uuid;

use crate::batch::{LogHead, StoredCommand};
use crate::checkpoints::{KeptCheckpoint, KeptKey};
use crate::ends::{Counted, HeadApart};
use crate::error::LogError;
use crate::writer::{Trial, WriterHandle};
use crate::{Clock, LogOptions, LogUrl, Position, Record};

pub(crate) use kurrent::KurrentLog;
pub(crate) use postgres::PostgresLog;
pub(crate) use sqlite::SqliteLog;

/// An open log on one of the engines.
///
/// What KurrentDB's client does is large to hold while it waits, and whoever asks an engine holds the largest of all: so it is
/// boxed, and the stack of a caller is not taken for an engine that is not used.
#[derive(Clone)]
pub(crate) enum Engine {
    Sqlite(Arc<SqliteLog>),
    Postgres(Arc<PostgresLog>),
    Kurrent(Arc<KurrentLog>),
}

/// A stored event as far as folding needs it.
pub(crate) struct StreamEvent {
    pub position: Position,
    pub sequence: u64,
    pub event_type: String,
    pub event_version: u16,
    pub payload: String,
}

/// What starting an engine's writer gives.
pub(crate) struct Running {
    pub writer: WriterHandle,
    /// Last position committed or heard of.
    pub wakeup: watch::Receiver<Position>,
    pub stop: Stopping,
}

/// How to stop the writer: it finishes what was accepted.
pub(crate) struct Stopping {
    /// Asks the writer to take no more.
    pub ask: watch::Sender<bool>,
    /// Changes to true (or closes) when it has finished.
    pub done: watch::Receiver<bool>,
}

impl Engine {
    pub async fn migrate(url: &LogUrl) -> Result<(), LogError> {
        match url {
            LogUrl::Sqlite(path) => sqlite::migrate(path),
            LogUrl::Postgres(url) => postgres::migrate(url).await,
            LogUrl::Kurrent(url) => Box::pin(kurrent::migrate(url)).await,
        }
    }

    pub async fn open(url: &LogUrl, clock: Clock, options: &LogOptions) -> Result<(Self, Running), LogError> {
        match url {
            LogUrl::Sqlite(path) => {
                let (log, running) = SqliteLog::open(path, clock, options)?;
                Ok((Self::Sqlite(Arc::new(log)), running))
            }
            LogUrl::Postgres(text) => {
                let (log, running) = PostgresLog::open(text, options).await?;
                Ok((Self::Postgres(Arc::new(log)), running))
            }
            LogUrl::Kurrent(url) => {
                let (log, running) = Box::pin(KurrentLog::open(url, clock, options)).await?;
                Ok((Self::Kurrent(Arc::new(log)), running))
            }
        }
    }

    /// The events of one stream from a sequence on, in order.
    pub async fn stream(&self, kind: &str, id: &str, from: u64) -> Result<Vec<StreamEvent>, LogError> {
        match self {
            Self::Sqlite(log) => log.stream(kind, id, from),
            Self::Postgres(log) => log.stream(kind, id, from).await,
            Self::Kurrent(log) => Box::pin(log.stream(kind, id, from)).await,
        }
    }

    /// The events of one stream up to a leaf index, in order.
    pub async fn read_stream(&self, kind: &str, id: &str, until: u64) -> Result<Vec<Record>, LogError> {
        match self {
            Self::Sqlite(log) => log.read_stream(kind, id, until).await,
            Self::Postgres(log) => log.read_stream(kind, id, until).await,
            Self::Kurrent(log) => Box::pin(log.read_stream(kind, id, until)).await,
        }
    }

    /// When the event with this leaf index was recorded, in microseconds since 1970.
    pub async fn recorded_at(&self, index: u64) -> Result<Option<i64>, LogError> {
        match self {
            Self::Sqlite(log) => log.recorded_at(index),
            Self::Postgres(log) => log.recorded_at(index).await,
            Self::Kurrent(log) => Box::pin(log.recorded_at(index)).await,
        }
    }

    pub async fn read_after(&self, after: Position, limit: usize) -> Result<Vec<Record>, LogError> {
        match self {
            Self::Sqlite(log) => log.read_after(after, limit).await,
            Self::Postgres(log) => log.read_after(after, limit).await,
            Self::Kurrent(log) => Box::pin(log.read_after(after, limit)).await,
        }
    }

    pub async fn read_of_types(
        &self,
        types: &[&str],
        after: Position,
        until: Position,
    ) -> Result<Vec<Record>, LogError> {
        match self {
            Self::Sqlite(log) => log.read_of_types(types, after, until).await,
            Self::Postgres(log) => log.read_of_types(types, after, until).await,
            Self::Kurrent(log) => Box::pin(log.read_of_types(types, after, until)).await,
        }
    }

    /// The next records after a leaf index.
    pub async fn read_after_index(&self, index: u64, limit: usize) -> Result<Vec<Record>, LogError> {
        match self {
            Self::Sqlite(log) => log.read_after(Position::number(index), limit).await,
            Self::Postgres(log) => log.read_after(Position::number(index), limit).await,
            Self::Kurrent(log) => Box::pin(log.read_after_index(index, limit)).await,
        }
    }

    /// The position of the event with this leaf index.
    pub async fn position_of(&self, index: u64) -> Result<Position, LogError> {
        match self {
            Self::Sqlite(_) | Self::Postgres(_) => Ok(Position::number(index)),
            Self::Kurrent(log) => Box::pin(log.position_of(index)).await,
        }
    }

    pub async fn head(&self) -> Result<LogHead, LogError> {
        match self {
            Self::Sqlite(log) => log.head().await,
            Self::Postgres(log) => log.head().await,
            Self::Kurrent(log) => Box::pin(log.head()).await,
        }
    }

    /// What the server's clock says, in microseconds since 1970, where it is the one that dates the events.
    pub async fn server_now(&self) -> Result<Option<i64>, LogError> {
        match self {
            Self::Postgres(log) => log.now().await.map(Some),
            Self::Sqlite(_) | Self::Kurrent(_) => Ok(None),
        }
    }

    /// The command with this id: in this stream, on the SQL engines in any.
    pub async fn find_command(
        &self,
        kind: &str,
        id: &str,
        command_id: Uuid,
    ) -> Result<Option<StoredCommand>, LogError> {
        match self {
            Self::Sqlite(log) => log.find_command(kind, id, command_id),
            Self::Postgres(log) => log.find_command(kind, id, command_id).await,
            Self::Kurrent(log) => Box::pin(log.find_command(kind, id, command_id)).await,
        }
    }

    /// Writes something that changes nothing, durably: whether there is room, and leave, to write. The trial is over when
    /// nothing of it is under way any more, which may be after the caller gave up.
    pub async fn write_nothing(&self, trial: Trial) -> Result<(), LogError> {
        match self {
            Self::Sqlite(log) => log.write_nothing(trial).await,
            Self::Postgres(log) => log.write_nothing(trial).await,
            Self::Kurrent(log) => {
                let _under_way = trial;
                Box::pin(log.head()).await.map(drop)
            }
        }
    }

    /// Whether streams are kept apart from the order of the log, so that both must be looked at.
    pub fn keeps_streams_apart(&self) -> bool {
        matches!(self, Self::Kurrent(_))
    }

    /// Whether every stream has all its events, so many each.
    pub async fn check_streams(&self, ends: HashMap<(String, String), u64>) -> Result<(), LogError> {
        match self {
            Self::Sqlite(_) | Self::Postgres(_) => Ok(()),
            Self::Kurrent(log) => Box::pin(log.check_streams(ends)).await,
        }
    }

    /// Whether every record behind this leaf index is there.
    pub async fn is_whole_behind(&self, index: u64) -> Result<bool, LogError> {
        match self {
            Self::Sqlite(log) => log.is_whole_behind(index).await,
            Self::Postgres(log) => log.is_whole_behind(index).await,
            // As for the ends of all streams.
            Self::Kurrent(_) => Ok(true),
        }
    }

    /// Which records are gone, and whether ends of streams may be among them.
    pub async fn count_records(&self) -> Result<Counted, LogError> {
        match self {
            Self::Sqlite(log) => log.count_records().await,
            Self::Postgres(log) => log.count_records().await,
            // Held against its index when it is opened: a log that ends too soon is not opened there.
            Self::Kurrent(_) => Ok(Counted::default()),
        }
    }

    /// The moments of the head and of its last record, where they are not the same.
    pub async fn head_apart(&self) -> Result<Option<HeadApart>, LogError> {
        match self {
            Self::Sqlite(log) => log.head_apart().await,
            Self::Postgres(log) => log.head_apart().await,
            // There the moment of the head is that of the last record.
            Self::Kurrent(_) => Ok(None),
        }
    }

    /// The indexes after one, up to another, of records that are found by another command id than their metadata have; of very
    /// many the first.
    pub async fn misfiled(&self, after: u64, until: u64) -> Result<BTreeSet<u64>, LogError> {
        match self {
            Self::Sqlite(log) => log.misfiled(after, until).await,
            Self::Postgres(log) => log.misfiled(after, until).await,
            // There a command is found by its metadata alone.
            Self::Kurrent(_) => Ok(BTreeSet::new()),
        }
    }

    pub async fn tiles(&self, ids: &[TileId]) -> Result<Vec<Tile>, LogError> {
        match self {
            Self::Sqlite(log) => log.tiles(ids),
            Self::Postgres(log) => log.tiles(ids).await,
            Self::Kurrent(log) => Box::pin(log.tiles(ids)).await,
        }
    }

    pub async fn last_tile(&self) -> Result<Option<(u64, u64)>, LogError> {
        match self {
            Self::Sqlite(log) => log.last_tile(),
            Self::Postgres(log) => log.last_tile().await,
            Self::Kurrent(log) => Box::pin(log.last_tile()).await,
        }
    }

    pub async fn store_tiles(&self, tiles: Vec<Tile>) -> Result<(), LogError> {
        match self {
            Self::Sqlite(log) => log.store_tiles(tiles).await,
            Self::Postgres(log) => log.store_tiles(tiles).await,
            Self::Kurrent(log) => Box::pin(log.store_tiles(tiles)).await,
        }
    }

    pub async fn drop_tiles(&self) -> Result<(), LogError> {
        match self {
            Self::Sqlite(log) => log.drop_tiles().await,
            Self::Postgres(log) => log.drop_tiles().await,
            Self::Kurrent(log) => Box::pin(log.drop_tiles()).await,
        }
    }

    pub async fn add_checkpoint(&self, new: KeptCheckpoint) -> Result<(), LogError> {
        match self {
            Self::Sqlite(log) => log.add_checkpoint(new).await,
            Self::Postgres(log) => log.add_checkpoint(new).await,
            Self::Kurrent(log) => Box::pin(log.add_checkpoint(new)).await,
        }
    }

    pub async fn add_key(&self, new: KeptKey, after: Option<String>) -> Result<(), LogError> {
        match self {
            Self::Sqlite(log) => log.add_key(new, after).await,
            Self::Postgres(log) => log.add_key(new, after).await,
            Self::Kurrent(log) => Box::pin(log.add_key(new, after)).await,
        }
    }

    /// Appends records of another log as they are, and moves the head there; false, and nothing done, when the log does not
    /// end at `after`.
    pub async fn take_over(&self, records: &[Record], after: u64, head: LogHead) -> Result<bool, LogError> {
        match self {
            Self::Sqlite(log) => log.take_over(records.to_vec(), after, head).await,
            Self::Postgres(log) => log.take_over(records, after, head).await,
            Self::Kurrent(log) => Box::pin(log.take_over(records, after, head)).await,
        }
    }

    pub async fn signing_keys(&self) -> Result<Vec<KeptKey>, LogError> {
        match self {
            Self::Sqlite(log) => log.signing_keys().await,
            Self::Postgres(log) => log.signing_keys().await,
            Self::Kurrent(log) => Box::pin(log.signing_keys()).await,
        }
    }

    pub async fn checkpoints_until(&self, size: u64, limit: usize) -> Result<Vec<KeptCheckpoint>, LogError> {
        match self {
            Self::Sqlite(log) => log.checkpoints_until(size, limit).await,
            Self::Postgres(log) => log.checkpoints_until(size, limit).await,
            Self::Kurrent(log) => Box::pin(log.checkpoints_until(size, limit)).await,
        }
    }
}

/// What is said where the database took fewer rows than it was given, and not why.
pub(crate) const NOT_TAKEN: &str = "the database did not take every row that it was given, so nothing was stored: see which trigger or \
     rule on the table of events is not the log's own, and take it away";

/// Wraps any error of a database driver.
pub(crate) fn database(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> LogError {
    let error = error.into();
    match error.downcast_ref() {
        Some(sqlx::Error::Io(_) | sqlx::Error::Tls(_)) => LogError::Unreachable { reason: error.to_string() },
        _ => LogError::Database(error),
    }
}

/// Numbers that SQL keeps signed and that are never negative.
pub(crate) fn unsigned(number: i64) -> Result<u64, LogError> {
    u64::try_from(number).map_err(|_| database(format!("the log holds the impossible number {number}")))
}

/// Our numbers as SQL keeps them.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
