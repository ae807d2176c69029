//! `GET /documents/{link}`: a document leaves, once, after that was written down.

use std::future::ready;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::ALLOW;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use spoor_domain::access::event::{AccessEvent, Question};
use spoor_domain::kernel::{Actor, DossierId, WithheldReason};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::record::KeptDocument;
use spoor_domain::trajectory::vocabulary::DocumentKind;
use spoor_eventlog::AppendError;
use spoor_eventlog::blobs::{Blob, BlobName, sha256};
use uuid::Uuid;

use super::link::{self, Made};
use super::{Attempt, DocumentRoom, for_a_purpose, not_found};
use crate::access_book::Reader;
use crate::desk::{DeskError, FoundDocument, bundle};
use crate::http::RequestContext;
use crate::http::answer::{BAD_USER_INPUT, Refused};
use crate::http::file::file;
use crate::policy::{self, Action};

/// What is asked, in the access log.
const QUESTION: &str = "GET /documents";
/// What every unusable link has in common with one that never was.
const NO_LINK: &str = "there is no such link for you: ask for a new one with makeDocumentLink";

/// What is told when the access log fell silent while the use of a link was written down.
const PERHAPS_USED: &str = "nothing was handed out, for it is not known whether that could be recorded; the link may count as used, and as a \
     download: ask for a new one with makeDocumentLink";

/// What is told of a document that was erased with its person.
const ERASED: &str = "the data of the person concerned were erased, this document among them";

/// What is told of a document whose kept bytes are not those that were recorded.
const ALTERED: &str = "this document is not what was recorded, so it is withheld: give the request id to the operators";

/// What leaves.
struct Taken {
    bytes: Vec<u8>,
    media_type: String,
    /// The hash of these bytes: after an erasure not the one that was recorded.
    sha256: String,
    /// Whether they are a bundle printed anew, with what was erased as withheld.
    withheld: bool,
}

pub(super) async fn take(
    State(room): State<Arc<DocumentRoom>>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let request_id = room.desk.clock.new_id();
    room.answered(room.hand_out(&headers, &secret, request_id), request_id).await
}

/// Of what leaves once there is nothing to see before: without this, `HEAD` would be answered as `GET` is, and use the link.
pub(super) async fn not_looked_at(State(room): State<Arc<DocumentRoom>>) -> Response<Body> {
    let message = "take the document with GET: a link is used once, and not to look at what it leads to";
    let refused = Err(Refused::new(StatusCode::METHOD_NOT_ALLOWED, BAD_USER_INPUT, message));
    let mut answer = room.answered(ready(refused), room.desk.clock.new_id()).await;
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
    answer
}

impl DocumentRoom {
    async fn hand_out(&self, headers: &HeaderMap, secret: &str, request_id: Uuid) -> Result<Response<Body>, Refused> {
        let request = self.gate.request(headers, request_id, QUESTION).await?;
        let mut attempt = Attempt::default();
        let answer = self.by_link(&request, secret, &mut attempt).await;
        self.accounted(answer, (QUESTION, attempt), &request).await
    }

    async fn by_link(
        &self,
        request: &RequestContext,
        secret: &str,
        attempt: &mut Attempt,
    ) -> Result<Response<Body>, Refused> {
        let request_id = request.request_id;
        let made = link::find(&self.book, secret).await.map_err(|error| Refused::unrecorded(&error, request_id))?;
        // Whosever link it is: that somebody tried it is an attempt at this dossier.
        attempt.dossier = made.as_ref().map(|made| made.dossier);
        for_a_purpose(request)?;
        let made = made.filter(|made| made.by == request.viewer.actor).ok_or_else(|| not_found(NO_LINK))?;
        if !made.usable(self.desk.clock.now()) {
            return Err(gone("this link was used, or its time is over: ask for a new one with makeDocumentLink"));
        }
        self.only_in_its_case(request, made.dossier).await?;
        let _room = self.room()?;
        let found = self.still_visible(&made, &request.viewer.actor, request_id).await?;
        let taken = self.opened(&found, made.dossier, attempt, request_id).await?;

        let recipient = (found.kept.kind == DocumentKind::Bundle && !made.by.organisation.is_museum())
            .then(|| made.by.organisation.clone());
        let question = Question::of_program(QUESTION);
        let (dossier, document, withheld) = (made.dossier, taken.sha256.clone(), taken.withheld);
        let downloaded = AccessEvent::PieceDownloaded { dossier, document, recipient, withheld, question };
        // A link must not be spent on what never left: while nothing can be written down, it stays as it is.
        self.book.try_writing().await.map_err(|error| Refused::unrecorded(&error, request_id))?;
        // The one event that may follow the link: whoever comes second, here or in another process, is told so. Where the log
        // falls silent over it, it may say of what never left that it did, and whoever asked is told so; never the other way.
        match self.book.record_in(made.stream, 1, &Reader::of_request(request), vec![downloaded]).await {
            Ok(_) => Ok(sent(&found, taken)),
            Err(AppendError::Conflict { .. }) => {
                Err(gone("this link was used already: ask for a new one with makeDocumentLink"))
            }
            Err(error @ AppendError::OutcomeUnknown) => {
                Err(Refused { message: PERHAPS_USED.to_owned(), ..Refused::unrecorded(&error, request_id) })
            }
            Err(error) => Err(Refused::unrecorded(&error, request_id)),
        }
    }

    /// The document of a link, when the person it was made for may see it still.
    async fn still_visible(&self, made: &Made, actor: &Actor, request_id: Uuid) -> Result<FoundDocument, Refused> {
        let state = self.desk.log.load::<LearningTrajectory>(&made.dossier.to_string()).await;
        let state = state.map_err(|error| Refused::failed(&error, request_id))?.state;
        // The same paper may stand in a dossier twice; either will do, but that of a person who was erased opens no more.
        let same = state.documents().iter().filter(|kept| kept.reference.sha256 == made.document);
        let visible = |kept: &&KeptDocument| policy::authorize(actor, Action::SeeDocument(kept, &state)).is_ok();
        let kept = same.filter(visible).min_by_key(|kept| state.gone(kept.subject));
        let kept = kept.cloned().ok_or_else(|| not_found(NO_LINK))?;
        Ok(FoundDocument { kept, state })
    }

    /// The document, whole and as it was recorded; a bundle of an erased person, printed with what was erased as withheld.
    async fn opened(
        &self,
        found: &FoundDocument,
        dossier: DossierId,
        attempt: &mut Attempt,
        request_id: Uuid,
    ) -> Result<Taken, Refused> {
        let reference = &found.kept.reference;
        let failed = |error: DeskError| Refused::failed(&error, request_id);
        if found.state.gone(found.kept.subject) {
            if !self.desk.can_be_taken(found).await.map_err(failed)? {
                return Err(gone(ERASED));
            }
            let bytes = self.desk.bundle_as_withheld(found, dossier).await.map_err(failed)?;
            let (media_type, sha256) = (bundle::MEDIA_TYPE.to_owned(), sha256(&bytes));
            return Ok(Taken { bytes, media_type, sha256, withheld: true });
        }
        let name = reference.blob.as_deref().and_then(BlobName::parse).ok_or_else(|| not_found(NO_LINK))?;
        let blob = self.desk.blobs.get(found.kept.subject, &name).await;
        match blob.map_err(|error| Refused::failed(&error, request_id))? {
            Blob::Clear(document) if document.sha256() == reference.sha256 => {
                let (media_type, sha256) = (reference.media_type.clone(), reference.sha256.clone());
                Ok(Taken { bytes: document.bytes, media_type, sha256, withheld: false })
            }
            Blob::Withheld(WithheldReason::Erased) => Err(gone(ERASED)),
            Blob::Clear(_) | Blob::Withheld(_) => {
                tracing::error!(%request_id, %dossier, blob = %name, "a document is not what was recorded");
                attempt.altered = true;
                Err(Refused { message: ALTERED.to_owned(), ..Refused::our_fault() })
            }
        }
    }
}

fn sent(found: &FoundDocument, taken: Taken) -> Response<Body> {
    let name = file_name(found, &taken.media_type);
    file(Body::from(taken.bytes), &taken.media_type, &name, "no-store")
}

/// Such as `LT-2026-0042-bundel-1.pdf`: nothing personal, and unlike that of any other document of the dossier.
fn file_name(found: &FoundDocument, media_type: &str) -> String {
    let kept = &found.kept;
    let number = found.state.number().map(|number| number.0.as_str()).unwrap_or_default();
    let (what, which) = match kept.kind {
        DocumentKind::Bundle => ("bundel", u64::from(kept.bundle.unwrap_or_default())),
        DocumentKind::ConsentEvidence => ("toestemming", kept.sequence),
        DocumentKind::Reflection => ("reflectie", kept.sequence),
    };
    let extension = match media_type {
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        // Bundles were pages before they were printed.
        "text/html" => "html",
        "text/plain" => "txt",
        _another_type => "bin",
    };
    format!("{number}-{what}-{which}.{extension}")
}

fn gone(message: &str) -> Refused {
    Refused::new(StatusCode::GONE, BAD_USER_INPUT, message)
}
