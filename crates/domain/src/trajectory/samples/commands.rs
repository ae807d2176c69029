//! One of each command, with a history in which it is possible, the day it is asked, and the event that follows.

use chrono::NaiveDate;

use super::super::command::*;
use super::super::criteria::CriteriaVersion;
use super::super::event::{CriterionAssessed, TrajectoryEvent};
use super::super::vocabulary::*;
use super::events::*;
use super::history;
use crate::kernel::{
    Actor, ActorId, CommandContext, Confidential, OrganisationId, Personal, Provenance, Purpose, Role,
};

/// A command in its place.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What happened before.
    pub given: Vec<TrajectoryEvent>,
    /// What is asked.
    pub command: TrajectoryCommand,
    /// On which day.
    pub on: NaiveDate,
    /// A role that may ask it.
    pub by: Role,
    /// What follows.
    pub happens: TrajectoryEvent,
}

impl Sample {
    /// The context in which it is asked: at noon of its day, by its role.
    pub fn context(&self) -> CommandContext {
        self.context_as(self.by)
    }

    /// The same, in another role. A transfer is accepted by the receiving parket, an erasure is asked and answered by two.
    pub fn context_as(&self, role: Role) -> CommandContext {
        let mut context = context(role, self.on);
        if self.command.kind() == TrajectoryCommandKind::TransferTrajectory && context.actor.organisation == parket() {
            context.actor.organisation = other_parket();
        }
        match self.command.kind() {
            TrajectoryCommandKind::RequestErasure => context.actor.id = ActorId("officer-1".into()),
            TrajectoryCommandKind::RefuseErasure | TrajectoryCommandKind::ConfirmErasure => {
                context.actor.id = ActorId("officer-2".into());
            }
            _as_the_role_is_called => {}
        }
        context
    }
}

/// The person of the sample dossier who has this role, acting at noon of this day.
pub fn context(role: Role, today: NaiveDate) -> CommandContext {
    let id = match role {
        Role::Guide => guide(),
        Role::Prosecutor
        | Role::ProsecutionJurist
        | Role::MuseumCoordinator
        | Role::ComplianceOfficer
        | Role::PolicyAnalyst
        | Role::PlanCoordinator
        | Role::DomainContact
        | Role::Administrator => ActorId(format!("{role:?}-1").to_lowercase()),
    };
    let organisation = match role {
        Role::MuseumCoordinator | Role::Guide => OrganisationId::kazerne_dossin(),
        Role::Prosecutor | Role::ProsecutionJurist | Role::ComplianceOfficer => parket(),
        Role::PolicyAnalyst | Role::PlanCoordinator | Role::DomainContact | Role::Administrator => {
            OrganisationId("abb".into())
        }
    };
    CommandContext {
        actor: Actor { id, role, organisation },
        purpose: Purpose::CaseHandling,
        at: today.and_hms_opt(12, 0, 0).unwrap_or_default().and_utc(),
        today,
        command_id: COMMAND_ID,
        expected_version: None,
        provenance: Provenance::default(),
    }
}

/// A request as given.
pub fn request_given() -> RequestGiven {
    let request = request();
    RequestGiven {
        number: request.number,
        parket: request.parket,
        subject: request.subject,
        case_reference: text(&request.case_reference),
        basis: request.basis,
        offences: request.offences,
        offence_on: given(&request.offence_on),
        participant: participant_given(),
        facts: text(&request.facts),
        standing: request.standing,
        agreement_names_216ter: false,
        minors_allowed: Minors { allowed: false, criteria: Some("kd-leaflet".into()) },
    }
}

/// The participant as given.
pub fn participant_given() -> ParticipantGiven {
    let participant = participant(subject());
    ParticipantGiven {
        name: text(&participant.name),
        birth_on: given(&participant.birth_on),
        contact: text(&participant.contact),
        language: text(&participant.language),
        interpreter_needed: given(&participant.interpreter_needed),
    }
}

/// The sample answers as given.
pub fn answers_given() -> Vec<AnswerGiven> {
    let as_given = |answer: CriterionAssessed| AnswerGiven {
        criterion: answer.criterion,
        answer: answer.answer,
        note: answer.note.as_ref().map(text),
    };
    answers().into_iter().map(as_given).collect()
}

/// The sample of a command: possible where it stands, and with a known consequence.
pub fn sample(kind: TrajectoryCommandKind) -> Sample {
    use Role::{Administrator, ComplianceOfficer, Guide, MuseumCoordinator, ProsecutionJurist, Prosecutor};
    use TrajectoryCommandKind as Kind;
    use TrajectoryStatus::*;
    let (from, by, happens) = match kind {
        Kind::DraftRequest => (None, ProsecutionJurist, drafted()),
        Kind::RequestTrajectory => (Some(Drafted), Prosecutor, requested()),
        Kind::PrepareEligibility => (Some(Requested), ProsecutionJurist, prepared_answers()),
        Kind::AssessEligibility => (Some(Requested), Prosecutor, assessed()),
        Kind::GiveConsent => (Some(Eligible), ProsecutionJurist, consented()),
        Kind::RefuseConsent => (Some(Eligible), ProsecutionJurist, refused()),
        Kind::WithdrawConsent => (Some(Toured), MuseumCoordinator, withdrawn()),
        Kind::GiveSharingConsent => (Some(Eligible), ProsecutionJurist, sharing_given()),
        Kind::WithdrawSharingConsent => (Some(Consented), ProsecutionJurist, sharing_withdrawn()),
        Kind::AttachConsentEvidence => (Some(Consented), ProsecutionJurist, evidence_attached()),
        Kind::AssignGuide => (Some(Consented), MuseumCoordinator, guide_assigned()),
        Kind::ReplaceGuide => (Some(Consented), MuseumCoordinator, guide_replaced()),
        Kind::PlanAppointment => (Some(Consented), Guide, call_planned()),
        Kind::MoveAppointment => (Some(Consented), Guide, call_moved()),
        Kind::CancelAppointment => (Some(Consented), Guide, call_cancelled()),
        Kind::MissAppointment => (Some(Consented), Guide, call_missed()),
        Kind::HoldPreparatoryCall => (Some(Consented), Guide, call_held()),
        Kind::HoldTour => (Some(Prepared), Guide, tour_held()),
        Kind::InterruptTour => (Some(Prepared), Guide, tour_interrupted()),
        Kind::HoldInDepthTalk => (Some(Toured), Guide, talk_held()),
        Kind::FileReflectionReport => (Some(Deepened), Guide, guide_reflected()),
        Kind::WaiveReflectionReport => (Some(Deepened), Guide, participant_waived()),
        Kind::IssueAdvice => (Some(Reflected), MuseumCoordinator, advised()),
        Kind::AssembleBundle => (Some(Advised), MuseumCoordinator, bundled()),
        Kind::DeliverBundle => (Some(Advised), MuseumCoordinator, delivered()),
        Kind::ReceiveBundle => (Some(Delivered), ProsecutionJurist, received()),
        Kind::RecordOutcome => (Some(Delivered), Prosecutor, outcome_recorded()),
        Kind::RetractRequest => (Some(Consented), Prosecutor, retracted()),
        Kind::OfferTransfer => (Some(Eligible), Prosecutor, transfer_offered()),
        Kind::TransferTrajectory => (Some(Eligible), Prosecutor, transferred()),
        Kind::CloseTrajectory => (Some(Delivered), MuseumCoordinator, closed()),
        Kind::DiscontinueTrajectory => (Some(Prepared), MuseumCoordinator, discontinued()),
        Kind::ReopenTrajectory => (Some(Closed), MuseumCoordinator, reopened()),
        Kind::CorrectFact => (Some(Closed), Guide, corrected()),
        Kind::AnnulStep => (Some(Deepened), Guide, annulled()),
        Kind::ReplaceParticipant => (Some(Eligible), Prosecutor, participant_replaced()),
        Kind::LinkSubjects => (Some(Eligible), Prosecutor, linked()),
        Kind::UnlinkSubjects => (Some(Eligible), Prosecutor, unlinked()),
        Kind::ReportIncident => (Some(Toured), Guide, incident()),
        Kind::ReassignTrajectory => (Some(Eligible), ProsecutionJurist, reassigned()),
        Kind::RestrictProcessing => (Some(Eligible), ComplianceOfficer, restricted()),
        Kind::LiftRestriction => (Some(Eligible), ComplianceOfficer, restriction_lifted()),
        Kind::PlaceLegalHold => (Some(Eligible), ComplianceOfficer, hold_placed()),
        Kind::LiftLegalHold => (Some(Eligible), ComplianceOfficer, hold_lifted()),
        Kind::RequestErasure => (Some(Closed), ComplianceOfficer, erasure_requested()),
        Kind::RefuseErasure => (Some(Closed), Prosecutor, erasure_refused()),
        Kind::ConfirmErasure => (Some(Closed), Prosecutor, erasure_confirmed()),
        Kind::RecordKeyDestroyed => (Some(Closed), Administrator, key_destroyed()),
        Kind::RecordRecipientTold => (Some(Closed), Prosecutor, told()),
    };
    let mut given = from.map(history).unwrap_or_default();
    given.extend(also_given(kind));
    let on = crate::kernel::EventPayload::occurred_on(&happens);
    Sample { given, command: asked(kind), on, by, happens }
}

/// What a command needs besides the status.
fn also_given(kind: TrajectoryCommandKind) -> Vec<TrajectoryEvent> {
    use TrajectoryCommandKind as Kind;
    match kind {
        Kind::WithdrawSharingConsent => vec![sharing_given()],
        Kind::ReplaceGuide | Kind::PlanAppointment | Kind::HoldPreparatoryCall => vec![guide_assigned()],
        Kind::MoveAppointment | Kind::CancelAppointment | Kind::MissAppointment => {
            vec![guide_assigned(), call_planned()]
        }
        Kind::DeliverBundle => vec![bundled()],
        Kind::TransferTrajectory => vec![transfer_offered()],
        Kind::UnlinkSubjects => vec![linked()],
        Kind::LiftRestriction => vec![restricted()],
        Kind::LiftLegalHold => vec![hold_placed()],
        Kind::RequestErasure => vec![restricted()],
        Kind::RefuseErasure | Kind::ConfirmErasure => vec![restricted(), erasure_requested()],
        Kind::RecordKeyDestroyed => vec![restricted(), erasure_requested(), erasure_confirmed()],
        Kind::RecordRecipientTold => vec![corrected()],
        _needs_no_more => Vec::new(),
    }
}

/// The command itself.
fn asked(kind: TrajectoryCommandKind) -> TrajectoryCommand {
    use TrajectoryCommand as C;
    use TrajectoryCommandKind as Kind;
    let some = |words: &str| Some(Text::from(words));
    match kind {
        Kind::DraftRequest => C::DraftRequest { request: request_given() },
        Kind::RequestTrajectory => C::RequestTrajectory { request: request_given() },
        Kind::PrepareEligibility => {
            C::PrepareEligibility { criteria: CriteriaVersion::kd_leaflet(), answers: answers_given() }
        }
        Kind::AssessEligibility => C::AssessEligibility {
            criteria: CriteriaVersion::kd_leaflet(),
            answers: answers_given(),
            decided: EligibilityOutcome::Eligible,
            reason: None,
        },
        Kind::GiveConsent => C::GiveConsent {
            declared_on: day(3, 10),
            text_version: "2026-1".into(),
            given_by: ConsentGiver::Participant,
            facts_not_disputed: true,
            willing: true,
        },
        Kind::RefuseConsent => C::RefuseConsent { declared_on: day(3, 10), text_version: "2026-1".into() },
        Kind::WithdrawConsent => C::WithdrawConsent { declared_on: day(3, 21) },
        Kind::GiveSharingConsent => C::GiveSharingConsent {
            declared_on: day(3, 10),
            text_version: "2026-1".into(),
            recipients: vec![parket()],
            scope: SharingScope::Bundle,
            expires_on: Some(day(12, 31)),
        },
        Kind::WithdrawSharingConsent => C::WithdrawSharingConsent { declared_on: day(3, 11) },
        Kind::AttachConsentEvidence => {
            C::AttachConsentEvidence { kind: EvidenceKind::SignedPaper, document: document() }
        }
        Kind::AssignGuide => C::AssignGuide { guide: guide(), competence_attested: true },
        Kind::ReplaceGuide => C::ReplaceGuide {
            guide: other_guide(),
            competence_attested: true,
            reason: some("De deelnemer kent de gids."),
        },
        Kind::PlanAppointment => C::PlanAppointment {
            appointment: appointment(),
            kind: AppointmentKind::PreparatoryCall,
            channel: Channel::Telephone,
            starts_at: morning(3, 16),
            interpreter: some("Tolk Frans"),
            companions: some("Een vertrouwenspersoon"),
        },
        Kind::MoveAppointment => C::MoveAppointment {
            appointment: appointment(),
            starts_at: morning(3, 17),
            reason: AppointmentReason::ParticipantAsked,
            remark: some("Werkt die dag."),
        },
        Kind::CancelAppointment => C::CancelAppointment {
            appointment: appointment(),
            reason: AppointmentReason::Illness,
            remark: some("Ligt in bed."),
        },
        Kind::MissAppointment => C::MissAppointment {
            appointment: appointment(),
            reason: AppointmentReason::NoShow,
            remark: some("Nam niet op."),
        },
        Kind::HoldPreparatoryCall => {
            C::HoldPreparatoryCall { held_on: day(3, 16), notes: some("Wil weten wat er met het verslag gebeurt.") }
        }
        Kind::HoldTour => C::HoldTour { held_on: day(3, 20), minutes: 110, adapted_to: some("Slechthorend") },
        Kind::InterruptTour => C::InterruptTour { held_on: day(3, 18), minutes: 20, reason: Text::from("Werd onwel.") },
        Kind::HoldInDepthTalk => C::HoldInDepthTalk {
            held_on: day(3, 20),
            notes: some("Legde zelf het verband."),
            themes: vec![TalkTheme::HistoricalKnowledge, TalkTheme::Dehumanisation],
            reason_not_same_day: None,
        },
        Kind::FileReflectionReport => C::FileReflectionReport {
            filed_on: day(3, 24),
            author: ReflectionAuthor::Guide,
            language: "nl".into(),
            statement: StatementKind::Assessment,
            text: Text::from("Luisterde en stelde vragen."),
            evidence: Some(document()),
        },
        Kind::WaiveReflectionReport => C::WaiveReflectionReport {
            author: ReflectionAuthor::Participant,
            reason: WaiverReason::CoveredByConversation,
            remark: some("Schrijft moeilijk."),
        },
        Kind::IssueAdvice => C::IssueAdvice {
            conclusion: AdviceConclusion::FavourableWithRemarks,
            motivation: Text::from("Nam actief deel."),
            revision_reason: None,
        },
        Kind::AssembleBundle => C::AssembleBundle { pieces: pieces(), document: bundle_document('b') },
        Kind::DeliverBundle => C::DeliverBundle { number: 1, recipient: parket(), delivered_on: day(4, 1) },
        Kind::ReceiveBundle => C::ReceiveBundle { number: 1, received_on: day(4, 2) },
        Kind::RecordOutcome => C::RecordOutcome {
            outcome: ProsecutionOutcome::ProvisionallyDismissed,
            decided_on: day(4, 10),
            remark: some("Mits geen nieuwe feiten."),
            revision_reason: None,
        },
        Kind::RetractRequest => {
            C::RetractRequest { reason: RetractionReason::OtherMeasure, remark: some("Bemiddeling.") }
        }
        Kind::OfferTransfer => C::OfferTransfer { to: other_parket() },
        Kind::TransferTrajectory => C::TransferTrajectory { accepted_on: day(3, 9) },
        Kind::CloseTrajectory => C::CloseTrajectory { reason: EndReason::Completed, remark: some("Vlot verlopen.") },
        Kind::DiscontinueTrajectory => {
            C::DiscontinueTrajectory { reason: EndReason::Unreachable, remark: some("Nummer buiten gebruik.") }
        }
        Kind::ReopenTrajectory => {
            C::ReopenTrajectory { reason: EndReason::Other, remark: some("Meldde zich opnieuw.") }
        }
        Kind::CorrectFact => C::CorrectFact {
            sequence: 11,
            field: CorrectableField::ReportText,
            value: CorrectionGiven::Text(Text::from("Luisterde en stelde veel vragen.")),
            reason: Text::from("Een woord viel weg."),
            reason_not_same_day: None,
            standing: None,
            age: None,
        },
        Kind::AnnulStep => C::AnnulStep { sequence: 10, reason: AnnulmentReason::EnteredByMistake },
        Kind::ReplaceParticipant => C::ReplaceParticipant {
            subject: other_subject(),
            participant: participant_given(),
            case_reference: Text::from("ME.56.L1.000124/26"),
            offence_on: Confidential(day(1, 21)),
            facts: Text::from("Verspreidde een pamflet."),
            minors_allowed: Minors { allowed: false, criteria: Some("kd-leaflet".into()) },
        },
        Kind::LinkSubjects => C::LinkSubjects { other_subject: other_subject(), other_dossier: other_dossier() },
        Kind::UnlinkSubjects => C::UnlinkSubjects { other_subject: other_subject() },
        Kind::ReportIncident => {
            C::ReportIncident { happened_on: day(3, 20), notes: Text::from("Een bezoeker mengde zich.") }
        }
        Kind::ReassignTrajectory => C::ReassignTrajectory { to: ActorId("prosecutor-2".into()) },
        Kind::RestrictProcessing => {
            C::RestrictProcessing { ground: RestrictionGround::AccuracyContested, reference: reference() }
        }
        Kind::LiftRestriction => {
            C::LiftRestriction { ground: RestrictionGround::AccuracyContested, reference: reference() }
        }
        Kind::PlaceLegalHold => C::PlaceLegalHold { ground: RestrictionGround::Evidence, reference: reference() },
        Kind::LiftLegalHold => C::LiftLegalHold { ground: RestrictionGround::Evidence, reference: reference() },
        Kind::RequestErasure => C::RequestErasure { subject: subject(), reference: reference() },
        Kind::RefuseErasure => C::RefuseErasure { subject: subject(), reference: reference() },
        Kind::ConfirmErasure => C::ConfirmErasure { subject: subject() },
        Kind::RecordKeyDestroyed => {
            C::RecordKeyDestroyed { subject: subject(), key_backups_kept_days: 35, unreadable: UNREADABLE }
        }
        Kind::RecordRecipientTold => C::RecordRecipientTold {
            recipient: parket(),
            sequence: 19,
            told_on: day(4, 29),
            means: NotificationMeans::Letter,
        },
    }
}

fn text(personal: &Personal<String>) -> Text {
    given(personal)
}

fn given<T: Clone + Default>(personal: &Personal<T>) -> Confidential<T> {
    Confidential(personal.value().cloned().unwrap_or_default())
}
