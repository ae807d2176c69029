//! The letters of a text as a reader sees them: by whatever signs something is written, it is looked for as it reads.

use unicode_normalization::UnicodeNormalization;

/// The text as it reads: compatible signs as their plain ones (`３`, `³` and `Ⅲ` as `3`, `3` and `III`), digits of every
/// script as ours, and without the signs that nobody sees.
pub fn as_read(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let plain = text.chars().filter(|letter| !is_unseen(*letter)).nfkc();
    plain.filter(|letter| !is_unseen(*letter)).map(|letter| digit(letter).unwrap_or(letter)).collect()
}

/// The text with its letters composed (NFC): an `é` is one sign, however it was typed. What is told apart by its name is
/// stored and compared so.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// What all ways of writing one name have in common, whatever its capitals and spaces and however its letters were typed.
pub fn name_key(name: &str) -> String {
    composed(&name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase())
}

/// Whether a reader does not see this sign: a soft hyphen, a space without width, a joiner, a turn of direction. The
/// default-ignorable code points of Unicode (`DerivedCoreProperties.txt`).
pub fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether there is nothing to read: no letter, no digit and none of the common signs, but spaces, unseen signs, marks without
/// a letter at most.
pub fn is_blank(text: &str) -> bool {
    !text.chars().any(|letter| !is_unseen(letter) && (letter.is_alphanumeric() || letter.is_ascii_graphic()))
}

/// The zeros of the scripts with digits of their own that may be met, in order; each is followed by its nine others.
const ZEROS: [u32; 34] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20,
    0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0,
    0xA900, 0xA9D0, 0xAA50, 0xABF0,
];

fn digit(letter: char) -> Option<char> {
    let letter = u32::from(letter);
    let zeros_up_to_it = ZEROS.partition_point(|zero| *zero <= letter);
    let zero = ZEROS[zeros_up_to_it.checked_sub(1)?];
    char::from_digit(letter - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_however_its_letters_were_typed_and_other_signs_stay_as_they_are() {
        assert_eq!(composed("Ge\u{301}nt"), composed("G\u{e9}nt"));
        assert_eq!(composed("３ €"), "３ €");
    }

    #[test]
    fn a_name_is_the_same_in_other_capitals_and_spaces_and_another_name_is_not() {
        for written in ["Sociale Economie", "sociale  economie", " SOCIALE\u{A0}ECONOMIE "] {
            assert_eq!(name_key(written), name_key("Sociale Economie"), "{written:?}");
        }
        assert_eq!(name_key("ge\u{301}nt"), name_key("G\u{c9}NT"));
        assert_ne!(name_key("SocialeEconomie"), name_key("Sociale Economie"));
    }

    #[test]
    fn a_text_is_read_as_it_is_seen() {
        for (written, read) in [
            ("３ leerlingen", "3 leerlingen"),
            ("٣ जन ३", "3 जन 3"),
            ("Ⅲ³", "III3"),
            ("leer\u{AD}traj\u{200B}ect", "leertraject"),
            ("e\u{301}e\u{301}n", "één"),
            ("Er waren 3.\r\n\tNiemand\u{7F} {^`~", "Er waren 3.\r\n\tNiemand\u{7F} {^`~"),
        ] {
            assert_eq!(as_read(written), read);
        }
        for blank in [
            "",
            " \n\u{A0}",
            "\u{200B}",
            "\u{2060} \u{FEFF}",
            "\u{200D}\u{200C}\u{3164}",
            "\u{2800}",
            "\u{1}\u{8}",
            "\u{FFFC}",
            "\u{301}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        assert!(!is_blank("\u{200B}."));
    }

    #[test]
    fn the_digits_of_every_script_are_read_as_ours_and_what_stands_beside_them_is_not() {
        assert!(ZEROS.is_sorted());
        for zero in ZEROS {
            assert!(char::from_u32(zero).is_some_and(char::is_numeric));
            for value in 0..10 {
                assert_eq!(char::from_u32(zero + value).and_then(digit), char::from_digit(value, 10));
            }
            for beside in [zero - 1, zero + 10].into_iter().filter_map(char::from_u32) {
                let another = ZEROS.into_iter().any(|zero| (zero..zero + 10).contains(&u32::from(beside)));
                assert_eq!(digit(beside).is_some(), another, "{beside:?}");
            }
        }
        for letter in ['0', '9', 'a', '\u{65F}', '\u{10FFFF}'] {
            assert_eq!(digit(letter), None);
        }
    }
}
