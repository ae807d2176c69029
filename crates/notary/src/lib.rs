//! What can be proven: how records are hashed into leaves and leaves into one root. Knows no database.
//!
//! The tree is that of RFC 6962, section 2.1: a leaf is `SHA-256(0x00 || line)`, a node `SHA-256(0x01 || left || right)`.

mod frontier;
mod hash;

pub use frontier::{Frontier, FrontierError};
pub use hash::{Hash, empty_root, leaf_hash, leaf_hash_of, node_hash};
