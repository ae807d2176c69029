//! The attack: what somebody who keeps everything ever published can find out about the true counts.
//!
//! The attacker knows the rule and how far margins were allowed to drift, keeps every edition, and may know true
//! figures from elsewhere. What stays unknown to them is the key of the lots.

use crate::release::PublishedPeriod;
use crate::system::{Interval, Sum, System, SystemError};
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

/// What the attacker finds out about one small count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The cell.
    pub cell: usize,
    /// Between which bounds its true count must lie.
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

/// What follows, for every cell of a period whose count was rounded, from the first publication of the period and the
/// true sums given.
///
/// # Errors
/// `Contradiction` when the sums given cannot be true.
pub fn attack(period: &PublishedPeriod, known: &[Sum]) -> Result<Vec<Finding>, SystemError> {
    let bounds: Vec<Interval> = period.first.iter().map(|count| published(*count)).collect();
    let mut sums: Vec<Sum> = period.margins().iter().map(|margin| drifted(margin, period)).collect();
    sums.extend_from_slice(known);
    let system = System { bounds, sums };
    let rounded: Vec<usize> = (0..period.first.len()).filter(|cell| system.bounds[*cell].width() > 0).collect();
    let intervals = system.intervals(&rounded)?;
    Ok(rounded.into_iter().zip(intervals).map(|(cell, interval)| Finding { cell, interval }).collect())
}

/// The true counts that can stand behind a published one.
pub(crate) fn published(count: u32) -> Interval {
    match count {
        0 => Interval { low: 0, high: BASE - 1 },
        BASE => Interval { low: 1, high: BASE },
        other => Interval::exactly(other),
    }
}

/// A true margin is at most the largest drift from the published one.
fn drifted(margin: &[usize], period: &PublishedPeriod) -> Sum {
    let told: i64 = margin.iter().map(|cell| i64::from(period.first[*cell])).sum();
    let drift = i64::from(period.drift);
    Sum { of: margin.to_vec(), low: told - drift, high: told + drift }
}
