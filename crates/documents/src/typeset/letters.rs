//! Makes every text of a content printable: what people write is shown as written, and what cannot be shown is seen to be
//! missing. A file to be kept may hold no letter without a shape, no letter of a private meaning, and nothing that turns
//! the reading direction of what follows.

use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

use super::fonts::FONTS;

/// Stands where a letter has no shape in any of the fonts.
const REPLACEMENT: char = '□';
/// Says that a line may break here.
const MAY_BREAK: char = '\u{200B}';
/// A word of this many letters is broken where it must be; the longest that Dutch needs are hyphenated by rule.
const LONG_WORD: usize = 40;
/// Letters between two such places.
const BREAK_EVERY: usize = 12;

/// Goes over every text in the content and adds, at its root, whether anything was replaced.
pub(super) fn make_printable(content: &mut Value) {
    let replaced = go_over(content);
    if let Value::Object(fields) = content {
        fields.insert("replaced".to_owned(), Value::Bool(replaced));
    }
}

fn go_over(value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            let shown = printable(text);
            // A replacement that was written as such counts too: the reader sees no difference.
            let replaced = shown.contains(REPLACEMENT);
            *text = shown;
            replaced
        }
        Value::Array(items) => items.iter_mut().fold(false, |found, item| go_over(item) | found),
        Value::Object(fields) => fields.values_mut().fold(false, |found, item| go_over(item) | found),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for cluster in text.graphemes(true) {
        match cluster {
            "\n" | "\r\n" => shown.push('\n'),
            "\t" => shown.push(' '),
            _ => set(cluster, &mut shown),
        }
    }
    shown.split_inclusive([' ', '\n']).map(breakable).collect()
}

/// Sets the letters of one place: together where a font has them all, otherwise one by one, each with a shape or replaced.
fn set(cluster: &str, shown: &mut String) {
    let letters: String = cluster.chars().filter(|letter| !is_invisible(*letter)).collect();
    let plain = letters.chars().all(|letter| !is_private(letter) && !letter.is_control() && !turns_direction(letter));
    if plain && !(shown.is_empty() && joins_what_precedes(&letters)) && FONTS.have(&letters) {
        shown.push_str(&letters);
        return;
    }
    for (place, letter) in letters.chars().enumerate() {
        let alone = letter.encode_utf8(&mut [0; 4]).to_owned();
        let can_stand = place == 0 && !joins_what_precedes(&alone) && !turns_direction(letter) && !letter.is_control();
        let set = can_stand && !is_private(letter) && FONTS.have(&alone);
        shown.push(if set { letter } else { REPLACEMENT });
    }
}

/// Whether it would be set upon the letter before it, which may be one of the template.
fn joins_what_precedes(letters: &str) -> bool {
    format!("a{letters}").graphemes(true).count() == "a".graphemes(true).count() && !letters.is_empty()
}

/// Has no shape of its own, in any font, and says nothing that is read.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Turns the direction of what follows, so that it reads as something else than what was written.
pub fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Means what two parties agree it means.
fn is_private(letter: char) -> bool {
    matches!(letter, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
}

/// Gives places to break to a word too long for a line, and to an address after its marks.
fn breakable(word: &str) -> String {
    let address = word.contains("://") || word.contains("www.");
    // A hash fits on a line; broken it could not be copied.
    let hash = word.len() == 64 && word.bytes().all(|letter| letter.is_ascii_hexdigit());
    if hash || (!address && word.chars().count() <= LONG_WORD) {
        return word.to_owned();
    }
    let mut broken = String::with_capacity(word.len() * 2);
    let mut unbroken = 0;
    for cluster in word.graphemes(true) {
        broken.push_str(cluster);
        unbroken += 1;
        let mark = address && matches!(cluster, "/" | "." | "-" | "_" | "?" | "=" | "&" | "#");
        if (mark && unbroken > 2) || unbroken == BREAK_EVERY {
            broken.push(MAY_BREAK);
            unbroken = 0;
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_stays_as_written() {
        let texts = ["Ça va, één coördinator: ½ – “juist”.", "Дмитро", "Ελλάδα", "שלום", "مرحبا", "e\u{301}", "a\nb"];
        for text in texts {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn what_has_no_shape_is_seen_to_be_missing() {
        for (text, shown) in [("😀!", "□!"), ("漢", "□"), ("\u{E001}", "□"), ("a\u{0}b", "a□b"), ("x\u{5B0}y", "x□y")]
        {
            assert_eq!(printable(text), shown, "{text:?}");
        }
        assert_eq!(printable("\u{301}e"), "□e", "a mark without its letter");
    }

    #[test]
    fn nothing_turns_the_direction_of_what_follows_and_nothing_hides() {
        assert_eq!(printable("betwist\u{202E}tein"), "betwist□tein");
        assert_eq!(printable("a\u{200B}\u{E0041}\u{FEFF}b"), "ab");
    }

    #[test]
    fn a_word_too_long_for_a_line_may_break_and_an_ordinary_one_is_left_alone() {
        assert_eq!(printable(&"x".repeat(41)).matches(MAY_BREAK).count(), 3);
        assert_eq!(printable("meervoudigepersoonlijkheidsstoornis"), "meervoudigepersoonlijkheidsstoornis");
        assert_eq!(printable("http://een.be/pad"), "http:/\u{200B}/een.\u{200B}be/\u{200B}pad");
    }
}
