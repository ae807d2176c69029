//! The schema as served: what an answer showed of dossiers is recorded before the answer leaves, or nothing leaves.
//!
//! This is the one place where answers pass, on HTTP and on WebSocket; it wraps the schema instead of extending it,
//! because one extension makes every field of every answer take the slow path.

use std::any::TypeId;
use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::{Data, Executor, PathSegment, Request, Response, ServerError, Value};
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, unfold};
use spoor_domain::access::event::{AccessEvent, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::kernel::DossierId;
use spoor_domain::trajectory::event::DossierNumber;
use spoor_projections::Views;

use super::SpoorSchema;
use super::disclosure::Disclosures;
use super::question::{Asked, AskedFor};
use super::subject_case;
use crate::access_book::{AccessBook, Reader};
use crate::http::RequestContext;
use crate::http::answer::{
    AUDIT_UNAVAILABLE, FORBIDDEN, INTERNAL, OUR_FAULT, PURPOSE_REQUIRED, UNRECORDED, UNRECORDED_AND_DONE,
    UNRECORDED_AND_NOT_DONE, code_of, coded,
};

/// Refused parts in one event: they stay well under the longest line of the log.
const PARTS_PER_EVENT: usize = 200;

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
        let (answer, withheld) = match request.filter(|_| answer.data != Value::Null) {
            Some(request) => self.of_the_case(request, asked, disclosures, answer).await,
            None => (answer, BTreeSet::new()),
        };
        let question = asked.question();
        let refusals = refused_parts(asked, disclosures, &withheld, &answer);
        let mut events = disclosures.take(&question, answer.data != Value::Null);
        for refusals in refusals.chunks(PARTS_PER_EVENT) {
            let (refusals, question) = (refusals.to_vec(), question.clone());
            events.push(AccessEvent::QuestionRefused { refusals, question });
        }
        if events.is_empty() {
            return answer;
        }
        let told = match asked.only_reads() {
            true => UNRECORDED,
            false => UNRECORDED_AND_DONE,
        };
        let Some(request) = request else { return unavailable(told) };
        match self.book.record(&Reader::of_request(request), events).await {
            Ok(_) => answer,
            Err(error) => {
                tracing::error!(request_id = %request.request_id, %error, "a reading could not be recorded");
                unavailable(told)
            }
        }
    }

    /// The answer, where it shows nothing but the case that its purpose is about; otherwise none of it, and the dossiers
    /// that it would have shown.
    async fn of_the_case(
        &self,
        request: &RequestContext,
        asked: &Asked,
        disclosures: &Disclosures,
        answer: Response,
    ) -> (Response, BTreeSet<DossierId>) {
        match subject_case::tells_only_of_it(&self.views, request, &disclosures.tells_of()).await {
            Ok(true) => (answer, BTreeSet::new()),
            Ok(false) => {
                let told = match asked.only_reads() {
                    true => subject_case::ANOTHER_DOSSIER,
                    false => subject_case::DONE_AND_NOT_SHOWN,
                };
                let refused = |name: &str| {
                    let error = coded(PURPOSE_REQUIRED, told);
                    ServerError { path: vec![PathSegment::Field(name.to_owned())], ..error }
                };
                (Response::from_errors(asked.answered_as().map(refused).collect()), disclosures.names())
            }
            Err(error) => {
                tracing::error!(request_id = %request.request_id, %error, "the case of a request could not be looked up");
                (Response::from_errors(vec![coded(INTERNAL, OUR_FAULT)]), BTreeSet::new())
            }
        }
    }
}

impl Executor for Recorded {
    async fn execute(&self, mut request: Request) -> Response {
        let (from, asked) = (request_in(&request.data).cloned(), Asked::of(&mut request));
        // What was done cannot be taken back because nothing could be written down of it.
        if let Some(from) = from.as_ref().filter(|_| !asked.only_reads())
            && let Err(error) = self.book.before_doing().await
        {
            tracing::error!(request_id = %from.request_id, %error, "nothing was done, for it could not be recorded");
            return unavailable(UNRECORDED_AND_NOT_DONE);
        }
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
        let of_frame = (self.clone(), from, asked, disclosures);
        // One frame after the other: the next is not begun before this one is recorded. Behind one that is refused there is none:
        // each would tell that what is withheld changed, and when.
        let recorded = unfold(Some((frames, of_frame)), |following| async move {
            let (mut frames, of_frame) = following?;
            let frame = frames.next().await?;
            let (this, from, asked, disclosures) = &of_frame;
            let answer = this.account(from.as_ref(), asked, disclosures, frame).await;
            let goes_on = !is_refused(&answer);
            Some((answer, goes_on.then_some((frames, of_frame))))
        });
        recorded.boxed()
    }
}

fn request_in(data: &Data) -> Option<&RequestContext> {
    data.get(&TypeId::of::<RequestContext>())?.downcast_ref()
}

fn unavailable(told: &str) -> Response {
    Response::from_errors(vec![coded(AUDIT_UNAVAILABLE, told)])
}

/// Whether it shows nothing because it is refused.
fn is_refused(answer: &Response) -> bool {
    let refusal = |error: &ServerError| matches!(code_of(error), Some(FORBIDDEN | PURPOSE_REQUIRED));
    answer.data == Value::Null && answer.errors.iter().any(refusal)
}

/// The parts that were refused to this viewer, each with the dossiers it was asked for or would have shown: refused attempts
/// are recorded as well, and with what they were at.
fn refused_parts(
    asked: &Asked,
    disclosures: &Disclosures,
    withheld: &BTreeSet<DossierId>,
    answer: &Response,
) -> Vec<RefusedPart> {
    // What was withheld is told of one field only, if there is one of a field that was not asked for a dossier itself.
    let fields = || answer.errors.iter().filter_map(answered_as);
    let asked_for_none = |field: &&str| asked.dossiers(field).next().is_none();
    let bearer = fields().find(asked_for_none).or_else(|| fields().next());
    let parts = |error: &ServerError| {
        let reason = match code_of(error) {
            Some(FORBIDDEN) => QuestionRefusal::Forbidden,
            Some(PURPOSE_REQUIRED) => QuestionRefusal::PurposeRequired,
            _not_a_refusal => return Vec::new(),
        };
        let Some(answered_as) = answered_as(error) else {
            return vec![RefusedPart { reason, field: String::new(), dossier: None, number: None }];
        };
        let mut about = named(asked, disclosures, answered_as);
        if bearer == Some(answered_as) {
            about.extend(withheld.iter().map(|dossier| (Some(*dossier), None)));
        }
        let field = asked.field(answered_as);
        let part = |(dossier, number)| RefusedPart { reason, field: field.clone(), dossier, number };
        if about.is_empty() { vec![part((None, None))] } else { about.into_iter().map(part).collect() }
    };
    let parts: BTreeSet<_> = answer.errors.iter().flat_map(parts).collect();
    parts.into_iter().collect()
}

/// The root field of an error, as it is called in the answer.
fn answered_as(error: &ServerError) -> Option<&str> {
    match error.path.first() {
        Some(PathSegment::Field(field)) => Some(field),
        Some(PathSegment::Index(_)) | None => None,
    }
}

/// The dossiers that a refused field is about: those it was asked for, and those it turned out to be for.
fn named(
    asked: &Asked,
    disclosures: &Disclosures,
    answered_as: &str,
) -> BTreeSet<(Option<DossierId>, Option<DossierNumber>)> {
    let by_question = asked.dossiers(answered_as).map(|asked_for| match asked_for {
        AskedFor::Id(dossier) => (Some(*dossier), None),
        AskedFor::Number(number) => (None, Some(number.clone())),
    });
    let by_target = disclosures.targets(answered_as).into_iter().map(|dossier| (Some(dossier), None));
    by_question.chain(by_target).collect()
}
