//! The key store: one data key per subject, wrapped by the master key, destroyed when the subject is erased.
//!
//! A key is durable before the first event that uses it is appended; a key without events is harmless. A destroyed key
//! leaves a tombstone and its subject is never keyed again. All processes of an installation share one store.

mod master;
mod postgres;
mod sqlite;

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use lru::LruCache;
use spoor_domain::kernel::SubjectId;
use zeroize::Zeroizing;

use crate::seal::DataKey;
use master::MasterKey;
pub(crate) use master::require_owner_only;

/// Unwrapped keys kept in memory.
const CACHED_KEYS: usize = 50_000;
/// How long an unwrapped key may be used for reading before the store is asked whether it still exists: the longest
/// that an erasure in another process stays unnoticed here. Sealing always asks.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

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
    /// A stored key was wrapped by another master key, or altered.
    #[error("the key of {owner} does not open with this master key: start with the master key of this key store")]
    WrongMasterKey {
        /// Whose key.
        owner: String,
    },
    /// The subject was erased.
    #[error("the key of subject {0} was destroyed")]
    Destroyed(SubjectId),
    /// The cipher or the random generator failed.
    #[error("the cryptographic library failed")]
    Cipher,
}

/// What the store holds for a subject.
#[derive(Clone, Debug)]
pub(crate) enum KeyRow {
    /// A key, wrapped.
    Wrapped(Vec<u8>),
    /// The tombstone of a key.
    Destroyed,
}

/// A key for reading.
#[derive(Clone)]
pub(crate) enum ReadingKey {
    Live(Arc<DataKey>),
    Destroyed,
    /// Never keyed here: the store is not the one the log was written with.
    Unknown,
}

/// The store of data keys. Cheap to clone; clones share it.
#[derive(Clone)]
pub struct KeyStore {
    shared: Arc<Shared>,
}

struct Shared {
    rows: Rows,
    master: MasterKey,
    cache: Mutex<LruCache<SubjectId, (Arc<DataKey>, Instant)>>,
    /// Recognises repeated commands without revealing their content.
    command_digests: hmac::Key,
    /// Finds equal personal texts without revealing them.
    blind_index: hmac::Key,
}

/// The database behind the store.
enum Rows {
    Sqlite(sqlite::KeyFile),
    Postgres(postgres::KeySchema),
}

impl KeyStore {
    /// Opens the store (making it when it is not there) with the master key in this file (made when not there).
    ///
    /// # Errors
    /// `Permissions` when a file with keys can be read by others than its owner; `WrongMasterKey` when the store was
    /// made with another master key.
    pub async fn open(url: &KeyStoreUrl, master_key: &Path) -> Result<Self, KeyError> {
        let master = MasterKey::from_file(master_key)?;
        let rows = match url {
            KeyStoreUrl::Sqlite(path) => Rows::Sqlite(sqlite::KeyFile::open(path)?),
            KeyStoreUrl::Postgres(url) => Rows::Postgres(postgres::KeySchema::open(url).await?),
        };
        let command_digests = installation_key(&rows, &master, "command-digest").await?;
        let blind_index = installation_key(&rows, &master, "blind-index").await?;
        let cache = Mutex::new(LruCache::new(NonZeroUsize::new(CACHED_KEYS).unwrap_or(NonZeroUsize::MIN)));
        Ok(Self { shared: Arc::new(Shared { rows, master, cache, command_digests, blind_index }) })
    }

    /// The embedded store of a data directory: `keys.sqlite` and `master.key`.
    pub async fn in_directory(directory: &Path) -> Result<Self, KeyError> {
        Self::open(&KeyStoreUrl::Sqlite(directory.join("keys.sqlite")), &directory.join("master.key")).await
    }

    /// Destroys a subject's key for ever; doing it again changes nothing. A subject that never had a key is
    /// tombstoned all the same.
    pub async fn destroy(&self, subject: SubjectId) -> Result<(), KeyError> {
        self.forget(subject);
        match &self.shared.rows {
            Rows::Sqlite(file) => file.destroy(subject).await,
            Rows::Postgres(schema) => schema.destroy(subject).await,
        }?;
        // Once more: a reader may have cached the key between the two.
        self.forget(subject);
        Ok(())
    }

    /// Whether the subject's key was destroyed.
    pub async fn is_destroyed(&self, subject: SubjectId) -> Result<bool, KeyError> {
        Ok(matches!(self.rows(&[subject]).await?.get(&subject), Some(KeyRow::Destroyed)))
    }

    /// The key to seal with, durable when this returns. Asks the store every time, so that no process ever seals with
    /// a key that another one destroyed.
    pub(crate) async fn sealing_keys(
        &self,
        subjects: &[SubjectId],
    ) -> Result<HashMap<SubjectId, Arc<DataKey>>, KeyError> {
        let mut rows = self.rows(subjects).await?;
        let mut keys = HashMap::with_capacity(subjects.len());
        for &subject in subjects {
            let row = match rows.remove(&subject) {
                Some(row) => row,
                None if keys.contains_key(&subject) => continue,
                None => self.create(subject).await?,
            };
            keys.insert(subject, self.unwrapped(subject, &row)?.ok_or(KeyError::Destroyed(subject))?);
        }
        Ok(keys)
    }

    /// The key to open with.
    pub(crate) async fn reading_key(&self, subject: SubjectId) -> Result<ReadingKey, KeyError> {
        if let Some((key, since)) = self.cache().get(&subject)
            && since.elapsed() < TRUSTED_FOR
        {
            return Ok(ReadingKey::Live(key.clone()));
        }
        let Some(row) = self.rows(&[subject]).await?.remove(&subject) else { return Ok(ReadingKey::Unknown) };
        Ok(self.unwrapped(subject, &row)?.map_or(ReadingKey::Destroyed, ReadingKey::Live))
    }

    /// Fetches the keys of many subjects in one go, so that opening their values asks nothing more for a moment.
    pub async fn prefetch(&self, subjects: &[SubjectId]) -> Result<(), KeyError> {
        for (subject, row) in self.rows(subjects).await? {
            self.unwrapped(subject, &row)?;
        }
        Ok(())
    }

    /// Keyed digest of a command's content, lower-case hex.
    pub(crate) fn command_digest(&self, content: &[u8]) -> String {
        hex::encode(hmac::sign(&self.shared.command_digests, content))
    }

    /// Keyed digest of a normalised personal text, lower-case hex.
    pub(crate) fn blind(&self, content: &[u8]) -> String {
        hex::encode(hmac::sign(&self.shared.blind_index, content))
    }

    async fn rows(&self, subjects: &[SubjectId]) -> Result<HashMap<SubjectId, KeyRow>, KeyError> {
        match &self.shared.rows {
            Rows::Sqlite(file) => file.rows(subjects),
            Rows::Postgres(schema) => schema.rows(subjects).await,
        }
    }

    /// Makes a key and gives the row that is stored, which is another process's when that one was first.
    async fn create(&self, subject: SubjectId) -> Result<KeyRow, KeyError> {
        let wrapped = self.shared.master.wrap(&subject.to_string(), &*random_key()?)?;
        match &self.shared.rows {
            Rows::Sqlite(file) => file.create(subject, wrapped).await,
            Rows::Postgres(schema) => schema.create(subject, wrapped).await,
        }
    }

    /// The key of a row, from memory when it is there; nothing for a tombstone.
    fn unwrapped(&self, subject: SubjectId, row: &KeyRow) -> Result<Option<Arc<DataKey>>, KeyError> {
        let wrapped = match row {
            KeyRow::Wrapped(wrapped) => wrapped,
            KeyRow::Destroyed => {
                self.forget(subject);
                return Ok(None);
            }
        };
        let cached = self.cache().get(&subject).map(|(key, _)| key.clone());
        let key = match cached {
            Some(key) => key,
            None => Arc::new(DataKey::new(&*self.shared.master.unwrap(&subject.to_string(), wrapped)?)?),
        };
        self.cache().put(subject, (key.clone(), Instant::now()));
        Ok(Some(key))
    }

    fn forget(&self, subject: SubjectId) {
        self.cache().pop(&subject);
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, LruCache<SubjectId, (Arc<DataKey>, Instant)>> {
        self.shared.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 32 fresh random bytes.
pub(crate) fn random_key() -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let mut key = Zeroizing::new([0; 32]);
    aws_lc_rs::rand::fill(key.as_mut_slice()).map_err(|_| KeyError::Cipher)?;
    Ok(key)
}

/// One of the installation's own secrets, made on first use. It also proves that the master key is the right one.
async fn installation_key(rows: &Rows, master: &MasterKey, name: &str) -> Result<hmac::Key, KeyError> {
    let draft = master.wrap(name, &*random_key()?)?;
    let wrapped = match rows {
        Rows::Sqlite(file) => file.installation_key(name, &draft)?,
        Rows::Postgres(schema) => schema.installation_key(name, &draft).await?,
    };
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &*master.unwrap(name, &wrapped)?))
}
