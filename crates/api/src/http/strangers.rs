//! Failed authentications, on their way into the access log. A flood of them must not fill it: of each reason the first one
//! is written at once, the others of the same ten seconds are counted and written as one entry.
//!
//! Neither token nor address is kept: the token may be somebody's, and behind a proxy every address is the proxy's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use spoor_domain::access::event::AccessEvent;
use spoor_domain::access::vocabulary::AuthenticationFailure;
use spoor_eventlog::Clock;

use crate::access_book::{AccessBook, Reader};
use crate::auth::TokenError;

/// How long failures for the same reason are counted into one entry.
const WINDOW: Duration = Duration::from_secs(10);

/// Everybody who could not say who they are. Cheap to clone.
#[derive(Clone)]
pub struct Strangers {
    shared: Arc<Shared>,
}

struct Shared {
    book: AccessBook,
    clock: Clock,
    /// The reasons for which a window is open, with what was counted in it since its first failure.
    open: Mutex<HashMap<AuthenticationFailure, Option<Counted>>>,
}

/// Failures that wait to be written.
struct Counted {
    count: u64,
    first_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
}

impl Strangers {
    /// Writes them into this book.
    pub fn new(book: AccessBook, clock: Clock) -> Self {
        let shared = Shared { book, clock, open: Mutex::default() };
        Self { shared: Arc::new(shared) }
    }

    /// Notes a failed authentication. The first for its reason is written before this returns.
    pub async fn turned_away(&self, reason: AuthenticationFailure) {
        let now = self.shared.clock.now();
        let one = Counted { count: 1, first_at: now, last_at: now };
        if self.shared.counted(reason, now) {
            return;
        }
        self.shared.write(reason, one).await;
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            tokio::time::sleep(WINDOW).await;
            shared.end(reason).await;
        });
    }

    /// Writes what is still counted, when the program stops.
    pub async fn close(&self) {
        let reasons: Vec<_> = self.shared.lock().keys().copied().collect();
        for reason in reasons {
            self.shared.end(reason).await;
        }
    }
}

impl Shared {
    /// Counts a failure into the open window of its reason; opens one and says no where there is none.
    fn counted(&self, reason: AuthenticationFailure, now: DateTime<Utc>) -> bool {
        let mut open = self.lock();
        let Some(counted) = open.get_mut(&reason) else {
            open.insert(reason, None);
            return false;
        };
        let counted = counted.get_or_insert(Counted { count: 0, first_at: now, last_at: now });
        counted.count += 1;
        counted.last_at = now;
        true
    }

    async fn end(&self, reason: AuthenticationFailure) {
        let ended = self.lock().remove(&reason).flatten();
        if let Some(counted) = ended {
            self.write(reason, counted).await;
        }
    }

    async fn write(&self, reason: AuthenticationFailure, counted: Counted) {
        let Counted { count, first_at, last_at } = counted;
        let event = AccessEvent::AuthenticationFailed { reason, count, first_at, last_at };
        // Nothing was shown to a stranger, so there is nothing to hold back when this fails.
        if let Err(error) = self.book.record(&Reader::program(&self.clock), vec![event]).await {
            tracing::error!(%error, count, "failed authentications could not be recorded");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<AuthenticationFailure, Option<Counted>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<TokenError> for AuthenticationFailure {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Malformed => Self::Malformed,
            TokenError::NotTrusted => Self::NotTrusted,
            TokenError::Expired => Self::Expired,
            TokenError::NotYetValid => Self::NotYetValid,
            TokenError::NotForUs => Self::NotForUs,
            TokenError::Incomplete | TokenError::OfTheProgram => Self::Incomplete,
            TokenError::DiscretionNotAcknowledged => Self::DiscretionNotAcknowledged,
        }
    }
}
