//! Editions: what each publishes of every period, what it revises, and the report on how safe that is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use spoor_domain::kernel::HalfYear;

use crate::attack::{Finding, Knowledge, attack, published};
use crate::period::periods;
use crate::system::{Interval, Sum, System, SystemError};
use crate::{BASE, Catalogue, Cube, CubeError, DrawKey, HalfYears, Pending, RoundingError, Shape, round};

/// How often the lots are drawn again before a period is told in less detail.
const ATTEMPTS: u32 = 8;

/// The dimensions a period tells apart.
pub type Detail = Vec<String>;

/// Everything published so far: kept, each edition holds what the ones before it told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// Its number, from 1.
    pub number: u32,
    /// The periods, in order.
    pub periods: Vec<PublishedPeriod>,
}

/// What was published of a period, then and since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedPeriod {
    /// The half-years it is about.
    pub half_years: HalfYears,
    /// The cells it tells apart.
    pub shape: Shape,
    /// The groups of cells whose sums are told.
    margins: Vec<Vec<usize>>,
    /// The edition that first told it.
    pub since: u32,
    /// The counts as first told.
    pub first: Vec<u32>,
    /// How far, at most, a margin was from the truth when it was first told.
    pub drift: u32,
    /// The counts told otherwise since.
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

/// How safe an edition is; for those who answer for it, not for publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisclosureReport {
    /// The edition.
    pub edition: u32,
    /// The periods it tells for the first time.
    pub periods: Vec<PeriodReport>,
    /// The half-years that wait.
    pub pending: Option<Pending>,
    /// How many counts it revises.
    pub revised: usize,
    /// How many counts differ from what is told but are held over, because a revision would tell too much.
    pub held_over: usize,
}

/// How safe a period is as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodReport {
    /// The half-years.
    pub half_years: HalfYears,
    /// In which detail it is told.
    pub detail: Detail,
    /// The details that were tried before and told too much.
    pub too_much: Vec<Detail>,
    /// How many counts are rounded.
    pub rounded: usize,
    /// How far, at most, a margin is from the truth.
    pub drift: u32,
    /// The narrowest bounds an attacker finds: who knows what was published, the total too, the margins too. None
    /// where nothing was rounded.
    pub narrowest: [Option<Interval>; 3],
}

/// Why nothing is published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReleaseError {
    /// The catalogue or a cube is not what it should be.
    #[error(transparent)]
    Cube(#[from] CubeError),
    /// The rounding failed.
    #[error(transparent)]
    Rounding(#[from] RoundingError),
    /// The attack failed, so nothing is known to be safe.
    #[error("the check of what an edition tells failed, so nothing is published: {0}")]
    Attack(#[from] SystemError),
    /// A period was told in categories that are no longer those of the catalogue, so it cannot be held against what is
    /// known now.
    #[error(
        "{0} was told in other categories than the catalogue has now: keep those categories, or a way back to them"
    )]
    OtherCategories(HalfYears),
    /// Not even the bare total can be told.
    #[error("nothing of {0} can be told safely, not even the total: the catalogue's last detail must be empty")]
    NothingSafe(HalfYears),
}

/// Makes editions.
#[derive(Clone, Copy, Debug)]
pub struct Publisher<'a> {
    /// What may be published.
    pub catalogue: &'a Catalogue,
    /// The key of the lots.
    pub key: &'a DrawKey,
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
}

impl Publisher<'_> {
    /// The next edition, from the true counts per half-year as known now, up to and including `to`. What the previous
    /// one told stays told unless it can be revised without telling more.
    ///
    /// # Errors
    /// See [`ReleaseError`]; then nothing may be published.
    pub fn publish(
        &self,
        previous: &Edition,
        truth: &BTreeMap<HalfYear, Cube>,
        to: HalfYear,
    ) -> Result<(Edition, DisclosureReport), ReleaseError> {
        let number = previous.number + 1;
        let empty = Cube::empty(self.catalogue.shape.clone());
        let mut edition = Edition { number, periods: Vec::new() };
        let mut report =
            DisclosureReport { edition: number, periods: Vec::new(), pending: None, revised: 0, held_over: 0 };
        for period in &previous.periods {
            let cube = self.in_detail(&period.half_years.cube(truth, &empty)?, &period.shape)?;
            if *cube.shape() != period.shape {
                return Err(ReleaseError::OtherCategories(period.half_years));
            }
            edition.periods.push(self.revised(period, &cube, &mut report));
        }
        let from = previous.periods.last().map_or(self.catalogue.registered_from, |last| last.half_years.last.next());
        let (new, pending) = periods(truth, &empty, from, to)?;
        for half_years in new {
            let (period, safety) = self.first_told(half_years, &half_years.cube(truth, &empty)?, number)?;
            edition.periods.push(period);
            report.periods.push(safety);
        }
        report.pending = pending;
        Ok((edition, report))
    }

    /// A period in the most detail that the attack allows.
    fn first_told(
        &self,
        half_years: HalfYears,
        cube: &Cube,
        edition: u32,
    ) -> Result<(PublishedPeriod, PeriodReport), ReleaseError> {
        let mut too_much = Vec::new();
        for detail in &self.catalogue.details {
            let cube = cube.keeping(&self.catalogue.shape.places(detail)?);
            let margins = self.catalogue.margins(cube.shape());
            for attempt in 0..ATTEMPTS {
                let name = half_years.to_string();
                let lot = |cell, purpose: &str| self.key.lot(&name, attempt, cell, purpose);
                let rounded = round(cube.counts(), &margins, lot)?;
                let period = PublishedPeriod {
                    half_years,
                    shape: cube.shape().clone(),
                    margins: margins.clone(),
                    since: edition,
                    first: rounded.counts,
                    drift: rounded.drift,
                    revisions: Vec::new(),
                };
                if let Some(narrowest) = self.withstands(&period, &cube)? {
                    let rounded = cube.counts().iter().filter(|count| (1..BASE).contains(count)).count();
                    let (detail, drift) = (detail.clone(), period.drift);
                    return Ok((period, PeriodReport { half_years, detail, too_much, rounded, drift, narrowest }));
                }
            }
            too_much.push(detail.clone());
        }
        Err(ReleaseError::NothingSafe(half_years))
    }

    /// The narrowest bounds every attacker finds; nothing when one of them gets too far. The verdict is on every count
    /// that is told as 0 or 5, not only on those that are small: it must not depend on which they are. What an attacker
    /// knew all along (that nobody is in any cell of a province of which they know that nobody is in it) is not told.
    fn withstands(&self, period: &PublishedPeriod, truth: &Cube) -> Result<Option<[Option<Interval>; 3]>, SystemError> {
        let mut narrowest = [None; 3];
        for (knowledge, narrowest) in Knowledge::ALL.into_iter().zip(&mut narrowest) {
            let known = known(knowledge, truth);
            let mut found = attack(period, &known)?;
            let too_far = |finding: &&Finding| !knowledge.tolerates(finding.interval);
            let cells: Vec<usize> = found.iter().filter(too_far).map(|finding| finding.cell).collect();
            if !cells.is_empty() {
                let before = known_before(&known, truth, &cells)?;
                found.retain(|finding| before.get(&finding.cell) != Some(&finding.interval));
            }
            if found.iter().any(|finding| !knowledge.tolerates(finding.interval)) {
                return Ok(None);
            }
            *narrowest = found.iter().map(|finding| finding.interval).min_by_key(|interval| interval.width());
        }
        Ok(Some(narrowest))
    }

    /// A period told before, with the counts that can be revised. Whether one can depends only on what it is now and on
    /// what was told of it, never on what it was: so a revision tells nothing about the count before it.
    fn revised(&self, period: &PublishedPeriod, now: &Cube, report: &mut DisclosureReport) -> PublishedPeriod {
        let mut period = period.clone();
        for (cell, (told, count)) in period.current().into_iter().zip(now.counts()).enumerate() {
            let drawn = || {
                let up = self.key.lot(&period.half_years.to_string(), report.edition, cell, "revision");
                if up < f64::from(*count) / f64::from(BASE) { BASE } else { 0 }
            };
            if parts_clearly(published(told), *count) {
                let count = if (1..BASE).contains(count) { drawn() } else { *count };
                period.revisions.push(Revision { edition: report.edition, cell, count });
                report.revised += 1;
            } else if !(published(told).low..=published(told).high).contains(count) {
                report.held_over += 1;
            }
        }
        period
    }

    fn in_detail(&self, cube: &Cube, detail: &Shape) -> Result<Cube, CubeError> {
        let codes: Vec<String> = detail.dimensions.iter().map(|dimension| dimension.code.clone()).collect();
        Ok(cube.keeping(&self.catalogue.shape.places(&codes)?))
    }
}

/// What an attacker with this knowledge knows to be true.
pub(crate) fn known(knowledge: Knowledge, truth: &Cube) -> Vec<Sum> {
    let exactly = |of: Vec<usize>| {
        let sum = of.iter().map(|cell| i64::from(truth.counts()[*cell])).sum();
        Sum { of, low: sum, high: sum }
    };
    let shape = truth.shape();
    let total = shape.groups(&[]);
    let groups: Vec<Vec<usize>> = match knowledge {
        Knowledge::Published => Vec::new(),
        Knowledge::Total => total,
        // In a cube of one dimension the margins are the cells; who knows those needs no attack.
        Knowledge::Margins if shape.dimensions.len() < 2 => total,
        Knowledge::Margins => (0..shape.dimensions.len()).flat_map(|place| shape.groups(&[place])).collect(),
    };
    groups.into_iter().map(exactly).collect()
}

/// What somebody with this knowledge knew of these counts before anything was published.
fn known_before(known: &[Sum], truth: &Cube, cells: &[usize]) -> Result<BTreeMap<usize, Interval>, SystemError> {
    let anything = Interval { low: 0, high: truth.total() };
    let system = System { bounds: vec![anything; truth.counts().len()], sums: known.to_vec() };
    Ok(cells.iter().copied().zip(system.intervals(cells)?).collect())
}

/// Whether every count that may stand behind what was told, and every count that may stand behind what would be told
/// now, differ by five or more. Below five, what would be told now can stand for any count up to five.
fn parts_clearly(told: Interval, now: u32) -> bool {
    let new = if now <= BASE { Interval { low: 0, high: BASE } } else { Interval::exactly(now) };
    new.low >= told.high + BASE || told.low >= new.high + BASE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_needs_five_between_all_that_may_have_been_and_all_that_may_be() {
        let small = published(0);
        assert!(!parts_clearly(small, 8) && parts_clearly(small, 9));
        assert!(!parts_clearly(published(5), 9) && parts_clearly(published(5), 10));
        assert!(!parts_clearly(published(9), 2) && parts_clearly(published(10), 2));
        assert!(
            !parts_clearly(published(30), 34) && parts_clearly(published(30), 35) && parts_clearly(published(30), 25)
        );
        assert!(!parts_clearly(small, 3) && !parts_clearly(published(12), 12));
    }

    /// Exhaustive: whatever a later edition does, every count that could stand behind the first one still can, and
    /// the count of now is no better known than one told for the first time.
    #[test]
    fn neither_a_revision_nor_its_absence_tells_a_small_count() {
        for told in (0..=40).filter(|told| *told == 0 || *told >= BASE) {
            let (held, revised): (Vec<u32>, Vec<u32>) = (0..=80).partition(|now| !parts_clearly(published(told), *now));
            let ends = |counts: &[u32]| Some(Interval { low: *counts.first()?, high: *counts.last()? });
            let kept = ends(&held).unwrap();
            assert_eq!(held.len(), kept.width() as usize + 1, "what is held over after {told} is one stretch");
            assert!(Knowledge::Published.tolerates(kept), "{told} held over tells {kept:?}");
            // Told as 0 or 5 after a revision: any count below five that may be revised stands behind either.
            let small: Vec<u32> = revised.into_iter().filter(|now| *now <= BASE).collect();
            assert!(small.is_empty() || small == (0..=BASE).collect::<Vec<_>>(), "{told} is revised to {small:?} only");
        }
    }
}
