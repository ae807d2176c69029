//! The sums.

use spoor_domain::action::event::ActionStatus;
use spoor_domain::kernel::{Cents, Label};

use super::shape::{Cell, Sheet, sheet};
use crate::edition::{Count, EditionContent, Subtotal};

pub fn totals(content: &EditionContent) -> Sheet {
    let totals = &content.totals;
    let statuses = statuses(&totals.by_status);
    let [not_started, started, ongoing, completed, discontinued] = statuses;
    let plan = [
        Cell::text("Plan"),
        Cell::Empty,
        Cell::text(&content.head.plan_name),
        Cell::count(totals.actions),
        not_started,
        started,
        ongoing,
        completed,
        discontinued,
        euro(totals.budget_as_printed),
        euro(totals.budget_without_duplicates),
        Cell::count(totals.budget_entries),
        Cell::count(totals.actions_with_budget),
    ];
    let parts = [
        ("Beleidslijn", &totals.by_policy_line),
        ("Hoofdstuk", &totals.by_chapter),
        ("Ministerambt", &totals.by_office),
        ("Beleidsdomein", &totals.by_domain),
        ("Bevoegdheid", &totals.by_competence),
    ];
    let parts = parts.into_iter().flat_map(|(kind, found)| found.iter().map(move |subtotal| part(kind, subtotal)));
    let columns = [
        ("Soort", 14, "waarvan het de som is: het plan, of een deel ervan; ambten en beleidsdomeinen overlappen"),
        ("Sleutel", 24, "het nummer of de code van het deel; leeg bij een bevoegdheid: aan geen enkele toegewezen"),
        ("Naam", 45, "de naam van het deel"),
        ("Acties", 8, "het aantal acties"),
        ("Op te starten", 12, "acties met die status"),
        ("Opgestart", 12, "acties met die status"),
        ("Lopende", 12, "acties met die status"),
        ("Afgerond", 12, "acties met die status"),
        ("Stopgezet", 12, "acties met die status"),
        ("Budget zoals gedrukt (euro)", 18, "de som van de budgetkolom"),
        ("Budget zonder dubbels (euro)", 18, "dezelfde som zonder waarschijnlijke dubbels"),
        ("Bedragen in de budgetkolom", 12, "hoeveel bedragen er in de budgetkolom staan; alleen voor het plan"),
        ("Acties met een bedrag", 12, "hoeveel acties er een hebben; alleen voor het plan"),
    ];
    sheet(("Totalen", "totalen", "Een rij per som."), columns, [plan].into_iter().chain(parts))
}

fn part(kind: &str, found: &Subtotal) -> [Cell; 13] {
    let [not_started, started, ongoing, completed, discontinued] = statuses(&found.by_status);
    [
        Cell::text(kind),
        Cell::text(&found.key),
        Cell::maybe(found.name.as_ref()),
        Cell::count(found.actions),
        not_started,
        started,
        ongoing,
        completed,
        discontinued,
        euro(found.budget_as_printed),
        euro(found.budget_without_duplicates),
        Cell::Empty,
        Cell::Empty,
    ]
}

/// Where no amount is stated there is no sum: that is not nothing.
fn euro(sum: Option<Cents>) -> Cell {
    sum.map_or(Cell::Empty, Cell::Euro)
}

/// The number of actions in each status; a status that does not occur has none.
fn statuses(counts: &[Count]) -> [Cell; 5] {
    use ActionStatus::{Completed, Discontinued, NotStarted, Ongoing, Started};
    const ORDER: [ActionStatus; 5] = [NotStarted, Started, Ongoing, Completed, Discontinued];
    const { assert!(ActionStatus::ALL.len() == ORDER.len()) };
    ORDER.map(|status| Cell::count(counts.iter().filter(|found| found.status == status).map(|found| found.count).sum()))
}
