//! One dossier's whole life as a client sees it: who sends which mutation with which input, in the right order.

use acceptance::{Installation, Persona, Program};
use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The people of a test installation, each with a token of their own.
pub struct Cast {
    pub jurist: Persona,
    pub prosecutor: Persona,
    pub other_prosecutor: Persona,
    pub coordinator: Persona,
    pub guide: Persona,
    pub other_guide: Persona,
    pub compliance: Persona,
    pub analyst: Persona,
    pub plan_coordinator: Persona,
}

pub const PARKET: &str = "parket-antwerpen";
pub const OTHER_PARKET: &str = "parket-limburg";
pub const MUSEUM: &str = "kazerne-dossin";

impl Cast {
    pub fn of(installation: &Installation, program: &Program) -> Result<Self> {
        let persona = |person, role, organisation| installation.persona(program, person, role, organisation);
        Ok(Self {
            jurist: persona("jurist-1", "ProsecutionJurist", PARKET)?,
            prosecutor: persona("prosecutor-1", "Prosecutor", PARKET)?,
            other_prosecutor: persona("prosecutor-2", "Prosecutor", OTHER_PARKET)?,
            coordinator: persona("coordinator-1", "MuseumCoordinator", MUSEUM)?,
            guide: persona("guide-1", "Guide", MUSEUM)?,
            other_guide: persona("guide-2", "Guide", MUSEUM)?,
            compliance: persona("compliance-1", "ComplianceOfficer", MUSEUM)?.for_purpose("Supervision"),
            analyst: persona("analyst-1", "PolicyAnalyst", "abb")?.for_purpose("Reporting"),
            plan_coordinator: persona("plan-1", "PlanCoordinator", "abb")?.for_purpose("Reporting"),
        })
    }

    /// Signs an agreement with both parketten, valid since long ago.
    pub async fn sign_agreement(&self) -> Result<()> {
        let terms =
            json!({ "kind": "LEARNING_TRAJECTORY", "parties": [PARKET, OTHER_PARKET], "namesArticle216ter": false });
        let draft = json!({ "draftedOn": "2020-12-01", "terms": terms });
        let payload = self.coordinator.agreement("draftAgreement", draft).await?;
        let agreement = payload["agreement"]["id"].clone();
        let sent = json!({ "agreementId": agreement, "sentOn": "2021-01-04" });
        self.coordinator.agreement("sendForSignature", sent).await?;
        let signatory = |organisation| json!({ "organisation": organisation, "capacity": "hoofd van de organisatie" });
        let signed = json!({ "agreementId": agreement, "signedOn": "2021-02-01",
            "signatories": [signatory(MUSEUM), signatory(PARKET), signatory(OTHER_PARKET)],
            "validity": { "from": "2021-02-01", "until": null } });
        self.coordinator.agreement("signAgreement", signed).await?;
        Ok(())
    }
}

/// The global id of a thing of this kind, as the schema hands them out.
pub fn global_id(kind: &str, id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{kind}:{id}"))
}

/// A request as a jurist types it; `marker` makes its personal values recognisable.
pub fn request(marker: &str) -> Value {
    json!({
        "caseReference": format!("AN.{marker}.1"),
        "basis": "PRETORIAN_PROBATION",
        "offences": [{ "family": "ANTIRACISM", "reference": { "act": "Wet van 30 juli 1981", "article": "art. 20" } }],
        "offenceOn": "2026-01-15",
        "participant": {
            "name": format!("Testpersoon {marker}"), "birthOn": "1990-05-17", "contact": format!("{marker}@voorbeeld.invalid"),
            "language": "nl", "interpreterNeeded": false
        },
        "facts": format!("Verzonnen feiten {marker}"),
    })
}

/// All criteria answered so that they compute to eligible.
pub fn favourable_answers() -> Value {
    let met = ["offence-in-family", "elements-present", "no-identitarian-network", "no-pertinent-risk"];
    let not_met = ["serious-physical-harm", "criminal-organisation", "grave-disturbance", "recidivism"];
    let answer = |answer: &'static str| move |criterion| json!({ "criterion": criterion, "answer": answer });
    met.into_iter().map(answer("MET")).chain(not_met.into_iter().map(answer("NOT_MET"))).collect()
}

/// Today where every day of a dossier is counted.
pub fn today() -> String {
    now().with_timezone(&chrono_tz::Europe::Brussels).date_naive().to_string()
}

#[expect(clippy::disallowed_methods, reason = "the test is a client with a clock of its own")]
fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

/// One step of the life: who, which mutation, which input besides the dossier's id.
pub struct Step {
    pub by: fn(&Cast) -> &Persona,
    pub mutation: &'static str,
    pub input: Value,
    pub leads_to: &'static str,
}

/// Every step after the request, up to the end.
pub fn steps() -> Vec<Step> {
    let prosecutor: fn(&Cast) -> &Persona = |cast| &cast.prosecutor;
    let coordinator: fn(&Cast) -> &Persona = |cast| &cast.coordinator;
    let guide: fn(&Cast) -> &Persona = |cast| &cast.guide;
    let step = |by, mutation, leads_to, input| Step { by, mutation, input, leads_to };
    let report = |author: &str, text: &str| json!({ "filedOn": today(), "author": author, "language": "nl", "statement": "ASSESSMENT", "text": text });
    vec![
        step(
            prosecutor,
            "assessEligibility",
            "ELIGIBLE",
            json!({ "answers": favourable_answers(), "decided": "ELIGIBLE" }),
        ),
        step(
            prosecutor,
            "giveConsent",
            "CONSENTED",
            json!({ "declaredOn": today(), "textVersion": "deelname-1",
            "givenBy": "PARTICIPANT", "factsNotDisputed": true, "willing": true }),
        ),
        step(
            prosecutor,
            "giveSharingConsent",
            "CONSENTED",
            json!({ "declaredOn": today(), "textVersion": "delen-1",
            "recipients": [PARKET], "scope": "BUNDLE" }),
        ),
        step(
            coordinator,
            "assignGuide",
            "CONSENTED",
            json!({ "guide": global_id("Guide", "guide-1"), "competenceAttested": true }),
        ),
        step(guide, "holdPreparatoryCall", "PREPARED", json!({ "heldOn": today(), "notes": "Verloop besproken." })),
        step(guide, "holdTour", "TOURED", json!({ "heldOn": today(), "minutes": 90 })),
        step(guide, "holdInDepthTalk", "DEEPENED", json!({ "heldOn": today(), "themes": ["POLARISATION", "EMPATHY"] })),
        step(guide, "fileReflectionReport", "DEEPENED", report("GUIDE", "Verslag van de gids.")),
        step(guide, "fileReflectionReport", "REFLECTED", report("PARTICIPANT", "Verslag van de deelnemer.")),
        step(
            coordinator,
            "issueAdvice",
            "ADVISED",
            json!({ "conclusion": "FAVOURABLE", "motivation": "Nam actief deel." }),
        ),
        step(coordinator, "assembleBundle", "ADVISED", json!({})),
        step(
            coordinator,
            "deliverBundle",
            "DELIVERED",
            json!({ "number": 1, "recipient": global_id("Parket", PARKET), "deliveredOn": today() }),
        ),
        step(prosecutor, "receiveBundle", "DELIVERED", json!({ "number": 1, "receivedOn": today() })),
        step(
            prosecutor,
            "recordOutcome",
            "DELIVERED",
            json!({ "outcome": "PROVISIONALLY_DISMISSED", "decidedOn": today() }),
        ),
        step(coordinator, "closeTrajectory", "CLOSED", json!({ "reason": "COMPLETED" })),
    ]
}

/// The input of a step for this dossier.
pub fn for_dossier(dossier: &Value, input: &Value) -> Value {
    let mut input = input.clone();
    input["trajectoryId"] = dossier.clone();
    input
}

/// Makes a request and gives the dossier's global id.
pub async fn requested(cast: &Cast, marker: &str) -> Result<Value> {
    let drafted = cast.jurist.accepted("draftRequest", json!({ "request": request(marker) })).await?;
    let dossier = drafted["trajectory"]["id"].clone();
    let submitted = json!({ "trajectoryId": dossier, "request": request(marker) });
    let payload = cast.prosecutor.accepted("requestTrajectory", submitted).await?;
    anyhow::ensure!(payload["trajectory"]["status"] == "REQUESTED", "{payload:#}");
    dossier.as_str().context("a dossier has an id")?;
    Ok(dossier)
}
