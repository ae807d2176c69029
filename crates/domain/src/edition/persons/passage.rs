//! What is only found in a whole passage: what is written together, a report row with its headings and lists for
//! instance. A heading says what the numbers under it count.

use super::words::{PARTS, TRAJECTORY_PARTS};
use super::{
    Told, Word, is_figure, is_label, is_money_or_day, is_number_word, is_small, is_told_in_words, number, sentences,
    small_counts, trajectory_figures, words,
};
use crate::kernel::as_read;

/// Whether a text names learning trajectories or one of those between whom they go, also inside a word and with signs
/// between its letters. Wide: numbers beside it get a look, and may stand.
pub fn mentions_trajectories(text: &str) -> bool {
    let letters: String = as_read(text).to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
    TRAJECTORY_PARTS.iter().any(|part| letters.contains(part))
}

/// The sentences with a number in them, or a word for none or for a duo, in a text of a passage that mentions learning
/// trajectories. Those that are found as figures on them anyhow are left out; years, dates, amounts of money and labels are no
/// such numbers.
pub fn numbers_beside_trajectories(text: &str) -> Vec<Told> {
    let figures = trajectory_figures(text);
    let numbered = sentences(text).filter(|sentence| {
        let words = words(sentence);
        (0..words.len()).any(|at| is_loose_number(&words, at))
    });
    let told = numbered.map(|sentence| Told { quote: sentence.to_owned() });
    told.filter(|told| !figures.contains(told)).collect()
}

/// The sentences with a number in them and a word for persons or dossiers, in a text beside one that mentions learning
/// trajectories: `voor 48 personen` with an amount.
pub fn persons_beside_trajectories(text: &str) -> Vec<Told> {
    let mut numbered = numbers_beside_trajectories(text);
    numbered.retain(|told| words(&told.quote).iter().any(Word::is_person));
    numbered
}

/// Whether a heading or a paragraph says that what comes under it counts persons: it ends with their name, or names them and
/// is no whole sentence: `Deelnemers per provincie`, `Aantal deelnemers (2026):`.
pub fn announces_persons(text: &str) -> bool {
    let last = sentences(text).last().map(words).unwrap_or_default();
    if text.trim_end().ends_with(['.', '!', '?']) {
        return last.last().is_some_and(Word::is_person);
    }
    last.iter().any(Word::is_person)
}

/// The sentences with a number of one to four, under what announced persons: `Limburg: 3`. Those in which persons are named
/// are found as small counts anyhow.
pub fn small_numbers(text: &str) -> Vec<Told> {
    let small = sentences(text).filter(|sentence| {
        let words = words(sentence);
        (0..words.len()).any(|at| is_small(&words, at) && !is_money_or_day(&words, at))
    });
    small
        .filter(|sentence| small_counts(sentence).is_empty())
        .map(|sentence| Told { quote: sentence.to_owned() })
        .collect()
}

/// The sentences in which a number of one to four is told of something, in running text under what announced persons:
/// `Genk: 3`.
pub fn small_numbers_told(text: &str) -> Vec<Told> {
    let mut told = small_numbers(text);
    told.retain(|told| {
        let words = words(&told.quote);
        (1..words.len()).any(|at| is_small(&words, at) && words[at - 1].seen.ends_with([':', '=']))
    });
    told
}

/// Whether the word here holds a number of any kind, told in words also, that is no year, date, amount of money or label.
fn is_loose_number(words: &[Word<'_>], at: usize) -> bool {
    let plain = words[at].plain();
    if is_label(words, at) || is_money(words, at) || is_year_or_date(plain) || is_action_number(plain) {
        return false;
    }
    let numeric = plain.chars().any(char::is_numeric);
    let in_words = is_number_word(plain) || PARTS.contains(&plain) || is_told_in_words(words, at);
    numeric || in_words || is_figure(words, at) || number(words, at).is_some()
}

/// Whether the number here is of euros, thousands of them included, or of a day in a month.
fn is_money(words: &[Word<'_>], at: usize) -> bool {
    let thousands = words.get(at + 1).is_some_and(|next| ["miljoen", "miljard", "duizend"].contains(&next.plain()));
    let before = at.checked_sub(1).is_some_and(|before| words[before].plain() == "eur");
    let after = words.get(at + 1).is_some_and(|next| next.plain() == "eur");
    is_money_or_day(words, at) || before || after || (thousands && is_money_or_day(words, at + 1))
}

/// `2018`, `2017-2018`, `3/5/2016`: numbers with signs between them, the last of them a year.
fn is_year_or_date(word: &str) -> bool {
    let numbers: Option<Vec<u64>> = word.split(['/', '-', '.', '–']).map(|part| part.parse().ok()).collect();
    let is_year = |number: &u64| (1900..2100).contains(number);
    numbers.is_some_and(|numbers| match numbers.as_slice() {
        [day, month, year] => (1..=31).contains(day) && (1..=12).contains(month) && is_year(year),
        years => years.iter().all(is_year),
    })
}

/// `5.8`: the number of an action.
fn is_action_number(word: &str) -> bool {
    let short = |part: &str| (1..=2).contains(&part.len()) && part.chars().all(|sign| sign.is_ascii_digit());
    word.split_once('.').is_some_and(|(chapter, own)| short(chapter) && short(own))
}
