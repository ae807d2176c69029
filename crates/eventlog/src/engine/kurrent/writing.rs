//! One append: what is known of its stream first, then at most one answer that counts, whatever is lost on the way.

use std::sync::Arc;

use eventstore::RecordedEvent;
use uuid::Uuid;

use super::client::{Connection, Fault, Tries};
use super::index::Index;
use super::names::Names;
use super::streams::{Seen, Streams};
use super::wire::{Stored, bytes_of, proposed, wire_id};
use crate::batch::{Answer, SealedAppend, StoredCommand, answer_to_repeat};
use crate::engine::database;
use crate::error::{AppendError, LogError};

/// What the server takes at once unless it is told otherwise, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// What appending takes.
pub(super) struct Writing {
    connection: Arc<Connection>,
    names: Names,
    pub(super) index: Arc<Index>,
    pub(super) streams: Streams,
}

/// What an append is found to be before it is sent.
#[derive(Debug)]
pub(super) enum Looked {
    /// Decided already.
    Settled(Settled),
    /// It can be sent.
    New,
}

/// What became of an append.
#[derive(Debug)]
pub(super) enum Settled {
    /// The server says that it is stored: now, or as the same command before.
    Written,
    /// Its stream has its command.
    Found,
    /// Its stream has another version.
    Conflict(u64),
}

impl Writing {
    pub fn new(connection: Arc<Connection>, names: Names, index: Arc<Index>) -> Self {
        Self { connection, names, index, streams: Streams::new() }
    }

    /// Reads what was added to a stream since it was last read.
    pub async fn refresh(&self, stream: &str) -> Result<(), LogError> {
        let known = self.streams.version(stream);
        self.learn(stream, known, &self.connection.read_stream(stream, known, usize::MAX).await?)
    }

    fn learn(&self, stream: &str, known: u64, events: &[RecordedEvent]) -> Result<(), LogError> {
        let stored = events.iter().map(|event| Stored::read(&self.names, event)).collect::<Result<Vec<_>, _>>()?;
        self.streams.learn(stream, known + 1, &stored)
    }

    /// Whether there is anything to send.
    pub async fn look(&self, append: &SealedAppend) -> Result<Looked, AppendError> {
        self.index.require_one_order()?;
        let (kind, id) = append.stream();
        if kind.is_empty() || kind.contains('-') || id.is_empty() {
            return Err(database(format!("'{kind}' and '{id}' do not make the name of a stream")).into());
        }
        if let Some(event) = append.events.iter().find(|event| event.event_type.starts_with('$')) {
            return Err(database(format!("events of type '{}' are the server's own", event.event_type)).into());
        }
        let bytes = bytes_of(append);
        if bytes > MOST_BYTES {
            return Err(AppendError::AppendTooLarge { bytes, limit: MOST_BYTES });
        }
        let (stream, expected) = (self.names.stream(kind, id), append.expected_version);
        if self.index.is_marked(&stream) {
            return Err(LogError::StreamDeleted { stream }.into());
        }
        match self.streams.seen(&stream, append.command_id) {
            Seen::Command(_) => return Ok(Looked::Settled(Settled::Found)),
            Seen::At { version } if version == expected => return Ok(Looked::New),
            // That there is no such stream, the server checks.
            Seen::Nothing if expected == 0 => return Ok(Looked::New),
            Seen::At { .. } | Seen::Nothing => self.refresh(&stream).await?,
        }
        Ok(match self.streams.seen(&stream, append.command_id) {
            Seen::Command(_) => Looked::Settled(Settled::Found),
            Seen::At { version } if version == expected => Looked::New,
            Seen::At { version } => Looked::Settled(Settled::Conflict(version)),
            Seen::Nothing => Looked::Settled(Settled::Conflict(0)),
        })
    }

    /// Sends it, again and again while nobody answers, with the same ids each time.
    ///
    /// # Errors
    /// `OutcomeUnknown` when nobody answers for too long, `StreamRenumbered` when it was stored with other sequences than it was
    /// made for; any other means that nothing was stored.
    pub async fn send(&self, append: &SealedAppend, recorded_at: i64) -> Result<Settled, AppendError> {
        let (kind, id) = append.stream();
        let (stream, expected) = (self.names.stream(kind, id), append.expected_version);
        let events = proposed(&stream, append, recorded_at)?;
        self.index.expect(self.last_id(append));
        let mut tries = Tries::new();
        let mut may_be_stored = false;
        loop {
            let reason = match self.connection.append(&stream, expected, events.clone()).await {
                Ok(version) => return self.written(&stream, append, version),
                Err(Fault::OtherVersion(current)) => {
                    if current < self.streams.version(&stream) {
                        // The log was restored beneath this process.
                        self.streams.forget(&stream);
                    }
                    "the stream is not as it was read".to_owned()
                }
                Err(Fault::Lost(reason)) => {
                    may_be_stored = true;
                    reason
                }
                Err(Fault::TooLarge(limit)) => {
                    let limit = limit.unwrap_or(MOST_BYTES);
                    return Err(AppendError::AppendTooLarge { bytes: bytes_of(append), limit });
                }
                Err(refused @ (Fault::Missing | Fault::Deleted | Fault::Refused(_))) if may_be_stored => {
                    tracing::warn!(reason = %LogError::from(refused), "an append without answer was refused when repeated");
                    return Err(AppendError::OutcomeUnknown);
                }
                Err(Fault::Deleted) => return Err(LogError::StreamDeleted { stream }.into()),
                Err(refused @ (Fault::Missing | Fault::Refused(_))) => return Err(LogError::from(refused).into()),
            };
            let known = self.streams.version(&stream);
            if let Ok(events) = self.connection.try_read_stream(&stream, known).await {
                let learned = self.learn(&stream, known, &events);
                learned.map_err(|error| if may_be_stored { stays_unknown(error) } else { error.into() })?;
                match self.streams.seen(&stream, append.command_id) {
                    Seen::Command(_) => return Ok(Settled::Found),
                    Seen::At { version } if version != expected => return Ok(Settled::Conflict(version)),
                    Seen::At { .. } | Seen::Nothing => {}
                }
            }
            tries.wait(database(reason)).await.map_err(|_nobody_answers| AppendError::OutcomeUnknown)?;
        }
    }

    /// What the server says it stored, which must stand where it was to stand.
    fn written(&self, stream: &str, append: &SealedAppend, version: u64) -> Result<Settled, AppendError> {
        let events = append.events.len() as u64;
        if version == append.expected_version + events {
            return Ok(Settled::Written);
        }
        self.streams.forget(stream);
        let (expected, found) = (append.expected_version + 1, (version + 1).saturating_sub(events));
        let renumbered = LogError::StreamRenumbered { stream: stream.to_owned(), expected, found };
        tracing::error!(error = %renumbered, "STORED WITH ANOTHER NUMBER");
        Err(renumbered.into())
    }

    /// The answer to an append, once the log has been read to where it may stand.
    pub async fn answer(&self, append: &SealedAppend, settled: Settled) -> Result<Answer, AppendError> {
        let (kind, id) = append.stream();
        let landed = self.index.landed(self.last_id(append));
        let ours = append.events.last().map(|event| event.event_id);
        if let (Settled::Written, Some(landed)) = (&settled, landed)
            && Some(landed.event_id) == ours
        {
            let (position, index, recorded_at) = (landed.position, landed.index, landed.recorded_at);
            self.streams.stored(&self.names.stream(kind, id), append, position);
            let stored = StoredCommand {
                aggregate_type: kind.to_owned(),
                aggregate_id: id.to_owned(),
                command_digest: append.command_digest.clone(),
                event_id: landed.event_id,
                version: append.expected_version + append.events.len() as u64,
                position,
                index,
                recorded_at,
                events: append.events.len(),
            };
            return Ok(Answer::Stored(stored.appended(false)));
        }
        if let Settled::Conflict(current) = settled {
            return Ok(Answer::Conflict { current });
        }
        // Found in its stream; or the server took the same ids at the same place for a repeat: then another process was first.
        if let Some(stored) = self.stored_command(kind, id, append.command_id).await? {
            return Ok(answer_to_repeat(append, &stored));
        }
        self.refresh(&self.names.stream(kind, id)).await?;
        let stored = self.stored_command(kind, id, append.command_id).await?;
        stored.map(|stored| answer_to_repeat(append, &stored)).ok_or(AppendError::OutcomeUnknown)
    }

    /// The command with this id, as far as its stream was read.
    pub async fn stored_command(
        &self,
        kind: &str,
        id: &str,
        command_id: Uuid,
    ) -> Result<Option<StoredCommand>, LogError> {
        let Seen::Command(command) = self.streams.seen(&self.names.stream(kind, id), command_id) else {
            return Ok(None);
        };
        let (index, recorded_at) = self.index.reach(command.position).await?;
        Ok(Some(StoredCommand {
            aggregate_type: kind.to_owned(),
            aggregate_id: id.to_owned(),
            index,
            command_digest: command.digest,
            event_id: command.event_id,
            version: command.version,
            position: command.position,
            recorded_at,
            events: command.events,
        }))
    }

    /// It was not stored: nobody waits for where it ends up.
    pub fn expect_no_more(&self, append: &SealedAppend) {
        let _ = self.index.landed(self.last_id(append));
    }

    /// The id in KurrentDB of the last event of an append.
    fn last_id(&self, append: &SealedAppend) -> Uuid {
        let (kind, id) = append.stream();
        let last = append.expected_version + append.events.len() as u64;
        wire_id(&self.names.stream(kind, id), last, append.command_id)
    }
}

/// What is stored cannot be read: so nobody knows whether it is stored.
fn stays_unknown(error: LogError) -> AppendError {
    tracing::warn!(%error, "the stream of an append cannot be read");
    AppendError::OutcomeUnknown
}
