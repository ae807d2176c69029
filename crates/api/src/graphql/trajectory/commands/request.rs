//! The parket's part: the request, eligibility, another participant. The desk adds number, standing and criteria.

use async_graphql::{Context, ID, InputObject, Object, Result};
use spoor_domain::kernel::{Confidential, DossierId};
use spoor_domain::trajectory::vocabulary::{EligibilityOutcome, RequestBasis};

use super::given::{CriterionAnswerInput, OffenceInput, ParticipantInput, dossier, each, optional, personal};
use crate::desk::{EligibilityAnswers, NewParticipant, NewRequest};
use crate::graphql::coded::Coded;
use crate::graphql::disclosure::target;
use crate::graphql::outcome::Outcome;
use crate::graphql::scalars::Date;
use crate::graphql::session::desk;
use crate::graphql::subject_case::only_in_its_case;
use crate::graphql::trajectory::payload::{Header, TrajectoryPayload, addressed, answer, ordered};

/// A request for a learning trajectory, from the viewer's own parket.
#[derive(InputObject)]
pub struct RequestInput {
    /// The parket's own reference; personal, need not be unique.
    case_reference: String,
    /// The ground of the offer.
    basis: Coded<RequestBasis>,
    /// The offences; at least one.
    offences: Vec<OffenceInput>,
    /// When the facts happened; personal.
    offence_on: Date,
    /// The participant.
    participant: ParticipantInput,
    /// The facts, in short; personal.
    facts: String,
}

/// Prepare a request.
#[derive(InputObject)]
pub struct DraftRequestInput {
    /// The dossier; a new one when absent. A draft is made once: what changes until then is said in the request itself.
    trajectory_id: Option<ID>,
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version of the dossier the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The request as it stands.
    request: RequestInput,
}

/// Submit a request.
#[derive(InputObject)]
pub struct RequestTrajectoryInput {
    /// The draft that is submitted; a new dossier when absent.
    trajectory_id: Option<ID>,
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version of the dossier the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The final text of the request.
    request: RequestInput,
}

/// Prepare the answers to the criteria.
#[derive(InputObject)]
pub struct PrepareEligibilityInput {
    /// The dossier.
    trajectory_id: ID,
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version of the dossier the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// An answer per criterion in force.
    answers: Vec<CriterionAnswerInput>,
}

/// Decide on eligibility.
#[derive(InputObject)]
pub struct AssessEligibilityInput {
    /// The dossier.
    trajectory_id: ID,
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version of the dossier the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// An answer per criterion in force.
    answers: Vec<CriterionAnswerInput>,
    /// What is decided.
    decided: Coded<EligibilityOutcome>,
    /// Why the decision differs from what the answers compute to, when it does; personal.
    reason: Option<String>,
}

/// Register the right person instead of the wrong one.
#[derive(InputObject)]
pub struct ReplaceParticipantInput {
    /// The dossier.
    trajectory_id: ID,
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version of the dossier the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The right person.
    participant: ParticipantInput,
    /// The parket's own reference; personal.
    case_reference: String,
    /// When the facts happened; personal.
    offence_on: Date,
    /// The facts, in short; personal.
    facts: String,
}

impl From<RequestInput> for NewRequest {
    fn from(given: RequestInput) -> Self {
        Self {
            case_reference: personal(given.case_reference),
            basis: given.basis.0,
            offences: each(given.offences),
            offence_on: Confidential(given.offence_on.0),
            participant: given.participant.into(),
            facts: personal(given.facts),
        }
    }
}

/// The dossier that holds the draft, when there is one.
async fn draft(ctx: &Context<'_>, id: Option<ID>) -> Outcome<Option<DossierId>> {
    let draft = id.map(|id| dossier(&id, "trajectoryId")).transpose()?;
    draft.into_iter().for_each(|draft| target(ctx, draft));
    only_in_its_case(ctx, draft).await?;
    Ok(draft)
}

/// The request and the decision on it.
#[derive(Default)]
pub struct RequestMutations;

#[Object]
impl RequestMutations {
    /// Prepare a request; a prosecutor submits it.
    async fn draft_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request as it stands.")] input: DraftRequestInput,
    ) -> Result<TrajectoryPayload> {
        let DraftRequestInput { trajectory_id, command_id, expected_version, request } = input;
        let done = async {
            let order = ordered(ctx, &command_id, expected_version)?;
            let draft = draft(ctx, trajectory_id).await?;
            Ok(desk(ctx)?.draft_request(draft, request.into(), &order).await?)
        };
        let done = done.await;
        answer(ctx, command_id, done).await
    }

    /// Submit a request, new or drafted before, as prosecutor of the own parket.
    async fn request_trajectory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The final text of the request.")] input: RequestTrajectoryInput,
    ) -> Result<TrajectoryPayload> {
        let RequestTrajectoryInput { trajectory_id, command_id, expected_version, request } = input;
        let done = async {
            let order = ordered(ctx, &command_id, expected_version)?;
            let draft = draft(ctx, trajectory_id).await?;
            Ok(desk(ctx)?.request_trajectory(draft, request.into(), &order).await?)
        };
        let done = done.await;
        answer(ctx, command_id, done).await
    }

    /// Prepare the answers to the eligibility criteria; a prosecutor decides.
    async fn prepare_eligibility(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answers.")] input: PrepareEligibilityInput,
    ) -> Result<TrajectoryPayload> {
        let PrepareEligibilityInput { trajectory_id, command_id, expected_version, answers } = input;
        let done = async {
            let (dossier, order) =
                addressed(ctx, &Header { trajectory_id, command_id: command_id.clone(), expected_version }).await?;
            Ok(desk(ctx)?.prepare_eligibility(dossier, each(answers), &order).await?)
        };
        let done = done.await;
        answer(ctx, command_id, done).await
    }

    /// Decide on eligibility, or decide again; the computation advises, a named person decides.
    async fn assess_eligibility(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answers and the decision.")] input: AssessEligibilityInput,
    ) -> Result<TrajectoryPayload> {
        let AssessEligibilityInput { trajectory_id, command_id, expected_version, answers, decided, reason } = input;
        let answers = EligibilityAnswers { answers: each(answers), decided: decided.0, reason: optional(reason) };
        let done = async {
            let (dossier, order) =
                addressed(ctx, &Header { trajectory_id, command_id: command_id.clone(), expected_version }).await?;
            Ok(desk(ctx)?.assess_eligibility(dossier, answers, &order).await?)
        };
        let done = done.await;
        answer(ctx, command_id, done).await
    }

    /// Register the right person instead of the wrong one; the wrong person's data can then be erased alone.
    async fn replace_participant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The right person.")] input: ReplaceParticipantInput,
    ) -> Result<TrajectoryPayload> {
        let participant = NewParticipant {
            participant: input.participant.into(),
            case_reference: personal(input.case_reference),
            offence_on: Confidential(input.offence_on.0),
            facts: personal(input.facts),
        };
        let ReplaceParticipantInput { trajectory_id, command_id, expected_version, .. } = input;
        let done = async {
            let (dossier, order) =
                addressed(ctx, &Header { trajectory_id, command_id: command_id.clone(), expected_version }).await?;
            Ok(desk(ctx)?.replace_participant(dossier, participant, &order).await?)
        };
        let done = done.await;
        answer(ctx, command_id, done).await
    }
}
