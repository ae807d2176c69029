//! Erasure as people meet it: who asks, who confirms, what is withheld afterwards, and what stays as it was.

use futures_util::StreamExt;
use serde_json::{Value, json};
use spoor_domain::kernel::Role;

use super::cast::{PARKET, favourable_answers, request, today};
use super::{House, Person};

fn reference() -> Value {
    json!({ "act": "Wet van 30 juli 2018", "article": "art. 39" })
}

/// A requested dossier: its global id and the id of the person.
async fn requested(house: &House, marker: &str) -> (Value, Value) {
    let payload =
        house.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "request": request(marker) })).await;
    let dossier = payload["trajectory"]["id"].clone();
    let subject = house.subject_of(&dossier).await;
    (dossier, subject)
}

async fn restrict(house: &House, dossier: &Value) {
    let input = json!({ "trajectoryId": dossier, "ground": "PENDING_ERASURE", "reference": reference() });
    house.accepted(&Person::officer(), "restrictProcessing", input).await;
}

fn asking(dossier: &Value, subject: &Value) -> Value {
    json!({ "trajectoryId": dossier, "subject": subject, "reference": reference() })
}

fn confirming(dossier: &Value, subject: &Value) -> Value {
    json!({ "trajectoryId": dossier, "subject": subject })
}

/// Erases a person the way it is done: restricted and asked for by an officer, confirmed by a prosecutor.
pub(super) async fn erase(house: &House, dossier: &Value, subject: &Value) {
    restrict(house, dossier).await;
    house.accepted(&Person::officer(), "requestErasure", asking(dossier, subject)).await;
    house.accepted(&Person::prosecutor(), "confirmErasure", confirming(dossier, subject)).await;
}

/// A dossier with a planned appointment, a talk and notes.
async fn with_a_history(house: &House, marker: &str) -> (Value, Value) {
    let (dossier, subject) = requested(house, marker).await;
    let (parket, museum, guide) = (Person::prosecutor(), Person::coordinator(), Person::guide());
    let on = |mut input: Value| {
        input["trajectoryId"] = dossier.clone();
        input
    };
    let assessed = on(json!({ "answers": favourable_answers(), "decided": "ELIGIBLE" }));
    house.accepted(&parket, "assessEligibility", assessed).await;
    let consent = on(json!({ "declaredOn": today(), "textVersion": "deelname-1", "givenBy": "PARTICIPANT",
        "factsNotDisputed": true, "willing": true }));
    house.accepted(&parket, "giveConsent", consent).await;
    let assigned = on(json!({ "guide": "guide-1", "competenceAttested": true }));
    house.accepted(&museum, "assignGuide", assigned).await;
    let planned = on(json!({ "kind": "PREPARATORY_CALL", "channel": "TELEPHONE", "startsAt": "2027-03-01T10:00:00Z",
        "companions": format!("Begeleider {marker}") }));
    house.accepted(&guide, "planAppointment", planned).await;
    let held = on(json!({ "heldOn": today(), "notes": format!("Notities {marker}") }));
    house.accepted(&guide, "holdPreparatoryCall", held).await;
    (dossier, subject)
}

#[tokio::test]
async fn erasure_takes_a_restriction_and_two_people_and_ends_in_a_certificate() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, subject) = requested(&house, "twee personen").await;
    let (officer, prosecutor) = (Person::officer(), Person::prosecutor());
    // What the person wrote to the parket is under the same key.
    house.right(&officer, &dossier).await;
    let refused = async |person: &Person, mutation: &str, input: Value| house.refused(person, mutation, input).await;
    let before = house.events().await;
    assert_eq!(refused(&officer, "requestErasure", asking(&dossier, &subject)).await, "RULE_NOT_MET");
    restrict(&house, &dossier).await;
    for wrong in [Person::jurist(), prosecutor.clone()] {
        assert_eq!(refused(&wrong, "requestErasure", asking(&dossier, &subject)).await, "NOT_YOUR_ROLE");
    }
    let held = json!({ "trajectoryId": dossier, "ground": "EVIDENCE", "reference": reference() });
    house.accepted(&officer, "placeLegalHold", held.clone()).await;
    assert_eq!(refused(&officer, "requestErasure", asking(&dossier, &subject)).await, "LEGAL_HOLD");
    house.accepted(&officer, "liftLegalHold", held.clone()).await;
    assert_eq!(refused(&prosecutor, "confirmErasure", confirming(&dossier, &subject)).await, "WRONG_STATE");
    house.accepted(&officer, "requestErasure", asking(&dossier, &subject)).await;
    // The same person in another role, and the right role at another parket.
    let same = Person::new("officer-1", Role::Prosecutor, PARKET);
    assert_eq!(refused(&same, "confirmErasure", confirming(&dossier, &subject)).await, "SEPARATION_OF_DUTIES");
    assert_eq!(refused(&officer, "confirmErasure", confirming(&dossier, &subject)).await, "NOT_YOUR_ROLE");
    let elsewhere = Person::other_prosecutor();
    assert_eq!(refused(&elsewhere, "confirmErasure", confirming(&dossier, &subject)).await, "NOT_FOUND");
    house.accepted(&officer, "placeLegalHold", held.clone()).await;
    assert_eq!(refused(&prosecutor, "confirmErasure", confirming(&dossier, &subject)).await, "LEGAL_HOLD");
    house.accepted(&officer, "liftLegalHold", held).await;
    assert_eq!(house.events().await, before + 6, "what is refused leaves no event");
    assert_eq!(certificate(&house, &dossier).await, Value::Null);

    house.accepted(&prosecutor, "confirmErasure", confirming(&dossier, &subject)).await;
    let certificate = certificate(&house, &dossier).await;
    assert_eq!(certificate["requestedBy"], "officer-1");
    assert_eq!(certificate["confirmedBy"], "prosecutor-1");
    assert_eq!(certificate["reference"]["article"], "art. 39");
    assert_eq!((&certificate["values"], &certificate["events"]), (&json!(9), &json!(2)));
    assert_eq!(certificate["remainsLabels"].as_array().unwrap().len(), 6);
    assert!(certificate["effectiveOn"].as_str() > certificate["destroyedOn"].as_str());
    assert_eq!(
        refused(
            &prosecutor,
            "assessEligibility",
            json!({ "trajectoryId": dossier, "answers": favourable_answers(),
            "decided": "ELIGIBLE" })
        )
        .await,
        "SUBJECT_ERASED"
    );
    house.close().await;
}

async fn certificate(house: &House, dossier: &Value) -> Value {
    // The dossier shows it as soon as the view has come so far.
    let head = house.log.head().await.unwrap().position;
    let document = "query($id: ID!, $at: Position!) { trajectory(id: $id, minPosition: $at) { erasureCertificate {
        requestedBy confirmedBy reference { act article } values events documents destroyedOn effectiveOn
        remains remainsLabels(language: NL) } } }";
    let variables = json!({ "id": dossier, "at": head.to_string() });
    house.query(&Person::prosecutor(), document, variables).await["trajectory"]["erasureCertificate"].clone()
}

#[tokio::test]
async fn after_erasure_everything_personal_is_withheld_wherever_it_is_asked() {
    const EVERYWHERE: &str = "query($id: ID!, $key: String!) {
        one: trajectory(id: $id) { participant { ... on Withheld { reason since } ... on Participant { name } }
            caseReference { ... on Withheld { reason since } ... on PersonalText { value } }
            offenceOn { ... on Withheld { reason since } ... on PersonalDate { value } }
            texts { field text { ... on Withheld { reason since } ... on PersonalText { value } } }
            history(last: 50) { nodes { changes { path from { ... on PlainValue { value } ... on Withheld { reason since } }
                to { ... on PlainValue { value } ... on Withheld { reason since } } } } } }
        list: trajectories(first: 10) { totalCount nodes { participant { ... on Participant { name } } } }
        found: trajectories(first: 10, filter: { caseReference: $key }) { totalCount }
        trail: auditTrail(last: 50) { nodes { changes { to { ... on PlainValue { value } } } } }
        appointments(from: \"2027-01-01T00:00:00Z\", to: \"2027-12-31T00:00:00Z\", first: 10) {
            nodes { companions { ... on Withheld { reason since } ... on PersonalText { value } } } }
        dashboard { total byStatus { status count } } }";
    let house = House::open().await;
    house.agreement(true).await;
    let marker = "kanarie-8d21";
    let (dossier, subject) = with_a_history(&house, marker).await;
    let variables = json!({ "id": dossier, "key": format!("AN.{marker}") });
    let readers = [Person::prosecutor(), Person::coordinator(), Person::guide(), Person::officer()];
    let mut shown = 0;
    for reader in &readers {
        let answer = house.query(reader, EVERYWHERE, variables.clone()).await;
        shown += answer.to_string().matches(marker).count();
    }
    assert!(shown > 12, "the question shows what is personal while it is there: {shown}");
    let mut following = house.follow(&Person::prosecutor(), &format!(
        "subscription {{ trajectoryChanged(id: {dossier}) {{ version participant {{ ... on Participant {{ name }} ... on Withheld {{ reason }} }} }} }}"
    ));
    assert!(following.next().await.unwrap().to_string().contains(marker));
    let figures = async |person: &Person| {
        house.query(person, "{ dashboard { total byStatus { status count } } }", json!({})).await
    };
    let before = figures(&Person::coordinator()).await;

    restrict(&house, &dossier).await;
    house.accepted(&Person::officer(), "requestErasure", asking(&dossier, &subject)).await;
    house.accepted(&Person::prosecutor(), "confirmErasure", confirming(&dossier, &subject)).await;

    for reader in &readers {
        let answer = house.query(reader, EVERYWHERE, variables.clone()).await.to_string();
        assert!(!answer.contains(marker), "{answer}");
        assert!(!answer.contains("1990-05-17"), "{answer}");
    }
    let answer = house.query(&Person::prosecutor(), EVERYWHERE, variables).await;
    let withheld = &answer["one"]["participant"];
    assert_eq!(withheld["reason"], "ERASED");
    assert!(withheld["since"].as_str().is_some_and(|since| since.starts_with("20")), "{withheld}");
    assert_eq!(answer["one"]["caseReference"], *withheld);
    assert_eq!(answer["found"]["totalCount"], 0);
    assert_eq!(answer["list"]["totalCount"], 1, "the dossier itself stays");
    loop {
        let frame = following.next().await.unwrap().to_string();
        assert!(!frame.contains(marker), "{frame}");
        if frame.contains("ERASED") {
            break;
        }
    }
    assert_eq!(figures(&Person::coordinator()).await, before, "figures count what was, not who");
    drop(following);
    house.close().await;
}

#[tokio::test]
async fn the_wrong_person_is_erased_alone_and_frees_the_first_request() {
    let house = House::open().await;
    house.agreement(false).await;
    let prosecutor = Person::prosecutor();
    let (dossier, wrong) = requested(&house, "verkeerde persoon").await;
    let right = request("juiste persoon");
    let replaced = json!({ "trajectoryId": dossier, "participant": right["participant"], "facts": right["facts"],
        "caseReference": right["caseReference"], "offenceOn": right["offenceOn"] });
    house.accepted(&prosecutor, "replaceParticipant", replaced).await;
    let another = json!({ "request": request("volgende") });
    assert_eq!(house.refused(&prosecutor, "requestTrajectory", another.clone()).await, "FIRST_REQUEST_TAKEN");
    house.accepted(&Person::officer(), "requestErasure", asking(&dossier, &wrong)).await;
    house.accepted(&prosecutor, "confirmErasure", confirming(&dossier, &wrong)).await;

    let head = house.log.head().await.unwrap().position;
    let document = "query($id: ID!, $wrong: ID!, $at: Position!) { trajectory(id: $id, minPosition: $at) { erasureCertificate(subject: $wrong) { subject }
        mine: erasureCertificate { subject } subjects { subject role state }
        participant { ... on Participant { name } } } }";
    let shown = house
        .query(&prosecutor, document, json!({ "id": dossier, "wrong": wrong, "at": head.to_string() }))
        .await["trajectory"]
        .clone();
    assert_eq!(shown["erasureCertificate"]["subject"], wrong);
    assert_eq!(shown["mine"], Value::Null);
    assert_eq!(shown["participant"]["name"], "Testpersoon juiste persoon");
    let states: Vec<_> =
        shown["subjects"].as_array().unwrap().iter().map(|one| (&one["role"], &one["state"])).collect();
    assert_eq!(states, [(&json!("REPLACED"), &json!("DESTROYED")), (&json!("CURRENT"), &json!("NOT_REQUESTED"))]);
    house.accepted(&prosecutor, "requestTrajectory", another).await;
    house.close().await;
}

#[tokio::test]
async fn the_same_person_in_another_dossier_is_offered_together() {
    let house = House::open().await;
    house.agreement(true).await;
    let ((one, _), (other, other_subject)) = (requested(&house, "een").await, requested(&house, "twee").await);
    let linked = json!({ "trajectoryId": one, "otherSubject": other_subject, "otherDossier": other });
    house.accepted(&Person::prosecutor(), "linkSubjects", linked).await;
    let document = "query($id: ID!) { trajectory(id: $id) { subjects { subject role state trajectory { id } } } }";
    let shown = house.query(&Person::officer(), document, json!({ "id": one })).await["trajectory"]["subjects"].clone();
    let expected =
        json!({ "subject": other_subject, "role": "LINKED", "state": "NOT_REQUESTED", "trajectory": { "id": other } });
    assert_eq!(shown[1], expected, "{shown:#}");
    house.close().await;
}

#[tokio::test]
async fn what_ended_without_a_term_is_listed_for_review_until_it_is_erased() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, subject) = requested(&house, "beëindigd").await;
    let document =
        "{ retentionDue(first: 10) { totalCount nodes { id retention { ground endedOn term dueOn reference } } } }";
    let due = async || house.query(&Person::officer(), document, json!({})).await["retentionDue"].clone();
    assert_eq!(due().await["totalCount"], 0);
    let retracted = json!({ "trajectoryId": dossier, "reason": "OTHER_MEASURE" });
    house.accepted(&Person::prosecutor(), "retractRequest", retracted).await;
    let listed = due().await;
    assert_eq!(listed["nodes"][0]["id"], dossier);
    let rule = json!({ "ground": "REVIEW", "endedOn": today(), "term": null, "dueOn": null, "reference": null });
    assert_eq!(listed["nodes"][0]["retention"], rule);
    restrict(&house, &dossier).await;
    house.accepted(&Person::officer(), "requestErasure", asking(&dossier, &subject)).await;
    house.accepted(&Person::prosecutor(), "confirmErasure", confirming(&dossier, &subject)).await;
    assert_eq!(due().await["totalCount"], 0);
    for other in [Person::prosecutor(), Person::coordinator(), Person::analyst()] {
        let answer = house.ask(&other, document, json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{answer:#}");
    }
    house.close().await;
}
