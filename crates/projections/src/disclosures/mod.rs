//! Who has to be told of a correction, an erasure or a restriction, and which subjects are one person?

mod read;
mod row;
mod tables;

pub use read::{links_of, tellings};
pub use row::{SubjectLink, TellingFilter, TellingRow};
pub(crate) use tables::{SCHEMA, SUBJECT_LINK, TELLING, relink, write};
