//! Why the editions of a half-year say no, and what to do instead.

use chrono::NaiveDate;

use super::command::EditionCommandKind;
use super::event::{DueFor, EditionStatus, Place};
use crate::kernel::{HalfYear, Label, Language, Refusal, RefusalCode, Role};

/// A refusal by the editions of a half-year.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each variant has its sentence")]
pub enum EditionRejection {
    /// Only the plan coordinator.
    #[error("A {} cannot do this ({}): ask the action plan coordinator.", role.label(Language::En), kind.label(Language::En))]
    NotYourRole { role: Role, kind: EditionCommandKind },
    /// Nothing there.
    #[error("There is no edition of this half-year: open it first with openEdition.")]
    NotOpened,
    /// There is one.
    #[error("This half-year has its edition already: revise it, or open a correction once it is approved.")]
    AlreadyOpened,
    /// Not begun.
    #[error("{half_year} has not begun: open its edition once it has.")]
    HalfYearAhead { half_year: HalfYear },
    /// A text that has to be there.
    #[error("The text '{path}' is empty: fill it in.")]
    TextMissing { path: &'static str },
    /// A text that does not fit.
    #[error("The text '{path}' is longer than {most} bytes: shorten it.")]
    TextTooLong { path: &'static str, most: usize },
    /// Ends before it begins.
    #[error("The reporting window's last day lies before its first day: exchange or correct the days.")]
    WindowReversed,
    /// Taken into account up to a day before it begins.
    #[error("The cut-off lies before the first day of the reporting window, {from}: give a day from then on.")]
    CutOffBeforeWindow { from: NaiveDate },
    /// Taken into account up to a day before the half-year.
    #[error("The cut-off lies before the half-year itself begins: give {from} or a later day.")]
    CutOffBeforeHalfYear { from: NaiveDate },
    /// No such number.
    #[error("This half-year has no edition {number}: look at the list of its editions.")]
    NoSuchEdition { number: u32 },
    /// Not a draft any more.
    #[error("Edition {number} is {} and does not change any more: open a correction.", status.in_sentence(Language::En))]
    NotDrafting { number: u32, status: EditionStatus },
    /// Due before today.
    #[error("{on} lies in the past (today is {today}): give the contacts a day from today on.")]
    DueInPast { on: NaiveDate, today: NaiveDate },
    /// A day for nobody.
    #[error("The plan has no {}: name one of {known}.", named(who, Language::En))]
    DueForNobody { who: DueFor, known: String },
    /// A competence or policy domain in another spelling.
    #[error("'{given}' is written '{known}' here: write it so.")]
    DueForWritten { given: String, known: String },
    /// Two days for one.
    #[error("The {} has more than one day of its own: give it one.", named(who, Language::En))]
    DueTwice { who: DueFor },
    /// Nothing to remind of.
    #[error("No collection round is open: open one with openCollectionRound.")]
    RoundNotOpen,
    /// Nobody.
    #[error("Name at least one competence whose contact is to be reminded, as collectionRound shows it.")]
    NobodyToRemind,
    /// Nothing is missing there.
    #[error(
        "Nothing is owed under '{competence}': name a competence under which collectionRound shows something owed."
    )]
    OwesNothing { competence: String },
    /// Belongs in the tables.
    #[error(
        "{place} tells a figure on learning trajectories, which only the tables of the report may: take it out there."
    )]
    CannotBeWaived { place: Place },
    /// The first person again.
    #[error("You reported or wrote this yourself: a second person waives it.")]
    SamePersonWaives,
    /// Frozen too early.
    #[error(
        "The cut-off is {cut_off} and today is {today}: freeze the edition once the cut-off has come, or revise it."
    )]
    BeforeCutOff { cut_off: NaiveDate, today: NaiveDate },
    /// Figures on learning trajectories.
    #[error(
        "{count} figures on learning trajectories stand outside the tables of the report, the first at {place}: take them out there."
    )]
    TrajectoryFigures { count: usize, place: Place },
    /// Small counts.
    #[error(
        "{count} counts of 1 to 4 persons are not waived, the first at {place}: change them there, or let a second person waive them with waiveSmallCount."
    )]
    SmallCountsUnwaived { count: usize, place: Place },
    /// Numbers near learning trajectories.
    #[error(
        "{count} numbers stand near a text on learning trajectories and are not waived, the first at {place}: take them out there, or let a second person state with waiveSmallCount that they are no figures on learning trajectories."
    )]
    NumbersNearTrajectoriesUnwaived { count: usize, place: Place },
    /// Not among the forms.
    #[error("The content of the edition is not among its stored forms: nothing was frozen, try again.")]
    ContentNotStored,
    /// Not frozen, or not only.
    #[error("Edition {number} is {}: only a frozen edition is approved, once.", status.in_sentence(Language::En))]
    NotFrozen { number: u32, status: EditionStatus },
    /// The same person.
    #[error("You froze this edition yourself: another person approves it.")]
    SamePersonApproves,
    /// Not approved, or not only.
    #[error("Edition {number} is {}: only an approved edition is submitted, once.", status.in_sentence(Language::En))]
    NotApproved { number: u32, status: EditionStatus },
    /// What happened lies in the past.
    #[error("{on} lies in the future (today is {today}): record it once it has happened.")]
    InFuture { on: NaiveDate, today: NaiveDate },
    /// Submitted before it was approved.
    #[error("{on} lies before the day the edition was approved ({approved_on}): correct the day.")]
    BeforeApproval { on: NaiveDate, approved_on: NaiveDate },
    /// Nothing is served.
    #[error("Edition {number} is {}: there is nothing to withdraw.", status.in_sentence(Language::En))]
    NothingToWithdraw { number: u32, status: EditionStatus },
    /// The reason tells what may not be told.
    #[error(
        "The reason is read by everybody who reads the edition, and tells '{quote}': say why without counts of 1 to 4 persons, without figures on learning trajectories and without saying that there were none (geen, zonder, niemand)."
    )]
    ReasonTellsTooMuch { quote: String },
    /// The last one is not out.
    #[error("Edition {number} is {}: finish it, or withdraw it once frozen, before opening the next.", status.in_sentence(Language::En))]
    NotOutYet { number: u32, status: EditionStatus },
}

impl Refusal for EditionRejection {
    fn code(&self) -> RefusalCode {
        match self {
            Self::NotYourRole { .. } => RefusalCode::NotYourRole,
            Self::SamePersonWaives | Self::SamePersonApproves => RefusalCode::SeparationOfDuties,
            Self::NotOpened | Self::NoSuchEdition { .. } => RefusalCode::NotFound,
            Self::AlreadyOpened => RefusalCode::AlreadyDone,
            Self::NotDrafting { .. }
            | Self::RoundNotOpen
            | Self::NotFrozen { .. }
            | Self::NotApproved { .. }
            | Self::NothingToWithdraw { .. }
            | Self::NotOutYet { .. } => RefusalCode::WrongState,
            Self::CannotBeWaived { .. }
            | Self::TrajectoryFigures { .. }
            | Self::SmallCountsUnwaived { .. }
            | Self::NumbersNearTrajectoriesUnwaived { .. }
            | Self::ReasonTellsTooMuch { .. }
            | Self::ContentNotStored => RefusalCode::RuleNotMet,
            Self::HalfYearAhead { .. }
            | Self::CutOffBeforeWindow { .. }
            | Self::CutOffBeforeHalfYear { .. }
            | Self::DueInPast { .. }
            | Self::BeforeCutOff { .. }
            | Self::InFuture { .. }
            | Self::BeforeApproval { .. } => RefusalCode::InvalidDate,
            Self::TextMissing { .. }
            | Self::WindowReversed
            | Self::DueForNobody { .. }
            | Self::DueForWritten { .. }
            | Self::DueTwice { .. }
            | Self::NobodyToRemind
            | Self::OwesNothing { .. } => RefusalCode::InvalidInput,
            Self::TextTooLong { .. } => RefusalCode::TextTooLong,
        }
    }

    fn path(&self) -> Vec<String> {
        let field = match self {
            Self::TextMissing { path } | Self::TextTooLong { path, .. } => path,
            Self::HalfYearAhead { .. } => "period",
            Self::WindowReversed => "window",
            Self::CutOffBeforeWindow { .. } | Self::CutOffBeforeHalfYear { .. } => "cutOff",
            Self::DueInPast { .. } => "dueOn",
            Self::DueForNobody { .. } | Self::DueForWritten { .. } | Self::DueTwice { .. } => "exceptions",
            Self::NobodyToRemind | Self::OwesNothing { .. } => "competences",
            Self::CannotBeWaived { .. } => "entry",
            Self::ReasonTellsTooMuch { .. } => "reason",
            Self::InFuture { .. } | Self::BeforeApproval { .. } => "submittedOn",
            Self::NotYourRole { .. }
            | Self::NotOpened
            | Self::AlreadyOpened
            | Self::NoSuchEdition { .. }
            | Self::NotDrafting { .. }
            | Self::RoundNotOpen
            | Self::SamePersonWaives
            | Self::BeforeCutOff { .. }
            | Self::TrajectoryFigures { .. }
            | Self::SmallCountsUnwaived { .. }
            | Self::NumbersNearTrajectoriesUnwaived { .. }
            | Self::ContentNotStored
            | Self::NotFrozen { .. }
            | Self::SamePersonApproves
            | Self::NotApproved { .. }
            | Self::NothingToWithdraw { .. }
            | Self::NotOutYet { .. } => return Vec::new(),
        };
        vec![field.to_owned()]
    }

    fn facts(&self, language: Language) -> Vec<(&'static str, String)> {
        match self {
            Self::NotDrafting { number, status }
            | Self::NotFrozen { number, status }
            | Self::NotApproved { number, status }
            | Self::NothingToWithdraw { number, status }
            | Self::NotOutYet { number, status } => {
                vec![("number", number.to_string()), ("status", status.label(language).to_owned())]
            }
            Self::TrajectoryFigures { count, place }
            | Self::SmallCountsUnwaived { count, place }
            | Self::NumbersNearTrajectoriesUnwaived { count, place } => {
                vec![("count", count.to_string()), ("place", place.to_string())]
            }
            _the_sentence_says_it => Vec::new(),
        }
    }

    fn message_nl(&self) -> String {
        let in_words = |status: &EditionStatus| status.in_sentence(Language::Nl);
        match self {
            Self::NotYourRole { role, kind } => format!(
                "Dit ({}) kan niet als {}; vraag het aan de coördinator van het actieplan.",
                kind.in_sentence(Language::Nl),
                role.in_sentence(Language::Nl)
            ),
            Self::NotOpened => "Dit halfjaar heeft nog geen editie; open ze eerst met openEdition.".into(),
            Self::AlreadyOpened => {
                "Dit halfjaar heeft al een editie; herzie ze, of open een verbeterde editie zodra ze goedgekeurd is."
                    .into()
            }
            Self::HalfYearAhead { half_year } => {
                format!("{half_year} is nog niet begonnen; open de editie zodra het begonnen is.")
            }
            Self::TextMissing { path } => format!("De tekst '{path}' is leeg; vul hem in."),
            Self::TextTooLong { path, most } => format!("De tekst '{path}' is langer dan {most} bytes; kort hem in."),
            Self::WindowReversed => {
                "De laatste dag van de rapporteringsperiode ligt voor de eerste; verbeter de dagen.".into()
            }
            Self::CutOffBeforeWindow { from } => format!(
                "De afsluitdag ligt voor de eerste dag van de rapporteringsperiode, {from}; geef een dag vanaf dan."
            ),
            Self::CutOffBeforeHalfYear { from } => {
                format!("De afsluitdag ligt voor het begin van het halfjaar zelf; geef {from} of een latere dag.")
            }
            Self::NoSuchEdition { number } => {
                format!("Dit halfjaar heeft geen editie {number}; kijk in de lijst van edities.")
            }
            Self::NotDrafting { number, status } => {
                format!("Editie {number} is {} en verandert niet meer; open een verbeterde editie.", in_words(status))
            }
            Self::DueInPast { on, today } => {
                format!("{on} ligt in het verleden (vandaag is {today}); geef een dag vanaf vandaag.")
            }
            Self::DueForNobody { who, known } => {
                format!("Het plan kent {} niet; noem een van {known}.", named(who, Language::Nl))
            }
            Self::DueForWritten { given, known } => format!("‘{given}’ heet hier ‘{known}’; schrijf het zo."),
            Self::DueTwice { who } => {
                format!("Voor {} staat er meer dan één eigen dag; geef er een.", named(who, Language::Nl))
            }
            Self::RoundNotOpen => "Er loopt geen inzamelronde; open er een met openCollectionRound.".into(),
            Self::NobodyToRemind => {
                "Noem minstens één bevoegdheid waarvan het aanspreekpunt herinnerd wordt, zoals collectionRound ze toont."
                    .into()
            }
            Self::OwesNothing { competence } => format!(
                "Onder ‘{competence}’ moet niets meer komen; noem een bevoegdheid waaronder collectionRound nog iets toont."
            ),
            Self::CannotBeWaived { place } => format!(
                "Op {place} staat een cijfer over leertrajecten, en dat mag alleen in de tabellen van het verslag; haal het daar weg."
            ),
            Self::SamePersonWaives => {
                "U rapporteerde of schreef dit zelf; een tweede persoon laat het staan.".into()
            }
            Self::BeforeCutOff { cut_off, today } => format!(
                "De afsluitdag is {cut_off} en vandaag is {today}; leg de editie vast zodra de afsluitdag er is, of herzie die dag."
            ),
            Self::TrajectoryFigures { count, place } => format!(
                "{count} cijfers over leertrajecten staan buiten de tabellen van het verslag, het eerste op {place}; haal ze daar weg."
            ),
            Self::SmallCountsUnwaived { count, place } => format!(
                "{count} aantallen van 1 tot 4 personen zijn niet bekeken, het eerste op {place}; wijzig ze daar, of laat een tweede persoon ze met waiveSmallCount laten staan."
            ),
            Self::NumbersNearTrajectoriesUnwaived { count, place } => format!(
                "{count} getallen staan bij een tekst over leertrajecten en zijn niet bekeken, het eerste op {place}; haal ze daar weg, of laat een tweede persoon met waiveSmallCount stellen dat het geen cijfers over leertrajecten zijn."
            ),
            Self::ContentNotStored => {
                "De inhoud van de editie staat niet bij de bewaarde vormen; er is niets vastgelegd, probeer opnieuw.".into()
            }
            Self::NotFrozen { number, status } => {
                format!("Editie {number} is {}; alleen een vastgelegde editie wordt goedgekeurd, één keer.", in_words(status))
            }
            Self::SamePersonApproves => {
                "U legde deze editie zelf vast; een andere persoon keurt ze goed.".into()
            }
            Self::NotApproved { number, status } => {
                format!("Editie {number} is {}; alleen een goedgekeurde editie wordt ingediend, één keer.", in_words(status))
            }
            Self::InFuture { on, today } => {
                format!("{on} ligt in de toekomst (vandaag is {today}); noteer het nadat het gebeurd is.")
            }
            Self::BeforeApproval { on, approved_on } => {
                format!("{on} ligt voor de dag van de goedkeuring ({approved_on}); verbeter de dag.")
            }
            Self::NothingToWithdraw { number, status } => {
                format!("Editie {number} is {}; er is niets in te trekken.", in_words(status))
            }
            Self::ReasonTellsTooMuch { quote } => format!(
                "De reden wordt gelezen door iedereen die de editie leest, en vertelt ‘{quote}’; zeg waarom zonder aantallen van 1 tot 4 personen, zonder cijfers over leertrajecten en zonder te zeggen dat iets daarvan er niet was (geen, zonder, niemand)."
            ),
            Self::NotOutYet { number, status } => format!(
                "Editie {number} is {}; werk ze af, of trek ze in zodra ze vastligt, voor u de volgende opent.",
                in_words(status)
            ),
        }
    }
}

/// For whom a day was given, in words.
fn named(who: &DueFor, language: Language) -> String {
    match (who, language) {
        (DueFor::PolicyDomain(code), Language::En) => format!("policy domain '{code}'"),
        (DueFor::PolicyDomain(code), Language::Nl) => format!("beleidsdomein ‘{code}’"),
        (DueFor::Competence(code), Language::En) => format!("competence '{code}'"),
        (DueFor::Competence(code), Language::Nl) => format!("bevoegdheid ‘{code}’"),
    }
}
