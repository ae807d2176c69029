//! The tables of recipients to be told and of linked subjects, kept together with the dossiers they belong to.

use spoor_domain::kernel::Label;
use spoor_domain::trajectory::LearningTrajectory;

use crate::db::{Table, Tx, args, json_text};
use crate::error::ViewError;

/// One row per recipient and event they have to be told of.
pub(crate) const TELLING: Table = Table {
    name: "telling",
    key: &["dossier", "sequence", "recipient"],
    values: &["cause", "since", "settled", "telling"],
};

/// One row per link, as the dossier that made it says.
pub(crate) const SUBJECT_LINK: Table =
    Table { name: "subject_link", key: &["dossier", "other_subject"], values: &["subject", "other_dossier"] };

pub(crate) const SCHEMA: &[&str] = &[
    "create table if not exists telling (
        dossier text not null, sequence bigint not null, recipient text not null, cause text not null,
        since text not null, settled bigint not null, telling text not null,
        primary key (dossier, sequence, recipient))",
    // Who is still to be told, longest waiting first.
    "create index if not exists telling_open on telling (settled, since, dossier, sequence, recipient)",
    "create table if not exists subject_link (
        dossier text not null, other_subject text not null, subject text not null, other_dossier text not null,
        primary key (dossier, other_subject))",
    // The links of a subject, from either side.
    "create index if not exists subject_link_subject on subject_link (subject)",
    "create index if not exists subject_link_other on subject_link (other_subject)",
];

/// Writes who has to be told as these dossiers say. A row is never taken away: it is settled.
pub(crate) async fn write<'a>(
    tx: &mut Tx,
    dossiers: impl Iterator<Item = (&'a str, &'a LearningTrajectory)>,
) -> Result<(), ViewError> {
    let mut rows = Vec::new();
    for (dossier, state) in dossiers {
        for telling in state.tellings() {
            rows.push(args![
                dossier,
                telling.sequence,
                telling.recipient.0.as_str(),
                telling.cause.code(),
                telling.since,
                telling.settled.is_some(),
                json_text("telling", telling)?,
            ]);
        }
    }
    Ok(tx.upsert(&TELLING, rows).await?)
}

/// Writes the links of these dossiers anew.
pub(crate) async fn relink<'a>(
    tx: &mut Tx,
    dossiers: impl Iterator<Item = (&'a str, &'a LearningTrajectory)>,
) -> Result<(), ViewError> {
    let mut rows = Vec::new();
    for (dossier, state) in dossiers {
        tx.run("delete from subject_link where dossier = $1", args![dossier]).await?;
        for link in state.linked_subjects() {
            let (subject, other) = (link.subject.to_string(), link.other_subject.to_string());
            rows.push(args![dossier, other, subject, link.other_dossier.to_string()]);
        }
    }
    Ok(tx.upsert(&SUBJECT_LINK, rows).await?)
}
