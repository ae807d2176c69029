//! An action plan, written and read through the schema.

use serde_json::json;

use super::cast::{command_id, today};
use super::{House, Person};

#[tokio::test]
async fn a_plan_with_an_action_and_an_amount_adds_up_in_its_report() {
    let house = House::open().await;
    let coordinator = Person::plan_coordinator();
    let outline = json!({ "name": "Verzonnen plan", "decisions": [{ "decidedOn": "2018-01-12", "decision": "Goedgekeurd" }],
        "policyLines": [{ "number": 1, "name": "Eerste lijn" }], "chapters": [{ "number": 1, "policyLine": 1, "title": "Eerste hoofdstuk" }] });
    let adopted = house.accepted(&coordinator, "adoptActionPlan", json!({ "outline": outline })).await;
    let plan = adopted["actionPlan"]["id"].clone();
    let definition = json!({ "planId": plan, "number": "1.1", "title": "Eerste actie", "initiatives": [] });
    let defined =
        house.accepted(&coordinator, "defineAction", json!({ "definedOn": today(), "definition": definition })).await;
    let action = defined["planAction"]["id"].clone();
    let changed = json!({ "actionId": action, "changedOn": today(), "period": "2018-H2", "status": "ONGOING" });
    house.accepted(&coordinator, "changeStatus", changed).await;
    let entry = json!({ "id": command_id(), "period": "2018-H2", "amount": 1_250_000, "source": "BUDGET_COLUMN" });
    let reported = json!({ "actionId": action, "reportedOn": today(), "entry": entry });
    let budget = house.accepted(&coordinator, "reportBudget", reported).await;
    let asked =
        "query($plan: ID!, $at: Position) { progressReport(plan: $plan, period: \"2018-H2\", minPosition: $at) {
        totals { actions budgetAsPrinted budgetEntries byStatus { status count } byPolicyLine { number actions } }
        policyLines { chapters { actions { number status regularMeans } } } } }";
    let here = json!({ "plan": plan, "at": budget["position"] });
    let report = house.query(&coordinator, asked, here.clone()).await;
    // A place in the log tells how much was recorded: analysts neither get nor give one.
    let refused = house.ask(&Person::analyst(), asked, here).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(house.query(&Person::analyst(), asked, json!({ "plan": plan })).await, report);
    assert_eq!(
        report["progressReport"]["totals"],
        json!({ "actions": 1, "budgetAsPrinted": 1_250_000, "budgetEntries": 1,
            "byStatus": [{ "status": "ONGOING", "count": 1 }], "byPolicyLine": [{ "number": 1, "actions": 1 }] })
    );
    assert_eq!(
        house.refused(&Person::analyst(), "adoptActionPlan", json!({ "outline": outline })).await,
        "NOT_YOUR_ROLE"
    );
    house.close().await;
}
