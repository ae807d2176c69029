//! Action plans and their actions (actieplan, acties).

mod action_commands;
pub mod comparison;
mod figures;
mod given;
mod hygiene;
mod parts;
mod plan_commands;
mod progress;
pub(in crate::graphql) mod reader;
mod report;
mod reported;

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use spoor_documents::edition::{Defined, EditionContent, EditionParts, Near, assemble, is_headed_by_trajectories};
use spoor_domain::action::event::{self, ActionNumber, ActionStatus};
use spoor_domain::kernel::{self, ActionId, Label, PlanId};
use spoor_domain::plan::event::PlanOutline;
use spoor_projections::Answer;
use spoor_projections::plan::{self as view, ActionFacts, PlanRow, ReportRowFacts};

use super::as_of::known_at;
use super::coded::{Coded, LabelLanguage};
use super::global_id::{Kind, global_id, local_id};
use super::outcome::unexpected;
use super::problem::{OurFault, Problem};
use super::scalars::{Date, HalfYear, Position};
use super::session::{allow, catch_up, desk, shows};
use crate::policy::Action;
use comparison::PlanComparison;
use parts::{
    Chapter, ContinuedAction, InitiativeList, Minister, PolicyDomainRole, PolicyLine, ReportRow, StatusChange,
};
use reader::Reader;
use report::ProgressReport;
use reported::{BudgetEntry, FundingMention, Indicator, Means};

pub use action_commands::ActionMutations;
pub use plan_commands::PlanMutations;
pub use progress::ProgressMutations;

/// A plan as adopted.
pub struct ActionPlan {
    row: PlanRow,
    /// The last event of the log when it was so known; none for now.
    known_at: Option<u64>,
}

impl ActionPlan {
    /// The plan with this id, when there is one.
    pub async fn find(ctx: &Context<'_>, id: PlanId) -> Result<Option<Self>> {
        allow(ctx, Action::SeePlan)?;
        Self::known_at(ctx, id, None).await
    }

    async fn known_at(ctx: &Context<'_>, id: PlanId, known_at: Option<u64>) -> Result<Option<Self>> {
        let found = view::plan(&desk(ctx)?.views, id, known_at).await.ours(ctx)?.value;
        Ok(found.map(|row| Self { row, known_at }))
    }
}

/// An action plan (actieplan).
#[Object]
impl ActionPlan {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        global_id(Kind::ActionPlan, &self.row.id.to_string())
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.row.outline.name
    }

    /// The day it was adopted.
    async fn adopted_on(&self) -> Date {
        self.row.adopted_on.into()
    }

    /// The policy lines, in order.
    async fn policy_lines(&self) -> Vec<PolicyLine> {
        self.row.outline.policy_lines.iter().map(PolicyLine::from).collect()
    }

    /// The chapters, in order.
    async fn chapters(&self) -> Vec<Chapter> {
        self.row.outline.chapters.iter().map(Chapter::from).collect()
    }

    /// The actions, by number.
    async fn actions(&self, ctx: &Context<'_>) -> Option<Result<Vec<PlanAction>>> {
        let actions = async {
            let found = view::actions(&desk(ctx)?.views, self.row.id, self.known_at).await.ours(ctx)?.value;
            let reader = Reader::of(ctx)?;
            Ok(found.into_iter().map(|facts| PlanAction::told(facts, Some(&self.row.outline), reader)).collect())
        };
        Some(actions.await)
    }

    /// Its half-yearly progress report (halfjaarlijkse voortgangsrapportage).
    #[graphql(complexity = "child_complexity + 50")]
    async fn report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The half-year.")] period: HalfYear,
    ) -> Option<Result<ProgressReport>> {
        progress_report(ctx, self.row.id, period, self.known_at).await.transpose()
    }

    /// The plan that took its place.
    async fn superseded_by(&self, ctx: &Context<'_>) -> Option<Result<ActionPlan>> {
        // Boxed, because a plan shows a plan.
        let later = Box::pin(ActionPlan::known_at(ctx, self.row.superseded_by?, self.known_at));
        later.await.transpose()
    }
}

/// An action with everything reported on it.
pub struct PlanAction {
    facts: ActionFacts,
    /// Whether the title of its chapter or its own names learning trajectories.
    under_trajectories: bool,
}

impl PlanAction {
    /// The action with this id, when there is one.
    pub async fn find(ctx: &Context<'_>, id: ActionId) -> Result<Option<Self>> {
        allow(ctx, Action::SeePlan)?;
        let found = view::action(&desk(ctx)?.views, id, None).await.ours(ctx)?.value;
        Self::of_plan(ctx, found, None).await
    }

    /// The action as told to who asks, in its plan as known at the same moment.
    async fn of_plan(ctx: &Context<'_>, found: Option<ActionFacts>, known_at: Option<u64>) -> Result<Option<Self>> {
        let Some(facts) = found else { return Ok(None) };
        let plan = view::plan(&desk(ctx)?.views, facts.definition.plan, known_at).await.ours(ctx)?.value;
        Ok(Some(Self::told(facts, plan.as_ref().map(|plan| &plan.outline), Reader::of(ctx)?)))
    }

    /// The action as told to this reader, under its chapter in the outline of its plan.
    fn told(facts: ActionFacts, outline: Option<&PlanOutline>, reader: Reader<'_>) -> Self {
        let mut chapters = outline.into_iter().flat_map(|outline| &outline.chapters);
        let own = chapters.find(|chapter| chapter.number == facts.definition.number.chapter);
        let chapter = own.map(|chapter| chapter.title.as_str()).unwrap_or_default();
        let under_trajectories = is_headed_by_trajectories(chapter, &facts.definition.title);
        Self { facts: reader.facts(facts), under_trajectories }
    }

    /// What stands over and beside its words, for who asks.
    fn near(&self, reader: Reader<'_>) -> Near {
        reader.near(self.under_trajectories, self.facts.rows.values().flatten())
    }

    /// The same of what was reported on a half-year: what was reported on another one does not stand beside it.
    fn near_in(&self, half_year: kernel::HalfYear, reader: Reader<'_>) -> Near {
        reader.near(self.under_trajectories, self.facts.rows.get(&half_year).into_iter().flatten())
    }

    /// What of the figures of every half-year is told, each half-year on its own.
    fn by_half_year<T, R>(
        &self,
        figures: &[T],
        half_year: fn(&T) -> kernel::HalfYear,
        reader: Reader<'_>,
        told: fn(&[T], Near, Reader<'_>) -> Vec<R>,
    ) -> Vec<R> {
        let of_each = figures.chunk_by(|one, next| half_year(one) == half_year(next));
        let near = |own: &[T]| own.first().map(|first| self.near_in(half_year(first), reader)).unwrap_or_default();
        of_each.flat_map(|own| told(own, near(own), reader)).collect()
    }

    /// The description and the initiatives, as told to who asks.
    fn definition(&self, ctx: &Context<'_>) -> Result<(Option<String>, Vec<event::InitiativeList>)> {
        let (definition, reader) = (&self.facts.definition, Reader::of(ctx)?);
        let (description, initiatives) = (definition.description.as_deref(), definition.initiatives.as_slice());
        let defined = Defined { title: &definition.title, description, initiatives };
        Ok(reader.definition(defined, reader.over(self.under_trajectories)))
    }

    /// The action with this number in this plan.
    async fn numbered(
        ctx: &Context<'_>,
        plan: PlanId,
        number: ActionNumber,
        known_at: Option<u64>,
    ) -> Result<Option<Self>> {
        let found = view::action_numbered(&desk(ctx)?.views, plan, number, known_at).await.ours(ctx)?.value;
        Self::of_plan(ctx, found, known_at).await
    }
}

/// An action of a plan (actie), with everything reported on it.
#[Object]
impl PlanAction {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        global_id(Kind::PlanAction, &self.facts.id.to_string())
    }

    /// The global id of its plan.
    async fn plan_id(&self) -> ID {
        global_id(Kind::ActionPlan, &self.facts.definition.plan.to_string())
    }

    /// Its number within the plan, such as 5.10.
    async fn number(&self) -> String {
        self.facts.definition.number.to_string()
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.facts.definition.title
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

    /// The actions of earlier plans that it continues.
    async fn continues(&self) -> Vec<ContinuedAction> {
        self.facts.definition.continues.iter().map(ContinuedAction::from).collect()
    }

    /// How far it is.
    async fn status(&self) -> Option<Coded<ActionStatus>> {
        self.facts.statuses.last().map(|change| change.to.into())
    }

    /// How far it is, in words.
    async fn status_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> Option<&'static str> {
        self.facts.statuses.last().map(|change| change.to.label(language.into()))
    }

    /// Every change of its status, in the order of the half-years; a status that was recorded again is one change.
    async fn statuses(&self, ctx: &Context<'_>) -> Result<Vec<StatusChange>> {
        let reader = Reader::of(ctx)?;
        let near = self.near(reader);
        Ok(self.facts.statuses.iter().map(|change| StatusChange::of(change, near, reader)).collect())
    }

    /// The ministers who answer for it.
    async fn ministers(&self, ctx: &Context<'_>) -> Result<Vec<Minister>> {
        let reader = Reader::of(ctx)?;
        let told = self.facts.ministers.now().filter(|minister| reader.is_told_name(&minister.title));
        Ok(told.map(Minister::from).collect())
    }

    /// The policy domains that answer for it.
    async fn policy_domains(&self, ctx: &Context<'_>) -> Result<Vec<PolicyDomainRole>> {
        let reader = Reader::of(ctx)?;
        let told = self.facts.policy_domains.now().filter(|domain| reader.is_told_name(&domain.code.0));
        Ok(told.map(PolicyDomainRole::from).collect())
    }

    /// The other parties involved.
    async fn other_parties(&self, ctx: &Context<'_>) -> Result<Vec<&str>> {
        let reader = Reader::of(ctx)?;
        Ok(reader.parties(self.facts.partners.now(), reader.over(self.under_trajectories)))
    }

    /// The report rows, of one half-year or of all.
    async fn reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this half-year only.")] period: Option<HalfYear>,
    ) -> Result<Vec<ReportRow>> {
        let reader = Reader::of(ctx)?;
        let rows = self.facts.rows.iter().filter(|(half_year, _)| period.is_none_or(|only| only.0 == **half_year));
        let of = |row: &ReportRowFacts| ReportRow::of(row, self.near_in(row.head.half_year, reader), reader);
        Ok(rows.flat_map(|(_, rows)| rows).map(of).collect())
    }

    /// The amounts reported, of every half-year.
    async fn budget(&self, ctx: &Context<'_>) -> Result<Vec<BudgetEntry>> {
        let reader = Reader::of(ctx)?;
        Ok(self.by_half_year(&self.facts.budget, |line| line.entry.half_year, reader, BudgetEntry::told))
    }

    /// People and other means reported, of every half-year.
    async fn means(&self, ctx: &Context<'_>) -> Result<Vec<Means>> {
        let reader = Reader::of(ctx)?;
        Ok(self.by_half_year(&self.facts.means, |own| own.half_year, reader, Means::told))
    }

    /// Funding mentioned without an amount, of every half-year. Who does not write or collect the report sees what may be
    /// told before an edition.
    async fn funding_mentions(&self, ctx: &Context<'_>) -> Result<Vec<FundingMention>> {
        let reader = Reader::of(ctx)?;
        Ok(self.by_half_year(&self.facts.mentions, |own| own.half_year, reader, FundingMention::told))
    }

    /// The figures reported, of every half-year. Who does not write or collect the report sees what may be told before an
    /// edition.
    async fn indicators(&self, ctx: &Context<'_>) -> Result<Vec<Indicator>> {
        let reader = Reader::of(ctx)?;
        Ok(self.by_half_year(&self.facts.indicators, |own| own.half_year, reader, Indicator::told))
    }

    /// The number of its events; give it as `expectedVersion` to insist on it. Null for who does not make the report: it grows
    /// with what is not accepted yet.
    async fn version(&self, ctx: &Context<'_>) -> Result<Option<u64>> {
        Ok(Reader::of(ctx)?.counts_events().then_some(self.facts.version))
    }
}

/// Questions about action plans.
#[derive(Default)]
pub struct PlanQuery;

#[Object]
impl PlanQuery {
    /// The action plans, oldest first.
    async fn action_plans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As known at this moment; as it stands when absent.")] as_known_at: Option<DateTime<Utc>>,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Result<Vec<ActionPlan>> {
        let known_at = then(ctx, as_known_at).await?;
        catch_up(ctx, &[view::PROJECTION], min_position).await?;
        let plans = view::plans(&desk(ctx)?.views, known_at).await.ours(ctx)?.value;
        Ok(plans.into_iter().map(|row| ActionPlan { row, known_at }).collect())
    }

    /// One action of a plan.
    async fn plan_action(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the plan.")] plan: ID,
        #[graphql(desc = "The number of the action, such as 5.10.")] number: String,
        #[graphql(desc = "As known at this moment; as it stands when absent.")] as_known_at: Option<DateTime<Utc>>,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Option<Result<PlanAction>> {
        let action = async {
            let known_at = then(ctx, as_known_at).await?;
            catch_up(ctx, &[view::PROJECTION], min_position).await?;
            match (plan_id(&plan), number.parse()) {
                (Some(plan), Ok(number)) => PlanAction::numbered(ctx, plan, number, known_at).await,
                _ => Ok(None),
            }
        };
        action.await.transpose()
    }

    /// The half-yearly progress report (halfjaarlijkse voortgangsrapportage) of a plan: what was reported, and what the actions
    /// were, their status and who answered for them on the last day of the half-year. Where the half-year has an edition, also
    /// one that is being drafted, it tells what the actions were and who answered for them as on the cut-off of the latest one
    /// that is not withdrawn, where that comes first, their status up to that cut-off, and what was reported on the half-year
    /// whenever it was reported, as that edition does; as known at a moment, as on the cut-off that was known then. A status
    /// that is dated after the half-year, or after the cut-off, stands in the next report. The previous status is that on the
    /// cut-off of the edition that is published of the half-year before, or else on the last day of that half-year.
    #[graphql(complexity = "child_complexity + 50")]
    async fn progress_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the plan.")] plan: ID,
        #[graphql(desc = "The half-year.")] period: HalfYear,
        #[graphql(desc = "As known at this moment; as it stands when absent.")] as_known_at: Option<DateTime<Utc>>,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Result<ProgressReport> {
        let known_at = then(ctx, as_known_at).await?;
        catch_up(ctx, &[view::PROJECTION], min_position).await?;
        let none = || Problem::NotFound.at(ctx);
        let id = plan_id(&plan).ok_or_else(none)?;
        progress_report(ctx, id, period, known_at).await?.ok_or_else(none)
    }

    /// What changed in a plan from one half-year to a later one, as it is known now and each up to the cut-off of its edition.
    /// Until an edition of the later one is approved, what nobody delivered yet is not gone.
    #[graphql(complexity = "child_complexity + 100")]
    async fn compare_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the plan.")] plan: ID,
        #[graphql(desc = "The earlier half-year.")] from: HalfYear,
        #[graphql(desc = "The later half-year.")] to: HalfYear,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Result<PlanComparison> {
        allow(ctx, Action::SeePlan)?;
        if from.0 > to.0 {
            return Err(Problem::BadUserInput("`from` lies after `to`: give the earlier half-year first").at(ctx));
        }
        has_begun(ctx, to)?;
        catch_up(ctx, &[view::PROJECTION], min_position).await?;
        let none = || Problem::NotFound.at(ctx);
        let id = plan_id(&plan).ok_or_else(none)?;
        let (earlier, later) = (content_as_told(ctx, id, from).await?, content_as_told(ctx, id, to).await?);
        let (earlier, later) = (earlier.ok_or_else(none)?, later.ok_or_else(none)?);
        let published = desk(ctx)?.published_content(id, to.0).await.map_err(|error| unexpected(ctx, error))?;
        Ok(match published {
            Some(_) => PlanComparison::of(&earlier, &later),
            None => PlanComparison::while_collecting(&earlier, &later),
        })
    }
}

/// The last event of the log that was known at a moment, where one is asked for, when the viewer may see plans and those
/// of then.
async fn then(ctx: &Context<'_>, moment: Option<DateTime<Utc>>) -> Result<Option<u64>> {
    allow(ctx, Action::SeePlan)?;
    let Some(moment) = moment else { return Ok(None) };
    allow(ctx, Action::SeePlanOfThen)?;
    let then = known_at(ctx, moment).await?;
    shows(desk(ctx)?, &[view::PROJECTION], then.position).await;
    Ok(Some(then.index))
}

/// Refuses a half-year on which nobody can have reported yet.
fn has_begun(ctx: &Context<'_>, period: HalfYear) -> Result<()> {
    if !period.0.has_begun(desk(ctx)?.clock.today_brussels()) {
        let ahead =
            "this half-year has not begun, so there is no report on it: ask for the present one or an earlier one";
        return Err(Problem::BadUserInput(ahead).at(ctx));
    }
    Ok(())
}

async fn progress_report(
    ctx: &Context<'_>,
    plan: PlanId,
    period: HalfYear,
    known_at: Option<u64>,
) -> Result<Option<ProgressReport>> {
    has_begun(ctx, period)?;
    let found = report_as_told(ctx, plan, period, known_at).await?;
    let seen = found.seen.position;
    Ok(found.value.map(|report| ProgressReport::of(report, known_at, seen)))
}

/// What the report of a half-year says now, as told to who asks; none when there is no such plan.
pub(in crate::graphql) async fn content_as_told(
    ctx: &Context<'_>,
    plan: PlanId,
    period: HalfYear,
) -> Result<Option<EditionContent>> {
    let report = report_as_told(ctx, plan, period, None).await?.value;
    let reader = Reader::of(ctx)?;
    Ok(report.map(|report| reader.content(assemble(EditionParts::live(report)))))
}

/// The report of a half-year as told to who asks, up to the cut-off of its latest edition; both as known then.
async fn report_as_told(
    ctx: &Context<'_>,
    plan: PlanId,
    period: HalfYear,
    known_at: Option<u64>,
) -> Result<Answer<Option<view::ProgressReport>>> {
    let (desk, reader) = (desk(ctx)?, Reader::of(ctx)?);
    let cut_offs = desk.cut_offs(plan, period.0, known_at).await.map_err(|error| unexpected(ctx, error))?;
    let told = |facts| reader.facts(facts);
    let mut found = view::report(&desk.views, plan, period.0, cut_offs, known_at, told).await.ours(ctx)?;
    found.value = found.value.map(|report| reader.report(report));
    Ok(found)
}

/// The plan that a global id names.
pub(in crate::graphql) fn plan_id(id: &ID) -> Option<PlanId> {
    local_id(Kind::ActionPlan, id)?.parse().ok()
}
