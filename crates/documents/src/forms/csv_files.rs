//! The tables as comma-separated values: a file each, and one that describes the columns.

use std::fmt::Write as _;

use super::FormError;
use super::tables::{Cell, DRAFT, Sheet, Workbook};
use super::zipped::{File, archive as zipped};
use crate::csv;

/// The archive.
pub fn archive(workbook: &Workbook) -> Result<Vec<u8>, FormError> {
    let mut files = vec![File { name: "LEESMIJ.txt".into(), bytes: readme(workbook).into_bytes() }];
    for sheet in [&workbook.about].into_iter().chain(&workbook.sheets) {
        files.push(File { name: file_name(workbook, sheet), bytes: table(sheet)? });
    }
    zipped(None, &files)
}

fn file_name(workbook: &Workbook, sheet: &Sheet) -> String {
    let draft = if workbook.draft { "concept-" } else { "" };
    format!("{draft}{}.csv", sheet.file)
}

fn table(sheet: &Sheet) -> Result<Vec<u8>, FormError> {
    let mut bytes = Vec::new();
    csv::line(&mut bytes, &sheet.columns.iter().map(|column| column.header.as_str()).collect::<Vec<_>>())?;
    for row in &sheet.rows {
        csv::fields(&mut bytes, row.iter().map(field))?;
    }
    Ok(bytes)
}

/// A cell as machines read it: a decimal point, no thousands, days as in ISO 8601. Only texts can begin a formula.
fn field(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => csv::guarded(text),
        Cell::Whole(count) => count.to_string(),
        Cell::Hundredths(value) => super::decimal(*value),
        Cell::Euro(amount) => super::decimal(amount.0),
        Cell::Day(day) => day.to_string(),
        Cell::Rounded(count) => count.to_string(),
    }
}

fn readme(workbook: &Workbook) -> String {
    let mut text = format!("{}\n", workbook.title);
    if workbook.draft {
        let _ = writeln!(text, "\n{DRAFT}");
    }
    text.push_str(READING);
    for sheet in [&workbook.about].into_iter().chain(&workbook.sheets) {
        let _ = write!(text, "\n{}\n  {}\n", file_name(workbook, sheet), sheet.about);
        for column in &sheet.columns {
            let _ = writeln!(text, "  - {}: {}", column.header, column.about);
        }
    }
    text
}

const READING: &str = "
Elk bestand is een tabel: UTF-8, komma's tussen de velden, aanhalingstekens waar nodig (RFC 4180), de namen van de kolommen
in de eerste regel. Getallen hebben een punt voor de decimalen en niets tussen de duizendtallen; dagen staan als 2018-10-01.
Een tekst die een rekenblad als formule zou lezen, krijgt een apostrof ervoor.
";
