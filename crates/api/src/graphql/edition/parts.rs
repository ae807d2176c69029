//! What an edition shows of itself: its files, its errata, its waivers, its history.

use async_graphql::{ComplexObject, ID, SimpleObject};
use chrono::{DateTime, Utc};
use spoor_domain::edition::event as domain;
use spoor_domain::edition::event::{BlockerKind, EditionForm, StoredForm};
use spoor_domain::edition::state::Waiver;
use spoor_domain::kernel::Label;
use spoor_projections::editions::HistoryLine;

use crate::graphql::coded::{Coded, LabelLanguage};
use crate::graphql::scalars::Date;

/// Days, both included.
#[derive(SimpleObject)]
pub struct ReportingWindow {
    /// The first day.
    from: Date,
    /// The last day.
    until: Date,
}

impl From<domain::ReportingWindow> for ReportingWindow {
    fn from(window: domain::ReportingWindow) -> Self {
        Self { from: window.from.into(), until: window.until.into() }
    }
}

/// A form of an edition: bytes that stay the same for ever.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct EditionFile {
    /// Which form.
    form: Coded<EditionForm>,
    /// Its media type.
    media_type: String,
    /// SHA-256 of its bytes, in hexadecimal.
    sha256: String,
    /// How many bytes.
    bytes: u64,
    /// The path under which it is downloaded; none when it is not served any more.
    address: Option<String>,
}

#[ComplexObject]
impl EditionFile {
    /// Which form, in words.
    async fn form_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.form.0.label(language.into())
    }
}

impl EditionFile {
    /// A form of the edition with this global id.
    pub fn of(stored: &StoredForm, id: &ID, served: bool) -> Self {
        Self {
            form: stored.form.into(),
            media_type: stored.media_type.clone(),
            sha256: stored.sha256.clone(),
            bytes: stored.bytes,
            address: served.then(|| format!("/editions/{}/{}", id.0, stored.form.name())),
        }
    }
}

/// A small count of persons that a second person let stand.
#[derive(SimpleObject)]
pub struct SmallCountWaiver {
    /// What it was.
    kind: Coded<BlockerKind>,
    /// Where it stood, with the number of the action.
    place: String,
    /// The account of who waived it.
    by: String,
    /// The day.
    on: Date,
    /// Why it may stand.
    reason: String,
}

impl From<&Waiver> for SmallCountWaiver {
    fn from(waiver: &Waiver) -> Self {
        Self {
            kind: waiver.kind.into(),
            place: waiver.place.to_string(),
            by: waiver.act.by.to_string(),
            on: waiver.act.on.into(),
            reason: waiver.reason.clone(),
        }
    }
}

/// Something that happened to the editions of a half-year.
#[derive(SimpleObject)]
pub struct EditionHistoryLine {
    /// The event.
    event: String,
    /// The number of the edition it is about; none for the collection round.
    number: Option<u32>,
    /// The day it happened.
    occurred_on: Date,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The account of who did it.
    by: String,
    /// Why, where a reason was given.
    reason: Option<String>,
}

impl From<&HistoryLine> for EditionHistoryLine {
    fn from(line: &HistoryLine) -> Self {
        Self {
            event: line.event_type.clone(),
            number: line.number,
            occurred_on: line.occurred_on.into(),
            recorded_at: line.recorded_at,
            by: line.by.to_string(),
            reason: line.reason.clone(),
        }
    }
}
