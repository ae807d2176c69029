//! Police training, recorded and asked through the schema.

use serde_json::{Value, json};

use super::{House, Person};

const TOTALS: &str = "{ trainingTotals { line lineLabel cumulative version openingBalance { programme until participants source }
    programmes { programme participants sessions } halfYears { halfYear programme sessions participants aspirants cumulative }
    sessions { id heldOn participants } } }";

async fn give(house: &House, person: &Person, mutation: &str, mut input: Value) -> Value {
    input["commandId"] = json!(super::cast::command_id());
    let document = format!(
        "mutation($input: {}{}Input!) {{ {mutation}(input: $input) {{ version position pending
         userErrors {{ code path message messageNl }} training {{ line cumulative sessions {{ id }} }} }} }}",
        mutation[..1].to_uppercase(),
        &mutation[1..]
    );
    house.query(person, &document, json!({ "input": input })).await[mutation].clone()
}

fn session(held_on: &str, participants: u32) -> Value {
    json!({ "programme": "HPM", "heldOn": held_on, "audience": "ASPIRANT", "participants": participants })
}

#[tokio::test]
async fn the_known_totals_are_taken_over_and_sessions_count_from_the_day_after() {
    let house = House::open().await;
    let coordinator = Person::coordinator();
    for (programme, participants) in [("HPM", 11_197), ("POLARISATION", 440)] {
        let balance = json!({ "programme": programme, "until": "2020-12-10", "participants": participants,
            "source": "Persbericht van 10 december 2020" });
        let done = give(&house, &coordinator, "recordOpeningBalance", balance).await;
        assert_eq!((&done["userErrors"], &done["pending"]), (&json!([]), &json!(false)), "{done:#}");
        assert_eq!(done["training"]["cumulative"], participants);
    }
    let within =
        give(&house, &coordinator, "recordTrainingSession", json!({ "session": session("2020-12-10", 20) })).await;
    assert_eq!(within["userErrors"][0]["code"], "RULE_NOT_MET", "{within:#}");
    let after =
        give(&house, &coordinator, "recordTrainingSession", json!({ "session": session("2021-02-01", 20) })).await;
    assert_eq!(after["training"]["cumulative"], 11_217);
    let totals = house.query(&Person::plan_coordinator(), TOTALS, json!({})).await["trainingTotals"].clone();
    assert_eq!(
        totals[0]["halfYears"],
        json!([{ "halfYear": "2021-H1", "programme": "HPM", "sessions": 1, "participants": 20,
        "aspirants": 20, "cumulative": 11_217 }])
    );
    let of_leaders =
        totals[0]["programmes"].as_array().unwrap().iter().find(|own| own["programme"] == "HPM_LEADERSHIP");
    assert!(
        of_leaders.unwrap()["participants"].is_null(),
        "nobody knows how many of the balance were leaders: {totals:#}"
    );
    assert_eq!((&totals[1]["line"], &totals[1]["cumulative"]), (&json!("POLARISATION"), &json!(440)));
    house.close().await;
}

#[tokio::test]
async fn a_session_is_corrected_and_annulled_by_its_id_and_by_the_museum_only() {
    let house = House::open().await;
    let coordinator = Person::coordinator();
    let done =
        give(&house, &coordinator, "recordTrainingSession", json!({ "session": session("2026-02-01", 20) })).await;
    let id = done["training"]["sessions"][0]["id"].clone();
    let correct = json!({ "sessionId": id, "session": session("2026-02-01", 22), "reason": "COUNTED_AGAIN" });
    let corrected = give(&house, &coordinator, "correctTrainingSession", correct.clone()).await;
    assert_eq!((&corrected["training"]["cumulative"], &corrected["version"]), (&json!(22), &json!(2)));
    for person in Person::everybody() {
        if person.actor().role == coordinator.actor().role {
            continue;
        }
        let refused = give(&house, &person, "correctTrainingSession", correct.clone()).await;
        assert_eq!(refused["userErrors"][0]["code"], "NOT_YOUR_ROLE", "{refused:#}");
    }
    let annul = json!({ "sessionId": id, "reason": "NOT_HELD" });
    let annulled = give(&house, &coordinator, "annulTrainingSession", annul.clone()).await;
    assert_eq!(annulled["training"]["cumulative"], 0);
    for unknown in [id, json!("x")] {
        let gone = json!({ "sessionId": unknown, "reason": "NOT_HELD" });
        let refused = give(&house, &coordinator, "annulTrainingSession", gone).await;
        assert_eq!(refused["userErrors"][0]["code"], "NOT_FOUND", "{refused:#}");
    }
    house.close().await;
}
