//! What is bound to a statement: texts and whole numbers, either of which may be absent.

use chrono::{DateTime, NaiveDate, Utc};

/// A bound value. Days are ISO texts, moments microseconds since 1970, booleans 0 and 1: the same on both engines.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Arg {
    /// A text.
    Text(Option<String>),
    /// A whole number.
    Int(Option<i64>),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Arg::Text(Some(text.to_owned()))
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Arg::Text(Some(text))
    }
}

impl From<Option<String>> for Arg {
    fn from(text: Option<String>) -> Self {
        Arg::Text(text)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Arg::Int(Some(number))
    }
}

impl From<Option<i64>> for Arg {
    fn from(number: Option<i64>) -> Self {
        Arg::Int(number)
    }
}

impl From<u64> for Arg {
    /// Positions, indexes and versions: both engines hold 63 bits of them, which no log will ever fill.
    fn from(number: u64) -> Self {
        Arg::Int(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

impl From<bool> for Arg {
    fn from(truth: bool) -> Self {
        Arg::Int(Some(i64::from(truth)))
    }
}

impl From<NaiveDate> for Arg {
    fn from(day: NaiveDate) -> Self {
        Arg::Text(Some(day.to_string()))
    }
}

impl From<Option<NaiveDate>> for Arg {
    fn from(day: Option<NaiveDate>) -> Self {
        Arg::Text(day.map(|day| day.to_string()))
    }
}

impl From<DateTime<Utc>> for Arg {
    fn from(moment: DateTime<Utc>) -> Self {
        Arg::Int(Some(moment.timestamp_micros()))
    }
}

/// Gathers bound values of different kinds: `args![dossier, 3_u64, day]`.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Arg::from($value)),*] };
}
pub(crate) use args;
