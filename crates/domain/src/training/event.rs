//! What can happen to the record of a training line. Stored shapes are a contract.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::vocabulary::*;
use crate::kernel::{TrainingSessionId, event_list};

/// An event of a training line. `occurred_on` is the day it happened in the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum TrainingEvent {
    /// A session was held, on `occurred_on`; so many took part.
    TrainingSessionHeld {
        occurred_on: NaiveDate,
        session: TrainingSessionId,
        programme: TrainingProgramme,
        audience: TrainingAudience,
        participants: u32,
    },
    /// What was recorded of a session was wrong; this is right.
    TrainingSessionCorrected {
        occurred_on: NaiveDate,
        session: TrainingSessionId,
        held_on: NaiveDate,
        programme: TrainingProgramme,
        audience: TrainingAudience,
        participants: u32,
        reason: TrainingCorrection,
    },
    /// A session does not count any more.
    TrainingSessionAnnulled { occurred_on: NaiveDate, session: TrainingSessionId, reason: TrainingAnnulment },
    /// So many took part in this line up to and including a day, as a source says; sessions are recorded from the day after.
    OpeningBalanceRecorded {
        occurred_on: NaiveDate,
        programme: TrainingProgramme,
        until: NaiveDate,
        participants: u32,
        source: String,
    },
    /// The opening balance does not count any more.
    OpeningBalanceAnnulled { occurred_on: NaiveDate, programme: TrainingProgramme, reason: TrainingAnnulment },
}

event_list!(
    TrainingEvent: TrainingSessionHeld, TrainingSessionCorrected, TrainingSessionAnnulled, OpeningBalanceRecorded,
    OpeningBalanceAnnulled
);
