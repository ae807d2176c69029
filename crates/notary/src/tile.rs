//! Tiles: the tree cut into pieces of 256 hashes (C2SP tlog-tiles), so that any proof reads O(log n) of them.
//!
//! A tile of level L holds roots of perfect subtrees of 256^L leaves each: tile N holds those numbered 256·N and on.
//! A full tile never changes again; the last one of a level grows.

use std::collections::BTreeMap;

use crate::hash::{Hash, empty_root, node_hash};
use crate::proof::ProofError;

/// How many hashes a full tile has.
pub const TILE_WIDTH: usize = 256;

/// How many levels of the binary tree lie in one level of tiles.
const LEVELS_PER_TILE: u32 = 8;

/// The place of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// Level: 0 holds leaf hashes, each next level roots of 256 times as many leaves.
    pub level: u8,
    /// Number within the level, from 0.
    pub number: u64,
}

/// A tile: 256 hashes, or fewer while it grows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Its place.
    pub id: TileId,
    /// Its hashes, left to right; 1 to 256.
    pub hashes: Vec<Hash>,
}

/// Stored bytes that are not a tile, or tiles that are not the right edge of a tree of the size given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("tile {} of level {} is not what a tree of this size has there: {what}", .id.number, .id.level)]
pub struct TileError {
    /// Which tile.
    pub id: TileId,
    /// What is wrong with it.
    pub what: String,
}

/// Grows the tiles of a tree leaf by leaf. Pure: what changed is taken out and stored by the caller.
#[derive(Clone, Debug, Default)]
pub struct TileBuilder {
    size: u64,
    /// The growing tile of each level, from level 0 up; without hashes when the level ends in a full tile.
    edge: Vec<Vec<Hash>>,
    /// Tiles completed since they were last taken.
    completed: Vec<Tile>,
    /// The growing tiles that changed since they were last taken.
    touched: Vec<bool>,
}

/// The tiles at hand while a proof is made.
#[derive(Clone, Debug, Default)]
pub struct Tiles(BTreeMap<TileId, Tile>);

impl TileId {
    /// How many hashes this tile has in a tree of this many leaves; 0 when it is not there yet.
    pub fn width(self, size: u64) -> usize {
        let first = self.number.saturating_mul(TILE_WIDTH as u64);
        let there = hashes_at(size, self.level).saturating_sub(first);
        usize::try_from(there).unwrap_or(TILE_WIDTH).min(TILE_WIDTH)
    }
}

impl Tile {
    /// The hashes, one after the other: 32 bytes each.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.concat()
    }

    /// Reads what [`Tile::to_bytes`] wrote.
    ///
    /// # Errors
    /// When these are not 1 to 256 hashes.
    pub fn from_bytes(id: TileId, bytes: &[u8]) -> Result<Self, TileError> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        if hashes.is_empty() || hashes.len() > TILE_WIDTH || !rest.is_empty() {
            return Err(TileError { id, what: format!("{} bytes are stored", bytes.len()) });
        }
        Ok(Self { id, hashes: hashes.to_vec() })
    }
}

impl TileBuilder {
    /// Takes up a tree of this many leaves. `edge` are its growing tiles: those [`TileBuilder::edge_of`] names.
    ///
    /// # Errors
    /// When a tile of the edge is missing, or has another number of hashes than this size gives it.
    pub fn resume(size: u64, edge: Vec<Tile>) -> Result<Self, TileError> {
        let mut builder = Self { size, ..Self::default() };
        for id in Self::edge_of(size) {
            let failed = |what: String| TileError { id, what };
            let tile = edge.iter().find(|tile| tile.id == id).ok_or_else(|| failed("it is missing".into()))?;
            // It may have been stored wider, when storing the tiles ran ahead of noting the size.
            let width = id.width(size);
            let hashes = tile.hashes.get(..width).ok_or_else(|| failed(format!("it has fewer than {width} hashes")))?;
            *builder.level(id.level.into()).0 = hashes.to_vec();
        }
        Ok(builder)
    }

    /// The growing tiles of a tree of this many leaves, from level 0 up.
    pub fn edge_of(size: u64) -> Vec<TileId> {
        (0..8u8)
            .map(|level| (level, hashes_at(size, level)))
            .filter(|(_, hashes)| hashes % TILE_WIDTH as u64 != 0)
            .map(|(level, hashes)| TileId { level, number: hashes / TILE_WIDTH as u64 })
            .collect()
    }

    /// Adds the next leaf, by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut rising = Some(leaf);
        let mut level = 0u8;
        while let Some(hash) = rising.take() {
            let number = hashes_at(self.size, level) / TILE_WIDTH as u64;
            let (hashes, touched) = self.level(level.into());
            hashes.push(hash);
            *touched = true;
            if hashes.len() == TILE_WIDTH {
                *touched = false;
                let hashes = std::mem::take(hashes);
                rising = Some(perfect_root(&hashes));
                self.completed.push(Tile { id: TileId { level, number }, hashes });
                level += 1;
            }
        }
        self.size += 1;
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut root = None;
        // From the smallest subtree at the right to the largest at the left, each joined to what lies right of it.
        for hashes in &self.edge {
            let mut end = hashes.len();
            while end > 0 {
                let start = end & (end - 1);
                let left = perfect_root(&hashes[start..end]);
                root = Some(root.map_or(left, |right| node_hash(&left, &right)));
                end = start;
            }
        }
        root.unwrap_or_else(empty_root)
    }

    /// The tiles that changed since they were last taken: the completed ones, then the growing ones.
    pub fn take_changed(&mut self) -> Vec<Tile> {
        let mut changed = std::mem::take(&mut self.completed);
        for (level, (hashes, touched)) in (0u8..).zip(self.edge.iter().zip(&mut self.touched)) {
            if std::mem::take(touched) {
                let id = TileId { level, number: hashes_at(self.size, level) / TILE_WIDTH as u64 };
                changed.push(Tile { id, hashes: hashes.clone() });
            }
        }
        changed
    }

    /// The growing tile of this level, made when it is the first.
    fn level(&mut self, level: usize) -> (&mut Vec<Hash>, &mut bool) {
        if self.edge.len() <= level {
            self.edge.resize(level + 1, Vec::new());
            self.touched.resize(level + 1, false);
        }
        (&mut self.edge[level], &mut self.touched[level])
    }
}

impl Tiles {
    /// The root of the perfect subtree of 2^`height` leaves that is the `number`th of its kind, from 0.
    pub(crate) fn node(&self, height: u32, number: u64) -> Result<Hash, ProofError> {
        let (id, within) = place_of(height, number);
        let tile = self.0.get(&id).ok_or(ProofError::TileMissing(id))?;
        let hashes = tile.hashes.get(within).ok_or(ProofError::TileMissing(id))?;
        Ok(perfect_root(hashes))
    }
}

impl FromIterator<Tile> for Tiles {
    fn from_iter<T: IntoIterator<Item = Tile>>(tiles: T) -> Self {
        let mut by_id = BTreeMap::<TileId, Tile>::new();
        for tile in tiles {
            // A tile may be given twice, as it was and as it grew: the wider one holds both.
            match by_id.get(&tile.id) {
                Some(known) if known.hashes.len() >= tile.hashes.len() => {}
                Some(_) | None => drop(by_id.insert(tile.id, tile)),
            }
        }
        Self(by_id)
    }
}

/// The tile, and the hashes in it, from which the root of a perfect subtree of 2^`height` leaves follows.
pub(crate) fn place_of(height: u32, number: u64) -> (TileId, std::ops::Range<usize>) {
    let level = height / LEVELS_PER_TILE;
    let rest = height % LEVELS_PER_TILE;
    let first = number << rest;
    let within = (first % TILE_WIDTH as u64) as usize;
    (TileId { level: level as u8, number: first / TILE_WIDTH as u64 }, within..within + (1 << rest))
}

/// How many hashes a tree of this many leaves has at a level of tiles.
fn hashes_at(size: u64, level: u8) -> u64 {
    size.checked_shr(u32::from(level) * LEVELS_PER_TILE).unwrap_or(0)
}

/// The root over 1, 2, 4 … 256 hashes.
fn perfect_root(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => empty_root(),
        [only] => *only,
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            node_hash(&perfect_root(left), &perfect_root(right))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Frontier, leaf_hash};

    fn grown(size: u64) -> TileBuilder {
        let mut builder = TileBuilder::default();
        (0..size).for_each(|n| builder.push(leaf_hash(&n.to_be_bytes())));
        builder
    }

    #[test]
    fn a_tree_of_70000_leaves_has_the_tiles_of_the_specification() {
        // The example of C2SP tlog-tiles: 273 full tiles and one of 112 at level 0, one full and one of 17 at level 1, one of 1.
        let tiles = grown(70_000).take_changed();
        let at = |level: u8| tiles.iter().filter(move |tile| tile.id.level == level);
        assert_eq!(at(0).filter(|tile| tile.hashes.len() == TILE_WIDTH).count(), 273);
        let last = |level| at(level).max_by_key(|tile| tile.id.number).map(|tile| (tile.id.number, tile.hashes.len()));
        assert_eq!([last(0), last(1), last(2), last(3)], [Some((273, 112)), Some((1, 17)), Some((0, 1)), None]);
    }

    #[test]
    fn a_missing_or_narrow_edge_is_refused() {
        let edge = grown(300).take_changed();
        assert!(TileBuilder::resume(300, edge.clone()).is_ok());
        assert!(TileBuilder::resume(301, edge.clone()).is_err());
        assert!(TileBuilder::resume(300, edge[..1].to_vec()).is_err());
    }

    #[test]
    fn a_tile_reads_back_from_its_bytes_and_nothing_else_does() {
        let tile = Tile { id: TileId { level: 0, number: 7 }, hashes: vec![leaf_hash(b"a"), leaf_hash(b"b")] };
        assert_eq!(Tile::from_bytes(tile.id, &tile.to_bytes()), Ok(tile.clone()));
        assert!(Tile::from_bytes(tile.id, &tile.to_bytes()[1..]).is_err());
        assert!(Tile::from_bytes(tile.id, &[]).is_err());
        assert!(Tile::from_bytes(tile.id, &[0; 257 * 32]).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn tiles_grown_with_a_pause_are_those_grown_at_once(size in 0u64..1500, more in 0u64..700) {
            let mut paused = grown(size);
            prop_assert_eq!(paused.size(), size);
            let mut stored: Tiles = paused.take_changed().into_iter().collect();
            let edge = TileBuilder::edge_of(size).iter().map(|id| stored.0[id].clone()).collect();
            let mut resumed = TileBuilder::resume(size, edge).unwrap();
            prop_assert!(resumed.take_changed().is_empty());
            let mut frontier = Frontier::default();
            (0..size).for_each(|n| frontier.push(leaf_hash(&n.to_be_bytes())));
            prop_assert_eq!(resumed.root(), frontier.root());
            for n in size..size + more {
                resumed.push(leaf_hash(&n.to_be_bytes()));
                frontier.push(leaf_hash(&n.to_be_bytes()));
            }
            prop_assert_eq!(resumed.root(), frontier.root());
            stored = stored.0.into_values().chain(resumed.take_changed()).collect();
            let at_once: Tiles = grown(size + more).take_changed().into_iter().collect();
            for (id, tile) in &stored.0 {
                prop_assert_eq!(tile.hashes.len(), id.width(size + more));
            }
            prop_assert_eq!(stored.0, at_once.0);
        }
    }
}
