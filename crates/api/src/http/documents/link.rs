//! Links: made for one person and one document, used once. A link and its use are two events of one stream of the access
//! log, so that being used and being written down as used are the same act, in however many processes.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use spoor_domain::access::event::{AccessEvent, Question};
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::DossierId;
use spoor_eventlog::{AppendError, Clock, LogError, Recorded};
use uuid::Uuid;

use crate::access_book::{AccessBook, Reader};

/// Random bytes in a link.
const SECRET_BYTES: usize = 32;

/// A link as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What stands in the address. Never written down: the log knows its hash.
    pub secret: String,
    /// Until when it can be used.
    pub valid_until: DateTime<Utc>,
}

/// A link as the log knows it.
pub(super) struct Made {
    /// The stream of the link.
    pub stream: Uuid,
    /// For whom, in which role and organisation.
    pub by: spoor_domain::kernel::Actor,
    /// The dossier of the document.
    pub dossier: DossierId,
    /// Hash of the document.
    pub document: String,
    /// Until when it can be used.
    pub valid_until: DateTime<Utc>,
    /// Whether it was used.
    pub used: bool,
}

/// Makes a link to this document for this person, written down before it is given.
///
/// # Errors
/// When it could not be written down.
pub async fn make(
    book: &AccessBook,
    clock: &Clock,
    who: &Reader,
    (dossier, document): (DossierId, &str),
    valid_for: TimeDelta,
) -> Result<Link, AppendError> {
    let mut secret = [0; SECRET_BYTES];
    aws_lc_rs::rand::fill(&mut secret)
        .map_err(|_| AppendError::Log(LogError::Database("the random generator failed".into())))?;
    let secret = URL_SAFE_NO_PAD.encode(secret);
    let valid_until = clock.now() + valid_for;
    let document = document.to_owned();
    let question = Question::of_program("makeDocumentLink");
    let made = AccessEvent::DocumentLinkMade { dossier, document, valid_until, question };
    book.record_in(stream_of(&secret), 0, who, vec![made]).await?;
    Ok(Link { secret, valid_until })
}

/// The link with this secret, when there is one.
pub(super) async fn find(book: &AccessBook, secret: &str) -> Result<Option<Made>, LogError> {
    let stream = stream_of(secret);
    let written = book.written_in(stream).await?;
    let Some(Recorded { metadata, event: DomainEvent::Access(event), .. }) = written.first() else { return Ok(None) };
    let AccessEvent::DocumentLinkMade { dossier, document, valid_until, .. } = event else { return Ok(None) };
    Ok(Some(Made {
        stream,
        by: metadata.actor.clone(),
        dossier: *dossier,
        document: document.clone(),
        valid_until: *valid_until,
        used: written.len() > 1,
    }))
}

/// The stream of a link: nobody who reads the log can make the link from it.
fn stream_of(secret: &str) -> Uuid {
    let hash = digest(&SHA256, format!("spoor document link/{secret}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    Uuid::from_bytes(bytes)
}
