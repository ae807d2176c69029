//! Who reads whose words: the parket reads what it wrote itself, and of what the museum wrote the delivered pieces.

use serde_json::{Value, json};
use spoor_domain::kernel::Purpose;

use super::cast::{PARKET, command_id, favourable_answers, today};
use super::dossiers::{of, steps};
use super::{House, Person};
use crate::graphql::global_id::{Kind, global_id};

impl House {
    /// A dossier in which the participant consents; gives its id and its number.
    pub async fn consented(&self, marker: &str) -> (Value, String) {
        let (dossier, number) = self.dossier(marker).await;
        let parket = Person::prosecutor();
        let assessed = json!({ "trajectoryId": dossier, "answers": favourable_answers(), "decided": "ELIGIBLE" });
        self.accepted(&parket, "assessEligibility", assessed).await;
        let consent = json!({ "trajectoryId": dossier, "declaredOn": today(), "textVersion": "deelname-1",
            "givenBy": "PARTICIPANT", "factsNotDisputed": true, "willing": true });
        self.accepted(&parket, "giveConsent", consent).await;
        (dossier, number)
    }

    /// The texts of a dossier as somebody reads them: field, and value or the reason why it is withheld.
    async fn texts(&self, person: &Person, dossier: &Value) -> Vec<(String, String)> {
        let document = "query($id: ID!) { trajectory(id: $id) { texts {
            field text { ... on PersonalText { value } ... on Withheld { reason } } } } }";
        let shown = self.query(person, document, json!({ "id": dossier })).await["trajectory"]["texts"].clone();
        let text = |text: &Value| {
            let read = text["text"].get("value").unwrap_or(&text["text"]["reason"]);
            (text["field"].as_str().unwrap().to_owned(), read.as_str().unwrap().to_owned())
        };
        shown.as_array().unwrap().iter().map(text).collect()
    }
}

fn read(field: &str, text: &str) -> (String, String) {
    (field.to_owned(), text.to_owned())
}

#[tokio::test]
async fn an_end_remark_of_the_museum_is_not_the_parkets_to_read_and_its_own_words_are() {
    let house = House::open().await;
    house.agreement(true).await;
    let (prosecutor, coordinator) = (Person::prosecutor(), Person::coordinator());
    let (dossier, number) = house.consented("een").await;
    let ended = json!({ "trajectoryId": dossier, "reason": "OTHER", "remark": "Wat het museum weet." });
    house.accepted(&coordinator, "discontinueTrajectory", ended).await;
    let outcome =
        json!({ "trajectoryId": dossier, "outcome": "PROSECUTED", "decidedOn": today(), "remark": "Gedagvaard." });
    house.accepted(&prosecutor, "recordOutcome", outcome.clone()).await;
    let mut revised = outcome;
    (revised["outcome"], revised["revisionReason"]) = (json!("OTHER"), json!("Bij nader inzien."));
    house.accepted(&prosecutor, "recordOutcome", revised).await;
    let corrected = json!({ "trajectoryId": dossier, "sequence": 1, "field": "FACTS", "value": { "text": "Juistere feiten." },
        "reason": "Verkeerd overgenomen." });
    house.accepted(&prosecutor, "correctFact", corrected).await;

    let parket = house.texts(&prosecutor, &dossier).await;
    let own = [
        read("outcome_remark", "Gedagvaard."),
        read("revision_reason", "Bij nader inzien."),
        read("correction_reason", "Verkeerd overgenomen."),
    ];
    assert!(own.iter().all(|text| parket.contains(text)), "{parket:?}");
    assert!(parket.contains(&read("end_remark", "NOT_AUTHORISED")), "{parket:?}");
    let museum = house.texts(&coordinator, &dossier).await;
    assert!(own.iter().all(|text| museum.contains(text)), "the museum knows a dossier from the consent on: {museum:?}");
    assert!(museum.contains(&read("end_remark", "Wat het museum weet.")), "{museum:?}");

    // The trail says the same as the texts.
    let document = "query($id: ID!) { trajectory(id: $id) { history(last: 50) { nodes { event
        reason { ... on PlainValue { value } } changes { path to { ... on PlainValue { value } } } } } } }";
    let trail = house.query(&prosecutor, document, json!({ "id": dossier })).await.to_string();
    assert!(!trail.contains("Wat het museum weet."), "{trail}");
    assert!(own.iter().all(|(_, text)| trail.contains(text)), "{trail}");

    // Each controller answers the person with what it holds itself.
    let subject = house.subject_of(&dossier).await;
    let held = async |officer: Person| {
        let officer = officer.for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
        let document = "query($subject: ID!) { subjectAccess(subject: $subject) { values { field
            value { ... on PersonalText { value } ... on Withheld { reason } } source { organisation } } } }";
        house.query(&officer, document, json!({ "subject": subject })).await["subjectAccess"]["values"].clone()
    };
    let value = |values: &Value, field: &str| {
        let values = values.as_array().unwrap();
        values.iter().find(|value| value["field"] == field).unwrap().clone()
    };
    let parket = held(Person::officer()).await;
    assert_eq!(
        value(&parket, "end_remark"),
        json!({ "field": "end_remark", "value": { "reason": "NOT_AUTHORISED" }, "source": { "organisation": "kazerne-dossin" } })
    );
    assert_eq!(value(&parket, "facts")["value"]["value"], "Juistere feiten.");
    let museum = held(Person::compliance()).await;
    assert_eq!(value(&museum, "end_remark")["value"]["value"], "Wat het museum weet.");
    assert_eq!(value(&museum, "facts")["source"]["organisation"], PARKET);
    house.close().await;
}

#[tokio::test]
async fn what_a_person_asked_of_a_controller_is_in_the_trail_of_its_own_officers_alone() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("verzoek").await;
    for (person, mutation, input, _) in steps().into_iter().take(4) {
        house.accepted(&person, mutation, of(&dossier, &input)).await;
    }
    house.right(&Person::officer(), &dossier).await;
    // An event behind it: once the trail shows that one, it shows the request to whom it is shown at all.
    let called = json!({ "trajectoryId": dossier, "heldOn": today() });
    let payload = house.accepted(&Person::guide(), "holdPreparatoryCall", called).await;
    let document = "query($id: ID!, $at: Position) {
        auditTrail(last: 30, filter: { trajectory: $id }, minPosition: $at) { nodes {
            event changes { path to { ... on PlainValue { value } } } } }
        trajectory(id: $id) { history(last: 30) { nodes {
            event changes { path to { ... on PlainValue { value } } } } } } }";
    let read = async |person: Person| {
        let asked = json!({ "id": dossier, "at": payload["position"] });
        house.query(&person, document, asked).await.to_string()
    };
    let others = [Person::prosecutor(), Person::jurist(), Person::coordinator(), Person::guide(), Person::compliance()];
    for other in others {
        let role = other.actor().role;
        let trail = read(other).await;
        assert!(trail.contains("PreparatoryCallHeld"), "{role:?}: {trail}");
        let told = trail.contains("RightsRequestReceived") || trail.contains("Mijn naam is anders.");
        assert!(!told, "{role:?}: {trail}");
    }
    let own = read(Person::officer()).await;
    assert!(own.contains("RightsRequestReceived"), "{own}");
    house.close().await;
}

#[tokio::test]
async fn a_request_to_one_controller_is_to_the_officers_of_another_as_none_at_all_also_where_they_would_answer_it() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.consented("niet van hen").await;
    let registered = house.right(&Person::officer(), &dossier).await;
    let nowhere = global_id(Kind::RightsRequest, &command_id().to_string()).0;
    let answering = "mutation($input: AnswerRightsRequestInput!) { answerRightsRequest(input: $input) {
        userErrors { code path message currentVersion } } }";
    let of_its_case = Person::compliance().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let others =
        [(Person::compliance(), "NOT_FOUND"), (of_its_case, "NOT_FOUND"), (Person::coordinator(), "NOT_YOUR_ROLE")];
    for (person, code) in others {
        for version in [Value::Null, json!(7)] {
            let answered = async |id: &str| {
                let input = json!({ "commandId": command_id(), "rightsRequestId": id, "answeredOn": today(),
                    "answer": "GRANTED", "expectedVersion": version });
                house.query(&person, answering, json!({ "input": input })).await
            };
            let (hidden, none) = (answered(&registered).await, answered(&nowhere).await);
            assert_eq!(hidden, none);
            assert_eq!(hidden["answerRightsRequest"]["userErrors"][0]["code"], code, "{hidden:#}");
        }
    }
    house.close().await;
}

#[tokio::test]
async fn the_parket_reads_of_the_museum_the_words_that_a_delivered_bundle_prints_and_no_others() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("woorden").await;
    let live = async |from: &str, until: &str| {
        let (mut version, mut further) = (Value::Null, steps().into_iter().skip_while(|step| step.1 != from));
        while version.is_null() {
            let (person, mutation, mut input, _) = further.next().unwrap();
            if mutation == "holdTour" {
                input["adaptedTo"] = json!("Rustige rondleiding.");
            }
            let payload = house.accepted(&person, mutation, of(&dossier, &input)).await;
            if mutation == until {
                version = payload["version"].clone();
            }
        }
        version
    };
    let issued = live("assessEligibility", "issueAdvice").await;
    let correct = async |text: &str| {
        let correction = json!({ "trajectoryId": dossier, "sequence": issued, "field": "MOTIVATION",
            "value": { "text": text }, "reason": "Verkeerd overgenomen." });
        house.accepted(&Person::coordinator(), "correctFact", correction).await;
    };
    let before = house.events().await;
    correct("Juist.").await;
    live("assembleBundle", "deliverBundle").await;

    let prosecutor = Person::prosecutor();
    let texts = house.texts(&prosecutor, &dossier).await;
    assert!(texts.contains(&read("motivation", "Juist.")), "{texts:?}");
    assert!(texts.contains(&read("report_text", "Tekst.")), "{texts:?}");
    for not_printed in ["adapted_to", "notes", "correction_reason"] {
        assert!(texts.contains(&read(not_printed, "NOT_AUTHORISED")), "{texts:?}");
    }
    // What stood before the bundle was put together was never handed over.
    let document = "query($id: ID!, $index: Int) { trajectory(id: $id, asOf: { index: $index }) { texts {
        field text { ... on PersonalText { value } ... on Withheld { reason } } } } }";
    let then = house.query(&prosecutor, document, json!({ "id": dossier, "index": before })).await.to_string();
    assert!(!then.contains("Nam actief deel.") && then.contains("Tekst."), "{then}");
    let museum = house.query(&Person::coordinator(), document, json!({ "id": dossier, "index": before })).await;
    assert!(museum.to_string().contains("Nam actief deel."), "{museum:#}");

    // What is corrected after it waits for another bundle.
    correct("Nog juister.").await;
    let texts = house.texts(&prosecutor, &dossier).await;
    assert!(texts.contains(&read("motivation", "NOT_AUTHORISED")), "{texts:?}");
    let texts = house.texts(&Person::coordinator(), &dossier).await;
    assert!(texts.contains(&read("motivation", "Nog juister.")), "{texts:?}");
    house.close().await;
}
