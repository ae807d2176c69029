//! What a witness countersigns, and what it refuses, through the files it is given.

use std::fs;
use std::path::PathBuf;

use spoor_notary::export::{About, ExportWriter, Selection};
use spoor_notary::{
    Checkpoint, KeyKind, RangeProof, SignedCheckpoint, TileBuilder, Tiles, leaf_hash, prove_consistency,
};
use tempfile::TempDir;

use super::*;

const ORIGIN: &str = "spoor.example.org/events";
const NOW: &str = "2026-05-04T12:00:00Z";

/// A log, and a witness that follows it.
struct World {
    home: TempDir,
    log: SigningKey,
}

impl World {
    fn new() -> Self {
        let world =
            Self { home: tempfile::tempdir().unwrap(), log: SigningKey::generate(ORIGIN, KeyKind::Log).unwrap() };
        fs::write(world.at("log.pub"), format!("{}\n", world.log.public())).unwrap();
        let name = "museum.example".to_owned();
        let (key, log, state) = (world.at("museum.key"), world.at("log.pub"), world.at("events.state"));
        assert_eq!(init(&InitArgs { name, key, log, state }).unwrap(), ExitCode::SUCCESS);
        world
    }

    fn at(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// A line of the history of this name: two names, two histories.
    fn line(history: &str, n: u64) -> String {
        format!(
            r#"{{"aggregate_id":"{history}","aggregate_type":"t","recorded_at":"2026-05-01T00:00:00.{n:06}Z","sequence":{}}}"#,
            n + 1
        )
    }

    fn tree(history: &str, size: u64) -> TileBuilder {
        let mut builder = TileBuilder::default();
        (0..size).for_each(|n| builder.push(leaf_hash(Self::line(history, n).as_bytes())));
        builder
    }

    fn signed(&self, history: &str, size: u64) -> SignedCheckpoint {
        Checkpoint { origin: ORIGIN.into(), size, root: Self::tree(history, size).root() }.sign(&self.log).unwrap()
    }

    /// The file by which the log's keeper shows its growth.
    fn growth(&self, history: &str, old: u64, new: u64) -> PathBuf {
        let tiles: Tiles = Self::tree(history, new).take_changed().into_iter().collect();
        let proof = prove_consistency(old, new, &tiles).unwrap();
        let path = self.at("growth");
        fs::write(&path, Growth { old_size: old, proof, checkpoint: self.signed(history, new) }.to_text()).unwrap();
        path
    }

    fn export(&self, history: &str, size: u64) -> PathBuf {
        let path = self.at(&format!("export-{history}-{size}"));
        let mut writer = ExportWriter::create(&path).unwrap();
        for n in 0..size {
            writer.push(n + 1, &Self::line(history, n)).unwrap();
        }
        let (selection, checkpoint) = (Selection::All {}, self.signed(history, size));
        let (keys, proof) = (std::slice::from_ref(self.log.public()), RangeProof { gaps: vec![], size });
        let about =
            About { log: "events", selection: &selection, keys, checkpoint: &checkpoint, earlier: &[], proof: &proof };
        writer.finish(about).unwrap();
        path
    }

    /// Offers it to the witness: what it countersigned, and when, or nothing when it refused.
    fn offer(&self, offered: PathBuf) -> Option<(u64, u64)> {
        let out = self.at("out");
        let _ = fs::remove_file(&out);
        let args =
            CosignArgs { offered, key: self.at("museum.key"), state: self.at("events.state"), out: Some(out.clone()) };
        if cosign(&args, &Clock::fixed(NOW.parse().unwrap())).unwrap() != ExitCode::SUCCESS {
            assert!(!out.exists());
            return None;
        }
        let cosigned = SignedCheckpoint::open(&fs::read_to_string(out).unwrap(), &[self.log.public().clone()]).unwrap();
        let witness = own_key(&self.at("museum.key")).unwrap().public().clone();
        Some((cosigned.checkpoint().size, cosigned.cosignatures(&[witness]).unwrap()[0].at))
    }

    fn seen(&self) -> Option<u64> {
        state_of(&self.at("events.state")).unwrap().last().map(|seen| seen.size)
    }
}

const AT: u64 = 1_777_896_000;

#[test]
fn a_witness_countersigns_what_grew_and_remembers_it() {
    let world = World::new();
    assert_eq!(world.seen(), None);
    assert_eq!(world.offer(world.growth("one", 0, 5)), Some((5, AT)));
    assert_eq!(world.offer(world.growth("one", 5, 12)), Some((12, AT)));
    // The same again, as a bare checkpoint.
    fs::write(world.at("checkpoint"), world.signed("one", 12).text()).unwrap();
    assert_eq!(world.offer(world.at("checkpoint")), Some((12, AT)));
    assert_eq!(world.offer(world.export("one", 20)), Some((20, AT)));
    assert_eq!(world.seen(), Some(20));
    assert_eq!(status(&world.at("events.state")).unwrap(), ExitCode::SUCCESS);
}

#[test]
fn a_fork_and_a_shrunk_log_are_refused_and_what_was_seen_stays() {
    let world = World::new();
    world.offer(world.growth("one", 0, 9)).unwrap();
    for offered in [
        world.growth("two", 9, 12),
        world.export("two", 12),
        world.export("two", 9),
        world.growth("one", 3, 6),
        world.export("one", 6),
    ] {
        assert_eq!(world.offer(offered.clone()), None, "{}", offered.display());
        assert_eq!(world.seen(), Some(9));
    }
    assert_eq!(world.offer(world.growth("one", 9, 12)), Some((12, AT)));
}

#[test]
fn another_logs_checkpoint_and_a_tampered_export_are_refused() {
    let (world, other) = (World::new(), World::new());
    assert_eq!(world.offer(other.growth("one", 0, 5)), None);
    let export = world.export("one", 5);
    let records = export.join(spoor_notary::export::RECORDS);
    fs::write(&records, fs::read_to_string(&records).unwrap().replacen("00.000002Z", "00.000003Z", 1)).unwrap();
    assert_eq!(world.offer(export), None);
    assert_eq!(world.seen(), None);
}

#[test]
fn a_state_is_never_made_anew_or_overwritten_by_accident() {
    let world = World::new();
    let again = || InitArgs {
        name: "museum.example".into(),
        key: world.at("museum.key"),
        log: world.at("log.pub"),
        state: world.at("events.state"),
    };
    assert!(init(&again()).unwrap_err().to_string().contains("exists already"));
    fs::remove_file(world.at("events.state")).unwrap();
    let args = CosignArgs {
        offered: world.growth("one", 0, 5),
        key: world.at("museum.key"),
        state: world.at("events.state"),
        out: None,
    };
    let refusal = cosign(&args, &Clock::fixed(NOW.parse().unwrap())).unwrap_err().to_string();
    assert!(refusal.contains("witness init"), "{refusal}");
    // A second log is followed with the same key, in a state of its own; under another name it is refused.
    assert!(init(&InitArgs { state: world.at("access.state"), ..again() }).is_ok());
    assert!(init(&InitArgs { state: world.at("third.state"), name: "parket.example".into(), ..again() }).is_err());
}

#[test]
fn a_proof_from_another_size_is_asked_for_anew() {
    let world = World::new();
    world.offer(world.growth("one", 0, 9)).unwrap();
    let args = CosignArgs {
        offered: world.growth("one", 5, 12),
        key: world.at("museum.key"),
        state: world.at("events.state"),
        out: None,
    };
    let error = cosign(&args, &Clock::fixed(NOW.parse().unwrap())).unwrap_err().to_string();
    assert!(error.contains("a proof from 9"), "{error}");
}

#[test]
fn a_witness_follows_the_log_to_another_key_only_by_the_checkpoint_that_both_signed() {
    let mut world = World::new();
    world.offer(world.growth("one", 0, 9)).unwrap();
    let next = SigningKey::generate(ORIGIN, KeyKind::Log).unwrap();
    let (new, state) = (world.at("new.pub"), world.at("events.state"));
    fs::write(&new, format!("{}\n{}\n", next.public(), world.log.public())).unwrap();
    let taken = |key: &Path| new_key(key, &state).unwrap() == ExitCode::SUCCESS;
    assert!(!taken(&new), "what was seen last is signed by the old key only");

    let by_old = world.signed("one", 9);
    let by_both = by_old.merged_with(&by_old.checkpoint().sign(&next).unwrap()).unwrap();
    fs::write(world.at("checkpoint"), by_both.text()).unwrap();
    assert_eq!(world.offer(world.at("checkpoint")), Some((9, AT)));
    let strange = world.at("strange.pub");
    fs::write(&strange, format!("{}\n", SigningKey::generate(ORIGIN, KeyKind::Log).unwrap().public())).unwrap();
    assert!(!taken(&strange));
    assert!(taken(&new));
    assert_eq!(world.seen(), Some(9), "what was seen stays seen");

    assert_eq!(world.offer(world.growth("one", 9, 12)), None, "the old key is not followed any more");
    world.log = next;
    assert_eq!(world.offer(world.growth("two", 9, 12)), None);
    assert_eq!(world.offer(world.growth("one", 9, 12)), Some((12, AT)));
}
