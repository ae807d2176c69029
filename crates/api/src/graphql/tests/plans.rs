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

const IMPORT: &str = "mutation($input: ImportProgressInput!) { importProgress(input: $input) {
    problems { line field message messageNl } actions stored repeated events pending position userErrors { code } } }";

/// A plan with one action.
async fn plan_of_one(house: &House) -> serde_json::Value {
    let coordinator = Person::plan_coordinator();
    let outline = json!({ "name": "Verzonnen plan", "decisions": [{ "decidedOn": "2018-01-12", "decision": "Goedgekeurd" }],
        "policyLines": [{ "number": 1, "name": "Eerste lijn" }], "chapters": [{ "number": 1, "policyLine": 1, "title": "Eerste hoofdstuk" }] });
    let adopted = house.accepted(&coordinator, "adoptActionPlan", json!({ "outline": outline })).await;
    let plan = adopted["actionPlan"]["id"].clone();
    let definition = json!({ "planId": plan, "number": "1.1", "title": "Eerste actie", "initiatives": [] });
    house.accepted(&coordinator, "defineAction", json!({ "definedOn": today(), "definition": definition })).await;
    plan
}

#[tokio::test]
async fn progress_of_two_half_years_comes_from_files_and_is_compared() {
    let house = House::open().await;
    let plan = plan_of_one(&house).await;
    let import = async |person: &Person, period: &str, content: &str, dry_run: bool| {
        let input = json!({ "planId": plan, "period": period, "format": "CSV", "content": content, "dryRun": dry_run });
        house.query(person, IMPORT, json!({ "input": input })).await["importProgress"].clone()
    };
    let autumn = "kind,action,row,competence,text,amount,note\nrow,1.1,1,Onderwijs,Zie actie 1.2.,,\nbudget,1.1,1,Onderwijs,,1000,BCH\n";
    let spring = autumn.replace("1000", "1500.50");
    let coordinator = Person::plan_coordinator();
    let bad = import(&coordinator, "2018-H2", &autumn.replace("1000", "veel"), false).await;
    assert_eq!((bad["problems"][0]["line"].as_u64(), bad["problems"][0]["field"].as_str()), (Some(3), Some("amount")));
    assert_eq!(bad["stored"], 0);
    let before = house.events().await;
    let dry = import(&coordinator, "2018-H2", autumn, true).await;
    assert_eq!((&dry["problems"], &dry["actions"], &dry["stored"]), (&json!([]), &json!(1), &json!(0)));
    assert_eq!(house.events().await, before, "a dry run stores nothing");
    let stored = import(&coordinator, "2018-H2", autumn, false).await;
    assert_eq!((&stored["stored"], &stored["events"], &stored["pending"]), (&json!(1), &json!(2), &json!(false)));
    let again = import(&coordinator, "2018-H2", autumn, false).await;
    assert_eq!((&again["stored"], &again["repeated"]), (&json!(0), &json!(1)));
    let later = import(&coordinator, "2019-H1", &spring, false).await;
    let refused = import(&Person::analyst(), "2018-H2", autumn, false).await;
    assert_eq!(refused["userErrors"][0]["code"], "NOT_YOUR_ROLE");

    let compare = "query($plan: ID!, $at: Position) { compareReports(plan: $plan, from: \"2018-H2\", to: \"2019-H1\", minPosition: $at) {
        from to newActions { number } texts { number } budget { number kind what old new differences { label old new } } } }";
    let compared = house.query(&coordinator, compare, json!({ "plan": plan, "at": later["position"] })).await;
    // An analyst sees the same, and names no place in the log.
    assert_eq!(house.query(&Person::analyst(), compare, json!({ "plan": plan })).await, compared);
    let difference = json!({ "label": "bedrag", "old": "1.000,00 euro", "new": "1.500,50 euro" });
    assert_eq!(
        compared["compareReports"],
        json!({ "from": "2018-H2", "to": "2019-H1", "newActions": [], "texts": [], "budget": [
            { "number": "1.1", "kind": "CHANGED", "what": "BCH", "old": 100_000, "new": 150_050, "differences": [difference] }] })
    );

    let asked = "query($plan: ID!) { progressReport(plan: $plan, period: \"2018-H2\") {
        hygiene { number kind row entry minister what why en: why(language: EN) advice } } }";
    let report = house.query(&coordinator, asked, json!({ "plan": plan })).await;
    let hygiene = report["progressReport"]["hygiene"].as_array().unwrap();
    let only = hygiene.iter().find(|finding| finding["kind"] == "REFERENCE_ONLY").unwrap();
    assert!(only["row"].is_string() && only["entry"].is_null() && only["minister"].is_null());
    assert_eq!(only["why"], "De hele tekst: ‘Zie actie 1.2.’");
    assert_eq!(only["en"], "The whole text: ‘Zie actie 1.2.’");
    house.close().await;
}
