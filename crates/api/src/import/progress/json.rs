//! Records from a JSON array of objects whose values are texts, whole numbers or booleans.

use serde_json::Value;

use super::record::{LineProblem, Record};

/// The records, each with the line it begins on.
pub(super) fn records(content: &str) -> Result<Vec<Record>, Vec<LineProblem>> {
    let no_json = |error: serde_json::Error| {
        let line = u32::try_from(error.line()).unwrap_or(1).max(1);
        vec![LineProblem::of(
            line,
            "",
            format!("this is no JSON array: {error}"),
            format!("dit is geen JSON-lijst: {error}"),
        )]
    };
    let items: Vec<Value> = serde_json::from_str(content).map_err(no_json)?;
    let (mut records, mut problems) = (Vec::new(), Vec::new());
    for (item, line) in items.into_iter().zip(begins(content)) {
        match record(item, line) {
            Ok(record) => records.push(record),
            Err(own) => problems.extend(own),
        }
    }
    if problems.is_empty() { Ok(records) } else { Err(problems) }
}

fn record(item: Value, line: u32) -> Result<Record, Vec<LineProblem>> {
    let Value::Object(object) = item else {
        return Err(vec![LineProblem::of(line, "", "a record is an object", "een gegeven is een object")]);
    };
    let mut record = Record { line, fields: Vec::new() };
    let mut problems = Vec::new();
    for (name, value) in object {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text,
            Value::Bool(is) => is.to_string(),
            Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
            Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                let en = "give a text, a whole number, true or false; write an amount with cents as a text";
                let nl = "geef een tekst, een geheel getal, true of false; schrijf een bedrag met centen als tekst";
                problems.push(LineProblem::of(line, &name, en, nl));
                continue;
            }
        };
        record.fields.push((name, text));
    }
    if problems.is_empty() { Ok(record) } else { Err(problems) }
}

/// The line on which each item of the array begins. The content was read as JSON before, so brackets match.
fn begins(content: &str) -> Vec<u32> {
    let (mut begins, mut line, mut depth, mut in_text, mut escaped, mut waiting) =
        (Vec::new(), 1, 0, false, false, false);
    for sign in content.chars() {
        if waiting && depth == 1 && !in_text && !sign.is_whitespace() && sign != ']' {
            begins.push(line);
            waiting = false;
        }
        match sign {
            '\n' => line += 1,
            _escaped if escaped => {
                escaped = false;
                continue;
            }
            '\\' if in_text => escaped = true,
            '"' => in_text = !in_text,
            '[' | '{' if !in_text => {
                depth += 1;
                waiting = depth == 1;
            }
            ']' | '}' if !in_text => depth -= 1,
            ',' if !in_text && depth == 1 => waiting = true,
            _other => {}
        }
    }
    begins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_knows_its_line() {
        let content = "[\n {\"a\": \"x\\\"]\\\\\", \"b\": 1},\n\n {\"c\": true,\n  \"d\": null}, {\"e\": \"f\"}]";
        let lines: Vec<u32> = records(content).unwrap().iter().map(|record| record.line).collect();
        assert_eq!(lines, [2, 4, 5]);
    }

    #[test]
    fn fractions_lists_and_what_is_no_object_are_told_with_their_line() {
        let told =
            |content| records(content).err().unwrap().into_iter().map(|problem| problem.line).collect::<Vec<_>>();
        assert_eq!(told("[{\"amount\": 1.5},\n{\"a\": []},\n7]"), [1, 2, 3]);
        assert_eq!(told("[\n{\"a\": }\n]"), [2]);
        assert_eq!(told("{}"), [1]);
    }
}
