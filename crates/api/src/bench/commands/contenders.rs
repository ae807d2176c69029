//! The stacks that are measured, each on tables of its own: ours, hot and cold, and plain cqrs-es.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use cqrs_es::CqrsFramework;
use cqrs_es::persist::PersistedEventStore;
use postgres_es::PostgresEventRepository;
use spoor_eventlog::{Clock, EventLog, KeyStore, LogOptions, LogUrl};
use sqlite_es::SqliteEventRepository;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Executor, PgConnection};
use uuid::Uuid;

use super::workload::{TakeStep, Work, context, metadata};

/// Connections of the plain stack as its own `default_*_pool` makes them, each tested before use.
pub(super) const SHIPPED_CONNECTIONS: u32 = 10;
/// Connections of the plain stack at its best, and of the single inserts: one for each of the most clients, so that
/// nobody waits for one; not tested before use, which would cost two more round trips a command.
pub(super) const TUNED_CONNECTIONS: u32 = 32;

const PLAIN_SCHEMA: &str = "spoor_bench_plain";
const OUR_SCHEMA: &str = "spoor_bench_ours";

/// The table of postgres-es and sqlite-es, as their own set-up scripts make it.
const PLAIN_TABLE_POSTGRES: &str = "create table events (aggregate_type text not null, aggregate_id text not null,
    sequence bigint check (sequence >= 0) not null, event_type text not null, event_version text not null,
    payload json not null, metadata json not null, primary key (aggregate_type, aggregate_id, sequence))";
const PLAIN_TABLE_SQLITE: &str = "create table events (aggregate_type text not null, aggregate_id text not null,
    sequence integer check (sequence >= 0) not null, event_type text not null, event_version text not null,
    payload text not null, metadata text not null, primary key (aggregate_type, aggregate_id, sequence)) strict";

/// Something that carries out one step of the work, durably.
#[derive(Clone)]
pub(in crate::bench) enum Contender {
    Ours(EventLog),
    PlainPostgres(Arc<CqrsFramework<Work, PersistedEventStore<PostgresEventRepository, Work>>>),
    PlainSqlite(Arc<CqrsFramework<Work, PersistedEventStore<SqliteEventRepository, Work>>>),
    /// No load, no decision: one row, one commit, as pgbench would.
    SingleInserts(PgPool),
}

/// Everything on one engine.
pub(super) struct Contenders {
    /// Plain, with the pool its crates make.
    pub plain: Contender,
    /// Plain, with the best pool we know for it.
    pub tuned: Contender,
    /// Ours, with the states of streams in memory.
    pub hot: Contender,
    /// Ours, loading every stream from the database.
    pub cold: Contender,
    pub single_inserts: Option<Contender>,
    url: LogUrl,
}

impl Contender {
    /// Carries out one step.
    pub async fn step(&self, stream: &str, step: u64, author: Uuid) -> Result<()> {
        let (command, context) = (TakeStep::new(step, author), context());
        match self {
            Self::Ours(log) => {
                log.execute::<Work>(stream, &command, &context).await?;
            }
            Self::PlainPostgres(framework) => {
                let metadata = metadata(&context);
                framework.execute_with_metadata(stream, (command, context), metadata).await?;
            }
            Self::PlainSqlite(framework) => {
                let metadata = metadata(&context);
                framework.execute_with_metadata(stream, (command, context), metadata).await?;
            }
            Self::SingleInserts(pool) => {
                sqlx::query("insert into events values ($1, $2, $3, 'StepTaken', '1', $4, $5)")
                    .bind("single")
                    .bind(stream)
                    .bind(i64::try_from(step)?)
                    .bind(serde_json::to_value(&command)?)
                    .bind(serde_json::to_value(metadata(&context))?)
                    .execute(pool)
                    .await?;
            }
        }
        Ok(())
    }
}

impl Contenders {
    /// Makes tables for all of them. In a PostgreSQL database they stand in two schemas of their own, made anew.
    pub async fn set_up(url: &LogUrl, directory: &Path) -> Result<Self> {
        match url {
            LogUrl::Sqlite(_) => Self::on_sqlite(directory).await,
            LogUrl::Postgres(url) => Self::on_postgres(&without_schema(url), directory).await,
            LogUrl::Kurrent(_) => {
                bail!(
                    "no plain stack comes with cqrs-es for KurrentDB: `spoor bench engines --on esdb://…` measures it beside SQLite"
                )
            }
        }
    }

    /// Closes ours and removes the schemas.
    pub async fn tear_down(self) -> Result<()> {
        for ours in [&self.hot, &self.cold] {
            if let Contender::Ours(log) = ours {
                log.close().await;
            }
        }
        if let LogUrl::Postgres(url) = &self.url {
            drop_schemas(url, &[PLAIN_SCHEMA, OUR_SCHEMA]).await?;
        }
        Ok(())
    }

    async fn on_sqlite(directory: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(directory.join("plain.sqlite"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(60));
        let shipped =
            SqlitePoolOptions::new().max_connections(SHIPPED_CONNECTIONS).connect_with(options.clone()).await?;
        let tuned = SqlitePoolOptions::new().max_connections(TUNED_CONNECTIONS).test_before_acquire(false);
        let tuned = tuned.connect_with(options).await?;
        shipped.execute(PLAIN_TABLE_SQLITE).await?;
        let plain = |pool| {
            let store = PersistedEventStore::new_event_store(SqliteEventRepository::new(pool));
            Contender::PlainSqlite(Arc::new(CqrsFramework::new(store, vec![], ())))
        };
        let url = LogUrl::Sqlite(directory.join("ours.sqlite"));
        let (hot, cold) = ours(&url, directory).await?;
        Ok(Self { plain: plain(shipped), tuned: plain(tuned), hot, cold, single_inserts: None, url })
    }

    async fn on_postgres(url: &str, directory: &Path) -> Result<Self> {
        drop_schemas(url, &[PLAIN_SCHEMA, OUR_SCHEMA]).await?;
        let mut admin: PgConnection = sqlx::Connection::connect(url).await.context("the database does not answer")?;
        admin.execute(sqlx::raw_sql(&format!("create schema {PLAIN_SCHEMA}"))).await?;
        let options: sqlx::postgres::PgConnectOptions = url.parse()?;
        let options = options.options([("search_path", PLAIN_SCHEMA)]);
        let shipped = PgPoolOptions::new().max_connections(SHIPPED_CONNECTIONS).connect_with(options.clone()).await?;
        let tuned = PgPoolOptions::new().max_connections(TUNED_CONNECTIONS).test_before_acquire(false);
        let tuned = tuned.connect_with(options).await?;
        shipped.execute(PLAIN_TABLE_POSTGRES).await?;
        let plain = |pool| {
            let store = PersistedEventStore::new_event_store(PostgresEventRepository::new(pool));
            Contender::PlainPostgres(Arc::new(CqrsFramework::new(store, vec![], ())))
        };
        let joint = if url.contains('?') { '&' } else { '?' };
        let ours_url = LogUrl::Postgres(format!("{url}{joint}schema={OUR_SCHEMA}"));
        let (hot, cold) = ours(&ours_url, directory).await?;
        Ok(Self {
            plain: plain(shipped),
            tuned: plain(tuned.clone()),
            hot,
            cold,
            single_inserts: Some(Contender::SingleInserts(tuned)),
            url: LogUrl::Postgres(url.to_owned()),
        })
    }
}

/// The same log opened twice: with states in memory, and without.
async fn ours(url: &LogUrl, directory: &Path) -> Result<(Contender, Contender)> {
    EventLog::migrate(url).await?;
    let keys = KeyStore::in_directory(directory).await?;
    let hot = EventLog::open(url, keys.clone(), Clock::System, LogOptions::default()).await?;
    let without_cache = LogOptions { state_cache: 0, ..LogOptions::default() };
    let cold = EventLog::open(url, keys, Clock::System, without_cache).await?;
    Ok((Contender::Ours(hot), Contender::Ours(cold)))
}

/// The address of the database alone: the schemas are the bench's own.
pub(in crate::bench) fn without_schema(url: &str) -> String {
    let Some((address, parameters)) = url.split_once('?') else { return url.to_owned() };
    let others: Vec<&str> = parameters.split('&').filter(|pair| !pair.starts_with("schema=")).collect();
    if others.is_empty() { address.to_owned() } else { format!("{address}?{}", others.join("&")) }
}

pub(in crate::bench) async fn drop_schemas(url: &str, schemas: &[&str]) -> Result<()> {
    let mut admin: PgConnection = sqlx::Connection::connect(url).await.context("the database does not answer")?;
    for schema in schemas {
        admin.execute(sqlx::raw_sql(&format!("drop schema if exists {schema} cascade"))).await?;
    }
    Ok(())
}
