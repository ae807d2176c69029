//! The tables of recipients to be told and of linked subjects, kept together with the dossiers they belong to.

use spoor_domain::kernel::{Label, SubjectId};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::event::TrajectoryEvent;
use spoor_domain::trajectory::record::LinkedSubject;

use crate::db::{Table, Tx, args, json_text};
use crate::error::ViewError;
use crate::projector::Event;

/// One row per recipient and event they have to be told of.
pub(crate) const TELLING: Table = Table {
    name: "telling",
    key: &["dossier", "sequence", "recipient"],
    values: &["cause", "since", "settled", "telling"],
};

/// One row per link and span of the log in which it stands, as the dossier that made it says: from the event `valid_from`
/// on and until before the event `valid_to`, both leaf indexes.
pub(crate) const SUBJECT_LINK: Table = Table {
    name: "subject_link",
    key: &["dossier", "other_subject", "valid_from"],
    values: &["valid_to", "subject", "other_dossier"],
};

pub(crate) const SCHEMA: &[&str] = &[
    "create table if not exists telling (
        dossier text not null, sequence bigint not null, recipient text not null, cause text not null,
        since text not null, settled bigint not null, telling text not null,
        primary key (dossier, sequence, recipient))",
    // Who is still to be told, longest waiting first.
    "create index if not exists telling_open on telling (settled, since, dossier, sequence, recipient)",
    // `valid_to` is null for a link that still stands.
    "create table if not exists subject_link (
        dossier text not null, other_subject text not null, valid_from bigint not null, valid_to bigint,
        subject text not null, other_dossier text not null,
        primary key (dossier, other_subject, valid_from))",
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

/// A link that an event made or undid.
pub(crate) struct LinkChange {
    dossier: String,
    index: u64,
    what: Change,
}

enum Change {
    Made(LinkedSubject),
    Undone(SubjectId),
}

impl LinkChange {
    /// What this event changes; nothing for nearly every event.
    pub fn of(recorded: &Event, event: &TrajectoryEvent) -> Option<Self> {
        let what = if let TrajectoryEvent::SubjectsLinked { subject, other_subject, other_dossier, .. } = event {
            let (subject, other_subject, other_dossier) = (*subject, *other_subject, *other_dossier);
            Change::Made(LinkedSubject { subject, other_subject, other_dossier })
        } else if let TrajectoryEvent::SubjectsUnlinked { other_subject, .. } = event {
            Change::Undone(*other_subject)
        } else {
            return None;
        };
        Some(Self { dossier: recorded.aggregate_id.clone(), index: recorded.index, what })
    }
}

/// Begins and ends the spans of links, one by one: they are rare, and their order matters.
pub(crate) async fn link(tx: &mut Tx, changes: &[LinkChange]) -> Result<(), ViewError> {
    for LinkChange { dossier, index, what } in changes {
        match what {
            Change::Made(LinkedSubject { subject, other_subject, other_dossier }) => {
                let (subject, other) = (subject.to_string(), other_subject.to_string());
                let row = args![dossier.as_str(), other, *index, None::<i64>, subject, other_dossier.to_string()];
                tx.upsert(&SUBJECT_LINK, vec![row]).await?;
            }
            Change::Undone(other) => {
                let end = "update subject_link set valid_to = $1
                     where dossier = $2 and other_subject = $3 and valid_to is null";
                tx.run(end, args![*index, dossier.as_str(), other.to_string()]).await?;
            }
        }
    }
    Ok(())
}
