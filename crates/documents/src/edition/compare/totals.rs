//! The sums, one by one, and those of police training.

use spoor_domain::kernel::{Cents, Label, Language};

use super::walk::{List, Walk};
use crate::dutch;
use crate::edition::content::{Count, Subtotal, Totals, TrainingTotal};

pub(super) fn totals(walk: &mut Walk, old: &Totals, new: &Totals) {
    let Totals {
        actions,
        by_status,
        by_policy_line,
        by_chapter,
        by_office,
        by_domain,
        by_competence,
        budget_as_printed,
        budget_without_duplicates,
        budget_entries,
        actions_with_budget,
    } = old;
    walk.within("totals", "Totalen", |walk| {
        counted(walk, "actions", "acties", *actions, new.actions);
        counts(walk, by_status, &new.by_status);
        amount(walk, "budget_as_printed", PRINTED, *budget_as_printed, new.budget_as_printed);
        amount(walk, "budget_without_duplicates", WITHOUT, *budget_without_duplicates, new.budget_without_duplicates);
        counted(walk, "budget_entries", "bedragen in de budgetkolom", *budget_entries, new.budget_entries);
        counted(walk, "actions_with_budget", "acties met een bedrag", *actions_with_budget, new.actions_with_budget);
        subtotals(walk, "by_policy_line", "Beleidslijn", by_policy_line, &new.by_policy_line);
        subtotals(walk, "by_chapter", "Hoofdstuk", by_chapter, &new.by_chapter);
        subtotals(walk, "by_office", "Ministerambt", by_office, &new.by_office);
        subtotals(walk, "by_domain", "Beleidsdomein", by_domain, &new.by_domain);
        subtotals(walk, "by_competence", "Bevoegdheid", by_competence, &new.by_competence);
    });
}

const PRINTED: &str = "budget zoals gedrukt";
const WITHOUT: &str = "budget zonder waarschijnlijke dubbels";

fn counted(walk: &mut Walk, name: &str, label: &str, old: u64, new: u64) {
    walk.value(name, label, &old, &new, |count| Some(printed(*count)));
}

fn amount(walk: &mut Walk, name: &str, label: &str, old: Option<Cents>, new: Option<Cents>) {
    walk.value(name, label, &old, &new, |sum| sum.map(dutch::euro));
}

fn printed(count: u64) -> String {
    i64::try_from(count).map_or_else(|_| count.to_string(), dutch::number)
}

/// A status that does not occur counts 0.
fn counts(walk: &mut Walk, old: &[Count], new: &[Count]) {
    let list = List::<Count> {
        name: "by_status",
        item: "Status",
        items: "statussen",
        key: &|found| found.status.code().to_owned(),
        print: &|found| found.status.label(Language::Nl).to_owned(),
    };
    walk.list(&list, &with_zeros(old, new), &with_zeros(new, old), |walk, old, new| {
        let Count { status: _, count } = old;
        counted(walk, "count", "acties", *count, new.count);
    });
}

fn with_zeros(own: &[Count], other: &[Count]) -> Vec<Count> {
    let absent = |status| own.iter().all(|count: &Count| count.status != status);
    let zeros = other.iter().map(|count| count.status).filter(|status| absent(*status));
    let mut all: Vec<Count> = own.iter().copied().chain(zeros.map(|status| Count { status, count: 0 })).collect();
    let in_order = |counts: &[Count]| counts.is_sorted_by_key(|count| count.status);
    if in_order(own) && in_order(other) {
        all.sort_by_key(|count| count.status);
    }
    all
}

fn subtotals(walk: &mut Walk, name: &'static str, item: &'static str, old: &[Subtotal], new: &[Subtotal]) {
    let list = List::<Subtotal> {
        name,
        item,
        items: "deeltotalen",
        key: &|found| found.key.clone(),
        print: &|found| found.name.clone().unwrap_or_else(|| found.key.clone()),
    };
    walk.list(&list, old, new, |walk, old, new| {
        let Subtotal { key: _, name, actions, by_status, budget_as_printed, budget_without_duplicates } = old;
        walk.maybe("name", "naam", name, &new.name);
        counted(walk, "actions", "acties", *actions, new.actions);
        counts(walk, by_status, &new.by_status);
        amount(walk, "budget_as_printed", PRINTED, *budget_as_printed, new.budget_as_printed);
        amount(walk, "budget_without_duplicates", WITHOUT, *budget_without_duplicates, new.budget_without_duplicates);
    });
}

/// What is counted of police training, per programme.
pub(super) fn training(walk: &mut Walk, old: &[TrainingTotal], new: &[TrainingTotal]) {
    let list = List::<TrainingTotal> {
        name: "training",
        item: "Politievorming",
        items: "programma's van politievorming",
        key: &|found| found.programme.clone(),
        print: &|found| found.label.clone(),
    };
    walk.list(&list, old, new, |walk, old, new| {
        let TrainingTotal { programme: _, label, in_period, sessions, cumulative, source } = old;
        walk.text("label", "naam", label, &new.label);
        known(walk, "in_period", "deelnemers in het halfjaar", *in_period, new.in_period);
        known(walk, "sessions", "sessies in het halfjaar", *sessions, new.sessions);
        known(walk, "cumulative", "deelnemers in totaal", *cumulative, new.cumulative);
        walk.maybe("source", "bron van de beginstand", source, &new.source);
    });
}

/// Within an opening balance nobody knows how many there were.
fn known(walk: &mut Walk, name: &str, label: &str, old: Option<u64>, new: Option<u64>) {
    walk.value(name, label, &old, &new, |count| Some(count.map_or_else(|| "niet geregistreerd".to_owned(), printed)));
}
