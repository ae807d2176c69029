//! `spoor bench proofs`: what one proof costs in a large log, beside reading the record it is about.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde_json::json;
use spoor_eventlog::{Append, Clock, EventLog, KeyStore, LogOptions, LogUrl, Metadata, NewEvent, clock};

use super::commands::context;

/// Events of one append while the log is made.
const AT_ONCE: usize = 250;
/// Appends under way at the same time.
const UNDER_WAY: usize = 32;
/// About the length of a payload of ours.
const TEXT_BYTES: usize = 300;

/// Makes a log of so many events and proves events of it, one after the other: p50 and p99, and the ratio to reading the
/// same event by its index.
#[derive(Args, Clone, Debug)]
pub struct ProofsBench {
    /// How many events the log has
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    pub events: u64,
    /// How many proofs are made in a round
    #[arg(long, default_value_t = 2_000, value_name = "N")]
    pub proofs: u64,
    /// How often everything is measured, in turn
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub rounds: usize,
    /// Where the SQLite file is put while measuring
    #[arg(long, default_value = "var/bench", value_name = "DIR")]
    pub directory: PathBuf,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// Read the event by its index: the reference.
    Read,
    /// Prove it in the tree over the whole log.
    Latest,
    /// Prove it in the tree of another size, as under an older checkpoint.
    Older,
    /// Prove that the log of a size is the beginning of this one.
    Growth,
}

/// Makes the log, measures, prints, and takes the log away again.
pub async fn run(bench: ProofsBench) -> Result<()> {
    ensure!(bench.events >= 2 && bench.proofs >= 1 && bench.rounds >= 1, "give at least 2 events, 1 proof, 1 round");
    let directory = bench.directory.join(clock::new_id().to_string());
    std::fs::create_dir_all(&directory).with_context(|| format!("{} cannot be made", directory.display()))?;
    let measured = measure(&bench, &directory).await;
    std::fs::remove_dir_all(&directory)?;
    measured
}

async fn measure(bench: &ProofsBench, directory: &std::path::Path) -> Result<()> {
    let url = LogUrl::Sqlite(directory.join("log.sqlite"));
    EventLog::migrate(&url).await?;
    let options = LogOptions { state_cache: 0, ..LogOptions::default() };
    let keys = KeyStore::in_directory(directory).await?;
    let log = EventLog::open(&url, keys, Clock::System, options).await?;
    let began = Instant::now();
    fill(&log, bench.events, AT_ONCE).await?;
    let filled = began.elapsed();
    let began = Instant::now();
    let tree = log.tile().await?;
    let tiled = began.elapsed();
    let per_second = |took: Duration| tree.size as f64 / took.as_secs_f64();
    println!(
        "SQLite; {} events appended at {:.0}/s, tiled at {:.0}/s",
        tree.size,
        per_second(filled),
        per_second(tiled)
    );
    println!("{:<28} {:>5} {:>9} {:>9} {:>8}", "asked, one after the other", "round", "p50 ms", "p99 ms", "to read");
    for round in 1..=bench.rounds {
        let mut reference = None;
        for asked in [Asked::Read, Asked::Latest, Asked::Older, Asked::Growth] {
            let (p50, p99) = percentiles(ask(&log, asked, bench, round, tree.size).await?);
            let ratio = p50 / *reference.get_or_insert(p50);
            println!("{:<28} {round:>5} {p50:>9.3} {p99:>9.3} {ratio:>7.1}x", asked.words());
        }
    }
    log.close().await;
    Ok(())
}

/// Appends plain events, as many streams at the same time as keep the writer busy.
pub(super) async fn fill(log: &EventLog, events: u64, at_once: usize) -> Result<()> {
    let appends = stream::iter((0..events).step_by(at_once)).map(|first| async move {
        let count = (at_once as u64).min(events - first);
        let text = "Wat tijdens het gesprek werd besproken. ".repeat(TEXT_BYTES / 40);
        let event = |number: u64| NewEvent {
            event_type: "StepTaken".into(),
            event_version: 1,
            payload: json!({ "StepTaken": { "step": first + number, "text": text } }),
        };
        let append = Append {
            aggregate_type: "bench_proof".into(),
            aggregate_id: clock::new_id().to_string(),
            expected_version: 0,
            events: (1..=count).map(event).collect(),
            metadata: Metadata::of_command(&context(), String::new()),
        };
        log.append(append).await.map(drop)
    });
    Ok(appends.buffer_unordered(UNDER_WAY).try_collect::<()>().await?)
}

async fn ask(log: &EventLog, asked: Asked, bench: &ProofsBench, round: usize, size: u64) -> Result<Vec<Duration>> {
    let mut took = Vec::new();
    for number in 0..bench.proofs {
        // Spread over the whole log, the same in every run, never the same place twice in a row.
        let place = (number + round as u64 * bench.proofs).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let index = place % size + 1;
        let began = Instant::now();
        match asked {
            Asked::Read => drop(log.read_after_index(index - 1, 1).await?),
            Asked::Latest => drop(log.leaf_proof(index, size).await?),
            Asked::Older => drop(log.leaf_proof(index, index + (size - index) / 2).await?),
            Asked::Growth => drop(log.growth_proof(index, size).await?),
        }
        took.push(began.elapsed());
    }
    Ok(took)
}

/// p50 and p99, in milliseconds.
fn percentiles(mut took: Vec<Duration>) -> (f64, f64) {
    took.sort_unstable();
    let at = |share: f64| took.get(((took.len() as f64 - 1.0) * share) as usize).map_or(0.0, |t| t.as_secs_f64() * 1e3);
    (at(0.50), at(0.99))
}

impl Asked {
    fn words(self) -> &'static str {
        match self {
            Self::Read => "read the event",
            Self::Latest => "prove it in the whole log",
            Self::Older => "prove it in an older tree",
            Self::Growth => "prove that the log grew",
        }
    }
}
