//! SQLite files that only their owner can read.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Makes an empty file with owner-only permissions when there is none. SQLite gives its `-wal` and `-shm` files the
/// permissions of the file they belong to.
pub(crate) fn create_owner_only(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether these bytes stand anywhere in the file: in a row, or left over in the free space of a page.
pub(crate) fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut window = Vec::new();
    loop {
        // The end of what was read stays, so that nothing is missed between two reads.
        let kept = window.len().min(bytes.len().saturating_sub(1));
        window.drain(..window.len() - kept);
        let read = file.by_ref().take(READ_BYTES).read_to_end(&mut window)?;
        if window.windows(bytes.len().max(1)).any(|part| part == bytes) {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
    }
}

/// How much of a file is looked through at a time, in bytes.
const READ_BYTES: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_found_wherever_they_stand() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        for at in [0, 7, READ_BYTES - 2, READ_BYTES - 1, READ_BYTES, READ_BYTES + 1, 2 * READ_BYTES] {
            let mut content = vec![0; usize::try_from(at).unwrap()];
            content.extend(b"key");
            std::fs::write(&path, &content).unwrap();
            assert!(holds(&path, b"key").unwrap(), "at {at}");
            assert!(!holds(&path, b"kay").unwrap());
        }
    }
}
