//! What can happen to a rights request. Stored shapes are a contract.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::vocabulary::*;
use crate::kernel::{DossierId, LegalReference, OrganisationId, Personal, SubjectId, event_list};

/// Who asks for what, of whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// What is asked for.
    pub kind: RightsKind,
    /// The dossier that holds the data.
    pub dossier: DossierId,
    /// The person concerned.
    pub subject: SubjectId,
    /// The controller to whom it was addressed.
    pub controller: OrganisationId,
    /// What was asked, in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wording: Option<Personal<String>>,
}

/// The last day on which an answer is in time, and the rule that says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Term {
    /// The last day.
    pub due_on: NaiveDate,
    /// The article it follows from, as numbered at the time.
    pub reference: LegalReference,
}

/// An event of a rights request. `occurred_on` is the day it happened in the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum RightsEvent {
    /// The controller received the request.
    RightsRequestReceived { occurred_on: NaiveDate, asked: Asked, term: Term },
    /// The term was extended, and the person concerned told why.
    RightsRequestExtended { occurred_on: NaiveDate, term: Term, reason: Personal<String> },
    /// The request was answered.
    RightsRequestAnswered {
        occurred_on: NaiveDate,
        answer: RightsAnswer,
        ground: Option<RightsRefusalGround>,
        reference: Option<LegalReference>,
        explanation: Option<Personal<String>>,
    },
}

event_list!(RightsEvent: RightsRequestReceived, RightsRequestExtended, RightsRequestAnswered);
