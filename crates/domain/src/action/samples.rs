//! Made-up events of a plan action, for fixtures and tests.

use chrono::NaiveDate;
use uuid::Uuid;

use super::event::*;
use crate::kernel::{Cents, HalfYear, PlanId};

/// One of each event, in the order of `ActionEvent::TYPES`, with every optional field filled.
pub fn one_of_each() -> Vec<ActionEvent> {
    let on = day(2018, 10, 1);
    let row = RowId(id(2));
    let domain = Responsibility::PolicyDomain { code: PolicyDomainCode("WVG".into()), coordinator: true };
    vec![
        ActionEvent::ActionDefined { occurred_on: on, definition: definition() },
        ActionEvent::ActionRevised {
            occurred_on: day(2018, 11, 5),
            definition: ActionDefinition { title: "Begeleiding op school".into(), ..definition() },
        },
        ActionEvent::ActionStatusChanged {
            occurred_on: day(2018, 11, 5),
            half_year: HalfYear::of(on),
            from: Some(ActionStatus::Ongoing),
            to: ActionStatus::Started,
            backwards: true,
            reason: Some("Opnieuw opgestart met een andere partner".into()),
        },
        ActionEvent::ResponsibilityAssigned {
            occurred_on: on,
            responsibility: Responsibility::Minister {
                title: "Minister van Onderwijs".into(),
                offices: vec![MinisterOffice::Education],
            },
        },
        ActionEvent::ResponsibilityEnded { occurred_on: day(2018, 11, 5), responsibility: domain },
        ActionEvent::PartnerAdded { occurred_on: on, partner: "Voorbeeldvereniging vzw".into() },
        ActionEvent::PartnerRemoved { occurred_on: day(2018, 11, 5), partner: "Voorbeeldvereniging vzw".into() },
        ActionEvent::ProgressReported { occurred_on: on, row: report_row() },
        ActionEvent::NothingToReportDeclared { occurred_on: on, row: head() },
        ActionEvent::ReportRowNotCarriedOver { occurred_on: on, row: head() },
        ActionEvent::ReportRowSubmitted { occurred_on: on, row },
        ActionEvent::ReportRowReturned { occurred_on: on, row, reason: "De cijfers ontbreken nog".into() },
        ActionEvent::ReportRowAccepted { occurred_on: on, row },
        ActionEvent::BudgetReported { occurred_on: on, entry: budget_entry() },
        ActionEvent::BudgetCorrected {
            occurred_on: day(2018, 11, 5),
            entry: BudgetEntry { amount: Cents(1_250_000), ..budget_entry() },
            reason: "Zetfout".into(),
        },
        ActionEvent::MeansReported { occurred_on: on, means: means() },
        ActionEvent::MeansCorrected {
            occurred_on: day(2018, 11, 5),
            means: Means { fte_hundredths: 100, ..means() },
            reason: "Zetfout".into(),
        },
        ActionEvent::FundingMentioned { occurred_on: on, mention: mention() },
        ActionEvent::FundingMentionCorrected {
            occurred_on: day(2018, 11, 5),
            mention: FundingMention { text: "projectsubsidie".into(), ..mention() },
            reason: "Zetfout".into(),
        },
        ActionEvent::IndicatorReported { occurred_on: on, indicator: indicator() },
    ]
}

/// A definition with initiatives and a predecessor.
pub fn definition() -> ActionDefinition {
    ActionDefinition {
        plan: PlanId(id(1)),
        number: ActionNumber { chapter: 5, place: 10 },
        title: "Begeleiding".into(),
        description: Some("Scholen krijgen begeleiding.".into()),
        initiatives: vec![
            InitiativeList {
                heading: "Concrete initiatieven".into(),
                initiatives: Initiatives::Listed(vec!["Vorming".into(), "Intervisie".into()]),
            },
            InitiativeList { heading: "Bijvoorbeeld".into(), initiatives: Initiatives::Counted(3) },
        ],
        continues: vec![Continues { plan: PlanId(id(9)), number: ActionNumber { chapter: 4, place: 2 } }],
    }
}

/// A row with one of each block and a reference.
pub fn report_row() -> ReportRow {
    let nested = ListItem { text: "Twee dagen".into(), items: vec![] };
    ReportRow {
        head: head(),
        blocks: vec![
            Block::Heading("Stand van zaken".into()),
            Block::Paragraph("De eerste scholen zijn begonnen.".into()),
            Block::List(vec![ListItem { text: "Vorming".into(), items: vec![nested] }]),
            Block::Link { text: "Programma".into(), url: "https://example.org/programma".into() },
        ],
        references: vec![Reference {
            plan: Some(PlanId(id(9))),
            action: Some(ActionNumber { chapter: 8, place: 2 }),
            competence: Some("Onderwijs".into()),
            edition: Some(half_year()),
        }],
        carried_from: Some(RowId(id(3))),
    }
}

/// The head of that row.
pub fn head() -> RowHead {
    RowHead { id: RowId(id(2)), half_year: half_year(), place: 1, competences: vec![education()] }
}

/// An amount with every field filled.
pub fn budget_entry() -> BudgetEntry {
    BudgetEntry {
        id: EntryId(id(4)),
        half_year: half_year(),
        row: Some(RowId(id(2))),
        competence: Some(education()),
        competence_basis: Some(CompetenceBasis::NamedInColumn),
        amount: Cents(1_200_000),
        beneficiary: Some("Voorbeeldvereniging vzw".into()),
        note: Some("eerste schijf".into()),
        funder: Some("Europees Sociaal Fonds".into()),
        period: Some(BudgetPeriod {
            verbatim: "schooljaar 2017-2018".into(),
            from: Some(day(2017, 9, 1)),
            until: Some(day(2018, 8, 31)),
            kind: PeriodKind::SchoolYear,
        }),
        verbatim: Some("12.000 euro (schooljaar 2017-2018)".into()),
        source: BudgetSource::BudgetColumn,
        source_lines: Some(SourceLines { first: 120, last: 121 }),
        relation: Some(BudgetRelation { kind: RelationKind::CoFunds, entry: EntryId(id(5)) }),
        breakdown: vec![BudgetPart {
            amount: Cents(400_000),
            note: Some("cofinanciering".into()),
            verbatim: Some("4.000 euro".into()),
        }],
        possible_duplicate_of: Some(PossibleDuplicate {
            action: ActionNumber { chapter: 9, place: 1 },
            entry: EntryId(id(6)),
            certainty: DuplicateCertainty::Probable,
        }),
    }
}

fn means() -> Means {
    Means {
        id: EntryId(id(7)),
        half_year: half_year(),
        row: Some(RowId(id(2))),
        competence: Some(education()),
        fte_hundredths: 150,
        beneficiary: Some("Voorbeeldvereniging vzw".into()),
        verbatim: "1,5 VTE".into(),
    }
}

fn mention() -> FundingMention {
    FundingMention {
        id: EntryId(id(8)),
        half_year: half_year(),
        row: Some(RowId(id(2))),
        competence: Some(education()),
        funder: Some("Europees Sociaal Fonds".into()),
        text: "projectoproep".into(),
    }
}

fn indicator() -> Indicator {
    Indicator {
        id: EntryId(id(10)),
        half_year: half_year(),
        row: Some(RowId(id(2))),
        competence: Some(education()),
        label: "begeleide scholen".into(),
        unit: Some("scholen".into()),
        population: Some("secundair onderwijs".into()),
        value: IndicatorValue::NotRegistered { reason: "pas geteld vanaf 2019".into() },
        measure: IndicatorMeasure::Realised,
        as_of: Some(day(2018, 9, 30)),
        part_of: Some(EntryId(id(11))),
        source_lines: Some(SourceLines { first: 130, last: 130 }),
    }
}

fn education() -> Competence {
    Competence { code: "Onderwijs".into(), policy_domain: PolicyDomainCode("OV".into()) }
}

fn half_year() -> HalfYear {
    HalfYear::of(day(2018, 10, 1))
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}
