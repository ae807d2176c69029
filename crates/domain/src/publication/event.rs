//! What can happen to the register of publications. Stored shapes are a contract.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kernel::{ReportEditionId, event_list};

/// A publication: everything told so far about dossiers, with what an edition adds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Told {
    /// Its number, from 1.
    pub number: u32,
    /// SHA-256 of everything told so far, lower-case hex; its bytes are stored and never served.
    pub state: String,
    /// SHA-256 of the report on how safe it is, stored likewise.
    pub report: String,
}

/// An event of the register. `occurred_on` is the day it happened in the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum PublicationEvent {
    /// An edition that is being frozen tells this. It counts as told from now on, also when the freezing was cut off.
    PublicationMade { occurred_on: NaiveDate, told: Told, editions: ReportEditionId, edition: u32 },
}

event_list!(PublicationEvent: PublicationMade);
