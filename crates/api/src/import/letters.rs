//! Letters that do not belong in what people read and print.

use spoor_documents::turns_direction;
use spoor_domain::kernel::is_unseen;

/// What is wrong with the first letter of a text that does not belong in it, in English and Dutch.
pub(super) fn unfit(text: &str) -> Option<(String, String)> {
    if let Some(misread) = misread(text) {
        return Some((
            format!("'{misread}' was read with the wrong letters: save the file as UTF-8, or write the letter again"),
            format!(
                "‘{misread}’ is met de verkeerde letters gelezen: bewaar het bestand als UTF-8, of schrijf de letter opnieuw"
            ),
        ));
    }
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
    is_control
        || is_no_character
        || is_unseen(letter)
        || turns_direction(letter)
        || letter == char::REPLACEMENT_CHARACTER
}

/// Letters that UTF-8 becomes when it is read as Windows-1252, two or three for one: `Ã©` for é, `â€™` for ’.
fn misread(text: &str) -> Option<&str> {
    let follows = |from: usize| text[from..].chars().next().filter(|letter| is_continuation(*letter));
    text.char_indices().find_map(|(at, letter)| {
        let next = at + letter.len_utf8();
        let second = match letter {
            'Ã' | 'Â' => follows(next)?,
            'â' => follows(next).filter(|second| matches!(second, '€' | '‚'))?,
            'Å' => follows(next).filter(|second| *second == '“')?,
            'ð' => follows(next).filter(|second| *second == 'Ÿ')?,
            _ => return None,
        };
        Some(&text[at..next + second.len_utf8()])
    })
}

/// Whether Windows-1252 has this letter for a byte with which no letter begins in UTF-8.
fn is_continuation(letter: char) -> bool {
    matches!(letter, '\u{80}'..='\u{BF}') || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::unfit;

    #[test]
    fn only_what_nobody_can_see_or_read_is_unfit() {
        for text in ["é ‘x’ – €", "regel\r\n\tregel", "😀 مرحبا", "São Paulo, Ångström, château", "CAFÉ’S"]
        {
            assert_eq!(unfit(text), None, "{text}");
        }
        for letter in [
            '\0',
            '\u{7}',
            '\u{85}',
            '\u{202E}',
            '\u{2066}',
            '\u{FFFE}',
            '\u{1FFFF}',
            '\u{FFFD}',
            '\u{200B}',
            '\u{AD}',
            '\u{2060}',
        ] {
            assert!(unfit(&format!("a{letter}b")).is_some(), "{letter:?}");
        }
    }
    #[test]
    fn letters_that_were_read_with_the_wrong_letters_are_told_as_they_stand() {
        for (text, told) in [("cafÃ©", "Ã©"), ("stadâ€™s", "â€"), ("5Â°", "Â°"), ("â‚¬ 5", "â‚"), ("ðŸ˜€", "ðŸ")]
        {
            let (en, nl) = unfit(text).unwrap();
            assert!(en.contains(&format!("'{told}'")) && nl.contains(told), "{en}");
        }
    }
}
