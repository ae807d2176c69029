//! Questions that are given up half-way: the client went away, or another part of the same question was refused.

use std::collections::BTreeSet;
use std::pin::pin;
use std::task::Poll;

use chrono::NaiveDate;
use futures_util::future::join_all;
use spoor_domain::trajectory::Deadlines;
use spoor_domain::trajectory::samples::history;
use spoor_domain::trajectory::vocabulary::TrajectoryStatus;
use spoor_projections::dashboard::{self, Dashboard, DashboardFilter};
use spoor_projections::runner::catch_up;
use spoor_projections::trajectories::{self, TrajectoryFilter, count};
use spoor_projections::{Scope, ViewError};

use crate::lives::dossier;
use crate::support::{World, on_both_engines};

/// More questions at once than the views have connections, so that each connection is asked.
const AT_ONCE: usize = 24;
/// How often something is given up: each time after another number of waits, of which a question has hardly more.
const ROUNDS: u64 = 40;
const WAITS: u64 = 8;
/// How often it is given up at least.
const LEAST: usize = 10;

on_both_engines! {
    async fn a_question_given_up_at_any_moment_leaves_its_connection_as_it_was(world: World) {
        every_connection_shows(&world, 1).await;
        let (mut times, mut round) = (0, 0);
        // How often a question waits is the machine's affair: on a busy one more of them are done before.
        while round < ROUNDS || (times < LEAST && round < 10 * ROUNDS) {
            times += usize::from(given_up(board(&world), 1 + round % WAITS).await);
            // A transaction left open on a connection shows what the first question in it saw.
            counted(&world).await;
            every_connection_shows(&world, 2 + round).await;
            round += 1;
        }
        assert!(times >= LEAST, "the question hardly waited: it was given up {times} times");
    }

    async fn a_transaction_given_up_while_it_begins_keeps_nobody_from_writing(world: World) {
        every_connection_shows(&world, 1).await;
        let db = world.views.active(trajectories::PROJECTION).await.unwrap().db;
        for round in 0..ROUNDS {
            given_up(db.begin_write(), 1 + round % WAITS).await;
            every_connection_shows(&world, 2 + round).await;
        }
    }
}

/// Adds a dossier, so that there are this many, and finds as many by each connection.
async fn every_connection_shows(world: &World, dossiers: u64) {
    dossier(world, dossiers, &history(TrajectoryStatus::Requested)).await;
    catch_up(&world.logs(), &world.views).await.unwrap();
    assert_eq!(counted(world).await, BTreeSet::from([dossiers]));
    let boards = join_all((0..AT_ONCE).map(|_| board(world))).await;
    assert!(boards.into_iter().all(|board| board.unwrap().total == dossiers));
}

async fn counted(world: &World) -> BTreeSet<u64> {
    let filter = TrajectoryFilter::default();
    let count = || count(&world.views, world.log.vault(), &Scope::All, &filter);
    join_all((0..AT_ONCE).map(|_| count())).await.into_iter().map(|count| count.unwrap().count).collect()
}

async fn board(world: &World) -> Result<Dashboard, ViewError> {
    let today = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    dashboard::read(&world.views, &Scope::All, &DashboardFilter::default(), today, &Deadlines::default(), 5).await
}

/// Polls until it was found waiting this often, and drops it there. False when it was done before.
async fn given_up<T>(question: impl Future<Output = T>, waits: u64) -> bool {
    let mut question = pin!(question);
    let mut waited = 0;
    std::future::poll_fn(|context| match question.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(false),
        Poll::Pending => {
            waited += 1;
            if waited == waits { Poll::Ready(true) } else { Poll::Pending }
        }
    })
    .await
}
