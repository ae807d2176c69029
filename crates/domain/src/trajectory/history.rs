//! A dossier at another moment than now: as it was known, and as it was on a day by what is known since.
//!
//! Two times, two questions. *As known* is the fold of the events recorded until a moment: what the screen said.
//! *As it was* looks back with today's knowledge, by these rules:
//!
//! - An event counts from the day it happened; the day of a step is its day as corrected since, in either direction.
//! - What a correction says counts from the day of the event it corrects, however late it was made. That it was made
//!   (and that bundles were overtaken by it) belongs to the day on which it was made.
//! - A step that was annulled never happened. The annulling belongs to its own day: bundles are overtaken from then on.
//! - Everything else (restrictions, holds, assignments, transfers, appointments, consents to share, links, erasure)
//!   counts from its own day, like a step.
//! - What counts is folded in the order of the log, by the one fold there is. So a withdrawal that takes effect before
//!   a step recorded earlier stands where the live dossier has it: on a day after everything, as it was is as it is.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::event::TrajectoryEvent;
use super::record::Entry;
use super::state::LearningTrajectory;

/// What an event has to do with the dossier as it was on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bearing {
    /// Nothing: it happened later, or is known by now never to have happened.
    LeftOut,
    /// It came later and says what an event that counts should have said: its value counts, itself it does not.
    Corrects,
    /// It had happened.
    Counts,
}

impl LearningTrajectory {
    /// The dossier as known when these events, in their order and from the first on, were what had been recorded.
    pub fn as_known<'a>(events: impl IntoIterator<Item = &'a TrajectoryEvent>) -> Self {
        let mut state = Self::default();
        events.into_iter().for_each(|event| state.fold(event));
        state
    }

    /// The dossier as it was at the end of a day, by these known events: all of the stream from the first on. The empty
    /// state when nothing had happened by then. Sequences stay those of the stream, so what points at an event still
    /// does; the version is the sequence of the last event that counts.
    pub fn as_it_was(known: &[TrajectoryEvent], on: NaiveDate) -> Self {
        let hindsight = Hindsight::of(known);
        let mut state = Self::default();
        let mut version = 0;
        for (sequence, event) in (1..).zip(known) {
            match hindsight.bearing(sequence, event, on) {
                Bearing::Counts if hindsight.annuls_nothing(sequence, event) => state.entries.push(Entry::of(event)),
                Bearing::Counts => state.fold(event),
                Bearing::Corrects | Bearing::LeftOut => {
                    // Keeps its sequence, and like an annulled step it does not stand.
                    state.entries.push(Entry { annulled: true, ..Entry::of(event) });
                    continue;
                }
            }
            version = state.entries.len();
        }
        state.entries.truncate(version);
        for (entry, day) in state.entries.iter_mut().zip(hindsight.days) {
            entry.on = day;
        }
        state
    }
}

/// The bearing of each of these known events on the dossier as it was at the end of a day, in their order.
pub fn bearings(known: &[TrajectoryEvent], on: NaiveDate) -> Vec<Bearing> {
    let hindsight = Hindsight::of(known);
    (1..).zip(known).map(|(sequence, event)| hindsight.bearing(sequence, event, on)).collect()
}

/// What is known of the events of a dossier that they did not say themselves.
struct Hindsight {
    /// The day of each event, as corrected.
    days: Vec<NaiveDate>,
    /// Sequences of the steps that were annulled, with that of the event by which.
    annulled_by: BTreeMap<u64, u64>,
}

impl Hindsight {
    fn of(known: &[TrajectoryEvent]) -> Self {
        let (mut state, mut annulled_by) = (LearningTrajectory::default(), BTreeMap::new());
        for (sequence, event) in (1..).zip(known) {
            let stood = |state: &LearningTrajectory, step| state.entry(step).is_some_and(|entry| !entry.annulled);
            let mut names = None;
            if let TrajectoryEvent::StepAnnulled { sequence: step, .. } = event {
                names = Some(*step).filter(|step| stood(&state, *step));
            }
            state.fold(event);
            if let Some(step) = names.filter(|step| !stood(&state, *step)) {
                annulled_by.insert(step, sequence);
            }
        }
        Self { days: state.entries.iter().map(|entry| entry.on).collect(), annulled_by }
    }

    fn bearing(&self, sequence: u64, event: &TrajectoryEvent, on: NaiveDate) -> Bearing {
        if self.counts(sequence, on) {
            return Bearing::Counts;
        }
        if let TrajectoryEvent::FactCorrected { sequence: corrected, .. } = event
            && self.counts(*corrected, on)
        {
            return Bearing::Corrects;
        }
        Bearing::LeftOut
    }

    /// An annulled step counts from the day it was annulled: from then on the two are folded together, and together
    /// they leave the dossier as if the step had not been.
    fn counts(&self, sequence: u64, on: NaiveDate) -> bool {
        self.happened(sequence, on) && self.annulled_by.get(&sequence).is_none_or(|by| self.happened(*by, on))
    }

    fn happened(&self, sequence: u64, on: NaiveDate) -> bool {
        let index = sequence.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| self.days.get(index)).is_some_and(|day| *day <= on)
    }

    /// An annulment that changed nothing when it was recorded changes nothing looking back either.
    fn annuls_nothing(&self, sequence: u64, event: &TrajectoryEvent) -> bool {
        matches!(event, TrajectoryEvent::StepAnnulled { .. }) && self.annulled_by.values().all(|by| *by != sequence)
    }
}
