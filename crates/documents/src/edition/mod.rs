//! An edition of the half-yearly report: its content, how it is put together, and how two contents differ.

mod assemble;
pub mod compare;
mod content;
mod hash;
#[cfg(test)]
pub(crate) mod samples;

pub use assemble::{EditionParts, assemble};
pub use content::{
    ActionContent, CategoryLabel, ChapterContent, Count, EditionContent, EditionHead, Erratum, FORMAT, MinisterContent,
    OperationalTable, PolicyDomainContent, PolicyLineContent, RowContent, Subtotal, TableLabels, Totals, TrainingTotal,
    Window,
};
pub use hash::{ContentError, ContentHash};
