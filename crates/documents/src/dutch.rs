//! Values as they are printed in Dutch. Every form and every list of errata prints them through here, so that the same
//! value reads the same everywhere.

use chrono::{Datelike, NaiveDate};
use spoor_domain::action::event::{Block, BudgetPeriod, Competence, IndicatorValue, ListItem, Reference};
use spoor_domain::kernel::{self, Cents, DUTCH_MONTHS, HalfYear, Language};

/// What is still to come: a figure, an amount, a row. It is no zero.
pub const NOT_YET_DELIVERED: &str = "nog niet geleverd";

/// An amount: `1.606.641,63 euro`.
pub fn euro(amount: Cents) -> String {
    amount.printed(Language::Nl)
}

/// A number of hundredths: 150 is `1,50`.
pub fn hundredths(value: i64) -> String {
    kernel::hundredths(value, Language::Nl)
}

/// A whole number with a point between the thousands: `11.197`.
pub fn number(value: i64) -> String {
    kernel::whole(value, Language::Nl)
}

/// Full-time equivalents: 150 hundredths are `1,50 VTE`.
pub fn fte(in_hundredths: u32) -> String {
    format!("{} VTE", hundredths(in_hundredths.into()))
}

/// A day: `3 april 2018`.
pub fn day(day: NaiveDate) -> String {
    let month = DUTCH_MONTHS.get(day.month0() as usize).copied().unwrap_or_default();
    format!("{} {month} {}", day.day(), day.year())
}

/// A half-year: `tweede halfjaar 2018`.
pub fn half_year(half_year: HalfYear) -> String {
    let first = half_year.first_day();
    let half = if first.month() == 1 { "eerste" } else { "tweede" };
    format!("{half} halfjaar {}", first.year())
}

/// Yes or no.
pub fn yes(is: bool) -> String {
    if is { "ja" } else { "neen" }.to_owned()
}

/// Whether an action is paid from regular means; none where that is not yet delivered.
pub fn regular_means(is: Option<bool>) -> String {
    is.map_or_else(|| NOT_YET_DELIVERED.to_owned(), yes)
}

/// The value of an indicator. What is not a number never prints as one.
pub fn indicator_value(value: &IndicatorValue) -> String {
    match value {
        IndicatorValue::Exact(count) => number(*count),
        IndicatorValue::About(count) => format!("ongeveer {}", number(*count)),
        IndicatorValue::MoreThan(count) => format!("meer dan {}", number(*count)),
        IndicatorValue::Average { hundredths: mean } => format!("gemiddeld {}", hundredths(*mean)),
        IndicatorValue::NotRegistered { reason } => format!("niet geregistreerd ({reason})"),
        IndicatorValue::NotYetDelivered => NOT_YET_DELIVERED.to_owned(),
        IndicatorValue::Unknown => "niet bekend".to_owned(),
    }
}

/// Competences, as the head of a report row: `Integratie, Jeugd`.
pub fn competences(competences: &[Competence]) -> String {
    competences.iter().map(|found| found.code.as_str()).collect::<Vec<_>>().join(", ")
}

/// A period: as printed, and the days it was understood to cover.
pub fn period(period: &BudgetPeriod) -> String {
    let days = match (period.from, period.until) {
        (None, None) => return period.verbatim.clone(),
        (Some(from), None) => format!("vanaf {}", day(from)),
        (None, Some(until)) => format!("tot en met {}", day(until)),
        (Some(from), Some(until)) => format!("{} – {}", day(from), day(until)),
    };
    format!("{} ({days})", period.verbatim)
}

/// A reference: `actie 4.5, bevoegdheid Jeugd, editie 2018-H1`.
pub fn reference(reference: &Reference) -> String {
    let plan = reference.plan.map(|plan| format!("plan {plan}"));
    let action = reference.action.map(|number| format!("actie {number}"));
    let competence = reference.competence.as_ref().map(|code| format!("bevoegdheid {code}"));
    let edition = reference.edition.map(|half_year| format!("editie {half_year}"));
    [plan, action, competence, edition].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Report text as plain text: blocks are separated by an empty line, list items stand on a line of their own, indented
/// under the item they belong to.
pub fn text(blocks: &[Block]) -> String {
    blocks.iter().map(block).collect::<Vec<_>>().join("\n\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(text) | Block::Heading(text) => text.clone(),
        Block::List(items) => {
            let mut lines = Vec::new();
            list_lines(items, 0, &mut lines);
            lines.join("\n")
        }
        Block::Link { text, url } => format!("{text} <{url}>"),
    }
}

fn list_lines(items: &[ListItem], depth: usize, lines: &mut Vec<String>) {
    for item in items {
        lines.push(format!("{}- {}", "  ".repeat(depth), item.text));
        list_lines(&item.items, depth + 1, lines);
    }
}

#[cfg(test)]
mod tests {
    use spoor_domain::action::event::RowStanding;
    use spoor_domain::kernel::Label;

    use super::*;

    #[test]
    fn days_and_half_years_are_words() {
        assert_eq!(NaiveDate::from_ymd_opt(2018, 4, 3).map(day), Some("3 april 2018".to_owned()));
        assert_eq!("2019-H1".parse().map(half_year), Ok("eerste halfjaar 2019".to_owned()));
    }

    #[test]
    fn what_is_not_a_number_never_prints_as_one() {
        let unknown = [
            IndicatorValue::NotRegistered { reason: "geen bron".into() },
            IndicatorValue::NotYetDelivered,
            IndicatorValue::Unknown,
        ];
        for value in &unknown {
            assert!(!indicator_value(value).contains(|c: char| c.is_ascii_digit()));
        }
        assert_eq!(indicator_value(&IndicatorValue::Exact(0)), "0");
    }

    #[test]
    fn what_is_still_to_come_reads_the_same_as_a_figure_as_means_and_as_a_row() {
        let row = RowStanding::NotYetDelivered.label(Language::Nl);
        assert_eq!(row.to_lowercase(), indicator_value(&IndicatorValue::NotYetDelivered));
        assert_eq!(row.to_lowercase(), regular_means(None));
    }

    #[test]
    fn nested_lists_stay_nested_in_plain_text() {
        let leaf = |text: &str| ListItem { text: text.into(), items: Vec::new() };
        let list = Block::List(vec![ListItem { text: "a".into(), items: vec![leaf("b")] }, leaf("c")]);
        assert_eq!(text(&[Block::Paragraph("p".into()), list]), "p\n\n- a\n  - b\n- c");
    }
}
