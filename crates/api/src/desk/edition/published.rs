//! What was frozen, found again: by its event, by its hash, verified.

use chrono::NaiveDate;
use spoor_disclosure::DisclosureReport;
use spoor_documents::edition::EditionContent;
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::edition::ReportEdition;
use spoor_domain::edition::event::{Pinned, StoredForm};
use spoor_domain::kernel::{Decider, HalfYear, PlanId, ReportEditionId};
use spoor_eventlog::blobs::BlobName;
use spoor_projections::plan::CutOffs;

use super::super::{Desk, DeskError};
use super::fault::EditionFault;

/// The content that is published of a half-year.
pub struct Published {
    /// What it says.
    pub content: EditionContent,
    /// Its number.
    pub number: u32,
    /// SHA-256 of the content.
    pub hash: String,
    /// The leaf index up to which everything was taken into account; for those who may know places in the log.
    pub pinned_index: u64,
}

impl Desk {
    /// The cut-offs by which the report of a half-year is told, as known when the log was at `known_at` (now, when absent):
    /// that of its latest edition that is not withdrawn, also one that is being drafted, and that of what is published of the
    /// half-year before.
    pub async fn cut_offs(&self, plan: PlanId, period: HalfYear, known_at: Option<u64>) -> Result<CutOffs, DeskError> {
        let own = self.editions_known_at(plan, period, known_at).await?;
        let own = own.standing().map(|edition| edition.head.cut_off);
        Ok(CutOffs { own, before: self.cut_off_before(plan, period, known_at).await? })
    }

    /// The cut-off of what is published of the half-year before this one, as known then; none where nothing is.
    pub(super) async fn cut_off_before(
        &self,
        plan: PlanId,
        period: HalfYear,
        known_at: Option<u64>,
    ) -> Result<Option<NaiveDate>, DeskError> {
        let before = self.editions_known_at(plan, period.previous(), known_at).await?;
        Ok(before.published().map(|edition| edition.head.cut_off))
    }

    /// The editions of a half-year as known when the log was at this leaf index; now, when absent.
    async fn editions_known_at(
        &self,
        plan: PlanId,
        period: HalfYear,
        known_at: Option<u64>,
    ) -> Result<ReportEdition, DeskError> {
        let id = ReportEditionId::of(plan, period).to_string();
        let Some(index) = known_at else { return Ok(self.log.load::<ReportEdition>(&id).await?.state) };
        let mut editions = ReportEdition::default();
        for record in self.log.read_stream_until(aggregate_type::EDITION, &id, index).await? {
            if let DomainEvent::Edition(event) = record.decode()?.event {
                editions.evolve(&event);
            }
        }
        Ok(editions)
    }

    /// The content of the latest edition of a half-year that is approved or submitted and not withdrawn.
    pub async fn published_content(&self, plan: PlanId, period: HalfYear) -> Result<Option<Published>, DeskError> {
        let id = ReportEditionId::of(plan, period);
        let state = self.log.load::<ReportEdition>(&id.to_string()).await?.state;
        let Some(edition) = state.published() else { return Ok(None) };
        let Some(frozen) = edition.frozen() else { return Ok(None) };
        Ok(Some(Published {
            content: self.content_of(&frozen.pinned).await?,
            number: edition.number,
            hash: frozen.pinned.content.clone(),
            pinned_index: frozen.pinned.index,
        }))
    }

    /// The bytes of a form, as they were frozen.
    pub async fn frozen_form(&self, form: &StoredForm) -> Result<Vec<u8>, EditionFault> {
        self.published_bytes(&form.sha256).await
    }

    /// The content that was frozen.
    pub async fn content_of(&self, pinned: &Pinned) -> Result<EditionContent, EditionFault> {
        Ok(EditionContent::from_bytes(&self.published_bytes(&pinned.content).await?)?)
    }

    /// How safe it is what an edition tells of dossiers; none when it tells nothing of them.
    pub async fn disclosure_report(&self, pinned: &Pinned) -> Result<Option<DisclosureReport>, EditionFault> {
        let Some(told) = &pinned.publication else { return Ok(None) };
        Ok(Some(serde_json::from_slice(&self.published_bytes(&told.report).await?)?))
    }

    pub(super) async fn published_bytes(&self, sha256: &str) -> Result<Vec<u8>, EditionFault> {
        let name = BlobName::parse(sha256).ok_or_else(|| EditionFault::NotAHash(sha256.to_owned()))?;
        Ok(self.blobs.published().get(&name).await?)
    }
}
