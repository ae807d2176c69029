//! The register of publications (publicatieregister): one stream that numbers everything ever told about dossiers in
//! tables, so that no two editions go on from the same one before them.

mod aggregate;
pub mod command;
mod decide;
pub mod event;
pub mod rejection;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod state;

pub use state::PublicationRegister;

#[cfg(test)]
mod tests;
