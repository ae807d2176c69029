//! Documents over HTTP: brought in with `POST /documents`, taken once with `GET /documents/{link}`.
//!
//! A link is of use to the person it was made for, with a token of the same person, role and organisation: an address
//! ends up in histories and logs, and the access log has to say who took the document.

mod link;
mod take;
mod upload;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::{get, post};
use spoor_domain::kernel::{CommandContext, Label, Provenance};
use spoor_eventlog::clock::brussels_day;
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

use super::answer::{
    AUDIT_UNAVAILABLE, BAD_USER_INPUT, FORBIDDEN, INTERNAL, NOT_FOUND, PURPOSE_REQUIRED, RATE_LIMITED, Refused,
};
use super::media::Media;
use super::{Gate, RequestContext, context};
use crate::access_book::AccessBook;
use crate::config;
use crate::desk::{Desk, DeskError};
use crate::policy;
use crate::telemetry::Metrics;

pub use link::{Link, make};

/// Where documents come in and go out.
pub struct DocumentRoom {
    desk: Desk,
    book: AccessBook,
    gate: Gate,
    metrics: Metrics,
    settings: config::Documents,
    transfers: Semaphore,
}

impl DocumentRoom {
    /// A room over this desk, whose comings and goings are written down in this book.
    pub fn new(desk: Desk, book: AccessBook, gate: Gate, metrics: Metrics, settings: config::Documents) -> Self {
        let transfers = Semaphore::new(settings.transfers);
        Self { desk, book, gate, metrics, settings, transfers }
    }

    /// Its paths.
    pub fn router(self) -> Router {
        Router::new()
            .route("/documents", post(upload::upload))
            .route("/documents/{link}", get(take::take))
            // The room has a limit of its own, with an answer that says so.
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::new(self))
    }

    /// Answers within the time one transfer may take, with a request id and a count in the metrics.
    async fn answered(
        &self,
        answering: impl Future<Output = Result<Response<Body>, Refused>>,
        request_id: Uuid,
    ) -> Response<Body> {
        let limit = Duration::from_millis(self.settings.time_limit_ms);
        let answer = match tokio::time::timeout(limit, answering).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(Refused::new(
                StatusCode::SERVICE_UNAVAILABLE,
                INTERNAL,
                "the transfer took too long and was given up: try again",
            )),
        };
        let answer = answer.unwrap_or_else(|refused| refused.into_http(Media::Json, request_id));
        self.metrics.request(answer.status().as_u16());
        answer
    }

    /// Who asks, for which purpose, about which case.
    async fn request(&self, headers: &HeaderMap, request_id: Uuid) -> Result<RequestContext, Refused> {
        let viewer = self.gate.viewer(context::bearer(headers)).await?;
        let (purpose, case) = context::of_headers(headers).map_err(bad_request)?;
        let role = viewer.actor.role;
        policy::fitting(role, purpose, case.as_deref()).map_err(|_| {
            let codes: Vec<&str> = policy::purposes(role).iter().map(|own| own.code()).collect();
            let codes = codes.join(", ");
            let message = format!("send one of {codes} in Spoor-Purpose, and the dossier's number in Spoor-Case");
            Refused::new(StatusCode::FORBIDDEN, PURPOSE_REQUIRED, message)
        })?;
        Ok(RequestContext { viewer, purpose, case, request_id, trace_parent: context::trace_parent(headers) })
    }

    /// Room for one transfer.
    fn room(&self) -> Result<SemaphorePermit<'_>, Refused> {
        self.transfers.try_acquire().map_err(|_| {
            let message = "too many documents are on their way at this moment: try again in a moment";
            Refused::new(StatusCode::TOO_MANY_REQUESTS, RATE_LIMITED, message)
        })
    }

    /// The circumstances in which the domain is asked whether something may be done.
    fn circumstances(&self, request: &RequestContext) -> CommandContext {
        let (actor, now) = (request.viewer.actor.clone(), self.desk.clock.now());
        CommandContext {
            purpose: request.purpose.unwrap_or_else(|| policy::usual_purpose(actor.role)),
            actor,
            at: now,
            today: brussels_day(now),
            command_id: request.request_id,
            expected_version: None,
            provenance: Provenance::default(),
        }
    }
}

fn bad_request(message: String) -> Refused {
    Refused::new(StatusCode::BAD_REQUEST, BAD_USER_INPUT, message)
}

fn not_found(message: &str) -> Refused {
    Refused::new(StatusCode::NOT_FOUND, NOT_FOUND, message)
}

/// What cannot be written down does not happen.
fn unrecorded(cause: &dyn std::error::Error, request_id: Uuid) -> Refused {
    tracing::error!(%request_id, error = %cause, "the passing of a document could not be recorded");
    let message = "the access could not be recorded, so nothing is sent: try again later";
    Refused::new(StatusCode::SERVICE_UNAVAILABLE, AUDIT_UNAVAILABLE, message)
}

fn failed(cause: &dyn std::error::Error, request_id: Uuid) -> Refused {
    tracing::error!(%request_id, error = %cause, "a document request failed on our side");
    let message = "something failed on our side: try again, and give the request id when it stays so";
    Refused::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, message)
}

/// What the desk declined, as an answer over HTTP.
fn declined(error: DeskError, request_id: Uuid) -> Refused {
    match error {
        DeskError::Refused(refusal) => Refused::new(StatusCode::CONFLICT, BAD_USER_INPUT, refusal.message()),
        DeskError::NotFound(_) => not_found("there is no such dossier that you may work on: check Spoor-Case"),
        DeskError::NotYourRole => {
            let message = "your role may not do this: ask a colleague whose role it is";
            Refused::new(StatusCode::FORBIDDEN, FORBIDDEN, message)
        }
        DeskError::SubjectErased => {
            let message = "the data of this person were erased: nothing about them can be kept any more";
            Refused::new(StatusCode::CONFLICT, BAD_USER_INPUT, message)
        }
        other => failed(&other, request_id),
    }
}
