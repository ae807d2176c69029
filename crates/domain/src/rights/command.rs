//! What can be asked of a rights request's stream.

use chrono::NaiveDate;
use serde::Serialize;

use super::vocabulary::*;
use crate::kernel::{Confidential, DossierId, LegalReference, OrganisationId, SubjectId};

/// A text about a person, on its way in.
pub type Text = Confidential<String>;

/// A command to a rights request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum RightsCommand {
    /// Register a request that was received. Dossier, subject and controller are the desk's to check.
    RegisterRightsRequest {
        kind: RightsKind,
        dossier: DossierId,
        subject: SubjectId,
        controller: OrganisationId,
        received_on: NaiveDate,
        wording: Option<Text>,
        /// The article the term follows from; the usual one when absent.
        reference: Option<LegalReference>,
    },
    /// Extend the term once, by two months.
    ExtendRightsRequest { told_on: NaiveDate, reason: Text, reference: Option<LegalReference> },
    /// Answer it.
    AnswerRightsRequest {
        answered_on: NaiveDate,
        answer: RightsAnswer,
        ground: Option<RightsRefusalGround>,
        reference: Option<LegalReference>,
        explanation: Option<Text>,
    },
}
