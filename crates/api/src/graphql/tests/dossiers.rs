//! A dossier's whole life, and what goes wrong on the way.

use serde_json::{Value, json};
use spoor_domain::kernel::Role;
use spoor_projections::trajectories;

use super::cast::{PARKET, command_id, favourable_answers, request, today};
use super::{House, Person};

/// One step: who, which mutation, which input besides the dossier, and where it leads.
pub fn steps() -> Vec<(Person, &'static str, Value, &'static str)> {
    let (prosecutor, coordinator, guide) = (Person::prosecutor, Person::coordinator, Person::guide);
    let report = |author: &str| json!({ "filedOn": today(), "author": author, "language": "nl", "statement": "ASSESSMENT", "text": "Tekst." });
    vec![
        (
            prosecutor(),
            "assessEligibility",
            json!({ "answers": favourable_answers(), "decided": "ELIGIBLE" }),
            "ELIGIBLE",
        ),
        (
            coordinator(),
            "giveConsent",
            json!({ "declaredOn": today(), "textVersion": "deelname-1", "givenBy": "PARTICIPANT",
                "factsNotDisputed": true, "willing": true }),
            "CONSENTED",
        ),
        (
            coordinator(),
            "giveSharingConsent",
            json!({ "declaredOn": today(), "textVersion": "delen-1", "recipients": [PARKET], "scope": "BUNDLE" }),
            "CONSENTED",
        ),
        (coordinator(), "assignGuide", json!({ "guide": "guide-1", "competenceAttested": true }), "CONSENTED"),
        (guide(), "holdPreparatoryCall", json!({ "heldOn": today(), "notes": "Gespreksnotities." }), "PREPARED"),
        (guide(), "holdTour", json!({ "heldOn": today(), "minutes": 90 }), "TOURED"),
        (guide(), "holdInDepthTalk", json!({ "heldOn": today(), "themes": ["EMPATHY"] }), "DEEPENED"),
        (guide(), "fileReflectionReport", report("GUIDE"), "DEEPENED"),
        (guide(), "fileReflectionReport", report("PARTICIPANT"), "REFLECTED"),
        (
            coordinator(),
            "issueAdvice",
            json!({ "conclusion": "FAVOURABLE", "motivation": "Nam actief deel." }),
            "ADVISED",
        ),
        (coordinator(), "assembleBundle", json!({}), "ADVISED"),
        (
            coordinator(),
            "deliverBundle",
            json!({ "number": 1, "recipient": PARKET, "deliveredOn": today() }),
            "DELIVERED",
        ),
        (prosecutor(), "receiveBundle", json!({ "number": 1, "receivedOn": today() }), "DELIVERED"),
        (
            prosecutor(),
            "recordOutcome",
            json!({ "outcome": "PROVISIONALLY_DISMISSED", "decidedOn": today() }),
            "DELIVERED",
        ),
        (coordinator(), "closeTrajectory", json!({ "reason": "COMPLETED" }), "CLOSED"),
    ]
}

/// The input of a step of this dossier.
pub fn of(dossier: &Value, input: &Value) -> Value {
    let mut input = input.clone();
    input["trajectoryId"] = dossier.clone();
    input
}

#[tokio::test]
async fn a_dossier_goes_from_draft_to_closed_by_the_right_people() {
    let house = House::open().await;
    house.agreement(true).await;
    let drafted = house.accepted(&Person::jurist(), "draftRequest", json!({ "request": request("een") })).await;
    let dossier = drafted["trajectory"]["id"].clone();
    assert_eq!(drafted["trajectory"]["status"], "DRAFTED");
    let submitted = json!({ "trajectoryId": dossier, "request": request("een") });
    let requested = house.accepted(&Person::prosecutor(), "requestTrajectory", submitted).await;
    assert_eq!(requested["trajectory"]["number"], drafted["trajectory"]["number"], "a draft keeps its number");
    for (person, mutation, input, leads_to) in steps() {
        let payload = house.accepted(&person, mutation, of(&dossier, &input)).await;
        assert_eq!(payload["trajectory"]["status"], leads_to, "{mutation}: {payload:#}");
    }
    let asked = "query($id: ID!) { trajectory(id: $id) { statusLabel outcome { outcome label }
        participant { __typename ... on Participant { name birthOn } } caseReference { ... on PersonalText { value } }
        bundles { number sha256 outdated pieces { kind } deliveries { recipient receivedOn } }
        texts { field text { __typename } } allowedCommands(onlyAllowed: true) { kind label }
        history(first: 100) { totalCount nodes { event changes { path to { __typename } } } } } }";
    let shown = house.query(&Person::prosecutor(), asked, json!({ "id": dossier })).await["trajectory"].clone();
    assert_eq!(
        shown["participant"],
        json!({ "__typename": "Participant", "name": "Testpersoon een", "birthOn": "1990-05-17" })
    );
    assert_eq!(shown["caseReference"]["value"], "AN.een");
    assert_eq!(shown["bundles"][0]["pieces"].as_array().unwrap().len(), 6);
    let happened = shown["history"]["nodes"].as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap());
    let happened = happened.filter(|event| *event != "DossierNumberTaken").collect::<Vec<_>>();
    assert_eq!(happened.len(), steps().len() + 2, "{happened:?}");
    assert_eq!((happened[0], happened[happened.len() - 1]), ("RequestDrafted", "TrajectoryClosed"));
    let texts = shown["texts"].as_array().unwrap();
    let seen = |field: &str| texts.iter().find(|text| text["field"] == field).unwrap()["text"]["__typename"].clone();
    assert_eq!(seen("motivation"), "PersonalText", "the advice was delivered");
    assert_eq!(seen("notes"), "Withheld", "notes of the call are never pieces: {shown:#}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bundle_asked_for_three_times_at_once_is_put_together_once_and_answered_alike() {
    let house = House::open().await;
    house.agreement(true).await;
    let coordinator = Person::coordinator();
    let (dossier, _) = house.consented("bundel").await;
    let ended = json!({ "trajectoryId": dossier, "reason": "OTHER", "remark": "Verhuisd." });
    house.accepted(&coordinator, "discontinueTrajectory", ended).await;
    let input = json!({ "trajectoryId": dossier, "commandId": command_id() });
    let ask = async || {
        let payload = house.mutate(&coordinator, "assembleBundle", input.clone()).await;
        (payload["userErrors"].clone(), payload["version"].clone())
    };
    let (one, other, third) = tokio::join!(ask(), ask(), ask());
    assert_eq!(one.0, json!([]));
    assert_eq!((&other, &third), (&one, &one));
    let head = house.log.head().await.unwrap().position;
    assert!(house.views.wait_for(&[trajectories::PROJECTION], head, std::time::Duration::from_secs(60)).await);
    let asked = "query($id: ID!) { trajectory(id: $id) { bundles { number } } }";
    let shown = house.query(&coordinator, asked, json!({ "id": dossier })).await;
    assert_eq!(shown["trajectory"]["bundles"], json!([{ "number": 1 }]));
    house.close().await;
}

#[tokio::test]
async fn the_same_command_again_has_the_first_result_whatever_happened_since() {
    let house = House::open().await;
    house.agreement(true).await;
    let input = json!({ "commandId": command_id(), "request": request("twee") });
    let first = house.accepted(&Person::prosecutor(), "requestTrajectory", input.clone()).await;
    let dossier = first["trajectory"]["id"].clone();
    let decided = json!({ "commandId": command_id(), "trajectoryId": dossier, "answers": favourable_answers(), "decided": "ELIGIBLE" });
    house.accepted(&Person::prosecutor(), "assessEligibility", decided.clone()).await;
    let events = house.events().await;
    let again = house.accepted(&Person::prosecutor(), "requestTrajectory", input.clone()).await;
    assert_eq!((&again["version"], &again["position"]), (&first["version"], &first["position"]));
    assert_eq!(again["trajectory"]["number"], first["trajectory"]["number"]);
    house.accepted(&Person::prosecutor(), "assessEligibility", decided.clone()).await;
    assert_eq!(house.events().await, events, "a repeat leaves no event");
    let colleague = Person::new("prosecutor-9", Role::Prosecutor, PARKET);
    for other in [Person::jurist(), Person::officer(), colleague] {
        let refused = house.refused(&other, "assessEligibility", decided.clone()).await;
        assert_eq!(refused, "COMMAND_ID_REUSED", "the result is for who gave the command: {:?}", other.actor());
    }
    assert_eq!(
        house.refused(&Person::other_prosecutor(), "requestTrajectory", input.clone()).await,
        "COMMAND_ID_REUSED"
    );
    assert_eq!(house.refused(&Person::guide(), "assessEligibility", decided).await, "NOT_FOUND");
    let mut other = input;
    other["request"]["facts"] = json!("Andere feiten.");
    assert_eq!(house.refused(&Person::prosecutor(), "requestTrajectory", other).await, "COMMAND_ID_REUSED");
    house.close().await;
}

#[tokio::test]
async fn a_refusal_is_data_and_leaves_no_event() {
    let house = House::open().await;
    house.agreement(true).await;
    let requested =
        house.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "request": request("drie") })).await;
    let dossier = requested["trajectory"]["id"].clone();
    let events = house.events().await;
    let early = of(&dossier, &json!({ "reason": "COMPLETED" }));
    let payload = house.mutate(&Person::prosecutor(), "closeTrajectory", early).await;
    let refusal = &payload["userErrors"][0];
    assert_eq!(refusal["code"], "WRONG_STATE", "{payload:#}");
    assert!(refusal["message"].as_str().unwrap().len() > 10 && refusal["messageNl"].as_str().unwrap().len() > 10);
    assert_eq!(payload["trajectory"], Value::Null);
    let stale = json!({ "expectedVersion": 7, "answers": favourable_answers(), "decided": "ELIGIBLE" });
    let conflict = house.mutate(&Person::prosecutor(), "assessEligibility", of(&dossier, &stale)).await;
    assert_eq!(conflict["userErrors"][0]["code"], "VERSION_CONFLICT");
    assert_eq!(conflict["userErrors"][0]["currentVersion"], 1);
    let mistyped = json!({ "commandId": "x", "request": request("vier") });
    assert_eq!(house.refused(&Person::prosecutor(), "requestTrajectory", mistyped).await, "INVALID_INPUT");
    let mut minor = request("vijf");
    minor["participant"]["birthOn"] = json!("2012-01-01");
    house.refused(&Person::prosecutor(), "requestTrajectory", json!({ "request": minor })).await;
    assert_eq!(house.events().await, events, "no number is taken for a request that is refused");
    house.close().await;
}

#[tokio::test]
async fn a_dossier_that_is_not_yours_is_not_found_like_one_that_is_not_there() {
    let house = House::open().await;
    house.agreement(true).await;
    let requested =
        house.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "request": request("zes") })).await;
    let dossier = requested["trajectory"]["id"].clone();
    let missing = json!("VHJhamVjdG9yeTowMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA");
    let input = json!({ "reason": "OTHER_MEASURE" });
    let theirs = house.mutate(&Person::other_prosecutor(), "retractRequest", of(&dossier, &input)).await;
    let nobodys = house.mutate(&Person::other_prosecutor(), "retractRequest", of(&missing, &input)).await;
    assert_eq!(theirs["userErrors"], nobodys["userErrors"]);
    assert_eq!(theirs["userErrors"][0]["code"], "NOT_FOUND");
    let analyst = house.refused(&Person::analyst(), "retractRequest", of(&dossier, &input)).await;
    assert_eq!(analyst, "NOT_YOUR_ROLE");
    house.close().await;
}

#[tokio::test]
async fn what_is_shown_is_recorded_before_it_is_shown() {
    let house = House::open().await;
    house.agreement(true).await;
    house.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "request": request("zeven") })).await;
    let before = house.access.head().await.unwrap().index;
    let list = "{ trajectories(first: 10) { nodes { number caseReference { __typename } } } }";
    house.query(&Person::prosecutor(), list, json!({})).await;
    assert_eq!(house.access.head().await.unwrap().index, before + 1, "one record per answer");
    let refused = house.ask(&Person::analyst(), list, json!({})).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(house.access.head().await.unwrap().index, before + 2, "a refused attempt is recorded as well");
    house.access.close().await;
    let unrecorded = house.ask(&Person::prosecutor(), list, json!({})).await;
    assert_eq!(unrecorded["errors"][0]["extensions"]["code"], "AUDIT_UNAVAILABLE");
    assert_eq!(unrecorded["data"], Value::Null);
    house.close().await;
}

#[tokio::test]
async fn pages_go_on_where_they_ended_and_a_cursor_cannot_be_made_up() {
    let house = House::open().await;
    house.agreement(true).await;
    for marker in ["a", "b", "c"] {
        house.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "request": request(marker) })).await;
    }
    let page = "query($after: String) { trajectories(first: 2, after: $after, orderBy: NUMBER_ASC) {
        totalCount nodes { number } edges { cursor } pageInfo { hasNextPage endCursor } } }";
    let first = house.query(&Person::prosecutor(), page, json!({})).await["trajectories"].clone();
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(3), &json!(true)));
    let after = json!({ "after": first["pageInfo"]["endCursor"] });
    let second = house.query(&Person::prosecutor(), page, after).await["trajectories"].clone();
    assert_eq!(second["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(second["pageInfo"]["hasNextPage"], json!(false));
    for (document, variables) in [
        (page, json!({ "after": "number~LT-2026-0001" })),
        ("{ trajectories { totalCount } }", json!({})),
        ("{ trajectories(first: 101) { totalCount } }", json!({})),
        ("{ trajectories(first: 1, last: 1) { totalCount } }", json!({})),
    ] {
        let answer = house.ask(&Person::prosecutor(), document, variables).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{document} {answer}");
    }
    house.close().await;
}
