//! Editions of the half-yearly report: put together as known at a place in the log, looked through for what may not be
//! printed, frozen as bytes, and found again for ever.

mod collect;
mod draft;
mod fault;
mod figure;
mod forms;
mod freeze;
mod origin;
mod published;
mod waive;

use spoor_disclosure::DrawKey;
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::edition::ReportEdition;
use spoor_domain::edition::command::EditionCommand;
use spoor_domain::edition::event::{EditionEvent, EditionHead};
use spoor_domain::edition::rejection::EditionRejection;
use spoor_domain::kernel::{CommandContext, HalfYear, PlanId, ReportEditionId};
use spoor_domain::plan::ActionPlan;
use spoor_eventlog::Executed;
use spoor_projections::editions::{RowOf, owed};
use spoor_projections::plan as view;
use uuid::Uuid;

use super::{Desk, DeskError, PATIENCE};
use crate::policy::{self, Action};

pub use draft::Draft;
pub use fault::EditionFault;
pub use forms::{file_name, media_type, render};
pub use origin::{Origin, Said, Trace};
pub use published::Published;

/// How figures on dossiers are published with an edition.
pub struct Publishing {
    /// The first half-year in which dossiers were registered here.
    pub registered_from: HalfYear,
    /// The key of the lots by which small counts are rounded.
    pub key: DrawKey,
}

/// One edition: which editions, and the number among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditionNumber {
    /// The editions of a plan and half-year.
    pub editions: ReportEditionId,
    /// The number, from 1.
    pub number: u32,
}

impl EditionNumber {
    /// The edition in this text: `editions/number`.
    pub fn parse(text: &str) -> Option<Self> {
        let (editions, number) = text.split_once('/')?;
        Some(Self { editions: editions.parse().ok()?, number: number.parse().ok()? })
    }
}

impl std::fmt::Display for EditionNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.editions, self.number)
    }
}

impl Desk {
    /// Opens the first edition of a half-year, of a plan that is there.
    pub async fn open_edition(
        &self,
        plan: PlanId,
        half_year: HalfYear,
        head: EditionHead,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        self.admit_to_editions(context)?;
        if self.log.load::<ActionPlan>(&plan.to_string()).await?.state.outline().is_none() {
            return Err(DeskError::NotFound("planId"));
        }
        let id = ReportEditionId::of(plan, half_year);
        self.tell_editions(id, &EditionCommand::OpenEdition { plan, half_year, head }, context).await
    }

    /// Notes that the contacts of these competences were reminded: of something that is owed under each, by what the plan shows
    /// now. A repeat has its first result, whatever is owed by then.
    pub async fn remind_contacts(
        &self,
        id: ReportEditionId,
        competences: Vec<String>,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        self.admit_to_editions(context)?;
        let editions = self.log.load::<ReportEdition>(&id.to_string()).await?.state;
        let taken = self.log.find_command(aggregate_type::EDITION, &id.to_string(), context.command_id).await?;
        // Without a round there is nothing to remind of, which the editions say themselves.
        if let (Some((plan, period)), Some(round), None) = (editions.about(), editions.round(), taken) {
            let index = self.log.head().await?.index;
            self.views.wait_for(&[view::PROJECTION], self.log.position_of(index).await?, PATIENCE).await;
            let actions = view::actions(&self.views, plan, None).await?.value;
            let cut_offs = self.cut_offs(plan, period, None).await?;
            let owed = owed(&actions, period, cut_offs, Some(round));
            // Who owes without a competence is reminded by the code of the policy domain.
            let goes_by = |of: &RowOf| of.competence.clone().unwrap_or_else(|| of.policy_domain.0.clone());
            let owes = |code: &String| owed.iter().any(|owed| goes_by(&owed.of) == *code);
            if let Some(competence) = competences.iter().find(|code| !owes(code)) {
                let refused = EditionRejection::OwesNothing { competence: competence.clone() };
                return Err(DeskError::Refused(Box::new(refused)));
            }
        }
        self.tell_editions(id, &EditionCommand::RemindContacts { competences }, context).await
    }

    fn admit_to_editions(&self, context: &CommandContext) -> Result<(), DeskError> {
        policy::authorize(&context.actor, Action::ChangeEditions).map_err(|_| DeskError::NotYourRole)
    }

    async fn tell_editions(
        &self,
        id: ReportEditionId,
        command: &EditionCommand,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        self.perform::<ReportEdition>(&id.to_string(), command, context).await
    }

    /// What this command did to these editions when it was carried out before. What the desk puts together for a command
    /// is not put together again for a repeat: by then it may well look different.
    async fn first_time(
        &self,
        id: ReportEditionId,
        command_id: Uuid,
        is: impl Fn(&EditionEvent) -> bool,
    ) -> Result<Option<Executed>, DeskError> {
        let found = self.log.find_command(aggregate_type::EDITION, &id.to_string(), command_id).await?;
        let Some(executed) = found else { return Ok(None) };
        for record in self.log.read_stream(aggregate_type::EDITION, &executed.aggregate_id).await? {
            let recorded = record.decode()?;
            let same = recorded.metadata.command_id == command_id;
            if let (true, DomainEvent::Edition(event)) = (same, &recorded.event)
                && is(event)
            {
                return Ok(Some(executed));
            }
        }
        Err(DeskError::CommandIdReused)
    }

    /// What a command came to. Where it came to nothing it is looked up once more: putting together takes a while, and the
    /// same command may have been carried out meanwhile, in another process as well.
    async fn unless_done_meanwhile(
        &self,
        outcome: Result<Executed, DeskError>,
        id: ReportEditionId,
        command_id: Uuid,
        is: impl Fn(&EditionEvent) -> bool,
    ) -> Result<Executed, DeskError> {
        match outcome {
            Ok(executed) => Ok(executed),
            Err(refusal) => self.first_time(id, command_id, is).await?.ok_or(refusal),
        }
    }
}
