//! Every event the domain ever stored goes through the log with a canary in each personal field: none of them is stored.

use std::path::Path;

use serde_json::{Value, json};
use spoor_domain::kernel::{Personal, PersonalContent};
use spoor_eventlog::{Append, Metadata, NewEvent, Position};
use spoor_testkit::personal::each_personal;

use crate::ledger::context;
use crate::on_every_engine;
use crate::place::Place;

on_every_engine!(no_canary_in_any_personal_field_of_any_event_is_stored);

async fn no_canary_in_any_personal_field_of_any_event_is_stored(place: Place) {
    let log = place.open().await;
    let mut canaries = Vec::new();
    let fixtures = fixtures(&mut canaries);
    assert!(fixtures.iter().any(|(.., version, _)| *version > 1), "later versions are stored too");
    for (index, (kind, event_type, event_version, payload)) in fixtures.into_iter().enumerate() {
        let append = Append {
            aggregate_type: kind,
            aggregate_id: format!("stream-{index}"),
            expected_version: 0,
            events: vec![NewEvent { event_type, event_version, payload }],
            metadata: Metadata::of_command(&context(), String::new()),
        };
        log.append(append).await.unwrap();
    }
    assert!(canaries.len() > 30, "only {} personal fields were found", canaries.len());

    let mut opened = Vec::new();
    for record in log.read_after(Position::START, 10_000).await.unwrap() {
        record.decode().unwrap();
        let mut recorded = record.decode_with(|_, _, _, payload| Ok(payload)).unwrap();
        let mut sealed = Vec::new();
        each_personal(&mut recorded.event, &mut |fields| sealed.push(Value::Object(fields.clone())));
        for object in sealed {
            let personal: Personal<Value> = serde_json::from_value(object).unwrap();
            match log.vault().open(&personal).await.unwrap().content {
                PersonalContent::Clear(canary) => opened.push(canary),
                PersonalContent::Sealed { .. } | PersonalContent::Withheld(_) => {
                    panic!("{} stays shut", record.event_type)
                }
            }
        }
    }
    canaries.sort_unstable();
    opened.sort_unstable_by_key(Value::to_string);
    assert_eq!(opened, canaries);

    for moment in ["while open", "after closing"] {
        let stored = place.stored_bytes().await;
        for canary in &canaries {
            let found = stored.windows(canary.len()).any(|bytes| bytes == canary.as_bytes());
            assert!(!found, "{canary} is stored in clear, {moment}");
        }
        log.close().await;
    }
}

/// A stored event: aggregate type, event type, version and payload.
type Stored = (String, String, u16, Value);

/// Every fixture of every version, its personal values replaced by canaries.
fn fixtures(canaries: &mut Vec<String>) -> Vec<Stored> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/fixtures/events");
    let mut found = Vec::new();
    for kind in std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()) {
        for file in std::fs::read_dir(&kind).unwrap().map(|entry| entry.unwrap().path()) {
            let name = file.file_name().unwrap().to_str().unwrap();
            let (event_type, version) = name.strip_suffix(".json").and_then(|name| name.split_once(".v")).unwrap();
            let mut payload = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            each_personal(&mut payload, &mut |fields| {
                fields.remove("sealed");
                canaries.push(format!("canary-{:05}", canaries.len()));
                fields.insert("clear".into(), json!(canaries.last()));
            });
            let kind = kind.file_name().unwrap().to_str().unwrap();
            found.push((kind.to_owned(), event_type.to_owned(), version.parse().unwrap(), payload));
        }
    }
    found
}
