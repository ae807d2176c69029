//! Three questions to begin with, one for each group of users, and what a right answer looks like.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use async_graphql::ID;
use serde_json::{Value, json};

use super::personas::Persona;

/// A question somebody would really ask.
pub struct ReadyQuery {
    /// What it asks, for people.
    pub title: &'static str,
    /// Who asks.
    pub persona: &'static str,
    /// For which purpose.
    purpose: &'static str,
    /// The document; `PLAN` stands for the id of the action plan.
    document: &'static str,
    /// What is wrong with an answer; nothing when it is right.
    check: fn(&Value) -> Option<String>,
}

/// The three questions.
pub const READY: &[ReadyQuery] = &[
    ReadyQuery {
        title: "What waits for my parket? (prosecutor)",
        persona: "prosecutor",
        purpose: "CASE_HANDLING",
        document: "{ dashboard { total byStatus { statusLabel count } overdueTotal } \
            trajectories(first: 5) { totalCount nodes { number statusLabel waitingForLabel dueOn } } }",
        check: board_of_a_parket,
    },
    ReadyQuery {
        title: "Who did what, when, and why? (compliance officer)",
        persona: "compliance",
        purpose: "SUPERVISION",
        document: "{ auditTrail(first: 5) { totalCount nodes { recordedAt occurredOn number event summary \
            actor { role organisation } purpose } } }",
        check: five_lines_of_the_trail,
    },
    ReadyQuery {
        title: "How does the action plan stand? (policy analyst)",
        persona: "analyst",
        purpose: "REPORTING",
        document: "{ progressReport(plan: \"PLAN\", period: \"2018-H2\") { totals { actions byStatus { status count } \
            byPolicyLine { number actions } budgetEntries actionsWithBudget budgetAsPrinted budgetWithoutDuplicates } } }",
        check: totals_of_autumn_2018,
    },
];

/// The statuses add up to the total, and the list has as many dossiers and shows the first of them.
fn board_of_a_parket(data: &Value) -> Option<String> {
    let (board, list) = (&data["dashboard"], &data["trajectories"]);
    let total = board["total"].as_u64().filter(|total| *total > 0);
    let counts = board["byStatus"].as_array().map(|rows| rows.iter().map(|row| row["count"].as_u64()));
    let counted: Option<u64> = counts.and_then(Iterator::sum);
    let listed = list["nodes"].as_array().map(|nodes| nodes.len() as u64);
    let right = total.is_some()
        && counted == total
        && list["totalCount"].as_u64() == total
        && listed == total.map(|total| total.min(5))
        && board["overdueTotal"].as_u64().is_some_and(|overdue| Some(overdue) <= total);
    (!right).then(|| format!("the counts do not agree: {data}"))
}

/// Five lines, of at least as many, each of which says who and what.
fn five_lines_of_the_trail(data: &Value) -> Option<String> {
    let trail = &data["auditTrail"];
    let says = |line: &Value| line["event"].is_string() && line["actor"]["role"].is_string();
    let right = trail["nodes"].as_array().is_some_and(|lines| lines.len() == 5 && lines.iter().all(says))
        && trail["totalCount"].as_u64().is_some_and(|total| total >= 5);
    (!right).then(|| format!("these are no five lines of the audit trail: {data}"))
}

/// What everybody can count in the printed report of autumn 2018 (`data/README.md`); amounts in cents.
fn totals_of_autumn_2018(data: &Value) -> Option<String> {
    let totals = &data["progressReport"]["totals"];
    let all = |list: &str, part: fn(&Value) -> Value| -> Value {
        totals[list].as_array().into_iter().flatten().map(part).collect()
    };
    let right = all("byStatus", |row| json!([row["status"], row["count"]]))
        == json!([["NOT_STARTED", 1], ["STARTED", 5], ["ONGOING", 56]])
        && all("byPolicyLine", |row| json!([row["number"], row["actions"]]))
            == json!([[1, 11], [2, 17], [3, 5], [4, 16], [5, 13]])
        && [&totals["actions"], &totals["budgetEntries"], &totals["actionsWithBudget"]] == [62, 48, 24]
        && totals["budgetAsPrinted"] == json!(1_096_433_486)
        && totals["budgetWithoutDuplicates"] == json!(1_052_233_486);
    (!right).then(|| format!("these are not the totals of autumn 2018: {totals}"))
}

/// What this persona asks to begin with.
pub fn first_question(persona: &str, plan: &ID) -> String {
    let ready = READY.iter().find(|query| query.persona == persona);
    ready.map_or_else(|| "{ viewer { role roleLabel } }".to_owned(), |query| query.document(plan))
}

impl ReadyQuery {
    fn document(&self, plan: &ID) -> String {
        self.document.replace("PLAN", plan)
    }

    /// The question as a command line.
    pub fn command_line(&self, address: SocketAddr, personas: &[Persona], plan: &ID) -> String {
        let file = personas
            .iter()
            .find(|persona| persona.name == self.persona)
            .map(|persona| persona.file.display().to_string());
        format!(
            "curl -s http://{address}/graphql -H \"Authorization: Bearer $(cat {})\" -H 'Spoor-Purpose: {}' \\\n    \
             -H 'content-type: application/json' -d '{}'",
            file.unwrap_or_default(),
            self.purpose,
            json!({"query": self.document(plan)})
        )
    }

    async fn ask(&self, client: &reqwest::Client, address: SocketAddr, token: &str, plan: &ID) -> Result<Value> {
        let request = client
            .post(format!("http://{address}/graphql"))
            .bearer_auth(token)
            .header("spoor-purpose", self.purpose)
            .json(&json!({"query": self.document(plan)}));
        Ok(request.send().await?.json().await?)
    }
}

/// Asks every question over HTTP and prints the answers. Whether all of them are right.
pub async fn ask_all(address: SocketAddr, personas: &[Persona], plan: &ID) -> Result<bool> {
    let client = reqwest::Client::new();
    let mut right = true;
    for query in READY {
        let persona = personas.iter().find(|persona| persona.name == query.persona).context("a persona of the demo")?;
        let answer = query.ask(&client, address, &persona.token, plan).await.with_context(|| query.title)?;
        println!("# {}\n{answer:#}\n", query.title);
        let wrong = match &answer["errors"] {
            Value::Null => (query.check)(&answer["data"]),
            errors => Some(errors.to_string()),
        };
        if let Some(wrong) = wrong {
            eprintln!("this answer is not right: {wrong}");
            right = false;
        }
    }
    Ok(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A right answer to each question, in their order.
    fn answers() -> [Value; 3] {
        let line = json!({ "event": "RequestDrafted", "actor": { "role": "PROSECUTION_JURIST", "organisation": "x" } });
        [
            json!({ "dashboard": { "total": 7, "byStatus": [{ "count": 3 }, { "count": 4 }], "overdueTotal": 2 },
                "trajectories": { "totalCount": 7, "nodes": [{}, {}, {}, {}, {}] } }),
            json!({ "auditTrail": { "totalCount": 90, "nodes": [line, line, line, line, line] } }),
            json!({ "progressReport": { "totals": { "actions": 62, "budgetEntries": 48, "actionsWithBudget": 24,
                "budgetAsPrinted": 1_096_433_486, "budgetWithoutDuplicates": 1_052_233_486,
                "byStatus": [{ "status": "NOT_STARTED", "count": 1 }, { "status": "STARTED", "count": 5 },
                    { "status": "ONGOING", "count": 56 }],
                "byPolicyLine": [{ "number": 1, "actions": 11 }, { "number": 2, "actions": 17 },
                    { "number": 3, "actions": 5 }, { "number": 4, "actions": 16 }, { "number": 5, "actions": 13 }] } } }),
        ]
    }

    /// The paths of every figure in an answer.
    fn figures(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Number(_) => found.push(path.to_owned()),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(n, item)| figures(item, &format!("{path}/{n}"), found));
            }
            Value::Object(fields) => {
                fields.iter().for_each(|(name, field)| figures(field, &format!("{path}/{name}"), found));
            }
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn a_right_answer_is_right_and_an_empty_one_is_not() {
        for (query, right) in READY.iter().zip(answers()) {
            assert_eq!((query.check)(&right), None, "{}", query.title);
            for empty in [json!({}), Value::Null, json!({ "dashboard": {}, "auditTrail": {}, "progressReport": {} })] {
                assert!((query.check)(&empty).is_some(), "{}: {empty}", query.title);
            }
        }
    }

    #[test]
    fn an_answer_with_one_changed_figure_is_wrong() {
        for (query, right) in READY.iter().zip(answers()) {
            let mut paths = Vec::new();
            figures(&right, "", &mut paths);
            assert!(!paths.is_empty());
            for path in paths {
                // The end of the trail and how much is overdue differ from day to day: only what cannot be is wrong there.
                let changed = match path.as_str() {
                    "/auditTrail/totalCount" => json!(4),
                    "/dashboard/overdueTotal" => json!(8),
                    other => json!(right.pointer(other).and_then(Value::as_u64).unwrap() + 1),
                };
                let mut wrong = right.clone();
                *wrong.pointer_mut(&path).unwrap() = changed;
                assert!((query.check)(&wrong).is_some(), "{}: {path}", query.title);
                *wrong.pointer_mut(&path).unwrap() = Value::Null;
                assert!((query.check)(&wrong).is_some(), "{}: {path} is gone", query.title);
            }
        }
    }
}
