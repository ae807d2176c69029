//! Finds in Dutch text what needs a second look before it is printed: small numbers of persons, and figures on learning
//! trajectories. Pure, and deliberately wide: what is found needlessly costs somebody a look, what is missed is printed.
//!
//! Texts are looked at as they read, whatever signs they are written with; what is found is quoted as it stands.
//!
//! What it does not see: numbers told by words such as `enkele` or `een paar`, `een` where nothing says that it counts,
//! numbers in another language or in signs that are no digits, and letters of another script that look like ours.

mod passage;
mod words;

use crate::kernel::{DUTCH_MONTHS, as_read};
pub use passage::{announces_persons, mentions_trajectories, numbers_beside_trajectories, small_numbers};
use words::{
    AFTER_COUNT, COUNTING, EXACTLY, LABELS, NUMBER_ENDINGS, NUMBERS, OF_THEM, PARTICLES, PERSON_ENDINGS, PERSONS,
    PREPOSITIONS, ROMAN, SENT_ON, TRAJECTORIES,
};

/// Words of a text with a number in them, as they stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The words around the number.
    pub quote: String,
}

/// Words before numbers with strokes among which a person is looked for.
const WORDS_BEHIND: usize = 3;

/// Words after a number among which a person is looked for: `2 extra aan te trekken consulenten` has five.
const WORDS_AHEAD: usize = 5;

/// Whether what this label or unit counts are persons: `aangeworven consulenten` does, `focusgroepen met jongeren` counts
/// groups.
pub fn counts_persons(label: &str) -> bool {
    let words = words(label);
    let counted = (0..words.len()).take_while(|at| !turns_away(&words, *at));
    counted.into_iter().any(|at| words[at].is_person())
}

/// Whether a text is about learning trajectories: it names them, or those between whom they go, or one of those and somebody
/// who is sent on. `trajecten` alone are those of others as well.
pub fn counts_trajectories(text: &str) -> bool {
    let words = words(text);
    let has = |is: &dyn Fn(&str) -> bool| words.iter().any(|word| is(word.plain()));
    let (museum, parket) = (has(&|word| word.contains("dossin")), has(&|word| word.starts_with("parket")));
    let sent_on = || has(&|word| TRAJECTORIES.contains(&word) || SENT_ON.iter().any(|part| word.contains(part)));
    has(&|word| word.contains("leertraject")) || (museum && parket) || ((museum || parket) && sent_on())
}

/// The places where a text counts one to four persons.
pub fn small_counts(text: &str) -> Vec<Told> {
    let mut found = Vec::new();
    for sentence in sentences(text) {
        let words = words(sentence);
        for at in 0..words.len() {
            if words[at].is_glued_to_persons() {
                found.push(quote(&words, at, at));
            }
            if !is_small(&words, at) {
                continue;
            }
            if let Some(person) = person_after(&words, at) {
                found.push(quote(&words, at, person));
            } else if at > 0 && (words[at - 1].announces(&words[at]) || is_counted_by(&words, at)) {
                found.push(quote(&words, at - 1, at));
            } else if let Some(them) = them_counted(&words, at) {
                found.push(quote(&words, them.min(at), them.max(at)));
            }
        }
        found.extend(divided(&words));
    }
    found
}

/// Whether the word here is a number of one to four, and no label.
fn is_small(words: &[Word<'_>], at: usize) -> bool {
    number(words, at).is_some_and(|number| (1..=4).contains(&number)) && !is_label(words, at)
}

/// Whether a group is said to count this many, and nothing follows that would be counted: `de groep telde vier`, `het bleef
/// er maar een.`
fn is_counted_by(words: &[Word<'_>], at: usize) -> bool {
    let before = previous(words, at);
    ends_clause(words, at) && before.is_some_and(|before| COUNTING.contains(&before) || EXACTLY.contains(&before))
}

/// Where those are named that a number counts without saying what they are: `er bleven er drie over`, `twee daarvan`, `van
/// hen haakte 1 af`.
fn them_counted(words: &[Word<'_>], at: usize) -> Option<usize> {
    let next = words.get(at + 1).map_or("", Word::plain);
    if OF_THEM.contains(&next) && next != "er" {
        return Some(at + 1);
    }
    let clause = (0..at).rev().take_while(|before| !ends_clause(words, *before));
    let them = clause.into_iter().find(|before| OF_THEM.contains(&words[*before].plain()))?;
    let counts_here = (them + 1..at).all(|between| EXACTLY.contains(&words[between].plain()));
    let nothing_follows = ends_clause(words, at) || PARTICLES.contains(&next);
    let of_place = previous(words, at).is_some_and(|before| PREPOSITIONS.contains(&before) && before != "tot");
    (!of_place && (nothing_follows || (counts_here && AFTER_COUNT.contains(&next)))).then_some(them)
}

fn ends_clause(words: &[Word<'_>], at: usize) -> bool {
    at + 1 == words.len() || words[at].seen.ends_with(['.', ',', ';', ':', ')', '!', '?'])
}

/// Persons divided over kinds, with few of one: `deelnemers (m/v): 3/1`, `12/2 leerlingen`. `1/3 van` is a fraction.
fn divided(words: &[Word<'_>]) -> Vec<Told> {
    let mut found = Vec::new();
    for at in 0..words.len() {
        let fraction = words.get(at + 1).is_some_and(|next| next.plain() == "van");
        if fraction || !has_small_part(words[at].plain()) || is_label(words, at) {
            continue;
        }
        let behind = (at.saturating_sub(WORDS_BEHIND)..at).rev().take_while(|before| !turns_away(words, *before));
        let before = behind.into_iter().find(|before| words[*before].is_person());
        if let Some(person) = before.or_else(|| person_after(words, at)) {
            found.push(quote(words, person.min(at), person.max(at)));
        }
    }
    found
}

/// Whether this is numbers with strokes between them, one of them small, and no date.
fn has_small_part(word: &str) -> bool {
    let parts: Option<Vec<u64>> = word.split('/').map(|part| part.parse().ok()).collect();
    let small =
        |parts: &[u64]| parts.iter().any(|part| (1..=4).contains(part)) && parts.iter().all(|part| *part < 1900);
    parts.is_some_and(|parts| parts.len() > 1 && small(&parts))
}

/// The places where a text gives a number in one breath with learning trajectories; years, dates, amounts of money and
/// numbers of actions are none.
pub fn trajectory_figures(text: &str) -> Vec<Told> {
    let mut found = Vec::new();
    let mut just_spoken_of = false;
    for sentence in sentences(text) {
        let words = words(sentence);
        let of_them = words.iter().any(|word| ["er", "ervan", "daarvan", "hiervan", "waarvan"].contains(&word.plain()));
        let speaks_of = counts_trajectories(sentence);
        if (speaks_of || (just_spoken_of && of_them)) && (0..words.len()).any(|at| is_figure(&words, at)) {
            found.push(Told { quote: sentence.to_owned() });
        }
        just_spoken_of = speaks_of || (just_spoken_of && of_them);
    }
    found
}

/// A word as it stands, as it reads, and without the signs around it.
struct Word<'a> {
    raw: &'a str,
    seen: String,
    plain: String,
}

impl Word<'_> {
    fn plain(&self) -> &str {
        &self.plain
    }

    fn is_person(&self) -> bool {
        let plain = self.plain();
        !plain.contains("leertraject")
            && (PERSONS.contains(&plain) || PERSON_ENDINGS.iter().any(|ending| plain.ends_with(ending)))
    }

    /// The number of a Roman numeral. It is also how kings, titles of laws and a policy domain are called.
    fn roman(&self) -> Option<u64> {
        let bare = self.seen.trim_matches(|sign: char| !sign.is_alphanumeric());
        ROMAN.iter().position(|numeral| *numeral == bare).and_then(|place| u64::try_from(place + 1).ok())
    }

    /// The whole number this word is, whatever stands around it.
    fn number(&self) -> Option<u64> {
        let plain = self.plain.strip_suffix("-tal").unwrap_or(&self.plain);
        if let Ok(number) = plain.parse() {
            return Some(number);
        }
        match plain {
            "één" | "eén" | "éen" => Some(1),
            "twee" | "tweetal" | "beide" => Some(2),
            "drie" | "drietal" => Some(3),
            "vier" | "viertal" => Some(4),
            _larger_or_none => self.roman(),
        }
    }

    /// Whether this is a small number and persons in one, as where a space was lost: `3jongeren`.
    fn is_glued_to_persons(&self) -> bool {
        let rest = self.plain.trim_start_matches(|sign: char| sign.is_ascii_digit());
        let small =
            self.plain[..self.plain.len() - rest.len()].parse().is_ok_and(|number: u64| (1..=4).contains(&number));
        small && PERSON_ENDINGS.iter().any(|ending| rest.ends_with(ending)) && !rest.starts_with('-')
    }

    /// Whether this names persons and the next word tells their number: `deelnemers: 3`, `jongeren (2)`.
    fn announces(&self, next: &Word<'_>) -> bool {
        self.is_person() && (self.seen.ends_with([':', '=']) || next.seen.starts_with(['(', '=', ':']))
    }
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut ends = Vec::new();
    let signs: Vec<(usize, char)> = text.char_indices().collect();
    for (n, (at, sign)) in signs.iter().enumerate() {
        let before_space = signs.get(n + 1).is_none_or(|(_, next)| next.is_whitespace());
        if *sign == '\n' || (matches!(sign, '.' | '!' | '?' | ';') && before_space) {
            ends.push(at + sign.len_utf8());
        }
    }
    ends.push(text.len());
    let starts = std::iter::once(0).chain(ends.clone());
    starts.zip(ends).map(|(from, until)| text[from..until].trim()).filter(|sentence| !sentence.is_empty())
}

fn words(sentence: &str) -> Vec<Word<'_>> {
    let word = |raw| {
        let seen = as_read(raw);
        let plain = seen.trim_matches(|sign: char| !sign.is_alphanumeric()).to_lowercase();
        Word { raw, seen, plain }
    };
    sentence.split_whitespace().map(word).collect()
}

/// The whole number the word here is; `een` only where something says that it counts.
fn number(words: &[Word<'_>], at: usize) -> Option<u64> {
    let next = words.get(at + 1).map(Word::plain);
    let counts = || {
        previous(words, at).is_some_and(|before| EXACTLY.contains(&before))
            || next.is_some_and(|next| OF_THEM.contains(&next) && next != "er")
            || (next == Some("van") && words.get(at + 2).is_some_and(|of| of.plain() == "hen"))
    };
    words[at].number().or_else(|| (words[at].plain() == "een" && counts()).then_some(1))
}

fn previous<'a>(words: &'a [Word<'_>], at: usize) -> Option<&'a str> {
    at.checked_sub(1).map(|before| words[before].plain())
}

fn is_label(words: &[Word<'_>], at: usize) -> bool {
    previous(words, at).is_some_and(|before| LABELS.contains(&before))
}

/// Whether the words from here on say something about what is counted, and are no longer that.
fn turns_away(words: &[Word<'_>], at: usize) -> bool {
    let next = words.get(at + 1).map(Word::plain);
    PREPOSITIONS.contains(&words[at].plain()) && next != Some("te")
}

/// Where the persons stand that the number here counts. `2 van de 14 jongeren` counts some of them.
fn person_after(words: &[Word<'_>], at: usize) -> Option<usize> {
    let ahead = at + 1..words.len().min(at + 1 + WORDS_AHEAD);
    let counted = ahead.take_while(|next| !turns_away(words, *next));
    counted.into_iter().find(|next| words[*next].is_person())
}

fn quote(words: &[Word<'_>], from: usize, until: usize) -> Told {
    Told { quote: words[from..=until].iter().map(|word| word.raw).collect::<Vec<_>>().join(" ") }
}

/// Whether the word here is a number that counts something.
fn is_figure(words: &[Word<'_>], at: usize) -> bool {
    let word = &words[at];
    if is_label(words, at) {
        return false;
    }
    if is_money_or_day(words, at) || word.roman().is_some() {
        return false;
    }
    match number(words, at) {
        Some(number) => !(1900..2100).contains(&number),
        None => is_number_word(word.plain()) || is_written_number(word.plain()),
    }
}

/// Whether the number here is of euros, or of a day in a month.
fn is_money_or_day(words: &[Word<'_>], at: usize) -> bool {
    let next = words.get(at + 1).map_or("", Word::plain);
    let signed =
        words[at].seen.contains('€') || at.checked_sub(1).is_some_and(|before| words[before].seen.ends_with('€'));
    signed || next.starts_with("euro") || DUTCH_MONTHS.contains(&next)
}

/// Numbers above four in words.
fn is_number_word(word: &str) -> bool {
    NUMBERS.contains(&word) || NUMBER_ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// `1.500`, `12,5`, `48%`: a number with signs in it, but no number of an action (`5.8`) and no date (`3/5/2016`).
fn is_written_number(word: &str) -> bool {
    let digits = word.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '.' | ',' | '%'));
    let thousands = || word.split('.').skip(1).all(|group| group.len() == 3);
    digits && word.starts_with(|sign: char| sign.is_ascii_digit()) && (!word.contains('.') || thousands())
}
