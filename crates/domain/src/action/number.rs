//! The number of an action within its plan, `chapter.n`.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::kernel::{ActionId, PlanId};

/// The number of an action, written `5.10`; sorts by chapter, then by place (5.9 before 5.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct ActionNumber {
    /// The chapter, from 1.
    pub chapter: u16,
    /// The place within the chapter, from 1.
    pub place: u16,
}

impl ActionId {
    /// The action with this number in a plan: the same everywhere, so that nobody can define it twice.
    pub fn of(plan: PlanId, number: ActionNumber) -> Self {
        Self(Uuid::new_v5(&plan.0, number.to_string().as_bytes()))
    }
}

/// Why a text is not an action number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an action number: write chapter and place with a point between them, for instance 5.10")]
pub struct ActionNumberError(pub String);

impl std::fmt::Display for ActionNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.chapter, self.place)
    }
}

impl FromStr for ActionNumber {
    type Err = ActionNumberError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let part = |digits: &str| digits.parse::<u16>().ok().filter(|n| *n > 0 && !digits.starts_with(['0', '+']));
        text.split_once('.')
            .and_then(|(chapter, place)| Some(Self { chapter: part(chapter)?, place: part(place)? }))
            .ok_or_else(|| ActionNumberError(text.to_owned()))
    }
}

impl TryFrom<String> for ActionNumber {
    type Error = ActionNumberError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ActionNumber> for String {
    fn from(number: ActionNumber) -> String {
        number.to_string()
    }
}
