//! Personal values go in over HTTP and come out over HTTP; in between no file holds them in clear.

use std::path::Path;

use acceptance::{Installation, Stores};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::life::{Cast, for_dossier, request, steps};

/// In every personal text of the dossier; occurs nowhere else in the world.
const CANARY: &str = "kanarie7f3a9c";

#[tokio::test]
async fn no_file_of_the_installation_holds_a_personal_value_in_clear() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
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
        (step.by)(&cast).accepted(step.mutation, input).await?;
    }

    // It is there for those who may see it, and can be found by its exact value.
    let document = "query Found($key: String!) { trajectories(first: 5, filter: { caseReference: $key }) { nodes { id \
        participant { ... on Participant { name } } } } }";
    let found = cast.prosecutor.ask(document, json!({ "key": format!("AN.{CANARY}.1") })).await?;
    ensure!(found.body.to_string().contains(CANARY), "{:#}", found.body);

    // Not while it runs (the write-ahead logs are full) and not after it stopped.
    let holders = files_with(installation.directory(), CANARY.as_bytes())?;
    ensure!(holders.is_empty(), "while it runs, the value stands in {holders:?}");
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let holders = files_with(installation.directory(), CANARY.as_bytes())?;
    ensure!(holders.is_empty(), "after it stopped, the value stands in {holders:?}");
    Ok(())
}

/// The files below a directory in which the bytes occur.
pub fn files_with(directory: &Path, wanted: &[u8]) -> Result<Vec<String>> {
    let mut holders = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            holders.extend(files_with(&path, wanted)?);
        } else if std::fs::read(&path)?.windows(wanted.len()).any(|window| window == wanted) {
            holders.push(path.display().to_string());
        }
    }
    Ok(holders)
}
