//! The editions of the half-yearly report (halfjaarlijkse voortgangsrapportage aan het Vlaams Parlement): one stream per
//! plan and half-year, holding numbered editions. What was frozen never changes; a correction is the next number.

mod aggregate;
pub mod command;
mod decide;
pub mod event;
pub mod finding;
mod persons;
pub mod rejection;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod state;
pub mod vocabulary;

pub use persons::{Told, counts_persons, counts_trajectories, small_counts, trajectory_figures};
pub use rejection::EditionRejection;
pub use state::ReportEdition;

#[cfg(test)]
mod tests;
