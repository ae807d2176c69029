//! Links between persons of two dossiers: undone though one was erased, made to nobody who is gone, told once.

use serde_json::{Value, json};
use spoor_domain::kernel::{CommandContext, Provenance, Purpose, SubjectId};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::TrajectoryCommand;

use super::access::dossier_of;
use super::cast::command_id;
use super::erasure::erase;
use super::{House, Person};

/// Two dossiers with their persons.
async fn two(house: &House) -> [(Value, Value); 2] {
    let ((one, _), (other, _)) = (house.dossier("een").await, house.dossier("twee").await);
    let (its_own, others) = (house.subject_of(&one).await, house.subject_of(&other).await);
    [(one, its_own), (other, others)]
}

fn link((one, _): &(Value, Value), (other, subject): &(Value, Value)) -> Value {
    json!({ "trajectoryId": one, "otherDossier": other, "otherSubject": subject })
}

fn unlink((one, _): &(Value, Value), (_, subject): &(Value, Value)) -> Value {
    json!({ "trajectoryId": one, "otherSubject": subject })
}

/// The links that a dossier tells, once the views show what the log holds.
async fn linked(house: &House, (dossier, _): &(Value, Value)) -> Value {
    let head = house.log.head().await.unwrap().position.to_string();
    let document = "query($id: ID!, $at: Position!) { trajectory(id: $id, minPosition: $at) {
        linkedSubjects { trajectoryId madeHere } } }";
    let shown = house.query(&Person::prosecutor(), document, json!({ "id": dossier, "at": head })).await;
    shown["trajectory"]["linkedSubjects"].clone()
}

#[tokio::test]
async fn a_wrong_link_is_undone_where_it_was_made_also_after_the_person_there_was_erased() {
    let house = House::open().await;
    house.agreement(true).await;
    let [gone, stays] = two(&house).await;
    let prosecutor = Person::prosecutor();
    house.accepted(&prosecutor, "linkSubjects", link(&gone, &stays)).await;
    erase(&house, &gone.0, &gone.1).await;
    assert_eq!(linked(&house, &stays).await, json!([{ "trajectoryId": gone.0, "madeHere": false }]));
    assert_eq!(
        house.refused(&prosecutor, "unlinkSubjects", unlink(&stays, &gone)).await,
        "NOT_FOUND",
        "not made there"
    );
    house.accepted(&prosecutor, "unlinkSubjects", unlink(&gone, &stays)).await;
    assert_eq!(linked(&house, &stays).await, json!([]));
    house.close().await;
}

#[tokio::test]
async fn nobody_is_linked_to_a_person_who_was_erased() {
    let house = House::open().await;
    house.agreement(true).await;
    let [gone, stays] = two(&house).await;
    erase(&house, &gone.0, &gone.1).await;
    let refused = house.mutate(&Person::prosecutor(), "linkSubjects", link(&stays, &gone)).await;
    assert_eq!(refused["userErrors"][0]["code"], "SUBJECT_ERASED", "{refused:#}");
    assert_eq!(refused["userErrors"][0]["path"], json!(["otherSubject"]), "{refused:#}");
    house.close().await;
}

#[tokio::test]
async fn a_pair_is_linked_once_from_whichever_side_and_told_once() {
    let house = House::open().await;
    house.agreement(true).await;
    let [one, other] = two(&house).await;
    let prosecutor = Person::prosecutor();
    let mut first = link(&one, &other);
    first["commandId"] = json!(command_id());
    house.accepted(&prosecutor, "linkSubjects", first.clone()).await;
    let refused = house.mutate(&prosecutor, "linkSubjects", link(&other, &one)).await;
    assert_eq!(refused["userErrors"][0]["code"], "ALREADY_DONE", "{refused:#}");
    assert_eq!(refused["userErrors"][0]["path"], json!(["otherSubject"]), "{refused:#}");

    // As both were taken before, or at once.
    let (clock, person): (_, SubjectId) = (&house.desk.clock, one.1.as_str().unwrap().parse().unwrap());
    let context = CommandContext {
        actor: prosecutor.actor().clone(),
        purpose: Purpose::CaseHandling,
        at: clock.now(),
        today: clock.today_brussels(),
        command_id: command_id(),
        expected_version: None,
        provenance: Provenance::default(),
    };
    let back = TrajectoryCommand::LinkSubjects { other_subject: person, other_dossier: dossier_of(&one.0) };
    house.log.execute::<LearningTrajectory>(&dossier_of(&other.0).to_string(), &back, &context).await.unwrap();
    assert_eq!(linked(&house, &one).await, json!([{ "trajectoryId": other.0, "madeHere": true }]));
    assert_eq!(linked(&house, &other).await, json!([{ "trajectoryId": one.0, "madeHere": true }]));
    // Sent again, the first link has its first result.
    house.accepted(&prosecutor, "linkSubjects", first).await;
    house.accepted(&prosecutor, "unlinkSubjects", unlink(&one, &other)).await;
    assert_eq!(linked(&house, &one).await, json!([{ "trajectoryId": other.0, "madeHere": false }]));
    house.close().await;
}
