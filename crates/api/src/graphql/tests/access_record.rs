//! What the access log takes: who was shown which dossier, and what was refused to whom.

use std::collections::BTreeSet;

use serde_json::json;
use spoor_domain::access::event::AccessEvent;
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::kernel::RefusalCode;

use super::access::{code, dossier_of, shown};
use super::{House, Person};
use crate::graphql::global_id::Kind;
#[tokio::test]
async fn who_singles_out_a_dossier_and_asks_for_its_number_only_is_recorded_as_a_reader_of_it() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, number) = house.dossier("enig").await;
    house.dossier("ander").await;
    let own = [dossier_of(&dossier)];
    let person = "participant: { name: \"testpersoon ENIG\", birthOn: \"1990-05-17\" }";
    let officer = Person::officer();
    for question in [
        format!(
            "auditTrail(first: 1, filter: {{ trajectory: {dossier}, event: [\"TrajectoryRequested\"] }}) {{ totalCount }}"
        ),
        format!(
            "auditTrail(first: 1, filter: {{ trajectory: {dossier}, event: [\"OutcomeRecorded\"] }}) {{ totalCount }}"
        ),
        format!("trajectories(first: 1, filter: {{ number: \"{number}\", status: [REQUESTED] }}) {{ totalCount }}"),
        "trajectories(first: 1, filter: { caseReference: \"AN.enig\" }) { totalCountExact }".to_owned(),
        format!("trajectories(first: 1, filter: {{ {person} }}) {{ totalCount }}"),
        format!("trajectories(first: 1, filter: {{ {person} }}) {{ pageInfo {{ hasNextPage }} }}"),
        format!("rightsRequests(first: 1, filter: {{ trajectory: {dossier} }}) {{ totalCount }}"),
        format!("rightsRequests(first: 1, filter: {{ trajectory: {dossier} }}) {{ nodes {{ id }} }}"),
        format!("disclosuresToTell(first: 1, trajectory: {dossier}) {{ totalCount }}"),
    ] {
        let before = house.accesses().await;
        house.query(&officer, &format!("{{ {question} }}"), json!({})).await;
        let named: Vec<_> = house.accesses_after(before).await.iter().flat_map(shown).collect();
        assert_eq!(named, own, "{question}");
    }
    // Behind the only one there is nothing, and how many there are is told all the same.
    let page = house
        .query(
            &officer,
            &format!("{{ trajectories(first: 1, filter: {{ {person} }}) {{ pageInfo {{ endCursor }} }} }}"),
            json!({}),
        )
        .await;
    let cursor = &page["trajectories"]["pageInfo"]["endCursor"];
    let before = house.accesses().await;
    let behind = format!(
        "{{ trajectories(first: 1, after: {cursor}, filter: {{ {person} }}) {{ totalCount nodes {{ id }} }} }}"
    );
    assert_eq!(
        house.query(&officer, &behind, json!({})).await["trajectories"],
        json!({ "totalCount": 1, "nodes": [] })
    );
    let named: Vec<_> = house.accesses_after(before).await.iter().flat_map(shown).collect();
    assert_eq!(named, own);
    let replay = format!("replay(trajectory: {dossier}, first: 100");
    let page = house.query(&officer, &format!("{{ {replay}) {{ pageInfo {{ endCursor }} }} }}"), json!({})).await;
    let cursor = &page["replay"]["pageInfo"]["endCursor"];
    let before = house.accesses().await;
    let behind = format!("{{ {replay}, after: {cursor}) {{ totalCount nodes {{ sequence }} }} }}");
    assert_eq!(house.query(&officer, &behind, json!({})).await["replay"], json!({ "totalCount": 1, "nodes": [] }));
    let named: Vec<_> = house.accesses_after(before).await.iter().flat_map(shown).collect();
    assert_eq!(named, own);
    // Who matches nothing names nothing.
    let nobody = person.replace("ENIG", "niemand");
    let before = house.accesses().await;
    house
        .query(&officer, &format!("{{ trajectories(first: 1, filter: {{ {nobody} }}) {{ totalCount }} }}"), json!({}))
        .await;
    assert!(matches!(house.accesses_after(before).await[..], [AccessEvent::OverviewShown { .. }]));
    house.close().await;
}

#[tokio::test]
async fn a_hidden_dossier_and_none_at_all_are_answered_and_recorded_alike() {
    let house = House::open().await;
    house.agreement(true).await;
    let (hidden, number) = house.dossier("verborgen").await;
    let nowhere = json!(crate::graphql::global_id::global_id(Kind::Trajectory, &super::cast::command_id().to_string()));
    let other = Person::other_prosecutor();
    for document in [
        "query($id: ID!) { trajectory(id: $id) { id } }",
        "query($id: ID!) { node(id: $id) { id } }",
        "query($id: ID!) { auditTrail(first: 5, filter: { trajectory: $id }) { nodes { id } } }",
    ] {
        let mut answers = Vec::new();
        for id in [&hidden, &nowhere] {
            let before = house.accesses().await;
            answers.push(house.ask(&other, document, json!({ "id": id })).await);
            let events = house.accesses_after(before).await;
            let asked = events.iter().find_map(|event| match event {
                AccessEvent::QuestionRefused { refusals, .. } => Some(refusals[0].clone()),
                _ => None,
            });
            let asked = asked.unwrap_or_else(|| panic!("{document}: {events:#?}"));
            assert_eq!((asked.reason, asked.dossier), (QuestionRefusal::NotFound, Some(dossier_of(id))));
            assert!(!events.iter().any(|event| matches!(event, AccessEvent::DossiersShown { .. })), "{events:#?}");
        }
        assert_eq!(answers[0], answers[1], "{document}");
    }
    let before = house.accesses().await;
    let document = "query($number: String!) { trajectories(first: 5, filter: { number: $number }) { nodes { id } } }";
    house.query(&other, document, json!({ "number": number })).await;
    house.query(&other, document, json!({ "number": "Jan Janssens" })).await;
    let asked = house.accesses_after(before).await.into_iter().filter_map(|event| match event {
        AccessEvent::QuestionRefused { refusals, .. } => refusals[0].number.clone(),
        _ => None,
    });
    let numbers: Vec<_> = asked.map(|number| number.0).collect();
    assert_eq!(numbers, [number], "a number is kept, any other text may be a name and is not");
    house.close().await;
}

#[tokio::test]
async fn a_refused_command_is_recorded_with_its_dossier_and_code_and_a_refused_field_with_its_name() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("geweigerd").await;
    let before = house.accesses().await;
    let advice = json!({ "trajectoryId": dossier, "conclusion": "FAVOURABLE", "motivation": "x" });
    house.refused(&Person::prosecutor(), "issueAdvice", advice.clone()).await;
    house.refused(&Person::other_prosecutor(), "issueAdvice", advice).await;
    let refused = house.ask(&Person::analyst(), "{ geheim: dashboard { total } }", json!({})).await;
    assert_eq!(code(&refused), "FORBIDDEN");
    let events = house.accesses_after(before).await;
    let codes: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            AccessEvent::CommandRefused { command, code, dossier, .. } => Some((command.as_str(), *code, *dossier)),
            _ => None,
        })
        .collect();
    let own = Some(dossier_of(&dossier));
    assert_eq!(codes, [("issueAdvice", codes[0].1, own), ("issueAdvice", RefusalCode::NotFound, own)]);
    assert_ne!(codes[0].1, RefusalCode::NotFound);
    let AccessEvent::QuestionRefused { refusals, .. } = &events[2] else { panic!("{events:#?}") };
    assert_eq!((refusals[0].reason, refusals[0].field.as_str()), (QuestionRefusal::Forbidden, "dashboard"));
    assert!(!format!("{events:?}").contains("geheim"), "an alias is the client's own text");
    house.close().await;
}

#[tokio::test]
async fn figures_are_recorded_once_without_dossiers_and_a_whole_page_in_full() {
    let house = House::open().await;
    house.agreement(true).await;
    for n in 0..60 {
        house.dossier(&format!("veel{n}")).await;
    }
    let before = house.accesses().await;
    house.query(&Person::officer(), "{ dashboard { total } trajectories(first: 100) { totalCount } }", json!({})).await;
    let [AccessEvent::OverviewShown { question, .. }] = &house.accesses_after(before).await[..] else {
        panic!("one record, no dossiers")
    };
    assert_eq!(question.fields, ["dashboard", "trajectories"]);
    let before = house.accesses().await;
    house.query(&Person::officer(), "{ trajectories(first: 100) { nodes { id } } }", json!({})).await;
    let named: BTreeSet<_> = house.accesses_after(before).await.iter().flat_map(shown).collect();
    assert_eq!(named.len(), 60);
    house.close().await;
}
