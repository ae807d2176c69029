//! The half-years that are published together: as many as it takes until enough persons are counted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use spoor_domain::kernel::HalfYear;

use crate::{Cube, CubeError, LEAST_TOTAL};

/// One or more half-years in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HalfYears {
    /// The first.
    pub first: HalfYear,
    /// The last, the same as the first for a single one.
    pub last: HalfYear,
}

/// Half-years that wait: together they do not count enough persons yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Which half-years.
    pub half_years: HalfYears,
}

impl HalfYears {
    /// Whether a half-year is one of these.
    pub fn holds(self, half_year: HalfYear) -> bool {
        (self.first..=self.last).contains(&half_year)
    }

    /// Every one of them, in order.
    pub fn iter(self) -> impl Iterator<Item = HalfYear> {
        std::iter::successors(Some(self.first), |half_year| Some(half_year.next()))
            .take_while(move |half_year| *half_year <= self.last)
    }

    /// The persons of these half-years together; a half-year without a cube has nobody.
    pub(crate) fn cube(self, truth: &BTreeMap<HalfYear, Cube>, empty: &Cube) -> Result<Cube, CubeError> {
        self.iter().filter_map(|half_year| truth.get(&half_year)).try_fold(empty.clone(), |sum, cube| sum.plus(cube))
    }
}

impl std::fmt::Display for HalfYears {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.first == self.last {
            true => write!(f, "{}", self.first),
            false => write!(f, "{}..{}", self.first, self.last),
        }
    }
}

/// The periods that can be published from `from` up to and including `to`, and what has to wait. A half-year of its
/// own where it is large enough; otherwise with the next, because a year's figure beside one half's would tell the other.
pub(crate) fn periods(
    truth: &BTreeMap<HalfYear, Cube>,
    empty: &Cube,
    from: HalfYear,
    to: HalfYear,
) -> Result<(Vec<HalfYears>, Option<Pending>), CubeError> {
    let (mut periods, mut first) = (Vec::new(), from);
    for last in (HalfYears { first: from, last: to }).iter() {
        let candidate = HalfYears { first, last };
        if candidate.cube(truth, empty)?.total() >= LEAST_TOTAL {
            periods.push(candidate);
            first = last.next();
        }
    }
    let waits = first <= to;
    Ok((periods, waits.then_some(Pending { half_years: HalfYears { first, last: to } })))
}
