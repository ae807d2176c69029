//! `POST /documents`: a document comes in, for one dossier; the answer names it for the mutation that attaches it.

use std::sync::Arc;

use axum::body::{Body, BodyDataStream};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use futures_util::StreamExt;
use serde_json::json;
use spoor_domain::access::event::{AccessEvent, Question};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_eventlog::blobs::{MAX_DOCUMENT_BYTES, sha256};
use spoor_projections::trajectories::{self, DossierKey};
use uuid::Uuid;

use super::{Attempt, DocumentRoom, declined, for_a_purpose, not_found};
use crate::graphql::global_id::{Kind, global_id};
use crate::http::RequestContext;
use crate::http::answer::{BAD_USER_INPUT, Refused};
use crate::policy;

/// What is asked, in the access log.
const QUESTION: &str = "POST /documents";

/// The kinds of document that come in, and how each begins. A browser never runs any of them.
const TYPES: &[(&str, &[&[u8]])] = &[
    ("application/pdf", &[b"%PDF-"]),
    ("image/jpeg", &[b"\xFF\xD8\xFF"]),
    ("image/png", &[b"\x89PNG\r\n\x1A\n"]),
    ("text/plain", &[]),
];

/// How much of a refused document is let in before the connection is cut.
const DRAINED_BYTES: usize = 2 * MAX_DOCUMENT_BYTES;

pub(super) async fn upload(State(room): State<Arc<DocumentRoom>>, headers: HeaderMap, body: Body) -> Response<Body> {
    let request_id = room.desk.clock.new_id();
    let mut incoming = body.into_data_stream();
    let answering = async {
        let answer = room.bring_in(&headers, &mut incoming, request_id).await;
        if answer.is_err() {
            drain(&mut incoming).await;
        }
        answer
    };
    room.answered(answering, request_id).await
}

impl DocumentRoom {
    async fn bring_in(
        &self,
        headers: &HeaderMap,
        incoming: &mut BodyDataStream,
        request_id: Uuid,
    ) -> Result<Response<Body>, Refused> {
        let request = self.gate.request(headers, request_id, QUESTION).await?;
        let mut attempt = Attempt { number: request.case.clone().map(DossierNumber), ..Attempt::default() };
        let answer = self.for_dossier(&request, headers, incoming, &mut attempt).await;
        self.accounted(answer, (QUESTION, attempt), &request).await
    }

    async fn for_dossier(
        &self,
        request: &RequestContext,
        headers: &HeaderMap,
        incoming: &mut BodyDataStream,
        attempt: &mut Attempt,
    ) -> Result<Response<Body>, Refused> {
        let request_id = request.request_id;
        for_a_purpose(request)?;
        let media_type = media_type(headers)?;
        let number = attempt.number.clone();
        let number =
            number.ok_or_else(|| Refused::bad_request("name the dossier in Spoor-Case, such as LT-2026-0042"))?;
        if announced(headers) > MAX_DOCUMENT_BYTES as u64 {
            return Err(too_large());
        }
        let _room = self.room()?;
        let actor = &request.viewer.actor;
        let key = DossierKey::Number(number);
        let found = trajectories::detail(&self.desk.views, &policy::scope(actor), &key).await;
        let found = found.map_err(|error| Refused::view_failed(&error, request_id))?.value;
        let dossier =
            found.ok_or_else(|| not_found("there is no such dossier that you may work on: check Spoor-Case"))?.id;
        (attempt.dossier, attempt.number) = (Some(dossier), None);
        let context = self.circumstances(request);
        let admitted = self.desk.admit_document(dossier, &context).await;
        let subject = admitted.map_err(|error| declined(error, attempt, request_id))?;

        let bytes = collect(incoming).await?;
        check_content(media_type, &bytes)?;
        let (hash, length) = (sha256(&bytes), bytes.len() as u64);
        let kept = self.desk.keep_document(dossier, subject, media_type, bytes, actor).await;
        let id = kept.map_err(|error| declined(error, attempt, request_id))?;
        let question = Question::of_program(QUESTION);
        let event = AccessEvent::DocumentBroughtIn { dossier, document: hash.clone(), bytes: length, question };
        self.gate.write_down(request, event).await?;
        tracing::info!(%request_id, bytes = length, media_type, "a document was brought in");

        let attach_until = self.desk.clock.now() + self.desk.attach_within();
        let id = global_id(Kind::Document, &id.to_string());
        let answer = json!({"id": id.0, "sha256": hash, "mediaType": media_type, "bytes": length,
            "attachUntil": attach_until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)});
        let mut response = Response::new(Body::from(format!("{answer}\n")));
        *response.status_mut() = StatusCode::CREATED;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }
}

/// The media type the client says, when it is one of those that come in.
fn media_type(headers: &HeaderMap) -> Result<&'static str, Refused> {
    let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    TYPES.iter().map(|(name, _)| *name).find(|name| *name == essence).ok_or_else(|| {
        let names: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
        unsupported(format!("send the document as one of {}, named in Content-Type", names.join(", ")))
    })
}

/// Whether the bytes are what their media type says: a program disguised as a paper is of no use to anybody.
fn check_content(media_type: &str, bytes: &[u8]) -> Result<(), Refused> {
    let beginnings = TYPES.iter().find(|(name, _)| *name == media_type).map_or(&[][..], |(_, beginnings)| beginnings);
    let fits = if beginnings.is_empty() {
        let plain = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t' | '\u{c}');
        std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(plain))
    } else {
        beginnings.iter().any(|beginning| bytes.starts_with(beginning))
    };
    match bytes.len() {
        0 => Err(Refused::bad_request("the document is empty: send it as the body of the request")),
        _ if !fits => {
            Err(unsupported(format!("the document is not what {media_type} says: name the right Content-Type")))
        }
        _ => Ok(()),
    }
}

/// The document, at most as large as one may be.
async fn collect(incoming: &mut BodyDataStream) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    while let Some(part) = incoming.next().await {
        let part = part.map_err(|_| Refused::bad_request("the document broke off on its way: send it again"))?;
        if bytes.len() + part.len() > MAX_DOCUMENT_BYTES {
            return Err(too_large());
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

/// Lets a refused document come in without keeping it: a client that is still sending does not read the refusal, and
/// would be told of a broken connection instead.
async fn drain(incoming: &mut BodyDataStream) {
    let mut passed = 0;
    while let Some(Ok(part)) = incoming.next().await {
        passed += part.len();
        if passed > DRAINED_BYTES {
            return;
        }
    }
}

/// How long the client says the body is; 0 when it does not say.
fn announced(headers: &HeaderMap) -> u64 {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn too_large() -> Refused {
    let message = format!(
        "a document has at most {MAX_DOCUMENT_BYTES} bytes (20 MiB): scan it at a lower resolution, or split it"
    );
    Refused::new(StatusCode::PAYLOAD_TOO_LARGE, BAD_USER_INPUT, message)
}

fn unsupported(message: String) -> Refused {
    Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, BAD_USER_INPUT, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_what_its_type_says() {
        for (media_type, bytes, fits) in [
            ("application/pdf", &b"%PDF-1.7\n"[..], true),
            ("application/pdf", b"<html>", false),
            ("image/jpeg", b"\xFF\xD8\xFF\xE0rest", true),
            ("image/png", b"\x89PNG\r\n\x1A\nrest", true),
            ("image/png", b"\xFF\xD8\xFF\xE0rest", false),
            ("text/plain", "na\u{ef}ef\n".as_bytes(), true),
            ("text/plain", b"MZ\x90\x00", false),
            ("text/plain", b"", false),
        ] {
            assert_eq!(check_content(media_type, bytes).is_ok(), fits, "{media_type} {bytes:?}");
        }
    }

    #[test]
    fn only_the_closed_list_of_types_comes_in() {
        let of = |text: &'static str| HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(text))]);
        assert_eq!(media_type(&of("Text/Plain; charset=utf-8")).ok(), Some("text/plain"));
        for text in ["text/html", "image/svg+xml", "application/octet-stream", ""] {
            let status = media_type(&of(text)).map_err(|refused| refused.status);
            assert_eq!(status, Err(StatusCode::UNSUPPORTED_MEDIA_TYPE), "{text}");
        }
    }
}
