//! What can happen to a cooperation agreement. Stored shapes are a contract. Nothing in them is about a person:
//! signatories are capacities, never names.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::vocabulary::*;
use crate::kernel::{DossierId, OrganisationId, event_list};
use crate::trajectory::event::DocumentReference;

/// What the parties agree on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgreementTerms {
    /// What the agreement is about.
    pub kind: AgreementKind,
    /// The parties beside Kazerne Dossin: the parketten, or the police.
    pub parties: Vec<OrganisationId>,
    /// Whether mediation and measures (art. 216ter) are named as a ground of a request.
    pub names_article_216ter: bool,
}

impl AgreementTerms {
    /// Whether the agreement is on learning trajectories: its parties take part in them. The police are in others.
    pub fn about_trajectories(&self) -> bool {
        self.kind == AgreementKind::LearningTrajectory
    }
}

/// Who signed: for which organisation, in which capacity. Never a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signatory {
    /// The organisation bound by the signature.
    pub organisation: OrganisationId,
    /// The capacity, for instance `procureur des Konings`.
    pub capacity: String,
}

/// From when until when an agreement holds, both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Validity {
    /// First day.
    pub from: NaiveDate,
    /// Last day; open when absent.
    pub until: Option<NaiveDate>,
}

/// A plan over several years, agreed in the structural consultation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MultiYearPlan {
    /// Its title.
    pub title: String,
    /// First year.
    pub from_year: i32,
    /// Last year.
    pub until_year: i32,
    /// The document, once it is there.
    pub document: Option<DocumentReference>,
}

/// An event of a cooperation agreement. `occurred_on` is the day it happened in the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum AgreementEvent {
    /// A draft was made.
    AgreementDrafted { occurred_on: NaiveDate, terms: AgreementTerms },
    /// The draft went out for signature; from here each parket in it may make one first request.
    AgreementSentForSignature { occurred_on: NaiveDate },
    /// All parties signed.
    AgreementSigned { occurred_on: NaiveDate, signatories: Vec<Signatory>, validity: Validity },
    /// The parties began to renew it; requests continue when it lapses meanwhile.
    RenewalStarted { occurred_on: NaiveDate },
    /// The parties signed for a further period.
    AgreementRenewed { occurred_on: NaiveDate, signatories: Vec<Signatory>, validity: Validity },
    /// The agreement was ended; `effective_on` is its first day without force.
    AgreementTerminated { occurred_on: NaiveDate, effective_on: NaiveDate, reason: TerminationReason },
    /// The yearly structural consultation took place.
    StructuralConsultationHeld { occurred_on: NaiveDate, attended_by: Vec<OrganisationId> },
    /// A multi-year plan was attached.
    MultiYearPlanAttached { occurred_on: NaiveDate, plan: MultiYearPlan },
    /// A dossier took (or keeps, when it is the same dossier again) its parket's first-request slot.
    FirstRequestReserved {
        occurred_on: NaiveDate,
        dossier: DossierId,
        parket: OrganisationId,
        reserved_at: DateTime<Utc>,
    },
    /// The request that the slot was reserved for has come.
    FirstRequestConfirmed { occurred_on: NaiveDate, dossier: DossierId, parket: OrganisationId },
    /// The slot is free again.
    FirstRequestReleased { occurred_on: NaiveDate, dossier: DossierId, parket: OrganisationId, reason: ReleaseReason },
}

event_list!(
    AgreementEvent: AgreementDrafted,
    AgreementSentForSignature,
    AgreementSigned,
    RenewalStarted,
    AgreementRenewed,
    AgreementTerminated,
    StructuralConsultationHeld,
    MultiYearPlanAttached,
    FirstRequestReserved,
    FirstRequestConfirmed,
    FirstRequestReleased,
);
