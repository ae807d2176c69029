//! Deciding on figures: money, means, mentions of funding, indicators.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::super::command::EntryField;
use super::super::event::*;
use super::super::rejection::ActionRejection;
use super::super::state::PlanAction;
use super::{FIRST_YEAR, begun, happened, said};
use crate::kernel::{Cents, CommandContext, HalfYear};

type Decision = Result<Vec<ActionEvent>, ActionRejection>;

impl PlanAction {
    pub(super) fn report_budget(&self, on: NaiveDate, entry: &BudgetEntry, context: &CommandContext) -> Decision {
        happened(on, context)?;
        match self.budget().get(&entry.id) {
            Some(before) if before == entry => return Ok(Vec::new()),
            Some(_) => return Err(ActionRejection::EntryExists),
            None => {}
        }
        self.sound_budget(entry, context)?;
        Ok(vec![ActionEvent::BudgetReported { occurred_on: on, entry: entry.clone() }])
    }

    pub(super) fn correct_budget(
        &self,
        on: NaiveDate,
        entry: &BudgetEntry,
        keeps: &BTreeSet<EntryField>,
        reason: &str,
        context: &CommandContext,
    ) -> Decision {
        happened(on, context)?;
        let before = self.budget().get(&entry.id).ok_or(ActionRejection::NoSuchEntry)?;
        let entry = &corrected(before, entry, keeps);
        if before == entry {
            return Ok(Vec::new());
        }
        may_correct(before.half_year, entry.half_year, reason)?;
        self.sound_budget(entry, context)?;
        Ok(vec![ActionEvent::BudgetCorrected { occurred_on: on, entry: entry.clone(), reason: reason.to_owned() }])
    }

    pub(super) fn report_means(&self, on: NaiveDate, means: &Means, context: &CommandContext) -> Decision {
        happened(on, context)?;
        match self.means().get(&means.id) {
            Some(before) if before == means => return Ok(Vec::new()),
            Some(_) => return Err(ActionRejection::EntryExists),
            None => {}
        }
        self.sound_means(means, context)?;
        Ok(vec![ActionEvent::MeansReported { occurred_on: on, means: means.clone() }])
    }

    pub(super) fn correct_means(
        &self,
        on: NaiveDate,
        means: &Means,
        keeps: &BTreeSet<EntryField>,
        reason: &str,
        context: &CommandContext,
    ) -> Decision {
        happened(on, context)?;
        let before = self.means().get(&means.id).ok_or(ActionRejection::NoSuchEntry)?;
        let means = corrected_means(before, means, keeps);
        if *before == means {
            return Ok(Vec::new());
        }
        may_correct(before.half_year, means.half_year, reason)?;
        self.sound_means(&means, context)?;
        Ok(vec![ActionEvent::MeansCorrected { occurred_on: on, means, reason: reason.to_owned() }])
    }

    pub(super) fn mention_funding(
        &self,
        on: NaiveDate,
        mention: &FundingMention,
        context: &CommandContext,
    ) -> Decision {
        happened(on, context)?;
        match self.mentions().get(&mention.id) {
            Some(before) if before == mention => return Ok(Vec::new()),
            Some(_) => return Err(ActionRejection::EntryExists),
            None => {}
        }
        self.sound_mention(mention, context)?;
        Ok(vec![ActionEvent::FundingMentioned { occurred_on: on, mention: mention.clone() }])
    }

    pub(super) fn correct_funding_mention(
        &self,
        on: NaiveDate,
        mention: &FundingMention,
        keeps: &BTreeSet<EntryField>,
        reason: &str,
        context: &CommandContext,
    ) -> Decision {
        happened(on, context)?;
        let before = self.mentions().get(&mention.id).ok_or(ActionRejection::NoSuchEntry)?;
        let mention = corrected_mention(before, mention, keeps);
        if *before == mention {
            return Ok(Vec::new());
        }
        may_correct(before.half_year, mention.half_year, reason)?;
        self.sound_mention(&mention, context)?;
        Ok(vec![ActionEvent::FundingMentionCorrected { occurred_on: on, mention, reason: reason.to_owned() }])
    }

    pub(super) fn report_indicator(&self, on: NaiveDate, indicator: &Indicator, context: &CommandContext) -> Decision {
        happened(on, context)?;
        match self.indicators().get(&indicator.id) {
            Some(before) if before == indicator => return Ok(Vec::new()),
            Some(before) if before.half_year != indicator.half_year => {
                return Err(ActionRejection::OtherHalfYear { half_year: before.half_year });
            }
            Some(_) | None => {}
        }
        let stood_in = self.indicators().get(&indicator.id).and_then(|before| before.row);
        self.in_report(indicator.half_year, indicator.row, stood_in, context)?;
        said(&indicator.label, "label")?;
        if let IndicatorValue::NotRegistered { reason } = &indicator.value {
            said(reason, "reason")?;
        }
        sound_value(indicator, context)?;
        self.sound_whole(indicator)?;
        Ok(vec![ActionEvent::IndicatorReported { occurred_on: on, indicator: indicator.clone() }])
    }

    /// Whether what an indicator is part of is there, and is not a part of the indicator itself.
    fn sound_whole(&self, indicator: &Indicator) -> Result<(), ActionRejection> {
        let Some(whole) = indicator.part_of else { return Ok(()) };
        if whole == indicator.id || !self.indicators().contains_key(&whole) {
            return Err(ActionRejection::NoSuchEntry);
        }
        let wholes = std::iter::successors(Some(whole), |part| self.indicators().get(part)?.part_of);
        // A history from before this rule may hold a circle: nothing is asked twice.
        if wholes.take(self.indicators().len()).any(|whole| whole == indicator.id) {
            return Err(ActionRejection::PartOfItsPart);
        }
        Ok(())
    }

    fn sound_budget(&self, entry: &BudgetEntry, context: &CommandContext) -> Result<(), ActionRejection> {
        let stood_in = self.budget().get(&entry.id).and_then(|before| before.row);
        self.in_report(entry.half_year, entry.row, stood_in, context)?;
        if entry.amount.0 <= 0 || entry.breakdown.iter().any(|part| part.amount.0 <= 0) {
            return Err(ActionRejection::AmountNotPositive);
        }
        if entry.amount > Cents::MOST || entry.breakdown.iter().any(|part| part.amount > Cents::MOST) {
            return Err(ActionRejection::AmountTooLarge);
        }
        if let Some(BudgetPeriod { from: Some(from), until: Some(until), .. }) = &entry.period
            && until < from
        {
            return Err(ActionRejection::PeriodReversed);
        }
        self.sound_relation(entry)?;
        self.sound_duplicate(entry)
    }

    /// Whether the entry to which an amount is related is there, in the same report, and does not count through the amount
    /// itself. What stands so already may stay.
    fn sound_relation(&self, entry: &BudgetEntry) -> Result<(), ActionRejection> {
        let before = self.budget().get(&entry.id);
        let Some(relation) = entry.relation else { return Ok(()) };
        if before.is_some_and(|before| before.relation == entry.relation) {
            return Ok(());
        }
        match self.budget().get(&relation.entry) {
            Some(other) if other.id != entry.id => self.counts_by_itself(entry, other),
            Some(_) | None => Err(ActionRejection::NoSuchEntry),
        }
    }

    /// Whether the entry that prints the same money stands first. Of an entry of another action nobody knows here whether it
    /// is there; one of this action is held against the amount like one to which it is related.
    fn sound_duplicate(&self, entry: &BudgetEntry) -> Result<(), ActionRejection> {
        let before = self.budget().get(&entry.id);
        let Some(first) = &entry.possible_duplicate_of else { return Ok(()) };
        if first.entry == entry.id {
            return Err(ActionRejection::DuplicateOfItself);
        }
        if before.is_some_and(|before| before.possible_duplicate_of == entry.possible_duplicate_of) {
            return Ok(());
        }
        let is_own = self.definition().is_some_and(|definition| definition.number == first.action);
        match self.budget().get(&first.entry) {
            None if is_own => Err(ActionRejection::NoSuchEntry),
            None => Ok(()),
            Some(other) => {
                self.counts_by_itself(entry, other)?;
                let is_marked = other.possible_duplicate_of.is_some();
                if is_marked { Err(ActionRejection::DuplicateOfDuplicate) } else { Ok(()) }
            }
        }
    }

    /// Whether this other entry stands in the report of the amount, and does not lead back to it: by what it is related to or
    /// is a duplicate of, and so on.
    fn counts_by_itself(&self, entry: &BudgetEntry, other: &BudgetEntry) -> Result<(), ActionRejection> {
        if other.half_year != entry.half_year {
            return Err(ActionRejection::EntryElsewhere { half_year: other.half_year });
        }
        // A history from before this rule may hold a circle: nothing is asked twice.
        let (mut asked, mut to_ask) = (BTreeSet::new(), vec![other.id]);
        while let Some(id) = to_ask.pop() {
            if id == entry.id {
                return Err(ActionRejection::CountsThroughIt);
            }
            if asked.insert(id)
                && let Some(held) = self.budget().get(&id)
            {
                to_ask.extend(held.relation.map(|relation| relation.entry));
                to_ask.extend(held.possible_duplicate_of.as_ref().map(|first| first.entry));
            }
        }
        Ok(())
    }

    fn sound_means(&self, means: &Means, context: &CommandContext) -> Result<(), ActionRejection> {
        let stood_in = self.means().get(&means.id).and_then(|before| before.row);
        self.in_report(means.half_year, means.row, stood_in, context)?;
        match means.fte_hundredths {
            0 => Err(ActionRejection::NothingReported),
            1..=MOST_FTE_HUNDREDTHS => Ok(()),
            _more => Err(ActionRejection::MeansTooLarge),
        }
    }

    fn sound_mention(&self, mention: &FundingMention, context: &CommandContext) -> Result<(), ActionRejection> {
        let stood_in = self.mentions().get(&mention.id).and_then(|before| before.row);
        self.in_report(mention.half_year, mention.row, stood_in, context)?;
        said(&mention.text, "text")
    }

    /// Whether a figure can stand in this report: the half-year has begun, and its row is of that half-year and does not say
    /// that there is nothing to report. A history from before that rule may hold a figure in such a row: where it stood it may stay.
    fn in_report(
        &self,
        half_year: HalfYear,
        row: Option<RowId>,
        stood_in: Option<RowId>,
        context: &CommandContext,
    ) -> Result<(), ActionRejection> {
        begun(half_year, context)?;
        match row.map(|row| self.rows().get(&row)) {
            None => Ok(()),
            Some(None) => Err(ActionRejection::NoSuchRow),
            Some(Some(held)) if held.row.head.half_year != half_year => {
                Err(ActionRejection::OtherHalfYear { half_year: held.row.head.half_year })
            }
            Some(Some(held)) if held.state == RowState::NothingToReport && row != stood_in => {
                Err(ActionRejection::RowSaysNothing)
            }
            Some(Some(_)) => Ok(()),
        }
    }
}

/// What was counted is a number from 0, what was realised has happened, and the day up to which was counted is none from before
/// the first action plan or long after the report.
fn sound_value(indicator: &Indicator, context: &CommandContext) -> Result<(), ActionRejection> {
    if indicator.value.number().is_some_and(|number| !(0..=LARGEST_INDICATOR).contains(&number)) {
        return Err(ActionRejection::ValueOutOfBounds);
    }
    match (indicator.measure, indicator.as_of) {
        (IndicatorMeasure::Realised, Some(as_of)) if as_of > context.today => {
            Err(ActionRejection::RealisedAhead { as_of, today: context.today })
        }
        (IndicatorMeasure::Realised | IndicatorMeasure::Planned, Some(as_of))
            if !(FIRST_YEAR..=indicator.half_year.year() + YEARS_PLANNED_AHEAD).contains(&as_of.year()) =>
        {
            Err(ActionRejection::AsOfOutOfBounds { as_of, half_year: indicator.half_year })
        }
        (IndicatorMeasure::Realised | IndicatorMeasure::Planned, Some(_) | None) => Ok(()),
    }
}

/// A correction says why, and moves nothing to another half-year.
fn may_correct(before: HalfYear, after: HalfYear, reason: &str) -> Result<(), ActionRejection> {
    said(reason, "reason")?;
    if before == after { Ok(()) } else { Err(ActionRejection::OtherHalfYear { half_year: before }) }
}

/// The entry as corrected: what the correction keeps is as before. It need not say again where the amount was read and how
/// it was ascribed.
pub(super) fn corrected(before: &BudgetEntry, given: &BudgetEntry, keeps: &BTreeSet<EntryField>) -> BudgetEntry {
    let mut entry = given.clone();
    for field in keeps {
        match field {
            EntryField::Row => entry.row = before.row,
            EntryField::Competence => entry.competence.clone_from(&before.competence),
            EntryField::Beneficiary => entry.beneficiary.clone_from(&before.beneficiary),
            EntryField::Note => entry.note.clone_from(&before.note),
            EntryField::Funder => entry.funder.clone_from(&before.funder),
            EntryField::Period => entry.period.clone_from(&before.period),
            EntryField::Verbatim => entry.verbatim.clone_from(&before.verbatim),
            EntryField::Relation => entry.relation = before.relation,
            EntryField::Breakdown => entry.breakdown.clone_from(&before.breakdown),
            EntryField::PossibleDuplicateOf => entry.possible_duplicate_of.clone_from(&before.possible_duplicate_of),
        }
    }
    entry.source_lines = entry.source_lines.or(before.source_lines);
    if entry.competence == before.competence {
        entry.competence_basis = entry.competence_basis.or(before.competence_basis);
    }
    entry
}

/// The means as corrected: what the correction keeps is as before.
pub(super) fn corrected_means(before: &Means, given: &Means, keeps: &BTreeSet<EntryField>) -> Means {
    let mut means = given.clone();
    if keeps.contains(&EntryField::Row) {
        means.row = before.row;
    }
    if keeps.contains(&EntryField::Competence) {
        means.competence.clone_from(&before.competence);
    }
    if keeps.contains(&EntryField::Beneficiary) {
        means.beneficiary.clone_from(&before.beneficiary);
    }
    means
}

/// The mention as corrected: what the correction keeps is as before.
pub(super) fn corrected_mention(
    before: &FundingMention,
    given: &FundingMention,
    keeps: &BTreeSet<EntryField>,
) -> FundingMention {
    let mut mention = given.clone();
    if keeps.contains(&EntryField::Row) {
        mention.row = before.row;
    }
    if keeps.contains(&EntryField::Competence) {
        mention.competence.clone_from(&before.competence);
    }
    if keeps.contains(&EntryField::Funder) {
        mention.funder.clone_from(&before.funder);
    }
    mention
}
