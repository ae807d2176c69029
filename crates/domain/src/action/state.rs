//! A plan action, folded: what it is, who answers for it, how far it is, and what was reported.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::event::*;
use crate::kernel::{HalfYear, Spans};

/// A plan action as its events made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanAction {
    definition: Spans<ActionDefinition>,
    statuses: Vec<StatusHeld>,
    ministers: BTreeMap<String, Spans<Vec<MinisterOffice>>>,
    domains: BTreeMap<PolicyDomainCode, Spans<bool>>,
    partners: BTreeMap<String, Spans<()>>,
    rows: BTreeMap<RowId, RowHeld>,
    budget: BTreeMap<EntryId, BudgetEntry>,
    means: BTreeMap<EntryId, Means>,
    mentions: BTreeMap<EntryId, FundingMention>,
    indicators: BTreeMap<EntryId, Indicator>,
}

/// A status with the day since when, and the half-year in whose report it first stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StatusHeld {
    pub(super) status: ActionStatus,
    pub(super) since: NaiveDate,
    pub(super) half_year: HalfYear,
}

/// A report row with where it stands. A row without text has no blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowHeld {
    /// The row as last written.
    pub row: ReportRow,
    /// Where it stands.
    pub state: RowState,
}

impl PlanAction {
    /// What the action is; `None` before it was defined.
    pub fn definition(&self) -> Option<&ActionDefinition> {
        self.definition.now()
    }

    /// How far it is; `None` before a status was given.
    pub fn status(&self) -> Option<ActionStatus> {
        self.statuses.last().map(|held| held.status)
    }

    /// The ministers by title as printed, with their offices.
    pub fn ministers(&self) -> impl Iterator<Item = (&String, &Vec<MinisterOffice>)> {
        self.ministers.iter().filter_map(|(title, spans)| Some((title, spans.now()?)))
    }

    /// The policy domains, and whether each coordinates the action.
    pub fn policy_domains(&self) -> impl Iterator<Item = (&PolicyDomainCode, bool)> {
        self.domains.iter().filter_map(|(code, spans)| Some((code, *spans.now()?)))
    }

    /// The other parties involved.
    pub fn partners(&self) -> impl Iterator<Item = &String> {
        self.partners.iter().filter_map(|(name, spans)| spans.now().map(|()| name))
    }

    /// The report rows of every half-year.
    pub fn rows(&self) -> &BTreeMap<RowId, RowHeld> {
        &self.rows
    }

    /// The budget entries as last corrected.
    pub fn budget(&self) -> &BTreeMap<EntryId, BudgetEntry> {
        &self.budget
    }

    /// People and other means, as last corrected.
    pub fn means(&self) -> &BTreeMap<EntryId, Means> {
        &self.means
    }

    /// Funding mentioned without an amount, as last corrected.
    pub fn mentions(&self) -> &BTreeMap<EntryId, FundingMention> {
        &self.mentions
    }

    /// The indicators as last reported.
    pub fn indicators(&self) -> &BTreeMap<EntryId, Indicator> {
        &self.indicators
    }

    /// The competences under which something was reported, in whatever half-year; some more than once.
    pub fn competences(&self) -> impl Iterator<Item = &Competence> {
        let of_rows = self.rows.values().flat_map(|held| &held.row.head.competences);
        let of_budget = self.budget.values().filter_map(|entry| entry.competence.as_ref());
        let of_means = self.means.values().filter_map(|means| means.competence.as_ref());
        let of_mentions = self.mentions.values().filter_map(|mention| mention.competence.as_ref());
        let of_indicators = self.indicators.values().filter_map(|indicator| indicator.competence.as_ref());
        of_rows.chain(of_budget).chain(of_means).chain(of_mentions).chain(of_indicators)
    }

    /// Whether a figure stands in this row: an amount, means, a mention of funding or an indicator.
    pub(super) fn holds_figures(&self, row: RowId) -> bool {
        let of_budget = self.budget.values().map(|entry| entry.row);
        let of_means = self.means.values().map(|means| means.row);
        let of_mentions = self.mentions.values().map(|mention| mention.row);
        let of_indicators = self.indicators.values().map(|indicator| indicator.row);
        of_budget.chain(of_means).chain(of_mentions).chain(of_indicators).any(|own| own == Some(row))
    }

    /// Whether the action runs on regular means in this half-year: no amount, no other means and no mention of funding
    /// was reported. That is a rule of the report itself (its page 1), and never an amount of 0.
    pub fn on_regular_means(&self, half_year: HalfYear) -> bool {
        !self.budget.values().any(|entry| entry.half_year == half_year)
            && !self.means.values().any(|means| means.half_year == half_year)
            && !self.mentions.values().any(|mention| mention.half_year == half_year)
    }

    /// The statuses it had, the present one last.
    pub(super) fn statuses_held(&self) -> &[StatusHeld] {
        &self.statuses
    }

    /// What it is, and what it was before, with the days.
    pub(super) fn definitions(&self) -> &Spans<ActionDefinition> {
        &self.definition
    }

    /// The offices of the ministers who answer or answered for it, by title, with the days.
    pub(super) fn ministers_ever(&self) -> &BTreeMap<String, Spans<Vec<MinisterOffice>>> {
        &self.ministers
    }

    /// Whether each policy domain that answers or answered for it coordinates it, with the days.
    pub(super) fn domains_ever(&self) -> &BTreeMap<PolicyDomainCode, Spans<bool>> {
        &self.domains
    }

    /// The parties that are or were involved, with the days.
    pub(super) fn partners_ever(&self) -> &BTreeMap<String, Spans<()>> {
        &self.partners
    }

    pub(super) fn apply(&mut self, event: &ActionEvent) {
        match event {
            ActionEvent::ActionDefined { occurred_on, definition }
            | ActionEvent::ActionRevised { occurred_on, definition } => {
                self.definition.begin(*occurred_on, definition.clone());
            }
            ActionEvent::ActionStatusChanged { occurred_on, half_year, to, .. } => {
                self.hold(StatusHeld { status: *to, since: *occurred_on, half_year: *half_year });
            }
            ActionEvent::ResponsibilityAssigned { occurred_on, responsibility } => {
                self.assign(*occurred_on, responsibility);
            }
            ActionEvent::ResponsibilityEnded { occurred_on, responsibility } => self.end(*occurred_on, responsibility),
            ActionEvent::PartnerAdded { occurred_on, partner } => {
                self.partners.entry(partner.clone()).or_default().begin(*occurred_on, ());
            }
            ActionEvent::PartnerRemoved { occurred_on, partner } => {
                self.partners.entry(partner.clone()).or_default().end(*occurred_on);
            }
            ActionEvent::ProgressReported { row, .. } => {
                self.rows.insert(row.head.id, RowHeld { row: row.clone(), state: RowState::Draft });
            }
            ActionEvent::NothingToReportDeclared { row, .. } => self.without_text(row, RowState::NothingToReport),
            ActionEvent::ReportRowNotCarriedOver { row, .. } => self.without_text(row, RowState::NotCarriedOver),
            ActionEvent::ReportRowSubmitted { row, .. } => self.set_row(*row, RowState::Submitted),
            ActionEvent::ReportRowReturned { row, .. } => self.set_row(*row, RowState::Returned),
            ActionEvent::ReportRowAccepted { row, .. } => self.set_row(*row, RowState::Accepted),
            ActionEvent::BudgetReported { entry, .. } | ActionEvent::BudgetCorrected { entry, .. } => {
                self.budget.insert(entry.id, entry.clone());
            }
            ActionEvent::MeansReported { means, .. } | ActionEvent::MeansCorrected { means, .. } => {
                self.means.insert(means.id, means.clone());
            }
            ActionEvent::FundingMentioned { mention, .. } | ActionEvent::FundingMentionCorrected { mention, .. } => {
                self.mentions.insert(mention.id, mention.clone());
            }
            ActionEvent::IndicatorReported { indicator, .. } => {
                self.indicators.insert(indicator.id, indicator.clone());
            }
        }
    }

    /// The present status again is that status, from an earlier day or in an earlier report. Reports take it so, too.
    fn hold(&mut self, now: StatusHeld) {
        match self.statuses.last_mut() {
            Some(held) if held.status == now.status => {
                held.since = held.since.min(now.since);
                held.half_year = held.half_year.min(now.half_year);
            }
            Some(_) | None => self.statuses.push(now),
        }
    }

    fn assign(&mut self, on: NaiveDate, responsibility: &Responsibility) {
        match responsibility {
            Responsibility::Minister { title, offices } => {
                self.ministers.entry(title.clone()).or_default().begin(on, offices.clone());
            }
            Responsibility::PolicyDomain { code, coordinator } => {
                self.domains.entry(code.clone()).or_default().begin(on, *coordinator);
            }
        }
    }

    fn end(&mut self, on: NaiveDate, responsibility: &Responsibility) {
        match responsibility {
            Responsibility::Minister { title, .. } => self.ministers.entry(title.clone()).or_default().end(on),
            Responsibility::PolicyDomain { code, .. } => self.domains.entry(code.clone()).or_default().end(on),
        }
    }

    fn without_text(&mut self, head: &RowHead, state: RowState) {
        let row = ReportRow { head: head.clone(), blocks: Vec::new(), references: Vec::new(), carried_from: None };
        self.rows.insert(head.id, RowHeld { row, state });
    }

    fn set_row(&mut self, row: RowId, state: RowState) {
        if let Some(held) = self.rows.get_mut(&row) {
            held.state = state;
        }
    }
}
