//! Where everybody passes who sends a token: who is it, does that person not ask too fast, and for which purpose; if it is
//! nobody, or for no purpose there is, that somebody tried is written down.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use spoor_domain::access::event::{AccessEvent, Question, RefusedPart};
use spoor_domain::access::vocabulary::{AuthenticationFailure, QuestionRefusal};
use spoor_domain::kernel::Role;
use uuid::Uuid;

use super::answer::{FORBIDDEN, PURPOSE_REQUIRED, Refused, UNAUTHENTICATED};
use super::context::{self, RequestContext, Stated};
use super::pace::Pace;
use super::strangers::Strangers;
use crate::access_book::{AccessBook, Reader};
use crate::auth::{AccessTokenVerifier, TokenError, Viewer};
use crate::telemetry::Metrics;

/// The way in. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    verifier: Arc<dyn AccessTokenVerifier>,
    strangers: Strangers,
    pace: Pace,
    book: AccessBook,
    metrics: Metrics,
}

impl Gate {
    /// A gate that takes the tokens of this verifier, notes those it turns away, and keeps people to this pace; whom it
    /// knows and refuses is written into this book.
    pub fn new(
        verifier: Arc<dyn AccessTokenVerifier>,
        strangers: Strangers,
        pace: Pace,
        book: AccessBook,
        metrics: Metrics,
    ) -> Self {
        Self { verifier, strangers, pace, book, metrics }
    }

    /// Who sends a request with these headers, for which purpose, about which case; `question` names it in the access log
    /// where it is refused.
    pub(super) async fn request(
        &self,
        headers: &HeaderMap,
        request_id: Uuid,
        question: &str,
    ) -> Result<RequestContext, Refused> {
        let viewer = self.viewer(context::bearer(headers)).await?;
        let request = self.stated(viewer, Stated::in_headers(headers), request_id, question).await?;
        Ok(RequestContext { trace_parent: context::trace_parent(headers), ..request })
    }

    /// The request of somebody who is known. A purpose outside the closed list is no purpose, and refused as none is.
    pub(super) async fn stated(
        &self,
        viewer: Viewer,
        stated: Stated<'_>,
        request_id: Uuid,
        question: &str,
    ) -> Result<RequestContext, Refused> {
        let case = stated.case.map(context::case_number).transpose().map_err(Refused::bad_request)?;
        let mut request = RequestContext { viewer, purpose: None, case, request_id, trace_parent: None };
        if let Some(code) = stated.purpose {
            let Ok(purpose) = context::purpose(code) else {
                let field = question.to_owned();
                let part = RefusedPart { reason: QuestionRefusal::PurposeRequired, field, dossier: None, number: None };
                let question = Question::of_program(question);
                let event = AccessEvent::QuestionRefused { refusals: vec![part], question };
                self.write_down(&request, event).await?;
                return Err(purpose_required(request.viewer.actor.role));
            };
            request.purpose = Some(purpose);
        }
        Ok(request)
    }

    /// Writes down what somebody is about to be shown, or was refused. Answer nothing before this has answered.
    pub(super) async fn write_down(&self, request: &RequestContext, event: AccessEvent) -> Result<(), Refused> {
        let recorded = self.book.record(&Reader::of_request(request), vec![event]).await;
        recorded.map(drop).map_err(|error| Refused::unrecorded(&error, request.request_id))
    }

    /// Lets one more request of a person who is known pass, or says how long to wait.
    pub(super) async fn admit(&self, viewer: &Viewer) -> Result<(), Refused> {
        self.pace.admit(viewer).await.inspect_err(|_| {
            self.metrics.rate_limited.inc();
        })
    }

    /// Who this token stands for; the request it came with counts as one.
    pub(super) async fn viewer(&self, token: Option<&str>) -> Result<Viewer, Refused> {
        let Some(token) = token else {
            self.strangers.turned_away(AuthenticationFailure::NoToken).await;
            let message = "say who you are: send `Authorization: Bearer TOKEN`";
            return Err(Refused::new(StatusCode::UNAUTHORIZED, UNAUTHENTICATED, message));
        };
        let error = match self.verifier.verify(token).await {
            Ok(viewer) => return self.admit(&viewer).await.map(|()| viewer),
            Err(error) => error,
        };
        self.metrics.tokens_refused.inc();
        self.strangers.turned_away(error.into()).await;
        Err(match error {
            TokenError::DiscretionNotAcknowledged => Refused::new(StatusCode::FORBIDDEN, FORBIDDEN, error.to_string()),
            _ => Refused::new(StatusCode::UNAUTHORIZED, UNAUTHENTICATED, error.to_string()),
        })
    }
}

/// What somebody in this role is told who stated no purpose that suffices.
pub(super) fn purpose_required(role: Role) -> Refused {
    let codes = context::purpose_codes(role);
    let message = format!("send one of {} in Spoor-Purpose, and the dossier's number in Spoor-Case", codes.join(", "));
    Refused::new(StatusCode::FORBIDDEN, PURPOSE_REQUIRED, message).choosing_from(codes)
}
