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
        check: |data| {
            let counted: i64 =
                data["dashboard"]["byStatus"].as_array()?.iter().filter_map(|row| row["count"].as_i64()).sum();
            let total = data["dashboard"]["total"].as_i64().unwrap_or(0);
            let listed = data["trajectories"]["nodes"].as_array().map_or(0, Vec::len);
            (counted != total || listed == 0 || data["trajectories"]["totalCount"] != json!(total))
                .then(|| format!("{total} dossiers, {counted} by status, {listed} listed"))
        },
    },
    ReadyQuery {
        title: "Who did what, when, and why? (compliance officer)",
        persona: "compliance",
        purpose: "SUPERVISION",
        document: "{ auditTrail(first: 5) { totalCount nodes { recordedAt occurredOn number event summary \
            actor { role organisation } purpose } } }",
        check: |data| {
            let lines = data["auditTrail"]["nodes"].as_array().map_or(0, Vec::len);
            (lines != 5).then(|| format!("{lines} lines of the audit trail"))
        },
    },
    ReadyQuery {
        title: "How does the action plan stand? (policy analyst)",
        persona: "analyst",
        purpose: "REPORTING",
        document: "{ progressReport(plan: \"PLAN\", period: \"2018-H2\") { totals { actions byStatus { status count } \
            byPolicyLine { number actions } budgetEntries actionsWithBudget budgetAsPrinted budgetWithoutDuplicates } } }",
        check: |data| {
            let totals = &data["progressReport"]["totals"];
            let counts = |list: &str| -> Vec<i64> {
                let rows = totals[list].as_array().into_iter().flatten();
                rows.filter_map(|row| row["actions"].as_i64().or(row["count"].as_i64())).collect()
            };
            // Op te starten, opgestart, lopende; then actions per policy line; budget entries and the actions they stand in.
            let right = counts("byStatus") == [1, 5, 56]
                && counts("byPolicyLine") == [11, 17, 5, 16, 13]
                && [&totals["actions"], &totals["budgetEntries"], &totals["actionsWithBudget"]] == [62, 48, 24];
            (!right).then(|| totals.to_string())
        },
    },
];

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
