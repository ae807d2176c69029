//! Contexts for tests of decisions: somebody, in a role, on a day.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Actor, ActorId, CommandContext, OrganisationId, Provenance, Purpose, Role};

/// A day, written `2026-03-02`.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A moment, written `2026-03-02T10:00:00Z`.
pub(crate) fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

/// Somebody in this role for this organisation, at noon of this day.
pub(crate) fn as_role(role: Role, organisation: &str, today: &str) -> CommandContext {
    CommandContext {
        actor: Actor { id: ActorId("somebody".into()), role, organisation: OrganisationId(organisation.into()) },
        purpose: Purpose::CaseHandling,
        at: moment(&format!("{today}T12:00:00Z")),
        today: day(today),
        command_id: Uuid::from_u128(1),
        expected_version: None,
        provenance: Provenance::default(),
    }
}
