//! ZIP archives that are the same on every machine and at any time.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::FormError;

/// A file of an archive.
pub struct File {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// An archive of these files, in this order. All carry the earliest moment a ZIP archive knows (1 January 1980). With a
/// media type, the archive begins with a file `mimetype`, uncompressed, as OpenDocument asks (part 2, section 3.3).
///
/// # Errors
/// `Archive` or `Write`, when there is no memory for it.
pub fn archive(mimetype: Option<&str>, files: &[File]) -> Result<Vec<u8>, FormError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default()).unix_permissions(0o644);
    if let Some(mimetype) = mimetype {
        zip.start_file("mimetype", options.compression_method(CompressionMethod::Stored))?;
        zip.write_all(mimetype.as_bytes())?;
    }
    for file in files {
        zip.start_file(file.name.as_str(), options.compression_method(CompressionMethod::Deflated))?;
        zip.write_all(&file.bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
