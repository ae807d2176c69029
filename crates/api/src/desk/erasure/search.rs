//! What the log says of erasures since the key store was last brought in line with it.
//!
//! How far that was is kept in the key store itself. So an older store that was restored beside a newer log knows that it
//! has to look again, and destroys again what had been destroyed. Whose erasures were found is kept beside it. So a store of which
//! only the table of keys was restored, or a row of it, knows that too.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::{Actor, DossierId, SubjectId};
use spoor_domain::trajectory::event::TrajectoryEvent;
use spoor_eventlog::{EventLog, Position, Reconciled, Record, TreeError};
use spoor_notary::leaf_hash;

use super::{ErasureError, LOG_OF_ERASURES};

/// The events that say that a key is to be destroyed, or was.
const TYPES: &[&str] = &["ErasureConfirmed", "SubjectKeyDestroyed", "ErasureCertified"];

/// So many records are held against the tree in one go, where nothing else is asked. Behind an upgrade that is all there are, and the
/// program stops between two goes.
pub(super) const NOTED_AT_ONCE: u64 = 20_000;

/// An erasure that a second person confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmed {
    /// In which dossier.
    pub dossier: DossierId,
    /// Of whom.
    pub subject: SubjectId,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Its place in the log.
    pub position: Position,
    /// The command that confirmed it.
    pub command_id: uuid::Uuid,
    /// Who confirmed it.
    pub by: Actor,
}

/// From where a log is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// From the place up to which the key store is known to be in line; from the beginning where it is not.
    SinceLastTime,
    /// From the beginning.
    Whole,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// Confirmed in what was searched.
    confirmed: BTreeMap<SubjectId, Confirmed>,
    /// Recorded there as destroyed, with the moment of the record.
    destroyed: BTreeMap<SubjectId, DateTime<Utc>>,
    /// Whose erasures the key store says were found before.
    noted: BTreeSet<SubjectId>,
    /// Up to where they were: what was searched begins there or before.
    from: u64,
    /// Up to where: not past a record that is gone, for what it said was not found.
    until: u64,
}

/// Destroys every key whose erasure was confirmed. Done when the stores are opened, before anything is read with those
/// keys; gives how many were there still.
///
/// # Errors
/// When a store fails; then nothing must be served.
pub async fn destroy_confirmed(log: &EventLog) -> Result<usize, ErasureError> {
    since_last_time(log).await?.destroy(log).await
}

/// What came of holding the keys against the whole of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldAgainstAll {
    /// So many keys were there still whose erasure was confirmed.
    pub destroyed: usize,
    /// So many confirmed erasures are not recorded as destroyed.
    pub unfinished: usize,
}

/// Destroys every key whose erasure was confirmed, wherever in the log that was and however far it was searched before.
///
/// # Errors
/// When a store fails, or what the log says of erasures is not what was committed.
pub async fn destroy_all_confirmed(log: &EventLog) -> Result<HeldAgainstAll, ErasureError> {
    let found = search(log, Reach::Whole).await?;
    Ok(HeldAgainstAll { destroyed: found.destroy(log).await?, unfinished: found.unfinished().count() })
}

/// The records that are gone, as the log was counted last, where it was not searched yet: each may have confirmed an erasure that
/// this key store knows nothing of.
///
/// # Errors
/// When a store fails.
pub async fn gone_unsearched(log: &EventLog) -> Result<Vec<RangeInclusive<u64>>, ErasureError> {
    let missing = log.known_missing();
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let searched = Searched::of(log, log.head().await?.index).await?.until;
    Ok(missing.iter().filter(|hole| *hole.end() > searched).cloned().collect())
}

/// The first record that was not searched yet and is gone, cannot be read, or is not the one that was committed: it may have
/// confirmed an erasure, whatever it says now.
///
/// # Errors
/// When a store fails, or the log's tree cannot be had.
pub async fn fault_unsearched(log: &EventLog) -> Result<Option<u64>, ErasureError> {
    let searched = Searched::of(log, log.head().await?.index).await?.until;
    Ok(log.first_fault_behind(searched).await?)
}

/// Whether the key store was in line with another log than this one, or with more of it than there is.
///
/// # Errors
/// When a store fails.
pub async fn keys_of_another_log(log: &EventLog) -> Result<bool, ErasureError> {
    match log.keys().reconciled(LOG_OF_ERASURES).await? {
        Some(noted) => Ok(!is_there(log, &noted).await?),
        None => Ok(false),
    }
}

/// Searches what of the log was not searched yet.
pub(super) async fn since_last_time(log: &EventLog) -> Result<Found, ErasureError> {
    search(log, Reach::SinceLastTime).await
}

async fn search(log: &EventLog, reach: Reach) -> Result<Found, ErasureError> {
    let head = log.head().await?;
    let Searched { until, noted } = Searched::of(log, head.index).await?;
    // Noted first, asked after: a tombstone that another process makes meanwhile is one more, and none is ever taken away.
    let back = log.keys().not_destroyed(&noted).await?;
    if !back.is_empty() {
        tracing::error!(
            keys = back.len(),
            "THE KEY TABLE IS OLDER THAN ITS STORE: keys that were noted as destroyed are not destroyed in it. A row of it, or all of \
             it, was put back from an older backup. The log is searched whole and they are destroyed again; keys that were made since \
             that backup may be missing: for those put back the table of before"
        );
    }
    let from = if reach == Reach::SinceLastTime && back.is_empty() { until } else { 0 };
    let mut found = Found { noted, from: until, until, ..Found::default() };
    if head.index == from {
        return Ok(found);
    }
    let records = log.read_of_types(TYPES, log.position_of(from).await?, head.position).await?;
    // What is destroyed stays destroyed: an altered record must not be the reason.
    log.as_committed(&records).await?;
    for record in &records {
        found.add(record)?;
    }
    // Asked after the search: what it did not find because it was gone is gone still.
    let gone = log.first_missing_behind(until).await?;
    found.until = gone.map_or(head.index, |gone| head.index.min(gone - 1));
    Ok(found)
}

/// The confirmation of this subject's erasure, while nothing says that it is finished.
pub(super) async fn confirmed_in(
    log: &EventLog,
    dossier: DossierId,
    subject: SubjectId,
) -> Result<Option<Confirmed>, ErasureError> {
    let mut found = Found::default();
    for record in log.read_stream(aggregate_type::TRAJECTORY, &dossier.to_string()).await? {
        if TYPES.contains(&record.event_type.as_str()) {
            found.add(&record)?;
        }
    }
    Ok(found.unfinished().find(|confirmed| confirmed.subject == subject).cloned())
}

impl Found {
    fn add(&mut self, record: &Record) -> Result<(), ErasureError> {
        let recorded = record.decode()?;
        let Ok(dossier) = recorded.aggregate_id.parse() else { return Ok(()) };
        if let DomainEvent::Trajectory(TrajectoryEvent::ErasureConfirmed { subject, .. }) = &recorded.event {
            let confirmed = Confirmed {
                dossier,
                subject: *subject,
                at: recorded.recorded_at,
                position: recorded.position,
                command_id: recorded.metadata.command_id,
                by: recorded.metadata.actor,
            };
            self.confirmed.insert(*subject, confirmed);
        } else if let DomainEvent::Trajectory(TrajectoryEvent::SubjectKeyDestroyed { subject, .. }) = recorded.event {
            self.destroyed.insert(subject, recorded.recorded_at);
        } else if let DomainEvent::Trajectory(TrajectoryEvent::ErasureCertified { subject, .. }) = recorded.event {
            self.destroyed.entry(subject).or_insert(recorded.recorded_at);
        }
        Ok(())
    }

    /// Everybody whose erasure is known: found now, or before.
    fn erased(&self) -> BTreeSet<SubjectId> {
        self.noted.iter().chain(self.confirmed.keys()).chain(self.destroyed.keys()).copied().collect()
    }

    /// Destroys the keys of all of them that have no tombstone.
    pub(super) async fn destroy(&self, log: &EventLog) -> Result<usize, ErasureError> {
        let keys = log.keys();
        let left = keys.not_destroyed(&self.erased()).await?;
        for &subject in &left {
            // When the confirmation lies before the place the search began at, the record of the destruction says when.
            let confirmed = self.confirmed.get(&subject).map(|confirmed| confirmed.at);
            match confirmed.or_else(|| self.destroyed.get(&subject).copied()) {
                Some(since) => keys.destroy_as_of(subject, since).await?,
                // The log said so once, as it was committed; what it lacks now brings nobody back.
                None => keys.destroy(subject).await?,
            }
        }
        Ok(left.len())
    }

    /// Those of which the destruction is not recorded.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = &Confirmed> {
        self.confirmed.values().filter(|confirmed| !self.destroyed.contains_key(&confirmed.subject))
    }

    /// Notes in the key store how far it is in line with the log, and who is erased by what it says up to there: up to the first
    /// record that is not the one that was committed, for nobody knows what that said. At most so many records
    /// at once: the next time goes on from there.
    pub(super) async fn note(self, log: &EventLog, at_once: u64) -> Result<(), ErasureError> {
        if self.until <= self.from {
            return Ok(());
        }
        let step = self.until.min(self.from + at_once);
        let fault = match log.first_fault_between(self.from, step).await {
            Ok(fault) => fault,
            Err(TreeError::Log(error)) => return Err(error.into()),
            // No tree to hold anything against, which the keeper of the checkpoints tells.
            Err(_) => return Ok(()),
        };
        let until = fault.map_or(step, |fault| step.min(fault - 1));
        if until <= self.from {
            return Ok(());
        }
        if let Some(last) = record_at(log, until).await? {
            let searched = Reconciled { index: last.index, leaf: leaf(&last), erased: Some(self.erased()) };
            log.keys().set_reconciled(LOG_OF_ERASURES, searched).await?;
        }
        Ok(())
    }
}

/// What the key store says of how far this log was searched.
#[derive(Debug, Default)]
struct Searched {
    /// Up to which index: as far as it says, when the record there is the one it knows and it says whose erasures were found.
    until: u64,
    /// Whose were.
    noted: BTreeSet<SubjectId>,
}

impl Searched {
    async fn of(log: &EventLog, head: u64) -> Result<Self, ErasureError> {
        let Some(noted) = log.keys().reconciled(LOG_OF_ERASURES).await? else { return Ok(Self::default()) };
        if !is_there(log, &noted).await? {
            tracing::error!(
                noted = noted.index,
                head,
                "THE KEY STORE WAS IN LINE WITH ANOTHER LOG, or with more of this one: it is searched whole. If an older log was put back, \
                 erasures may be missing from it: put the newer one back"
            );
            return Ok(Self { until: 0, noted: noted.erased.unwrap_or_default() });
        }
        match noted.erased {
            Some(erased) => Ok(Self { until: noted.index, noted: erased }),
            // Noted by an older version of the program: only the whole log says whose keys have to be gone.
            None => Ok(Self::default()),
        }
    }
}

/// Whether the record up to which a key store is in line stands in this log.
async fn is_there(log: &EventLog, noted: &Reconciled) -> Result<bool, ErasureError> {
    Ok(record_at(log, noted.index).await?.is_some_and(|record| leaf(&record) == noted.leaf))
}

async fn record_at(log: &EventLog, index: u64) -> Result<Option<Record>, ErasureError> {
    let Some(before) = index.checked_sub(1) else { return Ok(None) };
    Ok(log.read_after_index(before, 1).await?.into_iter().find(|record| record.index == index))
}

fn leaf(record: &Record) -> String {
    leaf_hash(record.line().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
