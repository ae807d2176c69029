//! Which editions of the report are there, where does each stand, and who still owes rows for the next?

mod collection;
mod projector;
mod read;
mod row;

pub use collection::{Owed, OwedKind, RowOf, owed};
pub use projector::Editions;
pub use read::{detail, list};
pub use row::{EditionsRow, HistoryLine};

/// Name of the projection.
pub const PROJECTION: &str = "editions";
