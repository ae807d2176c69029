//! Who looked at this dossier, what did this employee look at, and what a person concerned is told of it.

use std::time::Duration;

use serde_json::{Value, json};
use spoor_domain::access::event::{AccessEvent, Question};
use spoor_domain::edition::event::EditionForm;
use spoor_domain::kernel::{Actor, ActorId, HalfYear, OrganisationId, PlanId, Purpose, ReportEditionId, Role};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::record::KeptDocument;
use spoor_domain::trajectory::vocabulary::DocumentKind;
use spoor_eventlog::{Clock, Position};
use spoor_projections::access;

use super::cast::{PARKET, favourable_answers, today};
use super::dossiers::{of, steps};
use super::erasure::erase;
use super::{House, Person};
use crate::access_book::{AccessBook, Reader};
use crate::config::{Retention, Term};
use crate::policy;

impl House {
    /// Asks for the access trail once it shows everything recorded so far.
    async fn trail(&self, person: &Person, filter: Value) -> Vec<Value> {
        let head = self.access.head().await.unwrap().position;
        assert!(self.views.wait_for(&[access::PROJECTION], head, Duration::from_secs(10)).await);
        let document = "query($filter: AccessFilter) { accessTrail(first: 50, filter: $filter) { nodes { id index kind account role
            organisation purpose case operation fields everyTrajectory trajectories { id number shown personal }
            refusals { reason field number } refusedCommand { command code } left { what opened } checkpoints { view index } } } }";
        let shown = self.query(person, document, json!({ "filter": filter })).await;
        shown["accessTrail"]["nodes"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn the_trail_tells_who_looked_at_a_dossier_and_the_officers_own_look_is_in_it() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.dossier("wie").await;
    let (_, _) = house.dossier("anders").await;
    let look = "query Dossier($id: ID!) { trajectory(id: $id) { number participant { __typename } } }";
    house.query(&Person::prosecutor(), look, json!({ "id": dossier })).await;
    house.query(&Person::officer(), look, json!({ "id": dossier })).await;
    house.ask(&Person::other_prosecutor(), look, json!({ "id": dossier })).await;
    let about = json!({ "trajectory": dossier });
    let trail = house.trail(&Person::officer(), about.clone()).await;
    let told: Vec<_> = trail
        .iter()
        .map(|entry| (entry["kind"].as_str().unwrap(), entry["role"].as_str().unwrap(), entry["account"].as_str()))
        .collect();
    // Newest first; the accounts of people of another controller are not told.
    assert_eq!(
        told[..3],
        [
            ("REFUSED", "PROSECUTOR", None),
            ("SHOWN", "COMPLIANCE_OFFICER", Some("officer-1")),
            ("SHOWN", "PROSECUTOR", Some("prosecutor-1")),
        ]
    );
    assert_eq!(
        trail[2]["trajectories"],
        json!([{ "id": dossier, "number": number, "shown": true, "personal": ["participant"] }])
    );
    assert_eq!((&trail[2]["operation"], &trail[2]["fields"]), (&Value::Null, &json!(["trajectory"])));
    assert_eq!(trail[1]["trajectories"][0]["personal"], json!([]), "an auditor sees the dossier and not the person");
    assert_eq!(trail[0]["refusals"], json!([{ "reason": "NOT_FOUND", "field": "trajectory", "number": null }]));
    // Looking at the trail was a look at the dossier too.
    let again = house.trail(&Person::officer(), about).await;
    assert_eq!((&again[0]["fields"], &again[0]["account"]), (&json!(["accessTrail"]), &json!("officer-1")));
    assert_eq!(again.len(), trail.len() + 1);
    house.close().await;
}

#[tokio::test]
async fn that_a_person_asked_something_of_one_controller_is_in_no_trail_of_another() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.consented("gevraagd").await;
    let trail = async |person: Person| house.trail(&person, json!({ "trajectory": dossier })).await;
    let before = trail(Person::compliance()).await.len();
    house.right(&Person::officer(), &dossier).await;
    let read = "{ rightsRequests(first: 5) { nodes { wording { __typename } } } }";
    house.query(&Person::officer(), read, json!({})).await;
    let (other, own) = (trail(Person::compliance()).await, trail(Person::officer()).await);
    assert_eq!(other.len(), before + 1, "the officer's own look, and nothing else: {other:#?}");
    let listed = own.iter().find(|entry| entry["fields"] == json!(["rightsRequests"])).expect("the own list");
    let node = "query($id: ID!) { node(id: $id) { id } }";
    for (person, found) in [(Person::officer(), true), (Person::compliance(), false)] {
        let shown = house.query(&person, node, json!({ "id": listed["id"] })).await;
        assert_eq!(!shown["node"].is_null(), found, "{:?}", person.actor());
    }
    let (own, other) = (json!(own).to_string(), json!(other).to_string());
    for telling in ["registerRightsRequest", "rightsRequests", "rights_request"] {
        assert!(own.contains(telling), "{telling}: {own}");
        assert!(!other.contains(telling), "{telling}: {other}");
    }
    assert!(!other.contains(r#""view":"rights""#), "{other}");
    let document = "query($subject: ID!) { subjectAccess(subject: $subject) { seenBy { organisation personal } } }";
    let subject = json!({ "subject": house.subject_of(&dossier).await });
    let held = async |officer: Person| {
        let officer = officer.for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
        house.query(&officer, document, subject.clone()).await.to_string()
    };
    assert!(held(Person::officer()).await.contains("rights_request"), "who was asked tells the person so");
    assert!(!held(Person::compliance()).await.contains("rights_request"), "the other one was asked nothing");
    house.close().await;
}

#[tokio::test]
async fn of_a_bundle_that_left_before_it_was_recorded_how_the_dossier_tells_that_it_was_printed_as_withheld() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.dossier("oude bundel").await;
    let subject = house.subject_of(&dossier).await;
    for (person, mutation, input, _) in steps() {
        house.accepted(&person, mutation, of(&dossier, &input)).await;
        if mutation == "assembleBundle" {
            break;
        }
    }
    let id = super::access::dossier_of(&dossier);
    let state = house.log.load::<LearningTrajectory>(&id.to_string()).await.unwrap().state;
    let bundle = |kept: &&KeptDocument| kept.kind == DocumentKind::Bundle;
    let recorded = state.documents().iter().find(bundle).unwrap().reference.sha256.clone();
    erase(&house, &dossier, &subject).await;

    // As downloads were recorded before they said how the bundle was printed.
    let book = AccessBook::new(house.access.clone(), Clock::System);
    for (person, document) in [(Person::jurist(), recorded), (Person::administrator(), "ab".repeat(32))] {
        let reader = Reader::at_the_terminal(person.actor().clone(), Purpose::Supervision, None, &Clock::System);
        let question = Question::of_program("GET /documents");
        let taken = AccessEvent::PieceDownloaded { dossier: id, document, recipient: None, withheld: false, question };
        book.record(&reader, vec![taken]).await.unwrap();
    }
    let trail = house.trail(&Person::officer(), json!({ "trajectory": dossier, "kind": ["DOWNLOADED"] })).await;
    let told: Vec<_> =
        trail.iter().map(|entry| (&entry["left"]["opened"], &entry["trajectories"][0]["personal"])).collect();
    assert_eq!(told, [(&json!(false), &json!([])), (&json!(true), &json!(["document"]))], "newest first");
    let officer = Person::officer().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let document = "query($subject: ID!) { subjectAccess(subject: $subject) { seenBy { role personal } } }";
    let held = house.query(&officer, document, json!({ "subject": subject })).await;
    let seen_by = held["subjectAccess"]["seenBy"].as_array().unwrap().clone();
    let personal = |role: &str| seen_by.iter().find(|seen| seen["role"] == role).map(|seen| seen["personal"].clone());
    assert_eq!(personal("ADMINISTRATOR"), Some(json!([])), "{seen_by:#?}");
    assert_eq!(personal("PROSECUTION_JURIST"), Some(json!(["document"])), "{seen_by:#?}");
    house.close().await;
}

#[tokio::test]
async fn the_trail_of_a_dossier_that_is_not_there_for_the_officer_is_empty_and_written_down_once() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("van het parket alleen").await;
    let document = "query($id: ID!) { trajectory(id: $id) { number } }";
    house.query(&Person::prosecutor(), document, json!({ "id": dossier })).await;
    assert!(!house.trail(&Person::officer(), json!({ "trajectory": dossier })).await.is_empty());
    let before = house.access.head().await.unwrap().index;
    // The museum is no controller of it yet.
    assert!(house.trail(&Person::compliance(), json!({ "trajectory": dossier })).await.is_empty());
    let recorded = house.access.read_after(Position::number(before), 100).await.unwrap();
    let kinds = recorded.iter().map(|record| record.event_type.as_str()).collect::<Vec<_>>();
    assert_eq!(kinds, ["QuestionRefused"]);
    house.close().await;
}

#[tokio::test]
async fn the_trail_tells_what_an_employee_did_for_the_own_organisation_only() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("medewerker").await;
    let document = "query($id: ID!) { trajectory(id: $id) { number } }";
    house.query(&Person::coordinator(), document, json!({ "id": dossier })).await;
    house.query(&Person::prosecutor(), document, json!({ "id": dossier })).await;
    let of_museum = house.trail(&Person::compliance(), json!({ "actor": "coordinator-1" })).await;
    assert!(!of_museum.is_empty() && of_museum.iter().all(|entry| entry["account"] == "coordinator-1"));
    assert!(house.trail(&Person::compliance(), json!({ "actor": "prosecutor-1" })).await.is_empty());
    let officer = Person::new("dpo-1", spoor_domain::kernel::Role::ComplianceOfficer, PARKET);
    assert!(!house.trail(&officer, json!({ "actor": "prosecutor-1" })).await.is_empty());
    let elsewhere = "{ accessTrail(first: 1, filter: { actor: \"coordinator-1\", organisation: \"kazerne-dossin\" }) { totalCount } }";
    let refused = house.ask(&officer, elsewhere, json!({})).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    // What the program's own accounts did is every controller's to see, by account too.
    let book = AccessBook::new(house.access.clone(), Clock::System);
    let program = OrganisationId(policy::PROGRAM.into());
    let at_terminal = Actor { id: ActorId("operator-1".into()), role: Role::Administrator, organisation: program };
    let reader = Reader::at_the_terminal(at_terminal, Purpose::Administration, None, &Clock::System);
    let (dossier, question) = (super::access::dossier_of(&dossier), Question::of_program("replay"));
    let replayed = AccessEvent::ReplayShown { dossier, personal: Default::default(), through: 1, question };
    book.record(&reader, vec![replayed]).await.unwrap();
    for person in [&officer, &Person::compliance()] {
        let found = house.trail(person, json!({ "actor": "operator-1", "organisation": "spoor" })).await;
        assert_eq!((found.len(), &found[0]["account"]), (1, &json!("operator-1")), "{found:#?}");
        assert!(house.trail(person, json!({ "actor": "operator-1" })).await.is_empty(), "within the own organisation");
    }
    let kinds = house.trail(&Person::compliance(), json!({ "kind": "REFUSED", "purpose": ["CASE_HANDLING"] })).await;
    assert!(!kinds.is_empty() && kinds.iter().all(|entry| entry["kind"] == "REFUSED"), "{kinds:#?}");
    let id = &kinds[0]["id"];
    let found = house
        .query(
            &Person::compliance(),
            "query($id: ID!) { node(id: $id) { id ... on AccessEntry { kind } } }",
            json!({ "id": id }),
        )
        .await;
    assert_eq!(found["node"], json!({ "id": id, "kind": "REFUSED" }));
    house.close().await;
}

#[tokio::test]
async fn of_other_controllers_people_an_officer_reads_what_is_about_the_own_dossiers_and_nothing_else() {
    let house = House::open().await;
    house.agreement(true).await;
    let ((own, number), (other, other_number)) = (house.dossier("gedeeld").await, house.dossier("verborgen").await);
    let assessed = json!({ "trajectoryId": own, "answers": favourable_answers(), "decided": "ELIGIBLE" });
    house.accepted(&Person::prosecutor(), "assessEligibility", assessed).await;
    let consent = json!({ "trajectoryId": own, "declaredOn": today(), "textVersion": "deelname-1", "givenBy": "PARTICIPANT", "factsNotDisputed": true, "willing": true });
    house.accepted(&Person::coordinator(), "giveConsent", consent).await;
    let at_work = Person::prosecutor().in_case(&other_number);
    house.query(&at_work, "{ trajectories(first: 10) { nodes { id number } } }", json!({})).await;
    house.query(&at_work, "query($id: ID!) { trajectory(id: $id) { number } }", json!({ "id": other })).await;
    let asked = "query($number: String!) { trajectories(first: 1, filter: { number: $number }) { totalCount } }";
    house.ask(&Person::other_prosecutor(), asked, json!({ "number": other_number })).await;

    let hidden = |entries: &[Value]| {
        let told = json!(entries).to_string();
        !told.contains(&other_number) && !told.contains(other.as_str().unwrap())
    };
    let elsewhere = Person::new("officer-abb", Role::ComplianceOfficer, "abb");
    let of_abb = house.trail(&elsewhere, json!(null)).await;
    assert!(
        of_abb.iter().all(|entry| entry["organisation"] == "abb" || entry["organisation"] == "spoor"),
        "{of_abb:#?}"
    );
    assert!(hidden(&of_abb) && !json!(of_abb).to_string().contains(&number), "{of_abb:#?}");
    // The museum knows one of the two: of a list of both it is told that one, and not on which case somebody worked.
    let of_museum = house.trail(&Person::compliance(), json!({ "organisation": PARKET })).await;
    assert!(hidden(&of_museum), "{of_museum:#?}");
    let list = of_museum.iter().find(|entry| entry["fields"] == json!(["trajectories"])).expect("the list of both");
    assert_eq!((&list["trajectories"][0]["id"], &list["case"]), (&own, &Value::Null));
    assert_eq!(list["trajectories"].as_array().unwrap().len(), 1);
    // The own officer is told all of it, and by its id an entry is nobody else's to ask.
    let of_parket = house.trail(&Person::officer(), json!({ "organisation": PARKET })).await;
    let alone = of_parket.iter().find(|entry| entry["fields"] == json!(["trajectory"])).expect("the look at one");
    assert_eq!((&alone["trajectories"][0]["id"], &alone["case"]), (&other, &json!(other_number)));
    let node = "query($id: ID!) { node(id: $id) { id } }";
    for (person, found) in [(Person::officer(), true), (Person::compliance(), false), (elsewhere, false)] {
        let shown = house.query(&person, node, json!({ "id": alone["id"] })).await;
        assert_eq!(!shown["node"].is_null(), found, "{:?}", person.actor());
    }
    house.close().await;
}

#[tokio::test]
async fn what_an_officer_was_refused_does_not_tell_which_dossier_it_was() {
    let house = House::open().await;
    house.agreement(true).await;
    let (own, _) = house.dossier("eigen").await;
    // The museum does not know the dossier yet: its officer is told nothing, and the record of it tells that officer no more.
    let document = "query($id: ID!) { trajectory(id: $id) { number } }";
    house.ask(&Person::compliance(), document, json!({ "id": own })).await;
    let of = async |person: &Person| {
        let refused = house.trail(person, json!({ "kind": ["REFUSED"], "organisation": "kazerne-dossin" })).await;
        let entry = refused.iter().find(|entry| entry["fields"] == json!(["trajectory"]));
        entry.unwrap_or_else(|| panic!("{refused:#?}"))["trajectories"].clone()
    };
    assert_eq!(of(&Person::compliance()).await, json!([]));
    assert_eq!(of(&Person::officer()).await[0]["id"], own);
    house.close().await;
}

#[tokio::test]
async fn the_trail_tells_a_draft_that_left_from_an_edition_that_was_frozen() {
    let house = House::open().await;
    let book = AccessBook::new(house.access.clone(), Clock::System);
    let program = OrganisationId(policy::PROGRAM.into());
    let at_terminal = Actor { id: ActorId("operator-1".into()), role: Role::Administrator, organisation: program };
    let reader = Reader::at_the_terminal(at_terminal, Purpose::Reporting, None, &Clock::System);
    let taken = |command: &str, document: &str| AccessEvent::EditionDownloaded {
        editions: ReportEditionId::of(PlanId(Default::default()), HalfYear::new(2018, 2).unwrap()),
        number: 1,
        form: EditionForm::Pdf,
        document: document.into(),
        question: Question::of_program(command),
    };
    for event in [taken("report", "f0f0"), taken("report --draft", "d0d0")] {
        book.record(&reader, vec![event]).await.unwrap();
    }
    let found = house.trail(&Person::compliance(), json!({ "actor": "operator-1", "organisation": "spoor" })).await;
    let left: Vec<&Value> = found.iter().map(|entry| &entry["left"]["what"]).collect();
    assert_eq!(left, ["draft: d0d0", "f0f0"], "newest first");
    house.close().await;
}

const HELD: &str = "query Inzage($subject: ID!) { subjectAccess(subject: $subject) { subject number trajectoryId restricted onHold
    values { field version value { ... on PersonalText { value } ... on Withheld { reason } } source { organisation role } }
    sources { organisation role } recipients { organisation bundle } legalFooting { organisation regime ground }
    linked { subject } seenBy { organisation role purpose times personal } } }";

#[tokio::test]
async fn a_person_is_told_what_is_held_and_who_saw_it_without_the_names_of_employees_or_others() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.dossier("inzage").await;
    let of = |mut input: Value| {
        input["trajectoryId"] = dossier.clone();
        input
    };
    house
        .accepted(
            &Person::prosecutor(),
            "assessEligibility",
            of(json!({ "answers": favourable_answers(), "decided": "ELIGIBLE" })),
        )
        .await;
    let consent = json!({ "declaredOn": today(), "textVersion": "deelname-1", "givenBy": "PARTICIPANT", "factsNotDisputed": true, "willing": true });
    house.accepted(&Person::coordinator(), "giveConsent", of(consent)).await;
    let planned = json!({ "kind": "PREPARATORY_CALL", "channel": "TELEPHONE", "startsAt": "2099-01-01T10:00:00Z", "companions": "zus Testpersoon" });
    house.accepted(&Person::coordinator(), "planAppointment", of(planned)).await;
    let look = "query($id: ID!) { trajectory(id: $id) { subject participant { __typename } } }";
    let subject =
        house.query(&Person::coordinator(), look, json!({ "id": dossier })).await["trajectory"]["subject"].clone();
    house.query(&Person::prosecutor(), look, json!({ "id": dossier })).await;
    house.trail(&Person::compliance(), json!(null)).await;

    let officer = Person::compliance().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let asked = json!({ "subject": subject });
    let held = house.query(&officer, HELD, asked.clone()).await["subjectAccess"].clone();
    assert_eq!((&held["number"], &held["trajectoryId"]), (&json!(number), &dossier));
    let values = held["values"].as_array().unwrap();
    let value = |field: &str| {
        &values.iter().find(|held| held["field"] == field).unwrap_or_else(|| panic!("{field}: {held:#}"))["value"]
    };
    assert_eq!(value("name"), &json!({ "value": "Testpersoon inzage" }));
    assert_eq!(value("birth_on"), &json!({ "value": "1990-05-17" }));
    assert_eq!(value("appointment_companions"), &json!({ "reason": "NOT_AUTHORISED" }), "somebody else's data");
    assert!(values.iter().all(|held| held["source"]["organisation"].is_string()), "{held:#}");
    assert_eq!(
        held["sources"],
        json!([
            { "organisation": PARKET, "role": "PROSECUTOR" },
            { "organisation": "kazerne-dossin", "role": "MUSEUM_COORDINATOR" },
        ])
    );
    assert_eq!(held["legalFooting"][0]["ground"], "PretorianProbation");
    let seen = held["seenBy"].as_array().unwrap();
    let by = |role: &str| seen.iter().find(|by| by["role"] == role).unwrap_or_else(|| panic!("{role}: {held:#}"));
    assert!(by("PROSECUTOR")["times"].as_u64().unwrap() >= 2);
    assert_eq!(by("PROSECUTOR")["personal"], json!(["participant"]));
    for account in ["prosecutor-1", "coordinator-1", "compliance-1"] {
        assert!(!held.to_string().contains(account), "{account}: {held:#}");
    }

    // For another purpose or in another case it is refused, and somebody who is not the viewer's to see is not there.
    let code = |answer: &Value| answer["errors"][0]["extensions"]["code"].clone();
    assert_eq!(code(&house.ask(&Person::compliance(), HELD, asked.clone()).await), "PURPOSE_REQUIRED");
    let (of_parket, other) = house.dossier("iemand").await;
    let elsewhere = Person::compliance().for_purpose(Some(Purpose::SubjectRequest)).in_case(&other);
    assert_eq!(code(&house.ask(&elsewhere, HELD, asked.clone()).await), "PURPOSE_REQUIRED");
    for unseen in [json!("x"), house.subject_of(&of_parket).await] {
        assert_eq!(house.query(&officer, HELD, json!({ "subject": unseen })).await["subjectAccess"], Value::Null);
    }
    let prosecutor = Person::prosecutor().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    assert_eq!(code(&house.ask(&prosecutor, HELD, asked).await), "FORBIDDEN");
    // Each attempt stands at the dossier of the person it was about.
    for (viewer, dossier, reasons) in [
        (Person::compliance(), &dossier, vec!["FORBIDDEN", "PURPOSE_REQUIRED", "PURPOSE_REQUIRED"]),
        (Person::officer(), &of_parket, vec!["NOT_FOUND"]),
    ] {
        let refused = house.trail(&viewer, json!({ "trajectory": dossier, "kind": ["REFUSED"] })).await;
        let of_question = refused.iter().filter(|entry| entry["fields"] == json!(["subjectAccess"]));
        let told: Vec<&Value> = of_question.map(|entry| &entry["refusals"][0]["reason"]).collect();
        assert_eq!(told, reasons, "newest first: {refused:#?}");
    }
    // And the answer itself is in the trail, with the kinds of fields that were opened.
    let trail = house.trail(&Person::compliance(), json!({ "purpose": ["SUBJECT_REQUEST"], "kind": ["SHOWN"] })).await;
    assert_eq!((&trail[0]["case"], &trail[0]["fields"]), (&json!(number), &json!(["subjectAccess"])));
    assert!(trail[0]["trajectories"][0]["personal"].as_array().unwrap().contains(&json!("name")), "{trail:#?}");
    house.close().await;
}

#[tokio::test]
async fn a_person_is_told_how_long_the_data_are_kept_and_by_which_rule() {
    let mut house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.dossier("bewaren").await;
    let look = "query($id: ID!) { trajectory(id: $id) { subject } }";
    let shown = house.query(&Person::prosecutor(), look, json!({ "id": dossier })).await;
    let subject = shown["trajectory"]["subject"].clone();
    let officer = Person::officer().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let document = "query($subject: ID!) { subjectAccess(subject: $subject) {
        retention { ground endedOn term dueOn reference } retentionTerms { endedAs term reference } } }";
    let kept = async |house: &House| {
        let held = house.query(&officer, document, json!({ "subject": subject })).await["subjectAccess"].clone();
        (held["retention"].clone(), held["retentionTerms"].clone())
    };
    let retracted =
        |term: Value, reference: Value| json!({ "endedAs": "RETRACTED", "term": term, "reference": reference });

    // Open, and no term is set: what will count is said for every way to end, and it is people who will decide.
    let (rule, terms) = kept(&house).await;
    let terms = terms.as_array().unwrap().clone();
    assert_eq!(rule, Value::Null);
    assert_eq!(terms.len(), 7);
    assert!(terms.contains(&retracted(Value::Null, Value::Null)), "{terms:#?}");

    let rules = Retention {
        retracted: Some(Term::Years(10)),
        reference: "Wet van 30 juli 2018, art. 28".into(),
        ..Retention::default()
    };
    house.keeping(rules);
    let (rule, terms) = kept(&house).await;
    assert_eq!(rule, Value::Null);
    let in_force = retracted(json!("10 years"), json!("Wet van 30 juli 2018, art. 28"));
    assert!(terms.as_array().unwrap().contains(&in_force), "{terms:#?}");

    let input = json!({ "trajectoryId": dossier, "reason": "OTHER_MEASURE" });
    house.accepted(&Person::prosecutor(), "retractRequest", input).await;
    let (rule, terms) = kept(&house).await;
    let due = Term::Years(10).after(Clock::System.today_brussels()).unwrap();
    assert_eq!(
        rule,
        json!({ "ground": "TERM_RUNS", "endedOn": today(), "term": "10 years", "dueOn": due,
            "reference": "Wet van 30 juli 2018, art. 28" })
    );
    assert_eq!(terms, json!([in_force]), "it ended in one way");

    house.keeping(Retention::default());
    let (rule, terms) = kept(&house).await;
    assert_eq!((&rule["ground"], &rule["dueOn"]), (&json!("REVIEW"), &Value::Null));
    assert_eq!(terms, json!([retracted(Value::Null, Value::Null)]));
    house.close().await;
}
