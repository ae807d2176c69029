//! Who looked at what, who was refused, what left the house? One entry per event of the access log.

mod entry;
mod projector;
mod read;
mod readings;
mod tables;

pub use entry::{
    AccessEntry, AccessFilter, AnsweredFor, Named, Part, REQUEST_LIST, REQUEST_TEXTS, differing, dossiers_named,
    left_as_withheld, tells_of_request,
};
pub use projector::Accesses;
pub use read::{list, mentions, nothing, one};
pub use readings::{Mention, Reading, Readings, ReadingsOf, differing_mention};

/// Name of the projection.
pub const PROJECTION: &str = "access";
