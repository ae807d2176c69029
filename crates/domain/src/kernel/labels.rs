//! Words for people beside the codes for machines: every closed list carries a Dutch and an English label.

use serde::{Deserialize, Serialize};

/// The language of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Dutch, the language of the legal terms.
    Nl,
    /// English.
    En,
}

/// A closed list whose values have a stored code and a label people read.
pub trait Label: Copy + Sized + 'static {
    /// The name of the list.
    const LIST: &'static str;
    /// One English sentence on what the list is for.
    const ABOUT: &'static str;
    /// Every value, in the order of the life or the form it belongs to.
    const ALL: &'static [Self];
    /// The code as stored and as shown to machines.
    fn code(self) -> &'static str;
    /// The label in the given language.
    fn label(self, language: Language) -> &'static str;
    /// The label in the middle of a sentence: names in it keep their capitals.
    fn in_sentence(self, language: Language) -> String {
        let mut letters = self.label(language).chars();
        letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
    }
    /// The value with this code, if there is one.
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.code() == code)
    }
}

/// Declares an enum of bare variants together with its codes and labels: `Variant = "Dutch", "English";`.
macro_rules! labelled {
    ($(#[doc = $about:literal])+ pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $nl:literal, $en:literal;)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[allow(missing_docs, reason = "the English label is the documentation")]
        pub enum $name { $($(#[$vmeta])* #[doc = $en] $variant,)+ }

        impl $crate::kernel::Label for $name {
            const LIST: &'static str = stringify!($name);
            const ABOUT: &'static str = concat!($($about,)+).trim_ascii();
            const ALL: &'static [Self] = &[$(Self::$variant,)+];
            fn code(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)+ }
            }
            fn label(self, language: $crate::kernel::Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, $crate::kernel::Language::Nl) => $nl,
                      (Self::$variant, $crate::kernel::Language::En) => $en,)+
                }
            }
        }
    };
}
pub(crate) use labelled;

/// The months in Dutch, January first.
pub const DUTCH_MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];
