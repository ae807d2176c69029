//! `POST /graphql`: everything a request passes, in order, from media types to the answer.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Request, Response, ServerError, Value};
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use futures_util::FutureExt;
use serde_json::Value as Json;
use uuid::Uuid;

use super::Endpoint;
use super::answer::{self, BAD_USER_INPUT, INTERNAL, Refused};
use super::media::{Media, is_json};
use super::parsed::{Document, Operation};
use crate::telemetry::Outcome;

/// Answers one GraphQL request.
pub async fn graphql<E: Executor>(
    State(endpoint): State<Arc<Endpoint<E>>>,
    headers: HeaderMap,
    body: Body,
) -> axum::http::Response<Body> {
    let request_id = endpoint.clock.new_id();
    let started = Instant::now();
    let Some(media) = Media::wanted(&headers) else {
        let message = "Accept names neither application/graphql-response+json nor application/json";
        endpoint.metrics.request(StatusCode::NOT_ACCEPTABLE.as_u16());
        return Refused::new(StatusCode::NOT_ACCEPTABLE, BAD_USER_INPUT, message).into_http(Media::Json, request_id);
    };
    let limit = Duration::from_millis(endpoint.settings.time_limit_ms);
    let answering = AssertUnwindSafe(endpoint.answer(&headers, body, media, request_id, started)).catch_unwind();
    let answer = match tokio::time::timeout(limit, answering).await {
        Ok(Ok(Ok(answer))) => answer,
        Ok(Ok(Err(refused))) => refused.into_http(media, request_id),
        Ok(Err(_panic)) => {
            tracing::error!(%request_id, "a request ended in a panic");
            Refused::our_fault().into_http(media, request_id)
        }
        Err(_elapsed) => {
            tracing::warn!(%request_id, limit_ms = endpoint.settings.time_limit_ms, "a request took too long");
            let message = "the request took too long and was given up: ask for less, or repeat the command with the same commandId";
            Refused::new(StatusCode::SERVICE_UNAVAILABLE, INTERNAL, message).into_http(media, request_id)
        }
    };
    endpoint.metrics.request(answer.status().as_u16());
    answer
}

impl<E: Executor> Endpoint<E> {
    async fn answer(
        &self,
        headers: &HeaderMap,
        body: Body,
        media: Media,
        request_id: Uuid,
        started: Instant,
    ) -> Result<axum::http::Response<Body>, Refused> {
        if !is_json(headers) {
            let message = "send the request as application/json in UTF-8";
            return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, BAD_USER_INPUT, message));
        }
        let from = self.gate.request(headers, request_id, "POST /graphql").await?;
        let mut request = self.request(body).await?;
        let (document, operation) = match self.prepare(&mut request) {
            Ok(prepared) => prepared,
            Err(error) => {
                let mut response = Response::from_errors(vec![error]);
                answer::finish(&mut response, request_id);
                return Ok(answer::into_http(response, media, request_id));
            }
        };
        let role = from.viewer.actor.role;
        let request = request.data(from);

        let mut response = self.executor.execute(request).await;
        let hidden = answer::finish(&mut response, request_id);
        for message in &hidden {
            tracing::error!(%request_id, error = message, "a resolver failed");
        }
        self.account(&document, operation.as_ref(), &response, request_id, role, started.elapsed());
        Ok(answer::into_http(response, media, request_id))
    }

    /// Finds the document and the operation of a request, and checks what can be checked before validation.
    pub(super) fn prepare(&self, request: &mut Request) -> Result<(Arc<Document>, Option<Operation>), ServerError> {
        let document = self.parsed.get(&request.query)?;
        let operation = document.operation(request.operation_name.as_deref());
        if let Some(operation) = &operation {
            operation.check_variables(&request.variables)?;
        }
        document.attach(request);
        Ok((document, operation))
    }

    /// The GraphQL request in a body: one JSON object with members of the right types.
    async fn request(&self, body: Body) -> Result<Request, Refused> {
        let limit = self.settings.body_limit_bytes;
        let bytes = to_bytes(body, limit).await.map_err(|_| {
            let message = format!("the body is not readable, or larger than {limit} bytes");
            Refused::new(StatusCode::PAYLOAD_TOO_LARGE, BAD_USER_INPUT, message)
        })?;
        let json: Json = serde_json::from_slice(&bytes)
            .map_err(|error| Refused::bad_request(format!("the body is not JSON: {error}")))?;
        well_formed(json)
    }

    /// One log line and the metrics of an executed request. Neither document nor variables, nor the name the client gave the
    /// operation: all of them may hold personal data.
    fn account(
        &self,
        document: &Document,
        operation: Option<&Operation>,
        response: &Response,
        request_id: Uuid,
        role: spoor_domain::kernel::Role,
        took: Duration,
    ) {
        let kind = operation.map_or("unknown", |operation| kind_name(operation.kind));
        self.metrics.operation(kind, took);
        if let Some(operation) = operation.filter(|operation| operation.kind == OperationType::Mutation)
            && !answer::is_request_error(response)
        {
            for command in &operation.root_fields {
                self.metrics.command(command, outcome(response), took);
            }
        }
        if response.errors.iter().any(|error| {
            error.extensions.as_ref().and_then(|e| e.get("code")) == Some(&Value::from(answer::AUDIT_UNAVAILABLE))
        }) {
            self.metrics.unrecorded.inc();
        }
        tracing::info!(
            %request_id, kind, document = document.hash, role = ?role,
            errors = response.errors.len(), took_ms = took.as_secs_f64() * 1e3, "answered"
        );
    }
}

/// Checks the members of a request by type before anything is read from it; batches are refused.
pub(super) fn well_formed(json: Json) -> Result<Request, Refused> {
    let Json::Object(members) = &json else {
        return Err(Refused::bad_request("send one JSON object: batches are not answered"));
    };
    let object_or_null = |name: &str| members.get(name).is_none_or(|value| value.is_null() || value.is_object());
    if !members.get("query").is_some_and(Json::is_string) {
        return Err(Refused::bad_request("`query` must be a string"));
    }
    if !members.get("operationName").is_none_or(|value| value.is_null() || value.is_string()) {
        return Err(Refused::bad_request("`operationName` must be a string or null"));
    }
    if !object_or_null("variables") || !object_or_null("extensions") {
        return Err(Refused::bad_request("`variables` and `extensions` must be objects or null"));
    }
    let mut json = json;
    if let Json::Object(members) = &mut json {
        // Null stands for absent; the library takes absent only.
        members.retain(|_, value| !value.is_null());
    }
    serde_json::from_value(json).map_err(|error| Refused::bad_request(format!("the request cannot be read: {error}")))
}

pub(super) fn kind_name(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

/// How the commands of a mutation ended, read from its payloads: a refusal is data.
fn outcome(response: &Response) -> Outcome {
    let refused = |payload: &Value| match payload {
        Value::Object(fields) => matches!(fields.get("userErrors"), Some(Value::List(errors)) if !errors.is_empty()),
        _ => false,
    };
    match &response.data {
        Value::Object(payloads) if response.errors.is_empty() => {
            if payloads.values().any(refused) {
                Outcome::Refused
            } else {
                Outcome::Accepted
            }
        }
        _ => Outcome::Failed,
    }
}
