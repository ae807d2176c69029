//! The learning trajectory (leertraject): one stream per dossier.
//!
//! In reading order: `vocabulary`, `event`, `command`; `stage`, `record` and `state` (what a dossier remembers), `evolve`
//! with `transitions` (how events make it) and `steps` (which days follow which); `history` (at another moment than
//! now), `explain` (why it came out so) and `publication` (what it counts as outside); `permission` (who and when),
//! `decide` (what then happens), `rejection` (why not).

mod aggregate;
pub mod certificate;
pub mod command;
pub mod criteria;
mod deadlines;
pub mod decide;
mod disclosure;
pub mod event;
mod evolve;
pub mod explain;
pub mod history;
mod permission;
pub mod publication;
pub mod record;
pub mod rejection;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod stage;
pub mod state;
mod steps;
#[cfg(test)]
mod tests;
mod transitions;
pub mod vocabulary;

pub use deadlines::Deadlines;
pub use rejection::TrajectoryRejection;
pub use state::LearningTrajectory;
