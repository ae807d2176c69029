//! Which parketten a dossier may be offered to or shared with: those that are a party to a cooperation agreement on learning
//! trajectories. And that every party has one code: in other capitals it would be another organisation for ever.

use chrono::NaiveDate;
use spoor_domain::agreement::CooperationAgreement;
use spoor_domain::agreement::command::AgreementCommand;
use spoor_domain::agreement::event::{AgreementEvent, AgreementTerms};
use spoor_domain::agreement::rejection::AgreementRejection;
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{CommandContext, DossierId, OrganisationId, Refusal, RefusalCode};
use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_eventlog::{Executed, Position, Record};
use spoor_projections::agreements::{self, Party};
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
        let known = self.known_parties().await?;
        // That Kazerne Dossin is none of them is the domain's to say.
        for parket in named.iter().filter(|named| !named.is_museum()) {
            let takes_part = known.iter().any(|party| party.takes_part && &party.organisation == parket);
            if !takes_part && !self.was_taken(dossier, context).await? {
                check_spelling(path, parket, &known)?;
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
        // Of two who name the same new party at once within this process, the later one is told how the first one wrote it; of
        // two within different processes both may be taken, each as it was written.
        let _turn = self.turns.wait("parties").await;
        let known = self.known_parties().await?;
        terms.parties.iter().try_for_each(|party| check_spelling("parties", party, &known))?;
        let command = AgreementCommand::DraftAgreement { drafted_on, terms };
        self.perform::<CooperationAgreement>(&id.to_string(), &command, context).await
    }

    /// Every party to an agreement and Kazerne Dossin: as the view shows them, and of what was drafted since.
    async fn known_parties(&self) -> Result<Vec<Party>, DeskError> {
        let shown = agreements::parties(&self.views).await?;
        let mut known = shown.value;
        for record in self.drafted_since(shown.seen.position).await? {
            if let DomainEvent::Agreement(AgreementEvent::AgreementDrafted { terms, .. }) = record.decode()?.event {
                known.extend(Party::to(&terms));
            }
        }
        known.push(Party { organisation: OrganisationId::kazerne_dossin(), takes_part: false });
        Ok(known)
    }

    /// The agreements that were drafted after this position, whether a view shows them or not.
    pub(super) async fn drafted_since(&self, position: Position) -> Result<Vec<Record>, DeskError> {
        let until = self.log.head().await?.position;
        Ok(self.log.read_of_types(&["AgreementDrafted"], position, until).await?)
    }
}

/// Refuses a code that is known in other capitals and small letters only.
fn check_spelling(path: &'static str, given: &OrganisationId, known: &[Party]) -> Result<(), DeskError> {
    let mut codes = known.iter().map(|party| &party.organisation);
    let otherwise = codes.clone().find(|known| known.differs_in_capitals_from(given));
    match otherwise.filter(|_| codes.all(|known| known != given)) {
        Some(known) => {
            Err(DeskError::Refused(Box::new(AgreementRejection::SpelledOtherwise { path, known: known.clone() })))
        }
        None => Ok(()),
    }
}
