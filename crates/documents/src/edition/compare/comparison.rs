//! Two contents side by side: two editions of one half-year, or two half-years.

use std::collections::BTreeMap;

use spoor_domain::action::event::{ActionNumber, ActionStatus, BudgetEntry, FundingMention, Indicator, Means};

use super::fields::{self, BothNames, Names, Reach};
use super::pairing::{self, Key, pairs};
use super::walk::{Difference, Walk};
use super::{figures, totals};
use crate::edition::content::*;

/// What changed from one content to the other. Everything is in the order of the report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What the heads say differently: label, window, cut-off, preface.
    pub head: Vec<Difference>,
    /// Actions that only the later content has, by number and title.
    pub new_actions: Vec<(ActionNumber, String)>,
    /// Actions that only the earlier content has.
    pub gone_actions: Vec<(ActionNumber, String)>,
    /// Changes of status, of actions that both have. Those that ended are among them.
    pub status_moves: Vec<StatusMove>,
    /// Title, description, initiatives and regular means.
    pub described: Vec<Difference>,
    /// Ministers, policy domains and others involved.
    pub involved: Vec<Changed<Involved>>,
    /// Report rows: text, references, state.
    pub texts: Vec<Changed<RowContent>>,
    /// Amounts: new, gone and changed. Those of new and gone actions are among them.
    pub budget: Vec<Changed<BudgetEntry>>,
    /// People and other means, likewise.
    pub means: Vec<Changed<Means>>,
    /// Mentions of funding, likewise.
    pub mentions: Vec<Changed<FundingMention>>,
    /// Figures, likewise.
    pub indicators: Vec<Changed<Indicator>>,
    /// The sums that differ.
    pub totals: Vec<Difference>,
}

/// A change of status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusMove {
    /// The action.
    pub action: ActionNumber,
    /// Its title.
    pub title: String,
    /// What it was.
    pub from: ActionStatus,
    /// What it is.
    pub to: ActionStatus,
}

/// Something of an action that is new, gone or different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed<T> {
    /// The action.
    pub action: ActionNumber,
    /// As it was; none when it is new.
    pub old: Option<T>,
    /// As it is; none when it is gone.
    pub new: Option<T>,
    /// What differs, when it stayed.
    pub differences: Vec<Difference>,
}

/// Somebody who answers for an action or takes part in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Involved {
    /// A minister.
    Minister(MinisterContent),
    /// A policy domain.
    PolicyDomain(PolicyDomainContent),
    /// Another party.
    Other(String),
}

impl Comparison {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The changes of status by which an action ended.
    pub fn ended(&self) -> impl Iterator<Item = &StatusMove> {
        self.status_moves.iter().filter(|moved| moved.to.is_ended() && !moved.from.is_ended())
    }
}

/// Compares an earlier content with a later one. Actions are paired by number; amounts, means, figures and rows by id
/// and otherwise by what they are about, because every half-year gives them new ids.
pub fn compare(old: &EditionContent, new: &EditionContent) -> Comparison {
    let reach = if old.head.period == new.head.period { Reach::Everything } else { Reach::Meaning };
    let names = (Names::of(old), Names::of(new));
    let (before, after) = (by_number(old), by_number(new));
    let mut comparison = Comparison {
        head: head(&old.head, &new.head),
        totals: sums(&old.totals, &new.totals),
        ..Comparison::default()
    };
    let mut numbers: Vec<ActionNumber> = before.keys().chain(after.keys()).copied().collect();
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        let pair = (before.get(&number).copied(), after.get(&number).copied());
        comparison.existence(number, pair, reach);
        comparison.parts(number, pair, &names, reach);
    }
    comparison
}

fn by_number(content: &EditionContent) -> BTreeMap<ActionNumber, &ActionContent> {
    let chapters = content.policy_lines.iter().flat_map(|line| &line.chapters);
    chapters.flat_map(|chapter| &chapter.actions).map(|action| (action.number, action)).collect()
}

fn head(old: &EditionHead, new: &EditionHead) -> Vec<Difference> {
    let mut walk = Walk::through(None);
    fields::head(&mut walk, old, new);
    walk.found()
}

fn sums(old: &Totals, new: &Totals) -> Vec<Difference> {
    let mut walk = Walk::through(None);
    totals::totals(&mut walk, old, new);
    walk.found()
}

type Pair<'a> = (Option<&'a ActionContent>, Option<&'a ActionContent>);

impl Comparison {
    /// New, gone, or moved to another status.
    fn existence(&mut self, number: ActionNumber, (old, new): Pair<'_>, reach: Reach) {
        match (old, new) {
            (None, Some(new)) => self.new_actions.push((number, new.title.clone())),
            (Some(old), None) => self.gone_actions.push((number, old.title.clone())),
            (Some(old), Some(new)) => {
                let title = new.title.clone();
                let moved = old.status.zip(new.status);
                if let Some((from, to)) = moved.filter(|(from, to)| from != to) {
                    self.status_moves.push(StatusMove { action: number, title, from, to });
                }
                let mut walk = Walk::through(Some(number));
                fields::described(&mut walk, old, new);
                // A move from one status to another is told on its own; the status before always differs between two half-years.
                let told = |found: &Difference| match found.path.as_str() {
                    "status" => moved.is_none(),
                    "previous_status" => reach == Reach::Everything,
                    _other => true,
                };
                self.described.extend(walk.found().into_iter().filter(told));
            }
            (None, None) => {}
        }
    }

    fn parts(&mut self, number: ActionNumber, (old, new): Pair<'_>, names: &BothNames, reach: Reach) {
        let both = |pick: fn(&ActionContent) -> Vec<Involved>| (old.map(pick), new.map(pick));
        let (before, after) = both(involved);
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        self.involved.extend(changed(number, &before, &after, INVOLVED, who_changed));
        let rows = (list(old, |action| &action.rows), list(new, |action| &action.rows));
        self.texts.extend(changed(number, rows.0, rows.1, pairing::ROWS, fields::row));
        let budget = (list(old, |action| &action.budget), list(new, |action| &action.budget));
        let amount = |walk: &mut Walk, old: &_, new: &_| figures::amount(walk, old, new, names, reach);
        self.budget.extend(changed(number, budget.0, budget.1, pairing::BUDGET, amount));
        let means = (list(old, |action| &action.means), list(new, |action| &action.means));
        let people = |walk: &mut Walk, old: &_, new: &_| figures::means(walk, old, new, names, reach);
        self.means.extend(changed(number, means.0, means.1, pairing::MEANS, people));
        let mentions = (list(old, |action| &action.mentions), list(new, |action| &action.mentions));
        let mention = |walk: &mut Walk, old: &_, new: &_| figures::mention(walk, old, new, names, reach);
        self.mentions.extend(changed(number, mentions.0, mentions.1, pairing::MENTIONS, mention));
        let figures = (list(old, |action| &action.indicators), list(new, |action| &action.indicators));
        let indicator = |walk: &mut Walk, old: &_, new: &_| figures::indicator(walk, old, new, names, reach);
        self.indicators.extend(changed(number, figures.0, figures.1, pairing::INDICATORS, indicator));
    }
}

fn list<T>(action: Option<&ActionContent>, pick: fn(&ActionContent) -> &Vec<T>) -> &[T] {
    action.map_or(&[], |action| pick(action))
}

fn changed<T: Clone>(
    action: ActionNumber,
    old: &[T],
    new: &[T],
    keys: &[Key<T>],
    each: impl Fn(&mut Walk, &T, &T),
) -> Vec<Changed<T>> {
    let mut all = Vec::new();
    for (old, new) in pairs(old, new, keys) {
        let mut differences = Vec::new();
        if let (Some(old), Some(new)) = (old, new) {
            let mut walk = Walk::through(Some(action));
            each(&mut walk, old, new);
            differences = walk.found();
            if differences.is_empty() {
                continue;
            }
        }
        all.push(Changed { action, old: old.cloned(), new: new.cloned(), differences });
    }
    all
}

fn involved(action: &ActionContent) -> Vec<Involved> {
    let ministers = action.ministers.iter().cloned().map(Involved::Minister);
    let domains = action.policy_domains.iter().cloned().map(Involved::PolicyDomain);
    ministers.chain(domains).chain(action.others.iter().cloned().map(Involved::Other)).collect()
}

const INVOLVED: &[Key<Involved>] = &[|found| {
    Some(match found {
        Involved::Minister(minister) => format!("minister {}", minister.title),
        Involved::PolicyDomain(domain) => format!("domain {}", domain.code),
        Involved::Other(name) => format!("other {name}"),
    })
}];

fn who_changed(walk: &mut Walk, old: &Involved, new: &Involved) {
    match (old, new) {
        (Involved::Minister(old), Involved::Minister(new)) => fields::minister(walk, old, new),
        (Involved::PolicyDomain(old), Involved::PolicyDomain(new)) => fields::policy_domain(walk, old, new),
        (Involved::Other(_) | Involved::Minister(_) | Involved::PolicyDomain(_), _) => {}
    }
}
