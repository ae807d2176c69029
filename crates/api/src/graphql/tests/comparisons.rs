//! Two half-years side by side, while the later one is still being collected.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use spoor_documents::edition::{Near, tells_too_much};
use spoor_domain::kernel::Role;

use super::cast::{command_id, today};
use super::editions::plan;
use super::{House, Person};

const COMPARED: &str = "query($plan: ID!, $at: Position) {
    compareReports(plan: $plan, from: \"2018-H2\", to: \"2019-H1\", minPosition: $at) {
        described { path } texts { number kind } budget { number kind } means { number kind } mentions { number kind }
        indicators { number kind } } }";

/// How many changes of each kind, of all actions and of one.
async fn kinds(house: &House, by: &Person, plan: &Value, of: &str) -> (BTreeMap<String, u32>, BTreeMap<String, u32>) {
    let compared = house.query(by, COMPARED, json!({ "plan": plan })).await["compareReports"].clone();
    let (mut all, mut own) = (BTreeMap::new(), BTreeMap::new());
    for list in ["texts", "budget", "means", "mentions", "indicators"] {
        for change in compared[list].as_array().unwrap() {
            let kind = change["kind"].as_str().unwrap().to_owned();
            *all.entry(kind.clone()).or_insert(0) += 1;
            if change["number"] == of {
                *own.entry(format!("{list} {kind}")).or_insert(0) += 1;
            }
        }
    }
    (all, own)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_delivered_yet_is_not_gone_and_what_a_delivered_report_leaves_out_is() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let coordinator = Person::plan_coordinator();
    for person in [&coordinator, &Person::analyst()] {
        let (all, _) = kinds(&house, person, &plan, "12.1").await;
        assert_eq!(all.keys().collect::<Vec<_>>(), ["NOT_YET_DELIVERED"], "{all:?}");
        assert!(all["NOT_YET_DELIVERED"] >= 94, "{all:?}");
        let compared = house.query(person, COMPARED, json!({ "plan": plan })).await["compareReports"].clone();
        assert_eq!(compared["described"], json!([]), "no action went to regular means");
    }
    let asked = "query($plan: ID!) { planAction(plan: $plan, number: \"12.1\") { id budget { competence { code } } } }";
    let action = house.query(&coordinator, asked, json!({ "plan": plan })).await["planAction"].clone();
    let code = action["budget"][0]["competence"]["code"].as_str().unwrap();
    let content = format!("kind,action,row,competence,text\nrow,12.1,1,{code},Er liep een reeks.\n");
    let import =
        "mutation($input: ImportProgressInput!) { importProgress(input: $input) { problems { message } position } }";
    let input = json!({ "planId": plan, "period": "2019-H1", "format": "CSV", "content": content });
    let imported = house.query(&coordinator, import, json!({ "input": input })).await["importProgress"].clone();
    assert_eq!(imported["problems"], json!([]));
    let asked = "query($plan: ID!, $at: Position) { planAction(plan: $plan, number: \"12.1\", minPosition: $at) {
        reports(period: \"2019-H1\") { id } } }";
    let shown = house.query(&coordinator, asked, json!({ "plan": plan, "at": imported["position"] })).await;
    let (_, own) = kinds(&house, &coordinator, &plan, "12.1").await;
    assert!(!own.contains_key("budget GONE"), "a draft is not delivered: {own:?}");
    let row = json!({ "actionId": action["id"], "row": shown["planAction"]["reports"][0]["id"] });
    house.accepted(&coordinator, "submitRow", row.clone()).await;
    let (_, own) = kinds(&house, &coordinator, &plan, "12.1").await;
    assert!(!own.contains_key("budget GONE"), "what nobody has accepted is not delivered: {own:?}");
    house.accepted(&coordinator, "acceptRow", row).await;
    let (all, own) = kinds(&house, &coordinator, &plan, "12.1").await;
    assert!(own.contains_key("budget GONE"), "{own:?}");
    assert!(all["NOT_YET_DELIVERED"] > 60, "the other actions are still to come: {all:?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_is_told_why_something_printed_deserves_a_look_and_no_small_count() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let asked =
        "query($plan: ID!) { progressReport(plan: $plan, period: \"2018-H2\") { hygiene { number kind why } } }";
    let hygiene = async |person: &Person| {
        let report = house.query(person, asked, json!({ "plan": plan })).await;
        report["progressReport"]["hygiene"].as_array().unwrap().clone()
    };
    let (whole, told) = (hygiene(&Person::plan_coordinator()).await, hygiene(&Person::analyst()).await);
    assert_eq!(whole.len(), told.len());
    for (whole, told) in whole.iter().zip(&told) {
        assert!(told["why"] == whole["why"] || told["why"].is_null(), "{told}");
        let words = whole["why"].as_str().unwrap();
        assert_eq!(told["why"].is_null(), tells_too_much(&[words], Near::default()), "{whole}");
    }
    for kind in ["SUM_MISMATCH", "PROBABLE_DUPLICATE", "TEXT_NOT_CARRIED_OVER"] {
        assert!(told.iter().any(|own| own["kind"] == kind && own["why"].is_string()), "{kind}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pays_is_neither_yes_nor_no_before_it_is_delivered() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let asked = "query($plan: ID!, $period: HalfYear!) { progressReport(plan: $plan, period: $period) {
        policyLines { chapters { actions { regularMeans } } } } }";
    let told = async |period: &str| {
        let report = house.query(&Person::analyst(), asked, json!({ "plan": plan, "period": period })).await;
        let lines = report["progressReport"]["policyLines"].as_array().unwrap().clone();
        let chapters = lines.iter().flat_map(|line| line["chapters"].as_array().unwrap());
        let actions = chapters.flat_map(|chapter| chapter["actions"].as_array().unwrap());
        actions.map(|action| action["regularMeans"].as_bool()).collect::<Vec<_>>()
    };
    let (autumn, spring) = (told("2018-H2").await, told("2019-H1").await);
    assert!(autumn.contains(&Some(true)) && autumn.contains(&Some(false)), "{autumn:?}");
    assert!(!spring.is_empty() && spring.iter().all(Option::is_none), "{spring:?}");
    house.close().await;
}

#[tokio::test]
async fn a_later_half_year_is_not_compared_with_an_earlier_one() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let turned = "query($plan: ID!) { compareReports(plan: $plan, from: \"2019-H1\", to: \"2018-H2\") { from } }";
    let answer = house.ask(&Person::analyst(), turned, json!({ "plan": plan })).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer:#}");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("`from` lies after `to`"), "{answer:#}");
    house.close().await;
}

const ONE_ROW: &str = "kind,action,row,competence,text\nrow,5.1,1,Welzijn,Er wordt nog geschreven.\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_report_row_that_is_not_accepted_reads_as_if_there_were_none_for_who_does_not_make_it() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let coordinator = Person::plan_coordinator();
    let asked = "query($plan: ID!, $at: Position) {
        planAction(plan: $plan, number: \"5.1\", minPosition: $at) { id version reports(period: \"2019-H1\") { id state place } }
        progressReport(plan: $plan, period: \"2019-H1\") { totals { byCompetence { code actions } } hygiene { number kind row }
            policyLines { chapters { actions { number regularMeans reports { id state competences { code } } } } } }
        compareReports(plan: $plan, from: \"2018-H2\", to: \"2019-H1\") {
            texts { number kind new } described { number path new } totals { path new } } }";
    let of = async |by: &Person, at: &Value| house.query(by, asked, json!({ "plan": plan, "at": at })).await;
    let outside = [Person::analyst(), Person::guide(), Person::new("contact-ov", Role::DomainContact, "OV")];
    let mut before = Vec::new();
    for person in &outside {
        before.push(of(person, &Value::Null).await);
    }
    let import =
        "mutation($input: ImportProgressInput!) { importProgress(input: $input) { problems { message } position } }";
    let input = json!({ "planId": plan, "period": "2019-H1", "format": "CSV", "content": ONE_ROW });
    let imported = house.query(&coordinator, import, json!({ "input": input })).await["importProgress"].clone();
    assert_eq!(imported["problems"], json!([]));
    let whole = of(&coordinator, &imported["position"]).await;
    assert_eq!(whole["planAction"]["reports"][0]["state"], "DRAFT");
    for reporting in [Person::compliance(), Person::new("contact-wvg", Role::DomainContact, "WVG")] {
        assert_eq!(of(&reporting, &Value::Null).await["planAction"]["reports"], whole["planAction"]["reports"]);
    }
    let row = json!({ "actionId": whole["planAction"]["id"], "row": whole["planAction"]["reports"][0]["id"] });
    for step in ["", "submitRow", "returnRow"] {
        if !step.is_empty() {
            let mut input = row.clone();
            if step == "returnRow" {
                input["reason"] = json!("Te kort.");
            }
            house.accepted(&coordinator, step, input).await;
        }
        for (person, before) in outside.iter().zip(&before) {
            let (mut told, mut before) = (of(person, &Value::Null).await, before.clone());
            // A contact changes actions, and needs the version for that.
            if person.actor().role == Role::DomainContact {
                told["planAction"]["version"].take();
                before["planAction"]["version"].take();
            }
            assert_eq!(told, before, "{:?} after {step}", person.actor().role);
        }
    }
    assert!(before[0]["planAction"]["version"].is_null());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_reads_back_what_the_own_domain_reported_in_a_row_of_another_one_and_nothing_else_of_it() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let coordinator = Person::plan_coordinator();
    let import =
        "mutation($input: ImportProgressInput!) { importProgress(input: $input) { problems { message } position } }";
    let input = json!({ "planId": plan, "period": "2019-H1", "format": "CSV", "content": ONE_ROW });
    let imported = house.query(&coordinator, import, json!({ "input": input })).await["importProgress"].clone();
    assert_eq!(imported["problems"], json!([]));
    let asked = "query($plan: ID!, $at: Position) { planAction(plan: $plan, number: \"5.1\", minPosition: $at) {
        id reports(period: \"2019-H1\") { id } budget { id } } }";
    let of = async |by: &Person, at: &Value| {
        house.query(by, asked, json!({ "plan": plan, "at": at })).await["planAction"].clone()
    };
    let action = of(&coordinator, &imported["position"]).await;
    let education = Person::new("contact-ov", Role::DomainContact, "OV");
    let welfare = Person::new("contact-wvg", Role::DomainContact, "WVG");
    let amount = |competence: Value| {
        json!({ "id": command_id(), "period": "2019-H1", "row": action["reports"][0]["id"], "amount": 500_000,
            "competence": competence, "source": "BUDGET_COLUMN" })
    };
    let of_education = amount(json!({ "code": "Onderwijs", "policyDomain": "OV" }));
    let of_the_row = amount(Value::Null);
    for (by, entry) in [(&education, &of_education), (&welfare, &of_the_row)] {
        let input = json!({ "actionId": action["id"], "reportedOn": today(), "entry": entry });
        house.accepted(by, "reportBudget", input).await;
    }
    for (by, told) in [
        (&coordinator, [true, true]),
        (&education, [true, false]),
        (&welfare, [false, true]),
        (&Person::analyst(), [false, false]),
    ] {
        let shown = of(by, &Value::Null).await;
        let amounts = shown["budget"].as_array().unwrap();
        let reads = |entry: &Value| amounts.iter().any(|own| own["id"] == entry["id"]);
        assert_eq!([reads(&of_education), reads(&of_the_row)], told, "{:?}: {shown:#}", by.actor());
    }
    assert_eq!(of(&education, &Value::Null).await["reports"], json!([]), "the row itself still waits");
    let mut corrected = of_education.clone();
    corrected["amount"] = json!(600_000);
    let input =
        json!({ "actionId": action["id"], "correctedOn": today(), "entry": corrected, "reason": "Verkeerd geteld." });
    house.accepted(&education, "correctBudget", input).await;
    house.close().await;
}

/// A report on each half-year with a figure on persons; only the first one mentions learning trajectories.
const TWO_ROUNDS: [(&str, &str); 2] = [
    (
        "2019-H1",
        "kind,action,row,competence,text,label,value\nrow,5.1,1,Welzijn,De leertrajecten lopen goed.,,\n\
         indicator,5.1,1,Welzijn,,begeleide jongeren,48\n",
    ),
    (
        "2019-H2",
        "kind,action,row,competence,text,label,value\nrow,5.1,1,Welzijn,Er werd overlegd.,,\n\
         indicator,5.1,1,Welzijn,,begeleide jongeren,52\n",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_action_tells_of_each_half_year_the_figures_that_its_report_tells() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let coordinator = Person::plan_coordinator();
    let import =
        "mutation($input: ImportProgressInput!) { importProgress(input: $input) { problems { message } position } }";
    let mut at = Value::Null;
    for (period, content) in TWO_ROUNDS {
        let input = json!({ "planId": plan, "period": period, "format": "CSV", "content": content });
        let imported = house.query(&coordinator, import, json!({ "input": input })).await["importProgress"].clone();
        assert_eq!(imported["problems"], json!([]));
        at = imported["position"].clone();
    }
    let asked =
        "query($plan: ID!) { planAction(plan: $plan, number: \"5.1\") { indicators { period value { count } } } }";
    let reported = "query($plan: ID!, $period: HalfYear!) { progressReport(plan: $plan, period: $period) {
        policyLines { chapters { actions { number indicators { period value { count } } } } } } }";
    let told = async || {
        let action = house.query(&Person::analyst(), asked, json!({ "plan": plan })).await;
        let own = action["planAction"]["indicators"].as_array().unwrap().clone();
        let mut of_reports = Vec::new();
        for (period, _) in TWO_ROUNDS {
            let variables = json!({ "plan": plan, "period": period });
            let report = house.query(&Person::analyst(), reported, variables).await;
            let lines = report["progressReport"]["policyLines"].as_array().unwrap();
            let chapters = lines.iter().flat_map(|line| line["chapters"].as_array().unwrap());
            let mut actions = chapters.flat_map(|chapter| chapter["actions"].as_array().unwrap());
            let action = actions.find(|action| action["number"] == "5.1").unwrap();
            of_reports.extend(action["indicators"].as_array().unwrap().iter().cloned());
        }
        let later = |figures: Vec<Value>| -> Vec<Value> {
            figures.into_iter().filter(|figure| figure["period"] != "2018-H2").collect()
        };
        (later(own), of_reports)
    };
    let rows = "query($plan: ID!, $at: Position) { planAction(plan: $plan, number: \"5.1\", minPosition: $at) {
        id first: reports(period: \"2019-H1\") { id } then: reports(period: \"2019-H2\") { id } } }";
    let shown = house.query(&coordinator, rows, json!({ "plan": plan, "at": at })).await["planAction"].clone();
    assert_eq!(told().await, (vec![], vec![]), "no row is accepted");
    for round in ["first", "then"] {
        let row = json!({ "actionId": shown["id"], "row": shown[round][0]["id"] });
        house.accepted(&coordinator, "submitRow", row.clone()).await;
        house.accepted(&coordinator, "acceptRow", row).await;
    }
    let second = vec![json!({ "period": "2019-H2", "value": { "count": 52 } })];
    assert_eq!(told().await, (second.clone(), second), "only the first stands beside learning trajectories");
    house.close().await;
}
