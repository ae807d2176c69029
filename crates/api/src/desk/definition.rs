//! Actions, defined: in a chapter that their plan has, and each number once.

use chrono::NaiveDate;
use spoor_domain::action::PlanAction;
use spoor_domain::action::command::ActionCommand;
use spoor_domain::action::event::ActionDefinition;
use spoor_domain::action::rejection::ActionRejection;
use spoor_domain::kernel::{ActionId, CommandContext};
use spoor_domain::plan::ActionPlan;
use spoor_eventlog::Executed;
use spoor_projections::plan as view;

use super::{Desk, DeskError};
use crate::policy::{self, Action};

impl Desk {
    /// Defines an action of a plan that is there. Its stream follows from the plan and the number, as for an action that was
    /// imported: whoever comes second is told that the action was defined.
    pub async fn define_action(
        &self,
        defined_on: NaiveDate,
        definition: ActionDefinition,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        policy::authorize(&context.actor, Action::ChangePlanAction).map_err(|_| DeskError::NotYourRole)?;
        let (plan, number) = (definition.plan, definition.number);
        let adopted = self.log.load::<ActionPlan>(&plan.to_string()).await?.state;
        let outline = adopted.outline().ok_or(DeskError::NotFound("planId"))?;
        if !outline.chapters.iter().any(|chapter| chapter.number == number.chapter) {
            return Err(DeskError::Refused(Box::new(ActionRejection::NoSuchChapter { chapter: number.chapter })));
        }
        // One that was defined when its stream was named after the command has its number all the same.
        let standing = view::action_numbered(&self.views, plan, number, None).await?.value;
        let id = standing.map_or_else(|| ActionId::of(plan, number), |action| action.id);
        let command = ActionCommand::DefineAction { defined_on, definition };
        self.perform::<PlanAction>(&id.to_string(), &command, context).await
    }
}
