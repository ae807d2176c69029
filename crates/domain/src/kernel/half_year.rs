//! The half-year, the rhythm in which the action plan reports to the Vlaams Parlement.

use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A half-year, written `2018-H2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct HalfYear {
    year: i32,
    half: u8,
}

/// Why a text is not a half-year.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a half-year: write the year and H1 or H2, for instance 2018-H2")]
pub struct HalfYearError(pub String);

impl HalfYear {
    /// The first half-year of which a report is known: that of autumn 2018.
    pub const FIRST_REPORTED: Self = Self { year: 2018, half: 2 };

    /// The first (1) or second (2) half of a year between 1900 and 2999.
    pub fn new(year: i32, half: u8) -> Result<Self, HalfYearError> {
        if (1900..3000).contains(&year) && (1..=2).contains(&half) {
            Ok(Self { year, half })
        } else {
            Err(HalfYearError(format!("{year}-H{half}")))
        }
    }

    /// The half-year in which a day falls.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), half: if day.month() <= 6 { 1 } else { 2 } }
    }

    /// The day it begins.
    pub fn first_day(self) -> NaiveDate {
        let month = if self.half == 1 { 1 } else { 7 };
        NaiveDate::from_ymd_opt(self.year, month, 1).unwrap_or_default()
    }

    /// The day it ends.
    pub fn last_day(self) -> NaiveDate {
        self.next().first_day().pred_opt().unwrap_or_default()
    }

    /// Whether it is under way or over on this day: from its first day on it can be reported on.
    pub fn has_begun(self, today: NaiveDate) -> bool {
        self <= Self::of(today)
    }

    /// The first and the second half of the year it is in.
    pub fn halves(self) -> [Self; 2] {
        [Self { half: 1, ..self }, Self { half: 2, ..self }]
    }

    /// The year it is in.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The half-year before this one.
    pub fn previous(self) -> Self {
        if self.half == 2 { Self { half: 1, ..self } } else { Self { year: self.year - 1, half: 2 } }
    }

    /// The half-year after this one.
    pub fn next(self) -> Self {
        if self.half == 1 { Self { half: 2, ..self } } else { Self { year: self.year + 1, half: 1 } }
    }
}

impl std::fmt::Display for HalfYear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-H{}", self.year, self.half)
    }
}

impl FromStr for HalfYear {
    type Err = HalfYearError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || HalfYearError(text.to_owned());
        let (year, half) = text.split_once("-H").ok_or_else(wrong)?;
        if year.len() != 4 {
            return Err(wrong());
        }
        Self::new(year.parse().map_err(|_| wrong())?, half.parse().map_err(|_| wrong())?).map_err(|_| wrong())
    }
}

impl TryFrom<String> for HalfYear {
    type Error = HalfYearError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<HalfYear> for String {
    fn from(half_year: HalfYear) -> String {
        half_year.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_year_ends_on_the_day_before_the_next_begins() {
        let ends = ["2018-H2", "2019-H1"].map(|text| text.parse::<HalfYear>().unwrap().last_day().to_string());
        assert_eq!(ends, ["2018-12-31", "2019-06-30"]);
    }

    #[test]
    fn a_half_year_has_begun_from_its_first_day_on() {
        for half_year in [HalfYear::FIRST_REPORTED, HalfYear::FIRST_REPORTED.next()] {
            let first = half_year.first_day();
            assert!(!half_year.has_begun(first.pred_opt().unwrap()), "{half_year} on the day before");
            assert!(half_year.has_begun(first), "{half_year} on its first day");
            assert!(half_year.has_begun(half_year.next().first_day()), "{half_year} when it is over");
        }
    }
}
