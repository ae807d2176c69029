//! A server of KurrentDB's protocol that goes away and comes back under the running program.

use acceptance::{Installation, Persona, Stores, new_command_id};
use anyhow::{Context, Result, ensure};
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use spoor_testserver::StoredEvent;

use crate::life::{Cast, request, today};
use crate::plan::FACTS;
use crate::proof::{both_prove, files, said};

#[tokio::test]
async fn the_program_says_that_its_server_is_gone_and_goes_on_when_it_is_back() -> Result<()> {
    let mut installation = Installation::fresh(Stores::Kurrent).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    accepted_at_last(&cast.jurist, &new_command_id(), "ervoor").await?;

    installation.server_mut()?.stop();
    let lost = new_command_id();
    let answer = cast.jurist.try_mutate("draftRequest", draft(&lost, "ertussen")).await;
    ensure!(
        answer.map_or(true, |answer| answer.body["data"]["draftRequest"]["trajectory"].is_null()),
        "it was accepted"
    );
    ensure!(!is_ready(&program.base).await, "it says that it is ready without its log");

    installation.server_mut()?.restart().await;
    accepted_at_last(&cast.jurist, &lost, "ertussen").await?;
    accepted_at_last(&cast.jurist, &lost, "ertussen").await?;
    let total = cast.jurist.query("{ trajectories(first: 1) { totalCount } }", json!({})).await?;
    ensure!(total["trajectories"]["totalCount"] == 2, "{total:#}");
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let verified = installation.run(&["projections", "verify"])?;
    ensure!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    Ok(())
}

/// Some processes of this log had a clock three days behind: their records are of the moment of those before them.
#[tokio::test]
async fn a_log_written_by_clocks_that_were_apart_is_exported_and_copied() -> Result<()> {
    let installation = Installation::fresh(Stores::Kurrent).await?;
    let done = installation.run(&["import", "action-plan", FACTS])?;
    ensure!(done.status.success(), "{}", said(&done));
    let three_days_us = 3 * 86_400 * 1_000_000;
    installation.server()?.tamper(|events| {
        events.retain(|event| event.stream != "spoor-index");
        let ours = events.iter_mut().filter(|event| event.stream.starts_with("spoor."));
        // The first ten were taken then; of those after them every other one says so.
        for (n, event) in ours.enumerate().filter(|(n, _)| *n < 10 || n % 2 == 1) {
            move_back(event, three_days_us + i64::try_from(n).unwrap_or_default());
        }
    });
    let today: NaiveDate = today().parse()?;
    let (before, after) = (today - Days::new(5), today - Days::new(2));
    let out = |name: &str| installation.directory().join(name);
    let export = |name: &str, more: &[&str]| -> Result<usize> {
        let place = out(name).to_string_lossy().into_owned();
        let done =
            installation.run(&[&["audit", "export", "--purpose", "ADMINISTRATION", "--out", &place], more].concat())?;
        ensure!(done.status.success(), "{name}: {}", said(&done));
        both_prove(&out(name), &installation.data().join("checkpoints/events/vkey"))?;
        Ok(std::fs::read_to_string(out(name).join("records.jsonl"))?.lines().count())
    };
    let all = export("all", &[])?;
    ensure!(all > 50, "{all} records");
    ensure!(export("then", &["--period", &format!("{before}..{after}")])? == 10);
    ensure!(export("since", &["--period", &format!("{today}..2099-12-31")])? == all - 10);

    let copy = format!("sqlite:{}", out("copy.sqlite").display());
    let from = installation.server()?.url();
    let copied = installation.run(&["log", "copy", "--from", &from, "--to", &copy])?;
    ensure!(copied.status.success(), "{}", said(&copied));
    let there = ["--log-url", &copy, "--access-url", &format!("{from}&prefix=spoor_access")];
    export("copied", &there)?;
    export("copied-then", &[&there[..], &["--period", &format!("{before}..{after}")]].concat())?;
    for (one, other) in [("all", "copied"), ("then", "copied-then")] {
        ensure!(files(&out(one))? == files(&out(other))?, "'{one}' and '{other}' differ");
    }
    Ok(())
}

/// A backup from before was put back at the server, which is not one that is behind for a moment.
#[tokio::test]
async fn a_server_that_was_put_back_to_an_older_state_is_refused_at_the_start() -> Result<()> {
    let installation = Installation::fresh(Stores::Kurrent).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let backup = installation.server()?.events();
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    accepted_at_last(&cast.jurist, &new_command_id(), "erna").await?;
    ensure!(program.terminate().await?.success(), "the program stops in order");

    installation.server()?.tamper(|events| *events = backup);
    let why = installation.serve().await.err().context("it starts")?.to_string();
    ensure!(why.contains("an older copy of this log was put back"), "{why}");
    Ok(())
}

fn move_back(event: &mut StoredEvent, by_us: i64) {
    let moved = || -> Result<Vec<u8>> {
        let mut beside: Value = serde_json::from_slice(&event.metadata)?;
        let at = beside["recorded_at"].as_i64().context("a moment")?;
        beside["recorded_at"] = json!(at - by_us);
        Ok(serde_json::to_vec(&beside)?)
    };
    event.metadata = moved().unwrap_or_default().into();
}

fn draft(command: &str, about: &str) -> Value {
    json!({ "commandId": command, "request": request(about) })
}

/// Sends the same command again until it is accepted and its dossier is seen.
async fn accepted_at_last(persona: &Persona, command: &str, about: &str) -> Result<()> {
    for _ in 0..400 {
        if let Ok(payload) = persona.accepted("draftRequest", draft(command, about)).await
            && !payload["trajectory"]["number"].is_null()
        {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    anyhow::bail!("the command is never accepted")
}

async fn is_ready(base: &str) -> bool {
    reqwest::get(format!("{base}/readyz")).await.is_ok_and(|answer| answer.status().is_success())
}
