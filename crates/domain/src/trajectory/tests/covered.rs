//! What the scenarios cover together: every event happens in some, every refusal is given in some.

use std::collections::BTreeSet;

use super::Scenario;
use crate::kernel::{EventPayload, Label, Refusal};
use crate::trajectory::command::TrajectoryCommandKind;
use crate::trajectory::event::TrajectoryEvent;
use crate::trajectory::samples::{one_of_each, sample};
use crate::trajectory::{LearningTrajectory, TrajectoryRejection};

fn scenarios() -> Vec<Scenario> {
    [
        super::request::all(),
        super::eligibility::all(),
        super::consent::all(),
        super::museum::all(),
        super::advice::all(),
        super::bundle::all(),
        super::ending::all(),
        super::corrections::all(),
        super::erasure::all(),
        super::disclosures::all(),
        super::permission::all(),
    ]
    .concat()
}

fn refusals() -> Vec<TrajectoryRejection> {
    scenarios().iter().filter_map(|scenario| scenario.consequence().as_ref().err().cloned()).collect()
}

#[test]
fn every_event_happens_in_some_scenario() {
    let scenarios = scenarios();
    let happened = scenarios.iter().filter_map(|scenario| scenario.consequence().as_ref().ok()).flatten();
    let covered: BTreeSet<&str> = happened.map(EventPayload::event_type).collect();
    let missing: Vec<_> = TrajectoryEvent::TYPES.iter().filter(|name| !covered.contains(*name)).collect();
    assert!(missing.is_empty(), "no scenario in which these happen: {missing:?}");
}

#[test]
fn every_refusal_is_given_in_some_scenario() {
    let covered: BTreeSet<&str> = refusals().iter().map(TrajectoryRejection::name).collect();
    let missing: Vec<_> = TrajectoryRejection::NAMES.iter().filter(|name| !covered.contains(*name)).collect();
    assert!(missing.is_empty(), "no scenario in which these are given: {missing:?}");
}

#[test]
fn every_refusal_says_in_two_languages_what_to_do() {
    for refusal in refusals() {
        let (english, dutch) = (refusal.message(), refusal.message_nl());
        for sentence in [&english, &dutch] {
            assert!(!sentence.contains(['{', '}']), "{}: {sentence}", refusal.name());
            // What is wrong, and after it what to do.
            assert!(sentence.ends_with('.') && sentence.contains([':', ';']), "{}: {sentence}", refusal.name());
        }
        assert_ne!(english, dutch);
        assert!(refusal.path().iter().all(|name| name.starts_with(|first: char| first.is_ascii_lowercase())));
    }
}

#[test]
fn a_refused_order_names_the_mutation_that_comes_first() {
    use crate::trajectory::vocabulary::TrajectoryStatus;
    let refusal = TrajectoryRejection::wrong_state(TrajectoryCommandKind::HoldTour, TrajectoryStatus::Consented);
    assert_eq!(
        refusal.message(),
        "'Record the tour' is not possible while the dossier is 'Consented': record the preparatory call first \
         with holdPreparatoryCall."
    );
    assert_eq!(
        refusal.message_nl(),
        "'Rondleiding noteren' kan niet zolang het dossier 'Toestemming gegeven' is: noteer eerst het voorbereidend \
         gesprek met holdPreparatoryCall."
    );
}

#[test]
fn the_samples_hold_each_event_once_and_each_command_in_its_place() {
    let names: Vec<_> = one_of_each().iter().map(EventPayload::event_type).collect();
    assert_eq!(names, TrajectoryEvent::TYPES);
    for kind in TrajectoryCommandKind::ALL {
        let sample = sample(*kind);
        assert_eq!(sample.command.kind(), *kind);
        let state: LearningTrajectory = super::state::folded(&sample.given);
        assert_eq!(state.permitted(*kind, &sample.context()), Ok(()), "{kind:?}");
    }
}
