//! `spoor verify`: is what somebody shows what was in the log? Needs no database, only the export and the log's public key.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::available_parallelism;

use anyhow::{Context, Result};
use chrono::DateTime;
use clap::Args;
use spoor_notary::export::{Expected, Kept, Outcome, Report, Shown, TABLE, verify};
use spoor_notary::{Growth, Policy, VerifyingKey};

/// Exit codes: 0 everything shown was in the log; 1 something was not, and the first record is named where it can be told;
/// 2 the input cannot be used.
#[derive(Args, Clone, Debug)]
pub struct VerifyArgs {
    /// The export: a directory or a zip file
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The log's public keys, as received from its keeper: the present one first, those before it below
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Who must have signed: the log and k of n witnesses (docs/export-format.md)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A checkpoint kept elsewhere; any number of them
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// A proof that the log grew from or to such a checkpoint, where the export cannot show it; any number of them
    #[arg(long, value_name = "FILE")]
    growth: Vec<PathBuf>,
}

/// Verifies and prints the verdict.
pub fn run(args: &VerifyArgs) -> ExitCode {
    let expected = match expected(args) {
        Ok(expected) => expected,
        Err(error) => {
            eprintln!("unusable: {error:#}");
            return ExitCode::from(2);
        }
    };
    let report = verify(&args.path, &expected, threads());
    print(&args.path, &report);
    ExitCode::from(match report.outcome {
        Outcome::Proven => 0,
        Outcome::NotProven { .. } => 1,
        Outcome::Unusable { .. } => 2,
    })
}

/// As many threads as there are cores: hashing is all they do.
pub fn threads() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// The text of a file that an auditor gave.
pub fn text_of(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

fn expected(args: &VerifyArgs) -> Result<Expected> {
    let keys = args.key.as_deref().map(VerifyingKey::all_from_file).transpose()?.unwrap_or_default();
    let policy = |path: &PathBuf| Policy::parse(&text_of(path)?).with_context(|| path.display().to_string());
    let kept = |path: &PathBuf| Ok(Kept { name: path.display().to_string(), text: text_of(path)? });
    let growth = |path: &PathBuf| Growth::parse(&text_of(path)?).with_context(|| path.display().to_string());
    Ok(Expected {
        keys,
        policy: args.policy.as_ref().map(policy).transpose()?,
        kept: args.checkpoint.iter().map(kept).collect::<Result<_>>()?,
        growths: args.growth.iter().map(growth).collect::<Result<_>>()?,
    })
}

fn print(path: &Path, report: &Report) {
    match &report.outcome {
        Outcome::Proven => say!("PROVEN: every record in {} was in the log as signed.", path.display()),
        Outcome::NotProven { index: Some(index), what } => say!("NOT PROVEN, from record {index} on: {what}."),
        Outcome::NotProven { index: None, what } => say!("NOT PROVEN: {what}."),
        Outcome::Unusable { why } => eprintln!("unusable: {why}"),
    }
    for finding in report.findings.iter().skip(1) {
        say!("  also: {}", finding.what);
    }
    if let Some(shown) = &report.shown {
        print_shown(shown);
    }
}

fn print_shown(shown: &Shown) {
    let manifest = &shown.manifest;
    let ranges: Vec<_> = manifest.ranges.iter().map(|(first, last)| format!("{first}-{last}")).collect();
    let row = |name: &str, what: String| say!("  {name:<12} {what}");
    row("log", format!("{}, {} records when it was signed", manifest.origin, manifest.tree_size));
    row("root", manifest.root.iter().map(|byte| format!("{byte:02x}")).collect());
    row(
        "records",
        format!("{} ({}), {} bytes, in {} streams", manifest.records, short(&ranges), shown.bytes, shown.streams),
    );
    if let Some((first, last)) = &shown.period {
        row("recorded", format!("{first} to {last}"));
    }
    row("key", shown.key.to_string());
    for cosignature in &shown.cosignatures {
        let at = i64::try_from(cosignature.at).ok().and_then(|at| DateTime::from_timestamp(at, 0));
        let at = at.map_or_else(|| "at no real moment".to_owned(), |at| at.to_rfc3339());
        row("witness", format!("{}, {at}", cosignature.witness));
    }
    for (name, size) in &shown.agreed {
        row("agrees with", format!("{name}, {size} records"));
    }
    row(
        "sealed",
        format!("{} records hold personal values; their seals are proven, not what is in them", shown.with_personal),
    );
    if manifest.files.contains_key(TABLE) {
        row("beside it", format!("{TABLE} is the file the manifest names; only the lines are proven"));
    }
    if !shown.ignored.is_empty() {
        // What is not looked at can have any name, also one that a terminal obeys.
        let names: Vec<_> = shown.ignored.iter().map(|name| format!("{name:?}")).collect();
        row("ignored", short(&names));
    }
    if !shown.key_was_given {
        say!(
            "The key is the one this export names. Compare it with the one the log's keeper gave you, or give it with --key."
        );
    }
}

/// The first few, and how many more.
fn short(all: &[String]) -> String {
    const SHOWN: usize = 6;
    let shown = all[..all.len().min(SHOWN)].join(", ");
    match all.len().saturating_sub(SHOWN) {
        0 if all.is_empty() => "none".to_owned(),
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
