//! Keeps the views up with the log: one worker per build, its checkpoint in the transaction of its views.

use spoor_eventlog::EventLog;

use crate::checkpoint::Failure;
use crate::error::ViewError;
use crate::page::Seen;
use crate::registry::BuildId;
use crate::views::Views;

/// The workers of this process. Several processes may run one: the lease lets one worker at a build.
pub struct Runner {}

/// How a projection stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectionStatus {
    /// Its name.
    pub name: &'static str,
    /// Whether case work cannot do without it (readiness turns red when it fails or falls behind).
    pub essential: bool,
    /// The build that answers, once there is one.
    pub active: Option<BuildState>,
    /// The build being made beside it, when there is one.
    pub building: Option<BuildState>,
    /// Events in the log that the answering build has not seen yet.
    pub lag: u64,
}

/// How a build stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildState {
    /// Which one.
    pub id: BuildId,
    /// How far it is.
    pub seen: Seen,
    /// How many events it projected.
    pub events: u64,
    /// The worker that holds its lease; none when nobody works at it.
    pub worker: Option<String>,
    /// Why it stopped, when it did.
    pub failure: Option<Failure>,
}

/// What a verification found in one projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The projection.
    pub projection: &'static str,
    /// The leaf index at which live and shadow were compared.
    pub index: u64,
    /// Rows compared.
    pub rows: u64,
    /// The rows that differ, at most a hundred of them.
    pub differences: Vec<Difference>,
    /// How many rows differ.
    pub different: u64,
}

/// A live row that is not what the log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: &'static str,
    /// The key of the row, as `column=value` pairs.
    pub key: String,
    /// What is wrong with it.
    pub kind: DifferenceKind,
}

/// How a live row differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// The log makes this row, the live view does not have it.
    Missing,
    /// The live view has this row, the log does not make it.
    Surplus,
    /// These columns differ.
    Columns(Vec<&'static str>),
}

impl Runner {
    /// Starts a worker for every projection, and for a new version of one beside it.
    pub async fn start(_log: EventLog, _views: Views) -> Result<Self, ViewError> {
        Ok(Self {})
    }

    /// Stops every worker at the edge of a transaction and gives the leases back.
    pub async fn stop(self) {}
}

/// The names of the projections.
pub fn names() -> Vec<&'static str> {
    Vec::new()
}

/// How every projection stands.
pub async fn status(_log: &EventLog, _views: &Views) -> Result<Vec<ProjectionStatus>, ViewError> {
    Ok(Vec::new())
}

/// Projects everything there is in the log now, in this task, and returns: for loading and for tests.
pub async fn catch_up(_log: &EventLog, _views: &Views) -> Result<(), ViewError> {
    Ok(())
}

/// Makes a projection anew beside the live one and promotes it when it has caught up. The live one keeps answering.
pub async fn rebuild(_log: &EventLog, _views: &Views, name: &str) -> Result<BuildId, ViewError> {
    Err(ViewError::Unknown { name: name.to_owned(), known: names().join(", ") })
}

/// Makes every projection (or the one named) anew in a shadow and compares it with the live one row by row.
pub async fn verify(_log: &EventLog, _views: &Views, _name: Option<&str>) -> Result<Vec<Verification>, ViewError> {
    Ok(Vec::new())
}
