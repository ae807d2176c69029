//! Amounts that stand in the text only, and parts that do not add up.

use spoor_domain::action::event::{BudgetEntry, BudgetSource, EntryId, RelationKind};
use spoor_domain::kernel::{Cents, Language};

use super::super::report::ActionReport;
use super::{Finding, FindingKind, FindingPlace, finding};

pub(super) fn findings(action: &ActionReport) -> Vec<Finding> {
    let entries = || action.budget.iter().map(|line| &line.entry);
    let in_text_only = |entry: &&BudgetEntry| entry.source == BudgetSource::Description && entry.relation.is_none();
    let mut found: Vec<Finding> = entries().filter(in_text_only).map(|entry| in_text(action, entry)).collect();
    for entry in entries() {
        let parts = entry.breakdown.iter().map(|part| part.amount);
        let own = ("de delen die erbij gedrukt staan", "the parts printed with it");
        found.extend(mismatch(action, entry, parts.collect(), own));
        let listed = entries().filter(|other| part_of(other) == Some(entry.id)).map(|other| other.amount);
        let own = ("de bedragen in de beschrijving", "the amounts in the description");
        found.extend(mismatch(action, entry, listed.collect(), own));
    }
    found
}

fn in_text(action: &ActionReport, entry: &BudgetEntry) -> Finding {
    let what = in_words(entry);
    let nl = format!("{} voor {what}.", entry.amount.printed(Language::Nl));
    let en = format!("{} for {what}.", entry.amount.printed(Language::En));
    finding(action, FindingKind::AmountInDescriptionOnly, FindingPlace::Entry(entry.id), nl, en)
}

fn part_of(entry: &BudgetEntry) -> Option<EntryId> {
    entry.relation.filter(|relation| relation.kind == RelationKind::PartOf).map(|relation| relation.entry)
}

fn mismatch(
    action: &ActionReport,
    entry: &BudgetEntry,
    parts: Vec<Cents>,
    (which_nl, which_en): (&str, &str),
) -> Option<Finding> {
    let number = parts.len();
    let sum: Cents = parts.into_iter().sum();
    if number == 0 || sum == entry.amount {
        return None;
    }
    let apart = Cents(sum.0.saturating_sub(entry.amount.0).saturating_abs());
    let (more_nl, more_en) = if sum > entry.amount { ("meer", "more") } else { ("minder", "less") };
    let told = |amount: Cents, language| amount.printed(language);
    let (nl, en) = (Language::Nl, Language::En);
    let nl = format!(
        "Gedrukt is {} voor {}; {which_nl} ({number}) zijn samen {}: {} {more_nl}.",
        told(entry.amount, nl),
        in_words(entry),
        told(sum, nl),
        told(apart, nl)
    );
    let en = format!(
        "Printed is {} for {}; {which_en} ({number}) are {} together: {} {more_en}.",
        told(entry.amount, en),
        in_words(entry),
        told(sum, en),
        told(apart, en)
    );
    Some(finding(action, FindingKind::SumMismatch, FindingPlace::Entry(entry.id), nl, en))
}

/// What an amount is for, in the report's own words.
pub(super) fn in_words(entry: &BudgetEntry) -> String {
    let words = [&entry.beneficiary, &entry.note, &entry.verbatim].into_iter().flatten().next();
    words.map_or_else(|| "‘–’".to_owned(), |words| format!("‘{words}’"))
}
