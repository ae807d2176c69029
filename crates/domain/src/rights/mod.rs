//! A request by the person concerned (verzoek van de betrokkene): received, answered in time, one stream per request.
//!
//! What a granted request brings about (a restriction, an erasure, a correction) happens in the dossier, by the dossier's
//! own commands; this stream keeps what was asked, by when an answer was due, and what the answer was.

mod aggregate;
pub mod command;
mod decide;
pub mod event;
pub mod rejection;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod state;
pub mod vocabulary;

pub use state::RightsRequest;

#[cfg(test)]
mod tests;
