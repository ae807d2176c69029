//! What holds of a plan and its actions at one moment of the log.

use std::collections::BTreeMap;
use std::ops::Deref;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use spoor_domain::action::event::{
    ActionDefinition, ActionEvent, ActionStatus, BudgetEntry, Competence, FundingMention, Indicator, Means,
    MinisterOffice, PolicyDomainCode, ReportRow, RowHead, RowId, RowState, figure_is_of,
};
use spoor_domain::kernel::{ActionId, HalfYear, OrganisationId, PlanId};
use spoor_domain::plan::event::PlanOutline;

use super::lasting::{Lasting, Spans};

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanRow {
    /// Its id.
    pub id: PlanId,
    /// What was adopted.
    pub outline: PlanOutline,
    /// The day it was adopted.
    pub adopted_on: NaiveDate,
    /// The plan that took its place, if one did.
    pub superseded_by: Option<PlanId>,
}

/// An action with everything reported on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionFacts {
    /// Its id.
    pub id: ActionId,
    /// Number of events of the action so far.
    pub version: u64,
    /// What it is.
    pub definition: ActionDefinition,
    /// What it was before, too, with the days.
    pub definitions: Spans<ActionDefinition>,
    /// Every change of status, in the order of the half-years; a status that was told again is one change.
    pub statuses: Vec<StatusChange>,
    /// The ministers, also those of before, in the order in which they were made responsible.
    pub ministers: Lasting<Minister>,
    /// The policy domains, likewise.
    pub policy_domains: Lasting<PolicyDomainRole>,
    /// The other parties, likewise.
    pub partners: Lasting<String>,
    /// The report rows of every half-year.
    pub rows: BTreeMap<HalfYear, Vec<ReportRowFacts>>,
    /// The amounts of every half-year, in the order reported.
    pub budget: Vec<BudgetLine>,
    /// People and other means.
    pub means: Vec<AsCorrected<Means>>,
    /// Funding mentioned without an amount.
    pub mentions: Vec<AsCorrected<FundingMention>>,
    /// Figures.
    pub indicators: Vec<Indicator>,
}

impl ActionFacts {
    /// What of it an edition tells: rows that are not accepted say no more than for which competences they
    /// will report, and the amounts, means, mentions and figures that were reported with them wait as well.
    pub fn delivered(mut self) -> Self {
        let waiting = self.waiting();
        for row in self.rows.values_mut().flatten().filter(|row| !row.state.is_delivered()) {
            (row.row, row.returned_because) = (None, None);
        }
        self.without_what_waits_for(&waiting, None);
        self
    }

    /// What of it is told to who does not make the report, or makes only what is `own` of it: a row that is not accepted reads
    /// as if there were none, and what was reported with it neither. Whose a figure is goes by its own competence first, as
    /// when it is reported: a domain reports money in the row of another one.
    pub fn accepted_or_of(mut self, own: Option<&OrganisationId>) -> Self {
        let waiting = self.waiting();
        let told = |row: &ReportRowFacts| row.state.is_delivered() || own.is_some_and(|own| row.head.is_of(own));
        self.rows.values_mut().for_each(|rows| rows.retain(told));
        self.rows.retain(|_, rows| !rows.is_empty());
        self.without_what_waits_for(&waiting, own);
        self
    }

    /// The rows that are not accepted.
    fn waiting(&self) -> BTreeMap<RowId, RowHead> {
        let waiting = self.rows.values().flatten().filter(|row| !row.state.is_delivered());
        waiting.map(|row| (row.id(), row.head.clone())).collect()
    }

    /// With the rows of every half-year numbered from 1: a gap would say that there is a row that is not told.
    pub fn with_rows_renumbered(mut self) -> Self {
        for rows in self.rows.values_mut() {
            (1..).zip(rows).for_each(|(place, row)| row.head.place = place);
        }
        self
    }

    /// Without the figures that were reported with a waiting row, but for those of this organisation.
    fn without_what_waits_for(&mut self, waiting: &BTreeMap<RowId, RowHead>, own: Option<&OrganisationId>) {
        let told = |competence: &Option<Competence>, row: Option<RowId>| {
            let Some(row) = row.and_then(|row| waiting.get(&row)) else { return true };
            own.is_some_and(|own| figure_is_of(competence.as_ref(), Some(row), own))
        };
        self.budget.retain(|line| told(&line.entry.competence, line.entry.row));
        self.means.retain(|means| told(&means.competence, means.row));
        self.mentions.retain(|mention| told(&mention.competence, mention.row));
        self.indicators.retain(|indicator| told(&indicator.competence, indicator.row));
    }

    /// The half-years on which something was reported beside a status; some more than once.
    pub(super) fn reported_in(&self) -> impl Iterator<Item = HalfYear> {
        let rows = self.rows.keys().copied();
        let amounts = self.budget.iter().map(|line| line.entry.half_year);
        let means = self.means.iter().map(|means| means.half_year);
        let mentions = self.mentions.iter().map(|mention| mention.half_year);
        rows.chain(amounts).chain(means).chain(mentions).chain(self.indicators.iter().map(|figure| figure.half_year))
    }

    /// Whether the report of this half-year was taken over from print: a row of it came without its text.
    pub(super) fn was_printed(&self, half_year: HalfYear) -> bool {
        let mut rows = self.rows.get(&half_year).into_iter().flatten();
        rows.any(|row| row.state == RowState::NotCarriedOver)
    }

    /// The competences under which something was reported, in whatever half-year; some more than once.
    pub fn competences(&self) -> impl Iterator<Item = &Competence> {
        let of_rows = self.rows.values().flatten().flat_map(|row| &row.head.competences);
        let of_budget = self.budget.iter().filter_map(|line| line.entry.competence.as_ref());
        let of_means = self.means.iter().filter_map(|means| means.entry.competence.as_ref());
        let of_mentions = self.mentions.iter().filter_map(|mention| mention.entry.competence.as_ref());
        let of_indicators = self.indicators.iter().filter_map(|figure| figure.competence.as_ref());
        of_rows.chain(of_budget).chain(of_means).chain(of_mentions).chain(of_indicators)
    }

    /// What it was at the end of this day; before its first day, what it was said to be first.
    pub(super) fn definition_on(&self, day: NaiveDate) -> &ActionDefinition {
        self.definitions.on(day).or_else(|| self.definitions.first()).unwrap_or(&self.definition)
    }
}

/// A change of status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChange {
    /// The half-year in whose report it stands.
    pub half_year: HalfYear,
    /// The day.
    pub on: NaiveDate,
    /// What it was.
    pub from: Option<ActionStatus>,
    /// What it became.
    pub to: ActionStatus,
    /// Whether that is a step back.
    pub backwards: bool,
    /// Why.
    pub reason: Option<String>,
}

impl StatusChange {
    /// The change that an event tells, where it is one.
    pub fn of(event: &ActionEvent) -> Option<Self> {
        let ActionEvent::ActionStatusChanged { occurred_on, half_year, from, to, backwards, reason } = event else {
            return None;
        };
        let (half_year, on, from, to, backwards) = (*half_year, *occurred_on, *from, *to, *backwards);
        Some(Self { half_year, on, from, to, backwards, reason: reason.clone() })
    }

    /// This change with the one that was recorded next, where that tells the same status again: then they are one change, from
    /// the earlier day and in the earlier report, as in the decisions on the action. Whether it is a step back says the later.
    pub fn with(&self, next: &Self) -> Option<Self> {
        (self.to == next.to).then(|| Self {
            half_year: self.half_year.min(next.half_year),
            on: self.on.min(next.on),
            reason: next.reason.clone().or_else(|| self.reason.clone()),
            ..next.clone()
        })
    }

    /// The changes in the order of the half-years, within one in that in which they were recorded, as they are given here; a
    /// status that was told again is one change.
    pub(super) fn in_order(recorded: Vec<Self>) -> Vec<Self> {
        let mut changes: Vec<Self> = Vec::new();
        for next in recorded {
            let one = changes.last().and_then(|last| last.with(&next));
            if one.is_some() {
                changes.pop();
            }
            changes.push(one.unwrap_or(next));
        }
        changes.sort_by_key(|change| change.half_year);
        changes
    }
}

/// A minister who answers for an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minister {
    /// The title as printed.
    pub title: String,
    /// The offices it means.
    pub offices: Vec<MinisterOffice>,
}

/// A policy domain that answers for an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyDomainRole {
    /// The domain.
    pub code: PolicyDomainCode,
    /// Whether it coordinates.
    pub coordinator: bool,
}

/// A report row as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRowFacts {
    /// Which row.
    pub head: RowHead,
    /// Where it stands.
    pub state: RowState,
    /// Why it was sent back, when it was.
    pub returned_because: Option<String>,
    /// The row with its text; none when there is nothing to report or the text was not taken over.
    pub row: Option<ReportRow>,
}

impl ReportRowFacts {
    /// Its id.
    pub fn id(&self) -> RowId {
        self.head.id
    }
}

/// Means or a mention of funding as it stands: read as what it is, it also says why it was corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsCorrected<T> {
    /// As last corrected.
    pub entry: T,
    /// Why it was corrected, when it was.
    pub corrected_because: Option<String>,
}

impl<T> AsCorrected<T> {
    /// As it was reported.
    pub fn reported(entry: T) -> Self {
        Self { entry, corrected_because: None }
    }

    /// As it was corrected, for this reason.
    pub fn corrected(entry: T, because: &str) -> Self {
        Self { entry, corrected_because: Some(because.to_owned()) }
    }
}

impl<T> Deref for AsCorrected<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.entry
    }
}

/// An amount as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetLine {
    /// The entry as last corrected.
    pub entry: BudgetEntry,
    /// Why it was corrected, when it was.
    pub corrected_because: Option<String>,
}
