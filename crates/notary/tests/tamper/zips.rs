//! Zip files made by other programs: what every reader reads alike is read, and anything else is unusable to both.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use spoor_notary::export::{CHECKPOINTS, MANIFEST, Outcome, RECORDS, verify, zip_directory};

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

/// Makes zip files of a directory, byte by byte: `good-…` as some program makes them, `bad-…` as readers differ about them.
const CRAFT: &str = r#"
import pathlib, struct, sys, zlib
folder, out = map(pathlib.Path, sys.argv[1:])
def squeezed(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()
def entry(path):
    data, name = path.read_bytes(), path.relative_to(folder).as_posix()
    return dict(name=name.encode(), data=data, method=8, flags=0, extra=b"", sum=zlib.crc32(data), size=len(data), remark=b"")
def made(case, alter=None, count=0, offset=0, file="records.jsonl"):
    entries = [entry(path) for path in sorted(folder.rglob("*")) if path.is_file()]
    for one in entries:
        if alter and one["name"] == file.encode(): alter(one)
    body, index = b"", b""
    for one in entries:
        packed = one.get("packed", squeezed(one["data"]) if one["method"] else one["data"])
        told = struct.pack("<HHHHIIIH", one["flags"], one["method"], 0, 33, one["sum"], len(packed), one["size"], len(one["name"]))
        index += b"PK\1\2" + struct.pack("<HH", 20, 20) + told + struct.pack("<HHHHII", len(one["extra"]), len(one["remark"]), 0, 0, 0, len(body)) + one["name"] + one["extra"] + one["remark"]
        body += b"PK\3\4" + struct.pack("<H", 20) + told + struct.pack("<H", len(one.get("local", b""))) + one["name"] + one.get("local", b"") + packed
    number = len(entries) + count
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, number, number, len(index), len(body) + offset, 0)
    (out / (case + ".zip")).write_bytes(body + index + end)
def more(one): one["size"] -= 1
def fewer(one): one["size"] += 1
def stored_shorter(one): one.update(method=0, size=one["size"] - 1)
def spoilt(one): one.update(packed=b"\xff" + squeezed(one["data"])[1:])
def added(extra): return lambda one: one.update(extra=extra)
def field(kind, content): return struct.pack("<HH", kind, len(content)) + content
def named(name, flags=0): return lambda one: one.update(name=name, flags=flags)
def zipped(one):  # as `zip -r` has it
    owner = field(0x7875, b"\1\4abcd\4abcd")
    one.update(extra=field(0x5455, b"\3abcd") + owner, local=field(0x5455, b"\3abcdabcd") + owner)
def path(name): return field(0x7075, b"\1" + struct.pack("<I", zlib.crc32(b"records.jsonl")) + name)
good = {
    "plain": None,
    "moments-and-owners": zipped,
    "older-moments": added(field(0x5855, b"abcdefgh")),
    "moments-of-windows": added(field(0x000A, b"\0" * 4 + struct.pack("<HH", 1, 24) + b"abcdefgh" * 3)),
    "utf-8": lambda one: one.update(flags=0x800),
    "stored": lambda one: one.update(method=0),
}
bad = {
    "longer-than-told": more,
    "shorter-than-told": fewer,
    "stored-longer-than-told": stored_shorter,
    "no-deflated-stream": spoilt,
    "another-path": added(path(b"records.other")),
    "the-same-path": added(path(b"records.jsonl")),
    "three-bytes": added(b"abc"),
    "half-a-field": added(struct.pack("<HH", 0x5455, 9) + b"\3abcd"),
    "empty-field": added(field(0x5455, b"")),
    "unknown-field": added(field(0x6666, b"abcd")),
    "two-large-fields": added(field(1, b"abcdefgh") * 2),
    "no-utf-8": named(b"records\xff.jsonl", 0x800),
    "name-with-zero": named(b"records.jsonl\0x"),
    "name-with-backslash": named(b"checkpoints\\3"),
    "name-with-letters-of-others": named("verslag-\u00e9.txt".encode(), 0x800),
    "remark": lambda one: one.update(remark=b"mine"),
}
for case, alter in good.items(): made("good-" + case, alter)
for case, alter in bad.items(): made("bad-" + case, alter, file="notes.txt" if case.startswith(("no-utf", "name-with-b", "name-with-l")) else "records.jsonl")
for count in (-1, 1): made("bad-count%+d" % count, count=count)
for offset in (-1, 1): made("bad-offset%+d" % offset, offset=offset)
made("good-sum-of-an-ignored-file", lambda one: one.update(sum=one["sum"] ^ 1), file="notes.txt")
made("sum-of-the-records", lambda one: one.update(sum=one["sum"] ^ 1))
"#;

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
fn a_zip_file_about_which_readers_differ_is_unusable_to_both() {
    let log = Log::of(6);
    let export = log.export_all(&[3]);
    fs::write(export.path.join("notes.txt"), "mine").unwrap();
    let crafted = beside(&export, "crafted");
    fs::create_dir(&crafted).unwrap();
    let made = Command::new(interpreter()).args(["-c", CRAFT]).args([&export.path, &crafted]).status().unwrap();
    assert!(made.success(), "nothing was crafted");
    let mut told = [0, 0, 0];
    for entry in fs::read_dir(&crafted).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let (kind, expected) = match name.split('-').next() {
            Some("good") => (0, PROVEN),
            Some("bad") => (1, UNUSABLE),
            _ => (2, (1, None)),
        };
        assert_eq!(both(&path, &log.expected()), expected, "{name}");
        told[kind] += 1;
    }
    assert_eq!(told, [7, 20, 1]);
    let counted = verify(&crafted.join("bad-count-1.zip"), &log.expected(), 1).outcome;
    assert!(
        matches!(&counted, Outcome::Unusable { why } if why.contains("unpack it and verify the directory")),
        "{counted:?}"
    );
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
