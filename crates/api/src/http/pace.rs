//! How fast one person may ask: so many at once, and so many a minute in the long run.
//!
//! For each person one moment is kept: when everything they asked will be paid for, each request costing its share of a
//! minute (the generic cell rate algorithm, a token bucket without a counter). Who stays too far ahead of it has to wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;
use spoor_domain::access::event::{AccessEvent, Question, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_eventlog::Clock;

use super::answer::{RATE_LIMITED, Refused};
use crate::access_book::{AccessBook, Reader};
use crate::auth::Viewer;
use crate::config::RateLimit;
use crate::policy;

/// A minute in microseconds, in which moments are kept.
const MINUTE: i64 = 60_000_000;

/// Watches how fast people ask. Cheap to clone.
#[derive(Clone)]
pub struct Pace {
    shared: Arc<Shared>,
}

struct Shared {
    settings: RateLimit,
    clock: Clock,
    book: AccessBook,
    /// By issuer and account.
    asked: Mutex<HashMap<(String, String), Asked>>,
}

/// How one person asks, in microseconds since 1970.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    /// When everything asked so far will be paid for.
    paid_at: i64,
    /// Until when a refusal stands in the access log already.
    told_until: i64,
}

/// What became of a request.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Admitted,
    /// So many microseconds to wait, and whether that is still to be written down.
    Wait {
        micros: i64,
        untold: bool,
    },
}

impl Pace {
    /// Under these settings; who is refused is written into this book, once a minute for each person.
    pub fn new(settings: RateLimit, book: AccessBook, clock: Clock) -> Self {
        Self { shared: Arc::new(Shared { settings, clock, book, asked: Mutex::default() }) }
    }

    /// Lets one request of this person pass, or says how long to wait.
    ///
    /// # Errors
    /// `RATE_LIMITED`, with the seconds to wait.
    pub(super) async fn admit(&self, viewer: &Viewer) -> Result<(), Refused> {
        match self.shared.count(viewer) {
            Verdict::Admitted => Ok(()),
            Verdict::Wait { micros, untold } => {
                if untold {
                    self.shared.tell(viewer).await;
                }
                Err(refused(micros))
            }
        }
    }
}

impl Shared {
    fn count(&self, viewer: &Viewer) -> Verdict {
        let now = self.clock.now().timestamp_micros();
        let cost = MINUTE / i64::from(self.settings.per_minute.max(1));
        let ahead = cost * i64::from(self.settings.burst.max(1));
        let who = (viewer.issuer.clone(), viewer.actor.id.0.clone());
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if !asked.contains_key(&who) {
            make_room(&mut asked, self.settings.persons.max(1), now);
        }
        let own = asked.entry(who).or_default();
        // Where the clock was set back, nobody waits for longer than a whole burst, counted from the first request after that.
        own.paid_at = own.paid_at.clamp(now, now + ahead);
        own.told_until = own.told_until.min(now + MINUTE);
        let paid_at = own.paid_at + cost;
        if paid_at <= now + ahead {
            own.paid_at = paid_at;
            return Verdict::Admitted;
        }
        let untold = own.told_until <= now;
        if untold {
            own.told_until = now + MINUTE;
        }
        Verdict::Wait { micros: paid_at - now - ahead, untold }
    }

    /// Writes down that this person was refused. Nothing is shown, so nothing is held back when this fails.
    async fn tell(&self, viewer: &Viewer) {
        let reader = Reader::by_token(viewer, policy::usual_purpose(viewer.actor.role), None, &self.clock);
        let reason = QuestionRefusal::RateLimited;
        let refusals = vec![RefusedPart { reason, field: String::new(), dossier: None, number: None }];
        let event = AccessEvent::QuestionRefused { refusals, question: Question::default() };
        if let Err(error) = self.book.record(&reader, vec![event]).await {
            tracing::error!(%error, "that somebody asked too fast could not be recorded");
        }
    }
}

/// Forgets who is paid up, for they are as good as new; and where everybody is busy, whoever is nearest to it.
fn make_room(asked: &mut HashMap<(String, String), Asked>, persons: usize, now: i64) {
    if asked.len() < persons {
        return;
    }
    asked.retain(|_, own| own.paid_at > now);
    while asked.len() >= persons {
        let nearest = asked.iter().min_by_key(|(_, own)| own.paid_at).map(|(who, _)| who.clone());
        let Some(nearest) = nearest else { return };
        asked.remove(&nearest);
    }
}

fn refused(micros: i64) -> Refused {
    let seconds = u64::try_from(micros).unwrap_or_default().div_ceil(1_000_000).max(1);
    let message = format!("you ask faster than this service answers one person: try again in {seconds} s");
    Refused::new(StatusCode::TOO_MANY_REQUESTS, RATE_LIMITED, message).after(seconds)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use proptest::prelude::*;
    use spoor_domain::kernel::{Actor, ActorId, OrganisationId, Role};
    use spoor_eventlog::{EventLog, KeyStore, LogOptions, LogUrl};

    use super::*;

    fn start() -> DateTime<Utc> {
        "2026-03-02T10:00:00Z".parse().unwrap()
    }

    fn person(issuer: &str, id: &str) -> Viewer {
        let organisation = OrganisationId("kazerne-dossin".into());
        let actor = Actor { id: ActorId(id.into()), role: Role::Guide, organisation };
        Viewer { actor, issuer: issuer.into(), mode: "jwt", expires_at: start() }
    }

    async fn pace(settings: RateLimit, directory: &std::path::Path) -> (Pace, Clock, EventLog) {
        let url = LogUrl::Sqlite(directory.join("access.sqlite"));
        EventLog::migrate(&url).await.unwrap();
        let (keys, clock) = (KeyStore::in_directory(directory).await.unwrap(), Clock::fixed(start()));
        let access = EventLog::open(&url, keys, Clock::System, LogOptions::default()).await.unwrap();
        let book = AccessBook::new(access.clone(), Clock::System);
        (Pace::new(settings, book, clock.clone()), clock, access)
    }

    fn forward(clock: &Clock, millis: i64) {
        let Clock::Fixed(fixed) = clock else { panic!("made as fixed") };
        fixed.set(clock.now() + TimeDelta::milliseconds(millis));
    }

    fn wait(verdict: Verdict) -> Option<i64> {
        match verdict {
            Verdict::Admitted => None,
            Verdict::Wait { micros, .. } => Some(micros),
        }
    }

    #[tokio::test]
    async fn a_burst_passes_then_one_for_each_share_of_a_minute_and_each_person_has_an_own_pace() {
        let directory = tempfile::tempdir().unwrap();
        let (pace, clock, _) = pace(RateLimit { per_minute: 60, burst: 3, persons: 10 }, directory.path()).await;
        let (one, other) = (person("a", "g-1"), person("a", "g-2"));
        for _ in 0..3 {
            assert_eq!(pace.shared.count(&one), Verdict::Admitted);
        }
        assert_eq!(wait(pace.shared.count(&one)), Some(1_000_000));
        assert_eq!(wait(pace.shared.count(&other)), None);
        assert_eq!(
            wait(pace.shared.count(&person("b", "g-1"))),
            None,
            "an account of another issuer is another person"
        );
        forward(&clock, 400);
        assert_eq!(wait(pace.shared.count(&one)), Some(600_000), "asking in vain costs nothing");
        forward(&clock, 600);
        assert_eq!(wait(pace.shared.count(&one)), None);
        assert_eq!(wait(pace.shared.count(&one)), Some(1_000_000));
        forward(&clock, -3_600_000);
        assert!(wait(pace.shared.count(&one)).unwrap() <= 1_000_000, "a clock set back locks nobody out");
        forward(&clock, 1_000);
        assert_eq!(wait(pace.shared.count(&one)), None, "nor for as long as it was set back");
    }

    #[tokio::test]
    async fn no_more_persons_are_remembered_than_the_settings_say_and_those_who_pause_go_first() {
        let directory = tempfile::tempdir().unwrap();
        let (pace, clock, _) = pace(RateLimit { per_minute: 60, burst: 2, persons: 4 }, directory.path()).await;
        let (busy, mut admitted) = (person("a", "busy"), 0);
        for n in 0..50 {
            for _ in 0..3 {
                admitted += u32::from(pace.shared.count(&busy) == Verdict::Admitted);
            }
            assert_eq!(wait(pace.shared.count(&person("a", &format!("passer-by-{n}")))), None);
            assert!(pace.shared.asked.lock().unwrap().len() <= 4);
            forward(&clock, 100);
        }
        assert_eq!(admitted, 2 + 4, "who asks all the time is not forgotten: a burst, and one a second");
    }

    #[tokio::test]
    async fn a_refusal_is_written_down_once_a_minute_for_each_person() {
        let directory = tempfile::tempdir().unwrap();
        let (pace, clock, access) = pace(RateLimit { per_minute: 1, burst: 1, persons: 9 }, directory.path()).await;
        let written = async || access.head().await.unwrap().index;
        for _ in 0..5 {
            for id in ["g-1", "g-2"] {
                let _ = pace.admit(&person("a", id)).await;
            }
        }
        assert_eq!(written().await, 2);
        forward(&clock, 30_000);
        assert!(pace.admit(&person("a", "g-1")).await.is_err());
        assert_eq!(written().await, 2);
        forward(&clock, 31_000);
        assert!(pace.admit(&person("a", "g-1")).await.is_ok());
        assert!(pace.admit(&person("a", "g-1")).await.is_err());
        assert_eq!(written().await, 3);
    }

    proptest! {
        /// In any span of time no more pass than a burst and what that span pays for.
        #[test]
        fn no_span_lets_more_pass_than_a_burst_and_its_share(
            gaps in proptest::collection::vec(0i64..3_000, 1..120), per_minute in 1u32..300, burst in 1u32..8
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let directory = tempfile::tempdir().unwrap();
            let settings = RateLimit { per_minute, burst, persons: 4 };
            let (pace, clock, _) = runtime.block_on(pace(settings, directory.path()));
            let (who, mut passed) = (person("a", "g-1"), Vec::new());
            for gap in gaps {
                forward(&clock, gap);
                if pace.shared.count(&who) == Verdict::Admitted {
                    passed.push(clock.now().timestamp_micros());
                }
            }
            let cost = MINUTE / i64::from(per_minute);
            for (from, first) in passed.iter().enumerate() {
                for (to, last) in passed.iter().enumerate().skip(from) {
                    prop_assert!((to - from + 1) as i64 <= i64::from(burst) + (last - first) / cost);
                }
            }
        }
    }
}
