//! The shape of every answer: which errors carry which code, what is hidden, and which status says so.

use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};
use axum::body::Body;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use serde_json::json;
use spoor_projections::ViewError;
use uuid::Uuid;

use super::media::Media;

/// Nobody is known to ask.
pub const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
/// This person may not.
pub const FORBIDDEN: &str = "FORBIDDEN";
/// No purpose was stated, or one that does not fit the role.
pub const PURPOSE_REQUIRED: &str = "PURPOSE_REQUIRED";
/// There is no such thing, or it is not this person's.
pub const NOT_FOUND: &str = "NOT_FOUND";
/// The question is not well put.
pub const BAD_USER_INPUT: &str = "BAD_USER_INPUT";
/// The question asks too much at once.
pub const COMPLEXITY_LIMIT: &str = "COMPLEXITY_LIMIT";
/// Too many questions at once.
pub const RATE_LIMITED: &str = "RATE_LIMITED";
/// The reading could not be recorded, so nothing is shown.
pub const AUDIT_UNAVAILABLE: &str = "AUDIT_UNAVAILABLE";
/// Something failed that is not the client's fault.
pub const INTERNAL: &str = "INTERNAL";

/// What is told of a failure on our side, wherever it happened: its cause goes to the operators.
pub const OUR_FAULT: &str = "something failed on our side: try again, and give the request id when it stays so";
/// What is told when an access could not be written down.
pub const UNRECORDED: &str = "the access could not be recorded, so nothing is shown: try again later";
/// What is told where that came out before something was done.
pub const UNRECORDED_AND_NOT_DONE: &str =
    "nothing can be recorded now, so nothing was done and nothing is shown: try again later";
/// What is told where that came out after something was done.
pub const UNRECORDED_AND_DONE: &str = "the access could not be recorded, so nothing is shown; what was asked may have been done: \
     repeat it with the same commandId, and it is done once";

/// After how many seconds to try again what reads a view that is being rebuilt.
const REBUILT_AFTER_S: u64 = 5;

/// A request that is refused before, or instead of, being answered.
#[derive(Debug)]
pub struct Refused {
    /// The status; a refused request never has 200.
    pub status: StatusCode,
    /// The code in `extensions.code`.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: String,
    /// After how many seconds to try again, where that helps.
    pub retry_after_s: Option<u64>,
    /// The purposes to choose from, where none was stated that suffices.
    pub purposes: Vec<String>,
}

impl Refused {
    /// A refusal.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after_s: None, purposes: Vec::new() }
    }

    /// The request is not well put.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, BAD_USER_INPUT, message)
    }

    /// Something failed on our side; the operators are told of it elsewhere.
    pub fn our_fault() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, OUR_FAULT)
    }

    /// Something failed on our side: the operators are told why, the client is not.
    pub fn failed(cause: &dyn std::error::Error, request_id: Uuid) -> Self {
        tracing::error!(%request_id, error = %cause, "a request failed on our side");
        Self::our_fault()
    }

    /// A view could not be read: it failed, or it is being rebuilt after an upgrade, and then it helps to ask again.
    pub fn view_failed(cause: &ViewError, request_id: Uuid) -> Self {
        if !matches!(cause, ViewError::BeingRebuilt(_)) {
            return Self::failed(cause, request_id);
        }
        let message = "a view is being rebuilt after an upgrade: ask again in a moment";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, INTERNAL, message).after(REBUILT_AFTER_S)
    }

    /// What cannot be written down does not happen.
    pub fn unrecorded(cause: &dyn std::error::Error, request_id: Uuid) -> Self {
        tracing::error!(%request_id, error = %cause, "an access could not be recorded");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, AUDIT_UNAVAILABLE, UNRECORDED)
    }

    /// The same, with after how many seconds to try again.
    pub fn after(self, seconds: u64) -> Self {
        Self { retry_after_s: Some(seconds), ..self }
    }

    /// The same, with the purposes to choose from.
    pub fn choosing_from(self, purposes: Vec<String>) -> Self {
        Self { purposes, ..self }
    }

    /// As a GraphQL error, where the transport has no status.
    pub fn into_error(self) -> ServerError {
        let mut error = coded(self.code, self.message);
        if !self.purposes.is_empty() {
            error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("purposes", self.purposes);
        }
        if let Some(seconds) = self.retry_after_s {
            error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("retryAfterS", seconds);
        }
        error
    }

    /// As an HTTP answer.
    pub fn into_http(self, media: Media, request_id: Uuid) -> axum::http::Response<Body> {
        let mut extensions = json!({"code": self.code, "requestId": request_id.to_string()});
        if let Some(seconds) = self.retry_after_s {
            extensions["retryAfterS"] = seconds.into();
        }
        if !self.purposes.is_empty() {
            extensions["purposes"] = json!(self.purposes);
        }
        let body = json!({"errors": [{"message": self.message, "extensions": extensions}]});
        let mut answer = http(media, self.status, request_id, body.to_string());
        if let Some(seconds) = self.retry_after_s {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        }
        answer
    }
}

/// A GraphQL error with one of our codes.
pub fn coded(code: &str, message: impl Into<String>) -> ServerError {
    with_code(ServerError::new(message, None), code)
}

/// The same error with this code.
pub fn with_code(mut error: ServerError, code: &str) -> ServerError {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
    error
}

/// Gives every error a code and the request id, and hides what is our fault. Returns what was hidden, for the operators.
pub fn finish(response: &mut Response, request_id: Uuid) -> Vec<String> {
    let mut hidden = Vec::new();
    for error in &mut response.errors {
        // The one scalar that is not ours says no more than that it expected itself.
        if error.message.starts_with("Expected input type \"DateTime\"") {
            error.message.push_str(" Write a moment between quotes, for instance \"2026-03-01T10:00:00Z\".");
        }
        let code = match code_of(error) {
            Some(code) => code.to_owned(),
            None => {
                let code = classify(error);
                if code == INTERNAL {
                    hidden.push(std::mem::replace(&mut error.message, OUR_FAULT.to_owned()));
                }
                code.to_owned()
            }
        };
        let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        extensions.set("code", code);
        extensions.set("requestId", request_id.to_string());
    }
    hidden
}

/// The code a resolver gave an error.
pub fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code") {
        Some(Value::String(code)) => Some(code),
        Some(Value::Enum(code)) => Some(code.as_str()),
        _ => None,
    }
}

/// The code of an error that async-graphql made itself. Only what it says about the input is the client's to know.
fn classify(error: &ServerError) -> &'static str {
    let message = error.message.as_str();
    if ["Query is too complex", "Query is nested too deep", "The recursion depth", "The number of directives"]
        .iter()
        .any(|start| message.starts_with(start))
    {
        COMPLEXITY_LIMIT
    } else if error.path.is_empty() || (error.source.is_none() && is_about_input(message)) {
        BAD_USER_INPUT
    } else {
        INTERNAL
    }
}

/// What async-graphql says about arguments it met only while executing.
fn is_about_input(message: &str) -> bool {
    ["Failed to parse \"", "Expected input type \"", "The \"first\"", "The \"last\""]
        .iter()
        .any(|start| message.starts_with(start))
}

/// Whether nothing was executed: the document or its variables were refused.
pub fn is_request_error(response: &Response) -> bool {
    !response.errors.is_empty()
        && response.data == Value::Null
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// A finished response as an HTTP answer.
pub fn into_http(mut response: Response, media: Media, request_id: Uuid) -> axum::http::Response<Body> {
    // What could not be recorded is not shown, whatever else was resolved.
    let unrecorded = response.errors.iter().any(|error| code_of(error) == Some(AUDIT_UNAVAILABLE));
    if unrecorded {
        response.data = Value::Null;
    }
    let refused = is_request_error(&response);
    let status = match (unrecorded, refused, media) {
        (true, _, _) => StatusCode::SERVICE_UNAVAILABLE,
        (false, true, Media::GraphqlResponse) => StatusCode::BAD_REQUEST,
        (false, true, Media::Json) | (false, false, _) => StatusCode::OK,
    };
    let body = if refused || unrecorded {
        // A request that was not executed has no `data` at all.
        serde_json::to_string(&json!({"errors": response.errors}))
    } else {
        serde_json::to_string(&response)
    };
    match body {
        Ok(body) => http(media, status, request_id, body),
        Err(error) => {
            tracing::error!(%request_id, %error, "an answer could not be written");
            Refused::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, "the answer could not be written")
                .into_http(media, request_id)
        }
    }
}

fn http(media: Media, status: StatusCode, request_id: Uuid, body: String) -> axum::http::Response<Body> {
    let mut answer = axum::http::Response::new(Body::from(body));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, media.content_type());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::from_str(&request_id.to_string()) {
        headers.insert("x-request-id", id);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_that_is_rebuilt_after_an_upgrade_is_to_be_asked_again_and_no_other_failure_is() {
        let rebuilt = Refused::view_failed(&ViewError::BeingRebuilt("trajectories".into()), Uuid::nil());
        assert_eq!((rebuilt.status, rebuilt.retry_after_s), (StatusCode::SERVICE_UNAVAILABLE, Some(REBUILT_AFTER_S)));
        assert!(rebuilt.message.contains("ask again in a moment"), "{}", rebuilt.message);
        let failed = Refused::view_failed(&ViewError::NotBuilt("trajectories".into()), Uuid::nil());
        assert_eq!((failed.status, failed.retry_after_s), (StatusCode::INTERNAL_SERVER_ERROR, None));
    }
}
