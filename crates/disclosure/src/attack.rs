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
/// since, and the true sums of now given. The attacker takes it that nobody was corrected away: that between two tellings
/// the persons of a province stayed in it while their trajectories went on. Only of a province of which that cannot be do they
/// not take it so, nor of the total where that cannot have stayed.
///
/// # Errors
/// `Contradiction` when the sums given cannot be true.
pub fn attack(period: &PublishedPeriod, known: &[Sum]) -> Result<Vec<Finding>, SystemError> {
    let tellings = period.tellings();
    let everybody: Vec<usize> = (0..period.first.len()).collect();
    let groups = || period.steady.iter().chain([&everybody]);
    let all: Vec<Stayed<'_>> =
        (1..tellings.len()).flat_map(|telling| groups().map(move |group| Stayed { telling, group })).collect();
    match bounded(&tellings, &all, known) {
        Err(SystemError::Contradiction) => {}
        found => return found,
    }
    let mut stayed = Vec::new();
    for one in all {
        stayed.push(one);
        if !together(&tellings, &stayed, known).is_possible()? {
            stayed.pop();
        }
    }
    bounded(&tellings, &stayed, known)
}

/// A group of cells whose sum was the same in the telling before.
#[derive(Clone, Copy)]
struct Stayed<'a> {
    telling: usize,
    group: &'a [usize],
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

/// The bounds of every count that may be small, when these groups kept their sums, and the last telling has the known ones.
fn bounded(tellings: &[Telling], stayed: &[Stayed<'_>], known: &[Sum]) -> Result<Vec<Finding>, SystemError> {
    let cells = tellings.first().map_or(0, |telling| telling.bounds.len());
    let system = together(tellings, stayed, known);
    let may_be_small = |place: &usize| system.bounds[*place].low < BASE && system.bounds[*place].width() > 0;
    let places: Vec<usize> = (0..system.bounds.len()).filter(may_be_small).collect();
    let intervals = system.intervals(&places)?;
    let finding =
        |(place, interval): (usize, Interval)| Finding { telling: place / cells, cell: place % cells, interval };
    Ok(places.into_iter().zip(intervals).map(finding).collect())
}

/// All tellings as one system, one behind the other.
fn together(tellings: &[Telling], stayed: &[Stayed<'_>], known: &[Sum]) -> System {
    let cells = tellings.first().map_or(0, |telling| telling.bounds.len());
    let at = |telling: usize, of: &[usize]| of.iter().map(|cell| telling * cells + cell).collect::<Vec<_>>();
    let mut system = System::default();
    for (telling, told) in tellings.iter().enumerate() {
        system.bounds.extend_from_slice(&told.bounds);
        let last = telling + 1 == tellings.len();
        let sums = told.sums.iter().chain(known.iter().filter(|_| last));
        system.sums.extend(sums.map(|sum| Sum { of: at(telling, &sum.of), ..*sum }));
    }
    let same = |stayed: &Stayed<'_>| [at(stayed.telling - 1, stayed.group), at(stayed.telling, stayed.group)];
    system.same = stayed.iter().map(same).collect();
    system
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::told::Revision;
    use crate::{Dimension, HalfYears, Shape};
    use spoor_domain::kernel::HalfYear;

    /// Two provinces by outcome: in the first a backlog came in, so its sum cannot have stayed; in the second everybody
    /// went on, and all of it is told exactly now.
    fn one_province_was_corrected(steady: Vec<Vec<usize>>) -> PublishedPeriod {
        let dimension = |code: &str, categories: &[&str]| Dimension {
            code: code.into(),
            categories: categories.iter().map(|category| (*category).into()).collect(),
        };
        let provinces = dimension("province", &["a", "c"]);
        let outcomes = dimension("outcome", &["in_progress", "advice", "ended_early", "not_started"]);
        let counts = [(0, 50), (4, 12), (5, 14), (6, 13), (7, 9)];
        PublishedPeriod {
            half_years: HalfYears { first: HalfYear::FIRST_REPORTED, last: HalfYear::FIRST_REPORTED },
            shape: Shape { dimensions: vec![provinces, outcomes] },
            margins: vec![(0..8).collect()],
            steady,
            since: 1,
            first: vec![20, 8, 7, 6, 30, 8, 7, 0],
            drift: 4,
            revisions: counts.map(|(cell, count)| Revision { edition: 2, cell, count }).to_vec(),
        }
    }

    #[test]
    fn a_province_that_was_corrected_hides_nothing_of_another() {
        let period = one_province_was_corrected(vec![vec![0, 1, 2, 3], vec![4, 5, 6, 7]]);
        let found = attack(&period, &[]).unwrap();
        let exactly_three = Finding { telling: 0, cell: 7, interval: Interval::exactly(3) };
        assert!(found.contains(&exactly_three), "{found:?}");
    }

    #[test]
    fn where_only_the_total_can_have_stayed_it_is_taken_to_have_stayed() {
        let mut period = one_province_was_corrected(Vec::new());
        let moved_between_provinces = [10, 13, 12, 11, 12, 13, 12, 6];
        period.revisions =
            (0..8).zip(moved_between_provinces).map(|(cell, count)| Revision { edition: 2, cell, count }).collect();
        let found = attack(&period, &[]).unwrap();
        assert!(found.contains(&Finding { telling: 0, cell: 7, interval: Interval::exactly(3) }), "{found:?}");
    }
}
