//! Requests of persons concerned: whether the controller holds the dossier, since when, and whom it is about.

use chrono::Days;
use spoor_domain::kernel::{CommandContext, Decider, DossierId, RightsRequestId, SubjectId, derived_id};
use spoor_domain::rights::RightsRequest;
use spoor_domain::rights::command::RightsCommand;
use spoor_domain::rights::rejection::RightsRejection;
use spoor_domain::trajectory::LearningTrajectory;
use spoor_eventlog::Executed;

use super::{Desk, DeskError};
use crate::policy::{self, Action};

/// How long before the first day of a dossier a request about it may have been received: a letter is dated by the day it came,
/// also where the dossier was entered after it, and its term runs from there.
const RECEIVED_BEFORE: Days = Days::new(31);

impl Desk {
    /// Registers a request about a dossier of this controller: about its present participant, or about one of those it
    /// was about before; received when the dossier was there, or not long before.
    pub async fn register_rights_request(
        &self,
        dossier: DossierId,
        about: Option<SubjectId>,
        command: impl FnOnce(SubjectId) -> RightsCommand,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        policy::authorize(&context.actor, Action::KeepRightsRequests).map_err(|_| DeskError::NotYourRole)?;
        let state = self.log.load::<LearningTrajectory>(&dossier.to_string()).await?.state;
        policy::authorize(&context.actor, Action::SeeDossier(&state))
            .map_err(|_| DeskError::NotFound("trajectoryId"))?;
        let subject = match about {
            Some(subject) if state.subjects().contains(&subject) => subject,
            Some(_) => return Err(DeskError::NotFound("subject")),
            None => state.subject().ok_or(DeskError::NotFound("trajectoryId"))?,
        };
        let id = RightsRequestId(derived_id(context.command_id, "rightsRequest")).to_string();
        let command = command(subject);
        let earliest = state.begun_on().map(|begun| begun - RECEIVED_BEFORE);
        if let (Some(earliest), RightsCommand::RegisterRightsRequest { received_on, .. }) = (earliest, &command)
            && *received_on < earliest
            && self.log.find_command(RightsRequest::TYPE, &id, context.command_id).await?.is_none()
        {
            return Err(DeskError::Refused(Box::new(RightsRejection::BeforeDossier { earliest })));
        }
        self.perform::<RightsRequest>(&id, &command, context).await
    }
}
