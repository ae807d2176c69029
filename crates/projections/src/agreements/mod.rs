//! Which cooperation agreements are there, and do they hold?

mod read;
mod row;

pub use read::{all, detail, of_party};
pub use row::{AgreementRow, FirstRequest};

/// Name of the projection.
pub const PROJECTION: &str = "agreements";
