//! Documents as files: one directory per subject, one file per document, readable by its owner only.
//!
//! A file gets its name only when every byte of it is on disk: written as a draft, flushed, linked under its name, and
//! then the directory is flushed. A crash or a full disk leaves at most a draft.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use spoor_domain::kernel::SubjectId;

use super::header::HEADER_BYTES;
use super::{BlobError, BlobHeader, BlobName, Kept, blocking, failed};
use crate::Clock;
use crate::clock::new_id;

/// How every draft ends; no blob's name does.
const DRAFT: &str = "draft";
/// How long a draft may lie untouched before its writer counts as dead, in seconds.
const DRAFT_IS_DEAD_AFTER: i64 = 3600;

/// The directory of the documents.
pub(super) struct BlobDirectory {
    root: PathBuf,
}

impl BlobDirectory {
    pub async fn open(root: PathBuf) -> Result<Self, BlobError> {
        blocking(move || {
            owner_only(&root).map_err(failed)?;
            match fs::metadata(&root).map_err(failed)?.mode() & 0o777 {
                mode if mode & 0o077 != 0 => Err(BlobError::Permissions { path: root.display().to_string(), mode }),
                _ => Ok(Self { root }),
            }
        })
        .await
    }

    pub async fn put(&self, subject: SubjectId, parts: Vec<Vec<u8>>) -> Result<BlobName, BlobError> {
        let (root, directory) = (self.root.clone(), self.of(subject));
        blocking(move || {
            let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            let name = BlobName::of(&parts);
            let written = || -> io::Result<()> {
                let is_new = !directory.exists();
                owner_only(&directory)?;
                if is_new {
                    flush(&root)?;
                }
                let draft = directory.join(format!("{}.{DRAFT}", new_id()));
                let kept = write(&draft, &parts).and_then(|()| fs::rename(&draft, directory.join(name.to_string())));
                if kept.is_err() {
                    // It would be harmless, and is removed in time; on a full disk its room is wanted now.
                    let _ = fs::remove_file(&draft);
                }
                kept?;
                flush(&directory)
            };
            written().map_err(failed)?;
            Ok(name)
        })
        .await
    }

    pub async fn get(&self, subject: SubjectId, name: &BlobName) -> Result<Option<Vec<u8>>, BlobError> {
        let path = self.of(subject).join(name.to_string());
        blocking(move || unless_absent(fs::read(path)).map_err(failed)).await
    }

    pub async fn remove(&self, subject: SubjectId, name: &BlobName) -> Result<(), BlobError> {
        let (directory, name) = (self.of(subject), name.to_string());
        blocking(move || {
            let removed = unless_absent(fs::remove_file(directory.join(name))).map_err(failed)?;
            if removed.is_some() { flush(&directory).map_err(failed) } else { Ok(()) }
        })
        .await
    }

    pub async fn remove_of(&self, subject: SubjectId) -> Result<u64, BlobError> {
        let (root, directory) = (self.root.clone(), self.of(subject));
        blocking(move || {
            let files = files(&directory).map_err(failed)?;
            if files.is_none() {
                return Ok(0);
            }
            let removed = files.into_iter().flatten().filter(|name| !name.ends_with(DRAFT)).count() as u64;
            fs::remove_dir_all(&directory).and_then(|()| flush(&root)).map_err(failed)?;
            Ok(removed)
        })
        .await
    }

    pub async fn subjects(&self) -> Result<Vec<SubjectId>, BlobError> {
        let root = self.root.clone();
        blocking(move || {
            let names = files(&root).map_err(failed)?.unwrap_or_default();
            // Anything else in the directory was not put there by us.
            Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
        })
        .await
    }

    pub async fn list(&self, subject: SubjectId) -> Result<Vec<Kept>, BlobError> {
        let directory = self.of(subject);
        blocking(move || {
            let names = files(&directory).map_err(failed)?.unwrap_or_default();
            let names = names.iter().filter_map(|name| BlobName::parse(name));
            let kept = |name: BlobName| {
                let header = header(&directory.join(name.to_string())).map_err(failed)?;
                Ok(Kept { name, header })
            };
            names.map(kept).collect()
        })
        .await
    }

    pub async fn remove_drafts(&self, subject: SubjectId) -> Result<u64, BlobError> {
        let directory = self.of(subject);
        blocking(move || {
            let mut removed = 0;
            for name in files(&directory).map_err(failed)?.unwrap_or_default() {
                let path = directory.join(&name);
                if name.ends_with(DRAFT) && is_dead(&path).map_err(failed)? {
                    unless_absent(fs::remove_file(&path)).map_err(failed)?;
                    removed += 1;
                }
            }
            Ok(removed)
        })
        .await
    }

    pub async fn ping(&self) -> Result<(), BlobError> {
        let root = self.root.clone();
        blocking(move || fs::metadata(root).map(drop).map_err(failed)).await
    }

    fn of(&self, subject: SubjectId) -> PathBuf {
        self.root.join(subject.to_string())
    }
}

/// Makes a directory that only its owner can enter, when there is none.
fn owner_only(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn write(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    parts.iter().try_for_each(|part| file.write_all(part))?;
    file.sync_all()
}

/// Makes what happened to the names in a directory durable.
fn flush(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// The names in a directory, sorted; none when there is no such directory.
fn files(directory: &Path) -> io::Result<Option<Vec<String>>> {
    let Some(entries) = unless_absent(fs::read_dir(directory))? else { return Ok(None) };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(Some(names))
}

fn header(path: &Path) -> io::Result<Option<BlobHeader>> {
    let mut start = Vec::new();
    if let Some(file) = unless_absent(File::open(path))? {
        file.take(HEADER_BYTES as u64).read_to_end(&mut start)?;
    }
    Ok(BlobHeader::read(&start).map(|(header, _)| header))
}

fn is_dead(draft: &Path) -> io::Result<bool> {
    let touched = unless_absent(fs::metadata(draft))?.map_or(i64::MAX, |metadata| metadata.mtime());
    Ok(touched < Clock::System.now().timestamp() - DRAFT_IS_DEAD_AFTER)
}

fn unless_absent<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
