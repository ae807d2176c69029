//! What is stored beside an event about how it came to be: who, why, by which command, under which policy.

use std::collections::BTreeMap;

use spoor_domain::kernel::{Actor, ActorId, CommandContext, Label, OrganisationId, Provenance, Purpose, Role};
use uuid::Uuid;

/// The circumstances of an event. Stored as a flat JSON object of texts, which cqrs-es reads as its metadata map.
/// Nothing personal stands in it: ids, codes and names of policies only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The event's own id (UUIDv7).
    pub event_id: Uuid,
    /// The command that caused it, as the client named it.
    pub command_id: Uuid,
    /// Keyed digest of the command's content, lower-case hex, by which a repeat is recognised.
    pub command_digest: String,
    /// The request or conversation it belongs to.
    pub correlation_id: Option<Uuid>,
    /// The event or command that caused the command.
    pub causation_id: Option<Uuid>,
    /// Who acted.
    pub actor: Actor,
    /// For which purpose.
    pub purpose: Purpose,
    /// Issuer of the actor's token.
    pub auth_issuer: String,
    /// How the token was verified.
    pub auth_mode: String,
    /// Version of the authorisation policy that allowed it.
    pub policy_version: String,
    /// W3C trace context.
    pub trace_parent: Option<String>,
}

/// Why stored metadata cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the metadata key '{key}' is missing or not readable")]
pub struct MetadataError {
    /// The key.
    pub key: &'static str,
}

impl Metadata {
    /// The metadata of the events a command causes. The event id is given by the log, one per event.
    pub fn of_command(context: &CommandContext, command_digest: String) -> Self {
        let Provenance { correlation_id, causation_id, auth_issuer, auth_mode, policy_version, trace_parent } =
            context.provenance.clone();
        Self {
            event_id: Uuid::nil(),
            command_id: context.command_id,
            command_digest,
            correlation_id,
            causation_id,
            actor: context.actor.clone(),
            purpose: context.purpose,
            auth_issuer,
            auth_mode,
            policy_version,
            trace_parent,
        }
    }

    /// As stored: a flat map of texts; what is absent has no key.
    pub fn to_map(&self) -> BTreeMap<&'static str, String> {
        let mut map = BTreeMap::from([
            ("event_id", self.event_id.to_string()),
            ("command_id", self.command_id.to_string()),
            ("command_digest", self.command_digest.clone()),
            ("actor_id", self.actor.id.0.clone()),
            ("actor_role", self.actor.role.code().to_owned()),
            ("actor_organisation", self.actor.organisation.0.clone()),
            ("purpose", self.purpose.code().to_owned()),
            ("auth_issuer", self.auth_issuer.clone()),
            ("auth_mode", self.auth_mode.clone()),
            ("policy_version", self.policy_version.clone()),
        ]);
        let optional = [
            ("correlation_id", self.correlation_id.map(|id| id.to_string())),
            ("causation_id", self.causation_id.map(|id| id.to_string())),
            ("trace_parent", self.trace_parent.clone()),
        ];
        map.extend(optional.into_iter().filter_map(|(key, value)| Some((key, value?))));
        map
    }

    /// Reads the stored map back.
    pub fn from_map<M: MetadataMap>(map: &M) -> Result<Self, MetadataError> {
        let text = |key| map.text(key).ok_or(MetadataError { key });
        let id = |key| text(key)?.parse::<Uuid>().map_err(|_| MetadataError { key });
        let optional_id = |key| match map.text(key) {
            None => Ok(None),
            Some(text) => text.parse::<Uuid>().map(Some).map_err(|_| MetadataError { key }),
        };
        Ok(Self {
            event_id: id("event_id")?,
            command_id: id("command_id")?,
            command_digest: text("command_digest")?.to_owned(),
            correlation_id: optional_id("correlation_id")?,
            causation_id: optional_id("causation_id")?,
            actor: Actor {
                id: ActorId(text("actor_id")?.to_owned()),
                role: Role::from_code(text("actor_role")?).ok_or(MetadataError { key: "actor_role" })?,
                organisation: OrganisationId(text("actor_organisation")?.to_owned()),
            },
            purpose: Purpose::from_code(text("purpose")?).ok_or(MetadataError { key: "purpose" })?,
            auth_issuer: text("auth_issuer")?.to_owned(),
            auth_mode: text("auth_mode")?.to_owned(),
            policy_version: text("policy_version")?.to_owned(),
            trace_parent: map.text("trace_parent").map(str::to_owned),
        })
    }
}

/// A map of texts, whichever kind the reader has.
pub trait MetadataMap {
    /// The text under this key.
    fn text(&self, key: &str) -> Option<&str>;
}

impl MetadataMap for std::collections::HashMap<String, String> {
    fn text(&self, key: &str) -> Option<&str> {
        self.get(key).map(String::as_str)
    }
}

impl MetadataMap for serde_json::Value {
    fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }
}
