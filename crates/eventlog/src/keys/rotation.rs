//! Another master key: every key is wrapped anew, a batch at a time, and can be read at any moment in between.

use std::collections::BTreeMap;
use std::path::Path;

use spoor_domain::kernel::SubjectId;

use super::master::{MasterKeyId, wrapped_by};
use super::{KeyError, KeyStore, Rows};

/// What the store holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyStatus {
    /// Subjects with a key.
    pub live: u64,
    /// Subjects whose key was destroyed.
    pub destroyed: u64,
    /// Keys by the master key that wrapped them, the installation's own included; `None` for those that do not say.
    pub wrapped_by: BTreeMap<Option<MasterKeyId>, u64>,
}

/// A key as stored and as it is to be stored.
pub(super) struct Rewrapped<O> {
    pub owner: O,
    pub old: Vec<u8>,
    pub new: Vec<u8>,
}

impl KeyStore {
    /// The id of the master key that wraps new keys.
    pub fn master_key(&self) -> MasterKeyId {
        self.shared.master.wrapping()
    }

    /// Counts what the store holds.
    pub async fn status(&self) -> Result<KeyStatus, KeyError> {
        self.shared.rows.status().await
    }

    /// Wraps every key by the master key that wraps now, at most `batch` in one transaction; `progress` hears after
    /// each how many were wrapped in all. Can be broken off at any point and begun again: what is done is skipped. A key
    /// that is destroyed meanwhile stays destroyed.
    ///
    /// # Errors
    /// `WrongMasterKey` when a key was wrapped by neither of the two keys the store was opened with.
    pub async fn rotate(&self, batch: usize, mut progress: impl FnMut(u64)) -> Result<u64, KeyError> {
        let mut done = 0;
        // Once more while another process adds keys under the former key.
        loop {
            let before = done;
            let mut after = None;
            while let Some((last, rewrapped)) = self.rewrap_after(after, batch).await? {
                after = Some(last);
                if rewrapped > 0 {
                    done += rewrapped;
                    progress(done);
                    // Others take their turn, and here it can be broken off also where no answer was ever waited for.
                    tokio::task::yield_now().await;
                }
            }
            if done == before {
                break;
            }
        }
        done += self.rewrap_installation_keys().await?;
        progress(done);
        // Nothing wrapped by the former key is left in a free page.
        match &self.shared.rows {
            Rows::Sqlite(file) => file.tidy().await?,
            Rows::Postgres(schema) => schema.tidy().await?,
        }
        Ok(done)
    }

    /// The next batch in the order of subjects: the last one looked at, and how many were wrapped anew.
    async fn rewrap_after(&self, after: Option<SubjectId>, batch: usize) -> Result<Option<(SubjectId, u64)>, KeyError> {
        let rows = match &self.shared.rows {
            Rows::Sqlite(file) => file.wrapped_after(after, batch)?,
            Rows::Postgres(schema) => schema.wrapped_after(after, batch).await?,
        };
        let Some((last, _)) = rows.last() else { return Ok(None) };
        let last = *last;
        let mut rewrapped = Vec::new();
        for (subject, old) in rows {
            if let Some(new) = self.shared.master.rewrap(&subject.to_string(), &old)? {
                rewrapped.push(Rewrapped { owner: subject, old, new });
            }
        }
        let count = rewrapped.len() as u64;
        if count > 0 {
            match &self.shared.rows {
                Rows::Sqlite(file) => file.rewrap(rewrapped).await?,
                Rows::Postgres(schema) => schema.rewrap(rewrapped).await?,
            }
        }
        Ok(Some((last, count)))
    }

    async fn rewrap_installation_keys(&self) -> Result<u64, KeyError> {
        let rows = match &self.shared.rows {
            Rows::Sqlite(file) => file.installation_keys()?,
            Rows::Postgres(schema) => schema.installation_keys().await?,
        };
        let mut rewrapped = Vec::new();
        for (name, old) in rows {
            if let Some(new) = self.shared.master.rewrap(&name, &old)? {
                rewrapped.push(Rewrapped { owner: name, old, new });
            }
        }
        let count = rewrapped.len() as u64;
        match &self.shared.rows {
            Rows::Sqlite(file) => file.rewrap_installation(rewrapped)?,
            Rows::Postgres(schema) => schema.rewrap_installation(rewrapped).await?,
        }
        Ok(count)
    }
}

/// Refuses files without which some of the stored keys would open no more, or would be wrapped by a key made just now.
pub(super) fn require_every_master_key(
    stored: &KeyStatus,
    current: &Path,
    next: Option<&Path>,
) -> Result<(), KeyError> {
    let keys = stored.wrapped_by.values().sum();
    if keys == 0 {
        return Ok(());
    }
    let Some(current_id) = MasterKeyId::in_file(current)? else {
        let ids = stored.wrapped_by.keys().map(|id| id.map_or("not named".to_owned(), |id| id.to_string()));
        let ids = ids.collect::<Vec<_>>().join(", ");
        return Err(KeyError::MasterKeyGone { path: current.display().to_string(), keys, ids });
    };
    let given = [Some(current_id), next.map(MasterKeyId::in_file).transpose()?.flatten()];
    let is_given = |id: &Option<MasterKeyId>| id.is_none() || given.contains(id);
    let missing = stored.wrapped_by.iter().find(|(id, _)| !is_given(id));
    match missing {
        // Where none of the keys is by a given one, the store is another's: its own secrets say so.
        Some((Some(id), keys)) if stored.wrapped_by.keys().any(is_given) => {
            Err(KeyError::RotationUnfinished { keys: *keys, id: *id })
        }
        Some(_) | None => Ok(()),
    }
}

/// Adds stored keys to the count of their master key.
pub(super) fn counted(into: &mut KeyStatus, wrapped: &[u8], keys: u64) {
    *into.wrapped_by.entry(wrapped_by(wrapped)).or_default() += keys;
}
