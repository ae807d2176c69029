//! Published figures: nothing before an edition is approved, then its tables, and what is behind a figure for supervision.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use spoor_domain::access::event::AccessEvent;
use spoor_domain::kernel::{DossierId, HalfYear, Role};
use spoor_eventlog::Clock;

use super::access::{dossier_of, shown};
use super::cast::{request, today};
use super::{House, Person};

const TABLES: &str = "query T($plan: ID!, $period: HalfYear!) { operationalTables(plan: $plan, period: $period) { edition rules
    tables { code title english: title(language: EN) note halfYears cells { kind value categories { code label english: label(language: EN) } } } } }";

const LINEAGE: &str = "query L($plan: ID!, $period: HalfYear!, $table: String!, $categories: [String!]!) {
    lineage(plan: $plan, period: $period, table: $table, categories: $categories) {
        cell { kind value } behind { index persons requests { number trajectoryId index counted } } } }";

/// An edition of the half-year in which these dossiers were requested, frozen once it was over.
struct Edition {
    plan: Value,
    id: Value,
    period: String,
    /// Those of the parket that most of them are with.
    dossiers: BTreeSet<DossierId>,
}

/// A house whose clock can be set.
async fn house() -> House {
    House::built(Clock::fixed(Clock::System.now()), None).await
}

impl Edition {
    /// Frozen when so many persons had been requested for.
    async fn frozen(house: &House, persons: usize) -> Self {
        house.agreement(true).await;
        let mut dossiers = BTreeSet::new();
        for n in 0..persons {
            let of_another = n % 3 == 0;
            let by = if of_another { Person::other_prosecutor() } else { Person::prosecutor() };
            let given = json!({ "request": request(&format!("cijfer{n}")) });
            let made = house.accepted(&by, "requestTrajectory", given).await;
            if !of_another {
                dossiers.insert(dossier_of(&made["trajectory"]["id"]));
            }
        }
        let outline = json!({ "name": "Verzonnen plan", "decisions": [{ "decidedOn": "2018-01-12", "decision": "Goedgekeurd" }],
            "policyLines": [{ "number": 1, "name": "Lijn" }], "chapters": [{ "number": 1, "policyLine": 1, "title": "Hoofdstuk" }] });
        let adopted =
            house.accepted(&Person::plan_coordinator(), "adoptActionPlan", json!({ "outline": outline })).await;
        let plan = adopted["actionPlan"]["id"].clone();
        let period = HalfYear::of(house.desk.clock.today_brussels()).to_string();
        house.the_half_year_is_over();
        let head = json!({ "label": "Proef", "cutOff": today() });
        let id = told(
            house,
            &Person::plan_coordinator(),
            "openEdition",
            json!({ "planId": plan, "period": period, "head": head }),
        )
        .await;
        told(house, &Person::plan_coordinator(), "freezeEdition", json!({ "reportEditionId": id })).await;
        Self { plan, id, period, dossiers }
    }

    async fn approve(&self, house: &House) {
        let another = Person::new("plan-2", Role::PlanCoordinator, "abb");
        told(house, &another, "approveEdition", json!({ "reportEditionId": self.id })).await;
    }

    async fn tables(&self, house: &House, person: &Person) -> Value {
        let given = json!({ "plan": self.plan, "period": self.period });
        house.query(person, TABLES, given).await["operationalTables"].clone()
    }

    async fn lineage(&self, house: &House, person: &Person, table: &str, categories: &[&str]) -> Value {
        let given = json!({ "plan": self.plan, "period": self.period, "table": table, "categories": categories });
        house.query(person, LINEAGE, given).await["lineage"].clone()
    }
}

/// The edition a command left.
pub async fn told(house: &House, by: &Person, mutation: &str, mut input: Value) -> Value {
    input["commandId"] = json!(Clock::System.new_id());
    let name = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation M($input: {name}!) {{ {mutation}(input: $input) {{ reportEdition {{ id }} userErrors {{ code message }} }} }}"
    );
    let payload = house.query(by, &document, json!({ "input": input })).await[mutation].clone();
    assert_eq!(payload["userErrors"], json!([]), "{mutation}");
    payload["reportEdition"]["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_told_once_an_edition_is_approved_and_only_as_it_tells_them() {
    let house = house().await;
    let edition = Edition::frozen(&house, 24).await;
    for person in [Person::analyst(), Person::plan_coordinator(), Person::compliance()] {
        assert_eq!(edition.tables(&house, &person).await, Value::Null, "frozen is not published");
        assert_eq!(edition.lineage(&house, &person, "total", &[]).await, Value::Null);
    }
    edition.approve(&house).await;
    let tables = edition.tables(&house, &Person::analyst()).await;
    let [total, by_province] = [0, 1].map(|n| tables["tables"][n].clone());
    assert_eq!((&total["code"], &total["halfYears"]), (&json!("total"), &json!([edition.period])));
    assert!(total["cells"][0]["value"].as_u64().unwrap().abs_diff(24) <= 4, "{total:#}");
    assert_eq!(by_province["english"], "Persons by province of the parket");
    assert!(by_province["note"].as_str().unwrap().contains("afgerond op 0 of 5"), "{by_province:#}");
    let antwerp = &by_province["cells"][0]["categories"][0];
    assert_eq!(
        (&antwerp["code"], &antwerp["label"], &antwerp["english"]),
        (&json!("Antwerpen"), &json!("Antwerpen"), &json!("Antwerp"))
    );
    // One more request changes nothing that was published.
    house.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "request": request("later") })).await;
    assert_eq!(edition.tables(&house, &Person::analyst()).await, tables);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compliance_officer_sees_what_is_behind_a_figure_and_is_written_down_as_a_reader_of_it() {
    let house = house().await;
    let edition = Edition::frozen(&house, 24).await;
    edition.approve(&house).await;
    let before = house.accesses().await;
    let analyst = edition.lineage(&house, &Person::analyst(), "total", &[]).await;
    assert!(analyst["behind"].is_null() && analyst["cell"]["value"].is_u64(), "{analyst:#}");
    assert_eq!(house.accesses().await, before, "who is shown no dossier reads none");
    // Kazerne Dossin knows none of these dossiers yet: neither which there are is told, nor how many.
    let museum = edition.lineage(&house, &Person::compliance(), "total", &[]).await;
    assert_eq!((&museum["behind"]["requests"], &museum["behind"]["persons"]), (&json!([]), &json!(0)), "{museum:#}");
    let [AccessEvent::OverviewShown { .. }] = &house.accesses_after(before).await[..] else {
        panic!("nothing is recorded")
    };
    let before = house.accesses().await;
    let officer = edition.lineage(&house, &Person::officer(), "total", &[]).await;
    assert_eq!(officer["cell"], analyst["cell"]);
    assert_eq!(officer["behind"]["persons"], 16, "of those elsewhere not even how many");
    let requests = officer["behind"]["requests"].as_array().unwrap();
    let named: BTreeSet<DossierId> = requests.iter().map(|request| dossier_of(&request["trajectoryId"])).collect();
    assert_eq!(named, edition.dossiers);
    assert!(
        requests
            .iter()
            .all(|request| request["counted"] == true && request["number"].as_str().unwrap().starts_with("LT-"))
    );
    let pinned = officer["behind"]["index"].as_u64().unwrap();
    assert!(requests.iter().all(|request| request["index"].as_u64().unwrap() <= pinned));
    let recorded: BTreeSet<DossierId> = house.accesses_after(before).await.iter().flat_map(shown).collect();
    assert_eq!(recorded, edition.dossiers);
    // What was asked later is not behind what was published before.
    house.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "request": request("later") })).await;
    assert_eq!(edition.lineage(&house, &Person::officer(), "total", &[]).await, officer);
    let limburg = edition.lineage(&house, &Person::officer(), "by-province", &["Limburg"]).await;
    assert_eq!((&limburg["behind"]["persons"], &limburg["behind"]["requests"]), (&json!(0), &json!([])));
    assert_eq!(edition.lineage(&house, &Person::compliance(), "by-province", &["Nergens"]).await, Value::Null);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_safe_the_figures_of_an_edition_are_is_told_to_a_compliance_officer_alone() {
    let house = house().await;
    let edition = Edition::frozen(&house, 24).await;
    edition.approve(&house).await;
    let document = "query S($id: ID!) { reportEdition(id: $id) { disclosureReport { pending revised heldOver kept
        retold { halfYears revised } periods { halfYears detail rounded drift narrowestPublished { low high } narrowestWithTotal { low high } } } } }";
    let asked = async |person: &Person| {
        let told = house.query(person, document, json!({ "id": edition.id })).await;
        told["reportEdition"]["disclosureReport"].clone()
    };
    for person in [Person::analyst(), Person::plan_coordinator()] {
        assert_eq!(asked(&person).await, Value::Null, "{:?}", person.actor().role);
    }
    let report = asked(&Person::compliance()).await;
    assert_eq!((&report["revised"], &report["heldOver"]), (&json!(0), &json!(0)), "{report:#}");
    assert_eq!((&report["kept"], &report["retold"]), (&json!([]), &json!([])));
    let period = &report["periods"][0];
    assert_eq!(period["halfYears"], json!([edition.period]));
    for bounds in ["narrowestPublished", "narrowestWithTotal"] {
        let bounds = &period[bounds];
        let wide = bounds.is_null() || bounds["high"].as_i64().unwrap() - bounds["low"].as_i64().unwrap() >= 3;
        assert!(wide, "{report:#}");
    }
    house.close().await;
}
