//! The bundle as it is printed: complete in itself, the same bytes for the same content. No time of printing and no number
//! of the bundle is in it: the file's name carries the number.

use serde::Serialize;
use sha2::{Digest, Sha256};
use spoor_domain::kernel::{Label, Language};

use super::content::{BundleContent, Filled, Line, PieceContent};
use crate::dutch;
use crate::typeset::{Date, Template, TypesetError, pdf};

#[derive(Serialize)]
struct Bundle<'a> {
    number: &'a str,
    parket: &'a str,
    as_of: String,
    date: Date,
    pieces: Vec<Piece<'a>>,
}

#[derive(Serialize)]
struct Piece<'a> {
    name: &'static str,
    sequence: u64,
    leaf: &'a str,
    lines: Vec<PrintedLine>,
}

#[derive(Serialize)]
struct PrintedLine {
    label: String,
    words: String,
    withheld: bool,
}

/// The PDF of a bundle. The same content gives the same bytes. It takes some tenths of a second of one processor: not for
/// a thread that serves others.
///
/// # Errors
/// See [`TypesetError`]; no error tells what the bundle says.
pub fn bundle_pdf(content: &BundleContent) -> Result<Vec<u8>, TypesetError> {
    let bundle = Bundle {
        number: &content.number,
        parket: &content.parket,
        as_of: dutch::day(content.as_of),
        date: content.as_of.into(),
        pieces: content.pieces.iter().map(piece).collect(),
    };
    let identifier = hex::encode(Sha256::digest(serde_json::to_vec(content)?));
    pdf(Template::Bundle, &bundle, content.as_of, &identifier)
}

fn piece(piece: &PieceContent) -> Piece<'_> {
    let lines = piece.lines.iter().map(line).collect();
    Piece { name: piece.kind.label(Language::Nl), sequence: piece.sequence, leaf: &piece.leaf, lines }
}

/// What cannot be shown prints as withheld, with the reason, and never as nothing.
fn line(line: &Line) -> PrintedLine {
    let (words, withheld) = match &line.value {
        Filled::Said(words) => (words.clone(), false),
        Filled::Withheld { reason, since } => {
            let reason = reason.in_sentence(Language::Nl);
            let since = since.map(|day| format!(" op {}", dutch::day(day))).unwrap_or_default();
            (format!("Achtergehouden: {reason}{since}"), true)
        }
    };
    PrintedLine { label: label(line.label), words, withheld }
}

/// A label that is not broken before its last `op`.
fn label(label: &str) -> String {
    label.strip_suffix(" op").map_or_else(|| label.to_owned(), |before| format!("{before}\u{A0}op"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_op_of_a_label_stays_with_the_word_before_it() {
        let printed = |label| super::line(&Line::said(label, "")).label;
        assert_eq!(printed("Verdiepend gesprek gevoerd op"), "Verdiepend gesprek gevoerd\u{A0}op");
        assert_eq!(printed("Datum van de feiten"), "Datum van de feiten");
    }
}
