//! Writes an export directory: records one by one, then what proves them.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use serde::Serialize;

use super::manifest::{
    CHECKPOINT, CHECKPOINTS, FORMAT, FileEntry, LEAVES, MANIFEST, Manifest, PROOF, RECORDS, Selection,
};
use crate::checkpoint::SignedCheckpoint;
use crate::hash::{Hash, finish, leaf_hash};
use crate::key::VerifyingKey;
use crate::proof::RangeProof;

/// An export being written. The directory and its files are readable by their owner only.
#[derive(Debug)]
pub struct ExportWriter {
    directory: PathBuf,
    records: BufWriter<File>,
    leaves: BufWriter<File>,
    ranges: Vec<(u64, u64)>,
    count: u64,
    files: BTreeMap<String, FileEntry>,
}

/// A file beside the records that the tree does not prove; hashed while it is written.
pub struct Attachment {
    name: String,
    file: BufWriter<File>,
    hash: Context,
    bytes: u64,
}

/// What the manifest says beside what was written.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Which log: `events` or `access`.
    pub log: &'a str,
    /// What was asked for.
    pub selection: &'a Selection,
    /// The keys of the log, the present one first.
    pub keys: &'a [VerifyingKey],
    /// The checkpoint that everything leads to.
    pub checkpoint: &'a SignedCheckpoint,
    /// Earlier checkpoints of the log.
    pub earlier: &'a [SignedCheckpoint],
    /// The proof of the records written.
    pub proof: &'a RangeProof,
}

impl ExportWriter {
    /// Begins an export in a new directory.
    ///
    /// # Errors
    /// When the directory exists already or cannot be made.
    pub fn create(directory: &Path) -> io::Result<Self> {
        DirBuilder::new().mode(0o700).create(directory)?;
        let file = |name: &str| new_file(&directory.join(name)).map(BufWriter::new);
        let (records, leaves) = (file(RECORDS)?, file(LEAVES)?);
        Ok(Self { directory: directory.into(), records, leaves, ranges: vec![], count: 0, files: BTreeMap::new() })
    }

    /// Writes the next record: its index (from 1) and its line. Gives the leaf hash.
    ///
    /// # Errors
    /// When the index is not beyond the one before, the line holds a line break, or the disk refuses.
    pub fn push(&mut self, index: u64, line: &str) -> io::Result<Hash> {
        let leaf = leaf_hash(line.as_bytes());
        match self.ranges.last_mut() {
            _ if line.contains('\n') => return Err(io::Error::other("a record must be one line")),
            Some((_, last)) if *last + 1 == index => *last = index,
            Some((_, last)) if *last >= index => return Err(io::Error::other("records must come in log order")),
            Some(_) | None => self.ranges.push((index, index)),
        }
        self.count += 1;
        self.records.write_all(line.as_bytes())?;
        self.records.write_all(b"\n")?;
        writeln!(self.leaves, "{}", hex::encode(leaf))?;
        Ok(leaf)
    }

    /// The indexes written so far: first and last of each range.
    pub fn ranges(&self) -> &[(u64, u64)] {
        &self.ranges
    }

    /// Begins a file that the tree does not prove, like the table for people. [`ExportWriter::attach`] completes it.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn attachment(&self, name: &str) -> io::Result<Attachment> {
        let file = BufWriter::new(new_file(&self.directory.join(name))?);
        Ok(Attachment { name: name.to_owned(), file, hash: Context::new(&SHA256), bytes: 0 })
    }

    /// Completes such a file: its hash goes into the manifest.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn attach(&mut self, attachment: Attachment) -> io::Result<()> {
        let Attachment { name, mut file, hash, bytes } = attachment;
        file.flush()?;
        self.files.insert(name, FileEntry { bytes, sha256: finish(hash) });
        Ok(())
    }

    /// Completes the export. It names the key that signed its checkpoint, and those that earlier ones need beside it.
    ///
    /// # Errors
    /// When none of the keys signed a checkpoint, or the disk refuses.
    pub fn finish(mut self, about: About<'_>) -> io::Result<Manifest> {
        self.records.flush()?;
        self.leaves.flush()?;
        let checkpoint = about.checkpoint.checkpoint();
        let (key, earlier_keys) = signers(about)?;
        let manifest = Manifest {
            earlier_keys: earlier_keys.iter().map(ToString::to_string).collect(),
            files: std::mem::take(&mut self.files),
            format: FORMAT.to_owned(),
            key: key.to_string(),
            log: about.log.to_owned(),
            origin: checkpoint.origin.clone(),
            ranges: std::mem::take(&mut self.ranges),
            records: self.count,
            root: checkpoint.root,
            selection: about.selection.clone(),
            tree_size: checkpoint.size,
        };
        self.write(PROOF, &canonical(about.proof)?)?;
        self.write(CHECKPOINT, about.checkpoint.text())?;
        if !about.earlier.is_empty() {
            DirBuilder::new().mode(0o700).create(self.directory.join(CHECKPOINTS))?;
        }
        for earlier in about.earlier {
            self.write(&format!("{CHECKPOINTS}/{}", earlier.checkpoint().size), earlier.text())?;
        }
        self.write(MANIFEST, &canonical(&manifest)?)?;
        Ok(manifest)
    }

    fn write(&self, name: &str, text: &str) -> io::Result<()> {
        new_file(&self.directory.join(name))?.write_all(text.as_bytes())
    }
}

impl Write for Attachment {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The key that signed the checkpoint, and those by which the earlier checkpoints are checked that it did not sign.
fn signers<'a>(about: About<'a>) -> io::Result<(&'a VerifyingKey, Vec<&'a VerifyingKey>)> {
    let unsigned = || io::Error::other("a checkpoint is signed by none of the keys of the log");
    let key = about.checkpoint.signer(about.keys).ok_or_else(unsigned)?;
    let mut others = Vec::new();
    for earlier in about.earlier.iter().filter(|earlier| earlier.signer(std::slice::from_ref(key)).is_none()) {
        let signer = earlier.signer(about.keys).ok_or_else(unsigned)?;
        if !others.contains(&signer) {
            others.push(signer);
        }
    }
    others.sort_by_key(|other| about.keys.iter().position(|known| known == *other));
    Ok((key, others))
}

/// The canonical JSON text of a manifest or a proof.
pub(crate) fn canonical(value: &impl Serialize) -> io::Result<String> {
    serde_json_canonicalizer::to_string(value).map_err(io::Error::other)
}

fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
