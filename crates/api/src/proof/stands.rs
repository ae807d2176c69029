//! Whether a log is still the one that was signed: asked before it is opened for work, and before every signature; and in
//! which ways it may not be.

use std::path::PathBuf;

use chrono::{DateTime, SecondsFormat, Utc};
use spoor_eventlog::{EventLog, KeptCheckpoint, TreeHead};
use spoor_notary::{Checkpoint, CheckpointError};

use super::directory::Found;
use super::{KeeperError, LogName};

/// A checkpoint that the log has to fit, and where it was found.
#[derive(Clone, Debug)]
pub struct Promise {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// When its row says that it was signed, or its file was written, as far as known. Neither is signed: a file that was restored
    /// has the moment of that.
    pub at: Option<DateTime<Utc>>,
    /// The file it stands in; none when the log itself keeps it.
    pub file: Option<PathBuf>,
}

/// The log does not fit a checkpoint that was signed over it.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It is shorter.
    #[error(
        "{log} has {records} records{last}, and {promise} was signed over {size}: an older copy of this log was put back, or \
         its end was cut off. Put back a copy that reaches record {size}; if what is missing is lost for \
         good, move the directory of checkpoints away as evidence, tell everybody who collects from it, and start again"
    )]
    Shorter {
        /// Which log.
        log: &'static str,
        /// How many records it has.
        records: u64,
        /// When the last of them was recorded.
        last: String,
        /// The checkpoint.
        promise: String,
        /// How many records the checkpoint stands for.
        size: u64,
    },
    /// It has other records.
    #[error(
        "{log} has {records} records{last}, but its first {size} are not those that {promise} was signed over: it went on from \
         an older copy, it is another installation's log, or records were altered. `spoor audit check` says which record it \
         is, or between which checkpoints; put the right log back"
    )]
    Other {
        /// Which log.
        log: &'static str,
        /// How many records it has.
        records: u64,
        /// When the last of them was recorded.
        last: String,
        /// The checkpoint.
        promise: String,
        /// How many records the checkpoint stands for.
        size: u64,
    },
    /// Records were altered, and the tiles over them too.
    #[error(
        "the first {size} records of {log} do not lead to the root that {promise} was signed over: a record from {first} to \
         {size} was altered, put in or taken out, and no tile tells which. Put the right log back"
    )]
    Altered {
        /// Which log.
        log: &'static str,
        /// The first record that no earlier checkpoint vouches for.
        first: u64,
        /// How many records the checkpoint stands for.
        size: u64,
        /// The checkpoint.
        promise: String,
    },
    /// What says that it is a checkpoint of the log was not signed by it.
    #[error(
        "{promise} of {log} does not bear its signature: {source}. It was altered or put there, and says nothing about the \
         log. Keep it as evidence and put back what was there; nothing is signed in its place"
    )]
    NotSigned {
        /// Which log.
        log: &'static str,
        /// The checkpoint.
        promise: String,
        /// What is wrong with its signatures.
        source: CheckpointError,
    },
    /// The table of checkpoints says something else than what was signed.
    #[error(
        "{promise} of {log} names other records or another root than its signed note, which is over {size}: the database was \
         altered. Put the right log back"
    )]
    RowDiffers {
        /// Which log.
        log: &'static str,
        /// The checkpoint.
        promise: String,
        /// How many records its note stands for.
        size: u64,
    },
    /// Two checkpoints promise different logs.
    #[error(
        "{one} and {other} were both signed for {log}, over {size} records, with different roots: two histories were signed \
         with its key. Find out who can use the key"
    )]
    TwoHistories {
        /// Which log.
        log: &'static str,
        /// One checkpoint.
        one: String,
        /// The other.
        other: String,
        /// How many records both stand for.
        size: u64,
    },
    /// It is called otherwise.
    #[error(
        "{log} is called {origin} now, and {promise} was signed for {signed}: set proof.origin back to what it was, or give \
         this installation a directory of checkpoints of its own"
    )]
    Renamed {
        /// Which log.
        log: &'static str,
        /// Its name now.
        origin: String,
        /// The checkpoint.
        promise: String,
        /// The name in the checkpoint.
        signed: String,
    },
}

/// The tree of the log as it is now, once it is known to have grown out of what was promised.
pub(super) async fn stands(
    name: LogName,
    origin: &str,
    log: &EventLog,
    promise: Option<&Promise>,
) -> Result<TreeHead, KeeperError> {
    let tree = |source| KeeperError::Tree { log: name, source };
    let Some(promise) = promise else { return log.tile().await.map_err(tree) };
    let promised = &promise.checkpoint;
    let words = name.words();
    if promised.origin != origin {
        let (origin, signed) = (origin.to_owned(), promised.origin.clone());
        return Err(Box::new(Refusal::Renamed { log: words, origin, promise: promise.to_string(), signed }).into());
    }
    let (records, size) = (log.head().await?.index, promised.size);
    if records < size {
        return Err(shorter(name, log, promise).await?);
    }
    let now = log.tile().await.map_err(|source| tree(source.knowing(size, &promised.root)))?;
    let grown = log.growth_proof(size, now.size).await.map_err(tree)?;
    match grown.proof.check(size, &promised.root, now.size, &now.root) {
        Ok(()) => Ok(now),
        Err(_) => {
            let refusal =
                Refusal::Other { log: words, records, last: last_of(log).await?, promise: promise.to_string(), size };
            Err(Box::new(refusal).into())
        }
    }
}

/// That a log does not reach what was promised of it.
pub(super) async fn shorter(name: LogName, log: &EventLog, promise: &Promise) -> Result<KeeperError, KeeperError> {
    let (records, last, size) = (log.head().await?.index, last_of(log).await?, promise.checkpoint.size);
    Ok(Box::new(Refusal::Shorter { log: name.words(), records, last, promise: promise.to_string(), size }).into())
}

/// When the last record of a log was recorded, in words.
async fn last_of(log: &EventLog) -> Result<String, KeeperError> {
    let head = log.head().await?;
    Ok(match head.index {
        0 => String::new(),
        _ => format!(" (the last of {})", second(head.recorded_at)),
    })
}

impl From<Found> for Promise {
    fn from(found: Found) -> Self {
        Self { checkpoint: found.signed.checkpoint().clone(), at: found.written_at, file: Some(found.file) }
    }
}

/// As the table says it; whether that is what was signed, [`Signers`](super::signers::Signers) knows.
impl From<&KeptCheckpoint> for Promise {
    fn from(kept: &KeptCheckpoint) -> Self {
        let checkpoint = Checkpoint { origin: kept.origin.clone(), size: kept.size, root: kept.root };
        Self { checkpoint, at: Some(kept.signed_at), file: None }
    }
}

impl std::fmt::Display for Promise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.file {
            Some(file) => write!(f, "the checkpoint {}", file.display())?,
            None => write!(f, "the checkpoint over {} records kept beside it", self.checkpoint.size)?,
        }
        match (self.at, &self.file) {
            (None, _) => Ok(()),
            (Some(at), Some(_)) => write!(f, " (a file of {}, by its modification time)", second(at)),
            (Some(at), None) => write!(f, " (signed at {}, by its row)", second(at)),
        }
    }
}

fn second(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
