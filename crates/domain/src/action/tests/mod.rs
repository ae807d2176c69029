//! The plan action: given what happened, when something is asked, then what happens or why not.

mod definition;
mod figures;
mod laws;
mod offices;
mod report;
mod who;

use cqrs_es::test::{AggregateResultValidator, TestFramework};
use uuid::Uuid;

use super::command::{ActionCommand, ResponsibilityGiven};
use super::event::*;
use super::rejection::ActionRejection;
use super::state::PlanAction;
use crate::kernel::testing::{as_role, day};
use crate::kernel::{Addressed, Cents, CommandContext, HalfYear, PlanId, Role};

const TODAY: &str = "2018-12-15";

fn autumn() -> HalfYear {
    "2018-H2".parse().expect("a half-year")
}

fn spring() -> HalfYear {
    "2018-H1".parse().expect("a half-year")
}

fn definition() -> ActionDefinition {
    ActionDefinition {
        plan: PlanId(Uuid::from_u128(1)),
        number: "5.8".parse().expect("a number"),
        title: "Traumapsychologen".into(),
        description: None,
        initiatives: vec![InitiativeList { heading: "Initiatieven".into(), initiatives: Initiatives::Counted(3) }],
        continues: vec![],
    }
}

fn defined() -> ActionEvent {
    ActionEvent::ActionDefined { occurred_on: day("2018-10-01"), definition: definition() }
}

fn status(from: Option<ActionStatus>, to: ActionStatus) -> ActionEvent {
    ActionEvent::ActionStatusChanged {
        occurred_on: day("2018-10-01"),
        half_year: autumn(),
        from,
        to,
        backwards: false,
        reason: None,
    }
}

fn education() -> Competence {
    Competence { code: "Onderwijs".into(), policy_domain: PolicyDomainCode("OV".into()) }
}

fn welfare() -> Competence {
    Competence { code: "Welzijn".into(), policy_domain: PolicyDomainCode("WVG".into()) }
}

fn row_id(n: u128) -> RowId {
    RowId(Uuid::from_u128(n))
}

fn head(n: u128, competences: Vec<Competence>) -> RowHead {
    RowHead { id: row_id(n), half_year: autumn(), place: n as u16, competences }
}

fn row(n: u128, competences: Vec<Competence>) -> ReportRow {
    ReportRow {
        head: head(n, competences),
        blocks: vec![Block::Heading("Stand van zaken".into()), Block::Paragraph("Zeven psychologen.".into())],
        references: vec![],
        carried_from: None,
    }
}

fn reported(row: ReportRow) -> ActionEvent {
    ActionEvent::ProgressReported { occurred_on: day("2018-10-01"), row }
}

fn submitted(n: u128) -> ActionEvent {
    ActionEvent::ReportRowSubmitted { occurred_on: day(TODAY), row: row_id(n) }
}

fn entry_id(n: u128) -> EntryId {
    EntryId(Uuid::from_u128(n))
}

fn entry(n: u128) -> BudgetEntry {
    BudgetEntry {
        id: entry_id(n),
        half_year: autumn(),
        row: None,
        competence: Some(education()),
        competence_basis: Some(CompetenceBasis::Position),
        amount: Cents(50_400_000),
        beneficiary: None,
        note: None,
        funder: None,
        period: None,
        verbatim: Some("504.000 euro".into()),
        source: BudgetSource::BudgetColumn,
        source_lines: None,
        relation: None,
        breakdown: vec![],
        possible_duplicate_of: None,
    }
}

fn means(n: u128) -> Means {
    Means {
        id: entry_id(n),
        half_year: autumn(),
        row: None,
        competence: Some(education()),
        fte_hundredths: 150,
        beneficiary: Some("VSK".into()),
        verbatim: "1,5 VTE + werkingsmiddelen".into(),
    }
}

fn mention(n: u128, text: &str) -> FundingMention {
    FundingMention {
        id: entry_id(n),
        half_year: autumn(),
        row: None,
        competence: Some(welfare()),
        funder: None,
        text: text.into(),
    }
}

fn indicator(n: u128, value: IndicatorValue) -> Indicator {
    Indicator {
        id: entry_id(n),
        half_year: autumn(),
        row: None,
        competence: Some(welfare()),
        label: "begeleide gezinnen".into(),
        unit: None,
        population: None,
        value,
        measure: IndicatorMeasure::Realised,
        as_of: None,
        part_of: None,
        source_lines: None,
    }
}

fn coordinator() -> CommandContext {
    as_role(Role::PlanCoordinator, "abb", TODAY)
}

fn contact_of(domain: &str) -> CommandContext {
    as_role(Role::DomainContact, domain, TODAY)
}

fn folded(events: &[ActionEvent]) -> PlanAction {
    events.iter().fold(PlanAction::default(), |mut action, event| {
        action.apply(event);
        action
    })
}

fn when(given: Vec<ActionEvent>, command: ActionCommand) -> AggregateResultValidator<PlanAction> {
    when_by(coordinator(), given, command)
}

fn when_by(
    context: CommandContext,
    given: Vec<ActionEvent>,
    command: ActionCommand,
) -> AggregateResultValidator<PlanAction> {
    TestFramework::<PlanAction>::with(()).given(given).when(Addressed { command, context })
}
