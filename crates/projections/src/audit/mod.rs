//! Who did what, when, and why? One typed line per event.

mod line;
mod read;

pub use line::{AuditFilter, AuditLine, Change, ChangeValue};
pub use read::{list, one};

/// Name of the projection.
pub const PROJECTION: &str = "audit";
