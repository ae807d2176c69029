//! What we know: views projected from the log, the questions they answer, and the runner that keeps them.
//!
//! Nothing here decides anything and nothing here is truth: every view can be thrown away and made again from the log.

pub mod access;
pub mod agreements;
pub mod appointments;
pub mod audit;
mod checkpoint;
pub mod dashboard;
pub mod db;
pub mod disclosures;
pub mod editions;
mod error;
mod folded;
mod page;
pub mod plan;
mod projector;
pub mod publication;
mod registry;
pub mod rights;
pub mod runner;
mod scope;
mod select;
pub mod training;
pub mod trajectories;
mod views;

pub use checkpoint::{Checkpoint, Failure};
pub use error::ViewError;
pub use page::{Answer, COUNT_BOUND, DEFAULT_PAGE, Edge, MAX_PAGE, Page, PageRequest, Seen, Total};
pub use projector::{CountedTables, Event, Projector, Source};
pub use registry::{BuildId, BuildStatus};
pub use runner::{BuildState, Difference, DifferenceKind, Logs, ProjectionStatus, Runner, Verification};
pub use scope::Scope;
pub use views::{Build, Views, ViewsUrl};
