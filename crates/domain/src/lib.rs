//! What may happen: aggregates, events, commands and the rules between them. Pure: no I/O, no clock, no randomness.

pub mod kernel;
pub mod trajectory;
