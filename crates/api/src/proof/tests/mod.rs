//! What is promised is kept: signed only when grown, written down whole, and an old copy of a log is noticed.

mod access;
mod altered;
mod cut;
mod own;
mod rotation;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use spoor_eventlog::{Clock, TreeError};
use spoor_notary::{Frontier, KeyKind, SignedCheckpoint, SigningKey, VerifyingKey};

use super::*;
use crate::config::Config;
use crate::demo::dossiers;
use crate::http::Look;
use crate::state::{AppState, Places, StateError};

fn settings(data: &Path) -> Config {
    let mut config = Config::default();
    config.stores.data = Some(data.to_owned());
    config
}

async fn migrated(data: &Path) -> AppState {
    Places::migrate(&settings(data)).await.unwrap();
    open(data).await.unwrap()
}

async fn open(data: &Path) -> Result<AppState, StateError> {
    AppState::open(settings(data), Clock::System).await
}

/// Opens, loads up to so many dossiers, signs, closes. How many events are signed.
async fn load_and_sign(data: &Path, dossiers: usize) -> u64 {
    let state = open(data).await.unwrap();
    dossiers::load(&state.log, &state.blobs, &state.clock, dossiers, |_| {}).await.unwrap();
    let signed = state.keeper.of(LogName::Events).sign().await.unwrap().unwrap();
    state.close().await;
    signed.size
}

/// Copies the stores as a backup does: databases through SQLite, everything else as files.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("sqlite") => copy_database(&path, &target),
            Some("key") => drop(fs::copy(&path, &target).unwrap()),
            Some(_) | None => {}
        }
    }
}

fn copy_database(from: &Path, to: &Path) {
    let connection = rusqlite::Connection::open(from).unwrap();
    connection.execute("vacuum into ?1", [to.to_str().unwrap()]).unwrap();
    fs::set_permissions(to, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Puts the event log of a copy back, as somebody who restores a backup would.
fn restore(copy: &Path, data: &Path) {
    for name in ["log.sqlite", "log.sqlite-wal", "log.sqlite-shm"] {
        let _ = fs::remove_file(data.join(name));
    }
    copy_database(&copy.join("log.sqlite"), &data.join("log.sqlite"));
}

/// The same while it is open, as somebody with access to the database could.
fn restore_beneath(copy: &Path, data: &Path) {
    let connection = rusqlite::Connection::open(data.join("log.sqlite")).unwrap();
    connection.execute("attach ?1 as old", [copy.join("log.sqlite").to_str().unwrap()]).unwrap();
    let triggers: Vec<String> = connection
        .prepare("select name from main.sqlite_master where type = 'trigger'")
        .and_then(|mut select| select.query_map([], |row| row.get(0))?.collect())
        .unwrap();
    let drop: String = triggers.iter().map(|name| format!("drop trigger main.{name};")).collect();
    let put_back: String = ["events", "log_head", "log_tiles", "log_checkpoints", "log_keys"]
        .iter()
        .map(|table| format!("delete from main.{table}; insert into main.{table} select * from old.{table};"))
        .collect();
    connection.execute_batch(&format!("begin immediate; {drop} {put_back} commit")).unwrap();
}

fn refusal(opened: Result<AppState, StateError>) -> Refusal {
    match opened.map(|_| ()) {
        Err(StateError::Proof(KeeperError::Refused(refusal))) => *refusal,
        other => panic!("not refused as expected: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_copy_that_was_put_back_is_refused_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let (data, backup) = (directory.path().join("data"), directory.path().join("backup"));
    migrated(&data).await.close().await;
    let before = load_and_sign(&data, 2).await;
    copy(&data, &backup);
    let after = load_and_sign(&data, 5).await;
    assert!(after > before);
    restore(&backup, &data);

    let refused = refusal(open(&data).await);
    assert!(
        matches!(refused, Refusal::Shorter { records, size, .. } if records == before && size == after),
        "{refused}"
    );
    let said = refused.to_string();
    let file = format!("checkpoints/events/{after} (a file of 20");
    for part in ["the event log has", "older copy", &file, "by its modification time", "move the directory"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    // With the right log back in its place everything goes on.
    fs::rename(data.join("checkpoints"), directory.path().join("evidence")).unwrap();
    open(&data).await.unwrap().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beneath_a_running_program_an_older_copy_is_noticed_and_nothing_is_stored_on_it_until_it_is_right() {
    let directory = tempfile::tempdir().unwrap();
    let [data, older, newer] = ["data", "older", "newer"].map(|name| directory.path().join(name));
    migrated(&data).await.close().await;
    load_and_sign(&data, 2).await;
    copy(&data, &older);
    let mut config = settings(&data);
    config.proof.every_s = 1;
    let state = AppState::open(config, Clock::System).await.unwrap();
    dossiers::load(&state.log, &state.blobs, &state.clock, 5, |_| {}).await.unwrap();
    let keeping = state.keeper.start();
    let signed = async || state.log.latest_checkpoint().await.unwrap().map_or(0, |kept| kept.size);
    let head = state.log.head().await.unwrap().index;
    until(async || signed().await == head).await;
    copy(&data, &newer);

    restore_beneath(&older, &data);
    // The directory goes with it: what this process signed is known to it.
    fs::rename(data.join("checkpoints"), directory.path().join("evidence")).unwrap();
    let alarms = || state.keeper.alarms().collect::<Vec<_>>();
    until(async || !alarms().is_empty()).await;
    assert_eq!(alarms(), [LogName::Events]);
    let refused = dossiers::load(&state.log, &state.blobs, &state.clock, 9, |_| {}).await.unwrap_err();
    let said = format!("{refused:#}");
    assert!(said.contains("not the one that was signed"), "{said}");
    let missing = state.readiness(Look::OnlyReading).await.missing;
    assert!(missing.contains(&"the event log is not what was signed".to_owned()), "{missing:?}");

    restore_beneath(&newer, &data);
    until(async || alarms().is_empty()).await;
    dossiers::load(&state.log, &state.blobs, &state.clock, 9, |_| {}).await.unwrap();
    keeping.stop().await;
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beneath_a_running_program_a_head_of_another_tree_is_noticed_and_nothing_is_stored_until_it_is_right() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    migrated(data).await.close().await;
    let size = load_and_sign(data, 2).await;
    let mut config = settings(data);
    config.proof.every_s = 1;
    let state = AppState::open(config, Clock::System).await.unwrap();
    state.keeper.of(LogName::Events).sign().await.unwrap();
    let keeping = state.keeper.start();
    let alarms = || state.keeper.alarms().collect::<Vec<_>>();
    let mut of_as_many = Frontier::default();
    (0..size).for_each(|_| of_as_many.push([7; 32]));
    // None of so many records, and one of as many.
    for other in [vec![7], of_as_many.to_bytes()] {
        let set = format!("update log_head set frontier = x'{}'", hex::encode(other));
        alter(data, &format!("create table kept as select frontier from log_head; {set}"));
        until(async || !alarms().is_empty()).await;
        assert_eq!(alarms(), [LogName::Events]);
        let refused = dossiers::load(&state.log, &state.blobs, &state.clock, 4, |_| {}).await.unwrap_err();
        assert!(format!("{refused:#}").contains("not the one that was signed"), "{refused:#}");
        alter(data, "update log_head set frontier = (select k.frontier from kept k); drop table kept");
        until(async || alarms().is_empty()).await;
    }
    dossiers::load(&state.log, &state.blobs, &state.clock, 4, |_| {}).await.unwrap();
    keeping.stop().await;
    state.close().await;
}

/// Looks until it is so, for a minute.
async fn until(is_so: impl AsyncFn() -> bool) {
    let in_time = tokio::time::timeout(Duration::from_secs(60), async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    in_time.await.expect("it never came");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_went_on_from_an_older_copy_is_refused_as_another() {
    let directory = tempfile::tempdir().unwrap();
    let (data, backup) = (directory.path().join("data"), directory.path().join("backup"));
    migrated(&data).await.close().await;
    load_and_sign(&data, 2).await;
    copy(&data, &backup);
    let signed = load_and_sign(&data, 4).await;
    // The copy goes on where nobody looks, past what was signed.
    let forked = load_and_sign(&backup, 9).await;
    restore(&backup, &data);

    let refused = refusal(open(&data).await);
    assert!(
        matches!(refused, Refusal::Other { records, size, .. } if records == forked && size == signed),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_altered_in_the_database_is_refused_at_the_next_start_or_named_by_a_check() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    migrated(data).await.close().await;
    let signed = load_and_sign(data, 2).await;
    let state = open(data).await.unwrap();
    dossiers::load(&state.log, &state.blobs, &state.clock, 4, |_| {}).await.unwrap();
    state.close().await;

    // Not tiled yet: nothing opens any more.
    alter(data, &format!("update events set recorded_at = recorded_at + 1 where position = {}", signed + 1));
    let refused = open(data).await.map(|_| ()).unwrap_err();
    let alarm = matches!(&refused, StateError::Proof(KeeperError::Tree { source: TreeError::RootDiffers { .. }, .. }));
    assert!(alarm, "{refused}");
    alter(data, &format!("update events set recorded_at = recorded_at - 1 where position = {}", signed + 1));

    // Tiled long ago: the check that reads everything names it.
    alter(data, "update events set event_type = 'Forged' where position = 7");
    let state = open(data).await.unwrap();
    let places = ProofPlaces::of(&settings(data)).unwrap();
    let checked = check(LogName::Events, &state.log, &places, "", false).await.unwrap_err();
    assert!(matches!(checked, KeeperError::Tree { source: TreeError::RecordDiffers { index: 7 }, .. }), "{checked}");
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_says_another_moment_than_its_last_record_stops_what_runs_and_is_refused_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    migrated(data).await.close().await;
    load_and_sign(data, 2).await;
    let is_head =
        |error: &KeeperError| matches!(error, KeeperError::Tree { source: TreeError::HeadDiffers { .. }, .. });
    let state = open(data).await.unwrap();
    alter(data, "update log_head set recorded_at = recorded_at + 1");
    let refused = state.keeper.of(LogName::Events).sign().await.unwrap_err();
    assert!(is_head(&refused), "{refused}");
    assert_eq!(state.keeper.alarms().collect::<Vec<_>>(), [LogName::Events]);
    let faults = state.readiness(Look::OnlyReading).await.faults;
    assert_eq!(faults, ["the head of the event log is not as its records say"]);
    let refused = dossiers::load(&state.log, &state.blobs, &state.clock, 4, |_| {}).await.unwrap_err();
    assert!(format!("{refused:#}").contains("not the one that was signed"), "{refused:#}");
    let places = ProofPlaces::of(&settings(data)).unwrap();
    let checked = check(LogName::Events, &state.log, &places, "", false).await.unwrap_err();
    assert!(is_head(&checked), "{checked}");
    state.close().await;

    let refused = open(data).await.map(|_| ()).unwrap_err();
    assert!(matches!(&refused, StateError::Proof(error) if is_head(error)), "{refused}");
    alter(data, "update log_head set recorded_at = recorded_at - 1");
    open(data).await.unwrap().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_dated_ahead_of_the_clock_is_told_and_takes_nothing_until_the_clock_is_past_it() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    Places::migrate(&settings(data)).await.unwrap();
    // The clock is an hour ahead once.
    let clock = Clock::fixed("2026-03-02T11:00:00Z".parse().unwrap());
    let Clock::Fixed(hands) = &clock else { panic!("made as fixed") };
    let state = AppState::open(settings(data), clock.clone()).await.unwrap();
    dossiers::load(&state.log, &state.blobs, &state.clock, 2, |_| {}).await.unwrap();
    state.keeper.of(LogName::Events).sign().await.unwrap();
    assert_eq!(state.readiness(Look::OnlyReading).await.faults, Vec::<String>::new());

    hands.set("2026-03-02T10:00:00Z".parse().unwrap());
    assert_eq!(state.readiness(Look::OnlyReading).await.faults, ["the event log is dated ahead of the clock"]);
    let refused = dossiers::load(&state.log, &state.blobs, &state.clock, 4, |_| {}).await.unwrap_err();
    assert!(format!("{refused:#}").contains("the clock says 2026-03-02 10:00:00 UTC"), "{refused:#}");
    state.close().await;
    let state = AppState::open(settings(data), clock.clone()).await.expect("the log is the one that was signed");
    assert_eq!(state.readiness(Look::OnlyReading).await.faults, ["the event log is dated ahead of the clock"]);

    hands.set("2026-03-02T11:00:01Z".parse().unwrap());
    assert_eq!(state.readiness(Look::OnlyReading).await.faults, Vec::<String>::new());
    dossiers::load(&state.log, &state.blobs, &state.clock, 4, |_| {}).await.unwrap();
    state.close().await;
}

/// Changes stored events, as the owner of the file could who takes the guards away.
fn alter(data: &Path, statement: &str) {
    let connection = rusqlite::Connection::open(data.join("log.sqlite")).unwrap();
    let guards = "drop trigger if exists events_not_updated; drop trigger if exists events_not_deleted;";
    connection.execute_batch(&format!("{guards} {statement}")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_is_signed_once_a_size_and_written_for_others_to_collect() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let state = migrated(data).await;
    let keeper = state.keeper.of(LogName::Events);
    assert_eq!(keeper.sign().await.unwrap(), None, "an empty log promises nothing");
    dossiers::load(&state.log, &state.blobs, &state.clock, 1, |_| {}).await.unwrap();
    let first = keeper.sign().await.unwrap().unwrap();
    assert_eq!(keeper.sign().await.unwrap().unwrap(), first);
    dossiers::load(&state.log, &state.blobs, &state.clock, 2, |_| {}).await.unwrap();
    let second = keeper.sign().await.unwrap().unwrap();
    assert!(second.size > first.size);

    let events = data.join("checkpoints/events");
    let key = VerifyingKey::from_file(&events.join("vkey")).unwrap();
    assert_eq!((key.name(), key.to_string()), (keeper.origin(), keeper.verifying_key().to_string()));
    for kept in [&first, &second] {
        let text = fs::read_to_string(events.join(kept.size.to_string())).unwrap();
        let opened = SignedCheckpoint::open(&text, std::slice::from_ref(&key)).unwrap();
        assert_eq!((opened.text(), opened.checkpoint().root), (kept.note.as_str(), kept.root));
    }
    assert_eq!(fs::read_to_string(events.join("latest")).unwrap(), second.note);
    let mode = fs::metadata(data.join("signing.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let parts = fs::read_dir(&events)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(parts.count(), 0, "no half-written file stays");
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_served_a_log_is_signed_after_so_many_records_and_after_so_long() {
    // By the number of records alone, and by the time alone.
    for (every_events, every_s) in [(5, 100_000), (1_000_000, 1)] {
        let directory = tempfile::tempdir().unwrap();
        migrated(directory.path()).await.close().await;
        let mut config = settings(directory.path());
        (config.proof.every_events, config.proof.every_s) = (every_events, every_s);
        let state = AppState::open(config, Clock::System).await.unwrap();
        let keeping = state.keeper.start();
        for dossiers in [1, 4] {
            dossiers::load(&state.log, &state.blobs, &state.clock, dossiers, |_| {}).await.unwrap();
            let head = state.log.head().await.unwrap().index;
            let most_unsigned = if every_s == 1 { 0 } else { every_events - 1 };
            let signed = async || state.log.latest_checkpoint().await.unwrap().map_or(0, |kept| kept.size);
            let in_time = tokio::time::timeout(Duration::from_secs(60), async {
                while head - signed().await > most_unsigned {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            });
            assert!(in_time.await.is_ok(), "{} of {head} records are signed", signed().await);
        }
        keeping.stop().await;
        state.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_not_written_any_more_is_written_when_next_asked() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    migrated(data).await.close().await;
    let size = load_and_sign(data, 1).await;
    fs::remove_dir_all(data.join("checkpoints")).unwrap();
    assert_eq!(load_and_sign(data, 1).await, size);
    assert!(data.join(format!("checkpoints/events/{size}")).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_witnesses_signed_is_taken_in_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let state = migrated(data).await;
    dossiers::load(&state.log, &state.blobs, &state.clock, 1, |_| {}).await.unwrap();
    let keeper = state.keeper.of(LogName::Events);
    let kept = keeper.sign().await.unwrap().unwrap();
    let signed = SignedCheckpoint::parse(&kept.note).unwrap();
    let witness = |name| SigningKey::generate(name, KeyKind::Witness).unwrap();
    let (one, two) = (witness("museum.example"), witness("parket.example"));
    // Each countersigned the checkpoint as it was published: both are kept.
    keeper.take_in(signed.cosigned(&one, 1_800_000_000).unwrap().text()).await.unwrap();
    let both = keeper.take_in(signed.cosigned(&two, 1_800_000_100).unwrap().text()).await.unwrap();
    let merged = SignedCheckpoint::parse(&both.note).unwrap();
    let keys = [one.public().clone(), two.public().clone()];
    assert_eq!(merged.cosignatures(&keys).unwrap().len(), 2);
    assert_eq!(fs::read_to_string(data.join("checkpoints/events/latest")).unwrap(), both.note);
    assert_eq!(keeper.sign().await.unwrap().unwrap().note, both.note, "signing again keeps them");

    let strange = SigningKey::generate(keeper.origin(), KeyKind::Log).unwrap();
    let forged = signed.checkpoint().sign(&strange).unwrap();
    assert!(matches!(keeper.take_in(forged.text()).await, Err(KeeperError::Checkpoint(_))));
    let other = state.keeper.of(LogName::Access).take_in(&kept.note).await;
    assert!(other.is_err(), "a checkpoint of the other log");
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_key_or_under_another_name_nothing_opens() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    migrated(data).await.close().await;
    load_and_sign(data, 1).await;
    let mut renamed = settings(data);
    renamed.proof.origin = "other.example".into();
    let refused = refusal(AppState::open(renamed, Clock::System).await);
    assert!(matches!(refused, Refusal::Renamed { .. }) && refused.to_string().contains("proof.origin"), "{refused}");
    fs::rename(data.join("signing.key"), data.join("away")).unwrap();
    let refused = open(data).await.map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("signing.key") && refused.contains("spoor migrate"), "{refused}");
}
