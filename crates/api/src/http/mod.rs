//! GraphQL over HTTP: one handler, its limits, and what surrounds it.

mod context;
pub mod limits;

pub use context::RequestContext;
