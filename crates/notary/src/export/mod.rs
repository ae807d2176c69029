//! Exports: what is given to others, and the verifier that says whether it is what was in the log.

mod archive;
mod leaves;
mod line;
mod lines;
mod manifest;
mod marks;
mod pass;
mod report;
mod verify;
mod writer;

pub use archive::zip_directory;
pub use leaves::growth_shown;
pub use manifest::{
    CHECKPOINT, CHECKPOINTS, FORMAT, FileEntry, LEAVES, MANIFEST, Manifest, OPENED, PROOF, RECORDS, Selection, TABLE,
};
pub use report::{Expected, Finding, Kept, Outcome, Report, Shown};
pub use verify::verify;
pub use writer::{About, Attachment, ExportWriter};
