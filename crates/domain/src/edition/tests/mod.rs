//! The editions of a half-year: given what happened, when something is asked, then what happens or why not.

mod collection;
mod laws;
mod life;
mod persons;
mod waivers;
mod who;

use cqrs_es::test::{AggregateResultValidator, TestFramework};

use super::command::EditionCommand;
use super::event::*;
use super::finding::Finding;
use super::rejection::EditionRejection as No;
use super::samples::*;
use super::state::ReportEdition;
use crate::kernel::testing::as_role;
use crate::kernel::{ActorId, Addressed, CommandContext, Decider, Role};

/// A coordinator of the plan on a day of 2025.
fn coordinator(name: &str, today: (u32, u32)) -> CommandContext {
    let mut context = as_role(Role::PlanCoordinator, "abb", &day(today.0, today.1).to_string());
    context.actor.id = ActorId(name.into());
    context
}

fn when(
    given: Vec<EditionEvent>,
    command: EditionCommand,
    context: CommandContext,
) -> AggregateResultValidator<ReportEdition> {
    TestFramework::<ReportEdition>::with(()).given(given).when(Addressed { command, context })
}

fn folded(events: &[EditionEvent]) -> ReportEdition {
    events.iter().fold(ReportEdition::default(), |mut editions, event| {
        editions.evolve(event);
        editions
    })
}

fn open() -> EditionCommand {
    EditionCommand::OpenEdition { plan: plan(), half_year: half_year(), head: head() }
}

fn freeze(findings: Vec<Finding>) -> EditionCommand {
    EditionCommand::FreezeEdition { number: 1, pinned: pinned(), findings }
}

fn waive(finding: Finding, reported_by: &[&str]) -> EditionCommand {
    EditionCommand::WaiveSmallCount {
        number: 1,
        finding,
        reported_by: reported_by.iter().map(|name| person(name)).collect(),
        reason: "Het gaat om personeel, en staat in de vacatures.".into(),
    }
}

fn correct() -> EditionCommand {
    EditionCommand::OpenCorrection { head: head(), reason: "Het bedrag van actie 6.2 is verbeterd.".into() }
}

fn withdraw() -> EditionCommand {
    EditionCommand::WithdrawEdition { number: 1, reason: "Een bedrag was verkeerd overgenomen.".into() }
}

fn submitted(month_day: (u32, u32)) -> EditionEvent {
    EditionEvent::EditionSubmitted { occurred_on: day(month_day.0, month_day.1), number: 1 }
}
