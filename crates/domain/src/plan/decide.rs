//! What may happen to an action plan: adopted once, superseded once, by the plan coordinator.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::command::PlanCommand;
use super::event::{PlanEvent, PlanOutline};
use super::rejection::PlanRejection;
use super::state::ActionPlan;
use crate::kernel::{CommandContext, Decider, PlanId, Role, is_blank};

impl Decider for ActionPlan {
    const TYPE: &'static str = crate::catalogue::aggregate_type::PLAN;
    type Command = PlanCommand;
    type Event = PlanEvent;
    type Rejection = PlanRejection;

    fn decide(&self, command: &PlanCommand, context: &CommandContext) -> Result<Vec<PlanEvent>, PlanRejection> {
        match context.actor.role {
            Role::PlanCoordinator => {}
            role => return Err(PlanRejection::NotYourRole { role }),
        }
        match command {
            PlanCommand::AdoptActionPlan { outline } => self.adopt(outline, context),
            PlanCommand::SupersedeActionPlan { superseded_on, by } => self.supersede(*superseded_on, *by, context),
        }
    }

    fn evolve(&mut self, event: &PlanEvent) {
        self.apply(event);
    }
}

impl ActionPlan {
    fn adopt(&self, outline: &PlanOutline, context: &CommandContext) -> Result<Vec<PlanEvent>, PlanRejection> {
        if self.outline().is_some() {
            return Err(PlanRejection::AlreadyAdopted);
        }
        if is_blank(&outline.name) {
            return Err(PlanRejection::NameMissing);
        }
        let days = outline.decisions.iter().map(|decision| decision.decided_on);
        let adopted_on = days.max().ok_or(PlanRejection::DecisionMissing)?;
        happened(adopted_on, context)?;
        if !outline.decisions.is_sorted_by_key(|decision| decision.decided_on) {
            return Err(PlanRejection::DecisionsOutOfOrder);
        }
        numbered_well(outline)?;
        Ok(vec![PlanEvent::ActionPlanAdopted { occurred_on: adopted_on, outline: outline.clone() }])
    }

    fn supersede(&self, on: NaiveDate, by: PlanId, context: &CommandContext) -> Result<Vec<PlanEvent>, PlanRejection> {
        let outline = self.outline().ok_or(PlanRejection::NotAdopted)?;
        happened(on, context)?;
        if let Some(adopted_on) = outline.decisions.iter().map(|decision| decision.decided_on).max()
            && on < adopted_on
        {
            return Err(PlanRejection::TooEarly { on, adopted_on });
        }
        match self.superseded_by() {
            Some(already) if already == by => Ok(Vec::new()),
            Some(_) => Err(PlanRejection::AlreadySuperseded),
            None => Ok(vec![PlanEvent::ActionPlanSuperseded { occurred_on: on, by }]),
        }
    }
}

/// Policy lines and chapters each have their own number, and every chapter stands under a policy line of the plan.
fn numbered_well(outline: &PlanOutline) -> Result<(), PlanRejection> {
    let mut lines = BTreeSet::new();
    for line in &outline.policy_lines {
        if line.number == 0 || !lines.insert(line.number) {
            return Err(PlanRejection::PolicyLineNumber { number: line.number });
        }
    }
    let mut chapters = BTreeSet::new();
    for chapter in &outline.chapters {
        if chapter.number == 0 || !chapters.insert(chapter.number) {
            return Err(PlanRejection::ChapterNumber { number: chapter.number });
        }
        if !lines.contains(&chapter.policy_line) {
            return Err(PlanRejection::NoSuchPolicyLine { chapter: chapter.number, policy_line: chapter.policy_line });
        }
    }
    if chapters.is_empty() { Err(PlanRejection::ChaptersMissing) } else { Ok(()) }
}

fn happened(on: NaiveDate, context: &CommandContext) -> Result<(), PlanRejection> {
    if on > context.today { Err(PlanRejection::InFuture { on, today: context.today }) } else { Ok(()) }
}
