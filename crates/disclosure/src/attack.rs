//! The attack: what somebody who keeps everything ever published can find out about the true counts.
//!
//! The attacker knows the rule and how far margins were allowed to drift, keeps every edition, and may know true
//! figures from elsewhere. What stays unknown to them is the key of the lots.

use crate::system::{Interval, Sum, System, SystemError};
use crate::told::{PublishedPeriod, Telling};
use crate::{BASE, LEAST_WIDTH};

/// What the attacker knows besides what was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// Nothing more.
    Published,
    /// The true total of the period.
    Total,
    /// Every true first-order margin: how many persons in each category of each dimension.
    Margins,
}

/// What the attacker finds out about a count that may be small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Of which telling of the period, from 0 for the first.
    pub telling: usize,
    /// The cell.
    pub cell: usize,
    /// Between which bounds its true count of then must lie.
    pub interval: Interval,
}

impl Knowledge {
    /// All of them, from the weakest.
    pub const ALL: [Knowledge; 3] = [Self::Published, Self::Total, Self::Margins];

    /// Whether an attacker with this knowledge may get this far. Against one who knows the margins, which takes an
    /// insider, it is enough that no small count is found exactly.
    pub fn tolerates(self, found: Interval) -> bool {
        match self {
            Self::Published | Self::Total => {
                let confirmed_small = found.low >= 1 && found.high < BASE;
                found.width() >= LEAST_WIDTH && !confirmed_small
            }
            Self::Margins => found.width() >= 1,
        }
    }
}

/// What follows, for every count of a period that may be small, from everything told of the period, the first time and
/// since, and the true sums of now given. The attacker takes it that nobody was corrected away: that the persons of a
/// province stay in it while their trajectories go on. Where that cannot be, they take the total to have stayed; where that
/// cannot be either, every telling stands for itself.
///
/// # Errors
/// `Contradiction` when the sums given cannot be true.
pub fn attack(period: &PublishedPeriod, known: &[Sum]) -> Result<Vec<Finding>, SystemError> {
    let tellings = period.tellings();
    if tellings.len() > 1 {
        let everybody = vec![(0..period.first.len()).collect()];
        for same in [&period.steady, &everybody] {
            match bounded(&tellings, same, known) {
                Err(SystemError::Contradiction) => {}
                found => return found,
            }
        }
    }
    bounded(&tellings, &[], known)
}

/// What follows from the last telling of a period by itself.
///
/// # Errors
/// `Contradiction` when the sums given cannot be true.
pub fn attack_alone(period: &PublishedPeriod, known: &[Sum]) -> Result<Vec<Finding>, SystemError> {
    let tellings = period.tellings();
    let last = tellings.len() - 1;
    let found = bounded(&tellings[last..], &[], known)?;
    Ok(found.into_iter().map(|finding| Finding { telling: last, ..finding }).collect())
}

/// The bounds of every count that may be small, when these groups of counts have the same sum in every telling, and the
/// last has the known sums.
fn bounded(tellings: &[Telling], same: &[Vec<usize>], known: &[Sum]) -> Result<Vec<Finding>, SystemError> {
    let cells = tellings.first().map_or(0, |telling| telling.bounds.len());
    let at = |telling: usize, of: &[usize]| of.iter().map(|cell| telling * cells + cell).collect::<Vec<_>>();
    let mut system = System::default();
    for (telling, told) in tellings.iter().enumerate() {
        system.bounds.extend_from_slice(&told.bounds);
        let last = telling + 1 == tellings.len();
        let sums = told.sums.iter().chain(known.iter().filter(|_| last));
        system.sums.extend(sums.map(|sum| Sum { of: at(telling, &sum.of), ..*sum }));
        if telling > 0 {
            system.same.extend(same.iter().map(|group| [at(telling - 1, group), at(telling, group)]));
        }
    }
    let may_be_small = |place: &usize| system.bounds[*place].low < BASE && system.bounds[*place].width() > 0;
    let places: Vec<usize> = (0..system.bounds.len()).filter(may_be_small).collect();
    let intervals = system.intervals(&places)?;
    let finding =
        |(place, interval): (usize, Interval)| Finding { telling: place / cells, cell: place % cells, interval };
    Ok(places.into_iter().zip(intervals).map(finding).collect())
}
