//! Some records held against a tree that is known: all of them with one proof, and by name when that fails.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use futures_util::future::try_join_all;
use spoor_notary::{Hash, RangeFold, leaf_hash};

use super::{TreeError, TreeHead};
use crate::error::LogError;
use crate::{EventLog, Record};

/// Records that lie no further apart are read in one go, with those between them.
const NEAR: u64 = 16;

impl EventLog {
    /// Which of these records, hashed as they are read now, are not the ones that this tree was made of. It is the root of
    /// the tree that decides, not the tiles: where those were altered as well, no record is taken for proven.
    ///
    /// # Errors
    /// When a record lies beyond the tree, or the tiles cannot be had; see [`TreeError`].
    pub async fn altered(&self, leaves: &BTreeMap<u64, Hash>, tree: &TreeHead) -> Result<BTreeSet<u64>, TreeError> {
        match leaves.last_key_value() {
            None => return Ok(BTreeSet::new()),
            Some((index, _)) if *index > tree.size => {
                return Err(TreeError::OutOfTree { asked: *index, size: tree.size });
            }
            Some(_) => {}
        }
        let runs = runs(leaves.keys().copied(), 1);
        let proof = self.range_proof(&runs, tree.size).await?;
        let places: Vec<_> = runs.iter().map(|run| run.start().saturating_sub(1)..*run.end()).collect();
        let mut fold = RangeFold::new(&proof, &places, tree.size)?;
        for leaf in leaves.values() {
            fold.push(*leaf)?;
        }
        if fold.finish()? == tree.root {
            return Ok(BTreeSet::new());
        }
        let (mut from, mut tiled, mut altered) = (0, Vec::new(), BTreeSet::new());
        for (index, leaf) in leaves {
            if tiled.get((index - from) as usize).is_none() {
                (from, tiled) = (*index, self.leaves_from(*index).await?);
            }
            if tiled.get((index - from) as usize) != Some(leaf) {
                altered.insert(*index);
            }
        }
        Ok(if altered.is_empty() { leaves.keys().copied().collect() } else { altered })
    }

    /// Whether the leaves that the tiles have for these records lead to the root of this tree: then it is the records that were
    /// altered, and not the tiles.
    ///
    /// # Errors
    /// When the tiles cannot be had; see [`TreeError`].
    pub(super) async fn tiles_lead_to(&self, tree: &TreeHead, indexes: &BTreeSet<u64>) -> Result<bool, TreeError> {
        let mut leaves = BTreeMap::new();
        for index in indexes {
            if !leaves.contains_key(index) {
                // The rest of the tile comes along.
                leaves.extend((*index..=tree.size).zip(self.leaves_from(*index).await?));
            }
        }
        Ok(self.altered(&leaves, tree).await?.is_empty())
    }

    /// Whether these records are what was committed with the log as it is now.
    ///
    /// # Errors
    /// `RecordDiffers` with the first that is not; otherwise see [`TreeError`].
    pub async fn as_committed(&self, records: &[Record]) -> Result<(), TreeError> {
        let leaves = leaves_of(records);
        let tree = self.known_tree(leaves.last_key_value().map_or(0, |(index, _)| *index)).await?;
        let first = self.altered(&leaves, &tree).await?.first().copied();
        first.map_or(Ok(()), |index| Err(TreeError::RecordDiffers { index }))
    }

    /// The records with these indexes, as many as there are.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn read_indexes(&self, indexes: &BTreeSet<u64>) -> Result<Vec<Record>, LogError> {
        let reads = runs(indexes.iter().copied(), NEAR).into_iter().map(|run| {
            let (after, most) = (run.start().saturating_sub(1), run.end() + 1 - run.start());
            async move { self.read_after_index(after, usize::try_from(most).unwrap_or(usize::MAX)).await }
        });
        let read = try_join_all(reads).await?.into_iter().flatten();
        Ok(read.filter(|record| indexes.contains(&record.index)).collect())
    }
}

/// The leaf of each record, by its index.
pub fn leaves_of(records: &[Record]) -> BTreeMap<u64, Hash> {
    records.iter().map(|record| (record.index, leaf_hash(record.line().as_bytes()))).collect()
}

/// Ascending indexes put together where they are at most so far apart.
pub(crate) fn runs(indexes: impl Iterator<Item = u64>, near: u64) -> Vec<RangeInclusive<u64>> {
    let mut runs: Vec<RangeInclusive<u64>> = Vec::new();
    for index in indexes {
        match runs.last_mut() {
            Some(run) if index - *run.end() <= near => *run = *run.start()..=index,
            Some(_) | None => runs.push(index..=index),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_near_is_read_in_one_go() {
        assert_eq!(runs([1, 2, 3, 7, 9].into_iter(), 1), [1..=3, 7..=7, 9..=9]);
        assert_eq!(runs([1, 2, 3, 7, 9, 40].into_iter(), 16), [1..=9, 40..=40]);
        assert_eq!(runs(std::iter::empty(), 1), []);
    }
}
