//! A line of the audit trail, and what the trail can be asked.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
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
    /// What it became; none when it is no longer there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ChangeValue>,
}

impl Change {
    /// The dossiers its values name beside the one it belongs to: those that a link to the same person leads to. Whoever
    /// shows the change shows them.
    pub fn other_dossiers(&self) -> BTreeSet<DossierId> {
        /// As events and folded dossiers name it.
        const OTHER: &str = "other_dossier";
        fn gather(key: &str, value: &Value, found: &mut BTreeSet<DossierId>) {
            match value {
                Value::String(text) if key == OTHER => found.extend(text.parse::<DossierId>()),
                Value::Array(items) => items.iter().for_each(|item| gather(key, item, found)),
                Value::Object(members) => members.iter().for_each(|(key, value)| gather(key, value, found)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        let mut found = BTreeSet::new();
        let key = self.path.rsplit('.').next().unwrap_or_default();
        for value in [&self.from, &self.to].into_iter().flatten() {
            if let ChangeValue::Plain(value) = value {
                gather(key, value, &mut found);
            }
        }
        found
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_names_the_dossiers_that_a_link_leads_to_in_an_event_and_in_a_folded_dossier() {
        let other = DossierId(Uuid::from_u128(7));
        let change = |path: &str, from: Value, to: Value| {
            let plain = |value: Value| (!value.is_null()).then_some(ChangeValue::Plain(value));
            Change { path: path.into(), from: plain(from), to: plain(to) }
                .other_dossiers()
                .into_iter()
                .collect::<Vec<_>>()
        };
        let link = json!([{ "subject": Uuid::nil(), "other_subject": Uuid::nil(), "other_dossier": other }]);
        assert_eq!(change("other_dossier", Value::Null, json!(other)), [other]);
        assert_eq!(change("linked_subjects", Value::Null, link.clone()), [other]);
        assert_eq!(change("linked_subjects", link, Value::Null), [other], "also when the link goes");
        assert_eq!(
            change("guide", json!("g-1"), json!(other)),
            [],
            "what has the form of an id names no dossier by itself"
        );
    }
}
