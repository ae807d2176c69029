//! One stored event: its header, its texts exactly as stored, and the canonical line that the notary hashes.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::error::DecodeError;
use crate::{Metadata, Position};

/// An event as stored. Payload and metadata are the canonical JSON texts, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its place for readers.
    pub position: Position,
    /// Its leaf index: 1, 2, 3 … in log order; for ever the same, on every engine.
    pub index: u64,
    /// When the log took it, UTC, to the microsecond; never decreasing along the log.
    pub recorded_at: DateTime<Utc>,
    /// Kind of the aggregate.
    pub aggregate_type: String,
    /// Id of the aggregate.
    pub aggregate_id: String,
    /// Sequence within the aggregate's stream, from 1.
    pub sequence: u64,
    /// Type of the event.
    pub event_type: String,
    /// Version of the event's stored shape, from 1.
    pub event_version: u16,
    /// Canonical JSON of the event, personal data sealed.
    pub payload: String,
    /// Canonical JSON of the metadata, a flat object of texts.
    pub metadata: String,
}

/// An event as readers of the log see it: typed, personal fields sealed and knowing their place.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded<E> {
    /// Its place for readers.
    pub position: Position,
    /// Its leaf index.
    pub index: u64,
    /// When the log took it, UTC.
    pub recorded_at: DateTime<Utc>,
    /// Kind of the aggregate.
    pub aggregate_type: String,
    /// Id of the aggregate.
    pub aggregate_id: String,
    /// Sequence within the aggregate's stream, from 1.
    pub sequence: u64,
    /// Type of the event, as stored.
    pub event_type: String,
    /// Version of the event's shape, as stored.
    pub event_version: u16,
    /// Who, why, by which command.
    pub metadata: Metadata,
    /// What happened.
    pub event: E,
}

impl Record {
    /// The canonical JSON line of this record: what a leaf hashes and what an export holds.
    ///
    /// RFC 8785 order of keys. The engine's position is not in it, so a log copied to another engine keeps its hashes.
    pub fn line(&self) -> String {
        let Self { aggregate_id, aggregate_type, event_type, event_version, metadata, payload, sequence, .. } = self;
        let recorded_at = self.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let (id, kind, event) = (text(aggregate_id), text(aggregate_type), text(event_type));
        format!(
            r#"{{"aggregate_id":{id},"aggregate_type":{kind},"event_type":{event},"event_version":{event_version},"metadata":{metadata},"payload":{payload},"recorded_at":"{recorded_at}","sequence":{sequence}}}"#
        )
    }

    /// The event typed by this decoder, which is given type, event type, version and payload with every sealed value
    /// told its place in the log.
    pub fn decode_with<E, F>(&self, decoder: F) -> Result<Recorded<E>, DecodeError>
    where
        F: FnOnce(&str, &str, u16, serde_json::Value) -> Result<E, Box<dyn std::error::Error + Send + Sync>>,
    {
        let failed = |source| DecodeError { position: self.position, event_type: self.event_type.clone(), source };
        let payload = serde_json::from_str(&self.payload).map_err(|e| failed(e.into()))?;
        let metadata: serde_json::Value = serde_json::from_str(&self.metadata).map_err(|e| failed(e.into()))?;
        Ok(Recorded {
            position: self.position,
            index: self.index,
            recorded_at: self.recorded_at,
            aggregate_type: self.aggregate_type.clone(),
            aggregate_id: self.aggregate_id.clone(),
            sequence: self.sequence,
            event_type: self.event_type.clone(),
            event_version: self.event_version,
            metadata: Metadata::from_map(&metadata).map_err(|e| failed(e.into()))?,
            event: decoder(&self.aggregate_type, &self.event_type, self.event_version, payload).map_err(failed)?,
        })
    }
}
