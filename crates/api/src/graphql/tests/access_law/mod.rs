//! The law of the access log: the dossiers an answer names are exactly the dossiers its record names, what is refused is
//! recorded as refused, and no question fails on our side.
//!
//! Questions are made up at random, of every kind that can name a dossier, and asked by every role; the answer is searched for
//! global ids, numbers and ids of dossiers and of persons concerned, wherever they stand.

mod documents;
mod frames;
mod questions;
mod world;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use async_graphql::{Executor, Request};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use spoor_domain::access::event::{AccessEvent, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::kernel::DossierId;
use spoor_eventlog::Clock;

use super::Person;
use super::access::shown;
use crate::access_book::AccessBook;
use crate::graphql::bare;
use questions::{FIELDS, PEOPLE, Part, change, names_nothing};
use world::World;

/// How many questions are made up.
const CASES: u32 = 2000;
/// How the answer of a question may say that it was not answered. Anything else, also no code at all, is a fault of ours.
const REFUSALS: &[&str] = &["FORBIDDEN", "PURPOSE_REQUIRED", "NOT_FOUND", "BAD_USER_INPUT"];

/// A made-up question: who asks, and which fields, each with the choices it makes; or one command.
#[derive(Clone, Debug)]
struct Asked {
    person: usize,
    who: u8,
    fields: Vec<(usize, [u8; 6])>,
    change: Option<[u8; 3]>,
}

#[test]
fn the_dossiers_an_answer_names_are_those_its_record_names() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::open());
    let named = RefCell::new(BTreeMap::<String, usize>::new());
    let held = runner().run(&asked(), |asked| {
        let answered = runtime.block_on(ask(&world, &asked, &world.house.schema));
        let shown = || format!("{}\n{:#}", answered.document, answered.body);
        prop_assert_eq!(&answered.faults, &Vec::<Value>::new(), "{}", shown());
        prop_assert_eq!(&answered.named, &answered.recorded, "{}", shown());
        prop_assert!(answered.refused.is_subset(&answered.recorded_refusals), "{:#?}\n{}", answered, shown());
        prop_assert!(answered.stated || answered.recorded.is_empty(), "for no purpose nothing is shown: {}", shown());
        prop_assert!(answered.appends <= 1, "one append for one answer: {}", answered.appends);
        for field in &answered.naming {
            *named.borrow_mut().entry(field.clone()).or_default() += 1;
        }
        Ok(())
    });
    held.unwrap();
    // A law about nothing would hold as well.
    let named = named.into_inner();
    let every = runtime.block_on(roots(&world, "queryType"));
    let asked = (0..=u8::MAX).flat_map(|n| FIELDS.iter().map(move |field| (field, [n; 6])));
    let asked: BTreeSet<_> = asked.map(|(field, choices)| field(&world, choices).field().to_owned()).collect();
    assert_eq!(asked, every, "every field at the root is asked for");
    let silent: BTreeSet<_> =
        every.into_iter().filter(|field| !named.contains_key(field) && !names_nothing(field)).collect();
    assert_eq!(silent, BTreeSet::new(), "no answer with this field named a dossier: {named:#?}");
    assert!(named.contains_key("makeDocumentLink"), "{named:#?}");
    runtime.block_on(world.house.close());
}

#[test]
fn a_schema_that_records_nothing_breaks_the_law() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::open());
    let (desk, keeper) = (world.house.desk.clone(), world.house.keeper.clone());
    let unrecorded = bare(desk, AccessBook::new(world.house.access.clone(), Clock::System), keeper, true);
    let held = runner().run(&asked(), |asked| {
        let answered = runtime.block_on(ask(&world, &asked, &unrecorded));
        prop_assert_eq!(answered.named, answered.recorded);
        Ok(())
    });
    assert!(held.is_err(), "the search finds no dossier in any answer");
    let held = runner().run(&asked(), |asked| {
        let answered = runtime.block_on(ask(&world, &asked, &unrecorded));
        prop_assert!(answered.refused.is_subset(&answered.recorded_refusals));
        Ok(())
    });
    assert!(held.is_err(), "the search finds no refusal in any answer");
    runtime.block_on(world.house.close());
}

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: CASES, failure_persistence: None, max_shrink_iters: 50, ..Config::default() })
}

fn asked() -> impl Strategy<Value = Asked> {
    let choices = proptest::array::uniform6(any::<u8>());
    let fields = proptest::collection::vec((0..FIELDS.len(), choices), 1..3);
    let change = proptest::option::weighted(0.2, proptest::array::uniform3(any::<u8>()));
    let of_case = any::<bool>();
    (0..PEOPLE.len(), any::<u8>(), fields, of_case, change).prop_map(|(person, who, mut fields, of_case, change)| {
        // Who answers one person mostly asks about that one: by chance alone it would hardly ever be so.
        if of_case {
            fields.iter_mut().for_each(|(_, choices)| choices[0] = who);
        }
        Asked { person, who, fields, change }
    })
}

/// The fields at a root of the schema.
async fn roots(world: &World, root: &str) -> BTreeSet<String> {
    let document = format!("{{ __schema {{ {root} {{ fields {{ name }} }} }} }}");
    let told = world.house.query(&Person::administrator(), &document, json!({})).await;
    let fields = told["__schema"][root]["fields"].as_array().unwrap().iter();
    fields.map(|field| field["name"].as_str().unwrap().to_owned()).collect()
}

/// Something that was refused: the field at the root, and how.
type Refused = (String, &'static str);

/// What came of a question.
#[derive(Debug)]
struct Answered {
    document: String,
    body: Value,
    /// The fields whose answers name a dossier.
    naming: Vec<String>,
    named: BTreeSet<DossierId>,
    recorded: BTreeSet<DossierId>,
    refused: BTreeSet<Refused>,
    recorded_refusals: BTreeSet<Refused>,
    faults: Vec<Value>,
    appends: usize,
    /// Whether the person stated a purpose at all.
    stated: bool,
}

/// Asks, and compares what the answer names with what its record names.
async fn ask(world: &World, asked: &Asked, schema: &impl Executor) -> Answered {
    let person = PEOPLE[asked.person](world, asked.who);
    let parts = parts(world, asked);
    let root = if asked.change.is_some() { "mutation" } else { "query" };
    let text = parts.iter().map(|(key, part)| format!("{key}: {}", part.text)).collect::<Vec<_>>().join(" ");
    let document = format!("{root} {{ {text} }}");
    let before = world.house.accesses().await;
    let request = Request::new(&document).data(world.house.context(&person));
    let body = serde_json::to_value(schema.execute(request).await).unwrap();
    let records = world.house.access.read_after(before, 10_000).await.unwrap();
    let appends: BTreeSet<_> = records.iter().map(|record| record.aggregate_id.clone()).collect();
    let events = world.house.accesses_after(before).await;
    let named_by = |key: &str, part: &Part| {
        let answer = &body["data"][key];
        let mut named: BTreeSet<_> = about(part, answer).into_iter().collect();
        named.extend(part.narrowed_to.filter(|dossier| !answer.is_null() && world.sees(&person, *dossier)));
        world.names(&body["data"][key], &mut named);
        named
    };
    let naming = parts.iter().filter(|(key, part)| !named_by(key, part).is_empty());
    let naming = naming.map(|(_, part)| part.field().to_owned()).collect();
    let mut named: BTreeSet<_> = parts.iter().flat_map(|(key, part)| named_by(key, part)).collect();
    world.names(&body, &mut named);
    Answered {
        naming,
        refused: parts.iter().flat_map(|(key, part)| refused(key, part, &body)).collect(),
        recorded_refusals: events.iter().flat_map(recorded_refusals).collect(),
        faults: errors(&body).filter(|error| !REFUSALS.contains(&code(error))).cloned().collect(),
        recorded: events.iter().flat_map(shown).collect(),
        appends: appends.len(),
        stated: world.house.context(&person).purpose.is_some(),
        document,
        body,
        named,
    }
}

/// The parts of a question, each with the name under which its answer stands.
fn parts(world: &World, asked: &Asked) -> Vec<(String, Part)> {
    match asked.change {
        Some(choices) => vec![("done".to_owned(), change(world, choices))],
        None => {
            let parts = asked.fields.iter().map(|(field, choices)| FIELDS[*field](world, *choices));
            parts.enumerate().map(|(n, part)| (format!("f{n}"), part)).collect()
        }
    }
}

/// The dossier that this answer is about, when there is an answer.
fn about(part: &Part, answer: &Value) -> Option<DossierId> {
    let (dossier, place) = part.about?;
    answer.pointer(place).filter(|found| !found.is_null() && **found != json!(0)).map(|_| dossier)
}

/// How this part of a question was refused, as the answer tells it.
fn refused(key: &str, part: &Part, body: &Value) -> Vec<Refused> {
    let of_part = errors(body).filter(|error| error["path"][0] == key);
    let codes = of_part.filter_map(|error| REFUSALS[..2].iter().find(|known| **known == code(error)));
    let mut refused: Vec<Refused> = codes.map(|code| (part.field().to_owned(), *code)).collect();
    let answer = &body["data"][key];
    if part.in_vain && answer.is_null() && errors(body).next().is_none() {
        refused.push((part.field().to_owned(), "NOT_FOUND"));
    }
    if answer["userErrors"].as_array().is_some_and(|errors| !errors.is_empty()) {
        refused.push((part.field().to_owned(), "COMMAND"));
    }
    refused
}

fn recorded_refusals(event: &AccessEvent) -> Vec<Refused> {
    let reason = |refused: &RefusedPart| match refused.reason {
        // By its id, what is beyond a role looks like what is not there; the record knows better.
        QuestionRefusal::Forbidden if refused.field == "node" => "NOT_FOUND",
        QuestionRefusal::Forbidden => "FORBIDDEN",
        QuestionRefusal::PurposeRequired => "PURPOSE_REQUIRED",
        QuestionRefusal::NotFound => "NOT_FOUND",
        QuestionRefusal::RateLimited => "RATE_LIMITED",
    };
    match event {
        AccessEvent::QuestionRefused { refusals, .. } => {
            refusals.iter().map(|refused| (refused.field.clone(), reason(refused))).collect()
        }
        AccessEvent::CommandRefused { command, .. } => vec![(command.clone(), "COMMAND")],
        _ => Vec::new(),
    }
}

fn errors(body: &Value) -> impl Iterator<Item = &Value> {
    body["errors"].as_array().into_iter().flatten()
}

fn code(error: &Value) -> &str {
    error["extensions"]["code"].as_str().unwrap_or_default()
}
