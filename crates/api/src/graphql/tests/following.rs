//! Frames follow what is recorded, for as long as the viewer may look.

use futures_util::StreamExt;
use serde_json::json;
use spoor_domain::kernel::Purpose;

use super::cast::{favourable_answers, request};
use super::{House, Person};

#[tokio::test]
async fn a_dashboard_follows_what_is_recorded_and_each_frame_counts_the_viewers_own() {
    let house = House::open().await;
    house.agreement(true).await;
    let mut own =
        house.follow(&Person::prosecutor(), "subscription { dashboardChanged { total byStatus { status count } } }");
    let total = |frame: serde_json::Value| frame["data"]["dashboardChanged"]["total"].clone();
    assert_eq!(total(own.next().await.unwrap()), json!(0));
    house.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "request": request("volg") })).await;
    let mut latest = json!(0);
    while latest == json!(0) {
        latest = total(own.next().await.unwrap());
    }
    assert_eq!(latest, json!(1));
    let mut other = house.follow(&Person::other_prosecutor(), "subscription { dashboardChanged { total } }");
    assert_eq!(total(other.next().await.unwrap()), json!(0));
    let mut analyst = house.follow(&Person::analyst(), "subscription { dashboardChanged { total } }");
    assert_eq!(analyst.next().await.unwrap()["errors"][0]["extensions"]["code"], "FORBIDDEN");
    house.close().await;
}

#[tokio::test]
async fn a_dossier_is_followed_until_it_is_no_longer_the_viewers() {
    let house = House::open().await;
    house.agreement(true).await;
    let requested =
        house.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "request": request("weg") })).await;
    let dossier = requested["trajectory"]["id"].as_str().unwrap().to_owned();
    let document = format!("subscription {{ trajectoryChanged(id: \"{dossier}\") {{ status }} }}");
    let mut frames = house.follow(&Person::prosecutor(), &document);
    assert_eq!(frames.next().await.unwrap()["data"]["trajectoryChanged"]["status"], "REQUESTED");
    let before = house.access.head().await.unwrap().index;
    let decided = json!({ "trajectoryId": dossier, "answers": favourable_answers(), "decided": "ELIGIBLE" });
    house.accepted(&Person::prosecutor(), "assessEligibility", decided).await;
    assert_eq!(frames.next().await.unwrap()["data"]["trajectoryChanged"]["status"], "ELIGIBLE");
    assert_eq!(house.access.head().await.unwrap().index, before + 2, "the payload and the frame are recorded");
    let offered = json!({ "trajectoryId": dossier, "to": super::cast::OTHER_PARKET });
    house.accepted(&Person::prosecutor(), "offerTransfer", offered).await;
    frames.next().await.unwrap();
    let accepted = json!({ "trajectoryId": dossier, "acceptedOn": super::cast::today() });
    house.accepted(&Person::other_prosecutor(), "transferTrajectory", accepted).await;
    assert_eq!(frames.next().await.unwrap()["errors"][0]["extensions"]["code"], "NOT_FOUND");
    assert!(frames.next().await.is_none(), "there is nothing more to follow");
    house.close().await;
}

#[tokio::test]
async fn behind_a_frame_that_is_refused_there_is_none() {
    let house = House::open().await;
    house.agreement(true).await;
    let ((_, number), (other, _)) = (house.dossier("eigen").await, house.dossier("ander").await);
    let officer = Person::officer().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let followed = format!("trajectoryChanged(id: {other}) {{ number }}");
    for (followed, name) in
        [(followed.as_str(), "Testpersoon juist"), ("dashboardChanged { total }", "Testpersoon juister")]
    {
        let mut frames = house.follow(&officer, &format!("subscription {{ {followed} }}"));
        let refused = frames.next().await.unwrap();
        assert_eq!(refused["errors"][0]["extensions"]["code"], "PURPOSE_REQUIRED", "{refused:#}");
        let before = house.access.head().await.unwrap().index;
        let changed = json!({ "trajectoryId": other, "sequence": 1, "field": "PARTICIPANT_NAME",
            "value": { "text": name }, "reason": "Verkeerd overgenomen." });
        house.accepted(&Person::jurist(), "correctFact", changed).await;
        assert!(frames.next().await.is_none(), "{followed}: that it changed, and when, is withheld as well");
        assert_eq!(house.access.head().await.unwrap().index, before + 1, "what was done is recorded, and nothing else");
    }
    house.close().await;
}
