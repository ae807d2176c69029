//! An action of a plan (actie): one stream per action, from its definition to its half-yearly report rows and money.

mod aggregate;
pub mod command;
mod decide;
pub mod event;
pub mod figures;
pub mod number;
pub mod office;
pub mod rejection;
pub mod report;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod state;
pub mod vocabulary;

pub use decide::{FIRST_YEAR, MAX_EVENT_BYTES};
pub use number::{ActionNumber, ActionNumberError};
pub use office::MinisterOffice;
pub use rejection::ActionRejection;
pub use state::{PlanAction, RowHeld};

#[cfg(test)]
mod tests;
