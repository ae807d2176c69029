//! The tables of the dossiers, and why each index is there.

use crate::db::Table;

/// One row per dossier.
pub(super) const TRAJECTORY: Table = Table {
    name: "trajectory",
    key: &["dossier"],
    values: &[
        "number",
        "status",
        "status_rank",
        "parket",
        "guide",
        "waiting_for",
        "requested_on",
        "status_since",
        "due_since",
        "ended_since",
        "last_step_on",
        "visible_to_museum",
        "agreement",
        "subject",
        "version",
        "position_commit",
        "position_prepare",
        "last_index",
        "updated_at",
        "counted_from",
        "state",
    ],
};

/// The personal values that stand now, sealed exactly as in the log.
pub(super) const PERSONAL: Table = Table {
    name: "trajectory_personal",
    key: &["dossier", "field", "sequence", "part"],
    values: &["subject", "value"],
};

/// Keyed digests by which a dossier is found by what only its sealed values say: of each person it is or was about, until that
/// person is erased.
pub(super) const BLIND_INDEX: Table =
    Table { name: "blind_index", key: &["dossier", "kind", "subject"], values: &["digest"] };

pub(super) const SCHEMA: &[&str] = &[
    // A guide or a day that is not there is '', so that indexes, counts and cursors need no special case for null.
    // `counted_from` is the index from which its open row in `trajectory_history` holds.
    "create table if not exists trajectory (
        dossier text primary key, number text not null, status text not null, status_rank bigint not null,
        parket text not null, guide text not null, waiting_for text not null,
        requested_on text not null, status_since text not null, due_since text, ended_since text, last_step_on text not null,
        visible_to_museum bigint not null, agreement text not null, subject text not null,
        version bigint not null, position_commit bigint not null, position_prepare bigint not null,
        last_index bigint not null, updated_at bigint not null,
        counted_from bigint not null, state text not null)",
    // A dossier looked up by its number, and by the beginning of one.
    "create unique index if not exists trajectory_number on trajectory (number)",
    // The list as it opens: newest request first, for those who see every dossier.
    "create index if not exists trajectory_requested on trajectory (requested_on, dossier)",
    // The same within one status.
    "create index if not exists trajectory_status_requested on trajectory (status, requested_on, dossier)",
    // The list of a parket, as prosecutors open it, and within one status.
    "create index if not exists trajectory_parket_requested on trajectory (parket, requested_on, dossier)",
    "create index if not exists trajectory_parket_status on trajectory (parket, status, requested_on, dossier)",
    // The dossiers of a guide.
    "create index if not exists trajectory_guide_requested on trajectory (guide, requested_on, dossier)",
    // Whose move it is.
    "create index if not exists trajectory_waiting on trajectory (waiting_for, requested_on, dossier)",
    // Due and overdue: a range per status. The columns of the scope are in it, so that counting needs no row.
    "create index if not exists trajectory_due
        on trajectory (status, due_since, parket, guide, visible_to_museum, dossier)",
    // The same for those who see one parket: its share, not everybody's, is walked.
    "create index if not exists trajectory_parket_due
        on trajectory (parket, status, due_since, guide, visible_to_museum, dossier)",
    // And for the museum and its guides, who see what is visible to it: with that column among the others, dossiers that are due
    // on one day would have to be put in order one by one. Partial, so that neither is a choice for the list, which has its own order.
    "create index if not exists trajectory_museum_due
        on trajectory (status, due_since, parket, guide, dossier) where visible_to_museum = 1",
    "create index if not exists trajectory_guides_due
        on trajectory (guide, status, due_since, parket, dossier) where visible_to_museum = 1",
    // What it took the place of.
    "drop index if exists trajectory_guide_due",
    // Ended and not erased: a range per status, for those who look after keeping.
    "create index if not exists trajectory_ended on trajectory (status, ended_since, dossier)",
    // The list in the order of a dossier's life, and in the order of its last change.
    "create index if not exists trajectory_rank on trajectory (status_rank, dossier)",
    "create index if not exists trajectory_updated on trajectory (last_index)",
    "create table if not exists trajectory_personal (
        dossier text not null, field text not null, sequence bigint not null, part text not null,
        subject text not null, value text not null,
        primary key (dossier, field, sequence, part))",
    "create table if not exists blind_index (
        dossier text not null, kind text not null, subject text not null, digest text not null,
        primary key (dossier, kind, subject))",
    // Found by digest.
    "create index if not exists blind_index_digest on blind_index (kind, digest, dossier)",
    // Forgotten by subject, when the subject is erased.
    "create index if not exists blind_index_subject on blind_index (subject)",
];
