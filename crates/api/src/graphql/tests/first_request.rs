//! The one first request of a parket while its agreement awaits signature.

use serde_json::json;

use super::cast::{command_id, request};
use super::{House, Person};

#[tokio::test]
async fn of_two_first_requests_at_once_exactly_one_is_made() {
    let house = House::open().await;
    house.agreement(false).await;
    let prosecutor = Person::prosecutor();
    let ask = async |marker: &str| {
        house.mutate(&prosecutor, "requestTrajectory", json!({ "request": request(marker) })).await
    };
    let (one, other) = tokio::join!(ask("links"), ask("rechts"));
    let made = |payload: &serde_json::Value| payload["userErrors"] == json!([]);
    assert!(made(&one) != made(&other), "{one:#}\n{other:#}");
    let refused = if made(&one) { other } else { one };
    assert_eq!(refused["userErrors"][0]["code"], "FIRST_REQUEST_TAKEN");
    assert_eq!(
        house.refused(&prosecutor, "requestTrajectory", json!({ "request": request("later") })).await,
        "FIRST_REQUEST_TAKEN"
    );
    let second = Person::other_prosecutor();
    house.accepted(&second, "requestTrajectory", json!({ "request": request("ander parket") })).await;
    house.close().await;
}

#[tokio::test]
async fn a_first_request_that_is_sent_again_is_the_same_request() {
    let house = House::open().await;
    house.agreement(false).await;
    let prosecutor = Person::prosecutor();
    let input = json!({ "commandId": command_id(), "request": request("herhaald") });
    let (one, other) = tokio::join!(
        house.mutate(&prosecutor, "requestTrajectory", input.clone()),
        house.mutate(&prosecutor, "requestTrajectory", input.clone())
    );
    let again = house.accepted(&prosecutor, "requestTrajectory", input).await;
    for payload in [one, other] {
        assert_eq!(payload["userErrors"], json!([]));
        assert_eq!(payload["trajectory"]["number"], again["trajectory"]["number"]);
    }
    house.close().await;
}

#[tokio::test]
async fn requests_at_once_get_numbers_without_gap_or_double() {
    let house = House::open().await;
    house.agreement(true).await;
    let prosecutor = Person::prosecutor();
    let markers: Vec<String> = (0..8).map(|marker| format!("druk {marker}")).collect();
    let asked = markers
        .iter()
        .map(|marker| house.accepted(&prosecutor, "requestTrajectory", json!({ "request": request(marker) })));
    let payloads = futures_util::future::join_all(asked).await;
    let mut numbers: Vec<String> =
        payloads.iter().map(|payload| payload["trajectory"]["number"].as_str().unwrap()[8..].to_owned()).collect();
    numbers.sort();
    assert_eq!(numbers, (1..=8).map(|number| format!("{number:04}")).collect::<Vec<_>>());
    house.close().await;
}
