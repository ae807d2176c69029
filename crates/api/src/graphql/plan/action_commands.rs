//! One mutation per command to an action. Taking over a printed report in one step is the import's own affair.

use async_graphql::{Context, ID, InputObject, MergedObject, Object, Result};
use spoor_domain::action::command::ActionCommand;
use spoor_domain::action::event::ActionStatus;
use spoor_domain::kernel::ActionId;
use spoor_eventlog::Executed;
use spoor_projections::plan as view;

use super::figures::{BudgetEntryInput, FundingMentionInput, IndicatorInput, MeansInput};
use super::given::{ActionDefinitionInput, ReportRowInput, ResponsibilityInput, RowHeadInput, row as known};
use super::{Kind, PlanAction};
use crate::graphql::coded::Coded;
use crate::graphql::outcome::Outcome;
use crate::graphql::scalars::{Date, HalfYear};
use crate::graphql::session::{command_context, desk};
use crate::graphql::stream_commands::{stream_commands, stream_payload};
use crate::graphql::user_error::command_id;
use crate::policy::Action;

stream_payload! {
    /// What a mutation on an action did.
    PlanActionPayload { plan_action: PlanAction, action_id: Kind::PlanAction } in view::PROJECTION, "action";
    |ctx, id: ActionId| PlanAction::find(ctx, id)
}

/// Mutations on actions.
#[derive(MergedObject, Default)]
pub struct ActionMutations(DefiningMutations, ActionLifeMutations);

/// Define an action of a plan.
#[derive(InputObject)]
pub struct DefineActionInput {
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version the client has seen, when it insists on it; 0 for what is not there yet.
    expected_version: Option<u64>,
    /// The day it was defined.
    defined_on: Date,
    /// What the action is.
    definition: ActionDefinitionInput,
}

/// Defining an action, which needs its plan as well.
#[derive(Default)]
pub struct DefiningMutations;

#[Object]
impl DefiningMutations {
    /// Define an action of a plan.
    async fn define_action(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to record.")] input: DefineActionInput,
    ) -> Result<PlanActionPayload> {
        let command_id = input.command_id.clone();
        let done = define(ctx, input).await;
        PlanActionPayload::answer(ctx, command_id, done).await
    }
}

async fn define(ctx: &Context<'_>, input: DefineActionInput) -> Outcome<Executed> {
    let order = command_context(ctx, command_id(&input.command_id)?, input.expected_version)?;
    Ok(desk(ctx)?.define_action(input.defined_on.0, input.definition.resolve()?, &order).await?)
}

stream_commands! {
    /// The life of actions: what they are, who answers for them, what is reported.
    ActionLifeMutations: spoor_domain::action::PlanAction, PlanActionPayload, may Action::ChangePlanAction, Kind::PlanAction, action_id, "action";

    /// Revise what an action is; its plan and number stay.
    revise_action(ReviseActionInput) {
        /// The day it was revised.
        revised_on: Date,
        /// What the action is now.
        definition: ActionDefinitionInput,
    } => ActionCommand::ReviseAction {
        revised_on: revised_on.0, keeps_continues: definition.leaves_continues_out(), definition: definition.resolve()?,
    };

    /// Change the status of an action; a step back needs a reason. The present status again says that it holds from an earlier
    /// day, or stands in an earlier report.
    change_status(ChangeStatusInput) {
        /// The day it changed.
        changed_on: Date,
        /// The half-year in whose report it stands.
        period: HalfYear,
        /// The status.
        status: Coded<ActionStatus>,
        /// Why, for a step back.
        reason: Option<String>,
    } => ActionCommand::ChangeStatus {
        changed_on: changed_on.0, half_year: period.0, status: status.0, reason,
    };

    /// Make a minister or a policy domain responsible for an action.
    assign_responsibility(AssignResponsibilityInput) {
        /// The first day.
        assigned_on: Date,
        /// Who.
        responsibility: ResponsibilityInput,
    } => ActionCommand::AssignResponsibility { assigned_on: assigned_on.0, responsibility: responsibility.into() };

    /// End a responsibility.
    end_responsibility(EndResponsibilityInput) {
        /// The first day without it.
        ended_on: Date,
        /// Whose.
        responsibility: ResponsibilityInput,
    } => ActionCommand::EndResponsibility { ended_on: ended_on.0, responsibility: responsibility.into() };

    /// Involve another party in an action.
    add_partner(AddPartnerInput) {
        /// The first day.
        added_on: Date,
        /// The party, an organisation.
        partner: String,
    } => ActionCommand::AddPartner { added_on: added_on.0, partner };

    /// Record that a party left an action.
    remove_partner(RemovePartnerInput) {
        /// The first day without it.
        removed_on: Date,
        /// The party.
        partner: String,
    } => ActionCommand::RemovePartner { removed_on: removed_on.0, partner };

    /// Write a report row, or write it again.
    report_progress(ReportProgressInput) {
        /// The day of the report.
        reported_on: Date,
        /// The row.
        row: ReportRowInput,
    } => ActionCommand::ReportProgress { reported_on: reported_on.0, row: row.resolve()? };

    /// Start a report row from the text of an earlier half-year's row.
    carry_forward(CarryForwardInput) {
        /// The day of the report.
        reported_on: Date,
        /// The id of the earlier row.
        from: ID,
        /// The id of the new row, a UUID that the client makes.
        to: ID,
        /// The half-year of the new row.
        period: HalfYear,
    } => ActionCommand::CarryForward {
        reported_on: reported_on.0, from: known(&from)?, to: known(&to)?, half_year: period.0,
    };

    /// Declare that there is nothing to report.
    declare_nothing_to_report(DeclareNothingToReportInput) {
        /// The day it was declared.
        declared_on: Date,
        /// Under which competences, and when.
        row: RowHeadInput,
    } => ActionCommand::DeclareNothingToReport { declared_on: declared_on.0, row: row.resolve()? };

    /// Record a row of a printed report without its text.
    record_row_without_text(RecordRowWithoutTextInput) {
        /// The day of the report.
        reported_on: Date,
        /// Which row.
        row: RowHeadInput,
    } => ActionCommand::RecordRowWithoutText { reported_on: reported_on.0, row: row.resolve()? };

    /// Submit a report row to the coordinator.
    submit_row(SubmitRowInput) {
        /// The id of the row.
        row: ID,
    } => ActionCommand::SubmitRow { row: known(&row)? };

    /// Send a submitted or accepted report row back to its author.
    return_row(ReturnRowInput) {
        /// The id of the row.
        row: ID,
        /// Why.
        reason: String,
    } => ActionCommand::ReturnRow { row: known(&row)?, reason };

    /// Accept a report row.
    accept_row(AcceptRowInput) {
        /// The id of the row.
        row: ID,
    } => ActionCommand::AcceptRow { row: known(&row)? };

    /// Report an amount of money.
    report_budget(ReportBudgetInput) {
        /// The day of the report.
        reported_on: Date,
        /// The amount.
        entry: BudgetEntryInput,
    } => ActionCommand::ReportBudget { reported_on: reported_on.0, entry: entry.resolve()?.0 };

    /// Correct a reported amount. What the entry leaves out stays as reported.
    correct_budget(CorrectBudgetInput) {
        /// The day of the correction.
        corrected_on: Date,
        /// The amount as it holds from now on.
        entry: BudgetEntryInput,
        /// Why.
        reason: String,
    } => {
        let (entry, keeps) = entry.resolve()?;
        ActionCommand::CorrectBudget { corrected_on: corrected_on.0, entry, keeps, reason }
    };

    /// Report people or other means.
    report_means(ReportMeansInput) {
        /// The day of the report.
        reported_on: Date,
        /// The means.
        means: MeansInput,
    } => ActionCommand::ReportMeans { reported_on: reported_on.0, means: means.resolve()?.0 };

    /// Correct reported means. What the means leave out stays as reported.
    correct_means(CorrectMeansInput) {
        /// The day of the correction.
        corrected_on: Date,
        /// The means as they hold from now on.
        means: MeansInput,
        /// Why.
        reason: String,
    } => {
        let (means, keeps) = means.resolve()?;
        ActionCommand::CorrectMeans { corrected_on: corrected_on.0, means, keeps, reason }
    };

    /// Mention funding without an amount.
    mention_funding(MentionFundingInput) {
        /// The day of the report.
        reported_on: Date,
        /// What is mentioned.
        mention: FundingMentionInput,
    } => ActionCommand::MentionFunding { reported_on: reported_on.0, mention: mention.resolve()?.0 };

    /// Correct a mention of funding. What the mention leaves out stays as reported.
    correct_funding_mention(CorrectFundingMentionInput) {
        /// The day of the correction.
        corrected_on: Date,
        /// The mention as it holds from now on.
        mention: FundingMentionInput,
        /// Why.
        reason: String,
    } => {
        let (mention, keeps) = mention.resolve()?;
        ActionCommand::CorrectFundingMention { corrected_on: corrected_on.0, mention, keeps, reason }
    };

    /// Report a figure, or report it again with another value.
    report_indicator(ReportIndicatorInput) {
        /// The day of the report.
        reported_on: Date,
        /// The figure.
        indicator: IndicatorInput,
    } => ActionCommand::ReportIndicator { reported_on: reported_on.0, indicator: indicator.resolve()? };
}
