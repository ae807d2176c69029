//! The command path: known command id first, then load, decide, append.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use spoor_domain::catalogue::{current_version, upcast_to_current};
use spoor_domain::kernel::{CommandContext, Decider, EventPayload};
use tokio::sync::Mutex;

use crate::batch::StoredCommand;
use crate::canonical::canonical_of;
use crate::engine::StreamEvent;
use crate::error::{AppendError, DecodeError, ExecuteError, LogError};
use crate::{Append, Appended, EventLog, Metadata, NewEvent, Position};

/// How often a command is decided anew because somebody else changed the aggregate in between.
const ATTEMPTS: usize = 16;
/// Commands of this process on one stream wait for each other instead of conflicting; streams share this many locks.
const STREAM_LOCKS: usize = 1024;

/// What a command did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    /// The aggregate it changed.
    pub aggregate_id: String,
    /// Version of the aggregate after it.
    pub version: u64,
    /// Position of its last event; `None` when nothing needed to happen.
    pub position: Option<Position>,
    /// Leaf index of its last event.
    pub index: Option<u64>,
    /// How many events it caused.
    pub events: usize,
    /// Whether this is the result of an earlier execution of the same command id.
    pub repeated: bool,
}

/// A folded state and the number of events it was folded from.
#[derive(Clone, Debug)]
pub struct Versioned<A> {
    /// The state.
    pub state: A,
    /// The version: 0 when there is no such aggregate.
    pub version: u64,
}

/// One lock per group of streams.
pub(crate) struct StreamLocks(Vec<Mutex<()>>);

/// What one attempt came to.
enum Attempt<R: std::error::Error> {
    Done(Executed),
    Failed(ExecuteError<R>),
    /// Another process changed the stream: its version now.
    Conflict(u64),
}

impl<R: std::error::Error> Attempt<R> {
    /// Whether the domain had a reason to change nothing.
    fn stored_nothing(&self) -> bool {
        match self {
            Attempt::Failed(ExecuteError::Rejected(_)) => true,
            Attempt::Done(executed) => executed.events == 0,
            Attempt::Failed(_) | Attempt::Conflict(_) => false,
        }
    }
}

impl EventLog {
    /// Carries out a command on an aggregate, durably, once: a repeat of the command id has the first result, whatever
    /// has happened since.
    ///
    /// # Errors
    /// `Rejected` when the domain says no; `VersionConflict` when the context insists on a version that is past;
    /// `CommandIdReused` when the id belongs to another command (on KurrentDB: on this aggregate); `Log` otherwise. In all cases but
    /// `StreamRenumbered` nothing was stored.
    pub async fn execute<A: Decider>(
        &self,
        id: &str,
        command: &A::Command,
        context: &CommandContext,
    ) -> Result<Executed, ExecuteError<A::Rejection>> {
        let digest = self.command_digest::<A>(id, command).map_err(ExecuteError::Log)?;
        let _caller = self.writer().caller();
        let _turn = self.stream_locks().of(A::TYPE, id).await;
        let outcome = self.decide_and_append::<A>(id, command, context, &digest).await;
        let refusal = match outcome {
            Ok(executed) if executed.events > 0 => return Ok(executed),
            // Its stream cannot be looked at any more.
            Err(ExecuteError::Log(error @ LogError::StreamRenumbered { .. })) => return Err(ExecuteError::Log(error)),
            other => other,
        };
        // Refused, or nothing to do: it may be because the command was carried out before. Looking now instead of first
        // gives the same answer, and saves every new command a look-up (the append checks the command id anyway).
        match self.stored_command(A::TYPE, id, context.command_id).await.map_err(ExecuteError::Log)? {
            None => refusal,
            Some(stored) => self.first_result(stored, &digest).await,
        }
    }

    /// The state of an aggregate and its version; the empty state at version 0 when there is none.
    pub async fn load<A: Decider>(&self, id: &str) -> Result<Versioned<A>, LogError> {
        Ok((*self.load_shared::<A>(id).await?).clone())
    }

    async fn decide_and_append<A: Decider>(
        &self,
        id: &str,
        command: &A::Command,
        context: &CommandContext,
        digest: &str,
    ) -> Result<Executed, ExecuteError<A::Rejection>> {
        self.check_end_counted(A::TYPE, id, Duration::MAX).await.map_err(ExecuteError::Log)?;
        let mut known = self.remembered::<A>(id).await.map_err(ExecuteError::Log)?;
        let mut from_memory = known.is_some();
        let mut current = 0;
        for _ in 0..ATTEMPTS {
            let loaded = match known.take() {
                Some(state) => state,
                None => self.reload_whole::<A>(id).await.map_err(ExecuteError::Log)?,
            };
            let attempt = self.attempt(id, command, context, digest, &loaded).await;
            if from_memory && attempt.stored_nothing() {
                // What was decided on a state from memory counts only while nobody else has gone on since.
                let newer = self.load_shared::<A>(id).await.map_err(ExecuteError::Log)?;
                if newer.version > loaded.version {
                    self.hold_against_count(id, &newer).await.map_err(ExecuteError::Log)?;
                    (known, current, from_memory) = (Some(newer.clone()), newer.version, false);
                    continue;
                }
            }
            from_memory = false;
            match attempt {
                Attempt::Done(executed) => return Ok(executed),
                Attempt::Failed(error) => return Err(error),
                Attempt::Conflict(version) => current = version,
            }
        }
        Err(ExecuteError::VersionConflict { current })
    }

    async fn attempt<A: Decider>(
        &self,
        id: &str,
        command: &A::Command,
        context: &CommandContext,
        digest: &str,
        loaded: &Arc<Versioned<A>>,
    ) -> Attempt<A::Rejection> {
        if let Some(expected) = context.expected_version.filter(|expected| *expected != loaded.version) {
            // A state from memory may be behind another process; only the log can say the client is wrong.
            return match self.reload::<A>(id).await {
                Err(error) => Attempt::Failed(ExecuteError::Log(error)),
                Ok(fresh) if fresh.version == expected && fresh.version != loaded.version => {
                    Attempt::Conflict(expected)
                }
                Ok(fresh) => Attempt::Failed(ExecuteError::VersionConflict { current: fresh.version }),
            };
        }
        let events = match loaded.state.decide(command, context) {
            Ok(events) => events,
            Err(rejection) => return Attempt::Failed(ExecuteError::Rejected(rejection)),
        };
        if events.is_empty() {
            return Attempt::Done(Executed::nothing(id, loaded.version));
        }
        let append = match new_append::<A>(id, loaded.version, &events, context, digest) {
            Ok(append) => append,
            Err(error) => return Attempt::Failed(ExecuteError::Log(error)),
        };
        match self.append_announced(append, true).await {
            Ok(appended) => {
                if !appended.repeated {
                    self.remember(id, loaded, &events);
                }
                Attempt::Done(appended.into())
            }
            Err(AppendError::Conflict { current }) => match context.expected_version {
                Some(_) => Attempt::Failed(ExecuteError::VersionConflict { current }),
                None => Attempt::Conflict(current),
            },
            Err(AppendError::CommandIdReused) => Attempt::Failed(ExecuteError::CommandIdReused),
            Err(AppendError::Log(error)) => Attempt::Failed(ExecuteError::Log(error)),
            Err(error) => Attempt::Failed(ExecuteError::Log(LogError::Append(Box::new(error)))),
        }
    }

    async fn load_shared<A: Decider>(&self, id: &str) -> Result<Arc<Versioned<A>>, LogError> {
        let Some((cached, _)) = self.cache().get::<A>(id) else { return self.reload(id).await };
        // Another process may have gone on: fold what came since.
        let newer = self.engine().stream(A::TYPE, id, cached.version + 1).await?;
        if newer.is_empty() {
            return Ok(cached);
        }
        self.fold_onto((*cached).clone(), id, newer)
    }

    /// The state in memory, whole: whoever read it there only to look at it did not ask the count.
    async fn remembered<A: Decider>(&self, id: &str) -> Result<Option<Arc<Versioned<A>>>, LogError> {
        let Some((state, counted)) = self.cache().get::<A>(id) else { return Ok(None) };
        if !counted {
            self.hold_against_count(id, &state).await?;
        }
        Ok(Some(state))
    }

    /// A stream that nothing here remembers.
    async fn reload_whole<A: Decider>(&self, id: &str) -> Result<Arc<Versioned<A>>, LogError> {
        let loaded = self.reload::<A>(id).await?;
        self.hold_against_count(id, &loaded).await?;
        Ok(loaded)
    }

    /// Holds a state that was read from the log against the count: what went from the end of its stream since the log was last
    /// counted would not be missed.
    async fn hold_against_count<A: Decider>(&self, id: &str, state: &Arc<Versioned<A>>) -> Result<(), LogError> {
        if state.version > 0 {
            self.check_end_counted(A::TYPE, id, self.count_again_after()).await?;
            self.cache().put(id, state.clone(), true);
        }
        Ok(())
    }

    async fn reload<A: Decider>(&self, id: &str) -> Result<Arc<Versioned<A>>, LogError> {
        let events = self.engine().stream(A::TYPE, id, 1).await?;
        self.fold_onto(Versioned { state: A::default(), version: 0 }, id, events)
    }

    fn fold_onto<A: Decider>(
        &self,
        mut folded: Versioned<A>,
        id: &str,
        events: Vec<StreamEvent>,
    ) -> Result<Arc<Versioned<A>>, LogError> {
        for stored in events {
            let sequence = folded.version + 1;
            if stored.sequence != sequence {
                return Err(LogError::StreamCut { stream: format!("{}-{id}", A::TYPE), sequence });
            }
            folded.state.evolve(&typed::<A>(&stored).map_err(|source| DecodeError {
                position: stored.position,
                event_type: stored.event_type.clone(),
                source,
            })?);
            folded.version = stored.sequence;
        }
        let folded = Arc::new(folded);
        self.cache().put(id, folded.clone(), false);
        Ok(folded)
    }

    fn remember<A: Decider>(&self, id: &str, loaded: &Arc<Versioned<A>>, events: &[A::Event]) {
        if !self.cache().is_enabled() {
            return;
        }
        let mut next = (**loaded).clone();
        for event in events {
            next.state.evolve(event);
            next.version += 1;
        }
        self.cache().put(id, Arc::new(next), true);
    }

    fn command_digest<A: Decider>(&self, id: &str, command: &A::Command) -> Result<String, LogError> {
        #[derive(Serialize)]
        struct Content<'a, C> {
            aggregate_type: &'static str,
            aggregate_id: &'a str,
            command: &'a C,
        }
        let content = Content { aggregate_type: A::TYPE, aggregate_id: id, command };
        Ok(self.keys().command_digest(canonical_of(&content)?.as_bytes()))
    }

    async fn first_result<R: std::error::Error>(
        &self,
        stored: StoredCommand,
        digest: &str,
    ) -> Result<Executed, ExecuteError<R>> {
        if stored.command_digest == digest || self.is_erased(&stored).await.map_err(ExecuteError::Log)? {
            return Ok(stored.appended(true).into());
        }
        Err(ExecuteError::CommandIdReused)
    }
}

/// A stored event as the aggregate knows it: parsed straight from its text, unless its shape is an older one.
fn typed<A: Decider>(stored: &StreamEvent) -> Result<A::Event, Box<dyn std::error::Error + Send + Sync>> {
    let StreamEvent { event_type, event_version, payload, .. } = stored;
    if *event_version == current_version(A::TYPE, event_type) {
        return Ok(serde_json::from_str(payload)?);
    }
    let payload = upcast_to_current(A::TYPE, event_type, *event_version, serde_json::from_str(payload)?)?;
    Ok(serde_json::from_value(payload)?)
}

fn new_append<A: Decider>(
    id: &str,
    expected_version: u64,
    events: &[A::Event],
    context: &CommandContext,
    digest: &str,
) -> Result<Append, LogError> {
    let events = events
        .iter()
        .map(|event| {
            Ok(NewEvent {
                event_type: event.event_type().to_owned(),
                event_version: event.event_version(),
                payload: serde_json::to_value(event)?,
            })
        })
        .collect::<Result<_, LogError>>()?;
    Ok(Append {
        aggregate_type: A::TYPE.to_owned(),
        aggregate_id: id.to_owned(),
        expected_version,
        events,
        metadata: Metadata::of_command(context, digest.to_owned()),
    })
}

impl Executed {
    fn nothing(id: &str, version: u64) -> Self {
        Self { aggregate_id: id.to_owned(), version, position: None, index: None, events: 0, repeated: false }
    }
}

impl From<Appended> for Executed {
    fn from(appended: Appended) -> Self {
        Self {
            aggregate_id: appended.aggregate_id,
            version: appended.version,
            position: Some(appended.position),
            index: Some(appended.index),
            events: appended.events,
            repeated: appended.repeated,
        }
    }
}

impl StreamLocks {
    pub fn new() -> Self {
        Self((0..STREAM_LOCKS).map(|_| Mutex::new(())).collect())
    }

    async fn of(&self, kind: &str, id: &str) -> tokio::sync::MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        (kind, id).hash(&mut hasher);
        // The remainder is below the number of locks, which is a usize.
        #[expect(clippy::cast_possible_truncation, reason = "a remainder below 1024")]
        let index = (hasher.finish() % self.0.len() as u64) as usize;
        self.0[index].lock().await
    }
}
