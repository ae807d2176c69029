//! Corrections. What they are checked against stands sealed in the log and is opened here: the value itself, which is not
//! corrected to what it is, and of the days of birth and offence the other one.

use chrono::NaiveDate;
use spoor_domain::catalogue::aggregate_type;
use spoor_domain::kernel::{CommandContext, Confidential, DossierId, Personal};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::{AgeKnown, CorrectionGiven, Text, TrajectoryCommand};
use spoor_domain::trajectory::event::CorrectedValue;
use spoor_domain::trajectory::vocabulary::CorrectableField;
use spoor_eventlog::Executed;
use spoor_projections::trajectories::{PersonalField, PersonalValue, standing_values, to_be_corrected};

use super::bundle::events;
use super::{Desk, DeskError};

/// How often the values are read anew because something else happened in the dossier after they were read.
const ATTEMPTS: usize = 4;

/// A correction as it was asked.
pub(super) struct Correction {
    pub sequence: u64,
    pub field: CorrectableField,
    pub value: CorrectionGiven,
    pub reason: Text,
    pub reason_not_same_day: Option<Text>,
}

impl Correction {
    fn command(&self, standing: Option<CorrectedValue>, age: Option<AgeKnown>) -> TrajectoryCommand {
        TrajectoryCommand::CorrectFact {
            sequence: self.sequence,
            field: self.field,
            value: self.value.clone(),
            reason: self.reason.clone(),
            reason_not_same_day: self.reason_not_same_day.clone(),
            standing,
            age,
        }
    }
}

impl Desk {
    /// Corrects a recorded value.
    pub(super) async fn correct_fact(
        &self,
        dossier: DossierId,
        correction: Correction,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        if correction.field == CorrectableField::HeldOn {
            // The day of a step is not sealed: the state knows it.
            return self.execute(dossier, &correction.command(None, None), context).await;
        }
        for _ in 1..ATTEMPTS {
            match self.correct_sealed(dossier, &correction, context).await {
                Err(DeskError::VersionConflict { .. }) if context.expected_version.is_none() => {}
                done => return done,
            }
        }
        self.correct_sealed(dossier, &correction, context).await
    }

    /// Corrects a sealed value: the dossier must still be what it was when its values were read.
    async fn correct_sealed(
        &self,
        dossier: DossierId,
        correction: &Correction,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let found = self.log.load::<LearningTrajectory>(&dossier.to_string()).await?;
        let values = self.values_that_stand(dossier).await?;
        let standing = match to_be_corrected(&values, correction.sequence, correction.field) {
            Some(value) => self.as_recorded(correction.field, value).await?,
            None => None,
        };
        let age = self.age_known(&found.state, correction.field, &values, context).await?;
        let mut context = context.clone();
        context.expected_version = context.expected_version.or(Some(found.version));
        self.execute(dossier, &correction.command(standing, age), &context).await
    }

    /// What is needed to check the age at the facts, where the correction changes it and the other day can be read.
    async fn age_known(
        &self,
        state: &LearningTrajectory,
        field: CorrectableField,
        values: &[PersonalValue],
        context: &CommandContext,
    ) -> Result<Option<AgeKnown>, DeskError> {
        let other = match field {
            CorrectableField::ParticipantBirthOn => PersonalField::OffenceOn,
            CorrectableField::OffenceOn => PersonalField::ParticipantBirthOn,
            _no_day_of_the_age => return Ok(None),
        };
        let Some(other) = values.iter().find(|value| value.field == other) else { return Ok(None) };
        let Some(day) = self.opened(other).await? else { return Ok(None) };
        let parket = state.parket().unwrap_or(&context.actor.organisation);
        let minors_allowed = self.minors_allowed(parket, state.requested_on().unwrap_or(context.today));
        let known = |day: NaiveDate| AgeKnown { other_day: Confidential(day), minors_allowed };
        Ok(serde_json::from_value(day).ok().map(known))
    }

    /// A sealed value as its own correction would bring it; none where it cannot be read any more.
    async fn as_recorded(
        &self,
        field: CorrectableField,
        value: &PersonalValue,
    ) -> Result<Option<CorrectedValue>, DeskError> {
        let subject = value.value.subject;
        let Some(opened) = self.opened(value).await? else { return Ok(None) };
        Ok(match field {
            CorrectableField::ParticipantBirthOn | CorrectableField::OffenceOn => {
                serde_json::from_value(opened).ok().map(|day| CorrectedValue::Day(Personal::clear(subject, day)))
            }
            _a_text => {
                serde_json::from_value(opened).ok().map(|text| CorrectedValue::Text(Personal::clear(subject, text)))
            }
        })
    }

    async fn opened(&self, value: &PersonalValue) -> Result<Option<serde_json::Value>, DeskError> {
        Ok(self.log.vault().open(&value.value).await?.value().cloned())
    }

    /// The personal values of a dossier as they stand, corrections included: sealed.
    async fn values_that_stand(&self, dossier: DossierId) -> Result<Vec<PersonalValue>, DeskError> {
        let records = self.log.read_stream(aggregate_type::TRAJECTORY, &dossier.to_string()).await?;
        let events = events(&records)?;
        Ok(standing_values(events.iter().map(|(record, event)| (record.sequence, event))))
    }
}
