//! What was recorded wrongly, and what happened besides the steps.

use async_graphql::{ID, OneofObject};
use spoor_domain::kernel::Confidential;
use spoor_domain::trajectory::command::{CorrectionGiven, TrajectoryCommand};
use spoor_domain::trajectory::vocabulary::{AnnulmentReason, CorrectableField};

use super::given::{dossier, optional, personal, subject};
use super::trajectory_commands;
use crate::graphql::coded::Coded;
use crate::graphql::scalars::Date;

/// The right value, of the kind the field holds.
#[derive(OneofObject)]
pub enum CorrectionInput {
    /// A text; personal.
    Text(String),
    /// A day about the participant or the facts; personal.
    Day(Date),
    /// The day of a step.
    StepDay(Date),
}

impl From<CorrectionInput> for CorrectionGiven {
    fn from(given: CorrectionInput) -> Self {
        match given {
            CorrectionInput::Text(text) => CorrectionGiven::Text(Confidential(text)),
            CorrectionInput::Day(day) => CorrectionGiven::Day(Confidential(day.0)),
            CorrectionInput::StepDay(day) => CorrectionGiven::StepDay(day.0),
        }
    }
}

trajectory_commands! {
    /// Corrections and incidents.
    CorrectionMutations;

    /// Correct a recorded value; views show the new value, the trail keeps both.
    correct_fact(CorrectFactInput) {
        /// The version of the dossier at which the value was recorded.
        sequence: u64,
        /// Which value.
        field: Coded<CorrectableField>,
        /// The right value.
        value: CorrectionInput,
        /// Why; personal.
        reason: String,
        /// Why tour and talk are not on one day, where the corrected day parts them and the talk does not say it yet; personal.
        reason_not_same_day: Option<String>,
    } => TrajectoryCommand::CorrectFact {
        sequence,
        field: field.0,
        value: value.into(),
        reason: personal(reason),
        reason_not_same_day: optional(reason_not_same_day),
        standing: None,
        age: None,
    };

    /// Annul the latest step, before delivery.
    annul_step(AnnulStepInput) {
        /// The version of the dossier at which the step was recorded.
        sequence: u64,
        /// Why.
        reason: Coded<AnnulmentReason>,
    } => TrajectoryCommand::AnnulStep { sequence, reason: reason.0 };

    /// Record that the same person takes part in another dossier.
    link_subjects(LinkSubjectsInput) {
        /// The subject id in the other dossier.
        other_subject: ID,
        /// The other dossier.
        other_dossier: ID,
    } => TrajectoryCommand::LinkSubjects {
        other_subject: subject(&other_subject, "otherSubject")?,
        other_dossier: dossier(&other_dossier, "otherDossier")?,
    };

    /// Undo a link that turned out to be wrong.
    unlink_subjects(UnlinkSubjectsInput) {
        /// The subject id in the other dossier.
        other_subject: ID,
    } => TrajectoryCommand::UnlinkSubjects { other_subject: subject(&other_subject, "otherSubject")? };

    /// Report an incident.
    report_incident(ReportIncidentInput) {
        /// The day it happened.
        happened_on: Date,
        /// What happened; personal.
        notes: String,
    } => TrajectoryCommand::ReportIncident { happened_on: happened_on.0, notes: personal(notes) };
}
