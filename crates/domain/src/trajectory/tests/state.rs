//! What the events make of a dossier.

use crate::kernel::{ActorId, Decider, Label, OrganisationId, SubjectId};
use crate::trajectory::command::TrajectoryCommandKind as Kind;
use crate::trajectory::event::{CorrectedValue, TrajectoryEvent};
use crate::trajectory::record::{AppointmentState, AskedErasure, ConfirmedErasure, Erasure};
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::{TrajectoryStatus::*, *};
use crate::trajectory::{Deadlines, LearningTrajectory};

/// The state after these events.
pub fn folded(events: &[TrajectoryEvent]) -> LearningTrajectory {
    let mut state = LearningTrajectory::default();
    events.iter().for_each(|event| state.evolve(event));
    state
}

fn after(status: TrajectoryStatus, then: &[TrajectoryEvent]) -> LearningTrajectory {
    folded(&[history(status), then.to_vec()].concat())
}

#[test]
fn every_status_is_reached_by_its_history() {
    for status in TrajectoryStatus::ALL {
        assert_eq!(folded(&history(*status)).status(), Some(*status));
    }
    assert_eq!(LearningTrajectory::default().status(), None);
}

#[test]
fn it_is_always_somebodys_move() {
    let waiting = |status| folded(&history(status)).waiting_for();
    let expected = [
        (Drafted, WaitingFor::Prosecutor),
        (Requested, WaitingFor::Prosecutor),
        (Eligible, WaitingFor::Participant),
        (Ineligible, WaitingFor::Prosecutor),
        (Consented, WaitingFor::MuseumCoordinator),
        (Refused, WaitingFor::Prosecutor),
        (Prepared, WaitingFor::Guide),
        (Toured, WaitingFor::Guide),
        (Deepened, WaitingFor::Guide),
        (Reflected, WaitingFor::MuseumCoordinator),
        (Advised, WaitingFor::MuseumCoordinator),
        (Delivered, WaitingFor::ParketJurist),
        (Closed, WaitingFor::Nobody),
        (Withdrawn, WaitingFor::Prosecutor),
        (Retracted, WaitingFor::Nobody),
        (Discontinued, WaitingFor::Prosecutor),
        (OpenedInError, WaitingFor::Nobody),
    ];
    for (status, who) in expected {
        assert_eq!(waiting(status), who, "{status:?}");
    }
    assert_eq!(after(Consented, &[guide_assigned()]).waiting_for(), WaitingFor::Guide);
    assert_eq!(after(Deepened, &[guide_reflected()]).waiting_for(), WaitingFor::Participant);
    assert_eq!(after(Delivered, &[received()]).waiting_for(), WaitingFor::Prosecutor);
    assert_eq!(after(Delivered, &[received(), outcome_recorded()]).waiting_for(), WaitingFor::MuseumCoordinator);
    assert_eq!(after(Closed, &[corrected()]).waiting_for(), WaitingFor::MuseumCoordinator);
}

#[test]
fn a_report_by_both_counts_for_both() {
    let both = TrajectoryEvent::ReflectionReportWaived {
        occurred_on: day(3, 24),
        author: ReflectionAuthor::Both,
        reason: WaiverReason::Other,
        remark: None,
    };
    assert_eq!(after(Deepened, &[both]).status(), Some(Reflected));
    assert_eq!(after(Deepened, &[guide_reflected(), guide_reflected()]).status(), Some(Deepened));
}

#[test]
fn a_reopened_dossier_returns_to_its_last_step() {
    assert_eq!(after(Closed, &[reopened()]).status(), Some(Delivered));
    assert_eq!(after(Discontinued, &[reopened()]).status(), Some(Prepared));
    assert_eq!(after(Retracted, &[reopened()]).status(), Some(Consented));
}

#[test]
fn after_refusal_or_withdrawal_a_reopened_dossier_is_eligible() {
    assert_eq!(after(Refused, &[reopened()]).status(), Some(Eligible));
    assert_eq!(after(Withdrawn, &[reopened()]).status(), Some(Eligible));
}

#[test]
fn after_ineligibility_a_reopened_dossier_is_requested() {
    assert_eq!(after(Ineligible, &[reopened()]).status(), Some(Requested));
}

#[test]
fn an_annulled_step_falls_back_to_where_the_dossier_stood() {
    let state = after(Deepened, &[annulled()]);
    assert_eq!((state.status(), state.status_since()), (Some(Toured), Some(day(3, 20))));
    let first =
        TrajectoryEvent::StepAnnulled { occurred_on: day(3, 23), sequence: 9, reason: AnnulmentReason::WrongDossier };
    let state = after(Deepened, &[annulled(), first]);
    assert_eq!((state.status(), state.status_since()), (Some(Prepared), Some(day(3, 16))));
    assert_eq!(state.version(), 12, "the trail keeps the step and its annulment");
}

#[test]
fn an_annulled_consent_takes_the_dossier_from_the_museum_again() {
    let annulled = TrajectoryEvent::StepAnnulled {
        occurred_on: day(3, 11),
        sequence: 4,
        reason: AnnulmentReason::EnteredByMistake,
    };
    assert!(after(Consented, &[]).museum_involved());
    let state = after(Consented, &[annulled]);
    assert_eq!((state.status(), state.museum_involved()), (Some(Eligible), false));
    assert!(after(Withdrawn, &[reopened()]).museum_involved(), "what the museum has seen it has seen");
}

#[test]
fn a_call_that_takes_place_was_the_appointment_for_it() {
    let state = |events: &[TrajectoryEvent]| after(Consented, events).appointments()[0].state;
    assert_eq!(state(&[call_planned()]), AppointmentState::Planned);
    assert_eq!(state(&[call_planned(), call_held()]), AppointmentState::Held);
    assert_eq!(state(&[call_planned(), call_moved(), call_held()]), AppointmentState::Planned, "it is still to come");
    assert_eq!(state(&[call_planned(), call_cancelled(), call_held()]), AppointmentState::Cancelled);
    assert_eq!(state(&[call_planned(), call_missed()]), AppointmentState::Missed);
    let annulled = TrajectoryEvent::StepAnnulled {
        occurred_on: day(3, 17),
        sequence: 6,
        reason: AnnulmentReason::EnteredByMistake,
    };
    assert_eq!(state(&[call_planned(), call_held(), annulled]), AppointmentState::Planned);
    assert_eq!(state(&[call_planned(), retracted()]), AppointmentState::Cancelled, "it went with the dossier");
}

#[test]
fn a_revision_after_delivery_owes_every_recipient_the_next_bundle() {
    let second = |recipient| TrajectoryEvent::BundleDelivered { occurred_on: day(5, 1), number: 2, recipient };
    let next = TrajectoryEvent::BundleAssembled {
        occurred_on: day(5, 1),
        number: 2,
        pieces: pieces(),
        sha256: hash('c'),
        document: None,
    };
    let to_another = TrajectoryEvent::BundleDelivered { occurred_on: day(4, 2), number: 1, recipient: other_parket() };
    for overtaking in [advice_revised(), corrected()] {
        let state = after(Delivered, &[to_another.clone(), overtaking.clone()]);
        assert_eq!(state.status(), Some(Advised), "{overtaking:?}");
        assert_eq!(state.awaiting_bundle().collect::<Vec<_>>(), [&other_parket(), &parket()]);
        assert!(state.bundles()[0].outdated);
        let events = [to_another.clone(), overtaking, next.clone(), second(parket())];
        assert_eq!(after(Delivered, &events).status(), Some(Advised), "one still waits");
        let events = [events.to_vec(), vec![second(other_parket())]].concat();
        assert_eq!(after(Delivered, &events).status(), Some(Delivered));
    }
}

#[test]
fn whoever_the_participant_no_longer_agrees_to_is_owed_no_bundle() {
    let state = after(Delivered, &[corrected(), sharing_withdrawn()]);
    assert_eq!((state.status(), state.awaiting_bundle().count()), (Some(Delivered), 0));
    assert_eq!(after(Delivered, &[corrected(), sharing_given()]).status(), Some(Advised));
    assert_eq!(after(Advised, &[sharing_withdrawn()]).status(), Some(Advised), "nothing was delivered yet");
}

#[test]
fn correcting_the_notes_of_a_talk_overtakes_no_bundle() {
    let notes = TrajectoryEvent::FactCorrected {
        occurred_on: day(4, 28),
        correction: COMMAND_ID,
        sequence: 10,
        field: CorrectableField::Notes,
        value: CorrectedValue::Text(about("Anders")),
        reason: about("Verkeerd."),
        consent_by: None,
        reason_not_same_day: None,
    };
    assert_eq!(after(Delivered, &[notes]).status(), Some(Delivered));
}

#[test]
fn a_bundle_delivered_after_an_end_leaves_the_end() {
    let delivered = [bundled(), delivered()];
    assert_eq!(after(Withdrawn, &delivered).status(), Some(Withdrawn));
}

#[test]
fn a_corrected_day_moves_the_status_with_it() {
    let moved = TrajectoryEvent::FactCorrected {
        occurred_on: day(5, 4),
        correction: COMMAND_ID,
        sequence: 9,
        field: CorrectableField::HeldOn,
        value: CorrectedValue::StepDay(day(3, 18)),
        reason: about("Verkeerd."),
        consent_by: None,
        reason_not_same_day: None,
    };
    assert_eq!(after(Toured, &[moved]).status_since(), Some(day(3, 18)));
}

#[test]
fn the_wrong_person_leaves_alone_and_eligibility_starts_again() {
    let state = after(Eligible, &[sharing_given(), participant_replaced()]);
    assert_eq!(state.status(), Some(Requested));
    assert_eq!((state.subject(), state.subjects()), (Some(other_subject()), vec![subject(), other_subject()]));
    assert_eq!(state.sharing_consent(), None);
    let state = after(Eligible, &[participant_replaced(), erasure_confirmed(), key_destroyed()]);
    assert_eq!(state.erasure(subject()), Some(&Erasure::Destroyed { certificate: None }));
    assert!(!state.erased(), "the right person is still there");
    assert_eq!(after(Drafted, &[participant_replaced()]).status(), Some(Drafted));
}

#[test]
fn erasure_has_its_states() {
    let erasure = |events: &[TrajectoryEvent]| after(Closed, events).erasure(subject()).cloned();
    let asked = AskedErasure { reference: reference(), by: ActorId("officer-1".into()), on: day(5, 4) };
    assert_eq!(erasure(&[]), None);
    assert_eq!(erasure(&[erasure_requested()]), Some(Erasure::Requested(asked.clone())));
    assert_eq!(erasure(&[erasure_requested(), erasure_refused()]), Some(Erasure::Refused));
    let confirmed = ConfirmedErasure { asked, by: ActorId("officer-2".into()), on: day(5, 5) };
    assert_eq!(erasure(&[erasure_requested(), erasure_confirmed()]), Some(Erasure::Confirmed(confirmed)));
    let gone = [erasure_requested(), erasure_confirmed(), key_destroyed()];
    assert_eq!(erasure(&gone), Some(Erasure::Destroyed { certificate: None }));
    assert!(after(Toured, &gone).erased());
    assert_eq!(after(Toured, &gone).waiting_for(), WaitingFor::Nobody);
    assert!(!after(Toured, &[erasure_requested()]).erased());
}

#[test]
fn a_dossier_is_due_so_many_days_after_its_last_change_of_status() {
    let deadlines = Deadlines { days: [(Toured, 7)].into() };
    assert_eq!(after(Toured, &[]).due_on(&deadlines), Some(day(3, 27)));
    assert_eq!(after(Toured, &[incident()]).due_on(&deadlines), Some(day(3, 27)));
    assert_eq!(after(Prepared, &[]).due_on(&deadlines), None, "no deadline is set");
    assert_eq!(after(Toured, &[restricted()]).due_on(&deadlines), None, "nobody may act");
    let everything = Deadlines { days: TrajectoryStatus::ALL.iter().map(|status| (*status, 1)).collect() };
    assert_eq!(after(Closed, &[]).due_on(&everything), None, "an end is never late");
}

#[test]
fn a_transferred_dossier_is_the_other_parkets() {
    let state = after(Eligible, &[reassigned(), transfer_offered()]);
    assert_eq!((state.parket(), state.pending_transfer()), (Some(&parket()), Some(&other_parket())));
    assert_eq!(state.prosecutor(), Some(&ActorId("prosecutor-2".into())));
    let state = after(Eligible, &[reassigned(), transfer_offered(), transferred()]);
    assert_eq!((state.parket(), state.pending_transfer()), (Some(&other_parket()), None));
    assert_eq!(state.prosecutor(), None);
}

#[test]
fn each_organisation_names_its_own_handler() {
    let at_the_museum = TrajectoryEvent::TrajectoryReassigned {
        occurred_on: day(3, 13),
        organisation: OrganisationId::kazerne_dossin(),
        from: None,
        to: ActorId("coordinator-2".into()),
    };
    let state = after(Consented, &[reassigned(), at_the_museum]);
    assert_eq!(state.prosecutor(), Some(&ActorId("prosecutor-2".into())));
    assert_eq!(state.coordinator(), Some(&ActorId("coordinator-2".into())));
}

#[test]
fn restrictions_links_and_consents_come_and_go() {
    assert!(after(Eligible, &[restricted()]).restricted());
    assert!(!after(Eligible, &[restricted(), restriction_lifted()]).restricted());
    assert!(after(Eligible, &[hold_placed()]).on_hold());
    assert!(!after(Eligible, &[hold_placed(), hold_lifted()]).on_hold());
    assert_eq!(after(Eligible, &[linked()]).linked_subjects()[0].other_subject, other_subject());
    assert!(after(Eligible, &[linked(), unlinked()]).linked_subjects().is_empty());
    assert!(after(Eligible, &[sharing_given()]).sharing_consent().is_some());
    assert_eq!(after(Eligible, &[sharing_given(), sharing_withdrawn()]).sharing_consent(), None);
    assert_eq!(after(Consented, &[guide_assigned(), guide_replaced()]).guide(), Some(&other_guide()));
}

#[test]
fn the_plain_facts_can_be_read() {
    let state = after(Closed, &[]);
    assert_eq!(state.number().map(|number| number.0.as_str()), Some("LT-2026-0042"));
    assert_eq!((state.requested_on(), state.last_step_on()), (Some(day(3, 3)), Some(day(4, 15))));
    assert_eq!(state.outcome().map(|outcome| outcome.outcome), Some(ProsecutionOutcome::ProvisionallyDismissed));
    assert_eq!(state.bundles()[0].deliveries[0].received_on, Some(day(4, 2)));
    assert_eq!(state.version(), 18);
    assert_eq!(state.subjects(), [SubjectId(uuid::Uuid::from_u128(0x5001))]);
    assert_eq!(after(Closed, &[outcome_revised()]).outcome().unwrap().outcome, ProsecutionOutcome::Prosecuted);
    assert_eq!(after(Drafted, &[]).requested_on(), None);
    let sample = sample(Kind::TransferTrajectory);
    assert!(folded(&sample.given).permitted(Kind::TransferTrajectory, &sample.context()).is_ok());
}

#[test]
fn a_dossier_is_about_each_of_its_persons_in_turn() {
    let state = after(Requested, &[participant_replaced(), assessed()]);
    let replaced_at = history(Requested).len() as u64 + 1;
    assert_eq!(state.replaced_subjects(), [subject()]);
    assert_eq!(state.about(subject()), 1..replaced_at);
    assert_eq!(state.about(other_subject()), replaced_at..u64::MAX);
    assert!(after(Requested, &[]).about(other_subject()).is_empty(), "a person it was never about");
    assert!(LearningTrajectory::default().about(subject()).is_empty());
}
