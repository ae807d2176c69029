//! One mutation per command to a learning trajectory: its input, its words, and the command it becomes.

mod appointments;
mod bundle;
mod compliance;
mod consent;
mod corrections;
mod documents;
mod ending;
pub mod given;
mod museum;
mod request;

use async_graphql::MergedObject;

/// The mutations on learning trajectories.
#[derive(MergedObject, Default)]
#[graphql(name = "TrajectoryMutations")]
pub struct TrajectoryMutations(
    request::RequestMutations,
    consent::ConsentMutations,
    appointments::AppointmentMutations,
    museum::MuseumMutations,
    documents::AttachmentMutations,
    bundle::BundleMutations,
    ending::EndingMutations,
    corrections::CorrectionMutations,
    compliance::ComplianceMutations,
);

/// Declares mutations that say the same thing to one dossier: the sentence, the input, the command.
///
/// The command is an expression over the input's fields; it may use `?` on anything that is a user error. Where it
/// needs the command id, the mutation names it beside its input.
macro_rules! trajectory_commands {
    (
        $(#[$($about:tt)*])+
        $root:ident;
        $(
            $(#[$($doc:tt)*])+
            $mutation:ident($input:ident $(, $id:ident)?) { $( $(#[$($field_doc:tt)*])+ $field:ident: $type:ty, )* } => $command:expr;
        )+
    ) => {
        $(
            $(#[$($doc)*])+
            #[derive(async_graphql::InputObject)]
            pub struct $input {
                /// The dossier.
                trajectory_id: async_graphql::ID,
                /// The client's id of this command, a UUID: sent again, it has the first result.
                command_id: async_graphql::ID,
                /// The version of the dossier the client has seen, when it insists on it.
                expected_version: Option<u64>,
                $( $(#[$($field_doc)*])+ $field: $type, )*
            }
        )+

        $(#[$($about)*])+
        #[derive(Default)]
        pub struct $root;

        #[async_graphql::Object]
        impl $root {
            $(
                $(#[$($doc)*])+
                async fn $mutation(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                    #[graphql(desc = "What to record, and in which dossier.")] input: $input,
                ) -> async_graphql::Result<$crate::graphql::trajectory::payload::TrajectoryPayload> {
                    let $input { trajectory_id, command_id, expected_version, $($field),* } = input;
                    $( let $id = &command_id; )?
                    let resolve = || -> Result<_, $crate::graphql::user_error::UserError> { Ok($command) };
                    let command = resolve();
                    let header = $crate::graphql::trajectory::payload::Header { trajectory_id, command_id, expected_version };
                    $crate::graphql::trajectory::payload::run(ctx, header, command).await
                }
            )+
        }
    };
}
use trajectory_commands;
