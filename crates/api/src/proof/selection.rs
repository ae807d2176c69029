//! Which records an export shows: all, a range, a dossier, a period.

use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, MappedLocalTime, NaiveDate, SecondsFormat, TimeZone, Utc};
use chrono_tz::Europe::Brussels;
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::{DossierId, HalfYear};
use spoor_domain::register::event::RegisterEvent;
use spoor_domain::trajectory::event::DossierNumber;
use spoor_eventlog::{EventLog, LogError, RecordPages};
use spoor_notary::export::Selection;
use spoor_projections::access::{Named, dossiers_named};

use super::{ExportError, LogName};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Every record.
    All,
    /// From one index to another, both included.
    Range(RangeInclusive<u64>),
    /// A dossier, by its number.
    Dossier(DossierNumber),
    /// What was recorded on these days.
    Period(Period),
}

/// Moments are written with four digits for the year; the day after the last and the hours to UTC must fit too.
const YEARS: RangeInclusive<i32> = 1..=9998;

/// Days in Belgium, both included. Read from a text, they lie in the years 1 to 9998.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

/// The records that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// As the manifest says it.
    pub selection: Selection,
    /// Their indexes, ascending and apart.
    pub ranges: Vec<RangeInclusive<u64>>,
    /// The dossier, when one was asked for.
    pub dossier: Option<DossierId>,
}

impl Wanted {
    /// The records of the first `size` ones of this log; `events` is where a dossier's number is looked up.
    pub(super) async fn choose(
        &self,
        name: LogName,
        log: &EventLog,
        events: &EventLog,
        size: u64,
    ) -> Result<Chosen, ExportError> {
        let chosen = |selection, ranges| Chosen { selection, ranges, dossier: None };
        match self {
            Self::All => Ok(chosen(Selection::All {}, vec![1..=size])),
            Self::Range(range) => {
                let (first, last) = (*range.start(), *range.end());
                if first == 0 || first > last || last > size {
                    return Err(ExportError::NoSuchRange { first, last, size });
                }
                Ok(chosen(Selection::Range { first, last }, vec![first..=last]))
            }
            Self::Dossier(number) => {
                let dossier = dossier_of(events, number).await?;
                let indexes = match name {
                    LogName::Events => stream_of(log, dossier, size).await?,
                    LogName::Access => naming(log, dossier, number, size).await?,
                };
                let selection = Selection::Dossier { dossier: dossier.to_string() };
                Ok(Chosen { selection, ranges: ranges_of(indexes), dossier: Some(dossier) })
            }
            Self::Period(period) => {
                let (from, until) = (midnight(period.from), midnight(period.to + Days::new(1)));
                let first = recorded_before(log, from, size).await? + 1;
                let last = recorded_before(log, until, size).await?;
                let ranges = if first <= last { vec![first..=last] } else { Vec::new() };
                let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
                Ok(chosen(Selection::Period { from: moment(from), until: moment(until) }, ranges))
            }
        }
    }
}

/// The dossier that took this number, as the register of its year says.
async fn dossier_of(events: &EventLog, number: &DossierNumber) -> Result<DossierId, ExportError> {
    let unknown = || ExportError::NoSuchDossier(number.0.clone());
    let year = number.0.split('-').nth(1).ok_or_else(unknown)?;
    for record in events.read_stream(aggregate_type::REGISTER, year).await? {
        if let DomainEvent::Register(RegisterEvent::DossierNumberTaken { dossier, number: taken, .. }) =
            record.decode().map_err(LogError::from)?.event
            && taken == *number
        {
            return Ok(dossier);
        }
    }
    Err(unknown())
}

/// The records of a dossier, none of which may be missing, between or at its end: no verifier would take the rest for the dossier.
async fn stream_of(log: &EventLog, dossier: DossierId, size: u64) -> Result<Vec<u64>, ExportError> {
    let stream = log.read_stream(aggregate_type::TRAJECTORY, &dossier.to_string()).await?;
    let cut = (1..).zip(&stream).find(|(sequence, record)| record.sequence != *sequence);
    if let Some((sequence, _)) = cut {
        let stream = format!("{}-{dossier}", aggregate_type::TRAJECTORY);
        return Err(LogError::StreamCut { stream, sequence }.into());
    }
    // Nor may another record stand where one of its own did: that is counted, and only reading tells.
    log.check_end_by_reading(aggregate_type::TRAJECTORY, &dossier.to_string()).await?;
    Ok(stream.iter().map(|record| record.index).filter(|index| *index <= size).collect())
}

/// The records that name a dossier, as the access trail shows them: by its id, by its number, or as one of all.
async fn naming(
    log: &EventLog,
    dossier: DossierId,
    number: &DossierNumber,
    size: u64,
) -> Result<Vec<u64>, ExportError> {
    let wanted = [Named::Dossier(dossier), Named::Number(number.clone()), Named::Every];
    let (mut found, mut pages) = (Vec::new(), RecordPages::between(0, size));
    while let Some(page) = pages.next(log).await? {
        // An altered record may have named it.
        log.as_committed(&page).await?;
        for record in page {
            let recorded = record.decode().map_err(LogError::from)?;
            let DomainEvent::Access(event) = &recorded.event else { continue };
            let named = dossiers_named(event);
            if wanted.iter().any(|wanted| named.contains_key(wanted)) {
                found.push(recorded.index);
            }
        }
    }
    Ok(found)
}

/// How many of the first `size` records were recorded before a moment. Found by halving: recorded times never decrease.
async fn recorded_before(log: &EventLog, moment: DateTime<Utc>, size: u64) -> Result<u64, ExportError> {
    let before = moment - chrono::TimeDelta::microseconds(1);
    Ok(log.index_at(before).await?.min(size))
}

pub(super) fn ranges_of(indexes: Vec<u64>) -> Vec<RangeInclusive<u64>> {
    let mut ranges: Vec<RangeInclusive<u64>> = Vec::new();
    for index in indexes {
        match ranges.last_mut() {
            Some(range) if *range.end() + 1 == index => *range = *range.start()..=index,
            Some(_) | None => ranges.push(index..=index),
        }
    }
    ranges
}

/// When a day begins in Belgium. No clock has ever been turned at midnight there; if one is, the earlier moment counts.
fn midnight(day: NaiveDate) -> DateTime<Utc> {
    let naive = day.and_time(chrono::NaiveTime::MIN);
    match Brussels.from_local_datetime(&naive) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at.to_utc(),
        MappedLocalTime::None => naive.and_utc(),
    }
}

impl FromStr for Period {
    type Err = String;

    /// `2018-H2`, or `2018-07-01..2018-12-31`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong =
            || format!("'{text}' is no period: write a half-year (2018-H2) or two days (2018-07-01..2018-12-31)");
        if let Ok(half_year) = text.parse::<HalfYear>() {
            let (from, next) = (half_year.first_day(), half_year.next().first_day());
            return Ok(Self { from, to: next - Days::new(1) });
        }
        let (from, to) = text.split_once("..").ok_or_else(wrong)?;
        let beyond = || format!("'{text}' is no period: the years go from {} to {}", YEARS.start(), YEARS.end());
        let day = |text: &str| match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            Ok(day) if YEARS.contains(&day.year()) => Ok(day),
            Ok(_) => Err(beyond()),
            Err(_) => Err(wrong()),
        };
        let period = Self { from: day(from)?, to: day(to)? };
        if period.from <= period.to { Ok(period) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_half_year_or_two_days() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let second_half = Period { from: day("2018-07-01"), to: day("2018-12-31") };
        assert_eq!("2018-H2".parse(), Ok(second_half));
        assert_eq!("2018-07-01..2018-12-31".parse(), Ok(second_half));
        for wrong in ["2018", "2018-H3", "2018-12-31..2018-07-01", "2018-07-01", "a..b"] {
            assert!(wrong.parse::<Period>().unwrap_err().contains("2018-H2"), "{wrong}");
        }
    }

    #[test]
    fn a_period_lies_in_years_that_a_moment_can_be_written_in() {
        let written = |day: NaiveDate| midnight(day).to_rfc3339_opts(SecondsFormat::Micros, true);
        let widest: Period = "0001-01-01..9998-12-31".parse().unwrap();
        for moment in [written(widest.from), written(widest.to + Days::new(1))] {
            assert_eq!(moment.len(), "2026-01-01T00:00:00.000000Z".len(), "{moment}");
        }
        for wrong in [
            "0000-01-01..2026-12-31",
            "2026-01-01..9999-12-31",
            "+10000-01-01..+10000-12-31",
            "+262142-01-01..+262142-12-31",
            "-262143-01-01..2026-12-31",
        ] {
            let refusal = wrong.parse::<Period>().unwrap_err();
            assert!(refusal.contains("from 1 to 9998"), "{refusal}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight_in_belgium() {
        let at = |day: &str| midnight(day.parse().unwrap()).to_rfc3339();
        assert_eq!(at("2026-07-01"), "2026-06-30T22:00:00+00:00");
        assert_eq!(at("2026-01-01"), "2025-12-31T23:00:00+00:00");
    }

    #[test]
    fn neighbours_become_one_range() {
        assert_eq!(ranges_of(vec![1, 2, 3, 7, 9, 10]), [1..=3, 7..=7, 9..=10]);
        assert_eq!(ranges_of(Vec::new()), []);
    }
}
