//! Which key a log signs under: taken up with its first checkpoint, handed over by a rotation, and no other ever.

use std::path::Path;

use spoor_eventlog::{Clock, EventLog, KeptCheckpoint, KeptKey};
use spoor_notary::{KeyKind, SignedCheckpoint, SigningKey, VerifyingKey};

use super::{KeeperError, LogKeeper, LogName, ProofPlaces};

/// How a log came to its new key.
#[derive(Clone, Debug)]
pub struct HandOver {
    /// Which log.
    pub log: LogName,
    /// The key it signs under from now on.
    pub key: VerifyingKey,
    /// The checkpoint that both keys signed; none where nothing was ever signed.
    pub checkpoint: Option<KeptCheckpoint>,
}

/// Lets another key sign from now on: the key in use signs each log a last time, and what it signed is signed by the new one
/// too. Makes the new key when its file is not there. Broken off at any point it can be run again.
///
/// # Errors
/// When a log is not the one that was signed, or signs under neither of the two keys: nothing is handed over then.
pub async fn rotate(
    places: &ProofPlaces,
    origin: &str,
    logs: [(LogName, &EventLog); 2],
    clock: &Clock,
    new: &Path,
) -> Result<Vec<HandOver>, KeeperError> {
    let old = places.signing_key()?;
    let base = if origin.is_empty() { old.public().name() } else { origin };
    let next = match new.exists() {
        true => SigningKey::from_file(new)?,
        false => {
            let next = SigningKey::generate(base, KeyKind::Log)?;
            next.create_file(new)?;
            next
        }
    };
    let is_next = next.public().kind() == KeyKind::Log && next.public().name() == base && next.public() != old.public();
    if !is_next {
        return Err(KeeperError::NoNextKey { path: new.to_owned(), name: base.to_owned() });
    }
    let mut handed_over = Vec::with_capacity(logs.len());
    for (name, log) in logs {
        let old = LogKeeper::under(name, log, &old, base, places, clock)?;
        let next = LogKeeper::under(name, log, &next, base, places, clock)?;
        handed_over.push(old.hand_over(&next).await?);
    }
    Ok(handed_over)
}

impl LogKeeper {
    /// Every key this log signed under, the present one first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn keys(&self) -> Result<Vec<VerifyingKey>, KeeperError> {
        let kept = self.log.signing_keys().await?;
        let keys = kept.iter().rev().map(|key| VerifyingKey::parse(&key.vkey)).collect::<Result<Vec<_>, _>>()?;
        Ok(if keys.is_empty() { vec![self.key.public().clone()] } else { keys })
    }

    /// Whether it is this key under which the log signs.
    ///
    /// # Errors
    /// When it is another.
    pub(super) async fn holds_the_pen(&self) -> Result<(), KeeperError> {
        let (log, own) = (self.name, self.key.public().to_string());
        let kept = self.log.signing_keys().await?;
        let was = kept.iter().any(|key| key.vkey == own);
        match kept.last() {
            Some(present) if present.vkey == own => Ok(()),
            Some(present) if was => {
                Err(KeeperError::KeyReplaced { log, own, present: present.vkey.clone(), since: present.taken_at })
            }
            Some(present) => Err(KeeperError::StrangeKey { log, own, present: present.vkey.clone() }),
            // Signed before keys were kept, by whoever signed last; or never signed.
            None => match self.log.latest_checkpoint().await? {
                Some(latest) if !self.has_signed(&latest)? => {
                    Err(KeeperError::StrangeKey { log, own, present: "another key".to_owned() })
                }
                Some(_) | None => Ok(()),
            },
        }
    }

    /// Writes down that this is the key, where none is.
    pub(super) async fn take_up_the_pen(&self) -> Result<(), KeeperError> {
        if self.log.signing_keys().await?.is_empty() {
            self.log.take_key(self.as_kept(0), None).await?;
        }
        self.holds_the_pen().await
    }

    async fn hand_over(&self, next: &Self) -> Result<HandOver, KeeperError> {
        let key = next.key.public().clone();
        let present = self.log.signing_keys().await?.pop();
        if present.is_none_or(|present| present.vkey != key.to_string()) {
            let Some(last) = self.sign().await? else {
                return Ok(HandOver { log: self.name, key, checkpoint: None });
            };
            self.log.take_key(next.as_kept(last.size), Some(&self.key.public().to_string())).await?;
        }
        let checkpoint = next.countersign(self.key.public()).await?;
        next.directory.publish_keys(&next.keys().await?)?;
        Ok(HandOver { log: self.name, key, checkpoint })
    }

    /// Signs what was signed last, by the key before or by this one.
    async fn countersign(&self, before: &VerifyingKey) -> Result<Option<KeptCheckpoint>, KeeperError> {
        let _turn = self.turn.lock().await;
        self.stands(Some(before)).await?;
        let Some(latest) = self.latest_checkpoint().await? else { return Ok(None) };
        let signed = SignedCheckpoint::parse(&latest.note)?;
        let both = signed.merged_with(&signed.checkpoint().sign(&self.key)?)?;
        self.keep(&both).await.map(Some)
    }

    fn has_signed(&self, kept: &KeptCheckpoint) -> Result<bool, KeeperError> {
        Ok(SignedCheckpoint::parse(&kept.note)?.signer(std::slice::from_ref(self.key.public())).is_some())
    }

    fn as_kept(&self, since_size: u64) -> KeptKey {
        KeptKey { vkey: self.key.public().to_string(), since_size, taken_at: self.clock.now() }
    }
}
