//! The scalars of the schema: days, half-years, places in the log, money.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::NaiveDate;
use spoor_domain::kernel;
use spoor_eventlog as eventlog;

/// What a day looks like, for who wrote something else.
const A_DAY: &str = "write a day as year-month-day between quotes, for instance \"2018-10-01\"";
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
            Value::String(text) => {
                NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self).map_err(|_| InputValueError::custom(A_DAY))
            }
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
