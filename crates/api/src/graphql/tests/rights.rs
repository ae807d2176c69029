//! Requests of persons concerned: of whom nothing can be written any more, and when they can have been received.

use serde_json::{Value, json};

use super::cast::{command_id, today};
use super::erasure::erase;
use super::{House, Person};

/// The payload of a mutation on a request, by the officer of the parket.
async fn told(house: &House, mutation: &str, mut input: Value) -> Value {
    input["commandId"] = json!(command_id());
    let name = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation($input: {name}!) {{ {mutation}(input: $input) {{ rightsRequestId userErrors {{ code path message }} }} }}"
    );
    house.query(&Person::officer(), &document, json!({ "input": input })).await[mutation].clone()
}

fn refused(payload: &Value, code: &str, path: &str, says: &str) {
    let error = &payload["userErrors"][0];
    assert_eq!((&error["code"], &error["path"]), (&json!(code), &json!([path])), "{payload:#}");
    assert!(error["message"].as_str().unwrap().contains(says), "{payload:#}");
}

#[tokio::test]
async fn a_text_about_a_person_who_was_erased_is_refused_by_its_name_and_without_it_the_request_goes_on() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("gewist").await;
    let subject = house.subject_of(&dossier).await;
    erase(&house, &dossier, &subject).await;

    let mut received =
        json!({ "trajectoryId": dossier, "kind": "ACCESS", "receivedOn": today(), "wording": "Wat nog?" });
    let payload = told(&house, "registerRightsRequest", received.clone()).await;
    refused(&payload, "SUBJECT_ERASED", "wording", "leave 'wording' out");
    received["wording"] = Value::Null;
    let registered = told(&house, "registerRightsRequest", received).await;
    assert_eq!(registered["userErrors"], json!([]));

    let request = &registered["rightsRequestId"];
    let extended = json!({ "rightsRequestId": request, "toldOn": today(), "reason": "Druk." });
    refused(&told(&house, "extendRightsRequest", extended).await, "SUBJECT_ERASED", "reason", "answer the request");
    let mut answered =
        json!({ "rightsRequestId": request, "answeredOn": today(), "answer": "GRANTED", "explanation": "Niets meer." });
    let payload = told(&house, "answerRightsRequest", answered.clone()).await;
    refused(&payload, "SUBJECT_ERASED", "explanation", "leave 'explanation' out");
    answered["explanation"] = Value::Null;
    assert_eq!(told(&house, "answerRightsRequest", answered).await["userErrors"], json!([]));
    house.close().await;
}

#[tokio::test]
async fn no_request_is_received_more_than_a_month_before_the_dossier_was_there() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("vroeg").await;
    let earliest = house.desk.clock.today_brussels() - chrono::Days::new(31);
    let before = earliest.pred_opt().unwrap().to_string();
    for day in ["1900-01-01", before.as_str()] {
        let received = json!({ "trajectoryId": dossier, "kind": "ACCESS", "receivedOn": day });
        let payload = told(&house, "registerRightsRequest", received).await;
        refused(&payload, "INVALID_DATE", "receivedOn", &format!("from {earliest} on"));
    }
    let received = json!({ "trajectoryId": dossier, "kind": "ACCESS", "receivedOn": earliest.to_string() });
    assert_eq!(told(&house, "registerRightsRequest", received).await["userErrors"], json!([]));
    house.close().await;
}
