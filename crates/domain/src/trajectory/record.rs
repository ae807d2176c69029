//! What a dossier remembers of its own events: kinds, days, sides and codes; never what was written about a person.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::certificate::ErasureCertificate;
use super::event::{DocumentReference, Piece, TrajectoryEventKind};
use super::stage::Stage;
use super::vocabulary::*;
use crate::kernel::{ActorId, AppointmentId, DossierId, LegalReference, OrganisationId, Side, SubjectId, labelled};

/// One event of the stream as remembered; the place in the list is its sequence, from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What kind of event it was.
    pub kind: TrajectoryEventKind,
    /// The day it happened, as corrected.
    pub on: NaiveDate,
    /// The side that recorded it, where the kind of event or the event itself says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Side>,
    /// Whose reflection it was, of a reflection report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<ReflectionAuthor>,
    /// Whether a talk says why it is not on the day of the tour: when it was recorded, or when a day was corrected; no
    /// longer once a correction brought the two on one day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub explained: bool,
    /// Whether it was annulled; looking back, also whether it had not happened yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub annulled: bool,
    /// Where the dossier stood before this step, as long as the step can be annulled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Before>>,
}

/// Where a dossier stood before a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// The stage.
    pub stage: Stage,
    /// Sequence of the event that had brought it there.
    pub since: u64,
}

/// An eligibility decision, in codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    /// The criteria version used.
    pub criteria_version: String,
    /// The answers by criterion.
    pub answers: BTreeMap<String, CriterionAnswer>,
    /// What was decided.
    pub decided: EligibilityOutcome,
}

/// Answers prepared for the decision, in codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreparedAnswers {
    /// The criteria version used.
    pub criteria_version: String,
    /// The answers by criterion.
    pub answers: BTreeMap<String, CriterionAnswer>,
}

labelled! {
    /// What became of an appointment. It is cancelled too when the dossier ended before it took place.
    pub enum AppointmentState {
        Planned = "Gepland", "Planned";
        Cancelled = "Geannuleerd", "Cancelled";
        Missed = "Niet opgedaagd", "Somebody did not turn up";
        Held = "Doorgegaan", "Held";
    }
}

/// An appointment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// For what.
    pub kind: AppointmentKind,
    /// How people meet.
    pub channel: Channel,
    /// The planned moment.
    pub starts_at: DateTime<Utc>,
    /// What became of it.
    pub state: AppointmentState,
    /// Sequence of the event that recorded it as held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<u64>,
}

/// The consent to share that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharingConsent {
    /// Declared on.
    pub given_on: NaiveDate,
    /// The text that was read.
    pub text_version: String,
    /// With whom.
    pub recipients: Vec<OrganisationId>,
    /// What.
    pub scope: SharingScope,
    /// Last day it holds, when it ends by itself.
    pub expires_on: Option<NaiveDate>,
}

/// A bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// Its number within the dossier, from 1.
    pub number: u32,
    /// Assembled on.
    pub assembled_on: NaiveDate,
    /// The pieces.
    pub pieces: Vec<Piece>,
    /// SHA-256 of the bundle.
    pub sha256: String,
    /// Whether a later revision, correction or annulment made it out of date.
    pub outdated: bool,
    /// To whom it was handed over.
    pub deliveries: Vec<Delivery>,
}

/// The handing over of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// To whom.
    pub recipient: OrganisationId,
    /// When.
    pub delivered_on: NaiveDate,
    /// When the recipient confirmed.
    pub received_on: Option<NaiveDate>,
}

/// What the parket did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What.
    pub outcome: ProsecutionOutcome,
    /// Decided on.
    pub decided_on: NaiveDate,
}

/// An offer to another parket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferOffer {
    /// The receiving parket.
    pub to: OrganisationId,
    /// Offered on.
    pub offered_on: NaiveDate,
}

/// The same person in another dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedSubject {
    /// The subject of this dossier.
    pub subject: SubjectId,
    /// The subject there.
    pub other_subject: SubjectId,
    /// The other dossier.
    pub other_dossier: DossierId,
}

/// A document that is kept sealed beside the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptDocument {
    /// Sequence of the event that recorded it.
    pub sequence: u64,
    /// What it is.
    pub kind: DocumentKind,
    /// Whose data key seals it.
    pub subject: SubjectId,
    /// The organisation that recorded it.
    pub recorded_by: OrganisationId,
    /// The number of the bundle, of a bundle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundle: Option<u32>,
    /// Hash, type, size and where it is kept.
    pub reference: DocumentReference,
}

/// Something about a person went to somebody outside the organisation that handles the dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// About whom.
    pub subject: SubjectId,
    /// To whom.
    pub recipient: OrganisationId,
}

/// A recipient of an earlier disclosure who has to know of a correction, an erasure or a restriction (GDPR art. 19, LED art. 16(6)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    /// Who has to know.
    pub recipient: OrganisationId,
    /// Of what.
    pub cause: TellingCause,
    /// Sequence of the event that has to be told.
    pub sequence: u64,
    /// The day of that event.
    pub since: NaiveDate,
    /// How it was settled; none while it is still to be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
}

/// How a recipient came to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Settled {
    /// Somebody told them.
    Told {
        /// When.
        on: NaiveDate,
        /// Who.
        by: ActorId,
        /// How.
        means: NotificationMeans,
    },
    /// A bundle that holds the correction was handed over to them.
    NextBundle {
        /// When.
        on: NaiveDate,
        /// Its number.
        number: u32,
    },
}

/// How far the erasure of a subject is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Erasure {
    /// Asked for; waits for a second person.
    Requested(AskedErasure),
    /// Refused.
    Refused,
    /// Confirmed: nothing more may be written about this subject.
    Confirmed(ConfirmedErasure),
    /// The key is gone.
    Destroyed {
        /// What was certified.
        certificate: Option<Box<ErasureCertificate>>,
    },
}

impl Erasure {
    /// Whether there is no way back: the key is gone, or about to go.
    pub(super) fn is_final(&self) -> bool {
        match self {
            Erasure::Requested(_) | Erasure::Refused => false,
            Erasure::Confirmed(_) | Erasure::Destroyed { .. } => true,
        }
    }
}

/// An erasure that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedErasure {
    /// The ground in law.
    pub reference: LegalReference,
    /// By whom.
    pub by: ActorId,
    /// When.
    pub on: NaiveDate,
}

/// An erasure that a second person confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmedErasure {
    /// What was asked.
    pub asked: AskedErasure,
    /// By whom it was confirmed.
    pub by: ActorId,
    /// When.
    pub on: NaiveDate,
}
