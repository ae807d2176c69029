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
/// the persons of a province stayed in it while their trajectories went on, that nobody who came later was in progress, and
/// that whose trajectory had ended stayed where they were counted. Only of a province, or of a count, of which that cannot be
/// do they not take it so, nor of the total where that cannot have stayed.
///
/// # Errors
/// `Contradiction` when the sums given cannot be true.
pub fn attack(period: &PublishedPeriod, known: &[Sum]) -> Result<Vec<Finding>, SystemError> {
    let tellings = period.tellings();
    let everybody: Vec<usize> = (0..period.first.len()).collect();
    let links = links(period, &everybody, tellings.len());
    match bounded(&tellings, &links, known) {
        Err(SystemError::Contradiction) => {}
        found => return found,
    }
    let mut held = Vec::new();
    hold(&mut held, &links, &tellings, known)?;
    bounded(&tellings, &held, known)
}

/// What nobody who was counted in a telling changed until the next, unless they were corrected away.
#[derive(Clone, Copy)]
enum Link<'a> {
    /// The sum of these cells is what it was in the telling before.
    Same { telling: usize, group: &'a [usize] },
    /// The count of this cell is no more than in the telling before.
    NoMore { telling: usize, cell: usize },
    /// The count of this cell is no less than in the telling before.
    NoLess { telling: usize, cell: usize },
}

/// Everything that may link the tellings, what is surest first.
fn links<'a>(period: &'a PublishedPeriod, everybody: &'a [usize], tellings: usize) -> Vec<Link<'a>> {
    let groups = || period.steady.iter().map(Vec::as_slice).chain([everybody]);
    let same = (1..tellings).flat_map(|telling| groups().map(move |group| Link::Same { telling, group }));
    let each =
        |cells: &'a [usize]| cells.iter().flat_map(move |cell| (1..tellings).map(move |telling| (telling, *cell)));
    let no_more = each(&period.begun).map(|(telling, cell)| Link::NoMore { telling, cell });
    let no_less = each(&period.settled).map(|(telling, cell)| Link::NoLess { telling, cell });
    same.chain(no_more).chain(no_less).collect()
}

/// Takes each of these to be so too that can be so beside those before it.
fn hold<'a>(
    held: &mut Vec<Link<'a>>,
    links: &[Link<'a>],
    tellings: &[Telling],
    known: &[Sum],
) -> Result<(), SystemError> {
    let before = held.len();
    held.extend_from_slice(links);
    if together(tellings, held, known).is_possible()? {
        return Ok(());
    }
    held.truncate(before);
    if links.len() < 2 {
        return Ok(());
    }
    let (sooner, later) = links.split_at(links.len() / 2);
    hold(held, sooner, tellings, known)?;
    hold(held, later, tellings, known)
}

/// The bounds of every count that may be small, when this is so, and the last telling has the known sums.
fn bounded(tellings: &[Telling], links: &[Link<'_>], known: &[Sum]) -> Result<Vec<Finding>, SystemError> {
    let cells = tellings.first().map_or(0, |telling| telling.bounds.len());
    let system = together(tellings, links, known);
    let may_be_small = |place: &usize| system.bounds[*place].low < BASE && system.bounds[*place].width() > 0;
    let places: Vec<usize> = (0..system.bounds.len()).filter(may_be_small).collect();
    let intervals = system.intervals(&places)?;
    let finding =
        |(place, interval): (usize, Interval)| Finding { telling: place / cells, cell: place % cells, interval };
    Ok(places.into_iter().zip(intervals).map(finding).collect())
}

/// All tellings as one system, one behind the other.
fn together(tellings: &[Telling], links: &[Link<'_>], known: &[Sum]) -> System {
    let cells = tellings.first().map_or(0, |telling| telling.bounds.len());
    let at = |telling: usize, of: &[usize]| of.iter().map(|cell| telling * cells + cell).collect::<Vec<_>>();
    let mut system = System::default();
    for (telling, told) in tellings.iter().enumerate() {
        system.bounds.extend_from_slice(&told.bounds);
        let last = telling + 1 == tellings.len();
        let sums = told.sums.iter().chain(known.iter().filter(|_| last));
        system.sums.extend(sums.map(|sum| Sum { of: at(telling, &sum.of), ..*sum }));
    }
    for link in links {
        match *link {
            Link::Same { telling, group } => system.same.push([at(telling - 1, group), at(telling, group)]),
            Link::NoMore { telling, cell } => {
                system.no_less.push([telling * cells + cell, (telling - 1) * cells + cell]);
            }
            Link::NoLess { telling, cell } => {
                system.no_less.push([(telling - 1) * cells + cell, telling * cells + cell]);
            }
        }
    }
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
            begun: Vec::new(),
            settled: Vec::new(),
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

    /// One group of which twelve were in progress, eight had advice, and who ended or never started may be up to four.
    fn eleven_went_on() -> PublishedPeriod {
        let categories = ["in_progress", "advice", "ended_early", "not_started"].map(str::to_owned).to_vec();
        let revised = [(0, 5), (1, 19)].map(|(cell, count)| Revision { edition: 2, cell, count });
        PublishedPeriod {
            half_years: HalfYears { first: HalfYear::FIRST_REPORTED, last: HalfYear::FIRST_REPORTED },
            shape: Shape { dimensions: vec![Dimension { code: "outcome".into(), categories }] },
            margins: vec![(0..4).collect()],
            steady: vec![(0..4).collect()],
            begun: vec![0],
            settled: vec![2, 3, 1],
            since: 1,
            first: vec![12, 8, 0, 0],
            drift: 4,
            revisions: revised.to_vec(),
        }
    }

    #[test]
    fn who_has_ended_stays_where_they_were_counted_and_so_gives_away_who_has_not() {
        let found = attack(&eleven_went_on(), &[]).unwrap();
        let exactly_one = Finding { telling: 1, cell: 0, interval: Interval::exactly(1) };
        assert!(found.contains(&exactly_one), "{found:?}");
    }

    #[test]
    fn one_count_that_cannot_have_grown_leaves_the_others_as_they_are_taken() {
        let mut period = eleven_went_on();
        period.first = vec![12, 8, 8, 5];
        let revised = [(0, 5), (1, 22), (2, 0)].map(|(cell, count)| Revision { edition: 2, cell, count });
        period.revisions = revised.to_vec();
        let lowest = |period: &PublishedPeriod| {
            let found = attack(period, &[]).unwrap();
            found.iter().find(|found| (found.telling, found.cell) == (1, 3)).map(|found| found.interval.low)
        };
        assert_eq!(
            lowest(&period),
            Some(1),
            "eight who ended early were corrected away, and one at least never started"
        );
        period.settled = Vec::new();
        assert_eq!(lowest(&period), Some(0));
    }
}
