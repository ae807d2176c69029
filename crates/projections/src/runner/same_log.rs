//! Whether a build was made of the log at hand. An older copy of the log that was put back, or another log, has other events after
//! some place: a build that knows those would pass over as many new ones.

use spoor_eventlog::{EventLog, LogError, Record};

use crate::checkpoint::{Checkpoint, LastRecord, SCHEMA};
use crate::error::ViewError;
use crate::page::Seen;
use crate::views::Build;

/// What tells a record from any other that may come to stand in its place.
pub(super) fn mark(record: &Record) -> String {
    let Record { aggregate_id, sequence, recorded_at, .. } = record;
    format!("{aggregate_id}/{sequence}@{}", recorded_at.timestamp_micros())
}

/// That the last event of a build stands in the log where the build saw it.
///
/// # Errors
/// `OtherLog` when the log ends before it or has another event there.
pub(crate) async fn require_same_log(log: &EventLog, build: &Build) -> Result<(), ViewError> {
    // A build of an earlier program has no table for the mark yet.
    build.db.create(SCHEMA).await?;
    let seen = Checkpoint::read(&build.db).await?.seen;
    let known = LastRecord::read(&build.db).await?;
    let head = log.head().await?.index;
    if is_there(log, seen, known, head).await? {
        return Ok(());
    }
    let faults = match log.check_records() {
        Err(LogError::NotWhole { faults }) => Some(faults),
        Err(_) | Ok(()) => None,
    };
    Err(ViewError::other_log(&build.id, seen.index, head, faults))
}

/// Whether it is so.
pub(crate) async fn is_of_log(log: &EventLog, build: &Build) -> Result<bool, ViewError> {
    match require_same_log(log, build).await {
        Ok(()) => Ok(true),
        Err(ViewError::OtherLog { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn is_there(log: &EventLog, seen: Seen, known: Option<LastRecord>, head: u64) -> Result<bool, ViewError> {
    if seen.index == 0 {
        return Ok(true);
    }
    if seen.index > head || log.position_of(seen.index).await? != seen.position {
        return Ok(false);
    }
    // A build of an earlier program has no mark before its next event.
    let Some(known) = known.filter(|known| known.index == seen.index) else { return Ok(true) };
    let before = log.position_of(seen.index - 1).await?;
    let there = log.read_after(before, 1).await?;
    Ok(there.first().is_some_and(|record| mark(record) == known.mark))
}
