//! Faults between a log in KurrentDB and its server: what is lost on the way is neither lost nor doubled in the log.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use spoor_eventlog::{AppendError, Clock, EventLog, LogError, LogOptions, Position};
use spoor_testserver::{Fault, TestServer};

use crate::faults::run;
use crate::ledger::{Ledger, append};
use crate::place::Place;

const CLIENTS: usize = 8;
const COMMANDS_PER_CLIENT: u64 = 15;
/// How long it is waited for what must come, and for what may.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_secs(1);

/// One append to a new stream and one to an old one meet the fault; each is stored once and answered as new.
async fn an_append_meets(fault: Fault) {
    let mut place = Place::kurrent_in_memory().await;
    let log = place.open().await;
    for (version, index) in [(0, 1), (1, 3)] {
        place.server().faults().once(fault);
        let answer = log.append(append("a", version, &["One", "Two"][..=version.min(1) as usize])).await.unwrap();
        assert_eq!(place.server().faults().counted(fault), version + 1, "{fault:?} happened");
        assert!(!answer.repeated);
        assert_eq!((answer.version, answer.index), (index, index));
    }
    assert_eq!(log.read_after(Position::START, 10).await.unwrap().len(), 3);
    assert_eq!(place.open().await.head().await.unwrap(), log.head().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_whose_answer_is_lost_is_stored_once() {
    an_append_meets(Fault::LostReply).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_that_is_lost_on_the_way_is_sent_again() {
    an_append_meets(Fault::LostRequest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_that_is_never_answered_is_looked_for() {
    an_append_meets(Fault::Silence).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_server_is_waited_for() {
    an_append_meets(Fault::Slow).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_breaks_off_is_read_again() {
    let mut place = Place::kurrent_in_memory().await;
    let log = place.open().await;
    for n in 0..20 {
        log.append(append(&format!("s{n}"), 0, &["One"; 10])).await.unwrap();
    }
    let whole = log.read_after(Position::START, 1_000).await.unwrap();
    place.server().faults().by_lot(7, &[(Fault::LostReading, 3)]);
    for _ in 0..10 {
        assert_eq!(log.read_after(Position::START, 1_000).await.unwrap(), whole);
        assert_eq!(log.read_stream("thing", "s3").await.unwrap().len(), 10);
    }
    assert!(place.server().faults().counted(Fault::LostReading) > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_broke_goes_on_from_where_the_log_was_read_to() {
    let mut place = Place::kurrent_in_memory().await;
    let (here, there) = (place.open().await, place.open().await);
    within(PATIENCE, || (place.server().subscriptions().len() == 2).then_some(())).await;
    for (n, fault) in [Fault::SubscriptionCut, Fault::SubscriptionEnded, Fault::SubscriptionCut].into_iter().enumerate()
    {
        let before = place.server().subscriptions().len();
        // Whichever of the two is told next loses its subscription.
        place.server().faults().once(fault);
        let appended = here.append(append(&format!("s{n}"), 0, &["One"])).await.unwrap();
        for log in [&here, &there] {
            let mut wakeup = log.wakeup();
            let woken = wakeup.wait_for(|position| *position >= appended.position);
            tokio::time::timeout(PATIENCE, woken).await.unwrap().unwrap();
        }
        let again = within(PATIENCE, || place.server().subscriptions().get(before).cloned()).await;
        let read_to = again.after.map(|(commit, prepare)| Position { commit, prepare }).unwrap_or(Position::START);
        assert!(read_to <= appended.position, "{fault:?}: it would pass over what was not read");
        if n > 0 {
            assert!(read_to > Position::START, "{fault:?}: it would be told everything anew");
        }
    }
    assert_eq!(there.read_after(Position::START, 10).await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_said_to_be_unreachable_with_what_to_look_at() {
    let mut place = Place::kurrent_in_memory().await;
    place.server().stop();
    let refused = EventLog::open(&place.url, place.keys().await, Clock::System, LogOptions::default()).await.err();
    let refused = refused.unwrap();
    assert!(matches!(refused, LogError::Unreachable { .. }), "{refused}");
    assert!(refused.to_string().contains("see that it runs"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_follows_its_leader() {
    let mut place = Place::kurrent_at(TestServer::start_cluster(3).await).await;
    let log = place.open().await;
    log.append(append("a", 0, &["One"])).await.unwrap();
    place.server().elect(1);
    assert_eq!(log.append(append("a", 1, &["Two"])).await.unwrap().index, 2);
    // The leader dies, and another is elected while somebody appends and asks in vain who leads.
    place.server().stop_node(1);
    let mut asked = place.server().asked_who_leads();
    let before = *asked.borrow();
    let (answer, ()) = tokio::join!(log.append(append("a", 2, &["Three"])), async {
        tokio::time::timeout(PATIENCE, asked.wait_for(|times| *times > before + 2)).await.unwrap().unwrap();
        place.server().elect(2);
    });
    assert_eq!(answer.unwrap().index, 3);
    assert_eq!(log.read_stream("thing", "a").await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_away_nobody_knows_and_afterwards_the_same_append_has_its_result() {
    let mut place = Place::kurrent_in_memory().await;
    let log = place.open().await;
    log.append(append("a", 0, &["One"])).await.unwrap();
    place.server().stop();
    let asked = append("a", 1, &["Two"]);
    assert!(matches!(log.append(asked.clone()).await, Err(AppendError::OutcomeUnknown)));
    place.server().start_node(0).await;
    let first = log.append(asked.clone()).await.unwrap();
    let again = log.append(asked).await.unwrap();
    assert_eq!((first.index, again.index, again.repeated), (2, 2, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_every_kind_under_load_lose_and_double_nothing() {
    let mut place = Place::kurrent_in_memory().await;
    let (here, there) = (place.open().await, place.open().await);
    // All but an append that is never answered: each would be waited for.
    let lots = Fault::ALL.into_iter().filter(|fault| *fault != Fault::Silence).collect::<Vec<_>>();
    lots.iter().for_each(|fault| place.server().faults().once(*fault));
    place.server().faults().by_lot(20_261_122, &lots.iter().map(|fault| (*fault, 30)).collect::<Vec<_>>());
    join_all((0..CLIENTS).map(|n| run(if n % 2 == 0 { &here } else { &there }, format!("l{n}"), COMMANDS_PER_CLIENT)))
        .await;
    for fault in lots {
        assert!(place.server().faults().counted(fault) > 0, "{fault:?} never happened");
    }
    place.server().faults().none();
    everything_is_there_once(&place, &here).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_started_again_and_again_loses_and_doubles_nothing() {
    let mut place = Place::kurrent_in_memory().await;
    let log = place.open().await;
    let done = AtomicBool::new(false);
    let clients = async {
        join_all((0..CLIENTS).map(|n| run(&log, format!("l{n}"), COMMANDS_PER_CLIENT))).await;
        done.store(true, Ordering::Relaxed);
    };
    let restarts = async {
        let mut restarts = 0;
        let mut grown = place.server().grown();
        while !done.load(Ordering::Relaxed) {
            let some_more = *grown.borrow() + 10;
            // At the end there is nothing more to wait for.
            let _ = tokio::time::timeout(PAUSE, grown.wait_for(|events| *events >= some_more)).await;
            place.server().restart().await;
            restarts += 1;
        }
        restarts
    };
    let (restarts, ()) = tokio::join!(restarts, clients);
    assert!(restarts > 0, "it was never started again");
    everything_is_there_once(&place, &log).await;
}

/// Asks again until there is an answer.
async fn within<T>(patience: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    tokio::time::timeout(patience, async {
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap()
}

async fn everything_is_there_once(place: &Place, log: &EventLog) {
    let events = CLIENTS as u64 * (1 + COMMANDS_PER_CLIENT);
    let fresh = place.open().await;
    assert_eq!(fresh.head().await.unwrap(), log.head().await.unwrap());
    let records = fresh.read_after(Position::START, usize::MAX >> 1).await.unwrap();
    assert_eq!(records.iter().map(|record| record.index).collect::<Vec<_>>(), (1..=events).collect::<Vec<_>>());
    for n in 0..CLIENTS {
        assert_eq!(fresh.load::<Ledger>(&format!("l{n}")).await.unwrap().state.notes, COMMANDS_PER_CLIENT);
    }
}
