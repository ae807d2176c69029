//! One mutation per command to a request of a person concerned.

use async_graphql::{Context, ID, InputObject, MergedObject, Object, Result};
use spoor_domain::kernel::{RightsRequestId, SubjectId};
use spoor_domain::rights;
use spoor_domain::rights::command::RightsCommand;
use spoor_domain::rights::vocabulary::{RightsAnswer, RightsKind, RightsRefusalGround};
use spoor_eventlog::Executed;
use spoor_projections::rights::PROJECTION;

use super::RightsRequest;
use crate::graphql::coded::Coded;
use crate::graphql::disclosure;
use crate::graphql::global_id::Kind;
use crate::graphql::outcome::Outcome;
use crate::graphql::scalars::Date;
use crate::graphql::session::desk;
use crate::graphql::stream_commands::{stream_commands, stream_payload};
use crate::graphql::subject_case::only_in_its_case;
use crate::graphql::trajectory::commands::given::{LegalReferenceInput, dossier, optional, personal, subject};
use crate::graphql::trajectory::payload::ordered;
use crate::graphql::user_error::UserError;
use crate::policy::Action;

stream_payload! {
    /// What a mutation on a request did.
    RightsRequestPayload { rights_request: RightsRequest, rights_request_id: Kind::RightsRequest } in PROJECTION, "request";
    |ctx, id: RightsRequestId| when_asked(ctx, id)
}

/// The request, where the answer is to show it: what is found is written down as shown.
async fn when_asked(ctx: &Context<'_>, id: RightsRequestId) -> Result<Option<RightsRequest>> {
    if ctx.look_ahead().field("rightsRequest").exists() { RightsRequest::find(ctx, id).await } else { Ok(None) }
}

/// Mutations on requests of persons concerned.
#[derive(MergedObject, Default)]
pub struct RightsMutations(RegistrationMutations, AnswerMutations);

/// Register a request that was received.
#[derive(InputObject)]
pub struct RegisterRightsRequestInput {
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The dossier that holds the data.
    trajectory_id: ID,
    /// The person concerned, when it is not the present participant of the dossier.
    subject: Option<ID>,
    /// What is asked for.
    kind: Coded<RightsKind>,
    /// The day it was received, when the dossier was there.
    received_on: Date,
    /// What was asked, in short; personal. Leave it out after an erasure: nothing can be written about the person then.
    wording: Option<String>,
    /// The article the term follows from; the usual one when absent.
    reference: Option<LegalReferenceInput>,
}

/// The registration of requests.
#[derive(Default)]
pub struct RegistrationMutations;

#[Object]
impl RegistrationMutations {
    /// Register a request that the viewer's organisation received as controller. An answer is due within a month.
    async fn register_rights_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was received.")] input: RegisterRightsRequestInput,
    ) -> Result<RightsRequestPayload> {
        let command_id = input.command_id.clone();
        let done = register(ctx, input).await;
        RightsRequestPayload::answer(ctx, command_id, done).await
    }
}

async fn register(ctx: &Context<'_>, input: RegisterRightsRequestInput) -> Outcome<Executed> {
    let order = ordered(ctx, &input.command_id, None)?;
    let target = dossier(&input.trajectory_id, "trajectoryId").map_err(|_| UserError::not_found("trajectoryId"))?;
    disclosure::target(ctx, target);
    only_in_its_case(ctx, Some(target)).await?;
    let about: Option<SubjectId> = input.subject.map(|id| subject(&id, "subject")).transpose()?;
    let command = |subject: SubjectId| RightsCommand::RegisterRightsRequest {
        kind: input.kind.0,
        dossier: target,
        subject,
        controller: order.actor.organisation.clone(),
        received_on: input.received_on.0,
        wording: optional(input.wording.clone()),
        reference: input.reference.map(Into::into),
    };
    Ok(desk(ctx)?.register_rights_request(target, about, command, &order).await?)
}

stream_commands! {
    /// The answers to requests of persons concerned.
    AnswerMutations: rights::RightsRequest, RightsRequestPayload, may Action::KeepRightsRequests, Kind::RightsRequest, rights_request_id, "rightsRequest";

    /// Extend the term by two months, once, within the first month; the person is told why.
    extend_rights_request(ExtendRightsRequestInput) {
        /// The day the person was told.
        told_on: Date,
        /// Why; personal.
        reason: String,
        /// The article the extension follows from; the usual one when absent.
        reference: Option<LegalReferenceInput>,
    } => RightsCommand::ExtendRightsRequest {
        told_on: told_on.0, reason: personal(reason), reference: reference.map(Into::into),
    };

    /// Answer a request. What follows from it in the dossier is done there.
    answer_rights_request(AnswerRightsRequestInput) {
        /// The day of the answer.
        answered_on: Date,
        /// The answer.
        answer: Coded<RightsAnswer>,
        /// The ground, where it is not granted in full.
        ground: Option<Coded<RightsRefusalGround>>,
        /// The article of that ground.
        reference: Option<LegalReferenceInput>,
        /// What the answer says; personal. Leave it out after an erasure: nothing can be written about the person then.
        explanation: Option<String>,
    } => RightsCommand::AnswerRightsRequest {
        answered_on: answered_on.0,
        answer: answer.0,
        ground: ground.map(|ground| ground.0),
        reference: reference.map(Into::into),
        explanation: optional(explanation),
    };
}
