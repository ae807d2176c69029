//! Measurements: full commands per second beside the plain cqrs-es stack, and the queries case workers load most.

pub mod commands;
pub mod queries;
