//! `spoor bench commands`: full commands per second on our log and on plain cqrs-es, in turn, in the same run.

mod contenders;
mod disk;
mod report;
mod workload;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use spoor_eventlog::{LogUrl, clock};

pub(super) use contenders::{Contender, drop_schemas, without_schema};
use contenders::{Contenders, SHIPPED_CONNECTIONS, TUNED_CONNECTIONS};
use report::{Measured, Report, Round};
use workload::COMMANDS_PER_STREAM;
pub(super) use workload::context;

/// Below this, the disk is what is measured, and single inserts show how much of it is used.
const SLOW_DISK_FLUSHES: f64 = 5_000.0;

/// What to measure.
#[derive(Args, Clone, Debug)]
pub struct CommandsBench {
    /// How many clients ask at the same time, one measurement for each
    #[arg(long, value_delimiter = ',', default_value = "1,8,32", value_name = "N,…")]
    pub clients: Vec<usize>,
    /// How often every measurement is repeated; the median is reported
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub rounds: usize,
    /// How long one measurement takes
    #[arg(long, default_value_t = 3.0, value_name = "SECONDS")]
    pub seconds: f64,
    /// Measure ours on hot streams once more while the log is tiled beside the commands, as `spoor serve` does
    #[arg(long)]
    pub tiler: bool,
    /// Where the SQLite files and the keys are put while measuring
    #[arg(long, default_value = "var/bench", value_name = "DIR")]
    pub directory: PathBuf,
}

/// Measures on the engine of this log address and prints what came out. Nothing of an existing log is touched: SQLite
/// files are made in a directory of their own, PostgreSQL tables in schemas of their own.
pub async fn run(bench: CommandsBench, log_url: Option<&str>) -> Result<()> {
    let url: LogUrl = log_url.unwrap_or("sqlite:bench").parse()?;
    std::fs::create_dir_all(&bench.directory)
        .with_context(|| format!("the directory {} cannot be made", bench.directory.display()))?;
    let directory = bench.directory.join(clock::new_id().to_string());
    std::fs::create_dir(&directory)?;
    let contenders = Contenders::set_up(&url, &directory).await?;
    let measured = measure(&bench, &url, &contenders, &directory).await;
    contenders.tear_down().await?;
    std::fs::remove_dir_all(&directory)?;
    measured
}

async fn measure(
    bench: &CommandsBench,
    url: &LogUrl,
    contenders: &Contenders,
    directory: &std::path::Path,
) -> Result<()> {
    let engine = match url {
        LogUrl::Sqlite(_) => "SQLite, write-ahead log, synchronous FULL",
        LogUrl::Postgres(_) => "PostgreSQL",
        LogUrl::Kurrent(_) => "KurrentDB",
    };
    let workers = tokio::runtime::Handle::current().metrics().num_workers();
    println!("{engine}; {} rounds of {} s each, in turn; {workers} worker thread(s)", bench.rounds, bench.seconds);
    println!(
        "A command loads a stream of up to {COMMANDS_PER_STREAM} events, decides, appends one event of about 500 bytes, durably."
    );
    println!(
        "Plain: cqrs-es with the pool its crates make, {SHIPPED_CONNECTIONS} connections tested before use; no queries."
    );
    println!("Plain, tuned: {TUNED_CONNECTIONS} connections, not tested. Ours: 4 reading connections, 1 writing.");
    let mut report = Report::default();
    let second = Duration::from_secs_f64(bench.seconds);
    for round in 1..=bench.rounds {
        for &clients in &bench.clients {
            let flushes = disk::flushes_per_second(directory)?;
            let single_inserts = match &contenders.single_inserts {
                Some(inserts) if flushes < SLOW_DISK_FLUSHES => Some(ask(inserts, clients, second).await?),
                Some(_) | None => None,
            };
            let plain = ask(&contenders.plain, clients, second).await?;
            let tuned = ask(&contenders.tuned, clients, second).await?;
            let hot = ask(&contenders.hot, clients, second).await?;
            let tiled =
                if bench.tiler { Some(ask_beside_the_tiler(&contenders.hot, clients, second).await?) } else { None };
            let cold = ask(&contenders.cold, clients, second).await?;
            println!(
                "round {round}, {clients:>3} clients: plain {:>6.0}/s, tuned {:>6.0}/s, hot {:>6.0}/s, cold {:>6.0}/s; {flushes:.0} flushes/s",
                plain.per_second, tuned.per_second, hot.per_second, cold.per_second
            );
            if let Some(tiled) = tiled {
                println!("round {round}, {clients:>3} clients: hot {:>6.0}/s with the tiler beside", tiled.per_second);
            }
            report.add(clients, Round { flushes, single_inserts, plain, tuned, hot, tiled, cold });
        }
    }
    print!("{report}");
    Ok(())
}

/// The same of our log, which is tiled meanwhile. What was appended before is tiled first, so that only what is asked now is.
async fn ask_beside_the_tiler(contender: &Contender, clients: usize, duration: Duration) -> Result<Measured> {
    let Contender::Ours(log) = contender else { bail!("only our log has tiles") };
    log.tile().await?;
    let tiler = log.start_tiler();
    let measured = ask(contender, clients, duration).await;
    let failure = tiler.failure().borrow().clone();
    tiler.stop().await;
    if let Some(failure) = failure {
        bail!("the tiler stopped: {failure}");
    }
    measured
}

/// Lets this many clients ask for this long, each one command after the other.
pub(super) async fn ask(contender: &Contender, clients: usize, duration: Duration) -> Result<Measured> {
    let began = Instant::now();
    let until = began + duration;
    let tasks: Vec<_> = (0..clients).map(|_| tokio::spawn(client(contender.clone(), until))).collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    Ok(Measured::of(latencies, began.elapsed()))
}

async fn client(contender: Contender, until: Instant) -> Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    let author = clock::new_id();
    loop {
        let stream = clock::new_id().to_string();
        for step in 1..=COMMANDS_PER_STREAM {
            let asked = Instant::now();
            if asked >= until {
                return Ok(latencies);
            }
            contender.step(&stream, step, author).await?;
            latencies.push(asked.elapsed());
        }
    }
}
