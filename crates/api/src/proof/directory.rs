//! Checkpoints as files, for another party to collect: whole or not at all, and never taken away by us.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use spoor_notary::{SignedCheckpoint, VerifyingKey};

use super::KeeperError;

/// The file with the public keys under which this log signs, the present one first.
const KEYS: &str = "vkey";
/// The checkpoint over the most records.
const LATEST: &str = "latest";

/// The checkpoints of one log: a file for each, named by its size; `latest`; and `vkey`, by which they are checked.
#[derive(Clone, Debug)]
pub struct CheckpointDirectory {
    path: PathBuf,
}

/// A checkpoint found in the directory.
#[derive(Clone, Debug)]
pub struct Found {
    /// The checkpoint, whoever signed it.
    pub signed: SignedCheckpoint,
    /// Its file.
    pub file: PathBuf,
    /// When the file was written, as far as the system knows.
    pub written_at: Option<DateTime<Utc>>,
}

impl CheckpointDirectory {
    /// The directory of one log.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The checkpoint over the most records, when there is any.
    ///
    /// # Errors
    /// When it cannot be read. A damaged file is an error, never skipped: it may be the only one that knows better.
    pub fn latest(&self) -> Result<Option<Found>, KeeperError> {
        self.sizes()?.into_iter().max().map(|size| self.read(size)).transpose()
    }

    /// Every checkpoint there is.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn all(&self) -> Result<Vec<Found>, KeeperError> {
        self.sizes()?.into_iter().map(|size| self.read(size)).collect()
    }

    /// The public keys that are published there, the present one first.
    ///
    /// # Errors
    /// When there is a file of keys that holds anything else.
    pub fn keys(&self) -> Result<Vec<VerifyingKey>, KeeperError> {
        let file = self.path.join(KEYS);
        if !file.exists() {
            return Ok(Vec::new());
        }
        VerifyingKey::all_from_file(&file).map_err(|error| at(&file, io::Error::other(error)))
    }

    /// What others collect as the latest checkpoint, and its file; none when there is no such file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn collected(&self) -> Result<Option<(PathBuf, String)>, KeeperError> {
        let file = self.path.join(LATEST);
        match fs::read(&file) {
            // What is no text is no checkpoint either, which whoever opens it finds.
            Ok(bytes) => Ok(Some((file, String::from_utf8_lossy(&bytes).into_owned()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(at(&file, error)),
        }
    }

    /// Writes what others collect anew, from the file of the checkpoint over the most records.
    pub fn publish_latest(&self) -> Result<(), KeeperError> {
        self.latest()?.map_or(Ok(()), |latest| self.write(LATEST, latest.signed.text()))
    }

    /// Writes a checkpoint, and makes it the latest when it is.
    pub fn publish(&self, signed: &SignedCheckpoint) -> Result<(), KeeperError> {
        fs::create_dir_all(&self.path).map_err(|error| at(&self.path, error))?;
        let size = signed.checkpoint().size;
        self.write(&size.to_string(), signed.text())?;
        let latest = self.latest()?.is_none_or(|latest| latest.signed.checkpoint().size <= size);
        if latest { self.write(LATEST, signed.text()) } else { Ok(()) }
    }

    /// Writes down the keys under which this log signed, the present one first; others that were there stay, below them.
    pub fn publish_keys(&self, keys: &[VerifyingKey]) -> Result<(), KeeperError> {
        fs::create_dir_all(&self.path).map_err(|error| at(&self.path, error))?;
        let file = self.path.join(KEYS);
        let known = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(at(&file, error)),
        };
        let keys: Vec<_> = keys.iter().map(ToString::to_string).collect();
        let others = known.lines().filter(|line| !keys.iter().any(|key| key == line));
        let text: String = keys.iter().map(String::as_str).chain(others).map(|line| format!("{line}\n")).collect();
        if text == known { Ok(()) } else { self.write(KEYS, &text) }
    }

    fn sizes(&self) -> Result<Vec<u64>, KeeperError> {
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(at(&self.path, error)),
        };
        let mut sizes = Vec::new();
        for entry in entries {
            let name = entry.map_err(|error| at(&self.path, error))?.file_name();
            sizes.extend(name.to_str().and_then(|name| name.parse::<u64>().ok()));
        }
        Ok(sizes)
    }

    fn read(&self, size: u64) -> Result<Found, KeeperError> {
        let file = self.path.join(size.to_string());
        let failed = |error| at(&file, error);
        let text = fs::read_to_string(&file).map_err(failed)?;
        let signed = SignedCheckpoint::parse(&text).map_err(|error| failed(io::Error::other(error)))?;
        if signed.checkpoint().size != size {
            return Err(failed(io::Error::other("the file is named after another size than its checkpoint has")));
        }
        let written_at = fs::metadata(&file).and_then(|file| file.modified()).ok().map(DateTime::from);
        Ok(Found { signed, file, written_at })
    }

    /// Whole or not at all, and on disk when this returns: whoever collects the files never sees a part of one.
    fn write(&self, name: &str, text: &str) -> Result<(), KeeperError> {
        let file = self.path.join(name);
        if fs::read_to_string(&file).is_ok_and(|there| there == text) {
            return Ok(());
        }
        let part = self.path.join(format!(".{name}.{}", std::process::id()));
        let written = File::create(&part)
            .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&part, &file))
            .and_then(|()| File::open(&self.path)?.sync_all());
        written.map_err(|error| at(&file, error))
    }
}

fn at(path: &Path, source: io::Error) -> KeeperError {
    KeeperError::Directory { path: path.to_owned(), source }
}
