//! What the log says of erasures since the key store was last brought in line with it.
//!
//! How far that was is kept in the key store itself. So an older store that was restored beside a newer log knows that it
//! has to look again, and destroys again what had been destroyed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::{Actor, DossierId, SubjectId};
use spoor_domain::trajectory::event::TrajectoryEvent;
use spoor_eventlog::{EventLog, Position, Reconciled, Record};
use spoor_notary::leaf_hash;

use super::{ErasureError, LOG_OF_ERASURES};

/// The events that say that a key is to be destroyed, or was.
const TYPES: &[&str] = &["ErasureConfirmed", "SubjectKeyDestroyed"];

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

/// What was found after the place up to which the key store is known to be in line.
#[derive(Debug)]
pub struct Found {
    /// Confirmed there.
    confirmed: BTreeMap<SubjectId, Confirmed>,
    /// Recorded there as destroyed, with the moment of the record.
    destroyed: BTreeMap<SubjectId, DateTime<Utc>>,
    /// Up to where the log was searched.
    until: Option<Reconciled>,
}

/// Destroys every key whose erasure was confirmed. Done when the stores are opened, before anything is read with those
/// keys; gives how many were there still.
///
/// # Errors
/// When a store fails; then nothing must be served.
pub async fn destroy_confirmed(log: &EventLog) -> Result<usize, ErasureError> {
    since_last_time(log).await?.destroy(log).await
}

/// How many confirmed erasures are not recorded as destroyed.
pub async fn erasures_unfinished(log: &EventLog) -> Result<usize, ErasureError> {
    Ok(since_last_time(log).await?.unfinished().count())
}

/// Searches the log.
pub(super) async fn since_last_time(log: &EventLog) -> Result<Found, ErasureError> {
    let head = log.head().await?;
    let mut found = Found { confirmed: BTreeMap::new(), destroyed: BTreeMap::new(), until: None };
    let from = in_line_until(log, head.index).await?;
    if head.index == from {
        return Ok(found);
    }
    let records = log.read_of_types(TYPES, log.position_of(from).await?, head.position).await?;
    // What is destroyed stays destroyed: an altered record must not be the reason.
    log.as_committed(&records).await?;
    for record in &records {
        found.add(record)?;
    }
    found.until = record_at(log, head.index).await?.map(|last| Reconciled { index: last.index, leaf: leaf(&last) });
    Ok(found)
}

/// The confirmation of this subject's erasure, while nothing says that it is finished.
pub(super) async fn confirmed_in(
    log: &EventLog,
    dossier: DossierId,
    subject: SubjectId,
) -> Result<Option<Confirmed>, ErasureError> {
    let mut found = Found { confirmed: BTreeMap::new(), destroyed: BTreeMap::new(), until: None };
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
        }
        Ok(())
    }

    /// Destroys the keys of all of them that still have one.
    pub(super) async fn destroy(&self, log: &EventLog) -> Result<usize, ErasureError> {
        let confirmed = self.confirmed.values().map(|confirmed| (confirmed.subject, confirmed.at));
        // When the confirmation lies before the place the search began at, the record of the destruction says when.
        let recorded = self.destroyed.iter().filter(|(subject, _)| !self.confirmed.contains_key(subject));
        let all = confirmed.chain(recorded.map(|(subject, at)| (*subject, *at)));
        let mut destroyed = 0;
        for (subject, since) in all {
            if !log.keys().is_destroyed(subject).await? {
                log.keys().destroy_as_of(subject, since).await?;
                destroyed += 1;
            }
        }
        Ok(destroyed)
    }

    /// Those of which the destruction is not recorded.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = &Confirmed> {
        self.confirmed.values().filter(|confirmed| !self.destroyed.contains_key(&confirmed.subject))
    }

    /// Notes in the key store how far it is in line with the log.
    pub(super) async fn note(self, log: &EventLog) -> Result<(), ErasureError> {
        match self.until {
            Some(until) => Ok(log.keys().set_reconciled(LOG_OF_ERASURES, until).await?),
            None => Ok(()),
        }
    }
}

/// Up to which index the key store is in line with this log: as far as it says, when the record there is the one it knows.
async fn in_line_until(log: &EventLog, head: u64) -> Result<u64, ErasureError> {
    let Some(noted) = log.keys().reconciled(LOG_OF_ERASURES).await? else { return Ok(0) };
    let known = record_at(log, noted.index).await?.is_some_and(|record| leaf(&record) == noted.leaf);
    if known {
        return Ok(noted.index);
    }
    tracing::warn!(noted = noted.index, head, "the key store was in line with another log: this one is searched whole");
    Ok(0)
}

async fn record_at(log: &EventLog, index: u64) -> Result<Option<Record>, ErasureError> {
    let Some(before) = index.checked_sub(1) else { return Ok(None) };
    Ok(log.read_after_index(before, 1).await?.into_iter().next())
}

fn leaf(record: &Record) -> String {
    leaf_hash(record.line().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
