//! An erasure broken off between any two of its steps is finished by whoever looks next; an older key store is put right
//! before anything is read.

use std::collections::BTreeSet;

use spoor_domain::kernel::DossierId;
use spoor_domain::register::DossierRegister;
use spoor_domain::register::command::RegisterCommand;
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::TrajectoryCommandKind as Kind;
use spoor_domain::trajectory::record::Erasure;
use spoor_domain::trajectory::samples::{sample, subject};
use spoor_eventlog::{Clock, EventLog, KeyStore, Reconciled, clock};
use spoor_projections::trajectories::{self, TrajectoryFilter};
use spoor_projections::{Runner, Scope};

use super::{
    Confirmed, HeldAgainstAll, LOG_OF_ERASURES, destroy_all_confirmed, destroy_confirmed, fault_unsearched,
    gone_unsearched, search,
};
use crate::config::{Config, Stores};
use crate::desk::Desk;
use crate::graphql;
use crate::http::Look;
use crate::proof::LogName;
use crate::state::{AppState, Places};

/// Where one test keeps everything; gone when the test ends.
struct Place {
    stores: Stores,
    _directory: tempfile::TempDir,
}

/// A running program over a place.
struct House {
    state: AppState,
    desk: Desk,
    runner: Runner,
}

impl Place {
    async fn embedded() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let stores = Stores::in_files(directory.path());
        Self::migrated(stores, directory).await
    }

    async fn postgres() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let stores = Stores::on_postgres(directory.path()).await;
        Self::migrated(stores, directory).await
    }

    async fn migrated(stores: Stores, _directory: tempfile::TempDir) -> Self {
        let place = Self { stores, _directory };
        Places::migrate(&place.config()).await.unwrap();
        place
    }

    fn config(&self) -> Config {
        Config { stores: self.stores.clone(), ..Config::default() }
    }

    /// Opens the stores as every command does, and no more.
    async fn state(&self) -> AppState {
        AppState::open(self.config(), Clock::System).await.unwrap()
    }

    async fn open(&self) -> House {
        House::over(self.state().await).await
    }

    /// An erasure is confirmed, and nobody has acted on it; a backup of the keys is from when it was asked for.
    async fn confirmed_since_a_backup(&self) -> House {
        let house = self.open().await;
        let dossier = house.asked().await;
        // The backup knows the log up to here.
        house.desk.finish_erasures().await.unwrap();
        house.close().await;
        self.back_up_keys().await;
        let house = self.open().await;
        house.confirmed(dossier).await;
        house
    }

    /// An erasure is finished, and the store notes it; its table as it was before is set aside in it.
    async fn erased_since_the_table_was_set_aside(&self) -> House {
        let house = self.open().await;
        let dossier = house.asked().await;
        self.in_key_store("create table aside as select * from subject_keys").await;
        house.confirmed(dossier).await;
        assert_eq!(house.desk.finish_erasures().await.unwrap(), 1);
        // What was recorded of it is searched as well.
        assert_eq!(house.desk.finish_erasures().await.unwrap(), 0);
        let noted = house.state.log.keys().reconciled(LOG_OF_ERASURES).await.unwrap().unwrap();
        assert_eq!(noted.index, house.state.log.head().await.unwrap().index);
        assert_eq!(noted.erased, Some(BTreeSet::from([subject()])));
        house
    }

    /// Puts back of the table that was set aside what somebody would put back of a backup, and nothing else of the store.
    async fn put_back(&self, what: PutBack) {
        let row = format!(
            "update subject_keys set wrapped = (select aside.wrapped from aside where aside.subject = '{0}'),
                 destroyed_at = null where subject = '{0}'",
            subject()
        );
        match (what, &self.stores.keys_url) {
            (PutBack::Row, _) => self.in_key_store(&row).await,
            (PutBack::Table, None) => {
                self.in_key_store("delete from subject_keys; insert into subject_keys select * from aside").await;
            }
            // As `pg_restore -t` does, without the table's indexes.
            (PutBack::Table, Some(_)) => {
                let restore = "drop table subject_keys; create table subject_keys as select * from aside";
                self.in_key_store(restore).await;
            }
        }
        let places = Places::of(&self.stores).unwrap();
        let keys = KeyStore::open(&places.keys, &places.master_key).await.unwrap();
        assert!(!keys.is_destroyed(subject()).await.unwrap(), "the key is back");
    }

    /// Changes the key store as somebody who has its database does.
    async fn in_key_store(&self, statements: &str) {
        match &self.stores.keys_url {
            None => rusqlite::Connection::open(self.key_file()).unwrap().execute_batch(statements).unwrap(),
            Some(url) => sql(url, &format!("set search_path to spoor_keys; {statements}")).await,
        }
    }

    /// The log of embedded stores, as somebody with the file opens it.
    fn log_file(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.stores.data.as_ref().unwrap().join("log.sqlite")).unwrap()
    }

    /// Sets the key store aside, as a backup would; the program must not run.
    async fn back_up_keys(&self) {
        match &self.stores.keys_url {
            None => drop(std::fs::copy(self.key_file(), self.key_file().with_extension("backup")).unwrap()),
            Some(url) => {
                let copy = "create schema backup;
                    create table backup.subject_keys as table spoor_keys.subject_keys;
                    create table backup.reconciled as table spoor_keys.reconciled";
                sql(url, copy).await;
            }
        }
    }

    async fn restore_keys(&self) {
        match &self.stores.keys_url {
            None => {
                for companion in ["sqlite-wal", "sqlite-shm"] {
                    let _ = std::fs::remove_file(self.key_file().with_extension(companion));
                }
                std::fs::copy(self.key_file().with_extension("backup"), self.key_file()).unwrap();
            }
            Some(url) => {
                let restore = "truncate spoor_keys.subject_keys, spoor_keys.reconciled;
                    insert into spoor_keys.subject_keys select * from backup.subject_keys;
                    insert into spoor_keys.reconciled select * from backup.reconciled";
                sql(url, restore).await;
            }
        }
    }

    fn key_file(&self) -> std::path::PathBuf {
        self.stores.data.as_ref().unwrap().join("keys.sqlite")
    }
}

async fn sql(url: &str, statements: &str) {
    use sqlx::{Connection, Executor};
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    connection.execute(sqlx::raw_sql(statements)).await.unwrap();
}

impl House {
    async fn over(state: AppState) -> Self {
        let runner = Runner::start(state.logs(), state.views.clone()).await.unwrap();
        Self { desk: graphql::desk(&state), state, runner }
    }

    async fn close(self) {
        self.runner.stop().await;
        self.state.close().await;
    }

    /// Gives commands past the desk: what the log holds when the program dies right after.
    async fn told(&self, dossier: DossierId, kinds: &[Kind]) {
        for kind in kinds {
            let sample = sample(*kind);
            let mut context = sample.context();
            context.command_id = clock::new_id();
            self.state
                .log
                .execute::<LearningTrajectory>(&dossier.to_string(), &sample.command, &context)
                .await
                .unwrap();
        }
    }

    /// A dossier whose erasure waits for a second person, shown in the views.
    async fn asked(&self) -> DossierId {
        let dossier = DossierId(clock::new_id());
        self.told(dossier, &[Kind::RequestTrajectory, Kind::RestrictProcessing, Kind::RequestErasure]).await;
        let head = self.state.log.head().await.unwrap().position;
        assert!(self.state.views.wait_for(&[trajectories::PROJECTION], head, super::PATIENCE).await);
        dossier
    }

    async fn confirmed(&self, dossier: DossierId) -> Confirmed {
        self.told(dossier, &[Kind::ConfirmErasure]).await;
        search::confirmed_in(&self.state.log, dossier, subject()).await.unwrap().unwrap()
    }

    /// How many dossiers are found by the person's case reference.
    async fn found(&self) -> u64 {
        let reference = Some("ME.56.L1.000123/26".to_owned());
        let filter = TrajectoryFilter { case_reference: reference, ..TrajectoryFilter::default() };
        let views = &self.state.views;
        trajectories::count(views, self.state.log.vault(), &Scope::All, &filter).await.unwrap().count
    }
}

async fn is_destroyed(log: &EventLog) -> bool {
    log.keys().is_destroyed(subject()).await.unwrap()
}

/// What of an older backup comes back into the key store, beside everything else as it is.
#[derive(Clone, Copy, Debug)]
enum PutBack {
    Row,
    Table,
}

/// The types of the events of a dossier from the confirmation on.
async fn after_the_request(log: &EventLog, dossier: DossierId) -> Vec<String> {
    let records = log.read_stream("learning_trajectory", &dossier.to_string()).await.unwrap();
    records.into_iter().skip(3).map(|record| record.event_type).collect()
}

const FINISHED: [&str; 3] = ["ErasureConfirmed", "SubjectKeyDestroyed", "ErasureCertified"];

/// After which step the program died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Died {
    Confirmation,
    KeyWasDestroyed,
    ViewsForgot,
    AfterItWasRecorded,
}

macro_rules! on_every_engine {
    ($($name:ident),+ $(,)?) => {
        mod embedded {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::Place::embedded().await).await
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::Place::postgres().await).await
            })+
        }
    };
}

on_every_engine!(
    whoever_died_after_the_confirmation_is_followed,
    whoever_died_after_the_key_was_destroyed_is_followed,
    whoever_died_after_the_views_forgot_is_followed,
    whoever_died_after_it_was_recorded_left_nothing_to_do,
    an_older_key_store_beside_a_newer_log_destroys_again_before_anything_is_read,
    a_key_store_that_knows_another_log_searches_this_one_whole,
    a_row_that_was_put_back_alone_is_destroyed_again_before_anything_is_read,
    a_table_of_keys_that_was_put_back_alone_is_destroyed_again_before_anything_is_read,
    what_is_put_back_is_destroyed_by_whoever_holds_the_keys_against_the_whole_log,
    what_is_put_back_beneath_a_running_program_is_destroyed_at_its_next_look,
    where_nobody_noted_whose_erasures_were_found_the_log_is_searched_whole,
    a_long_way_is_noted_in_steps_and_by_each_of_them_everybody_is_known_who_was_found,
    what_one_process_left_another_finishes_while_it_runs,
    two_processes_at_once_finish_an_erasure_once,
);

async fn whoever_died_after_the_confirmation_is_followed(place: Place) {
    followed(place, Died::Confirmation).await;
}

async fn whoever_died_after_the_key_was_destroyed_is_followed(place: Place) {
    followed(place, Died::KeyWasDestroyed).await;
}

async fn whoever_died_after_the_views_forgot_is_followed(place: Place) {
    followed(place, Died::ViewsForgot).await;
}

async fn whoever_died_after_it_was_recorded_left_nothing_to_do(place: Place) {
    followed(place, Died::AfterItWasRecorded).await;
}

async fn followed(place: Place, died: Died) {
    let house = place.open().await;
    let dossier = house.asked().await;
    assert_eq!(house.found().await, 1);
    let confirmed = house.confirmed(dossier).await;
    if died != Died::Confirmation {
        house.state.log.keys().destroy_as_of(subject(), confirmed.at).await.unwrap();
    }
    if [Died::ViewsForgot, Died::AfterItWasRecorded].contains(&died) {
        trajectories::forget(&house.state.views, subject()).await.unwrap();
    }
    if died == Died::AfterItWasRecorded {
        house.desk.record_key_destroyed(&confirmed).await.unwrap();
    }
    house.close().await;

    // The key is gone before anybody could read with it.
    let state = place.state().await;
    assert!(is_destroyed(&state.log).await, "{died:?}");
    let house = House::over(state).await;
    let left = usize::from(died != Died::AfterItWasRecorded);
    assert_eq!(house.desk.finish_erasures().await.unwrap(), left, "{died:?}");
    assert_eq!(after_the_request(&house.state.log, dossier).await, FINISHED, "{died:?}");
    assert_eq!(house.found().await, 0, "{died:?}");
    let since = house.state.log.vault().erased_since(subject()).await.unwrap();
    assert_eq!(since, Some(confirmed.at), "{died:?}");

    // And that is all, however often somebody looks.
    assert_eq!(house.desk.finish_erasures().await.unwrap(), 0);
    house.close().await;
    let house = place.open().await;
    assert_eq!(house.desk.finish_erasures().await.unwrap(), 0);
    assert_eq!(after_the_request(&house.state.log, dossier).await, FINISHED);
    house.close().await;
}

async fn an_older_key_store_beside_a_newer_log_destroys_again_before_anything_is_read(place: Place) {
    let house = place.open().await;
    let dossier = house.asked().await;
    // The backup knows the log up to here.
    house.desk.finish_erasures().await.unwrap();
    assert!(house.state.log.keys().reconciled(LOG_OF_ERASURES).await.unwrap().is_some());
    house.close().await;
    place.back_up_keys().await;

    let house = place.open().await;
    let confirmed = house.confirmed(dossier).await;
    assert_eq!(house.desk.finish_erasures().await.unwrap(), 1);
    house.close().await;

    place.restore_keys().await;
    let state = place.state().await;
    assert!(is_destroyed(&state.log).await);
    assert_eq!(state.log.vault().erased_since(subject()).await.unwrap(), Some(confirmed.at), "as it was before");
    // Nobody gets this person a key again.
    let mut again = sample(Kind::RequestTrajectory).context();
    again.command_id = clock::new_id();
    let command = sample(Kind::RequestTrajectory).command;
    let elsewhere = clock::new_id().to_string();
    assert!(state.log.execute::<LearningTrajectory>(&elsewhere, &command, &again).await.is_err());
    // Views made anew with the restored store find nothing either.
    let house = House::over(state).await;
    assert_eq!(house.found().await, 0);
    assert_eq!(house.desk.finish_erasures().await.unwrap(), 0);
    assert_eq!(after_the_request(&house.state.log, dossier).await, FINISHED);
    house.close().await;
}

async fn a_key_store_that_knows_another_log_searches_this_one_whole(place: Place) {
    let house = place.open().await;
    let dossier = house.asked().await;
    house.confirmed(dossier).await;
    let log = &house.state.log;
    let head = log.head().await.unwrap().index;
    // The leaf is not this log's; then: this log is shorter than the store has seen.
    for (index, destroyed) in [(head, 1), (head + 100, 0)] {
        let elsewhere = Reconciled { index, leaf: "00".repeat(32), erased: Some(BTreeSet::new()) };
        log.keys().set_reconciled(LOG_OF_ERASURES, elsewhere).await.unwrap();
        assert_eq!(destroy_confirmed(log).await.unwrap(), destroyed);
        assert!(is_destroyed(log).await);
    }
    assert_eq!(house.desk.finish_erasures().await.unwrap(), 1);
    house.close().await;
}

async fn a_row_that_was_put_back_alone_is_destroyed_again_before_anything_is_read(place: Place) {
    destroyed_again_at_the_start(place, PutBack::Row).await;
}

async fn a_table_of_keys_that_was_put_back_alone_is_destroyed_again_before_anything_is_read(place: Place) {
    destroyed_again_at_the_start(place, PutBack::Table).await;
}

async fn destroyed_again_at_the_start(place: Place, what: PutBack) {
    let house = place.erased_since_the_table_was_set_aside().await;
    let since = house.state.log.vault().erased_since(subject()).await.unwrap();
    assert!(since.is_some());
    house.close().await;
    place.put_back(what).await;
    let state = place.state().await;
    assert!(is_destroyed(&state.log).await, "{what:?}");
    assert_eq!(state.log.vault().erased_since(subject()).await.unwrap(), since, "as it was before");
    // Nothing is found amiss any more, and the views find nothing of the person.
    assert_eq!(destroy_all_confirmed(&state.log).await.unwrap(), HeldAgainstAll { destroyed: 0, unfinished: 0 });
    let house = House::over(state).await;
    assert_eq!(house.desk.finish_erasures().await.unwrap(), 0);
    assert_eq!(house.found().await, 0, "{what:?}");
    house.close().await;
}

async fn what_is_put_back_is_destroyed_by_whoever_holds_the_keys_against_the_whole_log(place: Place) {
    let house = place.erased_since_the_table_was_set_aside().await;
    for what in [PutBack::Row, PutBack::Table] {
        // Also by a process that remembers that it was destroyed.
        assert!(is_destroyed(&house.state.log).await);
        place.put_back(what).await;
        let done = destroy_all_confirmed(&house.state.log).await.unwrap();
        assert_eq!(done, HeldAgainstAll { destroyed: 1, unfinished: 0 }, "{what:?}");
        assert!(house.state.log.keys().not_destroyed(&BTreeSet::from([subject()])).await.unwrap().is_empty());
    }
    // Whatever was noted.
    let keys = house.state.log.keys();
    let noted = keys.reconciled(LOG_OF_ERASURES).await.unwrap().unwrap();
    keys.set_reconciled(LOG_OF_ERASURES, Reconciled { erased: Some(BTreeSet::new()), ..noted }).await.unwrap();
    place.put_back(PutBack::Row).await;
    assert_eq!(destroy_all_confirmed(&house.state.log).await.unwrap().destroyed, 1);
    house.close().await;
}

async fn what_is_put_back_beneath_a_running_program_is_destroyed_at_its_next_look(place: Place) {
    let house = place.erased_since_the_table_was_set_aside().await;
    assert!(is_destroyed(&house.state.log).await);
    place.put_back(PutBack::Row).await;
    assert_eq!(house.desk.finish_erasures().await.unwrap(), 0);
    assert!(house.state.log.keys().not_destroyed(&BTreeSet::from([subject()])).await.unwrap().is_empty());
    house.close().await;
}

async fn where_nobody_noted_whose_erasures_were_found_the_log_is_searched_whole(place: Place) {
    let house = place.erased_since_the_table_was_set_aside().await;
    house.close().await;
    // A store that an older version brought in line with the log.
    place.put_back(PutBack::Row).await;
    place.in_key_store("update reconciled set erased = null, erased_until = null").await;
    let house = place.open().await;
    assert!(is_destroyed(&house.state.log).await);
    assert_eq!(house.desk.finish_erasures().await.unwrap(), 0);
    // Once: from now on it is noted.
    let noted = house.state.log.keys().reconciled(LOG_OF_ERASURES).await.unwrap().unwrap();
    assert_eq!(noted.erased, Some(BTreeSet::from([subject()])));
    house.close().await;
}

async fn a_long_way_is_noted_in_steps_and_by_each_of_them_everybody_is_known_who_was_found(place: Place) {
    let house = place.erased_since_the_table_was_set_aside().await;
    place.in_key_store("update reconciled set erased = null, erased_until = null").await;
    let log = &house.state.log;
    let head = log.head().await.unwrap().index;
    for step in 1..=head.div_ceil(3) {
        search::since_last_time(log).await.unwrap().note(log, 3).await.unwrap();
        let noted = log.keys().reconciled(LOG_OF_ERASURES).await.unwrap().unwrap();
        assert_eq!((noted.index, noted.erased), (head.min(step * 3), Some(BTreeSet::from([subject()]))));
    }
    house.close().await;
}

async fn what_one_process_left_another_finishes_while_it_runs(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    let dossier = one.asked().await;
    assert_eq!(other.desk.finish_erasures().await.unwrap(), 0);
    one.confirmed(dossier).await;
    assert_eq!(other.desk.finish_erasures().await.unwrap(), 1);
    assert!(is_destroyed(&other.state.log).await);
    assert_eq!(after_the_request(&one.state.log, dossier).await, FINISHED);
    one.close().await;
    other.close().await;
}

async fn two_processes_at_once_finish_an_erasure_once(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    let dossier = one.asked().await;
    one.confirmed(dossier).await;
    let (left, right) = tokio::join!(one.desk.finish_erasures(), other.desk.finish_erasures());
    left.unwrap();
    right.unwrap();
    assert_eq!(after_the_request(&one.state.log, dossier).await, FINISHED);
    one.close().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_log_that_lost_a_confirmation_an_older_key_store_is_not_taken_for_in_line() {
    let place = Place::embedded().await;
    let house = place.confirmed_since_a_backup().await;
    let lost = house.state.log.head().await.unwrap().index;
    // So that the tree has it, and the record is all that goes.
    house.state.keeper.of(LogName::Events).sign().await.unwrap();
    house.close().await;
    place.restore_keys().await;
    let state = place.state().await;
    assert!(is_destroyed(&state.log).await);
    assert!(gone_unsearched(&state.log).await.unwrap().is_empty());
    state.close().await;

    place.restore_keys().await;
    let file = place.log_file();
    let delete = format!("drop trigger events_not_deleted; delete from events where position = {lost}");
    file.execute_batch(&delete).unwrap();
    drop(file);
    let state = place.state().await;
    assert!(!is_destroyed(&state.log).await, "nothing says so any more");
    assert_eq!(gone_unsearched(&state.log).await.unwrap(), [lost..=lost], "but it is known that something may have");
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_put_back_is_destroyed_also_beside_a_log_that_lost_what_confirmed_it() {
    let place = Place::embedded().await;
    let house = place.erased_since_the_table_was_set_aside().await;
    house.state.keeper.of(LogName::Events).sign().await.unwrap();
    let confirmation = house.state.log.head().await.unwrap().index + 1 - FINISHED.len() as u64;
    house.close().await;
    place.put_back(PutBack::Row).await;
    let file = place.log_file();
    let delete = format!("drop trigger events_not_deleted; delete from events where position >= {confirmation}");
    file.execute_batch(&delete).unwrap();
    drop(file);
    let state = place.state().await;
    assert!(is_destroyed(&state.log).await, "the store knows that the log said so");
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_gone_is_searched_once_it_is_back_whatever_was_recorded_behind_it() {
    let place = Place::embedded().await;
    let house = place.confirmed_since_a_backup().await;
    let lost = house.state.log.head().await.unwrap().index;
    let mut context = sample(Kind::ConfirmErasure).context();
    context.command_id = clock::new_id();
    let behind = RegisterCommand::TakeNumber { year: 2026, dossier: DossierId(clock::new_id()) };
    house.state.log.execute::<DossierRegister>("2026", &behind, &context).await.unwrap();
    house.state.keeper.of(LogName::Events).sign().await.unwrap();
    house.close().await;
    // No view ends at what will be gone: that start would be refused.
    let state = place.state().await;
    spoor_projections::runner::catch_up(&state.logs(), &state.views).await.unwrap();
    state.close().await;

    place.restore_keys().await;
    let file = place.log_file();
    let set_aside = format!(
        "drop trigger events_not_deleted; create table aside as select * from events where position = {lost};
         delete from events where position = {lost}"
    );
    file.execute_batch(&set_aside).unwrap();
    // What the keeper of erasures does a moment after the start.
    let house = place.open().await;
    assert_eq!(house.desk.finish_erasures().await.unwrap(), 0);
    assert!(!is_destroyed(&house.state.log).await);
    assert_eq!(gone_unsearched(&house.state.log).await.unwrap(), [lost..=lost], "nobody searched it meanwhile");
    house.close().await;
    let state = place.state().await;
    assert_eq!(gone_unsearched(&state.log).await.unwrap(), [lost..=lost], "nor is it forgotten at the next start");

    file.execute_batch("insert into events select * from aside; drop table aside").unwrap();
    drop(file);
    assert_eq!(destroy_confirmed(&state.log).await.unwrap(), 1);
    assert!(is_destroyed(&state.log).await);
    state.keeper.count().await.unwrap();
    assert!(gone_unsearched(&state.log).await.unwrap().is_empty());
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_that_was_made_to_say_something_else_is_not_taken_for_searched() {
    let place = Place::embedded().await;
    let house = place.confirmed_since_a_backup().await;
    let altered = house.state.log.head().await.unwrap().index;
    house.state.keeper.of(LogName::Events).sign().await.unwrap();
    house.close().await;

    place.restore_keys().await;
    let file = place.log_file();
    let set = |to: &str| format!("update events set event_type = '{to}' where position = {altered}");
    file.execute_batch(&format!("drop trigger events_not_updated; {}", set("Forged"))).unwrap();
    let state = place.state().await;
    assert_eq!(graphql::desk(&state).finish_erasures().await.unwrap(), 0);
    assert!(!is_destroyed(&state.log).await);
    assert_eq!(fault_unsearched(&state.log).await.unwrap(), Some(altered), "nobody knows what it said");
    state.close().await;

    file.execute_batch(&set("ErasureConfirmed")).unwrap();
    drop(file);
    let state = place.state().await;
    assert!(is_destroyed(&state.log).await, "it was searched once it was back");
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn that_the_key_store_was_in_line_with_another_log_is_told_to_whoever_asks_how_all_is() {
    let place = Place::embedded().await;
    let state = place.state().await;
    assert_eq!(state.readiness(Look::OnlyReading).await.faults, Vec::<String>::new());
    let elsewhere = Reconciled { index: 7, leaf: "00".repeat(32), erased: Some(BTreeSet::new()) };
    state.log.keys().set_reconciled(LOG_OF_ERASURES, elsewhere).await.unwrap();
    state.close().await;
    let state = place.state().await;
    let faults = state.readiness(Look::OnlyReading).await.faults;
    assert_eq!(faults, ["the key store was in line with another event log"]);
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_counts_what_became_unreadable() {
    let place = Place::embedded().await;
    let house = place.open().await;
    let dossier = house.asked().await;
    house.confirmed(dossier).await;
    house.desk.finish_erasures().await.unwrap();
    let state = house.state.log.load::<LearningTrajectory>(&dossier.to_string()).await.unwrap().state;
    let Some(Erasure::Destroyed { certificate: Some(certificate) }) = state.erasure(subject()) else {
        panic!("{:?}", state.erasure(subject()))
    };
    // Case reference, offence date, facts and five values of the participant, in one event.
    assert_eq!((certificate.unreadable.values, certificate.unreadable.events), (8, 1));
    assert_eq!(certificate.key_backups_kept_days, 35);
    assert!(certificate.effective_on > certificate.destroyed_on);
    house.close().await;
}
