//! Our proofs held against the definition of RFC 6962 and against a second implementation (ct-merkle).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::ops::Range;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;
use spoor_notary::{
    Hash, ProofError, RangeProof, TileBuilder, TileId, Tiles, leaf_hash, prove_consistency, prove_inclusion,
    prove_ranges, tiles_for_consistency, tiles_for_inclusion, tiles_for_ranges,
};

/// A log of so many lines, ours and theirs.
struct Log {
    builder: TileBuilder,
    stored: Vec<spoor_notary::Tile>,
    theirs: MemoryBackedTree<Sha256, Vec<u8>>,
}

fn line(n: u64) -> Vec<u8> {
    format!("record {n}").into_bytes()
}

fn leaf(n: u64) -> Hash {
    leaf_hash(&line(n))
}

impl Log {
    fn of(size: u64) -> Self {
        let (mut builder, mut theirs) = (TileBuilder::default(), MemoryBackedTree::new());
        for n in 0..size {
            builder.push(leaf(n));
            theirs.push(line(n));
        }
        let stored = builder.take_changed();
        Self { builder, stored, theirs }
    }

    /// Only the tiles asked for, as a database would fetch them.
    fn fetch(&self, ids: &[TileId]) -> Tiles {
        self.stored.iter().filter(|tile| ids.contains(&tile.id)).cloned().collect()
    }

    fn root(&self) -> Hash {
        self.builder.root()
    }
}

fn ranges_of(marks: &[bool]) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for n in (0u64..).zip(marks).filter(|(_, marked)| **marked).map(|(n, _)| n) {
        match ranges.last_mut() {
            Some(last) if last.end == n => last.end = n + 1,
            Some(_) | None => ranges.push(n..n + 1),
        }
    }
    ranges
}

fn leaves_of(ranges: &[Range<u64>]) -> Vec<Hash> {
    ranges.iter().cloned().flatten().map(leaf).collect()
}

/// The proofs of Certificate Transparency's reference tests: leaf, size, hashes. Leaves as in the frontier's tests.
const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

fn reference_log(size: usize) -> (TileBuilder, Tiles) {
    let mut builder = TileBuilder::default();
    LEAVES[..size].iter().for_each(|leaf| builder.push(leaf_hash(&hex::decode(leaf).unwrap())));
    let tiles = builder.take_changed().into_iter().collect();
    (builder, tiles)
}

fn hexes(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(hex::encode).collect()
}

#[test]
fn the_inclusion_proofs_are_those_of_the_reference_tests() {
    let (_, tiles) = reference_log(8);
    let first = prove_inclusion(0, 8, &tiles).unwrap();
    let expected = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ];
    assert_eq!(hexes(&first.hashes), expected);
    let (_, tiles) = reference_log(3);
    let third = prove_inclusion(2, 3, &tiles).unwrap();
    assert_eq!(hexes(&third.hashes), ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]);
}

#[test]
fn the_consistency_proofs_are_those_of_the_reference_tests() {
    let (_, tiles) = reference_log(8);
    let six = prove_consistency(6, 8, &tiles).unwrap();
    let expected = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    assert_eq!(hexes(&six.hashes), expected);
    assert!(prove_consistency(8, 8, &tiles).unwrap().hashes.is_empty());
}

#[test]
fn a_proof_in_a_log_of_a_million_reads_a_handful_of_tiles() {
    for size in [1_000_000, 1 << 20, (1 << 20) + 1] {
        for leaf in [0, 255, 256, 65_535, size / 2, size - 1] {
            let tiles = tiles_for_inclusion(leaf, size);
            assert!(tiles.len() <= 6, "{} tiles for leaf {leaf} of {size}", tiles.len());
            assert!(tiles.iter().all(|tile| tile.width(size) > 0));
        }
        assert!(tiles_for_consistency(size / 3, size).len() <= 6);
    }
}

#[test]
fn what_lies_outside_the_tree_is_refused() {
    let log = Log::of(10);
    let all: Tiles = log.stored.iter().cloned().collect();
    assert!(matches!(prove_inclusion(10, 10, &all), Err(ProofError::OutOfTree { .. })));
    assert!(matches!(prove_consistency(11, 10, &all), Err(ProofError::OutOfTree { .. })));
    assert!(matches!(prove_inclusion(3, 11, &all), Err(ProofError::TileMissing(_))));
    let (backwards, twice) = ([4..6, 1..2], [1..3, 2..4]);
    let empty = std::slice::from_ref(&(2..2));
    for wrong in [&backwards[..], &twice, empty, std::slice::from_ref(&(9..11))] {
        assert!(prove_ranges(wrong, 10, &all).is_err(), "{wrong:?}");
    }
}

#[test]
fn a_proof_of_every_record_needs_no_hash() {
    let log = Log::of(700);
    let proof = prove_ranges(std::slice::from_ref(&(0..700)), 700, &Tiles::default()).unwrap();
    assert_eq!(proof, RangeProof { gaps: vec![], size: 700 });
    let everything = std::slice::from_ref(&(0..700));
    assert_eq!(proof.check(everything, &leaves_of(everything), 700, &log.root()), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn inclusion_is_proven_as_the_second_implementation_proves_it(size in 1u64..900, at in any::<prop::sample::Index>(), flip in any::<prop::sample::Index>()) {
        let (log, n) = (Log::of(size), at.index(size as usize) as u64);
        let proof = prove_inclusion(n, size, &log.fetch(&tiles_for_inclusion(n, size))).unwrap();
        let theirs = log.theirs.prove_inclusion(n as usize);
        prop_assert_eq!(proof.hashes.concat(), theirs.as_bytes());
        prop_assert_eq!(log.root().to_vec(), log.theirs.root().as_bytes().to_vec());
        prop_assert_eq!(proof.check(&leaf(n), n, size, &log.root()), Ok(()));
        prop_assert!(proof.check(&leaf(n + 1), n, size, &log.root()).is_err());
        if !proof.hashes.is_empty() {
            let mut changed = proof.clone();
            changed.hashes[flip.index(proof.hashes.len())][0] ^= 1;
            prop_assert!(changed.check(&leaf(n), n, size, &log.root()).is_err());
            changed.hashes.pop();
            prop_assert!(changed.check(&leaf(n), n, size, &log.root()).is_err());
        }
    }

    #[test]
    fn growth_is_proven_as_the_second_implementation_proves_it(old in 1u64..600, more in 0u64..600) {
        let (log, new) = (Log::of(old + more), old + more);
        let proof = prove_consistency(old, new, &log.fetch(&tiles_for_consistency(old, new))).unwrap();
        if more > 0 {
            prop_assert_eq!(proof.hashes.concat(), log.theirs.prove_consistency(more as usize).as_bytes().to_vec());
        }
        let old_root = Log::of(old).root();
        prop_assert_eq!(proof.check(old, &old_root, new, &log.root()), Ok(()));
        prop_assert!(proof.check(old, &leaf(0), new, &leaf(1)).is_err());
        if old > 1 {
            prop_assert!(proof.check(old - 1, &old_root, new, &log.root()).is_err());
        }
    }

    #[test]
    fn any_set_of_records_is_proven_and_nothing_else_passes_for_it(marks in prop::collection::vec(any::<bool>(), 1..700), flip in any::<prop::sample::Index>()) {
        let size = marks.len() as u64;
        let (log, ranges) = (Log::of(size), ranges_of(&marks));
        let proof = prove_ranges(&ranges, size, &log.fetch(&tiles_for_ranges(&ranges, size))).unwrap();
        let mut leaves = leaves_of(&ranges);
        prop_assert_eq!(proof.check(&ranges, &leaves, size, &log.root()), Ok(()));
        prop_assert!(proof.check(&ranges, &leaves[1.min(leaves.len())..], size, &log.root()).is_err() || leaves.is_empty());
        if !leaves.is_empty() {
            let changed = flip.index(leaves.len());
            leaves[changed][31] ^= 1;
            prop_assert!(proof.check(&ranges, &leaves, size, &log.root()).is_err());
        }
    }
}
