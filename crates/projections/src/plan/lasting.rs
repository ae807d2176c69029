//! What lasts: from which day on something was so, and until which. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Days on end on which something was so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Span<T> {
    since: NaiveDate,
    /// The day on which it was no longer so; none while it is.
    until: Option<NaiveDate>,
    what: T,
}

impl<T> Span<T> {
    /// What ended on the day it began, or before, never was.
    fn holds_on(&self, day: NaiveDate) -> bool {
        self.since <= day && self.until.is_none_or(|until| day < until)
    }
}

/// Everything that was so of one thing, in the order in which it was recorded. Only the last of it can still be so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Spans<T>(Vec<Span<T>>);

impl<T> Spans<T> {
    /// It is so from this day on; what was so until then ends.
    pub(super) fn begin(&mut self, since: NaiveDate, what: T) {
        self.end(since);
        self.0.push(Span { since, until: None, what });
    }

    /// It is no longer so from this day on.
    pub(super) fn end(&mut self, on: NaiveDate) {
        if let Some(last) = self.0.last_mut().filter(|last| last.until.is_none()) {
            last.until = Some(on);
        }
    }

    /// What is so, by all that is recorded.
    pub fn now(&self) -> Option<&T> {
        self.0.last().filter(|last| last.until.is_none()).map(|last| &last.what)
    }

    /// What was so at the end of this day; where days overlap, what was recorded last.
    pub fn on(&self, day: NaiveDate) -> Option<&T> {
        self.0.iter().rfind(|span| span.holds_on(day)).map(|span| &span.what)
    }

    /// What was so first, and from which day on.
    pub fn first(&self) -> Option<(NaiveDate, &T)> {
        self.0.first().map(|first| (first.since, &first.what))
    }
}

impl<T> Default for Spans<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn begun(since: &str, what: &'static str) -> Spans<&'static str> {
        let mut spans = Spans::default();
        spans.begin(day(since), what);
        spans
    }

    #[test]
    fn it_is_so_from_its_first_day_until_the_day_it_ends() {
        let mut spans = begun("2018-10-01", "a");
        spans.end(day("2019-03-01"));
        let on = |text| spans.on(day(text)).copied();
        let told = ["2018-09-30", "2018-10-01", "2019-02-28", "2019-03-01"].map(on);
        assert_eq!(told, [None, Some("a"), Some("a"), None]);
        assert_eq!((spans.now(), spans.first()), (None, Some((day("2018-10-01"), &"a"))));
    }

    #[test]
    fn what_ended_and_began_again_was_not_so_in_between() {
        let mut spans = begun("2018-10-01", "a");
        spans.end(day("2019-03-01"));
        spans.begin(day("2019-09-01"), "b");
        let on = |text| spans.on(day(text)).copied();
        assert_eq!(["2019-01-01", "2019-06-01", "2019-09-01"].map(on), [Some("a"), None, Some("b")]);
        assert_eq!(spans.now(), Some(&"b"));
    }

    #[test]
    fn what_ended_and_began_again_on_one_day_is_so_at_its_end() {
        let mut spans = begun("2018-10-01", "a");
        spans.end(day("2019-03-01"));
        spans.begin(day("2019-03-01"), "b");
        assert_eq!(spans.on(day("2019-03-01")), Some(&"b"));
        spans.end(day("2019-03-01"));
        assert_eq!((spans.on(day("2019-03-01")), spans.on(day("2019-02-28"))), (None, Some(&"a")));
    }

    #[test]
    fn what_ended_before_it_began_never_was() {
        let mut spans = begun("2019-03-01", "a");
        spans.end(day("2019-01-10"));
        assert_eq!(["2019-01-10", "2019-02-01", "2019-03-01"].map(|text| spans.on(day(text))), [None; 3]);
    }

    #[test]
    fn what_takes_the_place_of_another_ends_it() {
        let mut spans = begun("2018-10-01", "a");
        spans.begin(day("2019-03-01"), "b");
        let on = |text| spans.on(day(text)).copied();
        assert_eq!((["2019-02-28", "2019-03-01"].map(on), spans.now()), ([Some("a"), Some("b")], Some(&"b")));
    }
}
