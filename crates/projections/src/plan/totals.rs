//! The sums of a report. Pure.

use std::collections::{BTreeMap, BTreeSet};

use spoor_domain::action::event::{ActionStatus, BudgetSource, MinisterOffice, PolicyDomainCode};
use spoor_domain::kernel::{Cents, Label, Language};

use super::facts::{BudgetLine, PlanRow};
use super::report::{ActionReport, ActionStatusCount, ReportTotals, Subtotal};

/// The sums over these actions.
pub(super) fn totals(plan: &PlanRow, actions: &[ActionReport]) -> ReportTotals {
    let whole = subtotal(String::new(), None, actions.iter());
    let in_column = |action: &&ActionReport| entries(action) > 0;
    ReportTotals {
        actions: whole.actions,
        by_status: by_status(&whole.by_status),
        by_policy_line: by_policy_line(plan, actions),
        by_chapter: by_chapter(plan, actions),
        by_office: by_office(actions),
        by_domain: by_domain(actions),
        by_competence: by_competence(actions),
        budget_as_printed: whole.budget_as_printed,
        budget_without_duplicates: whole.budget_without_duplicates,
        budget_entries: actions.iter().map(entries).sum(),
        actions_with_budget: actions.iter().filter(in_column).count() as u64,
    }
}

/// The entries an action has in the budget column.
pub(super) fn entries(action: &ActionReport) -> u64 {
    action.budget.iter().filter(|line| line.entry.source == BudgetSource::BudgetColumn).count() as u64
}

fn by_status(counts: &BTreeMap<ActionStatus, u64>) -> Vec<ActionStatusCount> {
    counts.iter().map(|(status, count)| ActionStatusCount { status: *status, count: *count }).collect()
}

fn by_policy_line(plan: &PlanRow, actions: &[ActionReport]) -> Vec<Subtotal> {
    let chapters = |line: u16| {
        let own = plan.outline.chapters.iter().filter(move |chapter| chapter.policy_line == line);
        own.map(|chapter| chapter.number).collect::<BTreeSet<_>>()
    };
    let of = |line: &spoor_domain::plan::event::PolicyLine| {
        let chapters = chapters(line.number);
        let own = actions.iter().filter(|action| chapters.contains(&action.number.chapter));
        subtotal(line.number.to_string(), Some(line.name.clone()), own)
    };
    plan.outline.policy_lines.iter().map(of).collect()
}

fn by_chapter(plan: &PlanRow, actions: &[ActionReport]) -> Vec<Subtotal> {
    let of = |chapter: &spoor_domain::plan::event::Chapter| {
        let own = actions.iter().filter(|action| action.number.chapter == chapter.number);
        subtotal(chapter.number.to_string(), Some(chapter.title.clone()), own)
    };
    plan.outline.chapters.iter().map(of).collect()
}

fn by_office(actions: &[ActionReport]) -> Vec<Subtotal> {
    let offices = |action: &ActionReport| -> BTreeSet<MinisterOffice> {
        action.ministers.iter().flat_map(|minister| minister.offices.iter().copied()).collect()
    };
    let of = |(office, actions): (MinisterOffice, Vec<&ActionReport>)| {
        subtotal(office.code().to_owned(), Some(office.label(Language::Nl).to_owned()), actions.into_iter())
    };
    grouped(actions, offices).into_iter().map(of).collect()
}

fn by_domain(actions: &[ActionReport]) -> Vec<Subtotal> {
    let domains = |action: &ActionReport| -> BTreeSet<PolicyDomainCode> {
        action.policy_domains.iter().map(|role| role.code.clone()).collect()
    };
    let of = |(code, actions): (PolicyDomainCode, Vec<&ActionReport>)| {
        let name = code.name().map(str::to_owned);
        subtotal(code.0, name, actions.into_iter())
    };
    grouped(actions, domains).into_iter().map(of).collect()
}

/// Actions count under the competences they report under; amounts under the competence they are ascribed to only, so
/// that the amounts add up to the whole (with an empty key for those ascribed to none).
fn by_competence(actions: &[ActionReport]) -> Vec<Subtotal> {
    let competences = |action: &ActionReport| -> BTreeSet<String> {
        let of_rows = action.reports.iter().flat_map(|row| &row.head.competences).map(|found| found.code.clone());
        let of_amounts = counting(action).map(ascribed);
        of_rows.chain(of_amounts).collect()
    };
    let of = |(code, actions): (String, Vec<&ActionReport>)| {
        let own = |line: &&BudgetLine| ascribed(line) == code;
        let lines = actions.iter().flat_map(|action| counting(action)).filter(own).collect::<Vec<_>>();
        let counted = subtotal(code.clone(), None, actions.iter().copied());
        let (budget_as_printed, budget_without_duplicates) = sums(lines.into_iter());
        Subtotal { budget_as_printed, budget_without_duplicates, ..counted }
    };
    grouped(actions, competences).into_iter().map(of).collect()
}

fn ascribed(line: &BudgetLine) -> String {
    line.entry.competence.as_ref().map(|competence| competence.code.clone()).unwrap_or_default()
}

fn counting(action: &ActionReport) -> impl Iterator<Item = &BudgetLine> {
    action.budget.iter().filter(|line| line.entry.counts_as_printed())
}

fn grouped<K: Ord>(
    actions: &[ActionReport],
    keys: impl Fn(&ActionReport) -> BTreeSet<K>,
) -> BTreeMap<K, Vec<&ActionReport>> {
    let mut groups: BTreeMap<K, Vec<&ActionReport>> = BTreeMap::new();
    for action in actions {
        for key in keys(action) {
            groups.entry(key).or_default().push(action);
        }
    }
    groups
}

fn subtotal<'a>(
    key: String,
    name: Option<String>,
    actions: impl Iterator<Item = &'a ActionReport> + Clone,
) -> Subtotal {
    let mut by_status = BTreeMap::new();
    for action in actions.clone() {
        if let Some(status) = action.status {
            *by_status.entry(status).or_insert(0) += 1;
        }
    }
    let (budget_as_printed, budget_without_duplicates) = sums(actions.clone().flat_map(|action| action.budget.iter()));
    let actions = actions.count() as u64;
    Subtotal { key, name, actions, by_status, budget_as_printed, budget_without_duplicates }
}

/// The sum as printed, and the sum without probable duplicates; where there is no amount there is no sum.
fn sums<'a>(lines: impl Iterator<Item = &'a BudgetLine>) -> (Option<Cents>, Option<Cents>) {
    let (mut printed, mut without) = (None, None);
    let add = |sum: &mut Option<Cents>, amount| *sum = Some(sum.unwrap_or(Cents(0)) + amount);
    for BudgetLine { entry, .. } in lines {
        if entry.counts_as_printed() {
            add(&mut printed, entry.amount);
        }
        if entry.counts_without_duplicates() {
            add(&mut without, entry.amount);
        }
    }
    (printed, without)
}
