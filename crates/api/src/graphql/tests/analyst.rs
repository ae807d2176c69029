//! A policy analyst learns nothing of dossiers, wherever in the schema they ask.
//!
//! Two houses hold the same plan; one of them holds dossiers as well, recorded before the plan, so that every place in the
//! log differs. Every root field is asked in both, with made-up arguments and every field below it. An analyst's answers
//! must be the same, word for word: no count, order, cursor, position, error or refusal may depend on dossiers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};
use spoor_eventlog::Clock;

use super::cast::{favourable_answers, request};
use super::{House, Person};

/// How deep selections go below a root field.
const DEPTH: usize = 5;
/// Most selections asked of one root field that answers.
const SELECTIONS: usize = 150;
/// How long the first frame of a subscription may take; where nothing comes, nothing is told.
const PATIENCE: Duration = Duration::from_secs(2);

const INTROSPECTION: &str =
    "{ __schema { queryType { name } mutationType { name } subscriptionType { name } types { name kind
    possibleTypes { name } enumValues { name }
    fields { name type { ...T } args { name defaultValue type { ...T } } }
    inputFields { name defaultValue type { ...T } } } } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

#[tokio::test]
async fn nothing_an_analyst_can_ask_depends_on_dossiers() {
    let worlds = Worlds::open().await;
    let (asked, differing) = worlds.compare(&Person::analyst(), Search::Whole).await;
    assert!(differing.is_empty(), "these answers tell of dossiers:\n{}", differing.join("\n\n"));
    assert!(asked > 200, "only {asked} questions were made up");
    worlds.close().await;
}

#[tokio::test]
async fn the_same_search_finds_dossiers_in_the_answers_of_who_may_see_them() {
    let worlds = Worlds::open().await;
    let (_, differing) = worlds.compare(&Person::officer(), Search::Control).await;
    let told: BTreeSet<&str> = differing.iter().map(|line| line.split([' ', '(']).next().unwrap()).collect();
    for field in ["trajectories", "dashboard", "auditTrail", "log", "node", "trajectory"] {
        assert!(told.contains(field), "{field} is not among {told:?}");
    }
    worlds.close().await;
}

/// How far the questions go.
#[derive(Clone, Copy, PartialEq)]
enum Search {
    /// Every question there is.
    Whole,
    /// Of each root field those before the first that is answered differently: the negative control asks no more of it. Who
    /// may insist on a place in the log waits for it, so no place is named.
    Control,
}

/// The same installation without and with dossiers.
struct Worlds {
    empty: House,
    full: House,
    types: BTreeMap<String, Value>,
    roots: [(&'static str, String); 3],
    /// What may be given where an id is asked for.
    ids: Vec<String>,
    /// A place that the log of one house has, and the other has not.
    between: String,
}

impl Worlds {
    async fn open() -> Self {
        let clock = || Clock::fixed("2026-03-02T10:00:00Z".parse().unwrap());
        let (empty, full) = (House::built(clock(), None).await, House::built(clock(), None).await);
        full.agreement(true).await;
        let mut ids = Vec::new();
        for marker in ["een", "twee", "drie"] {
            let payload =
                full.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "request": request(marker) })).await;
            let id = payload["trajectory"]["id"].clone();
            let assessed = json!({ "trajectoryId": id, "answers": favourable_answers(), "decided": "ELIGIBLE" });
            full.accepted(&Person::prosecutor(), "assessEligibility", assessed).await;
            ids.push(id.as_str().unwrap().to_owned());
        }
        let document = "query($id: ID!) { trajectory(id: $id) { number subject } }";
        let shown = full.query(&Person::officer(), document, json!({ "id": ids[0] })).await["trajectory"].clone();
        ids = vec![ids[0].clone(), text(&shown["subject"]), text(&shown["number"])];
        for house in [&empty, &full] {
            plan(house).await;
        }
        let plans = full.query(&Person::analyst(), "{ actionPlans { id } }", json!({})).await;
        ids.push(text(&plans["actionPlans"][0]["id"]));
        let between = full.log.position_of(full.events().await).await.unwrap().to_string();
        let schema = full.query(&Person::analyst(), INTROSPECTION, json!({})).await["__schema"].clone();
        let types =
            schema["types"].as_array().unwrap().iter().map(|kind| (text(&kind["name"]), kind.clone())).collect();
        let root = |kind: &str| text(&schema[kind]["name"]);
        let roots = [
            ("query", root("queryType")),
            ("mutation", root("mutationType")),
            ("subscription", root("subscriptionType")),
        ];
        Self { empty, full, types, roots, ids, between }
    }

    async fn close(self) {
        self.empty.close().await;
        self.full.close().await;
    }

    /// How many questions were asked, and those that were answered differently.
    async fn compare(&self, person: &Person, search: Search) -> (usize, Vec<String>) {
        let (mut asked, mut differing) = (0, Vec::new());
        for (operation, root) in &self.roots {
            'field: for field in self.types[root]["fields"].as_array().unwrap() {
                for arguments in self.argument_lists(field) {
                    let call = format!("{}{arguments}", text(&field["name"]));
                    let mut selections = self.selections(&field["type"], DEPTH);
                    selections.truncate(SELECTIONS);
                    if search == Search::Control && arguments.contains("minPosition") {
                        continue;
                    }
                    for (n, selection) in selections.iter().enumerate() {
                        let document = format!("{operation} {{ {call}{selection} }}");
                        let one = ask(&self.empty, person, operation, &document).await;
                        let two = ask(&self.full, person, operation, &document).await;
                        asked += 1;
                        if one != two {
                            differing.push(format!("{call}{selection}\n  without: {one}\n  with:    {two}"));
                            if search == Search::Control {
                                continue 'field;
                            }
                        }
                        // Refused is refused, whatever is selected below; and a command is given once.
                        if (n == 0 && refused(&one) && refused(&two)) || *operation == "mutation" {
                            break;
                        }
                    }
                }
            }
        }
        (asked, differing)
    }

    /// The arguments of a field, made up: what must be given, and all that may be given, once for every id there is.
    fn argument_lists(&self, field: &Value) -> Vec<String> {
        let arguments = field["args"].as_array().unwrap();
        let required = |argument: &&Value| argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null();
        let paging = |argument: &&Value| ["after", "last", "before"].iter().any(|name| argument["name"] == *name);
        let written = |id: &str, given: Vec<&Value>| {
            let value = |argument: &Value| {
                Some(format!(
                    "{}: {}",
                    text(&argument["name"]),
                    self.value(&argument["type"], &text(&argument["name"]), id, 0)?
                ))
            };
            let given: Vec<String> = given.into_iter().filter_map(value).collect();
            if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) }
        };
        let mut lists = BTreeSet::new();
        for id in &self.ids {
            lists.insert(written(id, arguments.iter().filter(required).collect()));
            let place = |argument: &&Value| argument["name"] == "minPosition";
            lists.insert(written(id, arguments.iter().filter(|one| !paging(one) && !place(one)).collect()));
            // One at a time, so that the refusal of one does not hide what another tells.
            let once = |one: &&Value| !place(one) || *id == self.ids[0];
            for one in arguments.iter().filter(|one| !paging(one) && !required(one) && once(one)) {
                let given = arguments.iter().filter(|argument| required(argument) || argument["name"] == one["name"]);
                lists.insert(written(id, given.collect()));
            }
        }
        lists.into_iter().collect()
    }

    /// A value of a type, as it is written in a document.
    fn value(&self, kind: &Value, name: &str, id: &str, depth: usize) -> Option<String> {
        if depth > 6 {
            return None;
        }
        match text(&kind["kind"]).as_str() {
            "NON_NULL" => self.value(&kind["ofType"], name, id, depth),
            "LIST" => Some(format!("[{}]", self.value(&kind["ofType"], name, id, depth)?)),
            "ENUM" => Some(text(&self.types[&text(&kind["name"])]["enumValues"][0]["name"])),
            "INPUT_OBJECT" => {
                let fields = self.types[&text(&kind["name"])]["inputFields"].as_array().unwrap();
                let given = fields.iter().filter_map(|field| {
                    let name = text(&field["name"]);
                    let value = self.value(&field["type"], &name, id, depth + 1);
                    let needed = field["type"]["kind"] == "NON_NULL";
                    // Filters are alternatives: two of them at once would only be refused for that.
                    (needed || depth == 0).then_some(())?;
                    Some(format!("{name}: {}", value?))
                });
                Some(format!("{{{}}}", given.collect::<Vec<_>>().join(", ")))
            }
            _scalar => Some(match (text(&kind["name"]).as_str(), name) {
                ("ID", "commandId") => "\"0192f0c1-7c00-7000-8000-00000000000a\"".to_owned(),
                ("ID", _) => format!("\"{id}\""),
                ("Int" | "Cents", _) => "1".to_owned(),
                ("Boolean", _) => "true".to_owned(),
                ("Float", _) => "1.5".to_owned(),
                ("Date", _) => "\"2026-03-02\"".to_owned(),
                ("DateTime", _) => "\"2026-03-02T10:00:00Z\"".to_owned(),
                ("HalfYear", _) => "\"2026-H1\"".to_owned(),
                ("Position", _) => format!("\"{}\"", self.between),
                _text => format!("\"{id}\""),
            }),
        }
    }

    /// Selections below a type, each going to one leaf.
    fn selections(&self, kind: &Value, depth: usize) -> Vec<String> {
        let named = inner(kind);
        let known = &self.types[&named];
        match text(&known["kind"]).as_str() {
            "SCALAR" | "ENUM" => vec![String::new()],
            "UNION" | "INTERFACE" => {
                let each = known["possibleTypes"].as_array().unwrap().iter();
                let within = each.flat_map(|one| {
                    let name = text(&one["name"]);
                    let below = self.selections(one, depth);
                    below.into_iter().map(move |below| format!(" {{ __typename ... on {name}{below} }}"))
                });
                within.collect()
            }
            _object if depth == 0 => vec![" { __typename }".to_owned()],
            _object => {
                let fields = known["fields"].as_array().unwrap().iter();
                let open = fields.filter(|field| {
                    field["args"].as_array().unwrap().iter().all(|argument| argument["type"]["kind"] != "NON_NULL")
                });
                let mut all: Vec<String> = open
                    .flat_map(|field| {
                        let name = text(&field["name"]);
                        let below = self.selections(&field["type"], depth - 1);
                        below.into_iter().map(move |below| format!(" {{ {name}{below} }}"))
                    })
                    .collect();
                // Leaves first: they are near, and there is a bound.
                all.sort_by_key(String::len);
                all
            }
        }
    }
}

async fn ask(house: &House, person: &Person, operation: &str, document: &str) -> Value {
    let mut answer = if operation == "subscription" {
        let mut frames = house.follow(person, document);
        let first = tokio::time::timeout(PATIENCE, frames.next()).await;
        first.ok().flatten().unwrap_or(Value::Null)
    } else {
        house.ask(person, document, json!({})).await
    };
    // Every request has an id of its own, and every person a token.
    answer.pointer_mut("/data/viewer/expiresAt").map(Value::take);
    for error in answer["errors"].as_array_mut().into_iter().flatten() {
        error["extensions"]["requestId"].take();
    }
    answer
}

fn refused(answer: &Value) -> bool {
    answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
}

/// The same plan in every house: the ids follow from the command.
async fn plan(house: &House) {
    let outline = json!({ "name": "Verzonnen plan", "decisions": [{ "decidedOn": "2018-01-12", "decision": "Goedgekeurd" }],
        "policyLines": [{ "number": 1, "name": "Samenwerking" }], "chapters": [{ "number": 1, "policyLine": 1, "title": "Coördinatie" }] });
    let coordinator = Person::plan_coordinator();
    let adopt = json!({ "outline": outline, "commandId": "0192f0c1-7c00-7000-8000-000000000001" });
    let plan = house.accepted(&coordinator, "adoptActionPlan", adopt).await["actionPlan"]["id"].clone();
    let definition = json!({ "planId": plan, "number": "1.1", "title": "Eerste actie", "initiatives": [] });
    let define = json!({ "definedOn": "2026-03-02", "definition": definition,
        "commandId": "0192f0c1-7c00-7000-8000-000000000002" });
    house.accepted(&coordinator, "defineAction", define).await;
}

fn inner(kind: &Value) -> String {
    if kind["ofType"].is_null() { text(&kind["name"]) } else { inner(&kind["ofType"]) }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
