//! What the nodes of a cluster hold together: events in the order of `$all`, and which of them make a stream.

use std::collections::HashMap;

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
    /// Its first place in `$all`: a number of bytes, shared by the events of one append.
    pub commit: u64,
    /// Its second place in `$all`: a number of bytes, never above `commit`.
    pub prepare: u64,
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
    /// More bytes than one append may have; nothing is stored.
    TooLarge,
}

/// The most bytes one append may have, as servers have it by default.
pub(crate) const MOST_BYTES: usize = 1024 * 1024;

/// The events and their streams.
pub(crate) struct Store {
    events: Vec<StoredEvent>,
    streams: HashMap<String, Vec<usize>>,
    bytes: u64,
    appends: u64,
}

impl Default for Store {
    fn default() -> Self {
        // A server has begun to write before anybody else can: no event stands at 0.
        Self { events: Vec::new(), streams: HashMap::new(), bytes: 4096, appends: 0 }
    }
}

impl Store {
    /// Every event, in the order of `$all`.
    pub fn events(&self) -> &[StoredEvent] {
        &self.events
    }

    /// The events of a stream, in its order; None when there is no such stream.
    pub fn stream(&self, name: &str) -> Option<&[usize]> {
        self.streams.get(name).map(Vec::as_slice)
    }

    /// Stores the events or says why not. Events that stand where they would come to stand, with the same ids, are stored
    /// already; the same id at another place is another event.
    pub fn append(&mut self, stream: &str, expected: Expected, proposed: Vec<Proposed>) -> Appended {
        if proposed.iter().map(|event| event.data.len() + event.metadata.len()).sum::<usize>() > MOST_BYTES {
            return Appended::TooLarge;
        }
        let current = self.current_revision(stream);
        let as_expected = match expected {
            Expected::Any => true,
            Expected::StreamExists => current.is_some(),
            Expected::NoStream => current.is_none(),
            Expected::Revision(revision) => current == Some(revision),
        };
        if !as_expected {
            return self.repeated(stream, expected, &proposed).unwrap_or(Appended::WrongRevision { current });
        }
        self.appends += 1;
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
        self.stream(stream).and_then(<[usize]>::last).map(|place| self.events[*place].revision)
    }

    fn repeated(&self, stream: &str, expected: Expected, proposed: &[Proposed]) -> Option<Appended> {
        let first = match expected {
            Expected::Revision(revision) => usize::try_from(revision).ok()? + 1,
            Expected::NoStream => 0,
            Expected::Any | Expected::StreamExists => return None,
        };
        let stored = self.stream(stream)?.get(first..first + proposed.len())?;
        let same = stored.iter().zip(proposed).all(|(place, event)| self.events[*place].id == event.id);
        let last = stored.last().map(|place| &self.events[*place])?;
        same.then_some(Appended::Stored { revision: last.revision, commit: last.commit })
    }

    /// Positions are bytes; the events of one append have the commit that ends it in common.
    fn store(&mut self, stream: &str, proposed: Vec<Proposed>) -> u64 {
        let next = self.current_revision(stream).map_or(0, |revision| revision + 1);
        let first = self.events.len();
        let mut prepare = self.bytes;
        for (revision, event) in (next..).zip(proposed) {
            self.bytes += 64 + (event.data.len() + event.metadata.len()) as u64;
            self.streams.entry(stream.to_owned()).or_default().push(self.events.len());
            self.events.push(StoredEvent {
                id: event.id,
                stream: stream.to_owned(),
                revision,
                commit: 0,
                prepare,
                event_type: event.event_type,
                content_type: event.content_type,
                metadata: event.metadata,
                data: event.data,
            });
            prepare = self.bytes;
        }
        let commit = match &self.events[first..] {
            [only] => only.prepare,
            _ => {
                self.bytes += 32;
                prepare
            }
        };
        self.events[first..].iter_mut().for_each(|event| event.commit = commit);
        commit
    }

    /// A server is seldom anybody's alone, and keeps streams of its own.
    fn be_used_by_others(&mut self) {
        let others = ["$stats-127.0.0.1:2113", "$$foreign-1", "foreign-1", "spoorx-1", "spoor_other.case-1"];
        if self.appends.is_multiple_of(3) {
            let turn = self.appends / 3;
            let stream = others[usize::try_from(turn).unwrap_or_default() % others.len()];
            let event = Proposed {
                id: Uuid::from_u128(u128::from(turn)),
                event_type: if stream.starts_with('$') { "$metadata" } else { "SomethingElse" }.to_owned(),
                content_type: "application/octet-stream".to_owned(),
                metadata: Bytes::new(),
                data: Bytes::from_static(b"not for anybody who reads one log"),
            };
            self.store(stream, vec![event]);
        }
    }
}
