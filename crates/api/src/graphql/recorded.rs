//! The schema as served: what an answer showed of dossiers is recorded before the answer leaves, or nothing leaves.
//!
//! This is the one place where answers pass, on HTTP and on WebSocket; it wraps the schema instead of extending it,
//! because one extension makes every field of every answer take the slow path.

use std::any::TypeId;
use std::sync::Arc;

use async_graphql::{Data, Executor, PathSegment, Request, Response, ServerError};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use serde_json::json;
use spoor_domain::kernel::{CommandContext, Provenance};
use spoor_eventlog::clock::brussels_day;
use spoor_eventlog::{Append, AppendError, Clock, EventLog, Metadata, NewEvent};

use super::SpoorSchema;
use super::disclosure::{Disclosures, Shown};
use crate::http::RequestContext;
use crate::http::answer::{AUDIT_UNAVAILABLE, FORBIDDEN, coded};
use crate::policy;

/// The kind of the streams in the access log: one per answer.
pub const ACCESS: &str = "access";

/// A schema whose answers are recorded.
#[derive(Clone)]
pub struct Recorded {
    schema: SpoorSchema,
    access: EventLog,
    clock: Clock,
}

impl Recorded {
    /// This schema, with its readings recorded in this log.
    pub fn new(schema: SpoorSchema, access: EventLog, clock: Clock) -> Self {
        Self { schema, access, clock }
    }

    /// The answer, once what it shows is recorded; an error in its place when that cannot be done.
    async fn account(&self, request: Option<&RequestContext>, shown: Shown, answer: Response) -> Response {
        let refused = refused_fields(&answer);
        if shown.is_empty() && refused.is_empty() {
            return answer;
        }
        let Some(request) = request else { return unavailable() };
        match self.append(request, shown, refused).await {
            Ok(()) => answer,
            Err(error) => {
                tracing::error!(request_id = %request.request_id, %error, "a reading could not be recorded");
                unavailable()
            }
        }
    }

    async fn append(&self, request: &RequestContext, shown: Shown, refused: Vec<String>) -> Result<(), AppendError> {
        let now = self.clock.now();
        let mut events = Vec::new();
        if !shown.is_empty() {
            let dossiers: Vec<_> = shown.iter().map(|(id, fields)| json!({ "id": id, "personal": fields })).collect();
            events.push(("DossiersShown", json!({ "dossiers": dossiers, "case": request.case })));
        }
        if !refused.is_empty() {
            events.push(("QuestionRefused", json!({ "fields": refused })));
        }
        let event = |(event_type, payload): (&str, serde_json::Value)| NewEvent {
            event_type: event_type.to_owned(),
            event_version: 1,
            payload: json!({ event_type: payload }),
        };
        let append = Append {
            aggregate_type: ACCESS.to_owned(),
            aggregate_id: self.clock.new_id().to_string(),
            expected_version: 0,
            events: events.into_iter().map(event).collect(),
            metadata: Metadata::of_command(&self.reading(request, now), String::new()),
        };
        self.access.append(append).await.map(drop)
    }

    /// Reading is an act too: its circumstances are recorded as those of a command are.
    fn reading(&self, request: &RequestContext, now: chrono::DateTime<chrono::Utc>) -> CommandContext {
        let actor = request.viewer.actor.clone();
        CommandContext {
            purpose: request.purpose.unwrap_or_else(|| policy::usual_purpose(actor.role)),
            actor,
            at: now,
            today: brussels_day(now),
            command_id: self.clock.new_id(),
            expected_version: None,
            provenance: Provenance {
                correlation_id: Some(request.request_id),
                causation_id: None,
                auth_issuer: request.viewer.issuer.clone(),
                auth_mode: request.viewer.mode.to_owned(),
                policy_version: policy::VERSION.to_owned(),
                trace_parent: request.trace_parent.clone(),
            },
        }
    }
}

impl Executor for Recorded {
    async fn execute(&self, request: Request) -> Response {
        let asked = request_in(&request.data).cloned();
        let disclosures = Arc::new(Disclosures::default());
        let answer = self.schema.execute(request.data(Arc::clone(&disclosures))).await;
        self.account(asked.as_ref(), disclosures.take(), answer).await
    }

    fn execute_stream(&self, request: Request, session: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let asked = request_in(&request.data).or_else(|| session.as_deref().and_then(request_in)).cloned();
        let asked = Arc::new(asked);
        let disclosures = Arc::new(Disclosures::default());
        let frames = self
            .schema
            .execute_stream_with_session_data(request.data(Arc::clone(&disclosures)), session.unwrap_or_default());
        let this = self.clone();
        // One frame after the other: the next is not begun before this one is recorded.
        let recorded = frames.then(move |frame| {
            let (this, asked, shown) = (this.clone(), Arc::clone(&asked), disclosures.take());
            async move { this.account(asked.as_ref().as_ref(), shown, frame).await }
        });
        recorded.boxed()
    }
}

fn request_in(data: &Data) -> Option<&RequestContext> {
    data.get(&TypeId::of::<RequestContext>())?.downcast_ref()
}

fn unavailable() -> Response {
    let message = "the access could not be recorded, so nothing is shown: try again later";
    Response::from_errors(vec![coded(AUDIT_UNAVAILABLE, message)])
}

/// The fields that were refused to this role: refused attempts are recorded as well.
fn refused_fields(answer: &Response) -> Vec<String> {
    let refused = answer.errors.iter().filter(|error| {
        error.extensions.as_ref().and_then(|extensions| extensions.get("code")) == Some(&FORBIDDEN.into())
    });
    let field = |error: &ServerError| match error.path.first() {
        Some(PathSegment::Field(name)) => Some(name.clone()),
        Some(PathSegment::Index(_)) | None => None,
    };
    refused.filter_map(field).collect()
}
