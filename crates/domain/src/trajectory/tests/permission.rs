//! Who may act on a dossier at all: organisation, assignment, restriction, erasure; and that asking and deciding agree.

use super::state::folded;
use super::{given, given_nothing, scenarios, when};
use crate::kernel::{Decider, Label, OrganisationId, Role};
use crate::trajectory::TrajectoryRejection as No;
use crate::trajectory::command::TrajectoryCommandKind as Kind;
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::TrajectoryStatus::{self, *};

scenarios! {
    a_restricted_dossier_refuses_the_next_step: when(Kind::HoldTour).and([restricted()]).refused(No::Restricted);
    a_restricted_dossier_refuses_a_reopening: when(Kind::ReopenTrajectory).and([restricted()]).refused(No::Restricted);
    after_lifting_work_goes_on:
        when(Kind::HoldTour).and([restricted(), restriction_lifted()]).then([tour_held()]);
    an_erased_dossier_takes_no_more: given(Toured)
        .and([erasure_requested(), erasure_confirmed(), key_destroyed()])
        .when_sample(Kind::HoldInDepthTalk)
        .by(Role::Guide)
        .refused(No::SubjectErased);
    from_the_confirmation_on_nothing_is_written: given(Toured)
        .and([erasure_requested(), erasure_confirmed()])
        .when_sample(Kind::WithdrawConsent)
        .refused(No::SubjectErased);
    a_refused_erasure_changes_nothing: when(Kind::HoldInDepthTalk)
        .and([erasure_requested(), erasure_refused()])
        .then([talk_held()]);
    a_guide_works_on_the_own_dossiers: given(Deepened)
        .when_sample(Kind::FileReflectionReport)
        .by(Role::Guide)
        .named(other_guide())
        .refused(No::NotTheAssignedGuide);
    a_replaced_guide_lets_go: given(Prepared)
        .and([guide_replaced()])
        .when_sample(Kind::HoldTour)
        .by(Role::Guide)
        .refused(No::NotTheAssignedGuide);
    another_parket_does_nothing: when(Kind::RecordOutcome)
        .of(other_parket())
        .refused(No::NotYourOrganisation { organisation: other_parket() });
    a_prosecutor_of_the_museum_is_none: when(Kind::RecordOutcome)
        .of(OrganisationId::kazerne_dossin())
        .refused(No::NotYourOrganisation { organisation: OrganisationId::kazerne_dossin() });
    a_coordinator_of_a_parket_is_none: when(Kind::IssueAdvice)
        .of(parket())
        .refused(No::NotYourOrganisation { organisation: parket() });
    the_museum_waits_for_consent: given(Requested)
        .when_sample(Kind::DiscontinueTrajectory)
        .by(Role::MuseumCoordinator)
        .refused(No::MuseumBeforeConsent);
    nothing_is_corrected_in_no_dossier: given_nothing().when_sample(Kind::CorrectFact).refused(No::NoSuchDossier);
}

/// Refusals that say who and when; the others are about the input.
const ABOUT_WHO_AND_WHEN: &[&str] = &[
    "NotYourRole",
    "SeparationOfDuties",
    "NotYourOrganisation",
    "NotTheAssignedGuide",
    "MuseumBeforeConsent",
    "NoSuchDossier",
    "Restricted",
    "SubjectErased",
    "WrongState",
    "TooLate",
    "NoSharingConsent",
    "NothingToEvidence",
    "NoGuideYet",
    "NothingPlanned",
    "NoBundle",
    "StepStays",
    "TransferNotOffered",
    "NothingToLift",
    "OnHold",
    "NobodyToTell",
];

#[test]
fn what_may_be_done_is_what_can_be_decided() {
    let mut decided = 0;
    for status in TrajectoryStatus::ALL {
        let (plain, mut closed_off) = (history(*status), history(*status));
        closed_off.push(restricted());
        for state in [folded(&plain), folded(&closed_off), folded(&[])] {
            for kind in Kind::ALL {
                let sample = sample(*kind);
                for role in Role::ALL {
                    let context = context(*role, day(5, 4));
                    let permitted = state.permitted(*kind, &context);
                    let result = state.decide(&sample.command, &context);
                    match (permitted, result) {
                        (Err(refusal), result) => assert_eq!(result, Err(refusal), "{status:?} {kind:?} {role:?}"),
                        (Ok(()), Ok(_)) => decided += 1,
                        (Ok(()), Err(refusal)) => {
                            let name = refusal.name();
                            assert!(!ABOUT_WHO_AND_WHEN.contains(&name), "{status:?} {kind:?} {role:?}: {name}");
                        }
                    }
                }
            }
        }
    }
    assert!(decided > 100, "the comparison hardly met a possible command: {decided}");
}
