//! The logs that are projected: what happened, and who read what.

use std::sync::Arc;

use spoor_eventlog::EventLog;

use super::feed::Feed;
use crate::error::ViewError;
use crate::page::Seen;
use crate::projector::Source;

/// Both logs of an installation.
#[derive(Clone)]
pub struct Logs {
    /// What happened.
    pub events: EventLog,
    /// Who read what.
    pub access: EventLog,
}

/// A feed of each log.
#[derive(Clone)]
pub(crate) struct Feeds {
    events: Arc<Feed>,
    access: Arc<Feed>,
}

impl Logs {
    /// The log a projector reads.
    pub fn of(&self, source: Source) -> &EventLog {
        match source {
            Source::Events => &self.events,
            Source::Access => &self.access,
        }
    }

    /// The end of the log a projector reads, now.
    pub(crate) async fn end_of(&self, source: Source) -> Result<Seen, ViewError> {
        let head = self.of(source).head().await?;
        Ok(Seen { position: head.position, index: head.index })
    }

    /// A feed for one projector alone.
    pub(crate) fn feed(&self, source: Source) -> Arc<Feed> {
        Arc::new(Feed::new(self.of(source).clone()))
    }

    /// A feed of each log, for projectors that read them together.
    pub(crate) fn feeds(&self) -> Feeds {
        Feeds { events: self.feed(Source::Events), access: self.feed(Source::Access) }
    }
}

impl Feeds {
    /// The feed of the log a projector reads.
    pub fn of(&self, source: Source) -> Arc<Feed> {
        match source {
            Source::Events => Arc::clone(&self.events),
            Source::Access => Arc::clone(&self.access),
        }
    }
}
