//! The life of keys, in a file and in PostgreSQL: made once, destroyed for good and for real, wrapped by another master key.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use futures_util::future::join_all;
use spoor_domain::kernel::{Confidential, PersonalContent, SubjectId, WithheldReason};
use spoor_eventlog::keys::KeyError;
use spoor_eventlog::{
    Clock, EventLog, ExecuteError, KeyStore, KeyStoreUrl, LogOptions, LogUrl, Position, Reconciled, clock,
};
use spoor_testkit::TestDatabase;
use sqlx::{Connection, Executor, PgConnection};
use tokio::sync::Notify;

use crate::ledger::{Ledger, LedgerCommand, context, note};
use crate::sealing::texts;

/// A key store with its master key, and a log that is sealed with it.
struct Cabinet {
    keys: KeyStoreUrl,
    directory: tempfile::TempDir,
}

impl Cabinet {
    async fn in_a_file() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self::with(KeyStoreUrl::Sqlite(directory.path().join("keys.sqlite")), directory).await
    }

    async fn in_postgres() -> Self {
        Self::with(KeyStoreUrl::Postgres(TestDatabase::fresh().await.url), tempfile::tempdir().unwrap()).await
    }

    async fn with(keys: KeyStoreUrl, directory: tempfile::TempDir) -> Self {
        let cabinet = Self { keys, directory };
        EventLog::migrate(&cabinet.log_url()).await.unwrap();
        cabinet
    }

    fn log_url(&self) -> LogUrl {
        LogUrl::Sqlite(self.directory.path().join("log.sqlite"))
    }

    fn master(&self) -> PathBuf {
        self.directory.path().join("master.key")
    }

    fn next_master(&self) -> PathBuf {
        self.directory.path().join("next.key")
    }

    async fn store(&self) -> KeyStore {
        KeyStore::open(&self.keys, &self.master()).await.unwrap()
    }

    async fn between(&self) -> KeyStore {
        KeyStore::open_between(&self.keys, &self.master(), Some(&self.next_master())).await.unwrap()
    }

    /// Changes the store as somebody who has its database does.
    async fn sql(&self, statements: &str) {
        match &self.keys {
            KeyStoreUrl::Sqlite(path) => rusqlite::Connection::open(path).unwrap().execute_batch(statements).unwrap(),
            KeyStoreUrl::Postgres(url) => {
                let statements = format!("set search_path to spoor_keys; {statements}");
                let mut connection = PgConnection::connect(url).await.unwrap();
                connection.execute(sqlx::raw_sql(&statements)).await.unwrap();
            }
        }
    }

    async fn log(&self, keys: KeyStore) -> EventLog {
        EventLog::open(&self.log_url(), keys, Clock::System, LogOptions::default()).await.unwrap()
    }
}

macro_rules! in_every_store {
    ($($name:ident),+ $(,)?) => {
        mod in_a_file {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::Cabinet::in_a_file().await).await
            })+
        }
        mod in_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::Cabinet::in_postgres().await).await
            })+
        }
    };
}

in_every_store!(
    a_destroyed_subject_is_never_keyed_again,
    a_tombstone_says_since_when_and_goes_on_saying_it,
    how_far_a_log_was_searched_stands_in_the_store,
    whose_erasures_were_found_is_not_known_where_an_older_version_said_how_far,
    a_tombstone_that_was_taken_away_is_missed_whatever_is_remembered,
    another_master_key_takes_over_and_the_former_is_not_needed_any_more,
    a_rotation_broken_off_anywhere_is_readable_and_goes_on_where_it_was,
    what_is_destroyed_during_a_rotation_stays_destroyed,
    several_processes_destroy_at_the_same_moment,
    nothing_opens_without_every_master_key_that_wrapped_something_and_none_is_made,
);

async fn a_destroyed_subject_is_never_keyed_again(cabinet: Cabinet) {
    let (log, subject) = (cabinet.log(cabinet.store().await).await, SubjectId(clock::new_id()));
    // It never had a key: the tombstone stands all the same.
    cabinet.store().await.destroy(subject).await.unwrap();
    for _ in 0..2 {
        let refused = log.execute::<Ledger>("l", &opening(subject), &context()).await;
        assert!(matches!(refused, Err(ExecuteError::Log(_))), "{refused:?}");
    }
    let status = cabinet.store().await.status().await.unwrap();
    assert_eq!((status.live, status.destroyed), (0, 1));
}

async fn a_tombstone_says_since_when_and_goes_on_saying_it(cabinet: Cabinet) {
    let (store, subject) = (cabinet.store().await, SubjectId(clock::new_id()));
    assert_eq!(store.destroyed_since(subject).await.unwrap(), None);
    let since = "2026-05-05T09:30:00.123456Z".parse().unwrap();
    store.destroy_as_of(subject, since).await.unwrap();
    store.destroy(subject).await.unwrap();
    assert_eq!(store.destroyed_since(subject).await.unwrap(), Some(since));
    assert_eq!(cabinet.store().await.destroyed_since(subject).await.unwrap(), Some(since));
}

async fn how_far_a_log_was_searched_stands_in_the_store(cabinet: Cabinet) {
    let store = cabinet.store().await;
    assert_eq!(store.reconciled("events").await.unwrap(), None);
    let (one, other) = (SubjectId(random_id()), SubjectId(random_id()));
    let (first, both) = (BTreeSet::from([one]), BTreeSet::from([one, other]));
    for (index, erased) in [(7, Some(first)), (9, Some(both)), (8, None), (9, Some(BTreeSet::new()))] {
        let to = Reconciled { index, leaf: format!("{index:064x}"), erased };
        store.set_reconciled("events", to.clone()).await.unwrap();
        assert_eq!(cabinet.store().await.reconciled("events").await.unwrap(), Some(to));
    }
    assert_eq!(store.reconciled("other").await.unwrap(), None);
}

async fn whose_erasures_were_found_is_not_known_where_an_older_version_said_how_far(cabinet: Cabinet) {
    let noted = Reconciled { index: 7, leaf: "leaf".into(), erased: Some(BTreeSet::from([SubjectId(random_id())])) };
    cabinet.store().await.set_reconciled("events", noted.clone()).await.unwrap();
    // An older version beside this one, or in its place for a while: it goes on and knows nothing of whom.
    cabinet.sql("update reconciled set log_index = 9").await;
    let further = Reconciled { index: 9, erased: None, ..noted.clone() };
    assert_eq!(cabinet.store().await.reconciled("events").await.unwrap(), Some(further.clone()));
    // A store that was made by it.
    cabinet.sql("alter table reconciled drop column erased; alter table reconciled drop column erased_until").await;
    let (store, other) = (cabinet.store().await, cabinet.store().await);
    assert_eq!(store.reconciled("events").await.unwrap(), Some(further));
    store.set_reconciled("events", noted.clone()).await.unwrap();
    assert_eq!(other.reconciled("events").await.unwrap(), Some(noted));
}

async fn a_tombstone_that_was_taken_away_is_missed_whatever_is_remembered(cabinet: Cabinet) {
    let (subjects, never) = (filled(&cabinet, 3).await, SubjectId(random_id()));
    let store = cabinet.store().await;
    for subject in &subjects[..2] {
        store.destroy(*subject).await.unwrap();
        assert!(store.is_destroyed(*subject).await.unwrap());
    }
    let asked: BTreeSet<SubjectId> = subjects.iter().copied().chain([never]).collect();
    assert_eq!(store.not_destroyed(&asked).await.unwrap(), BTreeSet::from([subjects[2], never]));
    // As a row of an older backup does.
    let [gone, live] = [subjects[0], subjects[2]];
    let back = format!(
        "update subject_keys set destroyed_at = null, wrapped = (
             select living.wrapped from subject_keys as living where living.subject = '{live}') where subject = '{gone}'"
    );
    cabinet.sql(&back).await;
    let destroyed = BTreeSet::from([subjects[0], subjects[1]]);
    assert_eq!(store.not_destroyed(&destroyed).await.unwrap(), BTreeSet::from([gone]));
    store.destroy(gone).await.unwrap();
    assert_eq!(store.not_destroyed(&asked).await.unwrap(), BTreeSet::from([live, never]));
}

async fn another_master_key_takes_over_and_the_former_is_not_needed_any_more(cabinet: Cabinet) {
    let subjects = filled(&cabinet, 5).await;
    let former = cabinet.store().await.master_key();
    let between = cabinet.between().await;
    let mut heard = Vec::new();
    // Five subjects and the two secrets of the installation.
    assert_eq!(between.rotate(2, |done| heard.push(done)).await.unwrap(), 7);
    assert_eq!(heard, [2, 4, 5, 7]);
    let status = between.status().await.unwrap();
    assert_eq!(status.wrapped_by.into_iter().collect::<Vec<_>>(), [(Some(between.master_key()), 7)]);
    assert_ne!(between.master_key(), former);
    assert_eq!(between.rotate(2, |_| ()).await.unwrap(), 0, "nothing is left to do");
    assert!(KeyStore::open(&cabinet.keys, &cabinet.master()).await.is_err(), "the former key opens nothing");

    fs::remove_file(cabinet.master()).unwrap();
    let after = KeyStore::open(&cabinet.keys, &cabinet.next_master()).await.unwrap();
    let log = cabinet.log(after).await;
    readable(&log, &subjects).await;
    // The secrets of the installation are the same: what was found by its digest is found.
    let digest = async |keys: KeyStore| cabinet.log(keys).await.vault().blind("name", "a name").await.unwrap();
    let after = KeyStore::open(&cabinet.keys, &cabinet.next_master()).await.unwrap();
    assert_eq!(digest(between).await, digest(after).await);
}

async fn a_rotation_broken_off_anywhere_is_readable_and_goes_on_where_it_was(cabinet: Cabinet) {
    let subjects = filled(&cabinet, 20).await;
    for batches in 1..=4 {
        let between = cabinet.between().await;
        // Dropped after so many transactions, as by a kill.
        let (enough, mut heard) = (Notify::new(), 0);
        let rotation = between.rotate(1, |_| {
            heard += 1;
            if heard == batches {
                enough.notify_one();
            }
        });
        tokio::select! {
            biased;
            () = enough.notified() => {}
            rotated = rotation => panic!("it was to be broken off after {batches}: {rotated:?}"),
        }
        let log = cabinet.log(cabinet.between().await).await;
        readable(&log, &subjects).await;
        // A dossier that begins in between is wrapped by the next key at once.
        let begun = SubjectId(clock::new_id());
        log.execute::<Ledger>(&begun.to_string(), &opening(begun), &context()).await.unwrap();
        log.close().await;
    }
    let between = cabinet.between().await;
    between.rotate(3, |_| ()).await.unwrap();
    let status = between.status().await.unwrap();
    assert_eq!(status.wrapped_by.into_iter().collect::<Vec<_>>(), [(Some(between.master_key()), 20 + 4 + 2)]);
}

async fn nothing_opens_without_every_master_key_that_wrapped_something_and_none_is_made(cabinet: Cabinet) {
    filled(&cabinet, 3).await;
    let between = cabinet.between().await;
    let enough = Notify::new();
    let rotation = between.rotate(1, |_| enough.notify_one());
    tokio::select! {
        biased;
        () = enough.notified() => {}
        rotated = rotation => panic!("it was to be broken off: {rotated:?}"),
    }
    let refused = |opened: Result<KeyStore, KeyError>| opened.err().unwrap().to_string();
    let alone = refused(KeyStore::open(&cabinet.keys, &cabinet.master()).await);
    assert!(alone.contains(&between.master_key().to_string()) && alone.contains("broken off"), "{alone}");
    // Nor with another next key than that of the rotation, which is not made either.
    let third = cabinet.next_master().with_file_name("third.key");
    let other = refused(KeyStore::open_between(&cabinet.keys, &cabinet.master(), Some(&third)).await);
    assert!(other.contains("broken off") && !third.exists(), "{other}");
    between.rotate(3, |_| ()).await.unwrap();
    fs::remove_file(cabinet.next_master()).unwrap();
    fs::remove_file(cabinet.master()).unwrap();
    let gone = refused(KeyStore::open(&cabinet.keys, &cabinet.next_master()).await);
    assert!(gone.contains("next.key is not there") && gone.contains("put that file back"), "{gone}");
    assert!(!cabinet.next_master().exists(), "none was made");
}

async fn what_is_destroyed_during_a_rotation_stays_destroyed(cabinet: Cabinet) {
    let subjects = filled(&cabinet, 4).await;
    let between = cabinet.between().await;
    let other = cabinet.store().await;
    // Destroyed through another process, after each batch another subject.
    let (sender, mut destroyed) = tokio::sync::mpsc::unbounded_channel();
    let rotation = between.rotate(1, |done| {
        let _ = sender.send(done);
    });
    let destroying = async {
        let mut gone = 0;
        while destroyed.recv().await.is_some() && gone < 2 {
            other.destroy(subjects[3 - gone]).await.unwrap();
            gone += 1;
        }
    };
    let (rotated, ()) = tokio::join!(rotation, destroying);
    rotated.unwrap();
    let log = cabinet.log(between).await;
    for (subject, gone) in subjects.iter().zip([false, false, true, true]) {
        let erased = PersonalContent::Withheld(WithheldReason::Erased);
        assert_eq!(texts(&log, &subject.to_string()).await == [erased], gone);
    }
}

async fn several_processes_destroy_at_the_same_moment(cabinet: Cabinet) {
    let subjects = filled(&cabinet, 24).await;
    let mut stores = Vec::new();
    for _ in 0..4 {
        stores.push(cabinet.store().await);
    }
    let each = subjects.iter().flat_map(|subject| stores.iter().map(|store| store.destroy(*subject)));
    for destroyed in join_all(each).await {
        destroyed.unwrap();
    }
    let status = stores[0].status().await.unwrap();
    assert_eq!((status.live, status.destroyed), (0, 24));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_of_whose_erasures_were_found_that_is_none_is_as_if_nobody_had_noted_it() {
    let cabinet = Cabinet::in_a_file().await;
    let noted = Reconciled { index: 7, leaf: "leaf".into(), erased: Some(BTreeSet::from([SubjectId(random_id())])) };
    cabinet.store().await.set_reconciled("events", noted.clone()).await.unwrap();
    for altered in ["'[\"nobody\"]'", "'geen lijst'", "''"] {
        cabinet.sql(&format!("update reconciled set erased = {altered}")).await;
        let unknown = Reconciled { erased: None, ..noted.clone() };
        assert_eq!(cabinet.store().await.reconciled("events").await.unwrap(), Some(unknown), "{altered}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_a_destroyed_key_is_left_in_the_file() {
    let cabinet = Cabinet::in_a_file().await;
    // Enough for the tree of pages to be split often: a split leaves copies behind in free space.
    let subjects = filled(&cabinet, 600).await;
    let KeyStoreUrl::Sqlite(path) = &cabinet.keys else { panic!("a file") };
    let wrapped: Vec<Vec<u8>> = {
        let connection = rusqlite::Connection::open(path).unwrap();
        let key = |subject: &SubjectId| {
            let sql = "select wrapped from subject_keys where subject = ?1";
            connection.query_row(sql, [subject.to_string()], |row| row.get(0)).unwrap()
        };
        subjects.iter().map(key).collect()
    };
    let store = cabinet.store().await;
    for subject in &subjects[100..140] {
        store.destroy(*subject).await.unwrap();
    }
    // While it is open: the write-ahead log is there too.
    let stored = stored_in(cabinet.directory.path(), "keys.sqlite");
    let stands = |key: &Vec<u8>| stored.windows(key.len()).any(|part| part == key);
    assert!(wrapped[..100].iter().all(stands), "the search finds what is there");
    let left = wrapped[100..140].iter().filter(|key| stands(key)).count();
    assert_eq!(left, 0, "{left} destroyed keys are still in the files");
}

/// As after a restart of the server, once the store has stood still for a moment.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_whose_connections_were_dropped_is_asked_again_by_new_ones() {
    let cabinet = Cabinet::in_postgres().await;
    let KeyStoreUrl::Postgres(url) = &cabinet.keys else { panic!("a server") };
    let (store, mut other) = (cabinet.store().await, PgConnection::connect(url).await.unwrap());
    for _ in 0..2 {
        let status = join_all((0..4).map(|_| store.status())).await;
        assert!(status.iter().all(Result::is_ok), "{status:?}");
        let drop_all = "select pg_terminate_backend(pid) from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid()";
        let dropped = other.fetch_all(drop_all).await.unwrap();
        assert!(!dropped.is_empty());
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    }
}

/// `pg_restore -t` brings a table back without its primary key.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_destroyed_also_in_a_table_that_lost_its_primary_key() {
    let cabinet = Cabinet::in_postgres().await;
    let (subjects, never) = (filled(&cabinet, 2).await, SubjectId(random_id()));
    cabinet.sql("alter table subject_keys drop constraint subject_keys_pkey").await;
    let store = cabinet.store().await;
    for _ in 0..2 {
        for subject in [subjects[0], never] {
            store.destroy(subject).await.unwrap();
        }
    }
    let status = store.status().await.unwrap();
    assert_eq!((status.live, status.destroyed), (1, 2));
}

/// A vacuum keeps what an older transaction may still look at: it is waited for.
#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_a_destroyed_key_is_left_in_the_files_of_a_server() {
    let cabinet = Cabinet::in_postgres().await;
    let subject = filled(&cabinet, 3).await[1];
    let KeyStoreUrl::Postgres(url) = &cabinet.keys else { panic!("a server") };
    let database = TestDatabase { url: url.clone() };
    let mut looking_back = PgConnection::connect(url).await.unwrap();
    let query = "select wrapped from spoor_keys.subject_keys where subject = $1";
    let key: Vec<u8> = sqlx::query_scalar(query).bind(subject.0).fetch_one(&mut looking_back).await.unwrap();
    let of_database = "select oid::text from pg_database where datname = current_database()";
    let number: String = sqlx::query_scalar(of_database).fetch_one(&mut looking_back).await.unwrap();
    let stands = async || {
        let files = database.flushed_files().await.join("base").join(&number);
        stored_in(&files, "").windows(key.len()).any(|part| part == key)
    };
    assert!(stands().await, "the search finds what is there");

    // One that has begun to look in this database, and one that has begun to write in another.
    looking_back.execute("begin isolation level repeatable read; select count(*) from pg_class").await.unwrap();
    let mut elsewhere = PgConnection::connect(&TestDatabase::fresh().await.url).await.unwrap();
    elsewhere.execute("begin; select pg_current_xact_id()").await.unwrap();
    let store = cabinet.store().await;
    let destroying = tokio::spawn(async move { store.destroy(subject).await });
    let mut other = PgConnection::connect(url).await.unwrap();
    let gone = "select count(*) from spoor_keys.subject_keys where destroyed_at is not null";
    while sqlx::query_scalar::<_, i64>(gone).fetch_one(&mut other).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    looking_back.execute("rollback").await.unwrap();
    elsewhere.execute("rollback").await.unwrap();
    destroying.await.unwrap().unwrap();
    assert!(!stands().await, "the destroyed key is still in the files");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_master_key_that_others_can_read_is_refused() {
    let cabinet = Cabinet::in_a_file().await;
    filled(&cabinet, 1).await;
    fs::write(cabinet.next_master(), "0".repeat(64)).unwrap();
    fs::set_permissions(cabinet.next_master(), fs::Permissions::from_mode(0o644)).unwrap();
    let refused = KeyStore::open_between(&cabinet.keys, &cabinet.master(), Some(&cabinet.next_master())).await;
    let refused = refused.err().unwrap().to_string();
    assert!(refused.contains("chmod 600"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rare_events_are_read_by_their_type() {
    let cabinet = Cabinet::in_a_file().await;
    filled(&cabinet, 3).await;
    let log = cabinet.log(cabinet.store().await).await;
    log.execute::<Ledger>("other", &opening(SubjectId(clock::new_id())), &context()).await.unwrap();
    log.execute::<Ledger>("other", &note("a note"), &context()).await.unwrap();
    let indexes = async |types: &[&str], after, until| {
        let (after, until) = (Position::number(after), Position::number(until));
        let records = log.read_of_types(types, after, until).await.unwrap();
        records.iter().map(|record| record.index).collect::<Vec<_>>()
    };
    assert_eq!(indexes(&["Noted"], 0, 5).await, [5]);
    assert_eq!(indexes(&["Noted", "Opened"], 1, 4).await, [2, 3, 4]);
    assert!(indexes(&["Noted"], 0, 4).await.is_empty());
}

fn opening(subject: SubjectId) -> LedgerCommand {
    LedgerCommand::Open { subject, name: Confidential("a name".into()) }
}

/// So many streams, each about a subject of its own and named after it.
async fn filled(cabinet: &Cabinet, subjects: usize) -> Vec<SubjectId> {
    let log = cabinet.log(cabinet.store().await).await;
    let subjects: Vec<_> = (0..subjects).map(|_| SubjectId(random_id())).collect();
    for subject in &subjects {
        log.execute::<Ledger>(&subject.to_string(), &opening(*subject), &context()).await.unwrap();
    }
    log.close().await;
    subjects
}

/// Subject ids are derived by hashing, so they come in no order.
fn random_id() -> uuid::Uuid {
    spoor_domain::kernel::derived_id(clock::new_id(), "subject")
}

async fn readable(log: &EventLog, subjects: &[SubjectId]) {
    for subject in subjects {
        assert!(texts(log, &subject.to_string()).await == [PersonalContent::Clear("a name".to_owned())]);
    }
}

fn stored_in(directory: &Path, beginning: &str) -> Vec<u8> {
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let keys = files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(beginning));
    keys.flat_map(|path| fs::read(path).unwrap()).collect()
}
