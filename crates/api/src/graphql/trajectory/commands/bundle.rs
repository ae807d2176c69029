//! The bundle for the parket: put together by the desk, handed over, received.

use async_graphql::{Context, ID, InputObject, MergedObject, Object, Result};
use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_domain::trajectory::vocabulary::PieceKind;

use super::given::parket;
use super::trajectory_commands;
use crate::graphql::coded::Coded;
use crate::graphql::scalars::Date;
use crate::graphql::session::desk;
use crate::graphql::trajectory::payload::{Header, TrajectoryPayload, addressed, answer};

/// Put a bundle together.
#[derive(InputObject)]
pub struct AssembleBundleInput {
    /// The dossier.
    trajectory_id: ID,
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version of the dossier the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// Which pieces, each as it stands now; everything a bundle may hold when absent.
    pieces: Option<Vec<Coded<PieceKind>>>,
}

/// Mutations on bundles.
#[derive(MergedObject, Default)]
pub struct BundleMutations(AssemblyMutations, DeliveryMutations);

/// The assembly of a bundle.
#[derive(Default)]
pub struct AssemblyMutations;

#[Object]
impl AssemblyMutations {
    /// Put a bundle together: after the advice, or after an end. Its hash covers every piece as it was recorded.
    async fn assemble_bundle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which pieces.")] input: AssembleBundleInput,
    ) -> Result<TrajectoryPayload> {
        let AssembleBundleInput { trajectory_id, command_id, expected_version, pieces } = input;
        let kinds = pieces.map(|pieces| pieces.into_iter().map(|kind| kind.0).collect());
        let done = async {
            let (dossier, order) =
                addressed(ctx, &Header { trajectory_id, command_id: command_id.clone(), expected_version }).await?;
            Ok(desk(ctx)?.assemble_bundle(dossier, kinds, &order).await?)
        };
        let done = done.await;
        answer(ctx, command_id, done).await
    }
}

trajectory_commands! {
    /// The delivery of a bundle.
    DeliveryMutations;

    /// Hand a bundle over to the parket.
    deliver_bundle(DeliverBundleInput) {
        /// The number of the bundle.
        number: u32,
        /// The parket it is handed to, by its global id or its code; one that the consent to share names.
        recipient: ID,
        /// The day it was handed over.
        delivered_on: Date,
    } => TrajectoryCommand::DeliverBundle {
        number, recipient: parket(&recipient, "recipient")?, delivered_on: delivered_on.0,
    };

    /// Confirm that a bundle was received, as its recipient.
    receive_bundle(ReceiveBundleInput) {
        /// The number of the bundle.
        number: u32,
        /// The day it was received.
        received_on: Date,
    } => TrajectoryCommand::ReceiveBundle { number, received_on: received_on.0 };
}
