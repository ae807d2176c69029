//! Deciding on report rows: written, submitted, sent back, accepted, carried forward.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::super::event::*;
use super::super::rejection::ActionRejection;
use super::super::state::{PlanAction, RowHeld};
use super::{begun, happened, said};
use crate::kernel::{CommandContext, HalfYear, is_blank, name_key};

type Decision = Result<Vec<ActionEvent>, ActionRejection>;

impl PlanAction {
    pub(super) fn report_progress(&self, on: NaiveDate, row: &ReportRow, context: &CommandContext) -> Decision {
        happened(on, context)?;
        self.place_of(&row.head, context)?;
        if !row.blocks.iter().any(has_text) {
            return Err(ActionRejection::RowEmpty);
        }
        match self.rows().get(&row.head.id) {
            Some(held) if held.state == RowState::Draft && held.row == *row => return Ok(Vec::new()),
            Some(held) => open_for_writing(held)?,
            None => {}
        }
        Ok(vec![ActionEvent::ProgressReported { occurred_on: on, row: row.clone() }])
    }

    pub(super) fn carry_forward(
        &self,
        on: NaiveDate,
        from: RowId,
        to: RowId,
        half_year: HalfYear,
        context: &CommandContext,
    ) -> Decision {
        let before = self.row(from)?;
        if before.row.blocks.is_empty() {
            return Err(ActionRejection::NothingToCarry);
        }
        if half_year <= before.row.head.half_year {
            return Err(ActionRejection::CarriedBackwards { half_year: before.row.head.half_year });
        }
        match self.rows().get(&to) {
            Some(held) if held.row.carried_from == Some(from) && held.row.head.half_year == half_year => {
                return Ok(Vec::new());
            }
            Some(_) => return Err(ActionRejection::RowExists),
            None => {}
        }
        let head = RowHead { id: to, half_year, ..before.row.head.clone() };
        let row = ReportRow { head, carried_from: Some(from), ..before.row.clone() };
        self.report_progress(on, &row, context)
    }

    pub(super) fn declare_nothing(&self, on: NaiveDate, row: &RowHead, context: &CommandContext) -> Decision {
        happened(on, context)?;
        self.place_of(row, context)?;
        match self.rows().get(&row.id) {
            Some(held) if held.state == RowState::NothingToReport && held.row.head == *row => return Ok(Vec::new()),
            Some(held) => open_for_writing(held)?,
            None => {}
        }
        // It would be told with the row at once, accepted by nobody.
        if self.holds_figures(row.id) {
            return Err(ActionRejection::RowHoldsFigures);
        }
        Ok(vec![ActionEvent::NothingToReportDeclared { occurred_on: on, row: row.clone() }])
    }

    pub(super) fn record_without_text(&self, on: NaiveDate, row: &RowHead, context: &CommandContext) -> Decision {
        happened(on, context)?;
        self.place_of(row, context)?;
        match self.rows().get(&row.id) {
            Some(held) if held.state == RowState::NotCarriedOver && held.row.head == *row => Ok(Vec::new()),
            Some(_) => Err(ActionRejection::RowExists),
            None => Ok(vec![ActionEvent::ReportRowNotCarriedOver { occurred_on: on, row: row.clone() }]),
        }
    }

    pub(super) fn submit(&self, row: RowId, context: &CommandContext) -> Decision {
        match self.row(row)?.state {
            RowState::Draft | RowState::Returned => {
                Ok(vec![ActionEvent::ReportRowSubmitted { occurred_on: context.today, row }])
            }
            RowState::Submitted => Ok(Vec::new()),
            state @ (RowState::Accepted | RowState::NothingToReport | RowState::NotCarriedOver) => {
                Err(ActionRejection::RowInState { state })
            }
        }
    }

    pub(super) fn send_back(&self, row: RowId, reason: &str, context: &CommandContext) -> Decision {
        said(reason, "reason")?;
        match self.row(row)?.state {
            // An accepted row as well: what is wrong in it is mended by writing it again, in the next edition if need be.
            RowState::Submitted | RowState::Accepted | RowState::NothingToReport => {
                Ok(vec![ActionEvent::ReportRowReturned { occurred_on: context.today, row, reason: reason.to_owned() }])
            }
            state @ (RowState::Draft | RowState::Returned | RowState::NotCarriedOver) => {
                Err(ActionRejection::RowInState { state })
            }
        }
    }

    pub(super) fn accept(&self, row: RowId, context: &CommandContext) -> Decision {
        match self.row(row)?.state {
            RowState::Submitted => Ok(vec![ActionEvent::ReportRowAccepted { occurred_on: context.today, row }]),
            RowState::Accepted => Ok(Vec::new()),
            state @ (RowState::Draft | RowState::Returned | RowState::NothingToReport | RowState::NotCarriedOver) => {
                Err(ActionRejection::RowInState { state })
            }
        }
    }

    fn row(&self, row: RowId) -> Result<&RowHeld, ActionRejection> {
        self.rows().get(&row).ok_or(ActionRejection::NoSuchRow)
    }

    /// Whether a row can stand where it says: in a half-year that has begun, which it keeps, at a place of its own, for
    /// competences named once each.
    fn place_of(&self, head: &RowHead, context: &CommandContext) -> Result<(), ActionRejection> {
        begun(head.half_year, context)?;
        if let Some(held) = self.rows().get(&head.id)
            && held.row.head.half_year != head.half_year
        {
            return Err(ActionRejection::OtherHalfYear { half_year: held.row.head.half_year });
        }
        let neighbours = self.rows().values().map(|held| &held.row.head).filter(|other| other.id != head.id);
        if neighbours.into_iter().any(|other| other.half_year == head.half_year && other.place == head.place) {
            return Err(ActionRejection::PlaceTaken { place: head.place });
        }
        let names: BTreeSet<String> = head.competences.iter().map(|competence| name_key(&competence.code)).collect();
        if names.len() < head.competences.len() {
            return Err(ActionRejection::CompetenceTwice);
        }
        Ok(())
    }
}

fn open_for_writing(held: &RowHeld) -> Result<(), ActionRejection> {
    match held.state {
        RowState::Draft | RowState::Returned | RowState::NothingToReport | RowState::NotCarriedOver => Ok(()),
        state @ (RowState::Submitted | RowState::Accepted) => Err(ActionRejection::RowInState { state }),
    }
}

fn has_text(block: &Block) -> bool {
    match block {
        Block::Paragraph(text) | Block::Heading(text) => !is_blank(text),
        Block::List(items) => items.iter().any(|item| !is_blank(&item.text)),
        Block::Link { url, .. } => !is_blank(url),
    }
}
