//! An action plan, folded: its outline, and the plan that took its place.

use serde::{Deserialize, Serialize};

use super::event::{PlanEvent, PlanOutline};
use crate::kernel::PlanId;

/// An action plan as its events made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionPlan {
    outline: Option<PlanOutline>,
    superseded_by: Option<PlanId>,
}

impl ActionPlan {
    /// The outline; `None` before the plan was adopted.
    pub fn outline(&self) -> Option<&PlanOutline> {
        self.outline.as_ref()
    }

    /// The plan that took its place.
    pub fn superseded_by(&self) -> Option<PlanId> {
        self.superseded_by
    }

    pub(super) fn apply(&mut self, event: &PlanEvent) {
        match event {
            PlanEvent::ActionPlanAdopted { outline, .. } => self.outline = Some(outline.clone()),
            PlanEvent::ActionPlanSuperseded { by, .. } => self.superseded_by = Some(*by),
        }
    }
}
