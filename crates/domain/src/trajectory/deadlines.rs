//! How long a dossier may stay where it is. Computed when read: overdue is a question about now, never an event.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::state::LearningTrajectory;
use super::vocabulary::TrajectoryStatus;

/// Days a dossier may stay in a status; a status without an entry has no deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Deadlines {
    /// Days per status.
    pub days: BTreeMap<TrajectoryStatus, u32>,
}

/// House values, to be replaced by what the partners agree; no text of law sets them.
impl Default for Deadlines {
    fn default() -> Self {
        use TrajectoryStatus::*;
        let days = [
            (Drafted, 14),
            (Requested, 30),
            (Eligible, 30),
            (Consented, 30),
            (Prepared, 60),
            (Toured, 7),
            (Deepened, 21),
            (Reflected, 14),
            (Advised, 14),
            (Delivered, 60),
        ];
        Self { days: days.into() }
    }
}

impl LearningTrajectory {
    /// The last day on which the next step is in time. None for an ended dossier, a status without a deadline, and a
    /// dossier in which nobody may act because it is restricted or erased.
    pub fn due_on(&self, deadlines: &Deadlines) -> Option<NaiveDate> {
        let status = self.status()?;
        if self.restricted() || self.erased() || !status.is_open() {
            return None;
        }
        let days = deadlines.days.get(&status)?;
        self.status_since()?.checked_add_days(Days::new(u64::from(*days)))
    }
}
