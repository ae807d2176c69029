//! A record of a file, and how its fields are read: every problem of a record is told, not the first.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use spoor_domain::action::event::ActionNumber;
use spoor_domain::kernel::{Label, Language, composed};

use crate::import::letters::unfit;

/// A record: the line it begins on, its fields as text, and what was wrong with them as they were read.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub line: u32,
    pub fields: Vec<(String, String)>,
    pub problems: Vec<LineProblem>,
}

impl Record {
    /// A record in which these problems were found, and whose letters are looked at and composed.
    pub(super) fn of(line: u32, fields: Vec<(String, String)>, mut problems: Vec<LineProblem>) -> Self {
        let fields: Vec<_> = fields.into_iter().map(|(name, value)| (name, composed(&value))).collect();
        for (name, value) in &fields {
            problems.extend(unfit(value).map(|(en, nl)| LineProblem::of(line, name, en, nl)));
        }
        Self { line, fields, problems }
    }
}

/// What was read of a file: its records, and what is wrong with the file besides them.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub records: Vec<Record>,
    pub problems: Vec<LineProblem>,
}

impl Read {
    /// Something wrong with a line of which no record could be read.
    pub(super) fn tell(&mut self, line: u32, en: &str, nl: &str) {
        self.problems.push(LineProblem::of(line, "", en, nl));
    }
}

/// Something wrong with a line of the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineProblem {
    /// The line, from 1, where the record begins.
    pub line: u32,
    /// The field; empty when it is about the record as a whole.
    pub field: String,
    /// What is wrong and what would be right, in English.
    pub message: String,
    /// The same in Dutch.
    pub message_nl: String,
}

impl LineProblem {
    /// A problem.
    pub(super) fn of(line: u32, field: &str, en: impl Into<String>, nl: impl Into<String>) -> Self {
        Self { line, field: field.to_owned(), message: en.into(), message_nl: nl.into() }
    }
}

impl std::fmt::Display for LineProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let field = if self.field.is_empty() { String::new() } else { format!(" ({})", self.field) };
        write!(f, "line {}{field}: {}", self.line, self.message)
    }
}

/// Reads the fields of one record, and remembers which were read and what was wrong.
pub(super) struct Reader<'a> {
    record: &'a Record,
    read: BTreeSet<&'static str>,
    problems: Vec<LineProblem>,
}

impl<'a> Reader<'a> {
    pub(super) fn of(record: &'a Record) -> Self {
        Self { record, read: BTreeSet::new(), problems: Vec::new() }
    }

    /// What is wrong with the record, once all that it may say was read: a field that was not read is not for it.
    pub(super) fn problems(mut self) -> Vec<LineProblem> {
        let said = self.record.fields.iter().filter(|(_, value)| !value.trim().is_empty());
        let unread: Vec<&String> =
            said.map(|(name, _)| name).filter(|name| !self.read.contains(name.as_str())).collect();
        for name in unread {
            self.wrong(name, "this kind of record has no such field", "dit soort gegeven heeft zo geen veld");
        }
        self.found()
    }

    /// What was found until now, when nothing else of the record can be judged.
    pub(super) fn found(self) -> Vec<LineProblem> {
        [self.record.problems.clone(), self.problems].concat()
    }

    /// Whether nothing is wrong with these fields.
    pub(super) fn is_sound(&self, fields: &[&str]) -> bool {
        let mut problems = self.record.problems.iter().chain(&self.problems);
        !problems.any(|problem| fields.contains(&problem.field.as_str()))
    }

    /// The line on which the record begins.
    pub(super) fn line(&self) -> u32 {
        self.record.line
    }

    /// Something wrong with a field; not what follows from what was wrong with it as it was read.
    pub(super) fn wrong(&mut self, field: &str, en: impl Into<String>, nl: impl Into<String>) {
        if self.record.problems.iter().all(|problem| problem.field != field) {
            self.problems.push(LineProblem::of(self.record.line, field, en, nl));
        }
    }

    /// A text that may be missing; an empty one is missing.
    pub(super) fn maybe(&mut self, field: &'static str) -> Option<&'a str> {
        self.read.insert(field);
        let found = self.record.fields.iter().find(|(name, _)| name == field)?;
        Some(found.1.trim()).filter(|text| !text.is_empty())
    }

    /// The same, owned.
    pub(super) fn owned(&mut self, field: &'static str) -> Option<String> {
        self.maybe(field).map(str::to_owned)
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, field: &'static str) -> Option<&'a str> {
        let found = self.maybe(field);
        if found.is_none() {
            self.wrong(field, "this field is missing", "dit veld ontbreekt");
        }
        found
    }

    /// A value that is read from a text, when there is one.
    pub(super) fn read<T>(
        &mut self,
        field: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        (en, nl): (&str, &str),
    ) -> Option<T> {
        let text = self.maybe(field)?;
        let value = parse(text);
        if value.is_none() {
            self.wrong(field, format!("'{text}' is not {en}"), format!("‘{text}’ is geen {nl}"));
        }
        value
    }

    /// A value of a closed list, by its code or its Dutch word.
    pub(super) fn coded<T: Label>(&mut self, field: &'static str) -> Option<T> {
        let codes = T::ALL.iter().map(|value| value.code()).collect::<Vec<_>>().join(", ");
        let words = T::ALL.iter().map(|value| value.label(Language::Nl)).collect::<Vec<_>>().join(", ");
        let known = |text: &str| {
            let own = |value: &&T| value.code() == text || value.label(Language::Nl).eq_ignore_ascii_case(text);
            T::ALL.iter().find(own).copied()
        };
        self.read(field, known, (&format!("one of {codes}"), &format!("waarde uit {words}")))
    }

    /// The number of the action.
    pub(super) fn action(&mut self) -> Option<ActionNumber> {
        self.text("action")?;
        self.read("action", |text| text.parse().ok(), ("an action number, such as 5.10", "actienummer, zoals 5.10"))
    }

    /// The place of a report row.
    pub(super) fn place(&mut self) -> Option<u16> {
        let place = |text: &str| text.parse().ok().filter(|place| *place > 0);
        self.read("row", place, ("the place of a row, from 1", "plaats van een rij, vanaf 1"))
    }

    pub(super) fn day(&mut self, field: &'static str) -> Option<NaiveDate> {
        self.read(field, |text| text.parse().ok(), ("a day, such as 2019-06-30", "dag, zoals 2019-06-30"))
    }

    pub(super) fn yes(&mut self, field: &'static str) -> bool {
        let word = |text: &str| match text.to_lowercase().as_str() {
            "true" | "ja" | "yes" => Some(true),
            "false" | "neen" | "nee" | "no" => Some(false),
            _other => None,
        };
        self.read(field, word, ("yes or no", "ja of neen")).unwrap_or_default()
    }

    /// A number of hundredths: an amount in euro, or full-time equivalents.
    pub(super) fn hundredths(&mut self, field: &'static str) -> Option<i64> {
        let wants = (
            "a number such as 1606641.63, without a sign between thousands",
            "getal zoals 1606641,63, zonder teken tussen duizendtallen",
        );
        self.read(field, hundredths, wants)
    }

    /// A count.
    pub(super) fn whole(&mut self, field: &'static str) -> Option<i64> {
        let count = |text: &str| text.parse().ok().filter(|count| *count >= 0);
        self.read(field, count, ("a whole number from 0", "geheel getal vanaf 0"))
    }
}

fn hundredths(text: &str) -> Option<i64> {
    let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |text: &str| text.chars().all(|sign| sign.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > 2 {
        return None;
    }
    let cents: i64 = format!("{decimals:0<2}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_to_the_cent_or_not_at_all() {
        let read: Vec<_> = ["1606641.63", "5", "0,5", "1.606.641,63", "1,234", "-1", "€ 5", "", "92233720368547758.08"]
            .into_iter()
            .map(hundredths)
            .collect();
        assert_eq!(read, [Some(160_664_163), Some(500), Some(50), None, None, None, None, None, None]);
    }
}
