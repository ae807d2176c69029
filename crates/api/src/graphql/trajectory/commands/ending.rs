//! How a dossier ends, starts again or goes to somebody else, and what the parket did with the case.

use async_graphql::ID;
use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_domain::trajectory::vocabulary::{EndReason, ProsecutionOutcome, RetractionReason};

use super::given::{account, optional, parket};
use super::trajectory_commands;
use crate::graphql::coded::Coded;
use crate::graphql::scalars::Date;

trajectory_commands! {
    /// Endings, transfers and the outcome.
    EndingMutations;

    /// Record what the parket did with the case, or change it once recorded.
    record_outcome(RecordOutcomeInput) {
        /// What the parket did.
        outcome: Coded<ProsecutionOutcome>,
        /// The day it was decided.
        decided_on: Date,
        /// A remark; personal.
        remark: Option<String>,
        /// Why the recorded outcome changes, when it does; personal.
        revision_reason: Option<String>,
    } => TrajectoryCommand::RecordOutcome {
        outcome: outcome.0,
        decided_on: decided_on.0,
        remark: optional(remark),
        revision_reason: optional(revision_reason),
    };

    /// Take the request back, as the parket.
    retract_request(RetractRequestInput) {
        /// Why.
        reason: Coded<RetractionReason>,
        /// A remark; personal.
        remark: Option<String>,
    } => TrajectoryCommand::RetractRequest { reason: reason.0, remark: optional(remark) };

    /// Offer the dossier to another parket, which cannot read it before it accepts.
    offer_transfer(OfferTransferInput) {
        /// The parket it is offered to, by its global id or its code; one that `parketten` lists.
        to: ID,
    } => TrajectoryCommand::OfferTransfer { to: parket(&to, "to")? };

    /// Accept a dossier that was offered, as the receiving parket.
    transfer_trajectory(TransferTrajectoryInput) {
        /// The day it was accepted.
        accepted_on: Date,
    } => TrajectoryCommand::TransferTrajectory { accepted_on: accepted_on.0 };

    /// Close the dossier after delivery.
    close_trajectory(CloseTrajectoryInput) {
        /// Why.
        reason: Coded<EndReason>,
        /// A remark; personal.
        remark: Option<String>,
    } => TrajectoryCommand::CloseTrajectory { reason: reason.0, remark: optional(remark) };

    /// Stop before the end.
    discontinue_trajectory(DiscontinueTrajectoryInput) {
        /// Why.
        reason: Coded<EndReason>,
        /// A remark; personal.
        remark: Option<String>,
    } => TrajectoryCommand::DiscontinueTrajectory { reason: reason.0, remark: optional(remark) };

    /// Take an ended dossier up again.
    reopen_trajectory(ReopenTrajectoryInput) {
        /// Why.
        reason: Coded<EndReason>,
        /// A remark; personal.
        remark: Option<String>,
    } => TrajectoryCommand::ReopenTrajectory { reason: reason.0, remark: optional(remark) };

    /// Hand the dossier to a colleague of the own organisation.
    reassign_trajectory(ReassignTrajectoryInput) {
        /// The account of the colleague: the subject of the token, never a name.
        to: String,
    } => TrajectoryCommand::ReassignTrajectory { to: account(&to, "to")? };
}
