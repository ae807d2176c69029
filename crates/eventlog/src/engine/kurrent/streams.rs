//! What this process knows of the streams it writes: their versions, and the commands that are in them. A version that is
//! behind costs one more read; the server checks every append.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lru::LruCache;
use uuid::Uuid;

use super::wire::Stored;
use crate::Position;
use crate::batch::SealedAppend;
use crate::error::LogError;

/// Streams kept, the least recently used leaving first.
const KEPT: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// The streams this process saw lately.
pub(super) struct Streams(Mutex<LruCache<String, Known>>);

/// A stream as far as it was read.
#[derive(Clone, Debug, Default)]
struct Known {
    version: u64,
    commands: HashMap<Uuid, Command>,
}

/// A command as its stream has it: its events taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub digest: String,
    /// Id and place of its last event.
    pub event_id: Uuid,
    pub version: u64,
    pub position: Position,
    pub events: usize,
}

/// What is known of the stream of an append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing.
    Nothing,
    /// It has this command.
    Command(Command),
    /// It is at this version and, as far as is known, does not have the command.
    At { version: u64 },
}

impl Streams {
    pub fn new() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }

    /// What is known for an append of this command.
    pub fn seen(&self, stream: &str, command_id: Uuid) -> Seen {
        match self.kept().get(stream) {
            None => Seen::Nothing,
            Some(known) => match known.commands.get(&command_id) {
                Some(command) => Seen::Command(command.clone()),
                None => Seen::At { version: known.version },
            },
        }
    }

    /// How many events of the stream are known.
    pub fn version(&self, stream: &str) -> u64 {
        self.kept().get(stream).map_or(0, |known| known.version)
    }

    /// Learns the events of a stream from this sequence on, all there were when they were read.
    ///
    /// # Errors
    /// `StreamCut` when one is missing at the beginning or between.
    pub fn learn(&self, stream: &str, from: u64, events: &[Stored]) -> Result<(), LogError> {
        let mut kept = self.kept();
        if let Some((sequence, _)) = (from..).zip(events).find(|(sequence, event)| event.sequence != *sequence) {
            kept.pop(stream);
            return Err(LogError::StreamCut { stream: stream.to_owned(), sequence });
        }
        if from == 1 && !kept.contains(stream) {
            kept.put(stream.to_owned(), Known::default());
        }
        // Read from further on than is known: there is a hole between.
        let Some(known) = kept.get_mut(stream).filter(|known| known.version + 1 >= from) else { return Ok(()) };
        let known_before = known.version;
        for event in events.iter().skip_while(|event| event.sequence <= known_before) {
            let learned = known.push(event);
            if learned.is_err() {
                kept.pop(stream);
                return learned;
            }
        }
        Ok(())
    }

    /// Learns an append that was stored, whose last event is this one.
    pub fn stored(&self, stream: &str, append: &SealedAppend, position: Position) {
        let mut kept = self.kept();
        if append.expected_version == 0 && !kept.contains(stream) {
            kept.put(stream.to_owned(), Known::default());
        }
        let Some(known) = kept.get_mut(stream).filter(|known| known.version == append.expected_version) else { return };
        known.version += append.events.len() as u64;
        let command = Command {
            digest: append.command_digest.clone(),
            event_id: append.events.last().map_or(Uuid::nil(), |event| event.event_id),
            version: known.version,
            position,
            events: append.events.len(),
        };
        known.commands.insert(append.command_id, command);
    }

    /// Forgets a stream that is not what it was known to be.
    pub fn forget(&self, stream: &str) {
        self.kept().pop(stream);
    }

    fn kept(&self) -> MutexGuard<'_, LruCache<String, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn push(&mut self, event: &Stored) -> Result<(), LogError> {
        let caused = event.caused()?;
        self.version = event.sequence;
        let command = self.commands.entry(caused.command_id).or_insert_with(|| Command {
            digest: caused.command_digest,
            event_id: caused.event_id,
            version: event.sequence,
            position: event.position,
            events: 0,
        });
        // The events of a command are consecutive in one stream; the last of them tells all.
        command.event_id = caused.event_id;
        command.version = event.sequence;
        command.position = event.position;
        command.events += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(sequence: u64, command: u128) -> Stored {
        let (event_id, command_id) = (Uuid::from_u128(u128::from(sequence)), Uuid::from_u128(command));
        Stored {
            position: Position { commit: sequence * 10, prepare: sequence * 10 },
            aggregate_type: "thing".into(),
            aggregate_id: "a".into(),
            sequence,
            event_type: "Happened".into(),
            event_version: 1,
            stored_at: 7,
            created_s: 0,
            payload: "{}".into(),
            metadata: format!(r#"{{"event_id":"{event_id}","command_id":"{command_id}","command_digest":"d"}}"#),
        }
    }

    #[test]
    fn the_events_of_a_command_are_taken_together() {
        let streams = Streams::new();
        assert_eq!(streams.seen("s", Uuid::from_u128(1)), Seen::Nothing);
        streams.learn("s", 1, &[stored(1, 1), stored(2, 1), stored(3, 2)]).unwrap();
        let Seen::Command(command) = streams.seen("s", Uuid::from_u128(1)) else { panic!("it was learned") };
        assert_eq!((command.version, command.events, command.event_id), (2, 2, Uuid::from_u128(2)));
        assert_eq!(streams.seen("s", Uuid::from_u128(9)), Seen::At { version: 3 });
    }

    #[test]
    fn a_stream_without_one_of_its_events_is_not_learned() {
        let streams = Streams::new();
        for (from, events, missing) in [(1, vec![stored(3, 2)], 1), (1, vec![stored(1, 1), stored(3, 2)], 2)] {
            let refused = streams.learn("s", from, &events);
            assert!(matches!(refused, Err(LogError::StreamCut { sequence, .. }) if sequence == missing), "{refused:?}");
            assert_eq!(streams.seen("s", Uuid::from_u128(1)), Seen::Nothing);
        }
    }

    #[test]
    fn what_is_read_twice_is_learned_once_and_a_hole_not_at_all() {
        let streams = Streams::new();
        streams.learn("s", 3, &[stored(3, 2)]).unwrap();
        assert_eq!(streams.version("s"), 0, "what stands before is not known");
        streams.learn("s", 1, &[stored(1, 1)]).unwrap();
        streams.learn("s", 1, &[stored(1, 1), stored(2, 1)]).unwrap();
        streams.learn("s", 4, &[stored(4, 2)]).unwrap();
        let Seen::Command(command) = streams.seen("s", Uuid::from_u128(1)) else { panic!("it was learned") };
        assert_eq!((streams.version("s"), command.events), (2, 2));
    }
}
