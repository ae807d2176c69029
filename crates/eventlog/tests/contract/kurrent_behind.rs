//! A server of KurrentDB that is behind: it is waited for, and not taken for one that lost something.

use std::time::Duration;

use spoor_eventlog::{EventLog, LogError, Position};

use crate::ledger::append;
use crate::place::Place;

/// Ten events in ten streams, and how many events the server holds before the last two.
async fn ten(place: &mut Place) -> (EventLog, usize) {
    let log = place.open().await;
    for n in 0..10 {
        log.append(append(&format!("s{n}"), 0, &["One"])).await.unwrap();
    }
    let events = place.server().events();
    let ninth = events.iter().position(|event| event.stream == "spoor.thing-s8").unwrap();
    (log, ninth)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_behind_for_a_moment_is_waited_for() {
    let mut place = Place::kurrent_in_memory().await;
    let (log, eight) = ten(&mut place).await;
    let (head, records) = (log.head().await.unwrap(), log.read_after(Position::START, 100).await.unwrap());
    place.server().hold_back(0, Some(eight));
    let catches_up = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        place.server().hold_back(0, None);
    };
    let (now, read, ()) = tokio::join!(log.head(), log.read_after(Position::START, 10), catches_up);
    assert_eq!((now.unwrap(), read.unwrap()), (head, records));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stays_behind_is_said_to_be_behind_and_nothing_to_be_missing() {
    let mut place = Place::kurrent_in_memory().await;
    let (log, eight) = ten(&mut place).await;
    place.server().hold_back(0, Some(eight));
    let (head, read) = tokio::join!(log.head(), log.read_after(Position::START, 10));
    assert!(matches!(head, Err(LogError::Behind { index: 10 })), "{head:?}");
    let refused = read.unwrap_err();
    assert!(matches!(refused, LogError::Behind { index: 9 }), "{refused}");
    assert!(refused.to_string().contains("the server ends before record 9"), "{refused}");
    assert_eq!(log.read_after(Position::START, 8).await.unwrap().len(), 8, "what is there is read");
    place.server().hold_back(0, None);
    assert_eq!(log.head().await.unwrap().index, 10);
}

/// What is written of the index may be known where the events are not yet: as if it had been written earlier.
#[tokio::test(flavor = "multi_thread")]
async fn a_start_waits_for_the_events_of_the_last_segment() {
    let mut place = Place::kurrent_in_memory().await;
    let (log, _) = ten(&mut place).await;
    log.close().await;
    place.server().tamper(|events| {
        let at = events.iter().position(|event| event.stream == "spoor-index").unwrap();
        let mut segment = events.remove(at);
        let format = events.iter().position(|event| event.stream == "spoor-format").unwrap();
        (segment.commit, segment.prepare) = (events[format].commit + 1, events[format].prepare + 1);
        events.insert(format + 1, segment);
    });
    let ninth = place.server().events().iter().position(|event| event.stream == "spoor.thing-s8").unwrap();
    place.server().hold_back(0, Some(ninth));
    let refused = place.refusal_to_open().await;
    assert!(matches!(refused, LogError::Behind { index: 9 }), "{refused}");
    let catches_up = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        place.server.as_ref().unwrap().hold_back(0, None);
    };
    let (log, ()) = tokio::join!(place.open(), catches_up);
    assert_eq!(log.head().await.unwrap().index, 10);
    log.close().await;
    // Something else there is another matter.
    place.alter_record(7, crate::place::Alteration::Removal).await;
    let refused = place.refusal_to_open().await;
    assert!(matches!(refused, LogError::IndexDiffers { index: 7, .. }), "{refused}");
}
