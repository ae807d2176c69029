//! Batches of the log, decoded once for all projectors that stand at the same place.

use std::collections::VecDeque;
use std::sync::Arc;

use spoor_eventlog::{EventLog, Position, Record};
use tokio::sync::Mutex;

use super::same_log::mark;
use crate::error::ViewError;
use crate::page::Seen;
use crate::projector::Event;

/// An event of the log, or why it cannot be read.
pub(crate) struct Item {
    pub seen: Seen,
    /// What tells it from any other event that may stand there.
    pub mark: String,
    pub aggregate_type: String,
    pub event: Result<Event, String>,
}

/// The next events after a position.
pub(crate) type Batch = Arc<Vec<Item>>;

/// Reads the log for several projectors. Those that catch up together find the batch that another one had decoded.
pub(crate) struct Feed {
    log: EventLog,
    recent: Mutex<VecDeque<(Position, usize, Batch)>>,
}

/// How many batches are remembered: enough for projectors that run a little apart.
const REMEMBERED: usize = 4;

impl Feed {
    pub fn new(log: EventLog) -> Self {
        Self { log, recent: Mutex::default() }
    }

    pub fn log(&self) -> &EventLog {
        &self.log
    }

    /// The next events after `after`, at most `limit`; empty at the end of the log.
    pub async fn after(&self, after: Position, limit: usize) -> Result<Batch, ViewError> {
        // The lock is held while reading on purpose: who comes second waits for the batch instead of decoding it again.
        let mut recent = self.recent.lock().await;
        let known = recent.iter().find(|(position, size, _)| *position == after && *size == limit);
        if let Some((_, _, batch)) = known {
            return Ok(batch.clone());
        }
        let records = self.log.read_after(after, limit).await?;
        let batch: Batch = Arc::new(records.iter().map(item).collect());
        if !batch.is_empty() {
            recent.push_back((after, limit, batch.clone()));
            if recent.len() > REMEMBERED {
                recent.pop_front();
            }
        }
        Ok(batch)
    }
}

fn item(record: &Record) -> Item {
    Item {
        seen: Seen { position: record.position, index: record.index },
        mark: mark(record),
        aggregate_type: record.aggregate_type.clone(),
        event: record.decode().map_err(|error| error.to_string()),
    }
}
