//! What one person is told of beside the values of the dossier: documents, earlier requests, and the other dossiers.

use std::time::Duration;

use serde_json::{Value, json};
use spoor_domain::access::event::AccessEvent;
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::kernel::Purpose;
use spoor_projections::{access, audit, trajectories};

use super::access::code;
use super::cast::{PARKET, favourable_answers, request, today};
use super::dossiers::{of, steps};
use super::erasure::erase;
use super::{House, Person};

#[tokio::test]
async fn a_person_is_told_of_documents_of_earlier_requests_and_of_links_made_elsewhere() {
    let house = House::open().await;
    house.agreement(true).await;
    let ((one, number), (other, _)) = (house.dossier("een").await, house.dossier("twee").await);
    let (parket, subject) = (Person::prosecutor(), house.subject_of(&one).await);
    let assessed = json!({ "trajectoryId": one, "answers": favourable_answers(), "decided": "ELIGIBLE" });
    house.accepted(&parket, "assessEligibility", assessed).await;
    let consent = json!({ "trajectoryId": one, "declaredOn": today(), "textVersion": "deelname-1",
        "givenBy": "PARTICIPANT", "factsNotDisputed": true, "willing": true });
    house.accepted(&parket, "giveConsent", consent).await;
    house.evidence(&one).await;
    house.right(&Person::officer(), &one).await;
    house.right(&Person::compliance(), &one).await;
    let before = house.log.head().await.unwrap().index;
    let link = json!({ "trajectoryId": other, "otherSubject": subject, "otherDossier": one });
    house.accepted(&parket, "linkSubjects", link).await;

    let officer = Person::officer().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let document = "query($subject: ID!) { subjectAccess(subject: $subject) {
        documents { kind mediaType recordedBy } linked { trajectoryId madeHere }
        rightsRequests { controller kind wording { ... on PersonalText { value } } } } }";
    let held = house.query(&officer, document, json!({ "subject": subject })).await["subjectAccess"].clone();
    assert_eq!(
        held,
        json!({
            "documents": [{ "kind": "CONSENT_EVIDENCE", "mediaType": "application/pdf", "recordedBy": "kazerne-dossin" }],
            "linked": [{ "trajectoryId": other, "madeHere": false }],
            "rightsRequests": [{
                "controller": "parket-antwerpen", "kind": "RECTIFICATION", "wording": { "value": "Mijn naam is anders." },
            }],
        }),
        "what was asked of Kazerne Dossin is that controller's to tell"
    );

    // As it was known before, there was no link.
    let document =
        "query($id: ID!, $then: AsOf) { trajectory(id: $id, asOf: $then) { linkedSubjects { trajectoryId } } }";
    let linked = async |then: Value| {
        let shown = house.query(&parket, document, json!({ "id": one, "then": then })).await;
        shown["trajectory"]["linkedSubjects"].as_array().unwrap().len()
    };
    assert_eq!((linked(Value::Null).await, linked(json!({ "index": before })).await), (1, 0));
    house.close().await;
}

#[tokio::test]
async fn a_person_is_told_what_stood_before_a_correction_as_the_log_keeps_it() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.dossier("fout").await;
    let subject = house.subject_of(&dossier).await;
    let correction = json!({ "trajectoryId": dossier, "sequence": 1, "field": "PARTICIPANT_NAME",
        "value": { "text": "Testpersoon juist" }, "reason": "Verkeerd overgenomen." });
    house.accepted(&Person::jurist(), "correctFact", correction).await;
    let document = "query($subject: ID!) { subjectAccess(subject: $subject) { values { field corrected
        value { ... on PersonalText { value } ... on Withheld { reason } } source { organisation role recordedAt } } } }";
    let names = async |person: Person| {
        let officer = person.for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
        let held =
            house.query(&officer, document, json!({ "subject": subject })).await["subjectAccess"]["values"].clone();
        let mut names = held.as_array().unwrap().clone();
        names.retain(|value| value["field"] == "name");
        names
    };
    let trail = "query($id: ID!) { trajectory(id: $id) { history(last: 50) { nodes { event recordedAt } } } }";
    let trail = house.query(&Person::officer(), trail, json!({ "id": dossier })).await;
    let trail = trail["trajectory"]["history"]["nodes"].as_array().unwrap().clone();
    let recorded_at = |event: &str| trail.iter().find(|entry| entry["event"] == event).unwrap()["recordedAt"].clone();
    let name = |corrected: bool, value: &str, role: &str, by: &str| {
        json!({ "field": "name", "corrected": corrected, "value": { "value": value },
        "source": { "organisation": "parket-antwerpen", "role": role, "recordedAt": recorded_at(by) } })
    };
    assert_eq!(
        names(Person::officer()).await,
        [
            name(false, "Testpersoon juist", "PROSECUTION_JURIST", "FactCorrected"),
            name(true, "Testpersoon fout", "PROSECUTOR", "TrajectoryRequested"),
        ],
        "each by whoever recorded it"
    );
    house.close().await;
}

#[tokio::test]
async fn what_was_erased_is_told_as_withheld_once_where_it_stood_and_once_where_it_was_corrected() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.dossier("gewist").await;
    let subject = house.subject_of(&dossier).await;
    for name in ["Testpersoon eerst", "Testpersoon daarna"] {
        let correction = json!({ "trajectoryId": dossier, "sequence": 1, "field": "PARTICIPANT_NAME",
            "value": { "text": name }, "reason": "Verkeerd overgenomen." });
        house.accepted(&Person::jurist(), "correctFact", correction).await;
    }
    let officer = Person::officer().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let told = async || {
        let head = house.log.head().await.unwrap().position;
        let shown = [trajectories::PROJECTION, audit::PROJECTION];
        assert!(house.views.wait_for(&shown, head, std::time::Duration::from_secs(10)).await);
        let document = "query($subject: ID!) { subjectAccess(subject: $subject) { values { field stands corrected
            value { ... on PersonalText { value } ... on Withheld { reason } } } } }";
        let held = house.query(&officer, document, json!({ "subject": subject })).await;
        held["subjectAccess"]["values"].as_array().unwrap().clone()
    };
    let names = |values: &[Value]| {
        let names = values.iter().filter(|value| value["field"] == "name");
        names.map(|name| (name["stands"] == true, name["value"].clone())).collect::<Vec<_>>()
    };
    let says = |name: &str| json!({ "value": name });
    let before =
        [(true, says("Testpersoon daarna")), (false, says("Testpersoon gewist")), (false, says("Testpersoon eerst"))];
    assert_eq!(names(&told().await), before);

    erase(&house, &dossier, &subject).await;
    let values = told().await;
    let erased = json!({ "reason": "ERASED" });
    assert_eq!(names(&values), [(true, erased.clone()), (false, erased.clone())]);
    assert!(values.iter().all(|value| value["value"] == erased), "{values:#?}");
    house.close().await;
}

#[tokio::test]
async fn who_took_the_place_of_another_is_told_of_no_reading_from_before() {
    let mut house = House::open().await;
    house.agreement(true).await;
    // So that the register numbers this dossier in its second event, as the dossier replaces its person in its second.
    house.dossier("eerder").await;
    let (dossier, number) = house.dossier("verkeerde").await;
    let wrong = house.subject_of(&dossier).await;
    let read = "query($id: ID!) { trajectory(id: $id) { participant { ... on Participant { name } } } }";
    house.query(&Person::jurist(), read, json!({ "id": dossier })).await;
    let given = request("juiste");
    let replaced = json!({ "trajectoryId": dossier, "participant": given["participant"], "facts": given["facts"],
        "caseReference": given["caseReference"], "offenceOn": given["offenceOn"] });
    house.accepted(&Person::prosecutor(), "replaceParticipant", replaced).await;
    let right = house.subject_of(&dossier).await;
    let officer = Person::officer().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let by_the_jurist = async |house: &House, subject: &Value| {
        let document = "query($subject: ID!) { subjectAccess(subject: $subject) { seenBy { role } } }";
        let held = house.query(&officer, document, json!({ "subject": subject })).await;
        let seen_by = held["subjectAccess"]["seenBy"].as_array().unwrap().clone();
        seen_by.iter().any(|seen| seen["role"] == "PROSECUTION_JURIST")
    };
    assert!(by_the_jurist(&house, &wrong).await, "it was this person whom the jurist read of");
    assert!(!by_the_jurist(&house, &right).await, "nobody read of this one yet");

    // Since when the dossier is about this one the log says, also while the trail is behind.
    house.stop_the_views().await;
    let view = house.views.active(audit::PROJECTION).await.unwrap();
    view.db.run("delete from audit_line where event_type = 'ParticipantReplaced'", vec![]).await.unwrap();
    view.db.run("update checkpoint set events = events - 1", vec![]).await.unwrap();
    assert!(!by_the_jurist(&house, &right).await, "nobody read of this one yet, whatever a view shows");
    house.close().await;
}

#[tokio::test]
async fn who_saw_a_dossier_is_told_as_the_log_of_accesses_says_it_or_not_at_all() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.dossier("gezien").await;
    let subject = house.subject_of(&dossier).await;
    let read = "query($id: ID!) { trajectory(id: $id) { participant { ... on Participant { name } } } }";
    house.query(&Person::jurist(), read, json!({ "id": dossier })).await;
    let head = house.access.head().await.unwrap();
    assert!(house.views.wait_for(&[access::PROJECTION], head.position, Duration::from_secs(10)).await);
    let officer = Person::officer().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let document = "query($subject: ID!) { subjectAccess(subject: $subject) {
        seenBy { organisation role purpose times firstAt lastAt personal } } }";
    let asked = async || house.ask(&officer, document, json!({ "subject": subject })).await;
    let by_the_jurist = async || {
        let answer = asked().await;
        let seen_by = answer["data"]["subjectAccess"]["seenBy"].as_array().unwrap_or_else(|| panic!("{answer:#}"));
        seen_by.iter().find(|seen| seen["role"] == "PROSECUTION_JURIST").cloned()
    };
    let told = by_the_jurist().await.expect("the jurist read it");
    assert_eq!((&told["times"], &told["personal"]), (&json!(1), &json!(["participant"])));

    // Somebody with access to the database of the view changes what it says of that reading, or that it was one.
    let db = house.views.active(access::PROJECTION).await.unwrap().db;
    for (table, column, altered, back) in [
        ("access_entry", "organisation", "'politie-gent'", "'parket-antwerpen'"),
        ("access_entry", "recorded_at", "recorded_at - 86400000000", "recorded_at + 86400000000"),
        ("access_dossier", "shown", "0", "1"),
        ("access_dossier", "personal", "'[]'", "'[\"participant\"]'"),
    ] {
        let set = |value: &str| format!("update {table} set {column} = {value} where entry = {}", head.index);
        db.run(&set(altered), vec![]).await.unwrap();
        let answer = asked().await;
        assert_eq!(code(&answer), "VIEW_NOT_WHOLE", "{column}: {answer:#}");
        let message = answer["errors"][0]["message"].as_str().unwrap();
        let event = format!("event {} ", head.index);
        let words = [event.as_str(), column, "rebuild access"];
        assert!(words.iter().all(|word| message.contains(word)), "{column}: {message}");
        db.run(&set(back), vec![]).await.unwrap();
        assert_eq!(by_the_jurist().await.as_ref(), Some(&told), "{column}");
    }
    // What its row leads to is not there; what decides in the view alone whom it is about decides nothing here.
    db.run(&format!("update access_dossier set entry = 999999 where entry = {}", head.index), vec![]).await.unwrap();
    assert_eq!(code(&asked().await), "VIEW_NOT_WHOLE");
    db.run(&format!("update access_dossier set entry = {} where entry = 999999", head.index), vec![]).await.unwrap();
    db.run("update access_entry set of_requests = 1, kind = 'Refused'", vec![]).await.unwrap();
    assert_eq!(by_the_jurist().await, Some(told));
    // Nor is a reading hidden where its record was altered to fit: a line that nobody counts shows no proof of it.
    db.run(&format!("update access_dossier set shown = 0 where entry = {}", head.index), vec![]).await.unwrap();
    house.behind("access.sqlite", "drop trigger if exists events_not_updated").await;
    for (column, altered) in [("metadata", "replace(metadata, ',', ', ')"), ("payload", "cast(x'7b80ff7d' as text)")] {
        let altered = format!(
            "create table kept as select {column} kept from events where position = {index};
             update events set {column} = {altered} where position = {index}",
            index = head.index
        );
        house.behind("access.sqlite", &altered).await;
        let answer = asked().await;
        assert_eq!(code(&answer), "LOG_NOT_WHOLE", "{column}: {answer:#}");
        let back = format!(
            "update events set {column} = (select k.kept from kept k) where position = {}; drop table kept",
            head.index
        );
        house.behind("access.sqlite", &back).await;
    }
    let gone = "drop trigger if exists events_not_deleted; create table kept as select * from events where position = {}; \
                delete from events where position = {}";
    house.behind("access.sqlite", &gone.replace("{}", &head.index.to_string())).await;
    let answer = asked().await;
    assert_eq!(code(&answer), "LOG_NOT_WHOLE", "{answer:#}");
    let message = answer["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains(&format!("event {} is missing", head.index)), "{message}");
    house.close().await;
}

/// A dossier that was begun for the wrong person, found ineligible, and went on with the right one as far as a delivered bundle.
struct Begun {
    dossier: Value,
    number: String,
    wrong: Value,
    right: Value,
    /// The index at which it was about the wrong one.
    then: u64,
    /// Where its last event is.
    position: Value,
}

impl Begun {
    async fn for_another(house: &House) -> Self {
        house.agreement(true).await;
        let (dossier, number) = house.dossier("foute").await;
        let wrong = house.subject_of(&dossier).await;
        let found = json!({ "trajectoryId": dossier, "answers": favourable_answers(), "decided": "INELIGIBLE",
            "reason": "Reden over de foute." });
        house.accepted(&Person::prosecutor(), "assessEligibility", found).await;
        let then = house.log.head().await.unwrap().index;
        let given = request("juiste");
        let replaced = json!({ "trajectoryId": dossier, "participant": given["participant"], "facts": given["facts"],
            "caseReference": given["caseReference"], "offenceOn": given["offenceOn"] });
        house.accepted(&Person::prosecutor(), "replaceParticipant", replaced).await;
        let right = house.subject_of(&dossier).await;
        let mut position = Value::Null;
        for (person, mutation, input, _) in steps().into_iter().take(12) {
            position = house.accepted(&person, mutation, of(&dossier, &input)).await["position"].clone();
        }
        Self { dossier, number, wrong, right, then, position }
    }
}

#[tokio::test]
async fn who_was_registered_by_mistake_is_shown_to_the_parket_and_never_to_the_museum() {
    let house = House::open().await;
    let begun = Begun::for_another(&house).await;
    let changes = "event reason { ... on PlainValue { value } }
        changes { from { ... on PlainValue { value } } to { ... on PlainValue { value } } }";
    let documents = [
        "query($id: ID!, $then: AsOf, $at: Position) { trajectory(id: $id, asOf: $then, minPosition: $at) {
            participant { ... on Participant { name } ... on Withheld { reason } }
            facts { ... on PersonalText { value } ... on Withheld { reason } } } }"
            .to_owned(),
        format!(
            "query($id: ID!, $at: Position) {{ auditTrail(last: 30, filter: {{ trajectory: $id }}, minPosition: $at) {{ nodes {{ {changes} }} }} }}"
        ),
        format!(
            "query($id: ID!, $at: Position) {{ trajectory(id: $id, minPosition: $at) {{ history(last: 30) {{ nodes {{ {changes} }} }} }} }}"
        ),
        format!(
            "query($id: ID!) {{ replay(trajectory: $id, first: 30) {{ nodes {{ {changes}
            explanation {{ reason {{ ... on PersonalText {{ value }} }} }} }} }} }}"
        ),
        "query($id: ID!) { trajectory(id: $id) { texts { text { ... on PersonalText { value } } }
            explanations { reason { ... on PersonalText { value } } } } }"
            .to_owned(),
    ];
    let viewers = [(Person::prosecutor(), true), (Person::coordinator(), false), (Person::guide(), false)];
    for (person, knows) in viewers {
        for document in &documents {
            let asked = json!({ "id": begun.dossier, "then": { "index": begun.then }, "at": begun.position });
            let shown = house.query(&person, document, asked).await.to_string();
            assert_eq!(shown.contains("foute"), knows, "{:?}: {document}: {shown}", person.actor().role);
            let of_then = document.contains("asOf");
            assert!(knows || !of_then || shown.contains("NOT_AUTHORISED"), "{shown}");
        }
        let now = "query($id: ID!) { trajectory(id: $id) { participant { ... on Participant { name } } } }";
        let now = house.query(&person, now, json!({ "id": begun.dossier })).await;
        assert_eq!(now["trajectory"]["participant"]["name"], "Testpersoon juiste");
    }
    house.close().await;
}

#[tokio::test]
async fn who_was_registered_by_mistake_is_told_nothing_of_whoever_took_that_place() {
    let house = House::open().await;
    let begun = Begun::for_another(&house).await;
    let document = "query($subject: ID!) { subjectAccess(subject: $subject) {
        values { field value { ... on PersonalText { value } ... on Withheld { reason } } }
        sources { organisation } recipients { organisation } sharingConsent { scope } legalFooting { organisation }
        seenBy { organisation } } }";
    let by_the_museum = "query($id: ID!) { trajectory(id: $id) { participant { ... on Participant { name } } } }";
    house.query(&Person::coordinator(), by_the_museum, json!({ "id": begun.dossier })).await;
    let told = async |person: Person, subject: &Value| {
        let officer = person.for_purpose(Some(Purpose::SubjectRequest)).in_case(&begun.number);
        house.query(&officer, document, json!({ "subject": subject })).await["subjectAccess"].clone()
    };
    let organisations = |listed: &Value| {
        let mut codes: Vec<_> =
            listed.as_array().unwrap().iter().map(|one| one["organisation"].as_str().unwrap().to_owned()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    };
    for officer in [Person::officer(), Person::compliance()] {
        let own = officer.actor().organisation.0.clone();
        let wrong = told(officer.clone(), &begun.wrong).await;
        assert_eq!((&wrong["sharingConsent"], &wrong["recipients"]), (&Value::Null, &json!([])), "{own}");
        assert_eq!(organisations(&wrong["sources"]), [PARKET], "{own}");
        assert_eq!(organisations(&wrong["legalFooting"]), [PARKET], "{own}");
        assert!(!organisations(&wrong["seenBy"]).contains(&"kazerne-dossin".to_owned()), "{own}");
        let values = wrong["values"].as_array().unwrap();
        let withheld = values.iter().filter(|value| value["value"]["reason"] == "NOT_AUTHORISED").count();
        let expected = if own == PARKET { 0 } else { values.len() };
        assert_eq!((withheld, values.len()), (expected, 9), "eight of the request and the reason: {values:#?}");

        let right = told(officer, &begun.right).await;
        assert_eq!(right["sharingConsent"]["scope"], "BUNDLE", "{own}");
        assert_eq!(organisations(&right["recipients"]), [PARKET], "{own}");
        assert_eq!(organisations(&right["sources"]), ["kazerne-dossin", PARKET], "{own}");
        assert_eq!(organisations(&right["legalFooting"]), ["kazerne-dossin", PARKET], "{own}");
        assert!(organisations(&right["seenBy"]).contains(&"kazerne-dossin".to_owned()), "{own}");
        assert!(right["values"].to_string().contains("Testpersoon juiste"), "{own}");
    }
    house.close().await;
}

#[tokio::test]
async fn whoever_may_not_ask_about_a_person_is_told_so_also_while_the_view_of_the_dossiers_fails() {
    let mut house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.dossier("storing").await;
    let asked = json!({ "subject": house.subject_of(&dossier).await });
    house.stop_the_views().await;
    let view = house.views.active(trajectories::PROJECTION).await.unwrap();
    view.db.run("alter table trajectory_history rename to out_of_order", vec![]).await.unwrap();
    let document = "query($subject: ID!) { subjectAccess(subject: $subject) { number } }";
    let prosecutor = Person::prosecutor().for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
    let before = house.accesses().await;
    let refused = house.ask(&prosecutor, document, asked).await;
    assert_eq!(code(&refused), "FORBIDDEN", "{refused:#}");
    let written = house.accesses_after(before).await;
    let [AccessEvent::QuestionRefused { refusals, .. }] = &written[..] else { panic!("{written:#?}") };
    assert_eq!(refusals[0].reason, QuestionRefusal::Forbidden);
    house.close().await;
}

#[tokio::test]
async fn a_value_is_told_once_with_the_version_it_stands_in_and_as_corrected_only_where_it_was() {
    let house = House::open().await;
    house.agreement(true).await;
    let draft = house.accepted(&Person::jurist(), "draftRequest", json!({ "request": request("ontwerp") })).await;
    let dossier = draft["trajectory"]["id"].clone();
    let mut said_otherwise = request("ontwerp");
    said_otherwise["facts"] = json!("Verzonnen feiten, nauwkeuriger");
    let requested = json!({ "trajectoryId": dossier, "request": said_otherwise });
    let requested = house.accepted(&Person::prosecutor(), "requestTrajectory", requested).await;
    let correction = json!({ "trajectoryId": dossier, "sequence": requested["version"], "field": "PARTICIPANT_NAME",
        "value": { "text": "Testpersoon juist" }, "reason": "Verkeerd overgenomen." });
    let corrected = house.accepted(&Person::prosecutor(), "correctFact", correction).await;

    let number = requested["trajectory"]["number"].as_str().unwrap();
    let officer = Person::officer().for_purpose(Some(Purpose::SubjectRequest)).in_case(number);
    let document = "query($subject: ID!) { subjectAccess(subject: $subject) {
        values { field version stands corrected value { ... on PersonalText { value } } } } }";
    let asked = json!({ "subject": house.subject_of(&dossier).await });
    let held = house.query(&officer, document, asked).await["subjectAccess"]["values"].clone();
    let of = |field: &str| {
        let own = held.as_array().unwrap().iter().filter(|value| value["field"] == field);
        own.cloned().collect::<Vec<_>>()
    };
    let value = |field: &str, version: &Value, stands: bool, corrected: bool, text: &str| json!({ "field": field, "version": version, "stands": stands, "corrected": corrected, "value": { "value": text } });
    let (drafted, requested, corrected) = (&draft["version"], &requested["version"], &corrected["version"]);
    assert_eq!(
        of("name"),
        [
            value("name", corrected, true, false, "Testpersoon juist"),
            value("name", requested, false, true, "Testpersoon ontwerp"),
        ]
    );
    assert_eq!(
        of("facts"),
        [
            value("facts", requested, true, false, "Verzonnen feiten, nauwkeuriger"),
            value("facts", drafted, false, false, "Verzonnen feiten ontwerp"),
        ]
    );
    assert_eq!(of("birth_on"), [value("birth_on", requested, true, false, "1990-05-17")], "said twice, told once");
    house.close().await;
}

#[tokio::test]
async fn the_parket_tells_of_a_corrected_text_of_the_museum_what_was_handed_over_and_not_what_stood_before() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.dossier("verslag").await;
    let subject = house.subject_of(&dossier).await;
    // The steps from the one to the other; gives the version at which the guide's report was filed, where it is among them.
    let live = async |from: &str, until: &str| {
        let mut filed = Value::Null;
        for (person, mutation, input, _) in steps().into_iter().skip_while(|step| step.1 != from) {
            let payload = house.accepted(&person, mutation, of(&dossier, &input)).await;
            if mutation == "fileReflectionReport" && filed.is_null() {
                filed = payload["version"].clone();
            }
            if mutation == until {
                break;
            }
        }
        filed
    };
    let filed = live("assessEligibility", "issueAdvice").await;
    let correct = async |text: &str| {
        let correction = json!({ "trajectoryId": dossier, "sequence": filed, "field": "REPORT_TEXT",
            "value": { "text": text }, "reason": "Verkeerd overgenomen." });
        house.accepted(&Person::coordinator(), "correctFact", correction).await;
    };
    let document = "query($subject: ID!) { subjectAccess(subject: $subject) {
        values { field version corrected value { ... on PersonalText { value } ... on Withheld { reason } } } } }";
    let told = async |officer: Person| {
        let officer = officer.for_purpose(Some(Purpose::SubjectRequest)).in_case(&number);
        let held =
            house.query(&officer, document, json!({ "subject": subject })).await["subjectAccess"]["values"].clone();
        let of_report = |value: &&Value| value["field"] == "report_text" && value["version"] == filed;
        let said = |value: &Value| (value["corrected"] == true, value["value"].clone());
        held.as_array().unwrap().iter().filter(of_report).map(said).collect::<Vec<_>>()
    };
    let (says, withheld) = (|text: &str| json!({ "value": text }), json!({ "reason": "NOT_AUTHORISED" }));

    correct("Juist.").await;
    live("assembleBundle", "deliverBundle").await;
    assert_eq!(told(Person::officer()).await, [(false, says("Juist.")), (true, withheld.clone())]);
    assert_eq!(told(Person::compliance()).await, [(false, says("Juist.")), (true, says("Tekst."))]);

    // What was handed over is told also once it is corrected again; what took its place waits for another bundle.
    correct("Nog juister.").await;
    let parket = told(Person::officer()).await;
    assert_eq!(parket, [(false, withheld.clone()), (true, withheld), (true, says("Juist."))]);

    // What is withheld cannot be compared: that it was corrected is told once, however often it was.
    correct("Nog eens.").await;
    let again = told(Person::officer()).await;
    let hidden = |(corrected, value): &&(bool, Value)| *corrected && value["reason"] == "NOT_AUTHORISED";
    assert_eq!(again.iter().filter(hidden).count(), 1, "{again:#?}");
    house.close().await;
}

#[tokio::test]
async fn a_decision_that_was_annulled_is_not_explained_for_a_day_on_which_it_did_not_stand() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("uitleg").await;
    let parket = Person::prosecutor();
    let assessed = json!({ "trajectoryId": dossier, "answers": favourable_answers(), "decided": "ELIGIBLE" });
    let payload = house.accepted(&parket, "assessEligibility", assessed).await;
    let annulled = json!({ "trajectoryId": dossier, "sequence": payload["trajectory"]["version"], "reason": "ENTERED_BY_MISTAKE" });
    house.accepted(&parket, "annulStep", annulled).await;
    let document =
        "query($id: ID!, $then: AsOf) { trajectory(id: $id, asOf: $then) { status explanations { outcome } } }";
    let shown = async |then: Value| {
        house.query(&parket, document, json!({ "id": dossier, "then": then })).await["trajectory"].clone()
    };
    let then = shown(json!({ "occurredOn": today() })).await;
    assert_eq!(then, json!({ "status": "REQUESTED", "explanations": [] }));
    // The trail of what was decided keeps it.
    assert_eq!(shown(Value::Null).await["explanations"].as_array().unwrap().len(), 1);
    house.close().await;
}
