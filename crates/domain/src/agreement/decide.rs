//! What may happen to a cooperation agreement, and who may let it happen.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::command::{AgreementCommand, AgreementCommandKind};
use super::event::{AgreementEvent, AgreementTerms, MultiYearPlan, Signatory, Validity};
use super::rejection::AgreementRejection;
use super::state::{CooperationAgreement, Signed, Stage};
use super::vocabulary::*;
use crate::kernel::{CommandContext, Decider, OrganisationId, Role, is_blank};

impl AgreementCommand {
    /// Which kind of command this is.
    pub fn kind(&self) -> AgreementCommandKind {
        match self {
            Self::DraftAgreement { .. } => AgreementCommandKind::DraftAgreement,
            Self::SendForSignature { .. } => AgreementCommandKind::SendForSignature,
            Self::SignAgreement { .. } => AgreementCommandKind::SignAgreement,
            Self::StartRenewal { .. } => AgreementCommandKind::StartRenewal,
            Self::RenewAgreement { .. } => AgreementCommandKind::RenewAgreement,
            Self::TerminateAgreement { .. } => AgreementCommandKind::TerminateAgreement,
            Self::HoldStructuralConsultation { .. } => AgreementCommandKind::HoldStructuralConsultation,
            Self::AttachMultiYearPlan { .. } => AgreementCommandKind::AttachMultiYearPlan,
            Self::ReserveFirstRequest { .. } => AgreementCommandKind::ReserveFirstRequest,
            Self::ConfirmFirstRequest { .. } => AgreementCommandKind::ConfirmFirstRequest,
            Self::ReleaseFirstRequest { .. } => AgreementCommandKind::ReleaseFirstRequest,
        }
    }
}

impl Decider for CooperationAgreement {
    const TYPE: &'static str = crate::catalogue::aggregate_type::AGREEMENT;
    type Command = AgreementCommand;
    type Event = AgreementEvent;
    type Rejection = AgreementRejection;

    fn decide(
        &self,
        command: &AgreementCommand,
        context: &CommandContext,
    ) -> Result<Vec<AgreementEvent>, AgreementRejection> {
        self.permitted(command, context)?;
        match command {
            AgreementCommand::DraftAgreement { drafted_on, terms } => self.draft(*drafted_on, terms, context),
            AgreementCommand::SendForSignature { sent_on } => self.send(*sent_on, context),
            AgreementCommand::SignAgreement { signed_on, signatories, validity } => {
                self.sign(*signed_on, signatories, *validity, context)
            }
            AgreementCommand::StartRenewal { started_on } => self.start_renewal(*started_on, context),
            AgreementCommand::RenewAgreement { signed_on, signatories, validity } => {
                self.renew(*signed_on, signatories, *validity, context)
            }
            AgreementCommand::TerminateAgreement { decided_on, effective_on, reason } => {
                self.terminate(*decided_on, *effective_on, *reason, context)
            }
            AgreementCommand::HoldStructuralConsultation { held_on, attended_by } => {
                self.consult(*held_on, attended_by, context)
            }
            AgreementCommand::AttachMultiYearPlan { plan } => self.attach(plan, context),
            AgreementCommand::ReserveFirstRequest { dossier, parket } => self.reserve(*dossier, parket, context),
            AgreementCommand::ConfirmFirstRequest { dossier, parket } => self.confirm(*dossier, parket, context),
            AgreementCommand::ReleaseFirstRequest { dossier, parket, reason } => {
                self.release(*dossier, parket, *reason, context)
            }
        }
    }

    fn evolve(&mut self, event: &AgreementEvent) {
        self.apply(event);
    }
}

impl CooperationAgreement {
    /// Who may: the museum's coordinator keeps the agreement, and so does a prosecutor of a parket named in it; the slot
    /// of a first request is the parket's own, freed by either side.
    fn permitted(&self, command: &AgreementCommand, context: &CommandContext) -> Result<(), AgreementRejection> {
        let own = &context.actor.organisation;
        let role = context.actor.role;
        let about = match command {
            AgreementCommand::DraftAgreement { terms, .. } => Some(terms),
            AgreementCommand::SendForSignature { .. }
            | AgreementCommand::SignAgreement { .. }
            | AgreementCommand::StartRenewal { .. }
            | AgreementCommand::RenewAgreement { .. }
            | AgreementCommand::TerminateAgreement { .. }
            | AgreementCommand::HoldStructuralConsultation { .. }
            | AgreementCommand::AttachMultiYearPlan { .. } => self.terms(),
            AgreementCommand::ReserveFirstRequest { parket, .. }
            | AgreementCommand::ConfirmFirstRequest { parket, .. } => {
                return own_slot(role, own, parket, command.kind());
            }
            AgreementCommand::ReleaseFirstRequest { .. } if role == Role::MuseumCoordinator => return Ok(()),
            AgreementCommand::ReleaseFirstRequest { parket, .. } => return own_slot(role, own, parket, command.kind()),
        };
        match role {
            Role::MuseumCoordinator => Ok(()),
            Role::Prosecutor => match about {
                None => Err(AgreementRejection::NotDrafted),
                Some(terms) if terms.parties.contains(own) => Ok(()),
                Some(_) => Err(AgreementRejection::NotAParty { organisation: own.clone() }),
            },
            Role::ProsecutionJurist
            | Role::Guide
            | Role::ComplianceOfficer
            | Role::PolicyAnalyst
            | Role::PlanCoordinator
            | Role::DomainContact
            | Role::Administrator => Err(AgreementRejection::NotYourRole { role, kind: command.kind() }),
        }
    }

    fn draft(
        &self,
        drafted_on: NaiveDate,
        terms: &AgreementTerms,
        context: &CommandContext,
    ) -> Result<Vec<AgreementEvent>, AgreementRejection> {
        if *self.stage() != Stage::Absent {
            return Err(AgreementRejection::AlreadyDrafted);
        }
        if drafted_on > context.today {
            return Err(AgreementRejection::InFuture { on: drafted_on, today: context.today });
        }
        if terms.parties.is_empty() {
            return Err(AgreementRejection::NoParties);
        }
        // Two spellings of one code would be two organisations for ever.
        let codes: BTreeSet<_> = terms.parties.iter().map(|party| party.0.to_ascii_lowercase()).collect();
        if codes.contains(OrganisationId::KAZERNE_DOSSIN) {
            return Err(AgreementRejection::MuseumAmongParties);
        }
        if codes.len() < terms.parties.len() {
            return Err(AgreementRejection::PartyTwice);
        }
        if terms.kind == AgreementKind::PoliceTraining && terms.names_article_216ter {
            return Err(AgreementRejection::ArticleOutOfPlace);
        }
        Ok(vec![AgreementEvent::AgreementDrafted { occurred_on: drafted_on, terms: terms.clone() }])
    }

    fn send(&self, sent_on: NaiveDate, context: &CommandContext) -> Result<Vec<AgreementEvent>, AgreementRejection> {
        let Stage::Draft { since } = self.stage() else { return Err(self.wrong_status(context)) };
        happened(sent_on, *since, context)?;
        Ok(vec![AgreementEvent::AgreementSentForSignature { occurred_on: sent_on }])
    }

    fn sign(
        &self,
        signed_on: NaiveDate,
        signatories: &[Signatory],
        validity: Validity,
        context: &CommandContext,
    ) -> Result<Vec<AgreementEvent>, AgreementRejection> {
        let Stage::AwaitingSignature { since } = self.stage() else { return Err(self.wrong_status(context)) };
        happened(signed_on, *since, context)?;
        self.signed_by_all(signatories)?;
        in_order(validity)?;
        Ok(vec![AgreementEvent::AgreementSigned {
            occurred_on: signed_on,
            signatories: signatories.to_vec(),
            validity,
        }])
    }

    fn start_renewal(
        &self,
        started_on: NaiveDate,
        context: &CommandContext,
    ) -> Result<Vec<AgreementEvent>, AgreementRejection> {
        let signed = self.signed(context)?;
        happened(started_on, signed.signed_on, context)?;
        if let Some(since) = signed.renewal_since {
            return Err(AgreementRejection::RenewalUnderWay { since });
        }
        Ok(vec![AgreementEvent::RenewalStarted { occurred_on: started_on }])
    }

    fn renew(
        &self,
        signed_on: NaiveDate,
        signatories: &[Signatory],
        validity: Validity,
        context: &CommandContext,
    ) -> Result<Vec<AgreementEvent>, AgreementRejection> {
        let signed = self.signed(context)?;
        happened(signed_on, signed.renewal_since.unwrap_or(signed.signed_on), context)?;
        self.signed_by_all(signatories)?;
        in_order(validity)?;
        let latest = signed.periods.iter().map(|period| period.from).max().unwrap_or(validity.from);
        if validity.from <= latest {
            return Err(AgreementRejection::RenewalNotLater { latest });
        }
        Ok(vec![AgreementEvent::AgreementRenewed {
            occurred_on: signed_on,
            signatories: signatories.to_vec(),
            validity,
        }])
    }

    fn terminate(
        &self,
        decided_on: NaiveDate,
        effective_on: NaiveDate,
        reason: TerminationReason,
        context: &CommandContext,
    ) -> Result<Vec<AgreementEvent>, AgreementRejection> {
        let since = match self.stage() {
            Stage::AwaitingSignature { since } => *since,
            Stage::Signed(signed) => signed.signed_on,
            Stage::Absent | Stage::Draft { .. } | Stage::Terminated { .. } => return Err(self.wrong_status(context)),
        };
        happened(decided_on, since, context)?;
        if effective_on < decided_on {
            return Err(AgreementRejection::TerminatedBackwards { decided_on });
        }
        Ok(vec![AgreementEvent::AgreementTerminated { occurred_on: decided_on, effective_on, reason }])
    }

    fn consult(
        &self,
        held_on: NaiveDate,
        attended_by: &[OrganisationId],
        context: &CommandContext,
    ) -> Result<Vec<AgreementEvent>, AgreementRejection> {
        self.terms().ok_or(AgreementRejection::NotDrafted)?;
        if held_on > context.today {
            return Err(AgreementRejection::InFuture { on: held_on, today: context.today });
        }
        if self.held_consultation_on(held_on) {
            return Ok(Vec::new());
        }
        if let Some(stranger) = attended_by.iter().find(|who| !who.is_museum() && !self.names(who)) {
            return Err(self.no_party("attendedBy", stranger));
        }
        if attended_by.is_empty() {
            return Err(AgreementRejection::NobodyAttended);
        }
        Ok(vec![AgreementEvent::StructuralConsultationHeld { occurred_on: held_on, attended_by: attended_by.to_vec() }])
    }

    fn attach(
        &self,
        plan: &MultiYearPlan,
        context: &CommandContext,
    ) -> Result<Vec<AgreementEvent>, AgreementRejection> {
        self.terms().ok_or(AgreementRejection::NotDrafted)?;
        if is_blank(&plan.title) {
            return Err(AgreementRejection::PlanWithoutTitle);
        }
        if plan.until_year < plan.from_year {
            return Err(AgreementRejection::PlanYearsReversed);
        }
        if self.multi_year_plans().contains(plan) {
            return Ok(Vec::new());
        }
        Ok(vec![AgreementEvent::MultiYearPlanAttached { occurred_on: context.today, plan: plan.clone() }])
    }

    fn signed(&self, context: &CommandContext) -> Result<&Signed, AgreementRejection> {
        match self.stage() {
            Stage::Signed(signed) => Ok(signed),
            Stage::Absent | Stage::Draft { .. } | Stage::AwaitingSignature { .. } | Stage::Terminated { .. } => {
                Err(self.wrong_status(context))
            }
        }
    }

    fn wrong_status(&self, context: &CommandContext) -> AgreementRejection {
        self.status_on(context.today)
            .map_or(AgreementRejection::NotDrafted, |status| AgreementRejection::WrongStatus { status })
    }

    /// Kazerne Dossin and every party sign, each in a named capacity.
    fn signed_by_all(&self, signatories: &[Signatory]) -> Result<(), AgreementRejection> {
        for signatory in signatories {
            if is_blank(&signatory.capacity) {
                return Err(AgreementRejection::CapacityMissing { organisation: signatory.organisation.clone() });
            }
            if !signatory.organisation.is_museum() && !self.names(&signatory.organisation) {
                return Err(self.no_party("signatories", &signatory.organisation));
            }
        }
        let signed: BTreeSet<_> = signatories.iter().map(|signatory| &signatory.organisation).collect();
        match self.everybody().into_iter().find(|party| !signed.contains(party)) {
            Some(organisation) => Err(AgreementRejection::SignatureMissing { organisation }),
            None => Ok(()),
        }
    }

    /// The parties and Kazerne Dossin.
    fn everybody(&self) -> Vec<OrganisationId> {
        let parties = self.terms().into_iter().flat_map(|terms| terms.parties.iter().cloned());
        parties.chain([OrganisationId::kazerne_dossin()]).collect()
    }

    /// Why an organisation that is no party is refused in this field: perhaps its code is only written otherwise.
    fn no_party(&self, path: &'static str, organisation: &OrganisationId) -> AgreementRejection {
        match self.everybody().into_iter().find(|party| party.differs_in_capitals_from(organisation)) {
            Some(known) => AgreementRejection::SpelledOtherwise { path, known },
            None => AgreementRejection::NotAParty { organisation: organisation.clone() },
        }
    }
}

fn own_slot(
    role: Role,
    own: &OrganisationId,
    parket: &OrganisationId,
    kind: AgreementCommandKind,
) -> Result<(), AgreementRejection> {
    match role {
        Role::Prosecutor | Role::ProsecutionJurist if own == parket => Ok(()),
        Role::Prosecutor | Role::ProsecutionJurist => Err(AgreementRejection::NotYourParket { parket: parket.clone() }),
        Role::MuseumCoordinator
        | Role::Guide
        | Role::ComplianceOfficer
        | Role::PolicyAnalyst
        | Role::PlanCoordinator
        | Role::DomainContact
        | Role::Administrator => Err(AgreementRejection::NotYourRole { role, kind }),
    }
}

fn happened(on: NaiveDate, not_before: NaiveDate, context: &CommandContext) -> Result<(), AgreementRejection> {
    if on > context.today {
        return Err(AgreementRejection::InFuture { on, today: context.today });
    }
    if on < not_before {
        return Err(AgreementRejection::TooEarly { on, earliest: not_before });
    }
    Ok(())
}

fn in_order(validity: Validity) -> Result<(), AgreementRejection> {
    match validity.until {
        Some(until) if until < validity.from => Err(AgreementRejection::ValidityReversed),
        Some(_) | None => Ok(()),
    }
}
