//! The register: given what was taken, when a number is asked for, then it is the next one.

use cqrs_es::test::TestFramework;
use proptest::prelude::*;
use uuid::Uuid;

use super::command::RegisterCommand::{TakeNumber, TakeNumbers};
use super::event::RegisterEvent;
use super::rejection::RegisterRejection;
use super::*;
use crate::kernel::testing::{as_role, day};
use crate::kernel::{Addressed, Decider, DossierId, Label, Role};

fn dossier(n: u128) -> DossierId {
    DossierId(Uuid::from_u128(n))
}

fn taken(n: u128, running: u64) -> RegisterEvent {
    RegisterEvent::DossierNumberTaken {
        occurred_on: day("2026-03-02"),
        dossier: dossier(n),
        number: dossier_number(2026, running),
    }
}

fn by_prosecutor(command: command::RegisterCommand) -> Addressed<command::RegisterCommand> {
    Addressed { command, context: as_role(Role::Prosecutor, "parket-antwerpen", "2026-03-02") }
}

fn register() -> TestFramework<DossierRegister> {
    TestFramework::with(())
}

#[test]
fn the_first_dossier_of_a_year_gets_number_one() {
    register()
        .given_no_previous_events()
        .when(by_prosecutor(TakeNumber { year: 2026, dossier: dossier(1) }))
        .then_expect_events(vec![taken(1, 1)]);
    assert_eq!(dossier_number(2026, 42).0, "LT-2026-0042");
    assert_eq!(dossier_number(2026, 12345).0, "LT-2026-12345");
}

#[test]
fn numbers_run_on_without_a_gap() {
    register()
        .given(vec![taken(1, 1), taken(2, 2)])
        .when(by_prosecutor(TakeNumbers { year: 2026, dossiers: vec![dossier(3), dossier(4)] }))
        .then_expect_events(vec![taken(3, 3), taken(4, 4)]);
}

#[test]
fn the_same_dossier_again_gets_no_second_number() {
    register()
        .given(vec![taken(1, 1)])
        .when(by_prosecutor(TakeNumber { year: 2026, dossier: dossier(1) }))
        .then_expect_events(vec![]);
    register()
        .given(vec![taken(1, 1), taken(2, 2)])
        .when(by_prosecutor(TakeNumbers { year: 2026, dossiers: vec![dossier(1), dossier(2)] }))
        .then_expect_events(vec![]);
}

#[test]
fn only_the_parket_takes_numbers() {
    for role in Role::ALL.iter().copied() {
        let context = as_role(role, "somewhere", "2026-03-02");
        let decided = DossierRegister::default().decide(&TakeNumber { year: 2026, dossier: dossier(1) }, &context);
        let may = matches!(role, Role::Prosecutor | Role::ProsecutionJurist);
        assert_eq!(decided.is_ok(), may, "{role:?}");
        if !may {
            assert_eq!(decided, Err(RegisterRejection::NotYourRole { role }));
        }
    }
}

#[test]
fn a_year_that_is_none_or_another_than_the_streams_is_refused() {
    register()
        .given_no_previous_events()
        .when(by_prosecutor(TakeNumber { year: 26, dossier: dossier(1) }))
        .then_expect_error(RegisterRejection::NoSuchYear { year: 26 });
    register()
        .given(vec![taken(1, 1)])
        .when(by_prosecutor(TakeNumber { year: 2027, dossier: dossier(2) }))
        .then_expect_error(RegisterRejection::OtherYear { year: 2027, latest: dossier_number(2026, 1) });
}

#[test]
fn no_dossier_and_one_dossier_twice_are_refused() {
    register()
        .given_no_previous_events()
        .when(by_prosecutor(TakeNumbers { year: 2026, dossiers: vec![] }))
        .then_expect_error(RegisterRejection::NoDossiers);
    register()
        .given_no_previous_events()
        .when(by_prosecutor(TakeNumbers { year: 2026, dossiers: vec![dossier(1), dossier(1)] }))
        .then_expect_error(RegisterRejection::SameDossierTwice);
}

#[test]
fn the_state_does_not_grow_with_the_numbers() {
    let mut register = DossierRegister::default();
    let mut sizes = Vec::new();
    for n in 1..=500 {
        register.evolve(&taken(n, 1000 + n as u64));
        sizes.push(serde_json::to_string(&register).expect("serialises").len());
    }
    assert!(sizes[499] <= sizes[0] + 2, "{} -> {}", sizes[0], sizes[499]);
}

proptest! {
    #[test]
    fn whatever_is_asked_numbers_are_dense_and_a_repeat_takes_nothing(batches in prop::collection::vec(1usize..5, 1..20)) {
        let context = as_role(Role::Prosecutor, "parket-antwerpen", "2026-03-02");
        let (mut register, mut next, mut numbers) = (DossierRegister::default(), 1u128, Vec::new());
        for size in batches {
            let dossiers: Vec<_> = (0..size).map(|n| dossier(next + n as u128)).collect();
            next += size as u128;
            let command = TakeNumbers { year: 2026, dossiers };
            for event in register.decide(&command, &context).expect("decided") {
                register.evolve(&event);
                let RegisterEvent::DossierNumberTaken { number, .. } = event;
                numbers.push(number);
            }
            prop_assert_eq!(register.decide(&command, &context), Ok(vec![]));
        }
        let expected: Vec<_> = (1..=numbers.len() as u64).map(|n| dossier_number(2026, n)).collect();
        prop_assert_eq!(numbers, expected);
    }
}
