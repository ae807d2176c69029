//! From what a person asks to commands on aggregates: what needs more than one stream, a number, or an earlier answer.
//!
//! Streams share no transaction. Each part has a command id derived from the client's own, so that a repeat, at any
//! point of failure, finds every part that was done and does the rest; correctness rests on expected sequences alone.

pub(crate) mod bundle;
mod consent_texts;
mod correction;
mod definition;
mod documents;
mod edition;
mod eligibility;
mod erasure;
mod error;
mod first_request;
mod links;
mod parketten;
mod repeats;
mod request;
mod rights;
mod turns;

use std::sync::Arc;
use std::time::Duration;

use spoor_domain::kernel::{CommandContext, Decider, DossierId, derived_id};
use spoor_domain::trajectory::command::{TrajectoryCommand, TrajectoryCommandKind};
use spoor_domain::trajectory::criteria::CriteriaBook;
use spoor_domain::trajectory::{Deadlines, LearningTrajectory};
use spoor_eventlog::{BlobStore, Clock, EventLog, Executed, Versioned};
use spoor_projections::Views;
use uuid::Uuid;

pub use consent_texts::{CONSENT_TEXTS, ConsentText, ConsentTextAbout};
use correction::Correction;
pub use documents::{DocumentId, FoundDocument};
pub use edition::{
    Draft, EditionFault, EditionNumber, Origin, Published, Publishing, Said, Trace, file_name, media_type, render,
};
pub use eligibility::{EligibilityAnswers, NewParticipant};
pub use erasure::{
    ErasureError, ErasureKeeper, HeldAgainstAll, LOG_OF_ERASURES, destroy_all_confirmed, destroy_confirmed,
    fault_unsearched, gone_unsearched, keys_of_another_log,
};
pub use error::DeskError;
pub use request::NewRequest;

use crate::config::{Documents, Retention};
use crate::policy::{self, Action, Denied};
use turns::Turns;

/// How long an answer waits for a view.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where commands come in. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    /// The log of events.
    pub log: EventLog,
    /// The views: read to find the agreements of a parket, waited for after a command.
    pub views: Views,
    /// The documents, sealed.
    pub blobs: BlobStore,
    /// How long documents may wait to be attached, and links to be used.
    pub documents: Documents,
    /// The eligibility criteria, per parket and period.
    pub criteria: Arc<CriteriaBook>,
    /// How long a dossier may stay in a status.
    pub deadlines: Arc<Deadlines>,
    /// How long ended dossiers and backups of keys are kept.
    pub retention: Arc<Retention>,
    /// How figures on dossiers are published with an edition; without it an edition has none.
    pub publishing: Option<Arc<Publishing>>,
    /// How long an answer waits for the views to show what it tells of.
    pub patience: Duration,
    /// The clock.
    pub clock: Clock,
    turns: Turns,
}

impl Desk {
    /// A desk over these stores.
    pub fn new(log: EventLog, views: Views, blobs: BlobStore, criteria: Arc<CriteriaBook>, clock: Clock) -> Self {
        let deadlines = Arc::new(Deadlines::default());
        let (documents, retention) = (Documents::default(), Arc::new(Retention::default()));
        let (patience, turns) = (PATIENCE, Turns::default());
        Self { log, views, blobs, documents, criteria, deadlines, retention, publishing: None, patience, clock, turns }
    }

    /// The same desk under these rules of keeping.
    pub fn keeping(self, retention: Retention) -> Self {
        Self { retention: Arc::new(retention), ..self }
    }

    /// The same desk under these deadlines.
    pub fn due_within(self, deadlines: Deadlines) -> Self {
        Self { deadlines: Arc::new(deadlines), ..self }
    }

    /// The same desk, publishing figures on dossiers with its editions.
    pub fn publishing(self, publishing: Publishing) -> Self {
        Self { publishing: Some(Arc::new(publishing)), ..self }
    }

    /// A command to one dossier, as it came.
    pub async fn tell(
        &self,
        dossier: DossierId,
        command: TrajectoryCommand,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let admitted = self.admit(dossier, command.kind(), context).await?;
        self.check_consent_text(dossier, &command, context).await?;
        self.check_parketten(dossier, &command, context).await?;
        self.check_link(dossier, &admitted.state, &command, context).await?;
        if let TrajectoryCommand::CorrectFact { sequence, field, value, reason, reason_not_same_day, .. } = command {
            let correction = Correction { sequence, field, value, reason, reason_not_same_day };
            return self.correct_fact(dossier, correction, context).await;
        }
        let executed = self.execute(dossier, &command, context).await?;
        if let TrajectoryCommand::ConfirmErasure { subject } = command {
            self.after_confirmation(dossier, subject).await;
        }
        Ok(executed)
    }

    /// The dossier, when this person may give it this kind of command.
    pub async fn admit(
        &self,
        dossier: DossierId,
        kind: TrajectoryCommandKind,
        context: &CommandContext,
    ) -> Result<Versioned<LearningTrajectory>, DeskError> {
        let found = self.log.load::<LearningTrajectory>(&dossier.to_string()).await?;
        match policy::authorize(&context.actor, Action::ChangeDossier(kind, &found.state)) {
            Ok(()) => Ok(found),
            Err(Denied::Hidden) => Err(DeskError::NotFound("trajectoryId")),
            Err(Denied::Role) => Err(DeskError::NotYourRole),
        }
    }

    /// A command to a stream that needs nothing beside it, from somebody who may give it.
    pub async fn carry_out<A: Decider>(
        &self,
        action: Action<'_>,
        id: Uuid,
        command: &A::Command,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        policy::authorize(&context.actor, action).map_err(|_| DeskError::NotYourRole)?;
        self.perform::<A>(&id.to_string(), command, context).await
    }

    /// Whether this command to the dossier was carried out before.
    async fn was_taken(&self, dossier: DossierId, context: &CommandContext) -> Result<bool, DeskError> {
        let (kind, id) = (LearningTrajectory::TYPE, dossier.to_string());
        Ok(self.log.find_command(kind, &id, context.command_id).await?.is_some())
    }

    async fn execute(
        &self,
        dossier: DossierId,
        command: &TrajectoryCommand,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        self.perform::<LearningTrajectory>(&dossier.to_string(), command, context).await
    }
}

/// The context of a part of a command: the same person, an id of its own, caused by the whole.
fn part_of(context: &CommandContext, part: &str) -> CommandContext {
    let mut own = context.clone();
    own.command_id = derived_id(context.command_id, part);
    own.provenance.causation_id = Some(context.command_id);
    own.expected_version = None;
    own
}

/// Decides without recording, to refuse what would be refused before anything else is done for it.
fn trial<A: Decider>(state: &A, command: &A::Command, context: &CommandContext) -> Result<(), DeskError> {
    state.decide(command, context).map(drop).map_err(|rejection| DeskError::Refused(Box::new(rejection)))
}
