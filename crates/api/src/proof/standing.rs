//! How records stand with what was signed: proven, waiting for a checkpoint, or not what they were.

use std::collections::{BTreeMap, BTreeSet};

use spoor_eventlog::{KeptCheckpoint, TreeError, TreeHead, leaves_of};
use spoor_notary::Hash;

use super::{KeeperError, LogKeeper};

/// Whether a record can be proven to others already.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofState {
    /// A signed checkpoint covers it, and it is stored as it was then.
    Proven,
    /// It was recorded after the last checkpoint: the next one will cover it, a minute later unless `proof.every_s` says
    /// otherwise.
    Pending,
    /// It is not the record that was signed or committed: it was altered, or taken out of the log.
    Altered,
}

/// How some records of a log stand.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The latest checkpoint, signed by the log.
    pub latest: Option<KeptCheckpoint>,
    altered: BTreeSet<u64>,
}

impl Standing {
    /// How the record with this index stands.
    pub fn state(&self, index: u64) -> ProofState {
        match &self.latest {
            _ if self.altered.contains(&index) => ProofState::Altered,
            Some(latest) if latest.size >= index => ProofState::Proven,
            Some(_) | None => ProofState::Pending,
        }
    }
}

impl LogKeeper {
    /// How the records with these indexes stand, as they are stored now.
    ///
    /// # Errors
    /// When the latest checkpoint is not what was signed, or the tree cannot be had.
    pub async fn standing_of(&self, indexes: &BTreeSet<u64>) -> Result<Standing, KeeperError> {
        let leaves = leaves_of(&self.log.read_indexes(indexes).await?);
        let missing: Vec<_> = indexes.iter().copied().filter(|index| !leaves.contains_key(index)).collect();
        let mut standing = self.standing(&leaves).await?;
        standing.altered.extend(missing);
        Ok(standing)
    }

    /// How these records stand, hashed as they were read.
    ///
    /// # Errors
    /// When the latest checkpoint is not what was signed, or the tree cannot be had.
    pub async fn standing(&self, leaves: &BTreeMap<u64, Hash>) -> Result<Standing, KeeperError> {
        let tree = |source| KeeperError::Tree { log: self.name, source };
        let latest = self.latest_checkpoint().await?;
        let signed = latest
            .as_ref()
            .map_or(TreeHead { size: 0, root: [0; 32] }, |kept| TreeHead { size: kept.size, root: kept.root });
        let (mut covered, mut later) = (leaves.clone(), BTreeMap::new());
        if let Some(after) = signed.size.checked_add(1) {
            later = covered.split_off(&after);
        }
        let mut altered = self.log.altered(&covered, &signed).await.map_err(tree)?;
        // What no checkpoint covers yet was committed at least.
        if let Some((last, _)) = later.last_key_value() {
            let committed = self.log.known_tree(*last).await.map_err(tree)?;
            altered.extend(self.log.altered(&later, &committed).await.map_err(tree)?);
        }
        Ok(Standing { latest, altered })
    }

    /// How these records stand, when none of them was altered.
    ///
    /// # Errors
    /// `RecordDiffers` with the first that was; otherwise as [`Self::standing`].
    pub async fn unaltered(&self, leaves: &BTreeMap<u64, Hash>) -> Result<Standing, KeeperError> {
        let standing = self.standing(leaves).await?;
        match standing.altered.first() {
            None => Ok(standing),
            Some(index) => {
                let source = TreeError::RecordDiffers { index: *index };
                Err(KeeperError::Tree { log: self.name, source })
            }
        }
    }
}
