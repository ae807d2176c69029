//! Who may publish, and that a publication goes on from the latest.

use super::command::PublicationCommand;
use super::event::PublicationEvent;
use super::rejection::PublicationRejection as No;
use super::state::PublicationRegister;
use crate::kernel::{CommandContext, Decider, Role};

impl Decider for PublicationRegister {
    const TYPE: &'static str = crate::catalogue::aggregate_type::PUBLICATION;
    type Command = PublicationCommand;
    type Event = PublicationEvent;
    type Rejection = No;

    fn decide(&self, command: &PublicationCommand, context: &CommandContext) -> Result<Vec<PublicationEvent>, No> {
        match context.actor.role {
            Role::PlanCoordinator => {}
            role => return Err(No::NotYourRole { role }),
        }
        let PublicationCommand::MakePublication { told, editions, edition } = command;
        let latest = self.latest().map_or(0, |latest| latest.number);
        if told.number != latest + 1 {
            return Err(No::NotTheLatest { number: told.number, latest });
        }
        Ok(vec![PublicationEvent::PublicationMade {
            occurred_on: context.today,
            told: told.clone(),
            editions: *editions,
            edition: *edition,
        }])
    }

    fn evolve(&mut self, event: &PublicationEvent) {
        self.apply(event);
    }
}
