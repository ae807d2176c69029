//! Corrections of amounts, means and mentions as a client makes them: it reads one, changes what is wrong, sends it back.

use serde_json::{Value, json};

use super::cast::{command_id, today};
use super::editions::plan;
use super::{House, Person};

const SHOWN: &str = "query($plan: ID!, $at: Position) {
    progressReport(plan: $plan, period: \"2018-H2\", minPosition: $at) {
        totals { budgetAsPrinted budgetWithoutDuplicates budgetEntries } hygiene { number kind }
        policyLines { chapters { actions { actionId number budget {
            id period row amount competence { code policyDomain } beneficiary note funder
            covers { verbatim from until kind } verbatim source relation { kind entry }
            breakdown { amount note verbatim } possibleDuplicateOf { action entry certainty } } } } } } }";

async fn shown(house: &House, plan: &Value) -> Value {
    let at = house.log.position_of(house.events().await).await.unwrap().to_string();
    house.query(&Person::plan_coordinator(), SHOWN, json!({ "plan": plan, "at": at })).await["progressReport"].clone()
}

/// The id of the action, its number, and every amount of it.
fn amounts(report: &Value) -> Vec<(Value, String, Value)> {
    let list = |of: &Value, field: &str| of[field].as_array().unwrap().clone();
    let mut all = Vec::new();
    for line in list(report, "policyLines") {
        for action in list(&line, "chapters").iter().flat_map(|chapter| list(chapter, "actions")) {
            let number = action["number"].as_str().unwrap().to_owned();
            all.extend(
                list(&action, "budget").into_iter().map(|own| (action["actionId"].clone(), number.clone(), own)),
            );
        }
    }
    all
}

async fn correct(house: &House, action: &Value, entry: &Value) {
    let input = json!({ "actionId": action, "correctedOn": today(), "entry": entry, "reason": "nagekeken" });
    house.accepted(&Person::plan_coordinator(), "correctBudget", input).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_amount_of_2018_read_and_sent_back_whole_or_bare_changes_nothing() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let before = shown(&house, &plan).await;
    let events = house.events().await;
    let amounts = amounts(&before);
    assert!(amounts.len() >= 48, "{}", amounts.len());
    for (action, _, entry) in &amounts {
        correct(&house, action, entry).await;
        let of = |field: &str| entry[field].clone();
        let bare = json!({ "id": of("id"), "period": of("period"), "amount": of("amount"), "source": of("source") });
        correct(&house, action, &bare).await;
        assert_eq!(house.events().await, events, "{entry:#}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_remark_moves_no_figure_and_null_takes_away_what_was_there() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let before = shown(&house, &plan).await;
    let amounts = amounts(&before);
    let of = |number: &str, field: &str| {
        let found = |own: &&(Value, String, Value)| own.1 == number && !own.2[field].is_null();
        amounts.iter().find(found).unwrap()
    };
    let (twice, part) = (of("12.1", "possibleDuplicateOf"), of("4.6", "relation"));
    for (action, _, entry) in [twice, part] {
        let mut other = entry.clone();
        other["note"] = json!("nagekeken");
        correct(&house, action, &other).await;
    }
    let after = shown(&house, &plan).await;
    assert_eq!((&after["totals"], &after["hygiene"]), (&before["totals"], &before["hygiene"]));
    let (action, _, entry) = twice;
    let of = |field: &str| entry[field].clone();
    let taken = json!({ "id": of("id"), "period": of("period"), "amount": of("amount"), "source": of("source"),
        "possibleDuplicateOf": null, "note": null });
    correct(&house, action, &taken).await;
    let after = shown(&house, &plan).await;
    let sum = |report: &Value| report["totals"]["budgetWithoutDuplicates"].as_i64().unwrap();
    assert_eq!(sum(&after), sum(&before) + of("amount").as_i64().unwrap(), "the mark was taken away on purpose");
    let (_, _, now) =
        super::budget_corrections::amounts(&after).into_iter().find(|own| own.2["id"] == entry["id"]).unwrap();
    assert_eq!((&now["note"], &now["possibleDuplicateOf"]), (&Value::Null, &Value::Null));
    assert_eq!(now["covers"], entry["covers"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn means_and_a_mention_of_funding_are_corrected_and_keep_what_is_left_out() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let coordinator = Person::plan_coordinator();
    let asked = "query($plan: ID!) { planAction(plan: $plan, number: \"5.1\") { id
        means { id fteHundredths beneficiary verbatim correctedBecause }
        fundingMentions { id funder text correctedBecause } } }";
    let shown = async || house.query(&coordinator, asked, json!({ "plan": plan })).await["planAction"].clone();
    let own = |action: &Value, list: &str, id: &Value| {
        action[list].as_array().unwrap().iter().find(|entry| entry["id"] == *id).cloned().unwrap()
    };
    let action = shown().await["id"].clone();
    let (means, mention) = (json!(command_id()), json!(command_id()));
    let given = json!({ "actionId": action, "reportedOn": today(), "means":
        { "id": means, "period": "2018-H2", "fteHundredths": 150, "beneficiary": "VSK", "verbatim": "1,5 VTE" } });
    house.accepted(&coordinator, "reportMeans", given).await;
    let given = json!({ "actionId": action, "reportedOn": today(), "mention":
        { "id": mention, "period": "2018-H2", "funder": "AMIF", "text": "subsidie" } });
    house.accepted(&coordinator, "mentionFunding", given).await;
    let half = json!({ "actionId": action, "correctedOn": today(), "reason": "nagekeken", "means":
        { "id": means, "period": "2018-H2", "fteHundredths": 50, "verbatim": "0,5 VTE" } });
    assert_eq!(house.refused(&Person::domain_contact(), "correctMeans", half.clone()).await, "NOT_YOUR_ORGANISATION");
    house.accepted(&coordinator, "correctMeans", half).await;
    let call = json!({ "actionId": action, "correctedOn": today(), "reason": "nagekeken", "mention":
        { "id": mention, "period": "2018-H2", "funder": null, "text": "projectoproep" } });
    let refused = house.refused(&Person::domain_contact(), "correctFundingMention", call.clone()).await;
    assert_eq!(refused, "NOT_YOUR_ORGANISATION");
    house.accepted(&coordinator, "correctFundingMention", call).await;
    let now = shown().await;
    let expected = json!({ "id": means, "fteHundredths": 50, "beneficiary": "VSK", "verbatim": "0,5 VTE",
        "correctedBecause": "nagekeken" });
    assert_eq!(own(&now, "means", &means), expected);
    let expected = json!({ "id": mention, "funder": null, "text": "projectoproep", "correctedBecause": "nagekeken" });
    assert_eq!(own(&now, "fundingMentions", &mention), expected);
    house.close().await;
}
