//! Sealed documents beside the log: whole files under their subject's data key, named by the hash of their sealed bytes.
//!
//! A document is sealed in one piece, so that not a byte of it leaves before all of it was verified; whoever moves
//! documents bounds how many at a time, and with that the memory. A blob nobody refers to is harmless: it is listed
//! with its header, and removed by who can ask the log. A blob of an erased subject opens for nobody, and is removed.

mod directory;
pub(crate) mod files;
mod header;
mod postgres;
mod url;

use std::sync::Arc;

use aws_lc_rs::digest::{self, SHA256};
use spoor_domain::kernel::{SubjectId, WithheldReason};

use crate::PublishedStore;
use crate::keys::{KeyError, KeyStore, ReadingKey};
use directory::BlobDirectory;
use postgres::BlobSchema;

pub use header::BlobHeader;
pub use url::{BlobUrl, BlobUrlError};

/// The largest document, in bytes, before sealing (domain page, section 9).
pub const MAX_DOCUMENT_BYTES: usize = 20 * 1024 * 1024;

/// Why a blob cannot be kept or had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// The directory or database failed; a full disk is among the reasons. Nothing half-written has a name.
    #[error("the document store failed: {0}{hint}", hint = crate::connections::hint(&**.0))]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The directory can be read by others than its owner.
    #[error("{path} can be read by others than its owner (mode {mode:o}): run `chmod 700 {path}`")]
    Permissions {
        /// The directory.
        path: String,
        /// Its mode.
        mode: u32,
    },
    /// The document has no bytes, or more than [`MAX_DOCUMENT_BYTES`].
    #[error("a document has 1 to {MAX_DOCUMENT_BYTES} bytes, this one has {0}")]
    Size(usize),
    /// There is no such blob of this subject.
    #[error("there is no document {0} of this subject")]
    Missing(BlobName),
    /// The subject was erased: nothing more is kept about them.
    #[error("the key of subject {0} was destroyed")]
    SubjectErased(SubjectId),
    /// The key store failed.
    #[error(transparent)]
    Keys(KeyError),
}

impl From<KeyError> for BlobError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Destroyed(subject) => Self::SubjectErased(subject),
            other => Self::Keys(other),
        }
    }
}

/// The name of a blob: the SHA-256 of its sealed bytes, lower-case hex. It says nothing about the document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobName(String);

impl BlobName {
    /// The name in this text, when it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        hex.then(|| Self(text.to_owned()))
    }

    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        let mut hash = digest::Context::new(&SHA256);
        parts.iter().for_each(|part| hash.update(part));
        Self(hex::encode(hash.finish()))
    }
}

impl std::fmt::Display for BlobName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What there is of a document.
pub enum Blob {
    /// The document, every byte of it verified.
    Clear(Document),
    /// It was kept and cannot be shown.
    Withheld(WithheldReason),
}

/// An opened document.
pub struct Document {
    /// What is known about it.
    pub header: BlobHeader,
    /// The document.
    pub bytes: Vec<u8>,
}

impl Document {
    /// SHA-256 of the document in clear, lower-case hex: what events say.
    pub fn sha256(&self) -> String {
        sha256(&self.bytes)
    }
}

/// SHA-256, lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&SHA256, bytes))
}

/// A blob as listed: not opened, its header as it stands in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: BlobName,
    /// What its header says; none when that cannot be read.
    pub header: Option<BlobHeader>,
}

/// The store of sealed documents. Cheap to clone; clones share it.
#[derive(Clone)]
pub struct BlobStore {
    shared: Arc<Shared>,
}

struct Shared {
    place: Place,
    keys: KeyStore,
    published: PublishedStore,
}

/// Where the sealed bytes are.
enum Place {
    Directory(BlobDirectory),
    Postgres(BlobSchema),
}

impl BlobStore {
    /// Opens the store, making it when it is not there.
    ///
    /// # Errors
    /// `Permissions` when the directory can be read by others than its owner; `Store` when it cannot be made.
    pub async fn open(url: &BlobUrl, keys: KeyStore) -> Result<Self, BlobError> {
        let place = match url {
            BlobUrl::Directory(path) => Place::Directory(BlobDirectory::open(path.clone()).await?),
            BlobUrl::Postgres(url) => Place::Postgres(BlobSchema::open(url).await?),
        };
        let published = PublishedStore::open(url).await?;
        Ok(Self { shared: Arc::new(Shared { place, keys, published }) })
    }

    /// Seals and keeps a document; it is durable when this returns. The same document again is another blob.
    ///
    /// # Errors
    /// `Size`, `SubjectErased`, or a failure of the store: then nothing has been kept.
    pub async fn put(&self, header: &BlobHeader, mut bytes: Vec<u8>) -> Result<BlobName, BlobError> {
        if bytes.is_empty() || bytes.len() > MAX_DOCUMENT_BYTES {
            return Err(BlobError::Size(bytes.len()));
        }
        let subject = header.subject;
        let keys = self.shared.keys.sealing_keys(&[subject]).await?;
        let key = keys.get(&subject).cloned().ok_or(BlobError::SubjectErased(subject))?;
        let lines = header.lines()?;
        let (lines, front, sealed) = blocking(move || {
            let front = key.seal_bytes(&mut bytes, lines.as_bytes())?;
            Ok((lines, front, bytes))
        })
        .await?;
        let parts = vec![lines.into_bytes(), front, sealed];
        match &self.shared.place {
            Place::Directory(directory) => directory.put(subject, parts).await,
            Place::Postgres(schema) => schema.put(subject, parts).await,
        }
    }

    /// The document with this name, about this subject: all of it, verified, or why it is withheld.
    ///
    /// Withheld as erased when the subject's key was destroyed, whether or not the bytes are still there; as
    /// unreadable when they are not those that were sealed, for this subject, under this name.
    ///
    /// # Errors
    /// `Missing` when the subject has no such blob and was not erased.
    pub async fn get(&self, subject: SubjectId, name: &BlobName) -> Result<Blob, BlobError> {
        let key = match self.shared.keys.reading_key(subject).await? {
            ReadingKey::Destroyed { .. } => return Ok(Blob::Withheld(WithheldReason::Erased)),
            ReadingKey::Unknown => None,
            ReadingKey::Live(key) => Some(key),
        };
        let stored = match &self.shared.place {
            Place::Directory(directory) => directory.get(subject, name).await?,
            Place::Postgres(schema) => schema.get(subject, name).await?,
        };
        let stored = stored.ok_or_else(|| BlobError::Missing(name.clone()))?;
        let Some(key) = key else { return Ok(Blob::Withheld(WithheldReason::Unreadable)) };
        let wanted = name.clone();
        let opened = blocking(move || {
            if BlobName::of(&[&stored]) != wanted {
                return Ok(None);
            }
            let Some((header, sealed_from)) = BlobHeader::read(&stored) else { return Ok(None) };
            let (lines, sealed) = stored.split_at(sealed_from);
            let opened = key.open_bytes(sealed, lines).ok();
            Ok(opened.filter(|_| header.subject == subject).map(|bytes| Document { header, bytes }))
        })
        .await?;
        Ok(opened.map_or(Blob::Withheld(WithheldReason::Unreadable), Blob::Clear))
    }

    /// Removes one blob; one that is gone already is as good as removed.
    pub async fn remove(&self, subject: SubjectId, name: &BlobName) -> Result<(), BlobError> {
        match &self.shared.place {
            Place::Directory(directory) => directory.remove(subject, name).await,
            Place::Postgres(schema) => schema.remove(subject, name).await,
        }
    }

    /// Removes every blob of a subject, drafts included; gives how many there were. For after the key is destroyed:
    /// what is removed here was unreadable already.
    pub async fn remove_of(&self, subject: SubjectId) -> Result<u64, BlobError> {
        match &self.shared.place {
            Place::Directory(directory) => directory.remove_of(subject).await,
            Place::Postgres(schema) => schema.remove_of(subject).await,
        }
    }

    /// The subjects of whom something is kept.
    pub async fn subjects(&self) -> Result<Vec<SubjectId>, BlobError> {
        match &self.shared.place {
            Place::Directory(directory) => directory.subjects().await,
            Place::Postgres(schema) => schema.subjects().await,
        }
    }

    /// Everything kept of a subject, in the order of the names. Nothing is opened.
    pub async fn list(&self, subject: SubjectId) -> Result<Vec<Kept>, BlobError> {
        match &self.shared.place {
            Place::Directory(directory) => directory.list(subject).await,
            Place::Postgres(schema) => schema.list(subject).await,
        }
    }

    /// Removes what writers that died left behind of a subject: drafts that never got their name. Only those that
    /// nobody has touched for an hour, since a writer may be at it. PostgreSQL leaves none.
    pub async fn remove_drafts(&self, subject: SubjectId) -> Result<u64, BlobError> {
        match &self.shared.place {
            Place::Directory(directory) => directory.remove_drafts(subject).await,
            Place::Postgres(_) => Ok(0),
        }
    }

    /// Whether the store answers.
    pub async fn ping(&self) -> Result<(), BlobError> {
        match &self.shared.place {
            Place::Directory(directory) => directory.ping().await,
            Place::Postgres(schema) => schema.ping().await,
        }
    }

    /// What was published, kept beside the documents and unsealed.
    pub fn published(&self) -> &PublishedStore {
        &self.shared.published
    }

    /// The keys its documents are sealed with.
    pub fn keys(&self) -> &KeyStore {
        &self.shared.keys
    }
}

/// Sealing, hashing and files keep a thread busy: not one that answers requests.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    tokio::task::spawn_blocking(work).await.map_err(failed)?
}

pub(crate) fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> BlobError {
    BlobError::Store(error.into())
}
