//! The sums, one by one.

use spoor_domain::kernel::{Cents, Label, Language};

use super::walk::{List, Walk};
use crate::dutch;
use crate::edition::content::{Count, Subtotal, Totals};

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

fn amount(walk: &mut Walk, name: &str, label: &str, old: Cents, new: Cents) {
    walk.value(name, label, &old, &new, |sum| Some(dutch::euro(*sum)));
}

fn printed(count: u64) -> String {
    i64::try_from(count).map_or_else(|_| count.to_string(), dutch::number)
}

fn counts(walk: &mut Walk, old: &[Count], new: &[Count]) {
    let list = List::<Count> {
        name: "by_status",
        item: "Status",
        items: "statussen",
        key: &|found| found.status.code().to_owned(),
        print: &|found| format!("{}: {}", found.status.label(Language::Nl), printed(found.count)),
    };
    walk.list(&list, old, new, |walk, old, new| {
        let Count { status: _, count } = old;
        counted(walk, "count", "acties", *count, new.count);
    });
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
