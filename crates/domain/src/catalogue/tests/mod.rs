//! Reading stored events: names, versions, upcasts; the stored shapes themselves, as fixtures and as schemas.

mod fixtures;
mod schemas;

use std::path::PathBuf;

use serde_json::json;

use super::*;

/// A file of this crate.
fn in_crate(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Whether the files are to be written instead of compared.
#[expect(
    clippy::disallowed_methods,
    reason = "a switch of the developer at the test itself, not a setting of the program"
)]
fn blessing() -> bool {
    std::env::var("SPOOR_BLESS").is_ok_and(|value| value == "1")
}

/// Every event type with every version it was ever stored in, as `aggregate/Event.vN.json`.
fn stored_shapes() -> Vec<(&'static str, &'static str, u16, String)> {
    let mut shapes = Vec::new();
    for (aggregate, types) in ALL_EVENT_TYPES {
        for event_type in *types {
            for version in 1..=current_version(aggregate, event_type) {
                shapes.push((*aggregate, *event_type, version, format!("{aggregate}/{event_type}.v{version}.json")));
            }
        }
    }
    shapes
}

/// The files under a directory of this crate, relative to it, sorted.
fn files_under(path: &str) -> Vec<String> {
    let root = in_crate(path);
    let mut files = Vec::new();
    for aggregate in std::fs::read_dir(&root).into_iter().flatten() {
        let aggregate = aggregate.expect("a directory");
        for file in std::fs::read_dir(aggregate.path()).expect("files per aggregate") {
            let name = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
            files.push(format!("{}/{}", name(&aggregate), name(&file.expect("a file"))));
        }
    }
    files.sort();
    files
}

fn write(path: &PathBuf, json: &Value) {
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    std::fs::write(path, pretty(json)).expect("written");
}

fn pretty(json: &Value) -> String {
    serde_json::to_string_pretty(json).expect("serialises") + "\n"
}

fn number_taken() -> Value {
    json!({"DossierNumberTaken": {
        "occurred_on": "2026-01-05",
        "dossier": "5f2f0c2e-8f5f-4b9b-9a38-0d3a7e8f1a01",
        "number": "LT-2026-0001",
    }})
}

#[test]
fn an_event_is_decoded_by_its_stored_names() {
    let event =
        DomainEvent::decode("dossier_register", "DossierNumberTaken", 1, number_taken()).expect("a known event");
    assert_eq!(event.event_type(), "DossierNumberTaken");
    assert_eq!(event.aggregate_type(), "dossier_register");
    assert_eq!(event.event_version(), 1);
}

#[test]
fn a_name_nobody_knows_is_an_error_and_not_skipped() {
    let aggregate = DomainEvent::decode("parrot", "DossierNumberTaken", 1, number_taken());
    assert!(matches!(aggregate, Err(CatalogueError::UnknownAggregate(_))));
    let event = DomainEvent::decode("dossier_register", "DossierNumberLost", 1, number_taken());
    assert!(matches!(event, Err(CatalogueError::UnknownEvent { .. })));
}

#[test]
fn a_version_of_a_newer_program_is_an_error() {
    for version in [0, 2] {
        let event = DomainEvent::decode("dossier_register", "DossierNumberTaken", version, number_taken());
        assert!(matches!(event, Err(CatalogueError::UnknownVersion { known: 1, .. })), "version {version}");
    }
}

#[test]
fn a_payload_of_another_event_than_the_header_says_is_an_error() {
    let payload = json!({"AgreementSentForSignature": {"occurred_on": "2026-01-05"}});
    let event = DomainEvent::decode("cooperation_agreement", "RenewalStarted", 1, payload);
    assert!(matches!(event, Err(CatalogueError::Mismatch { found: "AgreementSentForSignature", .. })));
}

/// A made-up history: version 1 called the number `no`, version 2 `running`, version 3 is what is written now.
const MADE_UP: &[Upcast] = &[
    Upcast {
        aggregate_type: aggregate_type::REGISTER,
        event_type: "DossierNumberTaken",
        from_version: 1,
        apply: |payload| rename(payload, "no", "running"),
    },
    Upcast {
        aggregate_type: aggregate_type::REGISTER,
        event_type: "DossierNumberTaken",
        from_version: 2,
        apply: |payload| rename(payload, "running", "number"),
    },
];

fn rename(mut payload: Value, from: &str, to: &str) -> Result<Value, String> {
    let fields = payload["DossierNumberTaken"].as_object_mut().ok_or("no fields")?;
    let value = fields.remove(from).ok_or_else(|| format!("no field '{from}'"))?;
    fields.insert(to.to_owned(), value);
    Ok(payload)
}

#[test]
fn an_old_version_is_read_through_every_upcast_after_it() {
    let now = DomainEvent::decode_through(MADE_UP, "dossier_register", "DossierNumberTaken", 3, number_taken());
    let now = now.expect("the current version");
    for (version, name) in [(1, "no"), (2, "running")] {
        let stored = rename(number_taken(), "number", name).expect("renamed");
        let read = DomainEvent::decode_through(MADE_UP, "dossier_register", "DossierNumberTaken", version, stored);
        assert_eq!(read.expect("an old version"), now);
    }
}

#[test]
fn an_upcast_that_does_not_find_what_it_expects_is_an_error() {
    let read = DomainEvent::decode_through(MADE_UP, "dossier_register", "DossierNumberTaken", 1, number_taken());
    assert!(matches!(read, Err(CatalogueError::Upcast { version: 1, .. })));
}
