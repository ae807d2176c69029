//! Proofs: that a record is in the log, that a log grew out of an earlier one, that a set of records is in the log.
//!
//! Made in two steps, so that the room with the database fetches everything in one go: `tiles_for_…` says which tiles a
//! proof needs, `prove_…` makes it from them. Leaves are numbered from 0 here: leaf n is the record with index n + 1.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use tlog_tiles::{check_record, check_tree};

use crate::frontier::{Frontier, NotAligned};
use crate::hash::{Hash, empty_root, hex_hashes, node_hash};
use crate::tile::{TileId, Tiles, place_of};

/// The largest tree this program reasons about, in leaves: whole numbers up to here are exact in any JSON.
pub const MAX_SIZE: u64 = 1 << 53;

/// That a leaf is in a tree: the roots of what lies beside the way from the leaf up (RFC 6962, section 2.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    /// From the leaf up.
    pub hashes: Vec<Hash>,
}

/// That a tree is the beginning of a larger one (RFC 6962, section 2.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// In the order of RFC 6962.
    pub hashes: Vec<Hash>,
}

/// That any number of leaves are in a tree: what lies between them, as few hashes as possible. All leaves need none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RangeProof {
    /// What lies between the leaves, left to right.
    pub gaps: Vec<Gap>,
    /// How many leaves the tree has.
    pub size: u64,
}

/// Records that are not shown, by the roots of the largest aligned subtrees that fill their place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Index of the first record of the gap, from 1.
    pub first: u64,
    /// The roots, left to right.
    #[serde(with = "hex_hashes")]
    pub hashes: Vec<Hash>,
    /// Index of the last record of the gap.
    pub last: u64,
}

/// Why a proof cannot be made, or does not prove.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A tile was not given, or is narrower than the size of the tree asks.
    #[error("tile {} of level {} is missing or not complete enough", .0.number, .0.level)]
    TileMissing(TileId),
    /// The leaf, the older size or a range does not lie in the tree.
    #[error("{what} does not lie in a log of {size} records")]
    OutOfTree {
        /// What was asked for.
        what: String,
        /// The size of the tree, in leaves.
        size: u64,
    },
    /// The ranges are not ascending, overlap or are empty.
    #[error("the ranges must be ascending, apart and not empty")]
    Ranges,
    /// The proof does not lead to the root, or has hashes too many or too few.
    #[error("the proof does not lead to this root")]
    Mismatch,
}

/// The tiles needed to prove this leaf (from 0) in a tree of this size.
pub fn tiles_for_inclusion(leaf: u64, size: u64) -> Vec<TileId> {
    if leaf < size { tiles_of(&siblings(leaf, size)) } else { Vec::new() }
}

/// Proves this leaf (from 0) in a tree of this size.
///
/// # Errors
/// When the leaf is not in the tree, or a tile is missing.
pub fn prove_inclusion(leaf: u64, size: u64, tiles: &Tiles) -> Result<InclusionProof, ProofError> {
    within(leaf < size, size, || format!("record {}", leaf.saturating_add(1)))?;
    Ok(InclusionProof { hashes: roots(&siblings(leaf, size), tiles)? })
}

/// The tiles needed to prove that the tree of `old` leaves is the beginning of the tree of `new` leaves.
pub fn tiles_for_consistency(old: u64, new: u64) -> Vec<TileId> {
    if old <= new { tiles_of(&common_ground(old, new)) } else { Vec::new() }
}

/// Proves that the tree of `old` leaves is the beginning of the tree of `new` leaves. From an empty tree the proof is empty.
///
/// # Errors
/// When the old tree is the larger, or a tile is missing.
pub fn prove_consistency(old: u64, new: u64, tiles: &Tiles) -> Result<ConsistencyProof, ProofError> {
    within(old <= new, new, || format!("a log of {old} records"))?;
    Ok(ConsistencyProof { hashes: roots(&common_ground(old, new), tiles)? })
}

/// The tiles needed to prove these leaves (from 0, half open, ascending) in a tree of this size.
pub fn tiles_for_ranges(ranges: &[Range<u64>], size: u64) -> Vec<TileId> {
    gaps(ranges, size).map(|gaps| tiles_of(&gaps)).unwrap_or_default()
}

/// Proves these leaves (from 0, half open, ascending) in a tree of this size, all with one proof.
///
/// # Errors
/// When the ranges are not ascending or not in the tree, or a tile is missing.
pub fn prove_ranges(ranges: &[Range<u64>], size: u64, tiles: &Tiles) -> Result<RangeProof, ProofError> {
    let gaps = gaps(ranges, size)?.into_iter().map(|gap| {
        let hashes = aligned(&gap).map(|(height, number)| tiles.node(height, number)).collect::<Result<_, _>>()?;
        Ok(Gap { first: gap.start + 1, last: gap.end, hashes })
    });
    Ok(RangeProof { gaps: gaps.collect::<Result<_, _>>()?, size })
}

impl InclusionProof {
    /// Checks that the leaf (from 0) with this hash is in the tree with this size and root.
    ///
    /// # Errors
    /// When it is not proven.
    pub fn check(&self, leaf_hash: &Hash, leaf: u64, size: u64, root: &Hash) -> Result<(), ProofError> {
        within(leaf < size, size, || format!("record {}", leaf.saturating_add(1)))?;
        check_record(&theirs(&self.hashes), size, tlog_tiles::Hash(*root), leaf, tlog_tiles::Hash(*leaf_hash))
            .map_err(|_| ProofError::Mismatch)
    }
}

impl ConsistencyProof {
    /// Checks that the tree with the old size and root is the beginning of the tree with the new size and root.
    ///
    /// # Errors
    /// When it is not proven.
    pub fn check(&self, old_size: u64, old_root: &Hash, new_size: u64, new_root: &Hash) -> Result<(), ProofError> {
        within(old_size <= new_size, new_size, || format!("a log of {old_size} records"))?;
        if old_size == 0 {
            let nothing = self.hashes.is_empty() && *old_root == empty_root();
            return if nothing && (new_size > 0 || new_root == old_root) { Ok(()) } else { Err(ProofError::Mismatch) };
        }
        let (new, old) = (tlog_tiles::Hash(*new_root), tlog_tiles::Hash(*old_root));
        check_tree(&theirs(&self.hashes), new_size, new, old_size, old).map_err(|_| ProofError::Mismatch)
    }
}

impl RangeProof {
    /// Checks that the leaves with these hashes, at these places (from 0, half open), are in the tree with this root.
    ///
    /// # Errors
    /// When they are not proven.
    pub fn check(&self, ranges: &[Range<u64>], leaves: &[Hash], size: u64, root: &Hash) -> Result<(), ProofError> {
        let mut fold = RangeFold::new(self, ranges, size)?;
        leaves.iter().try_for_each(|leaf| fold.push(*leaf))?;
        if fold.finish()? == *root { Ok(()) } else { Err(ProofError::Mismatch) }
    }
}

/// Leaves and gaps put together to a root, left to right, without ever holding more than a frontier.
#[derive(Clone, Debug)]
pub struct RangeFold {
    frontier: Frontier,
    /// The gaps still to come, the next one last.
    gaps: Vec<(Range<u64>, Vec<Hash>)>,
    size: u64,
}

impl RangeFold {
    /// Starts with a proof, for leaves at these places (from 0, half open, ascending) of a tree of this size.
    ///
    /// # Errors
    /// When the proof is one of other places or of another size.
    pub fn new(proof: &RangeProof, ranges: &[Range<u64>], size: u64) -> Result<Self, ProofError> {
        let wanted = gaps(ranges, size)?;
        let same = |(gap, place): (&Gap, &Range<u64>)| {
            gap.first == place.start + 1 && gap.last == place.end && gap.hashes.len() == aligned(place).count()
        };
        if proof.size != size || proof.gaps.len() != wanted.len() || !proof.gaps.iter().zip(&wanted).all(same) {
            return Err(ProofError::Mismatch);
        }
        let hashes = proof.gaps.iter().map(|gap| gap.hashes.clone());
        let gaps = wanted.into_iter().zip(hashes).rev().collect();
        Ok(Self { frontier: Frontier::default(), gaps, size })
    }

    /// The next leaf.
    ///
    /// # Errors
    /// When there are more leaves than places.
    pub fn push(&mut self, leaf: Hash) -> Result<(), ProofError> {
        self.fill()?;
        if self.frontier.size() >= self.size {
            return Err(ProofError::Mismatch);
        }
        self.frontier.push(leaf);
        Ok(())
    }

    /// What has been put together so far: the tree of every record up to here.
    pub fn so_far(&self) -> &Frontier {
        &self.frontier
    }

    /// The root of the whole.
    ///
    /// # Errors
    /// When leaves are missing.
    pub fn finish(mut self) -> Result<Hash, ProofError> {
        self.fill()?;
        if self.frontier.size() == self.size { Ok(self.frontier.root()) } else { Err(ProofError::Mismatch) }
    }

    /// Fills the gap that begins here, when one does. What comes next does so by itself; call it to look at the tree
    /// between the gap and the leaf after it.
    ///
    /// # Errors
    /// When the proof does not fill the gap.
    pub fn fill(&mut self) -> Result<(), ProofError> {
        if let Some((place, hashes)) = self.gaps.pop_if(|(place, _)| place.start == self.frontier.size()) {
            for ((height, _), hash) in aligned(&place).zip(hashes) {
                self.frontier.push_subtree(height, hash).map_err(|NotAligned| ProofError::Mismatch)?;
            }
        }
        Ok(())
    }
}

/// What lies beside the way from a leaf up to the root, from the leaf up.
fn siblings(leaf: u64, size: u64) -> Vec<Range<u64>> {
    let (mut tree, mut beside) = (0..size, Vec::new());
    while tree.end - tree.start > 1 {
        let middle = split(&tree);
        if leaf < middle {
            beside.push(middle..tree.end);
            tree.end = middle;
        } else {
            beside.push(tree.start..middle);
            tree.start = middle;
        }
    }
    beside.reverse();
    beside
}

/// The subtrees of the new tree that a consistency proof names, in the order of RFC 6962.
fn common_ground(old: u64, new: u64) -> Vec<Range<u64>> {
    let (mut tree, mut named) = (0..new, Vec::new());
    if old == 0 {
        return named;
    }
    while old != tree.end {
        let middle = split(&tree);
        if old <= middle {
            named.push(middle..tree.end);
            tree.end = middle;
        } else {
            named.push(tree.start..middle);
            tree.start = middle;
        }
    }
    if tree.start > 0 {
        named.push(tree);
    }
    named.reverse();
    named
}

/// What lies between the ranges, before the first and after the last.
fn gaps(ranges: &[Range<u64>], size: u64) -> Result<Vec<Range<u64>>, ProofError> {
    let (mut at, mut gaps) = (0, Vec::new());
    for range in ranges {
        if range.is_empty() || range.start < at || (range.start == at && at > 0) {
            return Err(ProofError::Ranges);
        }
        within(range.end <= size, size, || format!("record {}", range.end))?;
        gaps.push(at..range.start);
        at = range.end;
    }
    within(size <= MAX_SIZE, size, || "this many".into())?;
    gaps.push(at..size);
    gaps.retain(|gap| !gap.is_empty());
    Ok(gaps)
}

/// Where RFC 6962 splits a tree: at the largest power of two smaller than its size.
fn split(tree: &Range<u64>) -> u64 {
    tree.start + (1 << (tree.end - tree.start - 1).ilog2())
}

/// The largest aligned perfect subtrees that fill a range, left to right: their heights and numbers.
fn aligned(range: &Range<u64>) -> impl Iterator<Item = (u32, u64)> + use<> {
    let Range { start: mut at, end } = *range;
    std::iter::from_fn(move || {
        let room = (at < end).then(|| (end - at).ilog2())?;
        let height = room.min(at.trailing_zeros());
        let number = at >> height;
        at += 1 << height;
        Some((height, number))
    })
}

fn tiles_of(ranges: &[Range<u64>]) -> Vec<TileId> {
    let mut tiles: Vec<_> =
        ranges.iter().flat_map(aligned).map(|(height, number)| place_of(height, number).0).collect();
    tiles.sort_unstable();
    tiles.dedup();
    tiles
}

/// The roots of these subtrees of the tree; each begins at a multiple of its size rounded up to a power of two.
fn roots(subtrees: &[Range<u64>], tiles: &Tiles) -> Result<Vec<Hash>, ProofError> {
    let root = |subtree: &Range<u64>| {
        let parts = aligned(subtree).map(|(height, number)| tiles.node(height, number));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        let joined = parts.into_iter().rev().reduce(|right, left| node_hash(&left, &right));
        Ok(joined.unwrap_or_else(empty_root))
    };
    subtrees.iter().map(root).collect()
}

fn within(holds: bool, size: u64, what: impl Fn() -> String) -> Result<(), ProofError> {
    if holds && size <= MAX_SIZE { Ok(()) } else { Err(ProofError::OutOfTree { what: what(), size }) }
}

/// Proofs are made here and checked by Cloudflare's implementation: a mistake would have to be made twice.
fn theirs(hashes: &[Hash]) -> Vec<tlog_tiles::Hash> {
    hashes.iter().copied().map(tlog_tiles::Hash).collect()
}
