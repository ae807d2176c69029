//! The listeners: opened before anything is promised, closed after everything accepted is answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Executor;
use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::Endpoint;
use super::router::{Readiness, operations, router};

/// Bound listeners, not yet serving.
pub struct Server {
    main: TcpListener,
    admin: Option<TcpListener>,
}

impl Server {
    /// Binds the addresses of the settings.
    pub async fn bind(settings: &crate::config::Http) -> std::io::Result<Self> {
        let explain = |address: SocketAddr| {
            move |error: std::io::Error| {
                let what =
                    format!("cannot listen on {address} ({error}): stop what uses it, or choose another http.bind");
                std::io::Error::new(error.kind(), what)
            }
        };
        let main = TcpListener::bind(settings.bind).await.map_err(explain(settings.bind))?;
        let admin = match settings.admin_bind.filter(|admin| *admin != settings.bind) {
            Some(address) => Some(TcpListener::bind(address).await.map_err(explain(address))?),
            None => None,
        };
        Ok(Self { main, admin })
    }

    /// Where it listens.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.main.local_addr()
    }
}

/// Serves until `stopping` turns true, then finishes what was accepted: requests first, sockets are told to go.
pub async fn serve<E: Executor>(
    server: Server,
    endpoint: Arc<Endpoint<E>>,
    readiness: Readiness,
    documents: Option<Router>,
    console: Option<Router>,
) -> std::io::Result<()> {
    let drain = Duration::from_millis(endpoint.settings.drain_ms);
    let mut stop = endpoint.stopping.clone();
    if let Some(admin) = server.admin {
        let app = operations(endpoint.clone(), readiness.clone());
        let stop = asked_to_stop(endpoint.stopping.clone());
        tokio::spawn(async move { axum::serve(admin, app).with_graceful_shutdown(stop).await });
    }
    let app = router(endpoint.clone(), readiness, documents, console);
    let serving = axum::serve(server.main, app).with_graceful_shutdown(asked_to_stop(endpoint.stopping.clone()));
    let serving = tokio::spawn(async move { serving.await });
    let _ = stop.wait_for(|stop| *stop).await;
    let finished = async {
        let served = serving.await;
        // Every place is free again when every socket has closed.
        let places = u32::try_from(endpoint.settings.max_sockets).unwrap_or(u32::MAX);
        let _ = endpoint.sockets.acquire_many(places).await;
        served
    };
    match tokio::time::timeout(drain, finished).await {
        Ok(served) => served.map_err(std::io::Error::other)?,
        Err(_) => {
            tracing::warn!(drain_ms = endpoint.settings.drain_ms, "some requests did not finish in time");
            Ok(())
        }
    }
}

/// Ends when `stopping` turns true.
pub(super) async fn asked_to_stop(mut stopping: watch::Receiver<bool>) {
    // The sender lives as long as the program; when it is gone, so is the reason to serve.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Turns true when the process is asked to stop with SIGTERM or SIGINT.
pub fn stop_signal() -> std::io::Result<watch::Receiver<bool>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("asked to stop: finishing what was accepted");
        let _ = sender.send(true);
        sender.closed().await;
    });
    Ok(receiver)
}
