//! What an export is held against, and the verdict with its grounds.

use super::manifest::Manifest;
use crate::checkpoint::SignedCheckpoint;
use crate::cosign::{Cosignature, Policy};
use crate::growth::Growth;
use crate::key::VerifyingKey;

/// What the export is held against.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// The keys received from the keeper of the log: the present one and those before it. Without any, the key named in the
    /// export is used.
    pub keys: Vec<VerifyingKey>,
    /// Who must have signed.
    pub policy: Option<Policy>,
    /// Checkpoints kept elsewhere.
    pub kept: Vec<Kept>,
    /// Proofs of growth that lead to or from them, where the export itself cannot show it.
    pub growths: Vec<Growth>,
}

/// A checkpoint kept elsewhere.
#[derive(Clone, Debug)]
pub struct Kept {
    /// How it is called in the report, for instance its file name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything shown was in the log as the checkpoint signs it.
    Proven,
    /// Something is not.
    NotProven {
        /// The first record that is not, where it can be told, from 1.
        index: Option<u64>,
        /// What is wrong.
        what: String,
    },
    /// It cannot be said: this is no export, or what it is to be held against is not usable.
    Unusable {
        /// Why.
        why: String,
    },
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The record, from 1, where it can be told.
    pub index: Option<u64>,
    /// What is wrong.
    pub what: String,
}

/// The verdict with its grounds.
#[derive(Clone, Debug)]
pub struct Report {
    /// What came out.
    pub outcome: Outcome,
    /// Everything that was found, the first record first; at most one of each kind.
    pub findings: Vec<Finding>,
    /// What was looked at; nothing when it was no export.
    pub shown: Option<Shown>,
}

/// What was looked at.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What the export says about itself.
    pub manifest: Manifest,
    /// The checkpoint everything leads to, with its signatures.
    pub checkpoint: SignedCheckpoint,
    /// The key that signed it.
    pub key: VerifyingKey,
    /// Whether that key was given, rather than taken from the export.
    pub key_was_given: bool,
    /// The cosignatures of the policy's witnesses.
    pub cosignatures: Vec<Cosignature>,
    /// The checkpoints that the records were found to agree with: name and size.
    pub agreed: Vec<(String, u64)>,
    /// How many streams the records belong to.
    pub streams: u64,
    /// How many records hold sealed personal values.
    pub with_personal: u64,
    /// When the first and the last record were taken.
    pub period: Option<(String, String)>,
    /// Bytes of the records.
    pub bytes: u64,
    /// Files that are no part of an export and were not looked at.
    pub ignored: Vec<String>,
}

impl Report {
    pub(crate) fn of(mut findings: Vec<Finding>, shown: Option<Shown>) -> Self {
        // What names a record comes first, the first record first.
        findings.sort_by_key(|finding| finding.index.unwrap_or(u64::MAX));
        let outcome = match findings.first() {
            None => Outcome::Proven,
            Some(Finding { index, what }) => Outcome::NotProven { index: *index, what: what.clone() },
        };
        Self { outcome, findings, shown }
    }

    pub(crate) fn unusable(why: String) -> Self {
        Self { outcome: Outcome::Unusable { why }, findings: Vec::new(), shown: None }
    }
}

impl Finding {
    pub(crate) fn whole(what: impl Into<String>) -> Self {
        Self { index: None, what: what.into() }
    }
}
