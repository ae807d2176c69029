//! The law of the access log: the dossiers an answer names are exactly the dossiers its record names.
//!
//! Questions are made up at random, of every kind that can name a dossier, and asked by every role; the answer is searched for
//! global ids, numbers and ids of dossiers, wherever they stand.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::{Executor, Request, Variables};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use spoor_domain::access::event::AccessEvent;
use spoor_domain::kernel::{DossierId, Purpose};
use spoor_eventlog::Clock;

use super::access::{dossier_of, shown};
use super::cast::{command_id, favourable_answers, request};
use super::{House, Person};
use crate::access_book::AccessBook;
use crate::graphql::bare;
use crate::graphql::global_id::{Kind, global_id, parse_global_id};

/// How many questions are made up.
const CASES: u32 = 600;

/// A house with dossiers at several steps of two parketten, and what can be asked for in it.
struct World {
    house: House,
    /// Everything with a global id that names a dossier, and ids of nothing.
    ids: Vec<String>,
    subjects: Vec<String>,
    numbers: BTreeMap<String, DossierId>,
}

/// A made-up question: who asks, and which fields, each with the choices it makes.
#[derive(Clone, Debug)]
struct Asked {
    person: usize,
    fields: Vec<(usize, [u8; 6])>,
    change: Option<[u8; 3]>,
}

#[test]
fn the_dossiers_an_answer_names_are_those_its_record_names() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::open());
    let named = std::cell::Cell::new(0);
    let runner = &mut TestRunner::new(Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 50,
        ..Config::default()
    });
    let held = runner.run(&asked(), |asked| {
        let answered = runtime.block_on(world.ask(&asked, &world.house.schema));
        prop_assert_eq!(&answered.named, &answered.recorded, "{}\n{:#}", answered.document, answered.body);
        prop_assert!(answered.appends <= 1, "one append for one answer: {}", answered.appends);
        named.set(named.get() + answered.named.len());
        Ok(())
    });
    held.unwrap();
    // A law about nothing would hold as well.
    assert!(named.get() > 200, "the answers named only {} dossiers", named.get());
    runtime.block_on(world.house.close());
}

#[test]
fn a_schema_that_records_nothing_breaks_the_law() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::open());
    let unrecorded = bare(
        world.house.desk.clone(),
        AccessBook::new(world.house.access.clone(), Clock::System),
        world.house.keeper.clone(),
        true,
    );
    let runner = &mut TestRunner::new(Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 50,
        ..Config::default()
    });
    let held = runner.run(&asked(), |asked| {
        let answered = runtime.block_on(world.ask(&asked, &unrecorded));
        prop_assert_eq!(answered.named, answered.recorded);
        Ok(())
    });
    assert!(held.is_err(), "the search finds no dossier in any answer");
    runtime.block_on(world.house.close());
}

/// What came of a question.
struct Answered {
    document: String,
    body: Value,
    named: BTreeSet<DossierId>,
    recorded: BTreeSet<DossierId>,
    appends: usize,
}

fn asked() -> impl Strategy<Value = Asked> {
    let choices = proptest::array::uniform6(any::<u8>());
    let fields = proptest::collection::vec((0..FIELDS.len(), choices), 1..3);
    let change = proptest::option::weighted(0.2, proptest::array::uniform3(any::<u8>()));
    (0..PEOPLE.len(), fields, change).prop_map(|(person, fields, change)| Asked { person, fields, change })
}

const PEOPLE: &[fn(&World, u8) -> Person] = &[
    |_, _| Person::prosecutor(),
    |_, _| Person::jurist(),
    |_, _| Person::other_prosecutor(),
    |_, _| Person::coordinator(),
    |_, _| Person::guide(),
    |_, _| Person::other_guide(),
    |_, _| Person::compliance(),
    |world, choice| {
        let number = one_of(choice, &world.numbers.keys().collect::<Vec<_>>()).to_string();
        Person::compliance().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number)
    },
    |_, _| Person::analyst(),
    |_, _| Person::administrator(),
    |_, _| Person::prosecutor().for_purpose(None),
];

/// A field at the root, made from six choices.
type Field = fn(&World, [u8; 6]) -> String;

const FIELDS: &[Field] = &[
    |_, [page, status, order, part, inside, _]| {
        let page = format!("{}: {}", one_of(page, &["first", "last"]), 1 + page % 9);
        let filter = one_of(
            status,
            &[
                "",
                ", filter: { status: [REQUESTED, CONSENTED] }",
                ", filter: { number: \"LT-20\" }",
                ", filter: { overdue: true }",
            ],
        );
        let order =
            one_of(order, &["", ", orderBy: STATUS_ASC", ", orderBy: NUMBER_DESC", ", orderBy: UPDATED_AT_ASC"]);
        let inside = dossier_fields(inside);
        let part = match part % 4 {
            0 => "totalCount".to_owned(),
            1 => format!("edges {{ cursor node {{ {inside} }} }} pageInfo {{ endCursor }}"),
            _ => format!("totalCount nodes {{ {inside} }}"),
        };
        format!("trajectories({page}{filter}{order}) {{ {part} }}")
    },
    |world, [id, inside, ..]| {
        format!("trajectory(id: \"{}\") {{ {} }}", one_of(id, &world.ids), dossier_fields(inside))
    },
    |world, [id, inside, ..]| {
        format!(
            "node(id: \"{}\") {{ id ... on Trajectory {{ {} }} ... on Appointment {{ number trajectory {{ id }} }} \
             ... on AuditEntry {{ {ENTRY} }} ... on AccessEntry {{ {ACCESS} }} }}",
            one_of(id, &world.ids),
            dossier_fields(inside)
        )
    },
    |world, [page, about, id, ..]| {
        let filter = match about % 3 {
            0 => format!(", filter: {{ trajectory: \"{}\" }}", one_of(id, &world.ids)),
            1 => ", filter: { event: [\"TrajectoryRequested\", \"DossierNumberTaken\", \"FirstRequestReserved\"] }"
                .to_owned(),
            _ => String::new(),
        };
        let page = format!("{}: {}", one_of(page, &["first", "last"]), 1 + page % 20);
        format!("auditTrail({page}{filter}) {{ totalCount nodes {{ {ENTRY} }} }}")
    },
    |_, [page, part, ..]| {
        let part = one_of(part, &["totalCount", "nodes { id number companions { __typename } trajectory { id } }"]);
        format!(
            "appointments(from: \"2020-01-01T00:00:00Z\", to: \"2199-01-01T00:00:00Z\", first: {}) {{ {part} }}",
            1 + page % 9
        )
    },
    |_, [part, ..]| {
        let part = one_of(
            part,
            &["total byStatus { count }", "total overdue { trajectoryId number }", "overdueTotal workload { open }"],
        );
        format!("dashboard {{ {part} }}")
    },
    |world, [page, about, id, ..]| {
        let filter = if about % 2 == 0 {
            String::new()
        } else {
            format!(", filter: {{ trajectory: \"{}\" }}", one_of(id, &world.ids))
        };
        format!("accessTrail(first: {}{filter}) {{ totalCount nodes {{ {ACCESS} }} }}", 1 + page % 20)
    },
    |world, [subject, ..]| {
        format!(
            "subjectAccess(subject: \"{}\") {{ number trajectoryId values {{ field }} linked {{ trajectoryId }} }}",
            one_of(subject, &world.subjects)
        )
    },
    |_, _| "guides { id } parketten { id } viewer { role }".to_owned(),
];

const ENTRY: &str = "id index number trajectory { id } changes { path to { ... on PlainValue { value } } }";
const ACCESS: &str = "id kind case trajectories { id number } refusals { number }";

fn dossier_fields(choice: u8) -> &'static str {
    one_of(
        choice,
        &[
            "id",
            "number status",
            "id number participant { ... on Participant { name } } caseReference { __typename }",
            "number history(first: 3) { nodes { number trajectory { id } } }",
            "id appointments { id } allowedCommands { kind } texts { field text { __typename } }",
        ],
    )
}

fn one_of<T: Clone>(choice: u8, list: &[T]) -> T {
    list[usize::from(choice) % list.len()].clone()
}

impl World {
    async fn open() -> Self {
        let clock = Clock::fixed("2026-03-02T10:00:00Z".parse().unwrap());
        let house = House::built(clock.clone(), None).await;
        house.agreement(true).await;
        let mut world = Self { house, ids: Vec::new(), subjects: vec!["x".into()], numbers: BTreeMap::new() };
        for (n, by) in [Person::prosecutor(), Person::other_prosecutor(), Person::prosecutor(), Person::prosecutor()]
            .iter()
            .enumerate()
        {
            world.dossier(n, by).await;
        }
        let nowhere = command_id().to_string();
        world
            .ids
            .extend([Kind::Trajectory, Kind::AuditEntry, Kind::AccessEntry].map(|kind| global_id(kind, &nowhere).0));
        world.ids.push(global_id(Kind::Appointment, &format!("{nowhere}/{nowhere}")).0);
        world.ids.extend((1..30).map(|n| global_id(Kind::AuditEntry, &n.to_string()).0));
        world.ids.extend((1..30).map(|n| global_id(Kind::AccessEntry, &n.to_string()).0));
        // Three months later much of it is overdue.
        let Clock::Fixed(fixed) = &clock else { panic!("made as fixed") };
        fixed.set("2026-06-02T10:00:00Z".parse().unwrap());
        world
    }

    /// A dossier; the later ones go further.
    async fn dossier(&mut self, n: usize, by: &Person) {
        let house = &self.house;
        let payload = house.accepted(by, "requestTrajectory", json!({ "request": request(&format!("wet{n}")) })).await;
        let id = payload["trajectory"]["id"].clone();
        let of = |mut input: Value| {
            input["trajectoryId"] = id.clone();
            input
        };
        if n >= 1 {
            house
                .accepted(
                    by,
                    "assessEligibility",
                    of(json!({ "answers": favourable_answers(), "decided": "ELIGIBLE" })),
                )
                .await;
        }
        if n >= 2 {
            let consent = json!({ "declaredOn": "2026-03-02", "textVersion": "deelname-1", "givenBy": "PARTICIPANT",
                "factsNotDisputed": true, "willing": true });
            house.accepted(&Person::coordinator(), "giveConsent", of(consent)).await;
            let guide = json!({ "guide": "guide-1", "competenceAttested": true });
            house.accepted(&Person::coordinator(), "assignGuide", of(guide)).await;
            let planned = json!({ "kind": "TOUR", "channel": "ON_SITE", "startsAt": "2099-01-01T10:00:00Z", "companions": "zus" });
            house.accepted(&Person::coordinator(), "planAppointment", of(planned)).await;
        }
        let document = "query($id: ID!) { trajectory(id: $id) { number subject appointments { id } } }";
        let shown = house.query(&Person::compliance(), document, json!({ "id": id })).await["trajectory"].clone();
        self.numbers.insert(shown["number"].as_str().unwrap().to_owned(), dossier_of(&id));
        self.subjects.push(shown["subject"].as_str().unwrap().to_owned());
        let appointments =
            shown["appointments"].as_array().unwrap().iter().map(|own| own["id"].as_str().unwrap().to_owned());
        self.ids.extend(appointments);
        self.ids.push(id.as_str().unwrap().to_owned());
    }

    /// Asks, and compares what the answer names with what its record names.
    async fn ask(&self, asked: &Asked, schema: &impl Executor) -> Answered {
        let person = PEOPLE[asked.person](self, asked.fields[0].1[5]);
        let document = self.document(asked);
        let before = self.house.accesses().await;
        let request = Request::new(&document).variables(Variables::default()).data(self.house.context(&person));
        let body = serde_json::to_value(schema.execute(request).await).unwrap();
        let records = self.house.access.read_after(before, 10_000).await.unwrap();
        let appends: BTreeSet<_> = records.iter().map(|record| record.aggregate_id.clone()).collect();
        let events: Vec<AccessEvent> = self.house.accesses_after(before).await;
        let mut named = BTreeSet::new();
        self.names(&body, &mut named);
        Answered { document, body, named, recorded: events.iter().flat_map(shown).collect(), appends: appends.len() }
    }

    fn document(&self, asked: &Asked) -> String {
        if let Some([mutation, id, part]) = asked.change {
            let id = one_of(id, &self.ids);
            let mutation = match mutation % 3 {
                0 => format!(
                    "missAppointment(input: {{ trajectoryId: \"{id}\", commandId: \"{}\", appointment: \"{}\", reason: ILLNESS }})",
                    command_id(),
                    command_id()
                ),
                1 => format!(
                    "reportIncident(input: {{ trajectoryId: \"{id}\", commandId: \"{}\", occurredOn: \"2026-03-02\", notes: \"x\" }})",
                    command_id()
                ),
                _ => format!(
                    "restrictProcessing(input: {{ trajectoryId: \"{id}\", commandId: \"{}\", ground: EVIDENCE }})",
                    command_id()
                ),
            };
            let part = one_of(part, &["version", "userErrors { code } trajectory { id number }"]);
            return format!("mutation {{ {mutation} {{ {part} }} }}");
        }
        let fields = asked.fields.iter().enumerate().map(|(n, (field, choices))| {
            let text = FIELDS[*field](self, *choices);
            if text.starts_with("guides") { text } else { format!("f{n}: {text}") }
        });
        format!("{{ {} }}", fields.collect::<Vec<_>>().join(" "))
    }

    /// Every dossier a JSON value names: by global id, by the id of its appointment, by number, by id.
    fn names(&self, value: &Value, found: &mut BTreeSet<DossierId>) {
        match value {
            Value::String(text) => found.extend(self.named_by(text)),
            Value::Array(items) => items.iter().for_each(|item| self.names(item, found)),
            Value::Object(fields) => fields.values().for_each(|field| self.names(field, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn named_by(&self, text: &str) -> Option<DossierId> {
        if let Some(dossier) = self.numbers.get(text) {
            return Some(*dossier);
        }
        match parse_global_id(&text.into()) {
            Some((Kind::Trajectory, id)) => id.parse().ok(),
            Some((Kind::Appointment, local)) => local.split_once('/')?.0.parse().ok(),
            Some(_) => None,
            None => self.numbers.values().copied().find(|dossier| dossier.to_string() == text),
        }
    }
}
