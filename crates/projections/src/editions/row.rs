//! What is shown of the editions of a half-year.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use spoor_domain::edition::ReportEdition;
use spoor_domain::kernel::{ActorId, HalfYear, PlanId, ReportEditionId};
use spoor_eventlog::Position;

/// The editions of one half-year.
#[derive(Clone, Debug, PartialEq)]
pub struct EditionsRow {
    /// Their id.
    pub id: ReportEditionId,
    /// The plan.
    pub plan: PlanId,
    /// The half-year.
    pub period: HalfYear,
    /// The folded editions: heads, where each stands, what was frozen.
    pub state: ReportEdition,
    /// What happened, oldest first.
    pub history: Vec<HistoryLine>,
    /// Position of the last event.
    pub position: Position,
    /// When the last event was recorded.
    pub updated_at: DateTime<Utc>,
}

/// Something that happened to the editions of a half-year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// Leaf index of the event.
    pub index: u64,
    /// Type of the event.
    pub event_type: String,
    /// The edition it is about; none for the collection round.
    pub number: Option<u32>,
    /// The day it happened.
    pub occurred_on: NaiveDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Who did it.
    pub by: ActorId,
    /// Why, where a reason was given.
    pub reason: Option<String>,
}
