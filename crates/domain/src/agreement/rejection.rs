//! Why a cooperation agreement says no, and what to do instead.

use chrono::{DateTime, NaiveDate, Utc};

use super::command::AgreementCommandKind;
use super::vocabulary::AgreementStatus;
use crate::kernel::{Label, Language, OrganisationId, Refusal, RefusalCode, Role};

/// A refusal of a cooperation agreement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each variant has its sentence")]
pub enum AgreementRejection {
    /// Another role does this.
    #[error("A {} cannot do this ({}): ask Kazerne Dossin's coordinator or a prosecutor of a parket in the agreement.",
        role.label(Language::En), kind.label(Language::En))]
    NotYourRole { role: Role, kind: AgreementCommandKind },
    /// The organisation is not in the agreement.
    #[error("{organisation} is not a party to this agreement: choose the agreement that names it.")]
    NotAParty { organisation: OrganisationId },
    /// The code of an organisation, in other capitals.
    #[error("This organisation is known by the code {known}: give it in these capitals and small letters.")]
    SpelledOtherwise { path: &'static str, known: OrganisationId },
    /// A slot is the parket's own affair.
    #[error("The first request of {parket} is that parket's own: act for {parket}.")]
    NotYourParket { parket: OrganisationId },
    /// Nothing there yet.
    #[error("There is no such agreement: draft it first.")]
    NotDrafted,
    /// Drafted before.
    #[error("This agreement was drafted before: draft another one if you need one.")]
    AlreadyDrafted,
    /// No other party.
    #[error("An agreement needs a party beside Kazerne Dossin: name at least one.")]
    NoParties,
    /// The museum is always a party.
    #[error("Kazerne Dossin is a party to every agreement: name only the others.")]
    MuseumAmongParties,
    /// One party, twice.
    #[error("A party was named twice: name each party once.")]
    PartyTwice,
    /// Art. 216ter concerns requests by a parket.
    #[error("An agreement on police training has no ground of request: leave art. 216ter out.")]
    ArticleOutOfPlace,
    /// Another step first.
    #[error("This cannot be done while the agreement is '{}': look at its status for the step that comes next.",
        status.label(Language::En))]
    WrongStatus { status: AgreementStatus },
    /// Somebody has not signed.
    #[error("The signature of {organisation} is missing: every party and Kazerne Dossin sign.")]
    SignatureMissing { organisation: OrganisationId },
    /// In which capacity?
    #[error("Say in which capacity was signed for {organisation} (a function, never a name).")]
    CapacityMissing { organisation: OrganisationId },
    /// Ends before it begins.
    #[error("The last day lies before the first day: exchange or correct the dates.")]
    ValidityReversed,
    /// A renewal is already being made.
    #[error("The renewal has been under way since {since}: record its signatures when they are there.")]
    RenewalUnderWay { since: NaiveDate },
    /// A renewal begins after what it renews.
    #[error("A renewal begins after {latest}, the first day of the present period: give a later first day.")]
    RenewalNotLater { latest: NaiveDate },
    /// Ended before it was decided.
    #[error("An agreement cannot end before it was decided ({decided_on}): give that day or a later one.")]
    TerminatedBackwards { decided_on: NaiveDate },
    /// A consultation of nobody.
    #[error("Say which parties attended the consultation.")]
    NobodyAttended,
    /// A plan without a name.
    #[error("Give the multi-year plan a title.")]
    PlanWithoutTitle,
    /// A plan that ends before it begins.
    #[error("The last year lies before the first year: exchange or correct the years.")]
    PlanYearsReversed,
    /// What happened lies in the past.
    #[error("{on} lies in the future (today is {today}): record it once it has happened.")]
    InFuture { on: NaiveDate, today: NaiveDate },
    /// Steps follow each other.
    #[error("{on} lies before the step it follows ({earliest}): correct the date.")]
    TooEarly { on: NaiveDate, earliest: NaiveDate },
    /// Police training, not learning trajectories.
    #[error("This agreement is not about learning trajectories: choose the agreement of the parket.")]
    NotAboutTrajectories,
    /// Still a draft.
    #[error("The agreement is still a draft: send it for signature, then one first request can be made.")]
    NotSentYet,
    /// Lapsed and nobody renews it.
    #[error("The agreement expired on {until}: start its renewal, then requests can continue.")]
    Expired { until: NaiveDate },
    /// Ended.
    #[error("The agreement ended on {since}: make a new agreement; open dossiers can still be finished.")]
    Terminated { since: NaiveDate },
    /// The one first request is somebody else's.
    #[error("{parket} has made its one first request: wait for the signature of the agreement.")]
    FirstRequestTaken { parket: OrganisationId },
    /// The slot has to be held before the request.
    #[error("The agreement awaits signature: reserve the first request of {parket} for this dossier first.")]
    FirstRequestNotReserved { parket: OrganisationId },
    /// No slot is needed.
    #[error("Requests can be made under this agreement without a reservation: make the request.")]
    ReservationNotNeeded,
    /// Not this dossier's slot.
    #[error("The first request of {parket} is not held for this dossier: nothing is left to do.")]
    SlotNotHeld { parket: OrganisationId },
    /// The request may still be on its way.
    #[error("The request may still be on its way: release the slot after {until}.")]
    StillReserved { until: DateTime<Utc> },
    /// The request is there.
    #[error("The request came, so the slot stays taken: it is freed only when the wrong person was registered.")]
    RequestCame,
}

impl Refusal for AgreementRejection {
    fn code(&self) -> RefusalCode {
        match self {
            Self::NotYourRole { .. } => RefusalCode::NotYourRole,
            Self::NotAParty { .. } | Self::NotYourParket { .. } => RefusalCode::NotYourOrganisation,
            Self::NotDrafted => RefusalCode::NotFound,
            Self::AlreadyDrafted | Self::RenewalUnderWay { .. } | Self::RequestCame => RefusalCode::AlreadyDone,
            Self::NoParties
            | Self::MuseumAmongParties
            | Self::PartyTwice
            | Self::SpelledOtherwise { .. }
            | Self::ArticleOutOfPlace
            | Self::CapacityMissing { .. }
            | Self::NobodyAttended
            | Self::PlanWithoutTitle
            | Self::PlanYearsReversed => RefusalCode::InvalidInput,
            Self::WrongStatus { .. } | Self::ReservationNotNeeded | Self::SlotNotHeld { .. } => RefusalCode::WrongState,
            Self::SignatureMissing { .. } | Self::StillReserved { .. } => RefusalCode::RuleNotMet,
            Self::ValidityReversed
            | Self::RenewalNotLater { .. }
            | Self::TerminatedBackwards { .. }
            | Self::InFuture { .. }
            | Self::TooEarly { .. } => RefusalCode::InvalidDate,
            Self::NotAboutTrajectories
            | Self::NotSentYet
            | Self::Expired { .. }
            | Self::Terminated { .. }
            | Self::FirstRequestNotReserved { .. } => RefusalCode::AgreementMissing,
            Self::FirstRequestTaken { .. } => RefusalCode::FirstRequestTaken,
        }
    }

    fn path(&self) -> Vec<String> {
        let at = |path: &[&str]| path.iter().map(|step| (*step).to_owned()).collect();
        match self {
            Self::NoParties | Self::MuseumAmongParties | Self::PartyTwice => at(&["parties"]),
            Self::SpelledOtherwise { path, .. } => at(&[*path]),
            Self::ArticleOutOfPlace => at(&["namesArticle216ter"]),
            Self::SignatureMissing { .. } | Self::CapacityMissing { .. } => at(&["signatories"]),
            Self::ValidityReversed => at(&["validity", "until"]),
            Self::RenewalNotLater { .. } => at(&["validity", "from"]),
            Self::TerminatedBackwards { .. } => at(&["effectiveOn"]),
            Self::NobodyAttended => at(&["attendedBy"]),
            Self::PlanWithoutTitle => at(&["plan", "title"]),
            Self::PlanYearsReversed => at(&["plan", "untilYear"]),
            Self::NotYourParket { .. } => at(&["parket"]),
            Self::NotYourRole { .. }
            | Self::NotAParty { .. }
            | Self::NotDrafted
            | Self::AlreadyDrafted
            | Self::WrongStatus { .. }
            | Self::RenewalUnderWay { .. }
            | Self::InFuture { .. }
            | Self::TooEarly { .. }
            | Self::NotAboutTrajectories
            | Self::NotSentYet
            | Self::Expired { .. }
            | Self::Terminated { .. }
            | Self::FirstRequestTaken { .. }
            | Self::FirstRequestNotReserved { .. }
            | Self::ReservationNotNeeded
            | Self::SlotNotHeld { .. }
            | Self::StillReserved { .. }
            | Self::RequestCame => Vec::new(),
        }
    }

    fn message_nl(&self) -> String {
        match self {
            Self::NotYourRole { role, kind } => format!(
                "Dit ({}) kan niet als {}; vraag het aan de projectmedewerker van Kazerne Dossin of aan een magistraat van een parket in de overeenkomst.",
                kind.label(Language::Nl),
                role.label(Language::Nl)
            ),
            Self::NotAParty { organisation } => {
                format!("{organisation} is geen partij bij deze overeenkomst; kies de overeenkomst die die organisatie noemt.")
            }
            Self::SpelledOtherwise { known, .. } => {
                format!("Deze organisatie is bekend onder de code {known}; geef ze met deze hoofdletters en kleine letters.")
            }
            Self::NotYourParket { parket } => format!("De eerste aanvraag van {parket} komt dat parket zelf toe; handel namens {parket}."),
            Self::NotDrafted => "Deze overeenkomst bestaat nog niet; ontwerp ze eerst.".into(),
            Self::AlreadyDrafted => "Deze overeenkomst is al ontworpen; ontwerp zo nodig een andere.".into(),
            Self::NoParties => "Een overeenkomst heeft een partij naast Kazerne Dossin nodig; noem er minstens één.".into(),
            Self::MuseumAmongParties => "Kazerne Dossin is partij bij elke overeenkomst; noem alleen de andere partijen.".into(),
            Self::PartyTwice => "Een partij staat er tweemaal; noem elke partij één keer.".into(),
            Self::ArticleOutOfPlace => "Een overeenkomst over politieopleiding kent geen grond van aanvraag; laat art. 216ter weg.".into(),
            Self::WrongStatus { status } => format!(
                "Dit kan niet zolang de overeenkomst de status '{}' heeft; kijk welke stap nu volgt.",
                status.label(Language::Nl)
            ),
            Self::SignatureMissing { organisation } => {
                format!("De handtekening van {organisation} ontbreekt; elke partij en Kazerne Dossin ondertekenen.")
            }
            Self::CapacityMissing { organisation } => {
                format!("Vermeld in welke hoedanigheid voor {organisation} is ondertekend (een functie, nooit een naam).")
            }
            Self::ValidityReversed => "De laatste dag ligt voor de eerste dag; verbeter de data.".into(),
            Self::RenewalUnderWay { since } => {
                format!("De hernieuwing loopt al sinds {since}; noteer de handtekeningen zodra ze er zijn.")
            }
            Self::RenewalNotLater { latest } => {
                format!("Een hernieuwing begint na {latest}, de eerste dag van de lopende periode; geef een latere dag op.")
            }
            Self::TerminatedBackwards { decided_on } => {
                format!("Een overeenkomst kan niet eindigen voor de dag van de beslissing ({decided_on}).")
            }
            Self::NobodyAttended => "Vermeld welke partijen aan het overleg deelnamen.".into(),
            Self::PlanWithoutTitle => "Geef het meerjarenplan een titel.".into(),
            Self::PlanYearsReversed => "Het laatste jaar ligt voor het eerste jaar; verbeter de jaren.".into(),
            Self::InFuture { on, today } => {
                format!("{on} ligt in de toekomst (vandaag is {today}); noteer het nadat het gebeurd is.")
            }
            Self::TooEarly { on, earliest } => {
                format!("{on} ligt voor de stap die eraan voorafgaat ({earliest}); verbeter de datum.")
            }
            Self::NotAboutTrajectories => {
                "Deze overeenkomst gaat niet over leertrajecten; kies de overeenkomst van het parket.".into()
            }
            Self::NotSentYet => {
                "De overeenkomst is nog een ontwerp; leg ze ter ondertekening voor, dan is één eerste aanvraag mogelijk.".into()
            }
            Self::Expired { until } => {
                format!("De overeenkomst is verlopen op {until}; start de hernieuwing, dan kunnen aanvragen doorgaan.")
            }
            Self::Terminated { since } => {
                format!("De overeenkomst eindigde op {since}; sluit een nieuwe. Lopende dossiers kunnen worden afgewerkt.")
            }
            Self::FirstRequestTaken { parket } => {
                format!("{parket} heeft zijn ene eerste aanvraag al gedaan; wacht op de ondertekening van de overeenkomst.")
            }
            Self::FirstRequestNotReserved { parket } => {
                format!("De overeenkomst wacht op ondertekening; behoud eerst de eerste aanvraag van {parket} voor dit dossier voor.")
            }
            Self::ReservationNotNeeded => "Onder deze overeenkomst is geen voorbehoud nodig; doe de aanvraag.".into(),
            Self::SlotNotHeld { parket } => {
                format!("De eerste aanvraag van {parket} is niet voor dit dossier voorbehouden; er valt niets meer te doen.")
            }
            Self::StillReserved { until } => {
                format!("De aanvraag kan nog onderweg zijn; geef de eerste aanvraag vrij na {until}.")
            }
            Self::RequestCame => {
                "De aanvraag is er; de eerste aanvraag komt alleen vrij als de verkeerde persoon geregistreerd was.".into()
            }
        }
    }
}
