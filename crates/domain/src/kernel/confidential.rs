//! A personal value on its way in: as plain as the client sent it, and never printed.

use serde::{Deserialize, Serialize};

/// A personal value inside a command. Becomes [`Personal`](super::Personal) when the command is decided.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confidential<T>(pub T);

impl<T> std::fmt::Debug for Confidential<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[personal]")
    }
}

impl From<&str> for Confidential<String> {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}
