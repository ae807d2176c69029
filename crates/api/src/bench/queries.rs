//! `spoor bench queries`: what case workers load most, against a running program, beside the cheapest request it answers.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::{Value, json};

use super::load::{Measured, load, median};

/// Measures the page of 50 dossiers and the dashboard over HTTP. Prints requests per second, p50 and p99 in
/// milliseconds, and the ratio to `/livez` measured in the same round.
#[derive(Args, Clone, Debug)]
pub struct QueriesBench {
    /// Address of the running program.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// File that holds the access token to use.
    #[arg(long)]
    token_file: PathBuf,
    /// How many clients ask at the same time.
    #[arg(long, default_value_t = 16)]
    clients: usize,
    /// Seconds per measurement.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Rounds; every round measures everything once, in turn.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// The page of 50 dossiers.
pub(super) const PAGE: &str = "query Page { trajectories(first: 50, orderBy: REQUESTED_ON_DESC) { totalCount pageInfo { hasNextPage endCursor } \
    nodes { id number status statusLabel waitingFor requestedOn dueOn version } } }";
const DASHBOARD: &str = "query Dashboard { dashboard { total byStatus { status count } byParket { parket { id } count } \
    workload { guide { id } open } throughput { period requested closed } } }";

/// One thing that is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asked {
    Livez,
    Page,
    Dashboard,
}

/// Runs the measurement and prints it.
pub async fn run(bench: QueriesBench) -> Result<()> {
    let token = std::fs::read_to_string(&bench.token_file)
        .with_context(|| format!("the token file {} cannot be read", bench.token_file.display()))?;
    let client = reqwest::Client::builder().pool_max_idle_per_host(bench.clients).build()?;
    let purpose = own_purpose(&client, &bench.url, token.trim()).await?;
    println!("{} clients, {} s per measurement, {} rounds, {}", bench.clients, bench.seconds, bench.rounds, bench.url);
    println!("{:<10} {:>5} {:>10} {:>9} {:>9} {:>12}", "asked", "round", "per s", "p50 ms", "p99 ms", "of /livez");
    let mut all: Vec<(Asked, Measured, f64)> = Vec::new();
    for round in 1..=bench.rounds {
        let mut reference = None;
        for asked in [Asked::Livez, Asked::Page, Asked::Dashboard] {
            let measured = measure(&bench, &client, token.trim(), &purpose, asked).await?;
            let ratio = measured.per_second / *reference.get_or_insert(measured.per_second);
            print_row(asked, &round.to_string(), &measured, ratio);
            all.push((asked, measured, ratio));
        }
    }
    for asked in [Asked::Livez, Asked::Page, Asked::Dashboard] {
        let rows = all.iter().filter(|row| row.0 == asked);
        let ratio = median(rows.clone().map(|row| row.2).collect());
        print_row(asked, "med", &Measured::median(rows.map(|row| &row.1)), ratio);
    }
    Ok(())
}

/// The usual purpose of whoever the token stands for.
async fn own_purpose(client: &reqwest::Client, url: &str, token: &str) -> Result<String> {
    let body = json!({ "query": "{ viewer { purposes } }" });
    let answer: Value =
        client.post(format!("{url}/graphql")).bearer_auth(token).json(&body).send().await?.json().await?;
    let first = answer["data"]["viewer"]["purposes"][0].as_str();
    first.map(str::to_owned).with_context(|| format!("the program answered: {answer}"))
}

async fn measure(
    bench: &QueriesBench,
    client: &reqwest::Client,
    token: &str,
    purpose: &str,
    asked: Asked,
) -> Result<Measured> {
    let (client, url) = (client.clone(), bench.url.clone());
    let (token, purpose) = (token.to_owned(), purpose.to_owned());
    load(bench.clients, bench.seconds, move || {
        let (client, url, token, purpose) = (client.clone(), url.clone(), token.clone(), purpose.clone());
        async move { ask(&client, &url, &token, &purpose, asked).await }
    })
    .await
}

async fn ask(client: &reqwest::Client, url: &str, token: &str, purpose: &str, asked: Asked) -> Result<()> {
    let document = match asked {
        Asked::Livez => {
            let response = client.get(format!("{url}/livez")).send().await?;
            ensure!(response.status().is_success(), "/livez answered {}", response.status());
            response.bytes().await?;
            return Ok(());
        }
        Asked::Page => PAGE,
        Asked::Dashboard => DASHBOARD,
    };
    let response = client
        .post(format!("{url}/graphql"))
        .bearer_auth(token)
        .header("Spoor-Purpose", purpose)
        .json(&json!({ "query": document }))
        .send()
        .await?;
    let body = response.bytes().await?;
    let answer: Value = serde_json::from_slice(&body)?;
    ensure!(answer.get("errors").is_none() && answer["data"].is_object(), "the program answered: {answer}");
    Ok(())
}

fn print_row(asked: Asked, round: &str, measured: &Measured, ratio: f64) {
    let name = match asked {
        Asked::Livez => "/livez",
        Asked::Page => "page of 50",
        Asked::Dashboard => "dashboard",
    };
    let Measured { per_second, p50_ms, p99_ms } = measured;
    println!("{name:<10} {round:>5} {per_second:>10.0} {p50_ms:>9.2} {p99_ms:>9.2} {ratio:>12.3}");
}
