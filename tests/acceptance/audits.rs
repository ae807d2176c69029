//! The public audits of GraphQL over HTTP, run by their own program against ours.

use std::process::Command;

use acceptance::{Installation, Stores};
use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::life::Cast;

/// The audits that ask for GET. We refuse GET: a query in a URL is a query in every log on the way.
const ABOUT_GET: [&str; 3] = ["5A70", "D6D5", "6A70"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_audits_pass_except_the_three_that_ask_for_get() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/audit");
    let output = Command::new("node")
        .current_dir(directory)
        .args(["audit.mjs", &format!("{}/graphql", program.base), cast.prosecutor.token()])
        .output()
        .context("node is needed for the audits: run ./test, which installs it")?;
    ensure!(
        output.status.success(),
        "run ./test once, it installs the audits: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said = String::from_utf8(output.stdout)?;
    let audits: Vec<Value> = said.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    ensure!(audits.len() >= 60, "only {} audits ran", audits.len());
    let unexpected: Vec<&Value> = audits
        .iter()
        .filter(|audit| audit["status"] != "ok" && !ABOUT_GET.iter().any(|id| audit["id"] == *id))
        .collect();
    ensure!(unexpected.is_empty(), "{unexpected:#?}");
    Ok(())
}
