//! The page of a bundle: complete in itself, the same bytes for the same content, nothing in it that runs or is fetched.

use std::fmt::Write;

use spoor_domain::kernel::{Label, Language};

use super::content::{BundleContent, Line};

/// What the page is.
pub(super) const MEDIA_TYPE: &str = "text/html";

const HEAD: &str = "<!doctype html>\n<html lang=\"nl\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
    <style>body{font:12pt/1.5 serif;max-width:42em;margin:2em auto}dt{font-weight:bold}dd{margin:0 0 .5em;white-space:pre-wrap}\
    .leaf{font:8pt monospace;overflow-wrap:anywhere}@media print{section{break-inside:avoid}}</style>\n";

/// The page. No time of printing and no number of the bundle is in it: the file's name carries the number.
pub(super) fn page(content: &BundleContent) -> String {
    let title = format!("Bundel leertraject {}", content.number);
    let mut page = format!("{HEAD}<title>{0}</title>\n</head>\n<body>\n<h1>{0}</h1>\n", escaped(&title));
    let (museum, parket) = ("Kazerne Dossin", escaped(&content.parket));
    let _infallible = writeln!(page, "<p>{museum}, voor {parket}.</p>");
    for piece in &content.pieces {
        let heading = escaped(piece.kind.label(Language::Nl));
        let _infallible = writeln!(page, "<section>\n<h2>{heading}</h2>\n<dl>");
        for line in &piece.lines {
            let _infallible = writeln!(page, "<dt>{}</dt>\n<dd>{}</dd>", escaped(line.label), value(line));
        }
        let (sequence, leaf) = (piece.sequence, &piece.leaf);
        let _infallible =
            writeln!(page, "</dl>\n<p class=\"leaf\">Gebeurtenis {sequence}, blad {leaf}</p>\n</section>");
    }
    page + "</body>\n</html>\n"
}

/// What was filled in; what cannot be shown prints as withheld, with the reason, and never as nothing.
fn value(line: &Line) -> String {
    match &line.value {
        Ok(text) => escaped(text),
        Err(reason) => format!("<em>Achtergehouden: {}</em>", escaped(&reason.label(Language::Nl).to_lowercase())),
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use spoor_domain::kernel::WithheldReason;
    use spoor_domain::trajectory::vocabulary::PieceKind;

    use super::super::content::PieceContent;
    use super::*;

    fn printed(value: Result<String, WithheldReason>) -> String {
        let piece = PieceContent {
            kind: PieceKind::Advice,
            sequence: 13,
            leaf: "ab".repeat(32),
            lines: vec![Line { label: "Motivering", value }],
        };
        page(&BundleContent { number: "LT-2026-0042".into(), parket: "parket-mechelen".into(), pieces: vec![piece] })
    }

    #[test]
    fn what_was_written_is_shown_and_never_interpreted() {
        let page = printed(Ok("<script>alert('x')</script> & \"zo\"".into()));
        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;zo&quot;"), "{page}");
        assert!(!page.contains("<script"));
        assert_eq!(page, printed(Ok("<script>alert('x')</script> & \"zo\"".into())), "the same bytes again");
    }

    #[test]
    fn what_was_erased_prints_as_withheld() {
        assert!(printed(Err(WithheldReason::Erased)).contains("<em>Achtergehouden: gewist</em>"));
    }
}
