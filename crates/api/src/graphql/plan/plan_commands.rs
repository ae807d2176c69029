//! One mutation per command to a plan.

use async_graphql::{ID, InputObject, Result};
use spoor_domain::kernel::PlanId;
use spoor_domain::plan::ActionPlan as Plan;
use spoor_domain::plan::command::PlanCommand;
use spoor_domain::plan::event::{Chapter, PlanDecision, PlanOutline, PolicyLine};
use spoor_projections::plan as view;

use super::given::plan;
use super::{ActionPlan, Kind};
use crate::graphql::scalars::Date;
use crate::graphql::stream_commands::{stream_commands, stream_payload};
use crate::policy::Action;

stream_payload! {
    /// What a mutation on a plan did.
    ActionPlanPayload { action_plan: ActionPlan, plan_id: Kind::ActionPlan } in view::PROJECTION, "plan";
    |ctx, id: PlanId| ActionPlan::find(ctx, id)
}

/// A decision by which the plan came about.
#[derive(InputObject)]
pub struct PlanDecisionInput {
    /// The day of the decision.
    decided_on: Date,
    /// What was decided, and by whom.
    decision: String,
}

/// A policy line.
#[derive(InputObject)]
pub struct PolicyLineInput {
    /// Its number within the plan, from 1.
    number: u16,
    /// Its name.
    name: String,
}

/// A chapter.
#[derive(InputObject)]
pub struct ChapterInput {
    /// Its number within the plan, from 1.
    number: u16,
    /// The number of the policy line it belongs to.
    policy_line: u16,
    /// Its title.
    title: String,
}

/// A plan as adopted.
#[derive(InputObject)]
pub struct PlanOutlineInput {
    /// The plan's name.
    name: String,
    /// The decisions, oldest first.
    decisions: Vec<PlanDecisionInput>,
    /// The policy lines, in order.
    policy_lines: Vec<PolicyLineInput>,
    /// The chapters, in order.
    chapters: Vec<ChapterInput>,
}

impl From<PlanOutlineInput> for PlanOutline {
    fn from(given: PlanOutlineInput) -> Self {
        let decision = |own: PlanDecisionInput| PlanDecision { decided_on: own.decided_on.0, decision: own.decision };
        let line = |own: PolicyLineInput| PolicyLine { number: own.number, name: own.name };
        let chapter =
            |own: ChapterInput| Chapter { number: own.number, policy_line: own.policy_line, title: own.title };
        Self {
            name: given.name,
            decisions: given.decisions.into_iter().map(decision).collect(),
            policy_lines: given.policy_lines.into_iter().map(line).collect(),
            chapters: given.chapters.into_iter().map(chapter).collect(),
        }
    }
}

stream_commands! {
    /// The life of action plans.
    PlanMutations: Plan, ActionPlanPayload, may Action::ChangePlan, Kind::ActionPlan, plan_id, "plan";

    new: /// Adopt an action plan.
    adopt_action_plan(AdoptActionPlanInput) {
        /// The plan as adopted.
        outline: PlanOutlineInput,
    } => PlanCommand::AdoptActionPlan { outline: outline.into() };

    /// Let a later plan take the place of this one; both stay.
    supersede_action_plan(SupersedeActionPlanInput) {
        /// The first day of the later plan.
        superseded_on: Date,
        /// The later plan.
        by: ID,
    } => PlanCommand::SupersedeActionPlan { superseded_on: superseded_on.0, by: plan(&by, "by")? };
}
