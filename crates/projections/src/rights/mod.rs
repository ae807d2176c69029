//! What did persons concerned ask of us, and is every answer in time?

mod projector;
mod read;
mod row;

pub use projector::RightsRequests;
pub use read::{detail, list, of_dossier};
pub use row::{RightsFilter, RightsRow, Texts};

/// Name of the projection.
pub const PROJECTION: &str = "rights";
