//! Full commands per second, measured beside the plain cqrs-es stack in the same run.

pub mod queries;
