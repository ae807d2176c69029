//! What only a log in KurrentDB has: an index that is written down beside it, and streams that others could write to.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::TimeDelta;
use eventstore::{AppendToStreamOptions, Client, DeleteStreamOptions, EventData, TombstoneStreamOptions};
use futures_util::future::join_all;
use serde_json::{Value, json};
use spoor_eventlog::{AppendError, Clock, EventLog, LogError, LogOptions, LogUrl, Position};
use spoor_testserver::StoredEvent;

use crate::ledger::append;
use crate::place::Place;

impl Place {
    pub async fn open_at(&self, clock: Clock) -> EventLog {
        EventLog::open(&self.url, self.keys().await, clock, LogOptions::default()).await.unwrap()
    }

    pub async fn refusal_to_open(&self) -> LogError {
        EventLog::open(&self.url, self.keys().await, Clock::System, LogOptions::default()).await.err().unwrap()
    }

    /// First and last index of every segment of the index.
    fn segments(&mut self) -> Vec<(u64, u64)> {
        let events = self.server().events();
        let segments = events.iter().filter(|event| event.stream == "spoor-index").map(json_of);
        segments.map(|segment| (segment["first"].as_u64().unwrap(), segment["last"].as_u64().unwrap())).collect()
    }

    /// A client past the log, as an administrator of the server has one.
    pub fn client(&mut self) -> Client {
        Client::new(self.server().url().parse().unwrap()).unwrap()
    }

    /// Appends past the log, as somebody who may write at the server could.
    pub async fn write_past(&mut self, stream: &str, event: EventData) {
        let client = self.client();
        client.append_to_stream(stream, &AppendToStreamOptions::default(), event).await.unwrap();
    }
}

fn json_of(event: &StoredEvent) -> Value {
    serde_json::from_slice(&event.data).unwrap()
}

/// Appends so many events, ten to a stream.
async fn grow(log: &EventLog, streams: &str, events: usize) {
    let names: Vec<String> = (0..events.div_ceil(10)).map(|n| format!("{streams}{n}")).collect();
    let appends = names.iter().map(|name| log.append(append(name, 0, &["One"; 10])));
    join_all(appends).await.into_iter().for_each(|answer| drop(answer.unwrap()));
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    for _ in 0..1_500 {
        ticks.tick().await;
        if holds() {
            return;
        }
    }
    panic!("never: {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_server_takes_at_once_is_refused_alone_and_stores_nothing() {
    let log = Place::kurrent_in_memory().await;
    let log = log.open().await;
    let names: Vec<String> = (0..60).map(|n| format!("s{n}")).collect();
    let appends = names.iter().enumerate().map(|(n, id)| {
        let mut asked = append(id, 0, &["Fine"]);
        if n % 20 == 7 {
            asked.events = vec![asked.events[0].clone(); 20];
            asked.events.iter_mut().for_each(|event| event.payload = json!({ "Fine": "x".repeat(58 << 10) }));
        }
        log.append(asked)
    });
    for (n, answer) in join_all(appends).await.into_iter().enumerate() {
        match answer {
            Ok(_) => assert_ne!(n % 20, 7),
            Err(AppendError::AppendTooLarge { bytes, limit }) => assert!(n % 20 == 7 && bytes > limit),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(log.head().await.unwrap().index, 57);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_id_belongs_to_its_stream() {
    let place = Place::kurrent_in_memory().await;
    let log = place.open().await;
    let (one, mut other) = (append("a", 0, &["One"]), append("b", 0, &["Other"]));
    other.metadata.command_id = one.metadata.command_id;
    assert!(!log.append(one.clone()).await.unwrap().repeated);
    assert!(!log.append(other).await.unwrap().repeated);
    let found = log.find_command("thing", "b", one.metadata.command_id).await.unwrap().unwrap();
    assert_eq!((found.aggregate_id.as_str(), found.index), ("b", Some(2)));
}

/// The server says of the same ids at the same place that they are stored, whoever stored them.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_another_process_stored_first_has_its_result() {
    let place = Place::kurrent_in_memory().await;
    let (here, there) = (place.open().await, place.open().await);
    let asked = append("a", 0, &["One", "Two"]);
    let first = here.append(asked.clone()).await.unwrap();
    let repeated = there.append(asked.clone()).await.unwrap();
    assert!(repeated.repeated);
    assert_eq!((repeated.index, repeated.position, repeated.recorded_at), (2, first.position, first.recorded_at));
    let mut other = append("b", 0, &["One", "Two"]);
    let mut same_id = append("b", 0, &["Three", "Four"]);
    same_id.metadata.command_id = other.metadata.command_id;
    other.metadata.command_digest = "one".into();
    same_id.metadata.command_digest = "another".into();
    here.append(other).await.unwrap();
    assert!(matches!(there.append(same_id).await, Err(AppendError::CommandIdReused)));
    assert_eq!(there.head().await.unwrap().index, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_starts_goes_on_from_the_index_and_reads_the_rest() {
    let mut place = Place::kurrent_in_memory().await;
    let log = place.open().await;
    grow(&log, "a", 300).await;
    log.close().await;
    assert_eq!(place.segments().last().map(|(_, last)| *last), Some(300), "what was not written down is, at the end");
    let log = place.open().await;
    grow(&log, "b", 40).await;
    let (head, records) = (log.head().await.unwrap(), log.read_after(Position::START, 1_000).await.unwrap());
    // It ends without closing: the last forty are in no segment.
    drop(log);
    let log = place.open().await;
    assert_eq!(log.head().await.unwrap(), head);
    assert_eq!(log.read_after(Position::START, 1_000).await.unwrap(), records);
    assert_eq!(records.iter().map(|record| record.index).collect::<Vec<_>>(), (1..=340).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_altered_in_any_of_its_parts_is_refused_with_the_remedy_and_made_anew_once_removed() {
    let mut place = Place::kurrent_in_memory().await;
    let log = place.open().await;
    grow(&log, "a", 20).await;
    let head = log.head().await.unwrap();
    log.close().await;
    let right = place.server().events();
    let bytes = |segment: &Value, part: &str| BASE64_STANDARD.decode(segment[part].as_str().unwrap()).unwrap();
    let flipped = |segment: &Value, part: &str, at: usize| {
        let mut bytes = bytes(segment, part);
        bytes[at] ^= 1;
        json!(BASE64_STANDARD.encode(bytes))
    };
    // The position of an event, its moment, the root, the beginning.
    for (part, at) in [("places", 24 * 7), ("places", 24 * 7 + 16), ("places", 24 * 19), ("frontier", 3), ("first", 0)]
    {
        place.server().tamper(|events| {
            let segment = events.iter_mut().find(|event| event.stream == "spoor-index").unwrap();
            let mut altered = json_of(segment);
            altered[part] = if part == "first" { json!(2) } else { flipped(&altered, part, at) };
            segment.data = serde_json::to_vec(&altered).unwrap().into();
        });
        let refused = place.refusal_to_open().await;
        assert!(
            matches!(&refused, LogError::IndexDiffers { stream, .. } if stream == "spoor-index"),
            "{part}: {refused}"
        );
        assert!(refused.to_string().contains("delete that stream"), "{refused}");
        place.server().tamper(|events| *events = right.clone());
    }
    // Its numbers go on where they ended.
    place.client().delete_stream("spoor-index", &DeleteStreamOptions::default()).await.unwrap();
    let log = place.open().await;
    assert_eq!(log.head().await.unwrap(), head);
    log.close().await;
    assert_eq!(place.segments(), [(1, 20), (1, 20)]);
    let log = place.open().await;
    grow(&log, "b", 300).await;
    log.close().await;
    assert_eq!(place.open().await.head().await.unwrap().index, 320);
    place.client().tombstone_stream("spoor-index", &TombstoneStreamOptions::default()).await.unwrap();
    let refused = place.refusal_to_open().await;
    assert!(matches!(&refused, LogError::StreamDeleted { stream } if stream == "spoor-index"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_write_the_index_at_the_same_time_write_it_once() {
    let mut place = Place::kurrent_in_memory().await;
    let logs = [place.open().await, place.open().await, place.open().await];
    for round in 0..4 {
        let names = [0, 1, 2].map(|process| format!("r{round}-{process}-"));
        join_all(logs.iter().zip(&names).map(|(log, name)| grow(log, name, 150))).await;
    }
    until("the index is written down", || place.segments().last().is_some_and(|(_, last)| *last > 1_500)).await;
    join_all(logs.iter().map(EventLog::close)).await;
    let segments = place.segments();
    assert!(segments.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0), "{segments:?}");
    assert_eq!((segments[0].0, segments.last().unwrap().1), (1, 1_800));
    let reader = place.open().await;
    assert_eq!(reader.head().await.unwrap().index, 1_800);
    reader.check_tree(&std::collections::BTreeMap::new()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_sees_another_order_written_down_stops() {
    let mut place = Place::kurrent_in_memory().await;
    let log = place.open().await;
    grow(&log, "a", 10).await;
    let places: Vec<u8> =
        (1..=10u64).flat_map(|n| [n.to_le_bytes(), n.to_le_bytes(), n.to_le_bytes()].concat()).collect();
    let (places, frontier) = (BASE64_STANDARD.encode(places), BASE64_STANDARD.encode([0; 1024]));
    let forged = json!({ "first": 1, "last": 10, "places": places, "frontier": frontier });
    place.write_past("spoor-index", EventData::json("Segment", &forged).unwrap()).await;
    let mut refused = None;
    for n in 0..1_000 {
        match log.append(append(&format!("b{n}"), 0, &["One"])).await {
            Ok(_) if n < 300 => {}
            Ok(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            // It may be under way when the other order is seen.
            Err(AppendError::OutcomeUnknown) => {}
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    let refused = refused.expect("the index is looked at when there is enough to write down");
    assert!(matches!(refused, AppendError::Log(LogError::IndexDiffers { index: 1, .. })), "{refused}");
    assert!(matches!(log.head().await, Err(LogError::IndexDiffers { index: 1, .. })));
    let known = log.read_after(Position::START, 5).await;
    assert!(matches!(known, Err(LogError::IndexDiffers { index: 1, .. })), "what it knows it does not say either");
    assert!(matches!(log.read_stream("thing", "a0").await, Err(LogError::IndexDiffers { .. })));
    assert!(matches!(log.position_of(3).await, Err(LogError::IndexDiffers { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_somebody_else_wrote_into_the_log_is_not_passed_over() {
    let mut place = Place::kurrent_in_memory().await;
    let log = place.open().await;
    grow(&log, "a", 10).await;
    place.write_past("spoor.thing-a0", EventData::json("Forged", &json!({})).unwrap()).await;
    let said = log.head().await.unwrap_err().to_string();
    assert!(said.contains("spoor.thing-a0") && said.contains("was not written by this program"), "{said}");
    assert!(said.contains("a tombstone") && said.contains("docs/operations.md"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_event_is_passed_over_once_its_stream_is_deleted_for_ever() {
    let mut place = Place::kurrent_in_memory().await;
    let log = place.open().await;
    grow(&log, "a", 10).await;
    place.write_past("spoor.strange-1", EventData::json("Stray", &json!({})).unwrap()).await;
    assert!(log.head().await.is_err() && log.append(append("b", 0, &["One"])).await.is_err());
    place.client().tombstone_stream("spoor.strange-1", &TombstoneStreamOptions::default()).await.unwrap();
    assert!(log.head().await.is_ok(), "without a new start");
    let other = log.append(append("c", 0, &["One", "Two"])).await.unwrap();
    let records = log.read_after(Position::START, 100).await.unwrap();
    assert_eq!(records.iter().map(|record| record.index).collect::<Vec<_>>(), (1..=other.index).collect::<Vec<_>>());
    let again = place.open().await;
    assert_eq!(again.head().await.unwrap(), log.head().await.unwrap());
    assert_eq!(again.read_after(Position::START, 100).await.unwrap(), records);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_takes_less_is_said() {
    let mut place = Place::kurrent_in_memory().await;
    let log = place.open().await;
    place.server().take_at_most(5_000);
    let refused = log.append(append("a", 0, &["One"; 50])).await.unwrap_err();
    let AppendError::AppendTooLarge { bytes, limit } = refused else { panic!("{refused}") };
    assert!(limit == 5_000 && bytes > limit, "{bytes}");
}

/// As explicit transactions of older servers did.
#[tokio::test(flavor = "multi_thread")]
async fn events_may_have_their_commit_in_common() {
    let mut place = Place::kurrent_in_memory().await;
    place.server().share_commits();
    let log = place.open().await;
    for n in 0..5 {
        log.append(append(&format!("a{n}"), 0, &["One", "Two", "Three"])).await.unwrap();
    }
    let records = log.read_after(Position::START, 100).await.unwrap();
    assert_eq!(records.len(), 15);
    for record in &records {
        assert_eq!(log.position_of(record.index).await.unwrap(), record.position);
        assert_eq!(log.read_after(record.position, 1).await.unwrap().len(), usize::from(record.index < 15));
    }
    log.close().await;
    assert_eq!(place.open().await.read_after(Position::START, 100).await.unwrap(), records);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_gone_stops_whoever_follows_the_log() {
    let mut place = Place::kurrent_in_memory().await;
    let log = place.open().await;
    grow(&log, "a", 30).await;
    place.alter_record(17, crate::place::Alteration::Removal).await;
    let read = log.read_after(Position::START, 100).await;
    assert!(matches!(read, Err(LogError::Missing { index: 17 })), "{read:?}");
    let (from, until) = (Position::START, log.position_of(30).await.unwrap());
    assert!(matches!(log.read_of_types(&["Two"], from, until).await, Err(LogError::Missing { index: 17 })));
    assert_eq!(log.read_after(log.position_of(17).await.unwrap(), 100).await.unwrap().len(), 13);
    place.alter_record(29, crate::place::Alteration::Removal).await;
    place.write_past("other-1", EventData::json("Other", &json!({})).unwrap()).await;
    assert!(matches!(log.head().await, Err(LogError::Missing { index: 30 })), "the end is looked at each time");
}

#[tokio::test(flavor = "multi_thread")]
async fn times_never_decrease_along_a_stream_though_clocks_are_apart() {
    let place = Place::kurrent_in_memory().await;
    let now = Clock::System.now();
    let (ahead, behind) =
        (place.open_at(Clock::fixed(now)).await, place.open_at(Clock::fixed(now - TimeDelta::hours(1))).await);
    ahead.append(append("a", 0, &["One"])).await.unwrap();
    let second = behind.append(append("a", 1, &["Two"])).await.unwrap();
    assert_eq!(second.recorded_at, now);
    // Nor within a process, whatever its clock says.
    assert_eq!(behind.append(append("b", 0, &["One"])).await.unwrap().recorded_at, now);
    assert_eq!(behind.index_at(now - TimeDelta::microseconds(1)).await.unwrap(), 0);
    assert_eq!(ahead.index_at(now).await.unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_of_another_format_is_refused() {
    let mut place = Place::kurrent_in_memory().await;
    place.server().tamper(|events| {
        let format = events.iter_mut().find(|event| event.stream == "spoor-format").unwrap();
        format.data = br#"{"format":2}"#.to_vec().into();
    });
    let refused = place.refusal_to_open().await;
    assert!(matches!(&refused, LogError::NotMigrated { reason, .. } if reason.contains("version 2")), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::kurrent_in_memory().await;
    let file = place.directory.path().join("password");
    std::fs::write(&file, "admin:changeit\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let url: LogUrl = format!("{}&credentialsFile={}", place.url, file.display()).parse().unwrap();
    assert!(EventLog::migrate(&url).await.unwrap_err().to_string().contains("chmod 600"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    EventLog::migrate(&url).await.unwrap();
}
