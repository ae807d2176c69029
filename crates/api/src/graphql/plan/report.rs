//! The half-yearly progress report, as printed and added up.

use async_graphql::{ComplexObject, Context, ID, Object, Result, SimpleObject};
use spoor_documents::edition::{Defined, Near, is_headed_by_trajectories};
use spoor_domain::action::event::{self, ActionStatus};
use spoor_domain::kernel::Label;
use spoor_projections::plan as view;

use super::ActionPlan;
use super::hygiene::Finding;
use super::parts::{InitiativeList, Minister, PolicyDomainRole, ReportRow};
use super::reader::Reader;
use super::reported::{BudgetEntry, FundingMention, Indicator, Means};
use crate::graphql::coded::{Coded, LabelLanguage};
use crate::graphql::global_id::{Kind, global_id};
use crate::graphql::scalars::{Cents, HalfYear, Position};
use crate::graphql::session::actor;
use crate::policy::{self, Action};

/// The report of one half-year.
pub struct ProgressReport {
    report: view::ProgressReport,
    /// The last event of the log when it was so known; none for now.
    known_at: Option<u64>,
    seen: spoor_eventlog::Position,
}

impl ProgressReport {
    /// A report as it was known when the log was so far (now, when absent), from a view that was this far in the log.
    pub fn of(report: view::ProgressReport, known_at: Option<u64>, seen: spoor_eventlog::Position) -> Self {
        Self { report, known_at, seen }
    }
}

/// The half-yearly progress report to the Vlaams Parlement.
#[Object]
impl ProgressReport {
    /// The plan.
    async fn plan(&self) -> ActionPlan {
        ActionPlan { row: self.report.plan.clone(), known_at: self.known_at }
    }

    /// The half-year.
    async fn period(&self) -> HalfYear {
        self.report.period.into()
    }

    /// The state of the log it was read from; null for who may not name places in the log.
    async fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>> {
        let may = policy::authorize(actor(ctx)?, Action::NamePositions).is_ok();
        Ok(may.then_some(Position(self.seen)))
    }

    /// The policy lines, in order.
    async fn policy_lines(&self) -> Vec<PolicyLineReport<'_>> {
        self.report.policy_lines.iter().map(PolicyLineReport).collect()
    }

    /// The sums.
    async fn totals(&self) -> ReportTotals {
        ReportTotals::from(&self.report.totals)
    }

    /// What deserves a look before the report goes out.
    async fn hygiene(&self, ctx: &Context<'_>) -> Result<Vec<Finding>> {
        Ok(Finding::all(&self.report, Reader::of(ctx)?))
    }
}

/// A policy line in the report.
pub struct PolicyLineReport<'a>(&'a view::PolicyLineReport);

/// A policy line in a progress report.
#[Object]
impl PolicyLineReport<'_> {
    /// Its number.
    async fn number(&self) -> u16 {
        self.0.number
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its chapters, in order.
    async fn chapters(&self) -> Vec<ChapterReport<'_>> {
        self.0.chapters.iter().map(ChapterReport).collect()
    }
}

/// A chapter in the report.
pub struct ChapterReport<'a>(&'a view::ChapterReport);

/// A chapter in a progress report.
#[Object]
impl ChapterReport<'_> {
    /// Its number.
    async fn number(&self) -> u16 {
        self.0.number
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Its actions, in order.
    async fn actions(&self) -> Vec<ActionReport<'_>> {
        let actions = self.0.actions.iter();
        actions.map(|report| ActionReport::under(&self.0.title, report)).collect()
    }
}

/// An action in the report.
pub struct ActionReport<'a> {
    report: &'a view::ActionReport,
    /// Whether the title of its chapter or its own names learning trajectories.
    under_trajectories: bool,
}

impl<'a> ActionReport<'a> {
    fn under(chapter: &str, report: &'a view::ActionReport) -> Self {
        Self { report, under_trajectories: is_headed_by_trajectories(chapter, &report.title) }
    }

    /// What stands over and beside its words, for who asks.
    fn near(&self, reader: Reader<'_>) -> Near {
        reader.near(self.under_trajectories, &self.report.reports)
    }

    /// The description and the initiatives, as told to who asks.
    fn definition(&self, ctx: &Context<'_>) -> Result<(Option<String>, Vec<event::InitiativeList>)> {
        let reader = Reader::of(ctx)?;
        let (description, initiatives) = (self.report.description.as_deref(), self.report.initiatives.as_slice());
        let defined = Defined { title: &self.report.title, description, initiatives };
        Ok(reader.definition(defined, reader.over(self.under_trajectories)))
    }
}

/// An action in a progress report.
#[Object]
impl ActionReport<'_> {
    /// The global id of the action.
    async fn action_id(&self) -> ID {
        global_id(Kind::PlanAction, &self.report.id.to_string())
    }

    /// Its number.
    async fn number(&self) -> String {
        self.report.number.to_string()
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.report.title
    }

    /// Its description. Here and in its other texts, who does not write or collect the report reads what may be told before an
    /// edition.
    async fn description(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.definition(ctx)?.0)
    }

    /// Its initiatives, by heading.
    async fn initiatives(&self, ctx: &Context<'_>) -> Result<Vec<InitiativeList>> {
        Ok(self.definition(ctx)?.1.iter().map(InitiativeList::from).collect())
    }

    /// Its status up to the cut-off of the report's edition, or the last day of the half-year where there is none; none when none
    /// was reported by then.
    async fn status(&self) -> Option<Coded<ActionStatus>> {
        self.report.status.map(Coded)
    }

    /// The same in words.
    async fn status_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> Option<&'static str> {
        self.report.status.map(|status| status.label(language.into()))
    }

    /// Its status as the report of the half-year before tells it, up to the cut-off of the edition that is published of that.
    async fn previous_status(&self) -> Option<Coded<ActionStatus>> {
        self.report.previous_status.map(Coded)
    }

    /// The status before, in words.
    async fn previous_status_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> Option<&'static str> {
        self.report.previous_status.map(|status| status.label(language.into()))
    }

    /// Whether it went backwards since the report of the half-year before.
    async fn went_backwards(&self) -> bool {
        self.report.went_backwards
    }

    /// The ministers on the last day of the report.
    async fn ministers(&self) -> Vec<Minister> {
        self.report.ministers.iter().map(Minister::from).collect()
    }

    /// The policy domains on the last day of the report; the coordinating one is marked.
    async fn policy_domains(&self) -> Vec<PolicyDomainRole> {
        self.report.policy_domains.iter().map(PolicyDomainRole::from).collect()
    }

    /// The other parties involved on the last day of the report.
    async fn other_parties(&self, ctx: &Context<'_>) -> Result<Vec<&str>> {
        let reader = Reader::of(ctx)?;
        Ok(reader.parties(&self.report.other_parties, reader.over(self.under_trajectories)))
    }

    /// The report rows of this half-year.
    async fn reports(&self, ctx: &Context<'_>) -> Result<Vec<ReportRow>> {
        let reader = Reader::of(ctx)?;
        let near = self.near(reader);
        Ok(self.report.reports.iter().map(|row| ReportRow::of(row, near, reader)).collect())
    }

    /// The amounts of this half-year, also those that count in no sum.
    async fn budget(&self, ctx: &Context<'_>) -> Result<Vec<BudgetEntry>> {
        let reader = Reader::of(ctx)?;
        Ok(BudgetEntry::told(&self.report.budget, self.near(reader), reader))
    }

    /// People and other means of this half-year.
    async fn means(&self, ctx: &Context<'_>) -> Result<Vec<Means>> {
        let reader = Reader::of(ctx)?;
        Ok(Means::told(&self.report.means, self.near(reader), reader))
    }

    /// Funding mentioned in this half-year without an amount. Who does not write or collect the report sees what may be told
    /// before an edition.
    async fn funding_mentions(&self, ctx: &Context<'_>) -> Result<Vec<FundingMention>> {
        let reader = Reader::of(ctx)?;
        Ok(FundingMention::told(&self.report.mentions, self.near(reader), reader))
    }

    /// The figures of this half-year. Who does not write or collect the report sees what may be told before an edition.
    async fn indicators(&self, ctx: &Context<'_>) -> Result<Vec<Indicator>> {
        let reader = Reader::of(ctx)?;
        Ok(Indicator::told(&self.report.indicators, self.near(reader), reader))
    }

    /// Whether it is paid from regular means: all of it was delivered, with neither an amount, nor means, nor a mention of
    /// funding; an action without any row only where the report of the half-year was taken over from print. Null while who pays
    /// is not yet delivered.
    async fn regular_means(&self) -> Option<bool> {
        let report = &self.report;
        let is_funded = !(report.budget.is_empty() && report.means.is_empty() && report.mentions.is_empty());
        (report.regular_means || is_funded).then_some(report.regular_means)
    }
}

/// The sums of a report. Amounts that stand in a description only count in neither sum of money.
#[derive(SimpleObject)]
pub struct ReportTotals {
    /// How many actions.
    actions: u64,
    /// How many in each status.
    by_status: Vec<ActionStatusCount>,
    /// Per policy line.
    by_policy_line: Vec<LineTotal>,
    /// Per chapter.
    by_chapter: Vec<ChapterTotal>,
    /// Per policy domain; an action of several domains counts under each.
    by_domain: Vec<DomainTotal>,
    /// Per ministerial office; an action of several offices counts under each.
    by_office: Vec<OfficeTotal>,
    /// Per competence.
    by_competence: Vec<CompetenceTotal>,
    /// The budget column as printed; null when there is no amount.
    budget_as_printed: Option<Cents>,
    /// The budget column without the entries that probably print the same money again; null when there is no other amount.
    budget_without_duplicates: Option<Cents>,
    /// How many entries in the budget column.
    budget_entries: u64,
    /// How many actions with an entry in the budget column.
    actions_with_budget: u64,
}

impl From<&view::ReportTotals> for ReportTotals {
    fn from(totals: &view::ReportTotals) -> Self {
        Self {
            actions: totals.actions,
            by_status: statuses(totals.by_status.iter().map(|count| (count.status, count.count))),
            by_policy_line: totals.by_policy_line.iter().map(LineTotal::from).collect(),
            by_chapter: totals.by_chapter.iter().map(ChapterTotal::from).collect(),
            by_domain: totals.by_domain.iter().map(DomainTotal::from).collect(),
            by_office: totals.by_office.iter().map(OfficeTotal::from).collect(),
            by_competence: totals.by_competence.iter().map(CompetenceTotal::from).collect(),
            budget_as_printed: totals.budget_as_printed.map(Cents::from),
            budget_without_duplicates: totals.budget_without_duplicates.map(Cents::from),
            budget_entries: totals.budget_entries,
            actions_with_budget: totals.actions_with_budget,
        }
    }
}

/// Actions in a status.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ActionStatusCount {
    /// The status.
    status: Coded<ActionStatus>,
    /// How many.
    count: u64,
}

#[ComplexObject]
impl ActionStatusCount {
    /// The status, in words.
    async fn status_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.status.0.label(language.into())
    }
}

fn statuses(counts: impl Iterator<Item = (ActionStatus, u64)>) -> Vec<ActionStatusCount> {
    counts.map(|(status, count)| ActionStatusCount { status: status.into(), count }).collect()
}

/// Declares the sums of one part of the plan, under the name of its key.
macro_rules! subtotal {
    ($(#[$($doc:tt)*])+ $name:ident { $(#[$($key_doc:tt)*])+ $key:ident: $type:ty }) => {
        $(#[$($doc)*])+
        #[derive(SimpleObject)]
        pub struct $name {
            $(#[$($key_doc)*])+
            $key: $type,
            /// Its name, where it has one.
            name: Option<String>,
            /// How many actions.
            actions: u64,
            /// How many in each status.
            by_status: Vec<ActionStatusCount>,
            /// The budget column as printed; null when there is no amount.
            budget_as_printed: Option<Cents>,
            /// The budget column without the entries that probably print the same money again; null when there is no other
            /// amount.
            budget_without_duplicates: Option<Cents>,
        }

        impl From<&view::Subtotal> for $name {
            fn from(total: &view::Subtotal) -> Self {
                Self {
                    $key: total.key.parse().unwrap_or_default(),
                    name: total.name.clone(),
                    actions: total.actions,
                    by_status: statuses(total.by_status.iter().map(|(status, count)| (*status, *count))),
                    budget_as_printed: total.budget_as_printed.map(Cents::from),
                    budget_without_duplicates: total.budget_without_duplicates.map(Cents::from),
                }
            }
        }
    };
}

subtotal! {
    /// The sums of a policy line.
    LineTotal {
        /// The number of the policy line.
        number: u16
    }
}
subtotal! {
    /// The sums of a chapter.
    ChapterTotal {
        /// The number of the chapter.
        number: u16
    }
}
subtotal! {
    /// The sums of a policy domain.
    DomainTotal {
        /// The code of the policy domain.
        code: String
    }
}
subtotal! {
    /// The sums of a ministerial office.
    OfficeTotal {
        /// The code of the office.
        code: String
    }
}
subtotal! {
    /// The sums of a competence.
    CompetenceTotal {
        /// The competence.
        code: String
    }
}
