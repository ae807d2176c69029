//! What can happen to an action plan. Stored shapes are a contract.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kernel::{PlanId, event_list};

/// A decision by which the plan came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanDecision {
    /// The day of the decision.
    pub decided_on: NaiveDate,
    /// What was decided, and by whom.
    pub decision: String,
}

/// A policy line (beleidslijn): the first level of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyLine {
    /// Its number within the plan, from 1.
    pub number: u16,
    /// Its name.
    pub name: String,
}

/// A chapter: the second level of a plan. Actions are numbered `chapter.n`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Chapter {
    /// Its number within the plan (not within the policy line), from 1.
    pub number: u16,
    /// The policy line it belongs to.
    pub policy_line: u16,
    /// Its title.
    pub title: String,
}

/// A plan as adopted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanOutline {
    /// The plan's name.
    pub name: String,
    /// The decisions, oldest first.
    pub decisions: Vec<PlanDecision>,
    /// The policy lines, in order.
    pub policy_lines: Vec<PolicyLine>,
    /// The chapters, in order.
    pub chapters: Vec<Chapter>,
}

/// An event of an action plan. `occurred_on` is the day it happened in the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum PlanEvent {
    /// The plan was adopted; `occurred_on` is the day of the latest decision.
    ActionPlanAdopted { occurred_on: NaiveDate, outline: PlanOutline },
    /// A later plan took its place. Both stay; several plans stand side by side.
    ActionPlanSuperseded { occurred_on: NaiveDate, by: PlanId },
}

event_list!(PlanEvent: ActionPlanAdopted, ActionPlanSuperseded);
