//! The Merkle tree over the log: tiles kept up with the events, and the proofs that are made from them.
//!
//! Records are named by their leaf index, from 1, whatever positions the engine has.

mod check;
mod held;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use spoor_notary::{
    ConsistencyProof, Hash, InclusionProof, ProofError, RangeFold, RangeProof, Tile, TileBuilder, TileError, TileId,
    Tiles, leaf_hash, prove_consistency, prove_inclusion, prove_ranges, tiles_for_consistency, tiles_for_inclusion,
    tiles_for_ranges,
};

use crate::ends::in_words;
use crate::error::LogError;
use crate::{EventLog, Record};

pub use held::leaves_of;
pub(crate) use held::runs;

/// Records read in one go while tiling or checking.
const PAGE: usize = 1_000;
/// Up to so many records are tiled in memory and stored together, once their root is known to be the committed one. A
/// longer backlog (a log that was copied, or tiled for the first time) is read once to know that, and once to tile.
const AT_ONCE: u64 = 1 << 18;
/// How many hashes a tile of leaves has.
const TILE: u64 = 256;

/// How many leaves a tree has, and its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// That a record is in the tree of a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafProof {
    /// The record's index, from 1.
    pub index: u64,
    /// The hash of its line as it is stored now.
    pub leaf: Hash,
    /// The tree.
    pub tree: TreeHead,
    /// What lies beside the way from the leaf to the root.
    pub proof: InclusionProof,
}

/// That a tree is the beginning of a larger one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrowthProof {
    /// The smaller tree.
    pub old: TreeHead,
    /// The larger tree.
    pub new: TreeHead,
    /// The subtrees by which both roots follow.
    pub proof: ConsistencyProof,
}

/// Why the tree cannot be had. Everything but `Log` and `OutOfTree` means that something stored was altered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TreeError {
    /// The log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The log does not have that many records.
    #[error("the log has {size} records: it has no record or tree {asked}")]
    OutOfTree {
        /// The index or size asked for.
        asked: u64,
        /// How many there are.
        size: u64,
    },
    /// The root over the records is not the one that was committed with them.
    #[error(
        "the records up to {size} have the root {found}, and {committed} was committed: {}",
        in_doubt(*first, *size)
    )]
    RootDiffers {
        /// The first record that is not known to be right.
        first: u64,
        /// The size of both trees.
        size: u64,
        /// The root over the records, hex.
        found: String,
        /// The root as committed or signed, hex.
        committed: String,
    },
    /// A record is not what was hashed into the tree.
    #[error(
        "record {index} is not the one that was committed: it was altered, replaced or moved. Restore a backup that has it as it was"
    )]
    RecordDiffers {
        /// Its index.
        index: u64,
    },
    /// A record is there and cannot be read.
    #[error("record {index} cannot be read: it was altered. Restore a backup that has it as it was")]
    RecordUnreadable {
        /// Its index.
        index: u64,
    },
    /// Several records are not what was hashed into the tree.
    #[error("{}. Restore a backup that has them as they were", all_that_differ(.unreadable, .altered, .missing))]
    RecordsDiffer {
        /// The indexes of those that cannot be read.
        unreadable: Arc<[RangeInclusive<u64>]>,
        /// Those of the others.
        altered: Arc<[RangeInclusive<u64>]>,
        /// The indexes without a record.
        missing: Arc<[RangeInclusive<u64>]>,
    },
    /// There is a hole in the log.
    #[error("record {index} is missing: it was removed from the log. Restore a backup that has it")]
    RecordMissing {
        /// Its index.
        index: u64,
    },
    /// There are several holes in the log, or one of several records.
    #[error(
        "records are missing, which were removed from the log: {}. Restore a backup that has them; what lies behind the first of them \
         was not held against the tree",
        in_words(.missing)
    )]
    RecordsMissing {
        /// Their indexes.
        missing: Arc<[RangeInclusive<u64>]>,
    },
    /// Records stand behind the end of the log.
    #[error(
        "the log ends at record {size}, and behind its end, where none was ever committed, a record stands at place {}{}. Restore a backup \
         without them; no program must have the log open",
        in_words(.places), and_missing(.missing)
    )]
    BeyondEnd {
        /// How many records the log has.
        size: u64,
        /// The places of the first of them.
        places: Arc<[RangeInclusive<u64>]>,
        /// The indexes without a record.
        missing: Arc<[RangeInclusive<u64>]>,
    },
    /// The head of the log has another root than was signed over as many records.
    #[error(
        "of the records up to {size} the root {found} was signed, and the head of the log says {committed}: the head was altered. `spoor \
         audit check` names every record that was too, if any was. Stop every program that uses the log and restore a backup that has the \
         head as it was; what is stored next would go on from it"
    )]
    HeadRootDiffers {
        /// How many records the log has.
        size: u64,
        /// The root over the records, or over their tiles, that was signed, hex.
        found: String,
        /// The root by the head, hex.
        committed: String,
    },
    /// The head of the log has another moment than its last record.
    #[error(
        "the head of the log says that record {size}, its last, was recorded at {head}, and the record says {last}: the head was altered. \
         Restore a backup that has it as it was; what is stored next would be dated by it"
    )]
    HeadDiffers {
        /// The index of the last record.
        size: u64,
        /// The moment of the head.
        head: DateTime<Utc>,
        /// The moment of the record.
        last: DateTime<Utc>,
    },
    /// A record is found by another command id than it has.
    #[error(
        "record {index} is found by another command id than its metadata have: the column `command_id` was altered. Restore a backup that \
         has it as it was; until then its command may be carried out twice, or another be taken for it"
    )]
    CommandDiffers {
        /// Its index, that of the first of them.
        index: u64,
    },
    /// A tile is not what the records give.
    #[error("tile {} of level {} is not what the records give: run `spoor audit check --rebuild-tiles`", .0.number, .0.level)]
    TileDiffers(TileId),
    /// There are tiles of more records than the log has.
    #[error("there are tiles of {tiles} records, and the log has {size}: records were removed from its end")]
    TilesAhead {
        /// How many records are tiled.
        tiles: u64,
        /// How many the log has.
        size: u64,
    },
    /// Tiles are missing or damaged.
    #[error("{0}: run `spoor audit check --rebuild-tiles`")]
    Tile(#[from] TileError),
    /// A proof made from the tiles does not hold.
    #[error("{0}: a stored tile or record was altered. `spoor audit check` says which, where the tiles still tell")]
    Proof(#[from] ProofError),
}

impl TreeError {
    /// The same, by whoever knows which root was signed over so many records: where the records, or their tiles, have that one and
    /// the head has not, it is the head that was altered.
    pub fn knowing(self, size: u64, right: &Hash) -> Self {
        match self {
            Self::RootDiffers { size: of, found, committed, .. } if of == size && found == hex::encode(right) => {
                Self::HeadRootDiffers { size, found, committed }
            }
            other => other,
        }
    }
}

impl EventLog {
    /// Brings the tiles up to the end of the log and gives its tree, once the root over the tiles is the one that was
    /// committed with the records.
    ///
    /// # Errors
    /// See [`TreeError`]; nothing was stored of what does not fit.
    pub async fn tile(&self) -> Result<TreeHead, TreeError> {
        let mut kept = self.tiling().lock().await;
        let builder = match kept.take() {
            Some(builder) => builder,
            None => self.tiled().await?,
        };
        // An error leaves nothing behind, so the next attempt begins with what is stored.
        let (builder, head) = self.catch_up(builder).await?;
        *kept = Some(builder);
        Ok(head)
    }

    /// Proves that the record with this index is in the tree of this size, and that it is stored as it was committed.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub async fn leaf_proof(&self, index: u64, size: u64) -> Result<LeafProof, TreeError> {
        let known = self.known_tree(index.max(size)).await?;
        let Some(leaf) = index.checked_sub(1).filter(|leaf| *leaf < size) else {
            return Err(TreeError::OutOfTree { asked: index, size });
        };
        let record = self.read_after_index(leaf, 1).await?.pop().filter(|record| record.index == index);
        let hash = leaf_hash(record.ok_or(TreeError::RecordMissing { index })?.line().as_bytes());
        let leaf_tile = TileId { level: 0, number: leaf / TILE };
        let mut wanted = tiles_for_inclusion(leaf, size);
        wanted.extend(tiles_for_tree(size, &known));
        wanted.push(leaf_tile);
        let stored = self.stored(wanted).await?;
        let leaves = stored.iter().find(|tile| tile.id == leaf_tile);
        if leaves.and_then(|tile| tile.hashes.get((leaf % TILE) as usize)) != Some(&hash) {
            return Err(TreeError::RecordDiffers { index });
        }
        let tiles = stored.into_iter().collect();
        let tree = tree_of(size, &known, &tiles)?;
        let proof = prove_inclusion(leaf, size, &tiles)?;
        proof.check(&hash, leaf, size, &tree.root)?;
        Ok(LeafProof { index, leaf: hash, tree, proof })
    }

    /// Proves that the tree of the old size is the beginning of that of the new size.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub async fn growth_proof(&self, old: u64, new: u64) -> Result<GrowthProof, TreeError> {
        let known = self.known_tree(new.max(old)).await?;
        if old > new {
            return Err(TreeError::OutOfTree { asked: old, size: new });
        }
        let mut wanted = tiles_for_consistency(old, new);
        wanted.extend(tiles_for_tree(old, &known).into_iter().chain(tiles_for_tree(new, &known)));
        let tiles = self.stored(wanted).await?.into_iter().collect();
        let (old, new) = (tree_of(old, &known, &tiles)?, tree_of(new, &known, &tiles)?);
        let proof = prove_consistency(old.size, new.size, &tiles)?;
        proof.check(old.size, &old.root, new.size, &new.root)?;
        Ok(GrowthProof { old, new, proof })
    }

    /// Proves, all with one proof, that the records with these indexes (ascending) are in the tree of this size.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub async fn range_proof(&self, ranges: &[RangeInclusive<u64>], size: u64) -> Result<RangeProof, TreeError> {
        self.known_tree(size).await?;
        let leaves: Vec<_> = ranges.iter().map(|range| range.start().saturating_sub(1)..*range.end()).collect();
        let tiles = self.stored(tiles_for_ranges(&leaves, size)).await?.into_iter().collect();
        Ok(prove_ranges(&leaves, size, &tiles)?)
    }

    /// The tree over the first so many records.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub async fn tree_of(&self, size: u64) -> Result<TreeHead, TreeError> {
        let known = self.known_tree(size).await?;
        let tiles = self.stored(tiles_for_tree(size, &known)).await?.into_iter().collect();
        tree_of(size, &known, &tiles)
    }

    /// The hashes of the leaves from an index on, as the tiles have them: at most one tile's worth.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub async fn leaves_from(&self, index: u64) -> Result<Vec<Hash>, TreeError> {
        let leaf = index.saturating_sub(1);
        let tile = self.stored(vec![TileId { level: 0, number: leaf / TILE }]).await?.pop();
        Ok(tile.map(|tile| tile.hashes.into_iter().skip((leaf % TILE) as usize).collect()).unwrap_or_default())
    }

    /// The next records after a leaf index, in log order, at most `limit`.
    pub async fn read_after_index(&self, index: u64, limit: usize) -> Result<Vec<Record>, LogError> {
        self.engine().read_after_index(index, limit).await
    }

    async fn catch_up(&self, mut builder: TileBuilder) -> Result<(TileBuilder, TreeHead), TreeError> {
        let head = self.committed().await?;
        let first = builder.size() + 1;
        if builder.size() > head.size {
            return Err(TreeError::TilesAhead { tiles: builder.size(), size: head.size });
        }
        let long = head.size - builder.size() > AT_ONCE;
        if long {
            self.rehearse(builder.clone(), head, &BTreeMap::new()).await?;
        }
        let mut reader = RecordPages::between(builder.size(), head.size);
        while let Some(page) = reader.next(self).await? {
            page.iter().for_each(|record| builder.push(leaf_hash(record.line().as_bytes())));
            if long && builder.size() < head.size {
                self.engine().store_tiles(builder.take_changed()).await?;
            }
        }
        same_root(&builder, first, &head.root)?;
        let changed = builder.take_changed();
        if !changed.is_empty() {
            self.engine().store_tiles(changed).await?;
        }
        Ok((builder, head))
    }

    /// Reads what is not tiled yet, only to know whether it gives the committed root, and these on the way.
    async fn rehearse(
        &self,
        mut builder: TileBuilder,
        head: TreeHead,
        roots: &BTreeMap<u64, Hash>,
    ) -> Result<(), TreeError> {
        let mut first = builder.size() + 1;
        let mut reader = RecordPages::between(builder.size(), head.size);
        while let Some(page) = reader.next(self).await? {
            for record in page {
                builder.push(leaf_hash(record.line().as_bytes()));
                if let Some(root) = roots.get(&builder.size()) {
                    same_root(&builder, first, root)?;
                    first = builder.size() + 1;
                }
            }
            drop(builder.take_changed());
        }
        same_root(&builder, first, &head.root)
    }

    /// The tree as it was committed with the last append.
    async fn committed(&self) -> Result<TreeHead, LogError> {
        let head = self.head().await?;
        Ok(TreeHead { size: head.index, root: head.root })
    }

    /// A tree of at least this size whose root is known to be the committed one; tiles what is missing.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub async fn known_tree(&self, size: u64) -> Result<TreeHead, TreeError> {
        if let Some(builder) = self.tiling().lock().await.as_ref().filter(|builder| builder.size() >= size) {
            return Ok(TreeHead { size: builder.size(), root: builder.root() });
        }
        let head = self.tile().await?;
        if head.size >= size { Ok(head) } else { Err(TreeError::OutOfTree { asked: size, size: head.size }) }
    }

    async fn tiled(&self) -> Result<TileBuilder, TreeError> {
        let size = self.tiled_size().await?;
        // Another process may have tiled on since: a tile of the edge is taken as wide as it was at this size.
        Ok(TileBuilder::resume(size, self.stored(TileBuilder::edge_of(size)).await?)?)
    }

    async fn tiled_size(&self) -> Result<u64, LogError> {
        let last = self.engine().last_tile().await?;
        Ok(last.map_or(0, |(number, bytes)| number * TILE + bytes / 32))
    }

    async fn stored(&self, mut ids: Vec<TileId>) -> Result<Vec<Tile>, LogError> {
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() { Ok(Vec::new()) } else { self.engine().tiles(&ids).await }
    }
}

/// Records in log order, page by page.
#[derive(Clone, Debug)]
pub struct RecordPages {
    after: u64,
    until: u64,
}

impl RecordPages {
    /// The records after a leaf index, up to and with another.
    pub fn between(after: u64, until: u64) -> Self {
        Self { after, until }
    }

    /// The next page of this log; `None` at the end.
    ///
    /// # Errors
    /// `RecordMissing` when the log has a hole or ends too soon, `RecordUnreadable` when one of its records cannot be read.
    pub async fn next(&mut self, log: &EventLog) -> Result<Option<Vec<Record>>, TreeError> {
        let left = usize::try_from(self.until.saturating_sub(self.after)).unwrap_or(PAGE);
        if left == 0 {
            return Ok(None);
        }
        let most = left.min(PAGE);
        let page = match log.read_after_index(self.after, most).await {
            Ok(page) => page,
            // Boxed: it is read so only where something is wrong, and every reader would hold room for it.
            Err(failed) => {
                let until = self.after + most as u64;
                return Err(Box::pin(log.first_unreadable(self.after, until, failed)).await);
            }
        };
        for record in &page {
            self.after += 1;
            if record.index != self.after {
                return Err(TreeError::RecordMissing { index: self.after });
            }
        }
        if page.is_empty() { Err(TreeError::RecordMissing { index: self.after + 1 }) } else { Ok(Some(page)) }
    }
}

/// The tiles from which the tree of a size follows, and that it is the beginning of a known tree.
fn tiles_for_tree(size: u64, known: &TreeHead) -> Vec<TileId> {
    let mut tiles = tiles_for_ranges(&[], size);
    tiles.extend(tiles_for_consistency(size, known.size));
    tiles
}

/// The tree of a size, once it is known to be the beginning of a known tree: tiles alone could have been altered.
fn tree_of(size: u64, known: &TreeHead, tiles: &Tiles) -> Result<TreeHead, TreeError> {
    let everything_left_out = prove_ranges(&[], size, tiles)?;
    let root = RangeFold::new(&everything_left_out, &[], size)?.finish()?;
    prove_consistency(size, known.size, tiles)?.check(size, &root, known.size, &known.root)?;
    Ok(TreeHead { size, root })
}

/// What may be wrong where a root is: a tile or the head alone, where no record lies behind the tiles.
fn in_doubt(first: u64, size: u64) -> String {
    if first > size {
        return "a stored tile or the head of the log was altered. `spoor audit check` says which, and with `--rebuild-tiles` it makes \
                the tiles anew from the records, when those are right"
            .to_owned();
    }
    format!(
        "a record from {first} to {size}, a stored tile or the head of the log was altered. `spoor audit check` says which, where the \
         tiles still tell"
    )
}

/// Everything that is wrong with the records, in words.
fn all_that_differ(
    unreadable: &[RangeInclusive<u64>],
    altered: &[RangeInclusive<u64>],
    missing: &[RangeInclusive<u64>],
) -> String {
    let said = [
        (unreadable, "cannot be read: altered"),
        (altered, "not as it was committed: altered, replaced or moved"),
        (missing, "missing from the log: removed"),
    ];
    let said = said.into_iter().filter(|(indexes, _)| !indexes.is_empty());
    said.map(|(indexes, what)| format!("record {} {what}", in_words(indexes))).collect::<Vec<_>>().join("; ")
}

/// What is missing besides, in words.
fn and_missing(missing: &[RangeInclusive<u64>]) -> String {
    if missing.is_empty() { String::new() } else { format!("; missing from the log: record {}", in_words(missing)) }
}

fn same_root(builder: &TileBuilder, first: u64, committed: &Hash) -> Result<(), TreeError> {
    let found = builder.root();
    if found == *committed {
        return Ok(());
    }
    let (found, committed) = (hex::encode(found), hex::encode(committed));
    Err(TreeError::RootDiffers { first, size: builder.size(), found, committed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_no_record_lies_behind_the_tiles_a_tile_or_the_head_is_what_was_altered() {
        let said = |first| {
            let (found, committed) = ("aa".to_owned(), "bb".to_owned());
            TreeError::RootDiffers { first, size: 1189, found, committed }.to_string()
        };
        assert!(said(1000).contains("a record from 1000 to 1189, a stored tile or the head"), "{}", said(1000));
        assert!(said(1190).contains("a stored tile or the head of the log was altered"), "{}", said(1190));
        assert!(!said(1190).contains("1190"), "{}", said(1190));
        assert!(said(1190).contains("--rebuild-tiles"), "{}", said(1190));
    }
    #[test]
    fn where_the_records_have_the_root_that_is_right_the_head_is_what_was_altered() {
        let differs = |found: Hash| {
            let (found, committed) = (hex::encode(found), hex::encode([9; 32]));
            TreeError::RootDiffers { first: 1, size: 7, found, committed }
        };
        let head = differs([1; 32]).knowing(7, &[1; 32]);
        assert!(matches!(head, TreeError::HeadRootDiffers { size: 7, .. }), "{head}");
        for (size, right) in [(7, [2; 32]), (6, [1; 32])] {
            let said = differs([1; 32]).knowing(size, &right);
            assert!(matches!(said, TreeError::RootDiffers { .. }), "{size}: {said}");
        }
    }

    #[test]
    fn everything_that_differs_is_named_by_what_is_wrong_with_it() {
        let (unreadable, altered) = (Arc::from([950..=950]), Arc::from([1000..=1002]));
        let said = TreeError::RecordsDiffer { unreadable, altered, missing: Arc::default() }.to_string();
        let named = "record 950 cannot be read: altered; record 1000 to 1002 not as it was committed";
        assert!(said.starts_with(named), "{said}");
        assert!(!said.contains("missing"), "{said}");
    }
}
