//! Links: made for one person and one document, used once. A link and its use are two events of one stream of the access
//! log, so that being used and being written down as used are the same act, in however many processes.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use spoor_domain::access::event::{AccessEvent, Question};
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{Actor, DossierId};
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
    pub by: Actor,
    /// The dossier of the document.
    pub dossier: DossierId,
    /// Hash of the document.
    pub document: String,
    /// Until when it can be used.
    pub valid_until: DateTime<Utc>,
    /// Whether it was used.
    pub used: bool,
}

impl Made {
    /// Whether it can be used at this moment: once, and until its time is over.
    pub fn usable(&self, now: DateTime<Utc>) -> bool {
        !self.used && now <= self.valid_until
    }
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

#[cfg(test)]
mod tests {
    use spoor_domain::kernel::{ActorId, OrganisationId, Purpose, Role};
    use spoor_eventlog::{EventLog, KeyStore, LogOptions, LogUrl};

    use super::*;

    #[tokio::test]
    async fn a_link_is_of_no_use_after_its_time_or_after_its_use_and_stands_nowhere_in_clear() {
        let directory = tempfile::tempdir().unwrap();
        let url = LogUrl::Sqlite(directory.path().join("access.sqlite"));
        EventLog::migrate(&url).await.unwrap();
        let keys = KeyStore::in_directory(directory.path()).await.unwrap();
        let clock = Clock::fixed("2026-03-02T10:00:00Z".parse().unwrap());
        let log = EventLog::open(&url, keys, clock.clone(), LogOptions::default()).await.unwrap();
        let book = AccessBook::new(log.clone(), clock.clone());
        let organisation = OrganisationId("parket-antwerpen".into());
        let actor = Actor { id: ActorId("prosecutor-1".into()), role: Role::Prosecutor, organisation };
        let who = Reader::at_the_terminal(actor, Purpose::CaseHandling, None, &clock);
        let (dossier, hash) = (DossierId(clock.new_id()), "ab".repeat(32));
        let link = make(&book, &clock, &who, (dossier, &hash), TimeDelta::seconds(60)).await.unwrap();

        let known = find(&book, &link.secret).await.unwrap().unwrap();
        assert_eq!((known.dossier, known.document.as_str(), &known.by), (dossier, hash.as_str(), &who.actor));
        let at = |seconds| clock.now() + TimeDelta::seconds(seconds);
        assert!(known.usable(at(60)) && !known.usable(at(61)));
        assert!(find(&book, "another").await.unwrap().is_none());
        for record in log.read_after(spoor_eventlog::Position::default(), 100).await.unwrap() {
            assert!(!record.line().contains(&link.secret));
        }

        let taken = || {
            let question = Question::of_program("GET /documents");
            let document = hash.clone();
            vec![AccessEvent::PieceDownloaded { dossier, document, recipient: None, withheld: false, question }]
        };
        let (one, other) = tokio::join!(
            book.record_in(known.stream, 1, &who, taken()),
            book.record_in(known.stream, 1, &who, taken())
        );
        assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|won| **won).count(), 1, "of two at once, one");
        assert!(!find(&book, &link.secret).await.unwrap().unwrap().usable(at(0)));
    }
}
