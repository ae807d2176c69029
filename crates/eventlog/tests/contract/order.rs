//! Positions are dense and given in commit order, whoever writes: no reader that follows the log ever misses an event.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use spoor_eventlog::{EventLog, LogUrl, Position};
use spoor_notary::Frontier;
use spoor_testkit::TestDatabase;
use sqlx::{Connection, Executor, PgConnection};
use tokio::sync::watch;

use crate::ledger::append;
use crate::place::Place;

const WRITERS_PER_PROCESS: usize = 16;
const APPENDS_PER_STREAM: u64 = 5;
const STREAMS_PER_WRITER: u64 = 8;
/// How many streams a writer begins when the other process does not come in between.
const MOST_STREAMS_PER_WRITER: u64 = 200;
/// What each process of the race appends at least, and a mark that it has finished.
const LEAST_EVENTS: u64 = WRITERS_PER_PROCESS as u64 * STREAMS_PER_WRITER * APPENDS_PER_STREAM + 1;
/// With so many turns each process has a record between two of the other's.
const INTERLEAVED: u64 = 4;
/// How long a writer that has done its part waits for the other process before it begins another stream.
const GIVES_WAY: Duration = Duration::from_millis(50);
/// Who was given nothing for so long has lost something.
const PATIENCE: Duration = Duration::from_secs(240);
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
    let read = run(&log, "first").await;
    assert!(tokio::task::spawn_blocking(move || other.wait()).await.unwrap().unwrap().success());
    assert!(read >= 2 * LEAST_EVENTS, "{read} events");

    let mut frontier = Frontier::default();
    for record in log.read_after(Position::START, usize::MAX >> 1).await.unwrap() {
        frontier.push_line(record.line().as_bytes());
    }
    let head = log.head().await.unwrap();
    assert_eq!((head.index, head.root), (read, frontier.root()));
}

/// One process of the race: its writers, and a reader behind both. How many events there were in the end.
async fn run(log: &EventLog, process: &str) -> u64 {
    let (told, turns) = watch::channel(Turns::default());
    let mut reader = LogReader { log, wakeup: log.wakeup(), after: Position::START };
    let (read, ()) = tokio::join!(follow(&mut reader, &told), write(log, process, turns));
    assert_eq!(missed(&read), [0_u64; 0], "every event, as it was appended");
    let turns = told.borrow().count;
    assert!(turns >= INTERLEAVED, "with {turns} turns nobody raced");
    read.len() as u64
}

/// How often the record that was read was of another process than the one before.
#[derive(Default)]
struct Turns {
    last: String,
    count: u64,
}

impl Turns {
    fn saw(&mut self, stream: &str) {
        let (process, _) = stream.split_once('-').unwrap();
        if self.last != process {
            self.last = process.to_owned();
            self.count += 1;
        }
    }
}

/// What somebody who follows a log is given, page by page: the number of every record and its stream.
trait Reader {
    /// Waits for more.
    async fn page(&mut self) -> Vec<(u64, String)>;
}

struct LogReader<'a> {
    log: &'a EventLog,
    wakeup: watch::Receiver<Position>,
    after: Position,
}

impl Reader for LogReader<'_> {
    async fn page(&mut self) -> Vec<(u64, String)> {
        loop {
            let page = self.log.read_after(self.after, 50).await.unwrap();
            if let Some(last) = page.last() {
                self.after = last.position;
                return page.into_iter().map(|record| (record.index, record.aggregate_id)).collect();
            }
            let after = self.after;
            self.wakeup.wait_for(|position| *position > after).await.unwrap();
        }
    }
}

/// Reads behind the writers until both processes have finished; the numbers in the order in which they were given.
async fn follow(reader: &mut impl Reader, turns: &watch::Sender<Turns>) -> Vec<u64> {
    let (mut numbers, mut finished) = (Vec::new(), 0);
    while finished < 2 {
        let page = tokio::time::timeout(PATIENCE, reader.page()).await.expect("nothing came any more");
        for (number, stream) in page {
            numbers.push(number);
            finished += usize::from(stream.ends_with("-finished"));
            turns.send_modify(|turns| turns.saw(&stream));
        }
    }
    numbers
}

/// The numbers of a log without gaps that were not read. What was read was read in order, each once.
fn missed(read: &[u64]) -> Vec<u64> {
    assert!(read.is_sorted_by(|one, next| one < next), "in order, and nothing twice");
    let last = read.last().copied().unwrap_or_default();
    (1..=last).filter(|number| read.binary_search(number).is_err()).collect()
}

/// Appends what this process has to, and goes on until the other one came in between.
async fn write(log: &EventLog, process: &str, turns: watch::Receiver<Turns>) {
    join_all((0..WRITERS_PER_PROCESS).map(|writer| {
        let mut turns = turns.clone();
        async move {
            for stream in 0..MOST_STREAMS_PER_WRITER {
                // Nobody is far ahead: the first process starts when the second writes, and that one then waits for it.
                let there = match (process, stream) {
                    ("first", 0) => 1,
                    ("second", 1) => 2,
                    _ => 0,
                };
                turns.wait_for(|turns| turns.count >= there).await.unwrap();
                if stream >= STREAMS_PER_WRITER && turns.borrow().count >= INTERLEAVED {
                    break;
                }
                if stream >= STREAMS_PER_WRITER {
                    // Gives way: an engine's lock may come back to who let it go, again and again.
                    let seen = turns.borrow().count;
                    let _ = tokio::time::timeout(GIVES_WAY, turns.wait_for(|turns| turns.count > seen)).await;
                }
                for version in 0..APPENDS_PER_STREAM {
                    log.append(append(&format!("{process}-{writer}-{stream}"), version, &["One"])).await.unwrap();
                }
            }
        }
    }))
    .await;
    log.append(append(&format!("{process}-finished"), 0, &["One"])).await.unwrap();
}

/// This test program again, told to run only its part below.
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
    run(&log, "second").await;
    log.close().await;
}

fn url_text(url: &LogUrl) -> String {
    match url {
        LogUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        LogUrl::Postgres(url) => url.clone(),
        LogUrl::Kurrent(url) => url.to_string(),
    }
}

/// The negative control: a log whose positions come from an identity column, followed and judged as the race is, loses an
/// event when an earlier number commits later. It shows that the race would find what it looks for.
#[tokio::test]
async fn an_identity_column_would_lose_events() {
    let database = TestDatabase::fresh().await;
    let mut slow = PgConnection::connect(&database.url).await.unwrap();
    let mut quick = PgConnection::connect(&database.url).await.unwrap();
    let reading = PgConnection::connect(&database.url).await.unwrap();
    slow.execute("create table naive (position bigint generated always as identity, stream text)").await.unwrap();

    let (told, mut turns) = watch::channel(Turns::default());
    let mut reader = NaiveReader { connection: reading, after: 0 };
    let (read, ()) = tokio::join!(follow(&mut reader, &told), async {
        let mut late = slow.begin().await.unwrap();
        late.execute("insert into naive (stream) values ('first-0-0')").await.unwrap();
        quick.execute("insert into naive (stream) values ('second-0-0')").await.unwrap();
        turns.wait_for(|turns| turns.last == "second").await.unwrap();
        late.commit().await.unwrap();
        quick.execute("insert into naive (stream) values ('second-finished'), ('first-finished')").await.unwrap();
    });

    assert_eq!(read, [2, 3, 4]);
    assert_eq!(missed(&read), [1], "position 1 was committed and never seen");
    let stored: i64 = sqlx::query_scalar("select count(*) from naive").fetch_one(&mut quick).await.unwrap();
    assert_eq!(stored, 4);
}

struct NaiveReader {
    connection: PgConnection,
    after: i64,
}

impl Reader for NaiveReader {
    async fn page(&mut self) -> Vec<(u64, String)> {
        let select = "select position, stream from naive where position > $1 order by position";
        loop {
            let page: Vec<(i64, String)> =
                sqlx::query_as(select).bind(self.after).fetch_all(&mut self.connection).await.unwrap();
            if let Some((last, _)) = page.last() {
                self.after = *last;
                return page.into_iter().map(|(number, stream)| (number as u64, stream)).collect();
            }
            tokio::task::yield_now().await;
        }
    }
}
