//! One stored event per type and version, kept for ever: what was written once can be read by every later program.
//!
//! A new event type or version gets its fixture from the samples: `SPOOR_BLESS=1 cargo test -p spoor-domain fixtures`
//! writes those that are missing. It never changes one that is there, and neither should anybody.

use std::collections::BTreeSet;

use serde_json::Value;
use spoor_testkit::personal::seal_personal;

use super::*;

const DIRECTORY: &str = "fixtures/events";

/// A sealed value as it stands in the log; what is in the envelope is the log's own affair.
const ENVELOPE: &str = "c2VhbGVkIHVuZGVyIHRoZSBrZXkgb2YgdGhlIHN1YmplY3Q";

#[test]
fn every_event_type_and_version_has_a_fixture_and_none_was_removed() {
    if blessing() {
        write_missing();
    }
    let expected: BTreeSet<_> = stored_shapes().into_iter().map(|(.., file)| file).collect();
    let found: BTreeSet<_> = files_under(DIRECTORY).into_iter().collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    assert!(
        missing.is_empty(),
        "these events have no fixture: {missing:#?}\nA removed one is put back from the history; a new one is written by\n    \
         SPOOR_BLESS=1 cargo test -p spoor-domain fixtures"
    );
    let astray: Vec<_> = found.difference(&expected).collect();
    assert!(astray.is_empty(), "fixtures of events that are in no list; event types are never removed: {astray:#?}");
}

#[test]
fn every_fixture_is_read_and_written_again_as_it_was() {
    for (aggregate, event_type, version, file) in stored_shapes() {
        let stored = read(&file);
        let event = DomainEvent::decode(aggregate, event_type, version, stored.clone())
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(event.event_version(), current_version(aggregate, event_type), "{file}");
        if version == event.event_version() {
            assert_eq!(encoded(&event), stored, "{file}");
        }
    }
}

#[test]
fn the_samples_are_one_of_each_event() {
    let sampled: BTreeSet<_> = samples().map(|event| (event.aggregate_type(), event.event_type())).collect();
    let known = ALL_EVENT_TYPES.iter().flat_map(|(aggregate, types)| types.iter().map(|name| (*aggregate, *name)));
    assert_eq!(sampled, known.collect());
    assert_eq!(samples().count(), sampled.len());
}

#[test]
fn personal_values_in_the_fixtures_are_sealed() {
    for (.., file) in stored_shapes() {
        let mut stored = read(&file);
        let before = stored.clone();
        seal_personal(&mut stored, ENVELOPE);
        assert_eq!(stored, before, "{file} holds a personal value in clear");
    }
}

fn read(file: &str) -> Value {
    let text =
        std::fs::read_to_string(in_crate(DIRECTORY).join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn write_missing() {
    for event in samples() {
        let version = event.event_version();
        let file = format!("{}/{}.v{version}.json", event.aggregate_type(), event.event_type());
        let path = in_crate(DIRECTORY).join(file);
        if !path.exists() {
            let mut json = encoded(&event);
            seal_personal(&mut json, ENVELOPE);
            write(&path, &json);
        }
    }
}

fn samples() -> impl Iterator<Item = DomainEvent> {
    let trajectory = crate::trajectory::samples::one_of_each().into_iter().map(DomainEvent::Trajectory);
    let agreement = crate::agreement::samples::one_of_each().into_iter().map(DomainEvent::Agreement);
    let register = crate::register::samples::one_of_each().into_iter().map(DomainEvent::Register);
    let plan = crate::plan::samples::one_of_each().into_iter().map(DomainEvent::Plan);
    let action = crate::action::samples::one_of_each().into_iter().map(DomainEvent::Action);
    let access = crate::access::samples::one_of_each().into_iter().map(DomainEvent::Access);
    let rights = crate::rights::samples::one_of_each().into_iter().map(DomainEvent::Rights);
    let edition = crate::edition::samples::one_of_each().into_iter().map(DomainEvent::Edition);
    let publication = crate::publication::samples::one_of_each().into_iter().map(DomainEvent::Publication);
    let training = crate::training::samples::one_of_each().into_iter().map(DomainEvent::Training);
    trajectory
        .chain(agreement)
        .chain(register)
        .chain(plan)
        .chain(action)
        .chain(access)
        .chain(rights)
        .chain(edition)
        .chain(publication)
        .chain(training)
}

fn encoded(event: &DomainEvent) -> Value {
    match event {
        DomainEvent::Trajectory(event) => serde_json::to_value(event),
        DomainEvent::Agreement(event) => serde_json::to_value(event),
        DomainEvent::Register(event) => serde_json::to_value(event),
        DomainEvent::Plan(event) => serde_json::to_value(event),
        DomainEvent::Action(event) => serde_json::to_value(event),
        DomainEvent::Access(event) => serde_json::to_value(event),
        DomainEvent::Rights(event) => serde_json::to_value(event),
        DomainEvent::Edition(event) => serde_json::to_value(event),
        DomainEvent::Publication(event) => serde_json::to_value(event),
        DomainEvent::Training(event) => serde_json::to_value(event),
    }
    .expect("serialises")
}
