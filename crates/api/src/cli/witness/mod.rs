//! `spoor witness`: for another party, offline. It keeps what it saw of a log and countersigns only what grew out of that.

#[cfg(test)]
mod tests;

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use spoor_eventlog::Clock;
use spoor_notary::export::{Expected, Outcome, growth_shown, verify};
use spoor_notary::{ConsistencyProof, Growth, KeyKind, SigningKey, VerifyingKey, WitnessState};

use super::verify::{text_of, threads};

/// What a witness can be told.
#[derive(Debug, Subcommand)]
pub enum WitnessCommand {
    /// Make a key of your own and begin to follow a log
    Init(InitArgs),
    /// Countersign a checkpoint, when the log grew out of what you saw last; exit code 1 when it did not
    Cosign(CosignArgs),
    /// Follow the log under another key from now on, once you countersigned the checkpoint that both keys signed
    NewKey {
        /// The new public key of the log, as received from its keeper: the first line of the file
        #[arg(long, value_name = "FILE")]
        log: PathBuf,
        /// Your state file
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
    },
    /// Say which log is followed and what was seen last
    Status {
        /// Your state file
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
    },
}

/// To begin.
#[derive(Args, Debug)]
pub struct InitArgs {
    /// Your name as it will stand on checkpoints, for instance museum.example
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Your secret key: read when it exists, otherwise made; keep it yourself
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The public key of the log, as received from its keeper
    #[arg(long, value_name = "FILE")]
    log: PathBuf,
    /// Your state file, which remembers what you saw last; one for each log
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
}

/// To countersign.
#[derive(Args, Debug)]
pub struct CosignArgs {
    /// What the log's keeper gave you: a proof of growth, a checkpoint, or a full export
    #[arg(value_name = "PATH")]
    offered: PathBuf,
    /// Your secret key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Your state file
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// Where the countersigned checkpoint goes; printed when not given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Does it.
pub fn run(command: WitnessCommand, clock: &Clock) -> Result<ExitCode> {
    match command {
        WitnessCommand::Init(args) => init(&args),
        WitnessCommand::Cosign(args) => cosign(&args, clock),
        WitnessCommand::NewKey { log, state } => new_key(&log, &state),
        WitnessCommand::Status { state } => status(&state),
    }
}

fn init(args: &InitArgs) -> Result<ExitCode> {
    let log = VerifyingKey::from_file(&args.log)?;
    if log.kind() != KeyKind::Log {
        bail!("{} is not the key of a log", args.log.display());
    }
    if args.state.exists() {
        bail!(
            "{} exists already: this log is followed. Losing what was seen would let another history pass for the first",
            args.state.display()
        );
    }
    let key = if args.key.exists() {
        let key = own_key(&args.key)?;
        if key.public().name() != args.name {
            bail!("{} is the key of {}, not of {}", args.key.display(), key.public().name(), args.name);
        }
        key
    } else {
        let key = SigningKey::generate(&args.name, KeyKind::Witness)?;
        key.create_file(&args.key)?;
        key
    };
    keep(&args.state, &WitnessState { log, seen: None })?;
    say!("{}", key.public());
    eprintln!(
        "This is your public key. Give it to those who verify; for their policy it is the line `witness` and this key."
    );
    Ok(ExitCode::SUCCESS)
}

fn cosign(args: &CosignArgs, clock: &Clock) -> Result<ExitCode> {
    let key = own_key(&args.key)?;
    let state = state_of(&args.state)?;
    let (checkpoint, proof) = match offered(&args.offered, &state)? {
        Offered::Usable { checkpoint, proof } => (checkpoint, proof),
        Offered::NotProven(what) => return Ok(refused(&what)),
    };
    let at = u64::try_from(clock.now().timestamp()).context("the clock stands before 1970")?;
    match state.countersign(&checkpoint, &proof, &key, at) {
        Ok((state, cosigned)) => {
            // What was seen is kept before anybody gets the signature, so that it can never be forgotten.
            keep(&args.state, &state)?;
            match &args.out {
                Some(out) => fs::write(out, cosigned.text()).with_context(|| out.display().to_string())?,
                None => crate::cli::out::text(cosigned.text()),
            }
            eprintln!("countersigned: {} records of {}", cosigned.checkpoint().size, cosigned.checkpoint().origin);
            Ok(ExitCode::SUCCESS)
        }
        Err(refusal) => Ok(refused(&refusal.to_string())),
    }
}

fn new_key(log: &Path, path: &Path) -> Result<ExitCode> {
    let (key, state) = (VerifyingKey::from_file(log)?, state_of(path)?);
    match state.under_key(key) {
        Ok(state) => {
            keep(path, &state)?;
            eprintln!("the log is followed under {}", state.log);
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Ok(refused(&format!(
            "{error}. Countersign the checkpoint by which the log handed over, which both keys signed, and come back"
        ))),
    }
}

fn refused(why: &str) -> ExitCode {
    eprintln!("refused: {why}");
    ExitCode::FAILURE
}

/// What was given to countersign.
enum Offered {
    Usable { checkpoint: String, proof: ConsistencyProof },
    NotProven(String),
}

fn offered(path: &Path, state: &WitnessState) -> Result<Offered> {
    let nothing = ConsistencyProof { hashes: Vec::new() };
    if path.is_dir() || path.extension().is_some_and(|extension| extension == "zip") {
        return of_export(path, state);
    }
    let text = text_of(path)?;
    if !text.starts_with("old ") {
        return Ok(Offered::Usable { checkpoint: text, proof: nothing });
    }
    let growth = Growth::parse(&text).with_context(|| path.display().to_string())?;
    let seen = state.last().map_or(0, |seen| seen.size);
    if growth.old_size != seen && growth.checkpoint.checkpoint().size > seen && seen > 0 {
        bail!(
            "{} proves the growth from {} records; you saw {seen}: ask the log's keeper for a proof from {seen}",
            path.display(),
            growth.old_size
        );
    }
    Ok(Offered::Usable { checkpoint: growth.checkpoint.text().to_owned(), proof: growth.proof })
}

/// A full export shows its growth by itself, once every record in it is proven.
fn of_export(path: &Path, state: &WitnessState) -> Result<Offered> {
    let report = verify(path, &Expected { keys: vec![state.log.clone()], ..Expected::default() }, threads());
    let shown = match (report.outcome, report.shown) {
        (Outcome::Proven, Some(shown)) => shown,
        (Outcome::NotProven { what, .. }, _) => return Ok(Offered::NotProven(what)),
        (Outcome::Unusable { why }, _) => bail!(why),
        (Outcome::Proven, None) => bail!("{} shows nothing", path.display()),
    };
    if !shown.manifest.is_full() {
        bail!("{} holds only some of the records: ask the log's keeper for a proof of growth", path.display());
    }
    let checkpoint = shown.checkpoint.text().to_owned();
    let seen = state.last().map_or(0, |seen| seen.size);
    let proof = if seen < shown.manifest.tree_size {
        growth_shown(path, seen)?
    } else {
        ConsistencyProof { hashes: Vec::new() }
    };
    Ok(Offered::Usable { checkpoint, proof })
}

fn status(path: &Path) -> Result<ExitCode> {
    let state = state_of(path)?;
    say!("log   {}", state.log);
    match state.last() {
        None => say!("seen  nothing yet"),
        Some(seen) => {
            say!("seen  {} records, root {}", seen.size, seen.root.map(|byte| format!("{byte:02x}")).concat())
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn own_key(path: &Path) -> Result<SigningKey> {
    let key = SigningKey::from_file(path)?;
    if key.public().kind() != KeyKind::Witness {
        bail!("{} is not the key of a witness", path.display());
    }
    Ok(key)
}

fn state_of(path: &Path) -> Result<WitnessState> {
    if !path.exists() {
        bail!(
            "{} does not exist: begin with `spoor witness init`. If it was lost, ask the other witnesses what they saw last",
            path.display()
        );
    }
    WitnessState::parse(&text_of(path)?).with_context(|| path.display().to_string())
}

/// Replaces the state: whole and flushed before it has its name. The draft also keeps two from countersigning at once.
fn keep(path: &Path, state: &WitnessState) -> Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".draft");
    let draft = PathBuf::from(draft);
    let mut file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!(
                "{} exists: another countersigning is under way, or was broken off and it can be removed",
                draft.display()
            )
        }
        other => other.with_context(|| draft.display().to_string())?,
    };
    file.write_all(state.to_text().as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(File::open(directory)?.sync_all()?)
}
