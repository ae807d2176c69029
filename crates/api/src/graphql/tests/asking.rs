//! What can be asked of the lists, and what is said to who asks it wrongly.

use async_graphql::{Executor, Request};
use serde_json::{Value, json};
use spoor_eventlog::Clock;

use super::{House, Person};
use crate::http::answer::finish;

impl House {
    /// The error of a question, as it leaves the house, and whether something was kept from the client.
    async fn declined(&self, person: &Person, document: &str) -> (String, String, bool) {
        let request = Request::new(document).data(self.context(person));
        let mut response = self.schema.execute(request).await;
        let hidden = finish(&mut response, Clock::System.new_id());
        let answer = serde_json::to_value(response).unwrap();
        let error = &answer["errors"][0];
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{document}: {answer:#}")).to_owned();
        (text(&error["extensions"]["code"]), text(&error["message"]), !hidden.is_empty())
    }
}

#[tokio::test]
async fn a_value_of_the_wrong_shape_is_the_clients_to_put_right() {
    let house = House::open().await;
    let prosecutor = Person::prosecutor();
    for (document, shape) in [
        ("{ progressReport(plan: \"x\", period: 2018) { period } }", "2018-H2"),
        ("{ progressReport(plan: \"x\", period: \"2018\") { period } }", "2018"),
        ("{ actionPlans(minPosition: 1) { id } }", "give back the text"),
        ("{ actionPlans(asKnownAt: 5) { id } }", ""),
        ("{ criteria(parket: \"parket-antwerpen\", on: 20261122) { code } }", "2018-10-01"),
        ("{ appointments(from: 2026, to: \"2026-03-01T10:00:00Z\", first: 1) { totalCount } }", "2026-03-01T10:00:00Z"),
        ("query($p: HalfYear! = 2018) { progressReport(plan: \"x\", period: $p) { period } }", "2018-H2"),
    ] {
        let (code, message, hidden) = house.declined(&prosecutor, document).await;
        assert!(code == "BAD_USER_INPUT" && !hidden, "{document}: {code} {message}");
        assert!(message.contains(shape), "{document}: {message}");
    }
    house.close().await;
}

#[tokio::test]
async fn dossiers_past_their_deadline_and_the_others_are_all_dossiers() {
    let house = House::open().await;
    house.agreement(true).await;
    house.dossier("een").await;
    house.dossier("twee").await;
    let count = async |filter: Value| {
        let document =
            "query($f: TrajectoryFilter) { trajectories(first: 5, filter: $f) { totalCount nodes { number } } }";
        let found = house.query(&Person::prosecutor(), document, json!({ "f": filter })).await["trajectories"].clone();
        assert_eq!(found["nodes"].as_array().unwrap().len() as u64, found["totalCount"].as_u64().unwrap());
        found["totalCount"].clone()
    };
    assert_eq!(count(json!({ "overdue": true })).await, 0);
    assert_eq!(count(json!({ "overdue": false })).await, 2);
    assert_eq!(count(json!({})).await, 2);
    // An id that names nothing is no way to ask for nothing.
    for filter in ["{ parket: [\"zzz\"] }", "{ guide: [\"zzz\"] }"] {
        let document = format!("{{ trajectories(first: 5, filter: {filter}) {{ totalCount }} }}");
        let (code, message, _) = house.declined(&Person::prosecutor(), &document).await;
        assert_eq!(code, "BAD_USER_INPUT", "{filter}: {message}");
    }
    house.close().await;
}

#[tokio::test]
async fn the_agenda_says_how_many_appointments_there_are() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.consented("een").await;
    let coordinator = Person::coordinator();
    for hour in ["10", "11", "12"] {
        let planned = json!({ "trajectoryId": dossier, "kind": "PREPARATORY_CALL", "channel": "TELEPHONE",
            "startsAt": format!("2037-03-02T{hour}:00:00Z") });
        house.accepted(&coordinator, "planAppointment", planned).await;
    }
    let document = "{ appointments(from: \"2037-03-01T00:00:00Z\", to: \"2037-03-02T11:30:00Z\", first: 1) {
        totalCount totalCountExact nodes { kind } } }";
    for (person, count) in [(coordinator, 2), (Person::prosecutor(), 2), (Person::guide(), 0)] {
        let page = house.query(&person, document, json!({})).await["appointments"].clone();
        assert_eq!((&page["totalCount"], &page["totalCountExact"]), (&json!(count), &json!(true)), "{page:#}");
    }
    house.close().await;
}
