//! The manifest of an export, and the names of its files: the one definition that writer and verifier share.
//! The format is described in `docs/export-format.md`.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::hash::{Hash, hex_hash};

/// The format this program writes and reads.
pub const FORMAT: &str = "spoor-export/1";

/// The logs there are; an origin ends with a slash and one of them.
pub(crate) const LOGS: [&str; 2] = ["events", "access"];

/// What the export is about.
pub const MANIFEST: &str = "manifest.json";
/// One canonical line for each record.
pub const RECORDS: &str = "records.jsonl";
/// The leaf hash of each line.
pub const LEAVES: &str = "leaves.txt";
/// What lies between the records shown.
pub const PROOF: &str = "proof.json";
/// The signed checkpoint that everything leads to.
pub const CHECKPOINT: &str = "checkpoint";
/// Earlier checkpoints, each in a file named by its size.
pub const CHECKPOINTS: &str = "checkpoints";
/// The records as a table for people; not proven.
pub const TABLE: &str = "records.csv";
/// Personal values in clear, in an authorised opening only; not proven.
pub const OPENED: &str = "opened.jsonl";

/// What an export says about itself. Every field is held against what is proven, or against the records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The keys that signed earlier checkpoints in the export, where the log changed its key, as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_keys: Vec<String>,
    /// The files that the tree does not prove, by name.
    pub files: BTreeMap<String, FileEntry>,
    /// [`FORMAT`].
    pub format: String,
    /// The key of the log that signed the checkpoint, as text.
    pub key: String,
    /// Which log: `events` or `access`.
    pub log: String,
    /// The origin of the log, as in its checkpoints.
    pub origin: String,
    /// The indexes of the records shown: first and last of each range, from 1, ascending and apart.
    pub ranges: Vec<(u64, u64)>,
    /// How many records are shown.
    pub records: u64,
    /// The root of the log at this size.
    #[serde(with = "hex_hash")]
    pub root: Hash,
    /// What was asked for.
    pub selection: Selection,
    /// How many records the log had.
    pub tree_size: u64,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Selection {
    /// Every record.
    All {},
    /// The records from one index to another, both included.
    Range {
        /// The first index.
        first: u64,
        /// The last index.
        last: u64,
    },
    /// The records of one dossier: in the log `events` its stream, in the log `access` what names it.
    Dossier {
        /// Id of the dossier.
        dossier: String,
    },
    /// What a controller answers for, of whatever was asked: records of its dossiers and of none, accesses by its people.
    Controller {
        /// The organisation.
        controller: String,
    },
    /// The records taken from one moment up to another, that one not included.
    Period {
        /// The first moment, as records write moments: `2026-01-01T00:00:00.000000Z`.
        from: String,
        /// The moment after the last.
        until: String,
    },
}

/// A file that the tree does not prove.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its content.
    #[serde(with = "hex_hash")]
    pub sha256: Hash,
}

impl Manifest {
    /// The ranges as the tree counts: leaves from 0, half open.
    pub fn leaf_ranges(&self) -> Vec<Range<u64>> {
        self.ranges.iter().map(|(first, last)| first.saturating_sub(1)..*last).collect()
    }

    /// Whether the ranges ascend from 1 to the size of the log, at least one apart.
    pub(crate) fn ranges_lie_apart(&self) -> bool {
        let mut least = 1;
        self.ranges.iter().all(|(first, last)| {
            let holds = least <= *first && first <= last && *last <= self.tree_size;
            least = last.saturating_add(2);
            holds
        })
    }

    /// Whether every record of the log is shown.
    pub fn is_full(&self) -> bool {
        self.records == self.tree_size
    }
}
