//! The demonstration: stores, plan, dossiers, personas and ready queries in one command.

pub mod identity;

pub use identity::IDENTITY_DIRECTORY;
