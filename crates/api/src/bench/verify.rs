//! `spoor bench verify`: how fast a full export is verified, beside bare SHA-256 over the same bytes in the same run.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, ensure};
use aws_lc_rs::digest::{Context, SHA256};
use clap::Args;
use spoor_notary::export::{About, Expected, ExportWriter, Outcome, RECORDS, Selection, verify};
use spoor_notary::{Checkpoint, Frontier, KeyKind, RangeProof, SigningKey};

/// Makes a full export of invented records of about 1 KB in the directory for temporary files, verifies it again and
/// again, and removes it.
#[derive(Args, Clone, Debug)]
pub struct VerifyBench {
    /// How many records.
    #[arg(long, default_value_t = 300_000)]
    records: u64,
    /// How many threads hash; the cores are shared with the one that reads and folds.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Rounds; every round measures everything once, in turn.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// Removed when the measurement ends, whatever its end.
struct Scratch(PathBuf);

const ORIGIN: &str = "bench.invalid/events";

/// Runs the measurement and prints it.
pub fn run(bench: &VerifyBench) -> Result<()> {
    let scratch = Scratch(std::env::temp_dir().join(format!("spoor-bench-verify-{}", std::process::id())));
    fs::create_dir(&scratch.0)?;
    let export = scratch.0.join("export");
    let key = write_export(&export, bench.records)?;
    let bytes = fs::metadata(export.join(RECORDS))?.len();
    println!(
        "{} records of {} bytes on average, {} threads, {} rounds",
        bench.records,
        bytes / bench.records.max(1),
        bench.threads,
        bench.rounds
    );
    println!("{:<8} {:>16} {:>16} {:>10}", "round", "verified per s", "SHA-256 per s", "ratio");
    let mut rows = Vec::new();
    for round in 1..=bench.rounds {
        let verified = per_second(bench.records, || {
            let expected = Expected { keys: vec![key.public().clone()], ..Expected::default() };
            let outcome = verify(&export, &expected, bench.threads).outcome;
            ensure!(outcome == Outcome::Proven, "the export was not proven: {outcome:?}");
            Ok(())
        })?;
        let bare = per_second(bench.records, || bare_sha256(&export.join(RECORDS), bench.threads))?;
        print_row(&round.to_string(), verified, bare);
        rows.push((verified, bare));
    }
    rows.sort_by(|one, two| one.0.total_cmp(&two.0));
    let verified = rows.get(rows.len() / 2).map_or(0.0, |row| row.0);
    rows.sort_by(|one, two| one.1.total_cmp(&two.1));
    print_row("median", verified, rows.get(rows.len() / 2).map_or(1.0, |row| row.1));
    Ok(())
}

fn per_second(records: u64, work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let started = Instant::now();
    work()?;
    Ok(records as f64 / started.elapsed().as_secs_f64())
}

fn print_row(round: &str, verified: f64, bare: f64) {
    println!("{round:<8} {verified:>16.0} {bare:>16.0} {:>10.3}", verified / bare);
}

/// SHA-256 over the file, cut into as many parts as there are threads, and nothing else.
fn bare_sha256(path: &Path, threads: usize) -> Result<()> {
    let bytes = fs::metadata(path)?.len();
    let part = bytes.div_ceil(threads.max(1) as u64);
    std::thread::scope(|scope| {
        let hashing: Vec<_> =
            (0..threads.max(1) as u64).map(|n| scope.spawn(move || hash_part(path, n * part, part))).collect();
        hashing
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a thread failed"))))
    })
}

fn hash_part(path: &Path, start: u64, length: u64) -> Result<()> {
    use std::io::{Seek, SeekFrom};
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(start))?;
    let (mut file, mut hash, mut buffer) = (file.take(length), Context::new(&SHA256), vec![0; 512 * 1024]);
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    std::hint::black_box(hash.finish());
    Ok(())
}

/// A full export of invented records: a hundred events a stream, each with a sealed text.
fn write_export(path: &Path, records: u64) -> Result<SigningKey> {
    let key = SigningKey::generate(ORIGIN, KeyKind::Log)?;
    let (mut writer, mut frontier, mut noise) =
        (ExportWriter::create(path)?, Frontier::default(), Noise(0x9e37_79b9_7f4a_7c15));
    let streams = records.div_ceil(100).max(1);
    for n in 0..records {
        let line = line(n % streams, n / streams + 1, n, &mut noise);
        frontier.push(writer.push(n + 1, &line)?);
    }
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: records, root: frontier.root() }.sign(&key)?;
    let proof = RangeProof { gaps: Vec::new(), size: records };
    let about = About {
        log: "events",
        selection: &Selection::All {},
        keys: std::slice::from_ref(key.public()),
        checkpoint: &checkpoint,
        earlier: &[],
        proof: &proof,
    };
    writer.finish(about)?;
    Ok(key)
}

/// A record as they are stored: about 1 KB, half of it a sealed text.
fn line(stream: u64, sequence: u64, n: u64, noise: &mut Noise) -> String {
    let id =
        |noise: &mut Noise| format!("0199c0de-{}-7{}-8{}-{}", noise.hex(4), noise.hex(3), noise.hex(3), noise.hex(12));
    let (event, command, correlation) = (id(noise), id(noise), id(noise));
    let (digest, sealed) = (noise.hex(64), noise.hex(360));
    let (second, micro) = (n / 1000, n % 1000 * 1000);
    let (day, hour, minute, second) = (second / 86_400 % 28 + 1, second / 3600 % 24, second / 60 % 60, second % 60);
    format!(
        r#"{{"aggregate_id":"0199c0de-0000-7000-8000-{stream:012}","aggregate_type":"learning_trajectory","event_type":"PreparatoryCallHeld","event_version":1,"metadata":{{"actor_id":"guide-{stream}","actor_organisation":"kazerne-dossin","actor_role":"guide","auth_issuer":"https://identity.invalid","auth_mode":"oidc","command_digest":"{digest}","command_id":"{command}","correlation_id":"{correlation}","event_id":"{event}","policy_version":"2026-1","purpose":"CaseHandling"}},"payload":{{"channel":"Telephone","held_on":"2026-03-01","notes":{{"$personal":"0199c0de-1111-7000-8000-{stream:012}","sealed":"{sealed}"}}}},"recorded_at":"2026-03-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z","sequence":{sequence}}}"#
    )
}

/// Digits without meaning, the same in every run (xorshift).
struct Noise(u64);

impl Noise {
    fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            text += &format!("{:016x}", self.0);
        }
        text.truncate(digits);
        text
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing depends on it: what stays behind is a directory for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}
