//! The end of a stream: no later event tells of one that is gone there, so the count of the whole log has to.

use std::ops::RangeInclusive;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use crate::error::LogError;
use crate::{EventLog, Record};

/// The indexes without a record, where the ends of streams are gone with them; otherwise none.
type Holes = Arc<[RangeInclusive<u64>]>;

/// What is gone of the ends of streams, as this process counted the log last.
#[derive(Default)]
pub(crate) struct Ends {
    /// None before the first count.
    counted: RwLock<Option<Holes>>,
    /// One counts at a time: who has to know the count waits for it here, and holds no connection meanwhile.
    turn: Mutex<()>,
}

impl EventLog {
    /// Whether the last event that this stream has is the last one it had, as far as the log can tell: while records are gone
    /// that no other event tells of, each may have been the end of any stream that has nothing behind it. Counts what the log has
    /// behind the stream, and all of it only where something is gone there.
    /// A stream without events has no end to be missing. On KurrentDB the index of the log, which is held against the log when it
    /// is opened, tells of what is gone.
    ///
    /// # Errors
    /// `EndMissing`, naming the first record that may have been a later event of the stream.
    pub async fn check_end(&self, aggregate_type: &str, id: &str) -> Result<(), LogError> {
        let records = self.read_stream(aggregate_type, id).await?;
        let Some(last) = records.last() else { return Ok(()) };
        if self.engine().is_whole_behind(last.index).await? {
            return Ok(());
        }
        nothing_gone_behind(last, &self.count_ends().await?)
    }

    /// The same where it is asked often, as for every command: by the last count of this process, which is made at the first
    /// question, and again by [`Self::recount_ends`]. A log is put back from a backup while no process has it open.
    ///
    /// # Errors
    /// As [`Self::check_end`].
    pub async fn check_end_once(&self, aggregate_type: &str, id: &str) -> Result<(), LogError> {
        let holes = match self.ends().counted() {
            Some(holes) => holes,
            // Boxed: it is asked once, and every command would hold room for it.
            None => Box::pin(self.count_ends_once()).await?,
        };
        if holes.is_empty() {
            return Ok(());
        }
        let records = Box::pin(self.read_stream(aggregate_type, id)).await?;
        records.last().map_or(Ok(()), |last| nothing_gone_behind(last, &holes))
    }

    /// Counts the log again for [`Self::check_end_once`], where that was asked before: what went since then is known from now
    /// on.
    ///
    /// # Errors
    /// When the log cannot be counted.
    pub async fn recount_ends(&self) -> Result<(), LogError> {
        match self.ends().counted() {
            Some(_) => self.count_ends().await.map(drop),
            None => Ok(()),
        }
    }

    async fn count_ends_once(&self) -> Result<Holes, LogError> {
        let _turn = self.ends().turn.lock().await;
        match self.ends().counted() {
            Some(holes) => Ok(holes),
            None => self.count_in_turn().await,
        }
    }

    async fn count_ends(&self) -> Result<Holes, LogError> {
        let _turn = self.ends().turn.lock().await;
        self.count_in_turn().await
    }

    async fn count_in_turn(&self) -> Result<Holes, LogError> {
        let holes = Holes::from(self.engine().lost_ends().await?);
        self.ends().keep(holes.clone());
        Ok(holes)
    }
}

impl Ends {
    fn counted(&self) -> Option<Holes> {
        self.counted.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, holes: Holes) {
        *self.counted.write().unwrap_or_else(PoisonError::into_inner) = Some(holes);
    }
}

/// Whether none of these holes is behind the last record of a stream.
fn nothing_gone_behind(last: &Record, holes: &[RangeInclusive<u64>]) -> Result<(), LogError> {
    match holes.iter().find(|hole| *hole.start() > last.index) {
        None => Ok(()),
        Some(hole) => {
            let stream = format!("{}-{}", last.aggregate_type, last.aggregate_id);
            Err(LogError::EndMissing { stream, index: *hole.start() })
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;
    use crate::{Clock, KeyStore, LogOptions, LogUrl};

    #[tokio::test]
    async fn who_asks_while_the_log_is_counted_takes_that_count_and_it_stands_until_the_next() {
        let directory = tempfile::tempdir().unwrap();
        let url = LogUrl::Sqlite(directory.path().join("log.sqlite"));
        EventLog::migrate(&url).await.unwrap();
        let keys = KeyStore::in_directory(directory.path()).await.unwrap();
        let log = EventLog::open(&url, keys, Clock::System, LogOptions::default()).await.unwrap();
        log.recount_ends().await.unwrap();
        assert_eq!(log.ends().counted(), None, "nobody has asked yet");

        let turn = log.ends().turn.lock().await;
        let asked = join_all((0..8).map(|_| log.count_ends_once()));
        // Something no count of this log would find: so it is known who counted.
        let counted = async {
            log.ends().keep(Holes::from(vec![7..=9]));
            drop(turn);
        };
        let (answers, ()) = tokio::join!(asked, counted);
        for answer in answers {
            assert_eq!(*answer.unwrap(), [7..=9]);
        }
        log.check_end_once("ledger", "of no events").await.unwrap();
        assert_eq!(*log.ends().counted().unwrap(), [7..=9], "no question counts what is known to be gone");

        log.recount_ends().await.unwrap();
        assert!(log.ends().counted().unwrap().is_empty());
        log.close().await;
    }
}
