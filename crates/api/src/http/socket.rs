//! `GET /graphql/ws`: subscriptions over the graphql-transport-ws protocol, for verified people only, as long as their token lasts.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Data, Executor, Response, ServerError};
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::header::{ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use futures_util::stream::{AbortHandle, BoxStream, SelectAll, abortable};
use futures_util::{FutureExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio::time::{Instant, sleep_until};

use super::answer::{self, BAD_USER_INPUT, FORBIDDEN, RATE_LIMITED, Refused};
use super::context::{RequestContext, Stated};
use super::media::Media;
use super::server::asked_to_stop;
use super::{Endpoint, post};

/// The one protocol spoken.
const PROTOCOL: &str = "graphql-transport-ws";
/// How long a new socket may stay silent.
const INIT_WITHIN: Duration = Duration::from_secs(5);
/// Most operations open on one socket.
const OPERATIONS: usize = 20;

/// Why a socket ends: code and reason of the close frame.
type Close = (u16, &'static str);
const GOING_AWAY: Close = (1001, "the service is stopping: connect again");
const BAD_REQUEST: Close = (4400, "not a message of graphql-transport-ws");
const UNAUTHORIZED: Close = (4401, "Unauthorized");
const EXPIRED: Close = (4401, "the access token has expired");
const REFUSED: Close = (4403, "Forbidden");
const INIT_TIMEOUT: Close = (4408, "Connection initialisation timeout");
const ID_TAKEN: Close = (4409, "Subscriber already exists");
const INIT_TWICE: Close = (4429, "Too many initialisation requests");
const TOO_FAST: Close = (4429, "Too many requests: try again later");

/// What clients send.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ClientMessage {
    ConnectionInit {
        #[serde(default)]
        payload: Option<Init>,
    },
    Subscribe {
        id: String,
        payload: Json,
    },
    Complete {
        id: String,
    },
    Ping {},
    Pong {},
}

/// What `connection_init` carries; the same as the headers of a POST.
#[derive(Default, Deserialize)]
struct Init {
    #[serde(alias = "Authorization")]
    authorization: Option<String>,
    token: Option<String>,
    #[serde(alias = "Spoor-Purpose", alias = "spoor-purpose")]
    purpose: Option<String>,
    #[serde(alias = "Spoor-Case", alias = "spoor-case")]
    case: Option<String>,
}

enum Frame {
    Answer(Box<Response>),
    End,
}

/// Upgrades a request to a socket. Browsers of other origins are refused before the upgrade: a socket is not bound by CORS.
pub async fn socket<E: Executor>(
    State(endpoint): State<Arc<Endpoint<E>>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> axum::response::Response {
    let refuse = |status, code, message: &str| {
        Refused::new(status, code, message).into_http(Media::Json, endpoint.clock.new_id()).into_response()
    };
    if let Some(origin) = headers.get(ORIGIN)
        && !endpoint.settings.allowed_origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes())
    {
        return refuse(StatusCode::FORBIDDEN, FORBIDDEN, "this origin may not open a socket: see http.allowed_origins");
    }
    let offered = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    if !offered.flat_map(|list| list.split(',')).any(|protocol| protocol.trim() == PROTOCOL) {
        return refuse(StatusCode::BAD_REQUEST, BAD_USER_INPUT, "offer the subprotocol graphql-transport-ws");
    }
    let Ok(place) = endpoint.sockets.clone().try_acquire_owned() else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, RATE_LIMITED, "too many open sockets: try again later");
    };
    let limit = endpoint.settings.body_limit_bytes;
    upgrade.protocols([PROTOCOL]).max_message_size(limit).max_frame_size(limit).on_upgrade(move |socket| async move {
        endpoint.metrics.sockets.inc();
        Connection::new(&endpoint).run(socket).await;
        endpoint.metrics.sockets.dec();
        drop(place);
    })
}

struct Connection<'a, E> {
    endpoint: &'a Endpoint<E>,
    /// Whose it is, once they have said so: what every operation on it begins with.
    session: Option<RequestContext>,
    /// Before initialisation: until when it is awaited. After it: when the token ends.
    deadline: Instant,
    operations: HashMap<String, AbortHandle>,
    frames: SelectAll<BoxStream<'static, (String, Frame)>>,
}

impl<'a, E: Executor> Connection<'a, E> {
    fn new(endpoint: &'a Endpoint<E>) -> Self {
        Self {
            endpoint,
            session: None,
            deadline: Instant::now() + INIT_WITHIN,
            operations: HashMap::new(),
            frames: SelectAll::new(),
        }
    }

    /// Serves the socket until either side ends it.
    async fn run(mut self, mut socket: WebSocket) {
        let mut stopping = pin!(asked_to_stop(self.endpoint.stopping.clone()));
        let close = loop {
            let answer = tokio::select! {
                () = &mut stopping => break Some(GOING_AWAY),
                () = sleep_until(self.deadline) => break Some(if self.session.is_some() { EXPIRED } else { INIT_TIMEOUT }),
                message = socket.recv() => match message {
                    Some(Ok(Message::Text(text))) => self.hear(text.as_str()).await,
                    Some(Ok(Message::Binary(_))) => Err(BAD_REQUEST),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break None,
                },
                Some((id, frame)) = self.frames.next() => Ok(self.say(id, frame)),
            };
            match answer {
                Ok(None) => {}
                Ok(Some(message)) => {
                    if socket.send(Message::text(message.to_string())).await.is_err() {
                        break None;
                    }
                }
                Err(close) => break Some(close),
            }
        };
        if let Some((code, reason)) = close {
            // The other side may be gone already; then there is nobody to tell.
            let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
        }
    }

    /// Handles one message of the client: an answer, nothing, or the end of the socket.
    async fn hear(&mut self, text: &str) -> Result<Option<Json>, Close> {
        match serde_json::from_str::<ClientMessage>(text).map_err(|_| BAD_REQUEST)? {
            ClientMessage::ConnectionInit { payload } => self.init(payload.unwrap_or_default()).await.map(Some),
            ClientMessage::Subscribe { id, payload } => self.subscribe(id, payload).await,
            ClientMessage::Complete { id } => {
                if let Some(operation) = self.operations.remove(&id) {
                    operation.abort();
                }
                Ok(None)
            }
            ClientMessage::Ping {} => Ok(Some(json!({"type": "pong"}))),
            ClientMessage::Pong {} => Ok(None),
        }
    }

    async fn init(&mut self, init: Init) -> Result<Json, Close> {
        if self.session.is_some() {
            return Err(INIT_TWICE);
        }
        let authorization = init.authorization.as_deref().map(|text| text.strip_prefix("Bearer ").unwrap_or(text));
        let token = authorization.or(init.token.as_deref());
        let refused = |refused: Refused| if refused.code == RATE_LIMITED { TOO_FAST } else { REFUSED };
        let viewer = self.endpoint.gate.viewer(token).await.map_err(refused)?;
        let stated = Stated { purpose: init.purpose.as_deref(), case: init.case.as_deref() };
        let request_id = self.endpoint.clock.new_id();
        let session = self.endpoint.gate.stated(viewer, stated, request_id, "GET /graphql/ws").await;
        let session = session.map_err(refused)?;
        let left = (session.viewer.expires_at - self.endpoint.clock.now()).to_std().unwrap_or_default();
        self.deadline = Instant::now() + left;
        self.session = Some(session);
        Ok(json!({"type": "connection_ack"}))
    }

    async fn subscribe(&mut self, id: String, payload: Json) -> Result<Option<Json>, Close> {
        let Some(session) = &self.session else { return Err(UNAUTHORIZED) };
        if self.operations.contains_key(&id) {
            return Err(ID_TAKEN);
        }
        let request_id = self.endpoint.clock.new_id();
        let refuse_with = |error: ServerError| {
            let mut response = Response::from_errors(vec![error]);
            answer::finish(&mut response, request_id);
            Ok(Some(json!({"type": "error", "id": id, "payload": response.errors})))
        };
        let refuse = |code: &str, message: String| refuse_with(answer::coded(code, message));
        if let Err(refused) = self.endpoint.gate.admit(&session.viewer).await {
            return refuse_with(refused.into_error());
        }
        if self.operations.len() >= OPERATIONS {
            return refuse(RATE_LIMITED, format!("at most {OPERATIONS} operations on one socket: complete one first"));
        }
        let mut request = match post::well_formed(payload) {
            Ok(request) => request,
            Err(refused) => return refuse(refused.code, refused.message),
        };
        let (document, operation) = match self.endpoint.prepare(&mut request) {
            Ok(prepared) => prepared,
            Err(error) => return refuse(answer::code_of(&error).unwrap_or(BAD_USER_INPUT), error.message.clone()),
        };
        match operation {
            Some(operation) if operation.kind == OperationType::Subscription => {}
            Some(operation) => {
                let kind = post::kind_name(operation.kind);
                return refuse(BAD_USER_INPUT, format!("a {kind} goes to POST /graphql, only subscriptions come here"));
            }
            None => {
                return refuse(BAD_USER_INPUT, "say in operationName which operation of the document to run".into());
            }
        }
        let mut data = Data::default();
        data.insert(RequestContext { request_id, ..session.clone() });
        tracing::info!(%request_id, kind = "subscription", document = document.hash, role = ?session.viewer.actor.role, "subscribed");
        self.start(id, self.endpoint.executor.execute_stream(request, Some(Arc::new(data))), request_id);
        Ok(None)
    }

    fn start(&mut self, id: String, responses: BoxStream<'static, Response>, request_id: uuid::Uuid) {
        let (responses, handle) = abortable(responses);
        let of = id.clone();
        // A resolver that panics ends its own operation, with an error, and not the socket.
        let frames = std::panic::AssertUnwindSafe(responses.map(move |mut response| {
            for message in answer::finish(&mut response, request_id) {
                tracing::error!(%request_id, error = message, "a resolver failed");
            }
            Frame::Answer(Box::new(response))
        }))
        .catch_unwind()
        .map(move |frame| {
            frame.unwrap_or_else(|_| {
                let mut response = Response::from_errors(vec![Refused::our_fault().into_error()]);
                answer::finish(&mut response, request_id);
                Frame::Answer(Box::new(response))
            })
        })
        .chain(async { Frame::End }.into_stream());
        self.frames.push(frames.map(move |frame| (of.clone(), frame)).boxed());
        self.operations.insert(id, handle);
    }

    /// The message for a frame; nothing for an operation that ended already.
    fn say(&mut self, id: String, frame: Frame) -> Option<Json> {
        let operation = self.operations.get(&id)?;
        match frame {
            Frame::Answer(response) if answer::is_request_error(&response) => {
                operation.abort();
                self.operations.remove(&id);
                Some(json!({"type": "error", "id": id, "payload": response.errors}))
            }
            Frame::Answer(response) => Some(json!({"type": "next", "id": id, "payload": *response})),
            Frame::End => {
                self.operations.remove(&id);
                Some(json!({"type": "complete", "id": id}))
            }
        }
    }
}
