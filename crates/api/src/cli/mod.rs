//! The command line: what `spoor` can be told, and how it says that it went wrong.

#[macro_use]
mod out;

mod audit;
mod keys;
mod log;
mod operate;
mod progress;
mod replay;
mod report;
mod schema;
pub(crate) mod serve;
pub(crate) mod terminal;
#[cfg(test)]
mod tests;
mod token;
pub(crate) mod verify;
mod witness;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use spoor_domain::kernel::{ActorId, OrganisationId};
use spoor_eventlog::Clock;

use crate::bench::{
    self, commands::CommandsBench, engines::EnginesBench, proofs::ProofsBench, queries::QueriesBench,
    readings::ReadingsBench, verify::VerifyBench,
};
use crate::config::{self, Config, ConfigError, Sources};
use crate::demo;
use crate::state::StateError;

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong use, 78 the configuration is wrong or unsafe.

Settings come from spoor.toml (or --config), overruled by SPOOR_* variables, overruled by flags: see `spoor config print`.";

/// Dossiers whose every change leaves a provable trace.
#[derive(Debug, Parser)]
#[command(name = "spoor", version, after_help = EXIT_CODES)]
struct Cli {
    #[command(flatten)]
    places: PlaceFlags,
    #[command(subcommand)]
    command: Command,
}

/// Where things are kept; the same for every command.
#[derive(Args, Debug, Default)]
struct PlaceFlags {
    /// Directory of the embedded stores; stands for every store without a url of its own
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The event log: sqlite:PATH, postgres://HOST/DATABASE or esdb://HOST:2113
    #[arg(long, global = true, value_name = "URL")]
    log_url: Option<String>,
    /// The views: sqlite:PATH or postgres://HOST/DATABASE
    #[arg(long, global = true, value_name = "URL")]
    views_url: Option<String>,
    /// The access log: sqlite:PATH, postgres://HOST/DATABASE or esdb://HOST:2113
    #[arg(long, global = true, value_name = "URL")]
    access_url: Option<String>,
    /// The data keys: sqlite:PATH or postgres://HOST/DATABASE
    #[arg(long, global = true, value_name = "URL")]
    keys_url: Option<String>,
    /// The documents: directory:PATH or postgres://HOST/DATABASE
    #[arg(long, global = true, value_name = "URL")]
    blobs_url: Option<String>,
    /// The configuration file; otherwise SPOOR_CONFIG, otherwise ./spoor.toml where that exists
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer GraphQL over HTTP until told to stop (SIGTERM or Ctrl-C)
    Serve {
        /// Address and port to listen on, instead of http.bind
        #[arg(long, value_name = "ADDRESS:PORT")]
        bind: Option<String>,
    },
    /// Show everything with invented dossiers, on this machine only
    Demo {
        /// How many invented dossiers there are to be
        #[arg(long, value_name = "N", default_value_t = 40)]
        dossiers: usize,
        /// Run the ready queries, print their answers and stop; exit code 0 when all are right
        #[arg(long)]
        once: bool,
        /// The port on loopback, 8080 when not given; 0 takes a free one, as --once does
        #[arg(long, value_name = "PORT")]
        port: Option<u16>,
    },
    /// Show a dossier step by step: who did what, when, and what it changed
    Replay(replay::ReplayFlags),
    /// Write an edition of the half-yearly report into a file, or a draft of the next one
    Report(report::ReportFlags),
    /// Make the stores, or bring them to the shape this program needs
    Migrate,
    /// Take over what was published before
    #[command(subcommand)]
    Import(ImportCommand),
    /// Say whether an export is what was in the log; needs no database
    Verify(verify::VerifyArgs),
    /// For another party, offline: follow a log and countersign its checkpoints
    #[command(subcommand)]
    Witness(witness::WitnessCommand),
    /// Measure
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Look at the settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Sign, check and export the logs
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Look after the keys
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Move a log
    #[command(subcommand)]
    Log(log::LogCommand),
    /// Look after the views
    #[command(subcommand)]
    Projections(ProjectionCommand),
    /// Look after the documents
    #[command(subcommand)]
    Documents(DocumentsCommand),
    /// Print the GraphQL schema
    #[command(hide = true)]
    Schema,
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// A half-yearly report of an action plan, as JSON (data/README.md describes its shape); again stores nothing
    ActionPlan {
        /// The file
        file: PathBuf,
        /// The account it is recorded under
        #[arg(long, value_name = "ACCOUNT", default_value = "import")]
        by: ActorId,
        /// The organisation of that account
        #[arg(long, value_name = "CODE", default_value = "abb")]
        organisation: OrganisationId,
    },
    /// Report rows and figures of a half-year, as JSON or CSV (docs/import.md); again stores nothing twice
    Progress(progress::ProgressArgs),
}

#[derive(Debug, Subcommand)]
enum BenchCommand {
    /// Full commands per second on our log and on plain cqrs-es, in turn; --log-url chooses the engine
    Commands(CommandsBench),
    /// The page of 50 dossiers and the dashboard of a running program
    Queries(QueriesBench),
    /// The page of 50 dossiers with and without its access record, over the stores of a demo that is not running
    Readings(ReadingsBench),
    /// How fast a full export is verified, beside bare SHA-256 over the same bytes
    Verify(VerifyBench),
    /// One proof of one event in a log of a million
    Proofs(ProofsBench),
    /// Commands, copying and catching up on SQLite and on other engines, in turn
    Engines(EnginesBench),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Say whether `spoor serve` would start with these settings
    Check,
    /// Print every setting with its explanation, its variable and its value in force
    Print,
}

#[derive(Debug, Subcommand)]
enum DocumentsCommand {
    /// Remove documents that were uploaded and never attached; `serve` does so every hour
    Sweep,
}

#[derive(Debug, Subcommand)]
enum ProjectionCommand {
    /// How far every projection is
    Status,
    /// Make a projection anew beside the live one, and put it in its place
    Rebuild {
        /// Which one (see `projections status`), or all
        name: String,
        /// Also of a log that lacks records or has altered ones: what the live views still tell of them is lost then
        #[arg(long)]
        over_a_loss: bool,
    },
    /// Make projections anew in a shadow and compare them with the live ones, row by row
    Verify {
        /// Which one; all when not given
        name: Option<String>,
    },
}

/// Runs the program and says how it ended.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Also how clap answers --help and --version, which are no errors.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    // Wrong settings are told of by the command that needs them.
    if let Ok(config) = load(cli.places.config.clone(), cli.places.flags()) {
        builder.worker_threads(config.workers().get());
    }
    let runtime = match builder.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("spoor: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(cli.carry_out()) {
        Ok(code) => code,
        Err(error) => match configuration_problems(&error) {
            Some(problems) => {
                eprintln!("spoor: the configuration is wrong or unsafe:");
                for problem in &problems.0 {
                    eprintln!("  - {problem}");
                }
                ExitCode::from(78)
            }
            None => {
                eprintln!("spoor: {}", told(&error));
                ExitCode::FAILURE
            }
        },
    }
}

/// An error with its causes, except those that it names already.
fn told(error: &anyhow::Error) -> String {
    error
        .chain()
        .skip(1)
        .map(ToString::to_string)
        .fold(error.to_string(), |told, cause| if told.contains(&cause) { told } else { format!("{told}: {cause}") })
}

/// What is wrong with the settings, when they are at fault.
fn configuration_problems(error: &anyhow::Error) -> Option<&ConfigError> {
    match error.downcast_ref::<StateError>() {
        Some(StateError::Config(problems)) => Some(problems),
        _ => error.downcast_ref::<ConfigError>(),
    }
}

impl Cli {
    async fn carry_out(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Serve { bind } => {
                let mut flags = self.places.flags();
                flags.extend(bind.map(|bind| ("http.bind", bind)));
                serve::serve(load(self.places.config, flags)?).await
            }
            Command::Demo { dossiers, once, port } => {
                let port = port.unwrap_or(if once { 0 } else { 8080 });
                let flags = self.places.flags();
                demo::run::refuse_a_file(self.places.config.as_deref())?;
                // An installation's file is no business of the demo; flags and variables may name other stores.
                let config = config::load(&Sources::of_process(None, flags).without_file())?;
                demo::run::run(config, demo::run::Options { dossiers, once, port }).await
            }
            Command::Schema => Ok(schema::print()),
            Command::Config(ConfigCommand::Print) => Ok(operate::print(&self.places.load()?)),
            Command::Config(ConfigCommand::Check) => operate::check(&self.places.load()?),
            Command::Replay(flags) => replay::replay(self.places.load()?, flags).await,
            Command::Report(flags) => report::report(self.places.load()?, flags).await,
            Command::Migrate => operate::migrate(&self.places.load()?).await,
            Command::Import(ImportCommand::ActionPlan { file, by, organisation }) => {
                operate::import(self.places.load()?, &file, by, organisation).await
            }
            Command::Import(ImportCommand::Progress(args)) => progress::run(self.places.load()?, args).await,
            Command::Bench(BenchCommand::Commands(bench)) => {
                let config = self.places.load()?;
                bench::commands::run(bench, config.stores.log_url.as_deref()).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Bench(BenchCommand::Queries(bench)) => {
                bench::queries::run(bench).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Bench(BenchCommand::Verify(bench)) => bench::verify::run(&bench).map(|()| ExitCode::SUCCESS),
            Command::Verify(args) => Ok(verify::run(&args)),
            Command::Witness(command) => witness::run(command, &Clock::System),
            Command::Bench(BenchCommand::Readings(bench)) => {
                bench::readings::run(bench, self.places.load()?).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Bench(BenchCommand::Proofs(bench)) => bench::proofs::run(bench).await.map(|()| ExitCode::SUCCESS),
            Command::Bench(BenchCommand::Engines(bench)) => {
                bench::engines::run(bench).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Audit(command) => audit::run(self.places.load()?, command).await,
            Command::Keys(command) => keys::run(self.places.load()?, command).await,
            Command::Log(command) => log::run(&self.places.load()?, command).await,
            Command::Documents(DocumentsCommand::Sweep) => operate::sweep_documents(self.places.load()?).await,
            Command::Projections(command) => operate::projections(self.places.load()?, command).await,
        }
    }
}

impl PlaceFlags {
    /// The settings in force.
    fn load(self) -> Result<Config, ConfigError> {
        let flags = self.flags();
        load(self.config, flags)
    }

    fn flags(&self) -> Vec<(&'static str, String)> {
        let text = |path: &PathBuf| path.display().to_string();
        [
            ("stores.data", self.data.as_ref().map(text)),
            ("stores.log_url", self.log_url.clone()),
            ("stores.views_url", self.views_url.clone()),
            ("stores.access_url", self.access_url.clone()),
            ("stores.keys_url", self.keys_url.clone()),
            ("stores.blobs_url", self.blobs_url.clone()),
        ]
        .into_iter()
        .filter_map(|(path, value)| Some((path, value?)))
        .collect()
    }
}

fn load(file: Option<PathBuf>, flags: Vec<(&'static str, String)>) -> Result<Config, ConfigError> {
    config::load(&Sources::of_process(file, flags))
}
