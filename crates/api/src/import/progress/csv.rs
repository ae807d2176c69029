//! Records from comma- or semicolon-separated values: a spreadsheet in Belgium writes semicolons.

use super::record::{LineProblem, Record};

/// The records, each with the line it begins on.
pub(super) fn records(content: &str) -> Result<Vec<Record>, Vec<LineProblem>> {
    let header = content.lines().next().unwrap_or_default();
    let between = if header.contains(';') && !header.contains(',') { ';' } else { ',' };
    let mut lines = lines(content, between)?.into_iter();
    let names = lines.next().map(|(_, names)| names).unwrap_or_default();
    let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
    let (mut records, mut problems) = (Vec::new(), Vec::new());
    for (line, fields) in lines.filter(|(_, fields)| fields.iter().any(|field| !field.trim().is_empty())) {
        if fields.len() > names.len() {
            let (has, known) = (fields.len(), names.len());
            problems.push(LineProblem::of(
                line,
                "",
                format!("the line has {has} fields and the first line names {known}: put quotes around a text with a separator"),
                format!("de lijn heeft {has} velden en de eerste lijn noemt er {known}: zet aanhalingstekens rond een tekst met een scheidingsteken"),
            ));
            continue;
        }
        records
            .push(Record { line, fields: names.iter().cloned().zip(fields.into_iter().map(without_guard)).collect() });
    }
    if problems.is_empty() { Ok(records) } else { Err(problems) }
}

/// The apostrophe our own tables put before what a spreadsheet would read as a formula.
fn without_guard(field: String) -> String {
    match field.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
        Some(_) | None => field,
    }
}

/// The fields of every line (RFC 4180, with either line end).
fn lines(content: &str, between: char) -> Result<Vec<(u32, Vec<String>)>, Vec<LineProblem>> {
    let (mut all, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut begun, mut quoted) = (1, 1, None);
    let mut signs = content.chars().peekable();
    while let Some(sign) = signs.next() {
        if sign == '\n' {
            line += 1;
        }
        match sign {
            '"' if quoted.is_some() && signs.peek() == Some(&'"') => field.extend(signs.next()),
            '"' if quoted.is_some() => quoted = None,
            '"' if field.is_empty() => quoted = Some(line),
            own if own == between && quoted.is_none() => fields.push(std::mem::take(&mut field)),
            '\r' if quoted.is_none() && signs.peek() == Some(&'\n') => {}
            '\n' if quoted.is_none() => {
                fields.push(std::mem::take(&mut field));
                all.push((begun, std::mem::take(&mut fields)));
                begun = line;
            }
            other => field.push(other),
        }
    }
    if let Some(opened) = quoted {
        let (en, nl) =
            ("a quote is opened here and never closed", "hier begint een aanhalingsteken dat nergens eindigt");
        return Err(vec![LineProblem::of(opened, "", en, nl)]);
    }
    if !field.is_empty() || !fields.is_empty() {
        fields.push(field);
        all.push((begun, fields));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Vec<(u32, Vec<(String, String)>)> {
        let records = records(content).unwrap().into_iter();
        records.map(|record| (record.line, record.fields.into_iter().collect())).collect()
    }

    #[test]
    fn fields_may_be_quoted_span_lines_and_be_separated_by_semicolons() {
        let expected = |line, a: &str, b: &str| (line, vec![("a".to_owned(), a.to_owned()), ("b".into(), b.into())]);
        assert_eq!(
            read("a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n\r\n2,'=1\r\n"),
            [expected(2, "1", "x, \"y\"\nz"), expected(5, "2", "=1")]
        );
        assert_eq!(read("a;b\n1;x,y"), [expected(2, "1", "x,y")]);
    }

    #[test]
    fn a_line_with_too_many_fields_and_an_open_quote_are_told_with_their_line() {
        let told =
            |content| records(content).err().unwrap().into_iter().map(|problem| problem.line).collect::<Vec<_>>();
        assert_eq!(told("a,b\n1,2,3\n1,2\n4,5,6\n"), [2, 4]);
        assert_eq!(told("a,b\n1,\"2\n3\n"), [2]);
    }
}
