//! What happens when something is asked of a learning trajectory.

use super::command::TrajectoryCommand;
use super::event::TrajectoryEvent;
use super::rejection::TrajectoryRejection;
use super::state::LearningTrajectory;
use crate::kernel::{CommandContext, Decider};

impl Decider for LearningTrajectory {
    const TYPE: &'static str = "learning_trajectory";
    type Command = TrajectoryCommand;
    type Event = TrajectoryEvent;
    type Rejection = TrajectoryRejection;

    fn decide(&self, command: &Self::Command, context: &CommandContext) -> Result<Vec<Self::Event>, Self::Rejection> {
        self.permitted(command.kind(), context)?;
        Ok(Vec::new())
    }

    fn evolve(&mut self, event: &Self::Event) {
        self.fold(event);
    }
}
