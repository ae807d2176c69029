//! What a table is: named columns and typed cells.

use chrono::NaiveDate;
use spoor_domain::kernel::Cents;

/// The tables of an edition, and the page that says what they are.
pub struct Workbook {
    /// What it is called.
    pub title: String,
    /// Whether it is a draft.
    pub draft: bool,
    /// The day the edition was closed.
    pub closed_on: NaiveDate,
    /// The page about the edition.
    pub about: Sheet,
    /// The tables.
    pub sheets: Vec<Sheet>,
}

/// A table.
pub struct Sheet {
    /// Its name; at most 21 characters: with `(concept)` behind it, spreadsheets take 31.
    pub name: &'static str,
    /// The name of its file, without the ending.
    pub file: &'static str,
    /// What is in it.
    pub about: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows; each has a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
pub struct Column {
    /// Its name.
    pub header: String,
    /// Its width, in characters.
    pub width: u8,
    /// What is in it.
    pub about: &'static str,
}

/// A cell. What is not a number never is one: absent values are words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing was said.
    Empty,
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number of hundredths.
    Hundredths(i64),
    /// An amount.
    Euro(Cents),
    /// A day.
    Day(NaiveDate),
    /// A sum in which small counts were rounded.
    Rounded(u32),
}

impl Sheet {
    /// The name on its tab; that of a draft says so.
    pub fn tab(&self, draft: bool) -> String {
        if draft { format!("{} (concept)", self.name) } else { self.name.to_owned() }
    }
}

impl Sheet {
    /// How many lines the names of the columns take.
    pub fn head_lines(&self) -> usize {
        self.columns.iter().map(|column| broken(&column.header, column.width)).max().unwrap_or(1)
    }

    /// How many lines a row takes, every text broken to the width of its column. Programs that open a table do not agree
    /// on when they work this out themselves, and a row that is too low hides what stands in it.
    pub fn lines(&self, row: &[Cell]) -> usize {
        let lines = |(cell, column): (&Cell, &Column)| match cell {
            Cell::Text(text) => broken(text, column.width),
            Cell::Empty | Cell::Whole(_) | Cell::Hundredths(_) | Cell::Euro(_) | Cell::Day(_) | Cell::Rounded(_) => 1,
        };
        row.iter().zip(&self.columns).map(lines).max().unwrap_or(1)
    }
}

/// How many lines a text takes in a column of so many characters.
fn broken(text: &str, width: u8) -> usize {
    let width = usize::from(width).saturating_sub(1).max(1);
    let lines = |paragraph: &str| {
        let (mut lines, mut filled) = (1, 0);
        for word in paragraph.split(' ') {
            let length = word.chars().count();
            if filled > 0 && filled + 1 + length > width {
                (lines, filled) = (lines + 1, 0);
            }
            let ahead = if filled == 0 { length } else { filled + 1 + length };
            lines += ahead.saturating_sub(1) / width;
            filled = if ahead == 0 { 0 } else { (ahead - 1) % width + 1 };
        }
        lines
    };
    text.split('\n').map(lines).sum()
}

/// The longest text of a cell, in UTF-16 units; Excel takes 32,767.
const LONGEST: usize = 32_000;

/// A table with `N` columns: their name, width and content.
pub fn sheet<const N: usize>(
    (name, file, about): (&'static str, &'static str, &'static str),
    columns: [(&str, u8, &'static str); N],
    rows: impl IntoIterator<Item = [Cell; N]>,
) -> Sheet {
    let columns = columns.map(|(header, width, about)| Column { header: header.to_owned(), width, about });
    Sheet { name, file, about, columns: columns.into(), rows: whole(rows.into_iter().map(Vec::from)) }
}

/// Rows in which no text is too long for a cell: what is left of one stands in the same column of the next row, and the
/// first cell, which says what the row is about, is repeated.
pub fn whole(rows: impl Iterator<Item = Vec<Cell>>) -> Vec<Vec<Cell>> {
    let mut all = Vec::new();
    for mut row in rows {
        loop {
            let rests: Vec<Option<String>> = row.iter_mut().map(shorten).collect();
            let more = rests.iter().any(Option::is_some);
            let mut next: Vec<Cell> = rests.into_iter().map(|rest| rest.map_or(Cell::Empty, Cell::Text)).collect();
            if let (Some(again), Some(first @ Cell::Empty)) = (row.first(), next.first_mut()) {
                *first = again.clone();
            }
            all.push(row);
            if !more {
                break;
            }
            row = next;
        }
    }
    all
}

/// Cuts a text where it is too long, and gives what is left.
fn shorten(cell: &mut Cell) -> Option<String> {
    let Cell::Text(text) = cell else { return None };
    let mut units = 0;
    let cut = text.char_indices().find_map(|(at, sign)| {
        units += sign.len_utf16();
        (units > LONGEST).then_some(at)
    })?;
    Some(text.split_off(cut))
}

/// A text without what no table can hold: line ends are single, and control signs other than tab and line end are gone.
pub fn clean(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept =
        |sign: &char| matches!(sign, '\n' | '\t') || !(sign.is_control() || matches!(sign, '\u{fffe}' | '\u{ffff}'));
    lines.chars().filter(kept).collect()
}

impl Cell {
    /// A text; an empty one is an empty cell.
    pub fn text(text: impl AsRef<str>) -> Self {
        match clean(text.as_ref()) {
            empty if empty.is_empty() => Self::Empty,
            text => Self::Text(text),
        }
    }

    /// A text that may be missing.
    pub fn maybe(text: Option<impl AsRef<str>>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }

    /// Several texts; a vertical line stands between them, because titles hold commas.
    pub fn list(texts: impl Iterator<Item = impl AsRef<str>>) -> Self {
        Self::text(texts.map(|text| text.as_ref().to_owned()).collect::<Vec<_>>().join(" | "))
    }

    /// A day that may be missing.
    pub fn day(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Empty, Self::Day)
    }

    /// A count.
    pub fn count(count: u64) -> Self {
        i64::try_from(count).map_or_else(|_| Self::text(count.to_string()), Self::Whole)
    }

    /// Yes or no.
    pub fn yes(is: bool) -> Self {
        Self::text(crate::dutch::yes(is))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_too_long_for_a_cell_goes_on_in_the_next_row() {
        let long = "é€😀".repeat(20_000);
        let rows = whole([vec![Cell::text("4.1"), Cell::Whole(7), Cell::text(&long)]].into_iter());
        assert_eq!(rows.len(), 3);
        assert!(rows.iter().all(|row| row[0] == Cell::text("4.1")));
        assert_eq!([&rows[0][1], &rows[1][1]], [&Cell::Whole(7), &Cell::Empty], "figures stand once");
        let part = |row: &Vec<Cell>| match &row[2] {
            Cell::Text(text) => text.clone(),
            other => panic!("{other:?}"),
        };
        assert!(rows.iter().all(|row| part(row).encode_utf16().count() <= LONGEST));
        assert_eq!(rows.iter().map(part).collect::<String>(), long);
    }

    #[test]
    fn a_row_is_as_high_as_its_longest_text_broken_to_the_width_of_its_column() {
        assert_eq!(broken("", 10), 1);
        assert_eq!(broken("kort", 10), 1);
        assert_eq!(broken("Minister van Werk en Sport", 14), 2);
        assert_eq!(broken("een\ntwee\n\nvier", 20), 4);
        // A word longer than the column goes on below itself, and what follows stands behind its end.
        assert_eq!(broken("aaaaaaaaaaaaaaaaaaaa b", 11), 2 + 1);
        let columns = [("Actie", 8, ""), ("Tekst", 11, "")];
        let rows = [[Cell::text("1.1"), Cell::text("een twee drie vier")], [Cell::Whole(1), Cell::Empty]];
        let table = sheet(("Tabel", "tabel", ""), columns, rows);
        assert_eq!((table.head_lines(), table.lines(&table.rows[0]), table.lines(&table.rows[1])), (1, 2, 1));
    }

    #[test]
    fn control_signs_are_left_out_and_line_ends_are_single() {
        assert_eq!(clean("a\r\nb\rc\u{0}\u{8}\u{7f}\td"), "a\nb\nc\td");
    }
}
