//! Reading is an act, and it has a purpose. What was read or refused is recorded (`access_record`); under the request of a
//! person it is held to that person's dossier (`access_of_a_person`).

use futures_util::StreamExt;
use serde_json::{Value, json};
use spoor_domain::access::event::{AccessEvent, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{DossierId, Purpose};
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

/// The code of the first error of an answer.
pub fn code(answer: &Value) -> &Value {
    &answer["errors"][0]["extensions"]["code"]
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
