//! The museum's part: the guide, the call, the tour, the talk, the reflections, the advice.

use async_graphql::ID;
use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_domain::trajectory::vocabulary::{AdviceConclusion, ReflectionAuthor, TalkTheme, WaiverReason};

use super::given::{guide as known, optional, personal};
use super::trajectory_commands;
use crate::graphql::coded::Coded;
use crate::graphql::scalars::Date;

trajectory_commands! {
    /// The museum's part of a learning trajectory.
    MuseumMutations;

    /// Assign a guide who has the attested training.
    assign_guide(AssignGuideInput) {
        /// The guide, by global id or by account (the subject of the token, never a name).
        guide: ID,
        /// Whether the guide's training is attested.
        competence_attested: bool,
    } => TrajectoryCommand::AssignGuide { guide: known(&guide)?, competence_attested };

    /// Let another guide take over.
    replace_guide(ReplaceGuideInput) {
        /// The guide who takes over, by global id or by account (the subject of the token, never a name).
        guide: ID,
        /// Whether that guide's training is attested.
        competence_attested: bool,
        /// Why; personal.
        reason: Option<String>,
    } => TrajectoryCommand::ReplaceGuide { guide: known(&guide)?, competence_attested, reason: optional(reason) };

    /// Record the preparatory call; there may be more than one.
    hold_preparatory_call(HoldPreparatoryCallInput) {
        /// The day of the call.
        held_on: Date,
        /// Notes; personal, and never a piece of a bundle.
        notes: Option<String>,
    } => TrajectoryCommand::HoldPreparatoryCall { held_on: held_on.0, notes: optional(notes) };

    /// Record the individual tour.
    hold_tour(HoldTourInput) {
        /// The day of the tour.
        held_on: Date,
        /// How long it took, in minutes.
        minutes: u32,
        /// What the tour was adapted to; personal.
        adapted_to: Option<String>,
    } => TrajectoryCommand::HoldTour { held_on: held_on.0, minutes, adapted_to: optional(adapted_to) };

    /// Record that the tour was broken off; the dossier stays prepared.
    interrupt_tour(InterruptTourInput) {
        /// The day of the tour.
        held_on: Date,
        /// How long it took until then, in minutes.
        minutes: u32,
        /// Why; personal.
        reason: String,
    } => TrajectoryCommand::InterruptTour { held_on: held_on.0, minutes, reason: personal(reason) };

    /// Record the in-depth talk.
    hold_in_depth_talk(HoldInDepthTalkInput) {
        /// The day of the talk.
        held_on: Date,
        /// Notes; personal, and never a piece of a bundle.
        notes: Option<String>,
        /// The themes that were talked about.
        themes: Vec<Coded<TalkTheme>>,
        /// Why it was not on the day of the tour, when it was not; personal.
        reason_not_same_day: Option<String>,
    } => TrajectoryCommand::HoldInDepthTalk {
        held_on: held_on.0,
        notes: optional(notes),
        themes: themes.into_iter().map(|theme| theme.0).collect(),
        reason_not_same_day: optional(reason_not_same_day),
    };

    /// Record that a reflection report is not needed.
    waive_reflection_report(WaiveReflectionReportInput) {
        /// Whose reflection it would have been.
        author: Coded<ReflectionAuthor>,
        /// Why it is not needed.
        reason: Coded<WaiverReason>,
        /// A remark; personal.
        remark: Option<String>,
    } => TrajectoryCommand::WaiveReflectionReport {
        author: author.0, reason: reason.0, remark: optional(remark),
    };

    /// Give the reasoned advice, or revise it once given.
    issue_advice(IssueAdviceInput) {
        /// The conclusion.
        conclusion: Coded<AdviceConclusion>,
        /// The motivation; personal, never empty.
        motivation: String,
        /// Why it is revised, when it is; personal.
        revision_reason: Option<String>,
    } => TrajectoryCommand::IssueAdvice {
        conclusion: conclusion.0, motivation: personal(motivation), revision_reason: optional(revision_reason),
    };
}
