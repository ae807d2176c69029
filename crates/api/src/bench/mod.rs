//! Measurements: full commands per second beside the plain cqrs-es stack, the queries case workers load most, single proofs,
//! and the verification of a full export.

pub mod commands;
pub mod proofs;
pub mod queries;
pub mod verify;
