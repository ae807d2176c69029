//! The views' own database: one SQL text for two engines, in the subset they share, and nothing hidden behind it.

mod arg;
mod row;
mod table;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use spoor_eventlog::connections;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Database, PgPool, Pool, Postgres, Sqlite, SqlitePool, Transaction};

pub use arg::Arg;
pub(crate) use arg::args;
pub use row::Row;
pub use table::Table;

/// What the database of the views could not do.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The engine refused or could not be reached.
    #[error("the views' database failed: {0}{hint}", hint = hint(.0))]
    Engine(#[from] sqlx::Error),
    /// A stored value is not what the code stores there: the row was altered by hand or by another version.
    #[error("the views' column '{column}' holds something unexpected ({why}): rebuild the projection")]
    Shape {
        /// The column.
        column: String,
        /// What was wrong with it.
        why: String,
    },
    /// Readers held the write-ahead log for too long.
    #[error("the write-ahead log of the views could not be emptied, because it is being read: it is tried again")]
    Busy,
    /// The file or directory of the views could not be made.
    #[error("cannot open the views at {path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// What to look at when no answer came.
fn hint(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) => {
            ". See that its server runs, that the views' address has its host, port and encryption right, and that this machine may connect to it"
        }
        other => connections::hint(other),
    }
}

impl DbError {
    /// Whether another process made the same thing at the same moment: what is there now is as good.
    pub(crate) fn is_made_meanwhile(&self) -> bool {
        match self {
            DbError::Engine(sqlx::Error::Database(error)) => {
                error.is_unique_violation() || error.code().is_some_and(|code| made_meanwhile(&code))
            }
            DbError::Engine(_) | DbError::Shape { .. } | DbError::Busy | DbError::File { .. } => false,
        }
    }

    /// Whether the connection was gone before the statement could have had an answer.
    fn is_connection_lost(&self) -> bool {
        match self {
            DbError::Engine(sqlx::Error::Io(_)) => true,
            DbError::Engine(sqlx::Error::Database(error)) => {
                error.code().is_some_and(|code| code.starts_with("57P") || code.starts_with("08"))
            }
            DbError::Engine(_) | DbError::Shape { .. } | DbError::Busy | DbError::File { .. } => false,
        }
    }

    /// Whether the same statement may succeed when it is tried again: a busy file, a lost connection, a deadlock.
    pub fn is_transient(&self) -> bool {
        match self {
            DbError::Engine(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed) => true,
            DbError::Engine(sqlx::Error::Database(error)) => error.code().is_some_and(|code| transient_code(&code)),
            DbError::Busy => true,
            DbError::Engine(_) | DbError::Shape { .. } | DbError::File { .. } => false,
        }
    }
}

/// Whether the statement met something that another process had just made: a table, a schema, a row with the same key.
fn made_meanwhile(code: &str) -> bool {
    ["23505", "42P06", "42P07", "42710"].contains(&code)
}

/// SQLite: busy (5), locked (6), a file that cannot be read, written or opened for now (10, 14), a full disk (13), and their extended
/// codes. PostgreSQL: serialisation, deadlock, resources, shutdown, connection.
fn transient_code(code: &str) -> bool {
    if let Ok(number) = code.parse::<i64>()
        && code.len() < 5
    {
        return matches!(number & 0xff, 5 | 6 | 10 | 13 | 14);
    }
    ["40001", "40P01"].contains(&code) || ["53", "57P", "08", "55P03"].iter().any(|class| code.starts_with(class))
}

/// Connections to one database of views: one writes, the others read.
pub(crate) const CONNECTIONS: u32 = 6;

/// How long a file that is closed waits for whoever still reads it.
const CLOSING: Duration = Duration::from_secs(5);

/// One database of views: a SQLite file, or a schema of a PostgreSQL database.
#[derive(Clone, Debug)]
pub enum Db {
    /// A file.
    Sqlite(SqlitePool),
    /// A schema; every connection has it as its search path.
    Postgres(PgPool),
}

/// A transaction on either engine. Dropping it without [`Tx::commit`] rolls it back.
pub enum Tx {
    /// On a file.
    Sqlite(Transaction<'static, Sqlite>),
    /// On a server.
    Postgres(Transaction<'static, Postgres>),
}

/// Binds the arguments and fetches on whichever engine is there: the one dispatch of this crate, with its twin below.
macro_rules! fetch {
    ($sql:expr, $args:expr, $executor:expr, $row:path) => {{
        let mut query = sqlx::query($sql);
        for arg in $args {
            query = match arg {
                Arg::Text(text) => query.bind(text),
                Arg::Int(number) => query.bind(number),
            };
        }
        Ok(query.fetch_all($executor).await?.into_iter().map($row).collect())
    }};
}

macro_rules! execute {
    ($sql:expr, $args:expr, $executor:expr) => {{
        let mut query = sqlx::query($sql);
        for arg in $args {
            query = match arg {
                Arg::Text(text) => query.bind(text),
                Arg::Int(number) => query.bind(number),
            };
        }
        Ok(query.execute($executor).await?.rows_affected())
    }};
}

impl Db {
    /// Opens (and creates, readable by its owner only) a SQLite file.
    ///
    /// `synchronous = NORMAL` is enough here: a power cut may lose the last batches, never half of one, and the
    /// checkpoint is lost together with them, so they are simply projected again.
    pub async fn open_sqlite(path: &Path) -> Result<Self, DbError> {
        create_private(path).map_err(|source| DbError::File { path: path.to_owned(), source })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(10))
            .pragma("cache_size", "-32768")
            .pragma("temp_store", "memory")
            // Digests of erased persons are overwritten where they stood, not only unlinked.
            .pragma("secure_delete", "fast")
            .statement_cache_capacity(256);
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .test_before_acquire(false)
            // What was begun on it could be neither committed nor rolled back (the disk was full): nobody can use it any more.
            .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }))
            .connect_with(options)
            .await?;
        Ok(Self::Sqlite(pool))
    }

    /// Opens a PostgreSQL database with `schema` (made when missing) as the search path of every connection.
    ///
    /// `synchronous_commit = off` for the same reason as on SQLite: views are made again from the log.
    pub async fn open_postgres(url: &str, schema: &str) -> Result<Self, DbError> {
        let options = PgConnectOptions::from_str(url)?
            .application_name("spoor-views")
            .options([("search_path", schema), ("synchronous_commit", "off")])
            .statement_cache_capacity(256);
        let pool = connections::pool(CONNECTIONS).connect_with(options).await?;
        sqlx::query(&format!("create schema if not exists {schema}")).execute(&pool).await.or_else(already_made)?;
        Ok(Self::Postgres(pool))
    }

    /// Every row of a question. Connections are not tested before use, so after a restart of the server each of them
    /// fails once: the question goes on to the next, and to a new one at last.
    pub async fn rows(&self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, DbError> {
        for _ in 0..CONNECTIONS {
            match self.rows_once(sql, args.clone()).await {
                Err(error) if error.is_connection_lost() => {}
                answer => return answer,
            }
        }
        self.rows_once(sql, args).await
    }

    async fn rows_once(&self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, DbError> {
        match self {
            Db::Sqlite(pool) => fetch!(sql, args, pool, Row::Sqlite),
            Db::Postgres(pool) => fetch!(sql, args, pool, Row::Postgres),
        }
    }

    /// The texts of a list that is bound at this mark as JSON, to be looked for with `in`: more of them than a statement takes
    /// marks.
    pub(crate) fn listed(&self, mark: &str) -> String {
        match self {
            Db::Sqlite(_) => format!("(select value from json_each({mark}))"),
            Db::Postgres(_) => format!("(select json_array_elements_text(cast({mark} as json)))"),
        }
    }

    /// The first row of a question, if there is one.
    pub async fn row(&self, sql: &str, args: Vec<Arg>) -> Result<Option<Row>, DbError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Runs one statement and says how many rows it touched.
    pub async fn run(&self, sql: &str, args: Vec<Arg>) -> Result<u64, DbError> {
        match self {
            Db::Sqlite(pool) => execute!(sql, args, pool),
            Db::Postgres(pool) => execute!(sql, args, pool),
        }
    }

    /// Begins a transaction that will write. SQLite takes the write lock at once, so that it never has to give up a
    /// transaction half-way because another one wrote first.
    pub async fn begin_write(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Db::Sqlite(pool) => Tx::Sqlite(begin(pool, "begin immediate").await?),
            Db::Postgres(pool) => Tx::Postgres(begin(pool, "begin").await?),
        })
    }

    /// Begins a transaction that sees one moment of the database, whatever is written meanwhile.
    pub async fn begin_snapshot(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Db::Sqlite(pool) => Tx::Sqlite(begin(pool, "begin deferred").await?),
            Db::Postgres(pool) => Tx::Postgres(snapshot(pool).await?),
        })
    }

    /// Creates tables and indexes. Text compares byte by byte on both engines: SQLite does by itself, PostgreSQL is
    /// told here, so that orders, cursors and prefix searches are the same everywhere.
    pub async fn create(&self, statements: &[&str]) -> Result<(), DbError> {
        match self.create_once(statements).await {
            // `if not exists` does not see what another process is about to commit; the second time it does.
            Err(error) if error.is_made_meanwhile() || error.is_transient() => self.create_once(statements).await,
            made => made,
        }
    }

    async fn create_once(&self, statements: &[&str]) -> Result<(), DbError> {
        let mut tx = self.begin_write().await?;
        for statement in statements {
            match &mut tx {
                Tx::Sqlite(_) => tx.run(statement, vec![]).await?,
                Tx::Postgres(_) => tx.run(&statement.replace(" text", " text collate \"C\""), vec![]).await?,
            };
        }
        tx.commit().await
    }

    /// On SQLite, moves what is in the write-ahead log into the file and empties the log. On PostgreSQL the server looks
    /// after its own.
    ///
    /// # Errors
    /// A transient one while a reader holds the log.
    pub async fn empty_write_ahead_log(&self) -> Result<(), DbError> {
        let Db::Sqlite(_) = self else { return Ok(()) };
        let busy = self.row("pragma wal_checkpoint(truncate)", vec![]).await?.map_or(Ok(0), |row| row.int("busy"))?;
        if busy == 0 { Ok(()) } else { Err(DbError::Busy) }
    }

    /// Closes every connection; on SQLite this folds the write-ahead log into the file, and the last one deletes it.
    pub async fn close(&self) {
        match self {
            Db::Sqlite(pool) => closed(pool).await,
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Every row of a question, inside this transaction.
    pub async fn rows(&mut self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, DbError> {
        match self {
            Tx::Sqlite(tx) => fetch!(sql, args, &mut **tx, Row::Sqlite),
            Tx::Postgres(tx) => fetch!(sql, args, &mut **tx, Row::Postgres),
        }
    }

    /// Runs one statement inside this transaction and says how many rows it touched.
    pub async fn run(&mut self, sql: &str, args: Vec<Arg>) -> Result<u64, DbError> {
        match self {
            Tx::Sqlite(tx) => execute!(sql, args, &mut **tx),
            Tx::Postgres(tx) => execute!(sql, args, &mut **tx),
        }
    }

    /// Makes everything in this transaction visible at once.
    pub async fn commit(self) -> Result<(), DbError> {
        match self {
            Tx::Sqlite(tx) => Ok(tx.commit().await?),
            Tx::Postgres(tx) => Ok(tx.commit().await?),
        }
    }
}

/// Like a question: goes on to another connection when the server was restarted.
async fn snapshot(pool: &PgPool) -> Result<Transaction<'static, Postgres>, DbError> {
    const BEGIN: &str = "begin transaction isolation level repeatable read read only";
    for _ in 0..CONNECTIONS {
        match begin(pool, BEGIN).await {
            Err(error) if error.is_connection_lost() => {}
            begun => return begun,
        }
    }
    begin(pool, BEGIN).await
}

/// Begins in a task of its own, because whoever asks may give up at any moment: the client went away, or another part of
/// the same question was refused. sqlx does not roll back what it was beginning then, and gives the connection back with
/// the transaction open: to everybody after, it would show the moment it was begun, or keep the file locked. A
/// transaction that has begun and finds nobody waiting for it is rolled back like any other.
async fn begin<DB: Database>(pool: &Pool<DB>, statement: &'static str) -> Result<Transaction<'static, DB>, DbError> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    Ok(begun.await.map_err(|_| sqlx::Error::WorkerCrashed)??)
}

/// Closes a pool and waits until nobody has its file open, a reader that does not end excepted.
///
/// sqlx's own closing does not wait for a connection that is on its way back: it counts each idle one that it closes as come back.
/// The late one then deletes the write-ahead log by its name, which may be that of the next file there.
async fn closed(pool: &SqlitePool) {
    let all = async {
        pool.close().await;
        while pool.size() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            pool.close().await;
        }
    };
    if tokio::time::timeout(CLOSING, all).await.is_err() {
        tracing::warn!("a database of views is closed while somebody still reads it");
    }
}

/// Two processes may make the same schema at the same moment; the second finds it made.
fn already_made(error: sqlx::Error) -> Result<sqlx::postgres::PgQueryResult, DbError> {
    let error = DbError::from(error);
    if error.is_made_meanwhile() { Ok(sqlx::postgres::PgQueryResult::default()) } else { Err(error) }
}

/// A value as the JSON text kept in a column.
pub(crate) fn json_text<T: serde::Serialize>(column: &str, value: &T) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|error| DbError::Shape { column: column.into(), why: error.to_string() })
}

/// Creates the file for its owner only, before SQLite does with the process's usual permissions; SQLite gives its
/// `-wal` and `-shm` companions the permissions of the file. One that is there is not opened: to close it again would drop the locks
/// that SQLite holds on it for this process, and another process could take the write-ahead log away.
fn create_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        std::fs::create_dir_all(directory)?;
    }
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::{CONNECTIONS, Connection, Db, DbError, transient_code};

    #[tokio::test]
    async fn a_connection_left_in_the_middle_of_a_transaction_is_not_used_again() -> Result<(), DbError> {
        let dir = tempfile::tempdir().expect("a directory");
        let db = Db::open_sqlite(&dir.path().join("views.sqlite")).await?;
        let Db::Sqlite(pool) = &db else { unreachable!("opened as SQLite") };
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut connection = pool.acquire().await?;
            std::mem::forget(connection.begin().await?);
            connections.push(connection);
        }
        drop(connections);
        for _ in 0..2 * CONNECTIONS {
            db.begin_write().await?.commit().await?;
        }
        Ok(())
    }

    /// Whoever closes last deletes the write-ahead log by its name: late, it would be that of the next file of this name.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_closed_file_is_closed_by_every_connection_also_one_that_is_on_its_way_back() -> Result<(), DbError> {
        let dir = tempfile::tempdir().expect("a directory");
        for round in 0..100 {
            let path = dir.path().join(format!("views-{round}.sqlite"));
            let db = Db::open_sqlite(&path).await?;
            db.run("create table kept (id integer)", vec![]).await?;
            let idle = [db.begin_snapshot().await?, db.begin_snapshot().await?];
            let mut reader = db.begin_snapshot().await?;
            reader.rows("select id from kept", vec![]).await?;
            for one in idle {
                one.commit().await?;
            }
            drop(reader);
            db.close().await;
            let open = std::fs::read_dir("/proc/self/fd").expect("Linux tells what is open");
            let open = open.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
            assert!(!open.into_iter().any(|file| file == path), "in round {round} somebody still has the file");
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_file_that_is_open_keeps_its_locks_when_it_is_opened_again() -> Result<(), DbError> {
        use std::os::unix::fs::MetadataExt;
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("views.sqlite");
        let first = Db::open_sqlite(&path).await?;
        first.run("create table kept (id integer)", vec![]).await?;
        let inode = std::fs::metadata(&path).expect("the file").ino();
        let own = format!(" {} ", std::process::id());
        let is_locked = || {
            let locks = std::fs::read_to_string("/proc/locks").expect("Linux tells its locks");
            locks.lines().any(|lock| lock.contains(&own) && lock.contains(&format!(":{inode} ")))
        };
        assert!(is_locked(), "SQLite holds a lock as long as a connection is open");
        super::create_private(&path).expect("it is there");
        assert!(is_locked());
        first.close().await;
        Ok(())
    }

    #[test]
    fn what_passes_by_itself_is_told_from_what_stays() {
        // Busy; full; a file that cannot be written for now; PostgreSQL's full disk and its being stopped.
        assert!(["5", "13", "778", "53100", "57P01"].into_iter().all(transient_code));
        // A constraint; no such table; a unique violation.
        assert!(!["19", "1", "23505"].into_iter().any(transient_code));
    }
}
