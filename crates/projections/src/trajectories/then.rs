//! A dossier at another moment than now, put together from its own events by the fold and the rows of the projector.

use chrono::NaiveDate;
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::DossierId;
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::event::TrajectoryEvent;
use spoor_domain::trajectory::history::{Bearing, bearings};

use super::fold::Dossier;
use super::personal;
use super::row::{PersonalValue, TrajectoryRow};
use crate::projector::Event;

/// A dossier as it was known, or as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Then {
    /// What the list and the detail said of it.
    pub row: TrajectoryRow,
    /// Its personal values, sealed as in the log, in the order of [`personal`](super::personal()).
    pub personal: Vec<PersonalValue>,
}

/// The dossier as known by these events, which are those of its stream from the first on. With `on`, as it was at the
/// end of that day by these events (see [`spoor_domain::trajectory::history`]). None when it was not there.
pub fn then(dossier: DossierId, known: &[Event], on: Option<NaiveDate>) -> Option<Then> {
    let mut told = Dossier::default();
    let events = known.iter().filter_map(|recorded| Some((recorded, of_dossier(recorded)?)));
    match on {
        None => events.for_each(|(recorded, event)| told.fold(recorded, event)),
        Some(day) => as_it_was(&mut told, &events.collect::<Vec<_>>(), day),
    }
    Some(Then { row: told.row(dossier)?, personal: personal::in_order(told.personal) })
}

fn as_it_was(told: &mut Dossier, known: &[(&Event, &TrajectoryEvent)], day: NaiveDate) {
    let events = known.iter().map(|(_, event)| (*event).clone()).collect::<Vec<_>>();
    told.state = LearningTrajectory::as_it_was(&events, day);
    for ((recorded, event), bearing) in known.iter().zip(bearings(&events, day)) {
        match bearing {
            Bearing::Counts => told.count(recorded, event),
            Bearing::Corrects => personal::note_correction(event, &mut told.personal),
            Bearing::LeftOut => {}
        }
    }
}

/// The event of a dossier; none where a stream of another kind was given.
pub(crate) fn of_dossier(recorded: &Event) -> Option<&TrajectoryEvent> {
    if let DomainEvent::Trajectory(event) = &recorded.event { Some(event) } else { None }
}
