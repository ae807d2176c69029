//! The JSON Schema of every event as this program writes it, committed, so that a changed shape shows in review.
//!
//! After an intended change: `SPOOR_BLESS=1 cargo test -p spoor-domain schemas`, then look at what git shows.

use std::collections::BTreeSet;

use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

use super::*;

const DIRECTORY: &str = "schemas";

#[test]
fn the_committed_schemas_are_those_of_the_code() {
    let mut stale = Vec::new();
    for (aggregate, types) in ALL_EVENT_TYPES {
        let whole = schema_of_aggregate(aggregate);
        for event_type in *types {
            let version = current_version(aggregate, event_type);
            let file = format!("{aggregate}/{event_type}.v{version}.json");
            let (path, schema) = (in_crate(DIRECTORY).join(&file), schema_of(&whole, event_type, version));
            let committed = std::fs::read_to_string(&path).ok();
            if committed.and_then(|text| serde_json::from_str::<Value>(&text).ok()).as_ref() == Some(&schema) {
                continue;
            }
            if blessing() { write(&path, &schema) } else { stale.push(file) }
        }
    }
    assert!(
        stale.is_empty(),
        "these schemas are not those of the code: {stale:#?}\n\
         A stored shape is a contract: a changed one is a new version with an upcast and a fixture. If that is done (or the \
         event was never stored), write them with\n    SPOOR_BLESS=1 cargo test -p spoor-domain schemas"
    );
}

#[test]
fn schemas_of_older_versions_stay_and_no_other_schema_is_there() {
    let expected: BTreeSet<_> = stored_shapes().into_iter().map(|(.., file)| file).collect();
    let found: BTreeSet<_> = files_under(DIRECTORY).into_iter().collect();
    let astray: Vec<_> = found.difference(&expected).collect();
    assert!(astray.is_empty(), "schemas of no event: {astray:#?}");
    let lost: Vec<_> = expected.difference(&found).collect();
    assert!(lost.is_empty() || blessing(), "schemas that are gone: {lost:#?}");
}

fn schema_of_aggregate(aggregate: &str) -> Value {
    fn of<E: JsonSchema>() -> Value {
        schema_for!(E).to_value()
    }
    match aggregate {
        aggregate_type::TRAJECTORY => of::<TrajectoryEvent>(),
        aggregate_type::AGREEMENT => of::<AgreementEvent>(),
        aggregate_type::REGISTER => of::<RegisterEvent>(),
        aggregate_type::PLAN => of::<PlanEvent>(),
        aggregate_type::ACTION => of::<ActionEvent>(),
        aggregate_type::ACCESS => of::<AccessEvent>(),
        aggregate_type::RIGHTS_REQUEST => of::<RightsEvent>(),
        aggregate_type::EDITION => of::<EditionEvent>(),
        aggregate_type::PUBLICATION => of::<PublicationEvent>(),
        aggregate_type::TRAINING => of::<TrainingEvent>(),
        unknown => panic!("{unknown} has no events"),
    }
}

/// The schema of one event: its branch of the aggregate's schema, with the definitions it needs and no others.
fn schema_of(whole: &Value, event_type: &str, version: u16) -> Value {
    let branches = whole["oneOf"].as_array().expect("one branch per event");
    let branch = branches.iter().find(|branch| branch["properties"].get(event_type).is_some());
    let mut schema = branch.unwrap_or_else(|| panic!("{event_type} has no branch")).clone();
    schema["$schema"] = whole["$schema"].clone();
    schema["title"] = json!(format!("{event_type} v{version}"));
    let mut needed = BTreeSet::new();
    references(&schema, &whole["$defs"], &mut needed);
    if !needed.is_empty() {
        let definitions = needed.iter().map(|name| (name.clone(), whole["$defs"][name].clone()));
        schema["$defs"] = Value::Object(definitions.collect());
    }
    schema
}

fn references(schema: &Value, definitions: &Value, needed: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/$defs/"))
                && needed.insert(name.to_owned())
            {
                references(&definitions[name], definitions, needed);
            }
            fields.values().for_each(|field| references(field, definitions, needed));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, definitions, needed)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
