//! A dossier replayed in the terminal: recorded before it is shown, sealed without a token, whole or an error.

use std::process::Output;

use acceptance::{Installation, Stores};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use spoor_testserver::StoredEvent;
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::access_log::stored;
use crate::life::{Cast, PARKET, for_dossier, requested, steps};

on_every_engine!(a_replay_in_the_terminal_is_recorded_sealed_and_whole);

async fn a_replay_in_the_terminal_is_recorded_sealed_and_whole(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let dossier = requested(&cast, "herspeeld").await?;
    for step in steps().iter().take(4) {
        (step.by)(&cast).accepted(step.mutation, for_dossier(&dossier, &step.input)).await?;
    }
    let asked = "query($id: ID!) { trajectory(id: $id) { number version } }";
    let shown = cast.prosecutor.query(asked, json!({ "id": dossier })).await?;
    let number = shown["trajectory"]["number"].as_str().context("a number")?.to_owned();
    let version = shown["trajectory"]["version"].as_u64().context("a version")?;
    ensure!(program.terminate().await?.success(), "the program stops in order");

    let table = ok(installation.run(&["replay", &number, "--purpose", "ADMINISTRATION", "--by", "auditor-1"])?)?;
    ensure!(table.contains("TrajectoryRequested") && table.contains("status: Requested -> Eligible"), "{table}");
    ensure!(table.contains("[sealed]") && !table.contains("herspeeld"), "not sealed: {table}");
    ensure!(!table.contains('\u{1b}'), "colours where nobody looks: {table}");
    ensure!(recorded(&installation, "auditor-1").await? == 1, "the reading is not recorded");

    let token = installation.directory().join("token");
    std::fs::write(&token, installation.identity().token("prosecutor-1", "Prosecutor", PARKET)?)?;
    let token = token.to_str().context("a path")?.to_owned();
    let lines =
        ok(installation.run(&["replay", &number, "--purpose", "CASE_HANDLING", "--token", &token, "--json"])?)?;
    let steps = lines.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    ensure!(steps.iter().map(|step| step["sequence"].as_u64()).eq((1..=version).map(Some)), "{lines}");
    ensure!(steps.iter().all(|step| step["proof"]["state"] == "PROVEN"), "the log was signed when it stopped: {lines}");
    ensure!(lines.contains("herspeeld"), "the prosecutor of the dossier sees whom it is about: {lines}");
    ensure!(recorded(&installation, "prosecutor-1").await? >= 1, "the reading is not recorded");

    let stranger = installation.directory().join("stranger");
    std::fs::write(&stranger, installation.identity().token("prosecutor-2", "Prosecutor", "parket-limburg")?)?;
    let stranger = stranger.to_str().context("a path")?.to_owned();
    let analyst = installation.directory().join("analyst");
    std::fs::write(&analyst, installation.identity().token("analyst-1", "PolicyAnalyst", PARKET)?)?;
    let analyst = analyst.to_str().context("a path")?.to_owned();
    for (refused, reason, asked) in [
        (["--purpose", "CASE_HANDLING", "--token", &stranger], "NotFound", number.as_str()),
        (["--purpose", "CASE_HANDLING", "--token", &token], "NotFound", "LT-2026-9999"),
        (["--purpose", "SUPERVISION", "--token", &token], "PurposeRequired", &number),
        (["--purpose", "SUPERVISION", "--by", "auditor-2"], "PurposeRequired", &number),
        (["--purpose", "REPORTING", "--token", &analyst], "Forbidden", &number),
    ] {
        let before = refusals(&installation, reason, asked).await?;
        let answer = installation.run(&[&["replay", asked], refused.as_slice()].concat())?;
        ensure!(!answer.status.success() && answer.stdout.is_empty(), "{answer:?}");
        ensure!(refusals(&installation, reason, asked).await? == before + 1, "not recorded: {refused:?} of {asked}");
    }
    let without_purpose = installation.run(&["replay", &number, "--by", "auditor-1"])?;
    ensure!(!without_purpose.status.success() && without_purpose.stdout.is_empty(), "{without_purpose:?}");

    take_out(&installation, version).await?;
    let short = installation.run(&["replay", &number, "--purpose", "ADMINISTRATION", "--by", "auditor-1"])?;
    let said = String::from_utf8_lossy(&short.stderr).into_owned();
    ensure!(!short.status.success() && short.stdout.is_empty(), "a short replay was shown");
    let named = match stores {
        Stores::Embedded | Stores::Postgres => format!("missing: {version}"),
        // There the log itself is not opened when its index tells of an event that is gone.
        Stores::Kurrent => "stream spoor-index says of the log what the log itself does not".to_owned(),
    };
    ensure!(said.contains(&named), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_replay_that_tells_of_a_link_is_recorded_as_showing_the_other_dossier_too() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let (one, other) = (requested(&cast, "een").await?, requested(&cast, "twee").await?);
    let asked = "query($id: ID!) { trajectory(id: $id) { number subject } }";
    let shown = async |id: &Value| cast.prosecutor.query(asked, json!({ "id": id })).await;
    let (of_one, of_other) = (shown(&one).await?, shown(&other).await?);
    let link = json!({ "otherSubject": of_other["trajectory"]["subject"], "otherDossier": other });
    cast.prosecutor.accepted("linkSubjects", for_dossier(&one, &link)).await?;
    program.terminate().await?;
    let number = of_one["trajectory"]["number"].as_str().context("a number")?;
    let lines = installation.run(&["replay", number, "--purpose", "ADMINISTRATION", "--by", "auditor-1", "--json"]);
    ensure!(ok(lines?)?.contains("SubjectsLinked"), "the link is not told");

    let program = installation.serve().await?;
    let officer = installation.persona(&program, "officer-1", "ComplianceOfficer", PARKET)?.for_purpose("Supervision");
    let looked = "query($id: ID!) { accessTrail(first: 50, filter: { trajectory: $id }) { nodes { kind account } } }";
    let trail = officer.query(looked, json!({ "id": other })).await?["accessTrail"]["nodes"].clone();
    let is_it = |entry: &Value| entry["account"] == "auditor-1" && entry["kind"] == "SHOWN";
    ensure!(trail.as_array().is_some_and(|entries| entries.iter().any(is_it)), "{trail:#}");
    program.terminate().await?;
    Ok(())
}

fn ok(output: Output) -> Result<String> {
    let (shown, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{shown}{said}");
    Ok(shown.into_owned())
}

/// How many refusals for this reason of this dossier the access log holds.
async fn refusals(installation: &Installation, reason: &str, number: &str) -> Result<usize> {
    let is_it = |part: &Value| part["reason"] == reason && part["number"] == number;
    let refused = stored(installation).await?.into_iter().filter(|record| record.kind == "QuestionRefused");
    Ok(refused
        .filter(|record| {
            record.payload["QuestionRefused"]["refusals"].as_array().is_some_and(|all| all.iter().any(is_it))
        })
        .count())
}

/// How many replays by this account the access log holds.
async fn recorded(installation: &Installation, account: &str) -> Result<usize> {
    let replays = stored(installation).await?.into_iter().filter(|record| record.kind == "ReplayShown");
    Ok(replays.filter(|record| record.metadata.contains(account)).count())
}

/// Takes an event of the only dossier out of the log, as somebody with access to the file could.
async fn take_out(installation: &Installation, sequence: u64) -> Result<()> {
    if let Ok(server) = installation.server() {
        let is_it = |event: &StoredEvent| {
            event.stream.starts_with("spoor.learning_trajectory-") && event.revision == sequence - 1
        };
        let before = server.events().len();
        server.tamper(|events| events.retain(|event| !is_it(event)));
        ensure!(server.events().len() == before - 1, "one event is taken out");
        return Ok(());
    }
    let gone = if let Ok(database) = installation.database("log_url") {
        let mut log = PgConnection::connect(&database.url).await?;
        sqlx::query("alter table events disable trigger user").execute(&mut log).await?;
        let delete = "delete from events where aggregate_type = 'learning_trajectory' and sequence = $1";
        sqlx::query(delete).bind(i64::try_from(sequence)?).execute(&mut log).await?.rows_affected()
    } else {
        let file = installation.data().join("log.sqlite");
        let mut log = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await?;
        sqlx::query("drop trigger events_not_deleted").execute(&mut log).await?;
        let delete = "delete from events where aggregate_type = 'learning_trajectory' and sequence = ?1";
        sqlx::query(delete).bind(i64::try_from(sequence)?).execute(&mut log).await?.rows_affected()
    };
    ensure!(gone == 1, "one event is taken out");
    Ok(())
}
