//! `spoor bench readings`: what it costs that every reading is recorded, durably, before its answer leaves.
//!
//! The page of 50 dossiers on the schema as served and on the same schema without any record. No server is ever given
//! the second, so both are asked inside this program, without HTTP.

use std::sync::Arc;

use anyhow::{Result, ensure};
use async_graphql::{Executor, Request};
use chrono::TimeDelta;
use clap::Args;
use spoor_domain::kernel::Purpose;
use spoor_eventlog::Clock;

use super::load::{Measured, load, median};
use super::queries::PAGE;
use crate::access_book::AccessBook;
use crate::auth::Viewer;
use crate::config::Config;
use crate::demo::people;
use crate::graphql;
use crate::http::RequestContext;
use crate::state::AppState;

/// Measures the page of 50 dossiers with and without its access record, in turn, over the stores of a demo that is not
/// running (`--data DIR`). Prints answers per second, p50 and p99 in milliseconds, and the ratio of the two.
#[derive(Args, Clone, Debug)]
pub struct ReadingsBench {
    /// How many clients ask at the same time.
    #[arg(long, default_value_t = 16)]
    clients: usize,
    /// Seconds per measurement.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Rounds; every round measures both, in turn.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// Runs the measurement and prints it.
pub async fn run(bench: ReadingsBench, config: Config) -> Result<()> {
    let state = AppState::open(config, Clock::System).await?;
    let book = AccessBook::new(state.access.clone(), state.clock.clone());
    let recorded = graphql::schema(&state);
    let bare = graphql::bare(graphql::desk(&state), book, state.keeper.clone(), false);
    println!("page of 50 dossiers, {} clients, {} s per measurement", bench.clients, bench.seconds);
    println!(
        "{:<10} {:>5} {:>10} {:>9} {:>9} {:>12}",
        "reading", "round", "per s", "p50 ms", "p99 ms", "of unrecorded"
    );
    let mut rounds: Vec<[Measured; 2]> = Vec::new();
    for round in 1..=bench.rounds {
        let pair = [page(&bench, bare.clone()).await?, page(&bench, recorded.clone()).await?];
        print_pair(&round.to_string(), &pair, pair[1].per_second / pair[0].per_second);
        rounds.push(pair);
    }
    let ratio = median(rounds.iter().map(|[without, with]| with.per_second / without.per_second).collect());
    let middle = [0, 1].map(|which| Measured::median(rounds.iter().map(move |pair| &pair[which])));
    print_pair("med", &middle, ratio);
    state.close().await;
    Ok(())
}

async fn page<E: Executor>(bench: &ReadingsBench, schema: E) -> Result<Measured> {
    let document = Arc::new(async_graphql::parser::parse_query(PAGE)?);
    load(bench.clients, bench.seconds, move || {
        let mut request = Request::new(PAGE).data(prosecutor());
        request.set_parsed_query((*document).clone());
        let schema = schema.clone();
        async move {
            let answer = schema.execute(request).await;
            ensure!(answer.errors.is_empty(), "the page was refused: {:?}", answer.errors);
            // A client gets text: making it is part of an answer.
            serde_json::to_vec(&answer)?;
            Ok(())
        }
    })
    .await
}

/// A prosecutor of the demo, handling cases.
fn prosecutor() -> RequestContext {
    let clock = Clock::System;
    RequestContext {
        viewer: Viewer {
            actor: people::prosecutor(people::PARKETTEN[0]),
            issuer: "bench".into(),
            mode: "terminal",
            expires_at: clock.now() + TimeDelta::hours(1),
        },
        purpose: Some(Purpose::CaseHandling),
        case: None,
        request_id: clock.new_id(),
        trace_parent: None,
    }
}

fn print_pair(round: &str, pair: &[Measured; 2], ratio: f64) {
    for (name, measured, ratio) in [("unrecorded", &pair[0], 1.0), ("recorded", &pair[1], ratio)] {
        let Measured { per_second, p50_ms, p99_ms } = measured;
        println!("{name:<10} {round:>5} {per_second:>10.0} {p50_ms:>9.2} {p99_ms:>9.2} {ratio:>12.3}");
    }
}
