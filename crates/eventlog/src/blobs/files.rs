//! Files that are whole or not there, in directories that only their owner can enter.
//!
//! A file gets its name only when every byte of it is on disk: written as a draft, flushed, renamed, and then the directory
//! is flushed. A crash or a full disk leaves at most a draft.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use super::{BlobError, failed};
use crate::clock::new_id;

/// How every draft ends; no name of a file does.
pub(super) const DRAFT: &str = "draft";

/// Makes a directory when there is none, and refuses one that others than its owner can read.
pub(crate) fn open_owned(path: &Path) -> Result<(), BlobError> {
    owner_only(path).map_err(failed)?;
    match fs::metadata(path).map_err(failed)?.mode() & 0o777 {
        mode if mode & 0o077 != 0 => Err(BlobError::Permissions { path: path.display().to_string(), mode }),
        _ => Ok(()),
    }
}

/// Makes a directory that only its owner can enter, when there is none.
pub(crate) fn owner_only(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Keeps these bytes under this name, durably.
pub(crate) fn keep(directory: &Path, name: &str, parts: &[&[u8]]) -> io::Result<()> {
    let draft = directory.join(format!("{}.{DRAFT}", new_id()));
    let kept = write(&draft, parts).and_then(|()| fs::rename(&draft, directory.join(name)));
    if kept.is_err() {
        // It would be harmless, and is removed in time; on a full disk its room is wanted now.
        let _ = fs::remove_file(&draft);
    }
    kept?;
    flush(directory)
}

fn write(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    parts.iter().try_for_each(|part| file.write_all(part))?;
    file.sync_all()
}

/// Makes what happened to the names in a directory durable.
pub(crate) fn flush(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Nothing, where there is no such file.
pub(crate) fn unless_absent<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
