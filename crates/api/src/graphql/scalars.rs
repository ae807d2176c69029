//! The scalars of the schema: days, half-years, places in the log, money.

use std::ops::RangeInclusive;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{Datelike, NaiveDate};
use spoor_domain::kernel;
use spoor_eventlog as eventlog;

/// What a day looks like, for who wrote something else.
const A_DAY: &str = "write a day as year-month-day between quotes, for instance \"2018-10-01\"";
/// The years of days: views compare days as texts, in which a year has four figures.
const YEARS: RangeInclusive<i32> = 1..=9999;
/// Which days there are, for who wrote another.
const BEYOND_YEARS: &str = "a day lies in one of the years 0001 to 9999";
/// What a half-year looks like, for who wrote something else.
const A_HALF_YEAR: &str = "write a half-year as year and half between quotes, for instance \"2018-H2\"";

/// A day in Belgium, `2018-10-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub NaiveDate);

/// A half-year, `2018-H2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfYear(pub kernel::HalfYear);

/// A place in the log: opaque to clients, later is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position(pub eventlog::Position);

/// An amount of money in euro cents, a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cents(pub i64);

/// A day in Belgium, `2018-10-01`.
#[Scalar]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
                Ok(day) if YEARS.contains(&day.year()) => Ok(Self(day)),
                Ok(_) => Err(InputValueError::custom(BEYOND_YEARS)),
                Err(_) => Err(InputValueError::custom(A_DAY)),
            },
            _ => Err(InputValueError::custom(A_DAY)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A half-year, `2018-H2`: the rhythm in which the action plan reports.
#[Scalar]
impl ScalarType for HalfYear {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => text.parse().map(Self).map_err(InputValueError::custom),
            _ => Err(InputValueError::custom(A_HALF_YEAR)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A place in the log: opaque to clients; give it back as `minPosition` to read what you wrote.
#[Scalar]
impl ScalarType for Position {
    fn parse(value: Value) -> InputValueResult<Self> {
        let wrong = || InputValueError::custom("this is not a position: give back the text a payload carried");
        match &value {
            Value::String(text) => text.parse().map(Self).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An amount of money in euro cents, a whole number.
#[Scalar]
impl ScalarType for Cents {
    fn parse(value: Value) -> InputValueResult<Self> {
        let wrong = || InputValueError::custom("an amount is a whole number of euro cents");
        match &value {
            Value::Number(number) => number.as_i64().map(Self).ok_or_else(wrong),
            _ => Err(wrong()),
        }
    }

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}

impl From<NaiveDate> for Date {
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

impl From<kernel::HalfYear> for HalfYear {
    fn from(half_year: kernel::HalfYear) -> Self {
        Self(half_year)
    }
}

impl From<eventlog::Position> for Position {
    fn from(position: eventlog::Position) -> Self {
        Self(position)
    }
}

impl From<kernel::Cents> for Cents {
    fn from(amount: kernel::Cents) -> Self {
        Self(amount.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lies_in_a_year_of_four_figures_for_days_are_compared_as_texts() {
        let is_day = |text: &str| <Date as ScalarType>::parse(Value::String(text.to_owned())).is_ok();
        assert!(["0001-01-01", "2018-10-01", "9999-12-31"].into_iter().all(is_day));
        let beyond = ["0000-12-31", "-0001-12-31", "-262143-01-01", "+10000-01-01", "+262142-12-31"];
        assert!(!beyond.into_iter().any(is_day));
    }
}
