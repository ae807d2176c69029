//! The two times: as known then, and as it was then by what is known since.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::laws::{Walk, steps};
use super::state::folded;
use crate::kernel::EventPayload;
use crate::trajectory::LearningTrajectory;
use crate::trajectory::event::{CorrectedValue, TrajectoryEvent as Event};
use crate::trajectory::history::{Bearing, bearings};
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::{CorrectableField, TrajectoryStatus};

proptest! {
    #[test]
    fn on_a_day_after_everything_as_it_was_is_as_it_is(events in any_events()) {
        let last = events.iter().filter_map(days_of).max().unwrap_or_default();
        prop_assert_eq!(LearningTrajectory::as_it_was(&events, last), folded(&events));
    }

    #[test]
    fn any_history_can_be_looked_back_on_from_any_day(events in any_events(), offset in 0_u64..120) {
        let state = LearningTrajectory::as_it_was(&events, after(offset));
        prop_assert!(state.version() <= events.len() as u64);
        prop_assert_eq!(state.status().is_some(), state.number().is_some());
        let _whatever_it_is = (state.waiting_for(), state.last_step_on(), state.appointments());
    }

    #[test]
    fn what_counted_on_a_day_counts_on_every_later_day(events in any_events(), day in 0_u64..120, later in 0_u64..60) {
        let (then, afterwards) = (bearings(&events, after(day)), bearings(&events, after(day + later)));
        prop_assert!(then.iter().zip(&afterwards).all(|(then, afterwards)| then <= afterwards));
    }

    #[test]
    fn without_corrections_looking_back_shows_what_was_known(picked in steps()) {
        let mut walk = Walk::default();
        for (kind, variant) in picked {
            walk.step(kind, variant);
        }
        let events = walk.events;
        let corrected = |event: &Event| matches!(event, Event::FactCorrected { .. } | Event::StepAnnulled { .. });
        let until = events.iter().position(corrected).unwrap_or(events.len());
        let events = &events[..until];
        for known in 0..events.len() {
            let (before, later) = events.split_at(known);
            let Some(on) = before.iter().map(EventPayload::occurred_on).max() else { continue };
            if later.iter().all(|event| event.occurred_on() > on) {
                prop_assert_eq!(LearningTrajectory::as_it_was(events, on), folded(before));
            }
        }
    }
}

#[test]
fn a_step_counts_from_its_day_as_corrected_however_late() {
    // The tour of 20 March turns out to have been on the 17th; that was found out on 28 April.
    let tour = sequence_of("IndividualTourHeld");
    let events = [history(TrajectoryStatus::Toured), vec![moved(tour, day(3, 17))]].concat();
    let was = |on| LearningTrajectory::as_it_was(&events, on);
    assert_eq!(folded(&history(TrajectoryStatus::Toured)).status_since(), Some(day(3, 20)));
    assert_eq!(was(day(3, 16)).status(), Some(TrajectoryStatus::Prepared));
    assert_eq!(was(day(3, 17)).status(), Some(TrajectoryStatus::Toured));
    assert_eq!(was(day(3, 17)).status_since(), Some(day(3, 17)));
    assert_eq!(bearings(&events, day(3, 18)).last(), Some(&Bearing::Corrects));
    assert_eq!(bearings(&events, day(4, 28)).last(), Some(&Bearing::Counts));
}

#[test]
fn a_step_moved_to_a_later_day_had_not_happened_before_it() {
    let tour = sequence_of("IndividualTourHeld");
    let events = [history(TrajectoryStatus::Toured), vec![moved(tour, day(3, 25))]].concat();
    assert_eq!(LearningTrajectory::as_it_was(&events, day(3, 21)).status(), Some(TrajectoryStatus::Prepared));
}

#[test]
fn an_annulled_step_never_happened() {
    let events = [history(TrajectoryStatus::Deepened), vec![annulled()]].concat();
    for on in [day(3, 20), day(3, 22), day(3, 23), day(3, 30)] {
        let state = LearningTrajectory::as_it_was(&events, on);
        assert_eq!(state.status(), Some(TrajectoryStatus::Toured), "on {on}");
    }
    // Known then, it had happened.
    let known = LearningTrajectory::as_known(&events[..events.len() - 1]);
    assert_eq!(known.status(), Some(TrajectoryStatus::Deepened));
}

#[test]
fn what_is_no_step_counts_from_its_own_day() {
    let (on, hours) = (restricted().occurred_on(), Days::new(1));
    let events = [history(TrajectoryStatus::Consented), vec![restricted()]].concat();
    assert!(!LearningTrajectory::as_it_was(&events, on - hours).restricted());
    assert!(LearningTrajectory::as_it_was(&events, on).restricted());
}

#[test]
fn before_the_request_there_was_no_dossier() {
    let state = LearningTrajectory::as_it_was(&history(TrajectoryStatus::Closed), day(3, 1));
    assert_eq!(state, LearningTrajectory::default());
}

#[test]
fn a_sequence_names_the_same_event_whatever_is_left_out() {
    // A withdrawal declared on 12 March and recorded after the tour: on the 12th only it counts.
    let withdrawn_early = Event::ParticipationConsentWithdrawn { occurred_on: day(3, 12), recorded_by: parket() };
    let events = [history(TrajectoryStatus::Toured), vec![withdrawn_early]].concat();
    let state = LearningTrajectory::as_it_was(&events, day(3, 12));
    assert_eq!(state.status(), Some(TrajectoryStatus::Withdrawn));
    assert_eq!(state.version(), events.len() as u64);
    assert_eq!(state.status_since(), Some(day(3, 12)));
}

/// Events that may follow each other or not, dated anywhere, with some that point back at others.
fn any_events() -> impl Strategy<Value = Vec<Event>> {
    let picks = (0..Event::TYPES.len(), 0_u64..30, 0_u64..120, 0_u8..4);
    prop::collection::vec(picks, 0..50).prop_map(|picks| {
        let all = one_of_each();
        let event = |(pick, at, offset, kind): (usize, u64, u64, u8)| match kind {
            0 => moved(at, after(offset)),
            1 => annulled_step(at, after(offset)),
            _from_the_samples => all[pick].clone(),
        };
        [vec![requested()], picks.into_iter().map(event).collect()].concat()
    })
}

/// The days an event says anything about: its own, and the one it moves another to.
fn days_of(event: &Event) -> Option<NaiveDate> {
    let mut latest = event.occurred_on();
    if let Event::FactCorrected { value: CorrectedValue::StepDay(day), .. } = event {
        latest = latest.max(*day);
    }
    Some(latest)
}

fn moved(sequence: u64, to: NaiveDate) -> Event {
    corrected_to(sequence, CorrectableField::HeldOn, CorrectedValue::StepDay(to))
}

fn annulled_step(step: u64, on: NaiveDate) -> Event {
    let Event::StepAnnulled { reason, .. } = annulled() else { panic!("an annulment") };
    Event::StepAnnulled { occurred_on: on, sequence: step, reason }
}

fn sequence_of(event_type: &str) -> u64 {
    let events = history(TrajectoryStatus::Toured);
    events.iter().position(|event| event.event_type() == event_type).unwrap() as u64 + 1
}

fn after(days: u64) -> NaiveDate {
    day(2, 25) + Days::new(days)
}
