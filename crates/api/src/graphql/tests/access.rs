//! Reading is an act: it has a purpose, it is recorded, and what cannot be recorded is not shown.

use std::collections::BTreeSet;

use futures_util::StreamExt;
use serde_json::{Value, json};
use spoor_domain::access::event::{AccessEvent, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{DossierId, Purpose, RefusalCode};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_eventlog::Position;

use super::cast::{command_id, request};
use super::nodes::with_a_paper;
use super::{House, Person};
use crate::graphql::global_id::{Kind, global_id, local_id};

impl House {
    /// What the access log took after this position.
    pub async fn accesses_after(&self, after: Position) -> Vec<AccessEvent> {
        let records = self.access.read_after(after, 10_000).await.unwrap();
        let access = |event| match event {
            DomainEvent::Access(event) => event,
            other => panic!("{other:?}"),
        };
        records.iter().map(|record| access(record.decode().unwrap().event)).collect()
    }

    /// The end of the access log.
    pub async fn accesses(&self) -> Position {
        self.access.head().await.unwrap().position
    }

    /// A new dossier of the first parket: its global id and its number.
    pub async fn dossier(&self, marker: &str) -> (Value, String) {
        let payload =
            self.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "request": request(marker) })).await;
        (payload["trajectory"]["id"].clone(), payload["trajectory"]["number"].as_str().unwrap().to_owned())
    }

    /// Whose data a dossier of the own parket holds.
    pub async fn subject_of(&self, dossier: &Value) -> Value {
        let document = "query($id: ID!) { trajectory(id: $id) { subject } }";
        self.query(&Person::prosecutor(), document, json!({ "id": dossier })).await["trajectory"]["subject"].clone()
    }

    /// Evidence of the consent, brought in by the museum; gives the id of the document.
    pub async fn evidence(&self, dossier: &Value) -> String {
        let (coordinator, id) = (Person::coordinator(), dossier_of(dossier));
        let state = self.log.load::<LearningTrajectory>(&id.to_string()).await.unwrap().state;
        let (subject, paper) = (state.subject().unwrap(), b"%PDF-1.7 verzonnen".to_vec());
        let kept = self.desk.keep_document(id, subject, "application/pdf", paper, coordinator.actor()).await.unwrap();
        let document = global_id(Kind::Document, &kept.to_string()).0;
        let attached = json!({ "trajectoryId": dossier, "kind": "SIGNED_PAPER", "document": { "id": document } });
        self.accepted(&coordinator, "attachConsentEvidence", attached).await;
        document
    }

    /// A request of the person concerned, at this officer's organisation; gives its id.
    pub async fn right(&self, officer: &Person, dossier: &Value) -> String {
        let document = "mutation($input: RegisterRightsRequestInput!) { registerRightsRequest(input: $input) { \
            rightsRequest { id } userErrors { code message } } }";
        let input = json!({ "commandId": command_id(), "trajectoryId": dossier, "kind": "RECTIFICATION",
            "receivedOn": self.desk.clock.today_brussels(), "wording": "Mijn naam is anders." });
        let done = self.query(officer, document, json!({ "input": input })).await;
        let id = &done["registerRightsRequest"]["rightsRequest"]["id"];
        id.as_str().unwrap_or_else(|| panic!("{done:#}")).to_owned()
    }
}

/// The dossier behind a global id.
pub fn dossier_of(global: &Value) -> DossierId {
    local_id(Kind::Trajectory, &global.as_str().unwrap().into()).unwrap().parse().unwrap()
}

fn code(answer: &Value) -> &Value {
    &answer["errors"][0]["extensions"]["code"]
}

#[tokio::test]
async fn nothing_of_a_dossier_is_asked_or_changed_without_a_purpose_of_the_role() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("doel").await;
    let silent = Person::prosecutor().for_purpose(None);
    let unfit = Person::prosecutor().for_purpose(Some(Purpose::Supervision));
    let questions = [
        "trajectories(first: 1) { totalCount }".to_owned(),
        format!("trajectory(id: {dossier}) {{ id }}"),
        format!("node(id: {dossier}) {{ id }}"),
        "dashboard { total }".to_owned(),
        "auditTrail(first: 1) { totalCount }".to_owned(),
        "appointments(from: \"2026-01-01T00:00:00Z\", to: \"2027-01-01T00:00:00Z\", first: 1) { totalCount }"
            .to_owned(),
    ];
    for person in [&silent, &unfit] {
        for question in &questions {
            let before = house.accesses().await;
            let answer = house.ask(person, &format!("{{ {question} }}"), json!({})).await;
            assert_eq!(code(&answer), "PURPOSE_REQUIRED", "{question}: {answer:#}");
            let purposes = &answer["errors"][0]["extensions"]["purposes"];
            assert_eq!(purposes, &json!(["CASE_HANDLING", "SUBJECT_REQUEST", "QUALITY_CONTROL"]));
            let field = question.split(['(', ' ']).next().unwrap().to_owned();
            let asked_for = question.contains("(id:").then(|| dossier_of(&dossier));
            let reason = QuestionRefusal::PurposeRequired;
            let refused = RefusedPart { reason, field, dossier: asked_for, number: None };
            let [AccessEvent::QuestionRefused { refusals, .. }] = &house.accesses_after(before).await[..] else {
                panic!("{question} is not recorded as refused")
            };
            assert_eq!(refusals, &[refused]);
        }
        let events = house.events().await;
        let document = "mutation($input: RetractRequestInput!) { retractRequest(input: $input) { version } }";
        let input = json!({ "trajectoryId": dossier, "commandId": super::cast::command_id(), "reason": "OTHER" });
        let answer = house.ask(person, document, json!({ "input": input })).await;
        assert_eq!(code(&answer), "PURPOSE_REQUIRED", "{answer:#}");
        assert_eq!(house.events().await, events);
        let mut frames = house.follow(person, "subscription { dashboardChanged { total } }");
        assert_eq!(code(&frames.next().await.unwrap()), "PURPOSE_REQUIRED");
    }
    house.close().await;
}

#[tokio::test]
async fn a_request_of_a_person_is_not_answered_and_no_link_is_made_without_a_purpose() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, document) = with_a_paper(&house).await;
    let registered = "mutation($input: RegisterRightsRequestInput!) { registerRightsRequest(input: $input) {
        rightsRequest { id } userErrors { code } } }";
    let input = |mut given: Value| {
        given["commandId"] = json!(super::cast::command_id());
        json!({ "input": given })
    };
    let asked = json!({ "trajectoryId": dossier, "kind": "ACCESS", "receivedOn": super::cast::today(), "wording": "Mijn wens." });
    let done = house.query(&Person::compliance(), registered, input(asked)).await;
    let request = done["registerRightsRequest"]["rightsRequest"]["id"].clone();
    let answering = "mutation($input: AnswerRightsRequestInput!) { answerRightsRequest(input: $input) {
        rightsRequest { wording { ... on PersonalText { value } } } userErrors { code } } }";
    let answer = json!({ "rightsRequestId": request, "answeredOn": super::cast::today(), "answer": "GRANTED" });
    let linking =
        "mutation($input: MakeDocumentLinkInput!) { makeDocumentLink(input: $input) { link userErrors { code } } }";
    let link = json!({ "input": { "documentId": document } });
    for purpose in [None, Some(Purpose::Reporting)] {
        for (person, document, given) in
            [(Person::compliance(), answering, input(answer.clone())), (Person::prosecutor(), linking, link.clone())]
        {
            let (before, events) = (house.accesses().await, house.events().await);
            let refused = house.ask(&person.for_purpose(purpose), document, given).await;
            assert_eq!(code(&refused), "PURPOSE_REQUIRED", "{refused:#}");
            assert!(!refused.to_string().contains("Mijn wens."), "{refused:#}");
            assert_eq!(house.events().await, events);
            let written = house.accesses_after(before).await;
            let [AccessEvent::QuestionRefused { refusals, .. }] = &written[..] else { panic!("{written:#?}") };
            assert_eq!(refusals[0].reason, QuestionRefusal::PurposeRequired);
        }
    }
    // A link that is refused is refused for the dossier that the id of the document names.
    let before = house.accesses().await;
    let refused = house.query(&Person::other_prosecutor(), linking, link.clone()).await;
    assert_eq!(refused["makeDocumentLink"]["userErrors"][0]["code"], "NOT_FOUND");
    let written = house.accesses_after(before).await;
    let [AccessEvent::CommandRefused { dossier: about, .. }] = &written[..] else { panic!("{written:#?}") };
    assert_eq!(*about, Some(dossier_of(&dossier)));
    house.query(&Person::prosecutor(), linking, link).await;
    house.query(&Person::compliance(), answering, input(answer)).await;
    house.close().await;
}

#[tokio::test]
async fn who_singles_out_a_dossier_and_asks_for_its_number_only_is_recorded_as_a_reader_of_it() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.dossier("enig").await;
    house.dossier("ander").await;
    let own = [dossier_of(&dossier)];
    let person = "participant: { name: \"testpersoon ENIG\", birthOn: \"1990-05-17\" }";
    let officer = Person::officer();
    for question in [
        format!(
            "auditTrail(first: 1, filter: {{ trajectory: {dossier}, event: [\"TrajectoryRequested\"] }}) {{ totalCount }}"
        ),
        format!(
            "auditTrail(first: 1, filter: {{ trajectory: {dossier}, event: [\"OutcomeRecorded\"] }}) {{ totalCount }}"
        ),
        format!("trajectories(first: 1, filter: {{ number: \"{number}\", status: [REQUESTED] }}) {{ totalCount }}"),
        "trajectories(first: 1, filter: { caseReference: \"AN.enig\" }) { totalCountExact }".to_owned(),
        format!("trajectories(first: 1, filter: {{ {person} }}) {{ totalCount }}"),
        format!("trajectories(first: 1, filter: {{ {person} }}) {{ pageInfo {{ hasNextPage }} }}"),
        format!("rightsRequests(first: 1, filter: {{ trajectory: {dossier} }}) {{ totalCount }}"),
        format!("rightsRequests(first: 1, filter: {{ trajectory: {dossier} }}) {{ nodes {{ id }} }}"),
        format!("disclosuresToTell(first: 1, trajectory: {dossier}) {{ totalCount }}"),
    ] {
        let before = house.accesses().await;
        house.query(&officer, &format!("{{ {question} }}"), json!({})).await;
        let named: Vec<_> = house.accesses_after(before).await.iter().flat_map(shown).collect();
        assert_eq!(named, own, "{question}");
    }
    // Behind the only one there is nothing, and how many there are is told all the same.
    let page = house
        .query(
            &officer,
            &format!("{{ trajectories(first: 1, filter: {{ {person} }}) {{ pageInfo {{ endCursor }} }} }}"),
            json!({}),
        )
        .await;
    let cursor = &page["trajectories"]["pageInfo"]["endCursor"];
    let before = house.accesses().await;
    let behind = format!(
        "{{ trajectories(first: 1, after: {cursor}, filter: {{ {person} }}) {{ totalCount nodes {{ id }} }} }}"
    );
    assert_eq!(
        house.query(&officer, &behind, json!({})).await["trajectories"],
        json!({ "totalCount": 1, "nodes": [] })
    );
    let named: Vec<_> = house.accesses_after(before).await.iter().flat_map(shown).collect();
    assert_eq!(named, own);
    let replay = format!("replay(trajectory: {dossier}, first: 100");
    let page = house.query(&officer, &format!("{{ {replay}) {{ pageInfo {{ endCursor }} }} }}"), json!({})).await;
    let cursor = &page["replay"]["pageInfo"]["endCursor"];
    let before = house.accesses().await;
    let behind = format!("{{ {replay}, after: {cursor}) {{ totalCount nodes {{ sequence }} }} }}");
    assert_eq!(house.query(&officer, &behind, json!({})).await["replay"], json!({ "totalCount": 1, "nodes": [] }));
    let named: Vec<_> = house.accesses_after(before).await.iter().flat_map(shown).collect();
    assert_eq!(named, own);
    // Who matches nothing names nothing.
    let nobody = person.replace("ENIG", "niemand");
    let before = house.accesses().await;
    house
        .query(&officer, &format!("{{ trajectories(first: 1, filter: {{ {nobody} }}) {{ totalCount }} }}"), json!({}))
        .await;
    assert!(matches!(house.accesses_after(before).await[..], [AccessEvent::OverviewShown { .. }]));
    house.close().await;
}

#[tokio::test]
async fn what_touches_no_dossier_needs_no_purpose_and_is_not_recorded() {
    let house = House::open().await;
    let before = house.accesses().await;
    for person in Person::everybody() {
        let person = person.for_purpose(None);
        let document =
            "{ __typename __schema { queryType { name } } viewer { role purpose purposes } enumLabels { value } }";
        let viewer = house.query(&person, document, json!({})).await["viewer"].clone();
        assert_eq!(viewer["purpose"], Value::Null);
        assert!(!viewer["purposes"].as_array().unwrap().is_empty());
    }
    house.query(&Person::analyst().for_purpose(None), "{ actionPlans { id } }", json!({})).await;
    assert_eq!(house.accesses().await, before);
    house.close().await;
}

#[tokio::test]
async fn a_request_of_a_person_concerned_names_its_dossier_and_the_log_keeps_it() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.dossier("verzoek").await;
    let asks = Person::officer().for_purpose(Some(Purpose::SubjectRequest));
    let document = "query Jan_Peeters_1980_05_03($id: ID!) { trajectory(id: $id) { id number } }";
    let answer = house.ask(&asks, document, json!({ "id": dossier })).await;
    assert_eq!(code(&answer), "PURPOSE_REQUIRED");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("Spoor-Case"), "{answer:#}");
    let before = house.accesses().await;
    house.query(&asks.clone().in_case(&number), document, json!({ "id": dossier })).await;
    let [AccessEvent::DossiersShown { dossiers, question, checkpoints }] = &house.accesses_after(before).await[..]
    else {
        panic!("one reading is recorded")
    };
    assert_eq!(dossiers[0].id, dossier_of(&dossier));
    assert_eq!(question.case.as_ref().map(|case| case.0.as_str()), Some(number.as_str()));
    assert_eq!(
        (question.operation.as_deref(), question.fields.as_slice()),
        (None, &["trajectory".to_owned()][..]),
        "the name of an operation is the client's own text"
    );
    assert_eq!(checkpoints.get("trajectories").copied(), Some(house.events().await), "how far the view was");

    // Another dossier is not of that person, by itself or in a list; and a number that is nobody's leads to none.
    let (other, _) = house.dossier("iemand anders").await;
    let lists = "{ trajectories(first: 10) { nodes { number } } }";
    for (case, document, of) in
        [(number.as_str(), document, &other), (number.as_str(), lists, &other), ("LT-2026-9999", document, &dossier)]
    {
        let before = house.accesses().await;
        let answer = house.ask(&asks.clone().in_case(case), document, json!({ "id": of })).await;
        assert_eq!((code(&answer), &answer["data"]), (&json!("PURPOSE_REQUIRED"), &Value::Null), "{case}: {answer:#}");
        assert!(answer["errors"][0]["message"].as_str().unwrap().contains("another dossier"), "{answer:#}");
        let [AccessEvent::QuestionRefused { refusals, .. }] = &house.accesses_after(before).await[..] else {
            panic!("the refusal is recorded, and nothing that was shown")
        };
        assert_eq!(refusals[0].reason, QuestionRefusal::PurposeRequired);
        assert!(refusals.iter().any(|part| part.dossier == Some(dossier_of(of))), "{document}: {refusals:?}");
    }
    house.close().await;
}

#[tokio::test]
async fn who_tries_another_dossier_under_the_request_of_a_person_stands_in_the_trail_of_that_dossier() {
    let house = House::open().await;
    house.agreement(true).await;
    let ((_, number), (other, other_number)) = (house.dossier("eigen").await, house.dossier("ander").await);
    let officer = Person::officer().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let (by_id, by_number) = (AskedBy::Id(dossier_of(&other)), AskedBy::Number(other_number.clone()));
    for (question, named) in [
        (format!("trajectory(id: {other}) {{ number }}"), &by_id),
        (format!("node(id: {other}) {{ id }}"), &by_id),
        (format!("auditTrail(first: 1, filter: {{ trajectory: {other} }}) {{ totalCount }}"), &by_id),
        (format!("trajectories(first: 1, filter: {{ number: \"{other_number}\" }}) {{ totalCount }}"), &by_number),
    ] {
        let before = house.accesses().await;
        let answer = house.ask(&officer, &format!("{{ {question} }}"), json!({})).await;
        assert_eq!(code(&answer), "PURPOSE_REQUIRED", "{question}: {answer:#}");
        tried(&house.accesses_after(before).await, named, &question);
    }
    let before = house.accesses().await;
    let mut frames = house.follow(&officer, &format!("subscription {{ trajectoryChanged(id: {other}) {{ number }} }}"));
    let frame = frames.next().await.unwrap();
    assert_eq!(code(&frame), "PURPOSE_REQUIRED", "{frame:#}");
    tried(&house.accesses_after(before).await, &by_id, "trajectoryChanged");
    house.close().await;
}

/// How a dossier was asked for.
enum AskedBy {
    Id(DossierId),
    Number(String),
}

/// The refusal is recorded with the dossier that was tried.
fn tried(written: &[AccessEvent], named: &AskedBy, question: &str) {
    let [AccessEvent::QuestionRefused { refusals, .. }] = written else { panic!("{question}: {written:#?}") };
    let is_it = |part: &RefusedPart| match named {
        AskedBy::Id(dossier) => part.dossier == Some(*dossier),
        AskedBy::Number(number) => part.number.as_ref().is_some_and(|own| own.0 == *number),
    };
    assert!(refusals.iter().any(is_it), "{question}: {refusals:?}");
    assert!(refusals.iter().all(|part| part.reason == QuestionRefusal::PurposeRequired), "{refusals:?}");
}

#[tokio::test]
async fn a_request_of_a_person_concerned_is_not_widened_by_linking_another_dossier_for_it() {
    let house = House::open().await;
    house.agreement(true).await;
    let ((own, number), (other, _)) = (house.dossier("eigen").await, house.dossier("ander").await);
    let subject = house.subject_of(&other).await;
    let link = json!({ "trajectoryId": own, "otherDossier": other, "otherSubject": subject });
    let mut input = link.clone();
    input["commandId"] = json!(command_id());
    let document = "mutation($input: LinkSubjectsInput!) { linkSubjects(input: $input) { userErrors { code } } }";
    let about = Person::prosecutor().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let (before, events) = (house.accesses().await, house.events().await);
    let refused = house.ask(&about, document, json!({ "input": input })).await;
    assert_eq!(code(&refused), "PURPOSE_REQUIRED", "{refused:#}");
    assert!(refused["errors"][0]["message"].as_str().unwrap().contains("new link"), "{refused:#}");
    assert_eq!(house.events().await, events, "it was linked");
    tried(&house.accesses_after(before).await, &AskedBy::Id(dossier_of(&other)), "linkSubjects");
    // For the work on the dossiers it is made, and then the other one is of the case.
    house.accepted(&Person::prosecutor(), "linkSubjects", link).await;
    house.query(&about, "query($id: ID!) { trajectory(id: $id) { number } }", json!({ "id": other })).await;
    house.close().await;
}

#[tokio::test]
async fn a_request_of_a_person_concerned_reaches_no_other_dossier_by_a_figure_a_trail_or_a_list() {
    let house = House::open().await;
    house.agreement(true).await;
    let ((own, number), (other, _)) = (house.dossier("eigen").await, house.dossier("ander").await);
    let officer = Person::officer().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let of = |dossier: &Value| {
        [
            format!("trajectory(id: {dossier}) {{ number }}"),
            format!("replay(trajectory: {dossier}, first: 1) {{ nodes {{ event }} }}"),
            format!("auditTrail(first: 1, filter: {{ trajectory: {dossier} }}) {{ totalCount }}"),
            format!("accessTrail(first: 1, filter: {{ trajectory: {dossier} }}) {{ nodes {{ kind }} }}"),
            format!("rightsRequests(first: 1, filter: {{ trajectory: {dossier} }}) {{ totalCount }}"),
        ]
    };
    let at_large = [
        "dashboard { total }",
        "dashboard { overdueTotal overdue { number } }",
        "auditTrail(first: 1) { totalCount }",
        "accessTrail(first: 1) { nodes { kind } }",
        "trajectories(first: 1) { totalCount }",
        "rightsRequests(first: 1) { totalCount }",
        "disclosuresToTell(first: 1) { totalCount }",
        "retentionDue(first: 1) { totalCount }",
        "appointments(from: \"2026-01-01T00:00:00Z\", to: \"2027-01-01T00:00:00Z\", first: 1) { totalCount }",
    ];
    for question in of(&own)
        .iter()
        .map(String::as_str)
        .chain([format!("trajectories(first: 1, filter: {{ number: \"{number}\" }}) {{ totalCount }}").as_str()])
    {
        house.query(&officer, &format!("{{ {question} }}"), json!({})).await;
    }
    for question in of(&other).iter().map(String::as_str).chain(at_large) {
        let before = house.accesses().await;
        let answer = house.ask(&officer, &format!("{{ {question} }}"), json!({})).await;
        assert_eq!(
            (code(&answer), &answer["data"]),
            (&json!("PURPOSE_REQUIRED"), &Value::Null),
            "{question}: {answer:#}"
        );
        let written = house.accesses_after(before).await;
        let [AccessEvent::QuestionRefused { refusals, .. }] = &written[..] else { panic!("{question}: {written:#?}") };
        assert_eq!(refusals[0].reason, QuestionRefusal::PurposeRequired);
    }
    let mut frames = house.follow(&officer, "subscription { dashboardChanged { total } }");
    assert_eq!(code(&frames.next().await.unwrap()), "PURPOSE_REQUIRED");
    house.close().await;
}

#[tokio::test]
async fn a_request_of_a_person_concerned_is_no_ground_to_work_on_another_dossier() {
    let house = House::open().await;
    house.agreement(true).await;
    let ((own, number), (other, _)) = (house.dossier("eigen").await, house.dossier("ander").await);
    let registered = house.right(&Person::officer(), &other).await;
    let about = |person: Person| person.for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let input = |mut given: Value| {
        given["commandId"] = json!(super::cast::command_id());
        json!({ "input": given })
    };
    let retracting = "mutation($input: RetractRequestInput!) { retractRequest(input: $input) { trajectory { number } userErrors { code } } }";
    let requesting =
        "mutation($input: RequestTrajectoryInput!) { requestTrajectory(input: $input) { trajectory { number } } }";
    let registering = "mutation($input: RegisterRightsRequestInput!) { registerRightsRequest(input: $input) { rightsRequest { id } } }";
    let answering =
        "mutation($input: AnswerRightsRequestInput!) { answerRightsRequest(input: $input) { rightsRequest { id } } }";
    let right = json!({ "trajectoryId": other, "kind": "ACCESS", "receivedOn": super::cast::today() });
    let answer = json!({ "rightsRequestId": registered, "answeredOn": super::cast::today(), "answer": "GRANTED" });
    for (person, document, given) in [
        (Person::prosecutor(), retracting, json!({ "trajectoryId": other, "reason": "OTHER_MEASURE" })),
        (Person::prosecutor(), requesting, json!({ "request": super::cast::request("nieuw") })),
        (Person::officer(), registering, right),
        (Person::officer(), answering, answer),
    ] {
        let (before, events) = (house.accesses().await, house.events().await);
        let refused = house.ask(&about(person), document, input(given)).await;
        assert_eq!(code(&refused), "PURPOSE_REQUIRED", "{refused:#}");
        assert_eq!(house.events().await, events, "{document} was done");
        let written = house.accesses_after(before).await;
        let [AccessEvent::QuestionRefused { refusals, .. }] = &written[..] else { panic!("{written:#?}") };
        assert_eq!(refusals[0].reason, QuestionRefusal::PurposeRequired);
    }
    let given = input(json!({ "trajectoryId": own, "reason": "OTHER_MEASURE" }));
    let done = house.query(&about(Person::prosecutor()), retracting, given).await;
    assert_eq!(done["retractRequest"]["trajectory"]["number"], json!(number), "{done:#}");
    house.close().await;
}

#[tokio::test]
async fn a_request_that_no_view_shows_yet_is_held_to_its_dossier_all_the_same() {
    let mut house = House::open().await;
    house.agreement(true).await;
    let ((_, number), (other, _)) = (house.dossier("eigen").await, house.dossier("ander").await);
    house.stop_the_views().await;
    let input = |mut given: Value| {
        given["commandId"] = json!(super::cast::command_id());
        json!({ "input": given })
    };
    let registering = "mutation($input: RegisterRightsRequestInput!) { registerRightsRequest(input: $input) {
        pending rightsRequestId userErrors { code } } }";
    let right = json!({ "trajectoryId": other, "kind": "ACCESS", "receivedOn": super::cast::today() });
    let done = house.query(&Person::officer(), registering, input(right)).await["registerRightsRequest"].clone();
    assert_eq!(done["pending"], json!(true), "{done:#}");

    let answering =
        "mutation($input: AnswerRightsRequestInput!) { answerRightsRequest(input: $input) { userErrors { code } } }";
    let answer =
        json!({ "rightsRequestId": done["rightsRequestId"], "answeredOn": super::cast::today(), "answer": "GRANTED" });
    let events = house.events().await;
    let elsewhere = Person::officer().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let refused = house.ask(&elsewhere, answering, input(answer.clone())).await;
    assert_eq!(code(&refused), "PURPOSE_REQUIRED", "{refused:#}");
    assert_eq!(house.events().await, events, "it was answered");
    // For another purpose it is answered, whatever dossier the officer was at.
    let answered = house.query(&Person::officer(), answering, input(answer)).await;
    assert_eq!(answered["answerRightsRequest"]["userErrors"], json!([]));
    house.close().await;
}

#[tokio::test]
async fn a_hidden_dossier_and_none_at_all_are_answered_and_recorded_alike() {
    let house = House::open().await;
    house.agreement(true).await;
    let (hidden, number) = house.dossier("verborgen").await;
    let nowhere = json!(crate::graphql::global_id::global_id(Kind::Trajectory, &super::cast::command_id().to_string()));
    let other = Person::other_prosecutor();
    for document in [
        "query($id: ID!) { trajectory(id: $id) { id } }",
        "query($id: ID!) { node(id: $id) { id } }",
        "query($id: ID!) { auditTrail(first: 5, filter: { trajectory: $id }) { nodes { id } } }",
    ] {
        let mut answers = Vec::new();
        for id in [&hidden, &nowhere] {
            let before = house.accesses().await;
            answers.push(house.ask(&other, document, json!({ "id": id })).await);
            let events = house.accesses_after(before).await;
            let asked = events.iter().find_map(|event| match event {
                AccessEvent::QuestionRefused { refusals, .. } => Some(refusals[0].clone()),
                _ => None,
            });
            let asked = asked.unwrap_or_else(|| panic!("{document}: {events:#?}"));
            assert_eq!((asked.reason, asked.dossier), (QuestionRefusal::NotFound, Some(dossier_of(id))));
            assert!(!events.iter().any(|event| matches!(event, AccessEvent::DossiersShown { .. })), "{events:#?}");
        }
        assert_eq!(answers[0], answers[1], "{document}");
    }
    let before = house.accesses().await;
    let document = "query($number: String!) { trajectories(first: 5, filter: { number: $number }) { nodes { id } } }";
    house.query(&other, document, json!({ "number": number })).await;
    house.query(&other, document, json!({ "number": "Jan Janssens" })).await;
    let asked = house.accesses_after(before).await.into_iter().filter_map(|event| match event {
        AccessEvent::QuestionRefused { refusals, .. } => refusals[0].number.clone(),
        _ => None,
    });
    let numbers: Vec<_> = asked.map(|number| number.0).collect();
    assert_eq!(numbers, [number], "a number is kept, any other text may be a name and is not");
    house.close().await;
}

#[tokio::test]
async fn a_refused_command_is_recorded_with_its_dossier_and_code_and_a_refused_field_with_its_name() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("geweigerd").await;
    let before = house.accesses().await;
    let advice = json!({ "trajectoryId": dossier, "conclusion": "FAVOURABLE", "motivation": "x" });
    house.refused(&Person::prosecutor(), "issueAdvice", advice.clone()).await;
    house.refused(&Person::other_prosecutor(), "issueAdvice", advice).await;
    let refused = house.ask(&Person::analyst(), "{ geheim: dashboard { total } }", json!({})).await;
    assert_eq!(code(&refused), "FORBIDDEN");
    let events = house.accesses_after(before).await;
    let codes: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            AccessEvent::CommandRefused { command, code, dossier, .. } => Some((command.as_str(), *code, *dossier)),
            _ => None,
        })
        .collect();
    let own = Some(dossier_of(&dossier));
    assert_eq!(codes, [("issueAdvice", codes[0].1, own), ("issueAdvice", RefusalCode::NotFound, own)]);
    assert_ne!(codes[0].1, RefusalCode::NotFound);
    let AccessEvent::QuestionRefused { refusals, .. } = &events[2] else { panic!("{events:#?}") };
    assert_eq!((refusals[0].reason, refusals[0].field.as_str()), (QuestionRefusal::Forbidden, "dashboard"));
    assert!(!format!("{events:?}").contains("geheim"), "an alias is the client's own text");
    house.close().await;
}

#[tokio::test]
async fn figures_are_recorded_once_without_dossiers_and_a_whole_page_in_full() {
    let house = House::open().await;
    house.agreement(true).await;
    for n in 0..60 {
        house.dossier(&format!("veel{n}")).await;
    }
    let before = house.accesses().await;
    house.query(&Person::officer(), "{ dashboard { total } trajectories(first: 100) { totalCount } }", json!({})).await;
    let [AccessEvent::OverviewShown { question, .. }] = &house.accesses_after(before).await[..] else {
        panic!("one record, no dossiers")
    };
    assert_eq!(question.fields, ["dashboard", "trajectories"]);
    let before = house.accesses().await;
    house.query(&Person::officer(), "{ trajectories(first: 100) { nodes { id } } }", json!({})).await;
    let named: BTreeSet<_> = house.accesses_after(before).await.iter().flat_map(shown).collect();
    assert_eq!(named.len(), 60);
    house.close().await;
}

/// The dossiers an event of the access log names as shown.
pub fn shown(event: &AccessEvent) -> Vec<DossierId> {
    match event {
        AccessEvent::DossiersShown { dossiers, .. } => dossiers.iter().map(|dossier| dossier.id).collect(),
        AccessEvent::ReplayShown { dossier, .. }
        | AccessEvent::DocumentLinkMade { dossier, .. }
        | AccessEvent::PieceDownloaded { dossier, .. }
        | AccessEvent::DocumentBroughtIn { dossier, .. } => vec![*dossier],
        _ => Vec::new(),
    }
}
