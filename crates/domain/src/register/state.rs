//! The register of a year, folded: how many numbers were taken, and nothing that grows with them.

use serde::{Deserialize, Serialize};

use super::event::RegisterEvent;
use crate::kernel::DossierId;
use crate::trajectory::event::DossierNumber;

/// How far the register of a year is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DossierRegister {
    taken: u64,
    latest: Option<Latest>,
}

/// Who took the latest number. Enough to recognise a repeat that comes at once; a later repeat is recognised by the
/// log, which knows every command id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Latest {
    pub(super) dossier: DossierId,
    pub(super) number: DossierNumber,
}

impl DossierRegister {
    /// How many numbers were taken; also the version of the stream, since every event takes one.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    pub(super) fn latest(&self) -> Option<&Latest> {
        self.latest.as_ref()
    }

    pub(super) fn apply(&mut self, event: &RegisterEvent) {
        match event {
            RegisterEvent::DossierNumberTaken { dossier, number, .. } => {
                self.taken += 1;
                self.latest = Some(Latest { dossier: *dossier, number: number.clone() });
            }
        }
    }
}

/// The number of the `running`-th dossier of a year (from 1): `LT-2026-0042`. It grows beyond four digits when it has
/// to. `running` is the version of the register's stream after the number was taken.
pub fn dossier_number(year: i32, running: u64) -> DossierNumber {
    DossierNumber(format!("{}{running:04}", prefix(year)))
}

/// What every number of a year begins with.
pub(super) fn prefix(year: i32) -> String {
    format!("LT-{year:04}-")
}
