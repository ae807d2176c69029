//! What an administrator of KurrentDB can do to the streams of a log: it shows, and nothing is decided on what is left.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use eventstore::{DeleteStreamOptions, EventData, TombstoneStreamOptions};
use serde_json::{Value, json};
use spoor_eventlog::{AppendError, EventLog, ExecuteError, LogError, Position, TreeError, copy};

use crate::ledger::{Ledger, append, context, note, open};
use crate::place::Place;

const STREAM: &str = "spoor.ledger-l1";

/// A ledger of four events, among others.
async fn kept(place: &Place) -> EventLog {
    let log = place.open().await;
    log.execute::<Ledger>("l1", &open(), &context()).await.unwrap();
    log.append(append("a", 0, &["One", "Two"])).await.unwrap();
    for n in 0..3 {
        log.execute::<Ledger>("l1", &note(&n.to_string()), &context()).await.unwrap();
    }
    log
}

/// A process that starts so much later that it does not read again what was written of the stream meanwhile.
async fn much_later(place: &Place) -> EventLog {
    for n in ["x", "y"] {
        let log = place.open().await;
        log.append(append(n, 0, &["One"])).await.unwrap();
        log.close().await;
    }
    place.open().await
}

async fn set_metadata(place: &mut Place, metadata: Value) {
    place.write_past(&format!("$${STREAM}"), EventData::json("$metadata", &metadata).unwrap()).await;
}

fn is_cut(error: &LogError, at: u64) -> bool {
    matches!(error, LogError::StreamCut { stream, sequence } if *sequence == at && stream.contains("ledger-l1"))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_decided_on_a_stream_that_is_cut() {
    let mut place = Place::kurrent_in_memory().await;
    let log = kept(&place).await;
    log.check_tree(&BTreeMap::new()).await.unwrap();
    set_metadata(&mut place, json!({ "$maxCount": 2 })).await;
    log.head().await.unwrap();
    let refused = log.execute::<Ledger>("l1", &note("more"), &context()).await.unwrap_err();
    let Err(AppendError::Log(LogError::StreamDeleted { stream })) = log.append(of_ledger(4)).await else { panic!() };
    assert_eq!(stream, STREAM);
    assert!(matches!(refused, ExecuteError::Log(_)), "{refused}");
    log.close().await;

    let later = much_later(&place).await;
    let size = later.head().await.unwrap().index;
    for refused in [
        later.load::<Ledger>("l1").await.map(drop).unwrap_err(),
        later.read_stream("ledger", "l1").await.map(drop).unwrap_err(),
        later.find_command("ledger", "l1", context().command_id).await.map(drop).unwrap_err(),
    ] {
        assert!(is_cut(&refused, 1), "{refused}");
        assert!(refused.to_string().contains("`has not its event` in docs/operations.md"), "{refused}");
    }
    for version in [0, 2, 4] {
        let refused = later.append(of_ledger(version)).await.unwrap_err();
        assert!(matches!(&refused, AppendError::Log(error) if is_cut(error, 1)), "{refused}");
    }
    assert!(later.execute::<Ledger>("l1", &open(), &context()).await.is_err(), "it is not opened twice");
    assert_eq!(later.head().await.unwrap().index, size);
    let TreeError::Log(found) = later.check_tree(&BTreeMap::new()).await.unwrap_err() else { panic!() };
    assert!(is_cut(&found, 1), "{found}");

    set_metadata(&mut place, json!({})).await;
    assert_eq!(later.load::<Ledger>("l1").await.unwrap().version, 4);
    later.head().await.unwrap();
    later.execute::<Ledger>("l1", &note("more"), &context()).await.unwrap();
    later.check_tree(&BTreeMap::new()).await.unwrap();
}

fn of_ledger(version: u64) -> spoor_eventlog::Append {
    spoor_eventlog::Append { aggregate_type: "ledger".into(), ..append("l1", version, &["Noted"]) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_stream_is_not_begun_anew() {
    let mut place = Place::kurrent_in_memory().await;
    let log = kept(&place).await;
    place.client().delete_stream(STREAM, &DeleteStreamOptions::default()).await.unwrap();
    log.head().await.unwrap();
    // Who saw it deleted does not try.
    let refused = log.append(of_ledger(0)).await.unwrap_err();
    assert!(matches!(refused, AppendError::Log(LogError::StreamDeleted { .. })), "{refused}");
    let found = log.check_tree(&BTreeMap::new()).await.unwrap_err();
    assert!(matches!(&found, TreeError::Log(error) if is_cut(error, 1)), "{found}");
    log.close().await;
    // Who did not hears from the server that it was stored under another number.
    let later = much_later(&place).await;
    let refused = later.execute::<Ledger>("l1", &open(), &context()).await.unwrap_err();
    let renumbered = |error: &LogError| matches!(error, LogError::StreamRenumbered { expected: 1, found: 5, .. });
    assert!(matches!(&refused, ExecuteError::Log(error) if renumbered(error)), "{refused}");
    assert!(refused.to_string().contains(STREAM), "{refused}");
    let again = later.load::<Ledger>("l1").await.unwrap_err();
    assert!(is_cut(&again, 1), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_deleted_for_ever_stops_itself_and_no_other() {
    let mut place = Place::kurrent_in_memory().await;
    let log = kept(&place).await;
    let (head, records) = (log.head().await.unwrap(), log.read_after(Position::START, 100).await.unwrap());
    place.client().tombstone_stream(STREAM, &TombstoneStreamOptions::default()).await.unwrap();
    let fresh = place.open().await;
    for log in [&log, &fresh] {
        assert_eq!(log.head().await.unwrap(), head, "the server's own event is no record");
        assert_eq!(log.read_after(Position::START, 100).await.unwrap(), records);
        let deleted = |error: &LogError| matches!(error, LogError::StreamDeleted { stream } if stream == STREAM);
        assert!(deleted(&log.read_stream("ledger", "l1").await.unwrap_err()));
        let refused = log.append(of_ledger(4)).await.unwrap_err();
        assert!(matches!(&refused, AppendError::Log(error) if deleted(error)), "{refused}");
        let found = log.check_tree(&BTreeMap::new()).await.unwrap_err();
        assert!(matches!(&found, TreeError::Log(error) if deleted(error)), "{found}");
    }
    log.append(append("b", 0, &["One"])).await.unwrap();
    // While no scavenge ran the whole log can be saved.
    let target = Place::sqlite().await;
    copy(&place.url, &target.url, |_| ControlFlow::Continue(())).await.unwrap();
    let saved = target.open().await;
    assert_eq!(saved.head().await.unwrap().root, log.head().await.unwrap().root);
    assert_eq!(saved.read_stream("ledger", "l1").await.unwrap().len(), 4);
}
