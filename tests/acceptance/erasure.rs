//! Erasure over HTTP: two people, nothing left of the person in any file, and everything else as it was.

use std::path::Path;

use acceptance::{Installation, Persona, Program, Stores};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::canary::files_with;
use crate::life::{Cast, PARKET, for_dossier, request, steps};

/// In every personal text of the dossier; occurs nowhere else in the world.
const CANARY: &str = "kanarie51be07";

const SHOWN: &str = "query Shown($id: ID!, $key: String!) { trajectory(id: $id) { subject number status \
    participant { ... on Participant { name } ... on Withheld { reason since } } \
    texts { text { ... on PersonalText { value } ... on Withheld { reason } } } \
    erasureCertificate { requestedBy confirmedBy values events documents destroyedOn effectiveOn } } \
    trajectories(first: 1, filter: { caseReference: $key }) { totalCount } }";

async fn shown(persona: &Persona, dossier: &Value) -> Result<Value> {
    persona.query(SHOWN, json!({ "id": dossier, "key": format!("AN.{CANARY}.1") })).await
}

/// A dossier through its whole life, with the canary in every text.
async fn life(cast: &Cast) -> Result<Value> {
    let drafted = cast.jurist.accepted("draftRequest", json!({ "request": request(CANARY) })).await?;
    let dossier = drafted["trajectory"]["id"].clone();
    let submitted = json!({ "trajectoryId": dossier, "request": request(CANARY) });
    cast.prosecutor.accepted("requestTrajectory", submitted).await?;
    for step in steps() {
        let mut input = for_dossier(&dossier, &step.input);
        for text in ["notes", "text", "motivation"] {
            if input.get(text).is_some() {
                input[text] = json!(format!("{CANARY} {text}"));
            }
        }
        (step.by)(cast).accepted(step.mutation, input).await?;
    }
    Ok(dossier)
}

fn law() -> Value {
    json!({ "act": "Wet van 30 juli 2018", "article": "art. 39" })
}

fn asking(dossier: &Value, subject: &Value) -> Value {
    json!({ "trajectoryId": dossier, "subject": subject, "reference": law() })
}

/// The data protection officers, and the one of the parket once more as a prosecutor.
struct Officers {
    officer: Persona,
    as_prosecutor: Persona,
}

impl Officers {
    fn of(installation: &Installation, program: &Program) -> Result<Self> {
        let officer = installation.persona(program, "officer-1", "ComplianceOfficer", PARKET)?;
        let as_prosecutor = installation.persona(program, "officer-1", "Prosecutor", PARKET)?;
        Ok(Self { officer: officer.for_purpose("Supervision"), as_prosecutor })
    }
}

async fn refused(persona: &Persona, mutation: &str, input: Value) -> Result<String> {
    let payload = persona.mutate(mutation, input).await?;
    let code = payload["userErrors"][0]["code"].as_str();
    code.map(str::to_owned).with_context(|| format!("{mutation} was accepted: {payload}"))
}

async fn figures(cast: &Cast) -> Result<Value> {
    let dashboard = "{ dashboard { total byStatus { status count } throughput { period requested closed } } }";
    cast.coordinator.query(dashboard, json!({})).await
}

async fn an_erased_person_leaves_no_byte_and_every_figure(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let Officers { officer, as_prosecutor } = Officers::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let dossier = life(&cast).await?;
    let before = shown(&cast.prosecutor, &dossier).await?;
    ensure!(before["trajectory"]["participant"]["name"] == format!("Testpersoon {CANARY}"), "{before:#}");
    ensure!(before["trajectories"]["totalCount"] == 1, "{before:#}");
    let subject = before["trajectory"]["subject"].clone();
    let counted = figures(&cast).await?;
    let key = wrapped_key(&installation, stores, &subject)?;

    // One after the other refusal, and then two people.
    ensure!(refused(&officer, "requestErasure", asking(&dossier, &subject)).await? == "RULE_NOT_MET", "unrestricted");
    let ground = json!({ "trajectoryId": dossier, "ground": "PENDING_ERASURE", "reference": law() });
    officer.accepted("restrictProcessing", ground).await?;
    ensure!(refused(&cast.prosecutor, "requestErasure", asking(&dossier, &subject)).await? == "NOT_YOUR_ROLE", "role");
    let hold = json!({ "trajectoryId": dossier, "ground": "EVIDENCE", "reference": law() });
    officer.accepted("placeLegalHold", hold.clone()).await?;
    ensure!(refused(&officer, "requestErasure", asking(&dossier, &subject)).await? == "LEGAL_HOLD", "under hold");
    officer.accepted("liftLegalHold", hold).await?;
    officer.accepted("requestErasure", asking(&dossier, &subject)).await?;
    let confirm = json!({ "trajectoryId": dossier, "subject": subject });
    ensure!(refused(&as_prosecutor, "confirmErasure", confirm.clone()).await? == "SEPARATION_OF_DUTIES", "same person");
    ensure!(refused(&officer, "confirmErasure", confirm.clone()).await? == "NOT_YOUR_ROLE", "the one who asks");
    cast.prosecutor.accepted("confirmErasure", confirm).await?;

    let after = certified(&cast.prosecutor, &dossier).await?;
    let certificate = &after["trajectory"]["erasureCertificate"];
    ensure!(certificate["requestedBy"] == "officer-1" && certificate["confirmedBy"] == "prosecutor-1", "{after:#}");
    ensure!(certificate["values"].as_u64() > Some(8), "{after:#}");
    ensure!(after["trajectory"]["participant"]["reason"] == "ERASED", "{after:#}");
    ensure!(after["trajectories"]["totalCount"] == 0, "it is found by its case reference: {after:#}");
    ensure!(!after.to_string().contains(CANARY), "{after:#}");
    ensure!(figures(&cast).await? == counted, "the figures changed");

    // While it runs, after it stopped, and once everything was made anew: no byte of the person nor of the key.
    let nothing_left = |when: &str| -> Result<()> {
        for wanted in [Some(CANARY.as_bytes()), key.as_deref()].into_iter().flatten() {
            let holders = files_with(installation.directory(), wanted)?;
            ensure!(holders.is_empty(), "{when}: still in {holders:?}");
        }
        Ok(())
    };
    nothing_left("while it runs")?;
    ensure!(program.terminate().await?.success(), "the program stops in order");
    nothing_left("after it stopped")?;
    let verified = installation.run(&["projections", "verify"])?;
    ensure!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    nothing_left("after the views were made anew")?;

    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let again = shown(&cast.prosecutor, &dossier).await?;
    ensure!(again["trajectory"] == after["trajectory"], "after a restart it reads {again:#}");
    ensure!(figures(&cast).await? == counted, "after a restart the figures changed");
    Ok(())
}

/// A dossier that was requested, with its person in it.
pub async fn an_erasable_dossier(cast: &Cast) -> Result<Value> {
    cast.sign_agreement().await?;
    let requested = cast.prosecutor.accepted("requestTrajectory", json!({ "request": request(CANARY) })).await?;
    Ok(requested["trajectory"]["id"].clone())
}

/// Erases the person of this dossier, by two people, and waits for the certificate.
pub async fn erase(installation: &Installation, program: &Program, cast: &Cast, dossier: &Value) -> Result<()> {
    let Officers { officer, .. } = Officers::of(installation, program)?;
    let subject = shown(&cast.prosecutor, dossier).await?["trajectory"]["subject"].clone();
    let ground = json!({ "trajectoryId": dossier, "ground": "PENDING_ERASURE", "reference": law() });
    officer.accepted("restrictProcessing", ground).await?;
    officer.accepted("requestErasure", asking(dossier, &subject)).await?;
    let confirm = json!({ "trajectoryId": dossier, "subject": subject });
    cast.prosecutor.accepted("confirmErasure", confirm).await?;
    certified(&cast.prosecutor, dossier).await.map(drop)
}

/// The dossier once its certificate is there: a moment after the confirmation; after a kill, once the views' lease of
/// five seconds has run out and the keeper has come round.
async fn certified(persona: &Persona, dossier: &Value) -> Result<Value> {
    for _ in 0..800 {
        let shown = shown(persona, dossier).await?;
        if !shown["trajectory"]["erasureCertificate"].is_null() {
            return Ok(shown);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    anyhow::bail!("no certificate comes: {:#}", shown(persona, dossier).await?)
}

/// The person's data key as stored, where the store is a file of ours.
fn wrapped_key(installation: &Installation, stores: Stores, subject: &Value) -> Result<Option<Vec<u8>>> {
    if stores == Stores::Postgres {
        return Ok(None);
    }
    let file = installation.data().join("keys.sqlite");
    let key = stored_key(&file, subject.as_str().context("a subject")?)?;
    ensure!(!files_with(installation.directory(), &key)?.is_empty(), "the search finds the key while it is there");
    Ok(Some(key))
}

fn stored_key(file: &Path, subject: &str) -> Result<Vec<u8>> {
    let connection = rusqlite::Connection::open(file)?;
    let sql = "select wrapped from subject_keys where subject = ?1";
    Ok(connection.query_row(sql, [subject], |row| row.get(0))?)
}

#[tokio::test]
async fn an_erased_person_leaves_no_byte_and_every_figure_on_embedded_stores() -> Result<()> {
    an_erased_person_leaves_no_byte_and_every_figure(Stores::Embedded).await
}

#[tokio::test]
async fn an_erased_person_leaves_no_byte_and_every_figure_on_postgresql() -> Result<()> {
    an_erased_person_leaves_no_byte_and_every_figure(Stores::Postgres).await
}

#[tokio::test]
async fn a_confirmation_cut_off_by_a_kill_is_carried_through_or_never_was() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let Officers { officer, .. } = Officers::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let requested = cast.prosecutor.accepted("requestTrajectory", json!({ "request": request(CANARY) })).await?;
    let dossier = requested["trajectory"]["id"].clone();
    let subject = shown(&cast.prosecutor, &dossier).await?["trajectory"]["subject"].clone();
    let ground = json!({ "trajectoryId": dossier, "ground": "PENDING_ERASURE", "reference": law() });
    officer.accepted("restrictProcessing", ground).await?;
    officer.accepted("requestErasure", asking(&dossier, &subject)).await?;
    let input = json!({ "trajectoryId": dossier, "subject": subject, "commandId": acceptance::new_command_id() });
    let sending = cast.prosecutor.clone();
    let sent = tokio::spawn({
        let input = input.clone();
        async move { sending.mutate("confirmErasure", input).await.is_ok() }
    });
    // Killed as soon as the confirmation stands in the log, or the answer is there.
    let log = installation.data().join("log.sqlite");
    for _ in 0..2_000 {
        if sent.is_finished() || confirmations(&log)? > 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    program.kill()?;
    let _ = sent.await;

    let stood = confirmations(&log)? > 0;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    if !stood {
        cast.prosecutor.accepted("confirmErasure", input.clone()).await?;
    }
    let after = certified(&cast.prosecutor, &dossier).await?;
    ensure!(after["trajectory"]["participant"]["reason"] == "ERASED", "{after:#}");
    // The client that never got its answer sends it again and gets the first result.
    let again = cast.prosecutor.mutate("confirmErasure", input).await?;
    ensure!(again["userErrors"] == json!([]), "{again:#}");
    ensure!(confirmations(&log)? == 1, "it was confirmed twice");
    Ok(())
}

fn confirmations(log: &Path) -> Result<i64> {
    let connection = rusqlite::Connection::open(log)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    let sql = "select count(*) from events where event_type = 'ErasureConfirmed'";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

#[tokio::test]
async fn a_rotation_killed_half_way_goes_on_and_the_old_file_can_go() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let mut dossiers = Vec::new();
    for n in 0..12 {
        let input = json!({ "request": request(&format!("sleutel {n}")) });
        let requested = cast.prosecutor.accepted("requestTrajectory", input).await?;
        dossiers.push(requested["trajectory"]["id"].clone());
    }
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let next = installation.directory().join("next.key");
    let rotate = ["keys", "rotate", "--new-master-key", next.to_str().context("a path")?, "--batch", "1"];
    installation.run_until_line(&rotate, 4)?;
    let status = installation.run(&["keys", "status"])?;
    ensure!(!status.status.success() || said(&status).matches("master key").count() == 2, "{}", said(&status));

    let finished = installation.run(&rotate)?;
    ensure!(finished.status.success(), "{}{}", said(&finished), String::from_utf8_lossy(&finished.stderr));
    ensure!(said(&finished).contains("done:"), "{}", said(&finished));
    // The new file in the place of the old one: nothing else is needed.
    std::fs::rename(&next, installation.data().join("master.key"))?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let document = "query Named($id: ID!) { trajectory(id: $id) { participant { ... on Participant { name } } } }";
    for (n, dossier) in dossiers.iter().enumerate() {
        let shown = cast.prosecutor.query(document, json!({ "id": dossier })).await?;
        ensure!(shown["trajectory"]["participant"]["name"] == format!("Testpersoon sleutel {n}"), "{shown:#}");
    }
    let status = installation.run(&["keys", "status"])?;
    ensure!(status.status.success() && said(&status).matches("master key").count() == 1, "{}", said(&status));
    Ok(())
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn an_unsafe_or_unusable_master_key_is_refused() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let installation = Installation::fresh(Stores::Embedded).await?;
    let next = installation.directory().join("open.key");
    std::fs::write(&next, "0".repeat(64))?;
    std::fs::set_permissions(&next, std::fs::Permissions::from_mode(0o644))?;
    let rotate = ["keys", "rotate", "--new-master-key", next.to_str().context("a path")?];
    let refused = installation.run(&rotate)?;
    ensure!(!refused.status.success(), "{}", said(&refused));
    ensure!(String::from_utf8_lossy(&refused.stderr).contains("chmod 600"), "{refused:?}");
    Ok(())
}
