//! The totals of police training that are publicly known, taken over as opening balances. Nothing in them is invented.

use anyhow::{Context as _, Result};
use chrono::NaiveDate;
use serde::Deserialize;
use spoor_domain::kernel::derived_id;
use spoor_domain::training::TrainingRecord;
use spoor_domain::training::command::TrainingCommand;
use spoor_domain::training::vocabulary::TrainingProgramme;
use spoor_eventlog::{Clock, EventLog};
use uuid::Uuid;

use super::dossiers::context;
use super::people;

/// The known totals, with where they were told.
const KNOWN: &str = include_str!("../../../../data/politieopleiding-2020.json");

/// A public document that tells totals.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownTotals {
    source: String,
    until: NaiveDate,
    balances: Vec<Balance>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Balance {
    programme: TrainingProgramme,
    participants: u32,
}

/// Takes the known totals over; a second time stores nothing.
pub async fn load(log: &EventLog, clock: &Clock) -> Result<()> {
    let KnownTotals { source, until, balances } =
        serde_json::from_str(KNOWN).context("the known totals of training")?;
    for Balance { programme, participants } in balances {
        let line = programme.line();
        let command_id = derived_id(Uuid::nil(), &format!("demo/opening-balance/{programme:?}"));
        let context = context(people::coordinator(), clock.now(), command_id);
        let source = source.clone();
        let command = TrainingCommand::RecordOpeningBalance { programme, until, participants, source };
        log.execute::<TrainingRecord>(&line.stream().to_string(), &command, &context)
            .await
            .with_context(|| format!("the opening balance of {line:?}"))?;
    }
    Ok(())
}
