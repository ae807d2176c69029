//! The learning trajectory (leertraject): one stream per dossier.

mod aggregate;
pub mod command;
pub mod criteria;
mod deadlines;
pub mod decide;
pub mod event;
mod evolve;
mod permission;
pub mod record;
pub mod rejection;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod stage;
pub mod state;
mod steps;
#[cfg(test)]
mod tests;
pub mod vocabulary;

pub use deadlines::Deadlines;
pub use rejection::TrajectoryRejection;
pub use state::LearningTrajectory;
