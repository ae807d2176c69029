//! Who may ask what: one table for the root fields, and a sweep of every id by every role.

use serde_json::{Value, json};
use spoor_domain::kernel::Role;

use super::cast::{favourable_answers, request, today};
use super::{House, Person};

/// The root fields and the roles that may ask them; everybody else is forbidden.
fn table() -> Vec<(&'static str, Vec<Role>)> {
    use Role::*;
    let dossiers = || vec![Prosecutor, ProsecutionJurist, MuseumCoordinator, Guide, ComplianceOfficer];
    let plans = || [dossiers(), vec![PolicyAnalyst, PlanCoordinator, DomainContact]].concat();
    let all = || [plans(), vec![Administrator]].concat();
    vec![
        ("viewer { role }", all()),
        ("enumLabels { list }", all()),
        ("trajectories(first: 1) { totalCount }", dossiers()),
        ("trajectory(id: \"x\") { id }", dossiers()),
        ("dashboard { total }", dossiers()),
        ("auditTrail(first: 1) { nodes { event } }", dossiers()),
        (
            "appointments(from: \"2026-01-01T00:00:00Z\", to: \"2027-01-01T00:00:00Z\", first: 1) { nodes { id } }",
            dossiers(),
        ),
        ("replay(trajectory: \"x\", first: 1) { totalCount }", dossiers()),
        ("accessTrail(first: 1) { totalCount }", vec![ComplianceOfficer]),
        ("agreements(first: 1) { nodes { id } }", dossiers()),
        ("parketten { id }", dossiers()),
        ("guides { id }", dossiers()),
        ("criteria(parket: \"UGFya2V0OnBhcmtldC1hbnR3ZXJwZW4\") { code }", dossiers()),
        ("consentTexts { version }", dossiers()),
        ("actionPlans { id }", plans()),
        ("planAction(plan: \"x\", number: \"1.1\") { id }", plans()),
        ("reportEditions(plan: \"x\") { id }", vec![PolicyAnalyst, PlanCoordinator, DomainContact, ComplianceOfficer]),
        (
            "reportEdition(plan: \"x\", period: \"2018-H2\") { id }",
            vec![PolicyAnalyst, PlanCoordinator, DomainContact, ComplianceOfficer],
        ),
        ("collectionRound(plan: \"x\", period: \"2018-H2\") { dueOn }", vec![PlanCoordinator, DomainContact]),
        ("operationalTables(plan: \"x\", period: \"2018-H2\") { hash }", plans()),
        ("lineage(plan: \"x\", period: \"2018-H2\", table: \"total\", categories: []) { cell { value } }", plans()),
        ("disclosuresToTell(first: 1) { totalCount }", dossiers()),
        ("rightsRequests(first: 1) { totalCount }", vec![ComplianceOfficer]),
        ("retentionDue(first: 1) { nodes { id } }", vec![ComplianceOfficer]),
        (
            "trainingTotals { cumulative sessions(first: 1) { id } }",
            vec![MuseumCoordinator, PlanCoordinator, DomainContact, ComplianceOfficer],
        ),
        ("log { head { index } }", vec![ComplianceOfficer, Administrator]),
    ]
}

fn forbidden(answer: &Value) -> bool {
    answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
}

#[tokio::test]
async fn every_root_field_is_for_the_roles_of_the_table_and_for_nobody_else() {
    let house = House::open().await;
    house.agreement(true).await;
    for (field, roles) in table() {
        for person in Person::everybody() {
            let answer = house.ask(&person, &format!("{{ {field} }}"), json!({})).await;
            let may = roles.contains(&person.actor().role);
            assert_eq!(!forbidden(&answer), may, "{:?} asks {field}: {answer}", person.actor().role);
            assert!(!may || answer.get("errors").is_none(), "{:?} asks {field}: {answer}", person.actor().role);
        }
    }
    house.close().await;
}

#[tokio::test]
async fn the_table_names_every_root_field() {
    let house = House::open().await;
    let fields = house.query(&Person::analyst(), "{ __schema { queryType { fields { name } } } }", json!({})).await;
    let elsewhere = ["node", "subjectAccess", "progressReport", "compareReports"];
    for field in fields["__schema"]["queryType"]["fields"].as_array().unwrap() {
        let name = field["name"].as_str().unwrap();
        let known = table().iter().any(|(asked, _)| asked.split([' ', '(']).next() == Some(name));
        assert!(known || elsewhere.contains(&name), "{name} is missing in the table");
    }
    house.close().await;
}

#[tokio::test]
async fn an_id_opens_no_door() {
    let house = House::open().await;
    let agreement = house.agreement(true).await;
    let requested =
        house.accepted(&Person::prosecutor(), "requestTrajectory", json!({ "request": request("deur") })).await;
    let dossier = requested["trajectory"]["id"].clone();
    let of = |mut input: Value| {
        input["trajectoryId"] = dossier.clone();
        input
    };
    let see = "query($id: ID!) { node(id: $id) { __typename id } }";
    let sees =
        async |person: &Person, id: &Value| house.query(person, see, json!({ "id": id })).await["node"] != Value::Null;
    use Role::*;
    // Before the consent the dossier is the parket's alone, and its officer's.
    assert!(sees(&Person::officer(), &dossier).await);
    for person in Person::everybody() {
        let own = matches!(person.actor().role, Prosecutor | ProsecutionJurist)
            && person.actor().organisation.0 == super::cast::PARKET;
        assert_eq!(sees(&person, &dossier).await, own, "{:?}", person.actor());
        assert_eq!(
            sees(&person, &json!(agreement)).await,
            !matches!(person.actor().role, PolicyAnalyst | PlanCoordinator | DomainContact | Administrator),
            "{:?}",
            person.actor()
        );
    }
    let decided = json!({ "answers": favourable_answers(), "decided": "ELIGIBLE" });
    house.accepted(&Person::prosecutor(), "assessEligibility", of(decided)).await;
    let consent = json!({ "declaredOn": today(), "textVersion": "deelname-1", "givenBy": "PARTICIPANT", "factsNotDisputed": true, "willing": true });
    house.accepted(&Person::coordinator(), "giveConsent", of(consent)).await;
    house
        .accepted(&Person::coordinator(), "assignGuide", of(json!({ "guide": "guide-1", "competenceAttested": true })))
        .await;
    let planned = json!({ "kind": "TOUR", "channel": "ON_SITE", "startsAt": "2099-01-01T10:00:00Z" });
    house.accepted(&Person::coordinator(), "planAppointment", of(planned)).await;
    let inside = "query($id: ID!) { trajectory(id: $id) { appointments { id } history(first: 1) { nodes { id } } } }";
    let shown = house.query(&Person::coordinator(), inside, json!({ "id": dossier })).await["trajectory"].clone();
    let ids = [dossier.clone(), shown["appointments"][0]["id"].clone(), shown["history"]["nodes"][0]["id"].clone()];
    for person in Person::everybody() {
        let actor = person.actor();
        let may = match actor.role {
            Prosecutor | ProsecutionJurist => actor.organisation.0 == super::cast::PARKET,
            Guide => actor.id.0 == "guide-1",
            MuseumCoordinator | ComplianceOfficer => true,
            PolicyAnalyst | PlanCoordinator | DomainContact | Administrator => false,
        };
        for id in &ids {
            assert_eq!(sees(&person, id).await, may, "{actor:?} {id}");
        }
        // Who sees the dossier as an auditor does not see the person.
        if may {
            let personal = "query($id: ID!) { trajectory(id: $id) { participant { __typename } } }";
            let participant = house.query(&person, personal, json!({ "id": dossier })).await;
            let expected = if actor.role == ComplianceOfficer { "Withheld" } else { "Participant" };
            assert_eq!(participant["trajectory"]["participant"]["__typename"], expected, "{actor:?}");
        }
    }
    house.close().await;
}
