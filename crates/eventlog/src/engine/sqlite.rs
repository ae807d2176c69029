//! The log in a SQLite file: tables, reading, opening. Writing is next door.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row, params};
use spoor_notary::Frontier;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use uuid::Uuid;

use super::sqlite_file::create_owner_only;
use super::{Running, StreamEvent, database, signed, sqlite_writer, unsigned};
use crate::batch::{CommandEvent, LogHead, StoredCommand, here_or_anywhere, moment, taken_together};
use crate::error::LogError;
use crate::{Clock, LogOptions, Position, Record};

/// Every migration, in order; the file's `user_version` says how many it has had.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/sqlite/0001_log.sql"),
    include_str!("../../migrations/sqlite/0002_proof.sql"),
    include_str!("../../migrations/sqlite/0003_keys.sql"),
];

const STREAM: &str = "select sequence, event_type, event_version, payload, position from events
    where aggregate_type = ?1 and aggregate_id = ?2 and sequence >= ?3 order by sequence";
const READ_STREAM: &str =
    "select position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata
    from events where aggregate_type = ?1 and aggregate_id = ?2 and position <= ?3 order by sequence";
const RECORDED_AT: &str = "select recorded_at from events where position = ?1";
/// What stands beyond the head was never committed, and nobody is to follow it.
const READ_AFTER: &str =
    "select position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata
    from events where position > ?1 and position <= (select position from log_head where id = 1) order by position limit ?2";
/// The types come as a JSON array. The unary plus keeps the planner on the index of positions.
const READ_OF_TYPES: &str =
    "select position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata
    from events where position > ?1 and position <= ?2 and +event_type in (select value from json_each(?3)) order by position";
const HEAD: &str = "select position, recorded_at, frontier from log_head where id = 1";
/// The events of a command are consecutive in one stream; the last of them tells all. A log that came from KurrentDB may have
/// one id in several streams.
const FIND_COMMANDS: &str =
    "select aggregate_type, aggregate_id, json_extract(metadata, '$.command_digest'), json_extract(metadata, '$.event_id'),
            json_extract(metadata, '$.command_id'), sequence, position, recorded_at
       from events where command_id = ?1 order by position desc";

/// An open log file: readers share a few connections, the writer has its own thread.
pub(crate) struct SqliteLog {
    readers: Vec<Mutex<Connection>>,
    next: AtomicUsize,
    /// For what is written beside the appends: tiles and checkpoints.
    pub(super) upkeep: Mutex<Connection>,
    /// For the cqrs-es adapter, which reads through sqlite-es. Connects on first use.
    pool: SqlitePool,
}

/// Makes the file and its tables, or brings them up to date.
pub(crate) fn migrate(path: &Path) -> Result<(), LogError> {
    create_owner_only(path).map_err(database)?;
    let mut connection = connect(path)?;
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(database)?;
    let done = version(&transaction)?;
    for sql in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(sql).map_err(database)?;
    }
    if done < MIGRATIONS.len() {
        transaction.pragma_update(None, "user_version", MIGRATIONS.len()).map_err(database)?;
    }
    transaction.commit().map_err(database)
}

impl SqliteLog {
    /// Opens a migrated file and starts its writer.
    pub fn open(path: &Path, clock: Clock, options: &LogOptions) -> Result<(Self, Running), LogError> {
        let not_migrated = |reason: String| LogError::NotMigrated { url: format!("sqlite:{}", path.display()), reason };
        if !path.exists() {
            return Err(not_migrated("there is no such file".into()));
        }
        crate::keys::require_owner_only(path)?;
        let writer = connect(path)?;
        let found = version(&writer)?;
        if found != MIGRATIONS.len() {
            return Err(not_migrated(format!("its tables have version {found}, not {}", MIGRATIONS.len())));
        }
        let readers = (0..options.readers.max(1)).map(|_| reader(path).map(Mutex::new)).collect::<Result<_, _>>()?;
        let for_polling = reader(path)?;
        let upkeep = Mutex::new(connect(path)?);
        let head = read_head(&writer)?;
        let pool_options = SqliteConnectOptions::new().filename(path).journal_mode(SqliteJournalMode::Wal);
        let pool = SqlitePoolOptions::new()
            .test_before_acquire(false)
            .max_connections(options.readers.max(1))
            .connect_lazy_with(pool_options.read_only(true));
        let running = sqlite_writer::start(writer, for_polling, head, clock, options.max_batch)?;
        Ok((Self { readers, next: AtomicUsize::new(0), upkeep, pool }, running))
    }

    /// The events of one stream from a sequence on. A handful of pages, nearly always in memory: read where it is asked,
    /// because handing it to another thread costs more than the read.
    pub fn stream(&self, kind: &str, id: &str, from: u64) -> Result<Vec<StreamEvent>, LogError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(STREAM).map_err(database)?;
        let mut rows = statement.query(params![kind, id, signed(from)]).map_err(database)?;
        let mut events = Vec::new();
        while let Some(row) = rows.next().map_err(database)? {
            let index = unsigned(row.get(4).map_err(database)?)?;
            events.push(stream_event(row, index).map_err(|error| error.of_record(index))?);
        }
        Ok(events)
    }

    pub async fn read_stream(self: &Arc<Self>, kind: &str, id: &str, until: u64) -> Result<Vec<Record>, LogError> {
        let (kind, id, until) = (kind.to_owned(), id.to_owned(), signed(until));
        self.blocking(move |reader| records(reader, READ_STREAM, params![kind, id, until])).await
    }

    /// When the event with this index was recorded, in microseconds since 1970.
    pub fn recorded_at(&self, index: u64) -> Result<Option<i64>, LogError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(RECORDED_AT).map_err(database)?;
        statement.query_row([signed(index)], |row| row.get(0)).optional().map_err(database)
    }

    pub async fn read_after(self: &Arc<Self>, after: Position, limit: usize) -> Result<Vec<Record>, LogError> {
        let (after, limit) = (signed(after.commit), signed(limit as u64));
        self.blocking(move |reader| records(reader, READ_AFTER, params![after, limit])).await
    }

    pub async fn read_of_types(
        self: &Arc<Self>,
        types: &[&str],
        after: Position,
        until: Position,
    ) -> Result<Vec<Record>, LogError> {
        let (after, until, types) = (signed(after.commit), signed(until.commit), serde_json::to_string(types)?);
        self.blocking(move |reader| records(reader, READ_OF_TYPES, params![after, until, types])).await
    }

    /// The head, read on a thread of its own: readiness asks for it with a bound, and a disk that hangs holds up nothing else.
    pub async fn head(self: &Arc<Self>) -> Result<LogHead, LogError> {
        self.blocking(read_head).await
    }

    pub fn find_command(&self, kind: &str, id: &str, command_id: Uuid) -> Result<Option<StoredCommand>, LogError> {
        Ok(here_or_anywhere(&find_commands(&self.reader(), command_id)?, (kind, id)).cloned())
    }

    /// The pool that sqlite-es reads through.
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// A free connection, or the next in turn when all are busy.
    pub(super) fn reader(&self) -> MutexGuard<'_, Connection> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.readers.len();
        let free = self.readers.iter().find_map(|reader| reader.try_lock().ok());
        free.unwrap_or_else(|| self.readers[turn].lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) async fn blocking<T, F>(self: &Arc<Self>, work: F) -> Result<T, LogError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, LogError> + Send + 'static,
    {
        let log = self.clone();
        tokio::task::spawn_blocking(move || work(&log.reader())).await.map_err(database)?
    }
}

/// The head row.
pub(super) fn read_head(connection: &Connection) -> Result<LogHead, LogError> {
    let mut statement = connection.prepare_cached(HEAD).map_err(database)?;
    let (position, recorded_at, frontier): (i64, i64, Vec<u8>) =
        statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).map_err(database)?;
    let index = unsigned(position)?;
    let frontier =
        Frontier::from_bytes(index, &frontier).map_err(|source| LogError::HeadAltered { size: index, source })?;
    Ok(LogHead { index, recorded_at, frontier })
}

/// What the command with this id did, stream by stream.
pub(super) fn find_commands(connection: &Connection, command_id: Uuid) -> Result<Vec<StoredCommand>, LogError> {
    let mut statement = connection.prepare_cached(FIND_COMMANDS).map_err(database)?;
    let mut rows = statement.query([command_id.as_bytes().as_slice()]).map_err(database)?;
    let mut events = Vec::new();
    while let Some(row) = rows.next().map_err(database)? {
        events.push(command_event(row, command_id)?);
    }
    Ok(taken_together(events)?.into_iter().map(|(_, command)| command).collect())
}

fn command_event(row: &Row<'_>, filed_under: Uuid) -> Result<CommandEvent, LogError> {
    let text = |column| row.get::<_, Option<String>>(column).map_err(database).map(Option::unwrap_or_default);
    let number = |column| row.get::<_, i64>(column).map_err(database);
    let [aggregate_type, aggregate_id, digest, event_id, caused_by] =
        [text(0)?, text(1)?, text(2)?, text(3)?, text(4)?];
    let [sequence, position, recorded_at] = [number(5)?, number(6)?, number(7)?];
    let command = StoredCommand {
        aggregate_type,
        aggregate_id,
        command_digest: digest,
        event_id: event_id.parse().unwrap_or_default(),
        version: unsigned(sequence)?,
        position: Position::number(unsigned(position)?),
        index: unsigned(position)?,
        recorded_at,
        events: 1,
    };
    Ok(CommandEvent { filed_under, caused_by: caused_by.parse().ok(), command })
}

fn records(
    connection: &Connection,
    sql: &'static str,
    parameters: &[&dyn rusqlite::ToSql],
) -> Result<Vec<Record>, LogError> {
    let mut statement = connection.prepare_cached(sql).map_err(database)?;
    let mut rows = statement.query(parameters).map_err(database)?;
    let mut records = Vec::new();
    while let Some(row) = rows.next().map_err(database)? {
        let index = unsigned(row.get(0).map_err(database)?)?;
        records.push(record(row, index).map_err(|error| error.of_record(index))?);
    }
    Ok(records)
}

fn stream_event(row: &Row<'_>, index: u64) -> Result<StreamEvent, LogError> {
    Ok(StreamEvent {
        sequence: unsigned(row.get(0).map_err(database)?)?,
        event_type: row.get(1).map_err(database)?,
        event_version: event_version(&row.get::<_, String>(2).map_err(database)?)?,
        payload: row.get(3).map_err(database)?,
        position: Position::number(index),
    })
}

fn record(row: &Row<'_>, index: u64) -> Result<Record, LogError> {
    let number = |column| row.get::<_, i64>(column).map_err(database);
    let text = |column| row.get::<_, String>(column).map_err(database);
    Ok(Record {
        position: Position::number(index),
        index,
        recorded_at: moment(number(1)?),
        aggregate_type: text(2)?,
        aggregate_id: text(3)?,
        sequence: unsigned(number(4)?)?,
        event_type: text(5)?,
        event_version: event_version(&text(6)?)?,
        payload: text(7)?,
        metadata: text(8)?,
    })
}

/// The version of an event's shape, kept as text because sqlite-es and postgres-es expect one. The leaf has it as a number, so any
/// other way of writing that number would go unseen: only the one in which it is stored is read.
pub(super) fn event_version(text: &str) -> Result<u16, LogError> {
    let is_canonical = !text.starts_with(['0', '+']);
    let version = text.parse().ok().filter(|_| is_canonical);
    version.ok_or_else(|| database("what stands in the column event_version is not the version of an event's shape"))
}

fn version(connection: &Connection) -> Result<usize, LogError> {
    connection.query_row("pragma user_version", [], |row| row.get(0)).map_err(database)
}

/// A connection that writes: the write-ahead log, flushed at every commit.
fn connect(path: &Path) -> Result<Connection, LogError> {
    let connection = Connection::open(path).map_err(database)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection
        .execute_batch(
            "pragma busy_timeout = 30000; pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536;
             pragma wal_autocheckpoint = 1000;",
        )
        .map_err(database)?;
    Ok(connection)
}

fn reader(path: &Path) -> Result<Connection, LogError> {
    let connection = connect(path)?;
    connection.execute_batch("pragma query_only = on; pragma cache_size = -16384;").map_err(database)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_version_is_read_in_the_one_way_it_is_written() {
        assert_eq!([event_version("1").unwrap(), event_version("10").unwrap()], [1, 10]);
        for otherwise in ["01", "+1", "0", "", " 1", "1 ", "9.9", "-1", "65536"] {
            let said = event_version(otherwise).unwrap_err().to_string();
            assert!(said.contains("event_version") && !said.contains("9.9"), "{otherwise}: {said}");
        }
    }

    #[tokio::test]
    async fn who_asks_for_the_head_of_a_file_that_does_not_answer_can_be_told_so_meanwhile() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log.sqlite");
        migrate(&path).unwrap();
        let options = LogOptions { readers: 1, ..LogOptions::default() };
        let (log, _running) = SqliteLog::open(&path, Clock::System, &options).unwrap();
        let log = Arc::new(log);
        let (held, hold) = (mpsc::channel(), mpsc::channel::<()>());
        let busy = thread::spawn({
            let log = log.clone();
            move || {
                let _reader = log.reader();
                held.0.send(()).unwrap();
                // A bound only for a head that keeps the test from going on.
                let _ = hold.1.recv_timeout(Duration::from_secs(30));
            }
        });
        held.1.recv().unwrap();
        let mut head = Box::pin(log.head());
        assert!(head.as_mut().now_or_never().is_none(), "it is not read by whoever asks");
        hold.0.send(()).unwrap();
        assert_eq!(head.await.unwrap().index, 0);
        busy.join().unwrap();
    }
}
