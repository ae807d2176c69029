//! `spoor bench engines`: the same log on SQLite and on other engines, in the same run: commands, copying, catching up.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use spoor_eventlog::{Clock, EventLog, KeyStore, LogOptions, LogUrl, Position, clock, copy};

use super::commands::{Contender, ask, drop_schemas, without_schema};
use super::proofs::fill;

/// Events of one append of the log that is copied: about what a command adds.
const AT_ONCE: usize = 2;
/// Records a reader asks for at once, as a projection does.
const PAGE: usize = 1_000;
/// The schemas on PostgreSQL, made anew and removed.
const SCHEMAS: [&str; 2] = ["spoor_bench_commands", "spoor_bench_copied"];

/// Measures SQLite and each engine given, in turn, and prints ratios to SQLite. Nothing of an existing log is touched: on
/// PostgreSQL everything stands in schemas of its own; on KurrentDB in streams of its own, which stay there.
#[derive(Args, Clone, Debug)]
pub struct EnginesBench {
    /// Another engine: postgres://HOST/DATABASE or esdb://HOST:2113; may be given more than once
    #[arg(long, value_name = "URL")]
    pub on: Vec<String>,
    /// How many events are copied and caught up with
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    pub events: u64,
    /// How many clients give commands at the same time
    #[arg(long, default_value_t = 32, value_name = "N")]
    pub clients: usize,
    /// How long commands are given in a round
    #[arg(long, default_value_t = 3.0, value_name = "SECONDS")]
    pub seconds: f64,
    /// How often commands and catching up are measured, in turn
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub rounds: usize,
    /// Where the SQLite files and the keys are put while measuring
    #[arg(long, default_value = "var/bench", value_name = "DIR")]
    pub directory: PathBuf,
}

/// One engine with the two logs that are measured on it.
struct Measured {
    name: &'static str,
    commands: EventLog,
    copied: EventLog,
    /// Records copied onto it a second; none on the engine that is copied from.
    copied_per_second: Option<f64>,
}

/// Makes the logs, measures, prints, and takes away what can be taken away.
pub async fn run(bench: EnginesBench) -> Result<()> {
    ensure!(bench.events > 0 && bench.rounds > 0 && bench.clients > 0, "give at least 1 event, 1 round, 1 client");
    let others = bench.on.iter().map(|url| Ok(url.parse()?)).collect::<Result<Vec<LogUrl>>>()?;
    let run = clock::new_id().simple().to_string();
    let directory = bench.directory.join(&run);
    std::fs::create_dir_all(&directory).with_context(|| format!("{} cannot be made", directory.display()))?;
    let measured = measure(&bench, &others, &directory, &run).await;
    for url in &others {
        if let LogUrl::Postgres(url) = url {
            drop_schemas(&without_schema(url), &SCHEMAS).await?;
        }
    }
    std::fs::remove_dir_all(&directory)?;
    measured
}

async fn measure(bench: &EnginesBench, others: &[LogUrl], directory: &Path, run: &str) -> Result<()> {
    let keys = KeyStore::in_directory(directory).await?;
    let source = LogUrl::Sqlite(directory.join("copied.sqlite"));
    let log = open(&source, &keys).await?;
    fill(&log, bench.events, AT_ONCE).await?;
    log.close().await;
    let mut engines = vec![Measured {
        name: "SQLite",
        commands: open(&LogUrl::Sqlite(directory.join("commands.sqlite")), &keys).await?,
        copied: open(&source, &keys).await?,
        copied_per_second: None,
    }];
    for url in others {
        if let LogUrl::Postgres(url) = url {
            drop_schemas(&without_schema(url), &SCHEMAS).await?;
        }
        let [commands, copied] = places(url, directory, run)?;
        let began = Instant::now();
        copy(&source, &copied, |_| ControlFlow::Continue(())).await?;
        let copied_per_second = Some(bench.events as f64 / began.elapsed().as_secs_f64());
        let (commands, copied) = (open(&commands, &keys).await?, open(&copied, &keys).await?);
        engines.push(Measured { name: name(url), commands, copied, copied_per_second });
    }
    print(bench, &engines).await?;
    for engine in engines {
        engine.commands.close().await;
        engine.copied.close().await;
    }
    Ok(())
}

async fn print(bench: &EnginesBench, engines: &[Measured]) -> Result<()> {
    println!(
        "{} events, about {AT_ONCE} a command; {} rounds of {} s with {} clients, in turn",
        bench.events, bench.rounds, bench.seconds, bench.clients
    );
    println!(
        "| round | engine | commands/s | p99 ms | to SQLite | caught up with, events/s | to SQLite | copied onto, events/s |"
    );
    println!("|---:|---|---:|---:|---:|---:|---:|---:|");
    for round in 1..=bench.rounds {
        let mut reference = None;
        for engine in engines {
            let duration = Duration::from_secs_f64(bench.seconds);
            let commands = ask(&Contender::Ours(engine.commands.clone()), bench.clients, duration).await?;
            let caught_up = catch_up(&engine.copied, bench.events).await?;
            let (first, first_caught_up) = *reference.get_or_insert((commands.per_second, caught_up));
            let copied = engine.copied_per_second.map_or_else(String::new, |rate| format!("{rate:.0}"));
            println!(
                "| {round} | {} | {:.0} | {:.2} | {:.2}x | {caught_up:.0} | {:.2}x | {copied} |",
                engine.name,
                commands.per_second,
                commands.p99_ms,
                commands.per_second / first,
                caught_up / first_caught_up
            );
        }
    }
    Ok(())
}

/// Reads the whole log as a projection does; events a second.
async fn catch_up(log: &EventLog, events: u64) -> Result<f64> {
    let began = Instant::now();
    let (mut after, mut read) = (Position::START, 0);
    loop {
        let records = log.read_after(after, PAGE).await?;
        let Some(last) = records.last() else { break };
        after = last.position;
        read += records.len() as u64;
    }
    ensure!(read == events, "{read} of {events} events were read");
    Ok(events as f64 / began.elapsed().as_secs_f64())
}

async fn open(url: &LogUrl, keys: &KeyStore) -> Result<EventLog> {
    EventLog::migrate(url).await?;
    Ok(EventLog::open(url, keys.clone(), Clock::System, LogOptions::default()).await?)
}

/// The logs of this run on an engine: for commands, and for the copy.
fn places(url: &LogUrl, directory: &Path, run: &str) -> Result<[LogUrl; 2]> {
    Ok(match url {
        LogUrl::Sqlite(_) => {
            ["other_commands.sqlite", "other_copied.sqlite"].map(|file| LogUrl::Sqlite(directory.join(file)))
        }
        LogUrl::Postgres(url) => {
            let url = without_schema(url);
            let joint = if url.contains('?') { '&' } else { '?' };
            SCHEMAS.map(|schema| LogUrl::Postgres(format!("{url}{joint}schema={schema}")))
        }
        LogUrl::Kurrent(url) => {
            let log = |what: &str| url.with_prefix(&format!("bench_{what}_{run}")).map(LogUrl::Kurrent);
            [log("commands")?, log("copied")?]
        }
    })
}

fn name(url: &LogUrl) -> &'static str {
    match url {
        LogUrl::Sqlite(_) => "SQLite",
        LogUrl::Postgres(_) => "PostgreSQL",
        LogUrl::Kurrent(_) => "KurrentDB",
    }
}
