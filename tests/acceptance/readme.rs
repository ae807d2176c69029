//! Every query on the front page runs against the demo as it stands.

use acceptance::{Demo, Persona};
use anyhow::{Context, Result, ensure};
use serde_json::json;

const README: &str = include_str!("../../README.md");

/// One query of the page, and who asks it.
struct Query {
    persona: &'static str,
    document: String,
}

#[tokio::test]
async fn every_query_of_the_readme_is_answered_by_the_demo() -> Result<()> {
    let queries = queries();
    ensure!(queries.len() >= 5, "only {} queries found on the page", queries.len());
    let demo = Demo::start().await?;
    let plans = demo.persona("analyst")?.query("{ actionPlans { id } }", json!({})).await?;
    for Query { persona, document } in queries {
        let asks: Persona = demo.persona(persona)?;
        let variables = if document.contains("# needs: plan") {
            json!({ "plan": plans["actionPlans"][0]["id"] })
        } else {
            json!({})
        };
        asks.query(&document, variables).await.with_context(|| format!("as {persona}"))?;
    }
    Ok(())
}

#[tokio::test]
async fn a_personas_token_replays_a_dossier_in_the_terminal() -> Result<()> {
    let demo = Demo::start().await?;
    let identity = demo.data().join("identity");
    let file = |name: &str| identity.join(name).display().to_string();
    let (token, settings) = (file("compliance.token"), file("spoor.toml"));
    let asked = "{ trajectories(first: 1) { nodes { number } } }";
    let shown = demo.persona("compliance")?.query(asked, json!({})).await?;
    let number = shown["trajectories"]["nodes"][0]["number"].as_str().context("a number")?.to_owned();

    let unverified = demo.run(&["replay", &number, "--purpose", "SUPERVISION", "--token", &token])?;
    let said = String::from_utf8_lossy(&unverified.stderr).into_owned();
    ensure!(!unverified.status.success() && said.contains("identity/spoor.toml"), "{said}");

    let replayed =
        demo.run(&["replay", &number, "--purpose", "SUPERVISION", "--config", &settings, "--token", &token])?;
    let table = String::from_utf8_lossy(&replayed.stdout).into_owned();
    ensure!(replayed.status.success() && table.contains("TrajectoryRequested"), "{replayed:?}");
    Ok(())
}

fn queries() -> Vec<Query> {
    README
        .split("```graphql\n# persona: ")
        .skip(1)
        .filter_map(|rest| {
            let (persona, rest) = rest.split_once('\n')?;
            let (document, _) = rest.split_once("```")?;
            Some(Query { persona, document: document.to_owned() })
        })
        .collect()
}
