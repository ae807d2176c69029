//! The rights request as an aggregate of cqrs-es.

use super::event::RightsEvent;
use super::state::RightsRequest;
use crate::kernel::cqrs_aggregate;

cqrs_aggregate!(RightsRequest, RightsEvent);
