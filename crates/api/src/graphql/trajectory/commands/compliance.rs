//! What compliance may do: restrict processing and place a hold.

use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_domain::trajectory::vocabulary::RestrictionGround;

use super::given::LegalReferenceInput;
use super::trajectory_commands;
use crate::graphql::coded::Coded;

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
}
