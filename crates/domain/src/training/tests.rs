//! Police training: given what was recorded, when a session or a total is recorded, then it counts once, or why not.

use cqrs_es::test::{AggregateResultValidator, TestFramework};
use proptest::prelude::*;
use uuid::Uuid;

use super::command::{SessionGiven, TrainingCommand as Command};
use super::event::TrainingEvent;
use super::rejection::TrainingRejection as No;
use super::samples::{annulled, balance, corrected, day, held, session};
use super::vocabulary::*;
use super::*;
use crate::kernel::testing::{as_role, day as on};
use crate::kernel::{Addressed, Decider, Label, Role, TrainingSessionId, derived_id};

fn given(held_on: chrono::NaiveDate, participants: u32) -> SessionGiven {
    SessionGiven { programme: TrainingProgramme::Hpm, held_on, audience: TrainingAudience::Aspirant, participants }
}

fn record(held_on: chrono::NaiveDate, participants: u32) -> Command {
    Command::RecordTrainingSession { given: given(held_on, participants) }
}

fn open(until: &str, participants: u32) -> Command {
    let source = "Persbericht van 10 december 2020".into();
    Command::RecordOpeningBalance { programme: TrainingProgramme::Hpm, until: on(until), participants, source }
}

fn when(given: Vec<TrainingEvent>, command: Command) -> AggregateResultValidator<TrainingRecord> {
    let context = as_role(Role::MuseumCoordinator, "kazerne-dossin", "2026-03-11");
    TestFramework::<TrainingRecord>::with(()).given(given).when(Addressed { command, context })
}

#[test]
fn a_session_is_recorded_on_the_day_it_was_held_and_named_after_the_command() {
    let context = as_role(Role::MuseumCoordinator, "kazerne-dossin", "2026-03-11");
    let events = TrainingRecord::default().decide(&record(day(3, 2), 24), &context).expect("recorded");
    let [TrainingEvent::TrainingSessionHeld { occurred_on, session, participants, .. }] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!((*occurred_on, *participants), (day(3, 2), 24));
    assert_eq!(*session, TrainingSessionId(derived_id(context.command_id, "trainingSession")));
}

#[test]
fn a_session_lies_in_the_past_and_has_participants_who_fit_in_the_house() {
    when(vec![], record(day(3, 12), 24)).then_expect_error(No::InFuture { path: "heldOn", today: day(3, 11) });
    when(vec![], record(on("2013-12-31"), 24)).then_expect_error(No::TooEarly { path: "heldOn", year: 2014 });
    when(vec![], record(day(3, 2), 0)).then_expect_error(No::Participants { most: 500 });
    when(vec![], record(day(3, 2), 501)).then_expect_error(No::Participants { most: 500 });
}

#[test]
fn a_session_is_corrected_and_annulled_once() {
    let again = SessionGiven {
        programme: TrainingProgramme::HpmLeadership,
        audience: TrainingAudience::Continuing,
        ..given(day(3, 2), 22)
    };
    let correct =
        Command::CorrectTrainingSession { session: session(1), given: again, reason: TrainingCorrection::CountedAgain };
    let annul = Command::AnnulTrainingSession { session: session(1), reason: TrainingAnnulment::EnteredTwice };
    let events = when(vec![held(1, day(3, 2), 24)], correct.clone()).inspect_result().expect("corrected");
    assert!(matches!(events[..], [TrainingEvent::TrainingSessionCorrected { participants: 22, .. }]), "{events:?}");
    when(vec![held(1, day(3, 2), 24), corrected(1, day(3, 2), 22)], correct.clone()).then_expect_events(vec![]);
    when(vec![held(1, day(3, 2), 24), annulled(1)], annul).then_expect_error(No::NoSuchSession);
    when(vec![], correct).then_expect_error(No::NoSuchSession);
}

#[test]
fn an_opening_balance_and_the_sessions_never_count_the_same_day() {
    let until = on("2020-12-10");
    when(vec![], open("2020-12-10", 11_197)).then_expect_events(vec![TrainingEvent::OpeningBalanceRecorded {
        occurred_on: day(3, 11),
        programme: TrainingProgramme::Hpm,
        until,
        participants: 11_197,
        source: "Persbericht van 10 december 2020".into(),
    }]);
    when(vec![balance(11_197)], record(until, 24)).then_expect_error(No::InOpeningBalance { until });
    let events = when(vec![balance(11_197)], record(on("2020-12-11"), 24)).inspect_result().expect("recorded");
    assert_eq!(events.len(), 1);
    when(vec![held(1, until, 24)], open("2020-12-10", 11_197)).then_expect_error(No::SessionsBefore { first: until });
    when(vec![balance(11_197)], open("2020-12-10", 11_197)).then_expect_error(No::BalanceTaken);
}

#[test]
fn sessions_for_leaders_fall_under_the_balance_of_their_line() {
    let leaders = SessionGiven { programme: TrainingProgramme::HpmLeadership, ..given(on("2019-05-06"), 12) };
    when(vec![balance(11_197)], Command::RecordTrainingSession { given: leaders })
        .then_expect_error(No::InOpeningBalance { until: on("2020-12-10") });
}

#[test]
fn a_balance_says_where_it_was_told_and_can_be_annulled() {
    let nowhere = Command::RecordOpeningBalance {
        programme: TrainingProgramme::Hpm,
        until: on("2020-12-10"),
        participants: 1,
        source: "  ".into(),
    };
    when(vec![], nowhere).then_expect_error(No::Source { most: 500 });
    when(vec![], open("2020-12-10", 0)).then_expect_error(No::Participants { most: 100_000 });
    let annul =
        Command::AnnulOpeningBalance { programme: TrainingProgramme::Hpm, reason: TrainingAnnulment::EnteredWrongly };
    let events = when(vec![balance(11_179)], annul.clone()).inspect_result().expect("annulled");
    assert_eq!(events.len(), 1);
    when(vec![], annul).then_expect_error(No::NoBalance { programme: TrainingProgramme::Hpm });
}

#[test]
fn a_programme_of_another_line_is_not_recorded_here() {
    let astray = SessionGiven { programme: TrainingProgramme::Polarisation, ..given(day(3, 2), 12) };
    when(vec![balance(11_197)], Command::RecordTrainingSession { given: astray })
        .then_expect_error(No::OtherLine { programme: TrainingProgramme::Polarisation, line: TrainingLine::Hpm });
}

#[test]
fn only_the_museum_coordinator_records_training() {
    for role in Role::ALL.iter().copied() {
        let context = as_role(role, "kazerne-dossin", "2026-03-11");
        let decided = TrainingRecord::default().decide(&record(day(3, 2), 24), &context);
        match role {
            Role::MuseumCoordinator => assert!(decided.is_ok(), "{role:?}"),
            _everybody_else => assert_eq!(decided, Err(No::NotYourRole { role })),
        }
    }
}

#[test]
fn every_line_has_a_stream_of_its_own_that_never_changes() {
    let streams: Vec<Uuid> = TrainingLine::ALL.iter().map(|line| line.stream()).collect();
    assert_ne!(streams[0], streams[1]);
    assert_eq!(TrainingLine::Hpm.stream(), derived_id(Uuid::nil(), "training-line/Hpm"));
}

proptest! {
    #[test]
    fn whatever_is_asked_no_day_is_counted_by_a_balance_and_a_session(
        asked in prop::collection::vec((0u8..3, 0u64..3000, 1u32..600), 1..30),
    ) {
        let mut context = as_role(Role::MuseumCoordinator, "kazerne-dossin", "2026-03-11");
        let mut record_of_line = TrainingRecord::default();
        for (n, (what, days, participants)) in asked.into_iter().enumerate() {
            context.command_id = Uuid::from_u128(n as u128 + 1);
            let day = on("2018-01-01") + chrono::Days::new(days);
            let command = match what {
                0 => open(&day.to_string(), participants),
                1 => Command::AnnulOpeningBalance { programme: TrainingProgramme::Hpm, reason: TrainingAnnulment::EnteredWrongly },
                _ => record(day, participants),
            };
            for event in record_of_line.decide(&command, &context).unwrap_or_default() {
                record_of_line.evolve(&event);
                let json = serde_json::to_string(&event).expect("serialises");
                prop_assert_eq!(serde_json::from_str::<TrainingEvent>(&json).expect("comes back"), event);
            }
            if let Some(balance) = record_of_line.balance() {
                prop_assert!(record_of_line.sessions().all(|(_, session)| session.held_on > balance.until));
            }
        }
    }
}
