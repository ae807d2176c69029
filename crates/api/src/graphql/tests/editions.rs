//! Editions over GraphQL: drafted, looked through, frozen by one, approved by another; and what each role sees.

use std::time::Duration;

use serde_json::{Value, json};
use spoor_documents::edition::compare::WITHDRAWN;
use spoor_domain::kernel::{Actor, CommandContext, HalfYear, Label, OrganisationId, Provenance, Purpose, Role};
use spoor_eventlog::Clock;

use super::cast::today;
use super::{House, Person};
use crate::desk::{EditionNumber, Said};
use crate::graphql::global_id::{Kind, global_id, local_id};
use crate::import;

const FACTS: &str = include_str!("../../../../../data/actieplan-2018-najaar.json");

const EDITION: &str = "query E($plan: ID!, $period: HalfYear!) { reportEdition(plan: $plan, period: $period) { \
    id number status label contentHash rules index version corrects history { event } \
    forms { form mediaType sha256 bytes address } errata { path old new } \
    draft { actions missing { number kind } blockers { id kind action part waived quote } } } }";

fn second() -> Person {
    Person::new("plan-2", Role::PlanCoordinator, "abb")
}

/// The plan of autumn 2018, taken over by the first coordinator.
pub async fn plan(house: &House) -> Value {
    let imported = import::plan_from_json(FACTS).unwrap();
    let by: Actor = Person::plan_coordinator().actor().clone();
    import::run(&house.log, &Clock::System, &imported, &by).await.unwrap();
    let at = house.log.position_of(house.events().await).await.unwrap().to_string();
    let shown = "query($at: Position) { actionPlans(minPosition: $at) { id } }";
    house.query(&Person::plan_coordinator(), shown, json!({ "at": at })).await;
    json!(global_id(Kind::ActionPlan, &imported.plan.to_string()).0)
}

fn head() -> Value {
    json!({"label": "Najaar 2018", "cutOff": "2018-10-01", "window": {"from": "2018-04-03", "until": "2018-10-01"}})
}

async fn mutate(house: &House, by: &Person, mutation: &str, mut input: Value) -> Value {
    input["commandId"] = json!(Clock::System.new_id().to_string());
    let name = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation M($input: {name}!) {{ {mutation}(input: $input) {{ pending version \
         reportEdition {{ id status number }} userErrors {{ code path messageNl }} }} }}"
    );
    house.query(by, &document, json!({ "input": input })).await[mutation].clone()
}

async fn accepted(house: &House, by: &Person, mutation: &str, input: Value) -> Value {
    let payload = mutate(house, by, mutation, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{mutation}");
    payload["reportEdition"].clone()
}

async fn code(house: &House, by: &Person, mutation: &str, input: Value) -> Value {
    mutate(house, by, mutation, input).await["userErrors"][0]["code"].clone()
}

async fn edition(house: &House, by: &Person, plan: &Value) -> Value {
    house.query(by, EDITION, json!({"plan": plan, "period": "2018-H2"})).await["reportEdition"].clone()
}

/// Opened by the first coordinator, with every small count waived by the second.
async fn ready(house: &House, plan: &Value) -> Value {
    let first = Person::plan_coordinator();
    let opened =
        accepted(house, &first, "openEdition", json!({"planId": plan, "period": "2018-H2", "head": head()})).await;
    let draft = edition(house, &first, plan).await["draft"].clone();
    for blocker in draft["blockers"].as_array().unwrap() {
        let input = json!({"reportEditionId": opened["id"], "entry": blocker["id"], "reason": "Zo gedrukt."});
        assert_eq!(code(house, &first, "waiveSmallCount", input.clone()).await, "SEPARATION_OF_DUTIES", "{blocker}");
        accepted(house, &second(), "waiveSmallCount", input).await;
    }
    opened["id"].clone()
}

/// Frozen, and approved by a second person.
async fn publish(house: &House, edition: &Value) {
    let edition = json!({"reportEditionId": edition});
    accepted(house, &Person::plan_coordinator(), "freezeEdition", edition.clone()).await;
    accepted(house, &second(), "approveEdition", edition).await;
}

/// The id of the edition of 2018-H2, published.
async fn published(house: &House, plan: &Value) -> Value {
    let edition = ready(house, plan).await;
    publish(house, &edition).await;
    edition
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_names_small_counts_of_persons_and_a_second_person_waives_them_before_freezing() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let opening = json!({"planId": plan, "period": "2018-H2", "head": head()});
    let opened = accepted(&house, &first, "openEdition", opening.clone()).await;
    assert_eq!(code(&house, &second(), "openEdition", opening).await, "ALREADY_DONE");
    let draft = edition(&house, &first, &plan).await["draft"].clone();
    let quotes: Vec<&str> =
        draft["blockers"].as_array().unwrap().iter().map(|b| b["quote"].as_str().unwrap()).collect();
    for quote in ["2 aangeworven consulenten", "3 deeltijdse moslimconsulenten", "3 trajecten De Cocon"] {
        assert!(quotes.contains(&quote), "{quotes:?}");
    }
    assert!(!quotes.iter().any(|quote| quote.contains("focusgroepen")), "{quotes:?}");
    assert_eq!(
        (draft["actions"].as_u64(), draft["missing"].as_array().unwrap().iter().any(|owed| owed["number"] == "1.2")),
        (Some(62), false),
        "rows imported without their text are not missing"
    );
    let freezing = json!({"reportEditionId": opened["id"]});
    assert_eq!(code(&house, &first, "freezeEdition", freezing.clone()).await, "RULE_NOT_MET");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_is_frozen_by_one_approved_by_another_and_seen_by_analysts_only_then() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let (first, analyst) = (Person::plan_coordinator(), Person::analyst());
    let id = ready(&house, &plan).await;
    let freezing = json!({"reportEditionId": id});
    accepted(&house, &first, "freezeEdition", freezing.clone()).await;
    let frozen = edition(&house, &first, &plan).await;
    assert_eq!((&frozen["status"], frozen["forms"].as_array().unwrap().len()), (&json!("FROZEN"), 6), "{frozen:#}");
    assert!(frozen["index"].as_u64() > Some(60) && frozen["draft"].is_null(), "{frozen:#}");
    assert_eq!(edition(&house, &analyst, &plan).await, Value::Null, "it is not approved yet");
    assert_eq!(code(&house, &first, "approveEdition", freezing.clone()).await, "SEPARATION_OF_DUTIES");
    accepted(&house, &second(), "approveEdition", freezing.clone()).await;
    let seen = edition(&house, &analyst, &plan).await;
    assert_eq!((&seen["status"], &seen["contentHash"]), (&json!("APPROVED"), &frozen["contentHash"]));
    assert!(seen["index"].is_null() && seen["version"].is_null() && seen["history"].is_null(), "{seen:#}");
    let officer = edition(&house, &Person::compliance(), &plan).await;
    assert_eq!(officer["index"], frozen["index"]);
    let node = json!({"id": id});
    let document = "query N($id: ID!) { node(id: $id) { ... on ReportEdition { number } } }";
    assert_eq!(house.query(&analyst, document, node.clone()).await["node"]["number"], 1);
    assert_eq!(house.query(&Person::guide(), document, node).await["node"], Value::Null);
    let stored = house.desk.published_content(
        crate::graphql::global_id::local_id(Kind::ActionPlan, &async_graphql::ID(plan.as_str().unwrap().into()))
            .unwrap()
            .parse()
            .unwrap(),
        HalfYear::new(2018, 2).unwrap(),
    );
    let stored = stored.await.unwrap().unwrap();
    assert_eq!((json!(stored.hash), stored.content.totals.actions), (frozen["contentHash"].clone(), 62));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_freezing_sent_again_has_the_first_result_and_another_command_does_not_get_it() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let id = ready(&house, &plan).await;
    let command = Clock::System.new_id().to_string();
    let freeze = |command: &str| json!({"input": {"reportEditionId": id, "commandId": command}});
    let document = "mutation F($input: FreezeEditionInput!) { freezeEdition(input: $input) { position version userErrors { code } } }";
    let first = house.query(&Person::plan_coordinator(), document, freeze(&command)).await;
    let events = house.log.head().await.unwrap().index;
    let again = house.query(&Person::plan_coordinator(), document, freeze(&command)).await;
    assert_eq!((&first, house.log.head().await.unwrap().index), (&again, events), "{first}");
    let other = house.query(&Person::plan_coordinator(), document, freeze(&Clock::System.new_id().to_string())).await;
    assert_eq!(other["freezeEdition"]["userErrors"][0]["code"], "WRONG_STATE");
    let reused = json!({"input": {"reportEditionId": id, "commandId": command}});
    let document = "mutation A($input: ApproveEditionInput!) { approveEdition(input: $input) { userErrors { code } } }";
    assert_eq!(
        house.query(&second(), document, reused).await["approveEdition"]["userErrors"][0]["code"],
        "COMMAND_ID_REUSED"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_freezing_sent_three_times_at_once_is_done_once_and_answered_alike() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let id = ready(&house, &plan).await;
    let input = json!({"reportEditionId": id, "commandId": Clock::System.new_id().to_string()});
    let document = "mutation F($input: FreezeEditionInput!) { freezeEdition(input: $input) { position version userErrors { code } } }";
    let first = Person::plan_coordinator();
    let freeze = async || house.query(&first, document, json!({ "input": input })).await["freezeEdition"].clone();
    let (one, other, third) = tokio::join!(freeze(), freeze(), freeze());
    assert_eq!(one["userErrors"], json!([]), "{one:#}");
    assert_eq!((&other, &third), (&one, &one));
    let events = house.log.head().await.unwrap().index;
    assert_eq!(freeze().await, one);
    assert_eq!(house.log.head().await.unwrap().index, events);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freezing_that_nobody_waits_for_any_more_is_done_and_the_same_one_sent_again_has_its_result() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let (id, first) = (ready(&house, &plan).await, Person::plan_coordinator());
    let clock = &house.desk.clock;
    let context = CommandContext {
        actor: first.actor().clone(),
        purpose: Purpose::Reporting,
        at: clock.now(),
        today: clock.today_brussels(),
        command_id: clock.new_id(),
        expected_version: None,
        provenance: Provenance::default(),
    };
    let before = house.log.head().await.unwrap().index;
    // Given up as soon as it is asked for: making it takes longer than that.
    let asked = house.desk.freeze_edition(number(&id), &context);
    assert!(tokio::time::timeout(Duration::ZERO, asked).await.is_err(), "it was done before anybody could give up");
    let done = async {
        while edition(&house, &first, &plan).await["status"] != "FROZEN" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), done).await.expect("it goes on by itself");
    let events = house.log.head().await.unwrap().index;
    assert!(events > before);
    house.desk.freeze_edition(number(&id), &context).await.unwrap();
    assert_eq!(house.log.head().await.unwrap().index, events);
    house.close().await;
}

/// The edition with this id.
fn number(id: &Value) -> EditionNumber {
    let id = async_graphql::ID(id.as_str().unwrap().into());
    EditionNumber::parse(&local_id(Kind::ReportEdition, &id).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_sees_what_the_own_domain_owes_and_a_round_gives_it_a_day() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let opening =
        json!({"planId": plan, "period": "2019-H1", "head": {"label": "Voorjaar 2019", "cutOff": "2019-04-01"}});
    let opened = accepted(&house, &first, "openEdition", opening).await;
    let due = today();
    let round = json!({"reportEditionId": opened["id"], "dueOn": due,
        "exceptions": [{"who": {"competence": "Jeugd"}, "dueOn": due}]});
    accepted(&house, &first, "openCollectionRound", round).await;
    let document = "query R($plan: ID!) { collectionRound(plan: $plan, period: \"2019-H1\") { dueOn overdue \
        owed { number policyDomain competence kind dueOn overdue } } }";
    let whole = house.query(&first, document, json!({"plan": plan})).await["collectionRound"].clone();
    let contact = Person::new("contact-wvg", Role::DomainContact, "WVG");
    let own = house.query(&contact, document, json!({"plan": plan})).await["collectionRound"].clone();
    let rows = |round: &Value| round["owed"].as_array().unwrap().clone();
    assert!(!rows(&own).is_empty() && rows(&own).len() < rows(&whole).len());
    assert!(rows(&own).iter().all(|row| row["policyDomain"] == "WVG" && row["dueOn"] == json!(due)), "{own:#}");
    assert!(rows(&whole).iter().any(|row| row["kind"] == "BUDGET"), "money of the half-year before is asked for again");
    let refused = house.ask(&Person::analyst(), document, json!({"plan": plan})).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_gives_other_days_to_whom_the_plan_has_and_once() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let opening =
        json!({"planId": plan, "period": "2019-H1", "head": {"label": "Voorjaar 2019", "cutOff": "2019-04-01"}});
    let id = accepted(&house, &first, "openEdition", opening).await["id"].clone();
    let shown = "query A($plan: ID!) { planAction(plan: $plan, number: \"5.1\") { id } }";
    let action = house.query(&first, shown, json!({"plan": plan})).await["planAction"]["id"].clone();
    let due = |exceptions: &[Value]| {
        let exceptions: Vec<_> = exceptions.iter().map(|who| json!({"who": who, "dueOn": today()})).collect();
        json!({"reportEditionId": id, "dueOn": today(), "exceptions": exceptions})
    };
    let (domain, competence) =
        (|code: &str| json!({ "policyDomain": code }), |code: &str| json!({ "competence": code }));
    let before = house.events().await;
    for (given, told) in [
        (vec![competence("Onzin")], "bevoegdheid ‘Onzin’"),
        (vec![competence("jeugd")], "heet hier ‘Jeugd’"),
        (vec![competence("WVG")], "bevoegdheid ‘WVG’"),
        (vec![domain("WVG"), domain("OMG")], "beleidsdomein ‘OMG’"),
        (vec![domain("wvg")], "heet hier ‘WVG’"),
        (vec![domain("WVG"), competence("Jeugd"), domain("WVG")], "beleidsdomein ‘WVG’"),
    ] {
        let refused = mutate(&house, &first, "openCollectionRound", due(&given)).await["userErrors"][0].clone();
        let what = (&refused["code"], &refused["path"]);
        assert_eq!(what, (&json!("INVALID_INPUT"), &json!(["exceptions"])), "{refused}");
        assert!(refused["messageNl"].as_str().unwrap().contains(told), "{refused}");
    }
    assert_eq!(house.events().await, before);
    let assigned = json!({"actionId": action, "assignedOn": "2019-02-01",
        "responsibility": {"policyDomain": {"code": "OMG", "coordinator": false}}});
    house.accepted(&first, "assignResponsibility", assigned).await;
    let all = [domain("WVG"), domain("OMG"), competence("Jeugd")];
    accepted(&house, &first, "openCollectionRound", due(&all)).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_recorded_an_opening_balance_waives_no_small_count_in_its_source() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let recorder = Person::new("plan-2", Role::MuseumCoordinator, OrganisationId::KAZERNE_DOSSIN);
    let record = "mutation B($input: RecordOpeningBalanceInput!) { \
        recordOpeningBalance(input: $input) { position userErrors { code } } }";
    let input = json!({"commandId": Clock::System.new_id().to_string(), "programme": "HPM", "until": "2017-12-31",
        "participants": 11_197, "source": "Persbericht, met drie deelnemers uit Gent"});
    let recorded = house.query(&recorder, record, json!({ "input": input })).await["recordOpeningBalance"].clone();
    assert_eq!(recorded["userErrors"], json!([]), "{recorded:#}");
    let first = Person::plan_coordinator();
    let opened =
        accepted(&house, &first, "openEdition", json!({"planId": plan, "period": "2018-H2", "head": head()})).await;
    let draft = edition(&house, &first, &plan).await["draft"].clone();
    let blockers = draft["blockers"].as_array().unwrap();
    let found = blockers.iter().find(|blocker| blocker["part"] == "training/Hpm").unwrap();
    let input = json!({"reportEditionId": opened["id"], "entry": found["id"], "reason": "Zo gedrukt."});
    assert_eq!(code(&house, &second(), "waiveSmallCount", input.clone()).await, "SEPARATION_OF_DUTIES", "{found}");
    accepted(&house, &Person::new("plan-3", Role::PlanCoordinator, "abb"), "waiveSmallCount", input).await;
    house.close().await;
}

const SPRING: &str = "kind,action,row,competence,text,label,value,amount,note\n\
    row,5.1,1,Welzijn,\"Er lopen 48 leertrajecten in Limburg.\n\nEr werd overlegd.\",,,,\n\
    indicator,5.1,1,Welzijn,,leertrajecten,48,,\nbudget,5.1,1,Welzijn,,,,5000.00,voor 48 leertrajecten\n";

/// What somebody reports of learning trajectories keeps an edition from being frozen; before that it is no figure for
/// those who read what is published either, and nor is what is still being written.
#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_published_is_not_read_while_it_is_reported() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let import =
        "mutation I($input: ImportProgressInput!) { importProgress(input: $input) { problems { message } position } }";
    let input = json!({"planId": plan, "period": "2019-H1", "format": "CSV", "content": SPRING});
    let imported = house.query(&first, import, json!({ "input": input })).await["importProgress"].clone();
    assert_eq!(imported["problems"], json!([]), "{imported:#}");
    let row = "query R($plan: ID!, $at: Position) { planAction(plan: $plan, number: \"5.1\", minPosition: $at) { reports(period: \"2019-H1\") { id } id } }";
    let shown = house.query(&first, row, json!({"plan": plan, "at": imported["position"]})).await["planAction"].clone();
    let everything = "query A($plan: ID!) {
        planAction(plan: $plan, number: \"5.1\") { reports { state blocks { text } returnedBecause } budget { note verbatim }
            indicators { label value { count } } fundingMentions { text } }
        progressReport(plan: $plan, period: \"2019-H1\") { hygiene { kind why }
            policyLines { chapters { actions { number reports { blocks { text } } budget { note } indicators { label } } } } }
        compareReports(plan: $plan, from: \"2018-H2\", to: \"2019-H1\") {
            texts { new differences { new } } indicators { new differences { new } } budget { what new } } }";
    let asked = async |person: &Person| house.query(person, everything, json!({"plan": plan})).await.to_string();
    let own = Person::new("contact-wvg", Role::DomainContact, "WVG");
    for then in [&["submitRow", "acceptRow"][..], &[]] {
        for reporting in [&first, &own, &Person::compliance()] {
            let told = asked(reporting).await;
            assert!(told.contains("48 leertrajecten in Limburg") && told.contains("leertrajecten: 48"), "{told}");
        }
        for other in [Person::analyst(), Person::guide(), Person::prosecutor()] {
            let told = asked(&other).await;
            assert!(!told.contains("leertrajecten"), "{:?}: {told}", other.actor().role);
        }
        for mutation in then {
            let of = json!({"actionId": shown["id"], "row": shown["reports"][0]["id"]});
            house.accepted(&first, mutation, of).await;
        }
    }
    let told = asked(&Person::analyst()).await;
    assert!(told.contains("Er werd overlegd.") && told.contains("\"new\":500000"), "{told}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_or_a_code_that_tells_of_few_persons_is_not_read_before_it_is_published() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let shown = "query A($plan: ID!) { planAction(plan: $plan, number: \"5.1\") { id } }";
    let action = house.query(&first, shown, json!({"plan": plan})).await["planAction"]["id"].clone();
    for who in [
        json!({"minister": "Minister van Welzijn, voor drie jongeren"}),
        json!({"policyDomain": {"code": "Drie jongeren", "coordinator": false}}),
    ] {
        let input = json!({"actionId": action, "assignedOn": "2018-10-01", "responsibility": who});
        house.accepted(&first, "assignResponsibility", input).await;
    }
    let entry = json!({"id": Clock::System.new_id().to_string(), "period": "2018-H2", "amount": 500_000,
        "competence": {"code": "Hulp aan drie jongeren", "policyDomain": "WVG"}, "source": "BUDGET_COLUMN"});
    let reported = json!({"actionId": action, "reportedOn": today(), "entry": entry});
    house.accepted(&first, "reportBudget", reported).await;
    let everything = "query A($plan: ID!) {
        planAction(plan: $plan, number: \"5.1\") { ministers { title } policyDomains { code }
            budget { amount competence { code } } }
        progressReport(plan: $plan, period: \"2018-H2\") { hygiene { kind minister why }
            totals { byDomain { code } byCompetence { code } }
            policyLines { chapters { actions { ministers { title } policyDomains { code }
                budget { competence { code } } } } } }
        compareReports(plan: $plan, from: \"2018-H1\", to: \"2018-H2\") {
            involved { new } budget { what new } totals { path label } } }";
    let asked = async |person: &Person| house.query(person, everything, json!({"plan": plan})).await.to_string();
    let whole = asked(&first).await;
    for name in ["Minister van Welzijn, voor drie jongeren", "Drie jongeren", "Hulp aan drie jongeren"] {
        assert!(whole.contains(&format!("\"{name}\"")), "{name}: {whole}");
    }
    for other in [Person::analyst(), Person::guide()] {
        let told = asked(&other).await;
        assert!(!told.contains("rie jongeren"), "{:?}: {told}", other.actor().role);
        assert!(told.contains("\"Minister van Welzijn\"") && told.contains("\"amount\":500000"), "{told}");
    }
    house.close().await;
}

const AWAITED: &str = "kind,action,row,competence,text,label,value,amount,note\n\
    row,5.1,1,Welzijn,Nog te bespreken.,,,,\nindicator,5.1,1,Welzijn,,opleidingen,48,,\n\
    budget,5.1,1,Welzijn,,,,5000.00,voor later\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_holds_accepted_rows_and_what_became_of_actions_up_to_its_cut_off() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let (first, analyst) = (Person::plan_coordinator(), Person::analyst());
    let import = "mutation I($input: ImportProgressInput!) { importProgress(input: $input) { problems { message } } }";
    let input = json!({"planId": plan, "period": "2019-H1", "format": "CSV", "content": AWAITED});
    let imported = house.query(&first, import, json!({ "input": input })).await["importProgress"].clone();
    assert_eq!(imported["problems"], json!([]), "{imported:#}");
    let shown = "query R($plan: ID!) { planAction(plan: $plan, number: \"5.1\") { id reports(period: \"2019-H1\") { id } \
        indicators { label } budget { note } } }";
    let of = async |by: &Person| house.query(by, shown, json!({"plan": plan})).await["planAction"].clone();
    let (whole, told) = (of(&first).await, of(&analyst).await.to_string());
    assert!(whole.to_string().contains("opleidingen"), "{whole:#}");
    assert!(!told.contains("opleidingen") && !told.contains("voor later"), "it waits for its row: {told}");
    for (on, status) in [("2019-04-01", "COMPLETED"), ("2019-04-02", "DISCONTINUED")] {
        let input = json!({"actionId": whole["id"], "changedOn": on, "period": "2019-H1", "status": status,
            "reason": "Beslist."});
        house.accepted(&first, "changeStatus", input).await;
    }
    let row = json!({"actionId": whole["id"], "row": whole["reports"][0]["id"]});
    house.accepted(&first, "submitRow", row.clone()).await;
    house
        .accepted(&second(), "returnRow", json!({"actionId": row["actionId"], "row": row["row"], "reason": "Te kort."}))
        .await;

    let opening =
        json!({"planId": plan, "period": "2019-H1", "head": {"label": "Voorjaar 2019", "cutOff": "2019-04-01"}});
    let opened = accepted(&house, &first, "openEdition", opening).await;
    let asked = "query E($plan: ID!) { reportEdition(plan: $plan, period: \"2019-H1\") { \
        draft { missing { number kind } blockers { quote } } } }";
    let draft = house.query(&first, asked, json!({"plan": plan})).await["reportEdition"]["draft"].clone();
    let missing = json!({"number": "5.1", "kind": "SUBMISSION"});
    assert!(draft["missing"].as_array().unwrap().contains(&missing), "a draft says what is missing: {draft:#}");
    publish(&house, &opened["id"]).await;
    let id = crate::graphql::global_id::local_id(Kind::ActionPlan, &async_graphql::ID(plan.as_str().unwrap().into()));
    let id = id.unwrap().parse().unwrap();
    let frozen = house.desk.published_content(id, HalfYear::new(2019, 1).unwrap()).await.unwrap().unwrap();
    let content = serde_json::to_value(&frozen.content).unwrap();
    for never in ["Nog te bespreken", "opleidingen", "voor later", "Returned", "Te kort"] {
        assert!(!content.to_string().contains(never), "{never}");
    }
    let chapters = frozen.content.policy_lines.iter().flat_map(|line| &line.chapters);
    let action = chapters.flat_map(|own| &own.actions).find(|action| action.number.to_string() == "5.1").unwrap();
    assert_eq!(action.rows[0].state.code(), "NotYetDelivered");
    assert_eq!((action.status.map(Label::code), action.regular_means), (Some("Completed"), false));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cause_of_another_preface_is_the_correction_alone() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let before = published(&house, &plan).await;
    let mut head = head();
    head["preface"] = json!("Met een woord vooraf.");
    let correction = json!({"reportEditionId": before, "head": head, "reason": "Vergeten."});
    let opened = accepted(&house, &first, "openCorrection", correction).await;
    publish(&house, &opened["id"]).await;
    let asked = "query C($id: ID!) { reportEdition(id: $id) { errata { path causes { event } } } }";
    let told = house.query(&Person::compliance(), asked, json!({"id": opened["id"]})).await;
    let cause = json!([{"path": "head/preface", "causes": [{"event": "CorrectionOpened"}]}]);
    assert_eq!(told["reportEdition"]["errata"], cause, "{told:#}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_an_edition_was_withdrawn_or_corrected_tells_an_analyst_of_no_small_count() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let edition = published(&house, &plan).await;
    let why = "Er stonden drie jongeren in.";
    let withdrawal = json!({"reportEditionId": edition, "reason": why});
    accepted(&house, &first, "withdrawEdition", withdrawal).await;
    let asked = "query W($id: ID!) { reportEdition(id: $id) { status withdrawnBecause } }";
    let of = async |by: &Person| {
        let id = json!({"id": edition});
        house.query(by, asked, id).await["reportEdition"].clone()
    };
    assert_eq!(of(&first).await["withdrawnBecause"], why);
    assert_eq!(of(&Person::analyst()).await, json!({"status": "WITHDRAWN", "withdrawnBecause": null}));
    let correction = json!({"reportEditionId": edition, "head": head(), "reason": why});
    assert_eq!(code(&house, &first, "openCorrection", correction).await, "RULE_NOT_MET", "it cannot be revised");
    house.close().await;
}

/// The same edition is told by the tables on dossiers and at the terminal.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_number_the_latest_edition_that_was_not_withdrawn_is_told() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let one = published(&house, &plan).await;
    let two = corrected(&house, &one, head()).await;
    let asked = "query E($plan: ID!, $number: Int) { \
        reportEdition(plan: $plan, period: \"2018-H2\", number: $number) { number status } \
        operationalTables(plan: $plan, period: \"2018-H2\") { edition } }";
    let told = async |by: &Person, number: Value| {
        let answer = house.query(by, asked, json!({"plan": plan, "number": number})).await;
        (answer["reportEdition"].clone(), answer["operationalTables"]["edition"].clone())
    };
    for by in [&first, &Person::analyst()] {
        assert_eq!(told(by, Value::Null).await, (json!({"number": 2, "status": "APPROVED"}), json!(2)));
    }
    let withdrawal = |edition: &Value| json!({"reportEditionId": edition, "reason": "Een bedrag was verkeerd."});
    let after = accepted(&house, &first, "withdrawEdition", withdrawal(&two)).await;
    assert_eq!(after, json!({"id": two, "number": 2, "status": "WITHDRAWN"}), "who withdraws it is shown it");
    for by in [&first, &Person::analyst()] {
        assert_eq!(told(by, Value::Null).await, (json!({"number": 1, "status": "APPROVED"}), json!(1)));
        assert_eq!(told(by, json!(2)).await.0, json!({"number": 2, "status": "WITHDRAWN"}));
    }
    accepted(&house, &first, "withdrawEdition", withdrawal(&one)).await;
    for by in [&first, &Person::analyst()] {
        assert_eq!(told(by, Value::Null).await, (Value::Null, Value::Null));
        assert_eq!(told(by, json!(1)).await.0["status"], "WITHDRAWN");
    }
    house.close().await;
}

/// A name is no count: nothing finds it, and only who withdrew the edition knows where it stood.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_edition_was_withdrawn_for_is_not_told_in_the_errata_of_the_next() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let opened = ready(&house, &plan).await;
    let mut named = head();
    (named["preface"], named["label"]) = (json!("Met dank aan Jan Janssens."), json!("Najaar van Janssens"));
    accepted(&house, &first, "reviseEdition", json!({"reportEditionId": opened, "head": named})).await;
    publish(&house, &opened).await;
    let withdrawal = json!({"reportEditionId": opened, "reason": "Er stond een naam in."});
    accepted(&house, &first, "withdrawEdition", withdrawal).await;
    let correction = corrected(&house, &opened, head()).await;
    let asked = "query E($id: ID!) { reportEdition(id: $id) { corrects errata { path old new } } }";
    let told = house.query(&Person::analyst(), asked, json!({ "id": correction })).await["reportEdition"].clone();
    assert_eq!(told["corrects"], 1);
    assert!(!told.to_string().contains("Janssens"), "{told:#}");
    let of = |path: &str| told["errata"].as_array().unwrap().iter().find(|own| own["path"] == path).unwrap().clone();
    assert_eq!((&of("head/label")["old"], &of("head/label")["new"]), (&json!(WITHDRAWN), &json!("Najaar 2018")));
    assert_eq!((&of("head/preface")["old"], &of("head/preface")["new"]), (&json!(WITHDRAWN), &Value::Null));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cut_off_of_a_withdrawn_edition_rules_no_live_report() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let definition = json!({"planId": plan, "number": "5.99", "title": "Nagekomen actie", "initiatives": []});
    house.accepted(&first, "defineAction", json!({"definedOn": "2018-12-03", "definition": definition})).await;
    let asked = "query R($plan: ID!) { progressReport(plan: $plan, period: \"2018-H2\") { totals { actions } } }";
    let actions = async || {
        let report = house.query(&first, asked, json!({ "plan": plan })).await;
        report["progressReport"]["totals"]["actions"].as_u64().unwrap()
    };
    let before = actions().await;
    let edition = published(&house, &plan).await;
    assert_eq!(actions().await, before - 1, "its cut-off is earlier");
    let withdrawal = json!({"reportEditionId": edition, "reason": "Een bedrag was verkeerd."});
    accepted(&house, &first, "withdrawEdition", withdrawal).await;
    assert_eq!(actions().await, before);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_reminded_of_what_is_owed_and_of_nothing_else() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let opening =
        json!({"planId": plan, "period": "2019-H1", "head": {"label": "Voorjaar 2019", "cutOff": "2019-04-01"}});
    let id = accepted(&house, &first, "openEdition", opening).await["id"].clone();
    accepted(&house, &first, "openCollectionRound", json!({"reportEditionId": id, "dueOn": today()})).await;
    let remind = |competences: Value| json!({"reportEditionId": id, "competences": competences});
    let before = house.events().await;
    for nobody in [json!(["Onzin"]), json!(["Onderwijs", "Onzin"]), json!([])] {
        assert_eq!(code(&house, &first, "remindContacts", remind(nobody)).await, "INVALID_INPUT");
    }
    assert_eq!(house.events().await, before);
    accepted(&house, &first, "remindContacts", remind(json!(["Onderwijs"]))).await;
    assert_eq!(house.events().await, before + 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_report_tells_no_status_after_the_cut_off_of_its_edition() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let (first, analyst) = (Person::plan_coordinator(), Person::analyst());
    let shown = "query A($plan: ID!) { planAction(plan: $plan, number: \"5.1\") { id } }";
    let action = house.query(&first, shown, json!({"plan": plan})).await["planAction"]["id"].clone();
    for (on, status) in [("2019-04-01", "COMPLETED"), ("2019-04-02", "DISCONTINUED")] {
        let input =
            json!({"actionId": action, "changedOn": on, "period": "2019-H1", "status": status, "reason": "Beslist."});
        house.accepted(&first, "changeStatus", input).await;
    }
    let asked = "query R($plan: ID!) {
        progressReport(plan: $plan, period: \"2019-H1\") { policyLines { chapters { actions { number status } } } }
        compareReports(plan: $plan, from: \"2018-H2\", to: \"2019-H1\") { statusMoves { number to } } }";
    let statuses = async || {
        let told = house.query(&analyst, asked, json!({"plan": plan})).await;
        let lines = told["progressReport"]["policyLines"].as_array().unwrap().clone();
        let chapters = lines.iter().flat_map(|line| line["chapters"].as_array().unwrap());
        let mut actions = chapters.flat_map(|own| own["actions"].as_array().unwrap());
        let of = |own: &&Value| own["number"] == "5.1";
        let moves = told["compareReports"]["statusMoves"].as_array().unwrap();
        (actions.find(of).unwrap()["status"].clone(), moves.iter().find(of).unwrap()["to"].clone())
    };
    assert_eq!(statuses().await, (json!("DISCONTINUED"), json!("DISCONTINUED")), "no edition, no cut-off");
    let before = house.log.head().await.unwrap().recorded_at;
    let opening =
        json!({"planId": plan, "period": "2019-H1", "head": {"label": "Voorjaar 2019", "cutOff": "2019-04-01"}});
    accepted(&house, &first, "openEdition", opening).await;
    let opened = house.log.head().await.unwrap().recorded_at;
    assert_eq!(statuses().await, (json!("COMPLETED"), json!("COMPLETED")));
    let then = "query T($plan: ID!, $moment: DateTime!) {
        progressReport(plan: $plan, period: \"2019-H1\", asKnownAt: $moment) { totals { byStatus { status count } } } }";
    let of_then = async |moment: Value| {
        let told = house.query(&first, then, json!({"plan": plan, "moment": moment})).await;
        let counts = told["progressReport"]["totals"]["byStatus"].as_array().unwrap().clone();
        counts.iter().any(|count| count["status"] == "DISCONTINUED")
    };
    assert!(of_then(json!(before)).await, "an edition that is opened later does not change what was told before");
    assert!(!of_then(json!(opened)).await, "the edition was known then");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_changes_of_a_round_are_told_as_the_report_is_and_up_to_its_cut_off() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    published(&house, &plan).await;
    let import =
        "mutation I($input: ImportProgressInput!) { importProgress(input: $input) { problems { message } position } }";
    let input = json!({"planId": plan, "period": "2019-H1", "format": "CSV", "content": AWAITED});
    let imported = house.query(&first, import, json!({ "input": input })).await["importProgress"].clone();
    assert_eq!(imported["problems"], json!([]), "{imported:#}");
    let shown =
        "query A($plan: ID!, $at: Position) { planAction(plan: $plan, number: \"5.1\", minPosition: $at) { id } }";
    let shown = house.query(&first, shown, json!({"plan": plan, "at": imported["position"]})).await;
    for (on, status) in [("2019-04-01", "COMPLETED"), ("2019-04-02", "DISCONTINUED")] {
        let input = json!({"actionId": shown["planAction"]["id"], "changedOn": on, "period": "2019-H1",
            "status": status, "reason": "Beslist."});
        house.accepted(&first, "changeStatus", input).await;
    }
    let opening =
        json!({"planId": plan, "period": "2019-H1", "head": {"label": "Voorjaar 2019", "cutOff": "2019-04-01"}});
    accepted(&house, &first, "openEdition", opening).await;
    let asked = "query R($plan: ID!) { collectionRound(plan: $plan, period: \"2019-H1\") { changes {
        texts { new differences { new } } budget { what new } indicators { new differences { new } }
        statusMoves { number to } } } }";
    let welfare = Person::new("contact-wvg", Role::DomainContact, "WVG");
    let education = Person::new("contact-ov", Role::DomainContact, "OV");
    for (person, sees_row) in [(&first, true), (&welfare, true), (&education, false)] {
        let round = house.query(person, asked, json!({"plan": plan})).await["collectionRound"].clone();
        let (who, told) = (person.actor(), round["changes"].to_string());
        for reported in ["opleidingen", "voor later"] {
            assert_eq!(told.contains(reported), sees_row, "{reported}, {who:?}: {told}");
        }
        assert!(sees_row || !told.contains("Nog te bespreken"), "{who:?}: {told}");
        let moves = round["changes"]["statusMoves"].as_array().unwrap();
        let own = moves.iter().find(|own| own["number"] == "5.1").unwrap();
        assert_eq!(own["to"], "COMPLETED", "{who:?}: not what came after the cut-off");
    }
    house.close().await;
}

const LATER: &str = "kind,action,row,competence,text,amount\n\
    row,5.1,1,Welzijn,Er werd overlegd.,\nbudget,5.1,1,Welzijn,,5000.00\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_names_only_events_of_its_own_half_year() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let opened = ready(&house, &plan).await;
    let import = "mutation I($input: ImportProgressInput!) { importProgress(input: $input) { problems { message } } }";
    let input = json!({"planId": plan, "period": "2019-H1", "format": "CSV", "content": LATER});
    let imported = house.query(&first, import, json!({ "input": input })).await["importProgress"].clone();
    assert_eq!(imported["problems"], json!([]), "{imported:#}");
    accepted(&house, &first, "freezeEdition", json!({"reportEditionId": opened})).await;
    let id = number(&opened);
    let of_sum = Said { action: None, path: "totals/budget_as_printed" };
    for said in [of_sum, Said { action: "5.1".parse().ok(), path: "" }] {
        let trace = house.desk.trace(id, said.action, false).await.unwrap();
        let behind = trace.origins(said);
        let told: Vec<String> = behind.iter().map(|origin| format!("{:?}", origin.recorded.event)).collect();
        assert!(!told.is_empty());
        let of_later = |event: &&String| event.contains("Cents(500000)") || event.contains("Er werd overlegd");
        assert_eq!(told.iter().find(of_later), None, "{}", said.path);
    }
    house.close().await;
}

/// The mutations by which 5.1 goes from one minister to another and gets another party, on this day.
async fn hand_over(house: &House, action: &Value, on: &str) {
    let first = Person::plan_coordinator();
    let minister = |title: &str| json!({ "minister": title });
    let ended = json!({"actionId": action, "endedOn": on, "responsibility": minister("Minister van Welzijn")});
    house.accepted(&first, "endResponsibility", ended).await;
    let assigned = json!({"actionId": action, "assignedOn": on, "responsibility": minister("Minister van Onderwijs")});
    house.accepted(&first, "assignResponsibility", assigned).await;
    house.accepted(&first, "addPartner", json!({"actionId": action, "addedOn": on, "partner": "JINT vzw"})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_years_and_editions_tell_the_ministers_that_came_and_went_and_none_after_the_cut_off() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let (first, analyst) = (Person::plan_coordinator(), Person::analyst());
    let before = published(&house, &plan).await;
    let shown = "query A($plan: ID!) { planAction(plan: $plan, number: \"5.1\") { id ministers { title } } }";
    let of_now = async || house.query(&first, shown, json!({"plan": plan})).await["planAction"].clone();
    hand_over(&house, &of_now().await["id"], "2019-04-02").await;
    assert_eq!(of_now().await["ministers"], json!([{"title": "Minister van Onderwijs"}]));
    let compared = "query C($plan: ID!) { compareReports(plan: $plan, from: \"2018-H2\", to: \"2019-H1\") {
        involved { number kind old new } } }";
    let involved = async || {
        let told = house.query(&analyst, compared, json!({"plan": plan})).await;
        told["compareReports"]["involved"].clone()
    };
    let change = |kind: &str, old: Value, new: Value| json!({"number": "5.1", "kind": kind, "old": old, "new": new});
    let told = [
        change("GONE", json!("Minister van Welzijn"), Value::Null),
        change("NEW", Value::Null, json!("Minister van Onderwijs")),
        change("NEW", Value::Null, json!("JINT vzw")),
    ];
    assert_eq!(involved().await, json!(told));
    let opening =
        json!({"planId": plan, "period": "2019-H1", "head": {"label": "Voorjaar 2019", "cutOff": "2019-04-01"}});
    let opened = accepted(&house, &first, "openEdition", opening).await;
    assert_eq!(involved().await, json!([]), "it is dated after the cut-off");
    publish(&house, &opened["id"]).await;
    let correction = json!({"reportEditionId": opened["id"], "reason": "Te vroeg afgesloten.",
        "head": {"label": "Voorjaar 2019", "cutOff": "2019-04-02"}});
    let after = accepted(&house, &first, "openCorrection", correction).await;
    publish(&house, &after["id"]).await;
    let against = "query C($id: ID!, $earlier: ID!) { reportEdition(id: $id) {
        comparedTo(edition: $earlier) { involved { number kind old new } } } }";
    let told_by = async |earlier: &Value| {
        let variables = json!({"id": after["id"], "earlier": earlier});
        house.query(&first, against, variables).await["reportEdition"]["comparedTo"]["involved"].clone()
    };
    assert_eq!(told_by(&opened["id"]).await, json!(told));
    assert_eq!(told_by(&before).await, json!(told));
    let asked = "query C($id: ID!) { reportEdition(id: $id) { errata { path causes { event number } } } }";
    let told = house.query(&Person::compliance(), asked, json!({"id": after["id"]})).await;
    let errata = told["reportEdition"]["errata"].as_array().unwrap();
    let added = errata.iter().find(|erratum| erratum["path"] == "others/JINT vzw").unwrap();
    assert_eq!(added["causes"], json!([{"event": "PartnerAdded", "number": "5.1"}]), "it was recorded before");
    assert!(errata.iter().all(|erratum| erratum["causes"] != json!([])), "{errata:#?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_hands_later_is_no_erratum_of_an_earlier_half_year() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let before = published(&house, &plan).await;
    let shown = "query A($plan: ID!) { planAction(plan: $plan, number: \"5.1\") { id } }";
    let action = house.query(&first, shown, json!({"plan": plan})).await["planAction"]["id"].clone();
    hand_over(&house, &action, "2019-01-01").await;
    let mut head = head();
    head["preface"] = json!("Met een woord vooraf.");
    let correction = json!({"reportEditionId": before, "head": head, "reason": "Vergeten."});
    let opened = accepted(&house, &first, "openCorrection", correction).await;
    accepted(&house, &first, "freezeEdition", json!({"reportEditionId": opened["id"]})).await;
    let asked = "query C($id: ID!) { reportEdition(id: $id) { errata { path } } }";
    let told = house.query(&first, asked, json!({"id": opened["id"]})).await;
    assert_eq!(told["reportEdition"]["errata"], json!([{"path": "head/preface"}]));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erratum_names_exactly_the_events_that_changed_what_its_figure_is_computed_from() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let before = published(&house, &plan).await;
    let shown = "query A($plan: ID!) { ended: planAction(plan: $plan, number: \"5.1\") { id }
        paid: planAction(plan: $plan, number: \"1.1\") { id } }";
    let actions = house.query(&first, shown, json!({"plan": plan})).await;
    let changed = json!({"actionId": actions["ended"]["id"], "changedOn": "2018-10-01", "period": "2018-H2",
        "status": "COMPLETED"});
    house.accepted(&first, "changeStatus", changed).await;
    let welfare = json!({"code": "Welzijn", "policyDomain": "WVG"});
    let entry = json!({"id": Clock::System.new_id().to_string(), "period": "2018-H2", "amount": 500_000,
        "competence": welfare, "source": "BUDGET_COLUMN"});
    let reported = json!({"actionId": actions["paid"]["id"], "reportedOn": today(), "entry": entry});
    house.accepted(&first, "reportBudget", reported).await;
    let figure = json!({"id": Clock::System.new_id().to_string(), "period": "2018-H2", "label": "vormingen",
        "value": {"exact": 48}, "measure": "REALISED", "competence": welfare});
    let counted = json!({"actionId": actions["ended"]["id"], "reportedOn": today(), "indicator": figure});
    house.accepted(&first, "reportIndicator", counted).await;
    let correction = json!({"reportEditionId": before, "head": head(), "reason": "Nagekomen."});
    let opened = accepted(&house, &first, "openCorrection", correction).await;
    publish(&house, &opened["id"]).await;
    let asked = "query C($id: ID!) { reportEdition(id: $id) { errata { path causes { event number } } } }";
    let told = house.query(&Person::compliance(), asked, json!({"id": opened["id"]})).await;
    let errata = told["reportEdition"]["errata"].as_array().unwrap();
    let causes = |path: &str| {
        let found = errata.iter().find(|erratum| erratum["path"] == path);
        found.unwrap_or_else(|| panic!("no erratum {path}: {errata:#?}"))["causes"].clone()
    };
    let paid = json!([{"event": "BudgetReported", "number": "1.1"}]);
    for path in [
        "regular_means",
        "totals/budget_as_printed",
        "totals/by_policy_line/1/budget_as_printed",
        "totals/by_chapter/1/budget_as_printed",
        "totals/by_domain/KB/budget_as_printed",
        "totals/by_competence/Welzijn/budget_without_duplicates",
        "totals/by_competence/Welzijn/actions",
    ] {
        assert_eq!(causes(path), paid, "{path}");
    }
    let ended = json!([{"event": "ActionStatusChanged", "number": "5.1"}]);
    for path in [
        "status",
        "totals/by_status/Completed/count",
        "totals/by_chapter/5/by_status/Ongoing/count",
        "totals/by_domain/WVG/by_status/Completed/count",
        "totals/by_competence/Welzijn/by_status/Completed/count",
    ] {
        assert_eq!(causes(path), ended, "{path}");
    }
    for erratum in errata {
        let is_figure = erratum["path"].as_str().unwrap().starts_with("indicators");
        assert_eq!(erratum["causes"].to_string().contains("IndicatorReported"), is_figure, "{erratum:#}");
        assert_ne!(erratum["causes"], json!([]), "{erratum:#}");
    }
    house.close().await;
}

/// What the errata of an edition have as their causes, by the action and the path.
async fn causes_of(house: &House, edition: &Value) -> impl Fn(Option<&str>, &str) -> Value + use<> {
    let asked = "query C($id: ID!) { reportEdition(id: $id) { errata { number path causes { event number index } } } }";
    let told = house.query(&Person::compliance(), asked, json!({ "id": edition })).await;
    let errata = told["reportEdition"]["errata"].as_array().unwrap().clone();
    move |number: Option<&str>, path: &str| {
        let found = errata.iter().find(|own| own["path"] == path && own["number"] == json!(number));
        found.unwrap_or_else(|| panic!("no erratum {number:?} {path}: {errata:#?}"))["causes"].clone()
    }
}

/// The events of causes, each with its action.
fn events(causes: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    causes.as_array().unwrap().iter().map(|cause| (text(&cause["event"]), text(&cause["number"]))).collect()
}

fn event(event: &str, number: &str) -> Vec<(String, String)> {
    vec![(event.to_owned(), number.to_owned())]
}

/// Corrects an edition under this head; the id of the correction, published.
async fn corrected(house: &House, edition: &Value, head: Value) -> Value {
    let correction = json!({"reportEditionId": edition, "head": head, "reason": "Nagekeken."});
    let opened = accepted(house, &Person::plan_coordinator(), "openCorrection", correction).await;
    publish(house, &opened["id"]).await;
    opened["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_that_is_cut_off_earlier_than_the_one_it_corrects_names_what_it_no_longer_tells() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let shown = "query A($plan: ID!) { planAction(plan: $plan, number: \"5.1\") { id } }";
    let action = house.query(&first, shown, json!({"plan": plan})).await["planAction"]["id"].clone();
    hand_over(&house, &action, "2019-04-02").await;
    let changed = json!({"actionId": action, "changedOn": "2019-04-02", "period": "2019-H1", "status": "COMPLETED"});
    house.accepted(&first, "changeStatus", changed).await;
    let head = |cut_off: &str| json!({"label": "Voorjaar 2019", "cutOff": cut_off});
    let opening = json!({"planId": plan, "period": "2019-H1", "head": head("2019-04-02")});
    let opened = accepted(&house, &first, "openEdition", opening).await;
    publish(&house, &opened["id"]).await;
    let correction = corrected(&house, &opened["id"], head("2019-04-01")).await;
    let causes = causes_of(&house, &correction).await;
    for (path, cause) in [
        ("others/JINT vzw", "PartnerAdded"),
        ("ministers/Minister van Onderwijs", "ResponsibilityAssigned"),
        ("ministers/Minister van Welzijn", "ResponsibilityEnded"),
        ("status", "ActionStatusChanged"),
    ] {
        assert_eq!(events(&causes(Some("5.1"), path)), event(cause, "5.1"), "{path}");
    }
    assert_eq!(events(&causes(None, "totals/by_office/Education/actions")), event("ResponsibilityAssigned", "5.1"));
    assert_eq!(events(&causes(None, "totals/by_status/Completed/count")), event("ActionStatusChanged", "5.1"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_is_told_again_and_a_beginning_from_an_earlier_day_hide_no_cause_of_what_came_after_them() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let shown = "query A($plan: ID!) { planAction(plan: $plan, number: \"5.1\") { id } }";
    let action = house.query(&first, shown, json!({"plan": plan})).await["planAction"]["id"].clone();
    let change = async |on: &str, period: &str, status: &str| {
        let input =
            json!({"actionId": action, "changedOn": on, "period": period, "status": status, "reason": "Beslist."});
        house.accepted(&first, "changeStatus", input).await;
    };
    let minister = json!({"minister": "Minister van Onderwijs"});
    let assign = async |on: &str| {
        let input = json!({"actionId": action, "assignedOn": on, "responsibility": minister});
        house.accepted(&first, "assignResponsibility", input).await;
    };
    let head = json!({"label": "Voorjaar 2019", "cutOff": "2019-04-02"});
    change("2019-04-01", "2019-H1", "COMPLETED").await;
    assign("2019-03-15").await;
    let opening = json!({"planId": plan, "period": "2019-H1", "head": head});
    let opened = accepted(&house, &first, "openEdition", opening).await;
    publish(&house, &opened["id"]).await;
    change("2018-11-15", "2018-H2", "COMPLETED").await;
    change("2018-12-01", "2018-H2", "DISCONTINUED").await;
    assign("2019-01-15").await;
    let ended = json!({"actionId": action, "endedOn": "2019-02-15", "responsibility": minister});
    house.accepted(&first, "endResponsibility", ended).await;
    let correction = corrected(&house, &opened["id"], head).await;
    let causes = causes_of(&house, &correction).await;
    assert_eq!(events(&causes(Some("5.1"), "status")), event("ActionStatusChanged", "5.1"));
    let minister = "ministers/Minister van Onderwijs";
    assert_eq!(events(&causes(Some("5.1"), minister)), event("ResponsibilityEnded", "5.1"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_that_comes_in_by_a_revision_from_an_earlier_day_has_that_as_its_cause() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let definition = |title: &str| json!({"planId": plan, "number": "5.99", "title": title, "initiatives": []});
    let define = json!({"definedOn": "2019-04-02", "definition": definition("Nagekomen actie")});
    let action = house.accepted(&first, "defineAction", define).await["planAction"]["id"].clone();
    let before = published(&house, &plan).await;
    let revision = json!({"actionId": action, "revisedOn": "2018-09-01", "definition": definition("Vergeten actie")});
    house.accepted(&first, "reviseAction", revision).await;
    let correction = corrected(&house, &before, head()).await;
    let causes = causes_of(&house, &correction).await;
    assert_eq!(events(&causes(Some("5.99"), "action")), event("ActionRevised", "5.99"));
    for path in ["totals/actions", "totals/by_chapter/5/actions"] {
        assert_eq!(events(&causes(None, path)), event("ActionRevised", "5.99"), "{path}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cause_changed_the_very_field_and_added_to_the_very_sum() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let shown = "query A($plan: ID!) { paid: planAction(plan: $plan, number: \"1.1\") { id }
        named: planAction(plan: $plan, number: \"5.9\") { id } }";
    let actions = house.query(&first, shown, json!({"plan": plan})).await;
    let entry = json!({"id": Clock::System.new_id().to_string(), "period": "2018-H2", "amount": 500_000,
        "competence": {"code": "Onderwijs", "policyDomain": "OV"}, "source": "BUDGET_COLUMN"});
    let with = |field: &str, value: Value| {
        let mut other = entry.clone();
        other[field] = value;
        other
    };
    let paid = &actions["paid"]["id"];
    let reported = json!({"actionId": paid, "reportedOn": today(), "entry": entry});
    house.accepted(&first, "reportBudget", reported).await;
    let before = published(&house, &plan).await;
    for (field, value) in [("amount", json!(600_000)), ("note", json!("nagekeken"))] {
        let mut other = with(field, value);
        if field == "note" {
            other["amount"] = json!(600_000);
        }
        let correction = json!({"actionId": paid, "correctedOn": today(), "reason": "nagekeken", "entry": other});
        house.accepted(&first, "correctBudget", correction).await;
    }
    let assigned = json!({"actionId": actions["named"]["id"], "assignedOn": "2018-09-01",
        "responsibility": {"minister": "Minister van Onderwijs"}});
    house.accepted(&first, "assignResponsibility", assigned).await;
    for text in ["Omschrijving.", "Andere omschrijving."] {
        let definition = json!({"planId": plan, "number": "5.9", "title": "Anders genoemd", "description": text,
            "initiatives": []});
        let revision = json!({"actionId": actions["named"]["id"], "revisedOn": "2018-10-01", "definition": definition});
        house.accepted(&first, "reviseAction", revision).await;
    }
    let correction = corrected(&house, &before, head()).await;
    let causes = causes_of(&house, &correction).await;
    let id = entry["id"].as_str().unwrap();
    let place = |number: &str, path: &str| {
        let found = causes(Some(number), path);
        assert_eq!(found.as_array().unwrap().len(), 1, "{path}: {found:#}");
        found[0]["index"].as_u64().unwrap()
    };
    let (amount, note) = (place("1.1", &format!("budget/{id}/amount")), place("1.1", &format!("budget/{id}/note")));
    assert_eq!(note, amount + 1, "each field by the correction that changed it");
    assert_eq!(place("5.9", "title"), note + 2);
    assert_eq!(place("5.9", "description"), note + 3);
    let of_office = |sum: &str| events(&causes(None, &format!("totals/by_office/Education/{sum}")));
    assert_eq!(of_office("budget_as_printed"), event("BudgetCorrected", "1.1"), "5.9 has no amounts");
    assert_eq!(of_office("actions"), event("ResponsibilityAssigned", "5.9"), "1.1 was there before");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_previous_status_is_the_one_that_was_published_and_a_live_report_tells_none_after_its_last_day() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let (first, analyst) = (Person::plan_coordinator(), Person::analyst());
    let shown = "query A($plan: ID!) { planAction(plan: $plan, number: \"5.1\") { id } }";
    let action = house.query(&first, shown, json!({"plan": plan})).await["planAction"]["id"].clone();
    for (on, period, status) in [("2018-11-15", "2018-H2", "COMPLETED"), ("2019-07-02", "2019-H1", "DISCONTINUED")] {
        let input =
            json!({"actionId": action, "changedOn": on, "period": period, "status": status, "reason": "Beslist."});
        house.accepted(&first, "changeStatus", input).await;
    }
    let asked = "query R($plan: ID!) { progressReport(plan: $plan, period: \"2019-H1\") {
        policyLines { chapters { actions { number status previousStatus } } } } }";
    let told = async || {
        let report = house.query(&analyst, asked, json!({"plan": plan})).await["progressReport"].clone();
        let lines = report["policyLines"].as_array().unwrap().clone();
        let chapters = lines.iter().flat_map(|line| line["chapters"].as_array().unwrap());
        let mut actions = chapters.flat_map(|own| own["actions"].as_array().unwrap());
        let found = actions.find(|own| own["number"] == "5.1").unwrap();
        (found["status"].clone(), found["previousStatus"].clone())
    };
    assert_eq!(
        told().await,
        (json!("COMPLETED"), json!("COMPLETED")),
        "no edition was published of the half-year before"
    );
    published(&house, &plan).await;
    assert_eq!(told().await, (json!("COMPLETED"), json!("ONGOING")), "up to its cut-off of 1 October");
    house.close().await;
}

/// 2018-H2 told 5.1 as discontinued up to a later cut-off, and 2019-H1 was frozen after it; then that was withdrawn.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_earlier_and_is_no_more_has_the_withdrawal_of_that_edition_as_its_cause() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let shown = "query A($plan: ID!) { planAction(plan: $plan, number: \"5.1\") { id } }";
    let action = house.query(&first, shown, json!({"plan": plan})).await["planAction"]["id"].clone();
    let changed = json!({"actionId": action, "changedOn": "2018-11-15", "period": "2018-H2", "status": "DISCONTINUED",
        "reason": "Beslist."});
    house.accepted(&first, "changeStatus", changed).await;
    let told_first = published(&house, &plan).await;
    let mut later = head();
    later["cutOff"] = json!("2018-12-31");
    let told_then = corrected(&house, &told_first, later.clone()).await;
    let spring = json!({"label": "Voorjaar 2019", "cutOff": "2019-04-01"});
    let opening = json!({"planId": plan, "period": "2019-H1", "head": spring});
    let before = accepted(&house, &first, "openEdition", opening).await["id"].clone();
    publish(&house, &before).await;
    let withdrawal = json!({"reportEditionId": told_then, "reason": "Te vroeg."});
    accepted(&house, &first, "withdrawEdition", withdrawal).await;
    let after = corrected(&house, &before, spring.clone()).await;
    let causes = causes_of(&house, &after).await;
    assert_eq!(events(&causes(Some("5.1"), "previous_status")), event("EditionWithdrawn", ""));
    // Told again by another edition of that half-year: by everything that made it.
    let again = corrected(&house, &told_first, later).await;
    assert_ne!(again, told_then);
    let causes = causes_of(&house, &corrected(&house, &after, spring).await).await;
    let made = events(&causes(Some("5.1"), "previous_status"));
    let made: Vec<&str> = made.iter().map(|(event, _)| event.as_str()).collect();
    assert_eq!(made, ["CorrectionOpened", "EditionFrozen", "EditionApproved"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_that_is_told_first_names_its_report_its_correction_and_its_acceptance() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let first = Person::plan_coordinator();
    let spring = json!({"label": "Voorjaar 2019", "cutOff": "2019-04-01"});
    let opening = json!({"planId": plan, "period": "2019-H1", "head": spring});
    let before = accepted(&house, &first, "openEdition", opening).await["id"].clone();
    publish(&house, &before).await;
    let import =
        "mutation I($input: ImportProgressInput!) { importProgress(input: $input) { problems { message } position } }";
    let input = json!({"planId": plan, "period": "2019-H1", "format": "CSV", "content": LATER});
    let imported = house.query(&first, import, json!({ "input": input })).await["importProgress"].clone();
    assert_eq!(imported["problems"], json!([]), "{imported:#}");
    let shown = "query R($plan: ID!, $at: Position) { planAction(plan: $plan, number: \"5.1\", minPosition: $at) { \
        id reports(period: \"2019-H1\") { id } budget { id period } } }";
    let variables = json!({"plan": plan, "at": imported["position"]});
    let action = house.query(&first, shown, variables).await["planAction"].clone();
    let amounts = action["budget"].as_array().unwrap();
    let amount = amounts.iter().find(|own| own["period"] == "2019-H1").unwrap()["id"].as_str().unwrap().to_owned();
    let entry = json!({"id": amount, "period": "2019-H1", "amount": 600_000, "source": "BUDGET_COLUMN"});
    let correction = json!({"actionId": action["id"], "correctedOn": today(), "reason": "Herteld.", "entry": entry});
    house.accepted(&first, "correctBudget", correction).await;
    let row = json!({"actionId": action["id"], "row": action["reports"][0]["id"]});
    for step in ["submitRow", "acceptRow"] {
        house.accepted(&first, step, row.clone()).await;
    }
    let after = corrected(&house, &before, spring).await;
    let causes = causes_of(&house, &after).await;
    let told = ["BudgetReported", "BudgetCorrected", "ReportRowAccepted"].map(|own| (own.to_owned(), "5.1".to_owned()));
    assert_eq!(events(&causes(Some("5.1"), &format!("budget/{amount}"))), told);
    for path in ["totals/budget_entries", "totals/budget_as_printed", "totals/by_chapter/5/budget_as_printed"] {
        assert_eq!(events(&causes(None, path)), told, "{path}");
    }
    // Who pays was not yet delivered before, which is no other way of paying.
    let asked = "query E($id: ID!, $before: ID!) { reportEdition(id: $id) { errata { number path old new }
        comparedTo(edition: $before) { described { number path old new } } } }";
    let variables = json!({"id": after, "before": before});
    let told = house.query(&Person::analyst(), asked, variables).await["reportEdition"].clone();
    let paid = json!({"number": "5.1", "path": "regular_means", "old": "nog niet geleverd", "new": "neen"});
    for list in [&told["errata"], &told["comparedTo"]["described"]] {
        assert!(list.as_array().unwrap().contains(&paid), "{list:#}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_figure_of_police_training_is_in_the_errata_and_leads_back_to_its_correction() {
    let house = House::open().await;
    let plan = plan(&house).await;
    let museum = Person::coordinator();
    let session = async |mutation: &str, kind: &str, mut input: Value| {
        input["commandId"] = json!(Clock::System.new_id().to_string());
        let document = format!(
            "mutation T($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code }} \
             training {{ sessions {{ id }} }} }} }}"
        );
        let done = house.query(&museum, &document, json!({ "input": input })).await[mutation].clone();
        assert_eq!(done["userErrors"], json!([]), "{done:#}");
        done["training"]["sessions"][0]["id"].clone()
    };
    let held = |participants: u32| {
        let on = "2018-09-01";
        json!({"programme": "HPM", "heldOn": on, "audience": "ASPIRANT", "participants": participants})
    };
    let record = json!({"session": held(12)});
    let id = session("recordTrainingSession", "RecordTrainingSessionInput", record).await;
    let before = published(&house, &plan).await;
    let correction = json!({"sessionId": id, "session": held(120), "reason": "ENTERED_WRONGLY"});
    session("correctTrainingSession", "CorrectTrainingSessionInput", correction).await;
    let after = corrected(&house, &before, head()).await;
    let asked = "query E($id: ID!) { reportEdition(id: $id) { errata { path old new causes { event number by } } \
        figure: origin(path: \"training/Hpm/in_period\") { event } \
        all: origin(path: \"training\") { event } \
        other: origin(path: \"training/Polarisation/cumulative\") { event } } }";
    let of = async |by: &Person| house.query(by, asked, json!({ "id": after })).await["reportEdition"].clone();
    let told = of(&Person::compliance()).await;
    let by = museum.actor().id.to_string();
    let cause = json!([{"event": "TrainingSessionCorrected", "number": null, "by": by}]);
    let erratum = |path: &str| json!({"path": path, "old": "12", "new": "120", "causes": cause});
    let errata = [erratum("training/Hpm/in_period"), erratum("training/Hpm/cumulative")];
    assert_eq!(told["errata"], json!(errata), "{told:#}");
    let events = json!([{"event": "TrainingSessionHeld"}, {"event": "TrainingSessionCorrected"}]);
    assert_eq!((&told["figure"], &told["all"], &told["other"]), (&events, &events, &json!([])));
    let read = of(&Person::analyst()).await;
    assert_eq!((&read["errata"][0]["new"], &read["errata"][0]["causes"]), (&json!("120"), &Value::Null));
    assert_eq!((&read["figure"], &read["all"]), (&Value::Null, &Value::Null), "no event leaves supervision");
    let elsewhere = of(&Person::officer()).await;
    assert_eq!(elsewhere["errata"][0]["causes"][0]["by"], Value::Null, "an account of another controller");
    house.close().await;
}
