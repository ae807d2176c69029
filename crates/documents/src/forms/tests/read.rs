//! Reads the tables back, as anybody else's program would.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader};

use crate::forms::Form;

/// A row: what stands under each header. Numbers are written without superfluous zeros, days as in ISO 8601.
pub type Row = BTreeMap<String, String>;

/// The rows of every table, by its name.
pub type Book = BTreeMap<String, Vec<Row>>;

/// The files of an archive.
pub fn files(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.insert(file.name().unwrap().into_owned(), content);
    }
    files
}

/// The different moments in an archive.
pub fn moments(bytes: &[u8]) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut all = Vec::new();
    for place in 0..archive.len() {
        all.push(archive.by_index(place).unwrap().last_modified().unwrap().to_string());
    }
    all.sort();
    all.dedup();
    all
}

/// The tables of a form.
pub fn book(form: Form, bytes: &[u8]) -> Book {
    match form {
        Form::Csv => csv(bytes),
        Form::Xlsx => sheets(calamine::Xlsx::new(Cursor::new(bytes)).unwrap()),
        Form::Ods => sheets(calamine::Ods::new(Cursor::new(bytes)).unwrap()),
        Form::Json | Form::JsonLd => panic!("{form:?} has no tables"),
    }
}

fn sheets<'a, R: Reader<Cursor<&'a [u8]>>>(mut workbook: R) -> Book
where
    R::Error: std::fmt::Debug,
{
    let read = |name: String, range: &calamine::Range<Data>| {
        let mut rows = range.rows().map(|row| row.iter().map(cell).collect::<Vec<_>>());
        let headers = rows.next().unwrap();
        (name, rows.map(|row| headers.iter().cloned().zip(row).collect()).collect())
    };
    workbook
        .sheet_names()
        .into_iter()
        .map(|name| read(name.clone(), &workbook.worksheet_range(&name).unwrap()))
        .collect()
}

fn cell(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::DateTimeIso(day) => day.clone(),
        Data::DateTime(day) => {
            let origin = chrono::NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
            (origin + chrono::Days::new(day.as_f64() as u64)).to_string()
        }
        other => panic!("no such cell is written: {other:?}"),
    }
}

fn csv(bytes: &[u8]) -> Book {
    let mut book = Book::new();
    for (name, content) in files(bytes).into_iter().filter(|(name, _)| name.ends_with(".csv")) {
        let mut rows = csv_fields(&String::from_utf8(content).unwrap()).into_iter();
        let headers = rows.next().unwrap();
        let rows = rows.map(|row| {
            assert_eq!(row.len(), headers.len(), "{name}");
            headers.iter().cloned().zip(row.into_iter().map(without_guard)).collect()
        });
        book.insert(title(&name), rows.collect());
    }
    book
}

/// The name of the sheet of a file: they differ in case and hyphens only.
fn title(file: &str) -> String {
    let words = file.trim_end_matches(".csv").replace('-', " ");
    let mut signs = words.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}

fn without_guard(field: String) -> String {
    match field.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t']) => rest.to_owned(),
        Some(_) | None => field,
    }
}

/// The fields of comma-separated values (RFC 4180).
pub fn csv_fields(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match (sign, quoted) {
            ('"', true) if signs.peek() == Some(&'"') => field.extend(signs.next()),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut field)),
            ('\r', false) => {
                assert_eq!(signs.next(), Some('\n'));
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            (other, _) => field.push(other),
        }
    }
    assert!(field.is_empty() && row.is_empty() && !quoted, "the last line is ended too");
    rows
}
