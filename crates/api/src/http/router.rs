//! Which path leads where, and what operators may ask: is it alive, is it ready, how is it doing.

use std::sync::Arc;

use async_graphql::Executor;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use futures_util::future::BoxFuture;
use serde_json::json;
use tower_http::catch_panic::CatchPanicLayer;

use super::answer::{BAD_USER_INPUT, Refused};
use super::media::Media;
use super::{Endpoint, socket};
use crate::telemetry::{Lag, WholeLog};

/// How the stores are, now.
#[derive(Clone, Debug, Default)]
pub struct ReadinessReport {
    /// What case work cannot do without and does not have now; empty when ready.
    pub missing: Vec<String>,
    /// What does not stop the work and has to be looked into: a log that lacks records, or in which some were altered.
    pub faults: Vec<String>,
    /// Events in the log, when it answers.
    pub head: Option<u64>,
    /// What is known of whether both logs are whole.
    pub logs: Vec<WholeLog>,
    /// How far each projection is behind.
    pub projections: Vec<Lag>,
}

/// How closely the stores are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Whether they can be read and written to: one to which the last write failed is tried.
    TryingToWrite,
    /// What reading tells.
    OnlyReading,
}

/// Asks the stores how they are.
pub type Readiness = Arc<dyn Fn(Look) -> BoxFuture<'static, ReadinessReport> + Send + Sync>;

struct Operations<E> {
    endpoint: Arc<Endpoint<E>>,
    readiness: Readiness,
}

impl<E> Clone for Operations<E> {
    fn clone(&self) -> Self {
        Self { endpoint: self.endpoint.clone(), readiness: self.readiness.clone() }
    }
}

/// Every path of the public listener. `/metrics` is among them only when the settings say that both listeners are one.
/// `documents` is where documents come in and go out. `console` is the page at `/`; it is there only when the settings allow GraphiQL.
pub fn router<E: Executor>(
    endpoint: Arc<Endpoint<E>>,
    readiness: Readiness,
    documents: Option<Router>,
    console: Option<Router>,
) -> Router {
    let settings = endpoint.settings.clone();
    let graphql = Router::new()
        .route("/graphql", post(super::post::graphql::<E>).fallback(method_not_allowed::<E>))
        .route("/graphql/ws", get(socket::socket::<E>))
        .with_state(endpoint.clone());
    let mut router = graphql;
    if let Some(documents) = documents {
        router = router.merge(documents);
    }
    if let Some(console) = console.filter(|_| settings.graphiql) {
        router = router.merge(console);
    }
    router = match settings.admin_bind == Some(settings.bind) {
        true => router.merge(operations(endpoint, readiness)),
        false => router.merge(alive_and_ready(false).with_state(Operations { endpoint, readiness })),
    };
    router.layer(CatchPanicLayer::custom(|_| {
        tracing::error!("a handler ended in a panic");
        Refused::our_fault().into_http(Media::Json, spoor_eventlog::clock::new_id())
    }))
}

/// For a listener of its own: `/metrics`, and `/readyz` with how many events each projection is behind.
pub fn operations<E: Executor>(endpoint: Arc<Endpoint<E>>, readiness: Readiness) -> Router {
    let metrics = get(print_metrics::<E>);
    alive_and_ready(true).route("/metrics", metrics).with_state(Operations { endpoint, readiness })
}

fn alive_and_ready<E: Executor>(with_lag: bool) -> Router<Operations<E>> {
    Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(async move |operations| ready::<E>(operations, with_lag).await))
}

async fn method_not_allowed<E: Executor>(State(endpoint): State<Arc<Endpoint<E>>>) -> Response<Body> {
    endpoint.metrics.request(StatusCode::METHOD_NOT_ALLOWED.as_u16());
    let message = "send GraphQL requests with POST: an address may end up in logs, and dossiers must not";
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, BAD_USER_INPUT, message)
        .into_http(Media::Json, endpoint.clock.new_id())
}

/// How far a projection is behind counts events, and is for those who may read the metrics.
async fn ready<E: Executor>(State(operations): State<Operations<E>>, with_lag: bool) -> impl IntoResponse {
    let stopping = *operations.endpoint.stopping.borrow();
    let mut report = (operations.readiness)(Look::TryingToWrite).await;
    if stopping {
        report.missing.push("the service is stopping".into());
    }
    let status = if report.missing.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let projections: Vec<_> = report
        .projections
        .iter()
        .map(|lag| match with_lag {
            true => json!({"projection": lag.projection, "ready": lag.ready, "behind": lag.events}),
            false => json!({"projection": lag.projection, "ready": lag.ready}),
        })
        .collect();
    let ReadinessReport { missing, faults, .. } = report;
    let body = json!({"ready": missing.is_empty(), "missing": missing, "faults": faults, "projections": projections});
    (status, [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], format!("{body}\n"))
}

async fn print_metrics<E: Executor>(State(operations): State<Operations<E>>) -> impl IntoResponse {
    let report = (operations.readiness)(Look::OnlyReading).await;
    let text = operations.endpoint.metrics.text(report.head, &report.logs, &report.projections);
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
}
