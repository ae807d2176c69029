//! The parts of a dossier that are not personal: appointments, bundles, the outcome, what may be done next.

use async_graphql::{ComplexObject, ID, SimpleObject};
use chrono::{DateTime, Utc};
use spoor_domain::kernel::{CommandContext, DossierId, Label, Refusal};
use spoor_domain::trajectory::command::TrajectoryCommandKind;
use spoor_domain::trajectory::record::AppointmentState;
use spoor_domain::trajectory::vocabulary::{AppointmentKind, Channel, PieceKind, ProsecutionOutcome, SharingScope};
use spoor_domain::trajectory::{LearningTrajectory, record};

use super::personal::TextResult;
use crate::graphql::coded::{Coded, LabelLanguage};
use crate::graphql::global_id::{Kind, global_id};
use crate::graphql::scalars::Date;
use crate::policy::{self, Action, Denied};

/// A command, and whether this viewer may give it now.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct AllowedCommand {
    /// The command.
    kind: Coded<TrajectoryCommandKind>,
    /// Whether it is allowed now.
    pub(super) allowed: bool,
    /// Why not, in English.
    reason: Option<String>,
    /// Why not, in Dutch.
    reason_nl: Option<String>,
}

#[ComplexObject]
impl AllowedCommand {
    /// The command, in words.
    async fn label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.kind.0.label(language.into())
    }
}

impl AllowedCommand {
    /// Nothing can be done to what was.
    pub fn of_the_past(kind: TrajectoryCommandKind) -> Self {
        Self {
            kind: kind.into(),
            allowed: false,
            reason: Some("This is the dossier at another moment: ask for it as it stands now, without `asOf`.".into()),
            reason_nl: Some(
                "Dit is het dossier op een ander moment: vraag het op zoals het nu is, zonder `asOf`.".into(),
            ),
        }
    }

    /// Whether this command may be given to this dossier in this context.
    pub fn of(state: &LearningTrajectory, kind: TrajectoryCommandKind, context: &CommandContext) -> Self {
        let denied = |reason: &str, reason_nl: &str| Self {
            kind: kind.into(),
            allowed: false,
            reason: Some(reason.to_owned()),
            reason_nl: Some(reason_nl.to_owned()),
        };
        match policy::authorize(&context.actor, Action::ChangeDossier(kind, state)) {
            Err(Denied::Role | Denied::Hidden) => denied(
                "Your role may not do this: ask a colleague whose role it is.",
                "Uw rol mag dit niet: vraag het aan een collega wiens rol het is.",
            ),
            Ok(()) => match state.permitted(kind, context) {
                Ok(()) => Self { kind: kind.into(), allowed: true, reason: None, reason_nl: None },
                Err(rejection) => denied(&rejection.message(), &rejection.message_nl()),
            },
        }
    }
}

/// An appointment of a dossier.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct DossierAppointment {
    /// The global id.
    id: ID,
    /// What it is for.
    kind: Coded<AppointmentKind>,
    /// How people meet.
    channel: Coded<Channel>,
    /// When it starts.
    starts_at: DateTime<Utc>,
    /// What became of it.
    state: Coded<AppointmentState>,
}

#[ComplexObject]
impl DossierAppointment {
    /// What it is for, in words.
    async fn kind_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.kind.0.label(language.into())
    }

    /// What became of it, in words.
    async fn state_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.state.0.label(language.into())
    }
}

impl DossierAppointment {
    /// An appointment of this dossier.
    pub fn of(dossier: DossierId, own: record::Appointment) -> Self {
        Self {
            id: global_id(Kind::Appointment, &format!("{dossier}/{}", own.id)),
            kind: own.kind.into(),
            channel: own.channel.into(),
            starts_at: own.starts_at,
            state: own.state.into(),
        }
    }
}

/// A bundle: the pieces handed to the parket, with a hash over each of them as it was recorded.
#[derive(SimpleObject)]
pub struct Bundle {
    /// Its number within the dossier, from 1.
    number: u32,
    /// The day it was put together.
    assembled_on: Date,
    /// Its pieces.
    pieces: Vec<BundlePiece>,
    /// SHA-256 over the pieces as they were recorded, lower-case hex.
    sha256: String,
    /// Whether something was revised, corrected or annulled since, so that a new bundle is needed.
    outdated: bool,
    /// To whom it was handed over.
    deliveries: Vec<BundleDelivery>,
}

/// A piece of a bundle.
#[derive(SimpleObject)]
pub struct BundlePiece {
    /// What it is.
    kind: Coded<PieceKind>,
    /// The version of the dossier at which it was recorded.
    sequence: u64,
}

/// The handing over of a bundle.
#[derive(SimpleObject)]
pub struct BundleDelivery {
    /// The code of the organisation it was handed to.
    recipient: String,
    /// The day it was handed over.
    delivered_on: Date,
    /// The day the recipient confirmed.
    received_on: Option<Date>,
}

impl From<&record::Bundle> for Bundle {
    fn from(bundle: &record::Bundle) -> Self {
        let pieces = bundle.pieces.iter();
        Self {
            number: bundle.number,
            assembled_on: bundle.assembled_on.into(),
            pieces: pieces.map(|piece| BundlePiece { kind: piece.kind.into(), sequence: piece.sequence }).collect(),
            sha256: bundle.sha256.clone(),
            outdated: bundle.outdated,
            deliveries: bundle.deliveries.iter().map(BundleDelivery::from).collect(),
        }
    }
}

impl From<&record::Delivery> for BundleDelivery {
    fn from(delivery: &record::Delivery) -> Self {
        Self {
            recipient: delivery.recipient.0.clone(),
            delivered_on: delivery.delivered_on.into(),
            received_on: delivery.received_on.map(Date),
        }
    }
}

/// What the parket did with the case.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Outcome {
    /// What it did.
    outcome: Coded<ProsecutionOutcome>,
    /// The day it was decided.
    decided_on: Date,
}

#[ComplexObject]
impl Outcome {
    /// What it did, in words.
    async fn label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.outcome.0.label(language.into())
    }
}

impl From<record::Outcome> for Outcome {
    fn from(outcome: record::Outcome) -> Self {
        Self { outcome: outcome.outcome.into(), decided_on: outcome.decided_on.into() }
    }
}

/// A consent to share.
#[derive(SimpleObject)]
pub struct SharingConsent {
    /// The day it was declared.
    given_on: Date,
    /// The version of the text that was read.
    text_version: String,
    /// The codes of the organisations it may be shared with.
    recipients: Vec<String>,
    /// What may be shared.
    scope: Coded<SharingScope>,
    /// The last day it holds, when it ends by itself.
    expires_on: Option<Date>,
}

impl From<&record::SharingConsent> for SharingConsent {
    fn from(consent: &record::SharingConsent) -> Self {
        Self {
            given_on: consent.given_on.into(),
            text_version: consent.text_version.clone(),
            recipients: consent.recipients.iter().map(|recipient| recipient.0.clone()).collect(),
            scope: consent.scope.into(),
            expires_on: consent.expires_on.map(Date),
        }
    }
}

/// A text that was written at a step.
#[derive(SimpleObject)]
pub struct RecordedText {
    /// What it is: `notes`, `report_text`, `motivation` and so on.
    pub(super) field: &'static str,
    /// The version of the dossier at which it was recorded.
    pub(super) sequence: u64,
    /// The text, or why it is withheld.
    pub(super) text: TextResult,
}
