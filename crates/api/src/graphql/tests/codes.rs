//! What stands unsealed in events is a code: no name gets there, and what was made is named by its id at once.

use serde_json::{Value, json};
use spoor_domain::kernel::{CommandContext, OrganisationId, Provenance, Purpose};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_domain::trajectory::vocabulary::SharingScope;

use super::access::dossier_of;
use super::cast::{OTHER_PARKET, PARKET, request, today};
use super::{House, Person};
use crate::graphql::global_id::{Kind, global_id, local_id};

#[tokio::test]
async fn a_name_or_an_address_is_taken_for_no_code() {
    let house = House::open().await;
    let agreement = house.agreement(true).await;
    let (coordinator, prosecutor) = (Person::coordinator(), Person::prosecutor());
    let (dossier, _) = house.consented("codes").await;
    let before = house.log.head().await.unwrap().index;
    for text in ["Jan Janssens", "jan.janssens@voorbeeld.invalid", ""] {
        let guide = json!({ "trajectoryId": dossier, "guide": text, "competenceAttested": true });
        let sharing = json!({ "trajectoryId": dossier, "declaredOn": today(), "textVersion": "delen-1",
            "recipients": [PARKET, text], "scope": "BUNDLE" });
        let told =
            json!({ "trajectoryId": dossier, "recipient": text, "sequence": 1, "toldOn": today(), "means": "LETTER" });
        let terms = json!({ "kind": "LEARNING_TRAJECTORY", "parties": [PARKET, text], "namesArticle216ter": false });
        let consulted = json!({ "agreementId": agreement, "heldOn": today(), "attendedBy": [PARKET, text] });
        for (person, mutation, input, field) in [
            (&coordinator, "assignGuide", guide.clone(), "guide"),
            (&coordinator, "replaceGuide", guide, "guide"),
            (&prosecutor, "offerTransfer", json!({ "trajectoryId": dossier, "to": text }), "to"),
            (&prosecutor, "reassignTrajectory", json!({ "trajectoryId": dossier, "to": text }), "to"),
            (&prosecutor, "giveSharingConsent", sharing, "recipients"),
            (&coordinator, "recordRecipientTold", told, "recipient"),
            (&coordinator, "draftAgreement", json!({ "draftedOn": today(), "terms": terms }), "parties"),
        ] {
            let refused = house.mutate(person, mutation, input).await["userErrors"][0].clone();
            assert_eq!(
                (&refused["code"], &refused["path"]),
                (&json!("INVALID_INPUT"), &json!([field])),
                "{mutation} of {text:?}: {refused:#}"
            );
            let says = refused["message"].as_str().unwrap();
            assert!(says.contains("never a name or an address") && (text.is_empty() || !says.contains(text)), "{says}");
        }
        let held = "mutation($input: HoldStructuralConsultationInput!) { holdStructuralConsultation(input: $input) {
            userErrors { code path } } }";
        let mut input = consulted;
        input["commandId"] = json!(super::cast::command_id());
        let answer = house.query(&coordinator, held, json!({ "input": input })).await;
        let refused = &answer["holdStructuralConsultation"]["userErrors"][0];
        assert_eq!((&refused["code"], &refused["path"]), (&json!("INVALID_INPUT"), &json!(["attendedBy"])));
    }
    assert_eq!(house.log.head().await.unwrap().index, before, "what is refused leaves no event");
    house.close().await;
}

#[tokio::test]
async fn a_dossier_is_offered_to_and_shared_with_parketten_of_an_agreement_only() {
    let house = House::open().await;
    house.agreement(true).await;
    let prosecutor = Person::prosecutor();
    let (dossier, _) = house.consented("parketten").await;
    let sharing = |recipients: Value| json!({ "trajectoryId": dossier, "declaredOn": today(), "textVersion": "delen-1", "recipients": recipients, "scope": "BUNDLE" });
    // The police are a party, but to no agreement on learning trajectories.
    let terms = json!({ "kind": "POLICE_TRAINING", "parties": ["geintegreerde-politie"], "namesArticle216ter": false });
    house.accepted(&Person::coordinator(), "draftAgreement", json!({ "draftedOn": today(), "terms": terms })).await;
    for (mutation, input, field) in [
        ("offerTransfer", json!({ "trajectoryId": dossier, "to": "parket-elders" }), "to"),
        ("giveSharingConsent", sharing(json!([PARKET, "parket-elders"])), "recipients"),
        ("offerTransfer", json!({ "trajectoryId": dossier, "to": "geintegreerde-politie" }), "to"),
        ("giveSharingConsent", sharing(json!([PARKET, "geintegreerde-politie"])), "recipients"),
    ] {
        let refused = house.mutate(&prosecutor, mutation, input).await["userErrors"][0].clone();
        assert_eq!((&refused["code"], &refused["path"]), (&json!("INVALID_INPUT"), &json!([field])), "{refused:#}");
        assert!(refused["message"].as_str().unwrap().contains("parketten"), "{refused:#}");
    }
    // By code and by global id alike, as a bundle is handed over.
    let mixed = sharing(json!([PARKET, global_id(Kind::Parket, OTHER_PARKET)]));
    house.accepted(&prosecutor, "giveSharingConsent", mixed).await;
    let shown = "query($id: ID!) { trajectory(id: $id) { sharingConsent { recipients } } }";
    let data = house.query(&prosecutor, shown, json!({ "id": dossier })).await;
    let recipients = &data["trajectory"]["sharingConsent"]["recipients"];
    assert_eq!(recipients, &json!([PARKET, OTHER_PARKET]));
    let offered = json!({ "trajectoryId": dossier, "to": global_id(Kind::Parket, OTHER_PARKET) });
    house.accepted(&prosecutor, "offerTransfer", offered).await;
    house.close().await;
}

#[tokio::test]
async fn a_party_to_an_agreement_about_something_else_is_listed_nowhere_as_one_that_takes_part() {
    let house = House::open().await;
    house.agreement(true).await;
    let terms = json!({ "kind": "POLICE_TRAINING", "parties": ["parket-gent"], "namesArticle216ter": false });
    house.accepted(&Person::coordinator(), "draftAgreement", json!({ "draftedOn": today(), "terms": terms })).await;
    let (dossier, _) = house.consented("ander").await;
    let listed = async || {
        let listed = house.query(&Person::prosecutor(), "{ parketten { code } }", json!({})).await;
        let codes = listed["parketten"].as_array().unwrap().iter().map(|parket| parket["code"].clone());
        codes.collect::<Vec<_>>()
    };
    let offered = json!({ "trajectoryId": dossier, "to": "parket-gent" });
    assert_eq!(listed().await, [PARKET, OTHER_PARKET]);
    assert_eq!(house.refused(&Person::prosecutor(), "offerTransfer", offered.clone()).await, "INVALID_INPUT");

    let terms = json!({ "kind": "LEARNING_TRAJECTORY", "parties": ["parket-gent"], "namesArticle216ter": false });
    house.accepted(&Person::coordinator(), "draftAgreement", json!({ "draftedOn": today(), "terms": terms })).await;
    assert_eq!(listed().await, [PARKET, "parket-gent", OTHER_PARKET]);
    house.accepted(&Person::prosecutor(), "offerTransfer", offered).await;
    house.close().await;
}

#[tokio::test]
async fn a_party_is_known_by_the_code_it_was_first_named_by_before_any_view_shows_it() {
    let mut house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.consented("achterstand").await;
    house.stop_the_views().await;
    let drafted = |party: &str| {
        let terms = json!({ "kind": "LEARNING_TRAJECTORY", "parties": [party], "namesArticle216ter": false });
        json!({ "draftedOn": today(), "terms": terms })
    };
    let (coordinator, prosecutor) = (Person::coordinator(), Person::prosecutor());
    let first = house.mutate(&coordinator, "draftAgreement", drafted("parket-gent")).await;
    assert_eq!((&first["userErrors"], &first["pending"]), (&json!([]), &json!(true)), "{first:#}");
    let refused = house.mutate(&coordinator, "draftAgreement", drafted("Parket-Gent")).await["userErrors"][0].clone();
    assert_eq!((&refused["code"], &refused["path"]), (&json!("INVALID_INPUT"), &json!(["parties"])), "{refused:#}");
    assert!(refused["message"].as_str().unwrap().contains("parket-gent"), "{refused:#}");
    let offered = json!({ "trajectoryId": dossier, "to": "parket-gent" });
    let offered = house.mutate(&prosecutor, "offerTransfer", offered).await;
    assert_eq!(offered["userErrors"], json!([]), "{offered:#}");
    house.close().await;
}

#[tokio::test]
async fn what_was_made_like_an_id_is_no_code_and_a_known_code_is_written_as_it_is_known() {
    let house = House::open().await;
    let agreement = house.agreement(true).await;
    let (coordinator, prosecutor) = (Person::coordinator(), Person::prosecutor());
    let (dossier, _) = house.consented("spelling").await;
    let before = house.log.head().await.unwrap().index;
    let drafted = |party: &str| {
        let terms = json!({ "kind": "LEARNING_TRAJECTORY", "parties": [party], "namesArticle216ter": false });
        json!({ "draftedOn": today(), "terms": terms })
    };
    let sharing = |party: &str| {
        json!({ "trajectoryId": dossier, "declaredOn": today(), "textVersion": "delen-1", "recipients": [party],
            "scope": "BUNDLE" })
    };
    let offered = |party: &str| json!({ "trajectoryId": dossier, "to": party });
    // `Organisation:parket-gent` and `Parket:` as global ids are written.
    for (given, says) in [
        ("T3JnYW5pc2F0aW9uOnBhcmtldC1nZW50", "parketten"),
        ("UGFya2V0Og", "parketten"),
        ("Parket-Antwerpen", PARKET),
        ("PARKET-LIMBURG", OTHER_PARKET),
    ] {
        for (person, mutation, input, field) in [
            (&coordinator, "draftAgreement", drafted(given), "parties"),
            (&prosecutor, "giveSharingConsent", sharing(given), "recipients"),
            (&prosecutor, "offerTransfer", offered(given), "to"),
        ] {
            let refused = house.mutate(person, mutation, input).await["userErrors"][0].clone();
            assert_eq!(
                (&refused["code"], &refused["path"]),
                (&json!("INVALID_INPUT"), &json!([field])),
                "{mutation} of {given}: {refused:#}"
            );
            for message in ["message", "messageNl"] {
                assert!(refused[message].as_str().unwrap().contains(says), "{mutation} of {given}: {refused:#}");
            }
        }
    }
    let sign = |organisation: &str| json!({ "organisation": organisation, "capacity": "hoofd" });
    let renewed = json!({ "agreementId": agreement, "signedOn": today(), "validity": { "from": today() },
        "signatories": [sign("kazerne-dossin"), sign("Parket-Antwerpen"), sign(OTHER_PARKET)] });
    let refused = house.mutate(&coordinator, "renewAgreement", renewed).await["userErrors"][0].clone();
    assert_eq!((&refused["code"], &refused["path"]), (&json!("INVALID_INPUT"), &json!(["signatories"])));
    assert!(refused["message"].as_str().unwrap().contains(PARKET), "{refused:#}");
    assert_eq!(house.log.head().await.unwrap().index, before, "what is refused leaves no event");

    // Whose role it is not is told that and nothing about codes; a new party may be named in any.
    assert_eq!(house.refused(&Person::analyst(), "draftAgreement", drafted("Parket-Antwerpen")).await, "NOT_YOUR_ROLE");
    house.accepted(&coordinator, "draftAgreement", drafted("parket-gent")).await;
    house.close().await;
}

#[tokio::test]
async fn a_recipient_from_before_codes_were_asked_for_is_told_by_the_name_it_was_recorded_under() {
    let house = House::open().await;
    house.agreement(true).await;
    let (coordinator, today_there) = (Person::coordinator(), || house.desk.clock.today_brussels());
    let (dossier, _) = house.consented("vroeger").await;
    // Past the schema, which takes codes alone by now.
    let recorded = async |command: TrajectoryCommand| {
        let context = CommandContext {
            purpose: Purpose::CaseHandling,
            actor: coordinator.actor().clone(),
            at: house.desk.clock.now(),
            today: today_there(),
            command_id: super::cast::command_id(),
            expected_version: None,
            provenance: Provenance::default(),
        };
        let stream = dossier_of(&dossier).to_string();
        house.log.execute::<LearningTrajectory>(&stream, &command, &context).await.unwrap();
    };
    let recipient = OrganisationId("Parket Antwerpen".into());
    recorded(TrajectoryCommand::GiveSharingConsent {
        declared_on: today_there(),
        text_version: "delen-1".into(),
        recipients: vec![recipient.clone()],
        scope: SharingScope::Bundle,
        expires_on: None,
    })
    .await;
    let ended = json!({ "trajectoryId": dossier, "reason": "OTHER", "remark": "Verhuisd." });
    house.accepted(&coordinator, "discontinueTrajectory", ended).await;
    house.accepted(&coordinator, "assembleBundle", json!({ "trajectoryId": dossier })).await;
    recorded(TrajectoryCommand::DeliverBundle { number: 1, recipient, delivered_on: today_there() }).await;
    let corrected = json!({ "trajectoryId": dossier, "sequence": 1, "field": "PARTICIPANT_NAME",
        "value": { "text": "Testpersoon juist" }, "reason": "Verkeerd overgenomen." });
    let sequence = house.accepted(&Person::prosecutor(), "correctFact", corrected).await["version"].clone();

    let told = |whom: &str| json!({ "trajectoryId": dossier, "recipient": whom, "sequence": sequence, "toldOn": today(), "means": "LETTER" });
    let refused = house.mutate(&coordinator, "recordRecipientTold", told("Parket Gent")).await["userErrors"][0].clone();
    assert_eq!((&refused["code"], &refused["path"]), (&json!("INVALID_INPUT"), &json!(["recipient"])), "{refused:#}");
    // To whoever may not tell, a recipient of the dossier and any other text are alike.
    for whom in ["Parket Antwerpen", "Parket Gent"] {
        assert_eq!(house.refused(&Person::other_prosecutor(), "recordRecipientTold", told(whom)).await, "NOT_FOUND");
    }
    house.accepted(&coordinator, "recordRecipientTold", told("Parket Antwerpen")).await;
    let shown = "query($id: ID!) { trajectory(id: $id) { recipientsToTell { recipient settled { means } } } }";
    let data = house.query(&coordinator, shown, json!({ "id": dossier })).await;
    assert_eq!(
        data["trajectory"]["recipientsToTell"],
        json!([{ "recipient": "Parket Antwerpen", "settled": { "means": "LETTER" } }])
    );
    house.close().await;
}

#[tokio::test]
async fn what_was_made_has_its_id_also_while_the_views_do_not_show_it() {
    let mut house = House::open().await;
    house.agreement(true).await;
    house.stop_the_views().await;
    let document = "mutation($input: RequestTrajectoryInput!) { requestTrajectory(input: $input) {
        pending version trajectoryId trajectory { id } userErrors { code } } }";
    let input = json!({ "commandId": super::cast::command_id(), "request": request("nieuw") });
    let made =
        house.query(&Person::prosecutor(), document, json!({ "input": input })).await["requestTrajectory"].clone();
    assert_eq!((&made["pending"], &made["trajectory"], &made["version"]), (&json!(true), &Value::Null, &json!(1)));
    let id = local_id(Kind::Trajectory, &made["trajectoryId"].as_str().unwrap().into()).unwrap();
    assert_eq!(house.log.load::<LearningTrajectory>(&id).await.unwrap().version, 1);

    let document = "mutation($input: DraftAgreementInput!) { draftAgreement(input: $input) {
        pending agreementId agreement { id } } }";
    let terms = json!({ "kind": "LEARNING_TRAJECTORY", "parties": [PARKET], "namesArticle216ter": false });
    let input = json!({ "commandId": super::cast::command_id(), "draftedOn": today(), "terms": terms });
    let made = house.query(&Person::coordinator(), document, json!({ "input": input })).await["draftAgreement"].clone();
    assert_eq!((&made["pending"], &made["agreement"]), (&json!(true), &Value::Null));
    assert!(local_id(Kind::Agreement, &made["agreementId"].as_str().unwrap().into()).is_some());
    house.close().await;
}
