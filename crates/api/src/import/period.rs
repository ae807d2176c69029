//! What a printed period means, as far as it says so itself.

use chrono::NaiveDate;
use spoor_domain::action::figures::BudgetPeriod;
use spoor_domain::action::vocabulary::PeriodKind;
use spoor_domain::kernel::DUTCH_MONTHS;

/// The period as printed, with its days where they follow from the print: a year, a school year (1 September to
/// 31 August), two days, a last day. `eerste periode` is a project period without known days. Nothing else is guessed.
pub(super) fn budget_period(verbatim: &str) -> BudgetPeriod {
    let (kind, from, until) = read(verbatim).unwrap_or((PeriodKind::Unclear, None, None));
    BudgetPeriod { verbatim: verbatim.to_owned(), from, until, kind }
}

type Read = (PeriodKind, Option<NaiveDate>, Option<NaiveDate>);

fn read(verbatim: &str) -> Option<Read> {
    if verbatim == "jaarlijks" {
        return Some((PeriodKind::Yearly, None, None));
    }
    if verbatim.ends_with(" periode") {
        return Some((PeriodKind::ProjectPeriod, None, None));
    }
    if let Some(years) = verbatim.strip_prefix("schooljaar ") {
        let (first, second) = years.split_once('-')?;
        let (first, second) = (year(first)?, year(second)?);
        let (from, until) = (NaiveDate::from_ymd_opt(first, 9, 1), NaiveDate::from_ymd_opt(second, 8, 31));
        return (second == first + 1).then_some((PeriodKind::SchoolYear, from, until));
    }
    if let Some(last) = verbatim.strip_prefix("tot ") {
        let until = NaiveDate::parse_from_str(last, "%d/%m/%Y").ok()?;
        return Some((PeriodKind::ProjectPeriod, None, Some(until)));
    }
    if let Some((from, until)) = verbatim.split_once(" – ") {
        return Some((PeriodKind::ProjectPeriod, Some(written_day(from)?), Some(written_day(until)?)));
    }
    let year = year(verbatim)?;
    let (from, until) = (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31));
    Some((PeriodKind::CalendarYear, from, until))
}

fn year(digits: &str) -> Option<i32> {
    (digits.len() == 4).then(|| digits.parse().ok()).flatten()
}

/// A day such as `15 januari 2017`.
fn written_day(text: &str) -> Option<NaiveDate> {
    let [day, month, digits] = text.split(' ').collect::<Vec<_>>()[..] else { return None };
    let month = DUTCH_MONTHS.iter().position(|name| *name == month)?;
    NaiveDate::from_ymd_opt(year(digits)?, u32::try_from(month).ok()? + 1, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(verbatim: &str) -> (PeriodKind, String) {
        let period = budget_period(verbatim);
        let day = |day: Option<NaiveDate>| day.map_or("?".to_owned(), |day| day.to_string());
        (period.kind, format!("{}/{}", day(period.from), day(period.until)))
    }

    #[test]
    fn a_printed_period_is_read_as_far_as_it_says() {
        let expected = [
            ("2018", PeriodKind::CalendarYear, "2018-01-01/2018-12-31"),
            ("schooljaar 2016-2017", PeriodKind::SchoolYear, "2016-09-01/2017-08-31"),
            ("15 januari 2017 – 12 januari 2020", PeriodKind::ProjectPeriod, "2017-01-15/2020-01-12"),
            ("tot 31/12/2018", PeriodKind::ProjectPeriod, "?/2018-12-31"),
            ("derde periode", PeriodKind::ProjectPeriod, "?/?"),
            ("jaarlijks", PeriodKind::Yearly, "?/?"),
            ("schooljaar 2016-2018", PeriodKind::Unclear, "?/?"),
            ("voorjaar", PeriodKind::Unclear, "?/?"),
            ("1 brumaire 1799 – 2 januari 1800", PeriodKind::Unclear, "?/?"),
        ];
        for (verbatim, kind, printed) in expected {
            assert_eq!(days(verbatim), (kind, printed.to_owned()), "{verbatim}");
        }
    }
}
