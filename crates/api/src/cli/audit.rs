//! `spoor audit …`: sign, publish, check and export, for those who watch over the logs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::{Args, Subcommand};
use spoor_domain::kernel::{ActorId, OrganisationId, Purpose, Role};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_eventlog::{Clock, EventLog, KeyStore, LogOptions};
use spoor_notary::{Growth, SignedCheckpoint};
use spoor_projections::Scope;

use super::terminal::Asker;
use crate::access_book::Reader;
use crate::config::{Config, refuse_unsafe_stores};
use crate::http::context::purpose;
use crate::policy::{self, Action};
use crate::proof::{self, LogName, Order, Period, ProofPlaces, Wanted, check};
use crate::state::{AppState, Places};
use crate::telemetry;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Sign the logs as they are now, and write the checkpoints where others collect them
    Checkpoint {
        /// Which log; both when not given
        #[arg(long)]
        log: Option<LogName>,
    },
    /// Take in a checkpoint that came back with the signatures of witnesses
    Cosigned {
        /// The file
        file: PathBuf,
    },
    /// Write what a witness needs to see that a log only grew since the size it knows
    Growth {
        /// The size the witness knows; 0 when it knows none
        #[arg(long, value_name = "SIZE")]
        since: u64,
        /// To an earlier checkpoint, by its size, such as the one by which the log handed over to another key; the log as it
        /// is now when not given
        #[arg(long, value_name = "SIZE")]
        to: Option<u64>,
        /// Which log
        #[arg(long, default_value = "events")]
        log: LogName,
        /// The file to make; standard output when not given
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Read the logs again, record by record, and hold them against what was committed and what was signed. Also when
    /// the program refuses to start
    Check {
        /// Which log; both when not given
        #[arg(long)]
        log: Option<LogName>,
        /// Make the tiles anew when only they are damaged, and the records are those that were committed
        #[arg(long)]
        rebuild_tiles: bool,
    },
    /// Export records with what proves them; `spoor verify` needs nothing else. Written down in the access log first
    Export(ExportFlags),
}

/// What to export.
#[derive(Args, Debug)]
pub struct ExportFlags {
    /// The directory to make, or the zip file
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Which log
    #[arg(long, default_value = "events")]
    log: LogName,
    /// The records from one index to another, both included, such as 17..42; all when nothing is chosen. With a compliance
    /// officer's token only what the own controller answers for, whatever is chosen
    #[arg(long, value_name = "A..B", group = "choice", value_parser = range)]
    range: Option<std::ops::RangeInclusive<u64>>,
    /// The records of one dossier, by its number; with a compliance officer's token one of the own controller
    #[arg(long, value_name = "LT-2026-0042", group = "choice")]
    dossier: Option<String>,
    /// What was recorded in a half-year (2018-H2) or on the days FROM..TO
    #[arg(long, value_name = "PERIOD", group = "choice")]
    period: Option<Period>,
    /// Under an earlier checkpoint, by its size: the same bytes as then
    #[arg(long, value_name = "N")]
    size: Option<u64>,
    /// As one zip file
    #[arg(long)]
    zip: bool,
    /// The account that takes it, where nobody's token says so
    #[arg(long, value_name = "ACCOUNT", default_value = "operator")]
    by: ActorId,
    /// For which purpose: a code of Spoor-Purpose that fits the role
    #[arg(long, value_name = "CODE", value_parser = purpose)]
    purpose: Purpose,
    /// The access token of whoever takes it, in a file
    #[arg(long, value_name = "FILE", conflicts_with = "by")]
    token: Option<PathBuf>,
    /// With the personal values of that dossier in clear beside the records; a compliance officer's token is needed
    #[arg(long, requires_all = ["token", "dossier"])]
    open: bool,
}

/// Does it.
pub async fn run(config: Config, command: AuditCommand) -> anyhow::Result<ExitCode> {
    refuse_unsafe_stores(&config)?;
    telemetry::start(&config.telemetry)?;
    if let AuditCommand::Check { log, rebuild_tiles } = command {
        return check_logs(&config, log, rebuild_tiles).await;
    }
    let state = AppState::open(config, Clock::System).await?;
    let done = match command {
        AuditCommand::Checkpoint { log } => checkpoint(&state, log).await,
        AuditCommand::Cosigned { file } => cosigned(&state, &file).await,
        AuditCommand::Growth { since, to, log, out } => growth(&state, since, to, log, out.as_deref()).await,
        AuditCommand::Export(flags) => export(&state, flags).await,
        AuditCommand::Check { .. } => Ok(()),
    };
    state.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn checkpoint(state: &AppState, log: Option<LogName>) -> anyhow::Result<()> {
    for name in LogName::ALL.into_iter().filter(|name| log.is_none_or(|log| log == *name)) {
        match state.keeper.of(name).sign().await? {
            Some(kept) => say!("{}", kept.note),
            None => say!("{} is empty: nothing to sign\n", name.words()),
        }
    }
    Ok(())
}

async fn cosigned(state: &AppState, file: &Path) -> anyhow::Result<()> {
    let note = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let origin =
        SignedCheckpoint::parse(&note).with_context(|| file.display().to_string())?.checkpoint().origin.clone();
    let keepers = LogName::ALL.map(|name| state.keeper.of(name));
    let Some(keeper) = keepers.iter().find(|keeper| keeper.origin() == origin) else {
        let ours = keepers.map(|keeper| keeper.origin()).join(" and ");
        bail!("{} is a checkpoint of {origin}; the logs here are {ours}", file.display());
    };
    let kept = keeper.take_in(&note).await?;
    // The log's own signature is one of them.
    let signatures = kept.note.lines().filter(|line| line.starts_with("— ")).count();
    say!("{} over {} records: {signatures} signatures, the log's own included", kept.origin, kept.size);
    Ok(())
}

async fn growth(state: &AppState, since: u64, to: Option<u64>, log: LogName, out: Option<&Path>) -> anyhow::Result<()> {
    let keeper = state.keeper.of(log);
    let kept = match to {
        Some(size) => {
            keeper.checkpoint_of(size).await?.with_context(|| format!("no checkpoint has the size {size}"))?
        }
        None => keeper.sign().await?.with_context(|| format!("{} is empty", log.words()))?,
    };
    ensure!(
        since <= kept.size,
        "{} has {} records: a witness that knows {since} knows another log. Do not go on before you know why",
        log.words(),
        kept.size
    );
    let proof = keeper.log().growth_proof(since, kept.size).await?.proof;
    let text = Growth { old_size: since, proof, checkpoint: SignedCheckpoint::parse(&kept.note)? }.to_text();
    match out {
        Some(file) => std::fs::write(file, text).with_context(|| file.display().to_string()),
        None => {
            super::out::text(&text);
            Ok(())
        }
    }
}

async fn check_logs(config: &Config, log: Option<LogName>, rebuild_tiles: bool) -> anyhow::Result<ExitCode> {
    let (stores, places) = (Places::of(&config.stores)?, ProofPlaces::of(config)?);
    let next = stores.next_master_key.as_deref();
    let keys = KeyStore::open_between(&stores.keys, &stores.master_key, next).await?;
    let mut code = ExitCode::SUCCESS;
    for (name, url) in [(LogName::Events, &stores.log), (LogName::Access, &stores.access)] {
        if log.is_some_and(|log| log != name) {
            continue;
        }
        let options = LogOptions { state_cache: 0, ..LogOptions::default() };
        let opened = match EventLog::open(url, keys.clone(), Clock::System, options).await {
            Ok(opened) => opened,
            // The other log is read all the same.
            Err(error) => {
                eprintln!("{}: {error}", name.words());
                code = ExitCode::FAILURE;
                continue;
            }
        };
        match check(name, &opened, &places, &config.proof.origin, rebuild_tiles).await {
            Ok((tree, signed)) => {
                let root: String = tree.root.iter().map(|byte| format!("{byte:02x}")).collect();
                say!(
                    "{}: {} records as committed, {signed} checkpoints as signed, root {root}",
                    name.words(),
                    tree.size
                );
            }
            Err(error) => {
                eprintln!("{error}");
                code = ExitCode::FAILURE;
            }
        }
        opened.close().await;
    }
    Ok(code)
}

async fn export(state: &AppState, flags: ExportFlags) -> anyhow::Result<()> {
    let (reader, controller) = reader(state, &flags).await?;
    let ExportFlags { out, log, range, dossier, period, size, zip, open, .. } = flags;
    let wanted = match (range, dossier, period) {
        (Some(range), _, _) => Wanted::Range(range),
        (_, Some(number), _) => Wanted::Dossier(DossierNumber(number)),
        (_, _, Some(period)) => Wanted::Period(period),
        (None, None, None) => Wanted::All,
    };
    let order = Order { log, wanted, size, out, zip, open, controller };
    let exported = proof::export(state, &order, &reader).await?;
    let keys = state.keeper.of(log).keys().await?;
    say!(
        "{} of the {} records of {} are in {}\ncheck it anywhere: spoor verify {} --key FILE, where FILE holds the keys of this log, the present one first",
        exported.records,
        exported.checkpoint.size,
        log.words(),
        order.out.display(),
        order.out.display()
    );
    keys.iter().for_each(|key| say!("{key}"));
    Ok(())
}

/// Who takes the export, by a token or by saying so at a terminal of this machine, and of which controller only.
async fn reader(state: &AppState, flags: &ExportFlags) -> anyhow::Result<(Reader, Option<OrganisationId>)> {
    let (command, action) = match flags.open {
        true => ("audit export --open", Action::OpenExport),
        false => ("audit export", Action::ExportLog),
    };
    let (token, dossier) = (flags.token.as_deref(), flags.dossier.as_deref());
    let asker = Asker::of(state, command, token, (&flags.by.0, policy::PROGRAM), flags.purpose, dossier).await?;
    let actor = &asker.reader.actor;
    asker
        .admit(
            state,
            policy::authorize(actor, action).is_ok(),
            "this role may not take such an export: a compliance officer may, an administrator only a sealed one",
            "this role takes no such export for this purpose: give another --purpose, or the --dossier it is about",
        )
        .await?;
    // An officer takes what the own controller answers for; an administrator anything, sealed.
    let scope = match actor.role {
        Role::ComplianceOfficer => policy::scope(actor),
        _takes_sealed_ones_only => Scope::All,
    };
    asker.dossier(state, &scope).await?;
    let controller = if let Scope::Controller(own) = scope { Some(own) } else { None };
    Ok((asker.reader, controller))
}

/// `17..42`, both included.
fn range(text: &str) -> Result<std::ops::RangeInclusive<u64>, String> {
    let wrong = || format!("'{text}' is no range: write the first and the last index, such as 17..42");
    let (first, last) = text.split_once("..").ok_or_else(wrong)?;
    Ok(first.parse().map_err(|_| wrong())?..=last.parse().map_err(|_| wrong())?)
}
