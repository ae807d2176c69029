//! A span of years or days, as operators write it: `10 years`, `90 days`.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// How long something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Term {
    /// Whole years.
    Years(u32),
    /// Days.
    Days(u32),
}

/// The text is not a term.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a term: write it like `10 years` or `90 days`")]
pub struct NoTerm(String);

impl Term {
    /// The day on which the term that began on this day is over.
    pub fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Term::Years(years) => day.checked_add_months(Months::new(years.checked_mul(12)?)),
            Term::Days(days) => day.checked_add_days(Days::new(days.into())),
        }
    }

    /// The last day of which the term is over on this day.
    pub fn over_since(self, today: NaiveDate) -> Option<NaiveDate> {
        let back = match self {
            Term::Years(years) => today.checked_sub_months(Months::new(years.checked_mul(12)?)),
            Term::Days(days) => today.checked_sub_days(Days::new(days.into())),
        }?;
        // A year after 29 February is 28 February, so the day after may be over as well.
        let next = back.succ_opt()?;
        Some(if self.after(next)? <= today { next } else { back })
    }
}

impl FromStr for Term {
    type Err = NoTerm;

    fn from_str(text: &str) -> Result<Self, NoTerm> {
        let no_term = || NoTerm(text.to_owned());
        let (number, unit) = text.trim().split_once(' ').ok_or_else(no_term)?;
        let number = number.parse().map_err(|_| no_term())?;
        match unit.trim() {
            "year" | "years" => Ok(Self::Years(number)),
            "day" | "days" => Ok(Self::Days(number)),
            _unknown => Err(no_term()),
        }
    }
}

impl TryFrom<String> for Term {
    type Error = NoTerm;

    fn try_from(text: String) -> Result<Self, NoTerm> {
        text.parse()
    }
}

impl From<Term> for String {
    fn from(term: Term) -> Self {
        term.to_string()
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Term::Years(years) => write!(f, "{years} years"),
            Term::Days(days) => write!(f, "{days} days"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_term_is_read_as_it_is_written() {
        for text in ["10 years", "90 days"] {
            assert_eq!(text.parse::<Term>().unwrap().to_string(), text);
        }
        for wrong in ["", "10", "years", "ten years", "10 months", "-1 days"] {
            assert!(wrong.parse::<Term>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_term_is_over_on_the_same_days_from_both_ends() {
        for (term, today) in
            [(Term::Years(1), "2025-02-28"), (Term::Years(10), "2026-11-22"), (Term::Days(90), "2026-03-01")]
        {
            let today = day(today);
            let over = term.over_since(today).unwrap();
            assert!(term.after(over).unwrap() <= today);
            assert!(term.after(over.succ_opt().unwrap()).unwrap() > today);
        }
        assert_eq!(Term::Years(1).over_since(day("2025-02-28")), Some(day("2024-02-29")));
    }
}
