//! Reading: the whole log in order, and single streams. Every event is given the index it has, and found missing when it is
//! not where it was.

use std::collections::HashMap;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::KurrentLog;
use super::client::Tries;
use super::index::PAGE;
use super::wire::{Stored, position_of};
use crate::batch::StoredCommand;
use crate::engine::StreamEvent;
use crate::error::LogError;
use crate::{Position, Record};

/// Streams looked at at the same time.
const AT_ONCE: usize = 16;

/// What becomes of an index at which no event is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holes {
    /// It shows by its absence: whoever asked looks at the indexes.
    Show,
    /// It is an error.
    Refuse,
}

impl KurrentLog {
    /// The events of one stream from a sequence on.
    pub async fn stream(&self, kind: &str, id: &str, from: u64) -> Result<Vec<StreamEvent>, LogError> {
        let stored = self.stored_of(&self.names.stream(kind, id), from).await?;
        Ok(stored.into_iter().map(StreamEvent::from).collect())
    }

    /// The events of one stream up to a leaf index.
    pub async fn read_stream(&self, kind: &str, id: &str, until: u64) -> Result<Vec<Record>, LogError> {
        let mut records = Vec::new();
        for stored in self.stored_of(&self.names.stream(kind, id), 1).await? {
            let (index, _) = self.index.reach(stored.position).await?;
            if index > until {
                break;
            }
            let before = self.recorded_before(index);
            records.push(stored.into_record(index, before));
        }
        Ok(records)
    }

    /// The next records after a position.
    ///
    /// # Errors
    /// `Missing` when an event is gone: whoever follows the log would not notice.
    pub async fn read_after(&self, after: Position, limit: usize) -> Result<Vec<Record>, LogError> {
        let (first, count) = self.index.span_after(after, limit).await?;
        let mut records = Vec::new();
        self.walk(first, count, Holes::Refuse, |record| records.push(record)).await?;
        Ok(records)
    }

    /// The next records after a leaf index.
    pub async fn read_after_index(&self, index: u64, limit: usize) -> Result<Vec<Record>, LogError> {
        let Some(after) = self.place_of(index).await? else { return Ok(Vec::new()) };
        let (first, count) = self.index.span_after(after, limit).await?;
        let mut records = Vec::new();
        self.walk(first, count, Holes::Show, |record| records.push(record)).await?;
        Ok(records)
    }

    /// The records of these types after one position up to another.
    pub async fn read_of_types(
        &self,
        types: &[&str],
        after: Position,
        until: Position,
    ) -> Result<Vec<Record>, LogError> {
        let (first, count) = self.index.span_after(after, usize::MAX).await?;
        let past = self.index.known().places.first_after(until);
        let mut records = Vec::new();
        let keep = |record: Record| {
            if types.contains(&record.event_type.as_str()) {
                records.push(record);
            }
        };
        self.walk(first, count.min(past.saturating_sub(first)), Holes::Refuse, keep).await?;
        Ok(records)
    }

    /// The position of the event with this leaf index.
    pub async fn position_of(&self, index: u64) -> Result<Position, LogError> {
        self.place_of(index).await?.ok_or(LogError::Missing { index })
    }

    /// When the event with this index was recorded, in microseconds since 1970.
    pub async fn recorded_at(&self, index: u64) -> Result<Option<i64>, LogError> {
        Ok(self.index.place(index).await?.map(|place| place.recorded_at))
    }

    /// What the command with this id did to this stream.
    pub async fn find_command(
        &self,
        kind: &str,
        id: &str,
        command_id: uuid::Uuid,
    ) -> Result<Option<StoredCommand>, LogError> {
        let stream = self.names.stream(kind, id);
        self.writing.refresh(&stream).await?;
        self.writing.stored_command(kind, id, command_id).await
    }

    /// Whether the stream of every aggregate begins with its first event and has its last: of this kind and id, so many.
    ///
    /// # Errors
    /// `StreamCut` or `StreamDeleted`, naming the first that does not.
    pub async fn check_streams(&self, ends: HashMap<(String, String), u64>) -> Result<(), LogError> {
        let checked = stream::iter(ends).map(|((kind, id), events)| async move {
            let stream = self.names.stream(&kind, &id);
            let first = self.connection.read_stream(&stream, 0, 1).await?;
            let last = self.connection.last_of(&stream).await?;
            let sequence = match (first.first(), last) {
                (Some(first), Some(last)) if first.revision == 0 && last.revision < events - 1 => last.revision + 2,
                (Some(first), Some(_)) if first.revision == 0 => return Ok(()),
                (_, _) => 1,
            };
            Err(LogError::StreamCut { stream, sequence })
        });
        checked.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        self.index.require_no_marks()
    }

    async fn place_of(&self, index: u64) -> Result<Option<Position>, LogError> {
        if index == 0 {
            return Ok(Some(Position::START));
        }
        Ok(self.index.place(index).await?.map(|place| place.position))
    }

    async fn stored_of(&self, stream: &str, from: u64) -> Result<Vec<Stored>, LogError> {
        let events = self.connection.read_stream(stream, from.saturating_sub(1), usize::MAX).await?;
        let stored = events.iter().map(|event| Stored::read(&self.names, event)).collect::<Result<Vec<_>, _>>()?;
        self.writing.streams.learn(stream, from, &stored)?;
        Ok(stored)
    }

    /// Visits so many records from an index on, all of which are known to be in the log.
    async fn walk(
        &self,
        first: u64,
        count: u64,
        holes: Holes,
        mut visit: impl FnMut(Record) + Send,
    ) -> Result<(), LogError> {
        let last = first + count - 1;
        let (from, until) = (self.known_position(first), self.known_position(last));
        let (Some(mut from), Some(until)) = (from, until) else { return Ok(()) };
        let (mut next, mut is_read, mut tries) = (first, None, Tries::new());
        while next <= last {
            // Events of others stand between ours: nobody knows how many.
            let most = usize::try_from(last - next).unwrap_or(PAGE).saturating_mul(2).saturating_add(16).min(PAGE);
            let page = self.connection.read_all(from, most).await?;
            let new: Vec<_> =
                page.iter().filter(|event| is_read.is_none_or(|read| position_of(event) > read)).collect();
            let Some(end) = new.last().map(|event| position_of(event)) else {
                // Where it ended, others stood behind: nothing is missing, the server does not know it yet.
                tries.wait(LogError::Behind { index: next }).await?;
                continue;
            };
            let ours = new.into_iter().filter(|event| self.names.is_record(event));
            for event in ours.take_while(|event| position_of(event) <= until) {
                let Some(index) = self.known_index(position_of(event)) else {
                    // Somebody else's, of a stream that was deleted for ever: passed over when the log was read.
                    match Stored::read(&self.names, event) {
                        Err(_foreign) => continue,
                        Ok(_) => return Err(self.index.differs(next)),
                    }
                };
                if index != next && holes == Holes::Refuse {
                    return Err(LogError::Missing { index: next });
                }
                let before = self.recorded_before(index);
                visit(Stored::read(&self.names, event)?.into_record(index, before));
                next = index + 1;
            }
            if end >= until {
                break;
            }
            (from, is_read) = (end, Some(end));
        }
        match holes {
            Holes::Refuse if next <= last => Err(LogError::Missing { index: next }),
            Holes::Refuse | Holes::Show => Ok(()),
        }
    }

    fn recorded_before(&self, index: u64) -> i64 {
        self.index.known().places.recorded_before(index)
    }

    fn known_position(&self, index: u64) -> Option<Position> {
        self.index.known().places.of(index).map(|place| place.position)
    }

    fn known_index(&self, position: Position) -> Option<u64> {
        self.index.known().places.index_of(position)
    }
}
