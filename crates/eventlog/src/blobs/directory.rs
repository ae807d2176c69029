//! Documents as files: one directory per subject, one file per document, readable by its owner only.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use spoor_domain::kernel::SubjectId;

use super::files::{DRAFT, flush, keep, open_owned, owner_only, unless_absent};
use super::header::HEADER_BYTES;
use super::{BlobError, BlobHeader, BlobName, Kept, blocking, failed};
use crate::Clock;

/// How long a draft may lie untouched before its writer counts as dead, in seconds.
const DRAFT_IS_DEAD_AFTER: i64 = 3600;

/// The directory of the documents.
pub(super) struct BlobDirectory {
    root: PathBuf,
}

impl BlobDirectory {
    pub async fn open(root: PathBuf) -> Result<Self, BlobError> {
        blocking(move || open_owned(&root).map(|()| Self { root })).await
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
                keep(&directory, &name.to_string(), &parts)
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
