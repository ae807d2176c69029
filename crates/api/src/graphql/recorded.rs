//! The schema as served: what an answer showed of dossiers is recorded before the answer leaves, or nothing leaves.
//!
//! This is the one place where answers pass, on HTTP and on WebSocket; it wraps the schema instead of extending it,
//! because one extension makes every field of every answer take the slow path.

use std::any::TypeId;
use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::{Data, Executor, PathSegment, Request, Response, ServerError, Value};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use spoor_domain::access::event::{AccessEvent, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_projections::Views;

use super::SpoorSchema;
use super::disclosure::Disclosures;
use super::question::Asked;
use super::subject_case;
use crate::access_book::{AccessBook, Reader};
use crate::http::RequestContext;
use crate::http::answer::{
    AUDIT_UNAVAILABLE, FORBIDDEN, INTERNAL, OUR_FAULT, PURPOSE_REQUIRED, UNRECORDED, code_of, coded,
};

/// A schema whose answers are recorded.
#[derive(Clone)]
pub struct Recorded {
    schema: SpoorSchema,
    book: AccessBook,
    views: Views,
}

impl Recorded {
    /// This schema, with its readings recorded in this book; the views say whether they are of the case that was named.
    pub fn new(schema: SpoorSchema, book: AccessBook, views: Views) -> Self {
        Self { schema, book, views }
    }

    /// The answer, once what it shows is recorded; an error in its place when that cannot be done.
    async fn account(
        &self,
        request: Option<&RequestContext>,
        asked: &Asked,
        disclosures: &Disclosures,
        answer: Response,
    ) -> Response {
        let answer = match request.filter(|_| answer.data != Value::Null) {
            Some(request) => self.of_the_case(request, asked, disclosures, answer).await,
            None => answer,
        };
        let question = asked.question();
        let mut events = disclosures.take(&question, answer.data != Value::Null);
        let refusals = refused_parts(asked, &answer);
        if !refusals.is_empty() {
            events.push(AccessEvent::QuestionRefused { refusals, question });
        }
        if events.is_empty() {
            return answer;
        }
        let Some(request) = request else { return unavailable() };
        match self.book.record(&Reader::of_request(request), events).await {
            Ok(_) => answer,
            Err(error) => {
                tracing::error!(request_id = %request.request_id, %error, "a reading could not be recorded");
                unavailable()
            }
        }
    }
}

impl Recorded {
    /// The answer, where it shows nothing but the case that its purpose is about; otherwise none of it.
    async fn of_the_case(
        &self,
        request: &RequestContext,
        asked: &Asked,
        disclosures: &Disclosures,
        answer: Response,
    ) -> Response {
        match subject_case::tells_only_of_it(&self.views, request, &disclosures.tells_of()).await {
            Ok(true) => answer,
            Ok(false) => {
                let told = match asked.only_reads() {
                    true => subject_case::ANOTHER_DOSSIER,
                    false => subject_case::DONE_AND_NOT_SHOWN,
                };
                let refused = |name: &str| {
                    let error = coded(PURPOSE_REQUIRED, told);
                    ServerError { path: vec![PathSegment::Field(name.to_owned())], ..error }
                };
                Response::from_errors(asked.answered_as().map(refused).collect())
            }
            Err(error) => {
                tracing::error!(request_id = %request.request_id, %error, "the case of a request could not be looked up");
                Response::from_errors(vec![coded(INTERNAL, OUR_FAULT)])
            }
        }
    }
}

impl Executor for Recorded {
    async fn execute(&self, mut request: Request) -> Response {
        let (from, asked) = (request_in(&request.data).cloned(), Asked::of(&mut request));
        let disclosures = Arc::new(Disclosures::default());
        let answer = self.schema.execute(request.data(Arc::clone(&disclosures))).await;
        self.account(from.as_ref(), &asked, &disclosures, answer).await
    }

    fn execute_stream(&self, mut request: Request, session: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let from = request_in(&request.data).or_else(|| session.as_deref().and_then(request_in)).cloned();
        let asked = Asked::of(&mut request);
        let disclosures = Arc::new(Disclosures::default());
        let frames = self
            .schema
            .execute_stream_with_session_data(request.data(Arc::clone(&disclosures)), session.unwrap_or_default());
        let of_frame = Arc::new((self.clone(), from, asked, disclosures));
        // One frame after the other: the next is not begun before this one is recorded.
        let recorded = frames.then(move |frame| {
            let of_frame = Arc::clone(&of_frame);
            async move {
                let (this, from, asked, disclosures) = of_frame.as_ref();
                this.account(from.as_ref(), asked, disclosures, frame).await
            }
        });
        recorded.boxed()
    }
}

fn request_in(data: &Data) -> Option<&RequestContext> {
    data.get(&TypeId::of::<RequestContext>())?.downcast_ref()
}

fn unavailable() -> Response {
    Response::from_errors(vec![coded(AUDIT_UNAVAILABLE, UNRECORDED)])
}

/// The parts that were refused to this viewer: refused attempts are recorded as well.
fn refused_parts(asked: &Asked, answer: &Response) -> Vec<RefusedPart> {
    let part = |error: &ServerError| {
        let reason = match code_of(error)? {
            FORBIDDEN => QuestionRefusal::Forbidden,
            PURPOSE_REQUIRED => QuestionRefusal::PurposeRequired,
            _not_a_refusal => return None,
        };
        let field = match error.path.first() {
            Some(PathSegment::Field(name)) => asked.field(name),
            Some(PathSegment::Index(_)) | None => String::new(),
        };
        Some(RefusedPart { reason, field, dossier: None, number: None })
    };
    let parts: BTreeSet<_> = answer.errors.iter().filter_map(part).collect();
    parts.into_iter().collect()
}
