//! The runner: what it projects, where it stops, who may write, and how a new version takes over.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use spoor_domain::kernel::{DossierId, derived_id};
use spoor_domain::register::event::RegisterEvent;
use spoor_domain::trajectory::event::DossierNumber;
use spoor_eventlog::clock::new_id;
use spoor_eventlog::{Clock, Position, Vault};
use spoor_projections::agreements::{Agreements, parties};
use spoor_projections::db::{Table, Tx};
use spoor_projections::runner::{catch_up_with, projectors, rebuild_with, status, verify_with};
use spoor_projections::trajectories::{Trajectories, within};
use spoor_projections::{BuildState, BuildStatus, DifferenceKind, Event, Projector, Runner, Scope, ViewError, Views};

use crate::support::{World, on_both_engines};
use crate::tally::{TALLY, Tally};

const REGISTER: &str = "dossier_register";
const AGREEMENTS: &str = spoor_projections::agreements::PROJECTION;
const PATIENCE: Duration = Duration::from_secs(20);

on_both_engines! {
    async fn a_running_projection_follows_the_log_without_being_asked(world: World) {
        let runner = Runner::start_with(world.logs(), world.views.clone(), tally(1)).await.unwrap();
        let position = numbers(&world, "2026", 0, 5).await;
        assert!(world.views.wait_for(&[TALLY], position, PATIENCE).await);
        let position = numbers(&world, "2026", 5, 3).await;
        assert!(world.views.wait_for(&[TALLY], position, PATIENCE).await);
        assert_eq!(counted(&world).await, vec![("2026".into(), 8)]);
        runner.stop().await;
    }

    async fn a_reader_in_another_process_sees_how_far_the_worker_is(world: World) {
        let runner = Runner::start_with(world.logs(), world.views.clone(), tally(1)).await.unwrap();
        let elsewhere = world.other_views().await;
        let position = numbers(&world, "2026", 0, 1).await;
        assert!(elsewhere.wait_for(&[TALLY], position, PATIENCE).await);
        let beyond = Position::number(position.commit + 1);
        assert!(!elsewhere.wait_for(&[TALLY], beyond, Duration::from_millis(120)).await);
        runner.stop().await;
    }

    async fn a_stopped_runner_goes_on_where_it_was(world: World) {
        let runner = Runner::start_with(world.logs(), world.views.clone(), tally(1)).await.unwrap();
        let position = numbers(&world, "2025", 0, 4).await;
        assert!(world.views.wait_for(&[TALLY], position, PATIENCE).await);
        runner.stop().await;
        numbers(&world, "2026", 0, 2).await;
        catch_up_with(&world.logs(), &world.views, tally(1)).await.unwrap();
        assert_eq!(counted(&world).await, vec![("2025".into(), 4), ("2026".into(), 2)]);
    }

    async fn two_runners_share_the_work_without_doubling_it(world: World) {
        let elsewhere = world.other_views().await;
        let one = Runner::start_with(world.logs(), world.views.clone(), tally(1)).await.unwrap();
        let other = Runner::start_with(world.logs(), elsewhere.clone(), tally(1)).await.unwrap();
        let position = numbers(&world, "2026", 0, 200).await;
        assert!(world.views.wait_for(&[TALLY], position, PATIENCE).await);
        // Whoever held the lease gives it back; the other one takes over.
        one.stop().await;
        let position = numbers(&world, "2026", 200, 50).await;
        assert!(elsewhere.wait_for(&[TALLY], position, PATIENCE).await);
        other.stop().await;
        assert_eq!(counted(&world).await, vec![("2026".into(), 250)]);
    }

    async fn several_programs_may_start_at_the_same_moment(world: World) {
        let position = numbers(&world, "2026", 0, 20).await;
        let starting = (0..4).map(|_| async {
            let views = Views::open(&world.views_url).await.unwrap();
            Runner::start_with(world.logs(), views, tally(1)).await.unwrap()
        });
        let runners = futures_util::future::join_all(starting).await;
        assert!(eventually(async || world.views.wait_for(&[TALLY], position, Duration::from_millis(100)).await).await);
        for runner in runners {
            runner.stop().await;
        }
        assert_eq!(counted(&world).await, vec![("2026".into(), 20)]);
        assert_eq!(world.views.builds(TALLY).await.unwrap().len(), 1);
    }

    async fn a_worker_whose_lease_was_taken_writes_nothing(world: World) {
        numbers(&world, "2026", 0, 3).await;
        catch_up_with(&world.logs(), &world.views, tally(1)).await.unwrap();
        let before = world.rows(TALLY, "select fence from checkpoint").await[0].int("fence").unwrap();
        let runner = Runner::start_with(world.logs(), world.views.clone(), tally(1)).await.unwrap();
        let position = numbers(&world, "2026", 3, 1).await;
        assert!(world.views.wait_for(&[TALLY], position, PATIENCE).await);
        // Somebody else takes the lease for long; the fence of the worker here is an old one from now on.
        let taken = format!("update checkpoint set owner = 'somebody', fence = fence + 1, lease_until = {}", i64::MAX);
        world.tamper(TALLY, &taken).await;
        let position = numbers(&world, "2026", 4, 6).await;
        assert!(!world.views.wait_for(&[TALLY], position, Duration::from_millis(1200)).await);
        assert_eq!(counted(&world).await, vec![("2026".into(), 4)]);
        assert!(world.rows(TALLY, "select fence from checkpoint").await[0].int("fence").unwrap() > before);
        runner.stop().await;
    }

    async fn an_unreadable_event_stops_its_projection_with_its_position_and_no_other(world: World) {
        numbers(&world, "2026", 0, 3).await;
        let poison = world.append_unreadable(REGISTER, "2026", 3).await;
        numbers(&world, "2027", 0, 2).await;
        let both = [tally(1), agreements()].concat();
        let runner = Runner::start_with(world.logs(), world.views.clone(), both).await.unwrap();
        let head = world.log.head().await.unwrap().position;
        assert!(world.views.wait_for(&[AGREEMENTS], head, PATIENCE).await);
        let before = Position::number(poison.position.commit - 1);
        assert!(world.views.wait_for(&[TALLY], before, PATIENCE).await);
        assert!(eventually(async || failed_at(&world).await == Some(poison.position.to_string())).await);
        assert_eq!(counted(&world).await, vec![("2026".into(), 3)]);
        runner.stop().await;
    }

    async fn an_event_the_projector_refuses_is_found_within_its_batch(world: World) {
        numbers(&world, "2026", 0, 40).await;
        let refusing: Vec<Arc<dyn Projector>> = vec![Arc::new(Tally { version: 1, refuses: Some(23) })];
        let stopped = catch_up_with(&world.logs(), &world.views, refusing).await;
        let Err(ViewError::Stopped { failure, .. }) = stopped else { panic!("it should stop, not {stopped:?}") };
        assert_eq!(failure.position, Position::number(23));
        assert_eq!(counted(&world).await, vec![("2026".into(), 22)]);
        // With repaired code it goes on from there, and the failure is forgotten.
        catch_up_with(&world.logs(), &world.views, tally(1)).await.unwrap();
        assert_eq!(counted(&world).await, vec![("2026".into(), 40)]);
        assert_eq!(failed_at(&world).await, None);
    }

    async fn a_new_version_is_built_beside_the_old_one_and_takes_over_without_a_gap(world: World) {
        numbers(&world, "2026", 0, 30).await;
        let old = Runner::start_with(world.logs(), world.views.clone(), tally(1)).await.unwrap();
        let head = world.log.head().await.unwrap().position;
        assert!(world.views.wait_for(&[TALLY], head, PATIENCE).await);
        let new_views = world.other_views().await;
        let new = Runner::start_with(world.logs(), new_views.clone(), tally(2)).await.unwrap();
        let mut written = 30;
        let promoted = async || {
            // At every moment there is one answer, and it never knows less than before.
            numbers(&world, "2026", written, 1).await;
            written += 1;
            let rows = world.rows(TALLY, "select events from tally").await;
            assert!(rows.first().is_some_and(|row| row.int("events").unwrap() >= 30));
            world.views.active(TALLY).await.unwrap().id.version == 2
        };
        assert!(eventually(promoted).await);
        let position = world.log.head().await.unwrap().position;
        assert!(world.views.wait_for(&[TALLY], position, PATIENCE).await);
        assert_eq!(counted(&world).await, vec![("2026".into(), i64::try_from(written).unwrap())]);
        old.stop().await;
        new.stop().await;
    }

    async fn rows_of_too_early_a_version_are_read_once_they_are_made_anew(world: World) {
        numbers(&world, "2026", 0, 3).await;
        let too_early = Earlier::than(Arc::new(Agreements), Agreements.reads_since());
        let early_enough = Earlier::than(Arc::new(Trajectories), Trajectories.reads_since() + 1);
        catch_up_with(&world.logs(), &world.views, vec![too_early, early_enough]).await.unwrap();
        let elsewhere = world.other_views().await;
        for views in [&world.views, &elsewhere] {
            let refused = parties(views).await.map(drop);
            assert!(matches!(&refused, Err(ViewError::BeingRebuilt(of)) if of == AGREEMENTS), "{refused:?}");
            assert!(within(views, &Scope::All).await.unwrap().is_empty());
        }
        assert!(!answering(&world, &world.views).await.readable);
        catch_up_with(&world.logs(), &world.views, agreements()).await.unwrap();
        for views in [&world.views, &elsewhere] {
            assert!(parties(views).await.unwrap().value.is_empty());
        }
        assert!(answering(&world, &world.views).await.readable);
    }

    async fn a_rebuild_swaps_in_a_new_making_and_keeps_the_answers(world: World) {
        numbers(&world, "2026", 0, 12).await;
        catch_up_with(&world.logs(), &world.views, tally(1)).await.unwrap();
        let first = world.views.active(TALLY).await.unwrap().id;
        world.tamper(TALLY, "update tally set events = 99").await;
        let second = rebuild_with(&world.logs(), &world.views, tally(1).remove(0)).await.unwrap();
        assert_eq!((second.version, second.number), (first.version, first.number + 1));
        assert_eq!(world.views.active(TALLY).await.unwrap().id, second);
        assert_eq!(counted(&world).await, vec![("2026".into(), 12)]);
        rebuild_with(&world.logs(), &world.views, tally(1).remove(0)).await.unwrap();
        let states = world.views.builds(TALLY).await.unwrap();
        let states = states.into_iter().map(|(id, status)| (id.number, status)).collect::<Vec<_>>();
        assert_eq!(states, vec![(2, BuildStatus::Retired), (3, BuildStatus::Active)]);
    }

    async fn views_of_another_log_are_refused_until_they_are_made_anew(world: World) {
        numbers(&world, "2026", 0, 12).await;
        catch_up_with(&world.logs(), &world.views, tally(1)).await.unwrap();
        // An older copy of the log was put back, and then others wrote: first it ends too early, then it has other events.
        let other = World::sqlite().await;
        for (version, count, ends_at) in [(0, 5, 5), (5, 10, 15)] {
            numbers(&other, "2025", version, count).await;
            let caught_up = catch_up_with(&other.logs(), &world.views, tally(1)).await;
            let verified = verify_with(&other.logs(), &world.views, tally(1).remove(0)).await.map(drop);
            let started = Runner::start_with(other.logs(), world.views.clone(), tally(1)).await.map(drop);
            for refused in [caught_up, verified, started] {
                let refused = refused.unwrap_err();
                assert!(matches!(refused, ViewError::OtherLog { seen: 12, head, .. } if head == ends_at), "{refused}");
            }
        }
        rebuild_with(&other.logs(), &world.views, tally(1).remove(0)).await.unwrap();
        assert_eq!(counted(&world).await, vec![("2025".into(), 15)]);
        catch_up_with(&other.logs(), &world.views, tally(1)).await.unwrap();
    }

    async fn a_row_altered_added_or_removed_by_hand_is_named(world: World) {
        for year in ["2023", "2024", "2025", "2026"] {
            numbers(&world, year, 0, 4).await;
        }
        catch_up_with(&world.logs(), &world.views, tally(1)).await.unwrap();
        let clean = verify_with(&world.logs(), &world.views, tally(1).remove(0)).await.unwrap();
        assert!(clean.clean());
        assert_eq!((clean.rows, clean.index), (4, 16));
        world.tamper(TALLY, "update tally set events = 5 where aggregate = '2024'").await;
        world.tamper(TALLY, "delete from tally where aggregate = '2025'").await;
        world.tamper(TALLY, "insert into tally (aggregate, events) values ('1999', 1)").await;
        let found = verify_with(&world.logs(), &world.views, tally(1).remove(0)).await.unwrap();
        let named = found.differences.into_iter().map(|found| (found.key, found.kind)).collect::<Vec<_>>();
        assert_eq!(named, vec![
            ("aggregate=1999".into(), DifferenceKind::Surplus),
            ("aggregate=2024".into(), DifferenceKind::Columns(vec!["events"])),
            ("aggregate=2025".into(), DifferenceKind::Missing),
        ]);
    }
}

#[test]
fn every_projection_reads_the_rows_it_makes() {
    for projector in projectors() {
        assert!((1..=projector.version()).contains(&projector.reads_since()), "{}", projector.name());
    }
}

#[tokio::test]
async fn the_files_of_the_views_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::sqlite().await;
    numbers(&world, "2026", 0, 1).await;
    catch_up_with(&world.logs(), &world.views, tally(1)).await.unwrap();
    let files = std::fs::read_dir(world.directory.path()).unwrap().map(|file| file.unwrap());
    let mut views = files.filter(|file| file.file_name().to_string_lossy().starts_with("views")).peekable();
    assert!(views.peek().is_some());
    for file in views {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_serving_process_lets_go_of_builds_that_another_one_removed() {
    let world = World::sqlite().await;
    let runner = Runner::start_with(world.logs(), world.views.clone(), tally(1)).await.unwrap();
    let position = numbers(&world, "2026", 0, 5).await;
    assert!(world.views.wait_for(&[TALLY], position, PATIENCE).await);
    let elsewhere = world.other_views().await;
    for _ in 0..3 {
        rebuild_with(&world.logs(), &elsewhere, tally(1).remove(0)).await.unwrap();
    }
    elsewhere.close().await;
    assert!(
        eventually(async || removed_and_open(&world) == 0).await,
        "a file that is open keeps its place on the disk"
    );
    let position = numbers(&world, "2026", 5, 5).await;
    assert!(world.views.wait_for(&[TALLY], position, PATIENCE).await);
    assert_eq!(counted(&world).await, vec![("2026".into(), 10)]);
    runner.stop().await;
}

/// How many files of this world are gone from its directory and still open.
fn removed_and_open(world: &World) -> usize {
    let open =
        std::fs::read_dir("/proc/self/fd").unwrap().filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
    let of_world = open.filter(|path| path.starts_with(world.directory.path()));
    of_world.filter(|path| path.to_string_lossy().ends_with(" (deleted)")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_drops_every_connection_stops_neither_workers_nor_readers() {
    let world = World::postgres().await;
    let runner = Runner::start_with(world.logs(), world.views.clone(), tally(1)).await.unwrap();
    let position = numbers(&world, "2026", 0, 5).await;
    assert!(world.views.wait_for(&[TALLY], position, PATIENCE).await);
    let drop_all = "select cast(count(pg_terminate_backend(pid)) as bigint) as dropped from pg_stat_activity
         where application_name = 'spoor-views' and pid <> pg_backend_pid() and datname = current_database()";
    let dropped = world.rows(TALLY, drop_all).await[0].int("dropped").unwrap();
    assert!(dropped > 0);
    let position = numbers(&world, "2026", 5, 5).await;
    assert!(world.views.wait_for(&[TALLY], position, PATIENCE).await);
    assert_eq!(counted(&world).await, vec![("2026".into(), 10)]);
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_that_could_not_write_neither_says_so_once_one_of_them_can() {
    let world = World::postgres().await;
    let elsewhere = world.other_views().await;
    let one = Runner::start_with(world.logs(), world.views.clone(), agreements()).await.unwrap();
    let other = Runner::start_with(world.logs(), elsewhere.clone(), agreements()).await.unwrap();
    for refusing in [
        "create function no_room() returns trigger language plpgsql as $$ begin raise exception 'no room'; end $$",
        "create trigger no_room before update on checkpoint for each statement execute function no_room()",
    ] {
        world.tamper(AGREEMENTS, refusing).await;
    }
    for views in [&world.views, &elsewhere] {
        assert!(eventually(async || !is_written(&world, views).await).await, "one keeps its lease, one asks for it");
    }
    world.tamper(AGREEMENTS, "drop trigger no_room on checkpoint").await;
    for views in [&world.views, &elsewhere] {
        assert!(eventually(async || is_written(&world, views).await).await, "one has the lease, and that will do");
    }
    one.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_read_is_not_told_as_a_view_that_cannot_be_written_to() {
    let world = World::postgres().await;
    let runner = Runner::start_with(world.logs(), world.views.clone(), agreements()).await.unwrap();
    let position = numbers(&world, "2026", 0, 1).await;
    assert!(world.views.wait_for(&[AGREEMENTS], position, PATIENCE).await);
    world.tamper(AGREEMENTS, "alter table log.events rename to gone").await;
    // Whoever can read the log keeps its lease.
    let lease = "select lease_until from checkpoint";
    let ran_out = async || {
        let until = world.rows(AGREEMENTS, lease).await[0].int("lease_until").unwrap();
        until < Clock::System.now().timestamp_micros()
    };
    assert!(eventually(ran_out).await);
    assert!(is_written(&world, &world.views).await);
    world.tamper(AGREEMENTS, "alter table log.gone rename to events").await;
    let position = numbers(&world, "2026", 1, 1).await;
    assert!(world.views.wait_for(&[AGREEMENTS], position, PATIENCE).await);
    runner.stop().await;
}

/// Whether a process with these views finds that it can write to them.
async fn is_written(world: &World, views: &Views) -> bool {
    answering(world, views).await.written
}

/// How the build stands from which agreements are read.
async fn answering(world: &World, views: &Views) -> BuildState {
    let status = status(&world.logs(), views).await.unwrap();
    status.into_iter().find(|projection| projection.name == AGREEMENTS).unwrap().active.unwrap()
}

/// A projection as an earlier version of it left it.
struct Earlier {
    projector: Arc<dyn Projector>,
    version: u32,
}

impl Earlier {
    fn than(projector: Arc<dyn Projector>, version: u32) -> Arc<dyn Projector> {
        Arc::new(Self { projector, version: version - 1 })
    }
}

#[async_trait]
impl Projector for Earlier {
    fn name(&self) -> &'static str {
        self.projector.name()
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn essential(&self) -> bool {
        self.projector.essential()
    }

    fn schema(&self) -> Vec<&'static str> {
        self.projector.schema()
    }

    fn tables(&self) -> Vec<&'static Table> {
        self.projector.tables()
    }

    fn takes(&self, kind: &str) -> bool {
        self.projector.takes(kind)
    }

    async fn apply(&self, tx: &mut Tx, events: &[&Event], vault: &Vault) -> Result<(), ViewError> {
        self.projector.apply(tx, events, vault).await
    }
}

fn tally(version: u32) -> Vec<Arc<dyn Projector>> {
    vec![Arc::new(Tally::version(version))]
}

/// A projection of the program, so that its status tells of it.
fn agreements() -> Vec<Arc<dyn Projector>> {
    vec![Arc::new(Agreements)]
}

/// Takes `count` numbers in a year's register that has taken `version` before.
async fn numbers(world: &World, year: &str, version: u64, count: u64) -> Position {
    let command = new_id();
    let taken = |n: u64| RegisterEvent::DossierNumberTaken {
        occurred_on: "2026-02-03".parse().unwrap(),
        dossier: DossierId(derived_id(command, &n.to_string())),
        number: DossierNumber(format!("LT-{year}-{n:04}")),
    };
    let events = (version + 1..=version + count).map(taken).collect::<Vec<_>>();
    world.append(REGISTER, year, version, &events).await.position
}

async fn counted(world: &World) -> Vec<(String, i64)> {
    let rows = world.rows(TALLY, "select aggregate, events from tally order by aggregate").await;
    rows.iter().map(|row| (row.text("aggregate").unwrap(), row.int("events").unwrap())).collect()
}

async fn failed_at(world: &World) -> Option<String> {
    world.rows(TALLY, "select failed_position from checkpoint").await[0].opt_text("failed_position").unwrap()
}

/// Looks again until it is so, or until patience ends.
async fn eventually(mut is_so: impl AsyncFnMut() -> bool) -> bool {
    let looking = async {
        while !is_so().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.is_ok()
}
