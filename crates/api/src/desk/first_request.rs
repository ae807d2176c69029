//! Under which agreement a request is made, and the one first request of a parket while its agreement is unsigned.
//!
//! The order is the domain's (`spoor_domain::agreement`): reserve, look again, request, confirm. A reservation whose
//! request never came is found by the next who asks.

#[cfg(test)]
mod tests;

use spoor_domain::agreement::CooperationAgreement;
use spoor_domain::agreement::command::AgreementCommand;
use spoor_domain::agreement::rejection::AgreementRejection;
use spoor_domain::agreement::vocabulary::ReleaseReason;
use spoor_domain::kernel::{AgreementId, CommandContext, DossierId, OrganisationId, Refusal, RefusalCode};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::event::AgreementStanding;
use spoor_eventlog::{ExecuteError, Executed, Versioned};
use spoor_projections::agreements;

use super::{Desk, DeskError, part_of};

/// The standing of a request, and whether its agreement names art. 216ter.
pub(super) struct Standing {
    pub standing: AgreementStanding,
    pub names_216ter: bool,
}

/// The parket is in no agreement.
#[derive(Debug, thiserror::Error)]
#[error("{0} is in no cooperation agreement with Kazerne Dossin on learning trajectories: have one drafted first")]
struct NoAgreement(OrganisationId);

impl Refusal for NoAgreement {
    fn code(&self) -> RefusalCode {
        RefusalCode::AgreementMissing
    }
    fn message_nl(&self) -> String {
        format!("{} heeft geen samenwerkingsovereenkomst met Kazerne Dossin: laat er eerst een opmaken.", self.0)
    }
}

impl Desk {
    /// The best standing under which this parket may make the request of this dossier today.
    pub(super) async fn standing(
        &self,
        parket: &OrganisationId,
        dossier: DossierId,
        context: &CommandContext,
    ) -> Result<Standing, DeskError> {
        let shown = agreements::of_party(&self.views, parket).await?.value;
        let ids = shown.iter().map(|row| row.id).collect();
        self.standing_under(ids, parket, dossier, context).await
    }

    /// The same once a slot is reserved, by every agreement there was by then, whether a view shows it or not: of two who
    /// reserved in two agreements at once, the later one sees the other.
    async fn standing_after_reserving(
        &self,
        parket: &OrganisationId,
        dossier: DossierId,
        context: &CommandContext,
    ) -> Result<Standing, DeskError> {
        let shown = agreements::of_party(&self.views, parket).await?;
        let unseen = self.drafted_since(shown.seen.position).await?;
        let unseen = unseen.iter().filter_map(|record| record.aggregate_id.parse::<AgreementId>().ok());
        let ids = shown.value.iter().map(|row| row.id).chain(unseen).collect();
        self.standing_under(ids, parket, dossier, context).await
    }

    async fn standing_under(
        &self,
        agreements: Vec<AgreementId>,
        parket: &OrganisationId,
        dossier: DossierId,
        context: &CommandContext,
    ) -> Result<Standing, DeskError> {
        let mut best: Option<(WayIn, Standing)> = None;
        let mut refusal: Option<AgreementRejection> = None;
        for id in agreements {
            let found = self.agreement(id).await?;
            if !found.state.names(parket) {
                continue;
            }
            match self.way_in(id, &found, parket, dossier, context).await? {
                Ok((way, standing)) if best.as_ref().is_none_or(|(known, _)| way < *known) => {
                    best = Some((way, Standing { standing, names_216ter: found.state.names_article_216ter() }));
                }
                Ok(_) => {}
                Err(why) if refusal.as_ref().is_none_or(|known| weight(&why) >= weight(known)) => refusal = Some(why),
                Err(_) => {}
            }
        }
        match (best, refusal) {
            // A parket has one first request, however many agreements with it await signature.
            (
                Some((WayIn::OwnFirstRequest | WayIn::FreeFirstRequest, _)),
                Some(taken @ AgreementRejection::FirstRequestTaken { .. }),
            ) => Err(DeskError::Refused(Box::new(taken))),
            (Some((_, best)), _) => Ok(best),
            (None, Some(why)) => Err(DeskError::Refused(Box::new(why))),
            (None, None) => Err(DeskError::Refused(Box::new(NoAgreement(parket.clone())))),
        }
    }

    /// How a request of this dossier comes in under this agreement, or why it does not.
    async fn way_in(
        &self,
        id: AgreementId,
        agreement: &Versioned<CooperationAgreement>,
        parket: &OrganisationId,
        dossier: DossierId,
        context: &CommandContext,
    ) -> Result<Result<(WayIn, AgreementStanding), AgreementRejection>, DeskError> {
        let free = (WayIn::FreeFirstRequest, AgreementStanding::FirstRequest { agreement: id });
        Ok(match agreement.state.standing_for(id, parket, dossier, context.today) {
            Ok(standing) => Ok((WayIn::by(&standing), standing)),
            // Not reserved yet: the slot is there to be taken.
            Err(AgreementRejection::FirstRequestNotReserved { .. }) => Ok(free),
            Err(taken @ AgreementRejection::FirstRequestTaken { .. }) => {
                if self.free_abandoned_slot(id, agreement, parket, context).await? { Ok(free) } else { Err(taken) }
            }
            Err(why) => Err(why),
        })
    }

    /// Takes the parket's slot for this dossier; the standing as it is after that. Where another dossier holds a slot in
    /// another agreement, this one stays reserved and is found by the next who asks, as any whose request never came.
    pub(super) async fn reserve_first_request(
        &self,
        agreement: AgreementId,
        dossier: DossierId,
        context: &CommandContext,
    ) -> Result<Standing, DeskError> {
        let parket = context.actor.organisation.clone();
        let _turn = self.turns.wait(&agreement.to_string()).await;
        let version = self.agreement(agreement).await?.version;
        // Named after the version it found, so that a repeat after the slot was lost reserves anew.
        let part = part_of(context, &format!("reserve-first-request-{agreement}-{version}"));
        let command = AgreementCommand::ReserveFirstRequest { dossier, parket: parket.clone() };
        match self.log.execute::<CooperationAgreement>(&agreement.to_string(), &command, &part).await {
            // Signed meanwhile: the slot is no longer needed.
            Ok(_) | Err(ExecuteError::Rejected(AgreementRejection::ReservationNotNeeded)) => {}
            Err(error) => return Err(error.into()),
        }
        self.standing_after_reserving(&parket, dossier, context).await
    }

    /// Confirms the slot of a request that was stored. Should this fail, the next who asks for the slot confirms it.
    pub(super) async fn confirm_first_request(
        &self,
        standing: &AgreementStanding,
        requested: &Executed,
        context: &CommandContext,
    ) -> Result<(), DeskError> {
        let (AgreementStanding::FirstRequest { agreement }, Ok(dossier)) = (standing, requested.aggregate_id.parse())
        else {
            return Ok(());
        };
        let command = AgreementCommand::ConfirmFirstRequest { dossier, parket: context.actor.organisation.clone() };
        let part = part_of(context, "confirm-first-request");
        self.log.execute::<CooperationAgreement>(&agreement.to_string(), &command, &part).await?;
        Ok(())
    }

    /// Frees a slot whose request never came, and confirms one whose request did; true when it is free now.
    async fn free_abandoned_slot(
        &self,
        id: AgreementId,
        agreement: &Versioned<CooperationAgreement>,
        parket: &OrganisationId,
        context: &CommandContext,
    ) -> Result<bool, DeskError> {
        let Some((holder, false)) = agreement.state.first_request_of(parket) else { return Ok(false) };
        // The moment of the context lies before this look at the dossier: the domain's rule depends on that order.
        let came = self.log.load::<LearningTrajectory>(&holder.to_string()).await?.state.requested_on().is_some();
        let parket = parket.clone();
        let command = if came {
            AgreementCommand::ConfirmFirstRequest { dossier: holder, parket }
        } else {
            AgreementCommand::ReleaseFirstRequest { dossier: holder, parket, reason: ReleaseReason::RequestNeverCame }
        };
        let part = part_of(context, &format!("settle-first-request-{id}-{}", agreement.version));
        match self.log.execute::<CooperationAgreement>(&id.to_string(), &command, &part).await {
            Ok(_) => Ok(!came),
            // Still on its way, or settled by somebody else meanwhile.
            Err(ExecuteError::Rejected(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Frees the slot that this dossier holds, because its request was about the wrong person; nothing when it holds none.
    pub(super) async fn free_first_request(
        &self,
        id: AgreementId,
        dossier: DossierId,
        context: &CommandContext,
    ) -> Result<(), DeskError> {
        let parket = context.actor.organisation.clone();
        let held = self.agreement(id).await?.state.first_request_of(&parket);
        if held.is_none_or(|(holder, _)| holder != dossier) {
            return Ok(());
        }
        let command = AgreementCommand::ReleaseFirstRequest { dossier, parket, reason: ReleaseReason::WrongPerson };
        match self.log.execute::<CooperationAgreement>(&id.to_string(), &command, context).await {
            // Refused: another process was first, or the agreement takes no more.
            Ok(_) | Err(ExecuteError::Rejected(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn agreement(&self, id: AgreementId) -> Result<Versioned<CooperationAgreement>, DeskError> {
        Ok(self.log.load::<CooperationAgreement>(&id.to_string()).await?)
    }
}

/// How much a refusal tells: first that the one first request was made, last that an agreement is about something else.
fn weight(why: &AgreementRejection) -> u8 {
    match why {
        AgreementRejection::FirstRequestTaken { .. } => 2,
        AgreementRejection::NotAboutTrajectories => 0,
        _another_reason => 1,
    }
}

/// By which door a request comes in: the best one first, and the slot that is held already before another one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum WayIn {
    InForce,
    UnderRenewal,
    OwnFirstRequest,
    FreeFirstRequest,
}

impl WayIn {
    fn by(standing: &AgreementStanding) -> Self {
        match standing {
            AgreementStanding::InForce { .. } => Self::InForce,
            AgreementStanding::UnderRenewal { .. } => Self::UnderRenewal,
            AgreementStanding::FirstRequest { .. } => Self::OwnFirstRequest,
        }
    }
}
