//! Waivers: what was found in the draft as it stands, and who reported it.

use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::edition::command::EditionCommand;
use spoor_domain::edition::event::{EditionEvent, FindingId, Place};
use spoor_domain::kernel::{ActionId, ActorId, CommandContext};
use spoor_eventlog::Executed;

use super::super::{Desk, DeskError};
use super::EditionNumber;
use super::origin::writes;

impl Desk {
    /// Lets a small count of persons stand that is in the draft as it stands now.
    pub async fn waive_small_count(
        &self,
        id: EditionNumber,
        finding: FindingId,
        reason: String,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        self.admit_to_editions(context)?;
        let waived = |event: &EditionEvent| match event {
            EditionEvent::SmallCountWaived { finding: was, reason: because, .. } => {
                *was == finding && because == reason.trim()
            }
            _another_event => false,
        };
        if let Some(executed) = self.first_time(id.editions, context.command_id, waived).await? {
            return Ok(executed);
        }
        let outcome = self.waive_now(id, finding, &reason, context).await;
        self.unless_done_meanwhile(outcome, id.editions, context.command_id, waived).await
    }

    async fn waive_now(
        &self,
        id: EditionNumber,
        finding: FindingId,
        reason: &str,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let draft = self.draft(id).await?;
        let finding = draft.findings.iter().find(|found| found.id == finding).cloned();
        let finding = finding.ok_or(DeskError::NotFound("entry"))?;
        let action = finding.place.action.and_then(|number| draft.actions.get(&number));
        let reported_by = match action {
            Some(action) => self.reporters(*action, &finding.place).await?,
            None => Vec::new(),
        };
        let reason = reason.to_owned();
        let command = EditionCommand::WaiveSmallCount { number: id.number, finding, reported_by, reason };
        self.tell_editions(id.editions, &command, context).await
    }

    /// Everybody who reported or wrote what stands at this place of an action, whatever was changed since.
    async fn reporters(&self, action: ActionId, place: &Place) -> Result<Vec<ActorId>, DeskError> {
        let mut reporters = Vec::new();
        for record in self.log.read_stream(aggregate_type::ACTION, &action.to_string()).await? {
            let recorded = record.decode()?;
            let DomainEvent::Action(event) = &recorded.event else { continue };
            let by = recorded.metadata.actor.id;
            if writes(event).is_some_and(|part| place.part == part || part.is_empty() && !place.part.contains('/'))
                && !reporters.contains(&by)
            {
                reporters.push(by);
            }
        }
        Ok(reporters)
    }
}
