//! Which parketten a dossier may be offered to or shared with: those that are a party to a cooperation agreement on learning
//! trajectories. And that every party has one code: in other capitals it would be another organisation for ever.

use chrono::NaiveDate;
use spoor_domain::agreement::CooperationAgreement;
use spoor_domain::agreement::command::AgreementCommand;
use spoor_domain::agreement::event::AgreementTerms;
use spoor_domain::agreement::rejection::AgreementRejection;
use spoor_domain::agreement::vocabulary::AgreementKind;
use spoor_domain::kernel::{CommandContext, DossierId, OrganisationId, Refusal, RefusalCode};
use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_eventlog::Executed;
use spoor_projections::agreements;
use uuid::Uuid;

use super::{Desk, DeskError};
use crate::policy::{self, Action};

/// No agreement on learning trajectories names the parket. What was given is not repeated: it may be anything.
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
            if !self.takes_part(parket).await? && !self.was_taken(dossier, context).await? {
                check_spelling(path, parket, &self.known_parties().await?)?;
                return Err(DeskError::Refused(Box::new(UnknownParket { path })));
            }
        }
        Ok(())
    }

    /// Makes a draft of an agreement on this stream. A party may be new; a known one is named by the code it has.
    pub async fn draft_agreement(
        &self,
        id: Uuid,
        drafted_on: NaiveDate,
        terms: AgreementTerms,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        policy::authorize(&context.actor, Action::ChangeAgreement).map_err(|_| DeskError::NotYourRole)?;
        let known = self.known_parties().await?;
        terms.parties.iter().try_for_each(|party| check_spelling("parties", party, &known))?;
        let command = AgreementCommand::DraftAgreement { drafted_on, terms };
        self.perform::<CooperationAgreement>(&id.to_string(), &command, context).await
    }

    /// Whether it is a party to an agreement on learning trajectories; the police are to others.
    async fn takes_part(&self, party: &OrganisationId) -> Result<bool, DeskError> {
        let agreements = agreements::of_party(&self.views, party).await?.value;
        Ok(agreements.iter().any(|row| row.terms.kind == AgreementKind::LearningTrajectory))
    }

    async fn known_parties(&self) -> Result<Vec<OrganisationId>, DeskError> {
        let mut known = agreements::parties(&self.views).await?;
        known.push(OrganisationId::kazerne_dossin());
        Ok(known)
    }
}

/// Refuses a code that is known in other capitals and small letters only.
fn check_spelling(path: &'static str, given: &OrganisationId, known: &[OrganisationId]) -> Result<(), DeskError> {
    let otherwise = known.iter().find(|known| known.differs_in_capitals_from(given));
    match otherwise.filter(|_| !known.contains(given)) {
        Some(known) => {
            Err(DeskError::Refused(Box::new(AgreementRejection::SpelledOtherwise { path, known: known.clone() })))
        }
        None => Ok(()),
    }
}
