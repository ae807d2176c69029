//! A fresh, migrated log of one test, and how to open it as often as the test likes.

use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use spoor_eventlog::{Clock, EventLog, KeyStore, KurrentUrl, LogOptions, LogUrl};
use spoor_testkit::TestDatabase;
use spoor_testserver::{StoredEvent, TestServer};
use sqlx::{Executor, PgConnection, Row};

/// Where one test keeps its log and keys; gone when the test ends.
pub struct Place {
    pub url: LogUrl,
    pub directory: tempfile::TempDir,
    pub server: Option<TestServer>,
}

/// What somebody with access to the database does to a record.
pub enum Alteration {
    EventType(&'static str),
    Payload(&'static str),
    /// Moves the moment of recording by so many microseconds.
    RecordedAt(i64),
    Removal,
}

impl Place {
    pub async fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = LogUrl::Sqlite(directory.path().join("log.sqlite"));
        EventLog::migrate(&url).await.unwrap();
        Self { url, directory, server: None }
    }

    pub async fn postgres() -> Self {
        let url = LogUrl::Postgres(TestDatabase::fresh().await.url);
        EventLog::migrate(&url).await.unwrap();
        Self { url, directory: tempfile::tempdir().unwrap(), server: None }
    }

    /// On the server that the environment names; else on one in memory.
    pub async fn kurrent() -> Self {
        #[expect(clippy::disallowed_methods, reason = "a test says where its server is as the other tests do")]
        let Ok(text) = std::env::var("KURRENTDB_URL") else { return Self::kurrent_in_memory().await };
        let prefix = format!("test_{}", spoor_eventlog::clock::new_id().simple());
        let url = LogUrl::Kurrent(text.parse::<KurrentUrl>().unwrap().with_prefix(&prefix).unwrap());
        EventLog::migrate(&url).await.unwrap();
        Self { url, directory: tempfile::tempdir().unwrap(), server: None }
    }

    pub async fn kurrent_in_memory() -> Self {
        Self::kurrent_at(TestServer::start().await).await
    }

    pub async fn kurrent_at(server: TestServer) -> Self {
        let url = server.url().parse().unwrap();
        EventLog::migrate(&url).await.unwrap();
        Self { url, directory: tempfile::tempdir().unwrap(), server: Some(server) }
    }

    /// The server in memory.
    pub fn server(&mut self) -> &mut TestServer {
        self.server.as_mut().unwrap()
    }

    /// Whether the head of the log is kept with every append. On KurrentDB it follows from the log itself.
    pub fn keeps_its_head(&self) -> bool {
        !matches!(self.url, LogUrl::Kurrent(_))
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

    /// Does this to the record with this index, past the log.
    pub async fn alter_record(&self, index: u64, alteration: Alteration) {
        let change = match alteration {
            Alteration::EventType(to) => format!("event_type = '{to}'"),
            Alteration::Payload(to) => format!("payload = '{to}'"),
            Alteration::RecordedAt(by) => format!("recorded_at = recorded_at + ({by})"),
            Alteration::Removal => String::new(),
        };
        match (&self.server, alteration) {
            (None, Alteration::Removal) => self.alter(&format!("delete from events where position = {index}")).await,
            (None, _) => self.alter(&format!("update events set {change} where position = {index}")).await,
            (Some(server), alteration) => server.tamper(|events| {
                let ours = |(_, event): &(usize, &StoredEvent)| event.stream.starts_with("spoor.");
                let at = events.iter().enumerate().filter(ours).nth(index as usize - 1).unwrap().0;
                match alteration {
                    Alteration::EventType(to) => events[at].event_type = to.to_owned(),
                    Alteration::Payload(to) => events[at].data = to.as_bytes().into(),
                    Alteration::RecordedAt(by) => {
                        let mut beside: serde_json::Value = serde_json::from_slice(&events[at].metadata).unwrap();
                        beside["recorded_at"] = (beside["recorded_at"].as_i64().unwrap() + by).into();
                        events[at].metadata = serde_json::to_vec(&beside).unwrap().into();
                    }
                    Alteration::Removal => drop(events.remove(at)),
                }
            }),
        }
    }

    /// How many leaves are tiled.
    pub async fn leaves_tiled(&self) -> u64 {
        self.tile_bytes("level = 0", "-tiles-0-").await / 32
    }

    /// How many bytes all tiles have together.
    pub async fn bytes_tiled(&self) -> u64 {
        self.tile_bytes("true", "-tiles-").await
    }

    async fn tile_bytes(&self, condition: &str, streams: &str) -> u64 {
        let Some(server) = &self.server else {
            let sum = format!("select coalesce(sum(length(hashes)), 0) from log_tiles where {condition}");
            return self.number(&sum).await as u64;
        };
        // The last event of a stream is the tile.
        let events = server.events();
        let tiles = events.iter().filter(|event| event.stream.contains(streams));
        let last: std::collections::BTreeMap<_, _> =
            tiles.map(|tile| (tile.stream.as_str(), hashes(tile).len())).collect();
        last.values().sum::<usize>() as u64
    }

    /// Fills a tile with zeros.
    pub async fn zero_tile(&self, level: u8, number: u64) {
        match &self.server {
            None => {
                let zeros = match &self.url {
                    LogUrl::Sqlite(_) => "zeroblob(length(hashes))",
                    LogUrl::Postgres(_) | LogUrl::Kurrent(_) => "decode(repeat('00', length(hashes)), 'hex')",
                };
                let zero = format!("update log_tiles set hashes = {zeros} where level = {level} and number = {number}");
                self.sql(&zero).await.unwrap();
            }
            Some(server) => server.tamper(|events| {
                let stream = format!("spoor-tiles-{level}-{number}");
                let tile = events.iter_mut().rfind(|event| event.stream == stream).unwrap();
                let zeros = BASE64_STANDARD.encode(vec![0; hashes(tile).len()]);
                let mut stored: serde_json::Value = serde_json::from_slice(&tile.data).unwrap();
                stored["hashes"] = zeros.into();
                tile.data = serde_json::to_vec(&stored).unwrap().into();
            }),
        }
    }

    /// Removes the tiles of a level.
    pub async fn remove_tiles(&self, level: u8) {
        match &self.server {
            None => self.sql(&format!("delete from log_tiles where level = {level}")).await.unwrap(),
            Some(server) => {
                let streams = format!("spoor-tiles-{level}-");
                server.tamper(|events| events.retain(|event| !event.stream.starts_with(&streams)));
            }
        }
    }

    /// How many checkpoints are kept.
    pub async fn checkpoints_kept(&self) -> usize {
        match &self.server {
            None => self.number("select count(*) from log_checkpoints").await as usize,
            Some(server) => server.events().iter().filter(|event| event.stream == "spoor-checkpoints").count(),
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
        for event in self.server.iter().flat_map(TestServer::events) {
            bytes.extend(event.stream.bytes().chain(event.event_type.bytes()));
            bytes.extend(event.data.iter().chain(&event.metadata));
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

/// The hashes of a tile in KurrentDB.
fn hashes(tile: &StoredEvent) -> Vec<u8> {
    let stored: serde_json::Value = serde_json::from_slice(&tile.data).unwrap();
    BASE64_STANDARD.decode(stored["hashes"].as_str().unwrap()).unwrap()
}
