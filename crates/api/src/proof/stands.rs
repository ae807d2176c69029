//! Whether a log is still the one that was signed: asked before it is opened for work, and before every signature.

use std::path::PathBuf;

use chrono::{DateTime, SecondsFormat, Utc};
use spoor_eventlog::{EventLog, TreeHead};
use spoor_notary::Checkpoint;

use super::{KeeperError, LogName};

/// A checkpoint that the log has to fit, and where it was found.
#[derive(Clone, Debug)]
pub struct Promise {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// When it was signed or written, as far as known.
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
         its end was cut off. Nothing was started. Put back a copy that reaches record {size}; if what is missing is lost for \
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
         an older copy, it is another installation's log, or records were altered. Nothing was started. `spoor audit check` \
         names the first record that was altered; otherwise put the right log back"
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
    let head = log.head().await?;
    let last = || match head.index {
        0 => String::new(),
        _ => format!(" (the last of {})", second(head.recorded_at)),
    };
    let (records, size) = (head.index, promised.size);
    if records < size {
        let refusal = Refusal::Shorter { log: words, records, last: last(), promise: promise.to_string(), size };
        return Err(Box::new(refusal).into());
    }
    let now = log.tile().await.map_err(tree)?;
    let grown = log.growth_proof(size, now.size).await.map_err(tree)?;
    match grown.proof.check(size, &promised.root, now.size, &now.root) {
        Ok(()) => Ok(now),
        Err(_) => {
            let refusal = Refusal::Other { log: words, records, last: last(), promise: promise.to_string(), size };
            Err(Box::new(refusal).into())
        }
    }
}

impl std::fmt::Display for Promise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.file {
            Some(file) => write!(f, "the checkpoint {}", file.display())?,
            None => f.write_str("the last checkpoint kept beside it")?,
        }
        self.at.map_or(Ok(()), |at| write!(f, " of {}", second(at)))
    }
}

fn second(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
