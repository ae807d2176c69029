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
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use spoor_domain::access::event::{AccessEvent, Question, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::kernel::{CommandContext, DossierId, Provenance, RefusalCode};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_eventlog::clock::brussels_day;
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

use super::answer::{BAD_USER_INPUT, FORBIDDEN, INTERNAL, NOT_FOUND, PURPOSE_REQUIRED, RATE_LIMITED, Refused};
use super::gate::purpose_required;
use super::media::Media;
use super::{Gate, RequestContext};
use crate::access_book::AccessBook;
use crate::config;
use crate::desk::{Desk, DeskError};
use crate::graphql::subject_case;
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

/// What an attempt turned out to be about, for the record of its refusal.
#[derive(Debug, Default)]
struct Attempt {
    /// The dossier, where it is known.
    dossier: Option<DossierId>,
    /// The number that was stated, where the dossier is not known by it.
    number: Option<DossierNumber>,
    /// How the domain declined, where it was asked.
    declined: Option<RefusalCode>,
    /// Whether what is kept is not what was recorded.
    altered: bool,
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
            .route("/documents/{link}", get(take::take).head(take::not_looked_at))
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

    /// The answer; a refusal, once it is written down: nobody tries one door after the other unseen.
    async fn accounted(
        &self,
        answer: Result<Response<Body>, Refused>,
        (question, attempt): (&str, Attempt),
        request: &RequestContext,
    ) -> Result<Response<Body>, Refused> {
        if let Err(refused) = &answer
            && let Some(event) = attempt.refusal(question, refused)
        {
            self.gate.write_down(request, event).await?;
        }
        answer
    }

    /// Lets whoever answers a person concerned go on with that person's dossier, and with no other.
    async fn only_in_its_case(&self, request: &RequestContext, dossier: DossierId) -> Result<(), Refused> {
        let own = subject_case::tells_only_of_it(&self.desk.views, request, &dossier.into()).await;
        match own.map_err(|error| Refused::view_failed(&error, request.request_id))? {
            true => Ok(()),
            false => Err(Refused::new(StatusCode::FORBIDDEN, PURPOSE_REQUIRED, subject_case::ANOTHER_DOSSIER)),
        }
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

impl Attempt {
    /// What is written down of this refusal; nothing where nobody was refused anything, but the request was not well put or
    /// failed on our side. What is gone, or is not what was recorded, is for whoever asks not there.
    fn refusal(self, question: &str, refused: &Refused) -> Option<AccessEvent> {
        let Self { dossier, number, declined, altered } = self;
        let about = Question::of_program(question);
        if let Some(code) = declined {
            return Some(AccessEvent::CommandRefused { command: question.to_owned(), code, dossier, question: about });
        }
        let reason = match (refused.code, refused.status) {
            (PURPOSE_REQUIRED, _) => QuestionRefusal::PurposeRequired,
            (FORBIDDEN, _) => QuestionRefusal::Forbidden,
            (NOT_FOUND, _) | (_, StatusCode::GONE) => QuestionRefusal::NotFound,
            _fault_of_ours if altered => QuestionRefusal::NotFound,
            _not_a_refusal => return None,
        };
        let part = RefusedPart { reason, field: question.to_owned(), dossier, number };
        Some(AccessEvent::QuestionRefused { refusals: vec![part], question: about })
    }
}

/// Lets whoever stated a purpose of the role go on.
fn for_a_purpose(request: &RequestContext) -> Result<(), Refused> {
    let role = request.viewer.actor.role;
    policy::fitting(role, request.purpose, request.case.as_deref()).map(drop).map_err(|_| purpose_required(role))
}

fn not_found(message: &str) -> Refused {
    Refused::new(StatusCode::NOT_FOUND, NOT_FOUND, message)
}

/// What the desk declined, as an answer over HTTP.
fn declined(error: DeskError, attempt: &mut Attempt, request_id: Uuid) -> Refused {
    match error {
        DeskError::Refused(refusal) => {
            attempt.declined = Some(refusal.code());
            Refused::new(StatusCode::CONFLICT, BAD_USER_INPUT, refusal.message())
        }
        DeskError::NotFound(_) => not_found("there is no such dossier that you may work on: check Spoor-Case"),
        DeskError::NotYourRole => {
            let message = "your role may not do this: ask a colleague whose role it is";
            Refused::new(StatusCode::FORBIDDEN, FORBIDDEN, message)
        }
        DeskError::SubjectErased => {
            attempt.declined = Some(RefusalCode::SubjectErased);
            let message = "the data of this person were erased: nothing about them can be kept any more";
            Refused::new(StatusCode::CONFLICT, BAD_USER_INPUT, message)
        }
        DeskError::View(error) => Refused::view_failed(&error, request_id),
        other => Refused::failed(&other, request_id),
    }
}
