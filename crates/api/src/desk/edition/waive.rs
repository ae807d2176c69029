//! Waivers: what was found in the draft as it stands, and who reported it.

use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::edition::command::EditionCommand;
use spoor_domain::edition::event::{EditionEvent, FindingId, Place};
use spoor_domain::kernel::{ActorId, CommandContext, Label};
use spoor_domain::plan::event::PlanEvent;
use spoor_domain::training::event::TrainingEvent;
use spoor_domain::training::vocabulary::TrainingProgramme;
use spoor_eventlog::Executed;

use super::super::{Desk, DeskError};
use super::EditionNumber;
use super::draft::Draft;
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
        let reported_by = self.reporters(&draft, &finding.place).await?;
        let reason = reason.to_owned();
        let command = EditionCommand::WaiveSmallCount { number: id.number, finding, reported_by, reason };
        self.tell_editions(id.editions, &command, context).await
    }

    /// Everybody who reported or wrote what stands at this place, whatever was changed since. Who drafted the head of the
    /// edition itself is known to the edition.
    async fn reporters(&self, draft: &Draft, place: &Place) -> Result<Vec<ActorId>, DeskError> {
        let (list, key) = place.part.split_once('/').unwrap_or((place.part.as_str(), ""));
        match (place.action, list) {
            (Some(number), _) => {
                let Some(action) = draft.actions.get(&number) else { return Ok(Vec::new()) };
                let stands_here = |part: String| place.part == part || part.is_empty() && !place.part.contains('/');
                let is_author = |event: &DomainEvent| match event {
                    DomainEvent::Action(event) => writes(event).is_some_and(stands_here),
                    _another_aggregate => false,
                };
                self.authors(aggregate_type::ACTION, &action.to_string(), is_author).await
            }
            (None, "plan_name" | "policy_lines" | "chapters") => {
                let adopts =
                    |event: &DomainEvent| matches!(event, DomainEvent::Plan(PlanEvent::ActionPlanAdopted { .. }));
                self.authors(aggregate_type::PLAN, &draft.content.head.plan.to_string(), adopts).await
            }
            (None, "training") => {
                let Some(of) = TrainingProgramme::from_code(key) else { return Ok(Vec::new()) };
                let records = |event: &DomainEvent| match event {
                    DomainEvent::Training(TrainingEvent::OpeningBalanceRecorded { programme, .. }) => *programme == of,
                    _another_event => false,
                };
                self.authors(aggregate_type::TRAINING, &of.line().stream().to_string(), records).await
            }
            (None, _of_the_head) => Ok(Vec::new()),
        }
    }

    /// Who let the events of this kind happen in a stream, each once.
    async fn authors(
        &self,
        aggregate_type: &str,
        aggregate_id: &str,
        is_of_kind: impl Fn(&DomainEvent) -> bool,
    ) -> Result<Vec<ActorId>, DeskError> {
        let mut authors = Vec::new();
        for record in self.log.read_stream(aggregate_type, aggregate_id).await? {
            let recorded = record.decode()?;
            let by = recorded.metadata.actor.id;
            if is_of_kind(&recorded.event) && !authors.contains(&by) {
                authors.push(by);
            }
        }
        Ok(authors)
    }
}
