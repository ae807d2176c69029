//! Eligibility and participants: the criteria in force come from the book, for the parket and the day of the request.

use chrono::NaiveDate;
use spoor_domain::kernel::{CommandContext, Confidential, DossierId, Refusal, RefusalCode, SubjectId, derived_id};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::{
    AnswerGiven, ParticipantGiven, Text, TrajectoryCommand, TrajectoryCommandKind,
};
use spoor_domain::trajectory::criteria::CriteriaVersion;
use spoor_domain::trajectory::event::TrajectoryEvent;
use spoor_domain::trajectory::vocabulary::EligibilityOutcome;
use spoor_eventlog::Executed;

use super::{Desk, DeskError};

/// The answers to the criteria and what is decided.
#[derive(Clone, Debug)]
pub struct EligibilityAnswers {
    /// The answers.
    pub answers: Vec<AnswerGiven>,
    /// The decision.
    pub decided: EligibilityOutcome,
    /// Why it differs from what the answers compute to, when it does.
    pub reason: Option<Text>,
}

/// The right person instead of the wrong one.
#[derive(Clone, Debug)]
pub struct NewParticipant {
    /// The person.
    pub participant: ParticipantGiven,
    /// The parket's own reference.
    pub case_reference: Text,
    /// When the facts happened.
    pub offence_on: Confidential<NaiveDate>,
    /// The facts, in short.
    pub facts: Text,
}

/// No criteria are in force.
#[derive(Debug, thiserror::Error)]
#[error("No eligibility criteria are in force for this parket on this day: have them configured first.")]
struct NoCriteria;

impl Refusal for NoCriteria {
    fn code(&self) -> RefusalCode {
        RefusalCode::RuleNotMet
    }
    fn message_nl(&self) -> String {
        "Voor dit parket zijn op deze dag geen criteria van kracht: laat ze eerst instellen.".into()
    }
}

impl Desk {
    /// Prepares the answers to the criteria in force.
    pub async fn prepare_eligibility(
        &self,
        dossier: DossierId,
        answers: Vec<AnswerGiven>,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let found = self.admit(dossier, TrajectoryCommandKind::PrepareEligibility, context).await?;
        let criteria = self.criteria_for(dossier, &found.state, context).await?;
        self.execute(dossier, &TrajectoryCommand::PrepareEligibility { criteria, answers }, context).await
    }

    /// Decides on eligibility by the criteria in force.
    pub async fn assess_eligibility(
        &self,
        dossier: DossierId,
        given: EligibilityAnswers,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let found = self.admit(dossier, TrajectoryCommandKind::AssessEligibility, context).await?;
        let criteria = self.criteria_for(dossier, &found.state, context).await?;
        let EligibilityAnswers { answers, decided, reason } = given;
        self.execute(dossier, &TrajectoryCommand::AssessEligibility { criteria, answers, decided, reason }, context)
            .await
    }

    /// Registers the right person, under a subject of their own.
    pub async fn replace_participant(
        &self,
        dossier: DossierId,
        given: NewParticipant,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let found = self.admit(dossier, TrajectoryCommandKind::ReplaceParticipant, context).await?;
        let on = found.state.requested_on().unwrap_or(context.today);
        let parket = found.state.parket().unwrap_or(&context.actor.organisation);
        let minors_allowed = self.minors_allowed(parket, on);
        let NewParticipant { participant, case_reference, offence_on, facts } = given;
        let subject = SubjectId(derived_id(context.command_id, "subject"));
        let command = TrajectoryCommand::ReplaceParticipant {
            subject,
            participant,
            case_reference,
            offence_on,
            facts,
            minors_allowed,
        };
        self.execute(dossier, &command, context).await
    }

    /// The criteria of the day of the request; on a repeat those that were used the first time.
    async fn criteria_for(
        &self,
        dossier: DossierId,
        state: &LearningTrajectory,
        context: &CommandContext,
    ) -> Result<CriteriaVersion, DeskError> {
        let used = match self.earlier(dossier, context.command_id).await? {
            Some(TrajectoryEvent::EligibilityPrepared { criteria_version, .. }) => Some(criteria_version),
            Some(
                TrajectoryEvent::EligibilityAssessed { assessment, .. }
                | TrajectoryEvent::EligibilityReassessed { assessment, .. },
            ) => Some(assessment.criteria_version),
            Some(_) | None => None,
        };
        let parket = state.parket().unwrap_or(&context.actor.organisation);
        let on = state.requested_on().unwrap_or(context.today);
        let found = match used {
            Some(code) => self.criteria.versions.iter().find(|version| version.code == code),
            None => self.criteria.in_force(parket, on),
        };
        found.cloned().ok_or_else(|| DeskError::Refused(Box::new(NoCriteria)))
    }
}
