//! What compliance may do, restrict processing, place a hold and ask for erasure; and the answer of the controller.

use async_graphql::ID;
use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_domain::trajectory::vocabulary::{NotificationMeans, RestrictionGround};

use super::given::{LegalReferenceInput, parket, subject};
use super::trajectory_commands;
use crate::graphql::coded::Coded;
use crate::graphql::scalars::Date;

trajectory_commands! {
    /// Restrictions and holds.
    ComplianceMutations;

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

    /// Record that a recipient of an earlier disclosure was told of a correction, an erasure or a restriction.
    record_recipient_told(RecordRecipientToldInput) {
        /// The organisation that was told, by its global id or its code.
        recipient: ID,
        /// The version of the dossier at which the correction or the destruction of the key was recorded.
        sequence: u64,
        /// The day they were told.
        told_on: Date,
        /// How.
        means: Coded<NotificationMeans>,
    } => TrajectoryCommand::RecordRecipientTold {
        recipient: parket(&recipient, "recipient")?, sequence, told_on: told_on.0, means: means.0,
    };
}
