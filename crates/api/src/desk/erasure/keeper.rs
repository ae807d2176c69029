//! Looks, as long as the program runs, whether a confirmed erasure was left half-way: by this process or another one.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::desk::Desk;

/// How often to look.
const EVERY: Duration = Duration::from_secs(5);
/// How long to wait after something failed.
const AFTER_FAILURE: Duration = Duration::from_secs(30);

/// The task that finishes erasures.
pub struct ErasureKeeper {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl ErasureKeeper {
    /// Looks at once, and then again and again.
    pub fn start(desk: Desk) -> Self {
        let (stop, stopping) = watch::channel(false);
        Self { stop, task: tokio::spawn(keep(desk, stopping)) }
    }

    /// Stops between two looks.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the keeper of erasures ended badly");
        }
    }
}

async fn keep(desk: Desk, mut stopping: watch::Receiver<bool>) {
    loop {
        let wait = match desk.finish_erasures().await {
            Ok(0) => EVERY,
            Ok(finished) => {
                tracing::info!(finished, "erasures that were left half-way are finished");
                EVERY
            }
            Err(error) => {
                tracing::error!(%error, "a confirmed erasure cannot be finished yet");
                AFTER_FAILURE
            }
        };
        if tokio::time::timeout(wait, stopping.wait_for(|stop| *stop)).await.is_ok() {
            return;
        }
    }
}
