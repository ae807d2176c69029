//! An export as a directory or as one zip file: written so that the same content gives the same bytes, read alike.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Bytes of the end of a zip file, without a remark.
const END: u64 = 22;
/// The newest version of zip files, times ten, that both verifiers read.
const NEWEST_VERSION: u8 = 63;

/// What an entry of a zip file may say of how it is packed: how hard it was squeezed, that its sum stands behind it, that
/// its name is UTF-8. One reader leaves other flags alone, another refuses them.
const FLAGS: u16 = 0x080e;
/// How a file may be packed: as it is, or deflated.
const METHODS: [u16; 2] = [0, 8];

/// A directory or zip file being read.
pub(crate) enum Package {
    /// A directory.
    Directory(PathBuf),
    /// A zip file; `open` serves the small files, large ones are opened anew so that they can be read side by side.
    Zip { path: PathBuf, open: ZipArchive<BufReader<File>> },
}

/// Writes what stands in an export directory into a new zip file. Names sorted, nothing compressed, every moment
/// 1980-01-01: the same content gives the same bytes, with any version of the library.
///
/// # Errors
/// When the zip file exists already, or the disk refuses.
pub fn zip_directory(directory: &Path, zip: &Path) -> io::Result<()> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(zip)?;
    let mut writer = ZipWriter::new(BufWriter::new(file));
    for name in names_in(directory)? {
        let mut source = File::open(directory.join(&name))?;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o600)
            .large_file(source.metadata()?.len() > u64::from(u32::MAX / 2));
        writer.start_file(name, options)?;
        io::copy(&mut source, &mut writer)?;
    }
    writer.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

impl Package {
    /// Opens a directory or a zip file.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        if fs::metadata(path)?.is_dir() {
            return Ok(Self::Directory(path.into()));
        }
        let mut file = File::open(path)?;
        check_end(&mut file)?;
        let mut open = ZipArchive::new(BufReader::new(File::open(path)?))?;
        check_list(&mut open, &mut file)?;
        Ok(Self::Zip { path: path.into(), open })
    }

    /// The names of its files, sorted; a directory is none.
    pub(crate) fn names(&self) -> io::Result<Vec<String>> {
        match self {
            Self::Directory(path) => names_in(path),
            Self::Zip { open, .. } => {
                let mut names = open.file_names().map(|name| Ok(name?.into_owned())).collect::<io::Result<Vec<_>>>()?;
                names.retain(|name| !name.ends_with('/'));
                names.sort_unstable();
                Ok(names)
            }
        }
    }

    /// A whole file of at most so many bytes.
    pub(crate) fn small(&mut self, name: &str, at_most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match self {
            Self::Directory(path) => file_at(&path.join(name))?.take(at_most + 1).read_to_end(&mut bytes)?,
            Self::Zip { open, .. } => open.by_name(name)?.take(at_most + 1).read_to_end(&mut bytes)?,
        };
        if bytes.len() as u64 > at_most { Err(io::Error::other("it is too large")) } else { Ok(bytes) }
    }

    /// Reads a file from its beginning.
    pub(crate) fn stream<T>(&self, name: &str, read: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> io::Result<T> {
        match self {
            Self::Directory(path) => read(&mut file_at(&path.join(name))?),
            Self::Zip { path, .. } => {
                let mut archive = ZipArchive::new(BufReader::new(File::open(path)?))?;
                let mut file = archive.by_name(name)?;
                read(&mut file)
            }
        }
    }
}

/// Holds the end of a zip file against itself: one part, as many files here as in all, its list right before, no remark.
/// What reads zip files elsewhere differs in what of this it looks at; both verifiers want all of it.
fn check_end(file: &mut File) -> io::Result<()> {
    let wrong = || io::Error::other("it is no zip file in one part");
    let start = file.metadata()?.len().checked_sub(END).ok_or_else(wrong)?;
    let mut end = [0; END as usize];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut end)?;
    let number = |at: usize| u64::from(u32::from_le_bytes([end[at], end[at + 1], end[at + 2], end[at + 3]]));
    // What is too large for these four bytes stands in a record before.
    let is_large = [12, 16].into_iter().any(|at| number(at) == u64::from(u32::MAX));
    let is_whole = end.starts_with(b"PK\x05\x06\0\0\0\0")
        && end[8..10] == end[10..12]
        && end[20..] == [0, 0]
        && (is_large || number(12) + number(16) == start);
    if is_whole { Ok(()) } else { Err(wrong()) }
}

/// Holds the list of a zip file against what stands before each file: kind, name, and, where they are told there, sum and
/// lengths. Of what differs, one reader believes this and another that; so it is with what stands before the first file.
fn check_list(archive: &mut ZipArchive<BufReader<File>>, file: &mut File) -> io::Result<()> {
    const ENTRY: usize = 46;
    const HEADER: usize = 30;
    let wrong =
        || io::Error::other("the list of the zip file is damaged, or packs in a way that not every program reads");
    let mut at = archive.central_directory_start();
    let mut begins = archive.is_empty();
    for number in 0..archive.len() {
        let start = archive.by_index_raw(number)?.header_start();
        let (entry, header) = (part(file, at, ENTRY)?, part(file, start, HEADER)?);
        let number = |at: usize| u16::from_le_bytes([entry[at], entry[at + 1]]);
        let name = usize::from(number(28));
        let same = entry.starts_with(b"PK\x01\x02")
            && header.starts_with(b"PK\x03\x04")
            && header[6..10] == entry[8..12]
            && header[26..28] == entry[28..30]
            && part(file, start + HEADER as u64, name)? == part(file, at + ENTRY as u64, name)?;
        // They may stand behind the file, or in more bytes than these.
        let is_told = number(8) & 8 == 0 && [20, 24].into_iter().all(|at| entry[at..at + 4] != [0xff; 4]);
        let is_known = entry[6] <= NEWEST_VERSION && (!is_told || header[14..26] == entry[16..28]);
        let is_read_everywhere = METHODS.contains(&number(10)) && number(8) & !FLAGS == 0;
        if !same || !is_known || !is_read_everywhere {
            return Err(wrong());
        }
        begins |= start == 0;
        at += ENTRY as u64 + [28, 30, 32].into_iter().map(|place| u64::from(number(place))).sum::<u64>();
    }
    // Right behind it the file ends, or says the same once more in more bytes.
    let ends = at + END == file.metadata()?.len() || part(file, at, 4)? == b"PK\x06\x06";
    if begins && ends { Ok(()) } else { Err(wrong()) }
}

fn part(file: &mut File, at: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A file of a directory; a directory of that name is none, though the system opens it.
fn file_at(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() { Err(io::Error::other("it is a directory")) } else { Ok(file) }
}

/// The files of a directory and of those below it, sorted by name.
fn names_in(directory: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            names.extend(names_in(&entry.path())?.into_iter().map(|inner| format!("{name}/{inner}")));
        } else if entry.path().is_file() {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}
