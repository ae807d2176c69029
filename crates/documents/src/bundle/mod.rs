//! The bundle of a learning trajectory: the pieces that are handed over to the parket, print-ready in one file.

mod content;
mod print;

pub use content::{BundleContent, Filled, Line, PieceContent};
pub use print::bundle_pdf;
