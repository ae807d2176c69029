//! `spoor bench queries`: what case workers load most, against a running program, beside the cheapest request it answers.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::{Value, json};
use tokio::task::JoinSet;

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

const PAGE: &str = "query Page { trajectories(first: 50, orderBy: REQUESTED_ON_DESC) { totalCount pageInfo { hasNextPage endCursor } \
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

/// One measurement.
struct Measured {
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
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
        let of = |what: fn(&(Asked, Measured, f64)) -> f64| {
            median(all.iter().filter(|row| row.0 == asked).map(what).collect())
        };
        let measured = Measured {
            per_second: of(|row| row.1.per_second),
            p50_ms: of(|row| row.1.p50_ms),
            p99_ms: of(|row| row.1.p99_ms),
        };
        print_row(asked, "med", &measured, of(|row| row.2));
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
    let started = Instant::now();
    let until = started + Duration::from_secs(bench.seconds);
    let mut clients = JoinSet::new();
    for _ in 0..bench.clients {
        let (client, url) = (client.clone(), bench.url.clone());
        let (token, purpose) = (token.to_owned(), purpose.to_owned());
        clients.spawn(async move {
            let mut latencies = Vec::new();
            while Instant::now() < until {
                let asked_at = Instant::now();
                ask(&client, &url, &token, &purpose, asked).await?;
                latencies.push(asked_at.elapsed());
            }
            anyhow::Ok(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(done) = clients.join_next().await {
        latencies.extend(done??);
    }
    let seconds = started.elapsed().as_secs_f64();
    latencies.sort_unstable();
    let at = |share: f64| {
        latencies.get(((latencies.len() as f64 - 1.0) * share) as usize).map_or(0.0, |l| l.as_secs_f64() * 1e3)
    };
    Ok(Measured { per_second: latencies.len() as f64 / seconds, p50_ms: at(0.50), p99_ms: at(0.99) })
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

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
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
