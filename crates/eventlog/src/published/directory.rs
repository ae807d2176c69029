//! What was published, as files of one directory.

use std::fs;
use std::path::{Path, PathBuf};

use crate::blobs::{BlobError, BlobName, blocking, failed, files};

/// The directory among the documents'.
const NAME: &str = "published";

/// The directory of what was published.
pub(super) struct PublishedDirectory {
    path: PathBuf,
}

impl PublishedDirectory {
    pub async fn open(documents: &Path) -> Result<Self, BlobError> {
        let (documents, path) = (documents.to_owned(), documents.join(NAME));
        blocking(move || {
            files::open_owned(&documents)?;
            files::owner_only(&path).and_then(|()| files::flush(&documents)).map_err(failed)?;
            Ok(Self { path })
        })
        .await
    }

    pub async fn put(&self, name: &BlobName, bytes: Vec<u8>) -> Result<(), BlobError> {
        let (directory, name) = (self.path.clone(), name.to_string());
        blocking(move || files::keep(&directory, &name, &[&bytes]).map_err(failed)).await
    }

    pub async fn get(&self, name: &BlobName) -> Result<Option<Vec<u8>>, BlobError> {
        let path = self.path.join(name.to_string());
        blocking(move || files::unless_absent(fs::read(path)).map_err(failed)).await
    }
}
