//! An edition of the half-yearly report: its content, how it is put together, and how it is printed.

mod assemble;
mod content;
mod hash;
mod print;

pub use assemble::{EditionParts, assemble};
pub use content::{
    ActionContent, CategoryLabel, ChapterContent, Count, EditionContent, EditionHead, Erratum, FORMAT, MinisterContent,
    OperationalTable, PolicyDomainContent, PolicyLineContent, RowContent, Subtotal, TableLabels, Totals, TrainingTotal,
    Window,
};
pub use hash::{ContentError, ContentHash};
pub use print::report_pdf;
