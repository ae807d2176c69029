//! A dossier from draft to closed, over HTTP, by the right people; and everybody else, refused.

use acceptance::{Installation, Persona, Stores};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::life::{Cast, for_dossier, requested, steps};

on_every_engine!(
    a_dossier_taken_through_all_steps_ends_closed,
    every_step_out_of_order_is_refused_and_leaves_no_event,
    every_wrong_persona_is_refused_at_every_step_and_leaves_no_event,
);

async fn a_dossier_taken_through_all_steps_ends_closed(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let dossier = requested(&cast, "heel-leven").await?;
    for step in steps() {
        let payload = (step.by)(&cast).accepted(step.mutation, for_dossier(&dossier, &step.input)).await?;
        ensure!(payload["trajectory"]["status"] == step.leads_to, "after {}: {payload:#}", step.mutation);
    }
    ensure!(program.terminate().await?.success(), "the program stops in order");

    // What was accepted is there after a restart, and the trail holds every step.
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let trail = event_types(&cast.compliance, &dossier).await?;
    ensure!(trail.len() == steps().len() + 3, "the trail is {trail:?}");
    let (first, last) = (trail.first().map(String::as_str), trail.last().map(String::as_str));
    ensure!(first == Some("DossierNumberTaken") && last == Some("TrajectoryClosed"), "the trail is {trail:?}");
    Ok(())
}

async fn every_wrong_persona_is_refused_at_every_step_and_leaves_no_event(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let dossier = requested(&cast, "verkeerde-persoon").await?;
    for step in steps() {
        let right = (step.by)(&cast);
        let before = recorded(&cast).await?;
        for wrong in everybody(&cast) {
            if wrong.token() == right.token() || may_also(step.mutation, &cast, wrong) {
                continue;
            }
            refused_with_a_code(wrong, step.mutation, for_dossier(&dossier, &step.input)).await?;
        }
        let after = recorded(&cast).await?;
        ensure!(before == after, "a refused {} left events {} to {after}", step.mutation, before + 1);
        right.accepted(step.mutation, for_dossier(&dossier, &step.input)).await?;
    }
    Ok(())
}

async fn every_step_out_of_order_is_refused_and_leaves_no_event(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let dossier = requested(&cast, "verkeerde-volgorde").await?;
    let steps = steps();
    for (done, step) in steps.iter().enumerate() {
        let before = recorded(&cast).await?;
        for early in steps.iter().skip(done + 1).filter(|early| !allowed_early(step.mutation, early.mutation)) {
            refused_with_a_code((early.by)(&cast), early.mutation, for_dossier(&dossier, &early.input)).await?;
        }
        let after = recorded(&cast).await?;
        ensure!(before == after, "before {}: refused steps left events {} to {after}", step.mutation, before + 1);
        (step.by)(&cast).accepted(step.mutation, for_dossier(&dossier, &step.input)).await?;
    }
    Ok(())
}

/// How many events the log holds; it is asked itself, because a view may be behind.
async fn recorded(cast: &Cast) -> Result<u64> {
    let data = cast.compliance.query("{ log { head { index } } }", json!({})).await?;
    data["log"]["head"]["index"].as_u64().with_context(|| format!("the log has an end: {data:#}"))
}

/// Refused with a code and a next step: as data with sentences in both languages, or, where the viewer may not give such a command at all
/// or may not even know the dossier, as an error of the request.
async fn refused_with_a_code(persona: &Persona, mutation: &str, input: Value) -> Result<()> {
    let answer = persona.try_mutate(mutation, input).await?;
    if let Some(error) = answer.body["errors"].get(0) {
        let code = error["extensions"]["code"].as_str().unwrap_or_default();
        ensure!(["FORBIDDEN", "NOT_FOUND"].contains(&code), "{mutation}: {:#}", answer.body);
        ensure!(error["message"].as_str().is_some_and(says_what_to_do), "{mutation}: {error:#}");
        return Ok(());
    }
    let error = &answer.body["data"][mutation]["userErrors"][0];
    ensure!(error["code"].as_str().is_some_and(|code| !code.is_empty()), "{mutation}: {:#}", answer.body);
    for language in ["message", "messageNl"] {
        ensure!(error[language].as_str().is_some_and(says_what_to_do), "{mutation}: {error:#}");
    }
    Ok(())
}

/// Whether a message says what is wrong and, after a colon or semicolon, what to do about it: some words of each.
fn says_what_to_do(message: &str) -> bool {
    let some_words = |text: &str| text.split_whitespace().count() >= 3;
    let parts = message.split_once([':', ';']);
    parts.is_some_and(|(wrong, next)| some_words(wrong) && some_words(next))
}

#[test]
fn a_message_without_a_next_step_is_told_from_one_with() {
    assert!(says_what_to_do("Your role may not do this: ask a colleague whose role it is."));
    for without in ["this role may not ask this", "there is no such thing here", "It is not possible: no."] {
        assert!(!says_what_to_do(without), "{without}");
    }
}

async fn event_types(compliance: &Persona, dossier: &Value) -> Result<Vec<String>> {
    let document =
        "query Trail($dossier: ID!) { auditTrail(last: 100, filter: { trajectory: $dossier }) { nodes { event } } }";
    let data = compliance.query(document, json!({ "dossier": dossier })).await?;
    let nodes = data["auditTrail"]["nodes"].as_array().cloned().unwrap_or_default();
    Ok(nodes.iter().filter_map(|entry| entry["event"].as_str().map(str::to_owned)).collect())
}

fn everybody(cast: &Cast) -> [&Persona; 9] {
    [
        &cast.jurist,
        &cast.prosecutor,
        &cast.other_prosecutor,
        &cast.coordinator,
        &cast.guide,
        &cast.other_guide,
        &cast.compliance,
        &cast.analyst,
        &cast.plan_coordinator,
    ]
}

/// Steps that the domain gives to more than one role.
fn may_also(mutation: &str, cast: &Cast, persona: &Persona) -> bool {
    let is = |other: &Persona| persona.token() == other.token();
    match mutation {
        "giveConsent" | "giveSharingConsent" => is(&cast.jurist) || is(&cast.coordinator),
        "holdPreparatoryCall" | "fileReflectionReport" => is(&cast.coordinator),
        "receiveBundle" => is(&cast.jurist),
        "closeTrajectory" => is(&cast.prosecutor),
        _ => false,
    }
}

/// Steps that may come before the next one of our list without being out of order.
fn allowed_early(next: &str, early: &str) -> bool {
    matches!(
        (next, early),
        ("giveSharingConsent" | "holdPreparatoryCall", "assignGuide")
            | ("giveSharingConsent" | "assignGuide", "holdPreparatoryCall")
            | ("fileReflectionReport", "fileReflectionReport")
            | ("receiveBundle", "recordOutcome" | "closeTrajectory")
            | ("recordOutcome", "closeTrajectory")
            | (_, "giveSharingConsent")
    )
}
