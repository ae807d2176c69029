//! An action as it is printed: its head, and the table of competences, text, budget and means.

use serde::Serialize;
use spoor_domain::action::event::{
    Block, BudgetEntry, BudgetSource, Competence, EntryId, FundingMention, Indicator, IndicatorMeasure, Initiatives,
    ListItem, Means, RelationKind, RowId, RowStanding,
};
use spoor_domain::kernel::{Label, Language};

use super::super::content::{ActionContent, PolicyDomainContent, RowContent};
use super::{euro, lines, paragraphs, unbroken};
use crate::dutch;

/// An action.
#[derive(Serialize)]
pub(super) struct Action<'a> {
    number: String,
    title: &'a str,
    status: &'static str,
    previous: Option<&'static str>,
    back: bool,
    ministers: Vec<&'a str>,
    domains: Vec<String>,
    others: Vec<&'a str>,
    description: Vec<&'a str>,
    initiatives: Vec<Initiative<'a>>,
    rows: Vec<Row<'a>>,
    regular_means: bool,
    awaits_budget: bool,
}

#[derive(Serialize)]
struct Initiative<'a> {
    heading: &'a str,
    listed: &'a [String],
    counted: Option<String>,
}

#[derive(Serialize)]
struct Row<'a> {
    competences: Vec<String>,
    state: Option<&'static str>,
    blocks: Vec<PrintedBlock<'a>>,
    references: Vec<String>,
    figures: Vec<Figure>,
    money: Vec<Money>,
    /// Nobody has delivered it yet.
    awaited: bool,
    /// Too short to be divided over two pages.
    short: bool,
}

/// About how many letters a line of the description has room for.
const TEXT: usize = 55;

impl Row<'_> {
    /// Says whether it is short, by about as many lines as its longest column takes.
    fn measured(self) -> Self {
        const SHORT: usize = 12;
        let (head, text, side) = (16, TEXT, 28);
        let named: usize = self.competences.iter().map(|name| lines(name, head)).sum();
        let blocks: usize = self.blocks.iter().map(|block| block.lines(text)).sum();
        let references: usize = self.references.iter().map(|words| lines(words, text)).sum();
        let figures: usize = self.figures.iter().map(|figure| lines(&figure.text, text)).sum();
        let of_money = |money: &Money| 1 + money.lines.iter().map(|words| lines(words, side)).sum::<usize>();
        let paid: usize = self.money.iter().map(of_money).sum();
        let short = named.max(blocks + references + figures).max(paid) <= SHORT;
        Self { short, ..self }
    }
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum PrintedBlock<'a> {
    Paragraph {
        text: &'a str,
    },
    /// It stays with what follows: it is short, and what follows is no heading.
    Heading {
        text: &'a str,
        stays: bool,
    },
    List {
        items: Vec<Item<'a>>,
    },
    Link {
        text: &'a str,
        url: &'a str,
        opens: bool,
    },
}

impl PrintedBlock<'_> {
    fn lines(&self, letters: usize) -> usize {
        match self {
            Self::Paragraph { text } | Self::Heading { text, .. } => lines(text, letters) + 1,
            Self::List { items } => items.iter().map(|item| item.lines(letters)).sum(),
            Self::Link { text, url, .. } => lines(text, letters) + lines(url, letters),
        }
    }
}

#[derive(Serialize)]
struct Item<'a> {
    text: &'a str,
    items: Vec<Item<'a>>,
}

impl Item<'_> {
    fn lines(&self, letters: usize) -> usize {
        lines(self.text, letters) + self.items.iter().map(|item| item.lines(letters)).sum::<usize>()
    }
}

/// A figure, under the one it is a part of.
#[derive(Serialize)]
struct Figure {
    text: String,
    depth: usize,
}

/// An amount, people, or funding without an amount, with what is said of it.
#[derive(Serialize)]
struct Money {
    amount: String,
    counts: bool,
    lines: Vec<String>,
}

/// The action as printed.
pub(super) fn action(content: &ActionContent) -> Action<'_> {
    let previous = content.previous_status.filter(|previous| Some(*previous) != content.status);
    let label = |status: spoor_domain::action::event::ActionStatus| status.label(Language::Nl);
    Action {
        number: content.number.to_string(),
        title: &content.title,
        status: content.status.map_or("–", label),
        previous: previous.map(label),
        back: content.went_backwards || content.status.zip(previous).is_some_and(|(now, previous)| now < previous),
        ministers: content.ministers.iter().map(|minister| minister.title.as_str()).collect(),
        domains: content.policy_domains.iter().map(domain).collect(),
        others: content.others.iter().map(String::as_str).collect(),
        description: content.description.as_deref().map(paragraphs).unwrap_or_default(),
        initiatives: content.initiatives.iter().map(initiative).collect(),
        rows: rows(content),
        regular_means: content.regular_means,
        awaits_budget: content.awaits_budget(),
    }
}

fn domain(domain: &PolicyDomainContent) -> String {
    let name = domain.name.as_deref().filter(|name| !name.starts_with(&domain.code));
    let named = name.map_or(domain.code.clone(), |name| format!("{} – {name}", domain.code));
    if domain.coordinator { format!("{named} (coördinatie)") } else { named }
}

fn initiative(list: &spoor_domain::action::event::InitiativeList) -> Initiative<'_> {
    let (listed, counted) = match &list.initiatives {
        Initiatives::Listed(items) => (items.as_slice(), None),
        Initiatives::Counted(count) => (&[][..], Some(dutch::number(i64::from(*count)))),
    };
    Initiative { heading: &list.heading, listed, counted }
}

/// The report rows; what belongs to none of them stands in a row of its own at the end.
fn rows(action: &ActionContent) -> Vec<Row<'_>> {
    let mut rows: Vec<Row> = action.rows.iter().map(|row| of_row(action, row)).collect();
    let known = |row: RowId| action.rows.iter().any(|found| found.id == row);
    let (money, figures) = reported(action, |row| row.is_none_or(|row| !known(row)));
    if !(money.is_empty() && figures.is_empty()) {
        let (competences, blocks, references) = Default::default();
        let (state, awaited, short) = (None, false, false);
        rows.push(Row { competences, state, blocks, references, figures, money, awaited, short }.measured());
    }
    rows
}

fn of_row<'a>(action: &'a ActionContent, row: &'a RowContent) -> Row<'a> {
    let (money, figures) = reported(action, |of| of == Some(row.id));
    let state = match row.state {
        RowStanding::Accepted => None,
        RowStanding::NothingToReport => Some("Niets te melden."),
        RowStanding::NotCarriedOver => Some("De tekst van deze rij is niet overgenomen."),
        RowStanding::NotYetDelivered => Some("Nog niet geleverd."),
    };
    Row {
        competences: row.competences.iter().map(|competence| named(action, competence)).collect(),
        state,
        blocks: blocks(&row.blocks),
        references: row.references.iter().map(|reference| format!("Zie {}.", dutch::reference(reference))).collect(),
        figures,
        money,
        awaited: row.state == RowStanding::NotYetDelivered,
        short: false,
    }
    .measured()
}

/// A competence; with its policy domain where that is none of the action's.
fn named(action: &ActionContent, competence: &Competence) -> String {
    let own = action.policy_domains.iter().any(|domain| domain.code == competence.policy_domain.0);
    if own { competence.code.clone() } else { format!("{} ({})", competence.code, competence.policy_domain) }
}

fn blocks(blocks: &[Block]) -> Vec<PrintedBlock<'_>> {
    let following = blocks.iter().skip(1).map(Some).chain([None]);
    blocks.iter().zip(following).map(|(found, next)| block(found, next)).collect()
}

/// A block as printed before the next one. What stays together must fit on a page, so a heading stays with text only.
fn block<'a>(block: &'a Block, next: Option<&Block>) -> PrintedBlock<'a> {
    const SHORT: usize = 6;
    match block {
        Block::Paragraph(text) => PrintedBlock::Paragraph { text },
        Block::Heading(text) => {
            let before_text = next.is_some_and(|next| !matches!(next, Block::Heading(_)));
            PrintedBlock::Heading { text, stays: before_text && lines(text, TEXT) <= SHORT }
        }
        Block::List(list) => PrintedBlock::List { items: items(list, 1) },
        Block::Link { text, url } => {
            let opens = ["https://", "http://", "mailto:"].iter().any(|scheme| url.starts_with(scheme));
            PrintedBlock::Link { text, url, opens }
        }
    }
}

/// The items of a list. Below the fourth level a column has no room left: what stands deeper follows at that level.
fn items(list: &[ListItem], level: usize) -> Vec<Item<'_>> {
    const DEEPEST: usize = 4;
    let mut printed = Vec::with_capacity(list.len());
    for item in list {
        let below = items(&item.items, level + 1);
        let (own, after) = if level < DEEPEST { (below, Vec::new()) } else { (Vec::new(), below) };
        printed.push(Item { text: &item.text, items: own });
        printed.extend(after);
    }
    printed
}

/// The money and the figures of the rows that are asked for.
fn reported(action: &ActionContent, of: impl Fn(Option<RowId>) -> bool) -> (Vec<Money>, Vec<Figure>) {
    let budget = action.budget.iter().filter(|entry| of(entry.row)).map(|entry| amount(action, entry));
    let means = action.means.iter().filter(|means| of(means.row)).map(people);
    let mentions = action.mentions.iter().filter(|mention| of(mention.row)).map(mentioned);
    let figures: Vec<&Indicator> = action.indicators.iter().filter(|figure| of(figure.row)).collect();
    (budget.chain(means).chain(mentions).collect(), in_parts(&figures))
}

fn amount(action: &ActionContent, entry: &BudgetEntry) -> Money {
    let mut lines: Vec<String> = [&entry.beneficiary, &entry.note].into_iter().flatten().cloned().collect();
    lines.extend(entry.period.as_ref().map(|period| period.verbatim.clone()));
    lines.extend(entry.funder.as_ref().map(|funder| format!("betaald door {funder}")));
    lines.extend(of_no_row(entry.row, entry.competence.as_ref()));
    lines.extend(entry.breakdown.iter().map(|part| match &part.note {
        Some(note) => format!("waarvan {} ({note})", euro(part.amount)),
        None => format!("waarvan {}", euro(part.amount)),
    }));
    lines.extend(entry.relation.and_then(|relation| {
        let other = action.budget.iter().find(|other| other.id == relation.entry)?;
        let how = match relation.kind {
            RelationKind::PartOf => "deel van",
            RelationKind::Repeats => "herhaalt",
            RelationKind::CoFunds => "cofinanciert",
        };
        Some(format!("{how} {}", euro(other.amount)))
    }));
    if entry.source == BudgetSource::Description && entry.relation.is_none() {
        lines.push("alleen in de beschrijving vermeld".to_owned());
    }
    lines.extend(entry.possible_duplicate_of.as_ref().map(|twice| {
        let how = twice.certainty.in_sentence(Language::Nl);
        format!("{how} hetzelfde geld als bij actie\u{A0}{}", twice.action)
    }));
    Money { amount: euro(entry.amount), counts: entry.counts_as_printed(), lines }
}

fn people(means: &Means) -> Money {
    let amount = unbroken(dutch::fte(means.fte_hundredths));
    let mut lines: Vec<String> = means.beneficiary.iter().cloned().collect();
    lines.push(means.verbatim.clone());
    lines.extend(of_no_row(means.row, means.competence.as_ref()));
    Money { amount, counts: true, lines }
}

fn mentioned(mention: &FundingMention) -> Money {
    let mut lines = vec![mention.text.clone()];
    lines.extend(mention.funder.as_ref().map(|funder| format!("betaald door {funder}")));
    lines.extend(of_no_row(mention.row, mention.competence.as_ref()));
    Money { amount: "financiering zonder bedrag".to_owned(), counts: true, lines }
}

/// The competence, where no row says it.
fn of_no_row(row: Option<RowId>, competence: Option<&Competence>) -> Option<String> {
    competence.filter(|_| row.is_none()).map(|competence| format!("bevoegdheid {}", competence.code))
}

/// Figures, each followed by its parts.
fn in_parts(figures: &[&Indicator]) -> Vec<Figure> {
    let here = |id: EntryId| figures.iter().any(|figure| figure.id == id);
    let mut printed = Vec::with_capacity(figures.len());
    let mut left = figures.to_vec();
    for figure in figures.iter().filter(|figure| figure.part_of.is_none_or(|whole| !here(whole))) {
        with_parts(figure, 0, &mut left, &mut printed);
    }
    // Figures said to be parts of each other have no whole; they are printed all the same.
    printed.extend(left.into_iter().map(|figure| Figure { text: worded(figure), depth: 0 }));
    printed
}

fn with_parts(figure: &Indicator, depth: usize, left: &mut Vec<&Indicator>, printed: &mut Vec<Figure>) {
    printed.push(Figure { text: worded(figure), depth });
    left.retain(|other| other.id != figure.id);
    let parts: Vec<&Indicator> = left.iter().copied().filter(|part| part.part_of == Some(figure.id)).collect();
    parts.into_iter().for_each(|part| with_parts(part, depth + 1, left, printed));
}

fn worded(figure: &Indicator) -> String {
    let unit = figure.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    let planned = (figure.measure == IndicatorMeasure::Planned).then(|| "gepland".to_owned());
    let as_of = figure.as_of.map(|day| format!("stand op {}", unbroken(dutch::day(day))));
    let aside: Vec<String> = [figure.population.clone(), planned, as_of].into_iter().flatten().collect();
    let aside = if aside.is_empty() { String::new() } else { format!(" ({})", aside.join("; ")) };
    format!("{}: {}{unit}{aside}", figure.label, dutch::indicator_value(&figure.value))
}
