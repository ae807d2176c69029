//! Every event the domain ever stored goes through the log with a canary in each personal field: none of them is stored.

use std::path::Path;

use serde_json::{Value, json};
use spoor_domain::kernel::{Personal, PersonalContent};
use spoor_eventlog::{Append, Metadata, NewEvent, Position};

use crate::ledger::context;
use crate::on_every_engine;
use crate::place::Place;

on_every_engine!(no_canary_in_any_personal_field_of_any_event_is_stored);

async fn no_canary_in_any_personal_field_of_any_event_is_stored(place: Place) {
    let log = place.open().await;
    let mut canaries = Vec::new();
    for (index, (kind, event_type, payload)) in fixtures(&mut canaries).into_iter().enumerate() {
        let append = Append {
            aggregate_type: kind,
            aggregate_id: format!("stream-{index}"),
            expected_version: 0,
            events: vec![NewEvent { event_type, event_version: 1, payload }],
            metadata: Metadata::of_command(&context(), String::new()),
        };
        log.append(append).await.unwrap();
    }
    assert!(canaries.len() > 30, "only {} personal fields were found", canaries.len());

    let mut opened = Vec::new();
    for record in log.read_after(Position::START, 10_000).await.unwrap() {
        record.decode().unwrap();
        let recorded = record.decode_with(|_, _, _, payload| Ok(payload)).unwrap();
        let mut sealed = Vec::new();
        each_personal(&recorded.event, &mut |object| sealed.push(object.clone()));
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

/// Aggregate type, event type and payload of every fixture, its personal values replaced by canaries.
fn fixtures(canaries: &mut Vec<String>) -> Vec<(String, String, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/fixtures/events");
    let mut found = Vec::new();
    for kind in std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()) {
        for file in std::fs::read_dir(&kind).unwrap().map(|entry| entry.unwrap().path()) {
            let name = file.file_name().unwrap().to_str().unwrap();
            let Some(event_type) = name.strip_suffix(".v1.json") else { continue };
            let mut payload = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            plant(&mut payload, canaries);
            found.push((kind.file_name().unwrap().to_str().unwrap().to_owned(), event_type.to_owned(), payload));
        }
    }
    found
}

fn plant(value: &mut Value, canaries: &mut Vec<String>) {
    match value {
        Value::Object(object) if object.contains_key("$personal") => {
            object.remove("sealed");
            canaries.push(format!("canary-{:05}", canaries.len()));
            object.insert("clear".into(), json!(canaries.last()));
        }
        Value::Object(object) => object.values_mut().for_each(|inner| plant(inner, canaries)),
        Value::Array(items) => items.iter_mut().for_each(|inner| plant(inner, canaries)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn each_personal(value: &Value, visit: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(object) if object.contains_key("$personal") => visit(value),
        Value::Object(object) => object.values().for_each(|inner| each_personal(inner, visit)),
        Value::Array(items) => items.iter().for_each(|inner| each_personal(inner, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
