//! What was made is named by its id at once.

use serde_json::{Value, json};
use spoor_domain::trajectory::LearningTrajectory;

use super::cast::{PARKET, request, today};
use super::{House, Person};
use crate::graphql::global_id::{Kind, local_id};

#[tokio::test]
async fn what_was_made_has_its_id_also_while_the_views_do_not_show_it() {
    let mut house = House::open().await;
    house.agreement(true).await;
    house.stop_the_views().await;
    let document = "mutation($input: RequestTrajectoryInput!) { requestTrajectory(input: $input) {
        pending version trajectoryId trajectory { id } userErrors { code } } }";
    let input = json!({ "commandId": super::cast::command_id(), "request": request("nieuw") });
    let made =
        house.query(&Person::prosecutor(), document, json!({ "input": input })).await["requestTrajectory"].clone();
    assert_eq!((&made["pending"], &made["trajectory"], &made["version"]), (&json!(true), &Value::Null, &json!(1)));
    let id = local_id(Kind::Trajectory, &made["trajectoryId"].as_str().unwrap().into()).unwrap();
    assert_eq!(house.log.load::<LearningTrajectory>(&id).await.unwrap().version, 1);

    let document = "mutation($input: DraftAgreementInput!) { draftAgreement(input: $input) {
        pending agreementId agreement { id } } }";
    let terms = json!({ "kind": "LEARNING_TRAJECTORY", "parties": [PARKET], "namesArticle216ter": false });
    let input = json!({ "commandId": super::cast::command_id(), "draftedOn": today(), "terms": terms });
    let made = house.query(&Person::coordinator(), document, json!({ "input": input })).await["draftAgreement"].clone();
    assert_eq!((&made["pending"], &made["agreement"]), (&json!(true), &Value::Null));
    assert!(local_id(Kind::Agreement, &made["agreementId"].as_str().unwrap().into()).is_some());
    house.close().await;
}
