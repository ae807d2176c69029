//! The register of publications, folded: what was told last. Everything before is part of it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::{PublicationEvent, Told};

/// What was told so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationRegister {
    latest: Option<Told>,
}

impl PublicationRegister {
    /// The one stream of the register.
    pub const ID: Uuid = Uuid::from_u128(0x51c5_07b2_93c4_5f0e_8d21_6f04_b7aa_1e92);

    /// The publication that holds everything told so far; none before the first.
    pub fn latest(&self) -> Option<&Told> {
        self.latest.as_ref()
    }

    pub(super) fn apply(&mut self, event: &PublicationEvent) {
        match event {
            PublicationEvent::PublicationMade { told, .. } => self.latest = Some(told.clone()),
        }
    }
}
