//! The demo from its first start to its second.

use std::path::Path;
use std::process::ExitCode;

use spoor_eventlog::Clock;

use super::run::{Options, run};
use crate::config::Config;
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
    Places::migrate(&config.stores).await.unwrap();
    let state = AppState::open(config, Clock::System).await.unwrap();
    let plan = include_str!("../../../../data/actieplan-2018-najaar.json");
    let plan = crate::import::plan_from_json(plan).unwrap();
    crate::import::run(&state.log, &state.clock, &plan, &super::people::plan_coordinator()).await.unwrap();
    state.close().await;
    let refused = run(settings(directory.path()), ONCE).await.unwrap_err().to_string();
    assert!(refused.contains("something else than the demo"), "{refused}");
}
