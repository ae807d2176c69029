//! Who may do what, and when: the *by* and *rule* columns of the domain page, without the input of a command.
//! `decide` asks here first, and so does "what may I do next", so the two can never disagree.

use super::command::TrajectoryCommandKind;
use super::event::TrajectoryEventKind;
use super::record::{AppointmentState, Erasure};
use super::rejection::{Roles, TrajectoryRejection};
use super::stage::Stage;
use super::state::{Dossier, LearningTrajectory};
use super::vocabulary::TrajectoryStatus;
use crate::kernel::{CommandContext, OrganisationId, Role, Side};

use TrajectoryCommandKind as Kind;
use TrajectoryRejection as No;
use TrajectoryStatus::*;

const PARKET: &[Role] = &[Role::Prosecutor, Role::ProsecutionJurist];
const PROSECUTOR: &[Role] = &[Role::Prosecutor];
const COORDINATOR: &[Role] = &[Role::MuseumCoordinator];
const GUIDE: &[Role] = &[Role::Guide];
const MUSEUM: &[Role] = &[Role::MuseumCoordinator, Role::Guide];
const PARKET_OR_COORDINATOR: &[Role] = &[Role::Prosecutor, Role::ProsecutionJurist, Role::MuseumCoordinator];
const COORDINATOR_OR_PROSECUTOR: &[Role] = &[Role::MuseumCoordinator, Role::Prosecutor];
const BOTH_SIDES: &[Role] = &[Role::Prosecutor, Role::ProsecutionJurist, Role::MuseumCoordinator, Role::Guide];
const COMPLIANCE: &[Role] = &[Role::ComplianceOfficer];
/// The program itself, which acts as an administrator without a dossier of its own.
const PROGRAM: &[Role] = &[Role::Administrator];
const TELLERS: &[Role] = &[Role::Prosecutor, Role::MuseumCoordinator, Role::ComplianceOfficer];

const BEFORE_CONSENT: &[TrajectoryStatus] = &[Requested, Eligible, Ineligible];
const NEVER_CONSENTED: &[TrajectoryStatus] = &[Drafted, Requested, Eligible, Ineligible, Refused];
const WITH_THE_MUSEUM: &[TrajectoryStatus] = &[Consented, Prepared, Toured, Deepened, Reflected, Advised, Delivered];
const WITH_A_GUIDE: &[TrajectoryStatus] = &[Consented, Prepared, Toured, Deepened];
const BEFORE_THE_TALK: &[TrajectoryStatus] = &[Consented, Prepared, Toured];
const SHARING: &[TrajectoryStatus] = &[
    Eligible,
    Consented,
    Prepared,
    Toured,
    Deepened,
    Reflected,
    Advised,
    Delivered,
    Closed,
    Withdrawn,
    Retracted,
    Discontinued,
];
const BUNDLING: &[TrajectoryStatus] = &[Advised, Delivered, Closed, Withdrawn, Retracted, Discontinued];
const DECIDED: &[TrajectoryStatus] =
    &[Delivered, Ineligible, Refused, Closed, Withdrawn, Retracted, Discontinued, OpenedInError];
const REOPENABLE: &[TrajectoryStatus] = &[Ineligible, Refused, Closed, Withdrawn, Retracted, Discontinued];
const ALWAYS: &[TrajectoryStatus] = &[
    Drafted,
    Requested,
    Eligible,
    Ineligible,
    Consented,
    Refused,
    Prepared,
    Toured,
    Deepened,
    Reflected,
    Advised,
    Delivered,
    Closed,
    Withdrawn,
    Retracted,
    Discontinued,
    OpenedInError,
];

impl TrajectoryCommandKind {
    /// Whether a person can give it; what the program records of its own work is nobody's to ask.
    pub fn is_for_people(self) -> bool {
        self != Kind::RecordKeyDestroyed
    }

    /// The roles that may, and the statuses in which it can be done.
    fn rule(self) -> (&'static [Role], &'static [TrajectoryStatus]) {
        match self {
            Kind::DraftRequest => (PARKET, &[]),
            Kind::RequestTrajectory => (PROSECUTOR, &[Drafted]),
            Kind::PrepareEligibility => (PARKET, BEFORE_CONSENT),
            Kind::AssessEligibility => (PROSECUTOR, BEFORE_CONSENT),
            Kind::GiveConsent | Kind::RefuseConsent => (PARKET_OR_COORDINATOR, &[Eligible]),
            Kind::WithdrawConsent => (PARKET_OR_COORDINATOR, WITH_THE_MUSEUM),
            Kind::GiveSharingConsent => (PARKET_OR_COORDINATOR, SHARING),
            Kind::WithdrawSharingConsent | Kind::AttachConsentEvidence => (PARKET_OR_COORDINATOR, ALWAYS),
            Kind::AssignGuide | Kind::ReplaceGuide => (COORDINATOR, WITH_A_GUIDE),
            Kind::PlanAppointment | Kind::MoveAppointment | Kind::CancelAppointment | Kind::MissAppointment => {
                (MUSEUM, BEFORE_THE_TALK)
            }
            Kind::HoldPreparatoryCall => (MUSEUM, &[Consented, Prepared]),
            Kind::HoldTour | Kind::InterruptTour => (GUIDE, &[Prepared]),
            Kind::HoldInDepthTalk => (GUIDE, &[Toured]),
            Kind::FileReflectionReport | Kind::WaiveReflectionReport => (MUSEUM, &[Deepened]),
            Kind::IssueAdvice => (COORDINATOR, &[Reflected, Advised, Delivered]),
            Kind::AssembleBundle | Kind::DeliverBundle => (COORDINATOR, BUNDLING),
            Kind::ReceiveBundle => (PARKET, ALWAYS),
            Kind::RecordOutcome => (PROSECUTOR, DECIDED),
            Kind::RetractRequest | Kind::OfferTransfer | Kind::TransferTrajectory => {
                (PROSECUTOR, TrajectoryStatus::OPEN)
            }
            Kind::CloseTrajectory => (COORDINATOR_OR_PROSECUTOR, &[Delivered]),
            Kind::DiscontinueTrajectory => (COORDINATOR_OR_PROSECUTOR, TrajectoryStatus::OPEN),
            Kind::ReopenTrajectory => (COORDINATOR_OR_PROSECUTOR, REOPENABLE),
            Kind::CorrectFact | Kind::AnnulStep => (BOTH_SIDES, ALWAYS),
            Kind::ReplaceParticipant => (PROSECUTOR, NEVER_CONSENTED),
            Kind::LinkSubjects | Kind::UnlinkSubjects => (COORDINATOR_OR_PROSECUTOR, ALWAYS),
            Kind::ReportIncident => (MUSEUM, ALWAYS),
            Kind::ReassignTrajectory => (PARKET_OR_COORDINATOR, ALWAYS),
            Kind::RestrictProcessing | Kind::LiftRestriction | Kind::PlaceLegalHold | Kind::LiftLegalHold => {
                (COMPLIANCE, ALWAYS)
            }
            Kind::RequestErasure => (COMPLIANCE, ALWAYS),
            // The data protection officer asks or advises; the parket, whose file it is, answers for what it destroys.
            Kind::RefuseErasure | Kind::ConfirmErasure => (PROSECUTOR, ALWAYS),
            Kind::RecordKeyDestroyed => (PROGRAM, ALWAYS),
            Kind::RecordRecipientTold => (TELLERS, ALWAYS),
        }
    }

    /// What a restricted dossier still takes: corrections (a wrong link is one), withdrawal, the acts of compliance, and
    /// erasure.
    fn despite_restriction(self) -> bool {
        matches!(
            self,
            Kind::CorrectFact
                | Kind::UnlinkSubjects
                | Kind::WithdrawConsent
                | Kind::WithdrawSharingConsent
                | Kind::RestrictProcessing
                | Kind::LiftRestriction
                | Kind::PlaceLegalHold
                | Kind::LiftLegalHold
        ) || self.of_erasure()
    }

    /// What an erased dossier still takes: it writes nothing about the person. A wrong link stays a wrong statement about
    /// the person in the other dossier, who may be somebody else.
    fn despite_erasure(self) -> bool {
        self == Kind::UnlinkSubjects || self.of_erasure()
    }

    /// What brings an erasure about, or tells others of it; it writes nothing about a person.
    fn of_erasure(self) -> bool {
        matches!(
            self,
            Kind::RequestErasure
                | Kind::RefuseErasure
                | Kind::ConfirmErasure
                | Kind::RecordKeyDestroyed
                | Kind::RecordRecipientTold
        )
    }

    /// What brings a dossier past the statuses in which it is possible: of these, too late is done already.
    fn moves_on(self) -> bool {
        matches!(
            self,
            Kind::DraftRequest
                | Kind::RequestTrajectory
                | Kind::AssessEligibility
                | Kind::GiveConsent
                | Kind::HoldPreparatoryCall
                | Kind::HoldTour
                | Kind::HoldInDepthTalk
        )
    }

    /// What Kazerne Dossin may record of a dossier that has not become its own yet: the declarations that make it so.
    pub fn before_the_museum_knows(self) -> bool {
        matches!(
            self,
            Kind::GiveConsent
                | Kind::RefuseConsent
                | Kind::GiveSharingConsent
                | Kind::WithdrawSharingConsent
                | Kind::AttachConsentEvidence
        )
    }
}

impl LearningTrajectory {
    /// Whether this actor may do this now, whatever the input. Checks the role, the organisation, restriction and
    /// erasure, the state, and the guide's assignment, in that order.
    ///
    /// # Errors
    /// The refusal that `decide` would give for the same reason.
    pub fn permitted(&self, kind: TrajectoryCommandKind, context: &CommandContext) -> Result<(), TrajectoryRejection> {
        let (roles, statuses) = kind.rule();
        check_role(kind, context.actor.role, roles)?;
        let Some(dossier) = &self.dossier else {
            return match kind {
                Kind::DraftRequest | Kind::RequestTrajectory => check_seat(context),
                _of_an_existing_dossier => Err(No::NoSuchDossier),
            };
        };
        self.check_organisation(kind, dossier, context)?;
        if self.erased() && !COMPLIANCE.contains(&context.actor.role) && !kind.despite_erasure() {
            return Err(No::SubjectErased);
        }
        if self.restricted() && !kind.despite_restriction() {
            return Err(No::Restricted);
        }
        self.check_status(kind, dossier, statuses)?;
        if context.actor.role == Role::Guide && dossier.guide.as_ref() != Some(&context.actor.id) {
            return Err(No::NotTheAssignedGuide);
        }
        self.check_matter(kind, dossier, context)
    }

    /// Whether this role may correct or annul an event of this kind: the leaders of a side all of its own, jurists and
    /// guides what they may record themselves.
    pub(super) fn may_amend(&self, sequence: u64, role: Role) -> bool {
        use TrajectoryEventKind::*;
        let Some(entry) = self.entry(sequence) else { return false };
        entry.by.is_some()
            && entry.by == role.side()
            && match role {
                Role::Prosecutor | Role::MuseumCoordinator => true,
                Role::ProsecutionJurist => !matches!(
                    entry.kind,
                    EligibilityAssessed | EligibilityReassessed | RequestRetracted | TrajectoryDiscontinued
                ),
                Role::Guide => !matches!(
                    entry.kind,
                    ParticipationConsentGiven
                        | ParticipationConsentRefused
                        | ParticipationConsentWithdrawn
                        | ReasonedAdviceIssued
                        | ReasonedAdviceRevised
                        | TrajectoryDiscontinued
                ),
                Role::ComplianceOfficer
                | Role::PolicyAnalyst
                | Role::PlanCoordinator
                | Role::DomainContact
                | Role::Administrator => false,
            }
    }

    /// The latest step, when the dossier can still fall back over it.
    pub(super) fn annullable_step(&self) -> Option<u64> {
        let (sequence, entry) = self.steps().next_back()?;
        entry.before.is_some().then_some(sequence)
    }

    /// The own dossier: of the own parket, or of Kazerne Dossin from consent on. Compliance is that of a controller.
    fn check_organisation(&self, kind: Kind, dossier: &Dossier, context: &CommandContext) -> Result<(), No> {
        check_seat(context)?;
        let own = &context.actor.organisation;
        let foreign = || Err(No::NotYourOrganisation { organisation: own.clone() });
        match kind {
            Kind::TransferTrajectory if self.pending_transfer() != Some(own) => return Err(No::TransferNotOffered),
            Kind::ReceiveBundle if !self.receives(own) => {
                return Err(No::NothingDelivered { organisation: own.clone() });
            }
            Kind::TransferTrajectory | Kind::ReceiveBundle | Kind::RecordKeyDestroyed => return Ok(()),
            _own_dossier_only => {}
        }
        match own.is_museum() {
            true if self.museum_involved() || kind.before_the_museum_knows() => Ok(()),
            true => Err(No::MuseumBeforeConsent),
            false if own == &dossier.parket => Ok(()),
            false => foreign(),
        }
    }

    fn check_status(&self, kind: Kind, dossier: &Dossier, statuses: &[TrajectoryStatus]) -> Result<(), No> {
        let status = dossier.stage.status();
        let outcome_after_correction = kind == Kind::RecordOutcome && status == Advised && self.delivered();
        if statuses.contains(&status) || outcome_after_correction {
            return Ok(());
        }
        let behind = status.is_open() && statuses.iter().all(|possible| !possible.is_open() || *possible < status);
        Err(match behind {
            true if kind.moves_on() => No::already_done(kind),
            true => No::TooLate { command: kind, status },
            false => No::wrong_state(kind, status),
        })
    }

    /// What else has to be there before any input can make sense.
    fn check_matter(&self, kind: Kind, dossier: &Dossier, context: &CommandContext) -> Result<(), No> {
        let role = context.actor.role;
        match kind {
            Kind::WithdrawSharingConsent if dossier.sharing.is_none() => Err(No::NoSharingConsent),
            Kind::AttachConsentEvidence if !self.something_declared() => Err(No::NothingToEvidence),
            Kind::AssignGuide if dossier.guide.is_some() => Err(No::already_done(kind)),
            Kind::ReplaceGuide if dossier.guide.is_none() => Err(No::NoGuideYet),
            Kind::MoveAppointment | Kind::CancelAppointment | Kind::MissAppointment
                if !dossier.appointments.iter().any(|each| each.state == AppointmentState::Planned) =>
            {
                Err(No::NothingPlanned)
            }
            Kind::AssembleBundle | Kind::DeliverBundle if dossier.stage.consent().is_none() => {
                Err(No::wrong_state(kind, dossier.stage.status()))
            }
            Kind::DeliverBundle if dossier.bundles.iter().all(|bundle| bundle.outdated) => Err(No::NoBundle),
            Kind::ReopenTrajectory if role != Role::Prosecutor && ended_by_the_parket(&dossier.stage) => {
                Err(No::NotYourRole { command: kind, role, allowed: Roles(PROSECUTOR) })
            }
            Kind::AnnulStep => match self.annullable_step() {
                None => Err(No::StepStays),
                Some(step) if !self.may_amend(step, role) => Err(No::RecordedByAnother),
                Some(_) => Ok(()),
            },
            Kind::ReplaceParticipant if self.museum_involved() => Err(No::wrong_state(kind, dossier.stage.status())),
            Kind::UnlinkSubjects if dossier.linked.is_empty() => Err(No::LinkNotFound),
            Kind::LiftRestriction if dossier.restrictions.is_empty() => Err(No::NothingToLift { command: kind }),
            Kind::LiftLegalHold if dossier.holds.is_empty() => Err(No::NothingToLift { command: kind }),
            Kind::PlaceLegalHold if self.wholly_erased() => Err(No::SubjectErased),
            Kind::RequestErasure if self.wholly_erased() => Err(No::SubjectErased),
            Kind::RequestErasure if self.on_hold() => Err(No::OnHold),
            Kind::RefuseErasure | Kind::ConfirmErasure
                if !self.some_erasure(|of| matches!(of, Erasure::Requested(_))) =>
            {
                Err(No::ErasureNotRequested)
            }
            Kind::ConfirmErasure if self.on_hold() => Err(No::OnHold),
            Kind::RecordKeyDestroyed if !self.some_erasure(|of| matches!(of, Erasure::Confirmed(_))) => {
                Err(No::ErasureNotConfirmed)
            }
            Kind::RecordRecipientTold if self.still_to_tell().next().is_none() => Err(No::NobodyToTell),
            _nothing_else => Ok(()),
        }
    }

    fn receives(&self, organisation: &OrganisationId) -> bool {
        let deliveries = self.bundles().iter().flat_map(|bundle| &bundle.deliveries);
        deliveries.into_iter().any(|delivery| &delivery.recipient == organisation && delivery.received_on.is_none())
    }

    fn some_erasure(&self, fits: impl Fn(&Erasure) -> bool) -> bool {
        self.dossier.iter().flat_map(|dossier| dossier.erasures.values()).any(fits)
    }

    /// Whether a participant's declaration stands in the dossier: a consent to take part or to share, or a refusal.
    pub fn something_declared(&self) -> bool {
        use TrajectoryEventKind::*;
        let declares = [ParticipationConsentGiven, ParticipationConsentRefused, SharingConsentGiven];
        self.entries.iter().any(|entry| declares.contains(&entry.kind) && !entry.annulled)
    }
}

fn check_role(command: Kind, role: Role, roles: &'static [Role]) -> Result<(), No> {
    if roles.contains(&role) {
        return Ok(());
    }
    match (command, role.side()) {
        (Kind::IssueAdvice, Some(Side::Parket)) | (Kind::RecordOutcome, Some(Side::Museum)) => {
            Err(No::SeparationOfDuties { command })
        }
        _any_other => Err(No::NotYourRole { command, role, allowed: Roles(roles) }),
    }
}

/// A role of one side is never exercised for an organisation of the other.
fn check_seat(context: &CommandContext) -> Result<(), No> {
    let organisation = &context.actor.organisation;
    let fits = match context.actor.role.side() {
        Some(Side::Museum) => organisation.is_museum(),
        Some(Side::Parket) => !organisation.is_museum(),
        None => true,
    };
    if fits { Ok(()) } else { Err(No::NotYourOrganisation { organisation: organisation.clone() }) }
}

fn ended_by_the_parket(stage: &Stage) -> bool {
    matches!(stage.status(), Retracted | Ineligible)
}
