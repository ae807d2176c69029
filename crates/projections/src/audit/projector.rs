//! Keeps the audit trail: one line per event of the log, whatever it is about.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{Decider, Label};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_eventlog::Vault;

use super::tables::{COUNTED, DOSSIER, LINE, SCHEMA};
use super::tell::{Earlier, Told, dossier_of, happened_on, revises, tell_dossier, tell_revision};
use crate::checkpoint::rows_written;
use crate::db::{Arg, DbError, Table, Tx, args, json_text};
use crate::error::ViewError;
use crate::projector::{CountedTables, Event, Projector};

/// The projection of the audit trail.
pub struct AuditTrail;

#[async_trait]
impl Projector for AuditTrail {
    fn name(&self) -> &'static str {
        super::PROJECTION
    }

    /// 3: the state of a dossier holds its offence families. 4: in it, a parket is not to be told of its own correction. 5: the
    /// dossiers are counted. 6: a request is told against its draft. 7: what a revision leaves out is told, and which entry a
    /// correction is of.
    fn version(&self) -> u32 {
        7
    }

    /// Lines are held against what this code tells of the same event: those of before were told otherwise.
    fn reads_since(&self) -> u32 {
        7
    }

    fn essential(&self) -> bool {
        false
    }

    fn schema(&self) -> Vec<&'static str> {
        SCHEMA.to_vec()
    }

    fn tables(&self) -> Vec<&'static Table> {
        vec![&LINE, &DOSSIER]
    }

    fn counted(&self) -> Option<&'static CountedTables> {
        Some(&COUNTED)
    }

    /// Every kind, also one that no other view takes: nothing happens without a line.
    fn takes(&self, _kind: &str) -> bool {
        true
    }

    async fn apply(&self, tx: &mut Tx, events: &[&Event], _vault: &Vault) -> Result<(), ViewError> {
        let mut trail = Trail { dossiers: load_dossiers(tx, events).await?, earlier: load_earlier(tx, events).await? };
        let known = trail.dossiers.keys().cloned().collect::<BTreeSet<_>>();
        let mut lines = Vec::with_capacity(events.len());
        for recorded in events {
            let told = trail.tell(recorded);
            lines.push(line(recorded, &told)?);
        }
        tx.upsert(&LINE, lines).await?;
        let (mut dossiers, mut new) = (Vec::new(), 0_u64);
        for (id, state) in &trail.dossiers {
            let Some(row) = dossier(id, state) else { continue };
            new += u64::from(!known.contains(id));
            dossiers.push(row);
        }
        tx.upsert(&DOSSIER, dossiers).await?;
        Ok(rows_written(tx, &DOSSIER, new).await?)
    }
}

/// What the lines of a batch are told against.
#[derive(Default)]
pub(super) struct Trail {
    dossiers: BTreeMap<String, LearningTrajectory>,
    /// Earlier lines of the aggregates in which something is revised within this batch.
    earlier: BTreeMap<String, Vec<Earlier>>,
}

impl Trail {
    /// For the events of one aggregate, from its first on.
    pub(super) fn of_one(stream: &[Event]) -> Self {
        let earlier = stream.iter().map(|recorded| (recorded.aggregate_id.clone(), Vec::new())).collect();
        Self { earlier, ..Self::default() }
    }

    pub(super) fn tell(&mut self, recorded: &Event) -> Told {
        let id = &recorded.aggregate_id;
        let earlier = self.earlier.get(id).map(Vec::as_slice).unwrap_or_default();
        let told = match &recorded.event {
            DomainEvent::Trajectory(event) => {
                let state = self.dossiers.entry(id.clone()).or_default();
                let before = state.clone();
                state.evolve(event);
                tell_dossier(event, &before, state, earlier)
            }
            other @ (DomainEvent::Agreement(_)
            | DomainEvent::Register(_)
            | DomainEvent::Plan(_)
            | DomainEvent::Action(_)
            | DomainEvent::Rights(_)
            | DomainEvent::Edition(_)
            | DomainEvent::Publication(_)
            | DomainEvent::Training(_)
            | DomainEvent::Access(_)) => tell_revision(other, earlier),
        };
        if let Some(lines) = self.earlier.get_mut(id) {
            lines.push(Earlier::of(recorded, &told));
        }
        told
    }
}

async fn load_dossiers(tx: &mut Tx, events: &[&Event]) -> Result<BTreeMap<String, LearningTrajectory>, ViewError> {
    let of_dossiers = events.iter().filter(|recorded| matches!(recorded.event, DomainEvent::Trajectory(_)));
    let ids = distinct(of_dossiers.map(|recorded| recorded.aggregate_id.clone()));
    let rows = tx.rows_among("select dossier, state from audit_dossier", "dossier", &ids).await?;
    rows.iter().map(|row| Ok((row.text("dossier")?, row.json("state")?))).collect()
}

/// Only for aggregates in which this batch revises or corrects something, which their first event does not: most batches
/// load nothing here.
async fn load_earlier(tx: &mut Tx, events: &[&Event]) -> Result<BTreeMap<String, Vec<Earlier>>, ViewError> {
    let revising = events.iter().filter(|recorded| recorded.sequence > 1 && revises(&recorded.event_type).is_some());
    let ids = distinct(revising.map(|recorded| recorded.aggregate_id.clone()));
    let mut earlier: BTreeMap<String, Vec<Earlier>> = ids.iter().map(|id| (id.clone(), Vec::new())).collect();
    let select = "select aggregate_id, sequence, event_type, occurred_on, changes from audit_line";
    for row in tx.rows_among(select, "aggregate_id", &ids).await? {
        earlier.entry(row.text("aggregate_id")?).or_default().push(Earlier {
            sequence: row.count("sequence")?,
            event_type: row.text("event_type")?,
            occurred_on: row.text("occurred_on")?,
            changes: row.json("changes")?,
        });
    }
    earlier.values_mut().for_each(|lines| lines.sort_by_key(|line| line.sequence));
    Ok(earlier)
}

fn distinct(ids: impl Iterator<Item = String>) -> Vec<String> {
    ids.collect::<BTreeSet<_>>().into_iter().collect()
}

fn line(recorded: &Event, told: &Told) -> Result<Vec<Arg>, DbError> {
    let metadata = &recorded.metadata;
    let dossier = dossier_of(&recorded.event, &recorded.aggregate_id);
    Ok(args![
        recorded.index,
        recorded.position.commit,
        recorded.position.prepare,
        recorded.recorded_at,
        happened_on(recorded),
        recorded.event_type.as_str(),
        i64::from(recorded.event_version),
        recorded.aggregate_type.as_str(),
        recorded.aggregate_id.as_str(),
        recorded.sequence,
        dossier.map(|dossier| dossier.to_string()).unwrap_or_default(),
        metadata.actor.id.0.as_str(),
        metadata.actor.role.code(),
        metadata.actor.organisation.0.as_str(),
        metadata.purpose.code(),
        metadata.command_id.to_string(),
        json_text("changes", &told.changes)?,
        told.reason.as_ref().map(|reason| json_text("reason", reason)).transpose()?,
    ])
}

fn dossier(id: &str, state: &LearningTrajectory) -> Option<Vec<Arg>> {
    Some(args![
        id,
        state.number()?.0.as_str(),
        state.parket()?.0.as_str(),
        state.guide().map(|guide| guide.0.clone()).unwrap_or_default(),
        state.museum_involved(),
        serde_json::to_string(state).ok()?,
    ])
}
