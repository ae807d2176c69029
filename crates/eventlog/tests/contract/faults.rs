//! Faults: a database that drops its connections while commands are running loses and doubles nothing.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use spoor_eventlog::{EventLog, ExecuteError, Position};
use sqlx::Executor;

use crate::ledger::{Ledger, context, note, open};
use crate::place::Place;

const CLIENTS: usize = 16;
const COMMANDS_PER_CLIENT: u64 = 25;

#[tokio::test(flavor = "multi_thread")]
async fn connections_killed_under_load_lose_and_double_nothing() {
    let place = Place::postgres().await;
    let log = place.open().await;
    let done = AtomicBool::new(false);
    let clients = async {
        join_all((0..CLIENTS).map(|client| run(&log, format!("l{client}"), COMMANDS_PER_CLIENT))).await;
        done.store(true, Ordering::Relaxed);
    };
    let (kills, ()) = tokio::join!(kill_connections(&place, &done), clients);
    assert!(kills > 10, "only {kills} connections were killed");

    let events = CLIENTS as u64 * (1 + COMMANDS_PER_CLIENT);
    let records = log.read_after(Position::START, usize::MAX >> 1).await.unwrap();
    assert_eq!(records.iter().map(|record| record.index).collect::<Vec<_>>(), (1..=events).collect::<Vec<_>>());
    for client in 0..CLIENTS {
        let loaded = place.open().await.load::<Ledger>(&format!("l{client}")).await.unwrap();
        assert_eq!(loaded.state.notes, COMMANDS_PER_CLIENT);
    }
}

/// A client as clients should be: whatever goes wrong on the way, the same command id again.
pub async fn run(log: &EventLog, id: String, commands: u64) {
    persist(log, &id, open()).await;
    for n in 0..commands {
        persist(log, &id, note(&format!("note {n}"))).await;
    }
}

async fn persist(log: &EventLog, id: &str, command: crate::ledger::LedgerCommand) {
    let context = context();
    loop {
        match log.execute::<Ledger>(id, &command, &context).await {
            Ok(executed) => return assert_eq!(executed.events, 1),
            Err(ExecuteError::Log(_)) => tokio::task::yield_now().await,
            Err(other) => panic!("{other}"),
        }
    }
}

/// Kills every connection to the database but its own, again and again.
async fn kill_connections(place: &Place, done: &AtomicBool) -> u64 {
    let mut connection = place.connect().await;
    let mut killed = 0;
    let mut pause = tokio::time::interval(std::time::Duration::from_millis(30));
    while !done.load(Ordering::Relaxed) {
        pause.tick().await;
        let kill = "select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and pid <> pg_backend_pid()";
        killed += connection.fetch_all(kill).await.unwrap().len() as u64;
    }
    killed
}
