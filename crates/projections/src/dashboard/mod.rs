//! How does the work stand as a whole? Counts that are kept while events come in, so that a dashboard costs the same
//! for forty dossiers and for a hundred thousand.

mod read;
mod values;

pub use read::read;
pub use values::{
    Dashboard, DashboardFilter, GuideLoad, HalfYearCount, OverdueItem, ParketCount, StatusCount, WaitingCount,
};
