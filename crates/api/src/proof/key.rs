//! Where the signing key and the checkpoints are, and how the key is made: once, for its owner only.

use std::path::PathBuf;

use spoor_notary::{KeyKind, SigningKey};

use super::KeeperError;
use crate::config::{Config, ConfigError};

/// Where the key and the checkpoints are, after `--data` was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofPlaces {
    /// The file with the signing key.
    pub signing_key: PathBuf,
    /// The directory that others collect checkpoints from.
    pub checkpoints: PathBuf,
}

impl ProofPlaces {
    /// Where the settings put them.
    pub fn of(config: &Config) -> Result<Self, ConfigError> {
        let place = |set: &Option<PathBuf>, name: &str, setting: &str| {
            let default = || Some(config.stores.data.as_ref()?.join(name));
            set.clone().or_else(default).ok_or_else(|| ConfigError(vec![unset(setting)]))
        };
        Ok(Self {
            signing_key: place(&config.proof.signing_key_file, "signing.key", "signing_key_file")?,
            checkpoints: place(&config.proof.checkpoint_dir, "checkpoints", "checkpoint_dir")?,
        })
    }

    /// The signing key.
    ///
    /// # Errors
    /// When there is none, or it cannot be used.
    pub(super) fn signing_key(&self) -> Result<SigningKey, KeeperError> {
        if !self.signing_key.exists() {
            return Err(KeeperError::NoKey(self.signing_key.clone()));
        }
        Ok(SigningKey::from_file(&self.signing_key)?)
    }
}

/// What to do about a place that is not set.
pub(crate) fn unset(setting: &str) -> String {
    format!("proof.{setting} is not set: name it, or give --data DIR")
}

/// Makes the signing key when there is none. Its name becomes the origin of both logs unless `proof.origin` says
/// otherwise; the default is drawn by lot, because two logs must never share one.
pub fn make_key(config: &Config, lot: uuid::Uuid) -> Result<ProofPlaces, crate::state::StateError> {
    let places = ProofPlaces::of(config)?;
    if !places.signing_key.exists() {
        let drawn = || format!("spoor-{}", &lot.simple().to_string()[20..]);
        let name = Some(config.proof.origin.clone()).filter(|origin| !origin.is_empty()).unwrap_or_else(drawn);
        let key = SigningKey::generate(&name, KeyKind::Log).map_err(KeeperError::from)?;
        key.create_file(&places.signing_key).map_err(KeeperError::from)?;
    }
    Ok(places)
}
