//! A rights request, folded: what was asked, until when an answer is in time, and the answer; never a text.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::event::{RightsEvent, Term};
use super::vocabulary::*;
use crate::kernel::{DossierId, LegalReference, OrganisationId, SubjectId};

/// A rights request as folded from its events. Empty until it was received.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightsRequest {
    version: u64,
    received: Option<Received>,
    extended_on: Option<NaiveDate>,
    answered: Option<Answered>,
}

/// A request that was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// When.
    pub on: NaiveDate,
    /// What is asked for.
    pub kind: RightsKind,
    /// The dossier that holds the data.
    pub dossier: DossierId,
    /// The person concerned.
    pub subject: SubjectId,
    /// The controller to whom it was addressed.
    pub controller: OrganisationId,
    /// Until when an answer is in time, as extended.
    pub term: Term,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// When.
    pub on: NaiveDate,
    /// What.
    pub answer: RightsAnswer,
    /// On which ground, where it is not granted in full.
    pub ground: Option<RightsRefusalGround>,
    /// The article of that ground.
    pub reference: Option<LegalReference>,
}

impl RightsRequest {
    /// Number of events so far.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What was received; none before that.
    pub fn received(&self) -> Option<&Received> {
        self.received.as_ref()
    }

    /// When the term was extended.
    pub fn extended_on(&self) -> Option<NaiveDate> {
        self.extended_on
    }

    /// The answer, once given.
    pub fn answered(&self) -> Option<&Answered> {
        self.answered.as_ref()
    }

    /// Where it stands; none before it was received.
    pub fn status(&self) -> Option<RightsStatus> {
        self.received.as_ref()?;
        Some(match (&self.answered, self.extended_on) {
            (Some(_), _) => RightsStatus::Answered,
            (None, Some(_)) => RightsStatus::Extended,
            (None, None) => RightsStatus::Received,
        })
    }

    /// Whether no answer was given in time, seen on this day: overdue is a question about now and never an event.
    pub fn overdue(&self, today: NaiveDate) -> bool {
        let Some(received) = &self.received else { return false };
        self.answered.as_ref().map_or(today, |answered| answered.on) > received.term.due_on
    }

    pub(super) fn apply(&mut self, event: &RightsEvent) {
        self.version += 1;
        match event {
            RightsEvent::RightsRequestReceived { occurred_on, asked, term } => {
                self.received = Some(Received {
                    on: *occurred_on,
                    kind: asked.kind,
                    dossier: asked.dossier,
                    subject: asked.subject,
                    controller: asked.controller.clone(),
                    term: term.clone(),
                });
            }
            RightsEvent::RightsRequestExtended { occurred_on, term, .. } => {
                self.extended_on = Some(*occurred_on);
                self.received.iter_mut().for_each(|received| received.term = term.clone());
            }
            RightsEvent::RightsRequestAnswered { occurred_on, answer, ground, reference, .. } => {
                let reference = reference.clone();
                self.answered = Some(Answered { on: *occurred_on, answer: *answer, ground: *ground, reference });
            }
        }
    }
}
