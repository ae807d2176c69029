//! An event as KurrentDB keeps it: the payload as its data, byte for byte, and everything else of ours beside it.

use chrono::SecondsFormat;
use eventstore::{EventData, RecordedEvent};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use spoor_domain::kernel::SealedAt;
use spoor_notary::{Hash, leaf_hash_of};
use uuid::{Uuid, uuid};

use super::names::Names;
use crate::batch::{SealedAppend, moment};
use crate::engine::{StreamEvent, database};
use crate::error::LogError;
use crate::record::{line_head, line_tail};
use crate::{Position, Record};

/// What the ids of events are derived in.
const IDS: Uuid = uuid!("6f0c2c5e-5d0b-5a53-9d3c-2a4b1f0e7c11");
/// What a server before 22.10 gives as the position of an event of a stream.
const NOWHERE: u64 = u64::MAX;

/// What stands beside an event. The metadata are a text in it, so that they come back byte for byte.
#[derive(Serialize, Deserialize)]
struct Beside {
    /// By the clock of its writer, in microseconds since 1970. The server's own moment is given out in whole seconds.
    recorded_at: i64,
    event_version: u16,
    metadata: String,
}

/// An event of ours as it was read.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub position: Position,
    pub aggregate_type: String,
    pub aggregate_id: String,
    pub sequence: u64,
    pub event_type: String,
    pub event_version: u16,
    /// By the clock of its writer, in microseconds since 1970.
    pub stored_at: i64,
    /// By the clock of the server, in seconds since 1970.
    pub created_s: i64,
    pub payload: String,
    pub metadata: String,
}

/// The part of the metadata by which a command is recognised.
#[derive(Deserialize)]
pub(super) struct Caused {
    pub event_id: Uuid,
    pub command_id: Uuid,
    pub command_digest: String,
}

/// The id of an event in KurrentDB: the same command at the same place of a stream always has the same, by which the
/// server knows a repeat.
pub(super) fn wire_id(stream: &str, sequence: u64, command_id: Uuid) -> Uuid {
    Uuid::new_v5(&IDS, format!("{stream}/{sequence}/{command_id}").as_bytes())
}

/// The events of an append, as they are sent.
pub(super) fn proposed(stream: &str, append: &SealedAppend, recorded_at: i64) -> Result<Vec<EventData>, LogError> {
    let sequences = append.expected_version + 1..;
    let events = append.events.iter().zip(sequences).map(|(event, sequence)| {
        let id = wire_id(stream, sequence, append.command_id);
        let beside = Beside { recorded_at, event_version: event.event_version, metadata: event.metadata.clone() };
        event_data(id, &event.event_type, &event.payload, &beside)
    });
    events.collect()
}

/// A record of another log, as it is sent.
pub(super) fn taken_over(stream: &str, record: &Record) -> Result<EventData, LogError> {
    let id = wire_id(stream, record.sequence, record.command_id()?);
    let recorded_at = record.recorded_at.timestamp_micros();
    let beside = Beside { recorded_at, event_version: record.event_version, metadata: record.metadata.clone() };
    event_data(id, &record.event_type, &record.payload, &beside)
}

fn event_data(id: Uuid, event_type: &str, payload: &str, beside: &Beside) -> Result<EventData, LogError> {
    // Written as it is: nothing is put into another order or form.
    let payload = RawValue::from_string(payload.to_owned())?;
    Ok(EventData::json(event_type, &payload)?.metadata_as_json(beside)?.id(id))
}

impl Stored {
    /// Reads an event of this log.
    ///
    /// # Errors
    /// When somebody else wrote it, or the server does not say where it stands.
    pub fn read(names: &Names, event: &RecordedEvent) -> Result<Self, LogError> {
        let foreign = |what: &str| {
            database(format!(
                "event {} of stream {} was not written by this program ({what}): streams that begin with the log's prefix are its own. \
                 Delete that stream for ever (a tombstone) and start again, and it is passed over; if it is an aggregate's stream, see \
                 docs/operations.md first",
                event.revision, event.stream_id
            ))
        };
        let position = position_of(event);
        if position.commit == NOWHERE {
            let old = "the server does not say where the events of a stream stand: EventStoreDB 22.10 or later, or KurrentDB, is needed";
            return Err(database(old));
        }
        let (kind, id) = names.aggregate(&event.stream_id).ok_or_else(|| foreign("its stream names no aggregate"))?;
        let beside: Beside =
            serde_json::from_slice(&event.custom_metadata).map_err(|error| foreign(&error.to_string()))?;
        let payload = std::str::from_utf8(&event.data).map_err(|error| foreign(&error.to_string()))?;
        Ok(Self {
            position,
            aggregate_type: kind.to_owned(),
            aggregate_id: id.to_owned(),
            sequence: event.revision + 1,
            event_type: event.event_type.clone(),
            event_version: beside.event_version,
            stored_at: beside.recorded_at,
            created_s: event.created.timestamp(),
            payload: payload.to_owned(),
            metadata: beside.metadata,
        })
    }

    /// The moment of its record, in microseconds since 1970, after one of this moment. Clocks of processes may be apart, and moments
    /// never decrease along a log: so it is the later of the two.
    pub fn recorded_at(&self, before: i64) -> i64 {
        self.stored_at.max(before)
    }

    /// The hash of its line, after a record of this moment.
    pub fn leaf(&self, before: i64) -> Hash {
        let place = SealedAt {
            aggregate_type: self.aggregate_type.clone(),
            aggregate_id: self.aggregate_id.clone(),
            sequence: self.sequence,
            event_type: self.event_type.clone(),
            event_version: self.event_version,
            path: String::new(),
        };
        let recorded_at = moment(self.recorded_at(before)).to_rfc3339_opts(SecondsFormat::Micros, true);
        let (head, tail) = (line_head(&place, &self.payload, &self.metadata), line_tail(&recorded_at, self.sequence));
        leaf_hash_of(&[head.as_bytes(), tail.as_bytes()])
    }

    /// The command that caused it.
    pub fn caused(&self) -> Result<Caused, LogError> {
        Ok(serde_json::from_str(&self.metadata)?)
    }

    /// The record with this index, after one of this moment.
    pub fn into_record(self, index: u64, before: i64) -> Record {
        let recorded_at = moment(self.recorded_at(before));
        Record {
            position: self.position,
            index,
            recorded_at,
            aggregate_type: self.aggregate_type,
            aggregate_id: self.aggregate_id,
            sequence: self.sequence,
            event_type: self.event_type,
            event_version: self.event_version,
            payload: self.payload,
            metadata: self.metadata,
        }
    }
}

impl From<Stored> for StreamEvent {
    fn from(stored: Stored) -> Self {
        Self {
            position: stored.position,
            sequence: stored.sequence,
            event_type: stored.event_type,
            event_version: stored.event_version,
            payload: stored.payload,
        }
    }
}

/// Where an event stands in `$all`.
pub(super) fn position_of(event: &RecordedEvent) -> Position {
    Position { commit: event.position.commit, prepare: event.position.prepare }
}

/// Bytes that these events take of what the server takes at once, as it counts them: types are two bytes a letter there.
pub(super) fn bytes_of(append: &SealedAppend) -> usize {
    // Beside the metadata stand two numbers and three names, and every quotation mark of the metadata is escaped.
    const BESIDE: usize = 96;
    let events = append.events.iter().map(|event| {
        let escapes = event.metadata.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
        event.payload.len() + event.metadata.len() + escapes + 2 * event.event_type.len() + BESIDE
    });
    events.sum()
}
