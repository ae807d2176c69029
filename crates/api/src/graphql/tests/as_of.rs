//! Another moment than now: what was known then is what was said then, to those who may see it now; a replay is whole or
//! an error; outcomes and refusals are explained.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use serde_json::{Value, json};
use spoor_domain::kernel::Purpose;
use spoor_eventlog::Position;

use super::cast::{command_id, favourable_answers, request, today};
use super::{House, Person};
use crate::proof::LogName;

const SHOWN: &str = "number status waitingFor statusSince requestedOn lastStepOn version position updatedAt restricted
    parket { id } guide { id } subject appointments { id state } bundles { number } outcome { outcome }
    participant { __typename ... on Participant { name birthOn contact } }
    caseReference { ... on PersonalText { value } } facts { ... on PersonalText { value } }
    texts { field sequence text { __typename ... on PersonalText { value } } } history(first: 100) { nodes { index event } }";

/// A dossier that came as far as consent; its global id and its own.
async fn consented(house: &House) -> (Value, String) {
    house.agreement(true).await;
    let requested =
        house.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "request": request("toen") })).await;
    let id = requested["trajectory"]["id"].clone();
    let stream = crate::graphql::global_id::parse_global_id(&id.as_str().unwrap().into()).unwrap().1;
    let assessed = json!({ "trajectoryId": id, "answers": favourable_answers(), "decided": "ELIGIBLE" });
    house.accepted(&Person::prosecutor(), "assessEligibility", assessed).await;
    let consent = json!({ "trajectoryId": id, "declaredOn": today(), "textVersion": "deelname-1", "givenBy": "PARTICIPANT",
        "factsNotDisputed": true, "willing": true });
    house.accepted(&Person::coordinator(), "giveConsent", consent).await;
    (id, stream)
}

async fn correct_name(house: &House, id: &Value) {
    let correction = json!({ "trajectoryId": id, "sequence": 1, "field": "PARTICIPANT_NAME",
        "value": { "text": "Testpersoon Verbeterd" }, "reason": "Verkeerd gehoord." });
    house.accepted(&Person::prosecutor(), "correctFact", correction).await;
}

async fn shown(house: &House, person: &Person, id: &Value, as_of: Value) -> Value {
    let document = format!("query($id: ID!, $asOf: AsOf) {{ trajectory(id: $id, asOf: $asOf) {{ {SHOWN} }} }}");
    house.query(person, &document, json!({ "id": id, "asOf": as_of })).await["trajectory"].clone()
}

async fn code(house: &House, person: &Person, document: &str, variables: Value) -> String {
    let answer = house.ask(person, document, variables).await;
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{answer:#}")).to_owned()
}

#[tokio::test]
async fn a_dossier_is_known_then_as_it_was_shown_then() {
    let house = House::open().await;
    let (id, _) = consented(&house).await;
    let prosecutor = Person::prosecutor();
    let live = shown(&house, &prosecutor, &id, Value::Null).await;
    let head = house.log.head().await.unwrap();
    correct_name(&house, &id).await;
    let corrected = shown(&house, &prosecutor, &id, Value::Null).await;
    assert_eq!(corrected["participant"]["name"], "Testpersoon Verbeterd");
    let by_index = shown(&house, &prosecutor, &id, json!({ "index": head.index })).await;
    assert_eq!(by_index, live);
    let by_moment = shown(&house, &prosecutor, &id, json!({ "recordedAt": head.recorded_at })).await;
    assert_eq!(by_moment, live);
    // As it was today, by what is known now: the same as now. By what was known then: the name that was not right.
    let was = |index: Option<u64>| json!({ "occurredOn": today(), "index": index });
    assert_eq!(shown(&house, &prosecutor, &id, was(None)).await["participant"]["name"], "Testpersoon Verbeterd");
    assert_eq!(shown(&house, &prosecutor, &id, was(Some(head.index))).await["participant"], live["participant"]);
    assert_eq!(shown(&house, &prosecutor, &id, json!({ "occurredOn": "2020-01-01" })).await, Value::Null);
    assert_eq!(shown(&house, &prosecutor, &id, json!({ "index": 0 })).await, Value::Null);
    house.close().await;
}

#[tokio::test]
async fn who_may_see_it_now_decides_who_sees_it_then() {
    let house = House::open().await;
    let (id, _) = consented(&house).await;
    let then = json!({ "index": house.log.head().await.unwrap().index });
    assert_eq!(shown(&house, &Person::other_prosecutor(), &id, then.clone()).await, Value::Null);
    assert_eq!(shown(&house, &Person::guide(), &id, then.clone()).await, Value::Null);
    // Compliance sees the dossier and nobody in it.
    let audited = shown(&house, &Person::compliance(), &id, then.clone()).await;
    assert_eq!(audited["participant"]["__typename"], "Withheld");
    // The museum did not know the dossier when it was requested; it may see now what was known then.
    let first =
        shown(&house, &Person::coordinator(), &id, json!({ "index": then["index"].as_u64().unwrap() - 1 })).await;
    assert_eq!(first["status"], "ELIGIBLE");
    let document = "query($id: ID!, $asOf: AsOf) { trajectory(id: $id, asOf: $asOf) { status } }";
    let analyst = code(&house, &Person::analyst(), document, json!({ "id": id, "asOf": then })).await;
    assert_eq!(analyst, "FORBIDDEN");
    let then = json!({ "moment": "2026-01-01T00:00:00Z" });
    let board = "query($moment: DateTime) { dashboard(asKnownAt: $moment) { total } }";
    assert_eq!(code(&house, &Person::analyst(), board, then.clone()).await, "FORBIDDEN");
    let plans = "query($moment: DateTime) { actionPlans(asKnownAt: $moment) { name } }";
    assert_eq!(code(&house, &Person::analyst(), plans, then.clone()).await, "FORBIDDEN");
    assert_eq!(house.query(&Person::plan_coordinator(), plans, then).await["actionPlans"], json!([]));
    house.close().await;
}

#[tokio::test]
async fn a_moment_that_makes_no_sense_is_refused_with_what_to_do() {
    let house = House::open().await;
    let (id, _) = consented(&house).await;
    let document = "query($id: ID!, $asOf: AsOf) { trajectory(id: $id, asOf: $asOf) { status } }";
    for (as_of, says) in [
        (json!({ "index": 1, "recordedAt": "2026-01-01T00:00:00Z" }), "not both"),
        (json!({}), "names no moment"),
        (json!({ "index": 100_000 }), "beyond the end"),
        (json!({ "recordedAt": "2999-01-01T00:00:00Z" }), "future"),
        (json!({ "occurredOn": "2999-01-01" }), "future"),
    ] {
        let answer = house.ask(&Person::prosecutor(), document, json!({ "id": id, "asOf": as_of })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer:#}");
        assert!(answer["errors"][0]["message"].as_str().unwrap().contains(says), "{answer:#}");
    }
    house.close().await;
}

#[tokio::test]
async fn nothing_can_be_done_to_what_was_and_looking_back_is_recorded() {
    let house = House::open().await;
    let (id, stream) = consented(&house).await;
    let index = house.log.head().await.unwrap().index;
    let before = house.access.head().await.unwrap().index;
    let asked = "query($id: ID!, $index: Int) { trajectory(id: $id, asOf: { index: $index }) {
        asOf { index occurredOn } participant { __typename }
        allowed: allowedCommands(onlyAllowed: true) { kind } all: allowedCommands { allowed reason reasonNl } } }";
    let then =
        house.query(&Person::prosecutor(), asked, json!({ "id": id, "index": index })).await["trajectory"].clone();
    assert_eq!(then["asOf"], json!({ "index": index, "occurredOn": null }));
    assert_eq!(then["allowed"], json!([]));
    assert!(
        then["all"].as_array().unwrap().iter().all(|one| one["reason"].as_str().unwrap().contains("without `asOf`"))
    );
    let recorded = house.access.read_after(Position::number(before), 10).await.unwrap();
    assert!(recorded.iter().any(|record| record.payload.contains(&stream) && record.payload.contains("participant")));
    house.close().await;
}

#[tokio::test]
async fn the_dashboard_of_then_says_what_it_said_then() {
    let house = House::open().await;
    let (id, _) = consented(&house).await;
    let document = "query($then: DateTime) { dashboard(asKnownAt: $then) { total byStatus { status count } waitingFor { waitingFor count }
        byParket { parket { id } count open } overdueTotal dueSoon throughput { period requested } workload { open } position } }";
    let live = house.query(&Person::compliance(), document, json!({})).await["dashboard"].clone();
    let head = house.log.head().await.unwrap();
    let stop = json!({ "trajectoryId": id, "reason": "CAPACITY" });
    house.accepted(&Person::coordinator(), "discontinueTrajectory", stop).await;
    let now = house.query(&Person::compliance(), document, json!({})).await["dashboard"].clone();
    assert_ne!(now["byStatus"], live["byStatus"]);
    let then = house.query(&Person::compliance(), document, json!({ "then": head.recorded_at })).await;
    assert_eq!(then["dashboard"], live);
    let future = json!({ "then": "2999-01-01T00:00:00Z" });
    assert_eq!(code(&house, &Person::compliance(), document, future).await, "BAD_USER_INPUT");
    house.close().await;
}

#[tokio::test]
async fn a_replay_shows_every_step_to_the_end_page_by_page() {
    let house = House::open().await;
    let (id, stream) = consented(&house).await;
    correct_name(&house, &id).await;
    let document = "query($id: ID!, $first: Int, $after: String) { replay(trajectory: $id, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } end { head count complete }
        nodes { sequence event actor { id role organisation } purpose recordedDaysLater occurredOn
            changes { path from { __typename ... on PlainValue { value } } to { __typename ... on PlainValue { value } } } } } }";
    let page = async |person: Person, after: Value| {
        let variables = json!({ "id": id, "first": 2, "after": after });
        house.query(&person, document, variables).await["replay"].clone()
    };
    let first = page(Person::prosecutor(), Value::Null).await;
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(4), &json!(true)));
    assert_eq!(first["end"], json!({ "head": 4, "count": 4, "complete": true }));
    let rest = page(Person::prosecutor(), first["pageInfo"]["endCursor"].clone()).await;
    let sequences = [&first, &rest].map(|page| page["nodes"].as_array().unwrap().clone()).concat();
    assert_eq!(sequences.iter().map(|step| step["sequence"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(rest["pageInfo"]["hasNextPage"], false);
    let change = |step: &Value, path: &str| {
        step["changes"].as_array().unwrap().iter().find(|change| change["path"] == path).cloned().unwrap()
    };
    let name = change(&sequences[3], "participant.name");
    assert_eq!(
        (&name["from"]["value"], &name["to"]["value"]),
        (&json!("Testpersoon toen"), &json!("Testpersoon Verbeterd"))
    );
    assert_eq!(change(&sequences[1], "status")["to"]["value"], "Eligible");
    assert_eq!(sequences[1]["actor"]["role"], "PROSECUTOR");
    let audited = page(Person::compliance(), Value::Null).await;
    assert_eq!(change(&audited["nodes"][0], "participant.name")["to"]["__typename"], "Withheld");
    assert_eq!(page(Person::other_prosecutor(), Value::Null).await, Value::Null);
    let recorded = house.access.read_after(Position::START, 1000).await.unwrap();
    let replays =
        recorded.iter().filter(|record| record.event_type == "ReplayShown" && record.payload.contains(&stream));
    assert_eq!(replays.count(), 3);
    house.close().await;
}

#[tokio::test]
async fn a_replay_tells_what_a_request_changed_of_its_draft_and_nothing_else() {
    let house = House::open().await;
    house.agreement(true).await;
    let drafted = house.accepted(&Person::jurist(), "draftRequest", json!({ "request": request("een") })).await;
    let id = drafted["trajectory"]["id"].clone();
    let mut again = request("een");
    again["offenceOn"] = json!("2026-01-16");
    again["participant"]["name"] = json!("Testpersoon een-Peeters");
    house.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "trajectoryId": id, "request": again })).await;
    let changes = "changes { path from { __typename ... on PlainValue { value } } to { __typename ... on PlainValue { value } } }";
    let document = format!(
        "query($id: ID!) {{ replay(trajectory: $id, first: 10) {{ nodes {{ {changes} }} }}
         trajectory(id: $id) {{ history(first: 10) {{ nodes {{ {changes} }} }} }} }}"
    );
    let answer = house.query(&Person::prosecutor(), &document, json!({ "id": id })).await;
    type Told = BTreeMap<String, (Value, Value)>;
    let told = |step: &Value| -> Told {
        let values = |change: &Value| (change["from"]["value"].clone(), change["to"]["value"].clone());
        let changes = step["changes"].as_array().unwrap().iter();
        changes.map(|change| (change["path"].as_str().unwrap().to_owned(), values(change))).collect()
    };
    let expected = [
        ("offence_on", "2026-01-15", "2026-01-16"),
        ("participant.name", "Testpersoon een", "Testpersoon een-Peeters"),
        ("status", "Drafted", "Requested"),
    ];
    for steps in [&answer["replay"], &answer["trajectory"]["history"]] {
        // The history tells that the number was taken, too.
        let mut of_the_request =
            steps["nodes"].as_array().unwrap().iter().map(told).filter(|told| told.contains_key("status"));
        let (first, second) = (of_the_request.next().unwrap(), of_the_request.next().unwrap());
        assert_eq!(first["participant.name"], (Value::Null, json!("Testpersoon een")));
        for (path, from, to) in expected {
            assert_eq!(second[path], (json!(from), json!(to)), "{path}");
        }
        for (path, (from, to)) in &second {
            assert_ne!(from, to, "{path} is the same");
            assert!(!from.is_null() || !first.contains_key(path), "{path} was there before");
        }
    }
    house.close().await;
}

#[tokio::test]
async fn a_replay_that_would_be_short_is_an_error_that_names_what_is_missing() {
    let house = House::open().await;
    let (id, stream) = consented(&house).await;
    let document = "query($id: ID!) { replay(trajectory: $id, first: 10) { nodes { sequence } } }";
    let whole = house.query(&Person::compliance(), document, json!({ "id": id })).await;
    assert_eq!(whole["replay"]["nodes"].as_array().unwrap().len(), 3);
    // Somebody with access to the file takes the last event out, past the log; then the one before it.
    for (gone, missing) in [(3, "missing: 3"), (2, "missing: 2, 3")] {
        house.behind_the_log(&format!(
            "drop trigger if exists events_not_deleted; delete from events where aggregate_id = '{stream}' and sequence = {gone}"
        )).await;
        let answer = house.ask(&Person::compliance(), document, json!({ "id": id })).await;
        assert_eq!(answer["data"]["replay"], Value::Null);
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(missing), "{message}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "LOG_NOT_WHOLE");
        // Nor is another moment told of a dossier that is not whole: what is missing may have been known then.
        for moment in
            [format!("index: {}", house.log.head().await.unwrap().index), format!("occurredOn: \"{}\"", today())]
        {
            let document = format!("query($id: ID!) {{ trajectory(id: $id, asOf: {{ {moment} }}) {{ status }} }}");
            let answer = house.ask(&Person::compliance(), &document, json!({ "id": id })).await;
            assert_eq!(answer["data"]["trajectory"], Value::Null, "{moment}: {answer}");
            let message = answer["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains(missing), "{message}");
        }
    }
    house.close().await;
}

#[tokio::test]
async fn an_event_that_is_missing_from_a_dossier_that_is_not_in_memory_is_named_as_well() {
    let mut house = House::open().await;
    let (id, stream) = consented(&house).await;
    let document = "query($id: ID!) { trajectory(id: $id) { number } }";
    let shown = house.query(&Person::compliance(), document, json!({ "id": id })).await;
    let (number, subject) = (shown["trajectory"]["number"].clone(), house.subject_of(&id).await);
    let officer = Person::compliance().for_purpose(Some(Purpose::SubjectRequest)).in_case(number.as_str().unwrap());
    let questions = [
        (
            Person::compliance(),
            "query($id: ID!) { replay(trajectory: $id, first: 10) { nodes { sequence } } }".to_owned(),
        ),
        (
            Person::compliance(),
            format!("query($id: ID!) {{ trajectory(id: $id, asOf: {{ occurredOn: \"{}\" }}) {{ status }} }}", today()),
        ),
        (Person::prosecutor(), "query($id: ID!) { trajectory(id: $id) { explanations { outcome } } }".to_owned()),
        (officer, "query($subject: ID!) { subjectAccess(subject: $subject) { documents { kind } } }".to_owned()),
    ];
    for missing in [2, 1] {
        house.behind_the_log(&format!(
            "drop trigger if exists events_not_deleted; delete from events where aggregate_id = '{stream}' and sequence = {missing}"
        )).await;
        house.start_anew().await;
        for (person, question) in &questions {
            let answer = house.ask(person, question, json!({ "id": id, "subject": subject })).await;
            let error = &answer["errors"][0];
            let message = error["message"].as_str().unwrap_or_default();
            assert!(message.contains(&format!("has not its event {missing}")), "{question}: {answer:#}");
            assert_eq!(error["extensions"]["code"], "LOG_NOT_WHOLE");
        }
        // The trail is told from the views, and held against the log.
        for trail in [
            "query($id: ID!) { trajectory(id: $id) { number history(first: 10) { nodes { event } } } }",
            "query($id: ID!) { auditTrail(filter: { trajectory: $id }, first: 10) { totalCount } }",
        ] {
            let answer = house.ask(&Person::compliance(), trail, json!({ "id": id })).await;
            let error = &answer["errors"][0];
            let message = error["message"].as_str().unwrap_or_default();
            assert!(message.contains("missing: ") && message.contains(&missing.to_string()), "{answer:#}");
            assert_eq!(error["extensions"]["code"], "LOG_NOT_WHOLE");
        }
    }
    house.close().await;
}

#[tokio::test]
async fn a_command_on_a_dossier_whose_last_event_is_gone_is_refused_and_the_record_is_named() {
    let mut house = House::open().await;
    let (id, stream) = consented(&house).await;
    let last = house.log.read_stream("learning_trajectory", &stream).await.unwrap().pop().unwrap().index;
    house
        .behind_the_log(&format!(
            "drop trigger if exists events_not_deleted; delete from events where position = {last}"
        ))
        .await;
    house.start_anew().await;
    let annul = "mutation($input: AnnulStepInput!) { annulStep(input: $input) { version } }";
    let input = json!({ "commandId": command_id(), "trajectoryId": id, "sequence": 2, "reason": "ENTERED_BY_MISTAKE" });
    let answer = house.ask(&Person::prosecutor(), annul, json!({ "input": input })).await;
    let error = &answer["errors"][0];
    let message = error["message"].as_str().unwrap_or_default();
    assert!(message.contains(&format!("record {last} is missing")), "{answer:#}");
    assert_eq!(error["extensions"]["code"], "LOG_NOT_WHOLE");
    assert_eq!(house.log.read_stream("learning_trajectory", &stream).await.unwrap().len(), 2, "nothing took its place");
    house.close().await;
}

#[tokio::test]
async fn no_trail_is_told_as_if_it_were_whole_once_a_log_is_known_to_lack_a_record() {
    let house = House::open().await;
    let (id, _) = consented(&house).await;
    let everything = "{ auditTrail(first: 10) { totalCount } }";
    let of_one = "query($id: ID!) { auditTrail(filter: { trajectory: $id }, first: 10) { totalCount } }";
    let accesses = "{ accessTrail(first: 10) { totalCount } }";
    let officer = Person::compliance();
    for document in [everything, of_one, accesses] {
        house.query(&officer, document, json!({ "id": id })).await;
    }
    let refused = async |document: &str, record: &str| {
        let answer = house.ask(&officer, document, json!({})).await;
        let error = &answer["errors"][0];
        let message = error["message"].as_str().unwrap_or_default();
        assert!(message.contains(record) && message.contains("audit check"), "{document}: {answer:#}");
        assert_eq!(error["extensions"]["code"], "LOG_NOT_WHOLE");
    };
    // The first event is of the agreement that the dossier is under, not of the dossier.
    let delete = "drop trigger if exists events_not_deleted; delete from events where position = 1";
    house.behind_the_log(delete).await;
    house.keeper.of(LogName::Events).count().await.unwrap();
    refused(everything, "missing from the log: record 1").await;
    house.query(&officer, of_one, json!({ "id": id })).await;
    house.query(&officer, accesses, json!({})).await;

    house.behind("access.sqlite", delete).await;
    house.keeper.of(LogName::Access).count().await.unwrap();
    refused(accesses, "missing from the log: record 1").await;
    house.close().await;
}

#[tokio::test]
async fn the_largest_page_of_a_replay_can_be_asked_for_with_every_field() {
    let house = House::open().await;
    let (id, _) = consented(&house).await;
    let value = "{ __typename ... on PlainValue { value } ... on Withheld { reason since } }";
    let text = "{ __typename ... on PersonalText { value } ... on Withheld { reason since } }";
    let actor = "{ id role organisation }";
    let document = format!(
        "query($id: ID!) {{ replay(trajectory: $id, first: 100) {{ totalCount totalCountExact position
            end {{ head count complete }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
            edges {{ cursor node {{ sequence index position event summary purpose commandId recordedAt occurredOn
                recordedDaysLater actor {actor} proof {{ state checkpointSize signedAt }}
                changes {{ path from {value} to {value} }} reason {value}
                explanation {{ sequence index recordedAt occurredOn recordedBy {actor} outcome outcomeLabel version
                    criteria {{ code label rule answer favourable note {text} }} computed differs reason {text}
                    facts {{ name value }} }} }} }} }} }}"
    );
    let shown = house.query(&Person::compliance(), &document, json!({ "id": id })).await;
    assert_eq!(shown["replay"]["edges"].as_array().unwrap().len(), 3);
    house.close().await;
}

#[tokio::test]
async fn a_moment_that_cannot_be_found_because_a_record_is_missing_names_the_record() {
    let house = House::open().await;
    let (id, _) = consented(&house).await;
    let first = house.log.read_after(Position::default(), 1).await.unwrap().remove(0);
    let middle = u64::midpoint(0, house.events().await);
    house
        .behind_the_log(&format!(
            "drop trigger if exists events_not_deleted; delete from events where position = {middle}"
        ))
        .await;
    let moment = first.recorded_at.to_rfc3339();
    let questions = [
        "query($id: ID!, $at: DateTime!) { trajectory(id: $id, asOf: { recordedAt: $at }) { status } }",
        "query($at: DateTime!) { dashboard(asKnownAt: $at) { total } }",
    ];
    for question in questions {
        let answer = house.ask(&Person::compliance(), question, json!({ "id": id, "at": moment })).await;
        let error = &answer["errors"][0];
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(&format!("event {middle} is missing from the log")), "{question}: {answer:#}");
        assert_eq!(error["extensions"]["code"], "LOG_NOT_WHOLE");
    }
    house.close().await;
}

#[tokio::test]
async fn a_moment_that_would_be_found_by_a_record_that_was_altered_names_the_record() {
    const FOUR_YEARS: i64 = 4 * 365 * 86_400_000_000;
    let house = House::open().await;
    let (id, _) = consented(&house).await;
    let first = house.log.read_after(Position::default(), 1).await.unwrap().remove(0);
    let middle = u64::midpoint(0, house.events().await);
    house.log.tile().await.unwrap();
    let dated_later = async |micros: i64| {
        let update = format!("update events set recorded_at = recorded_at + ({micros}) where position = {middle}");
        house.behind_the_log(&format!("drop trigger if exists events_not_updated; {update}")).await;
    };
    dated_later(FOUR_YEARS).await;
    let moment = first.recorded_at.to_rfc3339();
    let questions = [
        "query($id: ID!, $at: DateTime!) { trajectory(id: $id, asOf: { recordedAt: $at }) { status } }",
        "query($at: DateTime!) { dashboard(asKnownAt: $at) { total } }",
    ];
    for question in questions {
        let answer = house.ask(&Person::compliance(), question, json!({ "id": id, "at": moment })).await;
        let error = &answer["errors"][0];
        let message = error["message"].as_str().unwrap_or_default();
        assert!(
            message.contains(&format!("record {middle} is not the one that was committed")),
            "{question}: {answer:#}"
        );
        assert_eq!(error["extensions"]["code"], "LOG_NOT_WHOLE");
    }
    // What the head says of the time is not asked: this was before the first record.
    dated_later(-FOUR_YEARS).await;
    house.behind_the_log("update log_head set recorded_at = 0").await;
    let then = json!({ "at": "2019-01-01T00:00:00Z" });
    let known = house.query(&Person::compliance(), questions[1], then).await;
    assert_eq!(known["dashboard"]["total"], 0);
    house.close().await;
}

#[tokio::test]
async fn a_replay_can_be_followed_and_every_frame_is_recorded() {
    let house = House::open().await;
    let (id, _) = consented(&house).await;
    let before = house.access.head().await.unwrap().index;
    let document = format!("subscription {{ replayed(trajectory: {id}) {{ sequence event }} }}");
    let frames = house.follow(&Person::coordinator(), &document).collect::<Vec<_>>().await;
    let events = frames.iter().map(|frame| frame["data"]["replayed"]["event"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(events, ["TrajectoryRequested", "EligibilityAssessed", "ParticipationConsentGiven"]);
    let recorded = house.access.read_after(Position::number(before), 100).await.unwrap();
    assert_eq!(recorded.iter().filter(|record| record.event_type == "ReplayShown").count(), 3);
    let stranger = house.follow(&Person::other_prosecutor(), &document).collect::<Vec<_>>().await;
    assert_eq!(stranger.len(), 1);
    assert_eq!(stranger[0]["errors"][0]["extensions"]["code"], "NOT_FOUND");
    house.close().await;
}

#[tokio::test]
async fn an_outcome_is_explained_by_its_criteria_and_what_was_known() {
    let house = House::open().await;
    let (id, _) = consented(&house).await;
    let document =
        "query($id: ID!) { trajectory(id: $id) { explanations { outcome outcomeLabel version computed differs
        recordedBy { id } criteria { code rule answer favourable label(language: EN) } facts { name value } } } }";
    let explained = house.query(&Person::prosecutor(), document, json!({ "id": id })).await;
    let explained = &explained["trajectory"]["explanations"][0];
    assert_eq!((&explained["outcome"], &explained["version"]), (&json!("ELIGIBLE"), &json!("kd-leaflet")));
    assert_eq!((&explained["computed"], &explained["differs"]), (&json!("ELIGIBLE"), &json!(false)));
    let recidivism = explained["criteria"].as_array().unwrap().iter().find(|own| own["code"] == "recidivism").unwrap();
    assert_eq!((&recidivism["rule"], &recidivism["favourable"]), (&json!("NO_BAR"), &Value::Null));
    assert!(explained["facts"].as_array().unwrap().contains(&json!({ "name": "status", "value": "Requested" })));
    house.close().await;
}

#[tokio::test]
async fn a_refusal_says_by_which_rule_and_by_what() {
    let house = House::open().await;
    let (id, _) = consented(&house).await;
    let document = "mutation($input: HoldTourInput!) { holdTour(input: $input) { userErrors { code
        explanation { rule source sourceLabel(language: EN) facts { name value valueNl } } } } }";
    let guide = json!({ "trajectoryId": id, "guide": "guide-1", "competenceAttested": true });
    house.accepted(&Person::coordinator(), "assignGuide", guide).await;
    let command = super::cast::command_id();
    let input = json!({ "trajectoryId": id, "commandId": command, "heldOn": today(), "minutes": 60 });
    let refused = house.query(&Person::guide(), document, json!({ "input": input })).await;
    let explanation = &refused["holdTour"]["userErrors"][0]["explanation"];
    assert_eq!((&explanation["rule"], &explanation["source"]), (&json!("WrongState"), &json!("ORDER_OF_STEPS")));
    let facts = explanation["facts"].as_array().unwrap();
    assert!(
        facts.contains(&json!({ "name": "status", "value": "Consented", "valueNl": "Toestemming gegeven" })),
        "{facts:?}"
    );
    house.close().await;
}

#[tokio::test]
async fn an_altered_event_is_not_replayed_and_nothing_is_told_from_it() {
    let house = House::open().await;
    let (id, stream) = consented(&house).await;
    let asked = house.log.read_stream("learning_trajectory", &stream).await.unwrap();
    let second = &asked[1];
    house.log.tile().await.unwrap();
    house
        .behind_the_log(&format!(
            "drop trigger if exists events_not_updated; \
             update events set metadata = replace(metadata, 'role', 'rule') where position = {}",
            second.index
        ))
        .await;
    let moment = asked[2].recorded_at.to_rfc3339();
    for (field, document) in [
        ("replay", "query($id: ID!) { replay(trajectory: $id, first: 10) { nodes { sequence } } }".to_owned()),
        (
            "trajectory",
            format!("query($id: ID!) {{ trajectory(id: $id, asOf: {{ recordedAt: \"{moment}\" }}) {{ number }} }}"),
        ),
    ] {
        let answer = house.ask(&Person::compliance(), &document, json!({ "id": id })).await;
        assert_eq!(answer["data"][field], Value::Null, "{answer}");
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(&format!("record {} is not the one that was committed", second.index)), "{message}");
    }
    house.close().await;
}
