//! The log as an event store of cqrs-es, for aggregates run by its framework. Loads go through postgres-es and
//! sqlite-es, whose tables ours extend; on KurrentDB they, and appends everywhere, are the log's own.

use std::collections::HashMap;

use cqrs_es::persist::{EventStoreAggregateContext, PersistedEventRepository, PersistenceError, SerializedEvent};
use cqrs_es::{Aggregate, AggregateError, DomainEvent, EventEnvelope, EventStore};
use postgres_es::PostgresEventRepository;
use spoor_domain::catalogue::{current_version, upcast_to_current};
use sqlite_es::SqliteEventRepository;

use crate::engine::Engine;
use crate::error::AppendError;
use crate::{Append, EventLog, Metadata, NewEvent, Record};

/// An event store over a log. The metadata given with a command must hold what [`Metadata`] holds, but for the
/// `event_id` and the `command_digest`, which the log makes.
#[derive(Clone)]
pub struct CqrsStore {
    log: EventLog,
}

impl CqrsStore {
    /// The store over this log.
    pub fn new(log: EventLog) -> Self {
        Self { log }
    }
}

impl<A: Aggregate> EventStore<A> for CqrsStore {
    type AC = EventStoreAggregateContext<A>;

    async fn load_events(&self, aggregate_id: &str) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let stored = match self.log.engine() {
            Engine::Sqlite(log) => SqliteEventRepository::new(log.pool().clone()).get_events::<A>(aggregate_id).await,
            Engine::Postgres(log) => {
                PostgresEventRepository::new(log.pool().clone()).get_events::<A>(aggregate_id).await
            }
            Engine::Kurrent(log) => {
                let records = log.read_stream(A::TYPE, aggregate_id, u64::MAX).await;
                records.map_err(unexpected::<A>)?.into_iter().map(serialized).collect()
            }
        }?;
        let current = stored.into_iter().map(|event| EventEnvelope::try_from(upcast(event)?));
        Ok(current.collect::<Result<Vec<_>, PersistenceError>>()?)
    }

    async fn load_aggregate(&self, aggregate_id: &str) -> Result<Self::AC, AggregateError<A::Error>> {
        let mut context = EventStoreAggregateContext {
            aggregate_id: aggregate_id.to_owned(),
            aggregate: A::default(),
            current_sequence: 0,
            current_snapshot: None,
        };
        for envelope in EventStore::<A>::load_events(self, aggregate_id).await? {
            context.current_sequence = envelope.sequence;
            context.aggregate.apply(envelope.payload);
        }
        Ok(context)
    }

    async fn commit(
        &self,
        events: Vec<A::Event>,
        context: Self::AC,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let append = self.new_append::<A>(&events, &context, &metadata)?;
        self.log.append(append).await.map_err(|error| match error {
            AppendError::Conflict { .. } => AggregateError::AggregateConflict,
            other => AggregateError::UnexpectedError(other.into()),
        })?;
        let envelopes = events.into_iter().zip(context.current_sequence + 1..).map(|(payload, sequence)| {
            EventEnvelope { aggregate_id: context.aggregate_id.clone(), sequence, payload, metadata: metadata.clone() }
        });
        Ok(envelopes.collect())
    }
}

/// The event in the shape of its current version: cqrs-es upcasts nothing unless it is told to.
fn upcast(event: SerializedEvent) -> Result<SerializedEvent, PersistenceError> {
    let SerializedEvent { aggregate_type, event_type, event_version, payload, .. } = event;
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| PersistenceError::DeserializationError(error);
    let version = event_version.parse().map_err(|error: std::num::ParseIntError| failed(error.into()))?;
    let payload = upcast_to_current(&aggregate_type, &event_type, version, payload).map_err(|e| failed(e.into()))?;
    let event_version = current_version(&aggregate_type, &event_type).to_string();
    Ok(SerializedEvent { aggregate_type, event_type, event_version, payload, ..event })
}

/// A record as cqrs-es knows one.
fn serialized(record: Record) -> Result<SerializedEvent, PersistenceError> {
    let json =
        |text: &str| serde_json::from_str(text).map_err(|error| PersistenceError::DeserializationError(error.into()));
    Ok(SerializedEvent {
        payload: json(&record.payload)?,
        metadata: json(&record.metadata)?,
        sequence: usize::try_from(record.sequence).map_err(|error| PersistenceError::UnknownError(error.into()))?,
        aggregate_id: record.aggregate_id,
        aggregate_type: record.aggregate_type,
        event_type: record.event_type,
        event_version: record.event_version.to_string(),
    })
}

impl CqrsStore {
    fn new_append<A: Aggregate>(
        &self,
        events: &[A::Event],
        context: &EventStoreAggregateContext<A>,
        metadata: &HashMap<String, String>,
    ) -> Result<Append, AggregateError<A::Error>> {
        let mut new_events = Vec::with_capacity(events.len());
        for event in events {
            let event_version = event.event_version();
            new_events.push(NewEvent {
                event_type: event.event_type(),
                event_version: event_version.parse().map_err(unexpected::<A>)?,
                payload: serde_json::to_value(event).map_err(unexpected::<A>)?,
            });
        }
        let content: Vec<_> = new_events.iter().map(|event| &event.payload).collect();
        let content = serde_json_canonicalizer::to_vec(&(A::TYPE, &context.aggregate_id, content));
        let mut metadata = metadata.clone();
        metadata.insert("event_id".into(), uuid::Uuid::nil().to_string());
        metadata.insert("command_digest".into(), self.log.keys().command_digest(&content.map_err(unexpected::<A>)?));
        Ok(Append {
            aggregate_type: A::TYPE.to_owned(),
            aggregate_id: context.aggregate_id.clone(),
            expected_version: context.current_sequence as u64,
            events: new_events,
            metadata: Metadata::from_map(&metadata).map_err(unexpected::<A>)?,
        })
    }
}

fn unexpected<A: Aggregate>(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> AggregateError<A::Error> {
    AggregateError::UnexpectedError(error.into())
}
