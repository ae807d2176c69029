//! Several things of a kind that last, each with its days. Pure.

use chrono::NaiveDate;

pub use spoor_domain::kernel::Spans;

/// Several things of a kind, in the order in which they were so first, each with when it was so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lasting<T>(Vec<Spans<T>>);

impl<T> Lasting<T> {
    /// Those that are so, by all that is recorded.
    pub fn now(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(Spans::now)
    }

    /// Those that were so at the end of this day.
    pub fn on(&self, day: NaiveDate) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(move |spans| spans.on(day))
    }
}

impl<T> From<Vec<Spans<T>>> for Lasting<T> {
    fn from(all: Vec<Spans<T>>) -> Self {
        Self(all)
    }
}

impl<T> Default for Lasting<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
