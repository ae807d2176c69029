//! Mutations on a stream that needs nothing beside it: an agreement, a plan, an action. One input and one payload each.

use async_graphql::{Context, ID, Result};
use spoor_domain::kernel::Decider;
use spoor_domain::rights::RightsRequest;
use spoor_eventlog::Executed;
use uuid::Uuid;

use super::outcome::{Declined, Outcome};
use super::problem::OurFault;
use super::session::{actor, command_context, desk, purpose, shows};
use super::subject_case::only_in_its_case;
use super::user_error::{UserError, command_id};
use crate::desk::{DeskError, EditionNumber};
use crate::policy::{self, Action};

/// Declares mutations on one kind of stream: the sentence, the input, the command. Those after `new:` make a stream
/// (named after the command, so that a retry makes no second one), the others take its id in `$field`.
///
/// The command is an expression over the input's fields; it may use `?` on anything that is a user error.
macro_rules! stream_commands {
    (
        $(#[$($about:tt)*])+
        $root:ident: $aggregate:ty, $payload:ident, may $action:expr, $kind:expr, $field:ident, $what:literal;
        $(
            new: $(#[$($new_doc:tt)*])+
            $new_mutation:ident($new_input:ident $(, $new_id:ident)?) { $( $(#[$($new_field_doc:tt)*])+ $new_field:ident: $new_type:ty, )* } => $new_command:expr;
        )*
        $(
            $(#[$($doc:tt)*])+
            $mutation:ident($input:ident) { $( $(#[$($field_doc:tt)*])+ $own:ident: $type:ty, )* } => $command:expr;
        )*
    ) => {
        $(
            $(#[$($new_doc)*])+
            #[derive(async_graphql::InputObject)]
            pub struct $new_input {
                /// The client's id of this command, a UUID: sent again, it has the first result.
                command_id: async_graphql::ID,
                /// The version the client has seen, when it insists on it; 0 for what is not there yet.
                expected_version: Option<u64>,
                $( $(#[$($new_field_doc)*])+ $new_field: $new_type, )*
            }
        )*
        $(
            $(#[$($doc)*])+
            #[derive(async_graphql::InputObject)]
            pub struct $input {
                #[doc = concat!("The ", $what, ".")]
                $field: async_graphql::ID,
                /// The client's id of this command, a UUID: sent again, it has the first result.
                command_id: async_graphql::ID,
                /// The version the client has seen, when it insists on it.
                expected_version: Option<u64>,
                $( $(#[$($field_doc)*])+ $own: $type, )*
            }
        )*

        $(#[$($about)*])+
        #[derive(Default)]
        pub struct $root;

        #[async_graphql::Object]
        impl $root {
            $(
                $(#[$($new_doc)*])+
                async fn $new_mutation(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                    #[graphql(desc = "What to record.")] input: $new_input,
                ) -> async_graphql::Result<$payload> {
                    let $new_input { command_id, expected_version, $($new_field),* } = input;
                    $( let $new_id = &command_id; )?
                    let resolve = || -> Result<_, $crate::graphql::user_error::UserError> { Ok($new_command) };
                    let command = resolve();
                    let done = $crate::graphql::stream_commands::carry_out::<$aggregate>(
                        ctx, $action, $crate::graphql::stream_commands::Target::New($what), &command_id, expected_version, command,
                    )
                    .await;
                    $payload::answer(ctx, command_id, done).await
                }
            )*
            $(
                $(#[$($doc)*])+
                async fn $mutation(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                    #[graphql(desc = "What to record, and where.")] input: $input,
                ) -> async_graphql::Result<$payload> {
                    let $input { $field, command_id, expected_version, $($own),* } = input;
                    let target =
                        $crate::graphql::stream_commands::Target::Known($kind, $field.clone(), concat!($what, "Id"));
                    let resolve = || -> Result<_, $crate::graphql::user_error::UserError> { Ok($command) };
                    let command = resolve();
                    let done = $crate::graphql::stream_commands::carry_out::<$aggregate>(
                        ctx, $action, target, &command_id, expected_version, command,
                    )
                    .await;
                    $payload::answer(ctx, command_id, done).await
                }
            )*
        }
    };
}
pub(crate) use stream_commands;

/// Declares the payload of mutations on one kind of stream: the field with what it is about, the view that shows it, and
/// how it is found there by the stream's id. Where that id alone names it, the payload says it in `$named`, also while the
/// view does not show it yet.
macro_rules! stream_payload {
    (
        $(#[$($doc:tt)*])+
        $payload:ident { $field:ident: $found:ty $(, $named:ident: $kind:expr)? } in $projection:expr, $what:literal;
        |$ctx:ident, $id:ident: $id_type:ty| $find:expr
    ) => {
        $(#[$($doc)*])+
        #[derive(async_graphql::SimpleObject)]
        pub struct $payload {
            #[doc = concat!("The ", $what, " as it stands now.")]
            $field: Option<$found>,
            $(
                #[doc = concat!("The global id of the ", $what, " that was changed or made, also while the views do not show it yet.")]
                $named: Option<async_graphql::ID>,
            )?
            /// Why it was not done; empty when it was.
            user_errors: Vec<$crate::graphql::user_error::UserError>,
            /// The command id that was given.
            command_id: async_graphql::ID,
            #[doc = concat!("The version of the ", $what, " after the command.")]
            version: Option<u64>,
            /// The place in the log of what was recorded.
            position: Option<$crate::graphql::scalars::Position>,
            /// Whether the views do not show it yet.
            pending: bool,
        }

        impl $payload {
            async fn answer(
                $ctx: &async_graphql::Context<'_>,
                command_id: async_graphql::ID,
                done: $crate::graphql::outcome::Outcome<spoor_eventlog::Executed>,
            ) -> async_graphql::Result<Self> {
                let answer = $crate::graphql::stream_commands::answered($ctx, $projection, done).await?;
                let id = answer.executed.as_ref().and_then(|done| done.aggregate_id.parse::<$id_type>().ok());
                let $field = match id {
                    Some($id) => $find.await?,
                    None => None,
                };
                Ok(Self {
                    $field,
                    $( $named: id.map(|id| $crate::graphql::global_id::global_id($kind, &id.to_string())), )?
                    user_errors: answer.user_errors,
                    command_id,
                    version: answer.executed.as_ref().map(|done| done.version),
                    position: answer.executed.and_then(|done| done.position).map($crate::graphql::scalars::Position),
                    pending: answer.pending,
                })
            }
        }
    };
}
pub(crate) use stream_payload;

use super::global_id::{Kind, local_id};

/// The stream a command goes to.
pub enum Target {
    /// A new one, of this kind.
    New(&'static str),
    /// The one with this global id, given in this field.
    Known(Kind, ID, &'static str),
    /// The one with this id, which follows from what the command is about.
    Stream(Uuid),
}

/// Carries out a command on one stream.
pub async fn carry_out<A: Decider>(
    ctx: &Context<'_>,
    action: Action<'_>,
    target: Target,
    id: &ID,
    expected_version: Option<u64>,
    command: std::result::Result<A::Command, UserError>,
) -> Outcome<Executed> {
    if action.touches_dossiers() {
        purpose(ctx)?;
    }
    let command_id = command_id(id)?;
    let stream = match target {
        Target::New(what) => spoor_domain::kernel::derived_id(command_id, what),
        Target::Known(kind, id, field) => {
            // Editions share the stream of their half-year.
            let of_stream = |local: String| match kind {
                Kind::ReportEdition => EditionNumber::parse(&local).map(|edition| edition.editions.0),
                _a_stream_of_its_own => Uuid::parse_str(&local).ok(),
            };
            let stream = local_id(kind, &id).and_then(of_stream).ok_or_else(|| UserError::not_found(field))?;
            if action.touches_dossiers() {
                own_and_of_its_case(ctx, action, stream, field).await?;
            }
            stream
        }
        Target::Stream(id) => id,
    };
    let order = command_context(ctx, command_id, expected_version)?;
    Ok(desk(ctx)?.carry_out::<A>(action, stream, &command?, &order).await?)
}

/// Lets a command go on that is to a request of a person concerned, the one kind of stream here that is about a dossier: one
/// that was addressed to the viewer's own controller, of the case where the purpose is about one. Another controller's is to
/// this one as none at all. What it is the log says, by which the desk decides: a view may not show the request yet.
async fn own_and_of_its_case(ctx: &Context<'_>, action: Action<'_>, request: Uuid, field: &'static str) -> Outcome<()> {
    let viewer = actor(ctx)?;
    policy::authorize(viewer, action).map_err(|_| DeskError::NotYourRole)?;
    let found = desk(ctx)?.log.load::<RightsRequest>(&request.to_string()).await.ours(ctx)?.state;
    let own = found.received().filter(|received| received.controller == viewer.organisation);
    let dossier = own.ok_or_else(|| UserError::not_found(field))?.dossier;
    if policy::needs_case(purpose(ctx)?) {
        only_in_its_case(ctx, Some(dossier)).await?;
    }
    Ok(())
}

/// The parts every payload has.
pub struct Answer {
    /// What was done, when it was.
    pub executed: Option<Executed>,
    /// Why it was not.
    pub user_errors: Vec<UserError>,
    /// Whether this view does not show it yet.
    pub pending: bool,
}

/// What a payload says of a command that was carried out, or was not.
pub async fn answered(ctx: &Context<'_>, projection: &str, done: Outcome<Executed>) -> Result<Answer> {
    match done {
        Ok(executed) => {
            let pending = match executed.position {
                Some(position) => !shows(desk(ctx)?, &[projection], position).await,
                None => false,
            };
            Ok(Answer { executed: Some(executed), user_errors: Vec::new(), pending })
        }
        Err(declined) => {
            let user_errors = vec![Declined::user_error(declined, ctx)?];
            Ok(Answer { executed: None, user_errors, pending: false })
        }
    }
}
