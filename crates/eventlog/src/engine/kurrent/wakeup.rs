//! Looks for what other processes append, and writes the index down when there is enough to write.
//!
//! Not by a subscription: when a server ends one in good order, the client of `eventstore` 4.0.0 asks the ended stream
//! again and again without ever letting another task go on.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use super::index::Index;

/// How often to look.
const POLL: Duration = Duration::from_millis(100);
/// Events that are worth a segment.
const WORTH_WRITING: usize = 256;

/// Follows the log until it is closed.
pub(super) async fn follow(index: Arc<Index>, mut stop: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(POLL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut answers = true;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.changed() => return,
        }
        let read = index.advance().await;
        let followed = match read {
            Ok(()) => index.cover(WORTH_WRITING).await,
            failed => failed,
        };
        if let Err(error) = &followed
            && answers
        {
            tracing::warn!(%error, "the log cannot be followed; trying on");
        }
        answers = followed.is_ok();
    }
}
