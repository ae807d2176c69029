//! Why a rights request says no.

use chrono::NaiveDate;

use crate::kernel::{Label, Language, LegalField, OrganisationId, Refusal, RefusalCode, Role};

/// A refusal by a rights request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each variant has its sentence")]
pub enum RightsRejection {
    /// Only compliance keeps requests.
    #[error("Requests of persons concerned are kept by the compliance officer: a {} cannot do this.", role.label(Language::En))]
    NotYourRole { role: Role },
    /// Each controller answers its own.
    #[error("This request was addressed to {controller}: leave it to the compliance officer of that controller.")]
    AnotherController { controller: OrganisationId },
    /// Nothing was received yet.
    #[error("There is no such request: register it first with registerRightsRequest.")]
    NotRegistered,
    /// It was received already.
    #[error("This request is registered already: extend or answer it.")]
    AlreadyRegistered,
    /// The term is extended once.
    #[error("The term was extended on {on} already, and can be only once: answer the request.")]
    AlreadyExtended { on: NaiveDate },
    /// The extension came after the first term.
    #[error(
        "The first term ended on {due_on}, and within it the person has to be told of an extension: answer the request without delay."
    )]
    ExtendedTooLate { due_on: NaiveDate },
    /// It was answered already.
    #[error("This request was answered on {on}: register a new one when the person asks again.")]
    AlreadyAnswered { on: NaiveDate },
    /// A refusal without a ground.
    #[error("What is not granted in full needs a ground: give 'ground'.")]
    GroundMissing,
    /// A ground without a refusal.
    #[error("What is granted in full needs no ground: leave 'ground' out, or answer that it is granted in part.")]
    GroundWithoutRefusal,
    /// A text that must be there is not.
    #[error("The text '{path}' is empty: fill it in.")]
    TextMissing { path: &'static str },
    /// A text is longer than 32 KiB.
    #[error("The text '{path}' is longer than 32 KiB: shorten it.")]
    TextTooLong { path: &'static str },
    /// A text of a legal reference is not of a shape in which law is named.
    #[error("'{}' names law and nothing else: give {}.", field.path(), field.shapes(Language::En))]
    ReferenceInvalid { field: LegalField },
    /// A day lies in the future.
    #[error("'{path}' lies in the future: give a day up to today, {today}.")]
    DayInFuture { path: &'static str, today: NaiveDate },
    /// A day lies long before the dossier was begun.
    #[error("'receivedOn' lies long before the dossier was begun: give a day from {earliest} on.")]
    BeforeDossier { earliest: NaiveDate },
    /// A text about a person whose data were erased.
    #[error(
        "The data of this person were erased, and no text about them can be recorded any more: leave '{path}' out."
    )]
    TextAboutTheErased { path: &'static str },
    /// An extension is told with its reason, which is a text about a person whose data were erased.
    #[error(
        "The data of this person were erased, so the reason of an extension cannot be recorded any more: answer the request within its term."
    )]
    ReasonAboutTheErased,
    /// A day lies before the request came.
    #[error("'{path}' lies before the request was received: give a day from {earliest} on.")]
    BeforeReceipt { path: &'static str, earliest: NaiveDate },
}

impl Refusal for RightsRejection {
    fn code(&self) -> RefusalCode {
        match self {
            Self::NotYourRole { .. } => RefusalCode::NotYourRole,
            Self::AnotherController { .. } => RefusalCode::NotYourOrganisation,
            Self::NotRegistered => RefusalCode::NotFound,
            Self::AlreadyRegistered | Self::AlreadyExtended { .. } | Self::AlreadyAnswered { .. } => {
                RefusalCode::AlreadyDone
            }
            Self::ExtendedTooLate { .. } | Self::GroundMissing | Self::GroundWithoutRefusal => RefusalCode::RuleNotMet,
            Self::TextMissing { .. } | Self::ReferenceInvalid { .. } => RefusalCode::InvalidInput,
            Self::TextTooLong { .. } => RefusalCode::TextTooLong,
            Self::DayInFuture { .. } | Self::BeforeReceipt { .. } | Self::BeforeDossier { .. } => {
                RefusalCode::InvalidDate
            }
            Self::TextAboutTheErased { .. } | Self::ReasonAboutTheErased => RefusalCode::SubjectErased,
        }
    }

    fn path(&self) -> Vec<String> {
        match self {
            Self::NotYourRole { .. }
            | Self::NotRegistered
            | Self::AlreadyRegistered
            | Self::AlreadyExtended { .. }
            | Self::AlreadyAnswered { .. } => Vec::new(),
            Self::AnotherController { .. } => vec!["controller".into()],
            Self::ExtendedTooLate { .. } => vec!["toldOn".into()],
            Self::GroundMissing | Self::GroundWithoutRefusal => vec!["ground".into()],
            Self::ReferenceInvalid { field } => vec!["reference".into(), field.path().into()],
            Self::BeforeDossier { .. } => vec!["receivedOn".into()],
            Self::ReasonAboutTheErased => vec!["reason".into()],
            Self::TextMissing { path }
            | Self::TextTooLong { path }
            | Self::TextAboutTheErased { path }
            | Self::DayInFuture { path, .. }
            | Self::BeforeReceipt { path, .. } => vec![(*path).to_owned()],
        }
    }

    fn message_nl(&self) -> String {
        match self {
            Self::NotYourRole { role } => format!(
                "Verzoeken van betrokkenen worden bijgehouden door de compliance officer; dat kan niet als {}.",
                role.label(Language::Nl)
            ),
            Self::AnotherController { controller } => format!(
                "Dit verzoek was gericht aan {controller}: laat het aan de compliance officer van die verantwoordelijke."
            ),
            Self::NotRegistered => "Dit verzoek bestaat niet: noteer het eerst met registerRightsRequest.".into(),
            Self::AlreadyRegistered => "Dit verzoek is al genoteerd: verleng de termijn of beantwoord het.".into(),
            Self::AlreadyExtended { on } => {
                format!("De termijn is al verlengd op {on}, en dat kan maar één keer: beantwoord het verzoek.")
            }
            Self::ExtendedTooLate { due_on } => format!(
                "De eerste termijn eindigde op {due_on}, en daarbinnen moet de betrokkene van een verlenging weten: antwoord onverwijld."
            ),
            Self::AlreadyAnswered { on } => {
                format!(
                    "Dit verzoek is beantwoord op {on}: noteer een nieuw verzoek wanneer de betrokkene opnieuw vraagt."
                )
            }
            Self::GroundMissing => "Wat niet volledig wordt ingewilligd, vergt een grond: geef 'ground'.".into(),
            Self::GroundWithoutRefusal => {
                "Wat volledig wordt ingewilligd, vergt geen grond: laat 'ground' weg, of antwoord gedeeltelijk.".into()
            }
            Self::TextMissing { path } => format!("De tekst '{path}' is leeg: vul hem in."),
            Self::TextTooLong { path } => format!("De tekst '{path}' is langer dan 32 KiB: kort hem in."),
            Self::ReferenceInvalid { field } => {
                format!("'{}' noemt enkel wetgeving: geef {}.", field.path(), field.shapes(Language::Nl))
            }
            Self::BeforeDossier { earliest } => {
                format!("'receivedOn' ligt lang voor het begin van het dossier: geef een dag vanaf {earliest}.")
            }
            Self::TextAboutTheErased { path } => format!(
                "De gegevens van deze persoon zijn gewist, en er kan geen tekst over die persoon meer worden opgenomen: laat '{path}' weg."
            ),
            Self::ReasonAboutTheErased => {
                "De gegevens van deze persoon zijn gewist, zodat de reden van een verlenging niet meer kan worden opgenomen: beantwoord het verzoek binnen de termijn."
                    .into()
            }
            Self::DayInFuture { path, today } => {
                format!("'{path}' ligt in de toekomst: geef een dag tot en met vandaag, {today}.")
            }
            Self::BeforeReceipt { path, earliest } => {
                format!("'{path}' ligt voor de ontvangst van het verzoek: geef een dag vanaf {earliest}.")
            }
        }
    }
}
