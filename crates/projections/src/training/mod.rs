//! How many took part in police training, per programme and half-year, now and as known at a place in the log?
//!
//! These are numbers of participants, not persons, and nobody is suspected of anything: they are told as they are.

mod projector;
mod read;
mod row;

pub use projector::Trainings;
pub use read::{entries, totals, totals_at};
pub use row::{HalfYearTraining, LineTotals, OpeningBalance, ProgrammeTotal, SessionRow};

/// Name of the projection.
pub const PROJECTION: &str = "training";
