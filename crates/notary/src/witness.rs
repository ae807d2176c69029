//! What a witness keeps: which log it follows and the last checkpoint it countersigned.

use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::cosign::{WitnessRefusal, check_growth};
use crate::key::{KeyError, KeyKind, SigningKey, VerifyingKey};
use crate::proof::ConsistencyProof;

/// The memory of a witness. Losing it is losing the protection: without it, any history would pass for the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessState {
    /// The key of the log it follows.
    pub log: VerifyingKey,
    /// The last checkpoint it countersigned; nothing at first.
    pub seen: Option<SignedCheckpoint>,
}

/// Why the memory cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum WitnessStateError {
    /// The text is none.
    #[error("this is not the state of a witness: {0}")]
    Malformed(&'static str),
    /// The key of the log in it cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The checkpoint in it is not one of its log.
    #[error("the checkpoint in the state is not good: {0}")]
    Checkpoint(#[from] crate::checkpoint::CheckpointError),
}

const FIRST_LINE: &str = "spoor-witness/1";

impl WitnessState {
    /// `spoor-witness/1`, the key of the log, then the checkpoint seen last after an empty line.
    pub fn to_text(&self) -> String {
        let seen = self.seen.as_ref().map_or("", SignedCheckpoint::text);
        format!("{FIRST_LINE}\nlog {}\n\n{seen}", self.log)
    }

    /// Reads the text; the checkpoint in it must be signed by the log.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, WitnessStateError> {
        let failed =
            || WitnessStateError::Malformed("it begins with `spoor-witness/1`, then `log VKEY`, then an empty line");
        let rest = text.strip_prefix(FIRST_LINE).and_then(|rest| rest.strip_prefix("\nlog ")).ok_or_else(failed)?;
        let (log, seen) = rest.split_once("\n\n").ok_or_else(failed)?;
        let log = VerifyingKey::parse(log)?;
        if log.kind() != KeyKind::Log {
            return Err(WitnessStateError::Malformed("the key in it is not one of a log"));
        }
        let keys = std::slice::from_ref(&log);
        let seen = if seen.is_empty() { None } else { Some(SignedCheckpoint::open(seen, keys)?) };
        Ok(Self { log, seen })
    }

    /// The same memory of a log that signs with another key from now on. What was seen last must be signed by it too: it is
    /// the checkpoint by which the log handed over.
    ///
    /// # Errors
    /// When the key is not one of this log, or did not sign what was seen last.
    pub fn under_key(&self, log: VerifyingKey) -> Result<Self, WitnessStateError> {
        if log.kind() != KeyKind::Log || log.name() != self.log.name() {
            return Err(WitnessStateError::Malformed("the key is not one of the log it follows"));
        }
        Self::parse(&Self { log, seen: self.seen.clone() }.to_text())
    }

    /// What was seen last.
    pub fn last(&self) -> Option<&Checkpoint> {
        self.seen.as_ref().map(SignedCheckpoint::checkpoint)
    }

    /// Countersigns a checkpoint of the log it follows when it grew out of what was seen last, and remembers it.
    /// `at` is in seconds since 1970 (UTC). Keep the new state before giving the countersigned checkpoint away.
    ///
    /// # Errors
    /// When it is not signed by the log, shrank, forked, or the proof does not show its growth.
    pub fn countersign(
        &self,
        offered: &str,
        proof: &ConsistencyProof,
        key: &SigningKey,
        at: u64,
    ) -> Result<(Self, SignedCheckpoint), WitnessRefusal> {
        let offered = SignedCheckpoint::open(offered, std::slice::from_ref(&self.log))?;
        check_growth(self.last(), offered.checkpoint(), proof)?;
        let cosigned = offered.cosigned(key, at)?;
        Ok((Self { log: self.log.clone(), seen: Some(cosigned.clone()) }, cosigned))
    }
}
