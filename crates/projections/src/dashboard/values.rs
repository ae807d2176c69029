//! What a dashboard shows.

use chrono::NaiveDate;
use spoor_domain::kernel::{ActorId, DossierId, HalfYear, OrganisationId};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_domain::trajectory::vocabulary::{TrajectoryStatus, WaitingFor};

use crate::page::{Seen, Total};

/// What a dashboard can be narrowed to. An empty list means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DashboardFilter {
    /// With one of these parketten.
    pub parketten: Vec<OrganisationId>,
    /// Assigned to one of these guides.
    pub guides: Vec<ActorId>,
}

/// The work as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Dashboard {
    /// Dossiers.
    pub total: u64,
    /// Per status, in the order of a dossier's life; only statuses that occur.
    pub by_status: Vec<StatusCount>,
    /// Per parket.
    pub by_parket: Vec<ParketCount>,
    /// Per person or role whose move it is.
    pub waiting_for: Vec<WaitingCount>,
    /// Per guide, open dossiers only.
    pub workload: Vec<GuideLoad>,
    /// Per half-year, oldest first.
    pub throughput: Vec<HalfYearCount>,
    /// The dossiers longest past their deadline, longest first.
    pub overdue: Vec<OverdueItem>,
    /// How many are past their deadline.
    pub overdue_total: Total,
    /// How many reach their deadline within the coming seven days.
    pub due_soon: Total,
    /// The state of the log it shows.
    pub seen: Seen,
}

/// Dossiers in a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusCount {
    /// The status.
    pub status: TrajectoryStatus,
    /// How many.
    pub count: u64,
}

/// Dossiers of a parket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParketCount {
    /// The parket.
    pub parket: OrganisationId,
    /// How many.
    pub count: u64,
    /// Of which open.
    pub open: u64,
    /// Per status.
    pub by_status: Vec<StatusCount>,
}

/// Dossiers waiting for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitingCount {
    /// For whom.
    pub waiting_for: WaitingFor,
    /// How many.
    pub count: u64,
}

/// The open dossiers of a guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuideLoad {
    /// The guide.
    pub guide: ActorId,
    /// How many.
    pub open: u64,
    /// Per status.
    pub by_status: Vec<StatusCount>,
}

/// What came in and went out in a half-year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfYearCount {
    /// The half-year.
    pub half_year: HalfYear,
    /// Requests submitted in it.
    pub requested: u64,
    /// Dossiers closed in it.
    pub closed: u64,
    /// Dossiers that ended otherwise in it.
    pub ended: u64,
}

/// A dossier past its deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverdueItem {
    /// The dossier.
    pub id: DossierId,
    /// Its number.
    pub number: DossierNumber,
    /// Its status.
    pub status: TrajectoryStatus,
    /// Its parket.
    pub parket: OrganisationId,
    /// Its guide.
    pub guide: Option<ActorId>,
    /// Whose move it is.
    pub waiting_for: WaitingFor,
    /// Since when it is in that status.
    pub status_since: NaiveDate,
    /// The last day on which the next step would have been in time.
    pub due_on: NaiveDate,
}
