//! The frontier: the few hashes from which a growing tree's root follows, whatever its size.

use crate::hash::{Hash, empty_root, leaf_hash, node_hash};

/// Stored size of a frontier is a multiple of this many bytes, so that the row holding it keeps its size
/// (room for 2^32 leaves before it grows once).
const STORED_BYTES: usize = 32 * 32;

/// The right edge of a tree of `size` leaves: the roots of its perfect subtrees, largest first, one for each 1 in the
/// binary form of `size`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

/// Stored bytes that are not the frontier of a tree of this size.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} stored bytes cannot be the frontier of {size} leaves")]
pub struct FrontierError {
    /// The size of the tree.
    pub size: u64,
    /// How many bytes were stored.
    pub bytes: usize,
}

/// A subtree that does not begin at a multiple of its own size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAligned;

impl Frontier {
    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds the next leaf: the hash of this line.
    pub fn push_line(&mut self, line: &[u8]) {
        self.push(leaf_hash(line));
    }

    /// Adds the next leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        // Every trailing 1 of the size is a perfect subtree that the new leaf completes to one twice as large.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.hashes.push(hash);
        self.size += 1;
    }

    /// Adds a perfect subtree of 2^`height` leaves by its root.
    pub(crate) fn push_subtree(&mut self, height: u32, root: Hash) -> Result<(), NotAligned> {
        let leaves = 1u64.checked_shl(height).filter(|leaves| self.size.is_multiple_of(*leaves)).ok_or(NotAligned)?;
        let mut hash = root;
        for _ in 0..(self.size >> height).trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.hashes.push(hash);
        self.size += leaves;
        Ok(())
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut subtrees = self.hashes.iter().rev().copied();
        match subtrees.next() {
            None => empty_root(),
            Some(smallest) => subtrees.fold(smallest, |right, left| node_hash(&left, &right)),
        }
    }

    /// The hashes, padded with zeros to a constant size.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.hashes.concat();
        bytes.resize(bytes.len().max(1).next_multiple_of(STORED_BYTES), 0);
        bytes
    }

    /// Reads what [`Frontier::to_bytes`] wrote for a tree of this size. An empty tree may be stored as no bytes.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, FrontierError> {
        let wanted = size.count_ones() as usize;
        let (chunks, rest) = bytes.as_chunks::<32>();
        let padding_is_zero = chunks.iter().skip(wanted).flatten().all(|byte| *byte == 0);
        if chunks.len() < wanted || !rest.is_empty() || !padding_is_zero {
            return Err(FrontierError { size, bytes: bytes.len() });
        }
        Ok(Self { size, hashes: chunks[..wanted].to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The leaves and roots of Certificate Transparency's reference tests for RFC 6962.
    const LEAVES: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    /// The definition of RFC 6962, section 2.1, word for word: split at the largest power of two below n.
    fn root_by_definition(leaves: &[Vec<u8>]) -> Hash {
        match leaves {
            [] => empty_root(),
            [only] => leaf_hash(only),
            more => {
                let split = more.len().next_power_of_two() / 2;
                node_hash(&root_by_definition(&more[..split]), &root_by_definition(&more[split..]))
            }
        }
    }

    #[test]
    fn the_empty_tree_has_the_hash_of_nothing() {
        let root = hex::encode(Frontier::default().root());
        assert_eq!(root, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn the_roots_are_those_of_the_reference_tests() {
        let mut frontier = Frontier::default();
        for (leaf, root) in LEAVES.iter().zip(ROOTS) {
            frontier.push_line(&hex::decode(leaf).unwrap());
            assert_eq!(hex::encode(frontier.root()), root, "after {} leaves", frontier.size());
        }
    }

    #[test]
    fn a_line_in_parts_has_the_hash_of_the_whole() {
        assert_eq!(crate::leaf_hash_of(&[b"on", b"", b"e"]), leaf_hash(b"one"));
    }

    #[test]
    fn bytes_of_another_size_are_refused() {
        let mut frontier = Frontier::default();
        frontier.push_line(b"one");
        assert!(Frontier::from_bytes(3, &frontier.to_bytes()[..32]).is_err());
        assert!(Frontier::from_bytes(1, &[0; 31]).is_err());
        assert!(Frontier::from_bytes(0, &frontier.to_bytes()).is_err());
        assert_eq!(Frontier::from_bytes(0, &[]), Ok(Frontier::default()));
    }

    proptest! {
        #[test]
        fn any_tree_has_the_root_its_definition_gives(leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..8), 0..130)) {
            let mut frontier = Frontier::default();
            for leaf in &leaves {
                frontier.push_line(leaf);
            }
            prop_assert_eq!(frontier.root(), root_by_definition(&leaves));
        }

        #[test]
        fn a_frontier_reads_back_as_it_was_stored_and_keeps_its_size(count in 0u64..3000) {
            let mut frontier = Frontier::default();
            for n in 0..count {
                frontier.push_line(&n.to_be_bytes());
            }
            let bytes = frontier.to_bytes();
            prop_assert_eq!(bytes.len(), STORED_BYTES);
            prop_assert_eq!(Frontier::from_bytes(count, &bytes), Ok(frontier));
        }
    }
}
