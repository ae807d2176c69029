//! The verifier in plain Python as people run it: from its command line, with files, and with sentences for an answer.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use spoor_notary::export::{LEAVES, MANIFEST, PROOF, RECORDS, zip_directory};
use spoor_notary::{KeyKind, SigningKey};

use crate::selections;
use crate::verdict::interpreter;
use crate::world::{Export, Log};

/// The exit code, and what it said.
type Said = (i32, String);

#[test]
fn a_checkpoint_kept_elsewhere_is_given_to_the_script_as_a_file() {
    let log = Log::of(20);
    let export = log.export_all(&[4]);
    let key = file(&export, "log.pub", &log.key.public().to_string());
    let with = |kept: &Log, size: usize| {
        let kept = file(&export, "kept", kept.checkpoint(size).text());
        script(&export.path, &["--key", text(&key), "--checkpoint", text(&kept)])
    };
    let (code, said) = with(&log, 13);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("PROVEN: 20 records") && said.contains("Held against the key given."), "{said}");

    let mut longer = log.restored_to(20);
    longer.lines.extend(Log::of(25).lines.drain(20..));
    let (code, said) = with(&longer, 25);
    assert!(code == 1 && said.contains("NOT PROVEN, record 21: the export is truncated or old"), "{code} {said}");

    let (code, said) = with(&log.forked_at(5), 13);
    assert!(code == 1 && said.contains("NOT PROVEN, record 1: two histories"), "{code} {said}");
    assert!(said.contains(text(&export.path.with_file_name("kept"))), "the file is named: {said}");
}

#[test]
fn a_policy_and_a_proof_of_growth_are_given_to_the_script_as_files() {
    let log = Log::of(20);
    let (selection, is_wanted) = selections()[1].clone();
    let export = log.export(&selection, is_wanted, &[]);
    let witness = SigningKey::generate("museum.example", KeyKind::Witness).unwrap();
    let policy = format!("log {}\nwitness {}\nthreshold 1\n", log.key.public(), witness.public());
    let policy = file(&export, "policy", &policy);
    let (code, said) = script(&export.path, &["--policy", text(&policy)]);
    assert!(code == 1 && said.contains("too few"), "{code} {said}");
    let signed = log.checkpoint(20).cosigned(&witness, 1_800_000_000).unwrap();
    fs::write(export.path.join("checkpoint"), signed.text()).unwrap();
    let (code, said) = script(&export.path, &["--policy", text(&policy)]);
    assert!(code == 0 && said.contains("countersigned by 1"), "{code} {said}");

    let kept = file(&export, "kept", log.checkpoint(13).text());
    let (code, said) = script(&export.path, &["--checkpoint", text(&kept)]);
    assert!(code == 2 && said.contains("give a proof of growth"), "{code} {said}");
    let growth = file(&export, "growth", &log.growth(13, 20).to_text());
    let (code, said) = script(&export.path, &["--checkpoint", text(&kept), "--growth", text(&growth)]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn the_script_names_the_files_it_does_not_read() {
    let export = Log::of(6).export_all(&[3]);
    assert!(!script(&export.path, &[]).1.contains("ignored"));
    fs::write(export.path.join("notes.txt"), "mine").unwrap();
    let zip = export.path.with_extension("zip");
    zip_directory(&export.path, &zip).unwrap();
    for path in [&export.path, &zip] {
        let (code, said) = script(path, &[]);
        assert!(code == 0 && said.contains("ignored: 'notes.txt'"), "{code} {said}");
    }
}

#[test]
fn names_of_files_the_script_does_not_read_give_no_orders_to_a_terminal() {
    let export = Log::of(2).export_all(&[]);
    fs::write(export.path.join("\u{1b}[2Ja\nPROVEN: all"), "mine").unwrap();
    let (code, said) = script(&export.path, &[]);
    assert!(code == 0 && said.contains(r"'\x1b[2Ja\nPROVEN: all'") && !said.contains('\u{1b}'), "{code} {said}");
}

#[test]
fn a_key_or_policy_file_that_holds_none_is_unusable_and_nothing_takes_its_place() {
    let log = Log::of(6);
    let export = log.export_all(&[3]);
    let key = log.key.public();
    let witness = SigningKey::generate("museum.example", KeyKind::Witness).unwrap();
    let mut cases: Vec<(&str, String)> = Vec::new();
    for empty in ["", "\n \t\r\n", "# nothing\n"] {
        cases.extend([("--key", empty.to_owned()), ("--policy", empty.to_owned())]);
    }
    cases.extend([("--key", format!("{key} {key}\n")), ("--key", witness.public().to_string())]);
    for number in ["-1", "+0", "0_0", "٠", "0 0", "1"] {
        cases.push(("--policy", format!("log {key}\nthreshold {number}\n")));
    }
    for (option, content) in cases {
        let given = file(&export, "given", &content);
        let (code, said) = script(&export.path, &[option, text(&given)]);
        assert!(code == 2 && !said.contains("PROVEN"), "{option} {content:?}: {code} {said}");
    }
    let given = file(&export, "given", &format!("{key}\n"));
    let (code, said) = script(&export.path, &["--key", text(&given), "--key", text(&given)]);
    assert!(code == 2, "{code} {said}");
}

#[test]
fn the_script_answers_in_sentences_whatever_is_broken() {
    let export = Log::of(6).export_all(&[3]);
    let nowhere = export.path.join("nowhere");
    let mut told = vec![
        script(&nowhere, &[]),
        script(&export.path.join(PROOF), &[]),
        script(&export.path, &["--key", text(&nowhere)]),
        script(&export.path, &["--key", text(&export.path.join(PROOF))]),
        script(&export.path, &["--policy", text(&export.path.join(PROOF))]),
        script(&export.path, &["--growth", text(&export.path.join(PROOF))]),
        script(&export.path, &["--checkpoint", text(&export.path.join(MANIFEST))]),
    ];
    assert!(told.iter().all(|(code, _)| *code == 2), "{told:?}");
    for name in export.files() {
        let spoilt = export.copy();
        let path = spoilt.path.join(&name);
        let mut bytes = fs::read(&path).unwrap();
        fs::write(&path, "\u{7f}{").unwrap();
        told.push(script(&spoilt.path, &[]));
        let half = bytes.len() / 2;
        bytes[half] ^= 1;
        fs::write(&path, bytes).unwrap();
        told.push(script(&spoilt.path, &[]));
        fs::remove_file(&path).unwrap();
        if !name.starts_with("checkpoints/") {
            told.push(script(&spoilt.path, &[]));
        }
    }
    for (code, said) in &told {
        assert!([1, 2].contains(code), "{code} {said}");
        let raw = ["Error", "Errno", "Exception", "Traceback", "object", "None"];
        assert!(!raw.iter().any(|raw| said.contains(raw)), "{said}");
    }
}

#[test]
fn the_script_is_shorter_than_the_export_format_says() {
    let script = fs::read_to_string(script_path()).unwrap();
    assert!(script.lines().count() < 200, "{} lines", script.lines().count());
    assert!(script.contains(RECORDS) && script.contains(LEAVES));
}

fn script_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../verify/spoor_verify.py")
}

fn script(path: &Path, arguments: &[&str]) -> Said {
    let run = Command::new(interpreter()).arg("-B").arg(script_path()).arg(path).args(arguments).output().unwrap();
    let said = [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (run.status.code().unwrap(), said)
}

/// A file beside the export.
fn file(export: &Export, name: &str, content: &str) -> PathBuf {
    let path = export.path.with_file_name(name);
    fs::write(&path, content).unwrap();
    path
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
