//! Rights of the person concerned over HTTP: requests with their terms, recipients to be told, linked subjects.

use acceptance::{Installation, Persona, Stores};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::life::{Cast, PARKET, for_dossier, global_id, requested, steps, today};

on_every_engine!(
    a_request_is_registered_extended_and_answered_by_the_controller_it_was_addressed_to,
    after_a_correction_the_recipient_of_a_bundle_is_listed_until_told_or_given_the_next_one,
    linked_subjects_are_shown_from_both_sides_and_no_further,
);

const REQUEST: &str = "rightsRequest { id kind status dueOn overdue answer followUp version \
    wording { ... on PersonalText { value } ... on Withheld { reason } } trajectory { id } }";

async fn payload(persona: &Persona, mutation: &str, mut input: Value) -> Result<Value> {
    input["commandId"] = json!(acceptance::new_command_id());
    let name = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation R($input: {name}!) {{ {mutation}(input: $input) {{ position pending userErrors {{ code path message }} {REQUEST} }} }}"
    );
    Ok(persona.query(&document, json!({ "input": input })).await?[mutation].clone())
}

async fn a_request_is_registered_extended_and_answered_by_the_controller_it_was_addressed_to(
    stores: Stores,
) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let elsewhere =
        installation.persona(&program, "compliance-2", "ComplianceOfficer", PARKET)?.for_purpose("Supervision");
    cast.sign_agreement().await?;
    let dossier = requested(&cast, "recht").await?;
    for step in steps().into_iter().take(2) {
        (step.by)(&cast).accepted(step.mutation, for_dossier(&dossier, &step.input)).await?;
    }
    let received =
        json!({ "trajectoryId": dossier, "kind": "ERASURE", "receivedOn": today(), "wording": "Alles weg." });
    let registered = payload(&cast.compliance, "registerRightsRequest", received.clone()).await?;
    ensure!(registered["userErrors"] == json!([]), "{registered:#}");
    let request = &registered["rightsRequest"];
    ensure!(request["status"] == "RECEIVED" && request["overdue"] == false, "{request:#}");
    ensure!(request["followUp"] == "REQUEST_ERASURE" && request["wording"]["value"] == "Alles weg.", "{request:#}");
    let refused = payload(&cast.coordinator, "registerRightsRequest", received).await?;
    ensure!(refused["userErrors"][0]["code"] == "NOT_YOUR_ROLE", "{refused:#}");

    let answer = json!({ "rightsRequestId": request["id"], "answeredOn": today(), "answer": "REFUSED" });
    let foreign = payload(&elsewhere, "answerRightsRequest", answer.clone()).await?;
    ensure!(foreign["userErrors"][0]["code"] == "NOT_FOUND", "to another controller it is as none at all: {foreign:#}");
    let groundless = payload(&cast.compliance, "answerRightsRequest", answer.clone()).await?;
    ensure!(groundless["userErrors"][0]["path"] == json!(["ground"]), "{groundless:#}");
    let extend = json!({ "rightsRequestId": request["id"], "toldOn": today(), "reason": "Twee parketten." });
    let extended = payload(&cast.compliance, "extendRightsRequest", extend).await?;
    ensure!(extended["rightsRequest"]["status"] == "EXTENDED", "{extended:#}");
    let list = "query Q { rightsRequests(filter: { open: true }, first: 10) { totalCount nodes { id kind dueOn } } }";
    let open = cast.compliance.query(list, json!({})).await?;
    ensure!(open["rightsRequests"]["totalCount"] == 1, "{open:#}");
    ensure!(elsewhere.query(list, json!({})).await?["rightsRequests"]["totalCount"] == 0, "each controller its own");
    let mut granted = answer;
    granted["answer"] = json!("GRANTED");
    let answered = payload(&cast.compliance, "answerRightsRequest", granted).await?;
    ensure!(answered["rightsRequest"]["status"] == "ANSWERED", "{answered:#}");
    ensure!(cast.compliance.query(list, json!({})).await?["rightsRequests"]["totalCount"] == 0);
    Ok(())
}

async fn after_a_correction_the_recipient_of_a_bundle_is_listed_until_told_or_given_the_next_one(
    stores: Stores,
) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let dossier = requested(&cast, "melding").await?;
    let mut report = 0;
    for step in steps() {
        let done = (step.by)(&cast).accepted(step.mutation, for_dossier(&dossier, &step.input)).await?;
        if step.mutation == "fileReflectionReport" && report == 0 {
            report = done["version"].as_u64().unwrap_or_default();
        }
    }
    let list = "query T($all: Boolean!) { disclosuresToTell(first: 10, withSettled: $all) \
        { nodes { number recipient cause sequence settled { by means bundle } } } }";
    let listed = async |all: bool| -> Result<Vec<Value>> {
        let answer = cast.coordinator.query(list, json!({ "all": all })).await?;
        Ok(answer["disclosuresToTell"]["nodes"].as_array().cloned().unwrap_or_default())
    };
    ensure!(listed(false).await?.is_empty());
    let correct = |text: &str| {
        json!({ "trajectoryId": dossier, "sequence": report, "field": "REPORT_TEXT", "value": { "text": text },
            "reason": "Een woord viel weg." })
    };
    cast.guide.accepted("correctFact", correct("Verbeterd verslag.")).await?;
    let open = listed(false).await?;
    ensure!(open.len() == 1 && open[0]["recipient"] == PARKET && open[0]["cause"] == "RECTIFICATION", "{open:#?}");
    let owed = "query O($id: ID!) { trajectory(id: $id) { bundleOwedTo recipientsToTell { recipient } } }";
    let shown = cast.coordinator.query(owed, json!({ "id": dossier })).await?;
    ensure!(shown["trajectory"]["bundleOwedTo"] == json!([PARKET]), "{shown:#}");

    let told = json!({ "trajectoryId": dossier, "recipient": PARKET, "sequence": open[0]["sequence"], "toldOn": today(),
        "means": "LETTER" });
    cast.coordinator.accepted("recordRecipientTold", told).await?;
    ensure!(listed(false).await?.is_empty());
    let settled = listed(true).await?;
    ensure!(
        settled[0]["settled"]["by"] == "coordinator-1" && settled[0]["settled"]["means"] == "LETTER",
        "{settled:#?}"
    );

    // The next bundle tells of the next correction by itself, and holds it.
    cast.guide.accepted("correctFact", correct("Nog eens verbeterd.")).await?;
    ensure!(listed(false).await?.len() == 1);
    cast.coordinator.accepted("assembleBundle", json!({ "trajectoryId": dossier })).await?;
    let handed = json!({ "trajectoryId": dossier, "number": 2, "recipient": global_id("Parket", PARKET), "deliveredOn": today() });
    cast.coordinator.accepted("deliverBundle", handed).await?;
    ensure!(listed(false).await?.is_empty());
    Ok(())
}

async fn linked_subjects_are_shown_from_both_sides_and_no_further(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let mut dossiers = Vec::new();
    for marker in ["een", "twee", "drie"] {
        let dossier = requested(&cast, marker).await?;
        let found = cast
            .prosecutor
            .query("query S($id: ID!) { trajectory(id: $id) { subject } }", json!({ "id": dossier }))
            .await?;
        dossiers.push((dossier, found["trajectory"]["subject"].clone()));
    }
    let nobody = json!({ "trajectoryId": dossiers[0].0, "otherSubject": dossiers[1].1, "otherDossier": dossiers[2].0 });
    let refused = cast.prosecutor.mutate("linkSubjects", nobody).await?;
    ensure!(refused["userErrors"][0]["code"] == "NOT_FOUND", "{refused:#}");
    for pair in dossiers.windows(2) {
        let link = json!({ "trajectoryId": pair[0].0, "otherSubject": pair[1].1, "otherDossier": pair[1].0 });
        cast.prosecutor.accepted("linkSubjects", link).await?;
    }
    let question =
        "query L($id: ID!) { trajectory(id: $id) { linkedSubjects { subject madeHere trajectory { id } } } }";
    for ((dossier, _), expected) in dossiers.iter().zip([1, 2, 1]) {
        let found = cast.prosecutor.query(question, json!({ "id": dossier })).await?;
        let linked = found["trajectory"]["linkedSubjects"].as_array().cloned().unwrap_or_default();
        ensure!(linked.len() == expected, "{found:#}");
        ensure!(linked.iter().all(|link| link["trajectory"]["id"].is_string()), "{found:#}");
    }
    Ok(())
}
