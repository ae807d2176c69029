//! Opens sealed values for those entitled to them, and makes the blind indexes by which they can be found.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use spoor_domain::kernel::{Personal, PersonalContent, SubjectId, WithheldReason};

use crate::Record;
use crate::error::VaultError;
use crate::keys::{KeyStore, ReadingKey};
use crate::seal::personal_values;

/// The reading side of the key store. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    keys: KeyStore,
}

impl Vault {
    pub(crate) fn new(keys: KeyStore) -> Self {
        Self { keys }
    }

    /// The value in clear; withheld as erased when its subject's key was destroyed, as unreadable when its seal does
    /// not hold or its key is not in this store. A value that is not sealed comes back as it is.
    ///
    /// # Errors
    /// `PlaceUnknown` when the value was not read through `Record::decode`; `Keys` when the key store fails.
    pub async fn open<T: DeserializeOwned + Clone>(&self, value: &Personal<T>) -> Result<Personal<T>, VaultError> {
        let (envelope, at) = match &value.content {
            PersonalContent::Clear(_) | PersonalContent::Withheld(_) => return Ok(value.clone()),
            PersonalContent::Sealed { at: None, .. } => return Err(VaultError::PlaceUnknown),
            PersonalContent::Sealed { envelope, at: Some(at) } => (envelope, at),
        };
        let subject = value.subject;
        let content = match self.keys.reading_key(subject).await? {
            ReadingKey::Destroyed { .. } => PersonalContent::Withheld(WithheldReason::Erased),
            ReadingKey::Unknown => PersonalContent::Withheld(WithheldReason::Unreadable),
            ReadingKey::Live(key) => {
                let opened = key.open(envelope, at, subject).ok();
                let clear = opened.and_then(|json| serde_json::from_slice(&json).ok());
                clear.map_or(PersonalContent::Withheld(WithheldReason::Unreadable), PersonalContent::Clear)
            }
        };
        Ok(Personal { subject, content })
    }

    /// Since when the subject's data are erased; `None` when they are not.
    pub async fn erased_since(&self, subject: SubjectId) -> Result<Option<DateTime<Utc>>, VaultError> {
        Ok(self.keys.destroyed_since(subject).await?)
    }

    /// Every personal value of a record as it was recorded, by its JSON pointer within the payload: in clear, or withheld
    /// with the reason.
    ///
    /// # Errors
    /// `Decode` when the record cannot be read; `Keys` when the key store fails.
    pub async fn open_all(&self, record: &Record) -> Result<Vec<(String, Personal<Value>)>, VaultError> {
        let sealed = record.decode_with(|_, _, _, mut payload| Ok(personal_values(&mut payload)?))?.event;
        let mut opened = Vec::with_capacity(sealed.len());
        for (path, value) in sealed {
            opened.push((path, self.open(&value).await?));
        }
        Ok(opened)
    }

    /// Fetches the keys of many subjects at once, so that opening their values one by one asks nothing more.
    pub async fn prefetch(&self, subjects: &[SubjectId]) -> Result<(), VaultError> {
        Ok(self.keys.prefetch(subjects).await?)
    }

    /// A keyed digest of a normalised text, lower-case hex, by which equal texts of one kind can be found without
    /// being readable. Whoever stores it deletes it when the subject is erased.
    pub async fn blind(&self, kind: &str, normalised: &str) -> Result<String, VaultError> {
        // A JSON array keeps kind and text apart without ambiguity.
        Ok(self.keys.blind(serde_json::json!([kind, normalised]).to_string().as_bytes()))
    }

    pub(crate) fn keys(&self) -> &KeyStore {
        &self.keys
    }
}
