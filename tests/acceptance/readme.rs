//! Every query on the front page runs against the demo as it stands, and answers as printed there.

use std::collections::BTreeSet;

use acceptance::{Demo, Persona};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

const README: &str = include_str!("../../README.md");
/// Counts of what the demo always loads: no day changes them.
const COUNTS: [&str; 2] = ["total", "totalCount"];

/// One query of the page, and who asks it.
struct Query {
    persona: &'static str,
    document: String,
    /// The answer printed below it, where there is one; its lists may be shortened.
    answer: Option<Value>,
}

#[tokio::test]
async fn every_query_of_the_readme_is_answered_by_the_demo() -> Result<()> {
    let queries = queries()?;
    let answered: BTreeSet<&str> =
        queries.iter().filter(|query| query.answer.is_some()).map(|query| query.persona).collect();
    ensure!(
        answered == BTreeSet::from(["analyst", "compliance", "prosecutor"]),
        "answers are printed for {answered:?}"
    );
    ensure!(queries.len() >= 5, "only {} queries found on the page", queries.len());
    let demo = Demo::start().await?;
    let plans = demo.persona("analyst")?.query("{ actionPlans { id } }", json!({})).await?;
    for Query { persona, document, answer } in queries {
        let asks: Persona = demo.persona(persona)?;
        let variables = if document.contains("# needs: plan") {
            json!({ "plan": plans["actionPlans"][0]["id"] })
        } else {
            json!({})
        };
        let given = asks.query(&document, variables).await.with_context(|| format!("as {persona}"))?;
        let Some(printed) = answer else { continue };
        same_keys("$", &printed, &given).with_context(|| format!("as {persona}"))?;
        // The plan is data of 2018: its figures are the same for ever.
        if persona == "analyst" {
            as_printed("$", &printed, &given)?;
            let totals = |answer: &Value| answer["progressReport"]["totals"].clone();
            ensure!(totals(&printed).is_object() && totals(&printed) == totals(&given), "{:#}", totals(&given));
        }
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

fn queries() -> Result<Vec<Query>> {
    let query = |rest: &'static str| {
        let (persona, rest) = rest.split_once('\n').context("a persona")?;
        let (document, below) = rest.split_once("```").context("an end of the query")?;
        // Between a query and its answer stands at most a sentence.
        let below = below.split("\n## ").next().unwrap_or_default();
        let answer = below.split_once("```json\n").filter(|(between, _)| between.lines().count() <= 4);
        let answer = answer.and_then(|(_, rest)| rest.split_once("```")).map(|(json, _)| serde_json::from_str(json));
        Ok(Query { persona, document: document.to_owned(), answer: answer.transpose().context(persona)? })
    };
    README.split("```graphql\n# persona: ").skip(1).map(query).collect()
}

/// Every object has the keys that are printed, no more and no fewer, and what is no object is of the same kind; a count
/// that does not depend on the day is the one printed. Something may be absent in one and there in the other; of lists, each printed item is like one that is there.
fn same_keys(path: &str, printed: &Value, given: &Value) -> Result<()> {
    match (printed, given) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let keys = [ours, theirs].map(|fields| fields.keys().collect::<BTreeSet<_>>());
            ensure!(keys[0] == keys[1], "{path}: {:?} is printed, {:?} is given", keys[0], keys[1]);
            ours.iter().try_for_each(|(key, value)| {
                let path = format!("{path}.{key}");
                let counts = COUNTS.contains(&key.as_str());
                ensure!(!counts || value == &theirs[key], "{path}: {value} is printed, {} is given", theirs[key]);
                same_keys(&path, value, &theirs[key])
            })
        }
        (Value::Array(ours), Value::Array(theirs)) => ours.iter().enumerate().try_for_each(|(n, item)| {
            let path = format!("{path}[{n}]");
            let found = theirs.iter().any(|other| same_keys(&path, item, other).is_ok());
            ensure!(found, "{path}: nothing is given like {item:#}");
            Ok(())
        }),
        (Value::Null, _) | (_, Value::Null) => Ok(()),
        _ => {
            ensure!(std::mem::discriminant(printed) == std::mem::discriminant(given), "{path}: {printed} and {given}");
            Ok(())
        }
    }
}

/// Every value is the one printed; lists begin with the items printed.
fn as_printed(path: &str, printed: &Value, given: &Value) -> Result<()> {
    match (printed, given) {
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.iter().try_for_each(|(key, value)| as_printed(&format!("{path}.{key}"), value, &theirs[key]))
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            ensure!(!ours.is_empty() && ours.len() <= theirs.len(), "{path}: {printed} is printed, {given} is given");
            let mut pairs = ours.iter().zip(theirs).enumerate();
            pairs.try_for_each(|(n, (ours, theirs))| as_printed(&format!("{path}[{n}]"), ours, theirs))
        }
        _ => {
            ensure!(printed == given, "{path}: {printed} is printed, {given} is given");
            Ok(())
        }
    }
}

#[test]
fn an_answer_that_differs_from_the_page_is_told() {
    let printed = json!({ "totals": { "actions": 62 }, "rows": [{ "number": "1.1", "kind": null }] });
    let like = json!({ "totals": { "actions": 61 }, "rows": [{ "number": "1.2", "kind": "X" }, { "number": "2.1", "kind": "Y" }] });
    assert!(same_keys("$", &printed, &like).is_ok() && as_printed("$", &printed, &like).is_err());
    for other in [
        json!({ "totals": { "actions": 62, "more": 1 }, "rows": [{ "number": "1.1", "kind": null }] }),
        json!({ "totals": {}, "rows": [{ "number": "1.1", "kind": null }] }),
        json!({ "totals": { "actions": "62" }, "rows": [{ "number": "1.1", "kind": null }] }),
        json!({ "totals": { "actions": 62 }, "rows": [] }),
    ] {
        assert!(same_keys("$", &printed, &other).is_err(), "{other}");
    }
    let counted = |total: u64, overdue: u64| json!({ "trail": { "totalCount": total, "overdueTotal": overdue } });
    assert!(same_keys("$", &counted(26, 4), &counted(26, 5)).is_ok(), "how many are overdue depends on the day");
    assert!(same_keys("$", &counted(32, 4), &counted(26, 4)).is_err(), "how many events there are does not");
}
