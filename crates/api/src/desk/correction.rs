//! Corrections: a birth date or an offence date is checked against the other one, which stands sealed in the log.

use chrono::NaiveDate;
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::{CommandContext, Confidential, DossierId, PersonalContent};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::{AgeKnown, CorrectionGiven, Text, TrajectoryCommand};
use spoor_domain::trajectory::vocabulary::CorrectableField;
use spoor_eventlog::{Executed, Versioned};
use spoor_projections::trajectories::{PersonalField, standing_values};

use super::{Desk, DeskError};

/// A correction as it was asked.
pub(super) struct Correction {
    pub sequence: u64,
    pub field: CorrectableField,
    pub value: CorrectionGiven,
    pub reason: Text,
    pub reason_not_same_day: Option<Text>,
}

impl Desk {
    /// Corrects a recorded value. Where the age at the facts depends on it, the dossier must still be what it was when
    /// the other day was read.
    pub(super) async fn correct_fact(
        &self,
        dossier: DossierId,
        found: &Versioned<LearningTrajectory>,
        correction: Correction,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let Correction { sequence, field, value, reason, reason_not_same_day } = correction;
        let command = |age| TrajectoryCommand::CorrectFact { sequence, field, value, reason, reason_not_same_day, age };
        let other = match field {
            CorrectableField::ParticipantBirthOn => Some(PersonalField::OffenceOn),
            CorrectableField::OffenceOn => Some(PersonalField::ParticipantBirthOn),
            _no_day_of_the_age => None,
        };
        let Some(other) = other else {
            return self.execute(dossier, &command(None), context).await;
        };
        let parket = found.state.parket().unwrap_or(&context.actor.organisation);
        let minors_allowed = self.minors_allowed(parket, found.state.requested_on().unwrap_or(context.today));
        let other_day = self.day_that_stands(dossier, other).await?;
        let age = other_day.map(|day| AgeKnown { other_day: Confidential(day), minors_allowed });
        let mut context = context.clone();
        context.expected_version = context.expected_version.or(Some(found.version));
        self.execute(dossier, &command(age), &context).await
    }

    /// A personal day as it stands, corrections included; none where it cannot be read any more.
    async fn day_that_stands(&self, dossier: DossierId, field: PersonalField) -> Result<Option<NaiveDate>, DeskError> {
        let mut events = Vec::new();
        for record in self.log.read_stream(aggregate_type::TRAJECTORY, &dossier.to_string()).await? {
            let recorded = record.decode()?;
            if let DomainEvent::Trajectory(event) = recorded.event {
                events.push((recorded.sequence, event));
            }
        }
        let values = standing_values(events.iter().map(|(sequence, event)| (*sequence, event)));
        let Some(standing) = values.into_iter().find(|value| value.field == field) else { return Ok(None) };
        Ok(match self.log.vault().open(&standing.value).await?.content {
            PersonalContent::Clear(day) => serde_json::from_value(day).ok(),
            PersonalContent::Sealed { .. } | PersonalContent::Withheld(_) => None,
        })
    }
}
