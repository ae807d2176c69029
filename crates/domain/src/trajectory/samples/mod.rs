//! Made-up histories of a dossier, for fixtures and tests: one of each event, one of each command, a way to every status.

mod commands;
mod events;

pub use commands::{Sample, answers_given, context, participant_given, request_given, sample};
pub use events::*;

use super::event::TrajectoryEvent;
use super::vocabulary::TrajectoryStatus;

/// One of each event, in the order of `TrajectoryEvent::TYPES`, with every optional field filled.
pub fn one_of_each() -> Vec<TrajectoryEvent> {
    vec![
        drafted(),
        requested(),
        prepared_answers(),
        assessed(),
        reassessed(),
        consented(),
        refused(),
        withdrawn(),
        sharing_given(),
        sharing_withdrawn(),
        evidence_attached(),
        guide_assigned(),
        guide_replaced(),
        call_planned(),
        call_moved(),
        call_cancelled(),
        call_missed(),
        call_held(),
        tour_held(),
        tour_interrupted(),
        talk_held(),
        guide_reflected(),
        participant_waived(),
        advised(),
        advice_revised(),
        bundled(),
        delivered(),
        received(),
        outcome_recorded(),
        outcome_revised(),
        retracted(),
        transfer_offered(),
        transferred(),
        closed(),
        discontinued(),
        reopened(),
        corrected(),
        annulled(),
        participant_replaced(),
        linked(),
        unlinked(),
        incident(),
        reassigned(),
        restricted(),
        restriction_lifted(),
        hold_placed(),
        hold_lifted(),
        erasure_requested(),
        erasure_refused(),
        erasure_confirmed(),
        key_destroyed(),
        erasure_certified(),
        told(),
    ]
}

/// A complete history that leads to this status, from the draft on.
pub fn history(status: TrajectoryStatus) -> Vec<TrajectoryEvent> {
    use TrajectoryStatus::*;
    let (before, then) = match status {
        Drafted => (None, vec![drafted()]),
        Requested => (Some(Drafted), vec![requested()]),
        Eligible => (Some(Requested), vec![assessed()]),
        Ineligible => (Some(Requested), vec![found_ineligible()]),
        Consented => (Some(Eligible), vec![consented()]),
        Refused => (Some(Eligible), vec![refused()]),
        Prepared => (Some(Consented), vec![sharing_given(), guide_assigned(), call_planned(), call_held()]),
        Toured => (Some(Prepared), vec![tour_held()]),
        Deepened => (Some(Toured), vec![talk_held()]),
        Reflected => (Some(Deepened), vec![guide_reflected(), participant_waived()]),
        Advised => (Some(Reflected), vec![advised()]),
        Delivered => (Some(Advised), vec![bundled(), delivered()]),
        Closed => (Some(Delivered), vec![received(), outcome_recorded(), closed()]),
        Withdrawn => (Some(Toured), vec![withdrawn()]),
        Retracted => (Some(Consented), vec![retracted()]),
        Discontinued => (Some(Prepared), vec![discontinued()]),
        OpenedInError => (Some(Requested), vec![opened_in_error()]),
    };
    let mut events = before.map(history).unwrap_or_default();
    events.extend(then);
    events
}
