//! Which parketten a dossier may be offered to or shared with: those that are a party to a cooperation agreement.

use spoor_domain::kernel::{CommandContext, DossierId, OrganisationId, Refusal, RefusalCode};
use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_projections::agreements;

use super::{Desk, DeskError};

/// No agreement names the parket. What was given is not repeated: it may be anything.
#[derive(Debug, thiserror::Error)]
#[error("No cooperation agreement names this parket: give one that parketten lists, by its id or its code.")]
struct UnknownParket {
    path: &'static str,
}

impl Refusal for UnknownParket {
    fn code(&self) -> RefusalCode {
        RefusalCode::InvalidInput
    }
    fn path(&self) -> Vec<String> {
        vec![self.path.to_owned()]
    }
    fn message_nl(&self) -> String {
        "Geen samenwerkingsovereenkomst noemt dit parket: geef er een dat parketten opsomt, met zijn id of zijn code."
            .into()
    }
}

impl Desk {
    /// Refuses a parket that is in no agreement; a repeat of what was taken before has its first result.
    pub(super) async fn check_parketten(
        &self,
        dossier: DossierId,
        command: &TrajectoryCommand,
        context: &CommandContext,
    ) -> Result<(), DeskError> {
        let (path, named) = match command {
            TrajectoryCommand::OfferTransfer { to } => ("to", std::slice::from_ref(to)),
            TrajectoryCommand::GiveSharingConsent { recipients, .. } => ("recipients", recipients.as_slice()),
            _names_no_parket => return Ok(()),
        };
        // That Kazerne Dossin is none of them is the domain's to say.
        for parket in named.iter().filter(|named| !named.is_museum()) {
            if !self.is_party(parket).await? && !self.was_taken(dossier, context).await? {
                return Err(DeskError::Refused(Box::new(UnknownParket { path })));
            }
        }
        Ok(())
    }

    async fn is_party(&self, parket: &OrganisationId) -> Result<bool, DeskError> {
        Ok(!agreements::of_party(&self.views, parket).await?.value.is_empty())
    }
}
