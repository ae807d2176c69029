//! What can happen to the register of a year. Stored shapes are a contract.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kernel::{DossierId, event_list};
use crate::trajectory::event::DossierNumber;

/// An event of the register. `occurred_on` is the day it happened in the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum RegisterEvent {
    /// A dossier took the next running number of the year; numbers are never given back.
    DossierNumberTaken { occurred_on: NaiveDate, dossier: DossierId, number: DossierNumber },
}

event_list!(RegisterEvent: DossierNumberTaken);
