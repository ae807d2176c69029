//! `spoor keys`: what the key store holds, another master key, another signing key, and keys whose erasure the log confirms.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::Subcommand;
use spoor_eventlog::{Clock, EventLog, KeyStore, LogError, LogOptions, MasterKeyId, in_words};

use crate::config::{Config, refuse_unsafe_stores};
use crate::desk::{HeldAgainstAll, LOG_OF_ERASURES, destroy_all_confirmed, fault_unsearched, gone_unsearched};
use crate::proof::{HandOver, LogKeeper, LogName, ProofPlaces, rotate as rotate_signing_key};
use crate::state::Places;
use crate::telemetry;

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// What the key store holds, by which master key it is wrapped, and how far the log was searched for erasures
    Status,
    /// Wrap every key by another master key, after those were destroyed whose erasure the log confirms; broken off at any point it
    /// can be run again
    Rotate {
        /// The file (mode 0600) with the new master key; made when it is not there
        #[arg(long, value_name = "FILE")]
        new_master_key: PathBuf,
        /// How many keys one transaction takes at most
        #[arg(long, value_name = "N", default_value_t = 500)]
        batch: usize,
    },
    /// Let another key sign the checkpoints of both logs from now on; broken off at any point it can be run again
    RotateLogKey {
        /// The file (mode 0600) with the new signing key; made when it is not there
        #[arg(long, value_name = "FILE")]
        new_signing_key: PathBuf,
    },
    /// Destroy every key whose erasure the log confirms and that is there still, however far the log was searched before: a start
    /// searches only what was not searched yet
    Reconcile,
}

/// `keys …`.
pub async fn run(config: Config, command: KeysCommand) -> anyhow::Result<ExitCode> {
    refuse_unsafe_stores(&config)?;
    telemetry::start(&config.telemetry)?;
    let places = Places::of(&config.stores)?;
    match command {
        KeysCommand::Status => status(&places).await?,
        KeysCommand::Rotate { new_master_key, batch } => {
            rotate(&config, &places, &new_master_key, batch.max(1)).await?
        }
        KeysCommand::RotateLogKey { new_signing_key } => rotate_log_key(&config, &places, &new_signing_key).await?,
        KeysCommand::Reconcile => reconcile(&config, &places).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn status(places: &Places) -> anyhow::Result<()> {
    let status = KeyStore::stored(&places.keys).await?.unwrap_or_default();
    let next = places.next_master_key.as_deref();
    let current = MasterKeyId::in_file(&places.master_key)?;
    let (next_id, under_way) =
        (next.map(MasterKeyId::in_file).transpose()?.flatten(), status.wrapped_by.len() > 1 || next.is_some());
    say!("keys: {} in use, {} destroyed", status.live, status.destroyed);
    for (by, count) in &status.wrapped_by {
        let name = by.map_or("none named".to_owned(), |id| id.to_string());
        let standing = match by {
            None => "from before they said so: run `spoor keys rotate` to the end".to_owned(),
            by if next_id.is_some() && *by == next_id => "the next one, which wraps from now on".to_owned(),
            by if *by == current && !under_way => "the one that wraps".to_owned(),
            by if *by == current => {
                format!("in {}: keep it until `spoor keys rotate` is through", places.master_key.display())
            }
            _in_no_file_given => {
                "in none of the files given: where `spoor keys rotate` was broken off, run it again with \
                 its file, or name that as stores.next_master_key_file; destroy none"
                    .to_owned()
            }
        };
        say!("master key {name}: {count} keys, {standing}");
    }
    let keys = open(places, next).await?;
    // Whose erasures were found has to be noted with it: without that every start searches the whole log.
    let noted = keys.reconciled(LOG_OF_ERASURES).await?.and_then(|noted| Some((noted.index, noted.erased?)));
    let back = match &noted {
        Some((_, erased)) => keys.not_destroyed(erased).await?.len(),
        None => 0,
    };
    say!("erasures: {}", searched(noted.map(|(index, _)| index), back, last_of_log(places, keys).await));
    Ok(())
}

/// How far the log was searched for erasures, how many of those found have no tombstone any more, and how far the log goes.
fn searched(until: Option<u64>, back: usize, last: Result<u64, LogError>) -> String {
    match (until, last) {
        _ if back > 0 => format!(
            "{back} keys that were noted as destroyed are not: the table of keys, or a row of it, is older than its store. Every start \
             searches the whole log then and destroys them again, and so does `spoor keys reconcile`"
        ),
        (None, Ok(last)) => format!("not compared with the log yet, which goes up to event {last}"),
        (None, Err(error)) => format!("not compared with the log yet, which cannot be read: {error}"),
        (Some(until), Ok(last)) if until == last => format!("in line with the log up to event {until}, its last"),
        (Some(until), Ok(last)) if until < last => format!(
            "in line with the log up to event {until}, and the log goes up to event {last}: every start searches the rest, and so does \
             `spoor keys reconcile`"
        ),
        (Some(until), Ok(last)) => format!(
            "in line up to event {until} of another log, or of more of this one, which goes up to event {last}: every start searches it whole"
        ),
        (Some(until), Err(error)) => {
            format!("in line with the log up to event {until}; how far it goes cannot be read: {error}")
        }
    }
}

/// The index of the last event of the log.
async fn last_of_log(places: &Places, keys: KeyStore) -> Result<u64, LogError> {
    let options = LogOptions { state_cache: 0, ..LogOptions::default() };
    let log = EventLog::open(&places.log, keys, Clock::System, options).await?;
    let head = log.head().await;
    log.close().await;
    Ok(head?.index)
}

async fn rotate(config: &Config, places: &Places, new: &Path, batch: usize) -> anyhow::Result<()> {
    let old = &places.master_key;
    ensure!(
        old.exists(),
        "the master key {} is not there: name the one in use as stores.master_key_file",
        old.display()
    );
    let keys = open(places, Some(new)).await?;
    // An older key store may have been put back: what was erased is not wrapped anew. Where the log cannot say, the keys are
    // wrapped all the same: a master key that others may have is replaced without waiting for a log to be restored.
    let Reconciled { destroyed, doubt, .. } = match destroy_again(config, places, keys.clone()).await {
        Ok(reconciled) => reconciled,
        Err(error) => {
            let doubt = format!(
                "the keys are not known to be in line with the log: {error:#}. Put the log right, then run `spoor keys reconcile`"
            );
            Reconciled { destroyed: 0, unfinished: 0, doubt: Some(doubt) }
        }
    };
    if destroyed > 0 {
        say!("{destroyed} keys destroyed that an erasure in the log confirms");
    }
    let total: u64 = keys.status().await?.wrapped_by.values().sum();
    let done = keys.rotate(batch, |done| say!("{done} of {total} keys wrapped")).await?;
    let left: u64 =
        keys.status().await?.wrapped_by.iter().filter(|(by, _)| **by != Some(keys.master_key())).map(|(_, n)| n).sum();
    ensure!(left == 0, "{left} keys were added under the former master key meanwhile: run this again");
    say!("done: {done} keys wrapped now, {} before, by master key {}", total.saturating_sub(done), keys.master_key());
    if old != new {
        say!(
            "next: set stores.master_key_file = \"{}\", remove stores.next_master_key_file, start again, and destroy {} with its backups",
            new.display(),
            old.display()
        );
    }
    match doubt {
        Some(doubt) => bail!("every key is wrapped by the new master key, but {doubt}"),
        None => Ok(()),
    }
}

async fn rotate_log_key(config: &Config, places: &Places, new: &Path) -> anyhow::Result<()> {
    let (keys, proof) = (open(places, places.next_master_key.as_deref()).await?, ProofPlaces::of(config)?);
    let options = LogOptions { state_cache: 0, ..LogOptions::default() };
    let events = EventLog::open(&places.log, keys.clone(), Clock::System, options.clone()).await?;
    let access = EventLog::open(&places.access, keys, Clock::System, options).await?;
    let logs = [(LogName::Events, &events), (LogName::Access, &access)];
    let done = rotate_signing_key(&proof, &config.proof.origin, logs, &Clock::System, new).await;
    for log in [&events, &access] {
        log.close().await;
    }
    for HandOver { log, key, checkpoint } in done? {
        match checkpoint {
            Some(both) => {
                say!("{}: signed by both keys at {} records, from now on by\n{key}", log.words(), both.size)
            }
            None => say!("{}: nothing was signed yet; it begins with\n{key}", log.words()),
        }
    }
    say!(
        "next: set proof.signing_key_file = \"{}\" (or put it in the place of {}), start again: until then nothing is signed; \
         hand out {}/*/vkey, which holds the keys before it too; and destroy the old key with its backups",
        new.display(),
        proof.signing_key.display(),
        proof.checkpoints.display()
    );
    Ok(())
}

async fn reconcile(config: &Config, places: &Places) -> anyhow::Result<()> {
    let keys = open(places, places.next_master_key.as_deref()).await?;
    let Reconciled { destroyed, unfinished, doubt } = destroy_again(config, places, keys).await?;
    say!("{destroyed} keys destroyed that an erasure in the log confirms");
    if unfinished > 0 {
        say!("{unfinished} erasures wait for their certificate: `spoor serve` finishes them");
    }
    match doubt {
        Some(doubt) => bail!(doubt),
        None => Ok(()),
    }
}

/// What came of bringing the keys in line with the log.
struct Reconciled {
    /// So many keys were there still whose erasure it confirms.
    destroyed: usize,
    /// So many erasures wait for their certificate.
    unfinished: usize,
    /// Why the keys are not known to be in line all the same, and what to do.
    doubt: Option<String>,
}

/// Destroys every key whose erasure the log confirms and that is there still.
async fn destroy_again(config: &Config, places: &Places, keys: KeyStore) -> anyhow::Result<Reconciled> {
    let log = EventLog::open(&places.log, keys, Clock::System, LogOptions::default()).await?;
    let reconciled = destroy_by(config, &log).await;
    log.close().await;
    reconciled
}

async fn destroy_by(config: &Config, log: &EventLog) -> anyhow::Result<Reconciled> {
    let proof = ProofPlaces::of(config)?;
    // No key is destroyed because an altered log says so.
    let keeper = LogKeeper::open(LogName::Events, log, &proof, &config.proof.origin, &Clock::System).await?;
    keeper.count().await?;
    let HeldAgainstAll { destroyed, unfinished } =
        destroy_all_confirmed(log).await.context("the keys are not in line with the log")?;
    let gone = gone_unsearched(log).await?;
    let doubt = match fault_unsearched(log).await? {
        _ if !gone.is_empty() => Some(format!(
            "the keys are not known to be in line with the log, which lacks records that were not searched yet: {}. One of them may have \
             confirmed an erasure, and an older key store can open what that person said. Restore the log from a backup that has them and run \
             this again; without one, put back the key store that was beside the log before",
            in_words(&gone)
        )),
        Some(fault) => Some(format!(
            "the keys are not known to be in line with the log: record {fault} was not searched yet and is not the one that was committed. It \
             may have confirmed an erasure, whatever it says now: `spoor audit check` says whether it or the tile over it was altered. \
             Restore the log from a backup that has it as it was (or make the tiles anew, `--rebuild-tiles`) and run this again"
        )),
        None => None,
    };
    Ok(Reconciled { destroyed, unfinished, doubt })
}

async fn open(places: &Places, next: Option<&Path>) -> anyhow::Result<KeyStore> {
    Ok(KeyStore::open_between(&places.keys, &places.master_key, next).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_the_log_was_searched_is_told_with_how_far_it_goes() {
        assert_eq!(searched(Some(1005), 0, Ok(1005)), "in line with the log up to event 1005, its last");
        let behind = searched(Some(996), 0, Ok(1005));
        assert!(behind.contains("up to event 996, and the log goes up to event 1005"), "{behind}");
        assert!(searched(Some(996), 0, Ok(12)).contains("of another log"));
        assert!(searched(None, 0, Ok(12)).contains("not compared with the log yet, which goes up to event 12"));
        let unread = searched(Some(996), 0, Err(LogError::Closing));
        assert!(unread.starts_with("in line with the log up to event 996; how far it goes"), "{unread}");
        let back = searched(Some(1005), 2, Ok(1005));
        assert!(back.starts_with("2 keys that were noted as destroyed are not") && !back.contains("in line"), "{back}");
    }
}
