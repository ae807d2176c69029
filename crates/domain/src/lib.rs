//! What may happen: aggregates, events, commands and the rules between them. Pure: no I/O, no clock, no randomness.

pub mod access;
pub mod action;
pub mod agreement;
pub mod catalogue;
pub mod edition;
pub mod kernel;
pub mod plan;
pub mod publication;
pub mod register;
pub mod rights;
pub mod training;
pub mod trajectory;

pub use catalogue::{CatalogueError, DomainEvent};
