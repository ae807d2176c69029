//! cqrs-es: its plain stores read our tables, and its framework runs on our log.

use std::collections::HashMap;

use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{EventStoreAggregateContext, PersistedEventStore};
use cqrs_es::{AggregateError, CqrsFramework, EventStore};
use postgres_es::PostgresEventRepository;
use serde::{Deserialize, Serialize};
use serde_json::json;
use spoor_domain::access::event::AccessEvent;
use spoor_domain::catalogue::aggregate_type;
use spoor_domain::kernel::{Addressed, CommandContext, DossierId};
use spoor_domain::register::command::RegisterCommand;
use spoor_domain::register::state::DossierRegister;
use spoor_domain::trajectory::event::DossierNumber;
use spoor_eventlog::{Append, CqrsStore, LogUrl, Metadata, NewEvent, clock};
use sqlite_es::SqliteEventRepository;

use crate::ledger::{LedgerRejection, context};
use crate::on_every_engine;
use crate::place::Place;

on_every_engine!(
    the_framework_of_cqrs_es_runs_on_the_log,
    an_event_of_an_earlier_version_is_loaded_in_the_shape_of_today;
    only_on_sql: the_plain_repositories_read_what_the_log_wrote,
);

/// An aggregate whose events have had other shapes: what the access log holds of one answer.
#[derive(Default, Serialize, Deserialize)]
struct Shown {
    cases: Vec<Option<DossierNumber>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct ShownEvent(AccessEvent);

impl cqrs_es::DomainEvent for ShownEvent {
    fn event_type(&self) -> String {
        self.0.event_type().to_owned()
    }
    fn event_version(&self) -> String {
        self.0.event_version().to_string()
    }
}

impl cqrs_es::Aggregate for Shown {
    const TYPE: &'static str = aggregate_type::ACCESS;
    type Command = ();
    type Event = ShownEvent;
    type Error = LedgerRejection;
    type Services = ();

    async fn handle(&mut self, (): (), (): &(), _sink: &EventSink<Self>) -> Result<(), LedgerRejection> {
        Ok(())
    }

    fn apply(&mut self, ShownEvent(event): ShownEvent) {
        let AccessEvent::DossiersShown { question, .. } = event else { panic!("{event:?}") };
        self.cases.push(question.case);
    }
}

fn take_number() -> RegisterCommand {
    RegisterCommand::TakeNumber { year: 2026, dossier: DossierId(clock::new_id()) }
}

async fn the_plain_repositories_read_what_the_log_wrote(place: Place) {
    let log = place.open().await;
    for _ in 0..3 {
        log.execute::<DossierRegister>("2026", &take_number(), &context()).await.unwrap();
    }
    let plain: EventStoreAggregateContext<DossierRegister> = match &place.url {
        LogUrl::Sqlite(path) => {
            let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
            let store = PersistedEventStore::new_event_store(SqliteEventRepository::new(pool));
            store.load_aggregate("2026").await.unwrap()
        }
        LogUrl::Kurrent(_) => panic!("only SQL engines have tables"),
        LogUrl::Postgres(url) => {
            let pool = sqlx::PgPool::connect(url).await.unwrap();
            let store = PersistedEventStore::new_event_store(PostgresEventRepository::new(pool));
            store.load_aggregate("2026").await.unwrap()
        }
    };
    let ours = log.load::<DossierRegister>("2026").await.unwrap();
    assert_eq!((plain.aggregate, plain.current_sequence as u64), (ours.state, ours.version));
}

async fn an_event_of_an_earlier_version_is_loaded_in_the_shape_of_today(place: Place) {
    let log = place.open().await;
    let store = CqrsStore::new(log.clone());
    let shown = |event_version, fields| NewEvent {
        event_type: "DossiersShown".into(),
        event_version,
        payload: json!({ "DossiersShown": fields }),
    };
    let append = |id: &str, events| Append {
        aggregate_type: aggregate_type::ACCESS.into(),
        aggregate_id: id.into(),
        expected_version: 0,
        events,
        metadata: Metadata::of_command(&context(), String::new()),
    };
    let question = json!({ "operation": null, "fields": [], "case": null });
    let events = vec![
        shown(1, json!({ "case": "LT-2026-0042", "dossiers": [] })),
        shown(2, json!({ "question": question, "dossiers": [], "checkpoints": {} })),
    ];
    log.append(append("answer", events)).await.unwrap();
    let loaded = EventStore::<Shown>::load_aggregate(&store, "answer").await.unwrap();
    assert_eq!(loaded.aggregate.cases, [Some(DossierNumber("LT-2026-0042".into())), None]);

    log.append(append("newer", vec![shown(3, json!({}))])).await.unwrap();
    let Err(refused) = EventStore::<Shown>::load_events(&store, "newer").await else { panic!("it was read") };
    assert!(refused.to_string().contains("upgrade this program"), "{refused}");
}

async fn the_framework_of_cqrs_es_runs_on_the_log(place: Place) {
    let log = place.open().await;
    let framework = CqrsFramework::<DossierRegister, _>::new(CqrsStore::new(log.clone()), vec![], ());
    let metadata = |context: &CommandContext| {
        let map = Metadata::of_command(context, String::new()).to_map();
        map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<HashMap<String, String>>()
    };
    for _ in 0..2 {
        let context = context();
        let asked = Addressed { command: take_number(), context: context.clone() };
        framework.execute_with_metadata("2026", asked, metadata(&context)).await.unwrap();
    }
    let records = log.read_stream("dossier_register", "2026").await.unwrap();
    assert_eq!(records.len(), 2);
    assert_eq!(records[1].decode().unwrap().metadata.actor.id.0, "tester");
    assert_eq!(log.load::<DossierRegister>("2026").await.unwrap().state.taken(), 2);

    let store = CqrsStore::new(log.clone());
    let (one, other) = (
        EventStore::<DossierRegister>::load_aggregate(&store, "2026").await.unwrap(),
        EventStore::<DossierRegister>::load_aggregate(&store, "2026").await.unwrap(),
    );
    let events = EventStore::<DossierRegister>::load_events(&store, "2026").await.unwrap();
    let event = vec![events[1].payload.clone()];
    EventStore::<DossierRegister>::commit(&store, event.clone(), one, metadata(&context())).await.unwrap();
    let late = EventStore::<DossierRegister>::commit(&store, event, other, metadata(&context())).await;
    assert!(matches!(late, Err(AggregateError::AggregateConflict)));
}
