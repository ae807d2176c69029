//! How safe the figures on dossiers of an edition are, as it was found when it was frozen: for a compliance officer.

use async_graphql::SimpleObject;
use spoor_disclosure as safety;

use crate::graphql::scalars::HalfYear;

/// How safe the figures on dossiers of an edition are; stored when it was frozen.
#[derive(SimpleObject)]
pub struct DisclosureReport {
    /// The periods this edition told for the first time.
    periods: Vec<PeriodSafety>,
    /// The half-years that wait, because they count too few persons.
    pending: Vec<HalfYear>,
    /// How many counts told before it tells otherwise.
    revised: u64,
    /// How many counts differ from what was told and are held over, because telling it would tell too much.
    held_over: u64,
    /// The periods it tells otherwise than the edition before.
    retold: Vec<RetoldSafety>,
    /// The half-years it tells as the edition before although counts are far from what is told: otherwise they would tell too
    /// much, or a sum would drift.
    kept: Vec<HalfYear>,
}

/// How safe a period is as it is told otherwise: the narrowest bounds of any count that may be small, now or then, from
/// everything told of the period.
#[derive(SimpleObject)]
pub struct RetoldSafety {
    /// Its half-years.
    half_years: Vec<HalfYear>,
    /// How many counts are told otherwise.
    revised: u64,
    /// Found by who knows what was published; none where no count may be small.
    narrowest_published: Option<CountBounds>,
    /// The same for who knows the true total too.
    narrowest_with_total: Option<CountBounds>,
    /// The same for who knows every true margin of now too.
    narrowest_with_margins: Option<CountBounds>,
}

/// How safe a period is as it is told.
#[derive(SimpleObject)]
pub struct PeriodSafety {
    /// Its half-years.
    half_years: Vec<HalfYear>,
    /// The dimensions it tells apart.
    detail: Vec<String>,
    /// The details that were tried before, and told too much: the dimensions of each, with commas between them.
    too_much: Vec<String>,
    /// How many counts are rounded.
    rounded: u64,
    /// How far, at most, a told sum is from the truth.
    drift: u32,
    /// The narrowest bounds found by who knows what was published; none where nothing was rounded.
    narrowest_published: Option<CountBounds>,
    /// The same for who knows the true total too.
    narrowest_with_total: Option<CountBounds>,
    /// The same for who knows every true margin too.
    narrowest_with_margins: Option<CountBounds>,
}

/// Between which bounds a true count must lie.
#[derive(SimpleObject)]
pub struct CountBounds {
    /// At least.
    low: u32,
    /// At most.
    high: u32,
}

impl From<safety::DisclosureReport> for DisclosureReport {
    fn from(report: safety::DisclosureReport) -> Self {
        let half_years = |own: safety::HalfYears| own.iter().map(HalfYear).collect::<Vec<_>>();
        let bounds = |own: Option<safety::Interval>| own.map(|own| CountBounds { low: own.low, high: own.high });
        let periods = report.periods.into_iter().map(|period| {
            let [published, with_total, with_margins] = period.narrowest;
            PeriodSafety {
                half_years: half_years(period.half_years),
                detail: period.detail,
                too_much: period.too_much.iter().map(|detail| detail.join(", ")).collect(),
                rounded: period.rounded as u64,
                drift: period.drift,
                narrowest_published: bounds(published),
                narrowest_with_total: bounds(with_total),
                narrowest_with_margins: bounds(with_margins),
            }
        });
        let retold = report.retold.into_iter().map(|period| {
            let [published, with_total, with_margins] = period.narrowest;
            RetoldSafety {
                half_years: half_years(period.half_years),
                revised: period.revised as u64,
                narrowest_published: bounds(published),
                narrowest_with_total: bounds(with_total),
                narrowest_with_margins: bounds(with_margins),
            }
        });
        Self {
            periods: periods.collect(),
            pending: report.pending.map(|pending| half_years(pending.half_years)).unwrap_or_default(),
            revised: report.revised as u64,
            held_over: report.held_over as u64,
            retold: retold.collect(),
            kept: report.kept.into_iter().flat_map(half_years).collect(),
        }
    }
}
