//! The dossier register (dossierregister): one stream per year, whose sequence is the running number of the dossiers.

mod aggregate;
pub mod command;
mod decide;
pub mod event;
pub mod rejection;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod state;

pub use state::{DossierRegister, dossier_number};

#[cfg(test)]
mod tests;
