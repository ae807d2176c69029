//! The published tables on dossiers, cell by cell, and police training.

use spoor_disclosure::Value;

use super::shape::{Cell, Column, Sheet, sheet, whole};
use crate::dutch;
use crate::edition::{EditionContent, OperationalTable};

/// The tables have different dimensions, so as many columns as the widest needs.
pub fn tables(content: &EditionContent) -> Sheet {
    let widest = content.tables.iter().map(|table| table.labels.dimensions.len()).max().unwrap_or_default().max(1);
    let column = |header: String, width, about| Column { header, width, about };
    let mut columns = vec![
        column("Tabel".into(), 24, "de code van de tabel"),
        column("Titel".into(), 40, "de titel van de tabel"),
        column("Van halfjaar".into(), 12, "het eerste halfjaar waarover de tabel gaat"),
        column("Tot en met halfjaar".into(), 12, "het laatste halfjaar waarover de tabel gaat"),
    ];
    for place in 1..=widest {
        columns.push(column(format!("Dimensie {place}"), 18, "waarnaar onderscheiden wordt"));
        columns.push(column(format!("Categorie {place}"), 24, "de categorie; leeg in een tabel met minder dimensies"));
    }
    columns.extend([
        column("Waarde".into(), 22, "het aantal, of de woorden waarom er geen is; een afgeronde 0 is niet „niemand”"),
        column(
            "Soort waarde".into(),
            22,
            "geteld, afgerond, niet geregistreerd, nog niet geleverd of niet in dit detail",
        ),
        column("Toelichting".into(), 60, "wat geteld wordt en hoe kleine aantallen verteld worden"),
    ]);
    let rows = content.tables.iter().flat_map(|table| cells(table, widest));
    let about = "Een rij per cel van de gepubliceerde tabellen over dossiers.";
    Sheet { name: "Tabellen", file: "tabellen", about, columns, rows: whole(rows) }
}

fn cells(found: &OperationalTable, widest: usize) -> Vec<Vec<Cell>> {
    let OperationalTable { labels, table } = found;
    let row = |cell: &spoor_disclosure::TableCell| {
        let mut row = vec![
            Cell::text(&table.code),
            Cell::text(&labels.title),
            Cell::text(table.half_years.first.to_string()),
            Cell::text(table.half_years.last.to_string()),
        ];
        for place in 0..widest {
            row.push(Cell::maybe(labels.dimensions.get(place)));
            row.push(Cell::maybe(cell.categories.get(place).map(|code| labels.word(code))));
        }
        row.extend(value(cell.value));
        row.push(Cell::text(&labels.note));
        row
    };
    table.cells.iter().map(row).collect()
}

/// The value and its kind.
fn value(value: Value) -> [Cell; 2] {
    let absent = |words| [Cell::text(words), Cell::text(words)];
    match value {
        Value::Number(count) => [Cell::Whole(count.into()), Cell::text("geteld")],
        Value::Rounded(count) => [Cell::Rounded(count), Cell::text("afgerond")],
        Value::NotRegistered => absent("niet geregistreerd"),
        Value::NotYetDelivered => absent(dutch::NOT_YET_DELIVERED),
        Value::NotInThisDetail => absent("niet in dit detail"),
    }
}

pub fn training(content: &EditionContent) -> Sheet {
    // Within an opening balance nobody knows how many there were in one half-year, or up to one.
    let known = |count: Option<u64>| count.map_or_else(|| Cell::text("niet geregistreerd"), Cell::count);
    let rows = content.training.iter().map(|found| {
        [
            Cell::text(&found.programme),
            Cell::text(&found.label),
            known(found.in_period),
            known(found.sessions),
            known(found.cumulative),
            Cell::maybe(found.source.as_ref()),
        ]
    });
    let columns = [
        ("Programma", 18, "de code van het programma"),
        ("Naam", 40, "de naam van het programma"),
        ("Deelnemers in het halfjaar", 16, "of „niet geregistreerd” binnen een beginstand"),
        ("Sessies in het halfjaar", 16, "of „niet geregistreerd” binnen een beginstand"),
        (
            "Deelnemers in totaal",
            16,
            "vanaf het begin tot het einde van het halfjaar, of „niet geregistreerd” vóór het einde van een beginstand",
        ),
        ("Bron van de beginstand", 40, "waar een beginstand vandaan komt"),
    ];
    sheet(("Politievorming", "politievorming", "Een rij per programma."), columns, rows)
}
