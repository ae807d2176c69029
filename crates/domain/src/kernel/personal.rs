//! Personal data in an event: clear while a command is being decided, sealed from the log on, withheld after erasure.

use std::fmt;

use schemars::JsonSchema;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::SubjectId;
use super::labels::labelled;

labelled! {
    /// Why a value that exists cannot be shown.
    pub enum WithheldReason {
        Erased = "Gewist", "Erased";
        NotAuthorised = "Geen toegang", "Not authorised";
        Unreadable = "Onleesbaar", "Unreadable";
    }
}

/// Where a sealed value stands in the log: what its seal is bound to besides the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SealedAt {
    /// Kind of the aggregate.
    pub aggregate_type: String,
    /// Id of the aggregate.
    pub aggregate_id: String,
    /// Sequence of the event in its stream, from 1.
    pub sequence: u64,
    /// Type of the event, as stored.
    pub event_type: String,
    /// Version of the event's shape, as stored.
    pub event_version: u16,
    /// JSON pointer of the value within the payload, as stored.
    pub path: String,
}

/// What is there of a personal value.
#[derive(Clone, PartialEq)]
pub enum PersonalContent<T> {
    /// The value itself: on its way into the log, or opened for somebody entitled to it.
    Clear(T),
    /// The sealed value as stored (text of the envelope), with its place in the log where the reader asked for it.
    Sealed {
        /// The envelope as text.
        envelope: String,
        /// Its place in the log; `None` while folding, where nothing is ever opened.
        at: Option<SealedAt>,
    },
    /// The value existed and cannot be shown.
    Withheld(WithheldReason),
}

/// A value about a person, bound to that person's data key.
///
/// As JSON it is an object with the key `$personal` holding the subject, and one of `clear`, `sealed`, `withheld`;
/// the log seals every such object before it stores an event, whatever event it stands in.
#[derive(Clone, PartialEq)]
pub struct Personal<T> {
    /// Whose data key seals it.
    pub subject: SubjectId,
    /// What is there.
    pub content: PersonalContent<T>,
}

impl<T> Personal<T> {
    /// A clear value about this subject.
    pub fn clear(subject: SubjectId, value: T) -> Self {
        Self { subject, content: PersonalContent::Clear(value) }
    }

    /// The value, when it is there in clear.
    pub fn value(&self) -> Option<&T> {
        match &self.content {
            PersonalContent::Clear(value) => Some(value),
            PersonalContent::Sealed { .. } | PersonalContent::Withheld(_) => None,
        }
    }
}

/// Never prints the value: a debug print is how secrets reach logs.
impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.content {
            PersonalContent::Clear(_) => "clear",
            PersonalContent::Sealed { .. } => "sealed",
            PersonalContent::Withheld(_) => "withheld",
        };
        write!(f, "[personal, {what}]")
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Wire<T> {
    #[serde(rename = "$personal")]
    subject: SubjectId,
    #[serde(skip_serializing_if = "Option::is_none")]
    clear: Option<T>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<SealedAt>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withheld: Option<WithheldReason>,
}

impl<T: Serialize> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut wire = Wire::<&T> { subject: self.subject, clear: None, sealed: None, at: None, withheld: None };
        match &self.content {
            PersonalContent::Clear(value) => wire.clear = Some(value),
            PersonalContent::Sealed { envelope, at } => {
                wire.sealed = Some(envelope.clone());
                wire.at.clone_from(at);
            }
            PersonalContent::Withheld(reason) => wire.withheld = Some(*reason),
        }
        wire.serialize(serializer)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::<T>::deserialize(deserializer)?;
        let content = match (wire.clear, wire.sealed, wire.withheld) {
            (Some(value), None, None) => PersonalContent::Clear(value),
            (None, Some(envelope), None) => PersonalContent::Sealed { envelope, at: wire.at },
            (None, None, Some(reason)) => PersonalContent::Withheld(reason),
            _ => return Err(D::Error::custom("personal data must be exactly one of clear, sealed, withheld")),
        };
        Ok(Self { subject: wire.subject, content })
    }
}

impl<T: JsonSchema> JsonSchema for Personal<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Personal_{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Wire::<T>::json_schema(generator)
    }
}
