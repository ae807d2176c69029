//! A line of the audit trail, and what the trail can be asked.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use spoor_domain::kernel::{Actor, ActorId, DossierId, OrganisationId, Personal, Purpose};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_eventlog::Position;
use uuid::Uuid;

/// One event as the trail tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditLine {
    /// Leaf index: the line's identity, for ever.
    pub index: u64,
    /// Its place in the log.
    pub position: Position,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// When it happened in the world.
    pub occurred_on: NaiveDate,
    /// Type of the event.
    pub event_type: String,
    /// Version of its stored shape.
    pub event_version: u16,
    /// Kind of the aggregate.
    pub aggregate_type: String,
    /// Id of the aggregate.
    pub aggregate_id: String,
    /// Sequence of the event in its aggregate.
    pub sequence: u64,
    /// The dossier it belongs to, if any.
    pub dossier: Option<DossierId>,
    /// The dossier's number.
    pub number: Option<DossierNumber>,
    /// The parket the dossier is with now.
    pub parket: Option<OrganisationId>,
    /// Who, in which role, for which organisation.
    pub actor: Actor,
    /// For which purpose.
    pub purpose: Purpose,
    /// The command that caused it.
    pub command_id: Uuid,
    /// Key of the sentence that sums it up: the event type, for the translations of the surface.
    pub summary_key: String,
    /// What changed.
    pub changes: Vec<Change>,
    /// Why, where the event gives a reason: a code, or a personal text.
    pub reason: Option<ChangeValue>,
}

/// One value that changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What, as a dotted path: `status`, `guide`, `request.participant.name`.
    pub path: String,
    /// What it was; none when it was not there, or is not shown as a change of something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ChangeValue>,
    /// What it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ChangeValue>,
}

/// A value in a change: plain, or personal and sealed as in the log until somebody entitled opens it (then clear or
/// withheld).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ChangeValue {
    /// As it stands in the event.
    Plain(serde_json::Value),
    /// Personal.
    Personal(Personal<serde_json::Value>),
}

/// What the trail can be narrowed to. An empty list means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of this dossier.
    pub dossier: Option<DossierId>,
    /// Of this aggregate: kind and id.
    pub aggregate: Option<(String, String)>,
    /// By this person.
    pub actor: Option<ActorId>,
    /// By somebody of this organisation.
    pub organisation: Option<OrganisationId>,
    /// Of one of these event types.
    pub event_types: Vec<String>,
    /// Recorded at this moment or later.
    pub recorded_from: Option<DateTime<Utc>>,
    /// Recorded before this moment.
    pub recorded_until: Option<DateTime<Utc>>,
    /// Recorded when the log was at this leaf index.
    pub until_index: Option<u64>,
    /// Happened on this day or later.
    pub occurred_from: Option<NaiveDate>,
    /// Happened on this day or earlier.
    pub occurred_until: Option<NaiveDate>,
}
