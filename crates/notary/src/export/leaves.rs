//! The growth that a full export shows by itself: a witness that holds all leaves needs no proof from the log.

use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::archive::Package;
use super::manifest::LEAVES;
use crate::hash::hash_from_hex;
use crate::proof::{ConsistencyProof, prove_consistency};
use crate::tile::TileBuilder;

/// The consistency proof from this size, made from the list of leaves of a full export. Verify the export first.
///
/// # Errors
/// When the list cannot be read, or is shorter than that size.
pub fn growth_shown(path: &Path, old_size: u64) -> io::Result<ConsistencyProof> {
    let mut builder = TileBuilder::default();
    Package::open(path)?.stream(LEAVES, |leaves| {
        for line in BufReader::new(leaves).lines() {
            builder.push(
                hash_from_hex(&line?)
                    .ok_or_else(|| io::Error::other("the list of leaves has a line that is no hash"))?,
            );
        }
        Ok(())
    })?;
    let tiles = builder.take_changed().into_iter().collect();
    prove_consistency(old_size, builder.size(), &tiles).map_err(io::Error::other)
}
