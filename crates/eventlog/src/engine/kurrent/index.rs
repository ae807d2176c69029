//! Which index every event has: its place among the events of this log in `$all`. A pure function of `$all`, so every process
//! finds the same by itself; what is written down of it (see [`super::cover`]) only saves the walk from the beginning.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
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
    pub fn new(connection: Arc<Connection>, names: Names, wakeup: watch::Sender<Position>) -> Self {
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
        }
    }

    /// Reads on to the end of `$all`. Whoever waits for another who began later than they asked is served by that one.
    ///
    /// # Errors
    /// `Missing` when the event read last is gone, `IndexDiffers` when two orders of this log were seen.
    pub async fn advance(&self) -> Result<(), LogError> {
        let asked = self.begun.load(Ordering::SeqCst);
        let mut edge = self.edge.lock().await;
        if edge.done > asked {
            return Ok(());
        }
        if let Some(index) = self.broken.get() {
            return Err(LogError::IndexDiffers { stream: self.names.index(), index: *index });
        }
        let this = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        loop {
            let from = edge.last.as_ref().map_or(Position::START, |last| last.position);
            let page = self.connection.read_all(from, PAGE).await?;
            let is_full = page.len() == PAGE;
            self.take_in(&mut edge, &page)?;
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

    /// The index of the event at this position, which is known to be in the log.
    pub async fn reach(&self, position: Position) -> Result<u64, LogError> {
        let mut tries = Tries::new();
        loop {
            let (reached, index) = {
                let known = self.known();
                (known.places.end() >= position, known.places.index_of(position))
            };
            match index {
                Some(index) => return Ok(index),
                None if reached => {
                    return Err(database(format!("the event at {position} stands in its stream and not in the log")));
                }
                None => {}
            }
            self.advance().await?;
            if self.known().places.end() < position {
                tries.wait(format!("the log does not come to {position}, where one of its events stands")).await?;
            }
        }
    }

    /// The place of the event with this index; reads on when it is not known yet.
    pub async fn place(&self, index: u64) -> Result<Option<Place>, LogError> {
        if index > self.known().places.count() {
            self.advance().await?;
        }
        Ok(self.known().places.of(index))
    }

    /// The index of the first event after a position, and how many follow from there, at most so many. Reads on when fewer
    /// are known.
    pub async fn span_after(&self, after: Position, most: usize) -> Result<(u64, u64), LogError> {
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

    fn take_in(&self, edge: &mut Edge, page: &[RecordedEvent]) -> Result<(), LogError> {
        if let Some(last) = &edge.last {
            self.still_there(last, page.first())?;
        }
        let read_to = edge.last.as_ref().map_or(Position::START, |last| last.position);
        let new = page.iter().filter(|event| position_of(event) > read_to);
        let taken = new.map(|event| self.taken(event)).collect::<Result<Vec<_>, _>>()?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for Taken { wire_id, position, ours } in taken {
            let is_ours = ours.is_some();
            if let Some((stored, leaf)) = ours {
                let recorded_at = stored.recorded_at;
                let index = known
                    .places
                    .push(position, recorded_at)
                    .map_err(|at| database(format!("the server gave event {} of the log out of order", at.index)))?;
                known.frontier.push(leaf);
                known.leaves.push(leaf);
                if let Some(awaited) = self.awaited().get_mut(&wire_id) {
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
        let is_ours = found.is_some_and(|event| self.names.is_ours(&event.stream_id));
        if !last.is_ours || (same && is_ours) {
            return Ok(());
        }
        Err(LogError::Missing { index: self.known().places.index_of(last.position).unwrap_or_default() })
    }

    fn taken(&self, event: &RecordedEvent) -> Result<Taken, LogError> {
        let ours = if self.names.is_ours(&event.stream_id) {
            let stored = Stored::read(&self.names, event)?;
            let leaf = stored.leaf();
            Some((stored, leaf))
        } else {
            None
        };
        Ok(Taken { wire_id: event.id, position: position_of(event), ours })
    }
}
