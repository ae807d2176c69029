//! The plan action as an aggregate of cqrs-es.

use super::event::ActionEvent;
use super::state::PlanAction;
use crate::kernel::cqrs_aggregate;

cqrs_aggregate!(PlanAction, ActionEvent);
