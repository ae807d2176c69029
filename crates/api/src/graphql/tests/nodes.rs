//! Documents and requests of persons concerned by their global ids: shown to whom their own reads show them, and recorded.

use serde_json::{Value, json};
use spoor_domain::access::event::{AccessEvent, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::kernel::Role;

use super::access::{dossier_of, shown};
use super::cast::{PARKET, command_id, favourable_answers, today};
use super::{House, Person};
use crate::graphql::global_id::{Kind, global_id};

const NODE: &str =
    "query($id: ID!) { node(id: $id) { __typename id ... on Document { kind sha256 mediaType recordedBy }
    ... on RightsRequest { kind status controller wording { ... on PersonalText { value } } trajectory { id } } } }";

/// A dossier with a paper of the parket in it, and the global id of the paper.
pub async fn with_a_paper(house: &House) -> (Value, Value) {
    let (dossier, _) = house.dossier("papier").await;
    let of = |mut input: Value| {
        input["trajectoryId"] = dossier.clone();
        input
    };
    let prosecutor = Person::prosecutor();
    let decided = json!({ "answers": favourable_answers(), "decided": "ELIGIBLE" });
    house.accepted(&prosecutor, "assessEligibility", of(decided)).await;
    let consent = json!({ "declaredOn": today(), "textVersion": "deelname-1", "givenBy": "PARTICIPANT", "factsNotDisputed": true, "willing": true });
    house.accepted(&prosecutor, "giveConsent", of(consent)).await;
    let look = "query($id: ID!) { trajectory(id: $id) { subject } }";
    let found = house.query(&prosecutor, look, json!({ "id": dossier })).await;
    let subject = found["trajectory"]["subject"].as_str().unwrap().parse().unwrap();
    let (own, paper) = (dossier_of(&dossier), b"Een getekend papier.".to_vec());
    let kept = house.desk.keep_document(own, subject, "text/plain", paper, prosecutor.actor()).await.unwrap();
    let document = json!(global_id(Kind::Document, &kept.to_string()));
    let attached = of(json!({ "kind": "SIGNED_PAPER", "document": { "id": document } }));
    house.accepted(&prosecutor, "attachConsentEvidence", attached).await;
    (dossier, document)
}

/// What was recorded of asking for this node, and the answer.
async fn asked(house: &House, person: &Person, id: &Value) -> (Value, Vec<AccessEvent>) {
    let before = house.accesses().await;
    let answer = house.query(person, NODE, json!({ "id": id })).await["node"].clone();
    (answer, house.accesses_after(before).await)
}

fn refused(events: &[AccessEvent]) -> Option<&RefusedPart> {
    match events {
        [AccessEvent::QuestionRefused { refusals, .. }] => refusals.first(),
        _ => None,
    }
}

#[tokio::test]
async fn a_document_is_found_by_its_id_by_those_its_dossier_shows_it_to() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, document) = with_a_paper(&house).await;
    let fields =
        "query($id: ID!) { trajectory(id: $id) { documents { __typename id kind sha256 mediaType recordedBy } } }";
    for person in [Person::prosecutor(), Person::jurist()] {
        let (found, events) = asked(&house, &person, &document).await;
        let listed = house.query(&person, fields, json!({ "id": dossier })).await;
        assert_eq!(json!([found]), listed["trajectory"]["documents"]);
        assert_eq!(events.iter().flat_map(shown).collect::<Vec<_>>(), [dossier_of(&dossier)], "{events:#?}");
        let [AccessEvent::DossiersShown { checkpoints, .. }] = &events[..] else { panic!("{events:#?}") };
        assert_eq!(checkpoints.get("trajectories").copied(), Some(house.events().await));
    }
    // Kazerne Dossin works on the dossier, but the evidence of the parket is not its own.
    let nowhere = json!(global_id(Kind::Document, &format!("{}/{}", dossier_of(&dossier), "ab".repeat(32))));
    for person in [Person::coordinator(), Person::compliance(), Person::other_prosecutor()] {
        for id in [&document, &nowhere] {
            let (found, events) = asked(&house, &person, id).await;
            assert_eq!(found, Value::Null, "{:?}", person.actor());
            let part = refused(&events).unwrap_or_else(|| panic!("{events:#?}"));
            assert_eq!((part.reason, part.dossier), (QuestionRefusal::NotFound, Some(dossier_of(&dossier))));
        }
    }
    for person in [Person::analyst(), Person::administrator()] {
        let (found, events) = asked(&house, &person, &document).await;
        assert_eq!(found, Value::Null);
        assert_eq!(refused(&events).map(|part| part.reason), Some(QuestionRefusal::Forbidden), "{events:#?}");
    }
    let silent = house.ask(&Person::prosecutor().for_purpose(None), NODE, json!({ "id": document })).await;
    assert_eq!(silent["errors"][0]["extensions"]["code"], "PURPOSE_REQUIRED");
    house.close().await;
}

#[tokio::test]
async fn a_request_of_a_person_is_found_by_its_id_by_the_controller_it_was_addressed_to() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = with_a_paper(&house).await;
    let register = "mutation($input: RegisterRightsRequestInput!) { registerRightsRequest(input: $input) {
        userErrors { code } rightsRequest { id } } }";
    let input = json!({ "commandId": command_id(), "trajectoryId": dossier, "kind": "ACCESS", "receivedOn": today(), "wording": "Wat weet u?" });
    let registered = house.query(&Person::compliance(), register, json!({ "input": input })).await;
    assert_eq!(registered["registerRightsRequest"]["userErrors"], json!([]));
    let id = registered["registerRightsRequest"]["rightsRequest"]["id"].clone();

    let (found, events) = asked(&house, &Person::compliance(), &id).await;
    assert_eq!(
        found,
        json!({ "__typename": "RightsRequest", "id": id, "kind": "ACCESS", "status": "RECEIVED", "controller": "kazerne-dossin",
            "wording": { "value": "Wat weet u?" }, "trajectory": { "id": dossier } })
    );
    let [AccessEvent::DossiersShown { dossiers, .. }] = &events[..] else { panic!("{events:#?}") };
    assert_eq!(dossiers[0].id, dossier_of(&dossier));
    assert!(dossiers[0].personal.contains("rights_request"), "{dossiers:?}");

    // To the officer of the parket, who is another controller, it is answered as none at all.
    let officer = Person::new("officer-1", Role::ComplianceOfficer, PARKET);
    let nowhere = json!(global_id(Kind::RightsRequest, &command_id().to_string()));
    let (hidden, of_hidden) = asked(&house, &officer, &id).await;
    let (none, of_none) = asked(&house, &officer, &nowhere).await;
    assert_eq!((&hidden, &none), (&Value::Null, &Value::Null));
    assert_eq!(refused(&of_hidden).map(|part| part.reason), Some(QuestionRefusal::NotFound), "{of_hidden:#?}");
    let stands_at = |events: &[AccessEvent]| refused(events).and_then(|part| part.dossier);
    assert_eq!(
        (stands_at(&of_hidden), stands_at(&of_none)),
        (Some(dossier_of(&dossier)), None),
        "it stands at its dossier"
    );
    assert_eq!(refused(&of_none).map(|part| part.reason), Some(QuestionRefusal::NotFound), "{of_none:#?}");
    for person in [Person::prosecutor(), Person::coordinator(), Person::analyst()] {
        let (found, events) = asked(&house, &person, &id).await;
        assert_eq!(found, Value::Null);
        assert_eq!(refused(&events).map(|part| part.reason), Some(QuestionRefusal::Forbidden), "{events:#?}");
    }
    house.close().await;
}
