//! Letters that do not belong in what people read and print.

use spoor_documents::turns_direction;

/// What is wrong with the first letter of a text that does not belong in it, in English and Dutch.
pub(super) fn unfit(text: &str) -> Option<(String, String)> {
    let letter = text.chars().find(|letter| is_unfit(*letter))?;
    let code = format!("U+{:04X}", u32::from(letter));
    Some(if letter == char::REPLACEMENT_CHARACTER {
        (
            format!(
                "this holds a letter that cannot be read ({code}): save the file as UTF-8, or write the letter again"
            ),
            format!(
                "dit bevat een letter die niet te lezen is ({code}): bewaar het bestand als UTF-8, of schrijf de letter opnieuw"
            ),
        )
    } else {
        (
            format!("this holds {code}, a sign that cannot be seen and does not belong in a text: delete it"),
            format!("dit bevat {code}, een onzichtbaar teken dat niet in een tekst hoort: verwijder het"),
        )
    })
}

fn is_unfit(letter: char) -> bool {
    let is_control = letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    let is_no_character = u32::from(letter) & 0xFFFE == 0xFFFE || matches!(letter, '\u{FDD0}'..='\u{FDEF}');
    is_control || is_no_character || turns_direction(letter) || letter == char::REPLACEMENT_CHARACTER
}

#[cfg(test)]
mod tests {
    use super::unfit;

    #[test]
    fn only_what_nobody_can_see_or_read_is_unfit() {
        for text in ["é ‘x’ – €", "regel\r\n\tregel", "😀 مرحبا"] {
            assert_eq!(unfit(text), None, "{text}");
        }
        for letter in ['\0', '\u{7}', '\u{85}', '\u{202E}', '\u{2066}', '\u{FFFE}', '\u{1FFFF}', '\u{FFFD}'] {
            assert!(unfit(&format!("a{letter}b")).is_some(), "{letter:?}");
        }
    }
}
