//! Positions are dense and given in commit order, whoever writes: no reader that follows the log ever misses an event.

use std::process::{Child, Command, Stdio};

use futures_util::future::join_all;
use spoor_eventlog::{EventLog, LogUrl, Position};
use spoor_notary::Frontier;
use spoor_testkit::TestDatabase;
use sqlx::{Connection, Executor, PgConnection};

use crate::ledger::append;
use crate::place::Place;

const WRITERS_PER_PROCESS: usize = 16;
const STREAMS_PER_WRITER: u64 = 8;
const APPENDS_PER_STREAM: u64 = 5;
const EVENTS: u64 = WRITERS_PER_PROCESS as u64 * STREAMS_PER_WRITER * APPENDS_PER_STREAM;
/// Tells the test program that it is the second process of the race, and where the race is.
const RACE: &str = "SPOOR_TEST_RACE";

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_writers_in_two_processes_leave_no_gap_and_no_reader_misses_one_on_postgres() {
    race(Place::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_writers_in_two_processes_leave_no_gap_and_no_reader_misses_one_on_sqlite() {
    race(Place::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_writers_in_two_processes_leave_no_gap_and_no_reader_misses_one_on_kurrent() {
    race(Place::kurrent().await).await;
}

async fn race(place: Place) {
    let log = place.open().await;
    let mut other = second_process(&place);
    let (read, ()) = tokio::join!(follow(&log, 2 * EVENTS), write(&log, "first"));
    assert!(tokio::task::spawn_blocking(move || other.wait()).await.unwrap().unwrap().success());
    assert_eq!(read, (1..=2 * EVENTS).collect::<Vec<_>>(), "every event once, in order, as it was appended");

    let mut frontier = Frontier::default();
    for record in log.read_after(Position::START, usize::MAX >> 1).await.unwrap() {
        frontier.push_line(record.line().as_bytes());
    }
    let head = log.head().await.unwrap();
    assert_eq!((head.index, head.root), (2 * EVENTS, frontier.root()));
}

/// Reads behind the writers until this many events are there.
async fn follow(log: &EventLog, until: u64) -> Vec<u64> {
    let (mut wakeup, mut after, mut read) = (log.wakeup(), Position::START, Vec::new());
    while (read.len() as u64) < until {
        let page = log.read_after(after, 50).await.unwrap();
        match page.last() {
            Some(last) => after = last.position,
            None => drop(wakeup.wait_for(|position| *position > after).await.unwrap()),
        }
        read.extend(page.iter().map(|record| record.index));
    }
    read
}

async fn write(log: &EventLog, process: &str) {
    join_all((0..WRITERS_PER_PROCESS).map(|writer| async move {
        for stream in 0..STREAMS_PER_WRITER {
            for version in 0..APPENDS_PER_STREAM {
                log.append(append(&format!("{process}-{writer}-{stream}"), version, &["One"])).await.unwrap();
            }
        }
    }))
    .await;
}

/// This test program again, told to run only the writers below.
fn second_process(place: &Place) -> Child {
    let program = std::env::current_exe().unwrap();
    let arguments = ["order::the_second_process_of_a_race_writes_its_part", "--exact", "--nocapture"];
    let race = format!("{} {}", url_text(&place.url), place.directory.path().display());
    Command::new(program).args(arguments).env(RACE, race).stdout(Stdio::null()).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_process_of_a_race_writes_its_part() {
    #[expect(clippy::disallowed_methods, reason = "how a test talks to its own second process")]
    let Ok(race) = std::env::var(RACE) else { return };
    let (url, directory) = race.split_once(' ').unwrap();
    let keys = spoor_eventlog::KeyStore::in_directory(directory.as_ref()).await.unwrap();
    let (clock, options) = (spoor_eventlog::Clock::System, spoor_eventlog::LogOptions::default());
    let log = EventLog::open(&url.parse().unwrap(), keys, clock, options).await.unwrap();
    write(&log, "second").await;
    log.close().await;
}

fn url_text(url: &LogUrl) -> String {
    match url {
        LogUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        LogUrl::Postgres(url) => url.clone(),
        LogUrl::Kurrent(url) => url.to_string(),
    }
}

/// The negative control: a log whose positions come from an identity column, read the same way, loses an event when an
/// earlier number commits later. It shows that what the race looks for can happen.
#[tokio::test]
async fn an_identity_column_would_lose_events() {
    let database = TestDatabase::fresh().await;
    let mut slow = PgConnection::connect(&database.url).await.unwrap();
    let mut quick = PgConnection::connect(&database.url).await.unwrap();
    slow.execute("create table naive (position bigint generated always as identity, writer text)").await.unwrap();

    let mut late = slow.begin().await.unwrap();
    late.execute("insert into naive (writer) values ('slow')").await.unwrap();
    quick.execute("insert into naive (writer) values ('quick')").await.unwrap();
    let mut read = read_naively(&mut quick, 0).await;
    late.commit().await.unwrap();
    let last = *read.last().unwrap();
    read.extend(read_naively(&mut quick, last).await);

    assert_eq!(read, [2], "position 1 was committed and never seen");
}

async fn read_naively(connection: &mut PgConnection, after: i64) -> Vec<i64> {
    let select = sqlx::query_scalar("select position from naive where position > $1 order by position");
    select.bind(after).fetch_all(connection).await.unwrap()
}
