//! What was published, beside the log and for ever: whole contents named by the SHA-256 of their bytes, unsealed, because
//! nothing in them is about a person. An erasure does not reach them, and need not.
//!
//! A content is durable before an event names it; one that no event names is harmless. Bytes that are not what their name
//! says are never given out.

mod directory;
mod postgres;

use std::sync::Arc;

use crate::BlobUrl;
use crate::blobs::{BlobError, BlobName};
use directory::PublishedDirectory;
use postgres::PublishedSchema;

/// The largest content, in bytes.
pub const MAX_PUBLISHED_BYTES: usize = 64 * 1024 * 1024;

/// Why a content cannot be kept or had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishedError {
    /// The directory or database failed.
    #[error(transparent)]
    Store(#[from] BlobError),
    /// The content has no bytes, or more than [`MAX_PUBLISHED_BYTES`].
    #[error("a published content has 1 to {MAX_PUBLISHED_BYTES} bytes, this one has {0}")]
    Size(usize),
    /// There is nothing with this name.
    #[error("nothing was published as {0}: bring back the store of documents from its backup")]
    Missing(BlobName),
    /// What is there is not what was published.
    #[error("what is kept as {0} is not what was published: bring back the store of documents from its backup")]
    Altered(BlobName),
}

/// The store of what was published. Cheap to clone; clones share it.
#[derive(Clone)]
pub struct PublishedStore {
    place: Arc<Place>,
}

enum Place {
    Directory(PublishedDirectory),
    Postgres(PublishedSchema),
}

impl PublishedStore {
    /// Opens the store beside the documents, making it when it is not there: the directory `published` among theirs, or the
    /// schema `spoor_published` of their database.
    ///
    /// # Errors
    /// As for the store of documents.
    pub async fn open(url: &BlobUrl) -> Result<Self, BlobError> {
        let place = match url {
            BlobUrl::Directory(path) => Place::Directory(PublishedDirectory::open(path).await?),
            BlobUrl::Postgres(url) => Place::Postgres(PublishedSchema::open(url).await?),
        };
        Ok(Self { place: Arc::new(place) })
    }

    /// Keeps a content; it is durable when this returns. The same content again is the same one.
    ///
    /// # Errors
    /// `Size`, or a failure of the store: then nothing has got its name.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<BlobName, PublishedError> {
        if bytes.is_empty() || bytes.len() > MAX_PUBLISHED_BYTES {
            return Err(PublishedError::Size(bytes.len()));
        }
        let name = BlobName::of(&[&bytes]);
        match self.get(&name).await {
            Ok(_same) => return Ok(name),
            Err(PublishedError::Missing(_)) => {}
            Err(other) => return Err(other),
        }
        match &*self.place {
            Place::Directory(directory) => directory.put(&name, bytes).await?,
            Place::Postgres(schema) => schema.put(&name, bytes).await?,
        }
        Ok(name)
    }

    /// The content with this name: all of it, verified.
    ///
    /// # Errors
    /// `Missing` when there is none, `Altered` when its bytes are not those that were published.
    pub async fn get(&self, name: &BlobName) -> Result<Vec<u8>, PublishedError> {
        let stored = match &*self.place {
            Place::Directory(directory) => directory.get(name).await?,
            Place::Postgres(schema) => schema.get(name).await?,
        };
        let bytes = stored.ok_or_else(|| PublishedError::Missing(name.clone()))?;
        if BlobName::of(&[&bytes]) == *name { Ok(bytes) } else { Err(PublishedError::Altered(name.clone())) }
    }
}
