//! The attack: what somebody who keeps everything ever published can find out about the true counts.
//!
//! The attacker knows the rule and how far margins were allowed to drift, keeps every edition, and may know true
//! figures from elsewhere. What stays unknown to them is the key of the lots.

use crate::system::{Interval, Sum, System, SystemError, ask};
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

/// How often the solver is asked when one period is told otherwise; one that takes more stays as it was told. Counted in
/// questions and not in seconds, so that every machine makes the same edition.
pub(crate) const MOST_QUESTIONS: u32 = 2000;

/// What follows, for every count of a period that may be small, from everything told of the period, the first time and
/// since, and the true sums of now given. The attacker takes it that nobody was corrected away: that between two tellings
/// the persons of a province stayed in it while their trajectories went on, that nobody who came later was in progress, and
/// that whose trajectory had ended stayed where they were counted. Only of a group, a province, or a count of which that
/// cannot be do they not take it so, nor of the total where that cannot have stayed.
///
/// # Errors
/// `Contradiction` when the sums given cannot be true.
pub fn attack(period: &PublishedPeriod, known: &[Sum]) -> Result<Vec<Finding>, SystemError> {
    let mut left = u32::MAX;
    attack_within(period, known, &mut left)
}

/// As [`attack`], with so many questions to the solver left; `TooMuch` when it takes more.
pub(crate) fn attack_within(
    period: &PublishedPeriod,
    known: &[Sum],
    left: &mut u32,
) -> Result<Vec<Finding>, SystemError> {
    let tellings = period.tellings();
    let everybody: Vec<usize> = (0..period.first.len()).collect();
    let links = held(period, &everybody, &tellings, known, left)?;
    bounded(&tellings, &links, known, left)
}

/// What the attacker takes to be so: what is surest first, each that can be so beside those before it.
fn held<'a>(
    period: &'a PublishedPeriod,
    everybody: &'a [usize],
    tellings: &[Telling],
    known: &[Sum],
    left: &mut u32,
) -> Result<Vec<Link<'a>>, SystemError> {
    let mut taken = Taken { tellings, known, links: Vec::new(), left };
    if tellings.len() > 1 && !taken.can_be()? {
        return Err(SystemError::Contradiction);
    }
    let groups: Vec<&[usize]> = period.steady.iter().map(Vec::as_slice).collect();
    let margins = period.steady_margins().map(Vec::as_slice).filter(|margin| margin.len() < everybody.len());
    taken.hold_sums(&groups, &[])?;
    taken.hold_sums(&margins.collect::<Vec<_>>(), &groups)?;
    taken.hold_sums(&[everybody], &groups)?;
    taken.hold_moves(Says::NoMore, &period.begun)?;
    taken.hold_moves(Says::NoLess, &period.settled)?;
    Ok(taken.links)
}

/// What nobody who was counted in a telling changed until a later one, unless they were corrected away. Not only from one telling
/// to the next: what was told in between may have been put right again.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Link<'a> {
    says: Says,
    /// The sum of these cells,
    cells: &'a [usize],
    /// of what it was in this telling,
    before: usize,
    /// in this one.
    telling: usize,
}

/// What a sum is of what it was before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Same,
    NoMore,
    NoLess,
}

impl Link<'_> {
    /// Whether it is so, where what was told of each cell by itself decides that.
    fn decided(&self, tellings: &[Telling]) -> Option<bool> {
        let sum = |telling: usize| {
            let ends =
                |end: fn(&Interval) -> u32| self.cells.iter().map(|cell| end(&tellings[telling].bounds[*cell])).sum();
            Interval { low: ends(|bounds| bounds.low), high: ends(|bounds| bounds.high) }
        };
        let no_less = |one: Interval, other: Interval| {
            if one.low >= other.high { Some(true) } else { (one.high < other.low).then_some(false) }
        };
        let (before, now) = (sum(self.before), sum(self.telling));
        match self.says {
            Says::Same => {
                let apart = before.high < now.low || now.high < before.low;
                let exact = before == now && now.width() == 0;
                if apart { Some(false) } else { exact.then_some(true) }
            }
            Says::NoMore => no_less(before, now),
            Says::NoLess => no_less(now, before),
        }
    }
}

/// What the attacker takes to be so.
struct Taken<'a, 'b> {
    tellings: &'b [Telling],
    known: &'b [Sum],
    links: Vec<Link<'a>>,
    /// How many questions to the solver are left.
    left: &'b mut u32,
}

impl<'a> Taken<'a, '_> {
    /// Takes each of these sums to have stayed where that can be so beside what was taken before: from every telling to the next,
    /// then between those further apart. The groups are those of which it was asked before, where the sums are made up of such.
    fn hold_sums(&mut self, sums: &[&'a [usize]], groups: &[&[usize]]) -> Result<(), SystemError> {
        let times = self.tellings.len();
        for apart in 1..times {
            let between = (apart..times).flat_map(|telling| {
                sums.iter().map(move |cells| Link { says: Says::Same, cells, before: telling - apart, telling })
            });
            let open = between.filter(|link| self.leaves_open(link, groups)).collect();
            self.take(open)?;
        }
        Ok(())
    }

    /// Takes each of these counts to have gone this way, one between all tellings before the next: what is corrected least comes first.
    fn hold_moves(&mut self, says: Says, counts: &'a [usize]) -> Result<(), SystemError> {
        let times = self.tellings.len();
        let of_count = |cells: &'a [usize]| {
            let apart =
                move |apart| (apart..times).map(move |telling| Link { says, cells, before: telling - apart, telling });
            (1..times).flat_map(apart)
        };
        self.take(counts.chunks(1).flat_map(of_count).collect())
    }

    /// Takes each of these to be so too that can be so beside those before it.
    fn take(&mut self, mut links: Vec<Link<'a>>) -> Result<(), SystemError> {
        links.retain(|link| match link.decided(self.tellings) {
            Some(true) => {
                self.links.push(*link);
                false
            }
            Some(false) => false,
            None => true,
        });
        self.hold_each(&links, false)?;
        Ok(())
    }

    /// The same of those that are open; whether all of them can be so. That not all can may be known already.
    fn hold_each(&mut self, links: &[Link<'a>], not_all: bool) -> Result<bool, SystemError> {
        if !not_all {
            let before = self.links.len();
            self.links.extend_from_slice(links);
            if links.is_empty() || self.can_be()? {
                return Ok(true);
            }
            self.links.truncate(before);
        }
        if links.len() > 1 {
            let (sooner, later) = links.split_at(links.len() / 2);
            // Beside all that come sooner, all that come later would be all of them, which cannot be.
            let all_sooner = self.hold_each(sooner, false)?;
            self.hold_each(later, all_sooner)?;
        }
        Ok(false)
    }

    fn can_be(&mut self) -> Result<bool, SystemError> {
        ask(self.left)?;
        together(self.tellings, &self.links, self.known).is_possible()
    }

    /// Whether what was taken to be so leaves it open whether a sum stayed. Not where it stayed by the tellings in between, or stayed
    /// until one in between and changed since, or the other way round. And of the groups that make it up: it stayed where all of
    /// them did, and did not where all of them did but one.
    fn leaves_open(&self, sum: &Link<'_>, groups: &[&[usize]]) -> bool {
        let Link { cells, before, telling, .. } = *sum;
        let stays = |group: &[usize]| self.is_held(&Link { cells: group, ..*sum });
        let in_part = |between: usize| {
            self.is_held(&Link { telling: between, ..*sum }) || self.is_held(&Link { before: between, ..*sum })
        };
        let stayed: Vec<usize> =
            groups.iter().filter(|group| stays(group)).flat_map(|group| group.iter()).copied().collect();
        let others: Vec<usize> = cells.iter().copied().filter(|cell| !stayed.contains(cell)).collect();
        !(before + 1..telling).any(in_part) && !others.is_empty() && !groups.contains(&others.as_slice())
    }

    /// Whether this was taken to be so, or follows by tellings in between.
    fn is_held(&self, link: &Link<'_>) -> bool {
        let in_parts = |between: usize| {
            self.is_held(&Link { telling: between, ..*link }) && self.is_held(&Link { before: between, ..*link })
        };
        self.links.contains(link) || (link.before + 1..link.telling).any(in_parts)
    }
}

/// The bounds of every count that may be small, when this is so, and the last telling has the known sums.
fn bounded(
    tellings: &[Telling],
    links: &[Link<'_>],
    known: &[Sum],
    left: &mut u32,
) -> Result<Vec<Finding>, SystemError> {
    let cells = tellings.first().map_or(0, |telling| telling.bounds.len());
    let system = together(tellings, links, known);
    let may_be_small = |place: &usize| system.bounds[*place].low < BASE && system.bounds[*place].width() > 0;
    let places: Vec<usize> = (0..system.bounds.len()).filter(may_be_small).collect();
    let intervals = system.intervals_within(&places, left)?;
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
    for Link { says, cells: of, before, telling } in links {
        let (then, now) = (at(*before, of), at(*telling, of));
        match says {
            Says::Same => system.same.push([then, now]),
            Says::NoMore => system.no_less.extend(now.into_iter().zip(then).map(<[usize; 2]>::from)),
            Says::NoLess => system.no_less.extend(then.into_iter().zip(now).map(<[usize; 2]>::from)),
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

    const OUTCOMES: [&str; 4] = ["in_progress", "advice", "ended_early", "not_started"];

    fn dimension(code: &str, categories: &[&str]) -> Dimension {
        Dimension { code: code.into(), categories: categories.iter().map(|category| (*category).into()).collect() }
    }

    /// Two provinces by outcome: in the first a backlog came in, so its sum cannot have stayed; in the second everybody
    /// went on, and all of it is told exactly now.
    fn one_province_was_corrected(steady: Vec<Vec<usize>>) -> PublishedPeriod {
        let provinces = dimension("province", &["a", "c"]);
        let outcomes = dimension("outcome", &OUTCOMES);
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
        let revised = [(0, 5), (1, 19)].map(|(cell, count)| Revision { edition: 2, cell, count });
        PublishedPeriod {
            half_years: HalfYears { first: HalfYear::FIRST_REPORTED, last: HalfYear::FIRST_REPORTED },
            shape: Shape { dimensions: vec![dimension("outcome", &OUTCOMES)] },
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

    /// Provinces by family by outcome, every group of which tells these counts at first, and these since.
    fn by_family(families: &[&str], first: &[[u32; 4]], revised: &[(u32, usize, u32)]) -> PublishedPeriod {
        let provinces: Vec<String> = (0..first.len() / families.len()).map(|place| place.to_string()).collect();
        let provinces = dimension("province", &provinces.iter().map(String::as_str).collect::<Vec<_>>());
        let shape =
            Shape { dimensions: vec![provinces, dimension("family", families), dimension("outcome", &OUTCOMES)] };
        let begins = |begins: bool| (0..first.len() * 4).filter(move |cell| (cell % 4 == 0) == begins).collect();
        PublishedPeriod {
            half_years: HalfYears { first: HalfYear::FIRST_REPORTED, last: HalfYear::FIRST_REPORTED },
            margins: [&[] as &[usize], &[0], &[1], &[2]].iter().flat_map(|places| shape.groups(places)).collect(),
            steady: shape.groups(&[0, 1]),
            shape,
            begun: begins(true),
            settled: begins(false),
            since: 1,
            first: first.concat(),
            drift: 4,
            revisions: revised
                .iter()
                .map(|(edition, cell, count)| Revision { edition: *edition, cell: *cell, count: *count })
                .collect(),
        }
    }

    #[test]
    fn a_province_stays_what_it_was_where_persons_were_corrected_from_one_family_to_another() {
        let first = [[30, 8, 7, 6], [30, 8, 7, 0], [20, 8, 7, 6], [20, 8, 7, 6]];
        // In the first province nine went over to the other family; into the second a backlog came.
        let now = [6, 13, 12, 11, 20, 15, 13, 9].into_iter().enumerate().map(|(cell, count)| (2, cell, count));
        let revised: Vec<_> = now.chain([(2, 12, 60)]).collect();
        let mut period = by_family(&["x", "y"], &first, &revised);
        let exactly_three = Finding { telling: 0, cell: 7, interval: Interval::exactly(3) };
        let found = attack(&period, &[]).unwrap();
        assert!(found.contains(&exactly_three), "{found:?}");
        // The same beside a backlog in that province, and beside one in that family where it is the family that stays.
        period.revisions[0].count = 66;
        assert!(!attack(&period, &[]).unwrap().contains(&exactly_three));
        let [x, y, other_x, other_y] = first;
        let over = |cell: usize| match cell / 4 {
            1 => cell + 4,
            2 => cell - 4,
            _ => cell,
        };
        let turned: Vec<_> = revised.iter().map(|(edition, cell, count)| (*edition, over(*cell), *count)).collect();
        let found = attack(&by_family(&["x", "y"], &[x, other_x, y, other_y], &turned), &[]).unwrap();
        assert!(found.contains(&Finding { cell: 11, ..exactly_three }), "{found:?}");
    }

    /// In each of thirty groups somebody was corrected away each time, and no count by itself shows it.
    fn a_person_of_every_group_was_corrected_away() -> PublishedPeriod {
        let told = (2..5).flat_map(|edition| {
            let counts = move |group: usize| {
                [(edition, group * 4, 60 - 10 * edition), (edition, group * 4 + 1, 12 * edition - 4)]
            };
            (0..30).flat_map(counts)
        });
        by_family(&["1", "2", "3", "4", "5", "6"], &[[50, 8, 0, 0]; 30], &told.collect::<Vec<_>>())
    }

    #[test]
    fn what_takes_more_questions_than_are_left_is_no_finding() {
        let period = a_person_of_every_group_was_corrected_away();
        let mut left = MOST_QUESTIONS;
        let found = attack_within(&period, &[], &mut left).unwrap();
        assert!(!found.is_empty());
        let asked = MOST_QUESTIONS - left;
        let enough = |mut left: u32| attack_within(&period, &[], &mut left);
        assert_eq!(enough(asked), Ok(found));
        // The last one was about a bound, the twentieth about what can be true together.
        assert_eq!(enough(asked - 1), Err(SystemError::TooMuch));
        assert_eq!(enough(19), Err(SystemError::TooMuch));
    }

    /// How many questions it takes what can be true together.
    fn asked(period: &PublishedPeriod, known: &[Sum]) -> (Result<usize, SystemError>, u32) {
        let everybody: Vec<usize> = (0..period.first.len()).collect();
        let mut left = MOST_QUESTIONS;
        let held = held(period, &everybody, &period.tellings(), known, &mut left);
        (held.map(|links| links.len()), MOST_QUESTIONS - left)
    }

    #[test]
    fn what_was_told_in_between_and_put_right_again_hides_nothing_of_what_stayed() {
        let first = [[30, 13, 11, 13], [23, 11, 12, 13], [23, 11, 13, 13], [23, 12, 11, 10]];
        // A backlog came into every group by mistake; when it was put right, most of those in progress had ended.
        let backlog = [72, 64, 63, 67].into_iter().enumerate().map(|(group, count)| (2, group * 4, count));
        let ended = [[5, 29, 23, 13], [0, 22, 23, 13], [0, 23, 22, 13], [5, 25, 20, 10]];
        let right = ended.as_flattened().iter().enumerate().map(|(cell, count)| (3, cell, *count));
        let changed = right.filter(|(_, cell, count)| cell % 4 == 0 || first.as_flattened()[*cell] != *count);
        let period = by_family(&["x", "y"], &first, &backlog.chain(changed).collect::<Vec<_>>());
        let found = attack(&period, &[]).unwrap();
        let one = Finding { telling: 2, cell: 12, interval: Interval::exactly(1) };
        assert!(found.contains(&one), "{found:?}");
    }

    #[test]
    fn what_is_known_without_the_solver_is_not_asked() {
        // A backlog came into all groups but one, and everything is told exactly: trajectories that did not go back are left.
        let [then, now] = [[20, 8, 7, 6], [40, 18, 17, 16]];
        let revised = |group: usize| (0..4).map(move |cell| (2, group * 4 + cell, now[cell]));
        let revised: Vec<_> = (1..30).flat_map(revised).collect();
        let period = by_family(&["1", "2", "3", "4", "5", "6"], &[then; 30], &revised);
        let (held, asked_of_it) = asked(&period, &[]);
        assert!(held.is_ok_and(|held| held > 29 * 3) && asked_of_it <= 4, "{asked_of_it}");
        // Two who ended went, of one kind or the other: that both kinds stayed, once refuted, is not asked again.
        let mut period = eleven_went_on();
        (period.first, period.settled) = (vec![40, 8, 0, 0], vec![2, 3]);
        period.revisions = [(0, 30), (1, 20)].map(|(cell, count)| Revision { edition: 2, cell, count }).to_vec();
        assert_eq!(asked(&period, &[]), (Ok(3), 4));
        // Sums that cannot be true are refused at once, whatever is taken to be so.
        let nobody = Sum { of: (0..4).collect(), low: 0, high: 0 };
        assert_eq!(asked(&period, &[nobody]), (Err(SystemError::Contradiction), 1));
    }
}
