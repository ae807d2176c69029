//! Holds lines against the log: a view can be altered by whoever reaches its database, and what it says then is not what happened.

use std::collections::BTreeMap;

use serde_json::Value;
use spoor_domain::catalogue::aggregate_type;

use super::line::AuditLine;
use super::projector::Trail;
use super::tell::{Told, dossier_of, happened_on, revises};
use crate::projector::Event;

/// The columns in which a line says otherwise than the event it is of, as far as one event can tell: all but what it changed.
/// The dossier's number and parket are those of now, and no part of the line.
pub fn differing(line: &AuditLine, recorded: &Event) -> Vec<&'static str> {
    let AuditLine {
        index,
        position,
        recorded_at,
        occurred_on,
        event_type,
        event_version,
        aggregate_type,
        aggregate_id,
        sequence,
        dossier,
        number: _,
        parket: _,
        actor,
        purpose,
        command_id,
        summary_key,
        changes: _,
        reason: _,
    } = line;
    let metadata = &recorded.metadata;
    let same = [
        ("line", *index == recorded.index),
        ("position", *position == recorded.position),
        ("recorded_at", recorded_at.timestamp_micros() == recorded.recorded_at.timestamp_micros()),
        ("occurred_on", *occurred_on == happened_on(recorded)),
        ("event_type", *event_type == recorded.event_type && *summary_key == recorded.event_type),
        ("event_version", *event_version == recorded.event_version),
        ("aggregate_type", *aggregate_type == recorded.aggregate_type),
        ("aggregate_id", *aggregate_id == recorded.aggregate_id),
        ("sequence", *sequence == recorded.sequence),
        ("dossier", *dossier == dossier_of(&recorded.event, &recorded.aggregate_id)),
        ("actor", actor.id == metadata.actor.id),
        ("role", actor.role == metadata.actor.role),
        ("organisation", actor.organisation == metadata.actor.organisation),
        ("purpose", *purpose == metadata.purpose),
        ("command", *command_id == metadata.command_id),
    ];
    same.into_iter().filter(|(_, same)| !same).map(|(column, _)| column).collect()
}

/// Whether what an event changed is told against the events before it: then its whole stream is needed to tell it again.
pub fn is_told_by_its_stream(recorded: &Event) -> bool {
    recorded.aggregate_type == aggregate_type::TRAJECTORY || revises(&recorded.event_type).is_some()
}

/// What events changed, told again from the log, by the very fold of the projector.
#[derive(Debug, Default)]
pub struct ToldAgain {
    told: BTreeMap<u64, Told>,
}

impl ToldAgain {
    /// Tells the events of one aggregate, from its first on; or a single one that nothing before it is needed for.
    pub fn tell(&mut self, stream: &[Event]) {
        let mut trail = Trail::of_one(stream);
        self.told.extend(stream.iter().map(|recorded| (recorded.index, trail.tell(recorded))));
    }

    /// The columns in which a line tells otherwise what its event changed, and why; none where the event was not told again.
    pub fn differing(&self, line: &AuditLine) -> Vec<&'static str> {
        let Some(Told { changes, reason }) = self.told.get(&line.index) else { return Vec::new() };
        // As they are stored: what a sealed value knows beside that is no part of the line.
        let same =
            [("changes", stored(changes) == stored(&line.changes)), ("reason", stored(reason) == stored(&line.reason))];
        same.into_iter().filter(|(_, same)| !same).map(|(column, _)| column).collect()
    }
}

fn stored<T: serde::Serialize>(value: &T) -> Option<Value> {
    serde_json::to_value(value).ok()
}
