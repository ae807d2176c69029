//! Measurements: full commands per second beside the plain cqrs-es stack, the queries case workers load most, single proofs,
//! the engines beside each other, the verification of a full export,
//! and what it costs to record every reading.

pub mod commands;
pub mod engines;
mod load;
pub mod proofs;
pub mod queries;
pub mod readings;
pub mod verify;
