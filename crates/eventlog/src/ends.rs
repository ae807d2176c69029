//! The end of a stream: no later event tells of one that is gone there, so the count of the whole log has to.

use std::sync::atomic::Ordering;

use crate::EventLog;
use crate::error::LogError;

impl EventLog {
    /// Whether the last event that this stream has is the last one it had, as far as the log can tell: while records are gone
    /// that no other event tells of, each may have been the end of any stream that has nothing behind it. Counts the log.
    /// A stream without events has no end to be missing. On KurrentDB the index of the log, which is held against the log when it
    /// is opened, tells of what is gone.
    ///
    /// # Errors
    /// `EndMissing`, naming the first record that may have been a later event of the stream.
    pub async fn check_end(&self, aggregate_type: &str, id: &str) -> Result<(), LogError> {
        let holes = self.engine().lost_ends().await?;
        self.ends_were_there().store(holes.is_empty(), Ordering::Relaxed);
        if holes.is_empty() {
            return Ok(());
        }
        let records = self.read_stream(aggregate_type, id).await?;
        let Some(last) = records.last() else { return Ok(()) };
        match holes.iter().find(|hole| *hole.start() > last.index) {
            None => Ok(()),
            Some(hole) => Err(LogError::EndMissing { stream: format!("{aggregate_type}-{id}"), index: *hole.start() }),
        }
    }

    /// The same where it is asked often, as for every command: once this process has seen that no end is gone, the log is not
    /// counted again.
    ///
    /// # Errors
    /// As [`Self::check_end`].
    pub async fn check_end_once(&self, aggregate_type: &str, id: &str) -> Result<(), LogError> {
        if self.ends_were_there().load(Ordering::Relaxed) {
            return Ok(());
        }
        // Boxed: it is asked once, and every command would hold room for it.
        Box::pin(self.check_end(aggregate_type, id)).await
    }
}
