//! What is shown of a cooperation agreement.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use spoor_domain::agreement::CooperationAgreement;
use spoor_domain::agreement::event::{AgreementTerms, MultiYearPlan, Signatory, Validity};
use spoor_domain::kernel::{AgreementId, DossierId, OrganisationId};
use spoor_eventlog::Position;

/// One agreement. Where it stands on a given day is asked of `state`, since expiry is a question about that day.
#[derive(Clone, Debug, PartialEq)]
pub struct AgreementRow {
    /// Its id.
    pub id: AgreementId,
    /// What the parties agreed on.
    pub terms: AgreementTerms,
    /// Who signed, last.
    pub signatories: Vec<Signatory>,
    /// From when until when it holds, as last signed.
    pub validity: Option<Validity>,
    /// The structural consultations held, oldest first.
    pub consultations: Vec<NaiveDate>,
    /// The multi-year plans attached.
    pub multi_year_plans: Vec<MultiYearPlan>,
    /// The first requests made or reserved while it awaited signature.
    pub first_requests: Vec<FirstRequest>,
    /// Number of its events.
    pub version: u64,
    /// Position of its last event.
    pub position: Position,
    /// Leaf index of its last event.
    pub index: u64,
    /// When its last event was recorded.
    pub updated_at: DateTime<Utc>,
    /// The folded agreement.
    pub state: CooperationAgreement,
}

/// An organisation that is a party to an agreement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// Its code.
    pub organisation: OrganisationId,
    /// Whether to one on learning trajectories: a dossier may be offered to it and shared with it.
    pub takes_part: bool,
}

impl Party {
    /// The parties to an agreement on these terms, beside Kazerne Dossin.
    pub fn to(terms: &AgreementTerms) -> impl Iterator<Item = Self> {
        let takes_part = terms.about_trajectories();
        terms.parties.iter().map(move |party| Self { organisation: party.clone(), takes_part })
    }
}

/// A first-request slot that is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstRequest {
    /// By which dossier.
    pub dossier: DossierId,
    /// Of which parket.
    pub parket: OrganisationId,
    /// Whether the request has come.
    pub confirmed: bool,
}
