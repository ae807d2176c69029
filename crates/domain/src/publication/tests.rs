//! The register of publications: given what happened, when something is asked, then what happens or why not.

use cqrs_es::test::TestFramework;

use super::PublicationRegister;
use super::command::PublicationCommand;
use super::event::PublicationEvent;
use super::rejection::PublicationRejection as No;
use super::samples::{editions, made, told};
use crate::kernel::testing::as_role;
use crate::kernel::{Addressed, Decider, Label, Refusal, Role};

fn make(number: u32) -> PublicationCommand {
    PublicationCommand::MakePublication { told: told(number), editions: editions(), edition: 1 }
}

fn when(given: Vec<PublicationEvent>, number: u32) -> cqrs_es::test::AggregateResultValidator<PublicationRegister> {
    let context = as_role(Role::PlanCoordinator, "abb", "2026-03-02");
    TestFramework::with(()).given(given).when(Addressed { command: make(number), context })
}

#[test]
fn each_publication_follows_the_one_before_it() {
    when(vec![], 1).then_expect_events(vec![made(1)]);
    when(vec![made(1)], 2).then_expect_events(vec![made(2)]);
}

#[test]
fn two_publications_cannot_go_on_from_the_same_one() {
    when(vec![made(1), made(2)], 2).then_expect_error(No::NotTheLatest { number: 2, latest: 2 });
    when(vec![], 2).then_expect_error(No::NotTheLatest { number: 2, latest: 0 });
}

#[test]
fn only_who_freezes_editions_publishes() {
    for role in Role::ALL.iter().copied() {
        let decided = PublicationRegister::default().decide(&make(1), &as_role(role, "abb", "2026-03-02"));
        assert_eq!(decided.is_ok(), role == Role::PlanCoordinator, "{role:?}");
    }
}

#[test]
fn every_refusal_says_in_two_languages_what_to_do() {
    for refusal in [No::NotYourRole { role: Role::Guide }, No::NotTheLatest { number: 2, latest: 2 }] {
        let (english, dutch) = (refusal.message(), refusal.message_nl());
        assert!(english.ends_with('.') && dutch.ends_with('.') && english != dutch, "{english} / {dutch}");
    }
}
