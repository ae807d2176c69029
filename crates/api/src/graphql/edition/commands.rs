//! One mutation per command to the editions of a half-year.

use async_graphql::{Context, ID, InputObject, MergedObject, Object, OneofObject, Result};
use spoor_domain::action::event::PolicyDomainCode;
use spoor_domain::edition as domain;
use spoor_domain::edition::command::EditionCommand;
use spoor_domain::edition::event::{CollectionDue, DueException, DueFor, EditionHead, FindingId};
use spoor_domain::kernel::ReportEditionId;
use spoor_eventlog::Executed;
use spoor_projections::editions::PROJECTION;
use uuid::Uuid;

use super::{ReportEdition, Which};
use crate::desk::EditionNumber;
use crate::graphql::global_id::{Kind, local_id};
use crate::graphql::outcome::Outcome;
use crate::graphql::plan::plan_id;
use crate::graphql::scalars::{Date, HalfYear};
use crate::graphql::session::{command_context, desk};
use crate::graphql::stream_commands::{stream_commands, stream_payload};
use crate::graphql::user_error::{UserError, command_id};
use crate::policy::Action;

stream_payload! {
    /// What a mutation on report editions did. The edition is the latest of the half-year.
    ReportEditionPayload { report_edition: ReportEdition } in PROJECTION, "report edition";
    |ctx, id: ReportEditionId| ReportEdition::find(ctx, id, Which::Latest)
}

/// Mutations on report editions.
#[derive(MergedObject, Default)]
pub struct EditionMutations(MakingMutations, LifeMutations);

/// Days, both included.
#[derive(InputObject)]
pub struct ReportingWindowInput {
    /// The first day.
    from: Date,
    /// The last day.
    until: Date,
}

/// What stands at the head of an edition.
#[derive(InputObject)]
pub struct EditionHeadInput {
    /// What it is called, for instance `Najaar 2018`.
    label: String,
    /// The days the report speaks of, where they are named.
    window: Option<ReportingWindowInput>,
    /// The last day of what is taken into account.
    cut_off: Date,
    /// The preface; paragraphs are separated by an empty line.
    preface: Option<String>,
}

impl From<EditionHeadInput> for EditionHead {
    fn from(given: EditionHeadInput) -> Self {
        let window =
            |own: ReportingWindowInput| domain::event::ReportingWindow { from: own.from.0, until: own.until.0 };
        let EditionHeadInput { label, window: days, cut_off, preface } = given;
        Self { label, window: days.map(window), cut_off: cut_off.0, preface }
    }
}

/// For whom another day holds.
#[derive(OneofObject)]
pub enum DueForInput {
    /// Every competence of the policy domain with this code.
    PolicyDomain(String),
    /// The competence with this code.
    Competence(String),
}

/// Another day for some.
#[derive(InputObject)]
pub struct DueExceptionInput {
    /// For whom.
    who: DueForInput,
    /// The day.
    due_on: Date,
}

impl From<DueExceptionInput> for DueException {
    fn from(given: DueExceptionInput) -> Self {
        let who = match given.who {
            DueForInput::PolicyDomain(code) => DueFor::PolicyDomain(PolicyDomainCode(code)),
            DueForInput::Competence(code) => DueFor::Competence(code),
        };
        Self { who, due_on: given.due_on.0 }
    }
}

/// Open the first edition of a half-year.
#[derive(InputObject)]
pub struct OpenEditionInput {
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The plan.
    plan_id: ID,
    /// The half-year.
    period: HalfYear,
    /// What stands at its head.
    head: EditionHeadInput,
}

/// Freeze an edition as it stands now.
#[derive(InputObject)]
pub struct FreezeEditionInput {
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The edition.
    report_edition_id: ID,
}

/// Let a small count of persons stand in an edition that is being drafted.
#[derive(InputObject)]
pub struct WaiveSmallCountInput {
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The edition.
    report_edition_id: ID,
    /// The id of the blocker, as the draft shows it.
    entry: ID,
    /// Why it may stand.
    reason: String,
}

/// Ask the contacts for their rows, or give them other days.
#[derive(InputObject)]
pub struct OpenCollectionRoundInput {
    /// The reportEdition.
    report_edition_id: ID,
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The day by which rows are due.
    due_on: Date,
    /// Other days, for some: each for a competence or a policy domain of the plan, once.
    #[graphql(default)]
    exceptions: Vec<DueExceptionInput>,
}

/// Note that the contacts of these competences were reminded.
#[derive(InputObject)]
pub struct RemindContactsInput {
    /// The reportEdition.
    report_edition_id: ID,
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The codes of the competences, as `collectionRound` shows them; of the policy domain, where it shows none.
    competences: Vec<String>,
}

/// Opening, asking, reminding, waiving and freezing: what needs more than the editions' own stream.
#[derive(Default)]
pub struct MakingMutations;

#[Object]
impl MakingMutations {
    /// Open the first edition of a half-year. There is one such per plan and half-year; corrections follow it.
    async fn open_edition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which half-year, and what stands at the head.")] input: OpenEditionInput,
    ) -> Result<ReportEditionPayload> {
        let command_id = input.command_id.clone();
        let done = open(ctx, input).await;
        ReportEditionPayload::answer(ctx, command_id, done).await
    }

    /// Ask the contacts for their rows, or give them other days.
    async fn open_collection_round(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to record, and where.")] input: OpenCollectionRoundInput,
    ) -> Result<ReportEditionPayload> {
        let command_id = input.command_id.clone();
        let done = collect(ctx, input).await;
        ReportEditionPayload::answer(ctx, command_id, done).await
    }

    /// Note that the contacts of these competences were reminded.
    async fn remind_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to record, and where.")] input: RemindContactsInput,
    ) -> Result<ReportEditionPayload> {
        let command_id = input.command_id.clone();
        let done = remind(ctx, input).await;
        ReportEditionPayload::answer(ctx, command_id, done).await
    }

    /// Let a small count of persons stand; or a number, or a word for none, near a text on learning trajectories, stating that it
    /// is no figure on them. A second person does so, nobody who reported it.
    async fn waive_small_count(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which count, and why.")] input: WaiveSmallCountInput,
    ) -> Result<ReportEditionPayload> {
        let command_id = input.command_id.clone();
        let done = waive(ctx, input).await;
        ReportEditionPayload::answer(ctx, command_id, done).await
    }

    /// Freeze an edition as it stands now, in every form: its bytes stay the same for ever. Another person approves it.
    async fn freeze_edition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which edition.")] input: FreezeEditionInput,
    ) -> Result<ReportEditionPayload> {
        let command_id = input.command_id.clone();
        let done = freeze(ctx, input).await;
        ReportEditionPayload::answer(ctx, command_id, done).await
    }
}

async fn open(ctx: &Context<'_>, input: OpenEditionInput) -> Outcome<Executed> {
    let order = command_context(ctx, command_id(&input.command_id)?, None)?;
    let plan = plan_id(&input.plan_id).ok_or_else(|| UserError::not_found("planId"))?;
    Ok(desk(ctx)?.open_edition(plan, input.period.0, input.head.into(), &order).await?)
}

async fn collect(ctx: &Context<'_>, input: OpenCollectionRoundInput) -> Outcome<Executed> {
    let order = command_context(ctx, command_id(&input.command_id)?, input.expected_version)?;
    let id = edition(&input.report_edition_id)?.editions;
    let exceptions = input.exceptions.into_iter().map(DueException::from).collect();
    let due = CollectionDue { due_on: input.due_on.0, exceptions };
    Ok(desk(ctx)?.open_collection_round(id, due, &order).await?)
}

async fn remind(ctx: &Context<'_>, input: RemindContactsInput) -> Outcome<Executed> {
    let order = command_context(ctx, command_id(&input.command_id)?, input.expected_version)?;
    let id = edition(&input.report_edition_id)?.editions;
    Ok(desk(ctx)?.remind_contacts(id, input.competences, &order).await?)
}

async fn waive(ctx: &Context<'_>, input: WaiveSmallCountInput) -> Outcome<Executed> {
    let order = command_context(ctx, command_id(&input.command_id)?, input.expected_version)?;
    let entry = Uuid::parse_str(&input.entry).map_err(|_| UserError::unknown_id("entry"))?;
    let id = edition(&input.report_edition_id)?;
    Ok(desk(ctx)?.waive_small_count(id, FindingId(entry), input.reason, &order).await?)
}

async fn freeze(ctx: &Context<'_>, input: FreezeEditionInput) -> Outcome<Executed> {
    let order = command_context(ctx, command_id(&input.command_id)?, input.expected_version)?;
    Ok(desk(ctx)?.freeze_edition(edition(&input.report_edition_id)?, &order).await?)
}

fn edition(id: &ID) -> std::result::Result<EditionNumber, UserError> {
    let local = local_id(Kind::ReportEdition, id);
    local.and_then(|local| EditionNumber::parse(&local)).ok_or_else(|| UserError::not_found("reportEditionId"))
}

stream_commands! {
    /// The life of report editions.
    LifeMutations: domain::ReportEdition, ReportEditionPayload, may Action::ChangeEditions, Kind::ReportEdition, report_edition_id, "reportEdition";

    /// Revise the head of an edition that is being drafted.
    revise_edition(ReviseEditionInput) {
        /// What stands at its head from now on.
        head: EditionHeadInput,
    } => EditionCommand::ReviseEdition { number: edition(&report_edition_id)?.number, head: head.into() };

    /// Approve a frozen edition. Another person than who froze it does so.
    approve_edition(ApproveEditionInput) {} => EditionCommand::ApproveEdition {
        number: edition(&report_edition_id)?.number,
    };

    /// Record that an approved edition was submitted to the Vlaams Parlement.
    submit_edition(SubmitEditionInput) {
        /// The day.
        submitted_on: Date,
    } => EditionCommand::SubmitEdition {
        number: edition(&report_edition_id)?.number, submitted_on: submitted_on.0,
    };

    /// Stop serving an edition. What it said stays known, its bytes are not given out any more.
    withdraw_edition(WithdrawEditionInput) {
        /// Why.
        reason: String,
    } => EditionCommand::WithdrawEdition { number: edition(&report_edition_id)?.number, reason };

    /// Open the next edition of a half-year, once the last one is approved or withdrawn.
    open_correction(OpenCorrectionInput) {
        /// What stands at its head.
        head: EditionHeadInput,
        /// Why.
        reason: String,
    } => EditionCommand::OpenCorrection { head: head.into(), reason };
}
