//! The published tables on dossiers, police training, and what an edition says otherwise than the one it corrects.

use serde::Serialize;
use spoor_disclosure::{HalfYears, TableCell, Value};

use super::super::content::{Erratum, OperationalTable, TrainingTotal};
use super::lines;
use crate::dutch;

/// A table: the last dimension runs over the columns when there are two or more.
#[derive(Serialize)]
pub(super) struct Grid<'a> {
    title: &'a str,
    period: String,
    note: &'a str,
    head: Vec<&'a str>,
    rows: Vec<Vec<String>>,
    /// Columns of words before those of figures.
    words: usize,
}

/// Police training under one programme.
#[derive(Serialize)]
pub(super) struct Training<'a> {
    label: &'a str,
    sessions: String,
    in_period: String,
    cumulative: String,
    source: Option<&'a str>,
}

/// Something said otherwise.
#[derive(Serialize)]
pub(super) struct Correction<'a> {
    action: String,
    label: &'a str,
    old: &'a str,
    new: &'a str,
    /// Too short to be divided over two pages.
    short: bool,
}

/// The table as printed.
pub(super) fn grid(operational: &OperationalTable) -> Grid<'_> {
    let OperationalTable { labels, table } = operational;
    let label =
        |code: &'_ String| labels.categories.iter().find(|found| found.code == *code).map(|found| found.label.as_str());
    let dimensions: Vec<&str> = labels.dimensions.iter().map(String::as_str).collect();
    let grid = |head, rows, words| Grid {
        title: &labels.title,
        period: period(table.half_years),
        note: &labels.note,
        head,
        rows,
        words,
    };
    let word = |code: &String| label(code).unwrap_or(code).to_owned();
    let [rows @ .., across] = dimensions.as_slice() else {
        let values = table.cells.iter().map(|cell| vec!["Totaal".to_owned(), shown(cell.value)]);
        return grid(vec!["", "Aantal"], values.collect(), 1);
    };
    if rows.is_empty() {
        let line =
            |cell: &TableCell| vec![cell.categories.iter().map(word).collect::<Vec<_>>().join(", "), shown(cell.value)];
        return grid(vec![*across, "Aantal"], table.cells.iter().map(line).collect(), 1);
    }
    let mut columns: Vec<&String> = Vec::new();
    let mut lines: Vec<(&[String], Vec<String>)> = Vec::new();
    for cell in &table.cells {
        let Some((last, first)) = cell.categories.split_last() else { continue };
        if !columns.contains(&last) {
            columns.push(last);
        }
        match lines.last_mut() {
            Some((row, values)) if *row == first => values.push(shown(cell.value)),
            _another_row => lines.push((first, vec![shown(cell.value)])),
        }
    }
    let across = columns.into_iter().map(|code| label(code).unwrap_or(code));
    let head = rows.iter().copied().chain(across).collect();
    let lines = lines.into_iter().map(|(row, values)| row.iter().map(word).chain(values).collect());
    grid(head, lines.collect(), rows.len())
}

/// What is told of a cell. What was rounded says so, and what is not a number is words.
fn shown(value: Value) -> String {
    match value {
        Value::Number(count) => dutch::number(count.into()),
        Value::Rounded(count) => format!("ca.\u{A0}{}", dutch::number(count.into())),
        Value::NotRegistered => "niet geregistreerd".to_owned(),
        Value::NotYetDelivered => dutch::NOT_YET_DELIVERED.to_owned(),
        Value::NotInThisDetail => "niet in dit detail".to_owned(),
    }
}

fn period(half_years: HalfYears) -> String {
    let (first, last) = (dutch::half_year(half_years.first), dutch::half_year(half_years.last));
    if first == last { first } else { format!("{first} tot en met {last}") }
}

/// The programme as printed.
pub(super) fn training(total: &TrainingTotal) -> Training<'_> {
    let count = |count: u64| dutch::number(i64::try_from(count).unwrap_or(i64::MAX));
    let of_period = |found: Option<u64>| found.map_or("niet afzonderlijk geregistreerd".to_owned(), count);
    Training {
        label: &total.label,
        sessions: of_period(total.sessions),
        in_period: of_period(total.in_period),
        cumulative: of_period(total.cumulative),
        source: total.source.as_deref(),
    }
}

/// The correction as printed.
pub(super) fn correction(erratum: &Erratum) -> Correction<'_> {
    const NOTHING: &str = "niet vermeld";
    const SHORT: usize = 24;
    let taken = |words: &str| lines(words, 26);
    let (old, new) = (erratum.old.as_deref().unwrap_or(NOTHING), erratum.new.as_deref().unwrap_or(NOTHING));
    Correction {
        action: erratum.action.map_or("geheel".to_owned(), |number| number.to_string()),
        label: &erratum.label,
        old,
        new,
        short: taken(&erratum.label).max(taken(old)).max(taken(new)) <= SHORT,
    }
}
