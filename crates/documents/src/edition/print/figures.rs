//! The sums of an edition as they are printed: tables, and two charts with the same figures in words.

use serde::Serialize;
use spoor_domain::action::event::ActionStatus;
use spoor_domain::kernel::{Cents, Label, Language};

use super::super::content::{Count, Subtotal, Totals};
use super::euro;
use crate::dutch;

/// A chart of bars.
#[derive(Serialize)]
pub(super) struct Bars {
    title: &'static str,
    /// The same in words, for who cannot see it.
    alt: String,
    bars: Vec<Bar>,
}

#[derive(Serialize)]
struct Bar {
    label: String,
    shown: String,
    /// Length in thousandths of the longest.
    length: u64,
}

/// A table of sums.
#[derive(Serialize)]
pub(super) struct Subtotals {
    title: &'static str,
    note: Option<&'static str>,
    of: &'static str,
    statuses: Vec<&'static str>,
    rows: Vec<Line>,
    sum: Option<Line>,
}

#[derive(Serialize)]
struct Line {
    name: String,
    actions: String,
    by_status: Vec<String>,
    printed: String,
    without: String,
}

const NO_AMOUNT: &str = "geen bedrag vermeld";

/// The whole in one paragraph.
pub(super) fn summary(totals: &Totals) -> String {
    let (actions, with) = (dutch::number(whole(totals.actions)), dutch::number(whole(totals.actions_with_budget)));
    let entries = dutch::number(whole(totals.budget_entries));
    let counted = format!("Het plan telt {actions} acties.");
    let Some(printed) = totals.budget_as_printed.map(euro) else {
        return format!("{counted} Voor deze periode zijn geen bedragen bekend.");
    };
    let without = totals.budget_without_duplicates.map_or(NO_AMOUNT.to_owned(), euro);
    format!(
        "{counted} Bij {with} daarvan staan samen {entries} bedragen in de budgetkolom, in totaal {printed}; zonder bedragen die \
         vermoedelijk twee keer vermeld zijn is dat {without}."
    )
}

/// The charts: actions by status, amounts by policy line.
pub(super) fn bars(totals: &Totals) -> Vec<Bars> {
    let statuses = totals.by_status.iter().map(|count| {
        let label = count.status.label(Language::Nl).to_owned();
        (label, dutch::number(whole(count.count)), count.count)
    });
    let lines = totals.by_policy_line.iter().map(|line| {
        let amount = line.budget_as_printed;
        let length = amount.and_then(|amount| u64::try_from(amount.0).ok()).unwrap_or_default();
        (name(line), amount.map_or(NO_AMOUNT.to_owned(), euro), length)
    });
    vec![
        chart("Acties naar status", statuses.collect()),
        chart("Budget zoals vermeld, per beleidslijn", lines.collect()),
    ]
}

fn chart(title: &'static str, bars: Vec<(String, String, u64)>) -> Bars {
    let longest = bars.iter().map(|(_, _, size)| *size).max().unwrap_or_default().max(1);
    let said: Vec<String> = bars.iter().map(|(label, shown, _)| format!("{label}: {shown}")).collect();
    let alt = format!("Staafdiagram. {title}. {}.", said.join("; "));
    let length = |size: u64| u64::try_from(u128::from(size) * 1000 / u128::from(longest)).unwrap_or_default();
    let bars = bars.into_iter().map(|(label, shown, size)| Bar { label, shown, length: length(size) });
    Bars { title, alt, bars: bars.collect() }
}

/// The tables of sums.
pub(super) fn subtotals(totals: &Totals) -> Vec<Subtotals> {
    const OVERLAP: &str = "Een actie kan onder meer dan een rij vallen en telt dan bij elk mee; de rijen tellen dus niet op tot het geheel.";
    const ASCRIBED: &str = "Een actie telt mee bij elke bevoegdheid die erover rapporteert; een bedrag alleen bij de bevoegdheid waaraan het is toegeschreven.";
    let statuses: Vec<ActionStatus> = totals.by_status.iter().map(|count| count.status).collect();
    let table = |title, of, note, found: &[Subtotal], sum| Subtotals {
        title,
        note,
        of,
        statuses: statuses.iter().map(|status| status.label(Language::Nl)).collect(),
        rows: found.iter().map(|part| line(name(part), part.actions, &part.by_status, part, &statuses)).collect(),
        sum,
    };
    let sum = || {
        let amounts = (totals.budget_as_printed, totals.budget_without_duplicates);
        Some(of_amounts("Samen".to_owned(), totals.actions, &totals.by_status, amounts, &statuses))
    };
    let tables = vec![
        table("Per beleidslijn", "Beleidslijn", None, &totals.by_policy_line, sum()),
        table("Per hoofdstuk", "Hoofdstuk", None, &totals.by_chapter, sum()),
        table("Per ministerie", "Bevoegde minister voor", Some(OVERLAP), &totals.by_office, None),
        table("Per beleidsdomein", "Beleidsdomein", Some(OVERLAP), &totals.by_domain, None),
        table("Per bevoegdheid", "Bevoegdheid", Some(ASCRIBED), &totals.by_competence, None),
    ];
    tables.into_iter().filter(|table| !table.rows.is_empty()).collect()
}

fn line(name: String, actions: u64, counts: &[Count], part: &Subtotal, statuses: &[ActionStatus]) -> Line {
    of_amounts(name, actions, counts, (part.budget_as_printed, part.budget_without_duplicates), statuses)
}

fn of_amounts(
    name: String,
    actions: u64,
    counts: &[Count],
    (printed, without): (Option<Cents>, Option<Cents>),
    statuses: &[ActionStatus],
) -> Line {
    let count =
        |status: &ActionStatus| counts.iter().find(|found| found.status == *status).map_or(0, |found| found.count);
    Line {
        name,
        actions: dutch::number(whole(actions)),
        by_status: statuses.iter().map(|status| dutch::number(whole(count(status)))).collect(),
        printed: column(printed),
        without: column(without),
    }
}

/// What a part of the plan is called: its number or code before its name.
fn name(part: &Subtotal) -> String {
    match &part.name {
        _ if part.key.is_empty() => "Niet toegeschreven".to_owned(),
        Some(name) if part.key.chars().all(|letter| letter.is_ascii_digit()) => format!("{}. {name}", part.key),
        Some(name) => name.clone(),
        None => part.key.clone(),
    }
}

/// An amount in a column of euros; nothing reported is no amount, and never 0.
fn column(amount: Option<Cents>) -> String {
    amount.map_or("–".to_owned(), |amount| dutch::hundredths(amount.0))
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
