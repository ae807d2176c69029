//! Measurements: full commands per second beside the plain cqrs-es stack, the queries case workers load most, and the
//! verification of a full export.

pub mod commands;
pub mod queries;
pub mod verify;
