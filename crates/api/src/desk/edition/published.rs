//! What was frozen, found again: by its event, by its hash, verified.

use chrono::NaiveDate;
use spoor_disclosure::DisclosureReport;
use spoor_documents::edition::EditionContent;
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::edition::ReportEdition;
use spoor_domain::edition::event::{EditionStatus, Pinned, StoredForm};
use spoor_domain::kernel::{Decider, HalfYear, PlanId, ReportEditionId};
use spoor_eventlog::blobs::BlobName;

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
    /// The last day of what the latest edition of a half-year takes into account, as known when the log was at `known_at`
    /// (now, when absent); none where it has no edition.
    pub async fn cut_off(
        &self,
        plan: PlanId,
        period: HalfYear,
        known_at: Option<u64>,
    ) -> Result<Option<NaiveDate>, DeskError> {
        let id = ReportEditionId::of(plan, period).to_string();
        let state = match known_at {
            Some(index) => self.editions_known_at(&id, index).await?,
            None => self.log.load::<ReportEdition>(&id).await?.state,
        };
        Ok(state.latest().map(|edition| edition.head.cut_off))
    }

    /// The editions of a half-year as known when the log was at this leaf index.
    async fn editions_known_at(&self, id: &str, index: u64) -> Result<ReportEdition, DeskError> {
        let mut editions = ReportEdition::default();
        for record in self.log.read_stream_until(aggregate_type::EDITION, id, index).await? {
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
        let out = |status| matches!(status, EditionStatus::Approved | EditionStatus::Submitted);
        let Some(edition) = state.editions().iter().rev().find(|edition| out(edition.status())) else {
            return Ok(None);
        };
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
