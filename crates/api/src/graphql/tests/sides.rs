//! Who reads whose words: the parket reads what it wrote itself, and of what the museum wrote the delivered pieces.

use serde_json::{Value, json};
use spoor_domain::kernel::Purpose;

use super::cast::{PARKET, favourable_answers, today};
use super::{House, Person};

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
