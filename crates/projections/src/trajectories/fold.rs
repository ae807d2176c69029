//! What a batch of events makes of dossiers: a pure fold, so that each row is written once a batch.

use std::collections::{BTreeMap, BTreeSet};

use spoor_domain::kernel::{Decider, DossierId, Label, SubjectId};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::event::TrajectoryEvent;
use spoor_domain::trajectory::vocabulary::TrajectoryStatus;

use super::history::History;
use super::personal::{self, PersonalValues};
use super::row::{Last, TrajectoryRow};
use crate::dashboard::DossierFacts;
use crate::db::{Arg, DbError, args, json_text};
use crate::disclosures::LinkChange;
use crate::projector::Event;

/// The dossiers a batch touches.
#[derive(Default)]
pub(super) struct Touched {
    pub dossiers: BTreeMap<String, Dossier>,
    /// Subjects of whom nothing may be found any more.
    pub erased: BTreeSet<SubjectId>,
    /// Links between subjects that were made or undone, in the order of the log.
    pub links: Vec<LinkChange>,
}

/// A dossier while events are folded.
#[derive(Default)]
pub(super) struct Dossier {
    /// What was counted for it before the batch.
    pub before: Option<DossierFacts>,
    pub state: LearningTrajectory,
    pub last: Last,
    pub personal: PersonalValues,
    /// What stood of each person in whose place another was put, as far as the batch says.
    pub replaced: Vec<PersonalValues>,
    pub history: History,
}

impl Touched {
    /// Begins with the states as they stand in the view, each with the index from which it has counted for what it
    /// counts for now; dossiers that are not there yet begin empty.
    pub fn beginning_with(states: impl IntoIterator<Item = (String, LearningTrajectory, u64)>) -> Self {
        let dossiers = states.into_iter().map(|(id, state, counted_from)| {
            let before = DossierFacts::of(&state);
            let history = History::going_on(&state, counted_from);
            (id, Dossier { before, state, history, ..Dossier::default() })
        });
        Self { dossiers: dossiers.collect(), ..Self::default() }
    }

    /// Folds one event in.
    pub fn fold(&mut self, recorded: &Event, event: &TrajectoryEvent) {
        let dossier = self.dossiers.entry(recorded.aggregate_id.clone()).or_default();
        dossier.fold(recorded, event);
        dossier.history.note(recorded.index, &dossier.state);
        if let TrajectoryEvent::ErasureConfirmed { subject, .. }
        | TrajectoryEvent::SubjectKeyDestroyed { subject, .. } = event
        {
            self.erased.insert(*subject);
        }
        self.links.extend(LinkChange::of(recorded, event));
    }
}

impl Dossier {
    /// Folds one event in: the state, and the personal values that stand.
    pub fn fold(&mut self, recorded: &Event, event: &TrajectoryEvent) {
        self.state.evolve(event);
        self.count(recorded, event);
    }

    /// The part of an event that counts besides the state.
    pub fn count(&mut self, recorded: &Event, event: &TrajectoryEvent) {
        self.last = Last { position: recorded.position, index: recorded.index, recorded_at: recorded.recorded_at };
        if let TrajectoryEvent::ParticipantReplaced { .. } = event {
            self.replaced.push(self.personal.clone());
        }
        personal::note(recorded.sequence, event, &mut self.personal);
    }

    /// The row it has in the list.
    pub fn row(&self, id: DossierId) -> Option<TrajectoryRow> {
        TrajectoryRow::of(id, &self.state, self.last)
    }
}

/// A row, in the order of the table's columns.
pub(super) fn columns(row: &TrajectoryRow, history: &History) -> Result<Vec<Arg>, DbError> {
    let rank = TrajectoryStatus::ALL.iter().position(|known| *known == row.status).unwrap_or_default();
    Ok(args![
        row.id.to_string(),
        row.number.0.as_str(),
        row.status.code(),
        rank as u64,
        row.parket.0.as_str(),
        row.guide.as_ref().map(|guide| guide.0.clone()).unwrap_or_default(),
        row.waiting_for.code(),
        row.requested_on.map(|day| day.to_string()).unwrap_or_default(),
        row.status_since,
        row.due_since,
        row.ended_since(),
        row.last_step_on,
        row.visible_to_museum,
        row.agreement.to_string(),
        row.subject.to_string(),
        row.version,
        row.position.commit,
        row.position.prepare,
        row.index,
        row.updated_at,
        history.counted_from(),
        json_text("state", &row.state)?,
    ])
}
