//! What lasts: from which days on something was so, and from which it no longer was. Pure.

use std::collections::BTreeMap;
use std::ops::Bound;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a day brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Turn<T> {
    /// It was so from this day on.
    Begun(T),
    /// It was no longer so from this day on.
    Ended,
}

impl<T> Turn<T> {
    fn what(&self) -> Option<&T> {
        match self {
            Self::Begun(what) => Some(what),
            Self::Ended => None,
        }
    }
}

/// Everything that was so of one thing, by day. What is said of a day holds until the next day of which something else is
/// said, whichever of them was recorded first; of one day holds what was recorded last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Spans<T>(BTreeMap<NaiveDate, Turn<T>>);

impl<T> Spans<T> {
    /// It is so from this day on; what was so until then ends. Where the same began on the next day of which something is said,
    /// that is this beginning, which is known from an earlier day now: it ends together with it.
    pub fn begin(&mut self, since: NaiveDate, what: T)
    where
        T: PartialEq,
    {
        let other = self.other_after(since, &what);
        self.0.retain(|on, _| *on <= since || other.is_some_and(|other| *on >= other));
        self.0.insert(since, Turn::Begun(what));
    }

    /// It is no longer so from this day on, unless it begins again on a later one. What ends before it first began never was:
    /// nobody can say so any more, but older events may.
    pub fn end(&mut self, on: NaiveDate) {
        if self.0.first_key_value().is_some_and(|(first, _)| on < *first) {
            self.0.clear();
        } else {
            self.0.insert(on, Turn::Ended);
        }
    }

    /// What is so, by all that is recorded.
    pub fn now(&self) -> Option<&T> {
        self.0.last_key_value()?.1.what()
    }

    /// What was so at the end of this day.
    pub fn on(&self, day: NaiveDate) -> Option<&T> {
        self.0.range(..=day).next_back()?.1.what()
    }

    /// What was so on the first day of all.
    pub fn first(&self) -> Option<&T> {
        self.0.values().find_map(Turn::what)
    }

    /// The next day after this one on which it began, or was so otherwise than before.
    pub fn begins_after(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.after(day).find(|(_, turn)| turn.what().is_some()).map(|(on, _)| on)
    }

    /// The next day after this one on which it was otherwise than on this one.
    pub fn otherwise_after(&self, day: NaiveDate) -> Option<NaiveDate>
    where
        T: PartialEq,
    {
        self.differs_after(day, self.on(day))
    }

    /// The next day after this one on which it was otherwise than this: what begins on the one holds until the other.
    pub fn other_after(&self, day: NaiveDate, what: &T) -> Option<NaiveDate>
    where
        T: PartialEq,
    {
        self.differs_after(day, Some(what))
    }

    /// What was so on any day from the first one up to the other, which does not count (for ever, when absent), each with the
    /// day on which it no longer was, where it ended.
    pub fn during(&self, since: NaiveDate, until: Option<NaiveDate>) -> impl Iterator<Item = (&T, Option<NaiveDate>)> {
        let ends = self.0.keys().skip(1).map(|end| Some(*end)).chain([None]);
        let all = self.0.iter().zip(ends).filter_map(|((begin, turn), end)| Some((*begin, turn.what()?, end)));
        let within = all.filter(move |(begin, _, end)| {
            until.is_none_or(|until| *begin < until) && end.is_none_or(|end| since < end)
        });
        within.map(|(_, what, end)| (what, end))
    }

    /// Whether something is said of this very day.
    pub fn turns_on(&self, day: NaiveDate) -> bool {
        self.0.contains_key(&day)
    }

    fn differs_after(&self, day: NaiveDate, what: Option<&T>) -> Option<NaiveDate>
    where
        T: PartialEq,
    {
        self.after(day).find(|(_, turn)| turn.what() != what).map(|(on, _)| on)
    }

    fn after(&self, day: NaiveDate) -> impl Iterator<Item = (NaiveDate, &Turn<T>)> {
        self.0.range((Bound::Excluded(day), Bound::Unbounded)).map(|(on, turn)| (*on, turn))
    }
}

impl<T> Default for Spans<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
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
        assert_eq!((spans.during(day("2019-01-01"), None).count(), spans.now()), (0, None));
    }

    #[test]
    fn what_takes_the_place_of_another_ends_it() {
        let mut spans = begun("2018-10-01", "a");
        spans.begin(day("2019-03-01"), "b");
        let on = |text| spans.on(day(text)).copied();
        assert_eq!((["2019-02-28", "2019-03-01"].map(on), spans.now()), ([Some("a"), Some("b")], Some(&"b")));
    }

    #[test]
    fn an_earlier_first_day_and_an_earlier_end_hold_from_that_day() {
        let mut spans = begun("2018-10-01", "a");
        spans.begin(day("2018-06-01"), "a");
        assert_eq!(["2018-05-31", "2018-06-01"].map(|text| spans.on(day(text))), [None, Some(&"a")]);
        spans.end(day("2019-03-01"));
        spans.end(day("2018-12-01"));
        assert_eq!(
            ["2018-11-30", "2018-12-01", "2019-01-01", "2019-03-01"].map(|text| spans.on(day(text))),
            [Some(&"a"), None, None, None]
        );
    }

    #[test]
    fn what_began_again_stays_so_when_an_earlier_end_is_recorded_later() {
        let mut spans = begun("2018-01-01", "a");
        spans.end(day("2019-06-01"));
        spans.begin(day("2020-01-15"), "b");
        spans.end(day("2019-03-01"));
        let on = |text| spans.on(day(text)).copied();
        let told = ["2019-02-28", "2019-03-01", "2019-12-31", "2020-01-15", "2020-06-30"].map(on);
        assert_eq!(told, [Some("a"), None, None, Some("b"), Some("b")]);
        assert_eq!(spans.now(), Some(&"b"));
    }

    #[test]
    fn what_is_said_of_an_earlier_day_holds_until_the_later_one_of_which_something_was_said_before() {
        let mut spans = begun("2018-10-01", "first");
        spans.begin(day("2020-01-15"), "a");
        spans.begin(day("2019-02-01"), "b");
        let on = |text| spans.on(day(text)).copied();
        let told = ["2019-01-31", "2019-02-01", "2020-01-14", "2020-01-15"].map(on);
        assert_eq!(told, [Some("first"), Some("b"), Some("b"), Some("a")]);
        assert_eq!((spans.now(), spans.first()), (Some(&"a"), Some(&"first")));
    }

    #[test]
    fn the_next_days_on_which_it_begins_or_is_otherwise_are_found() {
        let mut spans = begun("2018-10-01", "a");
        spans.begin(day("2018-12-01"), "a");
        spans.end(day("2019-03-01"));
        spans.begin(day("2020-01-15"), "b");
        let begins = |text| spans.begins_after(day(text));
        assert_eq!(begins("2018-09-01"), Some(day("2018-10-01")));
        assert_eq!((begins("2019-03-01"), begins("2020-01-15")), (Some(day("2020-01-15")), None));
        let otherwise = |text| spans.otherwise_after(day(text));
        assert_eq!(otherwise("2018-10-01"), Some(day("2019-03-01")), "the same from a later day is not otherwise");
        assert_eq!((otherwise("2019-03-01"), otherwise("2020-01-15")), (Some(day("2020-01-15")), None));
    }

    #[test]
    fn a_beginning_from_an_earlier_day_takes_the_place_of_the_same_one_and_of_no_other() {
        let mut spans = begun("2020-01-15", "a");
        spans.begin(day("2019-01-15"), "a");
        assert_eq!((spans.turns_on(day("2019-01-15")), spans.turns_on(day("2020-01-15"))), (true, false));
        spans.end(day("2019-12-31"));
        let on = |text| spans.on(day(text)).copied();
        let told = ["2019-01-14", "2019-01-15", "2019-12-31", "2020-06-30"].map(on);
        assert_eq!((told, spans.now()), ([None, Some("a"), None, None], None));

        let mut again = begun("2018-01-01", "a");
        again.end(day("2018-06-01"));
        again.begin(day("2018-11-15"), "a");
        again.begin(day("2017-09-01"), "a");
        let on = |text| again.on(day(text)).copied();
        let told = ["2017-09-01", "2018-06-01", "2018-11-15"].map(on);
        assert_eq!(told, [Some("a"), None, Some("a")], "what ended and began again did so");
    }

    #[test]
    fn what_was_so_on_some_days_is_told_with_the_day_on_which_it_ended() {
        let mut spans = begun("2018-01-01", "a");
        spans.begin(day("2018-12-01"), "b");
        let during = |since: &str, until: Option<&str>| {
            spans.during(day(since), until.map(day)).map(|(what, end)| (*what, end)).collect::<Vec<_>>()
        };
        let end = Some(day("2018-12-01"));
        assert_eq!(during("2018-11-30", None), [("a", end), ("b", None)]);
        assert_eq!(during("2017-01-01", Some("2018-12-01")), [("a", end)], "the last day does not count");
        assert_eq!(during("2018-12-01", None), [("b", None)]);
        assert!(during("2017-01-01", Some("2018-01-01")).is_empty());
        assert_eq!(spans.other_after(day("2018-06-01"), &"b"), None);
        assert_eq!(spans.other_after(day("2018-06-01"), &"a"), Some(day("2018-12-01")));
    }
}
