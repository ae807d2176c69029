//! Editions of the half-yearly report (halfjaarlijkse voortgangsrapportage aan het Vlaams Parlement), and the collection of
//! the rows they are made of.

mod collection;
mod commands;
mod draft;
mod origin;
mod parts;
mod query;
mod safety;

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use spoor_documents::edition::Near;
use spoor_domain::edition::event::{EditionStatus, Pinned};
use spoor_domain::edition::state::{Edition, EditionStage};
use spoor_domain::kernel::{Label, ReportEditionId};
use spoor_projections::editions::{self, EditionsRow};

use super::coded::{Coded, LabelLanguage};
use super::global_id::{Kind, global_id, local_id};
use super::plan::ActionPlan;
use super::plan::comparison::PlanComparison;
use super::plan::reader::Reader;
use super::problem::{OurFault, Problem};
use super::scalars::{Date, HalfYear};
use super::session::{actor, desk};
use crate::desk::{EditionNumber, Said};
use crate::policy::{self, Action};
use draft::DraftPreview;
use origin::{EditionOrigin, Erratum, Origins};
use parts::{EditionFile, EditionHistoryLine, ReportingWindow, SmallCountWaiver};
use safety::DisclosureReport;

pub use commands::EditionMutations;
pub use query::EditionQuery;

/// One edition.
pub struct ReportEdition {
    row: EditionsRow,
    edition: Edition,
}

/// Which edition of a half-year is asked for, among those the viewer may see.
#[derive(Clone, Copy)]
enum Which {
    /// The one with this number, whatever became of it.
    Numbered(u32),
    /// The latest that was not withdrawn: the one that is read, or made.
    Standing,
    /// The latest, whatever became of it.
    Latest,
}

impl Which {
    fn admits(self, edition: &Edition) -> bool {
        match self {
            Self::Numbered(number) => edition.number == number,
            Self::Standing => edition.status() != EditionStatus::Withdrawn,
            Self::Latest => true,
        }
    }
}

impl ReportEdition {
    /// The edition with this local id, when the viewer may see it.
    pub async fn find_local(ctx: &Context<'_>, local: &str) -> Result<Option<Self>> {
        match EditionNumber::parse(local) {
            Some(id) => Self::find(ctx, id.editions, Which::Numbered(id.number)).await,
            None => Ok(None),
        }
    }

    /// The edition of a half-year that is asked for; where several fit, the latest.
    async fn find(ctx: &Context<'_>, id: ReportEditionId, which: Which) -> Result<Option<Self>> {
        let found = editions::detail(&desk(ctx)?.views, id).await.ours(ctx)?.value;
        let Some(row) = found else { return Ok(None) };
        let mut visible = Self::visible(ctx, &row)?;
        visible.retain(|found| which.admits(&found.edition));
        Ok(visible.pop())
    }

    /// Those of a half-year that the viewer may see, by number.
    fn visible(ctx: &Context<'_>, row: &EditionsRow) -> Result<Vec<Self>> {
        let actor = actor(ctx)?;
        let seen = |edition: &&Edition| policy::authorize(actor, Action::SeeEdition(edition.status())).is_ok();
        let editions = row.state.editions().iter().filter(seen);
        Ok(editions.map(|edition| Self { row: row.clone(), edition: edition.clone() }).collect())
    }

    fn number(&self) -> EditionNumber {
        EditionNumber { editions: self.row.id, number: self.edition.number }
    }

    /// What was frozen, while it is served.
    fn served(&self) -> Option<&Pinned> {
        let withdrawn = matches!(self.edition.stage, EditionStage::Withdrawn { .. });
        self.edition.frozen().filter(|_| !withdrawn).map(|frozen| &frozen.pinned)
    }

    /// Whether the viewer may do this; otherwise a field is simply not there.
    fn may(ctx: &Context<'_>, action: Action<'_>) -> Result<bool> {
        Ok(policy::authorize(actor(ctx)?, action).is_ok())
    }
}

/// An edition of the half-yearly report to the Vlaams Parlement.
#[Object]
impl ReportEdition {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        global_id(Kind::ReportEdition, &self.number().to_string())
    }

    /// The plan.
    async fn plan(&self, ctx: &Context<'_>) -> Option<Result<ActionPlan>> {
        ActionPlan::find(ctx, self.row.plan).await.transpose()
    }

    /// The half-year.
    async fn period(&self) -> HalfYear {
        self.row.period.into()
    }

    /// The number among the editions of the half-year, from 1; a correction is the next.
    #[graphql(name = "number")]
    async fn running_number(&self) -> u32 {
        self.edition.number
    }

    /// What it is called.
    async fn label(&self) -> &str {
        &self.edition.head.label
    }

    /// The days the report speaks of, where they are named.
    async fn window(&self) -> Option<ReportingWindow> {
        self.edition.head.window.map(ReportingWindow::from)
    }

    /// The last day of what is taken into account.
    async fn cut_off(&self) -> Date {
        self.edition.head.cut_off.into()
    }

    /// The preface; that of a withdrawn edition is for the plan coordinator only.
    async fn preface(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        let withdrawn = matches!(self.edition.stage, EditionStage::Withdrawn { .. });
        let shown = !withdrawn || Self::may(ctx, Action::ChangeEditions)?;
        Ok(self.edition.head.preface.as_deref().filter(|_| shown))
    }

    /// Where it stands.
    async fn status(&self) -> Coded<EditionStatus> {
        self.edition.status().into()
    }

    /// Where it stands, in words.
    async fn status_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.edition.status().label(language.into())
    }

    /// The day it was opened.
    async fn opened_on(&self) -> Date {
        self.edition.opened_on.into()
    }

    /// The number of the edition it corrects.
    async fn corrects(&self) -> Option<u32> {
        self.edition.corrects
    }

    /// Why it was opened after another one. Null for who neither writes, collects nor supervises the report where it tells a
    /// small count or a figure on learning trajectories.
    async fn reason(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(Reader::of(ctx)?.text(self.edition.reason.as_deref(), Near::default()))
    }

    /// The day it was frozen.
    async fn frozen_on(&self) -> Option<Date> {
        self.edition.frozen().map(|frozen| frozen.act.on.into())
    }

    /// The day another person approved it.
    async fn approved_on(&self) -> Option<Date> {
        self.edition.approved().map(|approved| approved.on.into())
    }

    /// The day it was submitted to the Vlaams Parlement.
    async fn submitted_on(&self) -> Option<Date> {
        self.edition.submitted_on().map(Date)
    }

    /// The day it was withdrawn: its bytes are not served any more.
    async fn withdrawn_on(&self) -> Option<Date> {
        match &self.edition.stage {
            EditionStage::Withdrawn { withdrawn, .. } => Some(withdrawn.on.into()),
            EditionStage::Drafting | EditionStage::Frozen(_) | EditionStage::Approved { .. } => None,
        }
    }

    /// Why it was withdrawn. Null where the reason of a correction would be.
    async fn withdrawn_because(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let why = match &self.edition.stage {
            EditionStage::Withdrawn { reason, .. } => Some(reason.as_str()),
            EditionStage::Drafting | EditionStage::Frozen(_) | EditionStage::Approved { .. } => None,
        };
        Ok(Reader::of(ctx)?.text(why, Near::default()))
    }

    /// SHA-256 of its content. Its first twelve digits stand on every page of the PDF, all of them in the colophon.
    async fn content_hash(&self) -> Option<&str> {
        self.edition.frozen().map(|frozen| frozen.pinned.content.as_str())
    }

    /// The version of the rules by which figures were counted and rounded.
    async fn rules(&self) -> Option<&str> {
        self.edition.frozen().map(|frozen| frozen.pinned.rules.as_str())
    }

    /// The leaf index of the log up to which everything was taken into account; for the plan coordinator and compliance.
    async fn index(&self, ctx: &Context<'_>) -> Result<Option<u64>> {
        let shown = Self::may(ctx, Action::SeeEditionPlace)?;
        Ok(self.edition.frozen().map(|frozen| frozen.pinned.index).filter(|_| shown))
    }

    /// Its forms, each with its hash; those of a withdrawn edition are not served any more.
    async fn forms(&self) -> Vec<EditionFile> {
        let id = global_id(Kind::ReportEdition, &self.number().to_string());
        let forms = self.edition.frozen().map(|frozen| frozen.pinned.forms.as_slice()).unwrap_or_default();
        let served = !matches!(self.edition.stage, EditionStage::Withdrawn { .. });
        forms.iter().map(|form| EditionFile::of(form, &id, served)).collect()
    }

    /// What it says otherwise than the edition it corrects, as printed; read from its frozen content. None once it was
    /// withdrawn.
    #[graphql(complexity = "child_complexity * 5 + 20")]
    async fn errata(&self, ctx: &Context<'_>) -> Option<Result<Vec<Erratum>>> {
        let pinned = self.served().filter(|_| self.edition.corrects.is_some())?;
        let errata = async {
            let content = desk(ctx)?.content_of(pinned).await.ours(ctx)?;
            let origins = Arc::new(Origins::of_errata(self.number()));
            let erratum = |printed| Erratum { printed, origins: origins.clone() };
            Ok(content.errata.into_iter().map(erratum).collect())
        };
        Some(errata.await)
    }

    /// The events from which this edition has what it says of the plan: of one action, or of the whole (its sums) where none
    /// is named; or of police training, by its path. For a compliance officer, of a frozen edition.
    #[graphql(complexity = "child_complexity * 5 + 100")]
    async fn origin(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the action, such as 5.10.")] action: Option<String>,
        #[graphql(
            desc = "A path of field names, as errata have it, for instance `status`, `totals/budget_as_printed` or `training/Hpm/cumulative`; all of the plan when absent."
        )]
        path: Option<String>,
    ) -> Option<Result<Vec<EditionOrigin>>> {
        self.edition.frozen()?;
        let found = async {
            let number = action.as_deref().map(str::parse).transpose();
            let action = number.map_err(|_| Problem::BadUserInput("`action` is a number such as 5.10").at(ctx))?;
            let said = Said { action, path: path.as_deref().unwrap_or_default() };
            Origins::of(self.number(), action).behind(ctx, said).await
        };
        found.await.transpose()
    }

    /// What this edition says otherwise than an earlier one, of this half-year or another: both frozen and still served.
    #[graphql(complexity = "child_complexity * 5 + 40")]
    async fn compared_to(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the earlier edition.")] edition: ID,
    ) -> Option<Result<PlanComparison>> {
        let compared = async {
            let earlier = match local_id(Kind::ReportEdition, &edition) {
                Some(local) => Self::find_local(ctx, &local).await?,
                None => None,
            };
            let contents = (earlier.as_ref().and_then(Self::served), self.served());
            let (Some(earlier), Some(own)) = contents else { return Err(Problem::NotFound.at(ctx)) };
            let desk = desk(ctx)?;
            let (earlier, own) = (desk.content_of(earlier).await.ours(ctx)?, desk.content_of(own).await.ours(ctx)?);
            Ok(PlanComparison::of(&earlier, &own))
        };
        Some(compared.await)
    }

    /// As it would be frozen now: what is missing and what keeps it from being frozen. While it is being drafted, for the
    /// plan coordinator.
    #[graphql(complexity = "child_complexity + 100")]
    async fn draft(&self, ctx: &Context<'_>) -> Option<Result<DraftPreview>> {
        if self.edition.status() != EditionStatus::Drafting {
            return None;
        }
        match Self::may(ctx, Action::ChangeEditions) {
            Ok(true) => Some(DraftPreview::of(ctx, &self.row, self.number()).await),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// How safe the figures on dossiers of this edition are, as it was found when it was frozen; for a compliance officer.
    /// None where the edition has no such figures.
    async fn disclosure_report(&self, ctx: &Context<'_>) -> Option<Result<DisclosureReport>> {
        let pinned = &self.edition.frozen()?.pinned;
        let report = async {
            if !Self::may(ctx, Action::TraceFigures)? {
                return Ok(None);
            }
            let found = desk(ctx)?.disclosure_report(pinned).await.ours(ctx)?;
            Ok(found.map(DisclosureReport::from))
        };
        report.await.transpose()
    }

    /// The small counts of persons that a second person let stand; for the plan coordinator and compliance.
    async fn waivers(&self, ctx: &Context<'_>) -> Result<Option<Vec<SmallCountWaiver>>> {
        let shown = Self::may(ctx, Action::SeeEditionPlace)?;
        let waivers = || self.row.state.waivers().values().map(SmallCountWaiver::from).collect();
        Ok(shown.then(waivers))
    }

    /// What happened to the editions of the half-year, oldest first; for the plan coordinator and compliance.
    async fn history(&self, ctx: &Context<'_>) -> Result<Option<Vec<EditionHistoryLine>>> {
        let shown = Self::may(ctx, Action::SeeEditionPlace)?;
        Ok(shown.then(|| self.row.history.iter().map(EditionHistoryLine::from).collect()))
    }

    /// The number of events of the half-year's editions; give it as `expectedVersion` to insist on it. Analysts get none.
    async fn version(&self, ctx: &Context<'_>) -> Result<Option<u64>> {
        Ok(Self::may(ctx, Action::SeeCollection)?.then(|| self.row.state.version()))
    }
}
