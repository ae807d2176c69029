//! What a correction may make of a dossier, and what is said to who corrects the wrong way.

use std::sync::Arc;

use serde_json::{Value, json};
use spoor_domain::trajectory::criteria::CriteriaBook;

use super::cast::{favourable_answers, today};
use super::dossiers::{of, steps};
use super::{House, Person};

impl House {
    /// The same house where the criteria allow minors.
    fn allowing_minors(mut self) -> Self {
        let mut criteria = CriteriaBook::default();
        criteria.versions.iter_mut().for_each(|version| version.minors_allowed = true);
        self.desk.criteria = Arc::new(criteria);
        let book = crate::access_book::AccessBook::new(self.access.clone(), self.desk.clock.clone());
        self.schema = crate::graphql::over(self.desk.clone(), book, self.keeper.clone(), true);
        self
    }
}

/// The correction of a day of the request.
fn day(dossier: &Value, field: &str, day: &str) -> Value {
    json!({ "trajectoryId": dossier, "sequence": 1, "field": field, "value": { "day": day },
        "reason": "Verkeerd overgenomen." })
}

#[tokio::test]
async fn a_corrected_birth_date_or_offence_date_makes_nobody_a_minor() {
    let house = House::open().await;
    house.agreement(true).await;
    let (prosecutor, (dossier, _)) = (Person::prosecutor(), house.dossier("een").await);
    let events = house.events().await;
    // The facts are of 15 January 2026, the birth of 17 May 1990.
    for (field, wrong, code) in [
        ("PARTICIPANT_BIRTH_ON", "2010-02-03", "RULE_NOT_MET"),
        ("PARTICIPANT_BIRTH_ON", "2026-02-03", "INVALID_DATE"),
        ("OFFENCE_ON", "2006-01-15", "RULE_NOT_MET"),
        ("OFFENCE_ON", "1989-01-15", "INVALID_DATE"),
    ] {
        assert_eq!(
            house.refused(&prosecutor, "correctFact", day(&dossier, field, wrong)).await,
            code,
            "{field} {wrong}"
        );
    }
    assert_eq!(house.events().await, events, "a refused correction leaves no event");
    let right = day(&dossier, "PARTICIPANT_BIRTH_ON", "1988-01-15");
    house.accepted(&prosecutor, "correctFact", right).await;
    // The day that stands is the corrected one: under the first birth date this would be a minor.
    let mut moved = day(&dossier, "OFFENCE_ON", "2006-01-15");
    moved["commandId"] = json!(super::cast::command_id());
    let first = house.accepted(&prosecutor, "correctFact", moved.clone()).await;
    house.accepted(&prosecutor, "correctFact", day(&dossier, "PARTICIPANT_BIRTH_ON", "1987-01-15")).await;
    let again = house.accepted(&prosecutor, "correctFact", moved).await;
    assert_eq!(again["position"], first["position"], "a repeat stays the same command whatever was corrected since");
    house.close().await;
}

#[tokio::test]
async fn what_is_sealed_is_not_corrected_to_what_it_is_and_what_was_delivered_stays_so() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("zelfde").await;
    let mut filed = Value::Null;
    for (person, mutation, input, _) in steps().into_iter().skip_while(|step| step.1 != "assessEligibility") {
        let payload = house.accepted(&person, mutation, of(&dossier, &input)).await;
        if mutation == "fileReflectionReport" && filed.is_null() {
            filed = payload["version"].clone();
        }
        if mutation == "deliverBundle" {
            break;
        }
    }
    let (parket, museum) = (Person::prosecutor(), Person::coordinator());
    let text = |sequence: &Value, field: &str, text: &str| {
        json!({ "trajectoryId": dossier, "sequence": sequence, "field": field, "value": { "text": text },
            "reason": "Verkeerd overgenomen." })
    };
    let first = json!(1);
    let events = house.events().await;
    for (person, same) in [
        (&parket, text(&first, "PARTICIPANT_NAME", " Testpersoon zelfde ")),
        (&parket, text(&first, "FACTS", "Verzonnen feiten zelfde")),
        (&parket, day(&dossier, "PARTICIPANT_BIRTH_ON", "1990-05-17")),
        (&parket, day(&dossier, "OFFENCE_ON", "2026-01-15")),
        (&museum, text(&filed, "REPORT_TEXT", "Tekst.")),
    ] {
        assert_eq!(house.refused(person, "correctFact", same.clone()).await, "ALREADY_DONE", "{same}");
    }
    assert_eq!(house.events().await, events, "what changes nothing leaves no event, so the bundle stays what it is");

    // What was corrected stands: to that it is not corrected again, and back it is.
    let mut other = text(&first, "PARTICIPANT_NAME", "Testpersoon anders");
    other["commandId"] = json!(super::cast::command_id());
    let made = house.accepted(&parket, "correctFact", other.clone()).await;
    let same = text(&first, "PARTICIPANT_NAME", "Testpersoon anders");
    assert_eq!(house.refused(&parket, "correctFact", same).await, "ALREADY_DONE");
    let again = house.accepted(&parket, "correctFact", other).await;
    assert_eq!(again["position"], made["position"], "the same command has its first result");
    house.accepted(&parket, "correctFact", text(&first, "PARTICIPANT_NAME", "Testpersoon zelfde")).await;
    house.close().await;
}

#[tokio::test]
async fn the_notes_of_an_incident_are_not_corrected_to_what_they_are() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.consented("voorval").await;
    let coordinator = Person::coordinator();
    let reported = json!({ "trajectoryId": dossier, "happenedOn": today(), "notes": "Riep iets." });
    let sequence = house.accepted(&coordinator, "reportIncident", reported).await["version"].clone();
    let notes = |notes: &str| {
        json!({ "trajectoryId": dossier, "sequence": sequence, "field": "NOTES", "value": { "text": notes },
            "reason": "Verkeerd overgenomen." })
    };
    assert_eq!(house.refused(&coordinator, "correctFact", notes("Riep iets.")).await, "ALREADY_DONE");
    house.accepted(&coordinator, "correctFact", notes("Zei iets.")).await;
    assert_eq!(house.refused(&coordinator, "correctFact", notes("Zei iets.")).await, "ALREADY_DONE");
    house.accepted(&coordinator, "correctFact", notes("Riep iets.")).await;
    house.close().await;
}

#[tokio::test]
async fn where_minors_are_allowed_the_guardians_consent_after_the_correction() {
    let house = House::open().await.allowing_minors();
    house.agreement(true).await;
    let (prosecutor, (dossier, _)) = (Person::prosecutor(), house.dossier("een").await);
    let assessed = json!({ "trajectoryId": dossier, "answers": favourable_answers(), "decided": "ELIGIBLE" });
    house.accepted(&prosecutor, "assessEligibility", assessed).await;
    house.accepted(&prosecutor, "correctFact", day(&dossier, "PARTICIPANT_BIRTH_ON", "2010-02-03")).await;
    let consent = |by: &str| {
        json!({ "trajectoryId": dossier, "declaredOn": today(), "textVersion": "deelname-1", "givenBy": by,
            "factsNotDisputed": true, "willing": true })
    };
    assert_eq!(house.refused(&prosecutor, "giveConsent", consent("PARTICIPANT")).await, "CONSENT_MISSING");
    house.accepted(&prosecutor, "giveConsent", consent("GUARDIANS")).await;
    let adult = day(&dossier, "PARTICIPANT_BIRTH_ON", "1990-05-17");
    let refused = house.mutate(&prosecutor, "correctFact", adult).await["userErrors"][0].clone();
    assert_eq!(refused["code"], "RULE_NOT_MET", "{refused:#}");
    assert!(refused["message"].as_str().unwrap().contains("annulStep"), "it says what to do: {refused:#}");
    house.close().await;
}

#[tokio::test]
async fn consent_is_recorded_by_a_text_that_is_listed() {
    let house = House::open().await;
    house.agreement(true).await;
    let (prosecutor, (dossier, _)) = (Person::prosecutor(), house.dossier("een").await);
    let assessed = json!({ "trajectoryId": dossier, "answers": favourable_answers(), "decided": "ELIGIBLE" });
    house.accepted(&prosecutor, "assessEligibility", assessed).await;
    let listed =
        house.query(&prosecutor, "{ consentTexts { version about } }", json!({})).await["consentTexts"].clone();
    assert_eq!(
        listed,
        json!([{ "version": "deelname-1", "about": "participation" }, { "version": "delen-1", "about": "sharing" }])
    );
    let by = |version: &str| {
        json!({ "trajectoryId": dossier, "declaredOn": today(), "textVersion": version, "givenBy": "PARTICIPANT",
            "factsNotDisputed": true, "willing": true })
    };
    let refusing = |version: &str| json!({ "trajectoryId": dossier, "declaredOn": today(), "textVersion": version });
    let sharing = |version: &str| {
        json!({ "trajectoryId": dossier, "declaredOn": today(), "textVersion": version,
            "recipients": [super::cast::PARKET], "scope": "BUNDLE" })
    };
    // The text by which sharing is asked asks for no participation, nor the other way round.
    for (mutation, input) in [
        ("giveConsent", by("nope")),
        ("giveConsent", by("delen-1")),
        ("refuseConsent", refusing("nope")),
        ("giveSharingConsent", sharing("deelname-1")),
    ] {
        let refused = house.mutate(&prosecutor, mutation, input).await["userErrors"][0].clone();
        assert_eq!(
            (&refused["code"], &refused["path"]),
            (&json!("INVALID_INPUT"), &json!(["textVersion"])),
            "{mutation}"
        );
    }
    house.accepted(&prosecutor, "giveConsent", by("deelname-1")).await;
    house.accepted(&prosecutor, "giveSharingConsent", sharing("delen-1")).await;
    house.close().await;
}

#[tokio::test]
async fn a_refusal_of_what_was_done_or_does_not_fit_says_what_helps() {
    let house = House::open().await;
    house.agreement(true).await;
    let (prosecutor, guide, coordinator) = (Person::prosecutor(), Person::guide(), Person::coordinator());
    let (dossier, _) = house.consented("een").await;
    let message = async |person: &Person, mutation: &str, mut input: Value| {
        input["trajectoryId"] = dossier.clone();
        let refused = house.mutate(person, mutation, input).await;
        let error = &refused["userErrors"][0];
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        (text("code"), text("message"))
    };
    let consent = json!({ "declaredOn": today(), "textVersion": "deelname-1", "givenBy": "PARTICIPANT",
        "factsNotDisputed": true, "willing": true });
    let (code, says) = message(&prosecutor, "giveConsent", consent).await;
    assert!(code == "ALREADY_DONE" && says.contains("withdrawConsent") && !says.contains("correctFact"), "{says}");
    house
        .accepted(
            &coordinator,
            "assignGuide",
            json!({ "trajectoryId": dossier, "guide": "guide-1", "competenceAttested": true }),
        )
        .await;
    let called = json!({ "trajectoryId": dossier, "heldOn": today() });
    let held = house.accepted(&guide, "holdPreparatoryCall", called).await["version"].clone();
    let wrong =
        json!({ "sequence": held, "field": "HELD_ON", "value": { "day": today() }, "reason": "Een dag later." });
    let (code, says) = message(&guide, "correctFact", wrong).await;
    assert!(code == "INVALID_INPUT" && says.contains("stepDay"), "{says}");
    let ended = json!({ "trajectoryId": dossier, "reason": "NO_SHOW" });
    house.accepted(&coordinator, "discontinueTrajectory", ended).await;
    let outcome = json!({ "outcome": "PROSECUTED", "decidedOn": today(), "remark": "Gedagvaard." });
    let mut first = outcome.clone();
    first["trajectoryId"] = dossier.clone();
    house.accepted(&prosecutor, "recordOutcome", first).await;
    let mut other = outcome;
    other["remark"] = json!("Toch anders.");
    let (code, says) = message(&prosecutor, "recordOutcome", other).await;
    assert!(code == "ALREADY_DONE" && says.contains("revisionReason") && !says.contains("correctFact"), "{says}");
    house.close().await;
}
