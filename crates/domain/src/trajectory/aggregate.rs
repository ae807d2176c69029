//! The learning trajectory for cqrs-es.

use super::event::TrajectoryEvent;
use super::state::LearningTrajectory;
use crate::kernel::cqrs_aggregate;

cqrs_aggregate!(LearningTrajectory, TrajectoryEvent);
