//! What stands in front of the sealed bytes of a document, in clear: whose it is and where it belongs; never what it says.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use spoor_domain::kernel::{DossierId, OrganisationId, SubjectId};
use uuid::Uuid;

use super::{BlobError, failed};
use crate::canonical::canonical_of;

/// First line of every blob: the format and its version.
const FORMAT: &str = "spoor-blob/1";
/// No header is longer; what is read to find one.
pub(super) const HEADER_BYTES: usize = 4096;

/// What is known about a document without opening it. The seal is bound to all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobHeader {
    /// The id of the document: tells two uploads of the same bytes apart.
    pub document: Uuid,
    /// Whose data key seals it.
    pub subject: SubjectId,
    /// The dossier it was brought in for.
    pub dossier: DossierId,
    /// The organisation that brought it in.
    pub organisation: OrganisationId,
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// When it was brought in.
    pub kept_at: DateTime<Utc>,
}

impl BlobHeader {
    /// The two lines before the sealed bytes, and what the seal is bound to.
    pub(super) fn lines(&self) -> Result<String, BlobError> {
        Ok(format!("{FORMAT}\n{}\n", canonical_of(self).map_err(failed)?))
    }

    /// The header of a blob, and where its sealed bytes begin; none when there is no header.
    pub(super) fn read(blob: &[u8]) -> Option<(Self, usize)> {
        let rest = blob.strip_prefix(FORMAT.as_bytes())?.strip_prefix(b"\n")?;
        let end = rest.iter().take(HEADER_BYTES).position(|byte| *byte == b'\n')?;
        let header = serde_json::from_slice(&rest[..end]).ok()?;
        Some((header, FORMAT.len() + 1 + end + 1))
    }
}
