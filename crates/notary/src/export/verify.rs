//! The verifier: is what somebody shows what was in the log? It needs the export and the log's public key, nothing else.

use std::io;
use std::path::Path;
use std::thread;

use aws_lc_rs::digest::{Context, SHA256};

use super::archive::Package;
use super::line::is_canonical;
use super::manifest::{
    CHECKPOINT, CHECKPOINTS, FORMAT, FileEntry, LEAVES, LOGS, MANIFEST, Manifest, OPENED, PROOF, RECORDS, Selection,
    TABLE,
};
use super::marks::{Mark, Marks};
use super::pass::{Pass, Passed};
use super::report::{Expected, Finding, Report, Shown};
use super::writer::canonical;
use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::cosign::Cosignature;
use crate::growth::Growth;
use crate::hash::finish;
use crate::key::{KeyKind, VerifyingKey};
use crate::proof::{RangeFold, RangeProof};

/// A manifest, a proof: nothing larger than this is read whole.
const SMALL_BYTES: u64 = 256 * 1024 * 1024;

/// Verifies an export directory or zip file, hashing on so many threads.
pub fn verify(path: &Path, expected: &Expected, threads: usize) -> Report {
    match Verification::begin(path, expected) {
        Ok(verification) => verification.carry_out(threads),
        Err(Stop::Unusable(why)) => Report::unusable(why),
        Err(Stop::NotProven(what)) => Report::of(vec![Finding { index: None, what }], None),
    }
}

/// Why a verification ends before the records are read.
enum Stop {
    Unusable(String),
    NotProven(String),
}

struct Verification<'a> {
    expected: &'a Expected,
    package: Package,
    manifest: Manifest,
    /// One of these must have signed: those given, otherwise those the export names.
    keys: Vec<VerifyingKey>,
    /// Those the export names.
    named: Vec<VerifyingKey>,
    signed: SignedCheckpoint,
    /// Whether the log signed it: otherwise nothing is held against it.
    is_signed: bool,
    marks: Marks,
    findings: Vec<Finding>,
}

impl<'a> Verification<'a> {
    /// Reads what is small: manifest, checkpoint, and the keys and checkpoints it is held against.
    fn begin(path: &Path, expected: &'a Expected) -> Result<Self, Stop> {
        let unusable = |error: io::Error| Stop::Unusable(format!("{}: {error}", path.display()));
        let mut package = Package::open(path).map_err(unusable)?;
        let no_export = |why: String| Stop::Unusable(format!("{} is no export: {MANIFEST} {why}", path.display()));
        let text =
            package.small(MANIFEST, SMALL_BYTES).map_err(|error| no_export(format!("cannot be read: {error}")))?;
        if !is_canonical(&text) {
            return Err(no_export("is not canonical JSON".into()));
        }
        let named: serde_json::Value =
            serde_json::from_slice(&text).map_err(|error| no_export(format!("is no JSON: {error}")))?;
        if named["format"] != FORMAT {
            return Err(no_export(format!("names the format {}; this program reads {FORMAT}", named["format"])));
        }
        // Without records there is nothing to say that something is wrong with.
        package.stream(RECORDS, |_| Ok(())).map_err(|error| {
            Stop::Unusable(format!("{} is no export: {RECORDS} cannot be read: {error}", path.display()))
        })?;
        let given = keys_given(expected)?;
        let not_ours = |error| Stop::NotProven(format!("{MANIFEST} is not one of {FORMAT}: {error}"));
        let manifest: Manifest = serde_json::from_slice(&text).map_err(not_ours)?;
        let mut findings = Vec::new();
        if canonical(&manifest).ok().as_deref().map(str::as_bytes) != Some(&text) {
            findings.push(Finding::whole(format!("{MANIFEST} is not written as one of {FORMAT}")));
        }
        let named = keys_named(&manifest)?;
        let keys = given.unwrap_or_else(|| named.clone());
        let (signed, is_signed) = checkpoint(&mut package, &keys, &mut findings)?;
        if signed.signer(&named[..1]).is_none() {
            findings.push(Finding::whole(format!("{MANIFEST} names a key that did not sign the checkpoint")));
        }
        let marks = Marks::default();
        let mut this = Self { expected, package, manifest, keys, named, signed, is_signed, marks, findings };
        this.hold_manifest_against_checkpoint();
        this.hold_manifest_against_selection();
        this.marks = this.read_marks()?;
        // Where places overlap or go back, no index means anything.
        if !this.manifest.ranges_lie_apart() {
            return Err(Stop::NotProven(format!(
                "the ranges in {MANIFEST} do not ascend from 1 to the size of the log, at least one apart"
            )));
        }
        Ok(this)
    }

    /// Reads the records, then draws up the report.
    fn carry_out(mut self, threads: usize) -> Report {
        let cosignatures = self.cosignatures();
        let fold = self.fold();
        let signed = self.is_signed.then(|| self.signed.checkpoint().clone());
        let pass = Pass::new(&self.manifest, fold, std::mem::take(&mut self.marks));
        let (package, files) = (&self.package, &self.manifest.files);
        let (passed, beside) = thread::scope(|scope| {
            let hashing: Vec<_> =
                files.iter().map(|(name, entry)| scope.spawn(move || check_file(package, name, entry))).collect();
            let passed = pass.run(package, signed.as_ref(), threads);
            // A thread that panicked found nothing good.
            let broken = |_| Some(Finding::whole("a file beside the records could not be read"));
            let beside =
                hashing.into_iter().filter_map(|thread| thread.join().unwrap_or_else(broken)).collect::<Vec<_>>();
            (passed, beside)
        });
        self.findings.extend(beside);
        match self.compare_kept(&passed) {
            // What was found stays found, whatever else is needed to hold the rest against.
            Err(why) if self.findings.is_empty() && passed.findings.is_empty() => Report::unusable(why),
            Ok(()) | Err(_) => self.report(passed, cosignatures),
        }
    }

    fn hold_manifest_against_checkpoint(&mut self) {
        let Checkpoint { origin, size, root } = self.signed.checkpoint();
        let Manifest { log, .. } = &self.manifest;
        let pairs = [
            (*origin == self.manifest.origin, "origin"),
            (*size == self.manifest.tree_size, "tree size"),
            (*root == self.manifest.root, "root"),
        ];
        let differ = pairs.iter().filter(|(same, _)| !same);
        let mut found: Vec<_> = differ
            .map(|(_, what)| Finding::whole(format!("{MANIFEST} names another {what} than the signed checkpoint")))
            .collect();
        if !LOGS.contains(&log.as_str()) || !origin.ends_with(&format!("/{log}")) {
            found.push(Finding::whole(format!("{MANIFEST} says it is the log {log}, the checkpoint is of {origin}")));
        }
        self.findings.append(&mut found);
    }

    fn hold_manifest_against_selection(&mut self) {
        let Manifest { ranges, records, selection, tree_size, .. } = &self.manifest;
        let held = ranges
            .iter()
            .try_fold(0u64, |held, (first, last)| held.checked_add(last.checked_sub(*first)?.checked_add(1)?));
        let fits = match selection {
            Selection::All {} if *tree_size == 0 => ranges.is_empty(),
            Selection::All {} => *ranges == [(1, *tree_size)],
            Selection::Range { first, last } => *ranges == [(*first, *last)],
            Selection::Dossier { .. } | Selection::Controller { .. } => true,
            // Moments never decrease along a log: what lies in a period lies together.
            Selection::Period { .. } => ranges.len() <= 1,
        };
        if held != Some(*records) {
            self.findings
                .push(Finding::whole(format!("{MANIFEST} says {records} records, its ranges hold another number")));
        }
        if !fits {
            self.findings.push(Finding::whole(format!("the ranges in {MANIFEST} are not those of its selection")));
        }
    }

    /// The checkpoints to compare with on the way: the earlier ones in the export, and those kept elsewhere.
    fn read_marks(&mut self) -> Result<Marks, Stop> {
        let Checkpoint { origin, size, .. } = self.signed.checkpoint().clone();
        // An earlier checkpoint in the export can only add a finding, so a key that the export names will do for it.
        let of_export: Vec<_> = self.keys.iter().chain(&self.named).cloned().collect();
        let mut marks = Marks::default();
        for kept in &self.expected.kept {
            let unusable = |why: String| Stop::Unusable(format!("the checkpoint {} cannot be used: {why}", kept.name));
            let signed = SignedCheckpoint::open(&kept.text, &self.keys).map_err(|error| unusable(error.to_string()))?;
            if signed.checkpoint().origin != origin {
                return Err(unusable(format!("it is of the log {}", signed.checkpoint().origin)));
            }
            marks.add(Mark::kept(&kept.name, signed.checkpoint().clone()));
        }
        let names = self.package.names().map_err(|error| Stop::Unusable(error.to_string()))?;
        for (name, size_named) in names.iter().filter_map(|name| Some((name, earlier_checkpoint(name)?))) {
            let bytes = self.package.small(name, SMALL_BYTES).unwrap_or_default();
            let text = String::from_utf8(bytes).unwrap_or_default();
            match SignedCheckpoint::open(&text, &of_export) {
                Ok(signed) if is_named(signed.checkpoint(), size_named, &origin, size) => {
                    marks.add(Mark::own(name, signed.checkpoint().clone()));
                }
                Ok(_) => self.findings.push(Finding::whole(format!("{name:?} is a checkpoint of another size or log"))),
                Err(error) => self.findings.push(Finding::whole(format!("{name:?}: {error}"))),
            }
        }
        Ok(marks)
    }

    fn cosignatures(&mut self) -> Vec<Cosignature> {
        let Some(policy) = &self.expected.policy else { return Vec::new() };
        match self.signed.cosignatures(&policy.witnesses) {
            Ok(found) => {
                if found.len() < policy.threshold {
                    let (threshold, all, found) = (policy.threshold, policy.witnesses.len(), found.len());
                    let what = format!("{threshold} of {all} witnesses must have countersigned, {found} have");
                    self.findings.push(Finding::whole(what));
                }
                found
            }
            Err(error) => {
                self.findings.push(Finding::whole(error.to_string()));
                Vec::new()
            }
        }
    }

    /// The proof of the records, ready to take their leaves.
    fn fold(&mut self) -> Option<RangeFold> {
        let size = self.signed.checkpoint().size;
        let read = self.package.small(PROOF, SMALL_BYTES).map_err(|error| error.to_string()).and_then(|text| {
            let proof: RangeProof = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
            if canonical(&proof).ok().as_deref().map(str::as_bytes) != Some(&text) {
                return Err("it is not written as canonical JSON".to_owned());
            }
            RangeFold::new(&proof, &self.manifest.leaf_ranges(), size).map_err(|_| "it is of other records".to_owned())
        });
        read.map_err(|why| self.findings.push(Finding::whole(format!("{PROOF} does not prove: {why}")))).ok()
    }

    /// Holds the checkpoints kept elsewhere against the export, where the records themselves did not show it.
    fn compare_kept(&mut self, passed: &Passed) -> Result<(), String> {
        let mut apart = None;
        let shown = self.signed.checkpoint();
        for mark in passed.marks.kept_and_not_met() {
            let Checkpoint { size, .. } = mark.checkpoint;
            let (old, new) = if size > shown.size { (shown, &mark.checkpoint) } else { (&mark.checkpoint, shown) };
            let leads = |growth: &&Growth| growth.old_size == old.size && growth.checkpoint.checkpoint() == new;
            let growth = self.expected.growths.iter().find(leads);
            let name = &mark.name;
            match growth.map(|growth| growth.proof.check(old.size, &old.root, new.size, &new.root)) {
                Some(Ok(())) => {}
                Some(Err(_)) => {
                    let what =
                        format!("the proof of growth does not join the export to {name}: these are two histories");
                    self.findings.push(Finding::whole(what));
                }
                None if size > shown.size => {
                    let what = format!(
                        "the export ends at {} records, {name} was signed at {size}: it is truncated or old, or an old backup was restored",
                        shown.size
                    );
                    self.findings.push(Finding { index: Some(shown.size + 1), what });
                }
                None => {
                    apart.get_or_insert(format!(
                        "the records shown do not reach from {name} ({size} records) to the export: give a proof of growth from {size} to {} (--growth)",
                        shown.size
                    ));
                }
            }
        }
        apart.map_or(Ok(()), Err)
    }

    fn report(mut self, passed: Passed, cosignatures: Vec<Cosignature>) -> Report {
        let names = self.package.names().unwrap_or_default();
        let is_known = |name: &String| {
            [MANIFEST, RECORDS, LEAVES, PROOF, CHECKPOINT].contains(&name.as_str())
                || self.manifest.files.contains_key(name)
                || earlier_checkpoint(name).is_some()
        };
        let ignored = names.into_iter().filter(|name| !is_known(name)).collect();
        self.findings.extend(passed.findings);
        let Some(key) = self.signed.signer(&self.keys).or(self.keys.first()).cloned() else {
            return Report::of(self.findings, None);
        };
        let shown = Shown {
            key_was_given: !self.expected.keys.is_empty() || self.expected.policy.is_some(),
            manifest: self.manifest,
            checkpoint: self.signed,
            key,
            cosignatures,
            agreed: passed.marks.agreed(),
            streams: passed.streams,
            with_personal: passed.with_personal,
            period: passed.period,
            bytes: passed.bytes,
            ignored,
        };
        Report::of(self.findings, Some(shown))
    }
}

/// The keys given; none when the export has to be held against those it names.
fn keys_given(expected: &Expected) -> Result<Option<Vec<VerifyingKey>>, Stop> {
    if let Some(key) = expected.keys.iter().find(|key| key.kind() != KeyKind::Log) {
        return Err(Stop::Unusable(format!("the key given of {} is not the key of a log", key.name())));
    }
    let of_policy = expected.policy.as_ref().map(|policy| policy.logs.clone());
    match (expected.keys.as_slice(), of_policy) {
        ([], of_policy) => Ok(of_policy),
        (given, None) => Ok(Some(given.to_vec())),
        (given, Some(logs)) => {
            let both: Vec<_> = logs.into_iter().filter(|log| given.contains(log)).collect();
            if both.is_empty() {
                Err(Stop::Unusable("the key given is not the one in the policy".into()))
            } else {
                Ok(Some(both))
            }
        }
    }
}

/// The key the export names, and those of its earlier checkpoints.
fn keys_named(manifest: &Manifest) -> Result<Vec<VerifyingKey>, Stop> {
    let unusable = |why: String| Stop::NotProven(format!("a key named in {MANIFEST} cannot be used: {why}"));
    let key = |text: &String| match VerifyingKey::parse(text) {
        Ok(key) if key.kind() == KeyKind::Log => Ok(key),
        Ok(_) => Err(unusable("it is not the key of a log".into())),
        Err(error) => Err(unusable(error.to_string())),
    };
    std::iter::once(&manifest.key).chain(&manifest.earlier_keys).map(key).collect()
}

fn checkpoint(
    package: &mut Package,
    keys: &[VerifyingKey],
    findings: &mut Vec<Finding>,
) -> Result<(SignedCheckpoint, bool), Stop> {
    let stop = |why: String| Stop::NotProven(format!("the file {CHECKPOINT}: {why}"));
    let bytes = package.small(CHECKPOINT, SMALL_BYTES).map_err(|error| stop(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| stop("it is no text".into()))?;
    let signed = SignedCheckpoint::parse(&text).map_err(|error| stop(error.to_string()))?;
    let opened = SignedCheckpoint::open(&text, keys);
    let is_signed = opened.is_ok();
    findings.extend(opened.err().map(|error| Finding::whole(error.to_string())));
    Ok((signed, is_signed))
}

/// The size by which a file is named that holds an earlier checkpoint; what lies deeper is another file.
fn earlier_checkpoint(name: &str) -> Option<&str> {
    name.strip_prefix(CHECKPOINTS)?.strip_prefix('/').filter(|size| !size.contains('/'))
}

fn is_named(checkpoint: &Checkpoint, name: &str, origin: &str, size: u64) -> bool {
    checkpoint.size.to_string() == name && checkpoint.origin == origin && checkpoint.size <= size
}

/// Holds a file that the tree does not prove against its hash in the manifest.
fn check_file(package: &Package, name: &str, entry: &FileEntry) -> Option<Finding> {
    if ![TABLE, OPENED].contains(&name) {
        return Some(Finding::whole(format!("{MANIFEST} names {name:?}, which is no file of an export")));
    }
    let hashed = package.stream(name, |file| {
        let (mut hash, mut bytes, mut buffer) = (Context::new(&SHA256), 0u64, vec![0; 256 * 1024]);
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(FileEntry { bytes, sha256: finish(hash) }),
                read => {
                    hash.update(&buffer[..read]);
                    bytes += read as u64;
                }
            }
        }
    });
    match hashed {
        Ok(found) if found == *entry => None,
        Ok(_) => Some(Finding::whole(format!("{name} is not the file that {MANIFEST} names"))),
        Err(error) => Some(Finding::whole(format!("{name} cannot be read: {error}"))),
    }
}
