//! `GET /editions/{id}/{form}`: the bytes of a frozen edition, to whoever may see it, after that was written down.
//!
//! The address holds the global id of the edition and the name of the form (`pdf`, `csv`, `xlsx`, `ods`, `jsonld`, `json`).
//! An edition is about no dossier, so no purpose has to be stated.

use std::sync::Arc;

use async_graphql::ID;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use axum::routing::get;
use spoor_documents::edition::Near;
use spoor_domain::access::event::{AccessEvent, Question, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::edition::ReportEdition;
use spoor_domain::edition::event::{EditionForm, EditionStatus, StoredForm};
use spoor_domain::edition::state::{Edition, EditionStage};
use spoor_domain::kernel::HalfYear;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::answer::{BAD_USER_INPUT, FORBIDDEN, NOT_FOUND, RATE_LIMITED, Refused};
use super::file::file;
use super::media::Media;
use super::{Gate, RequestContext};
use crate::desk::{Desk, EditionNumber, file_name};
use crate::graphql::ReportReader;
use crate::graphql::global_id::{Kind, local_id};
use crate::policy::{self, Action};
use crate::telemetry::Metrics;

/// What is asked, in the access log.
const QUESTION: &str = "GET /editions";
/// How many editions are on their way at once, at most.
const TRANSFERS: usize = 8;

/// Where editions go out.
pub struct EditionRoom {
    desk: Desk,
    gate: Gate,
    metrics: Metrics,
    transfers: Semaphore,
}

/// A form that may leave.
struct Leaving {
    id: EditionNumber,
    period: HalfYear,
    status: EditionStatus,
    stored: StoredForm,
}

impl EditionRoom {
    /// A room over this desk, behind this gate, where takings are written down.
    pub fn new(desk: Desk, gate: Gate, metrics: Metrics) -> Self {
        Self { desk, gate, metrics, transfers: Semaphore::new(TRANSFERS) }
    }

    /// Its path.
    pub fn router(self) -> Router {
        Router::new().route("/editions/{id}/{form}", get(take)).with_state(Arc::new(self))
    }

    async fn hand_out(
        &self,
        headers: &HeaderMap,
        (id, form): (&str, &str),
        request_id: Uuid,
    ) -> Result<Response<Body>, Refused> {
        let request = self.gate.request(headers, request_id, QUESTION).await?;
        let leaving = self.found(&request, id, form).await?;
        let tag = format!("\"{}\"", leaving.stored.sha256);
        if headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
            return Ok(headed(Body::empty(), StatusCode::NOT_MODIFIED, &leaving, &tag));
        }
        let _room = self.transfers.try_acquire().map_err(|_| {
            let message = "too many editions are on their way at this moment: try again in a moment";
            Refused::new(StatusCode::TOO_MANY_REQUESTS, RATE_LIMITED, message)
        })?;
        let bytes =
            self.desk.frozen_form(&leaving.stored).await.map_err(|error| Refused::failed(&error, request_id))?;
        let taken = AccessEvent::EditionDownloaded {
            editions: leaving.id.editions,
            number: leaving.id.number,
            form: leaving.stored.form,
            document: leaving.stored.sha256.clone(),
            question: Question::of_program(QUESTION),
        };
        self.gate.write_down(&request, taken).await?;
        Ok(headed(Body::from(bytes), StatusCode::OK, &leaving, &tag))
    }

    /// The form, when it is there and this viewer may take it. What stands there is asked of the log itself: an edition
    /// that was withdrawn a moment ago is not served.
    async fn found(&self, request: &RequestContext, id: &str, form: &str) -> Result<Leaving, Refused> {
        let local = local_id(Kind::ReportEdition, &ID(id.to_owned()));
        let id = local.and_then(|local| EditionNumber::parse(&local)).ok_or_else(no_edition)?;
        let form = EditionForm::from_name(form).ok_or_else(no_form)?;
        let state = self.desk.log.load::<ReportEdition>(&id.editions.to_string()).await;
        let state = state.map_err(|error| Refused::failed(&error, request.request_id))?.state;
        let found = state.about().zip(state.edition(id.number).cloned());
        let status = found.as_ref().map_or(EditionStatus::Approved, |(_, edition)| edition.status());
        if policy::authorize(&request.viewer.actor, Action::SeeEdition(status)).is_err() {
            return Err(self.refused(request, status).await?);
        }
        let Some(((_, period), edition)) = found else { return Err(no_edition()) };
        if let EditionStage::Withdrawn { reason, .. } = &edition.stage {
            let why = ReportReader::of_actor(&request.viewer.actor).text(Some(reason.as_str()), Near::default());
            let why = why.map(|why| format!(": {why}")).unwrap_or_default();
            let message = format!("this edition was withdrawn and is not served any more{why}");
            return Err(Refused::new(StatusCode::GONE, BAD_USER_INPUT, message));
        }
        let stored = stored(&edition, form)?;
        Ok(Leaving { id, period, status, stored })
    }

    /// Writes down that somebody was refused. To whoever may never see editions nothing is said of them.
    async fn refused(&self, request: &RequestContext, status: EditionStatus) -> Result<Refused, Refused> {
        let reason = QuestionRefusal::Forbidden;
        let part = RefusedPart { reason, field: QUESTION.to_owned(), dossier: None, number: None };
        let event = AccessEvent::QuestionRefused { refusals: vec![part], question: Question::of_program(QUESTION) };
        self.gate.write_down(request, event).await?;
        let sees_others = policy::authorize(&request.viewer.actor, Action::SeeEdition(EditionStatus::Approved)).is_ok();
        Ok(match status {
            EditionStatus::Drafting | EditionStatus::Frozen if sees_others => no_edition(),
            _ => Refused::new(StatusCode::FORBIDDEN, FORBIDDEN, "your role does not see report editions"),
        })
    }
}

async fn take(
    State(room): State<Arc<EditionRoom>>,
    Path((id, form)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    let request_id = room.desk.clock.new_id();
    let answer = room.hand_out(&headers, (&id, &form), request_id).await;
    let answer = answer.unwrap_or_else(|refused| refused.into_http(Media::Json, request_id));
    room.metrics.request(answer.status().as_u16());
    answer
}

fn stored(edition: &Edition, form: EditionForm) -> Result<StoredForm, Refused> {
    let drafting = edition.frozen().is_none();
    edition.form(form).cloned().ok_or_else(|| match drafting {
        true => {
            let message = "this edition is being drafted: `spoor report --draft` renders it as it stands";
            Refused::new(StatusCode::NOT_FOUND, NOT_FOUND, message)
        }
        false => no_form(),
    })
}

fn headed(body: Body, status: StatusCode, leaving: &Leaving, tag: &str) -> Response<Body> {
    let name = file_name((leaving.period, leaving.id.number), leaving.stored.form, false);
    // What is between two people is kept nowhere; what is out is asked for again, because it may be withdrawn.
    let out = matches!(leaving.status, EditionStatus::Approved | EditionStatus::Submitted);
    let mut response =
        file(body, &leaving.stored.media_type, &name, if out { "private, no-cache" } else { "no-store" });
    *response.status_mut() = status;
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

fn no_edition() -> Refused {
    let message = "there is no such edition that you may see: take its address from reportEdition";
    Refused::new(StatusCode::NOT_FOUND, NOT_FOUND, message)
}

fn no_form() -> Refused {
    let message = "this edition has no such form: take one of those that reportEdition names";
    Refused::new(StatusCode::NOT_FOUND, NOT_FOUND, message)
}
