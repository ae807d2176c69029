//! Commands that come again: what was done before, for who did it and for nobody else.

use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::{CommandContext, Decider, DossierId};
use spoor_domain::trajectory::event::TrajectoryEvent;
use spoor_eventlog::Executed;
use uuid::Uuid;

use super::{Desk, DeskError};

impl Desk {
    /// Carries out a command of a person. The result of a repeat is given to the person who gave the command first, in
    /// the same role and for the same organisation: the command id of somebody else is in use.
    pub(super) async fn perform<A: Decider>(
        &self,
        id: &str,
        command: &A::Command,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let executed = match self.log.execute::<A>(id, command, context).await.map_err(DeskError::from) {
            Err(DeskError::SubjectErased) => {
                let refused = A::about_the_erased(command);
                return Err(refused.map_or(DeskError::SubjectErased, |no| DeskError::Refused(Box::new(no))));
            }
            done => done?,
        };
        if !executed.repeated {
            return Ok(executed);
        }
        for record in self.log.read_stream(A::TYPE, &executed.aggregate_id).await? {
            if record.sequence == executed.version && record.decode()?.metadata.actor == context.actor {
                return Ok(executed);
            }
        }
        Err(DeskError::CommandIdReused)
    }

    /// What this command did to a dossier when it was carried out before. What the desk adds to a command is taken
    /// from here on a repeat, so that a repeat stays the same command whatever changed since.
    pub(super) async fn earlier(
        &self,
        dossier: DossierId,
        command_id: Uuid,
    ) -> Result<Option<TrajectoryEvent>, DeskError> {
        let (kind, id) = (aggregate_type::TRAJECTORY, dossier.to_string());
        if self.log.find_command(kind, &id, command_id).await?.is_none() {
            return Ok(None);
        }
        for record in self.log.read_stream(kind, &id).await? {
            let recorded = record.decode()?;
            if let (true, DomainEvent::Trajectory(event)) = (recorded.metadata.command_id == command_id, recorded.event)
            {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }
}
