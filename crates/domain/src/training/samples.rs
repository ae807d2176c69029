//! Made-up events of a training line, for fixtures and tests.

use chrono::NaiveDate;
use uuid::Uuid;

use super::event::TrainingEvent;
use super::vocabulary::*;
use crate::kernel::TrainingSessionId;

/// The n-th session.
pub fn session(n: u128) -> TrainingSessionId {
    TrainingSessionId(Uuid::from_u128(0x7ea0_0000 + n))
}

/// A day of 2026.
pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default()
}

/// The n-th session, held on a day with so many aspirants.
pub fn held(n: u128, on: NaiveDate, participants: u32) -> TrainingEvent {
    TrainingEvent::TrainingSessionHeld {
        occurred_on: on,
        session: session(n),
        programme: TrainingProgramme::Hpm,
        audience: TrainingAudience::Aspirant,
        participants,
    }
}

/// The n-th session turns out to have been for leaders, with so many participants.
pub fn corrected(n: u128, held_on: NaiveDate, participants: u32) -> TrainingEvent {
    TrainingEvent::TrainingSessionCorrected {
        occurred_on: day(3, 9),
        session: session(n),
        held_on,
        programme: TrainingProgramme::HpmLeadership,
        audience: TrainingAudience::Continuing,
        participants,
        reason: TrainingCorrection::CountedAgain,
    }
}

/// The n-th session was entered twice.
pub fn annulled(n: u128) -> TrainingEvent {
    TrainingEvent::TrainingSessionAnnulled {
        occurred_on: day(3, 10),
        session: session(n),
        reason: TrainingAnnulment::EnteredTwice,
    }
}

/// So many up to and including 10 December 2020.
pub fn balance(participants: u32) -> TrainingEvent {
    TrainingEvent::OpeningBalanceRecorded {
        occurred_on: day(1, 5),
        programme: TrainingProgramme::Hpm,
        until: NaiveDate::from_ymd_opt(2020, 12, 10).unwrap_or_default(),
        participants,
        source: "Persbericht van 10 december 2020".into(),
    }
}

/// One of each event, in the order of `TrainingEvent::TYPES`.
pub fn one_of_each() -> Vec<TrainingEvent> {
    vec![
        held(1, day(3, 2), 24),
        corrected(1, day(3, 2), 22),
        annulled(1),
        balance(11_197),
        TrainingEvent::OpeningBalanceAnnulled {
            occurred_on: day(3, 11),
            programme: TrainingProgramme::Hpm,
            reason: TrainingAnnulment::EnteredWrongly,
        },
    ]
}
