//! A made-up edition that holds every kind of value a content can hold.

use chrono::NaiveDate;
use spoor_disclosure::{HalfYears, Table, TableCell, Value};
use spoor_domain::action::event::*;
use spoor_domain::kernel::{Cents, PlanId};
use uuid::Uuid;

use super::content::*;

/// A day written as in ISO 8601.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn entry_id(n: u128) -> EntryId {
    EntryId(Uuid::from_u128(n))
}

fn row_id(n: u128) -> RowId {
    RowId(Uuid::from_u128(0xa000 + n))
}

fn competence(code: &str, domain: &str) -> Competence {
    Competence { code: code.into(), policy_domain: PolicyDomainCode(domain.into()) }
}

fn amount(n: u128, cents: i64, note: &str) -> BudgetEntry {
    BudgetEntry {
        id: entry_id(n),
        half_year: "2018-H2".parse().unwrap(),
        row: Some(row_id(1)),
        competence: Some(competence("Onderwijs", "OV")),
        competence_basis: Some(CompetenceBasis::OnlyRow),
        amount: Cents(cents),
        beneficiary: None,
        note: Some(note.into()),
        funder: None,
        period: None,
        verbatim: None,
        source: BudgetSource::BudgetColumn,
        source_lines: None,
        relation: None,
        breakdown: Vec::new(),
        possible_duplicate_of: None,
    }
}

fn figure(n: u128, label: &str, value: IndicatorValue) -> Indicator {
    Indicator {
        id: entry_id(0x100 + n),
        half_year: "2018-H2".parse().unwrap(),
        row: None,
        competence: None,
        label: label.into(),
        unit: None,
        population: None,
        value,
        measure: IndicatorMeasure::Realised,
        as_of: None,
        part_of: None,
        source_lines: None,
    }
}

fn leaf(text: &str) -> ListItem {
    ListItem { text: text.into(), items: Vec::new() }
}

fn action(number: &str, title: &str) -> ActionContent {
    ActionContent {
        number: number.parse().unwrap(),
        title: title.into(),
        description: None,
        initiatives: Vec::new(),
        status: Some(ActionStatus::Ongoing),
        previous_status: None,
        went_backwards: false,
        ministers: vec![MinisterContent { title: "Minister van Onderwijs".into(), offices: vec!["Education".into()] }],
        policy_domains: vec![domain("OV", true), domain("KB", false)],
        others: vec!["VVSG".into(), "JINT".into()],
        rows: Vec::new(),
        budget: Vec::new(),
        means: Vec::new(),
        mentions: Vec::new(),
        indicators: Vec::new(),
        regular_means: true,
    }
}

fn domain(code: &str, coordinator: bool) -> PolicyDomainContent {
    let name = PolicyDomainCode(code.into()).name().map(str::to_owned);
    PolicyDomainContent { code: code.into(), name, coordinator }
}

/// An action with every kind of text, amount and figure.
fn full() -> ActionContent {
    let row = RowContent {
        id: row_id(1),
        state: RowStanding::Accepted,
        competences: vec![competence("Onderwijs", "OV"), competence("Jeugd", "CJM")],
        blocks: vec![
            Block::Heading("Stand van zaken".into()),
            Block::Paragraph("Het netwerk kwam negen keer samen.".into()),
            Block::List(vec![ListItem { text: "Gent".into(), items: vec![leaf("Ledeberg")] }, leaf("Mechelen")]),
            Block::Link { text: "verslag".into(), url: "https://example.org/verslag".into() },
        ],
        references: vec![
            Reference {
                plan: None,
                action: Some("4.1".parse().unwrap()),
                competence: Some("Jeugd".into()),
                edition: Some("2018-H1".parse().unwrap()),
            },
            Reference {
                plan: Some(PlanId(Uuid::from_u128(0x0a0b << 112))),
                action: Some("8.2".parse().unwrap()),
                competence: None,
                edition: None,
            },
        ],
    };
    let without = RowContent {
        id: row_id(2),
        state: RowStanding::NothingToReport,
        competences: Vec::new(),
        blocks: Vec::new(),
        references: Vec::new(),
    };
    let column = BudgetEntry {
        beneficiary: Some("Stad Gent".into()),
        funder: Some("AMIF".into()),
        period: Some(BudgetPeriod {
            verbatim: "schooljaar 2017-2018".into(),
            from: Some(day("2017-09-01")),
            until: Some(day("2018-08-31")),
            kind: PeriodKind::SchoolYear,
        }),
        verbatim: Some("1.606.641,63 euro".into()),
        source_lines: Some(SourceLines { first: 2062, last: 2063 }),
        breakdown: vec![
            BudgetPart { amount: Cents(120_498_571), note: Some("AMIF".into()), verbatim: None },
            BudgetPart { amount: Cents(40_166_192), note: None, verbatim: Some("401.661,92 euro".into()) },
        ],
        ..amount(1, 160_664_163, "zeven projecten")
    };
    let part = BudgetEntry {
        source: BudgetSource::Description,
        relation: Some(BudgetRelation { kind: RelationKind::PartOf, entry: entry_id(1) }),
        ..amount(2, 24_970_963, "Mechelen")
    };
    ActionContent {
        description: Some("Steden en gemeenten werken samen.".into()),
        initiatives: vec![
            InitiativeList {
                heading: "Initiatieven".into(),
                initiatives: Initiatives::Listed(vec!["a".into(), "b".into()]),
            },
            InitiativeList { heading: "Voorbeelden".into(), initiatives: Initiatives::Counted(4) },
        ],
        status: Some(ActionStatus::Started),
        previous_status: Some(ActionStatus::Ongoing),
        went_backwards: true,
        rows: vec![row, without],
        budget: vec![column, part],
        regular_means: false,
        ..action("4.6", "Projectoproep")
    }
}

/// An action with people, mentions and every kind of figure.
fn figures() -> ActionContent {
    let twice = PossibleDuplicate {
        action: "4.6".parse().unwrap(),
        entry: entry_id(1),
        certainty: DuplicateCertainty::Probable,
    };
    let part = Indicator { part_of: Some(entry_id(0x101)), ..figure(2, "waarvan lokaal", IndicatorValue::About(6)) };
    let dated = Indicator {
        unit: Some("scholen".into()),
        population: Some("Brussel".into()),
        as_of: Some(day("2018-10-01")),
        measure: IndicatorMeasure::Planned,
        source_lines: Some(SourceLines { first: 7, last: 7 }),
        ..figure(3, "bezocht", IndicatorValue::MoreThan(1_200))
    };
    let unregistered = IndicatorValue::NotRegistered { reason: "geen bron".into() };
    ActionContent {
        budget: vec![
            BudgetEntry { possible_duplicate_of: Some(twice), ..amount(3, 6_000_000, "BCH") },
            BudgetEntry { competence: None, competence_basis: None, row: None, ..amount(4, 5, "kleine som") },
        ],
        means: vec![Means {
            id: entry_id(0x201),
            half_year: "2018-H2".parse().unwrap(),
            row: None,
            competence: Some(competence("Welzijn", "WVG")),
            fte_hundredths: 150,
            beneficiary: Some("Studio Globo".into()),
            verbatim: "1,5 VTE".into(),
        }],
        mentions: vec![FundingMention {
            id: entry_id(0x301),
            half_year: "2018-H2".parse().unwrap(),
            row: None,
            competence: None,
            funder: Some("ESF".into()),
            text: "oproep ESF".into(),
        }],
        indicators: vec![
            figure(1, "projecten", IndicatorValue::Exact(7)),
            part,
            dated,
            figure(4, "duur in dagen", IndicatorValue::Average { hundredths: 1_250 }),
            figure(5, "deelnemers", unregistered),
            figure(6, "eindverslagen", IndicatorValue::NotYetDelivered),
            figure(7, "bereik", IndicatorValue::Unknown),
            figure(8, "klachten", IndicatorValue::Exact(0)),
        ],
        regular_means: false,
        ..action("12.1", "Herinneringseducatie")
    }
}

fn subtotal(key: &str, name: Option<&str>, cents: i64) -> Subtotal {
    Subtotal {
        key: key.into(),
        name: name.map(str::to_owned),
        actions: 2,
        by_status: vec![Count { status: ActionStatus::Ongoing, count: 2 }],
        budget_as_printed: Some(Cents(cents)),
        budget_without_duplicates: Some(Cents(cents - 1)),
    }
}

fn totals() -> Totals {
    Totals {
        actions: 4,
        by_status: vec![
            Count { status: ActionStatus::Started, count: 1 },
            Count { status: ActionStatus::Ongoing, count: 3 },
        ],
        by_policy_line: vec![subtotal("1", Some("Samen"), 160_664_163), subtotal("2", Some("Scholen"), 6_000_005)],
        by_chapter: vec![subtotal("4", Some("Steden"), 160_664_163), subtotal("12", Some("Herinnering"), 6_000_005)],
        by_office: vec![subtotal("Education", Some("Onderwijs"), 166_664_168)],
        by_domain: vec![subtotal("KB", None, 166_664_168), subtotal("OV", None, 166_664_168)],
        by_competence: vec![subtotal("", None, 5), subtotal("Onderwijs", None, 166_664_163)],
        budget_as_printed: Some(Cents(166_664_168)),
        budget_without_duplicates: Some(Cents(160_664_168)),
        budget_entries: 3,
        actions_with_budget: 2,
    }
}

/// Every kind of cell a table can have.
const VALUES: [(&str, &str, Value); 5] = [
    ("antwerp", "Antwerpen", Value::Number(25)),
    ("limburg", "Limburg", Value::Rounded(5)),
    ("brussels", "Brussel", Value::NotRegistered),
    ("eastFlanders", "Oost-Vlaanderen", Value::NotYetDelivered),
    ("westFlanders", "West-Vlaanderen", Value::NotInThisDetail),
];

fn table() -> OperationalTable {
    let cell = |(code, _, value): (&str, &str, Value)| TableCell { categories: vec![code.into()], value };
    let label = |(code, label, _): (&str, &str, Value)| CategoryLabel { code: code.into(), label: label.into() };
    let half_years = HalfYears { first: "2018-H1".parse().unwrap(), last: "2018-H2".parse().unwrap() };
    OperationalTable {
        labels: TableLabels {
            title: "Leertrajecten naar provincie".into(),
            note: "Kleine aantallen zijn afgerond op vijf.".into(),
            dimensions: vec!["provincie".into()],
            categories: VALUES.into_iter().map(label).collect(),
        },
        table: Table { code: "by-province".into(), half_years, cells: VALUES.into_iter().map(cell).collect() },
    }
}

fn training() -> Vec<TrainingTotal> {
    let opening = TrainingTotal {
        programme: "HPM".into(),
        label: "Holocaust, Politie en Mensenrechten".into(),
        in_period: None,
        sessions: None,
        cumulative: Some(11_197),
        source: Some("jaarverslag 2020".into()),
    };
    let counted = TrainingTotal {
        programme: "Polarisation".into(),
        label: "Polarisatie".into(),
        in_period: Some(0),
        sessions: Some(0),
        cumulative: Some(440),
        source: None,
    };
    vec![opening, counted]
}

/// The edition.
pub fn edition() -> EditionContent {
    let chapter = |number, title: &str, actions| ChapterContent { number, title: title.into(), actions };
    let line = |number, name: &str, chapters| PolicyLineContent { number, name: name.into(), chapters };
    let first =
        vec![chapter(4, "Steden", vec![action("4.1", "Netwerk van steden"), full()]), chapter(5, "Leeg", vec![])];
    let second = vec![chapter(12, "Herinnering", vec![figures(), action("12.2", "Bezoek aan Kazerne Dossin")])];
    EditionContent {
        format: FORMAT.into(),
        head: EditionHead {
            plan: PlanId(Uuid::from_u128(0xb001)),
            plan_name: "Actieplan".into(),
            period: "2018-H2".parse().unwrap(),
            number: 2,
            label: "Najaar 2018".into(),
            window: Some(Window { from: day("2018-04-03"), until: day("2018-10-01") }),
            cut_off: day("2018-12-31"),
            preface: Some("Eerste alinea.\n\nTweede alinea.".into()),
            rules: "spoor-rules/1".into(),
            corrects: Some(1),
        },
        policy_lines: vec![line(1, "Samen", first), line(2, "Scholen", second)],
        totals: totals(),
        tables: vec![table()],
        training: training(),
        errata: vec![Erratum {
            action: Some("4.6".parse().unwrap()),
            path: "budget/00000000-0000-0000-0000-000000000001/amount".into(),
            label: "Budgetlijn ‘Stad Gent’: bedrag".into(),
            old: Some("1.606.647,63 euro".into()),
            new: Some("1.606.641,63 euro".into()),
        }],
    }
}
