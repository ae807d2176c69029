//! What the edition is, what its tables are, and what it corrects.

use super::DRAFT;
use super::shape::{Cell, Sheet, sheet};
use crate::edition::{ContentHash, EditionContent};

pub fn about(content: &EditionContent, hash: &ContentHash, draft: bool, sheets: &[Sheet]) -> Sheet {
    let head = &content.head;
    let row = |name: &str, value: Cell| [Cell::text(name), value];
    let draft = draft.then(|| row("Let op", Cell::text(DRAFT)));
    let mut rows: Vec<[Cell; 2]> = draft.into_iter().collect();
    rows.extend([
        row("Plan", Cell::text(&head.plan_name)),
        row("Plan-id", Cell::text(head.plan.to_string())),
        row("Editie", Cell::text(&head.label)),
        row("Halfjaar", Cell::text(head.period.to_string())),
        row("Nummer", Cell::Whole(head.number.into())),
        row("Verbetert editie", head.corrects.map_or(Cell::Empty, |number| Cell::Whole(number.into()))),
        row("Rapporteringsperiode van", Cell::day(head.window.map(|window| window.from))),
        row("Rapporteringsperiode tot en met", Cell::day(head.window.map(|window| window.until))),
        row("Afgesloten op", Cell::Day(head.cut_off)),
        row("Regels voor tellen en afronden", Cell::text(&head.rules)),
        row("Vorm van de inhoud", Cell::text(&content.format)),
        row("SHA-256 van de inhoud", Cell::text(&hash.0)),
        row("Woord vooraf", Cell::maybe(head.preface.as_ref())),
    ]);
    rows.extend(NOTES.map(|note| row("Lezen", Cell::text(note))));
    rows.extend(sheets.iter().map(|sheet| row(sheet.name, Cell::text(sheet.about))));
    let columns = [("Gegeven", 34, "wat het is"), ("Waarde", 110, "wat het zegt")];
    sheet(
        ("Over deze editie", "over-deze-editie", "Welke editie dit is, en hoe de tabellen te lezen zijn."),
        columns,
        rows,
    )
}

const NOTES: [&str; 5] = [
    "Een lege cel betekent dat er niets gezegd is; nooit nul.",
    "Bij cijfers staat naast de waarde de soort waarde. Een getal is geteld of afgerond; „niet geregistreerd”, „nog niet \
     geleverd” en „niet in dit detail” zijn woorden in de cel, en tellen in geen som.",
    "Bedragen zijn in euro, met centen. Budget zoals gedrukt is de som van de budgetkolom; zonder dubbels tellen bedragen \
     die waarschijnlijk hetzelfde geld nog eens drukken niet mee.",
    "Een tekst die te lang is voor een cel loopt door in dezelfde kolom van de volgende rij, waarvan de eerste cel herhaald \
     wordt.",
    "Waar een cel meer dan een waarde heeft, staat er | tussen.",
];

pub fn errata(content: &EditionContent) -> Sheet {
    let rows = content.errata.iter().map(|erratum| {
        [
            Cell::text(erratum.action.map_or_else(|| "Geheel".to_owned(), |number| number.to_string())),
            Cell::text(&erratum.label),
            Cell::maybe(erratum.old.as_ref()),
            Cell::maybe(erratum.new.as_ref()),
            Cell::text(&erratum.path),
        ]
    });
    let columns = [
        ("Actie", 8, "het nummer van de actie; „Geheel” wanneer het over de editie als geheel gaat"),
        ("Wat", 50, "wat verbeterd werd"),
        ("Was", 40, "de oude waarde zoals gedrukt; leeg wanneer het er niet stond"),
        ("Is", 40, "de nieuwe waarde zoals gedrukt; leeg wanneer het vervalt"),
        ("Veld", 50, "de plaats in de inhoud van de editie"),
    ];
    sheet(
        ("Errata", "errata", "Een rij per verbetering tegenover de vorige editie; alleen gegevens van het plan."),
        columns,
        rows,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_about_the_edition_names_its_hash_its_window_and_that_it_is_a_draft() {
        let hash = ContentHash("ab".repeat(32));
        let content = crate::edition::samples::edition();
        let page = |draft| about(&content, &hash, draft, &[]).rows;
        let value =
            |name: &str| page(true).into_iter().find(|row| row[0] == Cell::text(name)).map(|row| row[1].clone());
        assert_eq!(value("SHA-256 van de inhoud"), Some(Cell::text(&hash.0)));
        assert_eq!(value("Rapporteringsperiode van"), content.head.window.map(|window| Cell::Day(window.from)));
        assert_eq!(value("Let op"), Some(Cell::text(DRAFT)));
        assert!(!page(false).iter().any(|row| row[0] == Cell::text("Let op")));
    }
}
