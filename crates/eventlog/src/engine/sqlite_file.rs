//! SQLite files that only their owner can read. No process opens one beside SQLite once SQLite has it open: to close it again would
//! drop the locks that SQLite holds for the process.

use std::fs::OpenOptions;
use std::io;
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
