//! What is shown of a rights request, and what the list can be asked.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use spoor_domain::kernel::{DossierId, OrganisationId, Personal, RightsRequestId};
use spoor_domain::rights::RightsRequest;
use spoor_domain::rights::vocabulary::RightsKind;
use spoor_eventlog::Position;

/// One request. Its texts are sealed as in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct RightsRow {
    /// Its id.
    pub id: RightsRequestId,
    /// The folded request: what, of whom, until when, the answer.
    pub state: RightsRequest,
    /// What was written.
    pub texts: Texts,
    /// Position of its last event.
    pub position: Position,
    /// When its last event was recorded.
    pub updated_at: DateTime<Utc>,
}

/// The texts of a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Texts {
    /// What was asked.
    pub wording: Option<Personal<String>>,
    /// Why the term was extended.
    pub extension: Option<Personal<String>>,
    /// What the answer says.
    pub explanation: Option<Personal<String>>,
}

/// Which requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RightsFilter {
    /// Addressed to this controller.
    pub controller: Option<OrganisationId>,
    /// Of these kinds; any when empty.
    pub kinds: Vec<RightsKind>,
    /// About this dossier.
    pub dossier: Option<DossierId>,
    /// Without an answer yet.
    pub open: bool,
    /// Without an answer yet, and due before this day.
    pub overdue_on: Option<NaiveDate>,
}
