//! Checkpoints: what a log was at one size, signed (C2SP tlog-checkpoint in a C2SP signed note).

use signed_note::Signature;
use tlog_tiles::checkpoint as c2sp;

use crate::hash::Hash;
use crate::key::{KeyKind, SigningKey, VerifyingKey};
use crate::proof::MAX_SIZE;

/// What a log was at one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log, for ever: the name of its key.
    pub origin: String,
    /// How many records.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// A signed checkpoint is no longer than this: room for some thousands of witnesses.
const MAX_BYTES: usize = 1_000_000;

/// A checkpoint with signatures, as text that can be given to others. Which of them are good, [`SignedCheckpoint::open`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    text: String,
}

/// Why a checkpoint is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text is not one.
    #[error("this is not a signed checkpoint: {0}")]
    Malformed(&'static str),
    /// Nobody known signed it.
    #[error("no signature on this checkpoint of {origin} is by {keys}")]
    NotSigned {
        /// The log the checkpoint names.
        origin: String,
        /// The keys it was held against.
        keys: String,
    },
    /// The signature is not of this text.
    #[error("the signature of {0} does not fit the text of this checkpoint")]
    BadSignature(String),
    /// Signed with a key for something else.
    #[error("the key {key} cannot sign for {origin}: a log signs under its own origin, with a key of a log")]
    WrongKey {
        /// Name of the key.
        key: String,
        /// The log the checkpoint names.
        origin: String,
    },
}

impl Checkpoint {
    /// The text that is signed: origin, size and root in base64, a line each.
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, tlog_tiles::Hash(self.root))
    }

    /// Reads the text; extension lines are refused.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let malformed = CheckpointError::Malformed;
        let read = c2sp::Checkpoint::from_bytes(text.as_bytes()).map_err(|_| malformed("three lines are expected"))?;
        let checkpoint = Self { origin: read.origin().to_owned(), size: read.size(), root: read.hash().0 };
        if checkpoint.size > MAX_SIZE {
            return Err(malformed("its size is beyond every log"));
        }
        if checkpoint.to_text() == text {
            Ok(checkpoint)
        } else {
            Err(malformed("only origin, size and root belong in it"))
        }
    }

    /// Signs with the key of this log.
    ///
    /// # Errors
    /// When the key is one of another log, or of a witness.
    pub fn sign(&self, key: &SigningKey) -> Result<SignedCheckpoint, CheckpointError> {
        let public = key.public();
        if public.kind() != KeyKind::Log || public.name() != self.origin {
            return Err(CheckpointError::WrongKey { key: public.name().into(), origin: self.origin.clone() });
        }
        let text = self.to_text();
        let signature = key.sign_bytes(text.as_bytes());
        SignedCheckpoint::from_text(&text, vec![(public, signature)])
    }
}

impl SignedCheckpoint {
    /// Reads a signed checkpoint and asks for a good signature of the log by one of these keys. Signatures by keys
    /// unknown here are left alone.
    ///
    /// # Errors
    /// When it is none, when none of the keys signed it, or when a signature that claims to be by one of them is not.
    pub fn open(text: &str, keys: &[VerifyingKey]) -> Result<Self, CheckpointError> {
        let signed = Self::parse(text)?;
        let mut is_signed = false;
        for key in keys.iter().filter(|key| key.kind() == KeyKind::Log && key.name() == signed.checkpoint.origin) {
            for signature in signed.signatures_of(key) {
                if !key.has_signed(signed.checkpoint.to_text().as_bytes(), &signature) {
                    return Err(CheckpointError::BadSignature(key.to_string()));
                }
                is_signed = true;
            }
        }
        let keys = || keys.iter().map(VerifyingKey::to_string).collect::<Vec<_>>().join(" or ");
        let not_signed = || CheckpointError::NotSigned { origin: signed.checkpoint.origin.clone(), keys: keys() };
        if is_signed { Ok(signed) } else { Err(not_signed()) }
    }

    /// The first of these keys whose good signature it carries.
    pub fn signer<'k>(&self, keys: &'k [VerifyingKey]) -> Option<&'k VerifyingKey> {
        keys.iter().find(|key| Self::open(&self.text, std::slice::from_ref(key)).is_ok())
    }

    /// Reads a signed checkpoint without looking at who signed it.
    ///
    /// # Errors
    /// When the text is none.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let malformed = CheckpointError::Malformed;
        if text.len() > MAX_BYTES {
            return Err(malformed("it is longer than any"));
        }
        if text.chars().any(|letter| letter < ' ' && letter != '\n') {
            return Err(malformed("it is no text"));
        }
        let (body, signatures) = text.split_once("\n\n").ok_or_else(|| malformed("it is no signed note"))?;
        let signatures = signatures.strip_suffix('\n').ok_or_else(|| malformed("it is no signed note"))?;
        // The library reads one line; of whole notes it reads no more than a hundred signatures.
        let is_signature = |line: &str| {
            Signature::from_bytes(line.as_bytes()).is_ok_and(|read| read.to_bytes() == format!("{line}\n").as_bytes())
        };
        if !signatures.split('\n').all(is_signature) {
            return Err(malformed("it is not written as signed notes are"));
        }
        Ok(Self { checkpoint: Checkpoint::parse(&format!("{body}\n"))?, text: text.to_owned() })
    }

    /// What is signed.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The whole text, signatures included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same checkpoint with one signature more; one by the same key is replaced.
    pub(crate) fn with_signature(&self, key: &VerifyingKey, signature: Vec<u8>) -> Result<Self, CheckpointError> {
        let mut lines: Vec<&str> = self.signature_lines().collect();
        let line = signature_line(key, signature)?;
        let prefix = format!("— {} ", key.name());
        let is_replaced = |kept: &&str| kept.starts_with(&prefix) && id_of(kept) == Some(key.id());
        lines.retain(|kept| !is_replaced(kept));
        lines.push(&line);
        Self::parse(&format!("{}\n{}\n", self.checkpoint.to_text(), lines.join("\n")))
    }

    /// The signatures that say they are by this key.
    pub(crate) fn signatures_of(&self, key: &VerifyingKey) -> Vec<Vec<u8>> {
        self.signature_lines()
            .filter_map(|line| Signature::from_bytes(line.as_bytes()).ok())
            .filter(|signature| signature.name() == key.name() && signature.id() == key.id())
            .map(|signature| signature.signature().to_vec())
            .collect()
    }

    /// Adds the signatures of another copy of the same checkpoint that this one has not.
    ///
    /// # Errors
    /// When it is a copy of another checkpoint.
    pub fn merged_with(&self, other: &Self) -> Result<Self, CheckpointError> {
        if self.checkpoint != other.checkpoint {
            return Err(CheckpointError::Malformed("the two are of different checkpoints"));
        }
        let mut lines: Vec<&str> = self.signature_lines().collect();
        lines.extend(other.signature_lines().filter(|line| !self.signature_lines().any(|known| known == *line)));
        Self::parse(&format!("{}\n{}\n", self.checkpoint.to_text(), lines.join("\n")))
    }

    fn signature_lines(&self) -> impl Iterator<Item = &str> {
        // The text of a checkpoint is three lines, then an empty one.
        self.text.lines().skip(4)
    }

    fn from_text(text: &str, signatures: Vec<(&VerifyingKey, Vec<u8>)>) -> Result<Self, CheckpointError> {
        let lines = signatures.into_iter().map(|(key, signature)| signature_line(key, signature));
        Self::parse(&format!("{text}\n{}\n", lines.collect::<Result<Vec<_>, _>>()?.join("\n")))
    }
}

fn signature_line(key: &VerifyingKey, signature: Vec<u8>) -> Result<String, CheckpointError> {
    let malformed = || CheckpointError::Malformed("the name of the key cannot be one");
    let line = Signature::new(key.name().to_owned(), key.id(), signature).map_err(|_| malformed())?.to_bytes();
    Ok(String::from_utf8(line).map_err(|_| malformed())?.trim_end().to_owned())
}

fn id_of(line: &str) -> Option<u32> {
    Some(Signature::from_bytes(line.as_bytes()).ok()?.id())
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, Engine};

    use super::*;
    use crate::leaf_hash;

    const ORIGIN: &str = "example.org/spoor/events";

    fn key() -> SigningKey {
        SigningKey::generate(ORIGIN, KeyKind::Log).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: ORIGIN.into(), size: 42, root: leaf_hash(b"42") }
    }

    #[test]
    fn a_signed_checkpoint_opens_with_its_key_and_with_no_other() {
        let (key, other) = (key(), key());
        let signed = checkpoint().sign(&key).unwrap();
        let opened = SignedCheckpoint::open(signed.text(), &[other.public().clone(), key.public().clone()]).unwrap();
        assert_eq!(*opened.checkpoint(), checkpoint());
        let refused = SignedCheckpoint::open(signed.text(), &[other.public().clone()]);
        assert!(matches!(refused, Err(CheckpointError::NotSigned { .. })));
    }

    #[test]
    fn a_checkpoint_with_one_byte_changed_does_not_open() {
        let key = key();
        let signed = checkpoint().sign(&key).unwrap();
        for at in 0..signed.text().len() {
            for bit in [1u8, 0x20] {
                let mut bytes = signed.text().as_bytes().to_vec();
                bytes[at] ^= bit;
                let opened =
                    String::from_utf8(bytes).ok().map(|text| SignedCheckpoint::open(&text, &[key.public().clone()]));
                assert!(!matches!(opened, Some(Ok(_))), "byte {at}");
            }
        }
    }

    #[test]
    fn a_log_signs_only_for_itself() {
        let other = SigningKey::generate("example.org/spoor/access", KeyKind::Log).unwrap();
        assert!(matches!(checkpoint().sign(&other), Err(CheckpointError::WrongKey { .. })));
        let witness = SigningKey::generate(ORIGIN, KeyKind::Witness).unwrap();
        assert!(matches!(checkpoint().sign(&witness), Err(CheckpointError::WrongKey { .. })));
        assert!(checkpoint().sign(&other.under_name(ORIGIN).unwrap()).is_ok());
    }

    #[test]
    fn a_checkpoint_carries_a_thousand_signatures_and_no_line_that_is_none() {
        let key = key();
        let signed = checkpoint().sign(&key).unwrap();
        // The id of a key, a moment and a signature; then nothing but an id.
        let line = |bytes: &[u8]| format!("— museum.example {}\n", BASE64_STANDARD.encode(bytes));
        let with = |lines: String| format!("{}{lines}", signed.text());
        let many = with(line(&[1; 76]).repeat(1_000));
        assert!(SignedCheckpoint::open(&many, &[key.public().clone()]).is_ok());
        for wrong in [with(line(&[1; 4])), format!("{many}\n"), with(line(&[1; 76]).repeat(10_000))] {
            assert!(SignedCheckpoint::parse(&wrong).is_err());
        }
    }

    #[test]
    fn lines_beside_origin_size_and_root_are_refused() {
        let text = checkpoint().to_text();
        assert_eq!(Checkpoint::parse(&text), Ok(checkpoint()));
        assert!(Checkpoint::parse(&format!("{text}more\n")).is_err());
        assert!(Checkpoint::parse(&text.replace("42", "042")).is_err());
    }
}
