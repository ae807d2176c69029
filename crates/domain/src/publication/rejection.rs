//! Why the register of publications says no.

use crate::kernel::{Label, Language, Refusal, RefusalCode, Role};

/// A refusal of the register.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each variant has its sentence")]
pub enum PublicationRejection {
    /// Only who freezes editions.
    #[error("Tables on dossiers are published with an edition: a {} cannot do this.", role.label(Language::En))]
    NotYourRole { role: Role },
    /// Another edition was published meanwhile.
    #[error(
        "Publication {number} does not follow the latest, {latest}: another edition was frozen meanwhile, freeze again."
    )]
    NotTheLatest { number: u32, latest: u32 },
}

impl Refusal for PublicationRejection {
    fn code(&self) -> RefusalCode {
        match self {
            Self::NotYourRole { .. } => RefusalCode::NotYourRole,
            Self::NotTheLatest { .. } => RefusalCode::VersionConflict,
        }
    }

    fn message_nl(&self) -> String {
        match self {
            Self::NotYourRole { role } => format!(
                "Tabellen over dossiers verschijnen met een editie; dat kan niet als {}.",
                role.in_sentence(Language::Nl)
            ),
            Self::NotTheLatest { number, latest } => format!(
                "Publicatie {number} volgt niet op de laatste, {latest}; intussen werd een andere editie vastgelegd, leg opnieuw vast."
            ),
        }
    }
}
