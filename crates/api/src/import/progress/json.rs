//! Records from a JSON array of objects whose values are texts, whole numbers or booleans.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::csv::line_ends;
use super::record::{LineProblem, Read, Record};

/// The records, each with the line it begins on. After a record that is no JSON, reading goes on at the next one.
pub(super) fn records(content: &str) -> Read {
    let mut read = Read::default();
    let from = |at: usize| content.len() - content[at..].trim_start().len();
    let (mut counted, mut line) = (0, 1);
    // Places are asked for in their order, so that every line end is counted once.
    let mut line_at = |at: usize| {
        line += line_ends(&content[counted..at]);
        counted = at;
        line
    };
    let mut at = from(0);
    if !content[at..].starts_with('[') {
        if !content.trim().is_empty() {
            read.tell(line_at(at), "this is no JSON array of records", "dit is geen JSON-lijst van gegevens");
        }
        return read;
    }
    at = from(at + 1);
    let mut first = true;
    while !(first && content[at..].starts_with(']')) {
        first = false;
        let begins = line_at(at);
        let mut items = serde_json::Deserializer::from_str(&content[at..]).into_iter::<Item>();
        match items.next() {
            Some(Ok(Item::Object(members))) => read.records.push(record(members, begins)),
            Some(Ok(Item::Other)) => read.tell(begins, "a record is an object", "een gegeven is een object"),
            Some(Err(error)) => {
                let within = u32::try_from(error.line()).unwrap_or(1).max(1) - 1;
                let en = format!("this is no JSON: {error}, counted from where the record begins");
                let nl = format!("dit is geen JSON: {error}, geteld vanaf het begin van het gegeven");
                read.tell(begins + within, &en, &nl);
                let Some(next) = next_record(content, at) else { return read };
                at = next;
                continue;
            }
            None => {
                read.tell(begins, "the list ends without its bracket ]", "de lijst eindigt zonder haakje ]");
                return read;
            }
        }
        at = from(at + items.byte_offset());
        match content[at..].chars().next() {
            Some(']') => break,
            Some(',') => at = from(at + 1),
            None => {}
            Some(other) => {
                read.tell(line_at(at), "a comma is missing before this", "hiervoor ontbreekt een komma");
                if other != '{' {
                    let Some(next) = next_record(content, at) else { return read };
                    at = next;
                }
            }
        }
    }
    let after = from(at + 1);
    if after < content.len() {
        let nl = "er staat nog iets na het einde van de lijst";
        read.tell(line_at(after), "something follows the end of the list", nl);
    }
    read
}

/// Where the next record seems to begin: a brace that is the first of its line, or that follows another record.
fn next_record(content: &str, after: usize) -> Option<usize> {
    let begins = |at: &usize| {
        let before = content[..*at].trim_end_matches([' ', '\t']);
        before.ends_with('\n') || before.strip_suffix(',').is_some_and(|before| before.trim_end().ends_with('}'))
    };
    content[after..].match_indices('{').map(|(at, _)| after + at).filter(|at| *at > after).find(begins)
}

/// An item of the list.
enum Item {
    /// An object, with every member that is written, also those of the same name.
    Object(Vec<(String, Value)>),
    /// Anything else.
    Other,
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemVisitor)
    }
}

struct ItemVisitor;

/// Declares that a value which is no object is read and left.
macro_rules! no_object {
    ($($visit:ident: $type:ty),+) => {
        $(fn $visit<E>(self, _: $type) -> Result<Item, E> {
            Ok(Item::Other)
        })+
    };
}

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = Item;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Item::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Item, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Item::Other)
    }

    fn visit_unit<E>(self) -> Result<Item, E> {
        Ok(Item::Other)
    }

    no_object! { visit_str: &str, visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64 }
}

fn record(members: Vec<(String, Value)>, line: u32) -> Record {
    let (mut fields, mut problems) = (Vec::new(), Vec::new());
    for (at, (name, value)) in members.iter().enumerate() {
        if members[..at].iter().any(|(earlier, _)| earlier == name) {
            let (en, nl) = ("this field is given twice: leave one out", "dit veld staat er tweemaal: laat er een weg");
            problems.push(LineProblem::of(line, name, en, nl));
            continue;
        }
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Bool(is) => is.to_string(),
            Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
            Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                let en = "give a text, a whole number, true or false; write an amount with cents as a text";
                let nl = "geef een tekst, een geheel getal, true of false; schrijf een bedrag met centen als tekst";
                problems.push(LineProblem::of(line, name, en, nl));
                continue;
            }
        };
        fields.push((name.clone(), text));
    }
    Record::of(line, fields, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of the records, and those of the problems.
    fn lines(content: &str) -> (Vec<u32>, Vec<u32>) {
        let read = records(content);
        let of_records = read.records.iter().flat_map(|record| &record.problems);
        let told = read.problems.iter().chain(of_records).map(|problem| problem.line).collect();
        (read.records.iter().map(|record| record.line).collect(), told)
    }

    #[test]
    fn every_record_knows_its_line() {
        let content = "[\n {\"a\": \"x\\\"]\\\\\", \"b\": 1},\n\n {\"c\": true,\n  \"d\": null}, {\"e\": \"f\"}]\n";
        assert_eq!(lines(content), (vec![2, 4, 5], vec![]));
        assert_eq!(lines(" [ ] "), (vec![], vec![]));
    }

    #[test]
    fn fractions_lists_and_what_is_no_object_are_told_with_their_line_and_hide_no_other_record() {
        let content = "[{\"amount\": 1.5},\n{\"a\": []},\n7,\n\"b\",\n[{}],\n{\"a\": 1}]";
        assert_eq!(lines(content), (vec![1, 2, 6], vec![3, 4, 5, 1, 2]));
    }

    #[test]
    fn a_record_that_is_no_json_hides_no_other_record() {
        assert_eq!(lines("[\n{\"a\": },\n{\"a\": 1}\n]"), (vec![3], vec![2]));
        assert_eq!(lines("[{\"a\": }, {\"a\": 1},\n{\"a\": 2}]"), (vec![1, 2], vec![1]));
        assert_eq!(lines("[{\"a\": \"open},\n{\"a\": 1}]").0, [2]);
        assert_eq!(lines("[{\"a\": 1},\n{\"kind\":"), (vec![1], vec![2]));
        assert_eq!(lines("[{\"a\": 1}\n{\"a\": 2}]"), (vec![1, 2], vec![2]));
        assert_eq!(lines("[{\"a\": 1} {\"a\": 2}]"), (vec![1, 1], vec![1]));
        assert_eq!(lines("[{\"a\": 1}"), (vec![1], vec![1]));
        assert_eq!(lines("[{\"a\": 1}] []"), (vec![1], vec![1]));
        assert_eq!(lines("[é,\n{\"a\": 1}]"), (vec![2], vec![1]));
        for none in ["{}", "kind,action"] {
            assert_eq!(lines(none), (vec![], vec![1]));
        }
    }

    #[test]
    fn a_field_that_is_given_twice_is_told() {
        let read = records("[{\"a\": \"x\", \"a\": \"y\"}]");
        assert_eq!(read.records[0].problems.iter().map(|own| own.field.as_str()).collect::<Vec<_>>(), ["a"]);
    }
}
