//! A finding: where, what, why, and what to do.

use spoor_domain::action::event::{ActionNumber, EntryId, RowId};
use spoor_domain::kernel::Language;

/// Something that deserves a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The action.
    pub number: ActionNumber,
    /// What.
    pub kind: FindingKind,
    /// Where in the action.
    pub place: FindingPlace,
    /// What it was found by, with the words of the report as they stand there.
    pub why: Evidence,
}

/// Where in an action something was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingPlace {
    /// The action as a whole.
    Action,
    /// A report row.
    Row(RowId),
    /// An amount.
    Entry(EntryId),
    /// A minister, by the title as printed.
    Minister(String),
}

/// What something was found by, in two languages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// In Dutch.
    pub nl: String,
    /// In English.
    pub en: String,
}

impl Evidence {
    /// In this language.
    pub fn told(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }
}

/// What deserves a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// The status is lower than in the half-year before, or went back within it.
    WentBackwards,
    /// The status says that it goes on, and its last period or its text says that it ended.
    OngoingThoughEnded,
    /// No amount in the budget column. It may well be paid from regular means.
    WithoutBudget,
    /// No report row with a text. A row that was imported without its text counts as one with.
    WithoutProgress,
    /// Amount, indicator or progress is lacking in this half-year and was in the one before.
    LackingTwice,
    /// A report row whose text was not taken over from print.
    TextNotCarriedOver,
    /// A report row that only points to another place.
    ReferenceOnly,
    /// A reference to an action or a competence that does not report there.
    DanglingReference,
    /// An amount probably prints money that another action prints as well.
    ProbableDuplicate,
    /// Parts that do not add up to the amount they are parts of.
    SumMismatch,
    /// An amount stands in the description only, and so counts in no sum.
    AmountInDescriptionOnly,
    /// A minister's title that means no known office.
    UnknownOffice,
    /// A minister's title that is written otherwise than most titles of the same office.
    MinisterTitleVaries,
    /// More than one policy domain coordinates.
    SeveralCoordinators,
}

impl FindingKind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::WentBackwards,
        Self::OngoingThoughEnded,
        Self::WithoutBudget,
        Self::WithoutProgress,
        Self::LackingTwice,
        Self::TextNotCarriedOver,
        Self::ReferenceOnly,
        Self::DanglingReference,
        Self::ProbableDuplicate,
        Self::SumMismatch,
        Self::AmountInDescriptionOnly,
        Self::UnknownOffice,
        Self::MinisterTitleVaries,
        Self::SeveralCoordinators,
    ];

    /// What it is, in a sentence.
    pub fn what(self, language: Language) -> &'static str {
        self.words(language).0
    }

    /// What to do about it.
    pub fn advice(self, language: Language) -> &'static str {
        self.words(language).1
    }

    fn words(self, language: Language) -> (&'static str, &'static str) {
        match language {
            Language::Nl => self.dutch(),
            Language::En => self.english(),
        }
    }

    fn dutch(self) -> (&'static str, &'static str) {
        match self {
            Self::WentBackwards => ("De status ging achteruit.", "Kijk na of het klopt, en zeg in de tekst waarom."),
            Self::OngoingThoughEnded => (
                "De actie staat als lopend, maar lijkt afgelopen.",
                "Vraag na of de status Afgerond of Stopgezet moet zijn, of meld de nieuwe periode.",
            ),
            Self::WithoutBudget => (
                "Er staat geen bedrag in de budgetkolom.",
                "Vraag na of de actie uit reguliere middelen betaald wordt.",
            ),
            Self::WithoutProgress => {
                ("Er is geen voortgang gerapporteerd.", "Vraag een tekst, of een verklaring dat er niets te melden is.")
            }
            Self::LackingTwice => (
                "Wat nu ontbreekt, ontbrak ook in het vorige halfjaar.",
                "Vraag het op, of overweeg of de actie nog loopt.",
            ),
            Self::TextNotCarriedOver => (
                "De tekst staat in het gedrukte rapport en werd niet overgenomen; ze ontbreekt dus niet.",
                "Neem de tekst over wanneer ze in een nieuwe editie moet staan.",
            ),
            Self::ReferenceOnly => (
                "De tekst verwijst alleen naar een andere plaats.",
                "Vraag een eigen tekst, of verklaar dat er niets te melden is.",
            ),
            Self::DanglingReference => (
                "De verwijzing leidt nergens heen.",
                "Verbeter het nummer of de bevoegdheid, of laat de verwijzing weg.",
            ),
            Self::ProbableDuplicate => (
                "Dit bedrag drukt waarschijnlijk hetzelfde geld als een andere actie.",
                "Vraag na of het hetzelfde geld is; merk het bedrag dan aan als mogelijk dubbel, zodat het maar een keer telt.",
            ),
            Self::SumMismatch => (
                "De delen tellen niet op tot het gedrukte bedrag.",
                "Vraag na welk van beide klopt, en verbeter het bedrag of de delen.",
            ),
            Self::AmountInDescriptionOnly => (
                "Dit bedrag staat alleen in de beschrijving en telt in geen som.",
                "Vraag na of het in de budgetkolom hoort.",
            ),
            Self::UnknownOffice => (
                "De titel betekent geen bekend ministerambt.",
                "Kijk de titel na; ze blijft staan zoals gedrukt en telt onder geen ambt.",
            ),
            Self::MinisterTitleVaries => (
                "Dezelfde minister staat elders onder een andere titel.",
                "Kijk na of de titel klopt; de sommen per ambt tellen beide samen.",
            ),
            Self::SeveralCoordinators => (
                "Meer dan één beleidsdomein coördineert de actie.",
                "Vraag na welk beleidsdomein coördineert, en beëindig de andere verantwoordelijkheid.",
            ),
        }
    }

    fn english(self) -> (&'static str, &'static str) {
        match self {
            Self::WentBackwards => ("The status went backwards.", "Check that it is right, and say why in the text."),
            Self::OngoingThoughEnded => (
                "The action is said to go on, and seems to have ended.",
                "Ask whether its status should be completed or discontinued, or report the new period.",
            ),
            Self::WithoutBudget => {
                ("There is no amount in the budget column.", "Ask whether the action is paid from regular means.")
            }
            Self::WithoutProgress => {
                ("No progress was reported.", "Ask for a text, or for a declaration that there is nothing to report.")
            }
            Self::LackingTwice => (
                "What is lacking now was lacking in the half-year before as well.",
                "Ask for it, or consider whether the action still goes on.",
            ),
            Self::TextNotCarriedOver => (
                "The text stands in the printed report and was not taken over; so it is not missing.",
                "Take the text over when it has to stand in a new edition.",
            ),
            Self::ReferenceOnly => (
                "The text only points to another place.",
                "Ask for a text of its own, or declare that there is nothing to report.",
            ),
            Self::DanglingReference => {
                ("The reference leads nowhere.", "Correct the number or the competence, or leave the reference out.")
            }
            Self::ProbableDuplicate => (
                "This amount probably prints the same money as another action.",
                "Ask whether it is the same money; if so, mark the amount as a possible duplicate, so that it counts once.",
            ),
            Self::SumMismatch => (
                "The parts do not add up to the printed amount.",
                "Ask which of the two is right, and correct the amount or the parts.",
            ),
            Self::AmountInDescriptionOnly => (
                "This amount stands in the description only and counts in no sum.",
                "Ask whether it belongs in the budget column.",
            ),
            Self::UnknownOffice => (
                "The title means no known ministerial office.",
                "Check the title; it stays as printed and counts under no office.",
            ),
            Self::MinisterTitleVaries => (
                "The same minister stands elsewhere under another title.",
                "Check the title; the sums per office count both together.",
            ),
            Self::SeveralCoordinators => (
                "More than one policy domain coordinates the action.",
                "Ask which policy domain coordinates, and end the other responsibility.",
            ),
        }
    }
}
