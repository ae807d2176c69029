//! GraphQL over HTTP: one handler, its limits, and what surrounds it.

pub mod answer;
pub(crate) mod context;
pub mod documents;
pub mod editions;
mod file;
mod gate;
pub mod limits;
mod media;
mod pace;
mod parsed;
mod post;
mod router;
mod server;
mod socket;
mod strangers;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_graphql::Executor;
use spoor_eventlog::Clock;
use tokio::sync::{Semaphore, watch};

use crate::config;
use crate::telemetry::Metrics;
use parsed::ParsedDocuments;

pub use context::{RequestContext, case_number};
pub use gate::Gate;
pub use pace::Pace;
pub use router::{Look, Readiness, ReadinessReport, router};
pub use server::{Server, serve, stop_signal};
pub use strangers::Strangers;

/// What answers: a schema, and everything a request passes before it gets there.
pub struct Endpoint<E> {
    executor: E,
    gate: Gate,
    parsed: ParsedDocuments,
    metrics: Metrics,
    settings: config::Http,
    sockets: Arc<Semaphore>,
    stopping: watch::Receiver<bool>,
    clock: Clock,
}

impl<E: Executor> Endpoint<E> {
    /// An endpoint for this schema. `stopping` turns true when the program is asked to stop.
    pub fn new(
        executor: E,
        gate: Gate,
        settings: config::Http,
        metrics: Metrics,
        stopping: watch::Receiver<bool>,
        clock: Clock,
    ) -> Self {
        Self {
            executor,
            gate,
            parsed: ParsedDocuments::new(settings.document_cache),
            metrics,
            sockets: Arc::new(Semaphore::new(settings.max_sockets)),
            settings,
            stopping,
            clock,
        }
    }
}
