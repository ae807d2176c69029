//! The handler from outside: a small schema behind a real server on loopback, asked with real tokens.

mod pace;
mod post;
mod socket;
mod strangers;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_graphql::{Context, Error, ErrorExtensions, Object, Schema, SimpleObject, Subscription};
use futures_util::{FutureExt, Stream, stream};
use serde_json::{Value, json};
use spoor_eventlog::{EventLog, KeyStore, LogOptions, LogUrl};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::*;
use crate::access_book::AccessBook;
use crate::auth::JwtJwks;
use crate::config::{DEMO_ISSUER, Http, RateLimit};
use crate::demo::identity::{DEMO_AUDIENCE, Signer};

type Tests = Schema<Query, Mutation, Ticks>;

struct Query;

#[Object]
impl Query {
    async fn one(&self) -> i32 {
        1
    }
    async fn twice(&self, number: i32) -> i32 {
        number * 2
    }
    async fn itself(&self) -> Query {
        Query
    }
    /// What a resolver knows of the request.
    async fn asked(&self, ctx: &Context<'_>) -> String {
        let request = ctx.data_unchecked::<RequestContext>();
        format!("{:?} {:?} {:?}", request.viewer.actor.role, request.purpose, request.case)
    }
    async fn denied(&self) -> Option<async_graphql::Result<i32>> {
        Some(Err(Error::new("not yours").extend_with(|_, e| e.set("code", "FORBIDDEN"))))
    }
    async fn broken(&self) -> Option<async_graphql::Result<i32>> {
        Some(Err(Error::new("password of the database is hunter2")))
    }
    async fn unrecorded(&self) -> Option<async_graphql::Result<i32>> {
        Some(Err(Error::new("no").extend_with(|_, e| e.set("code", "AUDIT_UNAVAILABLE"))))
    }
    async fn panics(&self) -> i32 {
        "".parse().expect("a defect")
    }
    async fn never(&self, ctx: &Context<'_>) -> i32 {
        ctx.data_unchecked::<Arc<Notify>>().notify_one();
        std::future::pending().await
    }
}

#[derive(SimpleObject)]
struct Payload {
    user_errors: Vec<i32>,
}

struct Mutation;

#[Object]
impl Mutation {
    async fn change(&self, refuse: bool) -> Payload {
        Payload { user_errors: if refuse { vec![1] } else { Vec::new() } }
    }
}

struct Ticks;

#[Subscription]
impl Ticks {
    async fn three(&self) -> impl Stream<Item = i32> {
        stream::iter(1..=3)
    }
    async fn silent(&self) -> impl Stream<Item = i32> {
        stream::pending()
    }
}

/// A running server and what is needed to ask it.
struct App {
    address: SocketAddr,
    signer: Signer,
    stop: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
    metrics: Metrics,
    access: EventLog,
    strangers: Strangers,
    /// Told when the resolver that never ends has begun.
    begun: Arc<Notify>,
    /// How closely somebody looked at the stores, each time.
    looks: Arc<Mutex<Vec<Look>>>,
    client: reqwest::Client,
    _directory: tempfile::TempDir,
}

impl App {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Http)) -> Self {
        let generous = RateLimit { per_minute: 100_000, burst: 10_000, ..RateLimit::default() };
        Self::at_pace(generous, Clock::System, change).await
    }

    /// Where people may ask so fast, by this clock.
    async fn at_pace(pace: RateLimit, clock: Clock, change: impl FnOnce(&mut Http)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let signer = Signer::open(directory.path()).unwrap();
        let mut settings = Http { bind: ([127, 0, 0, 1], 0).into(), ..Http::default() };
        settings.allowed_origins = vec!["https://spoor.example".into()];
        change(&mut settings);
        let begun = Arc::new(Notify::new());
        let builder = Schema::build(Query, Mutation, Ticks).data(begun.clone());
        let schema: Tests = limits::harden(builder, settings.introspection).finish();
        let verifier = Arc::new(JwtJwks::open(&signer.settings()).unwrap());
        let (stop, stopping) = watch::channel(false);
        let metrics = Metrics::default();
        let server = Server::bind(&settings).await.unwrap();
        let address = server.address().unwrap();
        let access = access_log(directory.path()).await;
        let book = AccessBook::new(access.clone(), Clock::System);
        let strangers = Strangers::new(book.clone(), Clock::System);
        let pace = Pace::new(pace, book.clone(), clock);
        let endpoint = Arc::new(Endpoint::new(
            schema,
            Gate::new(verifier, strangers.clone(), pace, book, metrics.clone()),
            settings,
            metrics.clone(),
            stopping,
            Clock::System,
        ));
        let looks = Arc::new(Mutex::new(Vec::new()));
        let looked = looks.clone();
        let readiness: Readiness = Arc::new(move |look: Look| {
            looked.lock().unwrap().push(look);
            async { ReadinessReport::default() }.boxed()
        });
        let serving = tokio::spawn(serve(server, endpoint, readiness, None, None));
        let client = reqwest::Client::new();
        Self { address, signer, stop, serving, metrics, access, strangers, begun, looks, client, _directory: directory }
    }

    fn token(&self) -> String {
        self.token_valid_for(600)
    }

    fn token_valid_for(&self, seconds: i64) -> String {
        self.token_of("g-3", seconds)
    }

    fn token_of(&self, person: &str, seconds: i64) -> String {
        let claims = json!({"iss": DEMO_ISSUER, "aud": DEMO_AUDIENCE, "sub": person, "role": "Guide", "org": "kazerne-dossin",
            "discretion": true, "exp": Clock::System.now().timestamp() + seconds});
        self.signer.sign(&claims).unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A POST of this body with a good token and the content type clients use.
    fn post(&self, body: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
        let request = self.client.post(self.url("/graphql")).bearer_auth(self.token());
        request.header("content-type", "application/json").body(body)
    }

    /// The answer to a document, as JSON.
    async fn ask(&self, query: &str) -> Value {
        let body = json!({ "query": query }).to_string();
        self.post(body).send().await.unwrap().json().await.unwrap()
    }
}

async fn access_log(directory: &Path) -> EventLog {
    let url = LogUrl::Sqlite(directory.join("access.sqlite"));
    EventLog::migrate(&url).await.unwrap();
    let keys = KeyStore::in_directory(directory).await.unwrap();
    EventLog::open(&url, keys, Clock::System, LogOptions::default()).await.unwrap()
}

/// The code of the first error of an answer.
fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("no code")
}
