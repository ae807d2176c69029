//! Which index every event has: its place among the events of this log in `$all`. A pure function of `$all`, so every process
//! finds the same by itself; what is written down of it (see [`super::cover`]) only saves the walk from the beginning.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use eventstore::RecordedEvent;
use spoor_notary::{Frontier, Hash};
use tokio::sync::{Mutex as AsyncMutex, watch};
use uuid::Uuid;

use super::client::{Connection, Tries};
use super::cover::Covered;
use super::names::Names;
use super::places::{Place, Places};
use super::wire::{Stored, position_of};
use crate::Position;
use crate::batch::LogHead;
use crate::engine::{database, sqlite_writer};
use crate::error::LogError;

/// Events of `$all` read at once.
pub(super) const PAGE: usize = 1_000;

/// How many seconds a record's moment may lie after the server's own before it is said, and before: it may have been sent for a while.
const MOST_AHEAD_S: i64 = 5;
const MOST_BEHIND_S: i64 = 60;

/// The places of all events, as far as this process has read.
pub(super) struct Index {
    pub(super) connection: Arc<Connection>,
    pub(super) names: Names,
    pub(super) known: RwLock<Known>,
    /// How far `$all` was read. Held while reading on, so that only one does.
    edge: AsyncMutex<Edge>,
    /// How often somebody began to read on.
    begun: AtomicU64,
    pub(super) covered: AsyncMutex<Covered>,
    awaited: Mutex<HashMap<Uuid, Option<Landed>>>,
    wakeup: watch::Sender<Position>,
    /// The first index of which two things were written: then nothing more is said or stored.
    pub(super) broken: OnceLock<u64>,
    /// The streams of which the server said, as far as was read, that they were deleted or may lose events.
    marked: Mutex<BTreeSet<String>>,
    /// Whether the events of this process carry the time of its machine, and not of a clock that stands.
    watches_clock: bool,
    /// Whether that was seen to be far from the server's.
    is_apart: AtomicBool,
}

/// What is known of the events read.
#[derive(Default)]
pub(super) struct Known {
    pub places: Places,
    pub frontier: Frontier,
    /// The leaves that no segment covers yet.
    pub leaves: Vec<Hash>,
}

/// The end of what was read of `$all`.
#[derive(Default)]
struct Edge {
    last: Option<Last>,
    /// The number of the last reading that was finished.
    done: u64,
}

/// The last event read, others' too.
struct Last {
    position: Position,
    /// Unknown when only its place was read from a segment.
    id: Option<Uuid>,
    is_ours: bool,
}

/// Where an awaited event ended up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Landed {
    /// The id in our metadata: not the awaiter's when somebody else stored the same command first.
    pub event_id: Uuid,
    pub position: Position,
    pub index: u64,
    pub recorded_at: i64,
}

/// An event on its way into what is known.
struct Taken {
    wire_id: Uuid,
    position: Position,
    /// Of an event of ours.
    ours: Option<(Stored, Hash)>,
}

impl Index {
    /// The index of an empty log; `wakeup` hears of every position reached.
    pub fn new(
        connection: Arc<Connection>,
        names: Names,
        wakeup: watch::Sender<Position>,
        watches_clock: bool,
    ) -> Self {
        Self {
            connection,
            names,
            known: RwLock::default(),
            edge: AsyncMutex::default(),
            begun: AtomicU64::new(0),
            covered: AsyncMutex::default(),
            awaited: Mutex::default(),
            wakeup,
            broken: OnceLock::new(),
            marked: Mutex::default(),
            watches_clock,
            is_apart: AtomicBool::new(false),
        }
    }

    /// Reads on to the end of `$all`. Whoever waits for another who began later than they asked is served by that one.
    ///
    /// # Errors
    /// `Missing` when the event read last is gone, `Behind` when the server does not come to it, `IndexDiffers` when two orders of
    /// this log were seen.
    pub async fn advance(&self) -> Result<(), LogError> {
        let asked = self.begun.load(Ordering::SeqCst);
        let mut edge = self.edge.lock().await;
        if edge.done > asked {
            return Ok(());
        }
        self.require_one_order()?;
        let this = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let mut tries = Tries::new();
        loop {
            let from = edge.last.as_ref().map_or(Position::START, |last| last.position);
            let page = self.connection.read_all(from, PAGE).await?;
            if let Some(last) = edge.last.as_ref().filter(|last| last.is_ours && page.is_empty()) {
                let index = self.index_of(last);
                tries.wait(LogError::Behind { index }).await?;
                continue;
            }
            let is_full = page.len() == PAGE;
            self.take_in(&mut edge, &page).await?;
            if !is_full {
                edge.done = this;
                return Ok(());
            }
        }
    }

    /// Goes on from the last place known, which was read from a segment.
    pub async fn resume(&self) {
        let end = self.known().places.end();
        if end > Position::START {
            self.edge.lock().await.last = Some(Last { position: end, id: None, is_ours: true });
        }
    }

    /// The end of the log now.
    pub async fn head(&self) -> Result<LogHead, LogError> {
        self.advance().await?;
        let known = self.known();
        let (index, recorded_at) = (known.places.count(), known.places.recorded_at());
        Ok(LogHead { index, recorded_at, frontier: known.frontier.clone() })
    }

    /// That this process saw but one order of the log.
    pub fn require_one_order(&self) -> Result<(), LogError> {
        self.broken.get().map_or(Ok(()), |index| Err(self.differs(*index)))
    }

    /// Whether the server said of a stream that it was deleted or may lose events.
    pub fn is_marked(&self, stream: &str) -> bool {
        self.marked().contains(stream)
    }

    /// That it said so of none.
    pub fn require_no_marks(&self) -> Result<(), LogError> {
        let marked = self.marked().first().cloned();
        marked.map_or(Ok(()), |stream| Err(LogError::StreamDeleted { stream }))
    }

    /// Whether `$all` was read to this position, whoever's event stands there.
    pub async fn is_read_to(&self, position: Position) -> bool {
        self.edge.lock().await.last.as_ref().is_some_and(|last| last.position >= position)
    }

    /// The index of the event at this position, which is known to be in the log, and the moment of its record.
    pub async fn reach(&self, position: Position) -> Result<(u64, i64), LogError> {
        let mut tries = Tries::new();
        loop {
            self.require_one_order()?;
            let (reached, found) = {
                let known = self.known();
                let index = known.places.index_of(position);
                let found = index.and_then(|index| Some((index, known.places.of(index)?.recorded_at)));
                (known.places.end() >= position, found)
            };
            match found {
                Some(found) => return Ok(found),
                None if reached => {
                    return Err(database(format!("the event at {position} stands in its stream and not in the log")));
                }
                None => {}
            }
            self.advance().await?;
            if self.known().places.end() < position {
                tries
                    .wait(database(format!("the log does not come to {position}, where one of its events stands")))
                    .await?;
            }
        }
    }

    /// The place of the event with this index; reads on when it is not known yet.
    pub async fn place(&self, index: u64) -> Result<Option<Place>, LogError> {
        self.require_one_order()?;
        if index > self.known().places.count() {
            self.advance().await?;
        }
        Ok(self.known().places.of(index))
    }

    /// The index of the first event after a position, and how many follow from there, at most so many. Reads on when fewer
    /// are known.
    pub async fn span_after(&self, after: Position, most: usize) -> Result<(u64, u64), LogError> {
        self.require_one_order()?;
        let known_now = self.known_span(after, most);
        if known_now.1 >= most as u64 {
            return Ok(known_now);
        }
        self.advance().await?;
        Ok(self.known_span(after, most))
    }

    fn known_span(&self, after: Position, most: usize) -> (u64, u64) {
        let known = self.known();
        let first = known.places.first_after(after);
        (first, known.places.after(first - 1, most).len() as u64)
    }

    /// From now on it is noted where the event with this id ends up.
    pub fn expect(&self, wire_id: Uuid) {
        self.awaited().insert(wire_id, None);
    }

    /// Where it ended up, when it was read since it was expected. It is not expected any more.
    pub fn landed(&self, wire_id: Uuid) -> Option<Landed> {
        self.awaited().remove(&wire_id).flatten()
    }

    pub fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn awaited(&self) -> MutexGuard<'_, HashMap<Uuid, Option<Landed>>> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn marked(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.marked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn index_of(&self, last: &Last) -> u64 {
        self.known().places.index_of(last.position).unwrap_or_default()
    }

    async fn take_in(&self, edge: &mut Edge, page: &[RecordedEvent]) -> Result<(), LogError> {
        if let Some(last) = &edge.last {
            self.still_there(last, page.first())?;
        }
        let read_to = edge.last.as_ref().map_or(Position::START, |last| last.position);
        // Only here anything is added, so the last moment stays the last until these are.
        let mut before = self.known().places.recorded_at();
        let mut taken = Vec::new();
        for event in page.iter().filter(|event| position_of(event) > read_to) {
            let next = self.taken(event, before).await?;
            before = next.ours.as_ref().map_or(before, |(stored, _)| stored.recorded_at(before));
            taken.push(next);
        }
        self.add(edge, taken)
    }

    fn add(&self, edge: &mut Edge, taken: Vec<Taken>) -> Result<(), LogError> {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for Taken { wire_id, position, ours } in taken {
            let is_ours = ours.is_some();
            if let Some((stored, leaf)) = ours {
                let recorded_at = stored.recorded_at(known.places.recorded_at());
                let index = known
                    .places
                    .push(position, recorded_at)
                    .map_err(|at| database(format!("the server gave event {} of the log out of order", at.index)))?;
                known.frontier.push(leaf);
                known.leaves.push(leaf);
                if let Some(awaited) = self.awaited().get_mut(&wire_id) {
                    self.compare_clocks(&stored);
                    *awaited = Some(Landed { event_id: stored.caused()?.event_id, position, index, recorded_at });
                }
            }
            edge.last = Some(Last { position, id: Some(wire_id), is_ours });
        }
        let end = known.places.end();
        drop(known);
        self.wakeup.send_if_modified(|known| sqlite_writer::advance(known, end));
        Ok(())
    }

    /// Whether the event read last is the one at which the next page begins. Events of others may have been removed.
    fn still_there(&self, last: &Last, first: Option<&RecordedEvent>) -> Result<(), LogError> {
        let found = first.filter(|event| position_of(event) == last.position);
        let same = found.is_some_and(|event| last.id.is_none_or(|id| id == event.id));
        let is_ours = found.is_some_and(|event| self.names.is_record(event));
        if !last.is_ours || (same && is_ours) {
            return Ok(());
        }
        Err(LogError::Missing { index: self.index_of(last) })
    }

    /// What an event is, after a record of this moment.
    async fn taken(&self, event: &RecordedEvent, before: i64) -> Result<Taken, LogError> {
        self.take_note(event);
        let (wire_id, position) = (event.id, position_of(event));
        if !self.names.is_record(event) {
            return Ok(Taken { wire_id, position, ours: None });
        }
        match Stored::read(&self.names, event) {
            Ok(stored) => {
                let leaf = stored.leaf(before);
                Ok(Taken { wire_id, position, ours: Some((stored, leaf)) })
            }
            // Nobody ever came past it, so it has no index anywhere; and a stream that was deleted for ever stays so.
            Err(foreign) if self.is_tombstone(&event.stream_id).await? => {
                tracing::error!(%foreign, "PASSED OVER: its stream was deleted for ever");
                Ok(Taken { wire_id, position, ours: None })
            }
            Err(foreign) => Err(foreign),
        }
    }

    async fn is_tombstone(&self, stream: &str) -> Result<bool, LogError> {
        match self.connection.read_stream(stream, 0, 1).await {
            Ok(_) => Ok(false),
            Err(LogError::StreamDeleted { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Remembers what the server itself writes about a stream of this log.
    fn take_note(&self, event: &RecordedEvent) {
        let Some(stream) = self.names.spoken_of(event) else { return };
        if stream != event.stream_id && !loses_events(&event.data) {
            self.marked().remove(stream);
        } else if self.marked().insert(stream.to_owned()) {
            let error = LogError::StreamDeleted { stream: stream.to_owned() };
            tracing::error!(%error, "A STREAM OF THE LOG WAS DELETED OR CUT");
        }
    }

    /// Holds the time that an event of this process carries against that at which the server stored it.
    fn compare_clocks(&self, stored: &Stored) {
        let ahead_s = ahead_s(stored.stored_at, stored.created_s);
        let is_apart = self.watches_clock && is_apart(ahead_s);
        if is_apart != self.is_apart.swap(is_apart, Ordering::Relaxed) {
            if is_apart {
                tracing::error!(
                    ahead_s,
                    "THE CLOCKS OF THIS MACHINE AND OF THE SERVER ARE APART: no record of any process is dated before those written with the one \
                     that is ahead. Set it right"
                );
            } else {
                tracing::info!("the clocks of this machine and of the server agree again");
            }
        }
    }
}

/// How many seconds a moment in microseconds lies after one in seconds.
fn ahead_s(stored_at: i64, created_s: i64) -> i64 {
    stored_at.div_euclid(1_000_000).saturating_sub(created_s)
}

fn is_apart(ahead_s: i64) -> bool {
    !(-MOST_BEHIND_S..=MOST_AHEAD_S).contains(&ahead_s)
}

/// Whether the metadata of a stream let the server remove events of it.
fn loses_events(metadata: &[u8]) -> bool {
    let metadata: serde_json::Value = serde_json::from_slice(metadata).unwrap_or_default();
    let set = |key: &str| metadata.get(key).is_some_and(|value| !value.is_null() && *value != 0);
    ["$tb", "$maxCount", "$maxAge"].into_iter().any(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_apart_when_it_is_ahead_of_the_server_or_far_behind() {
        let apart =
            [6_000_000, 5_999_999, 0, -60_000_000, -60_000_001].map(|at| is_apart(ahead_s(1_000_000_000 + at, 1_000)));
        assert_eq!(apart, [true, false, false, false, true]);
    }

    #[test]
    fn metadata_that_take_events_away_are_known() {
        for metadata in [r#"{"$tb":9223372036854775807}"#, r#"{"$maxCount":5}"#, r#"{"$maxAge":60,"x":1}"#] {
            assert!(loses_events(metadata.as_bytes()), "{metadata}");
        }
        for metadata in ["{}", "", r#"{"$tb":0}"#, r#"{"$tb":null}"#, r#"{"$acl":{"$r":"spoor"}}"#] {
            assert!(!loses_events(metadata.as_bytes()), "{metadata}");
        }
    }
}
