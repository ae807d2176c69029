//! What compliance may do, restrict processing, place a hold and ask for erasure; and the answer of the controller.

use async_graphql::{Context, ID, InputObject, MergedObject, Object, Result};
use spoor_domain::kernel::{CommandContext, DossierId, OrganisationId};
use spoor_domain::trajectory::command::{TrajectoryCommand, TrajectoryCommandKind};
use spoor_domain::trajectory::vocabulary::{NotificationMeans, RestrictionGround};

use super::given::{LegalReferenceInput, parket, subject};
use super::trajectory_commands;
use crate::graphql::coded::Coded;
use crate::graphql::global_id::{Kind, code};
use crate::graphql::outcome::Outcome;
use crate::graphql::scalars::Date;
use crate::graphql::session::desk;
use crate::graphql::trajectory::payload::{Header, TrajectoryPayload, addressed, answer};

/// Mutations for compliance.
#[derive(MergedObject, Default)]
pub struct ComplianceMutations(RestrictionMutations, TellingMutations);

trajectory_commands! {
    /// Restrictions, holds and erasures.
    RestrictionMutations;

    /// Restrict the processing of a dossier.
    restrict_processing(RestrictProcessingInput) {
        /// The ground.
        ground: Coded<RestrictionGround>,
        /// Where the law says so.
        reference: LegalReferenceInput,
    } => TrajectoryCommand::RestrictProcessing { ground: ground.0, reference: reference.into() };

    /// Lift the restriction.
    lift_restriction(LiftRestrictionInput) {
        /// The ground.
        ground: Coded<RestrictionGround>,
        /// Where the law says so.
        reference: LegalReferenceInput,
    } => TrajectoryCommand::LiftRestriction { ground: ground.0, reference: reference.into() };

    /// Place a legal hold: nothing of the dossier may be erased.
    place_legal_hold(PlaceLegalHoldInput) {
        /// The ground.
        ground: Coded<RestrictionGround>,
        /// Where the law says so.
        reference: LegalReferenceInput,
    } => TrajectoryCommand::PlaceLegalHold { ground: ground.0, reference: reference.into() };

    /// Lift the legal hold.
    lift_legal_hold(LiftLegalHoldInput) {
        /// The ground.
        ground: Coded<RestrictionGround>,
        /// Where the law says so.
        reference: LegalReferenceInput,
    } => TrajectoryCommand::LiftLegalHold { ground: ground.0, reference: reference.into() };

    /// Ask for the erasure of a person's data, after processing was restricted. Another person answers.
    request_erasure(RequestErasureInput) {
        /// Whose data: the `subject` of the dossier, or the one of a person it was opened for by mistake.
        subject: ID,
        /// Where the law says so.
        reference: LegalReferenceInput,
    } => TrajectoryCommand::RequestErasure { subject: self::subject(&subject, "subject")?, reference: reference.into() };

    /// Refuse an erasure that another person asked for.
    refuse_erasure(RefuseErasureInput) {
        /// Whose data.
        subject: ID,
        /// Where the law says so.
        reference: LegalReferenceInput,
    } => TrajectoryCommand::RefuseErasure { subject: self::subject(&subject, "subject")?, reference: reference.into() };

    /// Confirm an erasure that another person asked for. The key is destroyed at once and for ever; the certificate
    /// follows on the dossier.
    confirm_erasure(ConfirmErasureInput) {
        /// Whose data.
        subject: ID,
    } => TrajectoryCommand::ConfirmErasure { subject: self::subject(&subject, "subject")? };
}

/// Record that a recipient of an earlier disclosure was told of a correction, an erasure or a restriction.
#[derive(InputObject)]
pub struct RecordRecipientToldInput {
    /// The dossier.
    trajectory_id: ID,
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version of the dossier the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The organisation that was told, by its global id or its code; or as `disclosuresToTell` names it.
    recipient: ID,
    /// The version of the dossier at which the correction or the destruction of the key was recorded.
    sequence: u64,
    /// The day they were told.
    told_on: Date,
    /// How.
    means: Coded<NotificationMeans>,
}

/// The telling of recipients.
#[derive(Default)]
pub struct TellingMutations;

#[Object]
impl TellingMutations {
    /// Record that a recipient of an earlier disclosure was told of a correction, an erasure or a restriction.
    async fn record_recipient_told(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to record, and in which dossier.")] input: RecordRecipientToldInput,
    ) -> Result<TrajectoryPayload> {
        let RecordRecipientToldInput { trajectory_id, command_id, expected_version, recipient, .. } = &input;
        let header = Header {
            trajectory_id: trajectory_id.clone(),
            command_id: command_id.clone(),
            expected_version: *expected_version,
        };
        let done = async {
            let (dossier, order) = addressed(ctx, &header).await?;
            let command = TrajectoryCommand::RecordRecipientTold {
                recipient: told(ctx, dossier, recipient, &order).await?,
                sequence: input.sequence,
                told_on: input.told_on.0,
                means: input.means.0,
            };
            Ok(desk(ctx)?.tell(dossier, command, &order).await?)
        };
        let done = done.await;
        answer(ctx, header.command_id, done).await
    }
}

/// Who was told. Recipients were any text once: one that is no code is taken where the dossier names exactly that one, or
/// nobody could ever settle it.
async fn told(ctx: &Context<'_>, dossier: DossierId, given: &ID, order: &CommandContext) -> Outcome<OrganisationId> {
    let no_code = match parket(given, "recipient") {
        Ok(recipient) => return Ok(recipient),
        Err(no_code) => no_code,
    };
    let state = desk(ctx)?.admit(dossier, TrajectoryCommandKind::RecordRecipientTold, order).await?.state;
    let text = code(Kind::Parket, given).unwrap_or_else(|| given.0.clone());
    let mut recipients = state.tellings().iter().map(|telling| &telling.recipient);
    let known = recipients.find(|recipient| recipient.0 == text).cloned();
    Ok(known.ok_or(no_code)?)
}
