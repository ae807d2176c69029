//! `spoor log`: a log moves to another place.

use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Subcommand;
use spoor_eventlog::{CopyError, CopyProgress, CopyStep, LogUrl, copy};

use crate::config::{Config, refuse_unsafe_log};
use crate::state::Places;

#[derive(Debug, Subcommand)]
pub(super) enum LogCommand {
    /// Copy a log, record by record, onto an empty place or one where a copy of it was cut; Ctrl-C stops, the same command goes on
    ///
    /// Order, ids, moments and leaf hashes stay, checkpoints and their keys go along, and at the end the copy is read back and must
    /// have the root of the source. Personal data stay sealed: the copy needs the key store, and the documents, of the source.
    /// Stop every program that appends to the source first, or copy again afterwards: the second copy takes over what was added.
    Copy {
        /// The log to copy: sqlite:PATH, postgres://HOST/DATABASE or esdb://HOST:2113
        #[arg(long, value_name = "URL")]
        from: String,
        /// Where it is to be: sqlite:PATH, postgres://HOST/DATABASE or esdb://HOST:2113
        #[arg(long, value_name = "URL")]
        to: String,
    },
}

pub(super) async fn run(config: &Config, command: LogCommand) -> anyhow::Result<ExitCode> {
    let LogCommand::Copy { from, to } = command;
    let [from, to] = [place(config, "--from", &from)?, place(config, "--to", &to)?];
    anyhow::ensure!(from != to, "--from and --to are the same log");
    let stop = Arc::new(AtomicBool::new(false));
    let interrupted = tokio::spawn(interrupted(stop.clone()));
    let mut shown = Shown::default();
    let copied = copy(&from, &to, |progress| {
        shown.show(progress);
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .await;
    interrupted.abort();
    shown.end();
    match copied {
        Ok(done) => {
            say!("{from} -> {to}");
            say!("{} records, {} of them there before; root {}", done.size, done.found, hex::encode(done.root));
            Ok(ExitCode::SUCCESS)
        }
        Err(stopped @ CopyError::Stopped { .. }) => {
            eprintln!("spoor: {stopped}");
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}

fn place(config: &Config, flag: &str, url: &str) -> anyhow::Result<LogUrl> {
    refuse_unsafe_log(flag, url, config)?;
    Ok(Places::log_at(&config.stores, url)?)
}

async fn interrupted(stop: Arc<AtomicBool>) {
    if tokio::signal::ctrl_c().await.is_ok() {
        stop.store(true, Ordering::Relaxed);
    }
}

/// How far the copy is, on standard error: a line that changes on a terminal, otherwise a line for every tenth.
#[derive(Default)]
struct Shown {
    tenths: Option<(CopyStep, u64)>,
}

impl Shown {
    fn show(&mut self, progress: CopyProgress) {
        let CopyProgress { step, done, all } = progress;
        let now = Some((step, done * 10 / all.max(1)));
        let what = match step {
            CopyStep::Copying => "copied",
            CopyStep::Checking => "read back",
        };
        let mut stderr = std::io::stderr();
        // Where nobody listens nothing is lost.
        let _ = match stderr.is_terminal() {
            true => write!(stderr, "\r{what} {done} of {all} records ").and_then(|()| stderr.flush()),
            false if self.tenths != now => writeln!(stderr, "{what} {done} of {all} records"),
            false => Ok(()),
        };
        self.tenths = now;
    }

    fn end(&self) {
        let mut stderr = std::io::stderr();
        if self.tenths.is_some() && stderr.is_terminal() {
            let _ = writeln!(stderr);
        }
    }
}
