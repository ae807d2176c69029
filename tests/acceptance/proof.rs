//! What leaves the house proves itself: exports of a running program, held against the log's key by verifiers that know nothing else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use acceptance::{Demo, Installation, Persona, Stores, program_file};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};

use crate::access_log::stored;
use crate::life::{Cast, PARKET, requested};

on_every_engine!(
    the_same_choice_under_the_same_checkpoint_gives_the_same_bytes_whatever_happened_since,
    personal_values_leave_in_clear_only_for_a_compliance_officer_and_never_unrecorded,
    the_verdict_is_the_exit_code_and_names_the_record,
);

#[test]
fn a_command_whose_output_nobody_reads_to_the_end_ends_as_it_would() -> Result<()> {
    // More than a pipe holds, so that it is still writing when the reader has gone.
    let mut child =
        Command::new(program_file()?).arg("schema").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    drop(child.stdout.take());
    let ended = child.wait_with_output()?;
    ensure!(ended.status.success() && ended.stderr.is_empty(), "{ended:?}");
    Ok(())
}

/// In every personal text of the dossier; occurs nowhere else in the world.
const CANARY: &str = "kanarie5b1e77";

#[tokio::test]
async fn exports_of_the_running_demo_are_proven_by_both_verifiers() -> Result<()> {
    let demo = Demo::start().await?;
    let out = tempfile::tempdir()?;
    // Somebody reads, so that there is something in the access log.
    demo.persona("prosecutor")?.query("{ trajectories(first: 3) { nodes { number } } }", json!({})).await?;
    let dossier = number_of_a_dossier(&demo.persona("compliance")?).await?;
    let choices: [(&str, Vec<&str>); 7] = [
        ("all", vec![]),
        ("range", vec!["--range", "17..42"]),
        ("dossier", vec!["--dossier", &dossier]),
        ("period", vec!["--period", "2026-01-01..2099-12-31"]),
        ("zip", vec!["--zip"]),
        ("access", vec!["--log", "access"]),
        ("who-saw-it", vec!["--log", "access", "--dossier", &dossier]),
    ];
    for (name, choice) in choices {
        let path = out.path().join(name);
        let path_text = path.to_string_lossy().into_owned();
        let arguments =
            [vec!["audit", "export", "--purpose", "ADMINISTRATION", "--out", &path_text], choice.clone()].concat();
        let exported = demo.run(&arguments)?;
        ensure!(exported.status.success(), "{name}: {}", said(&exported));
        let log = if choice.contains(&"access") { "access" } else { "events" };
        both_prove(&path, &demo.data().join("checkpoints").join(log).join("vkey"))?;
    }
    // The key of the other log does not fit.
    let strange = demo.data().join("checkpoints/access/vkey");
    ensure!(!verified(&out.path().join("all"), &strange)?.status.success(), "any key will do");
    let again = demo.run(&[
        "audit",
        "export",
        "--purpose",
        "ADMINISTRATION",
        "--out",
        &out.path().join("all").to_string_lossy(),
    ])?;
    ensure!(!again.status.success() && said(&again).contains("exists already"), "{}", said(&again));
    Ok(())
}

async fn the_same_choice_under_the_same_checkpoint_gives_the_same_bytes_whatever_happened_since(
    stores: Stores,
) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    requested(&cast, "een").await?;
    let out = |name: &str| installation.directory().join(name);
    let export = |name: &str, more: &[&str]| -> Result<()> {
        let place = out(name).to_string_lossy().into_owned();
        let done =
            installation.run(&[&["audit", "export", "--purpose", "ADMINISTRATION", "--out", &place], more].concat())?;
        ensure!(done.status.success(), "{name}: {}", said(&done));
        Ok(())
    };
    export("first", &[])?;
    let manifest: Value = serde_json::from_str(&std::fs::read_to_string(out("first/manifest.json"))?)?;
    let size = manifest["tree_size"].to_string();
    export("again", &["--size", &size])?;
    export("first.zip", &["--size", &size, "--zip"])?;
    // The log goes on, and is signed again.
    requested(&cast, "twee").await?;
    export("later", &[])?;
    export("as-then", &["--size", &size])?;
    export("as-then.zip", &["--size", &size, "--zip"])?;
    let first = files(&out("first"))?;
    ensure!(first.len() >= 6, "{:?}", first.keys());
    ensure!(first == files(&out("again"))?, "twice gives two");
    ensure!(first == files(&out("as-then"))?, "what happened since changes it");
    ensure!(first != files(&out("later"))?, "the log went on");
    ensure!(std::fs::read(out("first.zip"))? == std::fs::read(out("as-then.zip"))?, "the zip files differ");
    both_prove(&out("as-then"), &installation.data().join("checkpoints/events/vkey"))?;
    let nowhere = out("x").to_string_lossy().into_owned();
    let unsigned = ["audit", "export", "--purpose", "ADMINISTRATION", "--out", &nowhere, "--size", "999999"];
    let unsigned = installation.run(&unsigned)?;
    ensure!(!unsigned.status.success() && said(&unsigned).contains("no checkpoint was signed"), "{}", said(&unsigned));
    Ok(())
}

async fn personal_values_leave_in_clear_only_for_a_compliance_officer_and_never_unrecorded(
    stores: Stores,
) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let dossier = requested(&cast, CANARY).await?;
    let shown =
        cast.prosecutor.query("query($id: ID!) { trajectory(id: $id) { number } }", json!({ "id": dossier })).await?;
    let number = shown["trajectory"]["number"].as_str().context("a number")?.to_owned();
    let token = |persona: &Persona, name: &str| -> Result<String> {
        let file = installation.directory().join(name);
        std::fs::write(&file, persona.token())?;
        Ok(file.to_string_lossy().into_owned())
    };
    let of_the_parket = installation.persona(&program, "officer-1", "ComplianceOfficer", PARKET)?;
    let (officer, prosecutor) = (token(&of_the_parket, "officer")?, token(&cast.prosecutor, "prosecutor")?);
    // Kazerne Dossin does not know the dossier before the consent, so its officer does not either.
    let stranger = token(&cast.compliance, "stranger")?;
    let place = |name: &str| installation.directory().join(name).to_string_lossy().into_owned();
    let for_purpose = |purpose: &str, name: &str, more: &[&str]| {
        installation.run(&[&["audit", "export", "--purpose", purpose, "--out", &place(name)], more].concat())
    };
    let export = |name: &str, more: &[&str]| for_purpose("SUPERVISION", name, more);

    let sealed = export("sealed", &["--token", &officer])?;
    ensure!(sealed.status.success(), "{}", said(&sealed));
    ensure!(!holds(&installation.directory().join("sealed"), CANARY)?, "a sealed export holds a personal value");
    let opened = export("opened", &["--dossier", &number, "--token", &officer, "--open"])?;
    ensure!(opened.status.success(), "{}", said(&opened));
    let values = std::fs::read_to_string(installation.directory().join("opened/opened.jsonl"))?;
    ensure!(values.contains(CANARY), "nothing was opened: {values}");
    both_prove(&installation.directory().join("opened"), &installation.data().join("checkpoints/events/vkey"))?;

    let nonsense = installation.directory().join("nonsense");
    std::fs::write(&nonsense, "nonsense")?;
    let nonsense = nonsense.to_string_lossy().into_owned();
    let replayed = installation.run(&["replay", "LT-2026-0001", "--purpose", "SUPERVISION", "--token", &nonsense])?;
    ensure!(!replayed.status.success(), "replayed for nobody");
    for (name, refused) in [
        ("by-nobody", export("by-nobody", &["--dossier", &number, "--token", &nonsense, "--open"])?),
        ("as-prosecutor", export("as-prosecutor", &["--dossier", &number, "--token", &prosecutor, "--open"])?),
        ("of-another", export("of-another", &["--dossier", &number, "--token", &stranger, "--open"])?),
        ("of-another-sealed", export("of-another-sealed", &["--dossier", &number, "--token", &stranger])?),
        ("of-all", export("of-all", &["--token", &officer, "--open"])?),
        ("of-none", export("of-none", &["--dossier", "LT-2026-9999", "--token", &officer])?),
        ("as-prosecutor-sealed", export("as-prosecutor-sealed", &["--token", &prosecutor])?),
        ("without-token", export("without-token", &["--open"])?),
        ("without-purpose", installation.run(&["audit", "export", "--out", &place("without-purpose")])?),
        ("at-the-terminal", export("at-the-terminal", &[])?),
        ("for-case-handling", for_purpose("CASE_HANDLING", "for-case-handling", &["--token", &officer])?),
    ] {
        ensure!(!refused.status.success(), "{name} was not refused");
        ensure!(!Path::new(&place(name)).exists(), "{name} left something");
    }
    let stored = stored(&installation).await?;
    let recorded: Vec<_> = stored.into_iter().map(|record| (record.kind, record.payload)).collect();
    let made = |opened: bool| {
        recorded.iter().any(|(kind, payload)| kind == "ExportMade" && payload["ExportMade"]["opened"] == json!(opened))
    };
    ensure!(made(true) && made(false), "{recorded:?}");
    let refusals = recorded
        .iter()
        .filter(|(kind, payload)| kind == "QuestionRefused" && payload.to_string().contains("audit export"));
    ensure!(refusals.count() == 7, "two of a role, two of a purpose, three of a dossier: {recorded:?}");
    // An account at the terminal belongs to no organisation that would hide it from those who supervise.
    ensure!(for_purpose("ADMINISTRATION", "by-operator", &["--by", "operator-7"])?.status.success(), "at the terminal");
    let document = "{ accessTrail(first: 20) { nodes { account organisation } } }";
    let wanted = json!({ "account": "operator-7", "organisation": "spoor" });
    let mut looks = tokio::time::interval(Duration::from_millis(50));
    let seen = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            looks.tick().await;
            let trail = cast.compliance.query(document, json!({})).await?;
            if trail["accessTrail"]["nodes"].as_array().context("a trail")?.contains(&wanted) {
                return anyhow::Ok(());
            }
        }
    });
    seen.await.context("who took an export at the terminal is not in the trail")??;
    let failed = recorded.iter().filter(|(kind, payload)| {
        kind == "AuthenticationFailed" && payload["AuthenticationFailed"]["reason"] == json!("Malformed")
    });
    ensure!(failed.count() == 2, "a token that does not count is written down: {recorded:?}");
    Ok(())
}

#[tokio::test]
async fn a_record_altered_in_the_database_is_not_exported_and_is_named() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    requested(&cast, "een").await?;
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let checked = installation.run(&["audit", "check"])?;
    ensure!(checked.status.success(), "{}", said(&checked));

    let mut log =
        SqliteConnection::connect(&format!("sqlite:{}", installation.data().join("log.sqlite").display())).await?;
    let alter = "drop trigger events_not_updated; update events set recorded_at = recorded_at - 1 where position = 2";
    sqlx::raw_sql(alter).execute(&mut log).await?;
    log.close().await?;

    let checked = installation.run(&["audit", "check"])?;
    ensure!(checked.status.code() == Some(1) && said(&checked).contains("record 2 "), "{}", said(&checked));
    let out = installation.directory().join("false");
    let exported =
        installation.run(&["audit", "export", "--purpose", "ADMINISTRATION", "--out", &out.to_string_lossy()])?;
    ensure!(!exported.status.success() && said(&exported).contains("record 2 "), "{}", said(&exported));
    ensure!(!out.exists(), "a false record left the house");

    // The next is no text any more, and hides neither itself nor the other.
    let mut log =
        SqliteConnection::connect(&format!("sqlite:{}", installation.data().join("log.sqlite").display())).await?;
    let alter = "update events set recorded_at = recorded_at + 1 where position = 2;
        update events set payload = cast(x'7b80ff7d' as text) where position = 1;
        update events set event_version = '9.9' where position = 2";
    sqlx::raw_sql(alter).execute(&mut log).await?;
    log.close().await?;
    let checked = installation.run(&["audit", "check"])?;
    let named = said(&checked).contains("record 1 to 2 cannot be read");
    ensure!(checked.status.code() == Some(1) && named, "{}", said(&checked));
    let exported =
        installation.run(&["audit", "export", "--purpose", "ADMINISTRATION", "--out", &out.to_string_lossy()])?;
    let named = ["record 1 cannot be read", "record 2 cannot be read"].map(|named| said(&exported).contains(named));
    ensure!(!exported.status.success() && named.contains(&true), "{}", said(&exported));
    ensure!(!out.exists(), "a false record left the house");
    Ok(())
}

#[tokio::test]
async fn a_checkpoint_that_is_not_what_was_signed_is_a_finding_wherever_it_stands() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    requested(&cast, "een").await?;
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let checked = installation.run(&["audit", "check"])?;
    ensure!(checked.status.success(), "{}", said(&checked));

    // In the directory: a root nobody signed, at a size that the database has too.
    let latest = installation.data().join("checkpoints/events/latest");
    let note = std::fs::read_to_string(&latest)?;
    let lines: Vec<_> = note.lines().collect();
    let file = latest.with_file_name(lines[1]);
    std::fs::write(&file, note.replacen(lines[2], &format!("{}=", "A".repeat(43)), 1))?;
    let checked = installation.run(&["audit", "check"])?;
    let path = file.to_string_lossy().into_owned();
    ensure!(checked.status.code() == Some(1) && said(&checked).contains(&path), "{}", said(&checked));
    std::fs::write(&file, &note)?;

    // Beside the log: another root in the column than in the note.
    let place = format!("sqlite:{}", installation.data().join("log.sqlite").display());
    let mut log = SqliteConnection::connect(&place).await?;
    let alter = "drop trigger log_checkpoints_not_updated; update log_checkpoints set root = zeroblob(32)";
    sqlx::raw_sql(alter).execute(&mut log).await?;
    log.close().await?;
    for arguments in [vec!["audit", "check"], vec!["audit", "check", "--rebuild-tiles"]] {
        let checked = installation.run(&arguments)?;
        ensure!(checked.status.code() == Some(1) && said(&checked).contains("signed note"), "{}", said(&checked));
    }
    let signed = installation.run(&["audit", "checkpoint"])?;
    ensure!(!signed.status.success() && said(&signed).contains("signed note"), "{}", said(&signed));
    Ok(())
}

async fn the_verdict_is_the_exit_code_and_names_the_record(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    requested(&cast, "een").await?;
    let (out, key) = (installation.directory().join("out"), installation.data().join("checkpoints/events/vkey"));
    let exported =
        installation.run(&["audit", "export", "--purpose", "ADMINISTRATION", "--out", &out.to_string_lossy()])?;
    ensure!(exported.status.success(), "{}", said(&exported));
    let python = || -> Result<Output> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../verify/spoor_verify.py");
        Ok(Command::new(interpreter()?).arg(script).arg(&out).arg("--key").arg(&key).output()?)
    };
    let verdicts = || -> Result<[Output; 2]> { Ok([verified(&out, &key)?, python()?]) };
    for verdict in verdicts()? {
        ensure!(verdict.status.code() == Some(0), "{}", said(&verdict));
    }
    let records = out.join("records.jsonl");
    let whole = std::fs::read_to_string(&records)?;
    let altered = whole.lines().enumerate().map(|(line, text)| match line {
        2 => text.replacen("\"purpose\":\"", "\"purpose\":\"x", 1) + "\n",
        _ => format!("{text}\n"),
    });
    std::fs::write(&records, altered.collect::<String>())?;
    for verdict in verdicts()? {
        let said = said(&verdict);
        ensure!(verdict.status.code() == Some(1) && said.contains("record 3"), "{:?}: {said}", verdict.status);
    }
    std::fs::remove_dir_all(&out)?;
    for verdict in verdicts()? {
        ensure!(verdict.status.code() == Some(2), "{:?}: {}", verdict.status, said(&verdict));
    }
    Ok(())
}

async fn number_of_a_dossier(officer: &Persona) -> Result<String> {
    let found = officer.query("{ trajectories(first: 1) { nodes { number } } }", json!({})).await?;
    Ok(found["trajectories"]["nodes"][0]["number"].as_str().context("a dossier has a number")?.to_owned())
}

/// The verifier of this program and the one in Python, which shares no line with it.
pub fn both_prove(export: &Path, key: &Path) -> Result<()> {
    let ours = verified(export, key)?;
    ensure!(ours.status.success(), "spoor verify {}: {}", export.display(), said(&ours));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../verify/spoor_verify.py");
    let theirs = Command::new(interpreter()?).arg(script).arg(export).arg("--key").arg(key).output()?;
    ensure!(theirs.status.success(), "spoor_verify.py {}: {}", export.display(), said(&theirs));
    Ok(())
}

/// A Python that has the package for Ed25519; `./test` installs it.
fn interpreter() -> Result<&'static str> {
    let has_it = |python: &&str| {
        let tried = Command::new(python).args(["-c", "import cryptography"]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(has_it);
    found.context("no Python with the package cryptography: run ./test once")
}

pub fn verified(export: &Path, key: &Path) -> Result<Output> {
    Ok(Command::new(program_file()?).arg("verify").arg(export).arg("--key").arg(key).output()?)
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The files of a directory and of those below it, with their bytes.
pub fn files(directory: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let name = PathBuf::from(path.file_name().context("a file has a name")?);
        if path.is_dir() {
            found.extend(files(&path)?.into_iter().map(|(inner, bytes)| (name.join(inner), bytes)));
        } else {
            found.insert(name, std::fs::read(path)?);
        }
    }
    Ok(found)
}

fn holds(directory: &Path, text: &str) -> Result<bool> {
    Ok(files(directory)?.values().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes())))
}
