//! One mutation per command to the record of a training line. The programme or the session says which line it is.

use async_graphql::{Context, ID, InputObject, Object, Result};
use spoor_domain::training::TrainingRecord;
use spoor_domain::training::command::{SessionGiven, TrainingCommand};
use spoor_domain::training::vocabulary::*;
use spoor_eventlog::Executed;
use spoor_projections::training::PROJECTION;
use uuid::Uuid;

use super::{TrainingTotals, session_named};
use crate::graphql::coded::Coded;
use crate::graphql::outcome::Outcome;
use crate::graphql::scalars::Date;
use crate::graphql::stream_commands::{Target, carry_out, stream_payload};
use crate::graphql::user_error::UserError;
use crate::policy::Action;

stream_payload! {
    /// What a mutation on police training did.
    TrainingPayload { training: TrainingTotals } in PROJECTION, "training line";
    |ctx, stream: Uuid| TrainingTotals::find(ctx, stream)
}

/// What is recorded of a session.
#[derive(InputObject)]
pub struct TrainingSessionInput {
    /// The programme.
    programme: Coded<TrainingProgramme>,
    /// The day it was held.
    held_on: Date,
    /// For whom.
    audience: Coded<TrainingAudience>,
    /// How many took part, from 1 to 500.
    participants: u32,
}

/// Record a session that was held.
#[derive(InputObject)]
pub struct RecordTrainingSessionInput {
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The session.
    session: TrainingSessionInput,
}

/// Correct what was recorded of a session.
#[derive(InputObject)]
pub struct CorrectTrainingSessionInput {
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The global id of the session.
    session_id: ID,
    /// What is right.
    session: TrainingSessionInput,
    /// Why.
    reason: Coded<TrainingCorrection>,
}

/// Let a session count no more.
#[derive(InputObject)]
pub struct AnnulTrainingSessionInput {
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The global id of the session.
    session_id: ID,
    /// Why.
    reason: Coded<TrainingAnnulment>,
}

/// Take over a known total of before.
#[derive(InputObject)]
pub struct RecordOpeningBalanceInput {
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The programme it was told for.
    programme: Coded<TrainingProgramme>,
    /// The last day it covers.
    until: Date,
    /// How many took part.
    participants: u32,
    /// Where it was told: a public document.
    source: String,
}

/// Let an opening balance count no more.
#[derive(InputObject)]
pub struct AnnulOpeningBalanceInput {
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The programme it was told for.
    programme: Coded<TrainingProgramme>,
    /// Why.
    reason: Coded<TrainingAnnulment>,
}

impl From<TrainingSessionInput> for SessionGiven {
    fn from(given: TrainingSessionInput) -> Self {
        let TrainingSessionInput { programme, held_on, audience, participants } = given;
        Self { programme: programme.0, held_on: held_on.0, audience: audience.0, participants }
    }
}

/// The record of police training.
#[derive(Default)]
pub struct TrainingMutations;

#[Object]
impl TrainingMutations {
    /// Record a training session that was held.
    async fn record_training_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to record.")] input: RecordTrainingSessionInput,
    ) -> Result<TrainingPayload> {
        let line = input.session.programme.0.line();
        let command = TrainingCommand::RecordTrainingSession { given: input.session.into() };
        let done = recorded(ctx, &input.command_id, input.expected_version, Ok((line, command))).await;
        TrainingPayload::answer(ctx, input.command_id, done).await
    }

    /// Correct what was recorded of a session; what was recorded before stays in the log.
    async fn correct_training_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is right.")] input: CorrectTrainingSessionInput,
    ) -> Result<TrainingPayload> {
        let (given, reason) = (input.session.into(), input.reason.0);
        let about = session_named(&input.session_id).ok_or_else(|| UserError::not_found("sessionId"));
        let command =
            about.map(|(line, session)| (line, TrainingCommand::CorrectTrainingSession { session, given, reason }));
        let done = recorded(ctx, &input.command_id, input.expected_version, command).await;
        TrainingPayload::answer(ctx, input.command_id, done).await
    }

    /// Let a session count no more: entered twice, not held, or of another line.
    async fn annul_training_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which session, and why.")] input: AnnulTrainingSessionInput,
    ) -> Result<TrainingPayload> {
        let reason = input.reason.0;
        let about = session_named(&input.session_id).ok_or_else(|| UserError::not_found("sessionId"));
        let command = about.map(|(line, session)| (line, TrainingCommand::AnnulTrainingSession { session, reason }));
        let done = recorded(ctx, &input.command_id, input.expected_version, command).await;
        TrainingPayload::answer(ctx, input.command_id, done).await
    }

    /// Take over a known total of before, once per line; it may only cover days before the first session.
    async fn record_opening_balance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to take over.")] input: RecordOpeningBalanceInput,
    ) -> Result<TrainingPayload> {
        let RecordOpeningBalanceInput { command_id, expected_version, programme, until, participants, source } = input;
        let (programme, until) = (programme.0, until.0);
        let command = TrainingCommand::RecordOpeningBalance { programme, until, participants, source };
        let done = recorded(ctx, &command_id, expected_version, Ok((programme.line(), command))).await;
        TrainingPayload::answer(ctx, command_id, done).await
    }

    /// Let an opening balance count no more, for instance to record it anew.
    async fn annul_opening_balance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which balance, and why.")] input: AnnulOpeningBalanceInput,
    ) -> Result<TrainingPayload> {
        let (programme, reason) = (input.programme.0, input.reason.0);
        let command = TrainingCommand::AnnulOpeningBalance { programme, reason };
        let done = recorded(ctx, &input.command_id, input.expected_version, Ok((programme.line(), command))).await;
        TrainingPayload::answer(ctx, input.command_id, done).await
    }
}

/// Carries out a command on the record of its line.
async fn recorded(
    ctx: &Context<'_>,
    command_id: &ID,
    expected_version: Option<u64>,
    command: std::result::Result<(TrainingLine, TrainingCommand), UserError>,
) -> Outcome<Executed> {
    let (line, command) = command?;
    let target = Target::Stream(line.stream());
    carry_out::<TrainingRecord>(ctx, Action::RecordTraining, target, command_id, expected_version, Ok(command)).await
}
