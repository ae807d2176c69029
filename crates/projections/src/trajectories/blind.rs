//! What counts as the same name or reference when somebody looks for one, and the digest by which it is found.
//!
//! The digest is keyed by the vault and kept apart from the sealed values; it is deleted when the subject is erased.

use chrono::NaiveDate;
use spoor_eventlog::{Vault, VaultError};

use crate::error::ViewError;

/// What a digest is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlindKind {
    /// The parket's own reference.
    CaseReference,
    /// The participant's name with the birth date; a name alone would bring up strangers.
    NameAndBirth,
}

impl BlindKind {
    /// As stored, and as given to the vault.
    pub fn code(self) -> &'static str {
        match self {
            BlindKind::CaseReference => "case_reference",
            BlindKind::NameAndBirth => "name_birth",
        }
    }
}

/// The digest of a case reference.
pub async fn of_case_reference(vault: &Vault, reference: &str) -> Result<String, ViewError> {
    digest(vault, BlindKind::CaseReference, &normalised(reference)).await
}

/// The digest of a name with a birth date.
pub async fn of_name_and_birth(vault: &Vault, name: &str, birth_on: NaiveDate) -> Result<String, ViewError> {
    digest(vault, BlindKind::NameAndBirth, &format!("{}|{birth_on}", normalised(name))).await
}

/// Trimmed, in lower case, single spaces, letters without their marks: `José  PEETERS` and `jose peeters` are the same.
pub fn normalised(text: &str) -> String {
    let plain = text.chars().flat_map(char::to_lowercase).flat_map(without_mark).collect::<String>();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn digest(vault: &Vault, kind: BlindKind, normalised: &str) -> Result<String, ViewError> {
    vault.blind(kind.code(), normalised).await.map_err(vault_failed)
}

/// The key store being away passes; a value that does not know its place never will.
pub(crate) fn vault_failed(error: VaultError) -> ViewError {
    let passing = matches!(error, VaultError::Keys(_));
    ViewError::Vault { error: error.to_string(), passing }
}

/// The plain letters of a lower-case letter. The marks of Latin letters as they occur in Belgium; others stay.
fn without_mark(letter: char) -> impl Iterator<Item = char> {
    let plain = match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ţ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        // A mark written as a character of its own.
        '\u{300}'..='\u{36f}' => "",
        // Apostrophes as typed and as printed.
        '’' | '‘' | '`' | '´' => "'",
        other => return Letters::Same(Some(other)),
    };
    Letters::Plain(plain.chars())
}

enum Letters {
    Same(Option<char>),
    Plain(std::str::Chars<'static>),
}

impl Iterator for Letters {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Letters::Same(letter) => letter.take(),
            Letters::Plain(letters) => letters.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_marks_and_spaces_make_no_difference() {
        assert_eq!(normalised("  José   PEETERS "), normalised("jose peeters"));
        assert_eq!(normalised("Zoe\u{308} D’Hondt"), normalised("Zoë d'hondt"));
    }

    #[test]
    fn different_names_stay_different() {
        assert_ne!(normalised("Jan Peeters"), normalised("Jan Peters"));
    }
}
