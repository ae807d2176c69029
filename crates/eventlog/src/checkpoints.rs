//! The signed checkpoints of a log and the keys they are signed with, kept beside it: what was promised to others about
//! its history.

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

/// A public key under which checkpoints of a log are signed, or were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptKey {
    /// The key, as signed notes write it: `NAME+KEYID+BASE64`.
    pub vkey: String,
    /// How many events the log had when this key took over.
    pub since_size: u64,
    /// When it took over.
    pub taken_at: DateTime<Utc>,
}

impl EventLog {
    /// The keys under which checkpoints of this log were signed, the present one last; none before the first was taken in.
    pub async fn signing_keys(&self) -> Result<Vec<KeptKey>, LogError> {
        self.engine().signing_keys().await
    }

    /// Lets a key take over from the one that signed until now (`after`; none for the first key), durably. Changes
    /// nothing when that is not the present key, or when this one was a key before: ask [`Self::signing_keys`] which it is.
    pub async fn take_key(&self, key: KeptKey, after: Option<&str>) -> Result<(), LogError> {
        self.engine().add_key(key, after.map(str::to_owned)).await
    }

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
