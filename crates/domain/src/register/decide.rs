//! Who may take a number, and which one it is.

use std::collections::BTreeSet;

use super::command::RegisterCommand;
use super::event::RegisterEvent;
use super::rejection::RegisterRejection;
use super::state::{DossierRegister, dossier_number, prefix};
use crate::kernel::{CommandContext, Decider, DossierId, Role};

impl Decider for DossierRegister {
    const TYPE: &'static str = crate::catalogue::aggregate_type::REGISTER;
    type Command = RegisterCommand;
    type Event = RegisterEvent;
    type Rejection = RegisterRejection;

    fn decide(
        &self,
        command: &RegisterCommand,
        context: &CommandContext,
    ) -> Result<Vec<RegisterEvent>, RegisterRejection> {
        match context.actor.role {
            Role::Prosecutor | Role::ProsecutionJurist => {}
            role => return Err(RegisterRejection::NotYourRole { role }),
        }
        match command {
            RegisterCommand::TakeNumber { year, dossier } => self.take(*year, std::slice::from_ref(dossier), context),
            RegisterCommand::TakeNumbers { year, dossiers } => self.take(*year, dossiers, context),
        }
    }

    fn evolve(&mut self, event: &RegisterEvent) {
        self.apply(event);
    }
}

impl DossierRegister {
    fn take(
        &self,
        year: i32,
        dossiers: &[DossierId],
        context: &CommandContext,
    ) -> Result<Vec<RegisterEvent>, RegisterRejection> {
        if !(2000..=2999).contains(&year) {
            return Err(RegisterRejection::NoSuchYear { year });
        }
        if let Some(latest) = self.latest()
            && !latest.number.0.starts_with(&prefix(year))
        {
            return Err(RegisterRejection::OtherYear { year, latest: latest.number.clone() });
        }
        let last = dossiers.last().ok_or(RegisterRejection::NoDossiers)?;
        if dossiers.iter().collect::<BTreeSet<_>>().len() < dossiers.len() {
            return Err(RegisterRejection::SameDossierTwice);
        }
        if self.latest().is_some_and(|latest| latest.dossier == *last) {
            return Ok(Vec::new());
        }
        let numbered = dossiers.iter().zip(self.taken() + 1..);
        Ok(numbered
            .map(|(dossier, running)| RegisterEvent::DossierNumberTaken {
                occurred_on: context.today,
                dossier: *dossier,
                number: dossier_number(year, running),
            })
            .collect())
    }
}
