//! Who did what, when, and why? One typed line per event.

mod line;
mod projector;
mod read;
mod tables;
mod tell;

pub use line::{AuditFilter, AuditLine, Change, ChangeValue};
pub use projector::AuditTrail;
pub use read::{list, one};
pub(crate) use tell::{flatten, reason_of};

/// Name of the projection.
pub const PROJECTION: &str = "audit";
