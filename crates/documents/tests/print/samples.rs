//! Contents to print: the report of autumn 2018, and the same with everything a report can hold.

use chrono::NaiveDate;
use spoor_disclosure::{HalfYears, Table, TableCell, Value};
use spoor_documents::edition::*;
use spoor_domain::action::event::{ActionStatus, Block, ListItem, RowStanding};
use spoor_domain::kernel::HalfYear;

/// The report of autumn 2018 as imported.
pub fn autumn_2018() -> EditionContent {
    let kept = include_bytes!("../../fixtures/najaar-2018.json");
    EditionContent::from_bytes(kept).unwrap()
}

/// The hash of a content.
pub fn hash(content: &EditionContent) -> ContentHash {
    ContentHash::of(&content.to_bytes().unwrap())
}

/// A report with long texts, tables of every kind of value, training, errata and a step back.
pub fn full() -> EditionContent {
    let mut content = autumn_2018();
    content.head.number = 2;
    content.head.corrects = Some(1);
    content.head.preface = Some(format!("{SENTENCE}\n\n{SENTENCE} {SENTENCE}"));
    for (place, action) in actions(&mut content).enumerate() {
        action.description = Some(SENTENCE.into());
        action.previous_status = Some(ActionStatus::Started);
        for row in &mut action.rows {
            row.state = RowStanding::Accepted;
            row.blocks = blocks(place % 7);
        }
    }
    if let Some(action) = actions(&mut content).nth(2) {
        action.status = Some(ActionStatus::NotStarted);
    }
    content.tables = vec![by_province(), by_province_and_outcome(), total()];
    content.training =
        vec![training("HPM", "Holocaust, politie en mensenrechten", Some(120)), training("POL", "Polarisatie", None)];
    content.errata = vec![
        erratum("4.6", "budget", Some("1.606.641,63 euro"), Some("1.606.647,63 euro")),
        erratum("5.8", "andere betrokkenen", None, Some("VVSG")),
    ];
    content
}

/// Every action of a content.
pub fn actions(content: &mut EditionContent) -> impl Iterator<Item = &mut ActionContent> {
    content.policy_lines.iter_mut().flat_map(|line| &mut line.chapters).flat_map(|chapter| &mut chapter.actions)
}

const SENTENCE: &str = "In samenwerking met de lokale besturen, het onderwijs en het welzijnswerk werd de ondersteuning van de \
     eerstelijnswerkers voortgezet; de samenwerkingsovereenkomsten liepen door en de opleidingen werden geëvalueerd.";

fn blocks(paragraphs: usize) -> Vec<Block> {
    let leaf = |text: &str| ListItem { text: text.into(), items: Vec::new() };
    let list = Block::List(vec![
        ListItem { text: "de eerste ronde, met".into(), items: vec![leaf("de gemeenten"), leaf("de provincies")] },
        leaf("de tweede ronde"),
    ]);
    let link = Block::Link {
        text: "het verslag".into(),
        url: "https://example.org/een/lang/pad/naar/het-verslag-van-de-werkgroep.pdf".into(),
    };
    let mut blocks = vec![Block::Heading("Stand van zaken".into())];
    blocks.extend((0..paragraphs * 3).map(|_| Block::Paragraph(SENTENCE.into())));
    blocks.extend([list, link]);
    blocks
}

const VALUES: [Value; 5] =
    [Value::Number(1_025), Value::Rounded(0), Value::NotRegistered, Value::NotYetDelivered, Value::NotInThisDetail];
const PROVINCES: [(&str, &str); 5] = [
    ("antwerp", "Antwerpen"),
    ("limburg", "Limburg"),
    ("eastFlanders", "Oost-Vlaanderen"),
    ("flemishBrabant", "Vlaams-Brabant"),
    ("westFlanders", "West-Vlaanderen"),
];
const OUTCOMES: [(&str, &str); 2] = [("dismissed", "geseponeerd"), ("prosecuted", "vervolgd")];

fn table(title: &str, over: &[&str], cells: Vec<TableCell>) -> OperationalTable {
    let half_year: HalfYear = "2018-H2".parse().unwrap();
    let categories = PROVINCES.iter().chain(&OUTCOMES);
    let categories = categories.map(|(code, label)| CategoryLabel { code: (*code).into(), label: (*label).into() });
    OperationalTable {
        labels: TableLabels {
            title: title.into(),
            note: "Geteld worden personen; aantallen van een tot vier zijn afgerond.".into(),
            dimensions: over.iter().map(|name| (*name).to_owned()).collect(),
            categories: categories.collect(),
        },
        table: Table {
            code: title.into(),
            half_years: HalfYears { first: half_year.previous(), last: half_year },
            cells,
        },
    }
}

fn by_province() -> OperationalTable {
    let cell = |((code, _), value): (&(&str, &str), Value)| TableCell { categories: vec![(*code).into()], value };
    table("Leertrajecten per provincie", &["Provincie"], PROVINCES.iter().zip(VALUES).map(cell).collect())
}

fn by_province_and_outcome() -> OperationalTable {
    let pairs = PROVINCES.iter().flat_map(|province| OUTCOMES.iter().map(move |outcome| (province.0, outcome.0)));
    let cell = |((province, outcome), value): ((&str, &str), Value)| TableCell {
        categories: vec![province.into(), outcome.into()],
        value,
    };
    let cells = pairs.zip(VALUES.into_iter().cycle()).map(cell).collect();
    table("Per provincie en gevolg", &["Provincie", "Gevolg"], cells)
}

fn total() -> OperationalTable {
    table("Leertrajecten in totaal", &[], vec![TableCell { categories: Vec::new(), value: Value::Rounded(45) }])
}

fn training(programme: &str, label: &str, in_period: Option<u64>) -> TrainingTotal {
    TrainingTotal {
        programme: programme.into(),
        label: label.into(),
        in_period,
        sessions: in_period.map(|count| count / 20),
        cumulative: Some(11_197),
        source: in_period.is_none().then(|| "Beginstand volgens het jaarverslag.".into()),
    }
}

fn erratum(action: &str, label: &str, old: Option<&str>, new: Option<&str>) -> Erratum {
    Erratum {
        action: Some(action.parse().unwrap()),
        path: label.into(),
        label: label.into(),
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
    }
}

/// A day written as in ISO 8601.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
