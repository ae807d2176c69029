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
    pub fn begin(&mut self, since: NaiveDate, what: T) {
        self.end(since);
        self.0.push(Span { since, until: None, what });
    }

    /// It is no longer so from this day on; what ended later, by what was recorded before, ended on this day.
    pub fn end(&mut self, on: NaiveDate) {
        for span in &mut self.0 {
            span.until = Some(span.until.map_or(on, |until| until.min(on)));
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

    /// What was recorded first.
    pub fn first(&self) -> Option<&T> {
        self.0.first().map(|first| &first.what)
    }

    /// What was recorded last, whether it is so or ended.
    pub fn last(&self) -> Option<&T> {
        self.0.last().map(|last| &last.what)
    }

    /// Whether what is so has been so since this day, or from before: to say so again is nothing new.
    pub fn is_so_since(&self, day: NaiveDate) -> bool {
        self.0.last().is_some_and(|last| last.until.is_none() && last.since <= day)
    }

    /// Whether it would be otherwise, had it ended on this day: it is so, or was until a later day.
    pub fn lasts_after(&self, day: NaiveDate) -> bool {
        self.0.last().is_some_and(|last| last.until.is_none_or(|until| last.since < until && day < until))
    }

    /// What was so on this day or later and ended since, each with the day on which it did.
    pub fn ended_after(&self, day: NaiveDate) -> impl Iterator<Item = (NaiveDate, &T)> {
        self.0.iter().filter_map(move |span| {
            let until = span.until.filter(|until| span.since < *until && day < *until)?;
            Some((until, &span.what))
        })
    }
}

impl<T> Default for Spans<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::day;

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
        assert_eq!((spans.now(), spans.first()), (None, Some(&"a")));
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
        assert_eq!(spans.ended_after(day("2019-01-01")).count(), 0);
        assert!(!spans.lasts_after(day("2019-01-01")));
    }

    #[test]
    fn what_takes_the_place_of_another_ends_it() {
        let mut spans = begun("2018-10-01", "a");
        spans.begin(day("2019-03-01"), "b");
        let on = |text| spans.on(day(text)).copied();
        assert_eq!((["2019-02-28", "2019-03-01"].map(on), spans.now()), ([Some("a"), Some("b")], Some(&"b")));
    }

    #[test]
    fn an_earlier_first_day_and_an_earlier_end_are_something_new_and_later_ones_are_not() {
        let mut spans = begun("2018-10-01", "a");
        assert_eq!(
            ["2018-09-30", "2018-10-01", "2019-01-01"].map(|on| spans.is_so_since(day(on))),
            [false, true, true]
        );
        spans.begin(day("2018-06-01"), "a");
        assert_eq!(["2018-05-31", "2018-06-01"].map(|text| spans.on(day(text))), [None, Some(&"a")]);
        spans.end(day("2019-03-01"));
        assert!(!spans.is_so_since(day("2019-01-01")), "it is no longer so");
        assert_eq!(["2019-02-28", "2019-03-01"].map(|on| spans.lasts_after(day(on))), [true, false]);
        spans.end(day("2018-12-01"));
        assert_eq!(
            ["2018-11-30", "2018-12-01", "2019-01-01"].map(|text| spans.on(day(text))),
            [Some(&"a"), None, None]
        );
        assert_eq!(spans.last(), Some(&"a"));
    }

    #[test]
    fn what_ended_is_told_with_its_last_day_to_who_asks_of_a_day_before_it() {
        let mut spans = begun("2018-01-01", "a");
        spans.begin(day("2018-12-01"), "b");
        let ended = |on: &str| spans.ended_after(day(on)).collect::<Vec<_>>();
        assert_eq!(ended("2018-11-30"), [(day("2018-12-01"), &"a")]);
        assert!(ended("2018-12-01").is_empty(), "and what is still so did not end");
    }
}
