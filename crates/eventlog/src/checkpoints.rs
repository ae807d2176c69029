//! The signed checkpoints of a log, kept beside it: what was promised to others about its history.

use chrono::{DateTime, Utc};
use spoor_notary::Hash;

use crate::EventLog;
use crate::error::LogError;

/// A signed checkpoint of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// The name of the log, as the checkpoint has it.
    pub origin: String,
    /// How many events it stands for.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The signed note, byte for byte.
    pub note: String,
    /// When it was signed or, with the signatures of witnesses, taken in.
    pub signed_at: DateTime<Utc>,
}

impl EventLog {
    /// Keeps a checkpoint, durably. The same note again changes nothing.
    pub async fn keep_checkpoint(&self, checkpoint: KeptCheckpoint) -> Result<(), LogError> {
        self.engine().add_checkpoint(checkpoint).await
    }

    /// The checkpoint over the most events; of those with the same size the one kept last.
    pub async fn latest_checkpoint(&self) -> Result<Option<KeptCheckpoint>, LogError> {
        Ok(self.checkpoints_until(u64::MAX, 1).await?.pop())
    }

    /// The checkpoint over exactly this many events.
    pub async fn checkpoint_of(&self, size: u64) -> Result<Option<KeptCheckpoint>, LogError> {
        Ok(self.checkpoints_until(size, 1).await?.pop().filter(|found| found.size == size))
    }

    /// Checkpoints over at most this many events, the greatest first, one for each size.
    pub async fn checkpoints_until(&self, size: u64, limit: usize) -> Result<Vec<KeptCheckpoint>, LogError> {
        self.engine().checkpoints_until(size, limit).await
    }
}
