//! `spoor serve`: open, serve, finish what was accepted, close.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use futures_util::FutureExt;
use spoor_eventlog::Clock;
use spoor_projections::Runner;
use tokio::sync::watch;

use crate::access_book::AccessBook;
use crate::auth::JwtJwks;
use crate::config::{Config, ConfigError, refuse_unsafe};
use crate::desk::{Desk, ErasureKeeper};
use crate::http::documents::DocumentRoom;
use crate::http::editions::EditionRoom;
use crate::http::{self, Endpoint, Gate, Look, Pace, Readiness, Server, Strangers};
use crate::state::AppState;
use crate::{graphql, telemetry};

/// Serves with these settings until the process is asked to stop.
pub async fn serve(config: Config) -> anyhow::Result<ExitCode> {
    refuse_unsafe(&config)?;
    telemetry::start(&config.telemetry)?;
    let stopping = http::stop_signal()?;
    let server = Server::bind(&config.http).await?;
    let state = AppState::open(config, Clock::System).await?;
    tracing::info!(address = %server.address()?, version = env!("CARGO_PKG_VERSION"), "listening");
    run(state, server, stopping, None).await?;
    Ok(ExitCode::SUCCESS)
}

/// Runs projections and listeners over opened stores until `stopping` turns true, then closes everything in order:
/// requests first, then the projections at the edge of a transaction, then a last checkpoint of each log, then the logs.
pub async fn run(
    state: AppState,
    server: Server,
    stopping: watch::Receiver<bool>,
    console: Option<Router>,
) -> anyhow::Result<()> {
    let verifier =
        JwtJwks::open(&state.config.auth).map_err(|error| ConfigError(vec![format!("auth.jwks_file: {error}")]))?;
    let runner = Runner::start(state.logs(), state.views.clone()).await?;
    let book = AccessBook::new(state.access.clone(), state.clock.clone());
    let strangers = Strangers::new(book.clone(), state.clock.clone());
    let desk = graphql::desk(&state);
    let keeper = ErasureKeeper::start(desk.clone());
    let pace = Pace::new(state.config.rate_limit.clone(), book.clone(), state.clock.clone());
    let gate = Gate::new(Arc::new(verifier), strangers.clone(), pace, book.clone(), state.metrics.clone());
    let editions = EditionRoom::new(desk.clone(), gate.clone(), state.metrics.clone());
    let documents =
        DocumentRoom::new(desk.clone(), book, gate.clone(), state.metrics.clone(), state.config.documents.clone());
    let freezing = desk.clone();
    let files = documents.router().merge(editions.router());
    let sweeping = tokio::spawn(sweep_now_and_then(desk, stopping.clone()));
    let keeping = state.keeper.start();
    let endpoint = Arc::new(Endpoint::new(
        graphql::schema(&state),
        gate,
        state.config.http.clone(),
        state.metrics.clone(),
        stopping,
        state.clock.clone(),
    ));
    let asked = state.clone();
    let readiness: Readiness = Arc::new(move |look: Look| {
        let state = asked.clone();
        async move { state.readiness(look).await }.boxed()
    });
    let served = http::serve(server, endpoint, readiness, Some(files), console).await;
    // It waits for nothing but the hour, and a document half removed is removed the next time.
    sweeping.abort();
    // A request may have been given up that froze an edition.
    freezing.editions_frozen(Duration::from_millis(state.config.http.drain_ms)).await;
    strangers.close().await;
    keeper.stop().await;
    runner.stop().await;
    keeping.stop().await;
    state.close().await;
    tracing::info!("stopped");
    Ok(served?)
}

/// How often documents are looked through for those that nobody attached.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// Removes documents that nobody attached, once an hour, until the program stops.
async fn sweep_now_and_then(desk: Desk, mut stopping: watch::Receiver<bool>) {
    let mut hours = tokio::time::interval(SWEEP_EVERY);
    loop {
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            _ = hours.tick() => {}
        }
        match desk.sweep_documents().await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "documents that nobody attached were removed"),
            Err(error) => tracing::error!(%error, "documents could not be looked through"),
        }
    }
}
