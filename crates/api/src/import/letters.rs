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

/// The first letters that UTF-8 became when it was read as Windows-1252, two or three for one: `Ã©` for é, `â€™` for ’,
/// `ÄŸ` for ğ.
fn misread(text: &str) -> Option<&str> {
    text.char_indices().find_map(|(at, _)| misread_first(&text[at..]))
}

/// The letters with which a text begins, when they are one letter that was misread.
fn misread_first(text: &str) -> Option<&str> {
    let width = match windows_1252(text.chars().next()?)? {
        0xC2..=0xDF => 2,
        0xE1..=0xEF => 3,
        // Of four letters for one (😀) nothing else begins with these two.
        0xF0 if text.starts_with("ðŸ") => return text.get(.."ðŸ".len()),
        _no_first_byte => return None,
    };
    // The third letter of a quotation mark often has no sign, and was lost.
    let lost = text.starts_with("â€").then_some("â€");
    let bytes: Vec<u8> = text.chars().take(width).map_while(windows_1252).collect();
    let meant = std::str::from_utf8(&bytes).ok().and_then(|read| read.chars().next());
    let until = text.char_indices().nth(width).map_or(text.len(), |(at, _)| at);
    if meant.is_some_and(is_written) { text.get(..until) } else { lost }
}

/// Whether this is a letter or sign that people write here. `É’` and `é”…` would be letters in UTF-8 as well, which nobody
/// writes: these are no misread ones.
fn is_written(letter: char) -> bool {
    let latin = matches!(letter, '\u{80}'..='\u{17F}' | 'Ș'..='ț' | '\u{1E00}'..='\u{1EFF}');
    let of_another_script = matches!(letter, 'Ά'..='ώ' | '\u{400}'..='\u{4FF}' | 'ء'..='غ' | 'ぁ'..='ヿ');
    latin || of_another_script || matches!(letter, '\u{2000}'..='\u{2BFF}' | '\u{FEFF}' | '\u{FFFD}')
}

/// The byte of which Windows-1252 makes this letter; Latin-1 where it has none.
fn windows_1252(letter: char) -> Option<u8> {
    const FROM_80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
    ];
    let place = FROM_80.iter().position(|own| *own == letter).and_then(|place| u8::try_from(place).ok());
    place.map(|place| 0x80 + place).or_else(|| u8::try_from(u32::from(letter)).ok())
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
        for text in ["“Een café”…", "CAFÉ» en HAÏ»", "Ø 5 mm", "één, ë, È, Ü, ß", "Erdoğan, Şimşek, İstanbul, Łódź, Пр"]
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
        for (text, told) in [
            ("cafÃ©", "Ã©"),
            ("stadâ€™s", "â€™"),
            ("â€ zei hij", "â€"),
            ("5Â°", "Â°"),
            ("â‚¬ 5", "â‚¬"),
            ("ðŸ˜€", "ðŸ"),
            ("ErdoÄŸan", "ÄŸ"),
            ("ÅžimÅŸek", "Åž"),
            ("Ä°stanbul", "Ä°"),
            ("Å\u{81}Ã³dÅº", "Å\u{81}"),
            ("ÐŸÑ€", "ÐŸ"),
            ("Å’uvre", "Å’"),
            ("merkâ„¢", "â„¢"),
            ("âˆ’3", "âˆ’"),
            ("ï»¿kind", "ï»¿"),
        ] {
            let (en, nl) = unfit(text).unwrap();
            assert!(en.contains(&format!("'{told}'")) && nl.contains(told), "{en}");
        }
    }
}
