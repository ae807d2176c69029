//! What can be asked of the record of a training line.

use chrono::NaiveDate;
use serde::Serialize;

use super::vocabulary::*;
use crate::kernel::TrainingSessionId;

/// What is recorded of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SessionGiven {
    /// The programme; one of the line whose record it goes to.
    pub programme: TrainingProgramme,
    /// The day it was held.
    pub held_on: NaiveDate,
    /// For whom.
    pub audience: TrainingAudience,
    /// How many took part.
    pub participants: u32,
}

/// A command to the record of a training line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum TrainingCommand {
    /// Record a session that was held.
    RecordTrainingSession { given: SessionGiven },
    /// Correct what was recorded of a session.
    CorrectTrainingSession { session: TrainingSessionId, given: SessionGiven, reason: TrainingCorrection },
    /// Let a session count no more.
    AnnulTrainingSession { session: TrainingSessionId, reason: TrainingAnnulment },
    /// Take over a known total of before.
    RecordOpeningBalance { programme: TrainingProgramme, until: NaiveDate, participants: u32, source: String },
    /// Let the opening balance count no more.
    AnnulOpeningBalance { programme: TrainingProgramme, reason: TrainingAnnulment },
}
