//! Requests: the number from the register, the standing from the agreement, and the one first request while it is unsigned.

use chrono::{Datelike, NaiveDate};
use spoor_domain::agreement::CooperationAgreement;
use spoor_domain::kernel::{CommandContext, Confidential, Decider, DossierId, OrganisationId, SubjectId, derived_id};
use spoor_domain::register::command::RegisterCommand;
use spoor_domain::register::{DossierRegister, dossier_number};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::{
    Minors, ParticipantGiven, RequestGiven, Text, TrajectoryCommand, TrajectoryCommandKind,
};
use spoor_domain::trajectory::event::{AgreementStanding, DossierNumber, Offence, Request, TrajectoryEvent};
use spoor_domain::trajectory::vocabulary::RequestBasis;
use spoor_eventlog::Executed;
use uuid::Uuid;

use super::first_request::Standing;
use super::{Desk, DeskError, part_of, trial};
use crate::policy::{self, Action};

/// A request as the parket gives it. Number, subject, standing and criteria are the desk's to add.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// The parket's own reference.
    pub case_reference: Text,
    /// The ground of the offer.
    pub basis: RequestBasis,
    /// The offences.
    pub offences: Vec<Offence>,
    /// When the facts happened.
    pub offence_on: Confidential<NaiveDate>,
    /// The participant.
    pub participant: ParticipantGiven,
    /// The facts, in short.
    pub facts: Text,
}

/// A request with the dossier it is for.
struct Prepared {
    dossier: DossierId,
    state: LearningTrajectory,
    request: RequestGiven,
    /// Whether it has its number.
    numbered: bool,
    /// Whether all of this was recorded before, by this same command.
    repeat: bool,
}

impl Desk {
    /// Prepares a request: in a new dossier, or again in one that holds a draft.
    pub async fn draft_request(
        &self,
        draft: Option<DossierId>,
        request: NewRequest,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let mut prepared = self.prepare(TrajectoryCommandKind::DraftRequest, draft, request, context).await?;
        let command = |request: RequestGiven| TrajectoryCommand::DraftRequest { request };
        if prepared.repeat {
            return self.execute(prepared.dossier, &command(prepared.request), context).await;
        }
        trial(&prepared.state, &command(prepared.request.clone()), context)?;
        self.number(&mut prepared, context).await?;
        self.execute(prepared.dossier, &command(prepared.request), context).await
    }

    /// Submits a request: a new one, or the draft that the dossier holds.
    pub async fn request_trajectory(
        &self,
        draft: Option<DossierId>,
        request: NewRequest,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let mut prepared = self.prepare(TrajectoryCommandKind::RequestTrajectory, draft, request, context).await?;
        let command = |request: RequestGiven| TrajectoryCommand::RequestTrajectory { request };
        if prepared.repeat {
            return self.execute(prepared.dossier, &command(prepared.request), context).await;
        }
        trial(&prepared.state, &command(prepared.request.clone()), context)?;
        if let AgreementStanding::FirstRequest { agreement } = prepared.request.standing {
            let reserved = self.reserve_first_request(agreement, prepared.dossier, context).await?;
            prepared.request.standing = reserved.standing;
            prepared.request.agreement_names_216ter = reserved.names_216ter;
        }
        self.number(&mut prepared, context).await?;
        let standing = prepared.request.standing.clone();
        let requested = self.execute(prepared.dossier, &command(prepared.request), context).await?;
        self.confirm_first_request(&standing, &requested, context).await?;
        Ok(requested)
    }

    async fn prepare(
        &self,
        kind: TrajectoryCommandKind,
        draft: Option<DossierId>,
        request: NewRequest,
        context: &CommandContext,
    ) -> Result<Prepared, DeskError> {
        policy::authorize(&context.actor, Action::OpenDossier(kind)).map_err(|_| DeskError::NotYourRole)?;
        let dossier = draft.unwrap_or_else(|| DossierId(derived_id(context.command_id, "dossier")));
        if let Some(event) = self.earlier(dossier, context.command_id).await? {
            return self.prepare_again(dossier, event, request).await;
        }
        let parket = context.actor.organisation.clone();
        let state = match draft {
            Some(draft) => self.admit(draft, kind, context).await?.state,
            None => LearningTrajectory::default(),
        };
        let subject = state.subject().unwrap_or_else(|| SubjectId(derived_id(context.command_id, "subject")));
        let Standing { standing, names_216ter } = self.standing(&parket, dossier, context).await?;
        let minors_allowed = self.minors_allowed(&parket, context.today);
        // Until it is known that the request is in order it has a number nobody has: numbers are never given back.
        let number = state.number().cloned();
        let numbered = number.is_some();
        let number = number.unwrap_or_else(|| dossier_number(context.today.year(), 0));
        let request = request.complete(number, parket, subject, standing, names_216ter, minors_allowed);
        Ok(Prepared { dossier, state, request, numbered, repeat: false })
    }

    /// The same request as the first time, with what the desk added then.
    async fn prepare_again(
        &self,
        dossier: DossierId,
        event: TrajectoryEvent,
        request: NewRequest,
    ) -> Result<Prepared, DeskError> {
        let (TrajectoryEvent::RequestDrafted { request: first, occurred_on }
        | TrajectoryEvent::TrajectoryRequested { request: first, occurred_on }) = event
        else {
            return Err(DeskError::CommandIdReused);
        };
        let Request { number, parket, subject, standing, .. } = first;
        let (AgreementStanding::InForce { agreement }
        | AgreementStanding::UnderRenewal { agreement }
        | AgreementStanding::FirstRequest { agreement }) = &standing;
        let names_216ter =
            self.log.load::<CooperationAgreement>(&agreement.to_string()).await?.state.names_article_216ter();
        let minors_allowed = self.minors_allowed(&parket, occurred_on);
        let request = request.complete(number, parket, subject, standing, names_216ter, minors_allowed);
        let state = self.log.load::<LearningTrajectory>(&dossier.to_string()).await?.state;
        Ok(Prepared { dossier, state, request, numbered: true, repeat: true })
    }

    pub(super) fn minors_allowed(&self, parket: &OrganisationId, on: NaiveDate) -> Minors {
        let version = self.criteria.in_force(parket, on);
        Minors {
            allowed: version.is_some_and(|version| version.minors_allowed),
            criteria: version.map(|version| version.code.clone()),
        }
    }

    /// Gives the dossier its number, unless it has one: the next of the year's register.
    async fn number(&self, prepared: &mut Prepared, context: &CommandContext) -> Result<(), DeskError> {
        if !prepared.numbered {
            prepared.request.number = self.take_number(prepared.dossier, context).await?;
            prepared.numbered = true;
        }
        Ok(())
    }

    async fn take_number(&self, dossier: DossierId, context: &CommandContext) -> Result<DossierNumber, DeskError> {
        let context = part_of(context, "number");
        let year = context.today.year();
        let taken = match self.number_taken(year, context.command_id).await? {
            Some(taken) => taken,
            None => {
                let stream = year.to_string();
                let _turn = self.turns.wait(&stream).await;
                let command = RegisterCommand::TakeNumber { year, dossier };
                self.log.execute::<DossierRegister>(&stream, &command, &context).await?
            }
        };
        let year = taken.aggregate_id.parse().unwrap_or(year);
        Ok(dossier_number(year, taken.version))
    }

    /// The number this command took before, also when the year has turned between the command and its repeat.
    async fn number_taken(&self, year: i32, command_id: Uuid) -> Result<Option<Executed>, DeskError> {
        for year in [year, year - 1] {
            let taken = self.log.find_command(DossierRegister::TYPE, &year.to_string(), command_id).await?;
            if taken.is_some() {
                return Ok(taken);
            }
        }
        Ok(None)
    }
}

impl NewRequest {
    fn complete(
        self,
        number: DossierNumber,
        parket: OrganisationId,
        subject: SubjectId,
        standing: AgreementStanding,
        agreement_names_216ter: bool,
        minors_allowed: Minors,
    ) -> RequestGiven {
        let NewRequest { case_reference, basis, offences, offence_on, participant, facts } = self;
        RequestGiven {
            number,
            parket,
            subject,
            case_reference,
            basis,
            offences,
            offence_on,
            participant,
            facts,
            standing,
            agreement_names_216ter,
            minors_allowed,
        }
    }
}
