//! One stored event: its header, its texts exactly as stored, and the canonical line that the notary hashes.

use chrono::{DateTime, SecondsFormat, Utc};
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::SealedAt;
use uuid::Uuid;

use crate::error::{DecodeError, LogError};
use crate::seal::inject_places;
use crate::{Metadata, Position};

/// The longest leaf line, in bytes. Larger things are documents, named by their hash.
pub const MAX_LINE_BYTES: usize = 60 * 1024;

/// An event as stored. Payload and metadata are the canonical JSON texts, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its place for readers.
    pub position: Position,
    /// Its leaf index: 1, 2, 3 … in log order; for ever the same, on every engine.
    pub index: u64,
    /// When the log took it, UTC, to the microsecond; never decreasing along the log. On KurrentDB the latest moment that the clock of
    /// any writer gave up to here.
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
pub struct Recorded<E = DomainEvent> {
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
        let recorded_at = self.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true);
        line_head(&self.place(), &self.payload, &self.metadata) + &line_tail(&recorded_at, self.sequence)
    }

    /// The event as the domain types it, read through the upcasts of its version, every sealed value told its place.
    ///
    /// # Errors
    /// When this program does not know the event or its shape. Nothing is skipped.
    pub fn decode(&self) -> Result<Recorded<DomainEvent>, DecodeError> {
        self.decode_with(|aggregate_type, event_type, version, payload| {
            Ok(DomainEvent::decode(aggregate_type, event_type, version, payload)?)
        })
    }

    /// The event typed by this decoder, which is given aggregate type, event type, version and payload with every
    /// sealed value told its place in the log.
    pub fn decode_with<E, F>(&self, decoder: F) -> Result<Recorded<E>, DecodeError>
    where
        F: FnOnce(&str, &str, u16, serde_json::Value) -> Result<E, Box<dyn std::error::Error + Send + Sync>>,
    {
        let failed = |source| DecodeError { position: self.position, event_type: self.event_type.clone(), source };
        let mut payload = serde_json::from_str(&self.payload).map_err(|e| failed(e.into()))?;
        inject_places(&mut payload, &self.place()).map_err(|e| failed(e.into()))?;
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

    /// The command that caused it.
    ///
    /// # Errors
    /// When its metadata do not say.
    pub(crate) fn command_id(&self) -> Result<Uuid, LogError> {
        #[derive(serde::Deserialize)]
        struct Caused {
            command_id: Uuid,
        }
        Ok(serde_json::from_str::<Caused>(&self.metadata)?.command_id)
    }

    /// The coordinates its seals are bound to, but for the path.
    fn place(&self) -> SealedAt {
        SealedAt {
            aggregate_type: self.aggregate_type.clone(),
            aggregate_id: self.aggregate_id.clone(),
            sequence: self.sequence,
            event_type: self.event_type.clone(),
            event_version: self.event_version,
            path: String::new(),
        }
    }
}

/// The canonical line up to the moment of recording. The keys stand in the order RFC 8785 gives them.
pub(crate) fn line_head(place: &SealedAt, payload: &str, metadata: &str) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let (id, kind, event) = (text(&place.aggregate_id), text(&place.aggregate_type), text(&place.event_type));
    let version = place.event_version;
    format!(
        r#"{{"aggregate_id":{id},"aggregate_type":{kind},"event_type":{event},"event_version":{version},"metadata":{metadata},"payload":{payload},"recorded_at":""#
    )
}

/// The rest of the line.
pub(crate) fn line_tail(recorded_at: &str, sequence: u64) -> String {
    format!(r#"{recorded_at}","sequence":{sequence}}}"#)
}

/// As long as every moment is written.
pub(crate) const SOME_MOMENT: &str = "2026-01-01T00:00:00.000000Z";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_canonical_json_whatever_stands_in_the_header() {
        let record = Record {
            position: Position::number(9),
            index: 9,
            recorded_at: "2026-11-21T10:00:00.5Z".parse().unwrap(),
            aggregate_type: "t\"é".into(),
            aggregate_id: "a\n1".into(),
            sequence: 3,
            event_type: "E".into(),
            event_version: 1,
            payload: r#"{"E":{"x":1}}"#.into(),
            metadata: r#"{"command_id":"c"}"#.into(),
        };
        let parsed: serde_json::Value = serde_json::from_str(&record.line()).unwrap();
        assert_eq!(serde_json_canonicalizer::to_string(&parsed).unwrap(), record.line());
        assert_eq!(parsed["recorded_at"], "2026-11-21T10:00:00.500000Z");
        assert!(parsed.get("position").is_none());
    }
}
