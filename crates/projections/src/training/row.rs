//! What is counted of police training.

use chrono::NaiveDate;
use spoor_domain::kernel::{HalfYear, TrainingSessionId};
use spoor_domain::training::vocabulary::{TrainingAudience, TrainingLine, TrainingProgramme};

/// A session that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: TrainingSessionId,
    /// Its programme.
    pub programme: TrainingProgramme,
    /// The day it was held.
    pub held_on: NaiveDate,
    /// For whom.
    pub audience: TrainingAudience,
    /// How many took part.
    pub participants: u64,
}

/// A total of before, taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningBalance {
    /// The programme it was told for.
    pub programme: TrainingProgramme,
    /// The last day it covers.
    pub until: NaiveDate,
    /// How many took part.
    pub participants: u64,
    /// Where it was told.
    pub source: String,
}

/// A line of programmes with its totals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineTotals {
    /// The line.
    pub line: TrainingLine,
    /// The total of before, when one counts.
    pub balance: Option<OpeningBalance>,
    /// Everybody, the total of before included.
    pub cumulative: u64,
    /// Of which per programme; the total of before counts under the programme it was told for.
    pub programmes: Vec<ProgrammeTotal>,
    /// Per half-year in which there was a session, oldest first.
    pub half_years: Vec<HalfYearTraining>,
    /// The number of its events now; give it as the expected version.
    pub version: u64,
}

impl LineTotals {
    /// Whether it is known how many took part in a programme from the beginning: nobody knows how the total of before divides
    /// over the programmes of the line, so it is known only of the one it was told for.
    pub fn knows_total_of(&self, programme: TrainingProgramme) -> bool {
        self.balance.as_ref().is_none_or(|balance| balance.programme == programme)
    }
}

/// A programme with its total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgrammeTotal {
    /// The programme.
    pub programme: TrainingProgramme,
    /// Participants.
    pub participants: u64,
    /// Sessions recorded.
    pub sessions: u64,
}

/// What was held in a half-year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfYearTraining {
    /// The half-year.
    pub half_year: HalfYear,
    /// The programme.
    pub programme: TrainingProgramme,
    /// Sessions.
    pub sessions: u64,
    /// Participants.
    pub participants: u64,
    /// Of whom aspirants.
    pub aspirants: u64,
    /// Participants of this programme from the beginning up to and including this half-year.
    pub cumulative: u64,
}
