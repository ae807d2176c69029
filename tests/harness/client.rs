//! A persona: somebody with a token and a purpose who sends GraphQL over HTTP.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use uuid::Uuid;

/// One person talking to one program.
#[derive(Clone)]
pub struct Persona {
    http: reqwest::Client,
    endpoint: String,
    token: String,
    purpose: &'static str,
    case: Option<String>,
}

/// An answer to a GraphQL request.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Value,
}

impl Persona {
    /// A persona with this token, at the program with this base address.
    pub fn new(base: &str, token: String) -> Self {
        Self {
            http: reqwest::Client::new(),
            endpoint: format!("{base}/graphql"),
            token,
            purpose: "CaseHandling",
            case: None,
        }
    }

    /// The same persona acting for another purpose.
    pub fn for_purpose(mut self, purpose: &'static str) -> Self {
        self.purpose = purpose;
        self
    }

    /// The same persona at work on the dossier with this number.
    pub fn in_case(mut self, number: &str) -> Self {
        self.case = Some(number.to_owned());
        self
    }

    /// The persona's token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Sends a document and gives whatever comes back.
    pub async fn ask(&self, document: &str, variables: Value) -> Result<Answer> {
        let response = self
            .http
            .post(&self.endpoint)
            .bearer_auth(&self.token)
            .header("Spoor-Purpose", self.purpose)
            .header("Accept", "application/graphql-response+json")
            .json(&json!({ "query": document, "variables": variables }))
            .send()
            .await?;
        let status = response.status().as_u16();
        let body = response.json().await.with_context(|| format!("answer with status {status} is not JSON"))?;
        Ok(Answer { status, body })
    }

    /// Brings a document in for the dossier with this number; gives status and answer.
    pub async fn bring_in(&self, case: &str, media_type: &str, document: Vec<u8>) -> Result<Answer> {
        let url = self.endpoint.replace("/graphql", "/documents");
        let request = self.http.post(url).bearer_auth(&self.token).header("Spoor-Purpose", self.purpose);
        let request = request.header("Spoor-Case", case).header("Content-Type", media_type);
        let response = request.body(document).send().await?;
        let status = response.status().as_u16();
        Ok(Answer { status, body: response.json().await.with_context(|| format!("status {status} without JSON"))? })
    }

    /// Takes a document by the path of a link.
    pub async fn take(&self, link: &str) -> Result<reqwest::Response> {
        let url = self.endpoint.replace("/graphql", link);
        let request = self.http.get(url).bearer_auth(&self.token).header("Spoor-Purpose", self.purpose);
        let case = self.case.iter().fold(request, |request, case| request.header("Spoor-Case", case));
        Ok(case.send().await?)
    }

    /// Sends a document and insists on data without errors.
    pub async fn query(&self, document: &str, variables: Value) -> Result<Value> {
        let answer = self.ask(document, variables).await?;
        if answer.body.get("errors").is_some() {
            bail!("{document}\nanswered {}: {:#}", answer.status, answer.body);
        }
        Ok(answer.body["data"].clone())
    }

    /// Runs one mutation with the given input (a command id is added when absent) and gives its payload.
    pub async fn mutate(&self, mutation: &str, input: Value) -> Result<Value> {
        self.mutate_selecting(mutation, DOSSIER, input).await
    }

    /// Runs one mutation on an agreement and insists that it was accepted.
    pub async fn agreement(&self, mutation: &str, input: Value) -> Result<Value> {
        self.settled(mutation, "agreement { id }", input).await
    }

    /// Runs one mutation on a dossier and gives whatever comes back.
    pub async fn try_mutate(&self, mutation: &str, input: Value) -> Result<Answer> {
        let (document, variables) = mutation_document(mutation, DOSSIER, input);
        self.ask(&document, variables).await
    }

    async fn mutate_selecting(&self, mutation: &str, subject: &str, input: Value) -> Result<Value> {
        let (document, variables) = mutation_document(mutation, subject, input);
        let data = self.query(&document, variables).await?;
        Ok(data[mutation].clone())
    }

    /// Runs a mutation on a dossier and insists that it was accepted.
    pub async fn accepted(&self, mutation: &str, input: Value) -> Result<Value> {
        self.settled(mutation, DOSSIER, input).await
    }

    /// After a kill the views go on once the dead worker's lease is over. Until then a command is answered as pending; sent
    /// again it has its first result, and waits for the views once more.
    async fn settled(&self, mutation: &str, subject: &str, mut input: Value) -> Result<Value> {
        if input.get("commandId").is_none() {
            input["commandId"] = json!(new_command_id());
        }
        for _ in 0..PENDING_ANSWERS {
            let payload = self.mutate_selecting(mutation, subject, input.clone()).await?;
            let payload = without_user_errors(mutation, payload)?;
            if payload["pending"] != true {
                return Ok(payload);
            }
        }
        bail!("{mutation} stays pending")
    }
}

/// What is asked of a dossier after a mutation.
const DOSSIER: &str = "trajectory { id number status version }";
/// How often an answer may be pending: each has waited two seconds for the views.
const PENDING_ANSWERS: usize = 15;

/// The document and variables of one mutation; a command id is added when absent.
fn mutation_document(mutation: &str, subject: &str, mut input: Value) -> (String, Value) {
    if input.get("commandId").is_none() {
        input["commandId"] = json!(new_command_id());
    }
    let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation Run($input: {input_type}!) {{ {mutation}(input: $input) {{ \
           commandId version position pending userErrors {{ code path message messageNl currentVersion }} {subject} }} }}"
    );
    (document, json!({ "input": input }))
}

/// A command id as a client makes it.
#[expect(clippy::disallowed_methods, reason = "a client makes its own command ids")]
pub fn new_command_id() -> String {
    Uuid::now_v7().to_string()
}

fn without_user_errors(mutation: &str, payload: Value) -> Result<Value> {
    if payload["userErrors"].as_array().is_none_or(|errors| !errors.is_empty()) {
        bail!("{mutation} was refused: {:#}", payload["userErrors"]);
    }
    Ok(payload)
}
