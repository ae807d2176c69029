//! Records from values with commas, semicolons (a spreadsheet in Belgium writes those) or tabs between them.

use super::record::{LineProblem, Read, Record};

/// The names without which nothing of a record can be judged.
const NEEDED: [&str; 2] = ["kind", "action"];

/// The records, each with the line it begins on.
pub(super) fn records(content: &str) -> Read {
    let content = content.replace("\r\n", "\n").replace('\r', "\n");
    let mut read = Read::default();
    if content.trim().is_empty() {
        return read;
    }
    let header = content.lines().next().unwrap_or_default();
    let between = header.chars().find(|sign| matches!(sign, ',' | ';' | '\t')).unwrap_or(',');
    let mut lines = lines(&content, between).into_iter();
    let names = lines.next().unwrap_or_default();
    read.problems.extend(names.problems);
    let names: Vec<String> = names.fields.iter().map(|name| name.trim().to_owned()).collect();
    read.problems.extend(NEEDED.into_iter().filter(|needed| !names.iter().any(|name| name == needed)).map(unnamed));
    if !read.problems.is_empty() {
        return read;
    }
    let again = |at: &usize| !names[*at].is_empty() && names[..*at].contains(&names[*at]);
    read.problems.extend((0..names.len()).filter(again).map(|at| named_twice(&names, at)));
    for line in lines.filter(|line| line.fields.iter().any(|field| !field.trim().is_empty())) {
        let Line { begins, fields, mut problems } = line;
        if fields.len() > names.len() {
            problems.push(too_many(begins, fields.len(), names.len()));
        }
        let own = fields.into_iter().take(names.len()).enumerate().filter(|(at, _)| !again(at));
        let own = own.map(|(at, field)| (names[at].clone(), without_guard(field))).collect();
        read.records.push(Record::of(begins, own, problems));
    }
    read
}

fn unnamed(needed: &str) -> LineProblem {
    let en = format!(
        "the first line names no field '{needed}': it names the fields, with commas, semicolons or tabs between them"
    );
    let nl = format!(
        "de eerste lijn noemt geen veld ‘{needed}’: ze noemt de velden, met komma's, puntkomma's of tabs ertussen"
    );
    LineProblem::of(1, needed, en, nl)
}

fn named_twice(names: &[String], at: usize) -> LineProblem {
    let name = &names[at];
    let first = names.iter().position(|own| own == name).unwrap_or(at) + 1;
    let en = format!("columns {first} and {} are both called '{name}': leave one of them out", at + 1);
    let nl = format!("kolommen {first} en {} heten allebei ‘{name}’: laat er een weg", at + 1);
    LineProblem::of(1, name, en, nl)
}

fn too_many(line: u32, has: usize, known: usize) -> LineProblem {
    let en = format!(
        "the line has {has} fields and the first line names {known}: put quotes around a text with a separator"
    );
    let nl = format!(
        "de lijn heeft {has} velden en de eerste lijn noemt er {known}: zet aanhalingstekens rond een tekst met een scheidingsteken"
    );
    LineProblem::of(line, "", en, nl)
}

/// The apostrophe our own tables put before what a spreadsheet would read as a formula.
fn without_guard(field: String) -> String {
    match field.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
        Some(_) | None => field,
    }
}

/// The fields of a line, which may go on over several lines of the file.
#[derive(Default)]
struct Line {
    begins: u32,
    fields: Vec<String>,
    problems: Vec<LineProblem>,
}

/// The fields of every line (RFC 4180).
fn lines(content: &str, between: char) -> Vec<Line> {
    let (mut all, mut rest, mut begins) = (Vec::new(), content, 1);
    while !rest.is_empty() {
        let Taken { fields, end, open } = take(rest, between);
        let (en, nl) = (
            "a quote is opened here and not closed at the end of its field: close it, and write a quote within a text as two",
            "hier begint een aanhalingsteken dat niet op het einde van het veld eindigt: sluit het, en schrijf een aanhalingsteken in een tekst dubbel",
        );
        let problems = open.iter().map(|at| LineProblem::of(begins + line_ends(&rest[..*at]), "", en, nl)).collect();
        all.push(Line { begins, fields, problems });
        begins += line_ends(&rest[..end]);
        rest = &rest[end..];
    }
    all
}

/// The number of line ends in a text.
pub(super) fn line_ends(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

/// What was read of one line: its fields, where it ends, and where a quote was opened that is not closed as it should be.
struct Taken {
    fields: Vec<String>,
    end: usize,
    open: Option<usize>,
}

fn take(rest: &str, between: char) -> Taken {
    let (mut fields, mut field) = (Vec::new(), String::new());
    // Where the field's quote was opened, and whether it is still open.
    let (mut opened, mut quoted, mut end) = (None, false, rest.len());
    let mut signs = rest.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        match (sign, opened) {
            ('"', _) if quoted && signs.peek().is_some_and(|(_, next)| *next == '"') => {
                field.extend(signs.next().map(|(_, quote)| quote));
            }
            ('"', _) if quoted => quoted = false,
            ('"', None) if field.is_empty() => (opened, quoted) = (Some(at), true),
            (own, _) if own == between && !quoted => {
                fields.push(std::mem::take(&mut field));
                opened = None;
            }
            ('\n', _) if !quoted => {
                end = at + 1;
                break;
            }
            (other, Some(from)) if !quoted && !other.is_whitespace() => return broken_off(rest, fields, from),
            (other, _) => field.push(other),
        }
    }
    match opened {
        Some(from) if quoted => broken_off(rest, fields, from),
        Some(_) | None => {
            fields.push(field);
            Taken { fields, end, open: None }
        }
    }
}

/// The line as far as it can be read; reading goes on at the line after the one where the quote was opened, so that what
/// follows is told as well.
fn broken_off(rest: &str, mut fields: Vec<String>, open: usize) -> Taken {
    let end = rest[open..].find('\n').map_or(rest.len(), |at| open + at + 1);
    fields.push(rest[open + 1..end].trim_end().to_owned());
    Taken { fields, end, open: Some(open) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Vec<(u32, Vec<String>)> {
        let read = records(content);
        assert_eq!(read.problems, []);
        let values = |record: Record| record.fields.into_iter().map(|(_, value)| value).collect();
        read.records.into_iter().map(|record| (record.line, values(record))).collect()
    }

    fn told(content: &str) -> Vec<(u32, String)> {
        let read = records(content);
        let of_records = read.records.into_iter().flat_map(|record| record.problems);
        read.problems.into_iter().chain(of_records).map(|problem| (problem.line, problem.field)).collect()
    }

    #[test]
    fn fields_may_be_quoted_span_lines_and_be_separated_by_semicolons_or_tabs() {
        let expected = |line, kind: &str, action: &str| (line, vec![kind.to_owned(), action.to_owned()]);
        assert_eq!(
            read("kind,action\r\n1,\"x, \"\"y\"\"\nz\"\r\n\r\n2,'=1\r\n"),
            [expected(2, "1", "x, \"y\"\nz"), expected(5, "2", "=1")]
        );
        assert_eq!(read("kind;action\n1;x,y"), [expected(2, "1", "x,y")]);
        assert_eq!(read("kind\taction\n1\tx,y"), [expected(2, "1", "x,y")]);
    }

    #[test]
    fn a_carriage_return_alone_ends_a_line_too() {
        assert_eq!(read("kind,action\r1,2\r3,4\r").iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn too_many_fields_and_an_open_quote_are_told_with_their_line_and_hide_nothing() {
        let content = "kind,action\n1,2,3\n1,2\n4,5,6\n";
        assert_eq!(told(content), [(2, String::new()), (4, String::new())]);
        assert_eq!(records(content).records.len(), 3);
        for content in ["kind,action\n1,2\n1,\"2\n3,4\n", "kind,action\n1,2\n1,\"2\n3,\"4\"\n"] {
            assert_eq!(told(content), [(3, String::new())]);
            assert_eq!(records(content).records.iter().map(|own| own.line).collect::<Vec<_>>(), [2, 3, 4]);
        }
    }

    #[test]
    fn a_first_line_that_names_a_field_twice_or_not_at_all_is_told() {
        assert_eq!(told("kind,action,note,note\n1,2,3,4\n"), [(1, "note".to_owned())]);
        assert_eq!(told("kind|action\n1|2\n"), [(1, "kind".to_owned()), (1, "action".to_owned())]);
    }
}
