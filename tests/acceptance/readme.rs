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
