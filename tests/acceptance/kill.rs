//! `kill -9` in the middle of a load: nothing acknowledged is lost, nothing is doubled.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use acceptance::{Installation, Persona, Stores, new_command_id};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokio::sync::{Mutex, Notify};
use tokio::task::JoinSet;

use crate::life::{Cast, request};

on_every_engine!(a_kill_in_the_middle_of_a_load_loses_and_doubles_nothing);

/// Clients that send drafts at the same time.
const CLIENTS: usize = 8;
/// Commands each client sends at most.
const COMMANDS: usize = 60;
/// The program is killed once this many commands were acknowledged.
const KILL_AFTER: usize = 120;

/// What a client knows: every command it sent, and the dossier number of those that were acknowledged.
type Journal = Arc<Mutex<BTreeMap<String, Option<String>>>>;

async fn a_kill_in_the_middle_of_a_load_loses_and_doubles_nothing(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;

    let journal = Journal::default();
    let (acknowledged, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(send_until_the_program_dies(
            cast.jurist.clone(),
            journal.clone(),
            acknowledged.clone(),
            enough.clone(),
        ));
    }
    // The first client to be through, or the hundred-and-twentieth answer, whichever comes first.
    tokio::select! {
        () = enough.notified() => {}
        _ = clients.join_next() => {}
    }
    program.kill()?;
    while clients.join_next().await.is_some() {}

    // The same commands again, acknowledged or not: each has one dossier, and the acknowledged ones the same as before.
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let journal = journal.lock().await.clone();
    let cut_off = journal.values().filter(|number| number.is_none()).count();
    ensure!(journal.len() - cut_off >= KILL_AFTER, "only {} commands were acknowledged", journal.len() - cut_off);
    // A client stops when it is through, or without an answer; the kill comes long before all of them are through.
    ensure!(cut_off > 0, "every command was answered: the program was killed too late to learn anything");
    let mut numbers = Vec::new();
    for (command, first) in &journal {
        let number = draft(&cast.jurist, command).await?;
        ensure!(first.as_ref().is_none_or(|first| *first == number), "{command} became {number}, it was {first:?}");
        numbers.push(number);
    }
    numbers.sort();
    numbers.dedup();
    ensure!(numbers.len() == journal.len(), "{} commands gave {} dossiers", journal.len(), numbers.len());
    let total = cast.jurist.query("{ trajectories(first: 1) { totalCount } }", json!({})).await?;
    ensure!(total["trajectories"]["totalCount"] == json!(journal.len()), "the list counts {total}");
    let verified = installation_is_verified(&installation, program).await?;
    ensure!(verified.contains("clean") || verified.contains("equal"), "projections verify says: {verified}");
    Ok(())
}

async fn send_until_the_program_dies(
    jurist: Persona,
    journal: Journal,
    acknowledged: Arc<AtomicUsize>,
    enough: Arc<Notify>,
) {
    for _ in 0..COMMANDS {
        let command = new_command_id();
        journal.lock().await.insert(command.clone(), None);
        let Ok(number) = draft(&jurist, &command).await else { return };
        journal.lock().await.insert(command, Some(number));
        if acknowledged.fetch_add(1, Ordering::AcqRel) + 1 == KILL_AFTER {
            enough.notify_one();
        }
    }
}

/// Sends the draft that belongs to this command id: the same id always has the same content. While the views are catching up
/// the answer is pending; `accepted` then sends the same command again, which has the same result.
async fn draft(jurist: &Persona, command: &str) -> Result<String> {
    let input = json!({ "commandId": command, "request": request(&command[24..]) });
    let payload = jurist.accepted("draftRequest", input).await?;
    let number = payload["trajectory"]["number"].as_str();
    Ok(number.with_context(|| format!("the payload has no dossier: {payload:#}"))?.to_owned())
}

async fn installation_is_verified(installation: &Installation, program: acceptance::Program) -> Result<String> {
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let output = installation.run(&["projections", "verify"])?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "projections verify: {said}{}", String::from_utf8_lossy(&output.stderr));
    Ok(said)
}
