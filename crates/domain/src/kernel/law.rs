//! Legal references as dated data: codes are renumbered, so an article is never the name of a type.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An article of an act as it stood from a certain day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LegalReference {
    /// The act, for instance `Wet van 30 juli 1981`.
    pub act: String,
    /// The article within the act, for instance `art. 20`.
    pub article: String,
    /// The day from which this numbering holds, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
}
