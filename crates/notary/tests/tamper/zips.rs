//! Zip files made by other programs: what every reader reads alike is read, and anything else is unusable to both.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use spoor_notary::export::{CHECKPOINTS, MANIFEST, RECORDS, zip_directory};

use crate::verdict::{PROVEN, UNUSABLE, both, interpreter};
use crate::world::{Export, Log};

/// Packs a directory in this way, with an entry for each directory in it, as `zip -r` does.
const PACK: &str = "
import pathlib, sys, zipfile
folder, out, method = sys.argv[1:]
with zipfile.ZipFile(out, 'w', getattr(zipfile, method)) as made:
    for path in sorted(pathlib.Path(folder).rglob('*')):
        made.write(path, path.relative_to(folder).as_posix())
";

#[test]
fn a_zip_file_with_entries_for_directories_is_proven_as_the_directory_is() {
    let log = Log::of(20);
    let export = log.export_all(&[4, 16]);
    for method in ["ZIP_STORED", "ZIP_DEFLATED"] {
        let zip = packed(&export, method);
        let holds_entry = fs::read(&zip).unwrap().windows(16).any(|bytes| bytes.starts_with(b"checkpoints/PK"));
        assert!(holds_entry, "{method} made no entry for the directory");
        assert_eq!(both(&zip, &log.expected()), PROVEN, "{method}");
    }
}

#[test]
fn a_zip_file_that_is_packed_as_not_every_program_reads_it_is_unusable() {
    let log = Log::of(6);
    let export = log.export_all(&[3]);
    for method in ["ZIP_BZIP2", "ZIP_LZMA"] {
        assert_eq!(both(&packed(&export, method), &log.expected()), UNUSABLE, "{method}");
    }
    let good = fs::read(zipped(&export)).unwrap();
    for flag in [0x01, 0x10, 0x20, 0x40, 0x80] {
        let zip = file(&export, &with_flag(&good, flag));
        assert_eq!(both(&zip, &log.expected()), UNUSABLE, "flag {flag:#x}");
    }
}

#[test]
fn a_zip_file_with_something_before_it_is_unusable() {
    let log = Log::of(6);
    let export = log.export_all(&[3]);
    let good = fs::read(zipped(&export)).unwrap();
    assert_eq!(both(&file(&export, &good), &log.expected()), PROVEN);
    for before in [b"x".as_slice(), b"#!/bin/sh\n".as_slice(), good.as_slice()] {
        let zip = file(&export, &[before, good.as_slice()].concat());
        assert_eq!(both(&zip, &log.expected()), UNUSABLE, "{} bytes before it", before.len());
    }
}

#[test]
fn what_lies_below_the_checkpoints_is_another_file_and_ignored() {
    let log = Log::of(6);
    let export = log.export_all(&[3]);
    let below = export.path.join(CHECKPOINTS).join("old");
    fs::create_dir(&below).unwrap();
    assert_eq!(both(&export.path, &log.expected()), PROVEN, "an empty directory");
    fs::write(below.join("3"), "mine").unwrap();
    assert_eq!(both(&export.path, &log.expected()), PROVEN);
    assert_eq!(both(&zipped(&export), &log.expected()), PROVEN);
}

#[test]
fn a_manifest_with_a_mark_before_it_and_records_that_are_a_directory_are_unusable() {
    let log = Log::of(6);
    let marked = log.export_all(&[]);
    let manifest = marked.path.join(MANIFEST);
    let good = fs::read(&manifest).unwrap();
    fs::write(&manifest, [b"\xef\xbb\xbf".as_slice(), good.as_slice()].concat()).unwrap();
    for path in [&marked.path, &zipped(&marked)] {
        assert_eq!(both(path, &log.expected()), UNUSABLE, "{}", path.display());
    }
    let hollow = log.export_all(&[]);
    fs::remove_file(hollow.path.join(RECORDS)).unwrap();
    fs::create_dir(hollow.path.join(RECORDS)).unwrap();
    assert_eq!(both(&hollow.path, &log.expected()), UNUSABLE);
    assert_eq!(both(&packed(&hollow, "ZIP_STORED"), &log.expected()), UNUSABLE);
}

/// As we write it.
fn zipped(export: &Export) -> PathBuf {
    let zip = beside(export, "ours.zip");
    zip_directory(&export.path, &zip).unwrap();
    zip
}

/// As another program writes it.
fn packed(export: &Export, method: &str) -> PathBuf {
    let zip = beside(export, &format!("{method}.zip"));
    let arguments: [&Path; 3] = [&export.path, &zip, Path::new(method)];
    assert!(Command::new(interpreter()).args(["-c", PACK]).args(arguments).status().unwrap().success());
    zip
}

/// These bytes as a zip file.
fn file(export: &Export, bytes: &[u8]) -> PathBuf {
    let zip = beside(export, "altered.zip");
    fs::write(&zip, bytes).unwrap();
    zip
}

fn beside(export: &Export, name: &str) -> PathBuf {
    export.path.with_file_name(name)
}

/// Sets this flag of every file, before the file and in the list alike.
fn with_flag(zip: &[u8], flag: u8) -> Vec<u8> {
    let mut altered = zip.to_vec();
    for at in 0..zip.len() {
        match zip[at..] {
            [b'P', b'K', 3, 4, ..] => altered[at + 6] |= flag,
            [b'P', b'K', 1, 2, ..] => altered[at + 8] |= flag,
            _ => {}
        }
    }
    altered
}
