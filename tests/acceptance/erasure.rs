//! Erasure over HTTP: two people, nothing left of the person in any file, and everything else as it was.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use acceptance::{Installation, Persona, Program, Stores};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use spoor_testkit::TestDatabase;
use spoor_testserver::{StoredEvent, TestServer};
use sqlx::{Connection, PgConnection};

use crate::access_log::stored;
use crate::canary::{files_with, files_with_any, spellings};
use crate::documents::{documents, hex_sha256, link, link_to, text_of};
use crate::life::{Cast, PARKET, for_dossier, request, steps};
use crate::plan;
use crate::proof::{both_prove, files};

on_every_engine!(an_erased_person_leaves_no_byte_and_every_figure);

/// In every personal text of the dossier; occurs nowhere else in the world.
const CANARY: &str = "kanarie51be07";
/// In a document of the dossier.
const PAPER: &str = "kanariepapier93ac";

const SHOWN: &str = "query Shown($id: ID!, $key: String!) { trajectory(id: $id) { subject number status \
    participant { ... on Participant { name } ... on Withheld { reason since } } \
    texts { text { ... on PersonalText { value } ... on Withheld { reason } } } \
    erasureCertificate { requestedBy confirmedBy values events documents destroyedOn effectiveOn } } \
    trajectories(first: 1, filter: { caseReference: $key }) { totalCount } }";

pub async fn shown(persona: &Persona, dossier: &Value) -> Result<Value> {
    persona.query(SHOWN, json!({ "id": dossier, "key": format!("AN.{CANARY}.1") })).await
}

/// A dossier through its whole life, with the canary in every text and another one in a document.
async fn life(cast: &Cast) -> Result<Value> {
    let drafted = cast.jurist.accepted("draftRequest", json!({ "request": request(CANARY) })).await?;
    let dossier = drafted["trajectory"]["id"].clone();
    let submitted = json!({ "trajectoryId": dossier, "request": request(CANARY) });
    cast.prosecutor.accepted("requestTrajectory", submitted).await?;
    for step in steps() {
        let mut input = for_dossier(&dossier, &step.input);
        for text in ["notes", "text", "motivation"] {
            if input.get(text).is_some() {
                input[text] = json!(format!("{CANARY} {text}"));
            }
        }
        (step.by)(cast).accepted(step.mutation, input).await?;
        if step.mutation == "giveConsent" {
            let number = drafted["trajectory"]["number"].as_str().context("a number")?;
            let paper = format!("%PDF-1.7 {PAPER}").into_bytes();
            let brought = cast.prosecutor.bring_in(number, "application/pdf", paper).await?;
            let evidence =
                json!({ "trajectoryId": dossier, "kind": "SIGNED_PAPER", "document": { "id": brought.body["id"] } });
            cast.prosecutor.accepted("attachConsentEvidence", evidence).await?;
        }
    }
    Ok(dossier)
}

pub fn law() -> Value {
    json!({ "act": "Wet van 30 juli 2018", "article": "art. 39" })
}

pub fn asking(dossier: &Value, subject: &Value) -> Value {
    json!({ "trajectoryId": dossier, "subject": subject, "reference": law() })
}

/// The data protection officers, and the one of the parket once more as a prosecutor.
pub struct Officers {
    pub officer: Persona,
    as_prosecutor: Persona,
}

impl Officers {
    pub fn of(installation: &Installation, program: &Program) -> Result<Self> {
        let officer = installation.persona(program, "officer-1", "ComplianceOfficer", PARKET)?;
        let as_prosecutor = installation.persona(program, "officer-1", "Prosecutor", PARKET)?;
        Ok(Self { officer: officer.for_purpose("Supervision"), as_prosecutor })
    }
}

async fn refused(persona: &Persona, mutation: &str, input: Value) -> Result<String> {
    let payload = persona.mutate(mutation, input).await?;
    let code = payload["userErrors"][0]["code"].as_str();
    code.map(str::to_owned).with_context(|| format!("{mutation} was accepted: {payload}"))
}

/// Every figure there is: the dashboard now and as it was known at a moment, and the report of a plan.
async fn figures(cast: &Cast, then: &Value) -> Result<Value> {
    let dashboards = "query F($then: DateTime!) { now: dashboard { ...All } then: dashboard(asKnownAt: $then) { ...All } } \
        fragment All on Dashboard { total byStatus { status count } byParket { count open byStatus { count } } \
        waitingFor { waitingFor count } overdueTotal dueSoon workload { open } throughput { period requested closed ended } }";
    let dashboards = cast.coordinator.query(dashboards, json!({ "then": then })).await?;
    let plans = cast.analyst.query("{ actionPlans { id } }", json!({})).await?;
    let plan = json!({ "plan": plans["actionPlans"][0]["id"], "period": "2018-H2" });
    let report = cast.analyst.query(plan::REPORT, plan).await?;
    ensure!(report["progressReport"]["totals"]["actions"] == 62, "{report:#}");
    Ok(json!([dashboards, report]))
}

/// The steps of a dossier as they are replayed, and whether the replay is whole.
async fn replayed(cast: &Cast, dossier: &Value) -> Result<Vec<Value>> {
    let document = "query R($id: ID!) { replay(trajectory: $id, first: 100) { totalCount end { count complete } \
        nodes { sequence index event recordedAt occurredOn } } }";
    let replay = cast.compliance.query(document, json!({ "id": dossier })).await?["replay"].clone();
    let steps = replay["nodes"].as_array().cloned().unwrap_or_default();
    let whole = replay["end"]["complete"] == true && replay["end"]["count"] == json!(steps.len());
    ensure!(whole && replay["totalCount"] == json!(steps.len()), "{replay:#}");
    Ok(steps)
}

/// The exports one can make of a dossier and of everything, under the checkpoint of this size; the latest when none.
fn exported(installation: &Installation, name: &str, number: &str, size: Option<&str>) -> Result<Vec<Exported>> {
    let mut made = Vec::new();
    for (part, choice) in [("all", vec![]), ("dossier", vec!["--dossier", number])] {
        let out = installation.directory().join(format!("{name}-{part}"));
        let out_text = out.to_string_lossy().into_owned();
        let mut arguments =
            [vec!["audit", "export", "--purpose", "ADMINISTRATION", "--out", &out_text], choice].concat();
        arguments.extend(size.iter().flat_map(|size| ["--size", *size]));
        let done = installation.run(&arguments)?;
        ensure!(done.status.success(), "{name} {part}: {}", String::from_utf8_lossy(&done.stderr));
        both_prove(&out, &installation.data().join("checkpoints/events/vkey"))?;
        made.push(files(&out)?);
    }
    Ok(made)
}

/// The files of an export.
type Exported = BTreeMap<PathBuf, Vec<u8>>;

/// The size of the tree under which these exports were made.
fn size_of(exports: &[Exported]) -> Result<String> {
    let manifest = exports.first().and_then(|all| all.get(Path::new("manifest.json"))).context("a manifest")?;
    Ok(serde_json::from_slice::<Value>(manifest)?["tree_size"].to_string())
}

/// Looks for what must be nowhere: in everything the installation owns, on PostgreSQL in the whole cluster, on KurrentDB
/// in every event.
struct Search<'a> {
    places: Vec<PathBuf>,
    server: Option<TestDatabase>,
    events: Option<(&'a TestServer, tempfile::TempDir)>,
    key: Vec<u8>,
}

impl<'a> Search<'a> {
    async fn of(installation: &'a Installation, stores: Stores, subject: &Value) -> Result<Self> {
        let mut places = vec![installation.directory().to_owned()];
        let server = match stores {
            Stores::Embedded | Stores::Kurrent => None,
            Stores::Postgres => Some(installation.database("keys_url")?),
        };
        let events = match stores {
            Stores::Embedded | Stores::Postgres => None,
            Stores::Kurrent => Some((installation.server()?, tempfile::tempdir()?)),
        };
        places.extend(events.iter().map(|(_server, written)| written.path().to_owned()));
        if let Some(server) = &server {
            places.push(server.flushed_files().await);
        }
        let key = stored_key(installation, server.as_ref(), subject).await?;
        let search = Self { places, server, events, key };
        ensure!(!search.with_the_key().await?.is_empty(), "the search finds the key while it is there");
        Ok(search)
    }

    /// No byte of the person in any file, however it is spelled, and none of the key.
    async fn finds_nothing(&self, when: &str) -> Result<()> {
        let wanted = [spellings(CANARY), spellings(PAPER)].concat();
        self.write_events()?;
        let personal = self.places.iter().map(|place| files_with_any(place, &wanted));
        let personal = personal.collect::<Result<Vec<_>>>()?.concat();
        ensure!(personal.is_empty(), "{when}: in clear in {personal:?}");
        let key = self.with_the_key().await?;
        ensure!(key.is_empty(), "{when}: the key is still in {key:?}");
        Ok(())
    }

    /// The files with the wrapped key. Where a server keeps its write-ahead log, older versions of the row stand in it
    /// until it is recycled: `docs/keys.md` counts it as a backup of the key store.
    async fn with_the_key(&self) -> Result<Vec<String>> {
        if let Some(server) = &self.server {
            server.flushed_files().await;
        }
        self.write_events()?;
        let found = self.places.iter().map(|place| files_with(place, &self.key)).collect::<Result<Vec<_>>>()?.concat();
        Ok(found.into_iter().filter(|file| !file.contains("/pg_wal/")).collect())
    }

    /// Every event the server holds, where the search looks.
    fn write_events(&self) -> Result<()> {
        let Some((server, written)) = &self.events else { return Ok(()) };
        let events = server.events();
        ensure!(events.len() > 10, "the server has {} events", events.len());
        let text = |event: StoredEvent| {
            let names = format!("{}\n{}\n{}\n", event.id, event.stream, event.event_type).into_bytes();
            [names, event.metadata.to_vec(), b"\n".to_vec(), event.data.to_vec(), b"\n".to_vec()].concat()
        };
        Ok(std::fs::write(written.path().join("events"), events.into_iter().flat_map(text).collect::<Vec<u8>>())?)
    }
}

/// The person's data key as stored.
async fn stored_key(installation: &Installation, server: Option<&TestDatabase>, subject: &Value) -> Result<Vec<u8>> {
    let subject = subject.as_str().context("a subject")?;
    match server {
        Some(TestDatabase { url }) => {
            let sql = "select wrapped from spoor_keys.subject_keys where subject::text = $1";
            Ok(sqlx::query_scalar(sql).bind(subject).fetch_one(&mut PgConnection::connect(url).await?).await?)
        }
        None => {
            let connection = rusqlite::Connection::open(installation.data().join("keys.sqlite"))?;
            let sql = "select wrapped from subject_keys where subject = ?1";
            Ok(connection.query_row(sql, [subject], |row| row.get(0))?)
        }
    }
}

async fn an_erased_person_leaves_no_byte_and_every_figure(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let imported = installation.run(&["import", "action-plan", plan::FACTS])?;
    ensure!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let Officers { officer, as_prosecutor } = Officers::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let dossier = life(&cast).await?;
    let before = shown(&cast.prosecutor, &dossier).await?;
    ensure!(before["trajectory"]["participant"]["name"] == format!("Testpersoon {CANARY}"), "{before:#}");
    ensure!(before["trajectories"]["totalCount"] == 1, "{before:#}");
    let subject = before["trajectory"]["subject"].clone();
    let steps = replayed(&cast, &dossier).await?;
    let moment = steps.last().context("a step")?["recordedAt"].clone();
    let counted = figures(&cast, &moment).await?;
    let number = before["trajectory"]["number"].as_str().context("a number")?;
    let bundle = documents(&cast.prosecutor, &dossier).await?.into_iter().find(|one| one["kind"] == "BUNDLE");
    let bundle = bundle.context("a bundle")?["id"].clone();
    let evidence = documents(&cast.prosecutor, &dossier).await?.into_iter().find(|one| one["kind"] != "BUNDLE");
    let evidence = evidence.context("a paper")?["id"].clone();
    let whole = cast.prosecutor.take(&link_to(&cast.prosecutor, &bundle).await?).await?.bytes().await?;
    ensure!(text_of(&whole).await?.contains(CANARY), "before, the bundle says who it is about");
    let exports = exported(&installation, "before", number, None)?;
    let search = Search::of(&installation, stores, &subject).await?;

    // One after the other refusal, and then two people.
    ensure!(refused(&officer, "requestErasure", asking(&dossier, &subject)).await? == "RULE_NOT_MET", "unrestricted");
    let ground = json!({ "trajectoryId": dossier, "ground": "PENDING_ERASURE", "reference": law() });
    officer.accepted("restrictProcessing", ground).await?;
    ensure!(refused(&cast.prosecutor, "requestErasure", asking(&dossier, &subject)).await? == "NOT_YOUR_ROLE", "role");
    let hold = json!({ "trajectoryId": dossier, "ground": "EVIDENCE", "reference": law() });
    officer.accepted("placeLegalHold", hold.clone()).await?;
    ensure!(refused(&officer, "requestErasure", asking(&dossier, &subject)).await? == "LEGAL_HOLD", "under hold");
    officer.accepted("liftLegalHold", hold).await?;
    officer.accepted("requestErasure", asking(&dossier, &subject)).await?;
    let confirm = json!({ "trajectoryId": dossier, "subject": subject });
    ensure!(refused(&as_prosecutor, "confirmErasure", confirm.clone()).await? == "SEPARATION_OF_DUTIES", "same person");
    ensure!(refused(&officer, "confirmErasure", confirm.clone()).await? == "NOT_YOUR_ROLE", "the one who asks");
    cast.prosecutor.accepted("confirmErasure", confirm).await?;

    let after = certified(&cast.prosecutor, &dossier).await?;
    let certificate = &after["trajectory"]["erasureCertificate"];
    ensure!(certificate["requestedBy"] == "officer-1" && certificate["confirmedBy"] == "prosecutor-1", "{after:#}");
    ensure!(certificate["values"].as_u64() > Some(8), "{after:#}");
    ensure!(after["trajectory"]["participant"]["reason"] == "ERASED", "{after:#}");
    ensure!(after["trajectories"]["totalCount"] == 0, "it is found by its case reference: {after:#}");
    ensure!(!after.to_string().contains(CANARY), "{after:#}");
    ensure!(certificate["documents"] == 2, "the evidence and the bundle: {after:#}");
    ensure!(figures(&cast, &moment).await? == counted, "the figures changed");
    ensure!(replayed(&cast, &dossier).await?[..steps.len()] == steps, "the steps changed");
    // The bundle can be taken still, and says what was erased; the same every time. A paper is gone.
    let withheld = printed_as_withheld(&cast.prosecutor, &bundle).await?;
    ensure!(printed_as_withheld(&cast.prosecutor, &bundle).await? == withheld, "it is printed otherwise");
    ensure!(last_taken(&installation).await? == hex_sha256(&withheld), "the access log names other bytes than left");
    let told = left(&officer, &dossier, 3).await?;
    let withheld_then_whole = [(false, json!([])), (false, json!([])), (true, json!(["document"]))];
    ensure!(told == withheld_then_whole, "the trail says otherwise whether personal data left: {told:?}");
    let gone = link(&cast.prosecutor, &evidence).await?;
    ensure!(gone["userErrors"][0]["code"] == "SUBJECT_ERASED" && gone["link"].is_null(), "{gone:#}");
    // The same choice under the same checkpoint is the same bytes: nothing that was proven is rewritten.
    ensure!(exported(&installation, "after", number, Some(&size_of(&exports)?))? == exports, "the exports changed");

    // While it runs, after it stopped, and once everything was made anew: no byte of the person nor of the key.
    search.finds_nothing("while it runs").await?;
    ensure!(program.terminate().await?.success(), "the program stops in order");
    search.finds_nothing("after it stopped").await?;
    let verified = installation.run(&["projections", "verify"])?;
    ensure!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    search.finds_nothing("after the views were made anew").await?;

    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let again = shown(&cast.prosecutor, &dossier).await?;
    ensure!(again["trajectory"] == after["trajectory"], "after a restart it reads {again:#}");
    ensure!(
        printed_as_withheld(&cast.prosecutor, &bundle).await? == withheld,
        "after a restart it is printed otherwise"
    );
    ensure!(figures(&cast, &moment).await? == counted, "after a restart the figures changed");
    ensure!(replayed(&cast, &dossier).await?[..steps.len()] == steps, "after a restart the steps changed");
    Ok(())
}

/// A bundle of an erased person, as it is handed out: who took it is written down, and nothing of the person is in it.
async fn printed_as_withheld(persona: &Persona, bundle: &Value) -> Result<Vec<u8>> {
    let answer = persona.take(&link_to(persona, bundle).await?).await?;
    ensure!(answer.status() == 200, "{}", answer.status());
    let pdf = answer.bytes().await?.to_vec();
    let print = text_of(&pdf).await?;
    ensure!(!print.contains(CANARY) && print.contains("Achtergehouden"), "{print}");
    Ok(pdf)
}

/// Of each document of a dossier that left, newest first, whether personal data left with it and of which kinds: once the trail
/// tells of so many.
async fn left(officer: &Persona, dossier: &Value, so_many: usize) -> Result<Vec<(bool, Value)>> {
    let document = "query($id: ID!) { accessTrail(first: 50, filter: { trajectory: $id, kind: [DOWNLOADED] }) {
        nodes { left { opened } trajectories { personal } } } }";
    for _ in 0..800 {
        let shown = officer.query(document, json!({ "id": dossier })).await?;
        let nodes = shown["accessTrail"]["nodes"].as_array().context("a trail")?;
        if nodes.len() >= so_many {
            let told = |node: &Value| (node["left"]["opened"] == true, node["trajectories"][0]["personal"].clone());
            return Ok(nodes.iter().map(told).collect());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    anyhow::bail!("the trail does not tell of {so_many} documents")
}

/// The hash of the document that left last, as the access log keeps it.
async fn last_taken(installation: &Installation) -> Result<String> {
    let mut taken = stored(installation).await?;
    taken.retain(|record| record.kind == "PieceDownloaded");
    let last = taken.pop().context("a document that left")?;
    let hash = last.payload["PieceDownloaded"]["document"].as_str();
    hash.map(str::to_owned).with_context(|| format!("a hash: {:#}", last.payload))
}

/// A dossier that was requested, with its person in it.
pub async fn an_erasable_dossier(cast: &Cast) -> Result<Value> {
    cast.sign_agreement().await?;
    let requested = cast.prosecutor.accepted("requestTrajectory", json!({ "request": request(CANARY) })).await?;
    Ok(requested["trajectory"]["id"].clone())
}

/// Erases the person of this dossier, by two people, and waits for the certificate.
pub async fn erase(installation: &Installation, program: &Program, cast: &Cast, dossier: &Value) -> Result<()> {
    let Officers { officer, .. } = Officers::of(installation, program)?;
    let subject = shown(&cast.prosecutor, dossier).await?["trajectory"]["subject"].clone();
    let ground = json!({ "trajectoryId": dossier, "ground": "PENDING_ERASURE", "reference": law() });
    officer.accepted("restrictProcessing", ground).await?;
    officer.accepted("requestErasure", asking(dossier, &subject)).await?;
    let confirm = json!({ "trajectoryId": dossier, "subject": subject });
    cast.prosecutor.accepted("confirmErasure", confirm).await?;
    certified(&cast.prosecutor, dossier).await.map(drop)
}

/// The dossier once its certificate is there: a moment after the confirmation; after a kill, once the views' lease of
/// five seconds has run out and the keeper has come round.
pub async fn certified(persona: &Persona, dossier: &Value) -> Result<Value> {
    for _ in 0..800 {
        let shown = shown(persona, dossier).await?;
        if !shown["trajectory"]["erasureCertificate"].is_null() {
            return Ok(shown);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    anyhow::bail!("no certificate comes: {:#}", shown(persona, dossier).await?)
}
