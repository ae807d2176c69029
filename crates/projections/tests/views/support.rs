//! A log and views of a test's own, on either engine, and how tests put events into the log.

use serde_json::{Value, json};
use spoor_domain::kernel::{Actor, ActorId, EventPayload, OrganisationId, Purpose, Role};
use spoor_eventlog::clock::new_id;
use spoor_eventlog::{Append, Appended, Clock, EventLog, KeyStore, LogOptions, LogUrl, Metadata, NewEvent};
use spoor_projections::runner::verify;
use spoor_projections::{Logs, Views, ViewsUrl};
use spoor_testkit::TestDatabase;
use tempfile::TempDir;
use uuid::Uuid;

/// A log with views, gone when the test ends.
pub struct World {
    pub log: EventLog,
    pub access: EventLog,
    pub views: Views,
    pub views_url: ViewsUrl,
    pub directory: TempDir,
}

impl World {
    /// On SQLite files.
    pub async fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = LogUrl::Sqlite(directory.path().join("log.sqlite"));
        let access = LogUrl::Sqlite(directory.path().join("access.sqlite"));
        let views = ViewsUrl::Sqlite(directory.path().join("views.sqlite"));
        Self::open(directory, log, access, views).await
    }

    /// On a PostgreSQL database of its own.
    pub async fn postgres() -> Self {
        let database = TestDatabase::fresh().await.url;
        let log = LogUrl::Postgres(format!("{database}?schema=log"));
        let access = LogUrl::Postgres(format!("{database}?schema=access"));
        Self::open(tempfile::tempdir().unwrap(), log, access, ViewsUrl::Postgres(database)).await
    }

    async fn open(directory: TempDir, log_url: LogUrl, access_url: LogUrl, views_url: ViewsUrl) -> Self {
        let keys = KeyStore::in_directory(directory.path()).await.unwrap();
        let open = async |url: &LogUrl| {
            EventLog::migrate(url).await.unwrap();
            EventLog::open(url, keys.clone(), Clock::System, LogOptions::default()).await.unwrap()
        };
        let (log, access) = (open(&log_url).await, open(&access_url).await);
        let views = Views::open(&views_url).await.unwrap();
        Self { log, access, views, views_url, directory }
    }

    /// Both logs, for the runner.
    pub fn logs(&self) -> Logs {
        Logs { events: self.log.clone(), access: self.access.clone() }
    }

    /// The same views as another process would have them.
    pub async fn other_views(&self) -> Views {
        Views::open(&self.views_url).await.unwrap()
    }

    /// Appends events to a stream at this version.
    pub async fn append<E: EventPayload>(&self, kind: &str, id: &str, version: u64, events: &[E]) -> Appended {
        self.append_new(kind, id, version, events.iter().map(new_event).collect()).await
    }

    /// Appends an event that no program of ours can read.
    pub async fn append_unreadable(&self, kind: &str, id: &str, version: u64) -> Appended {
        let event = NewEvent { event_type: "Nonsense".into(), event_version: 1, payload: json!({"Nonsense": {}}) };
        self.append_new(kind, id, version, vec![event]).await
    }

    /// Appends events as they are to be stored.
    pub async fn append_new(&self, kind: &str, id: &str, expected_version: u64, events: Vec<NewEvent>) -> Appended {
        let append = Append {
            aggregate_type: kind.to_owned(),
            aggregate_id: id.to_owned(),
            expected_version,
            events,
            metadata: metadata(),
        };
        self.log.append(append).await.unwrap()
    }

    /// Rows of the answering build of a projection.
    pub async fn rows(&self, projection: &str, sql: &str) -> Vec<spoor_projections::db::Row> {
        self.views.active(projection).await.unwrap().db.rows(sql, vec![]).await.unwrap()
    }

    /// Changes the answering build of a projection by hand.
    pub async fn tamper(&self, projection: &str, sql: &str) {
        self.views.active(projection).await.unwrap().db.run(sql, vec![]).await.unwrap();
    }
}

/// Runs the same test on both engines.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident: World) $body:block)+) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(super::World::sqlite().await).await; })+ }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(super::World::postgres().await).await; })+ }
        $($(#[$meta])* async fn $name($world: World) $body)+
    };
}
pub(crate) use on_both_engines;

/// An event on its way into the log.
pub fn new_event<E: EventPayload>(event: &E) -> NewEvent {
    NewEvent {
        event_type: event.event_type().to_owned(),
        event_version: event.event_version(),
        payload: serde_json::to_value(event).unwrap(),
    }
}

/// Every projection is what the log says.
pub async fn all_clean(world: &World) {
    for found in verify(&world.logs(), &world.views, None).await.unwrap() {
        assert!(found.clean(), "{found:#?}");
    }
}

/// Who acts in these tests.
pub fn metadata() -> Metadata {
    Metadata {
        event_id: Uuid::nil(),
        command_id: new_id(),
        command_digest: "00".into(),
        correlation_id: None,
        causation_id: None,
        actor: Actor {
            id: ActorId("prosecutor-1".into()),
            role: Role::Prosecutor,
            organisation: OrganisationId("parket-mechelen".into()),
        },
        purpose: Purpose::CaseHandling,
        auth_issuer: "test".into(),
        auth_mode: "test".into(),
        policy_version: "1".into(),
        trace_parent: None,
    }
}

/// A JSON value with every occurrence of these texts replaced: a sample made into another one of its kind.
pub fn replaced(value: &Value, texts: &[(String, String)]) -> Value {
    let mut json = value.to_string();
    for (from, to) in texts {
        json = json.replace(from.as_str(), to);
    }
    serde_json::from_str(&json).unwrap()
}
