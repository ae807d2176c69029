//! The views' own database: one SQL text for two engines, in the subset they share, and nothing hidden behind it.

mod arg;
mod row;
mod table;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

pub use arg::Arg;
pub(crate) use arg::args;
pub use row::Row;
pub use table::Table;

/// What the database of the views could not do.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The engine refused or could not be reached.
    #[error("the views' database failed: {0}")]
    Engine(#[from] sqlx::Error),
    /// A stored value is not what the code stores there: the row was altered by hand or by another version.
    #[error("the views' column '{column}' holds something unexpected ({why}): rebuild the projection")]
    Shape {
        /// The column.
        column: String,
        /// What was wrong with it.
        why: String,
    },
    /// The file or directory of the views could not be made.
    #[error("cannot open the views at {path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl DbError {
    /// Whether the same statement may succeed when it is tried again: a busy file, a lost connection, a deadlock.
    pub fn is_transient(&self) -> bool {
        match self {
            DbError::Engine(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed) => true,
            DbError::Engine(sqlx::Error::Database(error)) => error.code().is_some_and(|code| transient_code(&code)),
            DbError::Engine(_) | DbError::Shape { .. } | DbError::File { .. } => false,
        }
    }
}

/// SQLite: busy (5), locked (6) and their extended codes. PostgreSQL: serialisation, deadlock, resources, shutdown, connection.
fn transient_code(code: &str) -> bool {
    if let Ok(number) = code.parse::<i64>()
        && code.len() < 5
    {
        return matches!(number & 0xff, 5 | 6);
    }
    ["40001", "40P01"].contains(&code) || ["53", "57P", "08", "55P03"].iter().any(|class| code.starts_with(class))
}

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
            .statement_cache_capacity(256);
        let pool = SqlitePoolOptions::new().max_connections(6).test_before_acquire(false).connect_with(options).await?;
        Ok(Self::Sqlite(pool))
    }

    /// Opens a PostgreSQL database with `schema` (made when missing) as the search path of every connection.
    ///
    /// `synchronous_commit = off` for the same reason as on SQLite: views are made again from the log.
    pub async fn open_postgres(url: &str, schema: &str) -> Result<Self, DbError> {
        let options = PgConnectOptions::from_str(url)?
            .options([("search_path", schema), ("synchronous_commit", "off")])
            .statement_cache_capacity(256);
        let pool = PgPoolOptions::new().max_connections(6).test_before_acquire(false).connect_with(options).await?;
        sqlx::query(&format!("create schema if not exists {schema}")).execute(&pool).await.or_else(already_made)?;
        Ok(Self::Postgres(pool))
    }

    /// Every row of a question.
    pub async fn rows(&self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, DbError> {
        match self {
            Db::Sqlite(pool) => fetch!(sql, args, pool, Row::Sqlite),
            Db::Postgres(pool) => fetch!(sql, args, pool, Row::Postgres),
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
            Db::Sqlite(pool) => Tx::Sqlite(pool.begin_with("begin immediate").await?),
            Db::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that sees one moment of the database, whatever is written meanwhile.
    pub async fn begin_snapshot(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Db::Sqlite(pool) => Tx::Sqlite(pool.begin_with("begin deferred").await?),
            Db::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("begin transaction isolation level repeatable read read only").await?)
            }
        })
    }

    /// Creates tables and indexes. Text compares byte by byte on both engines: SQLite does by itself, PostgreSQL is
    /// told here, so that orders, cursors and prefix searches are the same everywhere.
    pub async fn create(&self, statements: &[&str]) -> Result<(), DbError> {
        let mut tx = self.begin_write().await?;
        for statement in statements {
            match &mut tx {
                Tx::Sqlite(_) => tx.run(statement, vec![]).await?,
                Tx::Postgres(_) => tx.run(&statement.replace(" text", " text collate \"C\""), vec![]).await?,
            };
        }
        tx.commit().await
    }

    /// Closes every connection; on SQLite this folds the write-ahead log into the file.
    pub async fn close(&self) {
        match self {
            Db::Sqlite(pool) => pool.close().await,
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

/// Two processes may make the same schema at the same moment; the second finds it made.
fn already_made(error: sqlx::Error) -> Result<sqlx::postgres::PgQueryResult, sqlx::Error> {
    match &error {
        sqlx::Error::Database(database) if matches!(database.code().as_deref(), Some("42P06" | "23505")) => {
            Ok(sqlx::postgres::PgQueryResult::default())
        }
        _ => Err(error),
    }
}

/// Creates the file for its owner only, before SQLite does with the process's usual permissions; SQLite gives its
/// `-wal` and `-shm` companions the permissions of the file.
fn create_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        std::fs::create_dir_all(directory)?;
    }
    std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path).map(drop)
}
