//! The tamper matrix: whatever is done to an export, both verifiers say so, and name the first record that is not what
//! was in the log.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod growth;
mod hostile;
mod keys;
mod script;
mod verdict;
mod world;
mod zips;

use std::fs;
use std::ops::Range;

use spoor_notary::export::{
    CHECKPOINT, Expected, LEAVES, MANIFEST, Outcome, PROOF, RECORDS, Selection, verify, zip_directory,
};
use spoor_notary::{KeyKind, Policy, SigningKey};
use verdict::{Case, PROVEN, UNUSABLE, both, ours, python};
use world::{Export, Log, line};

/// What is asked for, and whether a record (from 1) of the invented log belongs to it.
type Asked = (Selection, fn(usize) -> bool);

fn selections() -> [Asked; 5] {
    let period =
        Selection::Period { from: "2026-03-01T10:00:03.000000Z".into(), until: "2026-03-01T10:00:09.500000Z".into() };
    [
        (Selection::All {}, |_| true),
        (Selection::Range { first: 3, last: 7 }, |index| (3..=7).contains(&index)),
        (Selection::Dossier { dossier: "dossier-1".into() }, |index| index % 3 == 2),
        (period, |index| (4..=10).contains(&index)),
        // What is not its own is left out of the streams, too.
        (Selection::Controller { controller: "museum".into() }, |index| index % 4 != 0),
    ]
}

#[test]
fn an_untouched_export_is_proven_as_a_directory_and_as_a_zip_file() {
    let log = Log::of(23);
    for (selection, is_wanted) in selections() {
        let export = log.export(&selection, is_wanted, &[4, 16]);
        let zip = export.path.with_extension("zip");
        zip_directory(&export.path, &zip).unwrap();
        for expected in [log.expected(), Expected::default()] {
            assert_eq!(both(&export.path, &expected), PROVEN, "{selection:?}");
            assert_eq!(both(&zip, &expected), PROVEN, "{selection:?}");
        }
    }
    assert_eq!(both(&Log::of(0).export_all(&[]).path, &Expected::default()), PROVEN);
}

#[test]
fn the_report_says_what_was_proven_and_how_far() {
    let log = Log::of(23);
    let shown = verify(&log.export_all(&[4, 16]).path, &log.expected(), 2).shown.unwrap();
    assert_eq!((shown.streams, shown.with_personal, shown.key_was_given), (3, 23, true));
    assert_eq!(shown.agreed, [("checkpoints/4".to_owned(), 4), ("checkpoints/16".to_owned(), 16)]);
    let period = ("2026-03-01T10:00:00.000000Z".to_owned(), "2026-03-01T10:00:22.000000Z".to_owned());
    assert_eq!(shown.period, Some(period));
}

#[test]
fn any_byte_changed_in_any_file_is_detected_and_its_record_named() {
    let log = Log::of(6);
    let export = log.export_all(&[2, 5]);
    let mut sampled: Vec<(Export, verdict::Verdict, String)> = Vec::new();
    let mut seen = 0usize;
    for name in export.files() {
        let path = export.path.join(&name);
        let good = fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 7);
            fs::write(&path, &bad).unwrap();
            let verdict = ours(&export.path, &log.expected());
            let what = format!("byte {at} of {name}");
            assert_ne!(verdict.0, 0, "{what}");
            // Lines of the records end with their break, entries of the list are 65 bytes.
            let record = match name.as_str() {
                RECORDS => Some(1 + good[..at].iter().filter(|byte| **byte == b'\n').count() as u64),
                LEAVES => Some(1 + at as u64 / 65),
                _ => None,
            };
            if record.is_some() {
                assert_eq!(verdict, (1, record), "{what}");
            }
            seen += 1;
            if seen.is_multiple_of(41) {
                sampled.push((export.copy(), verdict, what));
            }
        }
        fs::write(&path, &good).unwrap();
    }
    assert_eq!(ours(&export.path, &log.expected()), PROVEN);
    agree_with_python(&log, &sampled);
}

/// Python gives the verdict that ours gave, for each.
fn agree_with_python(log: &Log, sampled: &[(Export, verdict::Verdict, String)]) {
    let cases = sampled.iter().map(|(export, ..)| Case::of(&export.path, &log.expected()));
    let theirs = python(&cases.collect::<Vec<_>>());
    for ((_, ours, what), theirs) in sampled.iter().zip(theirs) {
        assert_eq!(theirs, *ours, "{what}");
    }
}

/// What can be done to the lines: the change, and the first record (from 1) that is not what was in the log.
type Tampering = (&'static str, fn(&mut Vec<String>, usize));

const TAMPERINGS: [Tampering; 5] = [
    ("dropped", |lines, at| drop(lines.remove(at))),
    ("inserted", |lines, at| lines.insert(at, line(7, 1, at))),
    ("repeated", |lines, at| lines.insert(at, lines[at].replace("guide-1", "guide-9"))),
    ("swapped", |lines, at| lines.swap(at, at + 1)),
    ("re-dated", |lines, at| lines[at] = lines[at].replace("2026-03-01T10:", "2025-03-01T10:")),
];

#[test]
fn a_record_dropped_inserted_swapped_or_re_dated_is_named() {
    let log = Log::of(14);
    let mut sampled = Vec::new();
    for (what, tamper) in TAMPERINGS {
        for at in 0..13 {
            let export = log.export_all(&[]);
            let mut lines = export.lines();
            tamper(&mut lines, at);
            export.put_lines(&lines);
            let verdict = ours(&export.path, &log.expected());
            assert_eq!(verdict, (1, Some(at as u64 + 1)), "record {} {what}", at + 1);
            sampled.push((export, verdict, format!("record {} {what}", at + 1)));
        }
    }
    agree_with_python(&log, &sampled);
}

#[test]
fn where_lines_and_leaves_were_altered_alike_checkpoints_say_between_which_sizes() {
    let log = Log::of(20);
    let mut sampled = Vec::new();
    for (what, tamper) in TAMPERINGS {
        let export = log.export_all(&[5, 10, 15]);
        let mut lines = export.lines();
        tamper(&mut lines, 12);
        export.put_lines_and_leaves(&lines);
        let report = verify(&export.path, &log.expected(), 2);
        let Outcome::NotProven { index: Some(index), .. } = report.outcome else {
            panic!("{what}: {:?}", report.outcome)
        };
        // Record 13 was touched: the checkpoint at 10 still holds, the one at 15 does not.
        assert!((11..=13).contains(&index), "{what}: record {index}");
        let told = report.findings.iter().any(|finding| finding.what.contains("between record 11 and record 15"));
        assert!(told, "{what}: {:?}", report.findings);
        sampled.push(export);
    }
    let cases = sampled.iter().map(|export| Case::of(&export.path, &log.expected()));
    for (code, index) in python(&cases.collect::<Vec<_>>()) {
        assert!(code == 1 && index.is_some_and(|index| (11..=13).contains(&index)), "{code} {index:?}");
    }
}

#[test]
fn a_record_that_is_named_by_itself_is_named_whatever_checkpoints_are_kept_elsewhere() {
    let log = Log::of(20);
    let export = log.export_all(&[5, 15]);
    let mut lines = export.lines();
    lines[12] = lines[12].replace("2026-03-01T10:", "2026-3-1T10:");
    export.put_lines_and_leaves(&lines);
    for kept in [vec![], vec![20], vec![18, 20], vec![5, 18]] {
        let expected = Expected { kept: kept.iter().map(|size| log.kept(*size)).collect(), ..log.expected() };
        assert_eq!(both(&export.path, &expected), (1, Some(13)), "kept at {kept:?}");
    }
}

#[test]
fn where_no_checkpoint_says_more_the_first_record_is_named() {
    let log = Log::of(14);
    for (what, tamper) in TAMPERINGS {
        let export = log.export_all(&[]);
        let mut lines = export.lines();
        tamper(&mut lines, 6);
        export.put_lines_and_leaves(&lines);
        assert_eq!(both(&export.path, &log.expected()), (1, Some(1)), "{what}");
    }
}

#[test]
fn a_selection_that_was_tampered_with_is_detected_too() {
    let log = Log::of(30);
    for (selection, is_wanted) in selections() {
        let indexes: Vec<u64> = (1..=30).filter(|index| is_wanted(*index)).map(|index| index as u64).collect();
        for (what, tamper) in TAMPERINGS {
            let export = log.export(&selection, is_wanted, &[]);
            let mut lines = export.lines();
            tamper(&mut lines, 2);
            export.put_lines(&lines);
            assert_eq!(both(&export.path, &log.expected()), (1, Some(indexes[2])), "{selection:?} {what}");
            export.put_lines_and_leaves(&lines);
            assert_eq!(both(&export.path, &log.expected()).0, 1, "{selection:?} {what}");
        }
    }
}

#[test]
fn records_outside_the_selection_or_left_out_of_it_are_detected() {
    let log = Log::of(12);
    let dossier = Selection::Dossier { dossier: "dossier-1".into() };
    // Everything in it is proven, but it is not what it says it is.
    let foreign = log.export(&dossier, |index| index % 3 == 2 || index == 3, &[]);
    assert_eq!(both(&foreign.path, &log.expected()), (1, Some(3)));
    let holed = log.export(&dossier, |index| index % 3 == 2 && index != 5, &[]);
    assert_eq!(both(&holed.path, &log.expected()), (1, Some(8)));
    let beheaded = log.export(&dossier, |index| index % 3 == 2 && index != 2, &[]);
    assert_eq!(both(&beheaded.path, &log.expected()), (1, Some(5)));
    let not_all = log.export(&Selection::All {}, |index| index != 12, &[]);
    assert_eq!(both(&not_all.path, &log.expected()).0, 1);
}

#[test]
fn a_manifest_or_proof_of_another_shape_is_refused_by_both() {
    let log = Log::of(23);
    let [_, (range, in_range), (dossier, in_dossier), ..] = selections();
    let (all, range) = (log.export_all(&[]), log.export(&range, in_range, &[]));
    let one = Log::of(1);
    let single = one.export_all(&[]);
    // Numbers with a fraction, since other ways of writing whole ones are not canonical.
    let cases: [(&Log, &Export, &str, &str, &str); 11] = [
        (&log, &all, MANIFEST, r#""records":23"#, r#""records":23.5"#),
        (&log, &all, MANIFEST, r#""tree_size":23"#, r#""tree_size":23.5"#),
        (&log, &all, MANIFEST, r#""ranges":[[1,23]]"#, r#""ranges":[[1.5,23]]"#),
        (&log, &all, MANIFEST, r#""selection":{"kind":"all"}"#, r#""selection":{"first":1,"kind":"all"}"#),
        (&log, &all, MANIFEST, r#","tree_size":23}"#, r#","tree_size":23,"zeal":1}"#),
        (&log, &all, MANIFEST, r#"{"files""#, r#"{"earlier_keys":[],"files""#),
        (&one, &single, MANIFEST, r#""records":1"#, r#""records":true"#),
        (&log, &range, MANIFEST, r#""first":3,"#, r#""first":3.5,"#),
        (&log, &range, PROOF, r#""size":23"#, r#""size":23.0"#),
        (&log, &range, PROOF, r#""first":1,"#, r#""first":1.0,"#),
        (&log, &range, PROOF, r#","size":23}"#, r#","size":23,"zeal":1}"#),
    ];
    for (log, export, file, from, to) in cases {
        let spoilt = export.copy();
        let text = fs::read_to_string(spoilt.path.join(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from}: {text}");
        fs::write(spoilt.path.join(file), text.replacen(from, to, 1)).unwrap();
        assert_eq!(both(&spoilt.path, &log.expected()).0, 1, "{file} with {to}");
    }
    assert_eq!(both(&log.export(&dossier, in_dossier, &[]).path, &log.expected()), PROVEN);
}

#[test]
fn a_truncated_tail_is_detected_against_a_checkpoint_kept_elsewhere() {
    let log = Log::of(20);
    // The lines cut off, the rest left alone: it shows by itself.
    let export = log.export_all(&[]);
    let lines = export.lines();
    export.put_lines(&lines[..17]);
    assert_eq!(both(&export.path, &log.expected()), (1, Some(18)));
    // With the leaves cut off alike, nothing tells the tail from what stands before it; a checkpoint does.
    export.put_lines_and_leaves(&lines[..17]);
    assert_eq!(both(&export.path, &log.expected()), (1, Some(1)));
    let export = log.export_all(&[12]);
    export.put_lines_and_leaves(&lines[..17]);
    assert_eq!(both(&export.path, &log.expected()), (1, Some(13)));
    // An old backup was restored and signed anew by its keeper: by itself it is perfect.
    let restored = log.restored_to(17).export_all(&[5]);
    assert_eq!(both(&restored.path, &log.expected()), PROVEN);
    for (kept, verdict) in [(20, (1, Some(18))), (17, PROVEN), (9, PROVEN)] {
        let expected = Expected { kept: vec![log.kept(kept)], ..log.expected() };
        assert_eq!(both(&restored.path, &expected), verdict, "kept at {kept}");
    }
}

#[test]
fn a_fork_is_detected_against_checkpoints_kept_elsewhere_and_narrowed_down() {
    let log = Log::of(20);
    let forked = log.forked_at(11);
    let export = forked.export_all(&[4, 12]);
    assert_eq!(both(&export.path, &log.expected()), PROVEN);
    for (kept, verdict) in
        [(vec![9], PROVEN), (vec![15], (1, Some(1))), (vec![9, 15], (1, Some(10))), (vec![10, 11, 20], (1, Some(11)))]
    {
        let kept_there = kept.iter().map(|size| log.kept(*size)).collect();
        let expected = Expected { kept: kept_there, ..log.expected() };
        assert_eq!(both(&export.path, &expected), verdict, "kept at {kept:?}");
    }
    // A backup restored and then continued otherwise.
    let mut continued = log.restored_to(12);
    continued.lines.extend((12..25).map(|n| line(n % 3, n / 3 + 1, n + 60)));
    let expected = Expected { kept: vec![log.kept(20)], ..log.expected() };
    assert_eq!(both(&continued.export_all(&[]).path, &expected), (1, Some(1)));
}

#[test]
fn so_many_witnesses_must_have_countersigned_as_the_policy_says() {
    let log = Log::of(9);
    let export = log.export_all(&[]);
    let witnesses: Vec<_> = ["museum.example", "parket.example", "archive.example"]
        .map(|name| SigningKey::generate(name, KeyKind::Witness).unwrap())
        .into();
    let mut signed = log.checkpoint(9);
    let policy = |threshold| {
        let keys: String = witnesses.iter().map(|witness| format!("witness {}\n", witness.public())).collect();
        format!("log {}\n{keys}threshold {threshold}\n", log.key.public())
    };
    let verdicts = |threshold: usize| {
        let policy = policy(threshold);
        let expected = Expected { policy: Some(Policy::parse(&policy).unwrap()), ..Expected::default() };
        let ours = ours(&export.path, &expected);
        assert_eq!(python(&[Case { policy: Some(policy), ..Case::of(&export.path, &expected) }]), [ours]);
        ours
    };
    for (count, witness) in witnesses.iter().enumerate().take(2) {
        assert_eq!(verdicts(count + 1), (1, None));
        signed = signed.cosigned(witness, 1_800_000_000 + count as u64).unwrap();
        fs::write(export.path.join(CHECKPOINT), signed.text()).unwrap();
        assert_eq!(verdicts(count + 1), PROVEN);
    }
    // A cosignature over another checkpoint, moved here, does not count and does not pass.
    let foreign = Log::of(10).checkpoint(10).cosigned(&witnesses[2], 1_800_000_000).unwrap();
    let moved = format!("{}{}\n", signed.text(), foreign.text().lines().last().unwrap());
    fs::write(export.path.join(CHECKPOINT), moved).unwrap();
    assert_eq!(verdicts(2), (1, None));
}

#[test]
fn another_key_proves_nothing_and_what_is_no_export_is_unusable() {
    let log = Log::of(9);
    let export = log.export_all(&[]);
    assert_eq!(both(&export.path, &Log::of(1).expected()), (1, None));
    assert_eq!(both(&export.path.join("nowhere"), &log.expected()), UNUSABLE);
    assert_eq!(both(&export.path.join(PROOF), &log.expected()), UNUSABLE);
    let expected = Expected { kept: vec![Log::of(9).kept(5)], ..log.expected() };
    assert_eq!(both(&export.path, &expected), UNUSABLE);
    let without = |name: &str| {
        let spoilt = export.copy();
        fs::remove_file(spoilt.path.join(name)).unwrap();
        let zip = spoilt.path.with_extension("zip");
        zip_directory(&spoilt.path, &zip).unwrap();
        let verdict = both(&spoilt.path, &log.expected());
        assert_eq!(both(&zip, &log.expected()), verdict, "zipped, without {name}");
        verdict
    };
    for name in [LEAVES, PROOF, CHECKPOINT] {
        assert_eq!(without(name), (1, None), "without {name}");
    }
    // What has no records is no export of any.
    for name in [RECORDS, MANIFEST] {
        assert_eq!(without(name), UNUSABLE, "without {name}");
    }
}

/// One bit of a file: in which byte, and which of its eight.
type Bit = (usize, u8);

/// Length of the end of a zip file without a remark.
const ZIP_END_BYTES: usize = 22;

/// Where each entry stands in the list of a zip file's files.
fn list_entries(zip: &[u8]) -> Vec<Range<usize>> {
    let length = |at: usize| usize::from(u16::from_le_bytes([zip[at], zip[at + 1]]));
    let end = zip.len() - ZIP_END_BYTES;
    let mut at = u32::from_le_bytes(zip[end + 16..end + 20].try_into().unwrap()) as usize;
    let mut entries = Vec::new();
    while at < end {
        // What every entry has, then its name, what a tool adds, and a remark.
        let next = at + 46 + length(at + 28) + length(at + 30) + length(at + 32);
        entries.push(at..next);
        at = next;
    }
    assert_eq!(at, end, "the list ends where the end of the file begins");
    entries
}

/// The verdict of both on a zip file with one of these bits changed, for each. A whole copy lies there for every bit of a
/// call, and no longer than Python takes: so ask for some hundreds at a time.
fn agreed(log: &Log, zip: &[u8], bits: &[Bit]) -> Vec<verdict::Verdict> {
    let directory = tempfile::tempdir().unwrap();
    let changed = bits.iter().map(|&(at, bit)| {
        let (mut bad, path) = (zip.to_vec(), directory.path().join(format!("{at}-{bit}.zip")));
        bad[at] ^= 1 << bit;
        fs::write(&path, &bad).unwrap();
        Case::of(&path, &log.expected())
    });
    let cases: Vec<Case> = changed.collect();
    let ours: Vec<_> = cases.iter().map(|case| ours(&case.path, &case.expected)).collect();
    let apart = bits.iter().zip(&ours).zip(python(&cases)).filter(|((_, ours), theirs)| **ours != *theirs);
    let apart = apart.map(|((bit, ours), theirs)| format!("{bit:?}: {ours:?} by ours, {theirs:?} by Python"));
    assert_eq!(apart.collect::<Vec<_>>(), Vec::<String>::new());
    ours
}

#[test]
fn the_same_export_gives_the_same_zip_and_a_changed_byte_in_it_is_detected() {
    let log = Log::of(8);
    let export = log.export_all(&[3]);
    let (one, two) = (export.path.with_extension("1.zip"), export.path.with_extension("2.zip"));
    zip_directory(&export.path, &one).unwrap();
    zip_directory(&export.copy().path, &two).unwrap();
    let zip = fs::read(&one).unwrap();
    assert_eq!(zip, fs::read(&two).unwrap());
    let records = fs::read(export.path.join(RECORDS)).unwrap();
    let start = zip.windows(records.len()).position(|window| window == records).unwrap();
    let touched: Vec<Bit> = (start..start + records.len()).step_by(29).map(|at| (at, 2)).collect();
    for ((at, _), verdict) in touched.iter().zip(agreed(&log, &zip, &touched)) {
        let record = 1 + zip[start..*at].iter().filter(|byte| **byte == b'\n').count() as u64;
        assert_eq!(verdict, (1, Some(record)), "byte {at}");
    }
    // The list of its files: every bit of it, also of what no reader looks at.
    for entry in list_entries(&zip) {
        let bits: Vec<Bit> = entry.flat_map(|at| (0..8).map(move |bit| (at, bit))).collect();
        agreed(&log, &zip, &bits);
    }
    // Its end: the number of this file among several, how many files are in it, where their list stands, a remark.
    let end: Vec<Bit> = (zip.len() - ZIP_END_BYTES..zip.len()).map(|at| (at, 2)).collect();
    agreed(&log, &zip, &end);
    // As another tool packs it, compressed: read all the same.
    let packed = export.path.with_extension("3.zip");
    let script = "import os,sys,zipfile\nos.chdir(sys.argv[1])\nz=zipfile.ZipFile(sys.argv[2],'w',zipfile.ZIP_DEFLATED)\n[z.write(os.path.join(d,f)) for d,_,fs in os.walk('.') for f in fs]";
    let status =
        std::process::Command::new(verdict::interpreter()).args(["-c", script]).arg(&export.path).arg(&packed).status();
    assert!(status.unwrap().success());
    assert_eq!(both(&packed, &log.expected()), PROVEN);
}
