//! Who did what, when, and why? One typed line per event.

mod held;
mod line;
mod projector;
mod read;
mod tables;
mod tell;

pub use held::{ToldAgain, differing, is_told_by_its_stream};
pub use line::{AuditFilter, AuditLine, Change, ChangeValue};
pub use projector::AuditTrail;
pub use read::{is_of_controller, list, one};
pub use tell::dossier_of;
pub(crate) use tell::{Earlier, Told, flatten, tell_dossier};

/// Name of the projection.
pub const PROJECTION: &str = "audit";
