//! The action plan: given what happened, when something is asked, then what happens or why not.

use cqrs_es::test::{AggregateResultValidator, TestFramework};
use proptest::prelude::*;
use uuid::Uuid;

use super::command::PlanCommand;
use super::event::{Chapter, PlanDecision, PlanEvent, PlanOutline, PolicyLine};
use super::*;
use crate::kernel::testing::{as_role, day};
use crate::kernel::{Addressed, Decider, Label, PlanId, Role};

fn outline() -> PlanOutline {
    let decision = |on: &str| PlanDecision { decided_on: day(on), decision: "goedgekeurd".into() };
    let line = |number| PolicyLine { number, name: format!("Beleidslijn {number}") };
    let chapter = |number, policy_line| Chapter { number, policy_line, title: format!("Hoofdstuk {number}") };
    PlanOutline {
        name: "Actieplan".into(),
        decisions: vec![decision("2015-04-03"), decision("2017-06-02")],
        policy_lines: vec![line(1), line(2)],
        chapters: vec![chapter(1, 1), chapter(2, 1), chapter(3, 2)],
    }
}

fn adopted() -> PlanEvent {
    PlanEvent::ActionPlanAdopted { occurred_on: day("2017-06-02"), outline: outline() }
}

fn later(n: u128) -> PlanId {
    PlanId(Uuid::from_u128(n))
}

fn superseded() -> PlanEvent {
    PlanEvent::ActionPlanSuperseded { occurred_on: day("2021-01-01"), by: later(2) }
}

fn adopt(outline: PlanOutline) -> PlanCommand {
    PlanCommand::AdoptActionPlan { outline }
}

fn supersede(on: &str, by: PlanId) -> PlanCommand {
    PlanCommand::SupersedeActionPlan { superseded_on: day(on), by }
}

fn when(given: Vec<PlanEvent>, command: PlanCommand) -> AggregateResultValidator<ActionPlan> {
    let context = as_role(Role::PlanCoordinator, "abb", "2021-01-01");
    TestFramework::<ActionPlan>::with(()).given(given).when(Addressed { command, context })
}

#[test]
fn a_plan_is_adopted_on_the_day_of_its_latest_decision() {
    when(vec![], adopt(outline())).then_expect_events(vec![adopted()]);
}

#[test]
fn a_plan_is_adopted_once() {
    when(vec![adopted()], adopt(outline())).then_expect_error(PlanRejection::AlreadyAdopted);
}

#[test]
fn a_later_plan_takes_its_place_once() {
    when(vec![adopted()], supersede("2021-01-01", later(2))).then_expect_events(vec![superseded()]);
    when(vec![adopted(), superseded()], supersede("2021-01-01", later(2))).then_expect_events(vec![]);
    when(vec![adopted(), superseded()], supersede("2021-01-01", later(3)))
        .then_expect_error(PlanRejection::AlreadySuperseded);
}

#[test]
fn a_plan_that_is_not_there_or_not_yet_adopted_is_not_superseded() {
    when(vec![], supersede("2021-01-01", later(2))).then_expect_error(PlanRejection::NotAdopted);
    when(vec![adopted()], supersede("2017-06-01", later(2)))
        .then_expect_error(PlanRejection::TooEarly { on: day("2017-06-01"), adopted_on: day("2017-06-02") });
    when(vec![adopted()], supersede("2021-01-02", later(2)))
        .then_expect_error(PlanRejection::InFuture { on: day("2021-01-02"), today: day("2021-01-01") });
}

#[test]
fn a_plan_says_its_name_its_decisions_and_its_chapters() {
    when(vec![], adopt(PlanOutline { name: " ".into(), ..outline() })).then_expect_error(PlanRejection::NameMissing);
    when(vec![], adopt(PlanOutline { decisions: vec![], ..outline() }))
        .then_expect_error(PlanRejection::DecisionMissing);
    when(vec![], adopt(PlanOutline { chapters: vec![], ..outline() }))
        .then_expect_error(PlanRejection::ChaptersMissing);
    let mut reversed = outline();
    reversed.decisions.reverse();
    when(vec![], adopt(reversed)).then_expect_error(PlanRejection::DecisionsOutOfOrder);
    let mut ahead = outline();
    ahead.decisions[1].decided_on = day("2030-01-01");
    when(vec![], adopt(ahead))
        .then_expect_error(PlanRejection::InFuture { on: day("2030-01-01"), today: day("2021-01-01") });
}

#[test]
fn every_number_occurs_once_and_every_chapter_stands_under_a_policy_line() {
    let mut twice = outline();
    twice.policy_lines[1].number = 1;
    when(vec![], adopt(twice)).then_expect_error(PlanRejection::PolicyLineNumber { number: 1 });
    let mut zero = outline();
    zero.chapters[0].number = 0;
    when(vec![], adopt(zero)).then_expect_error(PlanRejection::ChapterNumber { number: 0 });
    let mut astray = outline();
    astray.chapters[2].policy_line = 6;
    when(vec![], adopt(astray)).then_expect_error(PlanRejection::NoSuchPolicyLine { chapter: 3, policy_line: 6 });
}

#[test]
fn only_the_plan_coordinator_changes_a_plan() {
    for role in Role::ALL.iter().copied() {
        let context = as_role(role, "abb", "2021-01-01");
        let adopting = ActionPlan::default().decide(&adopt(outline()), &context);
        let mut plan = ActionPlan::default();
        plan.evolve(&adopted());
        let superseding = plan.decide(&supersede("2021-01-01", later(2)), &context);
        for decided in [adopting, superseding] {
            match role {
                Role::PlanCoordinator => assert!(decided.is_ok(), "{role:?}"),
                _everybody_else => assert_eq!(decided, Err(PlanRejection::NotYourRole { role })),
            }
        }
    }
}

proptest! {
    #[test]
    fn any_history_folds_comes_back_from_json_and_repeats_nothing(
        events in prop::collection::vec(prop::sample::select(vec![adopted(), superseded()]), 0..8),
    ) {
        let mut plan = ActionPlan::default();
        for event in &events {
            plan.evolve(event);
            let json = serde_json::to_string(event).expect("serialises");
            prop_assert_eq!(&serde_json::from_str::<PlanEvent>(&json).expect("comes back"), event);
        }
        let context = as_role(Role::PlanCoordinator, "abb", "2021-01-01");
        for command in [adopt(outline()), supersede("2021-01-01", later(2))] {
            plan.decide(&command, &context).unwrap_or_default().iter().for_each(|event| plan.evolve(event));
            let again = plan.decide(&command, &context);
            prop_assert!(again.as_ref().is_ok_and(Vec::is_empty) || again.is_err(), "{:?}", again);
        }
    }
}
