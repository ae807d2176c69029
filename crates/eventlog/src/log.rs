//! The event log as the rest of the program sees it.

use chrono::{DateTime, Utc};
use spoor_domain::kernel::{CommandContext, Decider};
use tokio::sync::watch;
use uuid::Uuid;

use crate::error::{AppendError, ExecuteError, LogError};
use crate::keys::KeyStore;
use crate::{Append, Appended, Clock, Executed, LogUrl, Position, Record, Vault, Versioned};

/// How a log behaves; the defaults suit production.
#[derive(Clone, Debug)]
pub struct LogOptions {
    /// How many folded states are kept in memory; 0 keeps none.
    pub state_cache: usize,
    /// How many appends one transaction takes at most.
    pub max_batch: usize,
    /// How many connections readers share.
    pub readers: u32,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self { state_cache: 10_000, max_batch: 256, readers: 4 }
    }
}

/// The end of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Position of the last event.
    pub position: Position,
    /// Leaf index of the last event, which is how many there are.
    pub index: u64,
    /// When the last event was taken.
    pub recorded_at: DateTime<Utc>,
    /// Root of the Merkle tree over all of them (RFC 6962).
    pub root: [u8; 32],
}

/// An append-only log of events, and the only way to it. Cheap to clone; clones share one writer.
#[derive(Clone)]
pub struct EventLog {
    vault: Vault,
    wakeup: watch::Receiver<Position>,
}

impl EventLog {
    /// Makes the log's tables, or brings them to the shape this program needs.
    pub async fn migrate(_url: &LogUrl) -> Result<(), LogError> {
        Ok(())
    }

    /// Opens a migrated log and starts its writer.
    pub async fn open(_url: &LogUrl, keys: KeyStore, _clock: Clock, _options: LogOptions) -> Result<Self, LogError> {
        let (_, wakeup) = watch::channel(Position::START);
        Ok(Self { vault: Vault::new(keys), wakeup })
    }

    /// Carries out a command on an aggregate, durably, once: a repeat of the command id has the first result.
    pub async fn execute<A: Decider>(
        &self,
        _id: &str,
        _command: &A::Command,
        _context: &CommandContext,
    ) -> Result<Executed, ExecuteError<A::Rejection>> {
        Err(ExecuteError::Log(LogError::Closing))
    }

    /// The state of an aggregate and its version; the empty state at version 0 when there is none.
    pub async fn load<A: Decider>(&self, _id: &str) -> Result<Versioned<A>, LogError> {
        Err(LogError::Closing)
    }

    /// Stores events, all or none, durably.
    pub async fn append(&self, _append: Append) -> Result<Appended, AppendError> {
        Err(AppendError::Log(LogError::Closing))
    }

    /// All events of one stream, in order.
    pub async fn read_stream(&self, _aggregate_type: &str, _id: &str) -> Result<Vec<Record>, LogError> {
        Err(LogError::Closing)
    }

    /// The next events after a position, in log order, at most `limit`.
    pub async fn read_after(&self, _after: Position, _limit: usize) -> Result<Vec<Record>, LogError> {
        Err(LogError::Closing)
    }

    /// The end of the log.
    pub async fn head(&self) -> Result<Head, LogError> {
        Err(LogError::Closing)
    }

    /// What the command with this id did, when it was carried out before.
    pub async fn find_command(&self, _command_id: Uuid) -> Result<Option<Executed>, LogError> {
        Err(LogError::Closing)
    }

    /// The last position known to this process; changes after every commit here and soon after one elsewhere.
    pub fn wakeup(&self) -> watch::Receiver<Position> {
        self.wakeup.clone()
    }

    /// Opens sealed values.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Finishes every accepted append, then stops the writer.
    pub async fn close(&self) {}
}
