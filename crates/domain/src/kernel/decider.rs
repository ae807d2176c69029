//! The shape of every aggregate: decide what happens, evolve by what happened. Pure functions over plain data.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Actor, Purpose, Refusal};

/// Everything a decision may know besides the state and the command. The domain has no clock of its own.
#[derive(Clone, Debug)]
pub struct CommandContext {
    /// Who acts.
    pub actor: Actor,
    /// For which purpose.
    pub purpose: Purpose,
    /// The moment of deciding, UTC.
    pub at: DateTime<Utc>,
    /// Today in Europe/Brussels.
    pub today: NaiveDate,
    /// The client's id of this command; a repeat with the same id has the first result.
    pub command_id: Uuid,
    /// The version (number of events) of the aggregate the client has seen, when it insists on it.
    pub expected_version: Option<u64>,
    /// Where the command came from; stored with the events, never decided upon.
    pub provenance: Provenance,
}

/// Where a command came from, for the audit trail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The request or conversation this command belongs to.
    pub correlation_id: Option<Uuid>,
    /// The event or command that caused this command.
    pub causation_id: Option<Uuid>,
    /// Issuer of the token.
    pub auth_issuer: String,
    /// How the token was verified (`jwt`), or `system`.
    pub auth_mode: String,
    /// Version of the authorisation policy.
    pub policy_version: String,
    /// W3C trace context.
    pub trace_parent: Option<String>,
}

/// What the log needs to know of an event.
pub trait EventPayload:
    Serialize + DeserializeOwned + Clone + PartialEq + std::fmt::Debug + Send + Sync + 'static
{
    /// The stored name, past tense, for ever.
    fn event_type(&self) -> &'static str;
    /// The version of the stored shape.
    fn event_version(&self) -> u16;
    /// The day on which it happened in the world (as opposed to when it was recorded).
    fn occurred_on(&self) -> NaiveDate;
}

/// An aggregate: state folded from its own events, deciding about commands.
pub trait Decider: Default + Clone + Serialize + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static {
    /// The stored name of the kind of aggregate.
    const TYPE: &'static str;
    /// What can be asked of it. Serialised for the digest that recognises a repeat.
    type Command: Serialize + std::fmt::Debug + Send + Sync;
    /// What can happen to it.
    type Event: EventPayload;
    /// Why it says no.
    type Rejection: Refusal;

    /// What happens when this is asked now; an empty list when it had happened already.
    fn decide(&self, command: &Self::Command, context: &CommandContext) -> Result<Vec<Self::Event>, Self::Rejection>;

    /// The refusal when this command would record a text about a person whose data were erased, where it can say more than
    /// that: which text to leave out.
    fn about_the_erased(_command: &Self::Command) -> Option<Self::Rejection> {
        None
    }

    /// The state after this event. Never fails, never opens personal data.
    fn evolve(&mut self, event: &Self::Event);
}
