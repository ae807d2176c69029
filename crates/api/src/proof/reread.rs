//! Both logs read again beside serving, and counted: what is gone or was altered is told to the operators and remembered.

use std::ops::RangeInclusive;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use spoor_eventlog::{LogError, in_words};

use super::{KeeperError, LogKeeper};

/// Between a few hundred records and the next: a million take some minutes, and nobody notices.
const PAUSE: Duration = Duration::from_millis(20);
/// How soon it is tried again when a log could not be read.
const AFTER_FAILURE: Duration = Duration::from_secs(600);

/// When a log was read again to its end, and how far that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadAgain {
    /// How many records it had.
    pub records: u64,
    /// When the last of them was read.
    pub at: DateTime<Utc>,
}

/// What is known of whether a log is whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wholeness {
    /// The indexes without a record, as it was counted last and read again last.
    pub missing: Arc<[RangeInclusive<u64>]>,
    /// The indexes whose record is not one that was committed there, as it was read again last and counted last.
    pub altered: Arc<[RangeInclusive<u64>]>,
    /// What the head says otherwise than the last record, in words, as the log was counted last.
    pub head: Option<String>,
    /// That reading; none before the first.
    pub read_again: Option<ReadAgain>,
}

impl LogKeeper {
    /// What is known of whether the log is whole.
    pub fn wholeness(&self) -> Wholeness {
        let read_again = *self.read_again.lock().unwrap_or_else(PoisonError::into_inner);
        let (missing, altered, head) =
            (self.log.known_missing(), self.log.known_altered(), self.log.known_head_fault());
        Wholeness { missing, altered, head, read_again }
    }

    /// Counts the log, and tells the operators which records are gone, what is wrong with its head, and whether it is dated ahead of
    /// the clock, once.
    ///
    /// # Errors
    /// When the log cannot be counted.
    pub async fn count(&self) -> Result<(), KeeperError> {
        self.log.count_records().await?;
        self.tell();
        self.tell_of_clock().await?;
        Ok(())
    }

    /// Tells the operators that the log is dated ahead of the clock that dates its records, and when it no longer is.
    ///
    /// # Errors
    /// When the log does not answer.
    pub(super) async fn tell_of_clock(&self) -> Result<(), LogError> {
        let (head, now) = (self.log.head().await?, self.log.now().await?);
        let is_ahead = head.is_ahead_of(now);
        if self.told_ahead.swap(is_ahead, Ordering::Relaxed) == is_ahead {
            return Ok(());
        }
        let (log, last, now) = (self.name.code(), head.recorded_at.to_rfc3339(), now.to_rfc3339());
        if is_ahead {
            tracing::error!(
                log,
                last,
                now,
                "THE LOG IS DATED AHEAD OF THE CLOCK: nothing is stored in it on SQLite and PostgreSQL until the clock is past its last record, \
                 and in KurrentDB every record gets the moment of the last one. See that the clock is right; where it is, the clock was \
                 ahead once: see `dated ahead of the clock` in docs/operations.md"
            );
        } else {
            tracing::info!(log, "the log is no longer dated ahead of the clock");
        }
        Ok(())
    }

    /// Tells the operators what is known, unless it is what they were told last.
    fn tell(&self) {
        let Wholeness { missing, altered, head, .. } = self.wholeness();
        let head_is_news = {
            let mut told = self.told_head.lock().unwrap_or_else(PoisonError::into_inner);
            let news = head.is_some() && *told != head;
            told.clone_from(&head);
            news
        };
        if head_is_news {
            let said = head.unwrap_or_default();
            tracing::error!(log = self.name.code(), said, "THE HEAD OF THE LOG IS NOT AS ITS RECORDS SAY");
        }
        if is_news(&self.told_missing, &missing) {
            tracing::error!(
                log = self.name.code(),
                missing = in_words(&missing),
                "RECORDS ARE MISSING FROM THE LOG: nothing is told of what they may belong to, and nothing is decided on it. Run `spoor \
                 audit check`, stop the program and restore the log from a backup that has them"
            );
        }
        if is_news(&self.told_altered, &altered) {
            tracing::error!(
                log = self.name.code(),
                altered = in_words(&altered),
                "RECORDS ARE NOT THOSE THAT WERE COMMITTED: replays, the answers to persons concerned, trails, exports and commands are \
                 refused where they may have belonged. Run `spoor audit check`, which says whether they or the tiles over them were altered, stop the \
                 program and restore the log from a backup that has them as they were"
            );
        }
    }

    /// Reads the log again, held against its tree, which has to be the one that was signed. Tells the operators what is missing or
    /// was altered, also when it is not read to its end.
    ///
    /// # Errors
    /// `Refused` when the tree is not the one that was signed; otherwise when the log cannot be read.
    pub async fn read_again(&self, pause: Duration) -> Result<Wholeness, KeeperError> {
        self.count().await?;
        let tree = self.stands(None).await?;
        let found = self.log.reread(&tree, pause).await;
        self.tell();
        let found = found.map_err(|source| KeeperError::Tree { log: self.name, source })?;
        let read = ReadAgain { records: found.size, at: self.clock.now() };
        *self.read_again.lock().unwrap_or_else(PoisonError::into_inner) = Some(read);
        let (log, records) = (self.name.code(), found.size);
        let (missing, altered) = (in_words(&found.missing), in_words(&found.altered));
        tracing::info!(log, records, missing, altered, "the log was read again to its end");
        Ok(self.wholeness())
    }

    /// Reads the log again now, and then so often, until it is dropped.
    pub(super) async fn keep_reading_again(self: Arc<Self>, every: Duration) {
        loop {
            let wait = match self.read_again(PAUSE).await {
                Ok(_) => every,
                Err(error) => {
                    tracing::error!(log = self.name.code(), %error, "the log could not be read again to its end");
                    every.min(AFTER_FAILURE)
                }
            };
            tokio::time::sleep(wait).await;
        }
    }
}

/// Whether something was found, and not what was told last.
fn is_news(told: &Mutex<Arc<[RangeInclusive<u64>]>>, found: &Arc<[RangeInclusive<u64>]>) -> bool {
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
    let news = *told != *found && !found.is_empty();
    *told = found.clone();
    news
}
