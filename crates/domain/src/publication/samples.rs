//! Made-up events of the register of publications, for fixtures and tests.

use chrono::NaiveDate;
use uuid::Uuid;

use super::event::{PublicationEvent, Told};
use crate::kernel::ReportEditionId;

/// What a publication with this number tells.
pub fn told(number: u32) -> Told {
    Told { number, state: "a0".repeat(32), report: "b0".repeat(32) }
}

/// The editions it is made for.
pub fn editions() -> ReportEditionId {
    ReportEditionId(Uuid::from_u128(0xed17))
}

/// The publication with this number.
pub fn made(number: u32) -> PublicationEvent {
    let occurred_on = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap_or_default();
    PublicationEvent::PublicationMade { occurred_on, told: told(number), editions: editions(), edition: 1 }
}

/// One of each event.
pub fn one_of_each() -> Vec<PublicationEvent> {
    vec![made(1)]
}
