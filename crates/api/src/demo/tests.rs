//! The demo from its first start to its second.

use std::path::Path;
use std::process::ExitCode;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::register::event::RegisterEvent;
use spoor_domain::trajectory::LearningTrajectory;
use spoor_eventlog::{Clock, Position};
use spoor_projections::runner;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::identity::{IDENTITY_DIRECTORY, Signer};
use super::run::{Options, run};
use super::{dossiers, people};
use crate::cli::serve;
use crate::config::Config;
use crate::http::Server;
use crate::state::{AppState, Places};

fn settings(data: &Path) -> Config {
    let mut config = Config::default();
    config.stores.data = Some(data.to_owned());
    config
}

async fn events_in(data: &Path) -> u64 {
    let state = AppState::open(settings(data), Clock::System).await.unwrap();
    let head = state.log.head().await.unwrap();
    state.close().await;
    head.index
}

const ONCE: Options = Options { dossiers: 20, once: true, port: 0 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_answers_its_questions_rightly_and_a_second_start_stores_nothing() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(run(settings(directory.path()), ONCE).await.unwrap(), ExitCode::SUCCESS);
    let events = events_in(directory.path()).await;
    assert!(events > 800, "{events}");
    assert_eq!(run(settings(directory.path()), ONCE).await.unwrap(), ExitCode::SUCCESS);
    assert_eq!(events_in(directory.path()).await, events);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_leaves_a_log_alone_that_holds_something_else() {
    let directory = tempfile::tempdir().unwrap();
    let config = settings(directory.path());
    Places::migrate(&config).await.unwrap();
    let state = AppState::open(config, Clock::System).await.unwrap();
    let plan = include_str!("../../../../data/actieplan-2018-najaar.json");
    let plan = crate::import::plan_from_json(plan).unwrap();
    crate::import::run(&state.log, &state.clock, &plan, &super::people::plan_coordinator()).await.unwrap();
    state.close().await;
    let refused = run(settings(directory.path()), ONCE).await.unwrap_err().to_string();
    assert!(refused.contains("something else than the demo"), "{refused}");
    assert!(!directory.path().join(IDENTITY_DIRECTORY).exists(), "production would refuse the directory ever after");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_leaves_stores_alone_that_were_made_for_others_and_not_used_yet() {
    let directory = tempfile::tempdir().unwrap();
    Places::migrate(&settings(directory.path())).await.unwrap();
    let refused = run(settings(directory.path()), ONCE).await.unwrap_err().to_string();
    assert!(refused.contains("something else than the demo"), "{refused}");
    assert_eq!(events_in(directory.path()).await, 0);
}

/// What a load leaves that is cut off while the lives of a chunk are told: every number taken, some dossiers there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_that_was_cut_off_goes_on_with_the_numbers_that_were_taken() {
    let directory = tempfile::tempdir().unwrap();
    let config = settings(directory.path());
    Places::migrate(&config).await.unwrap();
    let state = AppState::open(config, Clock::System).await.unwrap();
    let loading = |count| dossiers::load(&state.log, &state.blobs, &state.clock, count, |_| {});
    {
        let mut wakeup = state.log.wakeup();
        let load = loading(60);
        let cut = async {
            // Each register has given its numbers before the first life begins; then some lives are under way.
            while requested(&state).await < 20 {
                wakeup.changed().await.unwrap();
            }
        };
        tokio::select! {
            _ = load => panic!("it was not cut off"),
            () = cut => {}
        }
    }
    let before = requested(&state).await;
    assert!((20..60).contains(&before), "{before}");
    for count in [50, 60, 70] {
        loading(count).await.unwrap();
    }
    let mut taken = 0;
    for record in state.log.read_after(Position::START, usize::MAX >> 1).await.unwrap() {
        let event = record.decode().unwrap().event;
        let DomainEvent::Register(RegisterEvent::DossierNumberTaken { dossier, number, .. }) = event else { continue };
        let told = state.log.load::<LearningTrajectory>(&dossier.0.to_string()).await.unwrap().state;
        assert_eq!(told.number(), Some(&number), "every dossier carries the number it took");
        taken += 1;
    }
    assert_eq!(taken, 70, "one number for each dossier");
    state.close().await;
}

async fn requested(state: &AppState) -> usize {
    let first = ["RequestDrafted", "TrajectoryRequested"];
    let head = state.log.head().await.unwrap().position;
    let made = state.log.read_of_types(&first, Position::START, head).await.unwrap();
    made.iter().filter(|record| record.sequence == 1).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prosecutor_who_follows_the_dashboard_sees_it_grow_and_is_told_when_the_service_stops() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = settings(directory.path());
    config.http.bind = ([127, 0, 0, 1], 0).into();
    Places::migrate(&config).await.unwrap();
    let signer = Signer::open(directory.path()).unwrap();
    config.auth = signer.settings();
    let server = Server::bind(&config.http).await.unwrap();
    let mut request = format!("ws://{}/graphql/ws", server.address().unwrap()).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    let state = AppState::open(config, Clock::System).await.unwrap();
    dossiers::load(&state.log, &state.blobs, &state.clock, 10, |_| {}).await.unwrap();
    runner::catch_up(&state.logs(), &state.views).await.unwrap();
    let token = signer.token(&people::prosecutor(people::PARKETTEN[0]), state.clock.now()).unwrap();
    let (stop, stopping) = watch::channel(false);
    let serving = tokio::spawn(serve::run(state.clone(), server, stopping, None));

    let (mut socket, _) = connect_async(request).await.unwrap();
    let init = json!({"type": "connection_init", "payload": {"token": token, "purpose": "CASE_HANDLING"}});
    let subscribe =
        json!({"type": "subscribe", "id": "1", "payload": {"query": "subscription { dashboardChanged { total } }"}});
    for message in [init, subscribe] {
        socket.send(Message::text(message.to_string())).await.unwrap();
    }
    assert_eq!(next(&mut socket).await["type"], "connection_ack");
    let total = |frame: &Value| frame["payload"]["data"]["dashboardChanged"]["total"].as_u64();
    assert_eq!(total(&next(&mut socket).await), Some(2), "two of ten are of this parket");

    dossiers::load(&state.log, &state.blobs, &state.clock, 20, |_| {}).await.unwrap();
    while total(&next(&mut socket).await) != Some(4) {}
    let read = state.access.head().await.unwrap().index;
    assert!(read >= 2, "{read} frames recorded");

    stop.send(true).unwrap();
    let farewell = loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Close(frame) => break frame.unwrap().code,
            _ => continue,
        }
    };
    assert_eq!(u16::from(farewell), 1001);
    serving.await.unwrap().unwrap();
}

async fn next(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>) -> Value {
    match socket.next().await {
        Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
        other => panic!("{other:?}"),
    }
}
