//! Comma-separated values (RFC 4180) for people who open them in a spreadsheet. No text in them can become a formula.

use std::io::{self, Write};

/// Writes a line of texts.
///
/// # Errors
/// When writing fails.
pub fn line(to: &mut impl Write, texts: &[impl AsRef<str>]) -> io::Result<()> {
    fields(to, texts.iter().map(|text| guarded(text.as_ref())))
}

/// Writes a line of fields that were made with [`guarded`], or are numbers and days.
///
/// # Errors
/// When writing fails.
pub fn fields(to: &mut impl Write, fields: impl Iterator<Item = String>) -> io::Result<()> {
    for (place, field) in fields.enumerate() {
        if place > 0 {
            to.write_all(b",")?;
        }
        to.write_all(field.as_bytes())?;
    }
    to.write_all(b"\r\n")
}

/// A text as spreadsheets take it: what would begin a formula (also in the wide signs that some of them read as such)
/// gets an apostrophe before it, and reads as text. What holds a separator of any country is quoted.
pub fn guarded(text: &str) -> String {
    let begins = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    let guard = if text.starts_with(begins) { "'" } else { "" };
    if guard.is_empty() && !text.contains(['"', ',', ';', '\t', '\r', '\n']) {
        return text.to_owned();
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_a_formula_and_quotes_are_doubled() {
        for (text, written) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("a;=b", "\"a;=b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("＝1", "\"'＝1\""),
            ("\tx", "\"'\tx\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(guarded(text), written);
        }
    }

    #[test]
    fn a_line_ends_as_rfc_4180_says() {
        let mut written = Vec::new();
        line(&mut written, &["a", "=b", ""]).unwrap();
        assert_eq!(written, b"a,\"'=b\",\r\n");
    }
}
