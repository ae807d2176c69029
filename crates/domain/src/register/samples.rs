//! Made-up events of the register, for fixtures and tests.

use uuid::Uuid;

use super::dossier_number;
use super::event::RegisterEvent;
use crate::kernel::DossierId;

/// One of each event.
pub fn one_of_each() -> Vec<RegisterEvent> {
    vec![RegisterEvent::DossierNumberTaken {
        occurred_on: chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap_or_default(),
        dossier: DossierId(Uuid::from_u128(0xd0551e4)),
        number: dossier_number(2026, 42),
    }]
}
