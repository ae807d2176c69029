//! The text by which a log shows another party that it grew: the size that party knows, the proof, the new checkpoint.
//! It is the body of C2SP tlog-witness `add-checkpoint`, exchanged as a file.

use base64::prelude::{BASE64_STANDARD, Engine};

use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::hash::Hash;
use crate::proof::{ConsistencyProof, MAX_SIZE};

/// That a log grew from one size to a signed checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growth {
    /// The size known before, in records.
    pub old_size: u64,
    /// That the log of that size is the beginning of the new one.
    pub proof: ConsistencyProof,
    /// What the log is now.
    pub checkpoint: SignedCheckpoint,
}

/// A proof is never longer than this many hashes.
const MAX_HASHES: usize = 63;

impl Growth {
    /// `old N`, the hashes in base64, an empty line, the checkpoint.
    pub fn to_text(&self) -> String {
        let hashes = self.proof.hashes.iter().map(|hash| BASE64_STANDARD.encode(hash) + "\n");
        format!("old {}\n{}\n{}", self.old_size, hashes.collect::<String>(), self.checkpoint.text())
    }

    /// Reads the text. Neither the proof nor any signature is checked yet.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let failed =
            || CheckpointError::Malformed("a proof of growth begins with `old N`, then hashes, then an empty line");
        let (head, checkpoint) = text.split_once("\n\n").ok_or_else(failed)?;
        let mut lines = head.lines();
        let old_size = lines.next().and_then(|line| line.strip_prefix("old ")?.parse::<u64>().ok());
        let old_size = old_size.filter(|size| *size <= MAX_SIZE).ok_or_else(failed)?;
        let hash = |line: &str| Hash::try_from(BASE64_STANDARD.decode(line).ok()?).ok();
        let hashes = lines.map(hash).collect::<Option<Vec<_>>>().filter(|all| all.len() <= MAX_HASHES);
        let proof = ConsistencyProof { hashes: hashes.ok_or_else(failed)? };
        let growth = Self { old_size, proof, checkpoint: SignedCheckpoint::parse(checkpoint)? };
        if growth.to_text() == text { Ok(growth) } else { Err(failed()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Checkpoint, KeyKind, SigningKey, leaf_hash};

    #[test]
    fn a_growth_reads_back_as_it_was_written_and_nothing_else_is_read() {
        let key = SigningKey::generate("example.org/events", KeyKind::Log).unwrap();
        let checkpoint = Checkpoint { origin: "example.org/events".into(), size: 9, root: leaf_hash(b"9") };
        for hashes in [vec![], vec![leaf_hash(b"1"), leaf_hash(b"2")]] {
            let proof = ConsistencyProof { hashes };
            let growth = Growth { old_size: 4, proof, checkpoint: checkpoint.sign(&key).unwrap() };
            let text = growth.to_text();
            assert_eq!(Growth::parse(&text), Ok(growth));
            let beyond = text.replacen("old 4", &format!("old {}", MAX_SIZE + 1), 1);
            for wrong in
                [beyond, text.replacen("old 4", "old 04", 1), text.replacen("old", "new", 1), format!("{text}\n")]
            {
                assert!(Growth::parse(&wrong).is_err(), "{wrong}");
            }
        }
    }
}
