//! What deserves a look before a report goes out. Pure.

use spoor_domain::action::event::{ActionStatus, BudgetSource, RowState};
use spoor_domain::kernel::Label;

use super::report::{ActionReport, Finding, FindingKind};
use super::totals::entries;

/// What deserves a look, action by action.
pub(super) fn findings(actions: &[ActionReport]) -> Vec<Finding> {
    let of = |action: &ActionReport| {
        let number = action.number;
        kinds(action).into_iter().map(move |kind| Finding { number, kind })
    };
    actions.iter().flat_map(of).collect()
}

fn kinds(action: &ActionReport) -> Vec<FindingKind> {
    let standing = |source| action.budget.iter().filter(move |line| line.entry.source == source);
    let in_description = standing(BudgetSource::Description).any(|line| line.entry.relation.is_none());
    let printed_twice = standing(BudgetSource::BudgetColumn).any(|line| line.entry.possible_duplicate_of.is_some());
    let found = [
        (FindingKind::WentBackwards, action.went_backwards || lower(action.status, action.previous_status)),
        (FindingKind::WithoutBudget, entries(action) == 0),
        (FindingKind::WithoutProgress, action.reports.iter().all(|row| row.state == RowState::NothingToReport)),
        (FindingKind::ProbableDuplicate, printed_twice),
        (FindingKind::AmountInDescriptionOnly, in_description),
        (FindingKind::UnknownOffice, action.ministers.iter().any(|minister| minister.offices.is_empty())),
    ];
    found.into_iter().filter(|(_, is)| *is).map(|(kind, _)| kind).collect()
}

/// Whether a status is a step back from an earlier one. Stopping is not: it is an end like completing.
fn lower(now: ActionStatus, before: Option<ActionStatus>) -> bool {
    let place = |status: ActionStatus| ActionStatus::ALL.iter().position(|known| *known == status);
    before.is_some_and(|before| now != ActionStatus::Discontinued && place(now) < place(before))
}
