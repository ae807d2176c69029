//! Text in XML.

use std::fmt::Write as _;

/// A text as the value of an attribute, or as the content of an element.
pub fn attribute(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\'' => xml.push_str("&apos;"),
            other => xml.push(other),
        }
    }
    xml
}

/// A text as paragraphs, one per line; tabs and runs of spaces have elements of their own (ODF 1.3, part 3, section 6.1).
pub fn paragraphs(text: &str, xml: &mut String) {
    for line in text.split('\n') {
        xml.push_str("<text:p>");
        let mut rest = line;
        // White space at the beginning of a paragraph is left out by readers, and so is every space after another.
        let mut after_space = true;
        while let Some(sign) = rest.chars().next() {
            let spaces = rest.len() - rest.trim_start_matches(' ').len();
            if sign == '\t' {
                xml.push_str("<text:tab/>");
                (rest, after_space) = (&rest[1..], false);
            } else if spaces > 0 {
                let ends = spaces == rest.len();
                let kept = usize::from(!after_space && !ends);
                xml.push_str(if kept == 1 { " " } else { "" });
                if spaces > kept {
                    let _ = write!(xml, "<text:s text:c=\"{}\"/>", spaces - kept);
                }
                (rest, after_space) = (&rest[spaces..], false);
            } else {
                let end = rest.find([' ', '\t']).unwrap_or(rest.len());
                xml.push_str(&attribute(&rest[..end]));
                (rest, after_space) = (&rest[end..], false);
            }
        }
        xml.push_str("</text:p>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_kept_and_markup_is_text() {
        let written = |text: &str| {
            let mut xml = String::new();
            paragraphs(text, &mut xml);
            xml
        };
        assert_eq!(written("a b"), "<text:p>a b</text:p>");
        assert_eq!(written("a   b"), "<text:p>a <text:s text:c=\"2\"/>b</text:p>");
        assert_eq!(written(" a\n"), "<text:p><text:s text:c=\"1\"/>a</text:p><text:p></text:p>");
        assert_eq!(written("a\tb "), "<text:p>a<text:tab/>b<text:s text:c=\"1\"/></text:p>");
        assert_eq!(written("<b>&'\""), "<text:p>&lt;b&gt;&amp;&apos;&quot;</text:p>");
    }
}
