//! The half-yearly progress report (halfjaarlijkse voortgangsrapportage): a pure fold over what holds of a plan.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use spoor_domain::action::event::{ActionNumber, ActionStatus, FundingMention, Indicator, InitiativeList, Means};
use spoor_domain::kernel::{ActionId, Cents, HalfYear};

use super::facts::{
    ActionFacts, AsCorrected, BudgetLine, Minister, PlanRow, PolicyDomainRole, ReportRowFacts, StatusChange,
};
use super::hygiene::Finding;

/// The report of a half-year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressReport {
    /// The plan.
    pub plan: PlanRow,
    /// The half-year.
    pub period: HalfYear,
    /// The policy lines, in order.
    pub policy_lines: Vec<PolicyLineReport>,
    /// The sums.
    pub totals: ReportTotals,
    /// What deserves a look before the report goes out.
    pub hygiene: Vec<Finding>,
}

/// A policy line in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyLineReport {
    /// Its number.
    pub number: u16,
    /// Its name.
    pub name: String,
    /// Its chapters, in order.
    pub chapters: Vec<ChapterReport>,
}

/// A chapter in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChapterReport {
    /// Its number.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// Its actions, in order.
    pub actions: Vec<ActionReport>,
}

/// An action in the report of one half-year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionReport {
    /// Its id.
    pub id: ActionId,
    /// Its number.
    pub number: ActionNumber,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: Option<String>,
    /// Its initiatives.
    pub initiatives: Vec<InitiativeList>,
    /// Its status up to the cut-off, or the last day of the half-year where there is none; none when none was reported by then.
    pub status: Option<ActionStatus>,
    /// The status that the report before tells, likewise; none when none was reported by then.
    pub previous_status: Option<ActionStatus>,
    /// Whether it went backwards since the report before.
    pub went_backwards: bool,
    /// The ministers on the last day of the report, as are all that follow and what it is.
    pub ministers: Vec<Minister>,
    /// The policy domains.
    pub policy_domains: Vec<PolicyDomainRole>,
    /// The other parties.
    pub other_parties: Vec<String>,
    /// The report rows of this half-year.
    pub reports: Vec<ReportRowFacts>,
    /// The amounts of this half-year, also those that count in no sum.
    pub budget: Vec<BudgetLine>,
    /// People and other means of this half-year.
    pub means: Vec<AsCorrected<Means>>,
    /// Funding mentioned in this half-year without an amount.
    pub mentions: Vec<AsCorrected<FundingMention>>,
    /// The figures of this half-year.
    pub indicators: Vec<Indicator>,
    /// Paid from regular means: all of it was delivered, with neither an amount, nor means, nor a mention of funding. Without
    /// any row nothing was delivered, unless the half-year was taken over from a printed report that has no row on it either.
    pub regular_means: bool,
}

/// The sums of a report. Amounts follow two rules (notes on the data, section 2): as printed, and without the entries
/// that probably print the same money again. Amounts that stand in a description only count in neither.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ReportTotals {
    /// Actions.
    pub actions: u64,
    /// Per status, in their order; only statuses that occur. An action without a known status counts under none.
    pub by_status: Vec<ActionStatusCount>,
    /// Per policy line; the key is its number.
    pub by_policy_line: Vec<Subtotal>,
    /// Per chapter; the key is its number.
    pub by_chapter: Vec<Subtotal>,
    /// Per ministerial office; the key is its code. An action of several offices counts under each.
    pub by_office: Vec<Subtotal>,
    /// Per policy domain; the key is its code. An action of several domains counts under each, so these overlap.
    pub by_domain: Vec<Subtotal>,
    /// Per competence; actions that report under it, and the amounts ascribed to it.
    pub by_competence: Vec<Subtotal>,
    /// The amounts of the budget column as printed; none when there is no amount.
    pub budget_as_printed: Option<Cents>,
    /// The same without the entries that probably print the same money again; none when no other is there.
    pub budget_without_duplicates: Option<Cents>,
    /// Entries in the budget column.
    pub budget_entries: u64,
    /// Actions with at least one entry in the budget column.
    pub actions_with_budget: u64,
}

/// Actions in a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionStatusCount {
    /// The status.
    pub status: ActionStatus,
    /// How many.
    pub count: u64,
}

/// A part of the plan with its sums.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Subtotal {
    /// Which part: a number or a code.
    pub key: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Actions.
    pub actions: u64,
    /// Per status.
    pub by_status: BTreeMap<ActionStatus, u64>,
    /// The amounts of the budget column as printed; none when there is no amount.
    pub budget_as_printed: Option<Cents>,
    /// The same without the entries that probably print the same money again; none when no other is there.
    pub budget_without_duplicates: Option<Cents>,
}

/// The cut-offs by which a report is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CutOffs {
    /// Of the edition of its half-year; none where there is none: then it tells up to the last day of the half-year, and a
    /// status of that half-year with a later day stands in the report of the next one.
    pub own: Option<NaiveDate>,
    /// Of the edition that was published of the half-year before; none where none was.
    pub before: Option<NaiveDate>,
}

impl ProgressReport {
    /// The report of a half-year over a plan and its actions as they are known: those that were there by then, with what they
    /// were and who answered for them at its end, or on the cut-off where that comes first, their status up to the cut-off, or
    /// up to its end where there is none, and what was reported on the half-year, whenever it was reported. The status before
    /// is the one that the report before tells, likewise.
    pub fn of(plan: PlanRow, actions: Vec<ActionFacts>, period: HalfYear, cut_offs: CutOffs) -> Self {
        let reach = Reach::of(period, cut_offs.own);
        let earlier = Reach::of(period.previous(), cut_offs.before);
        let before = earlier.reports(actions.clone(), Reach::of(earlier.period.previous(), None));
        let actions = reach.reports(actions, earlier);
        let totals = super::totals::totals(&plan, &actions);
        let hygiene = super::hygiene::findings(&actions, &before, period);
        let policy_lines = grouped(&plan, actions);
        Self { plan, period, policy_lines, totals, hygiene }
    }

    /// Every action of the report, in order.
    pub fn actions(&self) -> impl Iterator<Item = &ActionReport> {
        self.policy_lines.iter().flat_map(|line| &line.chapters).flat_map(|chapter| &chapter.actions)
    }
}

/// How far a report looks: what was reported up to its half-year, statuses up to its cut-off, and what held on its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The half-year.
    pub period: HalfYear,
    /// The last day of the half-year, or the cut-off where that comes first.
    pub day: NaiveDate,
    /// The last day of which it tells statuses: the cut-off, also where that comes after the half-year, whose statuses are
    /// given when it is over; without one the last day of the half-year.
    statuses_until: NaiveDate,
}

impl Reach {
    /// Of the report of a half-year with this cut-off.
    pub fn of(period: HalfYear, cut_off: Option<NaiveDate>) -> Self {
        let end = period.last_day();
        let statuses_until = cut_off.unwrap_or(end);
        Self { period, day: statuses_until.min(end), statuses_until }
    }

    /// Whether it tells of a status that stands in the report of this half-year and holds since this day.
    pub fn tells(self, half_year: HalfYear, since: NaiveDate) -> bool {
        half_year <= self.period && since <= self.statuses_until
    }

    fn takes(self, change: &StatusChange) -> bool {
        self.tells(change.half_year, change.on)
    }

    /// The status that it tells: the last one reported by then.
    fn status(self, action: &ActionFacts) -> Option<ActionStatus> {
        action.statuses.iter().rfind(|change| self.takes(change)).map(|change| change.to)
    }

    /// What is said of those that were there.
    fn reports(self, actions: Vec<ActionFacts>, before: Self) -> Vec<ActionReport> {
        let printed = actions.iter().any(|action| action.was_printed(self.period));
        let there = actions.into_iter().filter(|action| self.has(action));
        there.map(|action| ActionReport::of(action, self, before, printed)).collect()
    }

    /// Whether an action was there: defined by then, or reported on in the half-year or before.
    pub(crate) fn has(self, action: &ActionFacts) -> bool {
        let statuses = action.statuses.iter().filter(|change| self.takes(change)).map(|change| change.half_year);
        let mut reported = statuses.chain(action.reported_in());
        action.definitions.on(self.day).is_some() || reported.any(|half_year| half_year <= self.period)
    }
}

impl ActionReport {
    /// What a report that looks so far says of an action, after the one before it; of a half-year whose report was printed, or not.
    fn of(mut action: ActionFacts, reach: Reach, before: Reach, printed: bool) -> Self {
        let (period, day) = (reach.period, reach.day);
        let definition = action.definition_on(day).clone();
        let (status, previous_status) = (reach.status(&action), before.status(&action));
        let told = || action.statuses.iter().filter(|change| reach.takes(change));
        let went_backwards = told().any(|change| change.backwards && !before.takes(change));
        let has_status = told().any(|change| change.half_year == period);
        let reports = action.rows.remove(&period).unwrap_or_default();
        let delivered = if reports.is_empty() {
            // A printed report tells of an action by its status alone. Who reported on it in the half-year before still owes a row.
            printed && has_status && action.reported_in().all(|half_year| half_year != period.previous())
        } else {
            reports.iter().all(|row| row.state.is_delivered())
        };
        action.budget.retain(|line| line.entry.half_year == period);
        action.means.retain(|means| means.half_year == period);
        action.mentions.retain(|mention| mention.half_year == period);
        action.indicators.retain(|indicator| indicator.half_year == period);
        let unfunded = action.budget.is_empty() && action.means.is_empty() && action.mentions.is_empty();
        Self {
            id: action.id,
            number: definition.number,
            title: definition.title,
            description: definition.description,
            initiatives: definition.initiatives,
            status,
            previous_status,
            went_backwards,
            ministers: action.ministers.on(day).cloned().collect(),
            policy_domains: action.policy_domains.on(day).cloned().collect(),
            other_parties: action.partners.on(day).cloned().collect(),
            reports,
            regular_means: delivered && unfunded,
            budget: action.budget,
            means: action.means,
            mentions: action.mentions,
            indicators: action.indicators,
        }
    }
}

fn grouped(plan: &PlanRow, actions: Vec<ActionReport>) -> Vec<PolicyLineReport> {
    let mut by_chapter: BTreeMap<u16, Vec<ActionReport>> = BTreeMap::new();
    for action in actions {
        by_chapter.entry(action.number.chapter).or_default().push(action);
    }
    let mut lines = Vec::new();
    for line in &plan.outline.policy_lines {
        let own = plan.outline.chapters.iter().filter(|chapter| chapter.policy_line == line.number);
        let chapters = own.map(|chapter| ChapterReport {
            number: chapter.number,
            title: chapter.title.clone(),
            actions: by_chapter.remove(&chapter.number).unwrap_or_default(),
        });
        lines.push(PolicyLineReport { number: line.number, name: line.name.clone(), chapters: chapters.collect() });
    }
    lines
}
