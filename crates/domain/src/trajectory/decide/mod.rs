//! What happens when something is asked of a learning trajectory: one function per command, by theme.

mod advice;
mod bundle;
mod case;
mod compliance;
mod consent;
mod correction;
mod disclosure;
mod eligibility;
mod ending;
mod erasure;
mod museum;
mod request;

use super::command::TrajectoryCommand as Command;
use super::event::TrajectoryEvent;
use super::rejection::TrajectoryRejection;
use super::state::LearningTrajectory;
use crate::kernel::{CommandContext, Decider};
use case::Case;

impl Decider for LearningTrajectory {
    const TYPE: &'static str = "learning_trajectory";
    type Command = Command;
    type Event = TrajectoryEvent;
    type Rejection = TrajectoryRejection;

    fn decide(&self, command: &Command, context: &CommandContext) -> Result<Vec<TrajectoryEvent>, TrajectoryRejection> {
        self.permitted(command.kind(), context)?;
        let happened = match command {
            Command::DraftRequest { request } => self.draft_request(request, context),
            Command::RequestTrajectory { request } => self.request_trajectory(request, context),
            Command::RecordKeyDestroyed { subject, key_backups_kept_days, unreadable } => {
                return self.case(context)?.record_key_destroyed(*subject, *key_backups_kept_days, *unreadable);
            }
            _of_an_existing_dossier => self.case(context)?.decide(command),
        };
        happened.map(|event| vec![event])
    }

    fn evolve(&mut self, event: &TrajectoryEvent) {
        self.fold(event);
    }
}

impl LearningTrajectory {
    fn case<'a>(&'a self, context: &'a CommandContext) -> Result<Case<'a>, TrajectoryRejection> {
        let dossier = self.dossier.as_ref().ok_or(TrajectoryRejection::NoSuchDossier)?;
        Ok(Case { state: self, dossier, context })
    }
}

impl Case<'_> {
    /// The one thing that happens. Every command of an existing dossier has its line.
    fn decide(&self, command: &Command) -> Result<TrajectoryEvent, TrajectoryRejection> {
        match command {
            Command::DraftRequest { .. } | Command::RequestTrajectory { .. } | Command::RecordKeyDestroyed { .. } => {
                self.already_done(command.kind())
            }
            Command::PrepareEligibility { criteria, answers } => self.prepare_eligibility(criteria, answers),
            Command::AssessEligibility { criteria, answers, decided, reason } => {
                self.assess_eligibility(criteria, answers, *decided, reason.as_ref())
            }
            Command::GiveConsent { declared_on, text_version, given_by, facts_not_disputed, willing } => {
                self.give_consent(*declared_on, text_version, *given_by, (*facts_not_disputed, *willing))
            }
            Command::RefuseConsent { declared_on, text_version } => self.refuse_consent(*declared_on, text_version),
            Command::WithdrawConsent { declared_on } => self.withdraw_consent(*declared_on),
            Command::GiveSharingConsent { declared_on, text_version, recipients, scope, expires_on } => {
                self.give_sharing_consent(*declared_on, text_version, recipients, *scope, *expires_on)
            }
            Command::WithdrawSharingConsent { declared_on } => self.withdraw_sharing_consent(*declared_on),
            Command::AttachConsentEvidence { kind, document } => self.attach_consent_evidence(*kind, document),
            Command::AssignGuide { guide, competence_attested } => self.assign_guide(guide, *competence_attested),
            Command::ReplaceGuide { guide, competence_attested, reason } => {
                self.replace_guide(guide, *competence_attested, reason.as_ref())
            }
            Command::PlanAppointment { appointment, kind, channel, starts_at, interpreter, companions } => self
                .plan_appointment(
                    *appointment,
                    (*kind, *channel),
                    *starts_at,
                    interpreter.as_ref(),
                    companions.as_ref(),
                ),
            Command::MoveAppointment { appointment, starts_at, reason, remark } => {
                self.move_appointment(*appointment, *starts_at, *reason, remark.as_ref())
            }
            Command::CancelAppointment { appointment, reason, remark } => {
                self.cancel_appointment(*appointment, *reason, remark.as_ref())
            }
            Command::MissAppointment { appointment, reason, remark } => {
                self.miss_appointment(*appointment, *reason, remark.as_ref())
            }
            Command::HoldPreparatoryCall { held_on, notes } => self.hold_preparatory_call(*held_on, notes.as_ref()),
            Command::HoldTour { held_on, minutes, adapted_to } => {
                self.hold_tour(*held_on, *minutes, adapted_to.as_ref())
            }
            Command::InterruptTour { held_on, minutes, reason } => self.interrupt_tour(*held_on, *minutes, reason),
            Command::HoldInDepthTalk { held_on, notes, themes, reason_not_same_day } => {
                self.hold_in_depth_talk(*held_on, notes.as_ref(), themes, reason_not_same_day.as_ref())
            }
            Command::FileReflectionReport { filed_on, author, language, statement, text, evidence } => {
                self.file_reflection(*filed_on, *author, language, (*statement, text), evidence.as_ref())
            }
            Command::WaiveReflectionReport { author, reason, remark } => {
                self.waive_reflection(*author, *reason, remark.as_ref())
            }
            Command::IssueAdvice { conclusion, motivation, revision_reason } => {
                self.issue_advice(*conclusion, motivation, revision_reason.as_ref())
            }
            Command::AssembleBundle { pieces, document } => self.assemble_bundle(pieces, document),
            Command::DeliverBundle { number, recipient, delivered_on } => {
                self.deliver_bundle(*number, recipient, *delivered_on)
            }
            Command::ReceiveBundle { number, received_on } => self.receive_bundle(*number, *received_on),
            Command::RecordOutcome { outcome, decided_on, remark, revision_reason } => {
                self.record_outcome(*outcome, *decided_on, remark.as_ref(), revision_reason.as_ref())
            }
            Command::RetractRequest { reason, remark } => self.retract_request(*reason, remark.as_ref()),
            Command::OfferTransfer { to } => self.offer_transfer(to),
            Command::TransferTrajectory { accepted_on } => self.accept_transfer(*accepted_on),
            Command::CloseTrajectory { reason, remark } => self.close(*reason, remark.as_ref()),
            Command::DiscontinueTrajectory { reason, remark } => self.discontinue(*reason, remark.as_ref()),
            Command::ReopenTrajectory { reason, remark } => self.reopen(*reason, remark.as_ref()),
            Command::CorrectFact { sequence, field, value, reason, reason_not_same_day, standing, age } => {
                let (values, reasons) = ((value, standing.as_ref()), (reason, reason_not_same_day.as_ref()));
                self.correct_fact(*sequence, *field, values, reasons, age.as_ref())
            }
            Command::AnnulStep { sequence, reason } => self.annul_step(*sequence, *reason),
            Command::ReplaceParticipant { subject, participant, case_reference, offence_on, facts, minors_allowed } => {
                self.replace_participant(*subject, participant, (case_reference, facts), offence_on, minors_allowed)
            }
            Command::LinkSubjects { other_subject, other_dossier } => {
                self.link_subjects(*other_subject, *other_dossier)
            }
            Command::UnlinkSubjects { other_subject } => self.unlink_subjects(*other_subject),
            Command::ReportIncident { happened_on, notes } => self.report_incident(*happened_on, notes),
            Command::ReassignTrajectory { to } => self.reassign(to),
            Command::RestrictProcessing { ground, reference } => self.restrict(*ground, reference),
            Command::LiftRestriction { ground, reference } => self.lift_restriction(*ground, reference),
            Command::PlaceLegalHold { ground, reference } => self.place_hold(*ground, reference),
            Command::LiftLegalHold { ground, reference } => self.lift_hold(*ground, reference),
            Command::RequestErasure { subject, reference } => self.request_erasure(*subject, reference),
            Command::RefuseErasure { subject, reference } => self.refuse_erasure(*subject, reference),
            Command::ConfirmErasure { subject } => self.confirm_erasure(*subject),
            Command::RecordRecipientTold { recipient, sequence, told_on, means } => {
                self.record_recipient_told(recipient, *sequence, *told_on, *means)
            }
        }
    }
}
