//! Keeps the tiles up with the log while the program runs.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::EventLog;
use crate::tree::TreeError;

/// Events are tiled at most this often: a busy log is tiled many events at a time, beside its appends.
const PAUSE: Duration = Duration::from_millis(250);

/// A running tiler. Dropped, it goes on; [`Tiler::stop`] ends it.
pub struct Tiler {
    stop: watch::Sender<bool>,
    failure: watch::Receiver<Option<String>>,
    task: JoinHandle<()>,
}

impl EventLog {
    /// Starts tiling behind the appends. Several processes may do so on one log: they write the same tiles.
    pub fn start_tiler(&self) -> Tiler {
        let (stop, stopped) = watch::channel(false);
        let (fails, failure) = watch::channel(None);
        let task = tokio::spawn(run(self.clone(), stopped, fails));
        Tiler { stop, failure, task }
    }
}

impl Tiler {
    /// Why it stopped by itself: the tree over the events is not the one that was committed.
    pub fn failure(&self) -> watch::Receiver<Option<String>> {
        self.failure.clone()
    }

    /// Ends it; what it has not tiled yet is tiled when next asked for.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the tiler ended badly");
        }
    }
}

async fn run(log: EventLog, mut stop: watch::Receiver<bool>, fails: watch::Sender<Option<String>>) {
    let mut wakeup = log.wakeup();
    let mut ticks = tokio::time::interval(PAUSE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        wakeup.mark_unchanged();
        let waits = match log.tile().await {
            Ok(_) => true,
            // The database may come back: try again at the next tick, whether something is appended or not.
            Err(TreeError::Log(error)) => {
                tracing::warn!(%error, "the log could not be tiled");
                false
            }
            Err(error) => {
                tracing::error!(%error, "THE LOG IS NOT WHAT WAS COMMITTED: no checkpoint is signed any more");
                fails.send_replace(Some(error.to_string()));
                return;
            }
        };
        tokio::select! {
            changed = wakeup.changed(), if waits => if changed.is_err() { return },
            _ = std::future::ready(()), if !waits => {}
            _ = stop.changed() => return,
        }
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.changed() => return,
        }
    }
}
