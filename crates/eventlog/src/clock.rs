//! The one room that reads the time and makes identifiers.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// How many microseconds a log may be dated ahead of the clock: clocks are never quite together, and are set back a little.
const MOST_AHEAD_MICROS: i64 = 60_000_000;

/// Where the time comes from: the machine, or a test that says what time it is.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that stands still until it is set: for tests and for loading invented histories.
    Fixed(FixedClock),
}

/// A clock that stands still. Clones share the time.
#[derive(Clone, Debug)]
pub struct FixedClock {
    micros: Arc<AtomicI64>,
}

impl Clock {
    /// A clock standing still at this moment.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::Fixed(FixedClock { micros: Arc::new(AtomicI64::new(at.timestamp_micros())) })
    }

    /// Now, to the microsecond, UTC.
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match self {
            Self::System => system_micros(),
            Self::Fixed(fixed) => fixed.micros.load(Ordering::Relaxed),
        };
        DateTime::from_timestamp_micros(micros).unwrap_or_default()
    }

    /// Today in Europe/Brussels, where every day in a dossier is counted.
    pub fn today_brussels(&self) -> NaiveDate {
        brussels_day(self.now())
    }

    /// A new identifier (UUIDv7: ordered by the time it was made).
    pub fn new_id(&self) -> Uuid {
        new_id()
    }
}

impl FixedClock {
    /// Moves the clock to this moment.
    pub fn set(&self, at: DateTime<Utc>) {
        self.micros.store(at.timestamp_micros(), Ordering::Relaxed);
    }
}

/// The day this moment falls on in Europe/Brussels.
pub fn brussels_day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&chrono_tz::Europe::Brussels).date_naive()
}

/// Whether a moment lies further ahead of another than clocks may be apart; both in microseconds since 1970.
pub(crate) fn is_ahead(moment: i64, now: i64) -> bool {
    moment.saturating_sub(now) > MOST_AHEAD_MICROS
}

/// A new identifier (UUIDv7: ordered by the time it was made).
#[expect(clippy::disallowed_methods, reason = "this is the room that makes identifiers")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

#[expect(clippy::disallowed_methods, reason = "this is the room that reads the time")]
fn system_micros() -> i64 {
    Utc::now().timestamp_micros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn just_after_midnight_in_brussels_it_is_already_the_next_day() {
        let clock = Clock::fixed("2026-06-30T22:30:00Z".parse().unwrap());
        assert_eq!(clock.today_brussels(), NaiveDate::from_ymd_opt(2026, 7, 1).unwrap());
    }

    #[test]
    fn a_fixed_clock_stands_still_until_it_is_set() {
        let clock = Clock::fixed("2026-01-01T00:00:00Z".parse().unwrap());
        let before = clock.now();
        assert_eq!(clock.now(), before);
        let Clock::Fixed(fixed) = &clock else { panic!("made as fixed") };
        fixed.set("2026-01-02T00:00:00Z".parse().unwrap());
        assert!(clock.now() > before);
    }
}
