//! Somebody with every right on the database changes records, and what stands beside them so that it seems to fit.

use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine};
use rusqlite::{Connection, params};
use spoor_domain::kernel::SubjectId;
use spoor_eventlog::{EventLog, KeyStore, LogOptions};
use spoor_notary::{Frontier, Hash};

use super::*;
use crate::desk::ErasureError;
use crate::proof::ProofPlaces;

/// A log signed at two sizes, closed.
async fn signed_twice(data: &Path) -> [u64; 2] {
    migrated(data).await.close().await;
    [load_and_sign(data, 2).await, load_and_sign(data, 5).await]
}

fn database(data: &Path) -> Connection {
    let connection = Connection::open(data.join("log.sqlite")).unwrap();
    let guards = "drop trigger if exists events_not_updated; drop trigger if exists log_checkpoints_not_updated;";
    connection.execute_batch(guards).unwrap();
    connection
}

/// Opens the log as `spoor audit check` does: nothing is asked of it first.
async fn unasked(data: &Path) -> EventLog {
    let stores = Places::of(&settings(data).stores).unwrap();
    let keys = KeyStore::open(&stores.keys, &stores.master_key).await.unwrap();
    EventLog::open(&stores.log, keys, Clock::System, LogOptions::default()).await.unwrap()
}

async fn checked(data: &Path, rebuild_tiles: bool) -> Result<(), KeeperError> {
    let (log, places) = (unasked(data).await, ProofPlaces::of(&settings(data)).unwrap());
    let checked = check(LogName::Events, &log, &places, "", rebuild_tiles).await;
    log.close().await;
    checked.map(drop)
}

fn refused(result: Result<(), KeeperError>) -> Refusal {
    match result {
        Err(KeeperError::Refused(refusal)) => *refusal,
        other => panic!("not refused as expected: {other:?}"),
    }
}

/// Changes a record, and makes the head fit and the tiles be made anew. Gives the root the log has now at each size.
async fn rewrite(data: &Path, statement: &str) -> Vec<Hash> {
    database(data).execute_batch(statement).unwrap();
    let log = unasked(data).await;
    let (mut frontier, mut roots) = (Frontier::default(), vec![Frontier::default().root()]);
    for record in log.read_after_index(0, 100_000).await.unwrap() {
        frontier.push_line(record.line().as_bytes());
        roots.push(frontier.root());
    }
    assert_ne!(frontier.root(), log.head().await.unwrap().root, "nothing was altered");
    log.close().await;
    let connection = database(data);
    connection.execute("update log_head set frontier = ?1", [frontier.to_bytes()]).unwrap();
    connection.execute("delete from log_tiles", []).unwrap();
    roots
}

/// The second record as if somebody else had caused it.
async fn another_actor(data: &Path) -> Vec<Hash> {
    rewrite(data, "update events set metadata = replace(metadata, 'role', 'rule') where position = 2").await
}

fn set_root_columns(data: &Path, roots: &[Hash], sizes: [u64; 2]) {
    for size in sizes {
        let values = params![roots[size as usize].as_slice(), size as i64];
        database(data).execute("update log_checkpoints set root = ?1 where size = ?2", values).unwrap();
    }
}

/// Puts the root into the note, under the signature of the old one.
fn set_root_notes(data: &Path, roots: &[Hash], sizes: [u64; 2]) {
    let connection = database(data);
    for size in sizes {
        let note: String = connection
            .query_row("select note from log_checkpoints where size = ?1", [size as i64], |row| row.get(0))
            .unwrap();
        let forged = with_root(&note, roots[size as usize]);
        let values = params![forged, size as i64];
        connection.execute("update log_checkpoints set note = ?1 where size = ?2", values).unwrap();
    }
}

fn with_root(note: &str, root: Hash) -> String {
    let old = note.lines().nth(2).unwrap();
    note.replacen(old, &BASE64_STANDARD.encode(root), 1)
}

fn rows(data: &Path) -> i64 {
    database(data).query_row("select count(*) from log_checkpoints", [], |row| row.get(0)).unwrap()
}

fn move_away(data: &Path) -> PathBuf {
    let evidence = data.join("evidence");
    fs::rename(data.join("checkpoints"), &evidence).unwrap();
    evidence
}

#[tokio::test(flavor = "multi_thread")]
async fn a_false_checkpoint_in_the_directory_stops_the_signing_and_not_the_work() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let sizes = signed_twice(data).await;
    let state = open(data).await.unwrap();
    let file = data.join(format!("checkpoints/events/{}", sizes[1]));
    let note = fs::read_to_string(&file).unwrap();
    fs::write(&file, with_root(&note, [7; 32])).unwrap();
    let keeper = state.keeper.of(LogName::Events);
    let refused = keeper.sign().await.unwrap_err();
    assert!(
        matches!(&refused, KeeperError::Refused(refusal) if matches!(**refusal, Refusal::NotSigned { .. })),
        "{refused}"
    );
    dossiers::load(&state.log, &state.blobs, &state.clock, 7, |_| {}).await.unwrap();
    fs::write(&file, &note).unwrap();
    keeper.sign().await.unwrap();
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_believes_what_was_signed_and_not_what_stands_beside_it() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let sizes = signed_twice(data).await;
    checked(data, false).await.unwrap();

    // A false checkpoint in the directory, at a size that the database knows too.
    let file = data.join(format!("checkpoints/events/{}", sizes[0]));
    let note = fs::read_to_string(&file).unwrap();
    fs::write(&file, with_root(&note, [7; 32])).unwrap();
    let said = refused(checked(data, false).await);
    assert!(matches!(&said, Refusal::NotSigned { promise, .. } if promise.contains(file.to_str().unwrap())), "{said}");
    fs::write(&file, &note).unwrap();

    // Records, head and tiles altered alike: the signed roots do not follow, whether tiles are made anew or not.
    let roots = another_actor(data).await;
    for rebuild in [false, true] {
        let said = refused(checked(data, rebuild).await);
        assert!(matches!(said, Refusal::Altered { first: 1, size, .. } if size == sizes[0]), "{said}");
    }
    let tiles: i64 = database(data).query_row("select count(*) from log_tiles", [], |row| row.get(0)).unwrap();
    assert_eq!(tiles, 0, "tiles are made of records that nobody signed");
    // The column beside the note made to fit.
    set_root_columns(data, &roots, sizes);
    for rebuild in [false, true] {
        let said = refused(checked(data, rebuild).await);
        assert!(matches!(said, Refusal::RowDiffers { .. }), "{said}");
        assert!(said.to_string().contains(&format!("over {} records kept beside it", sizes[1])), "{said}");
    }
    // The note too, and nothing else left to compare with.
    move_away(data);
    set_root_notes(data, &roots, sizes);
    let said = refused(checked(data, true).await);
    assert!(matches!(said, Refusal::NotSigned { .. }), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_of_another_key_that_was_put_beside_the_log_are_not_believed() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let sizes = signed_twice(data).await;
    let roots = another_actor(data).await;
    move_away(data);
    let strange = {
        let vkey = VerifyingKey::from_file(&data.join("evidence/events/vkey")).unwrap();
        SigningKey::generate(vkey.name(), KeyKind::Log).unwrap()
    };
    set_root_columns(data, &roots, sizes);
    let connection = database(data);
    for size in sizes {
        let root = roots[size as usize];
        let note = spoor_notary::Checkpoint { origin: strange.public().name().to_owned(), size, root };
        let signed = note.sign(&strange).unwrap();
        let values = params![signed.text(), size as i64];
        connection.execute("update log_checkpoints set note = ?1 where size = ?2", values).unwrap();
    }
    // In office before the key of the installation, for as long as it takes.
    let put = "drop trigger if exists log_keys_not_updated; update log_keys set since_size = 1000000";
    connection.execute_batch(put).unwrap();
    let insert = "insert into log_keys (number, vkey, since_size, taken_at) values (0, ?1, 0, 0)";
    connection.execute(insert, [strange.public().to_string()]).unwrap();
    drop(connection);

    let said = checked(data, false).await.unwrap_err();
    assert!(matches!(said, KeeperError::StrangeKey { .. }), "{said}");
    let said = open(data).await.map(|_| ()).unwrap_err();
    assert!(matches!(said, StateError::Proof(KeeperError::StrangeKey { .. })), "{said}");
    assert_eq!(rows(data), 2, "a second history was signed");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_signed_in_the_place_of_a_checkpoint_that_was_altered() {
    for note_too in [false, true] {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path();
        let sizes = signed_twice(data).await;
        let running = open(data).await.unwrap();
        let roots = another_actor(data).await;
        move_away(data);
        set_root_columns(data, &roots, sizes);
        if note_too {
            set_root_notes(data, &roots, sizes);
        }
        let as_expected = |refusal: &Refusal| match note_too {
            true => matches!(refusal, Refusal::NotSigned { .. }),
            false => matches!(refusal, Refusal::RowDiffers { .. }),
        };
        // A program that runs signs nothing and says so; one that starts does not.
        let keeper = running.keeper.of(LogName::Events);
        let said = refused(keeper.sign().await.map(drop));
        assert!(as_expected(&said), "{said}");
        assert_eq!(running.keeper.alarms().collect::<Vec<_>>(), [LogName::Events]);
        running.close().await;
        let said = refusal(open(data).await);
        assert!(as_expected(&said), "{said}");
        assert_eq!(rows(data), 2, "a second history was signed");
        assert!(!data.join("checkpoints/events/latest").exists(), "and published");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_cannot_be_read_are_all_named_by_a_check() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    signed_twice(data).await;
    alter(
        data,
        "update events set payload = cast(x'7b80ff7d' as text) where position = 3;
         update events set event_version = '9.9' where position = 7",
    );
    let said = checked(data, false).await.unwrap_err();
    assert!(said.to_string().starts_with("the event log: record 3, 7 cannot be read: altered"), "{said}");
    assert!(said.is_alarm());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_with_another_root_than_was_signed_is_named_at_a_start_and_by_a_check() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let [_, size] = signed_twice(data).await;
    let mut other = Frontier::default();
    (0..size).for_each(|_| other.push([7; 32]));
    database(data).execute("update log_head set frontier = ?1", [other.to_bytes()]).unwrap();
    let is_head =
        |error: &KeeperError| matches!(error, KeeperError::Tree { source: TreeError::HeadRootDiffers { .. }, .. });
    for rebuild in [false, true] {
        let said = checked(data, rebuild).await.unwrap_err();
        assert!(is_head(&said), "{said}");
    }
    let said = open(data).await.map(|_| ()).unwrap_err();
    assert!(matches!(&said, StateError::Proof(error) if is_head(error)), "{said}");
    // A start reads no records, so it does not say that none was altered.
    alter(data, "update events set event_type = 'Forged' where position = 3");
    let said = open(data).await.map(|_| ()).unwrap_err().to_string();
    assert!(said.contains("audit check` names every record that was too"), "{said}");
    let said = checked(data, false).await.unwrap_err();
    assert!(matches!(said, KeeperError::Tree { source: TreeError::RecordDiffers { index: 3 }, .. }), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_collect_as_the_latest_checkpoint_is_named_where_it_was_altered_and_published_anew_at_a_start() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let [first, _] = signed_twice(data).await;
    let latest = data.join("checkpoints/events/latest");
    let note = fs::read_to_string(&latest).unwrap();
    for altered in [b"garbage".to_vec(), vec![0xff, 0xfe], with_root(&note, [7; 32]).into_bytes()] {
        fs::write(&latest, altered).unwrap();
        let said = checked(data, false).await.unwrap_err();
        assert!(matches!(said, KeeperError::LatestAltered { .. }), "{said}");
        assert!(said.to_string().contains("checkpoints/events/latest"), "{said}");
        open(data).await.unwrap().close().await;
        assert_eq!(fs::read_to_string(&latest).unwrap(), note);
        checked(data, false).await.unwrap();
    }
    // A program may end between writing the file of a size and this one.
    fs::copy(latest.with_file_name(first.to_string()), &latest).unwrap();
    checked(data, false).await.unwrap();
    fs::remove_file(&latest).unwrap();
    checked(data, false).await.unwrap();
    // The files of the sizes gone, too: what the log itself keeps is published.
    let directory = latest.parent().unwrap();
    for file in fs::read_dir(directory).unwrap().map(|file| file.unwrap().path()) {
        if file.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.parse::<u64>().is_ok()) {
            fs::remove_file(file).unwrap();
        }
    }
    fs::write(&latest, b"garbage").unwrap();
    open(data).await.unwrap().close().await;
    assert_eq!(fs::read_to_string(&latest).unwrap(), note);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_is_destroyed_because_an_altered_log_says_so() {
    // With everything made to fit that can be without the key; and the record alone, where the tiles tell.
    for head_too in [true, false] {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path();
        signed_twice(data).await;
        let keys = Connection::open(data.join("keys.sqlite")).unwrap();
        let living = "select subject from subject_keys where wrapped is not null";
        let subject: String = keys.query_row(living, [], |row| row.get(0)).unwrap();
        drop(keys);
        let payload = serde_json::json!({ "ErasureConfirmed": { "confirmed_by": "officer-2", "occurred_on": "2026-05-05",
            "reference": { "act": "AVG", "article": "art. 18", "valid_from": "2026-01-01" },
            "requested_by": "officer-1", "subject": subject } });
        let forge = format!(
            "update events set event_type = 'ErasureConfirmed', event_version = '1', payload = '{payload}' \
             where position = (select max(position) from events where aggregate_type = 'learning_trajectory')"
        );
        match head_too {
            true => drop(rewrite(data, &forge).await),
            false => database(data).execute_batch(&forge).unwrap(),
        }
        let said = open(data).await.map(|_| ()).unwrap_err();
        match head_too {
            true => assert!(matches!(said, StateError::Proof(_)), "{said}"),
            false => assert!(matches!(said, StateError::Erasure(ErasureError::Tree(_))), "{said}"),
        }
        let stores = Places::of(&settings(data).stores).unwrap();
        let keys = KeyStore::open(&stores.keys, &stores.master_key).await.unwrap();
        let subject: SubjectId = subject.parse().unwrap();
        assert!(!keys.is_destroyed(subject).await.unwrap(), "the key is gone for good");
    }
}
