//! The action plan as an aggregate of cqrs-es.

use super::event::PlanEvent;
use super::state::ActionPlan;
use crate::kernel::cqrs_aggregate;

cqrs_aggregate!(ActionPlan, PlanEvent);
