//! Why the register says no.

use crate::kernel::{Label, Language, Refusal, RefusalCode, Role};
use crate::trajectory::event::DossierNumber;

/// A refusal of the register.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each variant has its sentence")]
pub enum RegisterRejection {
    /// Only the parket opens dossiers.
    #[error("A dossier number is taken by the parket: a {} cannot take one.", role.label(Language::En))]
    NotYourRole { role: Role },
    /// Not a year.
    #[error("{year} is not a year a dossier can be opened in: give a year from 2000 on.")]
    NoSuchYear { year: i32 },
    /// The command went to the stream of another year.
    #[error("This is the register of {}: send the command to the register of {year}.", latest.0)]
    OtherYear { year: i32, latest: DossierNumber },
    /// Nothing to number.
    #[error("No dossier was given: give at least one.")]
    NoDossiers,
    /// One dossier, two numbers.
    #[error("The same dossier was given twice: give each dossier once.")]
    SameDossierTwice,
}

impl Refusal for RegisterRejection {
    fn code(&self) -> RefusalCode {
        match self {
            Self::NotYourRole { .. } => RefusalCode::NotYourRole,
            Self::NoSuchYear { .. } | Self::OtherYear { .. } | Self::NoDossiers | Self::SameDossierTwice => {
                RefusalCode::InvalidInput
            }
        }
    }

    fn path(&self) -> Vec<String> {
        match self {
            Self::NotYourRole { .. } => Vec::new(),
            Self::NoSuchYear { .. } | Self::OtherYear { .. } => vec!["year".into()],
            Self::NoDossiers | Self::SameDossierTwice => vec!["dossiers".into()],
        }
    }

    fn message_nl(&self) -> String {
        match self {
            Self::NotYourRole { role } => {
                format!(
                    "Een dossiernummer wordt door het parket genomen; dat kan niet als {}.",
                    role.label(Language::Nl)
                )
            }
            Self::NoSuchYear { year } => format!("{year} is geen jaar waarin een dossier geopend kan worden."),
            Self::OtherYear { year, latest } => {
                format!("Dit is het register van {}; stuur de opdracht naar het register van {year}.", latest.0)
            }
            Self::NoDossiers => "Er is geen dossier opgegeven; geef er minstens één op.".into(),
            Self::SameDossierTwice => "Hetzelfde dossier staat er tweemaal; geef elk dossier één keer op.".into(),
        }
    }
}
