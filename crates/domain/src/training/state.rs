//! The record of a training line, folded: the sessions that count, and the total of before.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::event::TrainingEvent;
use super::vocabulary::*;
use crate::kernel::TrainingSessionId;

/// The record of a training line. Empty before its first event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingRecord {
    sessions: BTreeMap<TrainingSessionId, Session>,
    balance: Option<OpeningBalance>,
}

/// A session that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its programme.
    pub programme: TrainingProgramme,
    /// The day it was held.
    pub held_on: NaiveDate,
    /// For whom.
    pub audience: TrainingAudience,
    /// How many took part.
    pub participants: u32,
}

/// A known total of before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningBalance {
    /// The programme it was told for.
    pub programme: TrainingProgramme,
    /// The last day it covers.
    pub until: NaiveDate,
    /// How many took part.
    pub participants: u32,
    /// Where it was told.
    pub source: String,
}

impl TrainingRecord {
    /// A session that counts.
    pub fn session(&self, id: TrainingSessionId) -> Option<&Session> {
        self.sessions.get(&id)
    }

    /// The sessions that count.
    pub fn sessions(&self) -> impl Iterator<Item = (TrainingSessionId, &Session)> {
        self.sessions.iter().map(|(id, session)| (*id, session))
    }

    /// The total of before, when one counts.
    pub fn balance(&self) -> Option<&OpeningBalance> {
        self.balance.as_ref()
    }

    /// The line it is the record of; none while nothing counts.
    pub(super) fn line(&self) -> Option<TrainingLine> {
        let programmes = self.sessions.values().map(|session| session.programme);
        programmes.chain(self.balance.as_ref().map(|balance| balance.programme)).next().map(TrainingProgramme::line)
    }

    pub(super) fn apply(&mut self, event: &TrainingEvent) {
        match event {
            TrainingEvent::TrainingSessionHeld { occurred_on, session, programme, audience, participants } => {
                let (programme, held_on, audience) = (*programme, *occurred_on, *audience);
                self.sessions.insert(*session, Session { programme, held_on, audience, participants: *participants });
            }
            TrainingEvent::TrainingSessionCorrected { session, held_on, programme, audience, participants, .. } => {
                let (programme, held_on, audience) = (*programme, *held_on, *audience);
                self.sessions.insert(*session, Session { programme, held_on, audience, participants: *participants });
            }
            TrainingEvent::TrainingSessionAnnulled { session, .. } => {
                self.sessions.remove(session);
            }
            TrainingEvent::OpeningBalanceRecorded { programme, until, participants, source, .. } => {
                let (programme, until, participants) = (*programme, *until, *participants);
                self.balance = Some(OpeningBalance { programme, until, participants, source: source.clone() });
            }
            TrainingEvent::OpeningBalanceAnnulled { .. } => self.balance = None,
        }
    }
}
