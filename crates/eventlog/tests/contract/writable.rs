//! Whether events can be stored: what the last attempt said or, when it failed, a small write that nobody waits for long.

use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use spoor_eventlog::{EventLog, LogError, LogUrl};
use sqlx::Executor;

use crate::ledger::append;
use crate::place::Place;

/// Less than SQLite waits for a file that somebody else holds, and much more than anybody here should.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_somebody_else_holds_is_waited_for_by_one_at_a_time_and_not_for_long() {
    let place = Place::sqlite().await;
    let log = failed_once(&place).await;
    let LogUrl::Sqlite(path) = &place.url else { panic!("on SQLite") };
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("begin immediate").unwrap();

    let mut first = pin!(log.writable());
    assert!(first.as_mut().now_or_never().is_none(), "the first who asks tries");
    for _ in 0..16 {
        assert!(matches!(log.writable().now_or_never(), Some(Err(LogError::WriteHangs))), "the others do not");
    }
    let told = tokio::time::timeout(PATIENCE, first).await.expect("an answer while the file is held");
    assert!(matches!(told, Err(LogError::WriteHangs)), "{told:?}");
    // What it tried is still under way, so there is no second one beside it.
    assert!(matches!(log.writable().now_or_never(), Some(Err(LogError::WriteHangs))));

    other.execute_batch("rollback").unwrap();
    writable_again(&log).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_somebody_else_holds_is_not_waited_for_at_the_server() {
    let place = Place::postgres().await;
    let log = failed_once(&place).await;
    let mut other = place.connect().await;
    other.execute("begin").await.unwrap();
    other.execute("select 1 from log_head where id = 1 for update").await.unwrap();
    assert!(log.writable().await.is_err());
    let waiting = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let nobody_waits = async {
        while !other.fetch_all(waiting).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, nobody_waits).await.expect("the server gives up too, while the row is held");

    other.execute("rollback").await.unwrap();
    writable_again(&log).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_was_given_up_counts_as_one_that_failed() {
    let place = Place::sqlite().await;
    let log = place.open().await;
    let LogUrl::Sqlite(path) = &place.url else { panic!("on SQLite") };
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("begin immediate").unwrap();
    give_up(&log).await;
    assert!(matches!(log.writable().await, Err(LogError::WriteHangs)));
    other.execute_batch("rollback").unwrap();
    writable_again(&log).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_write_that_failed_counts_as_one_that_failed() {
    let place = Place::sqlite().await;
    let log = place.open().await;
    let LogUrl::Sqlite(path) = &place.url else { panic!("on SQLite") };
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("begin immediate").unwrap();
    log.writable().await.expect("nobody has tried to write");
    log.try_writing().await.expect_err("somebody holds the file");
    log.writable().await.expect_err("it is tried again");
    other.execute_batch("rollback").unwrap();
    writable_again(&log).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_which_nothing_is_stored_for_now_cannot_be_written_to_whatever_the_last_attempt_said() {
    let place = Place::sqlite().await;
    let log = place.open().await;
    log.hold(true);
    assert!(matches!(log.writable().await, Err(LogError::NotAsSigned)));
    assert!(matches!(log.try_writing().await, Err(LogError::NotAsSigned)));
    log.hold(false);
    log.try_writing().await.unwrap();
    log.writable().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_somebody_else_holds_is_found_out_when_a_write_was_given_up() {
    let place = Place::postgres().await;
    let log = place.open().await;
    let mut other = place.connect().await;
    other.execute("begin").await.unwrap();
    other.execute("lock table events in access exclusive mode").await.unwrap();
    log.writable().await.expect("nobody has tried to write");
    give_up(&log).await;
    log.writable().await.unwrap_err();
    other.execute("rollback").await.unwrap();
    writable_again(&log).await;
}

/// Appends, and leaves after longer than a log may be silent.
async fn give_up(log: &EventLog) {
    let silence = Duration::from_secs(2);
    let given_up = tokio::time::timeout(silence, log.append(append("given up", 0, &["One"]))).await;
    given_up.expect_err("nothing can be stored while somebody holds it");
}

async fn writable_again(log: &EventLog) {
    let writable = async {
        while log.writable().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, writable).await.expect("it can be written to again");
}

/// An open log to which the last write failed.
async fn failed_once(place: &Place) -> EventLog {
    let log = place.open().await;
    log.writable().await.unwrap();
    place.sql("alter table events rename to gone").await.unwrap();
    log.append(append("a", 0, &["One"])).await.unwrap_err();
    place.sql("alter table gone rename to events").await.unwrap();
    log
}
