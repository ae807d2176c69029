//! Personal values go in over HTTP and come out over HTTP; in between no file holds them in clear.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use acceptance::{Installation, Persona, Stores};
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::life::{Cast, favourable_answers, for_dossier, global_id, request, requested, steps, today};

const SCHEMA: &str = include_str!("../../schema.graphql");

/// In every personal text of the dossier; occurs nowhere else in the world.
const CANARY: &str = "kanarie7f3a9c";

/// What a command about a dossier says that is no free text: words of a list, languages, organisations, accounts, and law,
/// which is taken in the shapes in which it is named only.
const CHOSEN: [&str; 11] = [
    "CriterionAnswerInput.criterion",
    "FileReflectionReportInput.language",
    "GiveConsentInput.textVersion",
    "GiveSharingConsentInput.recipients",
    "GiveSharingConsentInput.textVersion",
    "LegalReferenceInput.act",
    "LegalReferenceInput.article",
    "ParticipantInput.language",
    "ReassignTrajectoryInput.to",
    "RecordRecipientToldInput.recipient",
    "RefuseConsentInput.textVersion",
];

/// A day that occurs nowhere else, for who is born on it.
const BIRTH: &str = "1931-02-27";

/// What was typed: every free text is the canary, with the field it was typed in.
#[derive(Default)]
struct Typed(BTreeSet<String>);

impl Typed {
    fn text(&mut self, field: &str) -> Value {
        self.0.insert(field.to_owned());
        json!(format!("{CANARY} {field}"))
    }

    /// The request with a canary in everything that is personal.
    fn request(&mut self) -> Value {
        let mut request = request(CANARY);
        request["facts"] = self.text("RequestInput.facts");
        request["participant"] = self.participant();
        self.0.insert("RequestInput.caseReference".to_owned());
        request
    }

    fn participant(&mut self) -> Value {
        let (name, contact) = (self.text("ParticipantInput.name"), self.text("ParticipantInput.contact"));
        json!({ "name": name, "birthOn": BIRTH, "contact": contact, "language": "nl", "interpreterNeeded": false })
    }

    fn answers(&mut self) -> Value {
        let mut answers = favourable_answers();
        answers[0]["note"] = self.text("CriterionAnswerInput.note");
        answers
    }
}

#[tokio::test]
async fn no_file_of_the_installation_holds_a_personal_value_in_clear() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let mut typed = Typed::default();
    live_a_whole_life(&cast, &mut typed).await?;
    end_otherwise(&cast, &mut typed).await?;
    name_a_person_for_a_law(&cast).await?;
    ensure!(typed.0 == free_texts(), "these were not typed, or are not in the schema: {:#?}", {
        typed.0.symmetric_difference(&free_texts()).cloned().collect::<Vec<_>>()
    });

    // It is there for those who may see it, and can be found by its exact value.
    let document = "query Found($key: String!) { trajectories(first: 5, filter: { caseReference: $key }) { nodes { id \
        participant { ... on Participant { name } } } } }";
    let found = cast.prosecutor.ask(document, json!({ "key": format!("AN.{CANARY}.1") })).await?;
    ensure!(found.body.to_string().contains(CANARY), "{:#}", found.body);

    // Not while it runs (the write-ahead logs are full) and not after it stopped.
    let canaries = [CANARY.as_bytes().to_vec(), BIRTH.as_bytes().to_vec()];
    let holders = files_with_any(installation.directory(), &canaries)?;
    ensure!(holders.is_empty(), "while it runs, the value stands in {holders:?}");
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let holders = files_with_any(installation.directory(), &canaries)?;
    ensure!(holders.is_empty(), "after it stopped, the value stands in {holders:?}");
    Ok(())
}

/// Every free text in a command about a dossier or about the rights of its subject, as the schema has them.
fn free_texts() -> BTreeSet<String> {
    let inputs: BTreeMap<&str, Vec<(&str, &str)>> = SCHEMA
        .split("\ninput ")
        .skip(1)
        .filter_map(|input| {
            let (head, body) = input.split_once("{\n")?;
            let body = body.split_once("\n}").map_or(body, |(body, _)| body);
            let fields = body.lines().filter_map(|line| line.trim().split_once(": ")).collect();
            Some((head.split(' ').next()?, fields))
        })
        .collect();
    let is_about = |(field, _): &(&str, &str)| ["trajectoryId", "rightsRequestId"].contains(field);
    let commands = inputs.iter().filter(|(_, fields)| fields.iter().any(is_about));
    let mut open: Vec<&str> = commands.map(|(name, _)| *name).collect();
    let (mut seen, mut texts) = (BTreeSet::new(), BTreeSet::new());
    while let Some(name) = open.pop() {
        if !seen.insert(name) {
            continue;
        }
        for (field, kind) in inputs.get(name).into_iter().flatten() {
            let kind = kind.trim_matches(['[', ']', '!']);
            let path = format!("{name}.{field}");
            if inputs.contains_key(kind) {
                open.push(kind);
            } else if kind == "String" && !CHOSEN.contains(&path.as_str()) {
                texts.insert(path);
            }
        }
    }
    texts
}

/// A dossier from the draft to the end and back, with whatever can be said on the way.
async fn live_a_whole_life(cast: &Cast, typed: &mut Typed) -> Result<()> {
    let drafted = cast.jurist.accepted("draftRequest", json!({ "request": typed.request() })).await?;
    let dossier = drafted["trajectory"]["id"].clone();
    let done = async |by: &Persona, mutation: &str, input: Value| {
        by.accepted(mutation, for_dossier(&dossier, &input)).await.with_context(|| mutation.to_owned())
    };
    let (prosecutor, coordinator, guide) = (&cast.prosecutor, &cast.coordinator, &cast.guide);
    done(prosecutor, "requestTrajectory", json!({ "request": typed.request() })).await?;
    done(&cast.jurist, "prepareEligibility", json!({ "answers": typed.answers() })).await?;
    let reason = typed.text("AssessEligibilityInput.reason");
    let assessed = json!({ "answers": typed.answers(), "decided": "ELIGIBLE", "reason": reason });
    done(prosecutor, "assessEligibility", assessed).await?;
    for step in steps().iter().skip(1).take(3) {
        done((step.by)(cast), step.mutation, step.input.clone()).await?;
    }
    let reason = typed.text("ReplaceGuideInput.reason");
    for guide in ["guide-2", "guide-1"] {
        let replaced = json!({ "guide": global_id("Guide", guide), "competenceAttested": true, "reason": reason });
        done(coordinator, "replaceGuide", replaced).await?;
    }
    for (mutation, field, moved_to) in [
        ("cancelAppointment", "CancelAppointmentInput.remark", in_seconds(7_200)),
        ("missAppointment", "MissAppointmentInput.remark", in_seconds(2)),
    ] {
        let planned = json!({ "kind": "PREPARATORY_CALL", "channel": "TELEPHONE", "startsAt": in_seconds(3_600),
            "interpreter": typed.text("PlanAppointmentInput.interpreter"),
            "companions": typed.text("PlanAppointmentInput.companions") });
        done(guide, "planAppointment", planned).await?;
        let appointment = planned_in(guide, &dossier).await?;
        let moved = json!({ "appointment": appointment, "startsAt": moved_to, "reason": "PARTICIPANT_ASKED",
            "remark": typed.text("MoveAppointmentInput.remark") });
        done(guide, "moveAppointment", moved).await?;
        let remarked = json!({ "appointment": appointment, "reason": "ILLNESS", "remark": typed.text(field) });
        // Only what should have begun can be missed.
        let mut answer = done(guide, mutation, remarked.clone()).await;
        for _ in 0..200 {
            if answer.is_ok() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            answer = done(guide, mutation, remarked.clone()).await;
        }
        answer?;
    }
    let held = |field: &str, text: Value| json!({ "heldOn": today(), field: text });
    done(guide, "holdPreparatoryCall", held("notes", typed.text("HoldPreparatoryCallInput.notes"))).await?;
    let mut broken_off = held("reason", typed.text("InterruptTourInput.reason"));
    broken_off["minutes"] = json!(20);
    done(guide, "interruptTour", broken_off).await?;
    let mut toured = held("adaptedTo", typed.text("HoldTourInput.adaptedTo"));
    toured["minutes"] = json!(90);
    done(guide, "holdTour", toured).await?;
    let incident = json!({ "happenedOn": today(), "notes": typed.text("ReportIncidentInput.notes") });
    done(guide, "reportIncident", incident).await?;
    let mut talk = held("notes", typed.text("HoldInDepthTalkInput.notes"));
    talk["themes"] = json!(["EMPATHY"]);
    talk["reasonNotSameDay"] = typed.text("HoldInDepthTalkInput.reasonNotSameDay");
    done(guide, "holdInDepthTalk", talk).await?;
    let report = json!({ "filedOn": today(), "author": "GUIDE", "language": "nl", "statement": "ASSESSMENT",
        "text": typed.text("FileReflectionReportInput.text") });
    let filed = done(guide, "fileReflectionReport", report).await?;
    let waived = json!({ "author": "PARTICIPANT", "reason": "PARTICIPANT_UNABLE",
        "remark": typed.text("WaiveReflectionReportInput.remark") });
    done(guide, "waiveReflectionReport", waived).await?;
    for revised in [false, true] {
        let mut advice = json!({ "conclusion": "FAVOURABLE", "motivation": typed.text("IssueAdviceInput.motivation") });
        if revised {
            advice["revisionReason"] = typed.text("IssueAdviceInput.revisionReason");
        }
        done(coordinator, "issueAdvice", advice).await?;
    }
    for step in steps().iter().skip(10).take(3) {
        done((step.by)(cast), step.mutation, step.input.clone()).await?;
    }
    for revised in [false, true] {
        let outcome = if revised { "PROSECUTED" } else { "PROVISIONALLY_DISMISSED" };
        let mut recorded =
            json!({ "outcome": outcome, "decidedOn": today(), "remark": typed.text("RecordOutcomeInput.remark") });
        if revised {
            recorded["revisionReason"] = typed.text("RecordOutcomeInput.revisionReason");
        }
        done(prosecutor, "recordOutcome", recorded).await?;
    }
    let ended = json!({ "reason": "COMPLETED", "remark": typed.text("CloseTrajectoryInput.remark") });
    done(coordinator, "closeTrajectory", ended).await?;
    let corrected = json!({ "sequence": filed["version"], "field": "REPORT_TEXT",
        "value": { "text": typed.text("CorrectionInput.text") }, "reason": typed.text("CorrectFactInput.reason"),
        "reasonNotSameDay": typed.text("CorrectFactInput.reasonNotSameDay") });
    done(guide, "correctFact", corrected).await?;
    let reopened = json!({ "reason": "OTHER", "remark": typed.text("ReopenTrajectoryInput.remark") });
    done(coordinator, "reopenTrajectory", reopened).await?;

    let received =
        json!({ "kind": "ACCESS", "receivedOn": today(), "wording": typed.text("RegisterRightsRequestInput.wording") });
    let registered = rights(&cast.compliance, "registerRightsRequest", for_dossier(&dossier, &received)).await?;
    let reason = typed.text("ExtendRightsRequestInput.reason");
    let extended = json!({ "rightsRequestId": registered["id"], "toldOn": today(), "reason": reason });
    rights(&cast.compliance, "extendRightsRequest", extended).await?;
    let explanation = typed.text("AnswerRightsRequestInput.explanation");
    let answered = json!({ "rightsRequestId": registered["id"], "answeredOn": today(), "answer": "GRANTED", "explanation": explanation });
    rights(&cast.compliance, "answerRightsRequest", answered).await?;
    Ok(())
}

/// Dossiers that are broken off: with the participant, and after it was registered wrongly who that is.
async fn end_otherwise(cast: &Cast, typed: &mut Typed) -> Result<()> {
    let dossier = requested(cast, &format!("{CANARY}2")).await?;
    for step in steps().iter().take(4) {
        (step.by)(cast).accepted(step.mutation, for_dossier(&dossier, &step.input)).await?;
    }
    let ended = json!({ "reason": "OTHER", "remark": typed.text("DiscontinueTrajectoryInput.remark") });
    cast.coordinator.accepted("discontinueTrajectory", for_dossier(&dossier, &ended)).await?;

    let dossier = requested(cast, &format!("{CANARY}3")).await?;
    let replaced = json!({ "participant": typed.participant(), "offenceOn": "2026-01-15",
        "caseReference": typed.text("ReplaceParticipantInput.caseReference"),
        "facts": typed.text("ReplaceParticipantInput.facts") });
    cast.prosecutor.accepted("replaceParticipant", for_dossier(&dossier, &replaced)).await?;
    let ended = json!({ "reason": "OTHER", "remark": typed.text("RetractRequestInput.remark") });
    cast.prosecutor.accepted("retractRequest", for_dossier(&dossier, &ended)).await?;
    Ok(())
}

/// Wherever law is named, a text about a person is refused; what is refused stands in no file either.
async fn name_a_person_for_a_law(cast: &Cast) -> Result<()> {
    let dossier = requested(cast, &format!("{CANARY}4")).await?;
    for step in steps().iter().take(2) {
        (step.by)(cast).accepted(step.mutation, for_dossier(&dossier, &step.input)).await?;
    }
    let officer = &cast.compliance;
    let asked = "query S($id: ID!) { trajectory(id: $id) { subject } }";
    let shown = cast.prosecutor.query(asked, json!({ "id": dossier })).await?;
    let received = for_dossier(&dossier, &json!({ "kind": "ACCESS", "receivedOn": today() }));
    let registered = rights(officer, "registerRightsRequest", received.clone()).await?;
    for (field, reference) in [
        ("act", json!({ "act": format!("Brief van {CANARY} Peeters"), "article": "art. 17" })),
        ("article", json!({ "act": "AVG", "article": format!("verzoek van {CANARY}") })),
    ] {
        let with = |input: &Value| {
            let mut input = input.clone();
            input["reference"] = reference.clone();
            input
        };
        let restricted = for_dossier(&dossier, &json!({ "ground": "PENDING_ERASURE" }));
        let erased = for_dossier(&dossier, &json!({ "subject": shown["trajectory"]["subject"] }));
        let mut request = request("wet");
        request["offences"][0]["reference"] = reference.clone();
        let of_request = |mut input: Value| {
            input["rightsRequestId"] = registered["id"].clone();
            with(&input)
        };
        for (by, mutation, mut input) in [
            (&cast.jurist, "draftRequest", json!({ "request": request })),
            (&cast.prosecutor, "requestTrajectory", json!({ "request": request })),
            (officer, "restrictProcessing", with(&restricted)),
            (officer, "placeLegalHold", with(&restricted)),
            (officer, "requestErasure", with(&erased)),
            (officer, "registerRightsRequest", with(&received)),
            (officer, "extendRightsRequest", of_request(json!({ "toldOn": today(), "reason": "Druk." }))),
            (officer, "answerRightsRequest", of_request(json!({ "answeredOn": today(), "answer": "GRANTED" }))),
        ] {
            input["commandId"] = json!(acceptance::new_command_id());
            let name = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
            let document = format!(
                "mutation L($input: {name}!) {{ {mutation}(input: $input) {{ userErrors {{ code path message }} }} }}"
            );
            let refused = by.query(&document, json!({ "input": input })).await?[mutation]["userErrors"].clone();
            let named = refused[0]["path"] == json!(["reference", field]);
            ensure!(named && refused[0]["code"] == "INVALID_INPUT", "{mutation}: {refused:#}");
            ensure!(!refused.to_string().contains(CANARY), "{mutation}: {refused:#}");
        }
    }
    Ok(())
}

/// The one appointment of a dossier that is to come.
async fn planned_in(guide: &Persona, dossier: &Value) -> Result<Value> {
    let document = "query P($id: ID!) { trajectory(id: $id) { appointments { id state } } }";
    let shown = guide.query(document, json!({ "id": dossier })).await?;
    let appointments = shown["trajectory"]["appointments"].as_array().context("appointments")?;
    let planned = appointments.iter().find(|appointment| appointment["state"] == "PLANNED");
    Ok(planned.with_context(|| format!("{shown:#}"))?["id"].clone())
}

/// A request of the subject, after this command.
async fn rights(by: &Persona, mutation: &str, mut input: Value) -> Result<Value> {
    input["commandId"] = json!(acceptance::new_command_id());
    let name = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation R($input: {name}!) {{ {mutation}(input: $input) {{ userErrors {{ code path message }} rightsRequest {{ id }} }} }}"
    );
    let payload = by.query(&document, json!({ "input": input })).await?[mutation].clone();
    ensure!(payload["userErrors"] == json!([]), "{mutation}: {payload:#}");
    Ok(payload["rightsRequest"].clone())
}

/// So many seconds from now.
#[expect(clippy::disallowed_methods, reason = "the test is a client with a clock of its own")]
fn in_seconds(seconds: i64) -> String {
    (chrono::Utc::now() + chrono::TimeDelta::seconds(seconds)).to_rfc3339()
}

#[tokio::test]
async fn no_file_of_the_installation_holds_the_name_a_client_gave_its_question() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let name = format!("Jan_Peeters_{CANARY}");
    let questions = [
        "{ trajectories(first: 1) { totalCount } }",
        "{ dashboard { total } }",
        "{ trajectory(id: \"nergens\") { id } }",
        "{ bestaatNiet }",
    ];
    for question in questions {
        cast.prosecutor.ask(&format!("query {name} {question}"), json!({})).await?;
        cast.prosecutor.ask(&format!("query {name} {{ {name}: __typename }} query B {question}"), json!({})).await?;
        // Refused, and written down as refused.
        cast.analyst.ask(&format!("query {name} {question}"), json!({})).await?;
    }
    let wrong =
        "mutation NAME { retractRequest(input: { trajectoryId: \"x\", commandId: \"x\", reason: OTHER }) { version } }";
    cast.prosecutor.ask(&wrong.replace("NAME", &name), json!({})).await?;
    ensure!(program.terminate().await?.success(), "the program stops in order");
    // The log lines of the program are among the files.
    let holders = files_with_any(installation.directory(), &spellings(CANARY))?;
    ensure!(holders.is_empty(), "the name of an operation stands in {holders:?}");
    Ok(())
}

/// The files below a directory in which the bytes occur.
pub fn files_with(directory: &Path, wanted: &[u8]) -> Result<Vec<String>> {
    files_with_any(directory, &[wanted.to_vec()])
}

/// The files below a directory in which any of these occurs.
pub fn files_with_any(directory: &Path, wanted: &[Vec<u8>]) -> Result<Vec<String>> {
    // Nearly every place is passed by its first two bytes: a server's files are large.
    let mut begins = vec![false; 1 << 16];
    for wanted in wanted {
        begins[usize::from(wanted[0]) << 8 | usize::from(wanted[1])] = true;
    }
    let mut holders = Vec::new();
    walk(directory, &mut |path, bytes| {
        let held = bytes.windows(2).enumerate().any(|(at, two)| {
            begins[usize::from(two[0]) << 8 | usize::from(two[1])]
                && wanted.iter().any(|wanted| bytes[at..].starts_with(wanted))
        });
        if held {
            holders.push(path.display().to_string());
        }
    })?;
    Ok(holders)
}

/// Every file below a directory with its bytes; a database makes and removes files while one looks.
fn walk(directory: &Path, visit: &mut impl FnMut(&Path, &[u8])) -> Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let done = if path.is_dir() {
            walk(&path, visit)
        } else {
            std::fs::read(&path).map(|bytes| visit(&path, &bytes)).map_err(Into::into)
        };
        match done {
            Err(error) if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::NotFound) => {}
            done => done?,
        }
    }
    Ok(())
}

/// The ways in which a text could stand somewhere without being sealed: in both cases, in the encodings of Unicode, as
/// hexadecimal digits, within base64 wherever it begins in it, escaped as JSON and as part of an address may be. There is
/// no compressed store in which it could stand otherwise.
pub fn spellings(text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let escaped =
        |before: &str, digits: &str| bytes.iter().map(|byte| format!("{before}{digits}{byte:02x}")).collect::<String>();
    let mut spelled = vec![
        text.to_lowercase(),
        text.to_uppercase(),
        hex(bytes),
        hex(bytes).to_uppercase(),
        escaped("\\u", "00"),
        escaped("%", ""),
        escaped("%", "").to_uppercase(),
        escaped("\\x", ""),
    ]
    .into_iter()
    .map(String::into_bytes)
    .collect::<Vec<_>>();
    spelled.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    spelled.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    for before in 0..3 {
        let encoded = STANDARD_NO_PAD.encode([vec![0; before], bytes.to_vec()].concat());
        // What stands beside the text has a share in the characters at the edges.
        let begin = [0, 2, 3][before];
        let end = encoded.len() - usize::from(!(before + bytes.len()).is_multiple_of(3));
        spelled.push(encoded.as_bytes()[begin..end].to_vec());
    }
    spelled
}

#[test]
fn a_text_is_found_however_it_is_spelled() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let found = |content: &[u8]| -> Result<bool> {
        std::fs::create_dir_all(directory.path().join("inside"))?;
        std::fs::write(directory.path().join("inside/file"), content)?;
        Ok(!files_with_any(directory.path(), &spellings(CANARY))?.is_empty())
    };
    let json = CANARY.chars().map(|letter| format!("\\u{:04x}", u32::from(letter))).collect::<String>();
    for content in [CANARY.to_owned(), CANARY.to_uppercase(), format!("{{\"name\":\"{json}\"}}")] {
        ensure!(found(format!("before {content} after").as_bytes())?, "{content}");
    }
    for before in ["", "x", "xy", "xyz"] {
        for after in ["", "x", "xy"] {
            let text = format!("{before}{CANARY}{after}");
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for content in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                ensure!(found(content.as_bytes())?, "{text} as {content}");
            }
            ensure!(found(&wide)?, "{text} in two bytes a letter");
        }
    }
    ensure!(!found(b"kanarie of another kind")?, "anything is found");
    Ok(())
}
