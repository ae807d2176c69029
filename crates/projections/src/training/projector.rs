//! Keeps what counts of police training, and from which event of the log to which.

use async_trait::async_trait;
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::Label;
use spoor_domain::training::event::TrainingEvent;
use spoor_domain::training::vocabulary::{TrainingAudience, TrainingProgramme};
use spoor_eventlog::Vault;

use crate::db::{Arg, Table, Tx, args};
use crate::error::ViewError;
use crate::projector::{Event, Projector};

/// The projection of police training.
pub struct Trainings;

/// One row per session (or opening balance) and span of the log in which it counts so: from the event `valid_from` on and
/// until before the event `valid_to`, both leaf indexes. An opening balance has the line as its entry and no audience.
const ENTRY: Table = Table {
    name: "training_entry",
    key: &["entry", "valid_from"],
    values: &["valid_to", "line", "programme", "on_day", "audience", "participants", "source"],
};

/// The number of events of every stream; each line has one.
const STREAM: Table = Table { name: "training_stream", key: &["stream"], values: &["version"] };

const SCHEMA: &[&str] = &[
    "create table if not exists training_stream (stream text primary key, version bigint not null)",
    // `valid_to` is null for what still counts; audience and source are '' where there is none.
    "create table if not exists training_entry (
        entry text not null, valid_from bigint not null, valid_to bigint, line text not null,
        programme text not null, on_day text not null, audience text not null, participants bigint not null,
        source text not null, primary key (entry, valid_from))",
    // The sessions that count, latest first.
    "create index if not exists training_entry_day on training_entry (line, on_day)",
];

#[async_trait]
impl Projector for Trainings {
    fn name(&self) -> &'static str {
        super::PROJECTION
    }

    fn version(&self) -> u32 {
        1
    }

    fn essential(&self) -> bool {
        false
    }

    fn schema(&self) -> Vec<&'static str> {
        SCHEMA.to_vec()
    }

    fn tables(&self) -> Vec<&'static Table> {
        vec![&ENTRY, &STREAM]
    }

    fn takes(&self, kind: &str) -> bool {
        kind == aggregate_type::TRAINING
    }

    /// One by one: a session is recorded a few times a week.
    async fn apply(&self, tx: &mut Tx, events: &[&Event], _vault: &Vault) -> Result<(), ViewError> {
        for recorded in events {
            let DomainEvent::Training(event) = &recorded.event else { continue };
            let (entry, row) = entry_of(event);
            tx.upsert(&STREAM, vec![args![recorded.aggregate_id.as_str(), recorded.sequence]]).await?;
            let end = "update training_entry set valid_to = $1 where entry = $2 and valid_to is null";
            tx.run(end, args![recorded.index, entry.as_str()]).await?;
            if let Some(row) = row {
                tx.upsert(&ENTRY, vec![row.args(entry, recorded)]).await?;
            }
        }
        Ok(())
    }
}

/// How an entry counts from an event on.
struct Row<'a> {
    programme: TrainingProgramme,
    on_day: chrono::NaiveDate,
    audience: Option<TrainingAudience>,
    participants: u32,
    source: &'a str,
}

impl Row<'_> {
    fn args(&self, entry: String, recorded: &Event) -> Vec<Arg> {
        args![
            entry,
            recorded.index,
            None::<i64>,
            self.programme.line().code(),
            self.programme.code(),
            self.on_day,
            self.audience.map(Label::code).unwrap_or_default(),
            u64::from(self.participants),
            self.source,
        ]
    }
}

/// The entry an event is about, and how it counts from there on; not at all after an annulment.
fn entry_of(event: &TrainingEvent) -> (String, Option<Row<'_>>) {
    let session = |programme, on_day, audience, participants| {
        Some(Row { programme, on_day, audience: Some(audience), participants, source: "" })
    };
    match event {
        TrainingEvent::TrainingSessionHeld { occurred_on, session: id, programme, audience, participants } => {
            (id.to_string(), session(*programme, *occurred_on, *audience, *participants))
        }
        TrainingEvent::TrainingSessionCorrected { session: id, held_on, programme, audience, participants, .. } => {
            (id.to_string(), session(*programme, *held_on, *audience, *participants))
        }
        TrainingEvent::TrainingSessionAnnulled { session: id, .. } => (id.to_string(), None),
        TrainingEvent::OpeningBalanceRecorded { programme, until, participants, source, .. } => {
            let (programme, on_day, participants) = (*programme, *until, *participants);
            let row = Row { programme, on_day, audience: None, participants, source };
            (programme.line().code().to_owned(), Some(row))
        }
        TrainingEvent::OpeningBalanceAnnulled { programme, .. } => (programme.line().code().to_owned(), None),
    }
}
