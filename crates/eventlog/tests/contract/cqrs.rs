//! cqrs-es: its plain stores read our tables, and its framework runs on our log.

use std::collections::HashMap;

use cqrs_es::persist::{EventStoreAggregateContext, PersistedEventStore};
use cqrs_es::{AggregateError, CqrsFramework, EventStore};
use postgres_es::PostgresEventRepository;
use spoor_domain::kernel::{Addressed, CommandContext, DossierId};
use spoor_domain::register::command::RegisterCommand;
use spoor_domain::register::state::DossierRegister;
use spoor_eventlog::{CqrsStore, LogUrl, Metadata, clock};
use sqlite_es::SqliteEventRepository;

use crate::ledger::context;
use crate::on_every_engine;
use crate::place::Place;

on_every_engine!(the_framework_of_cqrs_es_runs_on_the_log;
    only_on_sql: the_plain_repositories_read_what_the_log_wrote,
);

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
