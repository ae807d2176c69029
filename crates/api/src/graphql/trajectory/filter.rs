//! What the list of dossiers can be narrowed to and ordered by.

use async_graphql::{Context, Enum, ID, InputObject, Result};
use spoor_domain::kernel::{ActorId, OrganisationId};
use spoor_domain::trajectory::vocabulary::{TrajectoryStatus, WaitingFor};
use spoor_projections::trajectories::{Overdue, TrajectoryFilter, TrajectoryOrder, TrajectorySort};

use crate::graphql::coded::Coded;
use crate::graphql::global_id::{Kind, local_id};
use crate::graphql::problem::Problem;
use crate::graphql::scalars::Date;
use crate::graphql::session::desk;

/// Which dossiers; what is absent narrows nothing.
#[derive(InputObject, Default)]
#[graphql(name = "TrajectoryFilter")]
pub struct TrajectoryFilterInput {
    /// In one of these statuses.
    status: Option<Vec<Coded<TrajectoryStatus>>>,
    /// With one of these parketten.
    parket: Option<Vec<ID>>,
    /// Assigned to one of these guides.
    guide: Option<Vec<ID>>,
    /// Waiting for one of these.
    waiting_for: Option<Vec<Coded<WaitingFor>>>,
    /// Past their deadline today, or with `false` those that are not.
    overdue: Option<bool>,
    /// Requested on this day or later.
    requested_from: Option<Date>,
    /// Requested on this day or earlier.
    requested_until: Option<Date>,
    /// Whose number begins with this.
    number: Option<String>,
    /// Whose case reference is exactly this; for the parket's side also that of a person in whose place another was put.
    case_reference: Option<String>,
    /// Whose participant is exactly this person; for the parket's side also who was registered by mistake, until erased.
    participant: Option<ParticipantKeyInput>,
}

/// A person by name and day of birth; both must be exact, capitals and accents aside.
#[derive(InputObject)]
#[graphql(name = "ParticipantKey")]
pub struct ParticipantKeyInput {
    /// Full name.
    name: String,
    /// Day of birth.
    birth_on: Date,
}

/// The order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "TrajectoryOrder")]
pub enum TrajectoryOrderInput {
    /// By the day of the request, oldest first; drafts come first.
    RequestedOnAsc,
    /// By the day of the request, newest first; drafts come last.
    RequestedOnDesc,
    /// By status, in the order of a dossier's life.
    StatusAsc,
    /// By status, in the reverse order of a dossier's life.
    StatusDesc,
    /// By number, lowest first.
    NumberAsc,
    /// By number, highest first.
    NumberDesc,
    /// By the moment of the last change, longest ago first.
    UpdatedAtAsc,
    /// By the moment of the last change, latest first.
    UpdatedAtDesc,
}

impl TrajectoryFilterInput {
    /// The filter of the view.
    pub fn resolve(self, ctx: &Context<'_>) -> Result<TrajectoryFilter> {
        let desk = desk(ctx)?;
        let today = desk.clock.today_brussels();
        Ok(TrajectoryFilter {
            statuses: codes(self.status),
            parketten: named(ctx, Kind::Parket, self.parket)?.into_iter().map(OrganisationId).collect(),
            guides: named(ctx, Kind::Guide, self.guide)?.into_iter().map(ActorId).collect(),
            waiting_for: codes(self.waiting_for),
            overdue: self.overdue.map(|overdue| Overdue {
                overdue,
                on: today,
                deadlines: desk.deadlines.as_ref().clone(),
            }),
            ended: None,
            requested_from: self.requested_from.map(|day| day.0),
            requested_until: self.requested_until.map(|day| day.0),
            number_prefix: self.number,
            case_reference: self.case_reference,
            name_and_birth: self.participant.map(|person| (person.name, person.birth_on.0)),
        })
    }
}

impl From<TrajectoryOrderInput> for TrajectoryOrder {
    fn from(order: TrajectoryOrderInput) -> Self {
        use TrajectoryOrderInput::*;
        let (sort, descending) = match order {
            RequestedOnAsc => (TrajectorySort::RequestedOn, false),
            RequestedOnDesc => (TrajectorySort::RequestedOn, true),
            StatusAsc => (TrajectorySort::Status, false),
            StatusDesc => (TrajectorySort::Status, true),
            NumberAsc => (TrajectorySort::Number, false),
            NumberDesc => (TrajectorySort::Number, true),
            UpdatedAtAsc => (TrajectorySort::Updated, false),
            UpdatedAtDesc => (TrajectorySort::Updated, true),
        };
        Self { sort, descending }
    }
}

fn codes<L>(given: Option<Vec<Coded<L>>>) -> Vec<L> {
    given.into_iter().flatten().map(|coded| coded.0).collect()
}

/// The codes in a list of ids of one kind.
pub fn named(ctx: &Context<'_>, kind: Kind, ids: Option<Vec<ID>>) -> Result<Vec<String>> {
    let wrong =
        || Problem::BadUserInput("an id in the filter names something else: use an id as an answer gave it").at(ctx);
    ids.into_iter().flatten().map(|id| local_id(kind, &id).ok_or_else(wrong)).collect()
}
