//! Reading: streams, the whole log in order, the head, being woken up, and the proof that goes with it.

use std::time::Duration;

use spoor_eventlog::{Clock, EventLog, KeyStore, LogError, LogOptions, LogUrl, Position, TreeError};
use spoor_notary::Frontier;

use crate::ledger::append;
use crate::on_every_engine;
use crate::place::{Alteration, Place};

on_every_engine!(
    the_log_is_read_in_order_page_by_page,
    the_root_of_the_head_is_that_of_the_lines_read_back,
    an_empty_log_has_an_empty_head,
    readers_are_woken_by_appends_here_and_elsewhere,
    two_logs_side_by_side_do_not_mix,
    migrating_twice_changes_nothing,
    a_moment_stands_for_the_last_event_recorded_by_then,
    a_stream_is_read_as_far_as_it_was_recorded_at_an_index;
    past_the_log: no_moment_is_found_by_a_record_that_was_altered_nor_while_one_is_known_to_be;
    only_on_sql: a_moment_is_found_whatever_the_head_says_of_the_time
);

async fn the_log_is_read_in_order_page_by_page(place: Place) {
    let log = place.open().await;
    for n in 0..7 {
        log.append(append(&format!("s{n}"), 0, &["One", "Two"])).await.unwrap();
    }
    let (mut after, mut read) = (Position::START, Vec::new());
    loop {
        let page = log.read_after(after, 5).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.position;
        assert!(page.len() <= 5);
        read.extend(page);
    }
    let indexes: Vec<u64> = read.iter().map(|record| record.index).collect();
    assert_eq!(indexes, (1..=14).collect::<Vec<_>>());
    for record in &read {
        assert_eq!(log.position_of(record.index).await.unwrap(), record.position);
    }
    assert!(read.is_sorted_by_key(|record| record.position));
    assert!(read.is_sorted_by_key(|record| record.recorded_at));
}

async fn the_root_of_the_head_is_that_of_the_lines_read_back(place: Place) {
    let log = place.open().await;
    for n in 0..5 {
        log.append(append(&format!("s{n}"), 0, &["One", "Two", "Three"])).await.unwrap();
    }
    let mut frontier = Frontier::default();
    for record in log.read_after(Position::START, 100).await.unwrap() {
        frontier.push_line(record.line().as_bytes());
    }
    let head = log.head().await.unwrap();
    assert_eq!((head.index, head.root), (15, frontier.root()));
    // A restarted writer goes on from the stored frontier.
    let log = place.open().await;
    log.append(append("more", 0, &["One"])).await.unwrap();
    frontier.push_line(log.read_stream("thing", "more").await.unwrap()[0].line().as_bytes());
    assert_eq!(log.head().await.unwrap().root, frontier.root());
}

async fn an_empty_log_has_an_empty_head(place: Place) {
    let head = place.open().await.head().await.unwrap();
    assert_eq!((head.position, head.index), (Position::START, 0));
    assert_eq!(head.root, spoor_notary::empty_root());
}

async fn readers_are_woken_by_appends_here_and_elsewhere(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let appended = here.append(append("a", 0, &["One"])).await.unwrap();
    for mut wakeup in [here.wakeup(), there.wakeup()] {
        let woken = wakeup.wait_for(|position| *position >= appended.position);
        tokio::time::timeout(Duration::from_secs(10), woken).await.unwrap().unwrap();
    }
}

async fn two_logs_side_by_side_do_not_mix(place: Place) {
    let other = match &place.url {
        LogUrl::Sqlite(path) => LogUrl::Sqlite(path.with_file_name("access.sqlite")),
        LogUrl::Postgres(url) => LogUrl::Postgres(format!("{url}?schema=access")),
        LogUrl::Kurrent(url) => LogUrl::Kurrent(url.with_prefix(&format!("{}_access", url.prefix())).unwrap()),
    };
    EventLog::migrate(&other).await.unwrap();
    let keys = KeyStore::in_directory(place.directory.path()).await.unwrap();
    let access = EventLog::open(&other, keys, Clock::System, LogOptions::default()).await.unwrap();
    let log = place.open().await;
    log.append(append("a", 0, &["One"])).await.unwrap();
    access.append(append("a", 0, &["Read", "Read"])).await.unwrap();
    assert_eq!((log.head().await.unwrap().index, access.head().await.unwrap().index), (1, 2));
}

async fn a_moment_stands_for_the_last_event_recorded_by_then(place: Place) {
    let log = place.open().await;
    let tick = chrono::TimeDelta::microseconds(1);
    assert_eq!(log.index_at(Clock::System.now()).await.unwrap(), 0, "an empty log");
    // Events of one command share their moment, so that there are equal times to tell apart.
    for n in 0..9 {
        log.append(append(&format!("s{n}"), 0, &["One", "Two", "Three"])).await.unwrap();
    }
    let records = log.read_after(Position::START, 100).await.unwrap();
    let last_by = |moment| records.iter().rfind(|record| record.recorded_at <= moment).map_or(0, |record| record.index);
    for record in &records {
        for moment in [record.recorded_at - tick, record.recorded_at, record.recorded_at + tick] {
            assert_eq!(log.index_at(moment).await.unwrap(), last_by(moment), "{moment}");
        }
    }
    let (first, last) = (records.first().unwrap().recorded_at, records.last().unwrap().recorded_at);
    assert_eq!(log.index_at(first - tick).await.unwrap(), 0, "before the first");
    assert_eq!(log.index_at(last + chrono::TimeDelta::days(1)).await.unwrap(), 27, "after the last");
}

async fn no_moment_is_found_by_a_record_that_was_altered_nor_while_one_is_known_to_be(place: Place) {
    const FOUR_YEARS: i64 = 4 * 365 * 86_400_000_000;
    let log = place.open().await;
    for n in 0..9 {
        log.append(append(&format!("s{n}"), 0, &["One", "Two", "Three"])).await.unwrap();
    }
    let tree = log.tile().await.unwrap();
    let records = log.read_after(Position::START, 100).await.unwrap();
    let moment = records[20].recorded_at;
    let found = log.index_at(moment).await.unwrap();
    assert!((21..27).contains(&found), "{found}");

    // The first after the last that is looked at: by what it says now, everything behind it is later.
    place.alter_record(13, Alteration::RecordedAt(FOUR_YEARS)).await;
    let refused = log.index_at(moment).await;
    assert!(matches!(refused, Err(TreeError::RecordDiffers { index: 13 })), "{refused:?}");
    place.alter_record(13, Alteration::RecordedAt(-FOUR_YEARS)).await;

    place.alter_record(2, Alteration::RecordedAt(FOUR_YEARS)).await;
    assert_eq!(log.index_at(moment).await.unwrap(), found, "that one was not looked at");
    log.reread(&tree, Duration::ZERO).await.unwrap();
    let refused = log.index_at(moment).await;
    assert!(matches!(refused, Err(TreeError::RecordDiffers { index: 2 })), "{refused:?}");
    place.alter_record(2, Alteration::RecordedAt(-FOUR_YEARS)).await;
    log.reread(&tree, Duration::ZERO).await.unwrap();
    assert_eq!(log.index_at(moment).await.unwrap(), found, "read again and right");
}

async fn a_moment_is_found_whatever_the_head_says_of_the_time(place: Place) {
    let log = place.open().await;
    log.append(append("a", 0, &["One"])).await.unwrap();
    let recorded_at = log.head().await.unwrap().recorded_at;
    place.sql("update log_head set recorded_at = 0").await.unwrap();
    assert_eq!(log.index_at(recorded_at - chrono::TimeDelta::days(365)).await.unwrap(), 0, "before the first");
    place.sql("update log_head set recorded_at = 4000000000000000").await.unwrap();
    assert_eq!(log.index_at(recorded_at).await.unwrap(), 1);
}

async fn a_stream_is_read_as_far_as_it_was_recorded_at_an_index(place: Place) {
    let log = place.open().await;
    for version in 0..4 {
        log.append(append("one", version, &["One"])).await.unwrap();
        log.append(append("two", version, &["One"])).await.unwrap();
    }
    let whole = log.read_stream("thing", "two").await.unwrap();
    for index in 0..=8 {
        let until = log.read_stream_until("thing", "two", index).await.unwrap();
        assert_eq!(until, whole[..index as usize / 2], "at {index}");
    }
}

async fn migrating_twice_changes_nothing(place: Place) {
    let log = place.open().await;
    log.append(append("a", 0, &["One"])).await.unwrap();
    EventLog::migrate(&place.url).await.unwrap();
    assert_eq!(place.open().await.head().await.unwrap(), log.head().await.unwrap());
}

#[tokio::test]
async fn a_log_that_was_not_made_says_to_migrate() {
    let directory = tempfile::tempdir().unwrap();
    let empty = spoor_testkit::TestDatabase::fresh().await.url;
    let server = spoor_testserver::TestServer::start().await;
    let nowhere = server.url().parse().unwrap();
    for url in [LogUrl::Sqlite(directory.path().join("none.sqlite")), LogUrl::Postgres(empty), nowhere] {
        let keys = KeyStore::in_directory(directory.path()).await.unwrap();
        let refused = EventLog::open(&url, keys, Clock::System, LogOptions::default()).await.err().unwrap();
        assert!(matches!(refused, LogError::NotMigrated { .. }) && refused.to_string().contains("spoor migrate"));
    }
}
