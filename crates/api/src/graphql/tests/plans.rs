//! An action plan, written and read through the schema.

use serde_json::{Value, json};
use spoor_domain::kernel::HalfYear;
use spoor_eventlog::Clock;
use uuid::Uuid;

use super::cast::{command_id, today};
use super::{House, Person};
use crate::graphql::global_id::{Kind, global_id};

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
    let changed = json!({ "actionId": action, "changedOn": "2018-12-01", "period": "2018-H2", "status": "ONGOING" });
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
    let message = refused["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("your role (Policy analyst) may not ask this: "), "{message}");
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

/// The id of action 1.1 of a plan.
async fn action_of(house: &House, plan: &Value) -> Value {
    let asked = "query($plan: ID!) { planAction(plan: $plan, number: \"1.1\") { id } }";
    house.query(&Person::plan_coordinator(), asked, json!({ "plan": plan })).await["planAction"]["id"].clone()
}

/// A second action of the same number, or one in no chapter, would be counted and listed nowhere, for ever.
#[tokio::test(flavor = "multi_thread")]
async fn an_action_is_defined_once_and_in_a_chapter_of_its_plan() {
    let house = House::open().await;
    let coordinator = Person::plan_coordinator();
    let (own, imported) = (plan_of_one(&house).await, super::editions::plan(&house).await);
    let nowhere = json!(global_id(Kind::ActionPlan, &Uuid::from_u128(1).to_string()).0);
    let before = house.events().await;
    let define = |plan: &Value, number: &str| {
        let definition = json!({ "planId": plan, "number": number, "title": "Nog een actie", "initiatives": [] });
        json!({ "definedOn": today(), "definition": definition })
    };
    for (plan, number, code) in [
        (&own, "1.1", "ALREADY_DONE"),
        (&imported, "5.8", "ALREADY_DONE"),
        (&own, "2.1", "INVALID_INPUT"),
        (&nowhere, "1.1", "NOT_FOUND"),
    ] {
        assert_eq!(house.refused(&coordinator, "defineAction", define(plan, number)).await, code, "{number}");
    }
    assert_eq!(house.events().await, before);
    let mut again = define(&own, "1.2");
    again["commandId"] = json!(command_id());
    let first = house.accepted(&coordinator, "defineAction", again.clone()).await;
    assert_eq!(house.accepted(&coordinator, "defineAction", again).await["planAction"], first["planAction"]);
    assert_eq!(house.events().await, before + 1);
    house.close().await;
}

#[tokio::test]
async fn a_correction_keeps_the_parts_of_an_amount_unless_it_speaks_of_them() {
    let house = House::open().await;
    let coordinator = Person::plan_coordinator();
    let plan = plan_of_one(&house).await;
    let action = action_of(&house, &plan).await;
    let shown = async || {
        let asked = "query($plan: ID!) { planAction(plan: $plan, number: \"1.1\") {
            budget { amount sourceLabel en: sourceLabel(language: EN) breakdown { amount note verbatim } } } }";
        house.query(&Person::analyst(), asked, json!({ "plan": plan })).await["planAction"]["budget"][0].clone()
    };
    let entry = json!({ "id": command_id(), "period": "2018-H2", "amount": 1_000, "source": "BUDGET_COLUMN" });
    let with = |amount: i64, breakdown: Option<Value>| {
        let mut entry = entry.clone();
        entry["amount"] = json!(amount);
        breakdown.into_iter().for_each(|parts| entry["breakdown"] = parts);
        entry
    };
    let parts = json!([{ "amount": 400, "note": "Antwerpen", "verbatim": "4 euro" },
        { "amount": 606, "note": "Gent", "verbatim": null }]);
    let reported = json!({ "actionId": action, "reportedOn": today(), "entry": with(1_000, Some(parts.clone())) });
    house.accepted(&coordinator, "reportBudget", reported).await;
    let correct = async |entry: Value| {
        let input = json!({ "actionId": action, "correctedOn": today(), "entry": entry, "reason": "zetfout" });
        house.accepted(&coordinator, "correctBudget", input).await;
    };
    correct(with(1_006, None)).await;
    let kept = json!({ "amount": 1_006, "sourceLabel": "Budgetkolom", "en": "Budget column", "breakdown": parts });
    assert_eq!(shown().await, kept);
    correct(with(1_006, Some(json!([{ "amount": 1_006 }])))).await;
    assert_eq!(shown().await["breakdown"], json!([{ "amount": 1_006, "note": null, "verbatim": null }]));
    correct(with(1_006, Some(json!([])))).await;
    assert_eq!(shown().await["breakdown"], json!([]));
    house.close().await;
}

#[tokio::test]
async fn what_an_action_continues_survives_a_revision_that_does_not_speak_of_it() {
    let house = House::open().await;
    let coordinator = Person::plan_coordinator();
    let (earlier, plan) = (plan_of_one(&house).await, plan_of_one(&house).await);
    let action = action_of(&house, &plan).await;
    let revise = async |title: &str, continues: Option<Value>| {
        let mut definition = json!({ "planId": plan, "number": "1.1", "title": title, "initiatives": [] });
        continues.into_iter().for_each(|actions| definition["continues"] = actions);
        let input = json!({ "actionId": action, "revisedOn": today(), "definition": definition });
        house.accepted(&coordinator, "reviseAction", input).await;
        let asked =
            "query($plan: ID!) { planAction(plan: $plan, number: \"1.1\") { title continues { planId number } } }";
        house.query(&Person::analyst(), asked, json!({ "plan": plan })).await["planAction"].clone()
    };
    let continued = json!([{ "planId": earlier, "number": "1.1" }]);
    let first = revise("Eerste actie, verder", Some(continued.clone())).await;
    assert_eq!(first["continues"], continued);
    let renamed = revise("Anders genoemd", None).await;
    assert_eq!(renamed, json!({ "title": "Anders genoemd", "continues": continued }));
    assert_eq!(revise("Anders genoemd", Some(json!([]))).await["continues"], json!([]));
    house.close().await;
}

#[tokio::test]
async fn figures_and_mentions_are_read_back_and_small_counts_by_who_makes_the_report_only() {
    let house = House::open().await;
    let coordinator = Person::plan_coordinator();
    let plan = plan_of_one(&house).await;
    let action = action_of(&house, &plan).await;
    let figure = |label: &str, unit: &str, value: Value| {
        json!({ "actionId": action, "reportedOn": today(), "indicator": { "id": command_id(), "period": "2018-H2",
            "label": label, "unit": unit, "value": value, "measure": "REALISED" } })
    };
    for (label, unit, value) in [
        ("opleidingen", "opleidingen", json!({ "about": 12 })),
        ("bereikt", "personen", json!({ "exact": 3 })),
        ("gemiddelde duur", "uren", json!({ "averageHundredths": 150 })),
        ("doorverwijzingen", "personen", json!({ "notRegistered": "geen registratie" })),
    ] {
        house.accepted(&coordinator, "reportIndicator", figure(label, unit, value)).await;
    }
    for text in ["Ook het Europees fonds draagt bij.", "Het fonds betaalt de opvang van drie jongeren."] {
        let mention = json!({ "id": command_id(), "period": "2018-H2", "funder": "AMIF", "text": text });
        let input = json!({ "actionId": action, "reportedOn": today(), "mention": mention });
        house.accepted(&coordinator, "mentionFunding", input).await;
    }
    const PARTS: &str = "indicators { label unit measureLabel value { kind kindLabel count averageHundredths reason } }
        fundingMentions { funder text }";
    let shown = async |person: &Person| {
        let asked = format!(
            "query($plan: ID!) {{ progressReport(plan: $plan, period: \"2018-H2\") {{ position
            policyLines {{ chapters {{ actions {{ statusLabel previousStatusLabel {PARTS} }} }} }} }}
            planAction(plan: $plan, number: \"1.1\") {{ {PARTS} }} }}"
        );
        let data = house.query(person, &asked, json!({ "plan": plan })).await;
        let reported = &data["progressReport"]["policyLines"][0]["chapters"][0]["actions"][0];
        for part in ["indicators", "fundingMentions"] {
            assert_eq!(reported[part], data["planAction"][part], "the report and the action say the same");
        }
        assert_eq!((&reported["statusLabel"], &reported["previousStatusLabel"]), (&Value::Null, &Value::Null));
        (data["progressReport"]["position"].clone(), reported.clone())
    };
    let texts = |report: &Value, part: &str, field: &str| -> Vec<String> {
        let rows = report[part].as_array().unwrap().iter();
        rows.map(|row| row[field].as_str().unwrap().to_owned()).collect()
    };
    let (position, all) = shown(&coordinator).await;
    assert!(position.is_string(), "the place in the log: {position}");
    assert_eq!(texts(&all, "indicators", "label"), ["opleidingen", "bereikt", "gemiddelde duur", "doorverwijzingen"]);
    assert_eq!(all["fundingMentions"].as_array().unwrap().len(), 2);
    assert_eq!(
        all["indicators"][0],
        json!({ "label": "opleidingen", "unit": "opleidingen", "measureLabel": "Gerealiseerd",
            "value": { "kind": "ABOUT", "kindLabel": "Ongeveer", "count": 12, "averageHundredths": null, "reason": null } })
    );
    assert_eq!(all["indicators"][2]["value"]["averageHundredths"], 150);
    assert_eq!(all["indicators"][3]["value"]["reason"], "geen registratie");
    // Three persons are few: who only reads is told of them when they were let stand in an edition, and not before.
    let (position, told) = shown(&Person::analyst()).await;
    assert_eq!(position, Value::Null, "an analyst names no place in the log");
    assert_eq!(texts(&told, "indicators", "label"), ["opleidingen", "gemiddelde duur", "doorverwijzingen"]);
    assert_eq!(texts(&told, "fundingMentions", "text"), ["Ook het Europees fonds draagt bij."]);
    house.close().await;
}

const IMPORT: &str = "mutation($input: ImportProgressInput!) { importProgress(input: $input) {
    problems { line field message messageNl } actions stored repeated events pending position userErrors { code } } }";

/// A plan with one action.
async fn plan_of_one(house: &House) -> Value {
    plan_under(house, "Eerste hoofdstuk").await
}

/// A plan with one action, in a chapter of this title.
async fn plan_under(house: &House, chapter: &str) -> Value {
    let coordinator = Person::plan_coordinator();
    let outline = json!({ "name": "Verzonnen plan", "decisions": [{ "decidedOn": "2018-01-12", "decision": "Goedgekeurd" }],
        "policyLines": [{ "number": 1, "name": "Eerste lijn" }], "chapters": [{ "number": 1, "policyLine": 1, "title": chapter }] });
    let adopted = house.accepted(&coordinator, "adoptActionPlan", json!({ "outline": outline })).await;
    let plan = adopted["actionPlan"]["id"].clone();
    let definition = json!({ "planId": plan, "number": "1.1", "title": "Eerste actie", "initiatives": [] });
    house.accepted(&coordinator, "defineAction", json!({ "definedOn": today(), "definition": definition })).await;
    plan
}

const NUMBERED: &str = "kind,action,row,competence,text,label,value,amount,note\n\
    row,1.1,1,Onderwijs,Het waren er 48.,,,,\nindicator,1.1,1,Onderwijs,,deelnemers,48,,\n\
    budget,1.1,1,Onderwijs,,,,5000.00,Het waren er 48.\n";

#[tokio::test]
async fn what_stands_under_a_chapter_on_learning_trajectories_is_told_without_its_numbers() {
    let house = House::open().await;
    let coordinator = Person::plan_coordinator();
    const PARTS: &str =
        "reports { id blocks { text } } budget { note } fundingMentions { text } indicators { value { count } }";
    let asked = format!(
        "query($plan: ID!, $at: Position) {{ planAction(plan: $plan, number: \"1.1\", minPosition: $at) {{ id {PARTS} }}
        node(id: $plan) {{ ... on ActionPlan {{ actions {{ {PARTS} }} }} }}
        progressReport(plan: $plan, period: \"2018-H2\") {{ policyLines {{ chapters {{ actions {{ {PARTS} }} }} }} }} }}"
    );
    for (chapter, is_told) in [("Leertrajecten", false), ("Vormingen", true)] {
        let plan = plan_under(&house, chapter).await;
        let input = json!({ "planId": plan, "period": "2018-H2", "format": "CSV", "content": NUMBERED });
        let imported = house.query(&coordinator, IMPORT, json!({ "input": input })).await["importProgress"].clone();
        assert_eq!(imported["problems"], json!([]), "{imported:#}");
        let here = json!({ "plan": plan, "at": imported["position"] });
        let action = house.query(&coordinator, &asked, here).await["planAction"].clone();
        let mention = json!({ "id": command_id(), "period": "2018-H2", "text": "Het waren er 48." });
        let input = json!({ "actionId": action["id"], "reportedOn": today(), "mention": mention });
        house.accepted(&coordinator, "mentionFunding", input).await;
        for step in ["submitRow", "acceptRow"] {
            let row = json!({ "actionId": action["id"], "row": action["reports"][0]["id"] });
            house.accepted(&coordinator, step, row).await;
        }
        for (person, reads) in [(&coordinator, true), (&Person::analyst(), is_told)] {
            let told = house.query(person, &asked, json!({ "plan": plan })).await.to_string();
            // The row, the amount and the mention, each in the action, in the plan and in the report.
            let (words, figures) = (told.matches("Het waren er 48.").count(), told.matches("\"count\":48").count());
            let all = if reads { (9, 3) } else { (0, 0) };
            assert_eq!((words, figures), all, "{chapter}, {:?}: {told}", person.actor().role);
        }
    }
    house.close().await;
}

#[tokio::test]
async fn who_only_reads_the_plan_is_told_no_text_that_would_keep_an_edition_from_being_frozen() {
    let house = House::open().await;
    let (coordinator, analyst) = (Person::plan_coordinator(), Person::analyst());
    let plan = plan_of_one(&house).await;
    let action = action_of(&house, &plan).await;
    let period = HalfYear::of(Clock::System.today_brussels()).to_string();
    let given = json!({ "planId": plan, "number": "1.1", "title": "Eerste actie",
        "description": "Begeleiding van drie jongeren.",
        "initiatives": [{ "heading": "Deelnemers", "items": ["Gent: 3", "Overleg"] }] });
    let revision = json!({ "actionId": action, "revisedOn": today(), "definition": given });
    house.accepted(&coordinator, "reviseAction", revision).await;
    for partner in ["Vereniging van drie jongeren", "VVSG"] {
        let involved = json!({ "actionId": action, "addedOn": today(), "partner": partner });
        house.accepted(&coordinator, "addPartner", involved).await;
    }
    let status = json!({ "actionId": action, "changedOn": today(), "period": period, "status": "ONGOING",
        "reason": "Er kwamen drie jongeren bij." });
    house.accepted(&coordinator, "changeStatus", status).await;
    let content = "kind,action,row,competence,text,amount,note\n\
        row,1.1,1,Onderwijs,De leertrajecten lopen goed.,,\nbudget,1.1,1,Onderwijs,,5000.00,voor 48 personen\n";
    let input = json!({ "planId": plan, "period": period, "format": "CSV", "content": content });
    let imported = house.query(&coordinator, IMPORT, json!({ "input": input })).await["importProgress"].clone();
    assert_eq!(imported["problems"], json!([]), "{imported:#}");
    let mention = json!({ "id": command_id(), "period": period, "text": "Steun voor 48 personen." });
    let mentioned = json!({ "actionId": action, "reportedOn": today(), "mention": mention });
    house.accepted(&coordinator, "mentionFunding", mentioned).await;
    let means =
        json!({ "id": command_id(), "period": period, "fteHundredths": 50, "verbatim": "0,5 VTE bij 48 personen" });
    let reported = json!({ "actionId": action, "reportedOn": today(), "means": means });
    house.accepted(&coordinator, "reportMeans", reported).await;
    const PARTS: &str = "description initiatives { heading items } otherParties reports { id blocks { text } }
        budget { amount note } means { verbatim } fundingMentions { text }";
    let asked = format!(
        "query($plan: ID!, $period: HalfYear!, $at: Position) {{
        planAction(plan: $plan, number: \"1.1\", minPosition: $at) {{ statuses {{ reason }} {PARTS} }}
        progressReport(plan: $plan, period: $period) {{ policyLines {{ chapters {{ actions {{ {PARTS} }} }} }} }} }}"
    );
    let here = json!({ "plan": plan, "period": period, "at": imported["position"] });
    let row = house.query(&coordinator, &asked, here).await["planAction"]["reports"][0]["id"].clone();
    for step in ["submitRow", "acceptRow"] {
        house.accepted(&coordinator, step, json!({ "actionId": action, "row": row })).await;
    }
    let of = async |person: &Person| {
        house.query(person, &asked, json!({ "plan": plan, "period": period })).await.to_string()
    };
    let (whole, told) = (of(&coordinator).await, of(&analyst).await);
    // In the action and in the report; the reason of a status in the action only.
    for (words, times) in [
        ("Begeleiding van drie jongeren", 2),
        ("Gent: 3", 2),
        ("Vereniging van drie jongeren", 2),
        ("Er kwamen drie jongeren bij", 1),
        ("voor 48 personen", 4),
        ("bij 48 personen", 2),
    ] {
        assert_eq!((whole.matches(words).count(), told.matches(words).count()), (times, 0), "{words}: {told}");
    }
    for words in ["Overleg", "VVSG", "De leertrajecten lopen goed.", "\"amount\":500000"] {
        assert_eq!(told.matches(words).count(), 2, "{words}: {told}");
    }
    house.close().await;
}

#[tokio::test]
async fn what_the_report_withholds_is_not_quoted_in_what_deserves_a_look() {
    let house = House::open().await;
    let coordinator = Person::plan_coordinator();
    let plan = plan_of_one(&house).await;
    let mut actions = vec![action_of(&house, &plan).await];
    for number in ["1.2", "1.3"] {
        let definition = json!({ "planId": plan, "number": number, "title": "Nog een actie", "initiatives": [] });
        let define = json!({ "definedOn": today(), "definition": definition });
        actions.push(house.accepted(&coordinator, "defineAction", define).await["planAction"]["id"].clone());
    }
    let period = HalfYear::of(Clock::System.today_brussels()).to_string();
    // A list item that is few only under what stands over it.
    let status = json!({ "actionId": actions[0], "changedOn": today(), "period": period, "status": "ONGOING" });
    house.accepted(&coordinator, "changeStatus", status).await;
    let head = json!({ "id": command_id(), "period": period, "place": 1,
        "competences": [{ "code": "Onderwijs", "policyDomain": "OV" }] });
    let row = json!({ "head": head, "blocks": [{ "paragraph": "Deelnemers" },
        { "list": [{ "text": "Limburg: 3, dit is afgerond." }] }] });
    let reported = json!({ "actionId": actions[0], "reportedOn": today(), "row": row });
    house.accepted(&coordinator, "reportProgress", reported).await;
    for step in ["submitRow", "acceptRow"] {
        house.accepted(&coordinator, step, json!({ "actionId": actions[0], "row": head["id"] })).await;
    }
    // A beneficiary that is a figure only beside the note; the same money in a later action, and an amount in words only.
    let amount = |cents: u32, note: &str, source: &str| {
        json!({ "id": command_id(), "period": period, "amount": cents, "source": source,
            "beneficiary": "voor 48 mensen", "note": note })
    };
    for (action, entry) in [
        (&actions[1], amount(500_000, "de leertrajecten", "BUDGET_COLUMN")),
        (&actions[1], amount(700_000, "de leertrajecten", "DESCRIPTION")),
        (&actions[2], amount(500_000, "de vormingen", "BUDGET_COLUMN")),
    ] {
        let input = json!({ "actionId": action, "reportedOn": today(), "entry": entry });
        house.accepted(&coordinator, "reportBudget", input).await;
    }
    let asked = "query($plan: ID!, $period: HalfYear!) { progressReport(plan: $plan, period: $period) {
        hygiene { number kind why en: why(language: EN) } } }";
    let hygiene = async |person: &Person| {
        let report = house.query(person, asked, json!({ "plan": plan, "period": period })).await;
        report["progressReport"]["hygiene"].as_array().unwrap().clone()
    };
    let (whole, told) = (hygiene(&coordinator).await, hygiene(&Person::analyst()).await);
    for (number, kind, quoted) in [
        ("1.1", "ONGOING_THOUGH_ENDED", "Limburg: 3"),
        ("1.2", "AMOUNT_IN_DESCRIPTION_ONLY", "voor 48 mensen"),
        ("1.3", "PROBABLE_DUPLICATE", "voor 48 mensen"),
    ] {
        let of = |all: &[Value]| {
            let own = all.iter().find(|own| own["number"] == number && own["kind"] == kind);
            own.unwrap_or_else(|| panic!("{number} {kind}: {all:#?}")).clone()
        };
        assert!(of(&whole)["why"].as_str().unwrap().contains(quoted), "{:#}", of(&whole));
        assert_eq!((&of(&told)["why"], &of(&told)["en"]), (&Value::Null, &Value::Null), "{number} {kind}");
    }
    assert!(told.iter().any(|own| own["number"] == "1.3" && own["why"].is_string()), "{told:#?}");
    house.close().await;
}

#[tokio::test]
async fn an_action_is_in_no_report_of_before_it_was_defined_and_no_status_is_invented() {
    let house = House::open().await;
    let plan = plan_of_one(&house).await;
    let asked = "query($plan: ID!, $period: HalfYear!) { progressReport(plan: $plan, period: $period) {
        totals { actions byStatus { status count } byPolicyLine { actions byStatus { count } } }
        policyLines { chapters { actions { number status statusLabel } } } } }";
    let report = async |period: HalfYear| {
        let variables = json!({ "plan": plan, "period": period.to_string() });
        let report = house.query(&Person::plan_coordinator(), asked, variables).await["progressReport"].clone();
        (report["totals"].clone(), report["policyLines"][0]["chapters"][0]["actions"].clone())
    };
    let now = HalfYear::of(Clock::System.today_brussels());
    let totals = |actions: u64| json!({ "actions": actions, "byStatus": [], "byPolicyLine": [{ "actions": actions, "byStatus": [] }] });
    assert_eq!(report(now.previous()).await, (totals(0), json!([])));
    let unknown = json!([{ "number": "1.1", "status": null, "statusLabel": null }]);
    assert_eq!(report(now).await, (totals(1), unknown));
    house.close().await;
}

#[tokio::test]
async fn who_answers_from_an_earlier_day_or_ended_on_one_does_so_in_the_reports_of_then() {
    let house = House::open().await;
    let coordinator = Person::plan_coordinator();
    let plan = plan_of_one(&house).await;
    let definition = json!({ "planId": plan, "number": "1.2", "title": "Nog een actie", "initiatives": [] });
    let define = json!({ "definedOn": "2018-01-15", "definition": definition });
    let action = house.accepted(&coordinator, "defineAction", define).await["planAction"]["id"].clone();
    let asked = "query($plan: ID!, $period: HalfYear!) { progressReport(plan: $plan, period: $period) {
        policyLines { chapters { actions { number ministers { title } otherParties } } } } }";
    let of = async |period: &str| {
        let report = house.query(&coordinator, asked, json!({ "plan": plan, "period": period })).await;
        let action = report["progressReport"]["policyLines"][0]["chapters"][0]["actions"][0].clone();
        assert_eq!(action["number"], "1.2");
        (action["ministers"].as_array().unwrap().len(), action["otherParties"].as_array().unwrap().len())
    };
    let responsibility = json!({ "minister": "Minister van Onderwijs" });
    for (on, in_2018) in [("2019-03-01", (0, 0)), ("2018-06-01", (1, 1))] {
        let assigned = json!({ "actionId": action, "assignedOn": on, "responsibility": responsibility });
        house.accepted(&coordinator, "assignResponsibility", assigned).await;
        let added = json!({ "actionId": action, "addedOn": on, "partner": "VVSG" });
        house.accepted(&coordinator, "addPartner", added).await;
        assert_eq!((of("2018-H1").await, of("2018-H2").await), (in_2018, in_2018), "since {on}");
    }
    for (on, in_2018) in [("2019-03-01", (1, 1)), ("2018-12-01", (0, 0))] {
        let ended = json!({ "actionId": action, "endedOn": on, "responsibility": responsibility });
        house.accepted(&coordinator, "endResponsibility", ended).await;
        let removed = json!({ "actionId": action, "removedOn": on, "partner": "VVSG" });
        house.accepted(&coordinator, "removePartner", removed).await;
        assert_eq!((of("2018-H1").await, of("2018-H2").await), ((1, 1), in_2018), "until {on}");
    }
    house.close().await;
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
    assert_eq!((&dry["problems"], &dry["actions"]), (&json!([]), &json!(1)));
    assert_eq!((&dry["stored"], &dry["repeated"], &dry["events"]), (&json!(1), &json!(0), &json!(2)));
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
    // An analyst sees the same once the rows are accepted, and names no place in the log.
    let waiting = house.query(&Person::analyst(), compare, json!({ "plan": plan })).await;
    assert_eq!(waiting["compareReports"]["budget"], json!([]));
    let rows = "query($plan: ID!) { planAction(plan: $plan, number: \"1.1\") { id reports { id } } }";
    let action = house.query(&coordinator, rows, json!({ "plan": plan })).await["planAction"].clone();
    for row in action["reports"].as_array().unwrap() {
        for mutation in ["submitRow", "acceptRow"] {
            house.accepted(&coordinator, mutation, json!({ "actionId": action["id"], "row": row["id"] })).await;
        }
    }
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

#[tokio::test]
async fn a_half_year_that_has_not_begun_has_no_report() {
    let house = House::open().await;
    let coordinator = Person::plan_coordinator();
    let plan = plan_of_one(&house).await;
    let present = HalfYear::of(Clock::System.today_brussels());
    let asked = [
        "query($plan: ID!, $period: HalfYear!) { progressReport(plan: $plan, period: $period) { period } }",
        "query($plan: ID!, $period: HalfYear!) { node(id: $plan) { ... on ActionPlan { report(period: $period) { period } } } }",
        "query($plan: ID!, $period: HalfYear!) { compareReports(plan: $plan, from: \"2018-H2\", to: $period) { to } }",
    ];
    for document in asked {
        house.query(&coordinator, document, json!({ "plan": plan, "period": present.to_string() })).await;
        let ahead = json!({ "plan": plan, "period": present.next().to_string() });
        let error = house.ask(&coordinator, document, ahead).await["errors"][0].clone();
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{document}");
        assert!(error["message"].as_str().unwrap().contains("has not begun"), "{error:#}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_refusal_names_the_field_as_the_input_does() {
    let house = House::open().await;
    let coordinator = Person::plan_coordinator();
    let plan = plan_of_one(&house).await;
    let action = action_of(&house, &plan).await;
    let path = async |mutation: &str, input: Value| {
        house.mutate(&coordinator, mutation, input).await["userErrors"][0]["path"].clone()
    };
    let ahead = HalfYear::of(Clock::System.today_brussels()).next().to_string();
    let changed = json!({ "actionId": action, "changedOn": today(), "period": ahead, "status": "COMPLETED" });
    assert_eq!(path("changeStatus", changed).await, json!(["period"]));
    let covers = json!({ "verbatim": "2018", "from": "2018-12-31", "until": "2018-01-01", "kind": "CALENDAR_YEAR" });
    let entry = json!({ "id": command_id(), "period": "2018-H2", "amount": 1_000, "source": "BUDGET_COLUMN", "covers": covers });
    let reported = json!({ "actionId": action, "reportedOn": today(), "entry": entry });
    assert_eq!(path("reportBudget", reported).await, json!(["covers"]));
    let entry = json!({ "id": command_id(), "period": "2018-H2", "amount": i64::MAX, "source": "BUDGET_COLUMN" });
    let reported = json!({ "actionId": action, "reportedOn": today(), "entry": entry });
    assert_eq!(path("reportBudget", reported).await, json!(["amount"]));
    house.close().await;
}
