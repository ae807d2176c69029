//! What goes into the log in one piece, and what the log answers.

use chrono::{DateTime, Utc};

use crate::{Metadata, Position};

/// Events for one stream, stored all or none.
#[derive(Clone, Debug)]
pub struct Append {
    /// Kind of the aggregate.
    pub aggregate_type: String,
    /// Id of the aggregate.
    pub aggregate_id: String,
    /// The version (number of events) the stream must have now; 0 for a new stream.
    pub expected_version: u64,
    /// The events, in order; at least one.
    pub events: Vec<NewEvent>,
    /// Circumstances shared by the events; the log gives each its own event id.
    pub metadata: Metadata,
}

/// An event on its way into the log.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Its type.
    pub event_type: String,
    /// Version of its shape.
    pub event_version: u16,
    /// The event as JSON, personal values still in clear: the log seals them.
    pub payload: serde_json::Value,
}

/// Where an append ended up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Id of the aggregate.
    pub aggregate_id: String,
    /// Version of the stream after it.
    pub version: u64,
    /// Position of its last event.
    pub position: Position,
    /// Leaf index of its last event.
    pub index: u64,
    /// When the log took it.
    pub recorded_at: DateTime<Utc>,
    /// How many events.
    pub events: usize,
    /// Whether it had been stored by an earlier append with the same command id.
    pub repeated: bool,
}
