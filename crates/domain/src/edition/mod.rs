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

pub use persons::{
    Told, announces_persons, counts_persons, counts_trajectories, mentions_trajectories, numbers_beside_trajectories,
    persons_beside_trajectories, small_counts, small_numbers, small_numbers_told, trajectory_figures,
};
pub use rejection::EditionRejection;
pub use state::ReportEdition;

#[cfg(test)]
mod tests;
