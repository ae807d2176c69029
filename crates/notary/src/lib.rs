//! What can be proven: how records are hashed into leaves and leaves into one root, what a log was at one moment, and
//! whether what somebody shows is what was in it. Knows no database.
//!
//! The tree is that of RFC 6962, section 2.1: a leaf is `SHA-256(0x00 || line)`, a node `SHA-256(0x01 || left || right)`.

mod checkpoint;
mod cosign;
pub mod export;
mod frontier;
mod growth;
mod hash;
mod key;
mod proof;
mod tile;
mod witness;

pub use checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
pub use cosign::{Cosignature, Policy, PolicyError, WitnessRefusal, check_growth};
pub use frontier::{Frontier, FrontierError};
pub use growth::Growth;
pub use hash::{Hash, empty_root, hash_from_hex, leaf_hash, leaf_hash_of, node_hash};
pub use key::{KeyError, KeyKind, SigningKey, VerifyingKey};
pub use proof::{
    ConsistencyProof, Gap, InclusionProof, MAX_SIZE, ProofError, RangeFold, RangeProof, prove_consistency,
    prove_inclusion, prove_ranges, tiles_for_consistency, tiles_for_inclusion, tiles_for_ranges,
};
pub use tile::{TILE_WIDTH, Tile, TileBuilder, TileError, TileId, Tiles};
pub use witness::{WitnessState, WitnessStateError};
