//! The same money printed by two actions.
//!
//! The rule, over amounts that count in the budget column of different actions: the amounts are equal, and who receives
//! them is the same or nearly the same name, or who pays them is; and their periods overlap, where an amount without a
//! known period may be of any. Where two actions print two or more such amounts, further equal amounts with the same
//! name belong to the same series, also when a period differs: one of the two is probably misprinted. The first mention
//! counts, so the finding stands with the later one. Amounts that somebody already marked are found as well.

use std::collections::{BTreeMap, BTreeSet};

use spoor_domain::action::event::{ActionNumber, BudgetEntry, BudgetPeriod, EntryId, PeriodKind};
use spoor_domain::kernel::Language;

use super::super::report::ActionReport;
use super::money::in_words;
use super::{Finding, FindingKind, FindingPlace, finding};

/// A series is two amounts or more.
const SERIES: usize = 2;

struct Amount<'a> {
    action: &'a ActionReport,
    entry: &'a BudgetEntry,
}

pub(super) fn findings(actions: &[ActionReport]) -> Vec<Finding> {
    let amounts: Vec<Amount<'_>> = actions.iter().flat_map(counting).collect();
    let first_of = matches(&amounts);
    let mut found = Vec::new();
    for amount in &amounts {
        let marked = amount.entry.possible_duplicate_of.as_ref();
        let first = first_of.get(&amount.entry.id).map(|at| &amounts[*at]);
        let (nl, en) = match (first, marked) {
            (Some(first), _) => by_rule(amount, first, marked.is_some()),
            (None, Some(first)) => {
                let number = first.action;
                (
                    format!("Aangemerkt als hetzelfde geld als in actie {number}."),
                    format!("Marked as the same money as in action {number}."),
                )
            }
            (None, None) => continue,
        };
        let place = FindingPlace::Entry(amount.entry.id);
        found.push(finding(amount.action, FindingKind::ProbableDuplicate, place, nl, en));
    }
    found
}

fn counting(action: &ActionReport) -> Vec<Amount<'_>> {
    let entries = action.budget.iter().map(|line| &line.entry).filter(|entry| entry.counts_as_printed());
    entries.map(|entry| Amount { action, entry }).collect()
}

fn by_rule(amount: &Amount<'_>, first: &Amount<'_>, marked: bool) -> (String, String) {
    let period =
        |entry: &BudgetEntry| entry.period.as_ref().map_or_else(|| "–".to_owned(), |period| period.verbatim.clone());
    let (number, here, there) = (first.action.number, amount.entry, first.entry);
    let told = |language| here.amount.printed(language);
    let (marked_nl, marked_en) = if marked { ("Al", "Already") } else { ("Nog niet", "Not yet") };
    let nl = format!(
        "{} voor {} ({}) staat ook in actie {number}, voor {} ({}). {marked_nl} aangemerkt als mogelijk dubbel.",
        told(Language::Nl),
        in_words(here),
        period(here),
        in_words(there),
        period(there),
    );
    let en = format!(
        "{} for {} ({}) stands in action {number} as well, for {} ({}). {marked_en} marked as a possible duplicate.",
        told(Language::En),
        in_words(here),
        period(here),
        in_words(there),
        period(there),
    );
    (nl, en)
}

/// Which amount repeats which: the place of the first mention, by the id of the later one.
fn matches(amounts: &[Amount<'_>]) -> BTreeMap<EntryId, usize> {
    let mut found: BTreeMap<EntryId, usize> = BTreeMap::new();
    // An action prints each amount of another action again at most once.
    let mut taken: BTreeSet<(ActionNumber, usize)> = BTreeSet::new();
    let mut series: BTreeMap<(ActionNumber, ActionNumber), usize> = BTreeMap::new();
    for in_series in [false, true] {
        for later in amounts {
            if found.contains_key(&later.entry.id) {
                continue;
            }
            let own = later.action.number;
            let fits = |(at, first): &(usize, &Amount<'_>)| {
                let pair = (first.action.number, own);
                let free = pair.0 < own && !taken.contains(&(own, *at));
                let length = series.get(&pair).copied().unwrap_or_default();
                free && match in_series {
                    false => same_money(first.entry, later.entry) && closeness(first.entry, later.entry) > 0,
                    true => {
                        length >= SERIES
                            && first.entry.amount == later.entry.amount
                            && same_name(first.entry, later.entry)
                    }
                }
            };
            let last_day = |entry: &BudgetEntry| entry.period.as_ref().and_then(|period| period.until);
            let best = |(_, first): &(usize, &Amount<'_>)| (closeness(first.entry, later.entry), last_day(first.entry));
            if let Some((at, first)) = amounts.iter().enumerate().filter(fits).max_by_key(best) {
                found.insert(later.entry.id, at);
                taken.insert((own, at));
                *series.entry((first.action.number, own)).or_default() += 1;
            }
        }
    }
    found
}

fn same_money(first: &BudgetEntry, later: &BudgetEntry) -> bool {
    let funder = |entry: &BudgetEntry| entry.funder.as_deref().map(words).filter(|words| !words.is_empty());
    let same_funder = funder(first).is_some() && funder(first) == funder(later);
    first.amount == later.amount && (same_funder || same_name(first, later))
}

/// How near two periods are: 3 as printed, 2 when they overlap, 1 when one of them is not known, 0 when they lie apart.
fn closeness(first: &BudgetEntry, later: &BudgetEntry) -> u8 {
    let (Some(first), Some(later)) = (&first.period, &later.period) else { return 1 };
    if first.verbatim == later.verbatim {
        return 3;
    }
    match (span(first), span(later)) {
        (Some((from, until)), Some((other_from, other_until))) => {
            let before =
                |end: Option<_>, start: Option<_>| matches!((end, start), (Some(end), Some(start)) if end < start);
            if before(until, other_from) || before(other_until, from) { 0 } else { 2 }
        }
        (None, _) | (_, None) => 1,
    }
}

type Span = (Option<chrono::NaiveDate>, Option<chrono::NaiveDate>);

/// The days of a period, as far as they are known; yearly money is of any year.
fn span(period: &BudgetPeriod) -> Option<Span> {
    let known = period.from.is_some() || period.until.is_some();
    (known && period.kind != PeriodKind::Yearly).then_some((period.from, period.until))
}

fn same_name(first: &BudgetEntry, later: &BudgetEntry) -> bool {
    let (Some(first), Some(later)) = (name(first), name(later)) else { return false };
    let within = |small: &BTreeSet<String>, large: &BTreeSet<String>| small.iter().all(|word| large.contains(word));
    within(&first, &later) || within(&later, &first)
}

/// The words by which a beneficiary is known. A remark begins with the name where the report prints one, and goes on
/// after a comma, a semicolon, a dash or a bracket; `bestemming niet vermeld` names nobody.
fn name(entry: &BudgetEntry) -> Option<BTreeSet<String>> {
    let printed = entry.beneficiary.as_deref().or(entry.note.as_deref())?;
    let head = printed.split([',', ';', '(', '–', ':']).next().unwrap_or(printed);
    let head = head.split(" - ").next().unwrap_or(head);
    let nobody = ["bestemming", "niet", "zonder", "onbekend"];
    let words = words(head);
    (!words.is_empty() && !words.iter().any(|word| nobody.contains(&word.as_str()))).then_some(words)
}

/// The words of a name, without case, without legal forms and articles.
fn words(name: &str) -> BTreeSet<String> {
    let left_out = ["vzw", "cvba", "bv", "nv", "de", "het", "een", "voor", "middelen"];
    let words = name.split(|sign: char| !sign.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| !word.is_empty() && !left_out.contains(&word.as_str())).collect()
}
