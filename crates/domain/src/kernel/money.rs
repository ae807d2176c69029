//! Money in whole euro cents; never a floating point number.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::labels::Language;

/// An amount in euro cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Cents(pub i64);

impl std::iter::Sum for Cents {
    fn sum<I: Iterator<Item = Cents>>(amounts: I) -> Cents {
        amounts.fold(Cents(0), std::ops::Add::add)
    }
}

/// A sum beyond what can be counted stays at the most: a view that tells of it goes on.
impl std::ops::Add for Cents {
    type Output = Cents;
    fn add(self, other: Cents) -> Cents {
        Cents(self.0.saturating_add(other.0))
    }
}

impl Cents {
    /// The most that is one amount: a hundred billion euro. What is kept as JSON is exact up to 2^53 - 1.
    pub const MOST: Cents = Cents(10_000_000_000_000);

    /// The amount in words people read: `1.606.641,63 euro`, or `EUR 1,606,641.63`.
    pub fn printed(self, language: Language) -> String {
        match language {
            Language::Nl => format!("{} euro", hundredths(self.0, language)),
            Language::En => format!("EUR {}", hundredths(self.0, language)),
        }
    }
}

/// A number of hundredths as people read it: 160664163 is `1.606.641,63`, or `1,606,641.63`.
pub fn hundredths(value: i64, language: Language) -> String {
    let (thousands, decimals) = signs(language);
    let cents = value.unsigned_abs() % 100;
    format!("{}{}{decimals}{cents:02}", minus(value), grouped(value.unsigned_abs() / 100, thousands))
}

/// A whole number as people read it: `11.197`, or `11,197`.
pub fn whole(value: i64, language: Language) -> String {
    format!("{}{}", minus(value), grouped(value.unsigned_abs(), signs(language).0))
}

fn minus(value: i64) -> &'static str {
    if value < 0 { "-" } else { "" }
}

/// What stands between thousands, and before decimals.
fn signs(language: Language) -> (char, char) {
    match language {
        Language::Nl => ('.', ','),
        Language::En => (',', '.'),
    }
}

fn grouped(value: u64, between: char) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(between);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_reads_as_people_write_it_in_both_languages() {
        let printed = |cents| (Cents(cents).printed(Language::Nl), Cents(cents).printed(Language::En));
        assert_eq!(printed(160_664_163), ("1.606.641,63 euro".into(), "EUR 1,606,641.63".into()));
        assert_eq!(printed(-5), ("-0,05 euro".into(), "EUR -0.05".into()));
        assert_eq!(printed(i64::MIN).0, "-92.233.720.368.547.758,08 euro");
        assert_eq!([whole(999, Language::Nl), whole(-11_197, Language::En)], ["999", "-11,197"]);
    }

    #[test]
    fn a_sum_beyond_what_can_be_counted_stays_at_the_most() {
        assert_eq!(Cents(i64::MAX) + Cents(1), Cents(i64::MAX));
        assert_eq!([Cents(i64::MAX), Cents(i64::MAX), Cents(5)].into_iter().sum::<Cents>(), Cents(i64::MAX));
        assert_eq!([Cents(3), Cents(4)].into_iter().sum::<Cents>(), Cents(7));
    }
}
