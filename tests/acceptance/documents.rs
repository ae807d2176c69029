//! Documents come in over HTTP, are attached, and go out once, to whom they are for; in between they are sealed.

use acceptance::{Installation, Persona, Stores};
use anyhow::{Context, Result, ensure};
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};
use spoor_testkit::TestDatabase;
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};

use crate::access_log;
use crate::canary::files_with;
use crate::erasure::{Officers, asking};
use crate::life::{Cast, for_dossier, request, requested, steps};

on_every_engine!(a_document_is_attached_by_whom_it_came_from_and_taken_once);

/// Stands in the document and nowhere else in the world.
const CANARY: &str = "kanarie-document-2c81";

/// A dossier in which consent was given, with its number.
async fn consented(cast: &Cast) -> Result<(Value, String)> {
    cast.sign_agreement().await?;
    let dossier = requested(cast, "doc").await?;
    for step in steps().into_iter().take(3) {
        (step.by)(cast).accepted(step.mutation, for_dossier(&dossier, &step.input)).await?;
    }
    let found =
        cast.jurist.query("query D($id: ID!) { trajectory(id: $id) { number } }", json!({ "id": dossier })).await?;
    let number = found["trajectory"]["number"].as_str().context("a number")?.to_owned();
    Ok((dossier, number))
}

pub async fn documents(persona: &Persona, dossier: &Value) -> Result<Vec<Value>> {
    let question =
        "query D($id: ID!) { trajectory(id: $id) { documents { id kind bundle sha256 mediaType bytes recordedBy } } }";
    let found = persona.query(question, json!({ "id": dossier })).await?;
    Ok(found["trajectory"]["documents"].as_array().cloned().unwrap_or_default())
}

/// What was refused at documents, oldest first, once the view of accesses shows so many.
async fn refusals(cast: &Cast, wanted: usize) -> Result<Vec<Value>> {
    let question = "{ accessTrail(first: 100, filter: { kind: [REFUSED] }) { nodes { refusals { field reason number } trajectories { id } } } }";
    let mut shown = Vec::new();
    for _ in 0..200 {
        let trail = cast.compliance.query(question, json!({})).await?;
        shown = trail["accessTrail"]["nodes"].as_array().cloned().unwrap_or_default();
        let at_documents =
            |entry: &Value| entry["refusals"][0]["field"].as_str().is_some_and(|field| field.ends_with(" /documents"));
        shown.retain(at_documents);
        shown.reverse();
        if shown.len() >= wanted {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    Ok(shown)
}

/// The payload of a link to this document.
pub async fn link(persona: &Persona, document: &Value) -> Result<Value> {
    let mutation = "mutation L($input: MakeDocumentLinkInput!) { makeDocumentLink(input: $input) \
        { link validUntil userErrors { code path message messageNl } } }";
    let made = persona.query(mutation, json!({ "input": { "documentId": document } })).await?;
    Ok(made["makeDocumentLink"].clone())
}

pub async fn link_to(persona: &Persona, document: &Value) -> Result<String> {
    let made = link(persona, document).await?;
    Ok(made["link"].as_str().with_context(|| format!("a link: {made:#}"))?.to_owned())
}

pub fn hex_sha256(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn a_document_is_attached_by_whom_it_came_from_and_taken_once(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let (dossier, number) = consented(&cast).await?;
    let paper = format!("%PDF-1.7 {CANARY}").into_bytes();

    // What does not come in.
    let refused = async |persona: &Persona, media_type: &str, bytes: &[u8]| {
        persona.bring_in(&number, media_type, bytes.to_vec()).await.map(|answer| answer.status)
    };
    ensure!(refused(&cast.prosecutor, "text/html", b"<p>").await? == 415, "a page of a website");
    ensure!(refused(&cast.prosecutor, "application/pdf", b"MZ").await? == 415, "a program called a paper");
    ensure!(refused(&cast.prosecutor, "text/plain", &vec![b'a'; 20 * 1024 * 1024 + 1]).await? == 413, "too large");
    ensure!(refused(&cast.other_prosecutor, "application/pdf", &paper).await? == 404, "another parket");
    ensure!(refused(&cast.analyst, "application/pdf", &paper).await? == 404, "somebody without dossiers");

    let brought = cast.prosecutor.bring_in(&number, "application/pdf", paper.clone()).await?;
    ensure!(brought.status == 201 && brought.body["sha256"] == json!(hex_sha256(&paper)), "{:#}", brought.body);

    // Another organisation cannot attach it, its own can, and a repeat is the same command.
    let evidence = |id: &str| json!({ "commandId": id, "trajectoryId": dossier, "kind": "SIGNED_PAPER", "document": { "id": brought.body["id"] } });
    let foreign = cast.coordinator.mutate("attachConsentEvidence", evidence(&acceptance::new_command_id())).await?;
    ensure!(foreign["userErrors"][0]["code"] == "NOT_FOUND", "{foreign:#}");
    let command = acceptance::new_command_id();
    let first = cast.jurist.accepted("attachConsentEvidence", evidence(&command)).await?;
    let again = cast.jurist.accepted("attachConsentEvidence", evidence(&command)).await?;
    ensure!(first["version"] == again["version"], "{again:#}");

    // It is listed for the side that recorded it, and for nobody else.
    let listed = documents(&cast.prosecutor, &dossier).await?;
    ensure!(listed.len() == 1 && listed[0]["id"] == brought.body["id"], "{listed:#?}");
    ensure!(documents(&cast.coordinator, &dossier).await?.is_empty());
    let hidden = link(&cast.coordinator, &listed[0]["id"]).await?;
    ensure!(hidden["userErrors"][0]["code"] == "NOT_FOUND" && hidden["link"].is_null(), "{hidden:#}");

    // A link is for one person, once.
    let path = link_to(&cast.prosecutor, &listed[0]["id"]).await?;
    ensure!(cast.jurist.take(&path).await?.status() == 404, "a colleague with the same link");
    let taken = cast.prosecutor.take(&path).await?;
    ensure!(taken.status() == 200);
    let header =
        |name: &str| taken.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    ensure!(header("content-disposition").starts_with(&format!("attachment; filename=\"{number}-toestemming-")));
    ensure!(header("cache-control") == "no-store" && header("x-content-type-options") == "nosniff");
    ensure!(taken.bytes().await?.as_ref() == paper);
    ensure!(cast.prosecutor.take(&path).await?.status() == 410, "used");
    ensure!(cast.prosecutor.take("/documents/nobody-made-this").await?.status() == 404);
    let path = link_to(&cast.prosecutor, &listed[0]["id"]).await?;
    let (one, other) = tokio::join!(cast.prosecutor.take(&path), cast.prosecutor.take(&path));
    let mut statuses = [one?.status().as_u16(), other?.status().as_u16()];
    statuses.sort_unstable();
    ensure!(statuses == [200, 410], "two at the same time: {statuses:?}");

    // Whoever answers a person concerned takes the documents of that person's dossier and of no other.
    let other = requested(&cast, "iemand anders").await?;
    let asked = "query D($id: ID!) { trajectory(id: $id) { number } }";
    let other = cast.jurist.query(asked, json!({ "id": other })).await?["trajectory"]["number"].clone();
    let answers = cast.prosecutor.clone().for_purpose("SubjectRequest");
    let elsewhere = answers.clone().in_case(other.as_str().context("a number")?);
    let path = link_to(&cast.prosecutor, &listed[0]["id"]).await?;
    let refused = elsewhere.take(&path).await?;
    ensure!(refused.status() == 403);
    let refused: Value = refused.json().await?;
    ensure!(refused["errors"][0]["extensions"]["code"] == "PURPOSE_REQUIRED", "{refused:#}");
    ensure!(refused["errors"][0]["message"].to_string().contains("another dossier"), "{refused:#}");
    ensure!(answers.in_case(&number).take(&path).await?.status() == 200, "the link was not used up");

    // Whoever was refused stands in the access log, with the dossier where it was known, with its number where not. A link that
    // nobody made is about no dossier, so the try of the parket's prosecutor is for the parket's officer alone to see.
    let (id, none) = (json!([{ "id": dossier }]), json!([]));
    let of = |field: &str, number: Value, trajectories: &Value| json!({ "refusals": [{ "field": field, "reason": "NOT_FOUND", "number": number }], "trajectories": trajectories });
    let expected = [
        of("POST /documents", json!(number), &none),
        of("POST /documents", json!(number), &none),
        of("GET /documents", Value::Null, &id),
        of("GET /documents", Value::Null, &id),
        of("GET /documents", Value::Null, &id),
        json!({ "refusals": [{ "field": "GET /documents", "reason": "PURPOSE_REQUIRED", "number": null }], "trajectories": [{ "id": dossier }] }),
    ];
    let written = refusals(&cast, expected.len()).await?;
    ensure!(written == expected, "{written:#?}");

    // Sealed wherever it is kept, and still there after the sweep, because the log refers to it.
    let holders = files_with(installation.directory(), CANARY.as_bytes())?;
    ensure!(holders.is_empty(), "the document stands in {holders:?}");
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let swept = installation.run(&["documents", "sweep"])?;
    ensure!(swept.status.success(), "{}", String::from_utf8_lossy(&swept.stderr));
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let path = link_to(&cast.prosecutor, &listed[0]["id"]).await?;
    ensure!(cast.prosecutor.take(&path).await?.bytes().await?.as_ref() == paper);
    Ok(())
}

#[tokio::test]
async fn a_link_is_not_used_up_while_its_use_cannot_be_written_down() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let (dossier, number) = consented(&cast).await?;
    let paper = b"%PDF-1.7 verzonnen".to_vec();
    let brought = cast.prosecutor.bring_in(&number, "application/pdf", paper.clone()).await?;
    let evidence = json!({ "commandId": acceptance::new_command_id(), "trajectoryId": dossier, "kind": "SIGNED_PAPER", "document": { "id": brought.body["id"] } });
    cast.jurist.accepted("attachConsentEvidence", evidence).await?;
    let path = link_to(&cast.prosecutor, &brought.body["id"]).await?;

    let file = installation.data().join("access.sqlite");
    let mut other = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await?;
    other.execute("begin immediate").await?;
    let refused = cast.prosecutor.take(&path).await?;
    ensure!(refused.status() == 503, "{}", refused.status());
    let refused: Value = refused.json().await?;
    ensure!(refused["errors"][0]["extensions"]["code"] == "AUDIT_UNAVAILABLE", "{refused:#}");
    other.execute("rollback").await?;

    let mut taken = cast.prosecutor.take(&path).await?;
    for _ in 0..200 {
        if taken.status() != 503 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        taken = cast.prosecutor.take(&path).await?;
    }
    ensure!(taken.status() == 200, "the link can be used still: {}", taken.status());
    ensure!(taken.bytes().await?.as_ref() == paper);
    let written = access_log::stored(&installation).await?;
    let downloads = written.iter().filter(|record| record.kind == "PieceDownloaded").count();
    ensure!(downloads == 1, "{downloads} downloads in the trail of one");
    program.terminate().await?;
    Ok(())
}

#[tokio::test]
async fn a_paper_of_two_persons_is_handed_out_for_the_one_when_the_other_is_erased() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let dossier = requested(&cast, "een").await?;
    let asked = "query D($id: ID!) { trajectory(id: $id) { number subject } }";
    let found = cast.jurist.query(asked, json!({ "id": dossier })).await?["trajectory"].clone();
    let (number, wrong) = (found["number"].as_str().context("a number")?, &found["subject"]);
    let paper = b"%PDF-1.7 verzonnen".to_vec();
    // The sequence of the consent, and the paper.
    let consent = async || -> Result<(Value, Value)> {
        let mut given = Value::Null;
        for step in steps().into_iter().take(2) {
            given = (step.by)(&cast).accepted(step.mutation, for_dossier(&dossier, &step.input)).await?;
        }
        let brought = cast.prosecutor.bring_in(number, "application/pdf", paper.clone()).await?;
        let evidence = json!({ "kind": "SIGNED_PAPER", "document": { "id": brought.body["id"] } });
        cast.prosecutor.accepted("attachConsentEvidence", for_dossier(&dossier, &evidence)).await?;
        Ok((given["version"].clone(), brought.body["id"].clone()))
    };
    let (sequence, _of_the_wrong_one) = consent().await?;
    let annulled = json!({ "sequence": sequence, "reason": "WRONG_DOSSIER" });
    cast.prosecutor.accepted("annulStep", for_dossier(&dossier, &annulled)).await?;
    let right = request("twee");
    let replaced = json!({ "participant": right["participant"], "facts": right["facts"],
        "caseReference": right["caseReference"], "offenceOn": right["offenceOn"] });
    cast.prosecutor.accepted("replaceParticipant", for_dossier(&dossier, &replaced)).await?;
    let (_sequence, of_the_right_one) = consent().await?;
    let Officers { officer, .. } = Officers::of(&installation, &program)?;
    officer.accepted("requestErasure", asking(&dossier, wrong)).await?;
    cast.prosecutor.accepted("confirmErasure", for_dossier(&dossier, &json!({ "subject": wrong }))).await?;

    let path = link_to(&cast.prosecutor, &of_the_right_one).await?;
    let taken = cast.prosecutor.take(&path).await?;
    ensure!(taken.status() == 200, "{}", taken.status());
    ensure!(taken.bytes().await?.as_ref() == paper);
    Ok(())
}

#[tokio::test]
async fn a_document_for_which_the_server_has_no_room_leaves_no_document_and_no_event() -> Result<()> {
    let installation = Installation::fresh(Stores::Postgres).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let (dossier, number) = consented(&cast).await?;
    let (log, blobs) = (installation.database("log_url")?, installation.database("blobs_url")?);
    let count = async |database: &TestDatabase, table: &str| -> Result<i64> {
        let sql = format!("select count(*) from {table}");
        Ok(sqlx::query_scalar(&sql).fetch_one(&mut PgConnection::connect(&database.url).await?).await?)
    };
    let events = count(&log, "events").await?;
    let scan = vec![b'a'; 20 * 1024 * 1024];
    blobs.limit_files(Some(17 << 20)).await;
    let refused = cast.prosecutor.bring_in(&number, "text/plain", scan.clone()).await?;
    ensure!(refused.status == 500 && refused.body["id"].is_null(), "{}: {:#}", refused.status, refused.body);
    ensure!(refused.body.to_string().contains("try again"), "{:#}", refused.body);
    ensure!(
        count(&blobs, "spoor_blobs.blob").await? == 0 && count(&log, "events").await? == events,
        "half of it is there"
    );
    ensure!(documents(&cast.prosecutor, &dossier).await?.is_empty(), "the dossier names it");

    blobs.limit_files(None).await;
    let brought = cast.prosecutor.bring_in(&number, "text/plain", scan.clone()).await?;
    ensure!(brought.status == 201, "{}: {:#}", brought.status, brought.body);
    let evidence = json!({ "trajectoryId": dossier, "kind": "SIGNED_PAPER", "document": { "id": brought.body["id"] } });
    cast.prosecutor.accepted("attachConsentEvidence", evidence).await?;
    let path = link_to(&cast.prosecutor, &brought.body["id"]).await?;
    ensure!(cast.prosecutor.take(&path).await?.bytes().await?.as_ref() == scan, "it comes back as it was brought in");
    Ok(())
}

#[tokio::test]
async fn a_delivered_bundle_is_the_file_whose_hash_was_recorded() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let dossier = requested(&cast, "bundel").await?;
    for step in steps() {
        (step.by)(&cast).accepted(step.mutation, for_dossier(&dossier, &step.input)).await?;
        let bundles = documents(&cast.prosecutor, &dossier).await?;
        let delivered = ["DELIVERED", "CLOSED"].contains(&step.leads_to);
        ensure!(bundles.is_empty() != delivered, "after {}: {bundles:#?}", step.mutation);
    }
    let bundle = documents(&cast.prosecutor, &dossier).await?.remove(0);
    let said = cast
        .prosecutor
        .query("query D($id: ID!) { trajectory(id: $id) { bundles { number sha256 } } }", json!({ "id": dossier }))
        .await?;
    ensure!(said["trajectory"]["bundles"][0]["sha256"] == bundle["sha256"], "{said:#}");
    let path = link_to(&cast.prosecutor, &bundle["id"]).await?;
    let pdf = cast.prosecutor.take(&path).await?.bytes().await?;
    ensure!(json!(hex_sha256(&pdf)) == bundle["sha256"], "the bytes are those of the hash");
    ensure!(bundle["mediaType"] == "application/pdf", "{bundle:#}");
    let print = text_of(&pdf).await?;
    for text in ["Testpersoon bundel", "Nam actief deel.", "Verslag van de deelnemer."] {
        ensure!(print.contains(text), "the bundle says {text}: {print}");
    }
    ensure!(!print.contains("Verloop besproken."), "the notes of a call are never a piece");
    ensure!(documents(&cast.guide, &dossier).await?.is_empty(), "a guide gets no bundle");
    Ok(())
}

/// The text of a PDF, as another program reads it.
pub async fn text_of(pdf: &[u8]) -> Result<String> {
    let file = tempfile::NamedTempFile::new()?;
    tokio::fs::write(file.path(), pdf).await?;
    let read = tokio::process::Command::new("pdftotext").arg(file.path()).arg("-").output().await?;
    ensure!(read.status.success(), "pdftotext: {}", String::from_utf8_lossy(&read.stderr));
    Ok(String::from_utf8(read.stdout)?)
}
