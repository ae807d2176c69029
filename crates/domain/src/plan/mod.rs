//! The action plan (actieplan): one stream per plan; its actions have streams of their own.

mod aggregate;
pub mod command;
mod decide;
pub mod event;
pub mod rejection;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod state;

pub use rejection::PlanRejection;
pub use state::ActionPlan;

#[cfg(test)]
mod tests;
