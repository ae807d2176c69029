//! An edition of the half-yearly report: its content, how it is put together and printed, and how two contents differ.

mod assemble;
pub mod compare;
mod content;
mod findings;
mod hash;
mod operational;
mod print;
#[cfg(test)]
pub(crate) mod samples;
mod tellable;
mod training;

pub use assemble::{EditionParts, assemble};
pub use content::{
    ActionContent, CategoryLabel, ChapterContent, Count, EditionContent, EditionHead, Erratum, FORMAT, MinisterContent,
    OperationalTable, PolicyDomainContent, PolicyLineContent, RowContent, Subtotal, TableLabels, Totals, TrainingTotal,
    Window,
};
pub use findings::{
    Defined, Near, figure_tells_too_much, findings, is_headed_by_trajectories, words_of_budget, words_of_means,
    words_of_mention,
};
pub use hash::{ContentError, ContentHash};
pub use operational::{Operational, YEAR_SUFFIX, operational};
pub use print::report_pdf;
pub use tellable::{tellable, tellable_blocks, tellable_budget, tellable_definition, tells_too_much};
pub use training::training_totals;
