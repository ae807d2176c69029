//! What is shown of a recipient to be told, and of a link between subjects.

use spoor_domain::kernel::{DossierId, OrganisationId, SubjectId};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_domain::trajectory::record::Telling;

/// A recipient who has to be told of something, in which dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TellingRow {
    /// The dossier.
    pub dossier: DossierId,
    /// Its number.
    pub number: DossierNumber,
    /// The parket it is with.
    pub parket: OrganisationId,
    /// Who, of what, since when, and how it was settled.
    pub telling: Telling,
}

/// Which of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TellingFilter {
    /// Of this dossier only.
    pub dossier: Option<DossierId>,
    /// Those who were told as well.
    pub with_settled: bool,
}

/// Two subjects that are one person, as one dossier says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectLink {
    /// The dossier that says so.
    pub dossier: DossierId,
    /// Its subject.
    pub subject: SubjectId,
    /// The dossier it points to.
    pub other_dossier: DossierId,
    /// The subject there.
    pub other_subject: SubjectId,
}
