//! The tables of the access trail, and why each index is there.

use crate::db::Table;
use crate::projector::CountedTables;

/// One row per event of the access log; its key is the leaf index there.
pub(super) const ENTRY: Table = Table {
    name: "access_entry",
    key: &["entry"],
    values: &[
        "position_commit",
        "position_prepare",
        "recorded_at",
        "kind",
        "of_requests",
        "actor",
        "role",
        "organisation",
        "purpose",
        "request",
        "auth_mode",
        "event",
    ],
};

/// One row per dossier an entry names, by id or by number; `*` stands for every dossier.
pub(super) const DOSSIER: Table =
    Table { name: "access_dossier", key: &["dossier", "number", "entry"], values: &["shown", "personal"] };

/// In the place of a dossier's id: every dossier.
pub(super) const EVERY: &str = "*";

/// Every event of its log has a row, and no dossier goes by itself.
pub(super) const COUNTED: CountedTables = CountedTables { lines: &ENTRY, dossiers: &DOSSIER, dossiers_since: 4 };

pub(super) const SCHEMA: &[&str] = &[
    "create table if not exists access_entry (
        entry bigint primary key, position_commit bigint not null, position_prepare bigint not null,
        recorded_at bigint not null, kind text not null, of_requests bigint not null,
        actor text not null, role text not null, organisation text not null, purpose text not null,
        request text not null, auth_mode text not null, event text not null)",
    // What did this employee look at?
    "create index if not exists access_entry_actor on access_entry (actor, entry)",
    // What did this organisation look at?
    "create index if not exists access_entry_organisation on access_entry (organisation, entry)",
    // Where was something refused, downloaded, exported?
    "create index if not exists access_entry_kind on access_entry (kind, entry)",
    // What was looked at in a period?
    "create index if not exists access_entry_recorded on access_entry (recorded_at, entry)",
    // Who looked at this dossier? The primary key answers it: it begins with the dossier.
    "create table if not exists access_dossier (
        dossier text not null, number text not null, entry bigint not null, shown bigint not null,
        personal text not null, primary key (dossier, number, entry))",
];
