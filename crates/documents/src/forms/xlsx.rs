//! The tables as an Excel workbook.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook as Excel, Worksheet};

use super::FormError;
use super::tables::{Cell, DRAFT, Sheet, Workbook};

/// The largest number of hundredths that a number of Excel, which is a binary fraction, still holds to the cent.
const EXACT_HUNDREDTHS: u64 = 1 << 52;

/// The height of one line, and the greatest height that Excel takes, in points.
const LINE: f64 = 15.0;
const HIGHEST: f64 = 409.0;

/// The workbook.
pub fn workbook(tables: &Workbook) -> Result<Vec<u8>, FormError> {
    let mut excel = Excel::new();
    excel.set_properties(&properties(tables)?);
    for sheet in [&tables.about].into_iter().chain(&tables.sheets) {
        worksheet(excel.add_worksheet(), sheet, tables)?;
    }
    Ok(excel.save_to_buffer()?)
}

/// The library would take the present moment as that of creation; an edition was made on the day it was closed.
fn properties(tables: &Workbook) -> Result<DocProperties, FormError> {
    let made = excel_day(tables.closed_on).unwrap_or(ExcelDateTime::from_ymd(1900, 1, 1)?);
    Ok(DocProperties::new().set_title(&tables.title).set_creation_datetime(&made))
}

fn worksheet(to: &mut Worksheet, sheet: &Sheet, tables: &Workbook) -> Result<(), FormError> {
    to.set_name(sheet.tab(tables.draft))?;
    let bold = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_background_color(Color::RGB(0x00DD_E6F0));
    for (place, column) in (0u16..).zip(&sheet.columns) {
        to.set_column_width(place, column.width)?;
        to.write_string_with_format(0, place, &column.header, &bold)?;
    }
    to.set_row_height(0, height(sheet.head_lines()))?;
    let formats = Formats::new();
    for (line, row) in (1u32..).zip(&sheet.rows) {
        to.set_row_height(line, height(sheet.lines(row)))?;
        for (place, cell) in (0u16..).zip(row) {
            formats.write(to, line, place, cell)?;
        }
    }
    to.set_freeze_panes(1, 1)?;
    to.set_repeat_rows(0, 0)?;
    to.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    let title = tables.title.replace('&', "&&");
    let title: String = if tables.draft { format!("{DRAFT} – {title}") } else { title };
    // Excel takes 255 signs in a header.
    to.set_header(format!("&L{}", title.chars().take(180).collect::<String>()));
    to.set_footer("&L&A&R&P / &N");
    Ok(())
}

/// The height of a row of so many lines, in points.
fn height(lines: usize) -> f64 {
    u16::try_from(lines).map_or(HIGHEST, |lines| (f64::from(lines) * LINE).min(HIGHEST))
}

struct Formats {
    text: Format,
    whole: Format,
    hundredths: Format,
    day: Format,
    rounded: Format,
}

impl Formats {
    fn new() -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        Self {
            text: top().set_text_wrap(),
            whole: top().set_num_format("#,##0"),
            hundredths: top().set_num_format("#,##0.00"),
            day: top().set_num_format("dd/mm/yyyy"),
            rounded: top().set_num_format("#,##0\" (afgerond)\""),
        }
    }

    fn write(&self, to: &mut Worksheet, line: u32, place: u16, cell: &Cell) -> Result<(), FormError> {
        let text = &self.text;
        match cell {
            Cell::Empty => {}
            // A string is stored as a string and never read as a formula.
            Cell::Text(words) => {
                to.write_string_with_format(line, place, words, text)?;
            }
            Cell::Whole(count) => match exact(*count) {
                Some(number) => {
                    to.write_number_with_format(line, place, number, &self.whole)?;
                }
                None => {
                    to.write_string_with_format(line, place, count.to_string(), text)?;
                }
            },
            Cell::Hundredths(value) | Cell::Euro(spoor_domain::kernel::Cents(value)) => match exact(*value) {
                Some(number) => {
                    to.write_number_with_format(line, place, number / 100.0, &self.hundredths)?;
                }
                None => {
                    to.write_string_with_format(line, place, super::decimal(*value), text)?;
                }
            },
            Cell::Day(day) => match excel_day(*day) {
                Some(known) => {
                    to.write_datetime_with_format(line, place, &known, &self.day)?;
                }
                None => {
                    to.write_string_with_format(line, place, day.to_string(), text)?;
                }
            },
            Cell::Rounded(count) => {
                to.write_number_with_format(line, place, *count, &self.rounded)?;
            }
        }
        Ok(())
    }
}

/// The number, when a binary fraction holds it exactly.
fn exact(value: i64) -> Option<f64> {
    (value.unsigned_abs() <= EXACT_HUNDREDTHS).then_some(value as f64)
}

/// The day, when it lies in the years that Excel knows.
fn excel_day(day: NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok().filter(|year| *year >= 1900)?;
    ExcelDateTime::from_ymd(year, u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?).ok()
}
