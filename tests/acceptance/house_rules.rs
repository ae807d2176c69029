//! What an installation decides for itself: its deadlines, and by which criteria eligibility is decided.

use acceptance::{Installation, Stores};
use anyhow::{Result, ensure};
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use crate::life::{Cast, PARKET, for_dossier, request, today};

/// Criteria of the one parket that allow minors.
fn criteria() -> Value {
    let apart =
        json!({ "code": "apart", "rule": "MustHold", "label_nl": "Apart bekeken", "label_en": "Looked at apart" });
    json!({ "versions": [{ "code": "jeugd-1", "parket": PARKET, "valid_from": "2020-01-01", "minors_allowed": true, "criteria": [apart] }] })
}

/// A request about somebody who was seventeen.
fn of_a_minor(marker: &str) -> Value {
    let mut request = request(marker);
    request["participant"]["birthOn"] = json!("2008-06-01");
    request
}

#[tokio::test]
async fn deadlines_and_criteria_are_the_installations_own() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let file = installation.directory().join("criteria.json");
    std::fs::write(&file, criteria().to_string())?;
    installation.set(&format!("[criteria]\nfile = {file:?}\n"))?;
    installation.set("[deadlines]\nrequested = 3\neligible = 0\n")?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;

    let elsewhere =
        cast.other_prosecutor.try_mutate("requestTrajectory", json!({ "request": of_a_minor("elders") })).await?;
    let refused = &elsewhere.body["data"]["requestTrajectory"]["userErrors"][0];
    ensure!(refused["code"] == "RULE_NOT_MET", "the built-in criteria allow no minors: {:#}", elsewhere.body);

    let requested = cast.prosecutor.accepted("requestTrajectory", json!({ "request": of_a_minor("jong") })).await?;
    let dossier = requested["trajectory"]["id"].clone();
    let due = "query Due($id: ID!) { trajectory(id: $id) { dueOn } }";
    let due_on = async || cast.prosecutor.query(due, json!({ "id": dossier })).await;
    let in_three_days = today().parse::<NaiveDate>()? + Days::new(3);
    let found = due_on().await?;
    ensure!(found["trajectory"]["dueOn"] == in_three_days.to_string(), "{found:#}");

    let assessed = json!({ "answers": [{ "criterion": "apart", "answer": "MET" }], "decided": "ELIGIBLE" });
    cast.prosecutor.accepted("assessEligibility", for_dossier(&dossier, &assessed)).await?;
    ensure!(due_on().await?["trajectory"]["dueOn"] == Value::Null, "0 days: never due");
    let why = "query Why($id: ID!) { trajectory(id: $id) { explanations { version criteria { code label(language: EN) } } } }";
    let explained = cast.prosecutor.query(why, json!({ "id": dossier })).await?["trajectory"]["explanations"].clone();
    ensure!(
        explained[0]["version"] == "jeugd-1" && explained[0]["criteria"][0]["label"] == "Looked at apart",
        "{explained:#}"
    );

    let consent = |by: &str| json!({ "declaredOn": today(), "textVersion": "deelname-1", "givenBy": by, "factsNotDisputed": true, "willing": true });
    let alone = cast.prosecutor.try_mutate("giveConsent", for_dossier(&dossier, &consent("PARTICIPANT"))).await?;
    let refused = &alone.body["data"]["giveConsent"]["userErrors"][0];
    ensure!(refused["path"] == json!(["givenBy"]), "a minor's consent is the guardians': {:#}", alone.body);
    let given = cast.prosecutor.accepted("giveConsent", for_dossier(&dossier, &consent("GUARDIANS"))).await?;
    ensure!(given["trajectory"]["status"] == "CONSENTED", "{given:#}");
    program.terminate().await?;
    Ok(())
}

#[tokio::test]
async fn a_file_of_criteria_that_is_wrong_stops_the_start_and_says_what_to_write() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let file = installation.directory().join("criteria.json");
    let mut wrong = criteria();
    wrong["versions"][0]["criteria"] = json!([]);
    std::fs::write(&file, wrong.to_string())?;
    installation.set(&format!("[criteria]\nfile = {file:?}\n"))?;
    let checked = installation.run(&["config", "check"])?;
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    ensure!(checked.status.code() == Some(78), "{said}");
    ensure!(said.contains("\"jeugd-1\" has no criteria: list at least one"), "{said}");
    Ok(())
}
