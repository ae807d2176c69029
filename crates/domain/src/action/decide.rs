//! What may happen to a plan action, and who may let it happen.

mod definition;
mod figures;
mod report;
mod who;

use chrono::{Datelike, NaiveDate};

use super::command::{ActionCommand, ActionCommandKind};
use super::event::ActionEvent;
use super::rejection::ActionRejection;
use super::state::PlanAction;
use crate::kernel::{CommandContext, Decider, HalfYear, is_blank};

/// The most bytes one event of an action may have as JSON: a line of the log has a limit, and a longer report text is
/// better split over rows.
pub const MAX_EVENT_BYTES: usize = 48 * 1024;

/// The year of the first action plan of the Flemish Government (3 April 2015): nothing of an action happened before.
pub const FIRST_YEAR: i32 = 2015;

impl ActionCommand {
    /// Which kind of command this is.
    pub fn kind(&self) -> ActionCommandKind {
        match self {
            Self::DefineAction { .. } => ActionCommandKind::DefineAction,
            Self::ReviseAction { .. } => ActionCommandKind::ReviseAction,
            Self::ChangeStatus { .. } => ActionCommandKind::ChangeStatus,
            Self::AssignResponsibility { .. } => ActionCommandKind::AssignResponsibility,
            Self::EndResponsibility { .. } => ActionCommandKind::EndResponsibility,
            Self::AddPartner { .. } => ActionCommandKind::AddPartner,
            Self::RemovePartner { .. } => ActionCommandKind::RemovePartner,
            Self::ReportProgress { .. } => ActionCommandKind::ReportProgress,
            Self::CarryForward { .. } => ActionCommandKind::CarryForward,
            Self::DeclareNothingToReport { .. } => ActionCommandKind::DeclareNothingToReport,
            Self::RecordRowWithoutText { .. } => ActionCommandKind::RecordRowWithoutText,
            Self::SubmitRow { .. } => ActionCommandKind::SubmitRow,
            Self::ReturnRow { .. } => ActionCommandKind::ReturnRow,
            Self::AcceptRow { .. } => ActionCommandKind::AcceptRow,
            Self::ReportBudget { .. } => ActionCommandKind::ReportBudget,
            Self::CorrectBudget { .. } => ActionCommandKind::CorrectBudget,
            Self::ReportMeans { .. } => ActionCommandKind::ReportMeans,
            Self::CorrectMeans { .. } => ActionCommandKind::CorrectMeans,
            Self::MentionFunding { .. } => ActionCommandKind::MentionFunding,
            Self::CorrectFundingMention { .. } => ActionCommandKind::CorrectFundingMention,
            Self::ReportIndicator { .. } => ActionCommandKind::ReportIndicator,
            Self::Together { .. } => ActionCommandKind::Together,
        }
    }
}

impl Decider for PlanAction {
    const TYPE: &'static str = crate::catalogue::aggregate_type::ACTION;
    type Command = ActionCommand;
    type Event = ActionEvent;
    type Rejection = ActionRejection;

    fn decide(&self, command: &ActionCommand, context: &CommandContext) -> Result<Vec<ActionEvent>, ActionRejection> {
        self.permitted(command, context)?;
        let events = self.decide_one(command, context)?;
        for event in &events {
            let bytes = serde_json::to_vec(event).map_or(0, |json| json.len());
            if bytes > MAX_EVENT_BYTES {
                return Err(ActionRejection::TextTooLong { bytes });
            }
        }
        Ok(events)
    }

    fn evolve(&mut self, event: &ActionEvent) {
        self.apply(event);
    }
}

impl PlanAction {
    fn decide_together(
        &self,
        commands: &[ActionCommand],
        context: &CommandContext,
    ) -> Result<Vec<ActionEvent>, ActionRejection> {
        let (mut action, mut all) = (self.clone(), Vec::new());
        for (index, command) in commands.iter().enumerate() {
            let events = action
                .decide(command, context)
                .map_err(|refused| ActionRejection::InStep { index, refused: Box::new(refused) })?;
            events.iter().for_each(|event| action.apply(event));
            all.extend(events);
        }
        Ok(all)
    }

    fn decide_one(
        &self,
        command: &ActionCommand,
        context: &CommandContext,
    ) -> Result<Vec<ActionEvent>, ActionRejection> {
        let may_come_first = matches!(command, ActionCommand::DefineAction { .. } | ActionCommand::Together { .. });
        if self.definition().is_none() && !may_come_first {
            return Err(ActionRejection::NotDefined);
        }
        self.written_as_known(command)?;
        match command {
            ActionCommand::DefineAction { defined_on, definition } => self.define(*defined_on, definition, context),
            ActionCommand::Together { commands } => self.decide_together(commands, context),
            ActionCommand::ReviseAction { revised_on, definition, keeps_continues } => {
                self.revise(*revised_on, definition, *keeps_continues, context)
            }
            ActionCommand::ChangeStatus { changed_on, half_year, status, reason } => {
                self.change_status(*changed_on, *half_year, *status, reason.as_deref(), context)
            }
            ActionCommand::AssignResponsibility { assigned_on, responsibility } => {
                self.assign_responsibility(*assigned_on, responsibility, context)
            }
            ActionCommand::EndResponsibility { ended_on, responsibility } => {
                self.end_responsibility(*ended_on, responsibility, context)
            }
            ActionCommand::AddPartner { added_on, partner } => self.add_partner(*added_on, partner, context),
            ActionCommand::RemovePartner { removed_on, partner } => self.remove_partner(*removed_on, partner, context),
            ActionCommand::ReportProgress { reported_on, row } => self.report_progress(*reported_on, row, context),
            ActionCommand::CarryForward { reported_on, from, to, half_year } => {
                self.carry_forward(*reported_on, *from, *to, *half_year, context)
            }
            ActionCommand::DeclareNothingToReport { declared_on, row } => {
                self.declare_nothing(*declared_on, row, context)
            }
            ActionCommand::RecordRowWithoutText { reported_on, row } => {
                self.record_without_text(*reported_on, row, context)
            }
            ActionCommand::SubmitRow { row } => self.submit(*row, context),
            ActionCommand::ReturnRow { row, reason } => self.send_back(*row, reason, context),
            ActionCommand::AcceptRow { row } => self.accept(*row, context),
            ActionCommand::ReportBudget { reported_on, entry } => self.report_budget(*reported_on, entry, context),
            ActionCommand::CorrectBudget { corrected_on, entry, keeps, reason } => {
                self.correct_budget(*corrected_on, entry, keeps, reason, context)
            }
            ActionCommand::ReportMeans { reported_on, means } => self.report_means(*reported_on, means, context),
            ActionCommand::CorrectMeans { corrected_on, means, keeps, reason } => {
                self.correct_means(*corrected_on, means, keeps, reason, context)
            }
            ActionCommand::MentionFunding { reported_on, mention } => {
                self.mention_funding(*reported_on, mention, context)
            }
            ActionCommand::CorrectFundingMention { corrected_on, mention, keeps, reason } => {
                self.correct_funding_mention(*corrected_on, mention, keeps, reason, context)
            }
            ActionCommand::ReportIndicator { reported_on, indicator } => {
                self.report_indicator(*reported_on, indicator, context)
            }
        }
    }
}

fn happened(on: NaiveDate, context: &CommandContext) -> Result<(), ActionRejection> {
    if on > context.today {
        return Err(ActionRejection::InFuture { on, today: context.today });
    }
    if on.year() < FIRST_YEAR { Err(ActionRejection::BeforePlans { on }) } else { Ok(()) }
}

fn begun(half_year: HalfYear, context: &CommandContext) -> Result<(), ActionRejection> {
    if half_year.has_begun(context.today) { Ok(()) } else { Err(ActionRejection::HalfYearAhead { half_year }) }
}

fn said(text: &str, what: &'static str) -> Result<(), ActionRejection> {
    if is_blank(text) { Err(ActionRejection::TextMissing { what }) } else { Ok(()) }
}
