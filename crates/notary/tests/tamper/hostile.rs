//! What only the keeper of a log could have signed, or what was put around it: the limits of the format, the same to both.

use std::fs;

use base64::prelude::{BASE64_STANDARD, Engine};
use spoor_notary::export::{CHECKPOINT, CHECKPOINTS, Expected, MANIFEST, PROOF, RECORDS, Selection};
use spoor_notary::{Checkpoint, KeyKind, SigningKey, leaf_hash, node_hash};

use crate::selections;
use crate::verdict::{Case, PROVEN, UNUSABLE, Verdict, ours, python};
use crate::world::{Export, Log, ORIGIN, line};

/// What is tried, and what both must say of it.
struct Trial {
    what: String,
    export: Export,
    expected: Expected,
    verdict: Verdict,
}

/// Both give these verdicts.
fn hold(trials: &[Trial]) {
    let cases: Vec<_> = trials.iter().map(|trial| Case::of(&trial.export.path, &trial.expected)).collect();
    for (trial, theirs) in trials.iter().zip(python(&cases)) {
        let found = ours(&trial.export.path, &trial.expected);
        assert_eq!((found, theirs), (trial.verdict, trial.verdict), "{}: ours, then Python's", trial.what);
    }
}

/// A log of these lines, shown whole.
fn shown(what: impl Into<String>, lines: Vec<String>, verdict: Verdict) -> Trial {
    let log = Log { lines, ..Log::of(0) };
    let export = log.export_all(&[]);
    Trial { what: what.into(), export, expected: log.expected(), verdict }
}

fn record(payload: &str) -> String {
    format!(
        r#"{{"aggregate_id":"dossier-1","aggregate_type":"t","payload":{payload},"recorded_at":"2026-03-01T10:00:00.000000Z","sequence":1}}"#
    )
}

/// A list in a list, so many deep.
fn nested(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

#[test]
fn lines_are_canonical_json_to_both_or_to_neither() {
    let utf_16 = ["{\"\u{10000}\":2,\"\u{ffff}\":1}", "{\"\u{ffff}\":1,\"\u{10000}\":2}"];
    let numbers = "0 -1 1.5 1e+21 1e-7 1.5e-7 1.5e+30 5e-324 1.7976931348623157e+308 0.00001 0.000001 -123456789.125 \
                   9007199254740992 10000000000000000 100000000000000000000";
    let other_numbers = "-0 0.0 1.0 1e0 1e+16 1E+21 1e-05 0.0000001 10.50 9007199254740993 1e400 -1e400 NaN 01";
    let texts = ["\"\u{7f}\"", "\"\u{2028}\"", r#""\u0000""#, r#""\u001f""#, r#""\\u00e9""#, r#""[[{ \" ""#];
    let other_texts = [r#""\u00e9""#, r#""\/""#, r#""\ud800""#, r#""\u001F""#, r#""\u000a""#];
    let others = [" 1", "[1, 2]", r#"{"a":1,"a":1}"#, r#"{"b":1,"a":1}"#, utf_16[1]];
    let taken = numbers.split(' ').chain(texts).chain(["true", utf_16[0]]);
    let refused = other_numbers.split(' ').chain(other_texts).chain(others);
    let mut trials = Vec::new();
    for payload in taken {
        trials.push(shown(payload, vec![record(payload)], PROVEN));
    }
    for payload in refused {
        trials.push(shown(payload, vec![record(payload)], (1, Some(1))));
    }
    // The record is the first level.
    for (levels, verdict) in [(63, PROVEN), (64, (1, Some(1))), (70, (1, Some(1))), (900, (1, Some(1)))] {
        trials.push(shown(format!("{levels} lists"), vec![record(&nested(levels))], verdict));
    }
    for (bytes, verdict) in [(65_536, PROVEN), (65_537, (1, Some(1)))] {
        let text = "a".repeat(bytes - record("\"\"").len());
        trials.push(shown(format!("{bytes} bytes"), vec![record(&format!("\"{text}\""))], verdict));
    }
    hold(&trials);
}

#[test]
fn a_header_that_is_none_is_refused_by_both() {
    let range = Selection::Range { first: 1, last: 1 };
    let mut trials = Vec::new();
    for (right, wrongs) in [
        ("\"dossier-1\"", &["5", "null", "[]", "true"][..]),
        ("\"t\"", &["5", "null", "[]", "{}"][..]),
        ("\"sequence\":1", &["\"sequence\":0", "\"sequence\":-1", "\"sequence\":true", "\"sequence\":\"1\""][..]),
        ("\"sequence\":1", &["\"sequence\":1.5", "\"sequence\":9007199254740994", "\"sequence\":1e+21"][..]),
        ("00:00.000000Z", &["00:00Z", "00:00.000Z", "00:00.000000+"][..]),
    ] {
        for wrong in wrongs {
            let lines = vec![record("{}").replacen(right, wrong, 1)];
            let log = Log { lines, ..Log::of(0) };
            let export = log.export(&range, |_| true, &[]);
            trials.push(Trial { what: (*wrong).into(), export, expected: log.expected(), verdict: (1, Some(1)) });
        }
    }
    hold(&trials);
}

#[test]
fn a_stream_is_named_by_its_type_and_id_whatever_keys_stand_around_them() {
    let twice = |from: &str, to: fn(usize) -> String| {
        (1..=2).map(|n| record("{}").replacen(from, &to(n), 1)).collect::<Vec<_>>()
    };
    let before = twice("{", |n| format!("{{\"a\":{n},"));
    let between = twice("\"aggregate_type\"", |n| format!("\"aggregate_k\":{n},\"aggregate_type\""));
    hold(&[
        shown("a key before", before, (1, Some(2))),
        shown("a key between", between, (1, Some(2))),
        // Together the two would be one text.
        shown("two streams", vec![record("{}"), record("{}").replacen("\"t\"", "\"t2\"", 1)], PROVEN),
    ]);
}

#[test]
fn a_dossier_with_an_id_that_is_escaped_in_its_line_is_its_own() {
    let lines = vec![record("{}").replacen("dossier-1", r#"a\"\nb"#, 1)];
    let log = Log { lines, ..Log::of(0) };
    let mut trials = Vec::new();
    for (dossier, verdict) in [("a\"\nb", PROVEN), (r#"a\"\nb"#, (1, Some(1)))] {
        let export = log.export(&Selection::Dossier { dossier: dossier.into() }, |_| true, &[]);
        trials.push(Trial { what: dossier.into(), export, expected: log.expected(), verdict });
    }
    hold(&trials);
}

/// The export with a part of a file replaced.
fn with(export: &Export, file: &str, from: &str, to: &str) -> Export {
    let copy = export.copy();
    let text = fs::read_to_string(copy.path.join(file)).unwrap();
    assert!(text.contains(from), "{file} has no {from}: {text}");
    fs::write(copy.path.join(file), text.replacen(from, to, 1)).unwrap();
    copy
}

#[test]
fn ranges_ascend_from_one_at_least_one_apart() {
    let log = Log::of(8);
    let all = log.export_all(&[]);
    let controller = with(&all, MANIFEST, r#"{"kind":"all"}"#, r#"{"controller":"museum","kind":"controller"}"#);
    let mut trials = Vec::new();
    let mut tried = |what: &str, ranges: &str, verdict| {
        let export = with(&controller, MANIFEST, "[[1,8]]", ranges);
        trials.push(Trial { what: format!("{what}: {ranges}"), export, expected: log.expected(), verdict });
    };
    tried("as they are", "[[1,8]]", PROVEN);
    for ranges in
        ["[[1,4],[5,8]]", "[[5,8],[1,4]]", "[[0,7]]", "[[1,4],[4,7]]", "[[1,9]]", "[[1,8],[3,2]]", "[[1,8,8]]"]
    {
        tried("not apart", ranges, (1, None));
    }
    for ranges in ["[[true,8]]", "[[1,\"8\"]]", "{}", "[{}]", "[[1.5,8]]", "[[-1,8]]"] {
        tried("no numbers", ranges, (1, None));
    }
    tried("not canonical", "[[1.0,8]]", UNUSABLE);
    hold(&trials);
}

#[test]
fn ranges_that_go_back_hide_nothing_from_a_checkpoint_kept_elsewhere() {
    let log = Log::of(5);
    let export = log.export_all(&[]);
    let forged: Vec<_> = (1..=4).map(|n| record("{}").replacen("dossier-1", &format!("forged-{n}"), 1)).collect();
    export.put_lines_and_leaves(&forged);
    // The first gap is filled with the root that was kept; what comes after it claims to come before it.
    let kept = log.checkpoint(4).checkpoint().root;
    let leaf: Vec<_> = forged.iter().map(|line| leaf_hash(line.as_bytes())).collect();
    let shown = node_hash(&node_hash(&leaf[0], &leaf[1]), &node_hash(&leaf[2], &leaf[3]));
    let root = node_hash(&node_hash(&kept, &shown), &node_hash(&[1; 32], &[2; 32]));
    let (old, new) = (log.checkpoint(5).checkpoint().root, hex::encode(root));
    let text = fs::read_to_string(export.path.join(MANIFEST)).unwrap();
    let text = text
        .replace("[[1,5]],\"records\":5", "[[5,5],[1,3]],\"records\":4")
        .replace(&hex::encode(old), &new)
        .replace(r#"{"kind":"all"}"#, r#"{"controller":"museum","kind":"controller"}"#);
    fs::write(export.path.join(MANIFEST), text).unwrap();
    let (kept, one, two) = (hex::encode(kept), hex::encode([1; 32]), hex::encode([2; 32]));
    let proof = format!(
        r#"{{"gaps":[{{"first":1,"hashes":["{kept}"],"last":4}},{{"first":4,"hashes":["{one}","{two}"],"last":5}}],"size":5}}"#
    );
    fs::write(export.path.join(PROOF), proof).unwrap();
    let signed = Checkpoint { origin: ORIGIN.into(), size: 5, root }.sign(&log.key).unwrap();
    fs::write(export.path.join(CHECKPOINT), signed.text()).unwrap();
    let expected = Expected { kept: vec![log.kept(4)], ..log.expected() };
    hold(&[Trial { what: "forged".into(), export, expected, verdict: (1, None) }]);
}

#[test]
fn a_manifest_that_says_what_none_says_is_refused_by_both() {
    let log = Log::of(0);
    let export = log.export_all(&[]);
    let witness = SigningKey::generate(ORIGIN, KeyKind::Witness).unwrap().public().to_string();
    let all = r#""selection":{"kind":"all"}"#;
    let selection = |text: &str| (all.to_owned(), format!("\"selection\":{text}"));
    let log_named = |name: &str| ("\"log\":\"events\"".to_owned(), format!("\"log\":{name}"));
    let first = |text: &str| ("{".to_owned(), format!("{{{text},"));
    let moment = "2026-01-01T00:00:00.000000Z";
    let mut trials = Vec::new();
    for ((from, to), verdict) in [
        (selection(r#"{"dossier":"d","kind":"dossier"}"#), PROVEN),
        (selection(&format!(r#"{{"from":"{moment}","kind":"period","until":"{moment}"}}"#)), PROVEN),
        (selection(r#"{"from":"2026","kind":"period","until":"2027"}"#), (1, None)),
        (selection(&format!(r#"{{"from":"{moment}2","kind":"period","until":"{}"}}"#, &moment[1..])), (1, None)),
        (selection(r#"{"first":5,"kind":"range","last":2}"#), (1, None)),
        (selection(r#"{"first":1,"kind":"range","last":0}"#), (1, None)),
        (selection(r#"{"dossier":5,"kind":"dossier"}"#), (1, None)),
        (selection(r#"{"controller":["m"],"kind":"controller"}"#), (1, None)),
        (selection(r#"{"kind":"some"}"#), (1, None)),
        (selection(r#"{"kind":["all"]}"#), (1, None)),
        (log_named("\"\""), (1, None)),
        (log_named("\"vents\""), (1, None)),
        (log_named("\"access\""), (1, None)),
        (first(&format!(r#""earlier_keys":["{witness}"]"#)), (1, None)),
        (first(r#""earlier_keys":{}"#), (1, None)),
        (first(&format!(r#""earlier_keys":{{"{}":1}}"#, log.key.public())), (1, None)),
        (("\"records\":0".into(), "\"records\":false".into()), (1, None)),
        (("\"records\":0".into(), "\"records\":1e999".into()), UNUSABLE),
        (("\"records\":0".into(), "\"records\":9007199254740993".into()), UNUSABLE),
        (log_named(r#""\ud800""#), UNUSABLE),
        (log_named(&nested(130)), UNUSABLE),
        (log_named(&nested(64)), UNUSABLE),
        (log_named(&nested(63)), (1, None)),
        (log_named("\"events\",\"log\":\"events\""), UNUSABLE),
        (log_named(" \"events\""), UNUSABLE),
    ] {
        let what = to.chars().take(120).collect();
        trials.push(Trial { what, export: with(&export, MANIFEST, &from, &to), expected: log.expected(), verdict });
    }
    for (what, weak) in [("small", [0; 32]), ("beyond", [0xff; 32])] {
        let earlier = format!("{{\"earlier_keys\":[\"{}\"],", public_key(weak));
        let export = with(&export, MANIFEST, "{", &earlier);
        trials.push(Trial { what: what.into(), export, expected: log.expected(), verdict: (1, None) });
    }
    hold(&trials);
}

/// The text of a key of the log with these bytes, whatever they are.
fn public_key(bytes: [u8; 32]) -> String {
    use sha2::{Digest, Sha256};
    let bytes = [&[1u8][..], &bytes].concat();
    let id = Sha256::digest([ORIGIN.as_bytes(), b"\n", &bytes].concat());
    format!("{ORIGIN}+{}+{}", hex::encode(&id[..4]), BASE64_STANDARD.encode(bytes))
}

#[test]
fn a_proof_of_another_form_is_refused_by_both() {
    let log = Log::of(23);
    let (selection, is_wanted) = selections()[1].clone();
    let export = log.export(&selection, is_wanted, &[]);
    let proof = fs::read_to_string(export.path.join(PROOF)).unwrap();
    let at = proof.find("\"hashes\":[\"").unwrap() + 11;
    let hash = &proof[at..at + 64];
    let mut trials = Vec::new();
    for to in [hash.to_uppercase(), format!(" {hash}"), hash[2..].to_owned(), format!("{hash}00"), "zz".repeat(32)] {
        let export = with(&export, PROOF, hash, &to);
        trials.push(Trial { what: to, export, expected: log.expected(), verdict: (1, None) });
    }
    let all = log.export_all(&[]);
    for gaps in ["{}", "\"\"", "0", "[{}]"] {
        let export = with(&all, PROOF, "\"gaps\":[]", &format!("\"gaps\":{gaps}"));
        trials.push(Trial { what: gaps.into(), export, expected: log.expected(), verdict: (1, None) });
    }
    hold(&trials);
}

#[test]
fn a_checkpoint_has_any_number_of_signatures_up_to_a_megabyte_and_a_log_its_own_name() {
    let log = Log::of(6);
    let whole = log.export_all(&[]);
    let line = |bytes: &[u8]| format!("— museum.example {}\n", BASE64_STANDARD.encode(bytes));
    let mut trials = Vec::new();
    for (what, lines, verdict) in [
        ("120", line(&[1; 76]).repeat(120), PROVEN),
        ("1,000", line(&[1; 76]).repeat(1_000), PROVEN),
        ("10,000", line(&[1; 76]).repeat(10_000), (1, None)),
        ("five bytes", line(&[1; 5]), PROVEN),
        ("four bytes", line(&[1; 4]), (1, None)),
        ("three bytes", line(&[1; 3]), (1, None)),
        ("none", "\n".into(), (1, None)),
    ] {
        let export = whole.copy();
        fs::write(export.path.join(CHECKPOINT), format!("{}{lines}", log.checkpoint(6).text())).unwrap();
        trials.push(Trial { what: what.into(), export, expected: log.expected(), verdict });
    }
    // A log without a name of its own, signed all the same.
    let key = log.key.under_name("events").unwrap();
    let checkpoint = log.checkpoint(6).checkpoint().clone();
    let signed = Checkpoint { origin: "events".into(), ..checkpoint }.sign(&key).unwrap();
    let export = with(&whole, MANIFEST, &format!("\"origin\":\"{ORIGIN}\""), "\"origin\":\"events\"");
    let export = with(&export, MANIFEST, &log.key.public().to_string(), &key.public().to_string());
    fs::write(export.path.join(CHECKPOINT), signed.text()).unwrap();
    trials.push(Trial { what: "events".into(), export, expected: Expected::default(), verdict: (1, None) });
    // A checkpoint in it of a larger log.
    let export = log.restored_to(5).export_all(&[3]);
    fs::write(export.path.join(CHECKPOINTS).join("6"), log.checkpoint(6).text()).unwrap();
    trials.push(Trial { what: "a larger one".into(), export, expected: log.expected(), verdict: (1, None) });
    hold(&trials);
}

#[test]
fn a_key_of_a_witness_is_no_key_of_a_log() {
    let log = Log::of(3);
    let witness = SigningKey::generate("museum.example", KeyKind::Witness).unwrap();
    let expected = Expected { keys: vec![witness.public().clone()], ..Expected::default() };
    hold(&[Trial { what: "a witness".into(), export: log.export_all(&[]), expected, verdict: UNUSABLE }]);
}

#[test]
fn a_line_break_that_is_missing_names_the_record_it_is_missing_after() {
    let log = Log::of(6);
    let whole = log.export_all(&[]);
    let text = fs::read_to_string(whole.path.join(RECORDS)).unwrap();
    let mut trials = Vec::new();
    for (index, _) in (1u64..).zip(log.lines.iter()) {
        let export = whole.copy();
        let until: usize = log.lines[..usize::try_from(index).unwrap()].iter().map(|line| line.len() + 1).sum();
        fs::write(export.path.join(RECORDS), &text[..until - 1]).unwrap();
        trials.push(Trial { what: format!("{index}"), export, expected: log.expected(), verdict: (1, Some(index)) });
    }
    hold(&trials);
}

#[test]
fn what_is_not_proven_stays_so_where_a_proof_of_growth_is_lacking_too() {
    let log = Log::of(20);
    let (selection, is_wanted) = selections()[1].clone();
    let export = log.export(&selection, is_wanted, &[]);
    let mut lines = export.lines();
    lines[0] = line(2, 1, 2).replace("guide-1", "guide-9");
    export.put_lines(&lines);
    let expected = Expected { kept: vec![log.kept(13)], ..log.expected() };
    hold(&[Trial { what: "altered".into(), export, expected, verdict: (1, Some(3)) }]);
}
