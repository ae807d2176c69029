//! The bytes of an edition's content and their hash: what freezing pins, and what every page names.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::content::{EditionContent, FORMAT};

/// SHA-256 of an edition's canonical bytes, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(pub String);

/// Why bytes are not an edition's content.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// They are not JSON of this shape.
    #[error("these bytes are not the content of an edition: {0}")]
    Shape(#[from] serde_json::Error),
    /// They are of a shape this program does not know.
    #[error(
        "this edition is written as '{0}', and this program reads only '{FORMAT}': use the program that made it, or a newer one"
    )]
    Format(String),
}

impl EditionContent {
    /// The canonical bytes (RFC 8785).
    ///
    /// # Errors
    /// `Shape`, when a value cannot be written as JSON; the types of a content rule that out.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ContentError> {
        Ok(serde_json_canonicalizer::to_vec(self)?)
    }

    /// Reads bytes that were written by [`EditionContent::to_bytes`].
    ///
    /// # Errors
    /// See [`ContentError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ContentError> {
        #[derive(Deserialize)]
        struct Named {
            format: String,
        }
        let Named { format } = serde_json::from_slice(bytes)?;
        match format.as_str() {
            FORMAT => Ok(serde_json::from_slice(bytes)?),
            _other => Err(ContentError::Format(format)),
        }
    }
}

impl ContentHash {
    /// The hash of a content's canonical bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex::encode(Sha256::digest(bytes)))
    }
}

impl std::fmt::Display for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops at the first thing that is not as it says")]
mod tests {
    use super::super::samples::edition;
    use super::*;

    #[test]
    fn contents_of_before_are_read_with_what_they_meant() {
        let mut json = serde_json::to_value(edition()).unwrap();
        json["totals"]["budget_as_printed"] = 0.into();
        json["policy_lines"][0]["chapters"][0]["actions"][1]["rows"][0]["state"] = "Returned".into();
        let read = EditionContent::from_bytes(&serde_json::to_vec(&json).unwrap()).unwrap();
        assert_eq!(read.totals.budget_as_printed, None, "there was no amount");
        let row = serde_json::to_value(&read.policy_lines[0].chapters[0].actions[1].rows[0]).unwrap();
        assert_eq!(row["state"], "NotYetDelivered");
        assert_eq!(EditionContent::from_bytes(&read.to_bytes().unwrap()).unwrap(), read);
    }
}
