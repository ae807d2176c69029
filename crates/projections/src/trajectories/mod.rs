//! Which dossiers are there, and how do they stand? The list, the detail, and the ways to find one.

pub mod blind;
mod fold;
mod forget;
mod history;
pub(crate) mod personal;
mod projector;
mod read;
mod replay;
mod row;
mod tables;
mod then;

pub use forget::forget;
pub use personal::{Wording, printed, standing_values, to_be_corrected, wordings};
pub use projector::Trajectories;
pub use read::{by_ids, count, detail, list, of_subject, personal, within};
pub use replay::{Incomplete, Step, check_complete, replay};
pub use row::{
    DossierKey, Overdue, PersonalField, PersonalValue, TrajectoryFilter, TrajectoryOrder, TrajectoryRow, TrajectorySort,
};
pub use then::{Then, then};

/// Name of the projection that keeps dossiers: the list, the dashboard's counts and the agenda, in one transaction.
pub const PROJECTION: &str = "trajectories";
