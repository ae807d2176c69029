//! The key store: one data key per subject, wrapped by the master key, destroyed when the subject is erased.
//!
//! A key is durable before the first event that uses it is appended; a key without events is harmless. A destroyed key
//! leaves a tombstone and its subject is never keyed again. All processes of an installation share one store.

mod cache;
mod master;
mod postgres;
mod rotation;
mod sqlite;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use aws_lc_rs::hmac;
use chrono::{DateTime, Utc};
use spoor_domain::kernel::SubjectId;
use zeroize::Zeroizing;

use crate::Clock;
use crate::seal::DataKey;
use cache::KeyCache;
use master::MasterKeys;
pub(crate) use master::require_owner_only;
pub use master::{MasterKeyId, secret_from_file};
pub use rotation::KeyStatus;
use rotation::require_every_master_key;

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
    #[error("the key store failed: {0}{hint}", hint = crate::connections::hint(&**.0))]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A file that holds keys can be read by others.
    #[error("{path} can be read by others than its owner (mode {mode:o}): run `chmod 600 {path}`")]
    Permissions {
        /// The file.
        path: String,
        /// Its mode.
        mode: u32,
    },
    /// A file with a secret is not usable.
    #[error("the key in {path} cannot be used: {reason}")]
    SecretFile {
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
    /// The file of the master key is not there, and keys are that only it opens.
    #[error(
        "the master key {path} is not there, and {keys} keys are stored that only the one they were wrapped by opens ({ids}): \
         put that file back, or name it as stores.master_key_file. No other is made beside them"
    )]
    MasterKeyGone {
        /// Where it should be.
        path: String,
        /// How many keys there are.
        keys: u64,
        /// The ids of the master keys that wrapped them.
        ids: String,
    },
    /// Keys are wrapped by a master key that was not given, beside others by one that was.
    #[error(
        "{keys} keys are wrapped by the master key {id}, which is none of those given: its rotation was broken off. Run \
         `spoor keys rotate --new-master-key FILE` again with that file, or name it as stores.next_master_key_file; keep \
         every file until it is through"
    )]
    RotationUnfinished {
        /// How many.
        keys: u64,
        /// The master key that wrapped them.
        id: MasterKeyId,
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
    Destroyed {
        /// Since when.
        since: DateTime<Utc>,
    },
}

/// How far a log was searched for erasures, and whose were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciled {
    /// Every key whose erasure was confirmed up to this index is destroyed.
    pub index: u64,
    /// Hash of the record at that index, lower-case hex.
    pub leaf: String,
    /// The subjects whose erasure was found up to there: each has a tombstone in this store, or its table of keys is older than
    /// this. `None` where a version of the program noted how far, that noted nothing of whom: the log has to be searched whole.
    pub erased: Option<BTreeSet<SubjectId>>,
}

/// A key for reading.
#[derive(Clone)]
pub(crate) enum ReadingKey {
    Live(Arc<DataKey>),
    Destroyed {
        since: DateTime<Utc>,
    },
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
    master: MasterKeys,
    cache: KeyCache,
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

impl Rows {
    async fn open(url: &KeyStoreUrl) -> Result<Self, KeyError> {
        Ok(match url {
            KeyStoreUrl::Sqlite(path) => Self::Sqlite(sqlite::KeyFile::open(path)?),
            KeyStoreUrl::Postgres(url) => Self::Postgres(postgres::KeySchema::open(url).await?),
        })
    }

    async fn status(&self) -> Result<KeyStatus, KeyError> {
        match self {
            Self::Sqlite(file) => file.status(),
            Self::Postgres(schema) => schema.status().await,
        }
    }
}

impl KeyStore {
    /// Opens the store (making it when it is not there) with the master key in this file (made when not there).
    ///
    /// # Errors
    /// `Permissions` when a file with keys can be read by others than its owner; `WrongMasterKey` when the store was
    /// made with another master key; `MasterKeyGone` when the file is not there and keys are; `RotationUnfinished` when some
    /// of them are wrapped by a key that was not given.
    pub async fn open(url: &KeyStoreUrl, master_key: &Path) -> Result<Self, KeyError> {
        Self::open_between(url, master_key, None).await
    }

    /// The same while the master key is being changed for another: keys wrapped by either open, and what is wrapped from
    /// now on is wrapped by the next one (made when its file is not there).
    pub async fn open_between(url: &KeyStoreUrl, master_key: &Path, next: Option<&Path>) -> Result<Self, KeyError> {
        // A file may be made only where no key is stored yet that another one wraps.
        if let Some(stored) = Self::stored(url).await? {
            require_every_master_key(&stored, master_key, next)?;
        }
        let master = MasterKeys::from_files(master_key, next)?;
        let rows = Rows::open(url).await?;
        let command_digests = installation_key(&rows, &master, "command-digest").await?;
        let blind_index = installation_key(&rows, &master, "blind-index").await?;
        let cache = KeyCache::new();
        Ok(Self { shared: Arc::new(Shared { rows, master, cache, command_digests, blind_index }) })
    }

    /// What the store holds, whatever the master keys are; nothing when it was not made yet.
    pub async fn stored(url: &KeyStoreUrl) -> Result<Option<KeyStatus>, KeyError> {
        match url {
            KeyStoreUrl::Sqlite(path) if !path.exists() => Ok(None),
            KeyStoreUrl::Sqlite(_) | KeyStoreUrl::Postgres(_) => Rows::open(url).await?.status().await.map(Some),
        }
    }

    /// The embedded store of a data directory: `keys.sqlite` and `master.key`.
    pub async fn in_directory(directory: &Path) -> Result<Self, KeyError> {
        Self::open(&KeyStoreUrl::Sqlite(directory.join("keys.sqlite")), &directory.join("master.key")).await
    }

    /// Destroys a subject's key for ever; doing it again changes nothing. A subject that never had a key is
    /// tombstoned all the same.
    pub async fn destroy(&self, subject: SubjectId) -> Result<(), KeyError> {
        self.destroy_as_of(subject, Clock::System.now()).await
    }

    /// The same; `since` is what the tombstone says: of a confirmed erasure the moment it was confirmed, so that it says
    /// the same after an older store was restored and the key destroyed again.
    pub async fn destroy_as_of(&self, subject: SubjectId, since: DateTime<Utc>) -> Result<(), KeyError> {
        // First, so that no reader who asked the store before can keep the key after.
        self.shared.cache.destroyed(subject, since);
        let destroyed = match &self.shared.rows {
            Rows::Sqlite(file) => file.destroy(subject, since).await,
            Rows::Postgres(schema) => schema.destroy(subject, since).await,
        };
        // What the store says counts, also where the key was destroyed before.
        self.shared.cache.not_destroyed(subject);
        destroyed
    }

    /// Whether the subject's key was destroyed.
    pub async fn is_destroyed(&self, subject: SubjectId) -> Result<bool, KeyError> {
        Ok(self.destroyed_since(subject).await?.is_some())
    }

    /// Since when the subject's key is destroyed; `None` when it is not.
    pub async fn destroyed_since(&self, subject: SubjectId) -> Result<Option<DateTime<Utc>>, KeyError> {
        Ok(match self.reading_key(subject).await? {
            ReadingKey::Destroyed { since } => Some(since),
            ReadingKey::Live(_) | ReadingKey::Unknown => None,
        })
    }

    /// Those of these subjects that have no tombstone. The store is asked, whatever this process remembers: a row may have been
    /// put back from an older backup.
    ///
    /// # Errors
    /// `Database` when the store fails.
    pub async fn not_destroyed(&self, subjects: &BTreeSet<SubjectId>) -> Result<BTreeSet<SubjectId>, KeyError> {
        if subjects.is_empty() {
            return Ok(BTreeSet::new());
        }
        match &self.shared.rows {
            Rows::Sqlite(file) => file.not_destroyed(subjects).await,
            Rows::Postgres(schema) => schema.not_destroyed(subjects).await,
        }
    }

    /// How far the log with this name was searched for erasures, all of whose keys are destroyed in this store. Kept in
    /// the store itself, so that a restored older store knows that it has to be searched again.
    pub async fn reconciled(&self, log: &str) -> Result<Option<Reconciled>, KeyError> {
        match &self.shared.rows {
            Rows::Sqlite(file) => file.reconciled(log),
            Rows::Postgres(schema) => schema.reconciled(log).await,
        }
    }

    /// Notes how far the log with this name was searched, and whose erasures were found up to there: both at once, in the place
    /// of what was noted before.
    pub async fn set_reconciled(&self, log: &str, to: Reconciled) -> Result<(), KeyError> {
        match &self.shared.rows {
            Rows::Sqlite(file) => file.set_reconciled(log, to).await,
            Rows::Postgres(schema) => schema.set_reconciled(log, to).await,
        }
    }

    /// The key to seal with, durable when this returns. Asks the store every time, so that no process ever seals with
    /// a key that another one destroyed.
    pub(crate) async fn sealing_keys(
        &self,
        subjects: &[SubjectId],
    ) -> Result<HashMap<SubjectId, Arc<DataKey>>, KeyError> {
        let asked = Instant::now();
        let mut rows = self.rows(subjects).await?;
        let mut keys = HashMap::with_capacity(subjects.len());
        for &subject in subjects {
            let row = match rows.remove(&subject) {
                Some(row) => row,
                None if keys.contains_key(&subject) => continue,
                None => self.create(subject).await?,
            };
            match self.unwrapped(subject, &row, asked)? {
                ReadingKey::Live(key) => keys.insert(subject, key),
                ReadingKey::Destroyed { .. } | ReadingKey::Unknown => return Err(KeyError::Destroyed(subject)),
            };
        }
        Ok(keys)
    }

    /// The key to open with.
    pub(crate) async fn reading_key(&self, subject: SubjectId) -> Result<ReadingKey, KeyError> {
        if let Some(known) = self.shared.cache.trusted(subject) {
            return Ok(known);
        }
        let asked = Instant::now();
        let Some(row) = self.rows(&[subject]).await?.remove(&subject) else { return Ok(ReadingKey::Unknown) };
        self.unwrapped(subject, &row, asked)
    }

    /// Fetches the keys of many subjects in one go, so that opening their values asks nothing more for a moment.
    pub async fn prefetch(&self, subjects: &[SubjectId]) -> Result<(), KeyError> {
        let asked = Instant::now();
        for (subject, row) in self.rows(subjects).await? {
            self.unwrapped(subject, &row, asked)?;
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

    /// The key of a row, from memory when it is there. `asked` is a moment before the store was asked for the row.
    fn unwrapped(&self, subject: SubjectId, row: &KeyRow, asked: Instant) -> Result<ReadingKey, KeyError> {
        let (cache, master) = (&self.shared.cache, &self.shared.master);
        let wrapped = match row {
            KeyRow::Wrapped(wrapped) => wrapped,
            KeyRow::Destroyed { since } => {
                cache.destroyed(subject, *since);
                return Ok(ReadingKey::Destroyed { since: *since });
            }
        };
        let key = match cache.unwrapped(subject) {
            Some(key) => key,
            None => Arc::new(DataKey::new(&*master.unwrap(&subject.to_string(), wrapped)?)?),
        };
        cache.keep(subject, key.clone(), asked);
        Ok(ReadingKey::Live(key))
    }
}

/// 32 fresh random bytes.
pub(crate) fn random_key() -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let mut key = Zeroizing::new([0; 32]);
    aws_lc_rs::rand::fill(key.as_mut_slice()).map_err(|_| KeyError::Cipher)?;
    Ok(key)
}

/// One of the installation's own secrets, made on first use. It also proves that the master key is the right one.
async fn installation_key(rows: &Rows, master: &MasterKeys, name: &str) -> Result<hmac::Key, KeyError> {
    let draft = master.wrap(name, &*random_key()?)?;
    let wrapped = match rows {
        Rows::Sqlite(file) => file.installation_key(name, &draft)?,
        Rows::Postgres(schema) => schema.installation_key(name, &draft).await?,
    };
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &*master.unwrap(name, &wrapped)?))
}
