//! Who looked at what, who was refused, what left the house? One entry per event of the access log.

mod entry;
mod projector;
mod read;
mod tables;

pub use entry::{AccessEntry, AccessFilter, AnsweredFor, Named, Reading, dossiers_named};
pub use projector::Accesses;
pub use read::{list, nothing, one, readings};

/// Name of the projection.
pub const PROJECTION: &str = "access";
