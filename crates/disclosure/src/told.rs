//! What was told of a period, and told otherwise since: which true counts can stand behind each telling.

use serde::{Deserialize, Serialize};

use crate::system::{Interval, Sum};
use crate::{BASE, HalfYears, Shape};

/// What was published of a period, then and since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedPeriod {
    /// The half-years it is about.
    pub half_years: HalfYears,
    /// The cells it tells apart.
    pub shape: Shape,
    /// The groups of cells whose sums are told.
    pub(crate) margins: Vec<Vec<usize>>,
    /// The groups of cells between which no person moves once the period is over: corrections apart, the sum of each stays
    /// what it was. Empty where an earlier program told the period.
    #[serde(default)]
    pub(crate) steady: Vec<Vec<usize>>,
    /// The cells that no person comes to once the period is over: corrections apart, the count of each does not grow. Empty
    /// where an earlier program told the period.
    #[serde(default)]
    pub(crate) begun: Vec<usize>,
    /// The cells that no person leaves: corrections apart, the count of each does not shrink; what is corrected least comes
    /// first. Empty where an earlier program told the period.
    #[serde(default)]
    pub(crate) settled: Vec<usize>,
    /// The edition that first told it.
    pub since: u32,
    /// The counts as first told.
    pub first: Vec<u32>,
    /// How far, at most, a margin was from the truth when it was first told.
    pub drift: u32,
    /// The counts told otherwise since, in the order of the editions.
    pub revisions: Vec<Revision>,
}

/// A count told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// By which edition.
    pub edition: u32,
    /// Which cell.
    pub cell: usize,
    /// What it tells now.
    pub count: u32,
}

/// One telling of a period, as somebody reads it who knows the rule.
pub(crate) struct Telling {
    /// Between which bounds the true counts of then lie, each by what is told of it.
    pub bounds: Vec<Interval>,
    /// Between which bounds their sums lie.
    pub sums: Vec<Sum>,
}

impl PublishedPeriod {
    /// The counts as told now.
    pub fn current(&self) -> Vec<u32> {
        let mut counts = self.first.clone();
        self.revisions.iter().for_each(|revision| counts[revision.cell] = revision.count);
        counts
    }

    /// The groups of cells whose sums are told.
    pub fn margins(&self) -> &[Vec<usize>] {
        &self.margins
    }

    /// The cells that no person comes to once the period is over.
    pub fn begun(&self) -> &[usize] {
        &self.begun
    }

    /// The cells that no person leaves.
    pub fn settled(&self) -> &[usize] {
        &self.settled
    }

    /// How often it was told, each time otherwise.
    pub fn times_told(&self) -> usize {
        1 + self.revisions.chunk_by(|one, next| one.edition == next.edition).count()
    }

    /// Everything that was told of a cell, the last one last.
    pub(crate) fn told_of(&self, cell: usize) -> Vec<u32> {
        let revised = self.revisions.iter().filter(|revision| revision.cell == cell).map(|revision| revision.count);
        std::iter::once(self.first[cell]).chain(revised).collect()
    }

    /// Every telling, the last one last.
    pub(crate) fn tellings(&self) -> Vec<Telling> {
        let first = Telling {
            bounds: self.first.iter().map(|count| published(*count)).collect(),
            sums: self.margins.iter().map(|margin| within(margin, &self.first, self.drift)).collect(),
        };
        let mut told: Vec<Vec<u32>> = self.first.iter().map(|count| vec![*count]).collect();
        let mut tellings = vec![first];
        for revisions in self.revisions.chunk_by(|one, next| one.edition == next.edition) {
            let mut bounds: Vec<Interval> = told.iter().map(|told| stays(last(told))).collect();
            for revision in revisions {
                let told = &mut told[revision.cell];
                let again = told.contains(&revision.count);
                bounds[revision.cell] =
                    if again { comes_back(last(told), revision.count) } else { published(revision.count) };
                told.push(revision.count);
            }
            let counts: Vec<u32> = told.iter().map(|told| last(told)).collect();
            let sums = self.steady_margins().map(|margin| within(margin, &counts, BASE - 1)).collect();
            tellings.push(Telling { bounds, sums });
        }
        tellings
    }

    /// The margins whose sums stay what they were once the period is over, corrections apart.
    pub(crate) fn steady_margins(&self) -> impl Iterator<Item = &Vec<usize>> {
        let whole = |margin: &[usize], group: &[usize]| {
            let inside = group.iter().filter(|cell| margin.contains(cell)).count();
            inside == 0 || inside == group.len()
        };
        let is_steady =
            move |margin: &&Vec<usize>| !self.steady.is_empty() && self.steady.iter().all(|group| whole(margin, group));
        self.margins.iter().filter(is_steady)
    }
}

/// The true counts that can stand behind one that is told for the first time.
pub(crate) fn published(count: u32) -> Interval {
    match count {
        0 => Interval { low: 0, high: BASE - 1 },
        BASE => Interval { low: 1, high: BASE },
        other => Interval::exactly(other),
    }
}

/// Whether every count that may stand behind what was told, and every count that may stand behind what would be told
/// now, differ by five or more. Below five, what would be told now can stand for any count up to five.
pub(crate) fn parts_clearly(told: u32, now: u32) -> bool {
    let (told, new) =
        (published(told), if now <= BASE { Interval { low: 0, high: BASE } } else { Interval::exactly(now) });
    new.low >= told.high + BASE || told.low >= new.high + BASE
}

/// The counts at which what was told stays told.
pub(crate) fn stays(told: u32) -> Interval {
    ends((0..=told + 2 * BASE).filter(|now| !parts_clearly(told, *now)), told)
}

/// The counts at which what was told before is told again in the place of what is told now.
fn comes_back(told: u32, before: u32) -> Interval {
    ends((0..=before + 2 * BASE).filter(|now| !parts_clearly(before, *now) && parts_clearly(told, *now)), before)
}

fn ends(mut counts: impl Iterator<Item = u32>, otherwise: u32) -> Interval {
    let low = counts.next().unwrap_or(otherwise);
    Interval { low, high: counts.last().unwrap_or(low) }
}

fn last(told: &[u32]) -> u32 {
    told.last().copied().unwrap_or_default()
}

/// A true sum is at most so far from the told one.
fn within(margin: &[usize], counts: &[u32], drift: u32) -> Sum {
    let told: i64 = margin.iter().map(|cell| i64::from(counts[*cell])).sum();
    let drift = i64::from(drift);
    Sum { of: margin.to_vec(), low: told - drift, high: told + drift }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Knowledge;

    #[test]
    fn a_revision_needs_five_between_all_that_may_have_been_and_all_that_may_be() {
        assert!(!parts_clearly(0, 8) && parts_clearly(0, 9));
        assert!(!parts_clearly(5, 9) && parts_clearly(5, 10));
        assert!(!parts_clearly(9, 2) && parts_clearly(10, 2));
        assert!(!parts_clearly(30, 34) && parts_clearly(30, 35) && parts_clearly(30, 25));
        assert!(!parts_clearly(0, 3) && !parts_clearly(12, 12));
    }

    /// Exhaustive: whatever a later edition does, every count that could stand behind the first one still can, and
    /// the count of now is no better known than one told for the first time.
    #[test]
    fn neither_a_revision_nor_its_absence_tells_a_small_count() {
        for told in (0..=40).filter(|told| *told == 0 || *told >= BASE) {
            let (held, revised): (Vec<u32>, Vec<u32>) = (0..=80).partition(|now| !parts_clearly(told, *now));
            let ends = |counts: &[u32]| Some(Interval { low: *counts.first()?, high: *counts.last()? });
            let kept = ends(&held).unwrap();
            assert_eq!(held.len(), kept.width() as usize + 1, "what is held over after {told} is one stretch");
            assert_eq!(kept, stays(told));
            assert!(Knowledge::Published.tolerates(kept), "{told} held over tells {kept:?}");
            // Told as 0 or 5 after a revision: any count below five that may be revised stands behind either.
            let small: Vec<u32> = revised.into_iter().filter(|now| *now <= BASE).collect();
            assert!(small.is_empty() || small == (0..=BASE).collect::<Vec<_>>(), "{told} is revised to {small:?} only");
        }
    }

    #[test]
    fn what_comes_back_to_a_small_count_is_known_no_better_than_a_small_count() {
        for told in 10..=40 {
            for before in (0..=40).filter(|before| (*before == 0 || *before >= BASE) && parts_clearly(told, *before)) {
                let found = comes_back(told, before);
                assert!(found.low >= BASE || Knowledge::Published.tolerates(found), "{before} again tells {found:?}");
            }
        }
    }
}
