//! Who looked at what, who was refused, what left the house? One entry per event of the access log.

mod entry;
mod projector;
mod read;
mod tables;

pub use entry::{
    AccessEntry, AccessFilter, AnsweredFor, Named, REQUEST_LIST, REQUEST_TEXTS, Reading, ReadingsOf, differing,
    dossiers_named, left_as_withheld, tells_of_request,
};
pub use projector::Accesses;
pub use read::{list, nothing, one, readings};

/// Name of the projection.
pub const PROJECTION: &str = "access";
