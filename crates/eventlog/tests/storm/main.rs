//! A storm over KurrentDB's protocol: a thousand commands from two processes while everything goes wrong that the test
//! server can do. At the end nothing is lost, nothing is doubled, and every reader saw one order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[allow(dead_code, reason = "the contract uses all of it")]
#[path = "../contract/ledger.rs"]
mod ledger;
mod naive;
mod witness;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use spoor_eventlog::{Clock, EventLog, ExecuteError, Executed, KeyStore, LogOptions, LogUrl, clock};
use spoor_testserver::{Fault, Faults, TestServer};
use tokio::sync::watch;
use uuid::Uuid;

use ledger::{Ledger, LedgerCommand, context, open};
use witness::{doubled, recomputed, seen_by_a_reader};

const CLIENTS: u64 = 8;
const COMMANDS_PER_CLIENT: u64 = 125;
const STREAMS: u64 = 5;
/// What goes wrong with so many of a thousand appends, or readings, or answers, or what a subscription gives.
pub(crate) const STORM: [(Fault, u64); 10] = [
    (Fault::LostRequest, 25),
    (Fault::LostReply, 35),
    (Fault::NotLeader, 10),
    (Fault::Slow, 30),
    (Fault::Silence, 1),
    (Fault::LostReading, 1),
    (Fault::TwiceDelivered, 50),
    (Fault::EarlyCheckpoint, 50),
    (Fault::SubscriptionCut, 10),
    (Fault::SubscriptionEnded, 10),
];

/// What a client was told in the end.
struct Told {
    command_id: Uuid,
    times: u64,
    executed: Executed,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_commands_in_a_storm_are_each_carried_out_once() {
    let seed = seed();
    let server = TestServer::start_cluster(2).await;
    let faults = server.faults();
    let url: LogUrl = server.url().parse().unwrap();
    EventLog::migrate(&url).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let keys = KeyStore::in_directory(directory.path()).await.unwrap();
    let process = || EventLog::open(&url, keys.clone(), Clock::System, LogOptions::default());
    let (one, other, reading) = (process().await.unwrap(), process().await.unwrap(), process().await.unwrap());
    for stream in 0..STREAMS {
        one.execute::<Ledger>(&name(stream), &open(), &context()).await.unwrap();
    }

    brew(&faults, seed);
    let done = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn(seen_by_a_reader(reading.clone(), done.clone()));
    let trouble = tokio::spawn(elections_and_failures(server, done.clone()));
    let clients = (0..CLIENTS).map(|client| {
        let log = if client % 2 == 0 { one.clone() } else { other.clone() };
        tokio::spawn(client_of(log, client))
    });
    let told: Vec<Told> = join_all(clients).await.into_iter().flat_map(Result::unwrap).collect();
    faults.none();
    done.store(true, Ordering::SeqCst);
    let server = trouble.await.unwrap();
    let seen = reader.await.unwrap();
    println!("{}", counted(&faults));

    let fresh = process().await.unwrap();
    let records = seen_by_a_reader(fresh.clone(), Arc::new(AtomicBool::new(true))).await;
    let events = STREAMS + told.iter().map(|told| told.times).sum::<u64>();
    assert_eq!(records.iter().map(|record| record.index).collect::<Vec<_>>(), (1..=events).collect::<Vec<_>>());
    assert_eq!(seen, records, "a reader that was there all the time saw the same, in the same order, once");

    let mut by_command: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for record in &records {
        by_command.entry(witness::command_id(record)).or_default().push(record);
    }
    for Told { command_id, times, executed } in &told {
        let stored = by_command.remove(&command_id.to_string()).unwrap_or_default();
        assert_eq!(stored.len() as u64, *times, "the events of {command_id}");
        let last = stored.last().unwrap();
        assert_eq!(
            (Some(last.index), last.sequence),
            (executed.index, executed.version),
            "what was told of {command_id}"
        );
        assert_eq!(Some(last.position), executed.position);
    }
    assert_eq!(by_command.len() as u64, STREAMS, "nothing is stored that nobody asked for");

    for log in [&one, &other, &reading, &fresh] {
        let head = log.head().await.unwrap();
        assert_eq!((head.index, head.root), (events, recomputed(&records)), "the head and its root");
    }
    for stream in 0..STREAMS {
        let notes = records.iter().filter(|record| record.aggregate_id == name(stream)).count() as u64 - 1;
        assert_eq!(fresh.load::<Ledger>(&name(stream)).await.unwrap().state.notes, notes);
    }
    for (fault, _) in STORM {
        assert!(faults.counted(fault) > 0, "{fault:?} never happened");
    }
    drop(server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_look_what_became_of_an_append_doubles_events_in_the_same_storm() {
    let seed = seed();
    let server = TestServer::start().await;
    brew(&server.faults(), seed);
    let stored = naive::append_until_told(&server, 200).await;
    println!("{}", counted(&server.faults()));
    assert!(!doubled(stored).is_empty(), "the storm is too weak to find what this suite looks for");
}

/// A client as clients should be: whatever goes wrong on the way, the same command id again.
async fn client_of(log: EventLog, client: u64) -> Vec<Told> {
    let mut told = Vec::new();
    for n in 0..COMMANDS_PER_CLIENT {
        let (stream, times) = (name((client + n) % STREAMS), 1 + (n % 4) / 3 * 2);
        let command = LedgerCommand::Note { text: "what was said".into(), times };
        let context = context();
        let executed = insist(&log, &stream, &command, &context).await;
        told.push(Told { command_id: context.command_id, times, executed });
    }
    told
}

async fn insist(
    log: &EventLog,
    stream: &str,
    command: &LedgerCommand,
    context: &spoor_domain::kernel::CommandContext,
) -> Executed {
    let began = Instant::now();
    loop {
        match log.execute::<Ledger>(stream, command, context).await {
            Ok(executed) => return executed,
            Err(ExecuteError::Log(error)) => {
                assert!(began.elapsed() < Duration::from_secs(120), "it never gets through: {error}");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            Err(other) => panic!("{other}"),
        }
    }
}

/// Lets the nodes take turns in leading, and the one that does not lead fail now and then.
async fn elections_and_failures(mut server: TestServer, done: Arc<AtomicBool>) -> TestServer {
    let (mut turn, mut grown) = (0, server.grown());
    while !done.load(Ordering::SeqCst) {
        more(&mut grown, 30).await;
        let (leader, other) = (turn % 2, (turn + 1) % 2);
        server.elect(other);
        if turn % 3 == 0 {
            more(&mut grown, 3).await;
            server.stop_node(leader);
            server.start_node(leader).await;
        }
        turn += 1;
    }
    server
}

/// Waits until so many more events are stored; not for long, for at the end there are none.
async fn more(grown: &mut watch::Receiver<usize>, events: usize) {
    let there = *grown.borrow() + events;
    let _ = tokio::time::timeout(Duration::from_secs(1), grown.wait_for(|events| *events >= there)).await;
}

fn name(stream: u64) -> String {
    format!("l{stream}")
}

/// Everything happens once at least, and otherwise by lot.
fn brew(faults: &Faults, seed: u64) {
    STORM.iter().for_each(|(fault, _)| faults.once(*fault));
    faults.by_lot(seed, &STORM);
}

/// Another storm every time; the seed is printed, so that a failure tells which it was.
fn seed() -> u64 {
    let seed = clock::new_id().as_u64_pair().1;
    println!("seed {seed}");
    seed
}

fn counted(faults: &Faults) -> String {
    let counts: Vec<String> = STORM.iter().map(|(fault, _)| format!("{fault:?} {}", faults.counted(*fault))).collect();
    counts.join(", ")
}
