//! The texts by which consent is asked, as clients read them.

use async_graphql::SimpleObject;

use crate::desk::{self, CONSENT_TEXTS, ConsentTextAbout};

/// A text by which consent is asked.
#[derive(Clone, Debug, SimpleObject)]
pub struct ConsentText {
    /// The version, for the mutations that record a consent.
    version: &'static str,
    /// What it asks consent for.
    about: &'static str,
    /// The text, in Dutch.
    text_nl: &'static str,
    /// The text, in English.
    text_en: &'static str,
}

/// Every text.
pub fn all() -> Vec<ConsentText> {
    CONSENT_TEXTS.iter().map(ConsentText::from).collect()
}

impl From<&desk::ConsentText> for ConsentText {
    fn from(text: &desk::ConsentText) -> Self {
        let desk::ConsentText { version, about, text_nl, text_en } = *text;
        let about = match about {
            ConsentTextAbout::Participation => "participation",
            ConsentTextAbout::Sharing => "sharing",
        };
        Self { version, about, text_nl, text_en }
    }
}
