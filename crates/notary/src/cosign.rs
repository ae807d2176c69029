//! Witnesses: other parties who keep what they saw, and countersign a checkpoint only when it grew out of that.

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::key::{KeyError, KeyKind, SigningKey, VerifyingKey, words};
use crate::proof::{ConsistencyProof, ProofError};

/// That a witness saw a checkpoint, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosignature {
    /// Name of the witness.
    pub witness: String,
    /// When it countersigned, in seconds since 1970 (UTC), by its own clock.
    pub at: u64,
}

/// Who must have signed: the log, and at least so many of these witnesses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The keys of the log: one of them must have signed. More than one where the log changed its key.
    pub logs: Vec<VerifyingKey>,
    /// The keys of the witnesses that count.
    pub witnesses: Vec<VerifyingKey>,
    /// How many of them must have countersigned.
    pub threshold: usize,
}

/// Why a witness does not countersign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WitnessRefusal {
    /// The checkpoint is not one of the log that this witness follows.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The log became shorter.
    #[error(
        "the log has shrunk: {seen} records were seen before, this checkpoint has {offered}. An old backup was restored, or records were cut off. Not countersigned"
    )]
    Shrunk {
        /// The size seen before, in records.
        seen: u64,
        /// The size of the checkpoint offered.
        offered: u64,
    },
    /// Same size, other content.
    #[error("the log has two histories: at {size} records it had another root before. Not countersigned")]
    Forked {
        /// The size, in records.
        size: u64,
    },
    /// The proof does not show that the log grew out of what was seen.
    #[error(
        "nothing shows that the log of {offered} records grew out of the {seen} seen before ({source}). Not countersigned"
    )]
    NotConsistent {
        /// The size seen before, in records.
        seen: u64,
        /// The size of the checkpoint offered.
        offered: u64,
        /// What the proof lacks.
        source: ProofError,
    },
}

/// Why a policy cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// A line that is none of a policy.
    #[error("line {line} of the policy: {what}")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// Something is missing.
    #[error("the policy {0}")]
    Whole(&'static str),
}

/// Checks that a checkpoint grew out of the one this witness saw last. Nothing seen yet: any checkpoint is the first.
///
/// # Errors
/// When it shrank, forked, or the proof does not show its growth.
pub fn check_growth(
    seen: Option<&Checkpoint>,
    offered: &Checkpoint,
    proof: &ConsistencyProof,
) -> Result<(), WitnessRefusal> {
    let Some(seen) = seen else { return Ok(()) };
    if offered.size < seen.size {
        return Err(WitnessRefusal::Shrunk { seen: seen.size, offered: offered.size });
    }
    if offered.size == seen.size {
        return if offered.root == seen.root { Ok(()) } else { Err(WitnessRefusal::Forked { size: seen.size }) };
    }
    let not_consistent = |source| WitnessRefusal::NotConsistent { seen: seen.size, offered: offered.size, source };
    proof.check(seen.size, &seen.root, offered.size, &offered.root).map_err(not_consistent)
}

impl SignedCheckpoint {
    /// Adds the cosignature of a witness (C2SP cosignature/v1). `at` is in seconds since 1970 (UTC).
    ///
    /// # Errors
    /// When the key is not one of a witness.
    pub fn cosigned(&self, key: &SigningKey, at: u64) -> Result<Self, CheckpointError> {
        let public = key.public();
        if public.kind() != KeyKind::Witness {
            let origin = self.checkpoint().origin.clone();
            return Err(CheckpointError::WrongKey { key: public.name().into(), origin });
        }
        let signature = key.sign_bytes(message(self.checkpoint(), at).as_bytes());
        self.with_signature(public, [at.to_be_bytes().as_slice(), &signature].concat())
    }

    /// The good cosignatures by these witnesses, one for each that countersigned.
    ///
    /// # Errors
    /// When one that claims to be by one of them is not.
    pub fn cosignatures(&self, witnesses: &[VerifyingKey]) -> Result<Vec<Cosignature>, CheckpointError> {
        let mut found: Vec<Cosignature> = Vec::new();
        for witness in witnesses.iter().filter(|key| key.kind() == KeyKind::Witness) {
            let mut latest = None;
            for signature in self.signatures_of(witness) {
                let bad = || CheckpointError::BadSignature(witness.to_string());
                let (at, signature) = signature.split_first_chunk::<8>().ok_or_else(bad)?;
                let at = u64::from_be_bytes(*at);
                if !witness.has_signed(message(self.checkpoint(), at).as_bytes(), signature) {
                    return Err(bad());
                }
                latest = latest.max(Some(at));
            }
            found.extend(latest.map(|at| Cosignature { witness: witness.name().to_owned(), at }));
        }
        Ok(found)
    }
}

impl Policy {
    /// Reads a policy: lines `log VKEY`, lines `witness VKEY`, a line `threshold N`; spaces or tabs part words, `#` begins a
    /// comment.
    ///
    /// # Errors
    /// When a line is none of these, or the whole asks for more witnesses than it names.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let (mut logs, mut witnesses, mut threshold) = (Vec::<VerifyingKey>::new(), Vec::<VerifyingKey>::new(), None);
        for (line, content) in (1..).zip(text.lines()) {
            let failed = |what: String| PolicyError::Line { line, what };
            let key = |text: &str, kind: KeyKind| match VerifyingKey::parse(text) {
                Ok(key) if key.kind() == kind => Ok(key),
                Ok(key) => Err(failed(format!("{} is not the key of a {kind:?}", key.name()).to_lowercase())),
                Err(error) => Err(failed(KeyError::to_string(&error))),
            };
            let mut found = words(content.split('#').next().unwrap_or_default());
            match (found.next(), found.next(), found.next()) {
                (None, ..) => {}
                (Some("log"), Some(text), None) => {
                    let log = key(text, KeyKind::Log)?;
                    if logs.iter().any(|known| known == &log || known.name() != log.name()) {
                        return Err(failed("this key is named twice, or is of another log".into()));
                    }
                    logs.push(log);
                }
                (Some("witness"), Some(text), None) => {
                    let witness = key(text, KeyKind::Witness)?;
                    if witnesses.contains(&witness) {
                        return Err(failed("this witness is named twice".into()));
                    }
                    witnesses.push(witness);
                }
                (Some("threshold"), Some(number), None) if threshold.is_none() => {
                    let is_whole = number.bytes().all(|digit| digit.is_ascii_digit());
                    let number = number.parse::<usize>().ok().filter(|_| is_whole);
                    threshold = Some(number.ok_or_else(|| failed("a number is expected".into()))?);
                }
                (Some(_), ..) => {
                    return Err(failed(
                        "expected `log VKEY`, `witness VKEY` or `threshold N`, the threshold once".into(),
                    ));
                }
            }
        }
        if logs.is_empty() {
            return Err(PolicyError::Whole("names no log"));
        }
        // Not saying how many is asking for all.
        let threshold = threshold.unwrap_or(witnesses.len());
        if threshold > witnesses.len() {
            return Err(PolicyError::Whole("asks for more witnesses than it names"));
        }
        Ok(Self { logs, witnesses, threshold })
    }
}

/// What a witness signs: when, and the text of the checkpoint.
fn message(checkpoint: &Checkpoint, at: u64) -> String {
    format!("cosignature/v1\ntime {at}\n{}", checkpoint.to_text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Frontier, TileBuilder, Tiles, leaf_hash, prove_consistency};

    const ORIGIN: &str = "example.org/spoor/events";

    fn witness(name: &str) -> SigningKey {
        SigningKey::generate(name, KeyKind::Witness).unwrap()
    }

    fn checkpoint(size: u64) -> Checkpoint {
        let mut frontier = Frontier::default();
        (0..size).for_each(|n| frontier.push(leaf_hash(&n.to_be_bytes())));
        Checkpoint { origin: ORIGIN.into(), size, root: frontier.root() }
    }

    fn proof(old: u64, new: u64) -> ConsistencyProof {
        let mut builder = TileBuilder::default();
        (0..new).for_each(|n| builder.push(leaf_hash(&n.to_be_bytes())));
        prove_consistency(old, new, &builder.take_changed().into_iter().collect::<Tiles>()).unwrap()
    }

    #[test]
    fn a_cosignature_says_who_and_when_and_only_for_this_checkpoint() {
        let log = SigningKey::generate(ORIGIN, KeyKind::Log).unwrap();
        let (one, two) = (witness("museum.example"), witness("parket.example"));
        let keys = [one.public().clone(), two.public().clone()];
        let signed = checkpoint(5).sign(&log).unwrap().cosigned(&one, 1_700_000_000).unwrap();
        let at = |at| vec![Cosignature { witness: "museum.example".into(), at }];
        assert_eq!(signed.cosignatures(&keys).unwrap(), at(1_700_000_000));
        // Countersigning again replaces the earlier moment.
        let again = signed.cosigned(&one, 1_700_000_600).unwrap();
        assert_eq!(again.cosignatures(&keys).unwrap(), at(1_700_000_600));
        assert_eq!(again.text().lines().count(), signed.text().lines().count());
        // A cosignature of one checkpoint is not one of another.
        let line = signed.text().lines().last().unwrap();
        let moved = SignedCheckpoint::parse(&format!("{}{line}\n", checkpoint(6).sign(&log).unwrap().text())).unwrap();
        assert!(matches!(moved.cosignatures(&keys), Err(CheckpointError::BadSignature(_))));
        assert_eq!(moved.cosignatures(&keys[1..]).unwrap(), vec![]);
    }

    #[test]
    fn a_log_that_grew_is_accepted_and_a_shrunk_or_forked_one_refused() {
        let none = ConsistencyProof { hashes: vec![] };
        assert_eq!(check_growth(None, &checkpoint(3), &none), Ok(()));
        assert_eq!(check_growth(Some(&checkpoint(3)), &checkpoint(11), &proof(3, 11)), Ok(()));
        assert_eq!(check_growth(Some(&checkpoint(3)), &checkpoint(3), &none), Ok(()));
        let shrunk = check_growth(Some(&checkpoint(11)), &checkpoint(3), &none);
        assert_eq!(shrunk, Err(WitnessRefusal::Shrunk { seen: 11, offered: 3 }));
        let other = Checkpoint { root: leaf_hash(b"other"), ..checkpoint(3) };
        assert_eq!(check_growth(Some(&other), &checkpoint(3), &none), Err(WitnessRefusal::Forked { size: 3 }));
        assert!(matches!(
            check_growth(Some(&other), &checkpoint(11), &proof(3, 11)),
            Err(WitnessRefusal::NotConsistent { .. })
        ));
    }

    #[test]
    fn a_policy_reads_its_lines_and_refuses_what_cannot_be_met() {
        let log = SigningKey::generate(ORIGIN, KeyKind::Log).unwrap();
        let (one, two) = (witness("museum.example"), witness("parket.example"));
        let (log, one, two) = (log.public(), one.public(), two.public());
        let text = format!("# who must have signed\nlog {log}\nwitness {one}\nwitness {two} # second\n\nthreshold 1\n");
        let policy = Policy::parse(&text).unwrap();
        assert_eq!(policy, Policy { logs: vec![log.clone()], witnesses: vec![one.clone(), two.clone()], threshold: 1 });
        let next = SigningKey::generate(ORIGIN, KeyKind::Log).unwrap();
        let changed = Policy::parse(&format!("log {}\nlog {log}\nwitness {one}\n", next.public())).unwrap();
        assert_eq!(changed.logs, [next.public().clone(), log.clone()]);
        let strange = SigningKey::generate("example.org/spoor/access", KeyKind::Log).unwrap();
        assert!(Policy::parse(&format!("log {log}\nlog {}\n", strange.public())).is_err(), "keys of two logs");
        assert_eq!(Policy::parse(&format!("log\t{log}\r\n witness  {one} \n")).unwrap().threshold, 1);
        for wrong in [
            format!("witness {one}\n"),
            format!("log {one}\n"),
            format!("log {log}\nwitness {one}\nwitness {one}\n"),
            format!("log {log}\nthreshold 1\n"),
            format!("log {log}\nlog {log}\n"),
            format!("log {log}\nquorum 1\n"),
            format!("log {log} {log}\n"),
            format!("log {log}\nthreshold -1\n"),
            format!("log {log}\nthreshold +0\n"),
            format!("log {log}\nthreshold 0_0\n"),
            format!("log {log}\nthreshold ٠\n"),
        ] {
            assert!(Policy::parse(&wrong).is_err(), "{wrong}");
        }
    }
}
