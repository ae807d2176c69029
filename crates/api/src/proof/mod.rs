//! What others can check without trusting us: signed checkpoints of both logs, and exports that prove themselves.

mod check;
mod csv;
mod directory;
mod export;
mod keeper;
mod key;
mod opening;
mod own;
mod reread;
mod selection;
mod signers;
mod signing;
mod standing;
mod stands;
mod whole;

pub use check::check;
pub use directory::CheckpointDirectory;
pub use export::{ExportError, Exported, Order, export};
pub use keeper::{Keeper, Keeping, LogKeeper};
pub(crate) use key::unset;
pub use key::{ProofPlaces, make_key};
pub use reread::{ReadAgain, Wholeness};
pub use selection::{Period, Wanted};
pub use signing::{HandOver, rotate};
pub use standing::{ProofState, Standing};
pub use stands::Refusal;
pub use whole::{NotWhole, Whole};

use spoor_eventlog::{LogError, TreeError};
use spoor_notary::{CheckpointError, KeyError};

/// Which of the two logs.
#[derive(async_graphql::Enum, clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogName {
    /// What happened.
    Events,
    /// Who read what.
    Access,
}

impl LogName {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Events, Self::Access];

    /// As it stands in origins, paths and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Access => "access",
        }
    }

    /// As sentences name it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Events => "the event log",
            Self::Access => "the access log",
        }
    }
}

/// Why nothing can be signed or proven.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeeperError {
    /// The log is not the one that was signed.
    #[error(transparent)]
    Refused(#[from] Box<Refusal>),
    /// The log's tree cannot be had, or does not fit its records.
    #[error("{}: {source}", .log.words())]
    Tree {
        /// Which log.
        log: LogName,
        /// Why.
        source: TreeError,
    },
    /// The log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// There is no key to sign with.
    #[error(
        "there is no signing key at {0}: run `spoor migrate`, which makes one, or put the installation's own back; \
         `proof.signing_key_file` names another place"
    )]
    NoKey(std::path::PathBuf),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Another key took over from this one.
    #[error(
        "{} signs under {present} since {since}, which took over from {own}: set proof.signing_key_file to the key that took \
         over, and start again. Nothing is signed under a key that was replaced",
        .log.words()
    )]
    KeyReplaced {
        /// Which log.
        log: LogName,
        /// The key here.
        own: String,
        /// The key that took over.
        present: String,
        /// When it took over.
        since: chrono::DateTime<chrono::Utc>,
    },
    /// This is not the key of this log.
    #[error(
        "{} signs under {present}, and the signing key here is {own}: put the installation's own back \
         (proof.signing_key_file). If a rotation was broken off, run `spoor keys rotate-log-key` again with the same files",
        .log.words()
    )]
    StrangeKey {
        /// Which log.
        log: LogName,
        /// The key here.
        own: String,
        /// The key of the log.
        present: String,
    },
    /// This key cannot take over.
    #[error("{path} holds no key that can take over: it has to be another key of a log, with the name {name}")]
    NoNextKey {
        /// The file.
        path: std::path::PathBuf,
        /// The name it has to have.
        name: String,
    },
    /// A checkpoint cannot be signed or read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// What others collect as the latest checkpoint is none of this log.
    #[error(
        "{path}, which others collect as the latest checkpoint of {}, is none that it signed ({source}): it was altered or replaced. \
         Keep it as evidence, and tell everybody who collects it; the next start publishes the latest checkpoint there anew",
        .log.words()
    )]
    LatestAltered {
        /// Which log.
        log: LogName,
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong with it.
        source: CheckpointError,
    },
    /// A checkpoint came back that this log never signed.
    #[error(
        "this installation signed no checkpoint of {origin} over {size} records with this root: it is not ours, or of a log that was replaced"
    )]
    NotOurs {
        /// The log it names.
        origin: String,
        /// Its size.
        size: u64,
    },
    /// The directory of checkpoints.
    #[error("{path}: {source}")]
    Directory {
        /// The file or directory.
        path: std::path::PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl KeeperError {
    /// Whether something that was stored is no longer what it was; everything else may pass.
    pub fn is_alarm(&self) -> bool {
        match self {
            Self::Refused(_) => true,
            Self::Log(source) | Self::Tree { source: TreeError::Log(source), .. } => source.is_alteration(),
            Self::Tree { .. } => true,
            Self::NoKey(_)
            | Self::Key(_)
            | Self::KeyReplaced { .. }
            | Self::StrangeKey { .. }
            | Self::NoNextKey { .. }
            | Self::Checkpoint(_)
            | Self::LatestAltered { .. }
            | Self::NotOurs { .. }
            | Self::Directory { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests;
