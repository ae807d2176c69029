//! The log in PostgreSQL: tables, reading, opening. Writing is next door.

use std::sync::Arc;

use spoor_notary::Frontier;
use sqlx::postgres::{PgConnectOptions, PgPool, PgRow};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, Row};
use uuid::Uuid;

use super::postgres_loader::Loader;
use super::postgres_proof::Upkeep;
use super::postgres_readers::Readers;
use super::sqlite::event_version;
use super::{Running, StreamEvent, database, postgres_writer, signed, unsigned};
use crate::batch::{CommandEvent, LogHead, StoredCommand, here_or_anywhere, moment, taken_together};
use crate::connections;
use crate::error::LogError;
use crate::url::pg_options;
use crate::{LogOptions, LogUrl, Position, Record};

/// Every migration, in order; the table `log_migrations` says which the schema has had.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/postgres/0001_log.sql"),
    include_str!("../../migrations/postgres/0002_proof.sql"),
    include_str!("../../migrations/postgres/0003_keys.sql"),
];
/// Held while migrating, so that processes starting together do it once.
const MIGRATION_LOCK: i64 = 0x5350_4f4f_5220_0001;

const READ_STREAM: &str =
    "select position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version, payload::text, metadata::text
    from events where aggregate_type = $1 and aggregate_id = $2 and position <= $3 order by sequence";
const RECORDED_AT: &str = "select recorded_at from events where position = $1";
/// What stands beyond the head was never committed, and nobody is to follow it.
const READ_AFTER: &str =
    "select position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version, payload::text, metadata::text
    from events where position > $1 and position <= (select position from log_head where id = 1) order by position limit $2";
const READ_OF_TYPES: &str =
    "select position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version, payload::text, metadata::text
    from events where position > $1 and position <= $2 and event_type = any($3) order by position";
pub(super) const NOW: &str = "select (extract(epoch from clock_timestamp()) * 1000000)::bigint";
pub(super) const HEAD: &str = "select position, recorded_at, frontier from log_head where id = 1";
/// The events of a command are consecutive in one stream; the last of them tells all. A log that came from KurrentDB may have
/// one id in several streams.
const FIND_COMMANDS: &str =
    "select command_id, aggregate_type, aggregate_id, metadata->>'command_digest', metadata->>'event_id', metadata->>'command_id',
            sequence, position, recorded_at
       from events where command_id = any($1) order by position desc";

pub(super) type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// An open log: readers share a few connections, the writer has its own.
pub(crate) struct PostgresLog {
    pub(super) readers: Arc<Readers>,
    loader: Loader,
    pub(super) upkeep: Upkeep,
    /// For the cqrs-es adapter, which reads through postgres-es. Connects on first use.
    pool: PgPool,
}

/// Makes the schema's tables, or brings them up to date.
pub(crate) async fn migrate(url: &str) -> Result<(), LogError> {
    let (options, schema) = pg_options(url).map_err(database)?;
    let mut connection = options.connect().await.map_err(database)?;
    let mut transaction = connection.begin().await.map_err(database)?;
    sqlx::query("select pg_advisory_xact_lock($1)")
        .bind(MIGRATION_LOCK)
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
    // The schema's name was checked when the address was read: it cannot carry SQL.
    let setup = format!(
        "create schema if not exists {schema};
         create table if not exists log_migrations (version int primary key, applied_at timestamptz not null default now());"
    );
    transaction.execute(sqlx::raw_sql(&setup)).await.map_err(database)?;
    let done = version(&mut transaction).await?;
    for (index, sql) in MIGRATIONS.iter().enumerate().skip(done) {
        transaction.execute(sqlx::raw_sql(sql)).await.map_err(database)?;
        sqlx::query("insert into log_migrations (version) values ($1)")
            .bind(i32::try_from(index + 1).unwrap_or(i32::MAX))
            .execute(&mut *transaction)
            .await
            .map_err(database)?;
    }
    transaction.commit().await.map_err(database)
}

impl PostgresLog {
    /// Opens a migrated log and starts its writer.
    pub async fn open(url: &str, options: &LogOptions) -> Result<(Self, Running), LogError> {
        let (connect, schema) = pg_options(url).map_err(database)?;
        require_migrated(url, &connect).await?;
        let connect = key_lookups_only(connect);
        let pool = connections::pool(options.readers.max(1)).connect_lazy_with(connect.clone());
        let readers = Readers::start(connect.clone(), options.readers);
        let loader = Loader::start(&readers);
        let upkeep = Upkeep::new(connect.clone());
        let running = postgres_writer::start(connect, schema, options.max_batch).await?;
        Ok((Self { readers, loader, upkeep, pool }, running))
    }

    pub async fn stream(&self, kind: &str, id: &str, from: u64) -> Result<Vec<StreamEvent>, LogError> {
        self.loader.stream(kind, id, from).await
    }

    pub async fn read_stream(&self, kind: &str, id: &str, until: u64) -> Result<Vec<Record>, LogError> {
        let rows = self.readers.rows(|| sqlx::query(READ_STREAM).bind(kind).bind(id).bind(signed(until))).await?;
        rows.iter().map(record).collect()
    }

    /// When the event with this index was recorded, in microseconds since 1970.
    pub async fn recorded_at(&self, index: u64) -> Result<Option<i64>, LogError> {
        let rows = self.readers.rows(|| sqlx::query(RECORDED_AT).bind(signed(index))).await?;
        rows.first().map(|row| row.try_get(0).map_err(database)).transpose()
    }

    pub async fn read_after(&self, after: Position, limit: usize) -> Result<Vec<Record>, LogError> {
        let limit = signed(limit as u64);
        let rows = self.readers.rows(|| sqlx::query(READ_AFTER).bind(signed(after.commit)).bind(limit)).await?;
        rows.iter().map(record).collect()
    }

    pub async fn read_of_types(
        &self,
        types: &[&str],
        after: Position,
        until: Position,
    ) -> Result<Vec<Record>, LogError> {
        let types: Vec<String> = types.iter().map(ToString::to_string).collect();
        let select =
            || sqlx::query(READ_OF_TYPES).bind(signed(after.commit)).bind(signed(until.commit)).bind(types.clone());
        self.readers.rows(select).await?.iter().map(record).collect()
    }

    pub async fn head(&self) -> Result<LogHead, LogError> {
        let rows = self.readers.rows(|| sqlx::query(HEAD)).await?;
        head(rows.first().ok_or_else(|| database("the log has lost its head row: restore it from a backup"))?)
    }

    /// What the server's clock says, in microseconds since 1970.
    pub async fn now(&self) -> Result<i64, LogError> {
        let rows = self.readers.rows(|| sqlx::query(NOW)).await?;
        rows.first().ok_or_else(|| database("the server told no time"))?.try_get(0).map_err(database)
    }

    pub async fn find_command(
        &self,
        kind: &str,
        id: &str,
        command_id: Uuid,
    ) -> Result<Option<StoredCommand>, LogError> {
        let rows = self.readers.rows(|| find_commands(vec![command_id])).await?;
        let found: Vec<_> = commands(&rows)?.into_iter().map(|(_, command)| command).collect();
        Ok(here_or_anywhere(&found, (kind, id)).cloned())
    }

    /// The pool that postgres-es reads through.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }
}

/// Asks for the commands of these ids that are in the log.
pub(super) fn find_commands<'q>(ids: Vec<Uuid>) -> Query<'q> {
    sqlx::query(FIND_COMMANDS).bind(ids)
}

/// The commands that the answer tells of.
pub(super) fn commands(rows: &[PgRow]) -> Result<Vec<(Uuid, StoredCommand)>, LogError> {
    taken_together(rows.iter().map(command_event).collect::<Result<Vec<_>, _>>()?)
}

/// The head row.
pub(super) fn head(row: &PgRow) -> Result<LogHead, LogError> {
    let index = unsigned(row.try_get(0).map_err(database)?)?;
    let frontier = Frontier::from_bytes(index, row.try_get(2).map_err(database)?)
        .map_err(|source| LogError::HeadAltered { size: index, source })?;
    Ok(LogHead { index, recorded_at: row.try_get(1).map_err(database)?, frontier })
}

/// Everything these connections ask is a look-up by key in a table that grows: plan it once, and never let a fresh,
/// unanalysed table (whose estimates say it is small) talk the planner into reading all of it.
fn key_lookups_only(options: PgConnectOptions) -> PgConnectOptions {
    options.options([
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("enable_bitmapscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("jit", "off"),
    ])
}

async fn require_migrated(url: &str, connect: &PgConnectOptions) -> Result<(), LogError> {
    let mut connection = connect.connect().await.map_err(database)?;
    let table: Option<String> = sqlx::query_scalar("select to_regclass('log_migrations')::text")
        .fetch_one(&mut connection)
        .await
        .map_err(database)?;
    let found = if table.is_some() { version(&mut connection).await? } else { 0 };
    let _ = connection.close().await;
    if found == MIGRATIONS.len() {
        return Ok(());
    }
    let reason = format!("its tables have version {found}, not {}", MIGRATIONS.len());
    Err(LogError::NotMigrated { url: LogUrl::Postgres(url.to_owned()).to_string(), reason })
}

async fn version(connection: &mut PgConnection) -> Result<usize, LogError> {
    let version: i32 = sqlx::query_scalar("select coalesce(max(version), 0) from log_migrations")
        .fetch_one(connection)
        .await
        .map_err(database)?;
    Ok(usize::try_from(version).unwrap_or_default())
}

fn command_event(row: &PgRow) -> Result<CommandEvent, LogError> {
    let number = |column: usize| row.try_get::<i64, _>(column).map_err(database).and_then(unsigned);
    let text = |column: usize| row.try_get::<Option<String>, _>(column).map_err(database);
    let command = StoredCommand {
        aggregate_type: text(1)?.unwrap_or_default(),
        aggregate_id: text(2)?.unwrap_or_default(),
        command_digest: text(3)?.unwrap_or_default(),
        event_id: text(4)?.and_then(|id| id.parse().ok()).unwrap_or_default(),
        version: number(6)?,
        position: Position::number(number(7)?),
        index: number(7)?,
        recorded_at: row.try_get(8).map_err(database)?,
        events: 1,
    };
    let caused_by = text(5)?.and_then(|id| id.parse().ok());
    Ok(CommandEvent { filed_under: row.try_get(0).map_err(database)?, caused_by, command })
}

fn record(row: &PgRow) -> Result<Record, LogError> {
    let index = unsigned(row.try_get(0).map_err(database)?)?;
    columns(row, index).map_err(|error| error.of_record(index))
}

fn columns(row: &PgRow, index: u64) -> Result<Record, LogError> {
    let text = |column: usize| row.try_get::<String, _>(column).map_err(database);
    Ok(Record {
        position: Position::number(index),
        index,
        recorded_at: moment(row.try_get(1).map_err(database)?),
        aggregate_type: text(2)?,
        aggregate_id: text(3)?,
        sequence: unsigned(row.try_get(4).map_err(database)?)?,
        event_type: text(5)?,
        event_version: event_version(row.try_get(6).map_err(database)?)?,
        payload: text(7)?,
        metadata: text(8)?,
    })
}
