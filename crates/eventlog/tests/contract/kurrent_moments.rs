//! The moments of a log in KurrentDB, where the clocks of processes are apart: never decreasing, and the same everywhere.

use std::ops::ControlFlow;

use chrono::{DateTime, TimeDelta, Utc};
use spoor_eventlog::{Append, Clock, EventLog, LogOptions, Position, copy};

use crate::ledger::append;
use crate::place::Place;

/// What the clocks say when the events are taken, in seconds; the record's moment is the latest so far.
const CLOCKS: [i64; 8] = [1, 2, 5, 3, 9, 9, 4, 9];
const MOMENTS: [i64; 8] = [1, 2, 5, 5, 9, 9, 9, 9];

fn second(n: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(n)
}

/// A log whose events were taken by these clocks, and the appends.
async fn written_by_clocks(place: &Place) -> (EventLog, Vec<Append>) {
    let clock = Clock::fixed(second(0));
    let Clock::Fixed(hand) = &clock else { panic!("made as fixed") };
    let log = place.open_at(clock.clone()).await;
    let mut appends = Vec::new();
    for (n, at) in CLOCKS.into_iter().enumerate() {
        hand.set(second(at));
        let asked = append(&format!("s{}", n % 3), n as u64 / 3, &["One"]);
        assert_eq!(log.append(asked.clone()).await.unwrap().recorded_at, second(MOMENTS[n]), "event {n}");
        appends.push(asked);
    }
    (log, appends)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_of_the_latest_moment_up_to_it_for_everybody() {
    let place = Place::kurrent_in_memory().await;
    let (log, appends) = written_by_clocks(&place).await;
    let other = place.open().await;
    log.close().await;
    let later = place.open().await;
    for log in [&log, &other, &later] {
        let records = log.read_after(Position::START, 100).await.unwrap();
        assert_eq!(records.iter().map(|record| record.recorded_at).collect::<Vec<_>>(), MOMENTS.map(second));
        let mut streams = Vec::new();
        for id in ["s0", "s1", "s2"] {
            streams.extend(log.read_stream("thing", id).await.unwrap());
        }
        streams.sort_by_key(|record| record.index);
        assert_eq!(streams, records);
        log.check_tree(&std::collections::BTreeMap::new()).await.unwrap();
    }
    for (asked, at) in appends.into_iter().zip(MOMENTS) {
        let repeated = later.append(asked).await.unwrap();
        assert_eq!((repeated.repeated || repeated.index > 0, repeated.recorded_at), (true, second(at)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_at_a_moment_is_the_same_after_a_copy() {
    let place = Place::kurrent_in_memory().await;
    let (log, _) = written_by_clocks(&place).await;
    for target in [Place::sqlite().await, Place::postgres().await, Place::kurrent_in_memory().await] {
        let copied = copy(&place.url, &target.url, |_| ControlFlow::Continue(())).await.unwrap();
        let there =
            EventLog::open(&target.url, place.keys().await, Clock::System, LogOptions::default()).await.unwrap();
        let (here_head, head) = (log.head().await.unwrap(), there.head().await.unwrap());
        assert_eq!((copied.root, head.recorded_at), (here_head.root, second(9)));
        for at in 0..11 {
            let known = MOMENTS.iter().filter(|moment| **moment <= at).count() as u64;
            let found = [log.index_at(second(at)).await.unwrap(), there.index_at(second(at)).await.unwrap()];
            assert_eq!(found, [known, known], "at {at}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_id_of_two_streams_has_two_results_after_a_copy_as_well() {
    let place = Place::kurrent_in_memory().await;
    let log = place.open().await;
    let (one, mut other) = (append("a", 0, &["One", "Two"]), append("b", 0, &["Other"]));
    other.metadata.command_id = one.metadata.command_id;
    let first = [log.append(one.clone()).await.unwrap(), log.append(other.clone()).await.unwrap()];
    let mut third = append("c", 0, &["Third"]);
    third.metadata.command_id = one.metadata.command_id;
    third.metadata.command_digest = "another".into();
    for target in [Place::sqlite().await, Place::postgres().await] {
        copy(&place.url, &target.url, |_| ControlFlow::Continue(())).await.unwrap();
        let there = target.open().await;
        for (asked, first) in [&one, &other].into_iter().zip(&first) {
            let again = there.append(asked.clone()).await.unwrap();
            assert_eq!((&again.aggregate_id, again.version), (&first.aggregate_id, first.version));
            assert_eq!((again.index, again.events), (first.index, first.events));
            let found =
                there.find_command("thing", &first.aggregate_id, one.metadata.command_id).await.unwrap().unwrap();
            assert_eq!((found.version, found.events), (first.version, first.events));
        }
        assert!(there.append(third.clone()).await.is_err(), "in the rest of the log it is used");
        assert_eq!(there.head().await.unwrap().index, 3);
    }
}
