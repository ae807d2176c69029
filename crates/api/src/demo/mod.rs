//! The demonstration: stores, plan, dossiers, personas and ready queries in one command.

mod console;
pub mod dossiers;
mod edition;
pub mod identity;
mod numbers;
pub mod people;
pub mod personas;
pub mod queries;
pub mod run;
mod script;
mod training;

pub use identity::IDENTITY_DIRECTORY;

#[cfg(test)]
mod tests;
