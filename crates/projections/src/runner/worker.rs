//! One worker at one build: takes the lease, projects batch by batch, stops at what it cannot project.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::feed::{Batch, Feed, Item};
use crate::checkpoint::{Checkpoint, Failure, LastRecord, Lease};
use crate::error::ViewError;
use crate::page::Seen;
use crate::projector::Projector;
use crate::views::{Build, Views};

/// Events per transaction: large enough that folding per row pays, small enough that a batch stays well under a second.
pub(crate) const BATCH: usize = 1000;
/// How often an idle worker looks at the log by itself, should a wake-up be lost.
const POLL: Duration = Duration::from_millis(500);
/// How often an idle worker renews its lease.
const RENEW: Duration = Duration::from_millis(1500);
/// The longest wait between two attempts at a batch that fails for a passing reason.
const LONGEST_BACKOFF: Duration = Duration::from_secs(5);

/// How often a batch that fails for a passing reason is tried where somebody waits for it.
const MOST_ATTEMPTS: u32 = 12;

/// What a worker needs.
pub(crate) struct Worker {
    pub feed: Arc<Feed>,
    pub views: Views,
    pub build: Build,
    pub projector: Arc<dyn Projector>,
    pub owner: String,
}

/// Why a worker stopped working under a lease.
#[derive(Debug)]
enum Pause {
    Asked,
    LeaseLost,
    Failed(Failure),
}

/// Why one attempt at a batch did not succeed.
enum Stumble {
    /// What is to be projected, or how far the build is, could not be read.
    Unread(ViewError),
    /// The batch could not be written, for a passing reason.
    Unwritten(ViewError),
    LeaseLost,
    /// Not for a passing reason: at the last of so many events, or before.
    At {
        failure: Failure,
        batch: usize,
    },
}

impl Worker {
    /// Works until asked to stop. Returns early, with what it stumbled over, when an event cannot be projected.
    pub async fn run(self, mut stop: watch::Receiver<bool>) -> Option<Failure> {
        while !*stop.borrow() {
            match Lease::claim(&self.build.db, &self.owner).await {
                Ok(Some(lease)) => {
                    self.views.written(&self.build.id, true);
                    match self.hold(&lease, &mut stop).await {
                        Pause::LeaseLost => {
                            self.views.written_elsewhere(&self.build.id);
                            tracing::info!(projection = self.name(), "another worker took over");
                        }
                        pause => {
                            self.give_back(&lease).await;
                            if let Pause::Failed(failure) = pause {
                                return Some(failure);
                            }
                        }
                    }
                }
                Ok(None) => self.views.written_elsewhere(&self.build.id),
                Err(error) => {
                    self.views.written(&self.build.id, false);
                    tracing::warn!(projection = self.name(), %error, "the lease could not be asked for");
                }
            }
            wait(&mut stop, POLL).await;
        }
        None
    }

    /// Projects until there is nothing left in the log now, in this task. Waits for the lease where another has it.
    pub async fn catch_up(&self, until: Seen) -> Result<(), ViewError> {
        loop {
            if Checkpoint::read(&self.build.db).await?.seen.position >= until.position {
                return Ok(());
            }
            let Some(lease) = Lease::claim(&self.build.db, &self.owner).await? else {
                tokio::time::sleep(POLL / 10).await;
                continue;
            };
            let done = self.catch_up_under(&lease, until).await;
            self.give_back(&lease).await;
            match done {
                Err(ViewError::LeaseLost(_)) => {}
                other => return other,
            }
        }
    }

    async fn catch_up_under(&self, lease: &Lease, until: Seen) -> Result<(), ViewError> {
        let mut seen = Checkpoint::read(&self.build.db).await?.seen;
        let (mut size, mut attempts) = (BATCH, 0_u32);
        while seen.position < until.position {
            // The index is dense, so the last batch ends exactly where it has to.
            let limit = size.min(usize::try_from(until.index.saturating_sub(seen.index)).unwrap_or(size)).max(1);
            match self.step(lease, seen, limit).await {
                Ok(Some(now)) => (seen, size, attempts) = (now, BATCH, 0),
                Ok(None) => return Ok(()),
                Err(Stumble::LeaseLost) => return Err(ViewError::LeaseLost(self.name().to_owned())),
                Err(Stumble::At { batch, .. }) if batch > 1 => size = batch / 2,
                Err(Stumble::At { failure, .. }) => {
                    lease.fail(&self.build.db, &failure).await?;
                    return Err(ViewError::Stopped { projection: self.name().to_owned(), failure });
                }
                Err(Stumble::Unread(error) | Stumble::Unwritten(error)) if attempts == MOST_ATTEMPTS => {
                    return Err(error);
                }
                Err(Stumble::Unread(error) | Stumble::Unwritten(error)) => {
                    attempts += 1;
                    self.say_again(attempts, &error);
                    tokio::time::sleep(backoff(attempts)).await;
                    seen = Checkpoint::read(&self.build.db).await?.seen;
                }
            }
        }
        Ok(())
    }

    async fn hold(&self, lease: &Lease, stop: &mut watch::Receiver<bool>) -> Pause {
        let mut wakeup = self.feed.log().wakeup();
        let (mut at, mut size, mut attempts) = (None, BATCH, 0_u32);
        let mut renewed = Instant::now();
        loop {
            if *stop.borrow() {
                return Pause::Asked;
            }
            wakeup.mark_unchanged();
            let attempt = match at {
                None => Checkpoint::read(&self.build.db).await.map(|found| Some(found.seen)).map_err(unread),
                Some(seen) => self.step(lease, seen, size).await,
            };
            match attempt {
                Ok(Some(seen)) => {
                    if at.is_some() {
                        self.views.written(&self.build.id, true);
                    }
                    (at, attempts, renewed) = (Some(seen), 0, Instant::now());
                    size = (size * 2).min(BATCH);
                }
                Ok(None) => {
                    if renewed.elapsed() >= RENEW {
                        match lease.renew(&self.build.db).await {
                            Ok(true) => {
                                self.views.written(&self.build.id, true);
                                renewed = Instant::now();
                            }
                            Ok(false) => return Pause::LeaseLost,
                            Err(error) => {
                                self.views.written(&self.build.id, false);
                                tracing::warn!(projection = self.name(), %error, "the lease was not renewed");
                            }
                        }
                    }
                    idle(&mut wakeup, stop).await;
                }
                Err(Stumble::LeaseLost) => return Pause::LeaseLost,
                Err(Stumble::At { batch, .. }) if batch > 1 => size = batch / 2,
                Err(Stumble::At { failure, .. }) => {
                    let recorded = self.report(lease, &failure).await;
                    self.views.written(&self.build.id, recorded);
                    if recorded {
                        return Pause::Failed(failure);
                    }
                    // Nobody would see why it stands still: so it does not, and tries the event again.
                    attempts += 1;
                    wait(stop, backoff(attempts)).await;
                }
                Err(Stumble::Unread(error)) => {
                    // Whether the build can be written to was not tried.
                    attempts += 1;
                    self.say_again(attempts, &error);
                    wait(stop, backoff(attempts)).await;
                }
                Err(Stumble::Unwritten(error)) => {
                    // What the lost answer left behind is unknown: look at the checkpoint before going on.
                    at = None;
                    attempts += 1;
                    self.views.written(&self.build.id, false);
                    self.say_again(attempts, &error);
                    wait(stop, backoff(attempts)).await;
                }
            }
        }
    }

    /// One batch in one transaction. None when there is nothing new.
    async fn step(&self, lease: &Lease, seen: Seen, limit: usize) -> Result<Option<Seen>, Stumble> {
        let batch = self.feed.after(seen.position, limit).await.map_err(Stumble::Unread)?;
        let readable = self.readable(&batch);
        let Some(last) = readable.checked_sub(1).and_then(|last| batch.get(last)) else {
            return batch.first().map_or(Ok(None), |first| Err(unreadable(first)));
        };
        match self.project(lease, seen, last, &batch, readable).await {
            Ok(true) => {
                self.views.reached_by(&self.build.id, last.seen.position);
                Ok(Some(last.seen))
            }
            Ok(false) => Err(Stumble::LeaseLost),
            Err(error) if error.is_transient() => Err(Stumble::Unwritten(error)),
            Err(error) => {
                let failure = Failure { position: last.seen.position, error: error.to_string() };
                Err(Stumble::At { failure, batch: readable })
            }
        }
    }

    async fn project(
        &self,
        lease: &Lease,
        from: Seen,
        to: &Item,
        batch: &Batch,
        size: usize,
    ) -> Result<bool, ViewError> {
        let mut tx = self.build.db.begin_write().await?;
        if !lease.advance(&mut tx, from, to.seen, size as u64).await? {
            return Ok(false);
        }
        LastRecord { index: to.seen.index, mark: to.mark.clone() }.write(&mut tx).await?;
        let taken = batch.iter().take(size).filter(|item| self.projector.takes(&item.aggregate_type));
        let events = taken.filter_map(|item| item.event.as_ref().ok()).collect::<Vec<_>>();
        if !events.is_empty() {
            self.projector.apply(&mut tx, &events, self.feed.log().vault()).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// How many events come before the first one that this projector takes and nobody can read.
    fn readable(&self, batch: &Batch) -> usize {
        let stops = |item: &super::feed::Item| item.event.is_err() && self.projector.takes(&item.aggregate_type);
        batch.iter().position(stops).unwrap_or(batch.len())
    }

    /// Writes down why it stops; false when that fails too.
    async fn report(&self, lease: &Lease, failure: &Failure) -> bool {
        let (projection, position) = (self.name(), failure.position);
        tracing::error!(projection, %position, error = failure.error, "the projection stopped at an event");
        let recorded = lease.fail(&self.build.db, failure).await;
        if let Err(error) = &recorded {
            tracing::warn!(projection, %error, "the failure could not be recorded");
        }
        recorded.is_ok()
    }

    fn say_again(&self, attempts: u32, error: &ViewError) {
        tracing::warn!(projection = self.name(), attempts, %error, "a batch is tried again");
    }

    async fn give_back(&self, lease: &Lease) {
        if let Err(error) = lease.release(&self.build.db).await {
            tracing::warn!(projection = self.name(), %error, "the lease was not given back; it runs out by itself");
        }
    }

    fn name(&self) -> &'static str {
        self.projector.name()
    }
}

fn unread(error: crate::db::DbError) -> Stumble {
    Stumble::Unread(error.into())
}

fn unreadable(item: &Item) -> Stumble {
    let error = item.event.as_ref().err().cloned().unwrap_or_default();
    Stumble::At { failure: Failure { position: item.seen.position, error }, batch: 1 }
}

/// 50 ms, doubled at every attempt, up to five seconds.
fn backoff(attempts: u32) -> Duration {
    Duration::from_millis(50).saturating_mul(1 << attempts.min(8)).min(LONGEST_BACKOFF)
}

/// Until something was appended, the poll is due, or the worker is asked to stop.
async fn idle(wakeup: &mut watch::Receiver<spoor_eventlog::Position>, stop: &mut watch::Receiver<bool>) {
    let woken = async {
        if wakeup.changed().await.is_err() {
            // The log is closing: nothing will wake us any more.
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = woken => {}
        () = wait(stop, POLL) => {}
    }
}

/// Until the time is over or the worker is asked to stop.
async fn wait(stop: &mut watch::Receiver<bool>, time: Duration) {
    let _ = tokio::time::timeout(time, stop.wait_for(|stop| *stop)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_between_attempts_is_bounded() {
        assert_eq!(backoff(1), Duration::from_millis(100));
        assert_eq!(backoff(40), LONGEST_BACKOFF);
    }
}
