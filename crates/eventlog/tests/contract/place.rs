//! A fresh, migrated log of one test, and how to open it as often as the test likes.

use std::path::PathBuf;

use spoor_eventlog::{Clock, EventLog, KeyStore, LogOptions, LogUrl};
use spoor_testkit::TestDatabase;
use sqlx::{Executor, PgConnection, Row};

/// Where one test keeps its log and keys; gone when the test ends.
pub struct Place {
    pub url: LogUrl,
    pub directory: tempfile::TempDir,
}

impl Place {
    pub async fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = LogUrl::Sqlite(directory.path().join("log.sqlite"));
        EventLog::migrate(&url).await.unwrap();
        Self { url, directory }
    }

    pub async fn postgres() -> Self {
        let url = LogUrl::Postgres(TestDatabase::fresh().await.url);
        EventLog::migrate(&url).await.unwrap();
        Self { url, directory: tempfile::tempdir().unwrap() }
    }

    pub async fn open(&self) -> EventLog {
        self.open_with(LogOptions::default()).await
    }

    pub async fn open_with(&self, options: LogOptions) -> EventLog {
        EventLog::open(&self.url, self.keys().await, Clock::System, options).await.unwrap()
    }

    pub async fn keys(&self) -> KeyStore {
        KeyStore::in_directory(self.directory.path()).await.unwrap()
    }

    /// Runs SQL past the log, as somebody with access to the database could.
    pub async fn sql(&self, statement: &str) -> Result<(), String> {
        match &self.url {
            LogUrl::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.execute_batch(statement).map_err(|e| e.to_string())
            }
            LogUrl::Postgres(_) => {
                self.connect().await.execute(sqlx::raw_sql(statement)).await.map(drop).map_err(|e| e.to_string())
            }
            LogUrl::Kurrent(_) => panic!("KurrentDB knows no SQL"),
        }
    }

    /// Changes stored events, as the owner of the database could who takes the guards away first and puts them back.
    pub async fn alter(&self, statement: &str) {
        let altered = match &self.url {
            LogUrl::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                let guards: Vec<(String, String)> = connection
                    .prepare("select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'events'")
                    .and_then(|mut select| select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
                    .unwrap();
                let drop: String = guards.iter().map(|(name, _)| format!("drop trigger {name};")).collect();
                let restore: String = guards.iter().map(|(_, sql)| format!("{sql};")).collect();
                format!("begin; {drop} {statement}; {restore} commit")
            }
            LogUrl::Postgres(_) => format!(
                "begin; alter table events disable trigger user; {statement}; alter table events enable trigger user; commit"
            ),
            LogUrl::Kurrent(_) => panic!("KurrentDB knows no SQL"),
        };
        self.sql(&altered).await.unwrap();
    }

    /// The number a query gives.
    pub async fn number(&self, query: &str) -> i64 {
        match &self.url {
            LogUrl::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.query_row(query, [], |row| row.get(0)).unwrap()
            }
            LogUrl::Postgres(_) => {
                let query = format!("select ({query})::bigint");
                sqlx::query_scalar(&query).fetch_one(&mut self.connect().await).await.unwrap()
            }
            LogUrl::Kurrent(_) => panic!("KurrentDB knows no SQL"),
        }
    }

    /// A PostgreSQL connection past the log.
    pub async fn connect(&self) -> PgConnection {
        match &self.url {
            LogUrl::Sqlite(_) | LogUrl::Kurrent(_) => panic!("only PostgreSQL has connections past the log"),
            LogUrl::Postgres(url) => sqlx::Connection::connect(url).await.unwrap(),
        }
    }

    /// Every byte the log and the key store have stored, as far as the engine lets one see.
    pub async fn stored_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(self.directory.path()).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            bytes.extend(std::fs::read(path).unwrap());
        }
        if let LogUrl::Postgres(_) = &self.url {
            let mut connection = self.connect().await;
            let rows = connection.fetch_all("select e::text from events e").await.unwrap();
            for row in rows {
                bytes.extend(row.get::<String, _>(0).into_bytes());
            }
        }
        bytes
    }
}
