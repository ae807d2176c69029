//! Which cooperation agreements are there, and do they hold?

mod fold;
mod projector;
mod read;
mod row;

pub use projector::Agreements;
pub use read::{all, detail, of_party, parties};
pub use row::{AgreementRow, FirstRequest, Party};

/// Name of the projection.
pub const PROJECTION: &str = "agreements";
