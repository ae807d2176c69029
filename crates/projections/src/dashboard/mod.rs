//! How does the work stand as a whole? Counts that are kept while events come in, so that a dashboard costs the same
//! for forty dossiers and for a hundred thousand.

mod fold;
mod read;
mod values;

pub(crate) use fold::{Changes, DOSSIER_COUNT, DossierFacts, SCHEMA, THROUGHPUT};
pub use read::{read, read_known_at};
pub use values::{
    Dashboard, DashboardFilter, GuideLoad, HalfYearCount, OverdueItem, ParketCount, StatusCount, WaitingCount,
};
