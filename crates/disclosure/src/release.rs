//! Editions: what each publishes of every period, what it revises, and the report on how safe that is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use spoor_domain::kernel::HalfYear;

use crate::attack::{Finding, Knowledge, MOST_QUESTIONS, attack_within};
use crate::period::periods;
use crate::system::{Interval, Sum, System, SystemError};
use crate::told::{PublishedPeriod, Revision, Telling, parts_clearly, published, stays};
use crate::{BASE, Catalogue, Cube, CubeError, DrawKey, HalfYears, Pending, RoundingError, Shape, round};

/// How often the lots are drawn again before a period is told in less detail.
const ATTEMPTS: u32 = 8;
/// How often an edition tries, in all, to tell periods otherwise, the latest first: each is an attack on everything told of
/// one, and whoever freezes an edition waits for it.
const MOST_RETELLINGS: u32 = 4;
/// How often one of them draws its lots.
const RETELLING_ATTEMPTS: u32 = 2;
/// How often a period is told, each time otherwise. What is attacked grows with it.
const MOST_TELLINGS: usize = 4;

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
    /// The periods it tells otherwise than the edition before.
    #[serde(default)]
    pub retold: Vec<RetoldReport>,
    /// The periods it tells as the edition before although counts are far from what is told: otherwise they would tell
    /// too much, or a sum would drift.
    #[serde(default)]
    pub kept: Vec<HalfYears>,
}

/// How safe a period is as it is told otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetoldReport {
    /// The half-years.
    pub half_years: HalfYears,
    /// How many counts are told otherwise.
    pub revised: usize,
    /// The narrowest bounds an attacker finds of any count that may be small, now or then, from everything told of the
    /// period: who knows what was published, the total too, the margins too. None where no count may be small.
    pub narrowest: [Option<Interval>; 3],
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

impl Publisher<'_> {
    /// The next edition, from the true counts per half-year as known now, up to and including `to`, which has to be over:
    /// of one that is not, nobody would be told who comes yet. What the previous one told stays told unless it can be
    /// revised without telling more.
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
        let mut report = DisclosureReport {
            edition: number,
            periods: Vec::new(),
            pending: None,
            revised: 0,
            held_over: 0,
            retold: Vec::new(),
            kept: Vec::new(),
        };
        let mut left = MOST_RETELLINGS;
        for period in previous.periods.iter().rev() {
            let cube = self.in_detail(&period.half_years.cube(truth, &empty)?, &period.shape)?;
            if *cube.shape() != period.shape {
                return Err(ReleaseError::OtherCategories(period.half_years));
            }
            // An edition of an earlier half-year has no table of it, so it tells nothing new of it either.
            let untouched = period.half_years.last > to;
            let told = if untouched { period.clone() } else { self.retold(period, &cube, &mut report, &mut left) };
            edition.periods.push(told);
        }
        edition.periods.reverse();
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
            let steady = self.catalogue.steady(cube.shape());
            let (begun, settled) = (self.catalogue.begun(cube.shape()), self.catalogue.settled(cube.shape()));
            for attempt in 0..ATTEMPTS {
                let name = half_years.to_string();
                let lot = |cell, purpose: &str| self.key.lot(&name, attempt, cell, purpose);
                let rounded = round(cube.counts(), &margins, lot)?;
                let period = PublishedPeriod {
                    half_years,
                    shape: cube.shape().clone(),
                    margins: margins.clone(),
                    steady: steady.clone(),
                    begun: begun.clone(),
                    settled: settled.clone(),
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
    /// that may be small, not only on those that are: it must not depend on which they are. What an attacker knew all
    /// along (that nobody is in any cell of a province of which they know that nobody is in it) is not told; nor is it too
    /// much that nobody is left where people were told of before, as when the last trajectory of a half-year has ended.
    fn withstands(&self, period: &PublishedPeriod, truth: &Cube) -> Result<Option<[Option<Interval>; 3]>, SystemError> {
        let tellings = period.tellings();
        let has_emptied = |found: &Finding| {
            let somebody = |telling: &Telling| telling.bounds[found.cell].low > 0;
            found.interval.high == 0 && tellings[..found.telling].iter().any(somebody)
        };
        let mut narrowest = [None; 3];
        // What is told first is told in less detail if need be, so it is always found out whether it may be.
        let mut left = if tellings.len() > 1 { MOST_QUESTIONS } else { u32::MAX };
        // Who knows the margins first: they find out most.
        for (knowledge, narrowest) in Knowledge::ALL.into_iter().zip(&mut narrowest).rev() {
            let known = known(knowledge, truth);
            let mut found = attack_within(period, &known, &mut left)?;
            found.retain(|finding| !has_emptied(finding));
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

    /// A period told before: otherwise where counts are far from everything that was told of them and nobody finds out too
    /// much from all tellings together, as it was else. All that part are told otherwise, or none: the sums of some would
    /// not be those of the period.
    fn retold(
        &self,
        period: &PublishedPeriod,
        now: &Cube,
        report: &mut DisclosureReport,
        left: &mut u32,
    ) -> PublishedPeriod {
        let counts = || period.current().into_iter().zip(now.counts().iter().copied()).enumerate();
        let parted: Vec<usize> =
            counts().filter(|(_, (told, count))| parts_clearly(*told, *count)).map(|(cell, _)| cell).collect();
        let differ = counts().filter(|(_, (told, count))| !published(*told).holds(*count)).count();
        if !parted.is_empty() {
            for attempt in 0..RETELLING_ATTEMPTS {
                let retold = self.told_otherwise(period, now, &parted, (report.edition, attempt));
                // An attack that fails shows nothing to be safe; what was told can stay.
                if let Ok(Some(narrowest)) = self.may_replace(&retold, now, left) {
                    let (half_years, revised) = (period.half_years, parted.len());
                    report.revised += revised;
                    report.held_over += differ - revised;
                    report.retold.push(RetoldReport { half_years, revised, narrowest });
                    return retold;
                }
                if !parted.iter().any(|cell| (1..BASE).contains(&now.counts()[*cell])) {
                    // No lot is drawn, so another attempt would be the same.
                    break;
                }
            }
            report.kept.push(period.half_years);
        }
        report.held_over += differ;
        period.clone()
    }

    /// The period with these counts told otherwise. What comes near to something that was told of it before is told as it
    /// was then: neither the lots of two editions nor two counts that differ by one person stand side by side.
    fn told_otherwise(
        &self,
        period: &PublishedPeriod,
        now: &Cube,
        parted: &[usize],
        (edition, attempt): (u32, u32),
    ) -> PublishedPeriod {
        let name = period.half_years.to_string();
        let mut retold = period.clone();
        if period.times_told() == 1 {
            // An earlier program did not note it; only of later tellings does anything follow from it.
            retold.steady = self.catalogue.steady(&period.shape);
            retold.begun = self.catalogue.begun(&period.shape);
            retold.settled = self.catalogue.settled(&period.shape);
        }
        for &cell in parted {
            let count = now.counts()[cell];
            let drawn = || {
                let up = self.key.lot(&name, attempt, cell, &format!("revision {edition}"));
                if up < f64::from(count) / f64::from(BASE) { BASE } else { 0 }
            };
            let before = period.told_of(cell).into_iter().rev().find(|told| stays(*told).holds(count));
            let count = before.unwrap_or_else(|| if (1..BASE).contains(&count) { drawn() } else { count });
            retold.revisions.push(Revision { edition, cell, count });
        }
        retold
    }

    /// The narrowest bounds every attacker finds when the period is told like this; nothing when one of them gets too far,
    /// or when a sum that stays what it was would drift.
    fn may_replace(
        &self,
        retold: &PublishedPeriod,
        now: &Cube,
        left: &mut u32,
    ) -> Result<Option<[Option<Interval>; 3]>, SystemError> {
        let told = retold.current();
        let sum = |counts: &[u32], margin: &[usize]| margin.iter().map(|cell| counts[*cell]).sum::<u32>();
        let drifts = |margin: &Vec<usize>| sum(&told, margin).abs_diff(sum(now.counts(), margin)) >= BASE;
        // An earlier program told it otherwise without holding all to it that is held to it now.
        let unnoted = |noted: &[usize], known: Vec<usize>| noted.is_empty() && !known.is_empty();
        let unlinked = retold.steady.is_empty()
            || unnoted(&retold.begun, self.catalogue.begun(&retold.shape))
            || unnoted(&retold.settled, self.catalogue.settled(&retold.shape));
        if unlinked || retold.times_told() > MOST_TELLINGS || retold.steady_margins().any(drifts) {
            return Ok(None);
        }
        let Some(fewer) = left.checked_sub(1) else { return Ok(None) };
        *left = fewer;
        self.withstands(retold, now)
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
    let system = System { bounds: vec![anything; truth.counts().len()], sums: known.to_vec(), ..System::default() };
    Ok(cells.iter().copied().zip(system.intervals(cells)?).collect())
}
