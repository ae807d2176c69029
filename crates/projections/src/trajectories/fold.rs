//! What a batch of events makes of dossiers: a pure fold, so that each row is written once a batch.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use spoor_domain::kernel::{Decider, Label, SubjectId};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::event::{AgreementStanding, TrajectoryEvent};
use spoor_domain::trajectory::vocabulary::TrajectoryStatus;
use spoor_eventlog::Position;

use super::personal::{self, PersonalValues};
use crate::dashboard::DossierFacts;
use crate::db::{Arg, args};
use crate::projector::Event;

/// The dossiers a batch touches.
#[derive(Default)]
pub(super) struct Touched {
    pub dossiers: BTreeMap<String, Dossier>,
    /// Subjects of whom nothing may be found any more.
    pub erased: BTreeSet<SubjectId>,
}

/// A dossier while a batch is folded.
#[derive(Default)]
pub(super) struct Dossier {
    /// What was counted for it before the batch.
    pub before: Option<DossierFacts>,
    pub state: LearningTrajectory,
    pub last: Last,
    pub personal: PersonalValues,
}

/// The last event of a dossier.
#[derive(Clone, Copy, Default)]
pub(super) struct Last {
    pub position: Position,
    pub index: u64,
    pub recorded_at: DateTime<Utc>,
}

impl Touched {
    /// Begins with the states as they stand in the view; dossiers that are not there yet begin empty.
    pub fn beginning_with(states: impl IntoIterator<Item = (String, LearningTrajectory)>) -> Self {
        let dossiers = states.into_iter().map(|(id, state)| {
            let before = DossierFacts::of(&state);
            (id, Dossier { before, state, ..Dossier::default() })
        });
        Self { dossiers: dossiers.collect(), erased: BTreeSet::new() }
    }

    /// Folds one event in.
    pub fn fold(&mut self, recorded: &Event, event: &TrajectoryEvent) {
        let dossier = self.dossiers.entry(recorded.aggregate_id.clone()).or_default();
        dossier.state.evolve(event);
        dossier.last = Last { position: recorded.position, index: recorded.index, recorded_at: recorded.recorded_at };
        personal::note(recorded.sequence, event, &mut dossier.personal);
        if let TrajectoryEvent::ErasureConfirmed { subject, .. }
        | TrajectoryEvent::SubjectKeyDestroyed { subject, .. } = event
        {
            self.erased.insert(*subject);
        }
    }
}

/// The row of a dossier, in the order of the table's columns; none for a stream that does not begin with a request.
pub(super) fn row(id: &str, dossier: &Dossier) -> Option<Vec<Arg>> {
    let state = &dossier.state;
    let status = state.status()?;
    let rank = TrajectoryStatus::ALL.iter().position(|known| *known == status).unwrap_or_default();
    let since = state.status_since()?;
    let counts = status.is_open() && !state.restricted() && !state.erased();
    let agreement = match state.standing()? {
        AgreementStanding::InForce { agreement }
        | AgreementStanding::UnderRenewal { agreement }
        | AgreementStanding::FirstRequest { agreement } => *agreement,
    };
    Some(args![
        id,
        state.number()?.0.as_str(),
        status.code(),
        rank as u64,
        state.parket()?.0.as_str(),
        state.guide().map(|guide| guide.0.clone()).unwrap_or_default(),
        state.waiting_for().code(),
        state.requested_on().map(|day| day.to_string()).unwrap_or_default(),
        since,
        counts.then_some(since),
        state.last_step_on().unwrap_or(since),
        state.museum_involved(),
        agreement.to_string(),
        state.subject()?.to_string(),
        state.version(),
        dossier.last.position.commit,
        dossier.last.position.prepare,
        dossier.last.index,
        dossier.last.recorded_at,
        serde_json::to_string(state).ok()?,
    ])
}
