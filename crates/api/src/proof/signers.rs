//! By which keys the checkpoints of a log are opened. What a checkpoint says counts once one of them has signed it; what
//! stands beside its note in the database, or in an unsigned file, never does.

use spoor_eventlog::{EventLog, KeptCheckpoint};
use spoor_notary::{CheckpointError, SignedCheckpoint, VerifyingKey};

use super::directory::Found;
use super::stands::Promise;
use super::{CheckpointDirectory, KeeperError, LogName, Refusal};

/// The keys of a log.
#[derive(Clone, Debug)]
pub(super) struct Signers {
    log: LogName,
    /// Those it signed under, in order, each with the size at which it took over.
    kept: Vec<(u64, VerifyingKey)>,
    /// Those known from elsewhere: the key here, and what is published.
    others: Vec<VerifyingKey>,
}

impl Signers {
    /// The keys kept beside a log, and others that are known.
    pub async fn of(name: LogName, log: &EventLog, others: Vec<VerifyingKey>) -> Result<Self, KeeperError> {
        let kept = log.signing_keys().await?.into_iter();
        let kept = kept.map(|key| Ok((key.since_size, VerifyingKey::parse(&key.vkey)?)));
        Ok(Self { log: name, kept: kept.collect::<Result<_, KeeperError>>()?, others })
    }

    /// Whether no key at all is known.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.others.is_empty()
    }

    /// What a checkpoint kept beside the log says: signed by a key that was in office at its size.
    ///
    /// # Errors
    /// `Refused` when it was not, or when the row says something else; `StrangeKey` when no key was kept and another than
    /// the one here signed it.
    pub fn open_row(&self, kept: &KeptCheckpoint) -> Result<SignedCheckpoint, KeeperError> {
        let signed = SignedCheckpoint::open(&kept.note, &self.in_office(kept.size));
        let signed = match (signed, self.others.first()) {
            // Signed before keys were kept, by whoever signed last.
            (Err(CheckpointError::NotSigned { .. }), Some(own)) if self.kept.is_empty() => {
                let (own, present) = (own.to_string(), "another key".to_owned());
                return Err(KeeperError::StrangeKey { log: self.log, own, present });
            }
            (signed, _) => signed.map_err(|source| self.not_signed(Promise::from(kept), source))?,
        };
        let note = signed.checkpoint();
        if (&note.origin, note.size, note.root) != (&kept.origin, kept.size, kept.root) {
            let (promise, size) = (Promise::from(kept).to_string(), note.size);
            return Err(Box::new(Refusal::RowDiffers { log: self.log.words(), promise, size }).into());
        }
        Ok(signed)
    }

    /// What a file in the directory of checkpoints says: signed by any key of the log.
    ///
    /// # Errors
    /// `Refused` when it was not.
    pub fn open_file(&self, found: &Found) -> Result<SignedCheckpoint, KeeperError> {
        let opened = SignedCheckpoint::open(found.signed.text(), &self.all());
        opened.map_err(|source| self.not_signed(Promise::from(found.clone()), source))
    }

    /// What others collect from the directory as the latest checkpoint: signed by any key of the log. None where there is no such
    /// file: it is written after that of its size.
    ///
    /// # Errors
    /// `LatestAltered` when it is anything else.
    pub fn open_latest(&self, directory: &CheckpointDirectory) -> Result<Option<Promise>, KeeperError> {
        let Some((path, text)) = directory.collected()? else { return Ok(None) };
        match SignedCheckpoint::open(&text, &self.all()) {
            Ok(signed) => Ok(Some(Promise { checkpoint: signed.checkpoint().clone(), at: None, file: Some(path) })),
            Err(source) => Err(KeeperError::LatestAltered { log: self.log, path, source }),
        }
    }

    /// Whether one of these copies of the newest checkpoint is signed by a key that is kept apart from the log: what stands
    /// beside the log, and the list of its keys too, can be altered along with it.
    ///
    /// # Errors
    /// `StrangeKey` when only others signed it.
    pub fn last_word(&self, own: &[&VerifyingKey], newest: &[SignedCheckpoint]) -> Result<(), KeeperError> {
        let Some(first) = own.first() else { return Ok(()) };
        if newest.iter().any(|signed| own.iter().any(|key| signed.signer(std::slice::from_ref(*key)).is_some())) {
            return Ok(());
        }
        let keys = self.all();
        let signer = newest.iter().find_map(|signed| signed.signer(&keys)).map(ToString::to_string);
        let present = signer.unwrap_or_else(|| "another key".to_owned());
        Err(KeeperError::StrangeKey { log: self.log, own: first.to_string(), present })
    }

    fn all(&self) -> Vec<VerifyingKey> {
        self.kept.iter().map(|(_, key)| key).chain(&self.others).cloned().collect()
    }

    /// The keys that signed at a size: at the one by which a key handed over to the next, both.
    fn in_office(&self, size: u64) -> Vec<VerifyingKey> {
        if self.kept.is_empty() {
            return self.others.clone();
        }
        let until = self.kept.iter().skip(1).map(|(since, _)| *since).chain([u64::MAX]);
        let terms = self.kept.iter().zip(until);
        terms.filter(|((since, _), until)| (*since..=*until).contains(&size)).map(|((_, key), _)| key.clone()).collect()
    }

    fn not_signed(&self, promise: Promise, source: CheckpointError) -> KeeperError {
        let promise = promise.to_string();
        Box::new(Refusal::NotSigned { log: self.log.words(), promise, source }).into()
    }
}
