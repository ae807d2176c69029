//! The tables of the audit trail, and why each index is there.

use crate::db::Table;
use crate::projector::CountedTables;

/// One row per event; its key is the leaf index.
pub(super) const LINE: Table = Table {
    name: "audit_line",
    key: &["line"],
    values: &[
        "position_commit",
        "position_prepare",
        "recorded_at",
        "occurred_on",
        "event_type",
        "event_version",
        "aggregate_type",
        "aggregate_id",
        "sequence",
        "dossier",
        "actor",
        "role",
        "organisation",
        "purpose",
        "command",
        "changes",
        "reason",
    ],
};

/// One row per dossier: who may see its lines now, and its state, from which the next change is told.
pub(super) const DOSSIER: Table = Table {
    name: "audit_dossier",
    key: &["dossier"],
    values: &["number", "parket", "guide", "visible_to_museum", "state"],
};

/// Every event of its log has a row, and no dossier goes by itself.
pub(super) const COUNTED: CountedTables = CountedTables { lines: &LINE, dossiers: &DOSSIER, dossiers_since: 5 };

pub(super) const SCHEMA: &[&str] = &[
    "create table if not exists audit_line (
        line bigint primary key, position_commit bigint not null, position_prepare bigint not null,
        recorded_at bigint not null, occurred_on text not null,
        event_type text not null, event_version bigint not null,
        aggregate_type text not null, aggregate_id text not null, sequence bigint not null, dossier text not null,
        actor text not null, role text not null, organisation text not null, purpose text not null,
        command text not null, changes text not null, reason text)",
    // The trail of one dossier, the commonest question.
    "create index if not exists audit_line_dossier on audit_line (dossier, line)",
    // The trail of one agreement, plan or action; and the earlier lines that a revision is told against.
    "create index if not exists audit_line_aggregate on audit_line (aggregate_id, sequence)",
    // What did this person do? What did this organisation do?
    "create index if not exists audit_line_actor on audit_line (actor, line)",
    "create index if not exists audit_line_organisation on audit_line (organisation, line)",
    // Where did this kind of thing happen?
    "create index if not exists audit_line_type on audit_line (event_type, line)",
    // What was recorded, and what happened, in a period?
    "create index if not exists audit_line_recorded on audit_line (recorded_at, line)",
    "create index if not exists audit_line_occurred on audit_line (occurred_on, line)",
    "create table if not exists audit_dossier (
        dossier text primary key, number text not null, parket text not null, guide text not null,
        visible_to_museum bigint not null, state text not null)",
];
