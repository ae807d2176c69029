//! Erasure carried through: the confirmation is recorded first, then the key is destroyed, then what can be found by the
//! person's data is forgotten, and only then it is recorded and certified.
//!
//! Each step can be done again. Whoever dies between two of them leaves the confirmation in the log, and the next who
//! looks does the rest: at every start before anything is served, and while running at every turn of the keeper.

mod keeper;
mod search;
#[cfg(test)]
mod tests;

use std::time::Duration;

use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::{
    Actor, ActorId, CommandContext, DossierId, OrganisationId, Provenance, Purpose, Role, SubjectId, derived_id,
};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::certificate::Unreadable;
use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_domain::trajectory::event::{AgreementStanding, TrajectoryEvent};
use spoor_domain::trajectory::record::Erasure;
use spoor_domain::trajectory::vocabulary::TrajectoryStatus;
use spoor_eventlog::blobs::BlobError;
use spoor_eventlog::clock::brussels_day;
use spoor_eventlog::keys::KeyError;
use spoor_eventlog::{ExecuteError, LogError, Record, TreeError};
use spoor_projections::{ViewError, rights, trajectories};

use super::{Desk, DeskError, part_of};
use crate::policy;

pub use keeper::ErasureKeeper;
use search::Confirmed;
pub use search::{
    HeldAgainstAll, destroy_all_confirmed, destroy_confirmed, fault_unsearched, gone_unsearched, keys_of_another_log,
};

/// The name of the log of events in the key store's account of what was searched.
pub const LOG_OF_ERASURES: &str = "events";
/// How long a confirmation waits for the views to come to it, before the keeper goes on with the rest.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why an erasure is not finished yet. It is tried again.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// The key store failed.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// What the log says of erasures is not what was committed.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A view failed.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The store of documents failed.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The desk declined a part.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The views have not come as far as the confirmation.
    #[error("the views have not come as far as the confirmation yet")]
    ViewsBehind,
}

impl From<spoor_eventlog::DecodeError> for ErasureError {
    fn from(error: spoor_eventlog::DecodeError) -> Self {
        Self::Log(error.into())
    }
}

impl Desk {
    /// Goes on from the confirmation of a subject's erasure, as far as it comes. What fails is left to the keeper.
    pub(super) async fn after_confirmation(&self, dossier: DossierId, subject: SubjectId) {
        let finished = async {
            let confirmed = search::confirmed_in(&self.log, dossier, subject).await?;
            match confirmed {
                Some(confirmed) => self.finish_erasure(&confirmed).await,
                None => Ok(()),
            }
        };
        if let Err(error) = finished.await {
            tracing::warn!(%dossier, %error, "an erasure is confirmed and not finished yet; the keeper goes on with it");
        }
    }

    /// Finishes every confirmed erasure of which something is left to do, and notes how far the log was searched.
    /// Gives how many were finished.
    ///
    /// # Errors
    /// The first of those that could not be finished; the others are.
    pub async fn finish_erasures(&self) -> Result<usize, ErasureError> {
        let found = search::since_last_time(&self.log).await?;
        found.destroy(&self.log).await?;
        let (mut finished, mut failed) = (0, None);
        for confirmed in found.unfinished() {
            match self.finish_erasure(confirmed).await {
                Ok(()) => finished += 1,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        match failed {
            // What is not finished has to be found again.
            Some(error) => Err(error),
            None => {
                found.note(&self.log, search::NOTED_AT_ONCE).await?;
                Ok(finished)
            }
        }
    }

    /// The steps after the confirmation, in the order in which each may rely on those before it.
    async fn finish_erasure(&self, confirmed: &Confirmed) -> Result<(), ErasureError> {
        self.log.keys().destroy_as_of(confirmed.subject, confirmed.at).await?;
        // The live views forget when they come to the confirmation; those that no longer answer have to be told.
        let told = &[trajectories::PROJECTION, rights::PROJECTION];
        if !self.views.wait_for(told, confirmed.position, PATIENCE).await {
            return Err(ErasureError::ViewsBehind);
        }
        trajectories::forget(&self.views, confirmed.subject).await?;
        // Unreadable already; removed, so that nothing of the person's is kept at all.
        self.blobs.remove_of(confirmed.subject).await?;
        self.free_slot_of_wrong_person(confirmed).await?;
        self.record_key_destroyed(confirmed).await
    }

    async fn record_key_destroyed(&self, confirmed: &Confirmed) -> Result<(), ErasureError> {
        let (stream, subject) = (confirmed.dossier.to_string(), confirmed.subject);
        let mut records = self.log.read_stream(aggregate_type::TRAJECTORY, &stream).await?;
        // What the person asked, and was answered, was under the same key.
        for request in rights::of_dossier(&self.views, confirmed.dossier).await? {
            records.extend(self.log.read_stream(aggregate_type::RIGHTS_REQUEST, &request.to_string()).await?);
        }
        let command = TrajectoryCommand::RecordKeyDestroyed {
            subject,
            key_backups_kept_days: self.retention.key_backups_kept_days,
            unreadable: unreadable(&records, subject)?,
        };
        let context = self.own_context(confirmed);
        match self.log.execute::<LearningTrajectory>(&stream, &command, &context).await {
            Ok(_) => Ok(()),
            // Another process was first.
            Err(ExecuteError::Rejected(_) | ExecuteError::CommandIdReused | ExecuteError::VersionConflict { .. }) => {
                let state = self.log.load::<LearningTrajectory>(&stream).await?.state;
                match state.erasure(subject) {
                    Some(Erasure::Destroyed { .. }) => Ok(()),
                    None | Some(Erasure::Requested(_) | Erasure::Refused | Erasure::Confirmed(_)) => {
                        Err(DeskError::VersionConflict { current: state.version() }.into())
                    }
                }
            }
            Err(ExecuteError::Log(error)) => Err(error.into()),
        }
    }

    /// A first request that was about the wrong person counts for nothing: its parket may make another. In the name of
    /// whoever confirmed the erasure.
    async fn free_slot_of_wrong_person(&self, confirmed: &Confirmed) -> Result<(), ErasureError> {
        let state = self.log.load::<LearningTrajectory>(&confirmed.dossier.to_string()).await?.state;
        let wrong =
            state.subject() != Some(confirmed.subject) || state.status() == Some(TrajectoryStatus::OpenedInError);
        let Some(AgreementStanding::FirstRequest { agreement }) = state.standing().filter(|_| wrong) else {
            return Ok(());
        };
        let order = CommandContext { actor: confirmed.by.clone(), ..self.own_context(confirmed) };
        let order = part_of(&order, "free-first-request");
        Ok(self.free_first_request(*agreement, confirmed.dossier, &order).await?)
    }

    /// The program acts itself, because somebody confirmed.
    fn own_context(&self, confirmed: &Confirmed) -> CommandContext {
        let at = self.clock.now();
        CommandContext {
            actor: program(),
            purpose: Purpose::Administration,
            at,
            today: brussels_day(at),
            command_id: derived_id(confirmed.command_id, "key-destroyed"),
            expected_version: None,
            provenance: Provenance {
                causation_id: Some(confirmed.command_id),
                auth_mode: "program".to_owned(),
                policy_version: policy::VERSION.to_owned(),
                ..Provenance::default()
            },
        }
    }
}

/// The program itself as an actor: an administrator of no organisation that has dossiers.
fn program() -> Actor {
    let id = "spoor".to_owned();
    Actor { id: ActorId(id.clone()), role: Role::Administrator, organisation: OrganisationId(id) }
}

/// Counts what a subject's key had sealed in these records. The payload is canonical JSON, so a sealed value can be counted
/// by how it begins.
fn unreadable(records: &[Record], subject: SubjectId) -> Result<Unreadable, ErasureError> {
    let beginning = format!("\"$personal\":\"{subject}\"");
    let (mut counted, mut about) = (Unreadable::default(), None);
    for record in records {
        let values = record.payload.matches(&beginning).count() as u64;
        counted.values += values;
        counted.events += u64::from(values > 0);
        if let DomainEvent::Trajectory(event) = record.decode()?.event {
            about = named_by(&event).or(about);
            counted.documents += u64::from(about == Some(subject) && holds_document(&event));
        }
    }
    Ok(counted)
}

/// The person the dossier is about from this event on, when it says so.
fn named_by(event: &TrajectoryEvent) -> Option<SubjectId> {
    if let TrajectoryEvent::RequestDrafted { request, .. } | TrajectoryEvent::TrajectoryRequested { request, .. } =
        event
    {
        return Some(request.subject);
    }
    if let TrajectoryEvent::ParticipantReplaced { subject, .. } = event { Some(*subject) } else { None }
}

/// Whether it names a document that is kept sealed: evidence, a written reflection, a bundle.
fn holds_document(event: &TrajectoryEvent) -> bool {
    let document = match event {
        TrajectoryEvent::ConsentEvidenceAttached { document, .. } => Some(document),
        TrajectoryEvent::ReflectionReportFiled { evidence, .. } => evidence.as_ref(),
        TrajectoryEvent::BundleAssembled { document, .. } => document.as_ref(),
        _names_none => None,
    };
    document.is_some_and(|document| document.blob.is_some())
}
