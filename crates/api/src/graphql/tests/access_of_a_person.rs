//! The request of a person concerned: what is asked or done for it is held to the dossier of that person.

use futures_util::StreamExt;
use serde_json::{Value, json};
use spoor_domain::access::event::{AccessEvent, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::kernel::{DossierId, Purpose};

use super::access::{code, dossier_of};
use super::cast::command_id;
use super::{House, Person};
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
