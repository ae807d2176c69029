//! The closed lists of a rights request, with the labels people read.

use crate::kernel::labelled;
use crate::trajectory::command::TrajectoryCommandKind;

labelled! {
    /// What the person concerned asks for.
    pub enum RightsKind {
        Access = "Inzage", "Access";
        Rectification = "Verbetering", "Rectification";
        Restriction = "Beperking van de verwerking", "Restriction of processing";
        Erasure = "Wissing", "Erasure";
        Objection = "Bezwaar", "Objection";
    }
}

labelled! {
    /// Where a rights request stands.
    pub enum RightsStatus {
        Received = "Ontvangen", "Received";
        Extended = "Termijn verlengd", "Term extended";
        Answered = "Beantwoord", "Answered";
    }
}

labelled! {
    /// The answer to a rights request.
    pub enum RightsAnswer {
        Granted = "Ingewilligd", "Granted";
        GrantedInPart = "Gedeeltelijk ingewilligd", "Granted in part";
        Refused = "Geweigerd", "Refused";
    }
}

labelled! {
    /// The ground on which a rights request is refused, wholly or in part.
    pub enum RightsRefusalGround {
        IdentityNotEstablished = "Identiteit niet vastgesteld", "Identity not established";
        NothingHeld = "Geen gegevens bewaard", "No data held";
        ManifestlyUnfounded = "Kennelijk ongegrond of buitensporig", "Manifestly unfounded or excessive";
        LegalObligation = "Wettelijke bewaarplicht", "Legal obligation to keep";
        LegalClaims = "Nodig voor een rechtsvordering", "Needed for legal claims";
        OngoingProceedings = "Lopend onderzoek of lopende procedure", "Ongoing investigation or proceedings";
        RightsOfOthers = "Rechten van anderen", "Rights of others";
        Other = "Andere", "Other";
    }
}

impl RightsKind {
    /// The command to the dossier that usually follows when it is granted; none for access, which is a question.
    pub fn follow_up(self) -> Option<TrajectoryCommandKind> {
        match self {
            Self::Access => None,
            Self::Rectification => Some(TrajectoryCommandKind::CorrectFact),
            Self::Restriction | Self::Objection => Some(TrajectoryCommandKind::RestrictProcessing),
            Self::Erasure => Some(TrajectoryCommandKind::RequestErasure),
        }
    }
}
