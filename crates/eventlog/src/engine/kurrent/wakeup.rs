//! Reads on when something was appended by other processes, and writes the index down when there is enough to write.
//!
//! A subscription says when (see [`super::subscription`]). It is not relied on: while it is away, and now and then while it is
//! there, the log is looked at all the same.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::client::Connection;
use super::index::Index;
use super::subscription::{self, Heard};

/// How long nothing may be heard until the log is looked at, while nobody would tell.
const POLL: Duration = Duration::from_millis(100);
/// The same while a subscription would.
const POLL_WHILE_LIVE: Duration = Duration::from_secs(1);
/// Events that are worth a segment.
const WORTH_WRITING: usize = 256;

/// Follows the log until it is closed.
pub(super) async fn follow(index: Arc<Index>, listening: Connection, mut stop: watch::Receiver<bool>) {
    let (told, mut heard) = watch::channel(Heard::NOTHING);
    let listener = tokio::spawn(subscription::listen(listening, index.clone(), told));
    let mut answers = true;
    loop {
        let poll = if heard.borrow_and_update().is_live { POLL_WHILE_LIVE } else { POLL };
        tokio::select! {
            () = something_new(&mut heard, &index) => {}
            () = tokio::time::sleep(poll) => {}
            _ = stop.changed() => break,
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
    listener.abort();
}

/// Waits until an event is heard of that was not read: one's own are read by whoever appends them.
async fn something_new(heard: &mut watch::Receiver<Heard>, index: &Index) {
    while heard.changed().await.is_ok() {
        let heard = *heard.borrow_and_update();
        if !heard.is_live || heard.last > index.known().places.end() {
            return;
        }
    }
    std::future::pending().await
}
