//! What the nodes of a cluster hold together: events in the order of `$all`, and which of them make a stream.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use uuid::Uuid;

/// One event, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// The id its writer gave it.
    pub id: Uuid,
    /// The stream it stands in.
    pub stream: String,
    /// Its place there, from 0.
    pub revision: u64,
    /// Its first place in `$all`: a number of bytes.
    pub commit: u64,
    /// Its second place in `$all`: the same number, unless the server gives the events of one append their commit in common.
    pub prepare: u64,
    /// When the server's clock says that it was stored, in ticks of 100 ns since 1970.
    pub created: u64,
    /// What kind of event.
    pub event_type: String,
    /// `application/json` or `application/octet-stream`.
    pub content_type: String,
    /// The writer's own metadata.
    pub metadata: Bytes,
    /// What happened.
    pub data: Bytes,
}

impl StoredEvent {
    /// Its place in `$all`.
    #[must_use]
    pub fn position(&self) -> (u64, u64) {
        (self.commit, self.prepare)
    }
}

/// An event somebody wants stored.
pub(crate) struct Proposed {
    pub id: Uuid,
    pub event_type: String,
    pub content_type: String,
    pub metadata: Bytes,
    pub data: Bytes,
}

/// Which revision an append expects the stream to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Any,
    StreamExists,
    NoStream,
    Revision(u64),
}

/// What became of an append.
pub(crate) enum Appended {
    /// It is stored, now or earlier.
    Stored { revision: u64, commit: u64 },
    /// The stream has another revision.
    WrongRevision { current: Option<u64> },
    /// More bytes than one append may have, which is so many; nothing is stored.
    TooLarge { most: usize },
    /// The stream was deleted for ever.
    Deleted,
}

/// What a reader of a stream finds.
pub(crate) enum Found<'s> {
    /// No such stream, or one that was deleted.
    Nothing,
    /// One that was deleted for ever.
    Tombstone,
    /// The places of its events, as far as its metadata let them be seen.
    Events(&'s [usize]),
}

/// The most bytes one append may have, as servers have it by default.
const MOST_BYTES: usize = 1024 * 1024;
/// The revision of a tombstone, and what `$tb` says of a deleted stream.
const DELETED: u64 = i64::MAX as u64;
/// The type of a tombstone.
const TOMBSTONE: &str = "$streamDeleted";
/// The type of an event that holds a stream's metadata.
const METADATA: &str = "$metadata";

/// The events and their streams.
pub(crate) struct Store {
    events: Vec<StoredEvent>,
    streams: HashMap<String, Vec<usize>>,
    bytes: u64,
    appends: u64,
    /// How far the server's clock is ahead.
    pub ahead: Duration,
    /// The most bytes one append may have.
    pub most_bytes: usize,
    /// Whether the events of one append have the commit that ends it in common, as those of explicit transactions did.
    pub shares_commits: bool,
}

impl Default for Store {
    fn default() -> Self {
        // A server has begun to write before anybody else can: no event stands at 0.
        Self {
            events: Vec::new(),
            streams: HashMap::new(),
            bytes: 4096,
            appends: 0,
            ahead: Duration::ZERO,
            most_bytes: MOST_BYTES,
            shares_commits: false,
        }
    }
}

impl Store {
    /// Every event, in the order of `$all`.
    pub fn events(&self) -> &[StoredEvent] {
        &self.events
    }

    /// What a reader finds of a stream among the first so many events.
    pub fn found(&self, name: &str, until: usize) -> Found<'_> {
        let Some(places) = self.streams.get(name) else { return Found::Nothing };
        let places = &places[..places.partition_point(|place| *place < until)];
        let Some(last) = places.last() else { return Found::Nothing };
        if self.events[*last].event_type == TOMBSTONE {
            return Found::Tombstone;
        }
        let metadata = self.metadata(name);
        let number = |key: &str| metadata.get(key).and_then(serde_json::Value::as_u64);
        let before = number("$tb").unwrap_or(0);
        if before == DELETED {
            return Found::Nothing;
        }
        let cut = places.partition_point(|place| self.events[*place].revision < before);
        let kept = number("$maxCount").and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
        Found::Events(&places[cut.max(places.len().saturating_sub(kept))..])
    }

    /// Deletes a stream: what is written to it later goes on from its last revision.
    pub fn delete(&mut self, stream: &str) -> u64 {
        self.set_metadata(stream, DELETED)
    }

    /// Deletes a stream for ever.
    pub fn tombstone(&mut self, stream: &str) -> u64 {
        let event = Proposed::system(TOMBSTONE, Bytes::new());
        let commit = self.store(stream, vec![event]);
        if let Some(tombstone) = self.events.last_mut() {
            tombstone.revision = DELETED;
        }
        commit
    }

    /// What the last event beside a stream says of it.
    fn metadata(&self, stream: &str) -> serde_json::Value {
        let last = self.places(&format!("$${stream}")).last();
        last.and_then(|place| serde_json::from_slice(&self.events[*place].data).ok()).unwrap_or_default()
    }

    fn set_metadata(&mut self, stream: &str, before: u64) -> u64 {
        let data = serde_json::json!({ "$tb": before }).to_string().into_bytes();
        self.store(&format!("$${stream}"), vec![Proposed::system(METADATA, data.into())])
    }

    fn places(&self, stream: &str) -> &[usize] {
        self.streams.get(stream).map_or(&[], Vec::as_slice)
    }

    /// Stores the events or says why not. Events that stand where they would come to stand, with the same ids, are stored
    /// already; the same id at another place is another event.
    pub fn append(&mut self, stream: &str, expected: Expected, proposed: Vec<Proposed>) -> Appended {
        let bytes = |event: &Proposed| event.data.len() + event.metadata.len() + 2 * event.event_type.len();
        if proposed.iter().map(bytes).sum::<usize>() > self.most_bytes {
            return Appended::TooLarge { most: self.most_bytes };
        }
        let current = self.current_revision(stream);
        if current == Some(DELETED) {
            return Appended::Deleted;
        }
        let is_deleted = current.is_some() && matches!(self.found(stream, usize::MAX), Found::Nothing);
        let as_expected = match expected {
            Expected::Any => true,
            Expected::StreamExists => current.is_some() && !is_deleted,
            Expected::NoStream => current.is_none() || is_deleted,
            Expected::Revision(revision) => current == Some(revision),
        };
        if !as_expected {
            return self.repeated(stream, expected, &proposed).unwrap_or(Appended::WrongRevision { current });
        }
        self.appends += 1;
        if is_deleted {
            self.set_metadata(stream, current.map_or(0, |current| current + 1));
        }
        let commit = self.store(stream, proposed);
        self.be_used_by_others();
        Appended::Stored { revision: self.current_revision(stream).unwrap_or_default(), commit }
    }

    /// Lets a hand from outside change what is stored, as if in the files.
    pub fn tamper(&mut self, hand: impl FnOnce(&mut Vec<StoredEvent>)) {
        hand(&mut self.events);
        self.streams.clear();
        for (place, event) in self.events.iter().enumerate() {
            self.streams.entry(event.stream.clone()).or_default().push(place);
        }
    }

    fn current_revision(&self, stream: &str) -> Option<u64> {
        self.places(stream).last().map(|place| self.events[*place].revision)
    }

    fn repeated(&self, stream: &str, expected: Expected, proposed: &[Proposed]) -> Option<Appended> {
        let first = match expected {
            Expected::Revision(revision) => usize::try_from(revision).ok()? + 1,
            Expected::NoStream => 0,
            Expected::Any | Expected::StreamExists => return None,
        };
        let stored = self.places(stream).get(first..first + proposed.len())?;
        let same = stored.iter().zip(proposed).all(|(place, event)| self.events[*place].id == event.id);
        let last = stored.last().map(|place| &self.events[*place])?;
        same.then_some(Appended::Stored { revision: last.revision, commit: last.commit })
    }

    /// Positions are bytes.
    fn store(&mut self, stream: &str, proposed: Vec<Proposed>) -> u64 {
        let next = self.current_revision(stream).map_or(0, |revision| revision + 1);
        let first = self.events.len();
        let (mut prepare, created) = (self.bytes, self.now());
        for (revision, event) in (next..).zip(proposed) {
            self.bytes += 64 + (event.data.len() + event.metadata.len()) as u64;
            self.streams.entry(stream.to_owned()).or_default().push(self.events.len());
            self.events.push(StoredEvent {
                id: event.id,
                stream: stream.to_owned(),
                revision,
                commit: prepare,
                prepare,
                created,
                event_type: event.event_type,
                content_type: event.content_type,
                metadata: event.metadata,
                data: event.data,
            });
            prepare = self.bytes;
        }
        let stored = &mut self.events[first..];
        if self.shares_commits && stored.len() > 1 {
            self.bytes += 32;
            stored.iter_mut().for_each(|event| event.commit = prepare);
        }
        stored.last().map_or(prepare, |last| last.commit)
    }

    #[expect(clippy::disallowed_methods, reason = "a server has a clock of its own")]
    fn now(&self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + self.ahead;
        u64::try_from(now.as_nanos() / 100).unwrap_or(u64::MAX)
    }

    /// A server is seldom anybody's alone, and keeps streams of its own.
    fn be_used_by_others(&mut self) {
        let others = ["$stats-127.0.0.1:2113", "$$foreign-1", "foreign-1", "spoorx-1", "spoor_other.case-1"];
        if self.appends.is_multiple_of(3) {
            let turn = self.appends / 3;
            let stream = others[usize::try_from(turn).unwrap_or_default() % others.len()];
            let event_type = if stream.starts_with('$') { METADATA } else { "SomethingElse" };
            let data = Bytes::from_static(b"not for anybody who reads one log");
            let id = Uuid::from_u128(u128::from(turn));
            self.store(stream, vec![Proposed { id, ..Proposed::system(event_type, data) }]);
        }
    }
}

impl Proposed {
    fn system(event_type: &str, data: Bytes) -> Self {
        Self {
            id: Uuid::nil(),
            event_type: event_type.to_owned(),
            content_type: "application/octet-stream".to_owned(),
            metadata: Bytes::new(),
            data,
        }
    }
}
