//! An edition as it would be frozen now: put together from the views as known at one place in the log.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::NaiveDate;
use spoor_disclosure::DisclosureReport;
use spoor_documents::edition::compare::{errata, errata_of_withdrawn};
use spoor_documents::edition::{
    self as document, ContentHash, EditionContent, EditionParts, Operational, assemble, findings, operational,
    training_totals,
};
use spoor_domain::action::event::ActionNumber;
use spoor_domain::edition::ReportEdition;
use spoor_domain::edition::event::EditionStatus;
use spoor_domain::edition::finding::Finding;
use spoor_domain::edition::state::Edition;
use spoor_domain::kernel::{ActionId, HalfYear, PlanId, ReportEditionId};
use spoor_domain::publication::PublicationRegister;
use spoor_domain::publication::event::Told;
use spoor_eventlog::Versioned;
use spoor_projections::editions::{Owed, owed};
use spoor_projections::plan::{self, ActionFacts, CutOffs, ProgressReport};
use spoor_projections::{publication, training, trajectories};

use super::super::{Desk, DeskError};
use super::EditionNumber;
use super::fault::EditionFault;

/// How long an edition waits for the views to know all that the log knows.
const PATIENCE: Duration = Duration::from_secs(10);

/// An edition that was put together.
pub struct Draft {
    /// What it says.
    pub content: EditionContent,
    /// The hash of that.
    pub hash: ContentHash,
    /// The canonical bytes that the hash is of.
    pub bytes: Vec<u8>,
    /// The leaf index up to which everything was taken into account.
    pub index: u64,
    /// What keeps it from being frozen, waived or not.
    pub findings: Vec<Finding>,
    /// What is still owed.
    pub owed: Vec<Owed>,
    /// The actions by number.
    pub(super) actions: BTreeMap<ActionNumber, ActionId>,
    /// What it tells of dossiers; only when it is being frozen.
    pub(super) told: Option<(spoor_disclosure::Edition, DisclosureReport)>,
}

/// What was told of dossiers so far, and the publication that holds it, on the day of freezing.
pub(super) struct Before {
    pub latest: Option<Told>,
    pub told: spoor_disclosure::Edition,
    pub today: NaiveDate,
}

/// An edition with the others of its half-year.
pub(super) struct Found {
    pub editions: Versioned<ReportEdition>,
    pub edition: Edition,
    pub plan: PlanId,
    pub period: HalfYear,
}

impl Desk {
    /// The edition as it would be frozen now. Without tables on dossiers: those are made once, when it is frozen, because
    /// rounding a count anew with every change would tell how it changes.
    ///
    /// # Errors
    /// `NotFound` when there is no such edition.
    pub async fn draft(&self, id: EditionNumber) -> Result<Draft, DeskError> {
        let found = self.find_edition(id).await?;
        let index = self.log.head().await?.index;
        self.put_together(&found, index, None).await
    }

    /// The edition with its place, from the log itself.
    pub(super) async fn find_edition(&self, id: EditionNumber) -> Result<Found, DeskError> {
        let editions = self.log.load::<ReportEdition>(&id.editions.to_string()).await?;
        let edition = editions.state.edition(id.number).cloned().ok_or(DeskError::NotFound("reportEditionId"))?;
        let (plan, period) = editions.state.about().ok_or(DeskError::NotFound("reportEditionId"))?;
        Ok(Found { editions, edition, plan, period })
    }

    /// Puts an edition together as known at this index. `before` is what was told of dossiers so far; with it, the tables
    /// on dossiers are made.
    pub(super) async fn put_together(
        &self,
        found: &Found,
        index: u64,
        before: Option<&Before>,
    ) -> Result<Draft, DeskError> {
        let views = [plan::PROJECTION, trajectories::PROJECTION, training::PROJECTION];
        // When they do not come so far, the reads below say which is behind.
        self.views.wait_for(&views, self.log.position_of(index).await?, PATIENCE).await;
        let known = plan::known_at_index(&self.views, found.plan, index).await?;
        let (row, actions) = known.ok_or(DeskError::NotFound("reportEditionId"))?;
        let cut_off = found.edition.head.cut_off;
        let before_cut_off = self.cut_off_before(found.plan, found.period, Some(index)).await?;
        let cut_offs = CutOffs { own: Some(cut_off), before: before_cut_off };
        let owed = owed(&actions, found.period, cut_offs, found.editions.state.round());
        let by_number = actions.iter().map(|action| (action.definition.number, action.id)).collect();
        // What is missing is told beside the draft and not printed. What the actions were, their status and who answered for
        // them is printed as on the cut-off; what was reported on the half-year, whenever it was reported.
        let actions = actions.into_iter().map(ActionFacts::delivered).collect();
        let report = ProgressReport::of(row, actions, found.period, cut_offs);
        let training = training_totals(&training::totals_at(&self.views, index).await?, found.period);
        let made = match before {
            Some(before) => self.operational(found.period, index, before).await?,
            None => None,
        };
        let (told, tables) =
            made.map_or((None, Vec::new()), |Operational { told, tables, report }| (Some((told, report)), tables));
        let head = head(found, &report);
        let mut content = assemble(EditionParts { head, report, tables, training, errata: Vec::new() });
        if let Some((corrected, content_then)) = self.corrected(found).await? {
            content.errata = match corrected.status() {
                EditionStatus::Withdrawn => errata_of_withdrawn(&content_then, &content),
                EditionStatus::Drafting
                | EditionStatus::Frozen
                | EditionStatus::Approved
                | EditionStatus::Submitted => errata(&content_then, &content),
            };
        }
        let bytes = content.to_bytes().map_err(EditionFault::from)?;
        let (hash, findings) = (ContentHash::of(&bytes), findings(&content));
        Ok(Draft { content, hash, bytes, index, findings, owed, actions: by_number, told })
    }

    /// What was told of dossiers so far, over all plans and half-years.
    pub(super) async fn told_before(&self, today: NaiveDate) -> Result<Before, DeskError> {
        let register = self.log.load::<PublicationRegister>(&PublicationRegister::ID.to_string()).await?.state;
        let latest = register.latest().cloned();
        let told = match &latest {
            None => spoor_disclosure::Edition::default(),
            Some(told) => {
                let bytes = self.published_bytes(&told.state).await?;
                serde_json::from_slice(&bytes).map_err(EditionFault::from)?
            }
        };
        Ok(Before { latest, told, today })
    }

    /// The tables on dossiers; none where nothing is published about them. Rounding and attacking them is work.
    async fn operational(
        &self,
        period: HalfYear,
        index: u64,
        before: &Before,
    ) -> Result<Option<Operational>, DeskError> {
        let Some(publishing) = self.publishing.clone() else { return Ok(None) };
        let truth = publication::truth_at(&self.views, index).await?;
        let (previous, today) = (before.told.clone(), before.today);
        let made = blocking(move || {
            let catalogue = publication::catalogue(publishing.registered_from);
            Ok(operational(&previous, &truth, period, today, &catalogue, &publishing.key)?)
        });
        Ok(Some(made.await?))
    }

    /// The edition that this one corrects, and its content.
    async fn corrected<'a>(&self, found: &'a Found) -> Result<Option<(&'a Edition, EditionContent)>, DeskError> {
        let corrected = found.edition.corrects.and_then(|number| found.editions.state.edition(number));
        match corrected.and_then(|edition| Some((edition, edition.frozen()?))) {
            Some((edition, frozen)) => Ok(Some((edition, self.content_of(&frozen.pinned).await?))),
            None => Ok(None),
        }
    }
}

fn head(found: &Found, report: &ProgressReport) -> document::EditionHead {
    let edition = &found.edition;
    document::EditionHead {
        plan: found.plan,
        plan_name: report.plan.outline.name.clone(),
        period: found.period,
        number: edition.number,
        label: edition.head.label.clone(),
        window: edition.head.window.map(|window| document::Window { from: window.from, until: window.until }),
        cut_off: edition.head.cut_off,
        preface: edition.head.preface.clone(),
        rules: publication::CATALOGUE_VERSION.to_owned(),
        corrects: edition.corrects,
    }
}

impl Found {
    pub(super) fn id(&self) -> ReportEditionId {
        ReportEditionId::of(self.plan, self.period)
    }
}

/// Work that keeps a thread busy: not one that answers requests.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EditionFault> + Send + 'static,
) -> Result<T, EditionFault> {
    tokio::task::spawn_blocking(work).await.map_err(|_| EditionFault::BrokeOff)?
}
