//! An export as a directory or as one zip file: written so that the same content gives the same bytes, read alike.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipReadOptions, ZipWriter};

/// Bytes of the end of a zip file, without a remark.
const END: u64 = 22;
/// Bytes of what stands before the end where a number is too large for it: the same in more bytes, and where that is.
const LARGE_END: u64 = 56 + 20;
/// Bytes of an entry of the list, before its name.
const ENTRY: u64 = 46;
/// Bytes of what stands before a file, before its name.
const HEADER: u64 = 30;
/// The newest version of zip files, times ten, that both verifiers read.
const NEWEST_VERSION: u8 = 63;

/// What an entry of a zip file may say of how it is packed: how hard it was squeezed, that its sum stands behind it, that
/// its name is UTF-8. One reader leaves other flags alone, another refuses them.
const FLAGS: u16 = 0x080e;
/// How a file may be packed: as it is, or deflated.
const METHODS: [u16; 2] = [STORED, 8];
const STORED: u16 = 0;

/// What programs add to an entry of the list, by kind, in so many bytes: moments, owners, and what is too large for its
/// place in the entry. Anything else may give the file another name or another length to one reader and not to another.
const ADDED: [(&[u8; 2], &[usize]); 5] =
    [(b"UT", &[5, 9, 13]), (b"ux", &[11]), (b"UX", &[8, 12]), (b"\x0a\0", &[32]), (LARGE, &[8, 16, 24])];
/// What is added once only: one reader believes the first, another the last.
const LARGE: &[u8; 2] = b"\x01\0";

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
        let list = List::find(&mut file)?;
        let mut open = ZipArchive::new(BufReader::new(File::open(path)?))?;
        list.check(&mut open, &mut file)?;
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

/// Where the list of a zip file stands, and of how many files it is. What reads zip files elsewhere differs in what of all
/// this it looks at; both verifiers want all of it.
struct List {
    files: u64,
    place: Range<u64>,
}

impl List {
    /// As the end of the zip file has it: one part, as many files here as in all, the list right before, no remark.
    fn find(file: &mut File) -> io::Result<Self> {
        let no_zip = || io::Error::other("it is no zip file in one part");
        let start = file.metadata()?.len().checked_sub(END).ok_or_else(no_zip)?;
        let end = part(file, start, END)?;
        if !end.starts_with(b"PK\x05\x06\0\0\0\0") || end[8..10] != end[10..12] || end[20..] != [0, 0] {
            return Err(no_zip());
        }
        // A zip file of an export is longer than this, also without it.
        let before = start.checked_sub(LARGE_END).ok_or_else(no_zip)?;
        let large = part(file, before, LARGE_END)?;
        let is_large = [10..12, 12..16, 16..20].into_iter().any(|place| end[place].iter().all(|byte| *byte == 0xff));
        let (files, length, first, stop) = if is_large {
            (number(&large, 32..40), number(&large, 40..48), number(&large, 48..56), before)
        } else {
            (number(&end, 10..12), number(&end, 12..16), number(&end, 16..20), start)
        };
        let is_of_one_kind =
            if is_large { is_large_end(&large, before) } else { !large[56..].starts_with(b"PK\x06\x07") };
        if is_of_one_kind && first.checked_add(length) == Some(stop) {
            Ok(Self { files, place: first..stop })
        } else {
            Err(unreadable())
        }
    }

    /// Holds each entry against what stands before its file. The first file begins the zip file, and no two share bytes: of
    /// what stands before the first one reader takes no notice, another does.
    fn check(&self, archive: &mut ZipArchive<BufReader<File>>, file: &mut File) -> io::Result<()> {
        let mut at = self.place.start;
        let mut places = vec![(self.place.start, self.place.end)];
        for index in 0..archive.len() {
            let (place, next) = check_entry(archive, index, file, at)?;
            places.push((place.start, place.end));
            at = next;
        }
        places.sort_unstable();
        let is_whole = archive.len() as u64 == self.files
            && (archive.central_directory_start(), at) == (self.place.start, self.place.end)
            && (archive.is_empty() || places[0].0 == 0)
            && places.windows(2).all(|two| two[0].1 <= two[1].0);
        if is_whole { Ok(()) } else { Err(unreadable()) }
    }
}

/// What there is to say of a zip file that one reader reads so and another so, or not at all.
fn unreadable() -> io::Error {
    io::Error::other(
        "this zip file is damaged, or packed in a way that not every program reads: unpack it and verify the directory",
    )
}

/// Whether these bytes, at this place, are the end of a zip file in more bytes, and where that is.
fn is_large_end(bytes: &[u8], at: u64) -> bool {
    bytes.starts_with(b"PK\x06\x06\x2c\0\0\0\0\0\0\0")
        && number(bytes, 16..24) == 0
        && bytes[24..32] == bytes[32..40]
        && bytes[56..].starts_with(b"PK\x06\x07\0\0\0\0")
        && number(bytes, 64..72) == at
        && number(bytes, 72..76) == 1
}

/// Holds the entry of the list at this place against what stands before its file (kind, name, and, where they are told
/// there, sum and lengths) and against what is packed in it. Gives where the file lies, and where the next entry begins.
fn check_entry(
    archive: &mut ZipArchive<BufReader<File>>,
    index: usize,
    file: &mut File,
    at: u64,
) -> io::Result<(Range<u64>, u64)> {
    let (start, packed, size) = {
        let listed = archive.by_index_raw(index)?;
        (listed.header_start(), listed.compressed_size(), listed.size())
    };
    let (entry, header) = (part(file, at, ENTRY)?, part(file, start, HEADER)?);
    let short = |at: usize| u16::from_le_bytes([entry[at], entry[at + 1]]);
    let (flags, method) = (short(8), short(10));
    let name = part(file, at + ENTRY, short(28).into())?;
    let added = part(file, at + ENTRY + name.len() as u64, short(30).into())?;
    let same = entry.starts_with(b"PK\x01\x02")
        && header.starts_with(b"PK\x03\x04")
        && header[6..10] == entry[8..12]
        && header[26..28] == entry[28..30]
        && part(file, start + HEADER, name.len() as u64)? == name;
    // They may stand behind the file, or in more bytes than these.
    let is_told = flags & 8 == 0 && [20, 24].into_iter().all(|at| entry[at..at + 4] != [0xff; 4]);
    let is_known = entry[6] <= NEWEST_VERSION && (!is_told || header[14..26] == entry[16..28]);
    let is_read_everywhere = METHODS.contains(&method)
        && flags & !FLAGS == 0
        && short(32) == 0
        && is_plain_name(&name)
        && is_known_addition(&added);
    let is_whole = same && is_known && is_read_everywhere && is_of_its_length(archive, index, method, packed, size);
    let end = (start + HEADER + number(&header, 26..28) + number(&header, 28..30)).checked_add(packed);
    match end {
        Some(end) if is_whole => Ok((start..end, at + ENTRY + (name.len() + added.len()) as u64)),
        _ => Err(unreadable()),
    }
}

/// Whether every reader takes a name for the same: printable ASCII, without the sign that some take for a slash.
fn is_plain_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| matches!(byte, b' '..=b'~') && *byte != b'\\')
}

/// Whether what a program added to an entry is known to change nothing about its file.
fn is_known_addition(mut added: &[u8]) -> bool {
    let mut large = 0;
    while let [one, two, low, high, rest @ ..] = added {
        let (kind, length) = ([*one, *two], usize::from(u16::from_le_bytes([*low, *high])));
        let is_known = ADDED.iter().any(|(known, lengths)| **known == kind && lengths.contains(&length));
        large += usize::from(kind == *LARGE);
        match rest.get(length..) {
            Some(next) if is_known && large < 2 => added = next,
            _ => return false,
        }
    }
    added.is_empty()
}

/// Whether a file is as long as the list says: of a longer one, one reader shows the beginning, another all. Its sum is
/// left for when it is read: where it does not hold, the tree names the record.
fn is_of_its_length(
    archive: &mut ZipArchive<BufReader<File>>,
    index: usize,
    method: u16,
    packed: u64,
    size: u64,
) -> bool {
    if method == STORED {
        return packed == size;
    }
    let unpacked = archive.by_index_with_options(index, ZipReadOptions::new().ignore_crc32(true));
    // Of a longer one no more is unpacked than tells so.
    let at_most = size.saturating_add(1);
    unpacked.is_ok_and(|file| io::copy(&mut file.take(at_most), &mut io::sink()).is_ok_and(|length| length == size))
}

/// A number as zip files have them.
fn number(bytes: &[u8], place: Range<usize>) -> u64 {
    bytes[place].iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

fn part(file: &mut File, at: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length as usize];
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn of_a_file_that_is_longer_than_told_no_more_is_unpacked_than_tells_so() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("counted.zip");
        let counted: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
        let mut writer = ZipWriter::new(File::create(&path).unwrap());
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file("counted", options).unwrap();
        writer.write_all(&counted).unwrap();
        writer.finish().unwrap();

        // Whether it is of this length, how far the zip file was read to say so, and how much is packed in it.
        let asked = |size: u64| {
            let mut archive = ZipArchive::new(BufReader::new(File::open(&path).unwrap())).unwrap();
            let packed = archive.by_index_raw(0).unwrap().compressed_size();
            let is_of_it = is_of_its_length(&mut archive, 0, 8, packed, size);
            (is_of_it, archive.into_inner().stream_position().unwrap(), packed)
        };
        let (is_of_it, read, packed) = asked(counted.len() as u64);
        assert!(is_of_it && read >= packed, "{read} of {packed} bytes");
        let (is_of_it, read, packed) = asked(1_000);
        assert!(!is_of_it && read < packed / 4, "{read} of {packed} bytes");
    }
}
