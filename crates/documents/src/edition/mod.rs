//! An edition of the half-yearly report: its content, and how it is put together.

mod assemble;
mod content;
mod hash;
mod operational;
mod training;

pub use assemble::{EditionParts, assemble};
pub use content::{
    ActionContent, CategoryLabel, ChapterContent, Count, EditionContent, EditionHead, Erratum, FORMAT, MinisterContent,
    OperationalTable, PolicyDomainContent, PolicyLineContent, RowContent, Subtotal, TableLabels, Totals, TrainingTotal,
    Window,
};
pub use hash::{ContentError, ContentHash};
pub use operational::{Operational, YEAR_SUFFIX, operational};
pub use training::training_totals;
