//! Finds in Dutch text what needs a second look before it is printed: small numbers of persons, and figures on learning
//! trajectories. Pure, and deliberately wide: what is found needlessly costs somebody a look, what is missed is printed.
//!
//! Texts are looked at as they read, whatever signs they are written with; what is found is quoted as it stands.
//!
//! That there was none (`nul`, `geen`, `niemand`, `noch`) counts where it is told of learning trajectories: a 0 of theirs may
//! be a rounded one, and words would make it a certain one. Such words also stand in sentences that count nothing (`niemand
//! wordt verplicht`), and so does `duo` for two persons (`werken in duo`): told in them alone, it is no figure for good. A `duo`
//! that is counted (`een duo volgde`) is a small number of persons.
//!
//! What it does not see: numbers told by words such as `enkele` or `een paar`, `een` where nothing says that it counts,
//! numbers in another language or in signs that are no digits, and letters of another script that look like ours.

mod passage;
mod words;

use crate::kernel::{DUTCH_MONTHS, as_read};
pub use passage::{
    announces_persons, mentions_trajectories, numbers_beside_trajectories, persons_beside_trajectories, small_numbers,
    small_numbers_told,
};
use words::{
    AFTER_COUNT, COUNTING, DONE, EXACTLY, FRACTION_ENDINGS, GROUPS, HALVES_OF_TIME, JOINING, KINDS_OF_PERSON, LABELS,
    NO_PERSONS, NUMBER_ENDINGS, NUMBERS, OF_AGE, OF_SOMETHING_ELSE, OF_THEM, PARTICLES, PARTS, PERSON_ENDINGS, PERSONS,
    PREPOSITIONS, ROMAN, SENT_ON, SMALL_NUMBERS, STEPS, TAKING_PART, TRAJECTORIES,
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

/// Words after `geen` among which is looked for what there was none of, those that join them left out: `geen nieuwe, lopende
/// of afgeronde leertrajecten` has four.
const WORDS_OF_NONE: usize = 4;

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
            } else if let Some(person) = counted_before(&words, at) {
                found.push(quote(&words, person, at));
            } else if at > 0 && is_counted_by(&words, at) {
                found.push(quote(&words, at - 1, at));
            } else if let Some(them) = them_counted(&words, at) {
                found.push(quote(&words, them.min(at), them.max(at)));
            } else if is_group(&words, at) {
                found.push(quote(&words, at - 1, at));
            }
        }
        found.extend(divided(&words));
    }
    found
}

/// Whether the word here is a number of one to four, and no label, or a few persons in one word.
fn is_small(words: &[Word<'_>], at: usize) -> bool {
    let small = number(words, at).is_some_and(|number| (1..=4).contains(&number)) && !is_label(words, at);
    small || is_group(words, at)
}

/// Whether the `duo`, `trio` or `koppel` here are persons: `een duo volgde de sessie`, `deelnemers: trio`, `exact één koppel`.
/// `Werken in een duo`, `Duo for a Job` and `koppel jongeren aan een coach` count nobody.
fn is_group(words: &[Word<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let word = words[before].plain();
    let counted = EXACTLY.contains(&word) || COUNTING.contains(&word);
    let told = words[before].seen.ends_with([':', '=']);
    let one = ["een", "het", "dit"].contains(&word)
        && !previous(words, before).is_some_and(|of_place| PREPOSITIONS.contains(&of_place));
    // A number before it counts it itself.
    words[at].is_group() && number(words, before).is_none() && (counted || told || one)
}

/// Where the persons are named whose number follows: `deelnemers: 3`, `jongeren (2)`, `aantal deelnemers = 3`, `(n=3)`.
fn announced_by(words: &[Word<'_>], at: usize) -> Option<usize> {
    let is_sign = |word: &Word<'_>| word.plain().is_empty() || word.plain() == "n";
    let before = (0..at).rev().find(|before| !is_sign(&words[*before]))?;
    let told = words[before].seen.ends_with([':', '='])
        || words[at].seen.starts_with(['(', '=', ':'])
        || words[before + 1..at].iter().any(|sign| sign.seen.contains(['(', '=', ':']));
    (words[before].is_person() && told).then_some(before)
}

/// Where the persons are named whose number follows, in one of the ways in which that is written.
fn counted_before(words: &[Word<'_>], at: usize) -> Option<usize> {
    announced_by(words, at).or_else(|| gone_to(words, at)).or_else(|| divided_after(words, at))
}

/// Where the persons are named who are divided over places or kinds: `deelnemers: Limburg 3, Antwerpen 12`, `25 deelnemers
/// (22 m, 3 v)`.
fn divided_after(words: &[Word<'_>], at: usize) -> Option<usize> {
    let next = words.get(at + 1).map_or("", Word::plain);
    let over_kinds = |person: usize| {
        KINDS_OF_PERSON.contains(&next) && words[person + 1..=at].iter().any(|word| word.seen.starts_with('('))
    };
    let over_places = |person: usize| words[person].seen.ends_with(':') && ends_clause(words, at);
    let mut persons = (0..at).rev().filter(|before| words[*before].is_person());
    persons.find(|person| over_kinds(*person) || over_places(*person))
}

/// Where the persons are named whose number became this one, or was: `het aantal deelnemers daalde van 12 naar 3`, `bleef
/// beperkt tot 3`.
fn gone_to(words: &[Word<'_>], at: usize) -> Option<usize> {
    let goes = |word: &str| ["naar", "tot"].contains(&word);
    let next = words.get(at + 1).map_or("", Word::plain);
    let became = previous(words, at).is_some_and(goes) && ends_clause(words, at);
    let was = previous(words, at) == Some("van") && goes(next) && at + 2 < words.len() && ends_clause(words, at + 2);
    let person = (0..at).rev().find(|before| words[*before].is_person());
    person.filter(|_| became || was)
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

/// Persons divided over kinds, with few of one: `deelnemers (m/v): 3/1`, `12/2 leerlingen`; or few to more of them: `2-4
/// jongeren`. `1/3 van` is a fraction, `3-12 jaar` an age.
fn divided(words: &[Word<'_>]) -> Vec<Told> {
    let mut found = Vec::new();
    for at in 0..words.len() {
        let next = words.get(at + 1).map_or("", Word::plain);
        if next == "van" || OF_AGE.contains(&next) || !has_small_part(words[at].plain()) || is_label(words, at) {
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

/// Whether this is numbers with strokes or dashes between them, one of them small, and no date.
fn has_small_part(word: &str) -> bool {
    let parts: Option<Vec<u64>> = word.split(['/', '-', '–']).map(|part| part.parse().ok()).collect();
    let small =
        |parts: &[u64]| parts.iter().any(|part| (1..=4).contains(part)) && parts.iter().all(|part| *part < 1900);
    parts.is_some_and(|parts| parts.len() > 1 && small(&parts))
}

/// The sentences in which a text gives a number in one breath with learning trajectories, or the number of a dossier; years,
/// dates, amounts of money and numbers of actions are none, and `trajectories_in_words` are left out.
pub fn trajectory_figures(text: &str) -> Vec<Told> {
    told_with_trajectories(text, |words, of_trajectories| {
        let figure = of_trajectories && (0..words.len()).any(|at| is_figure(words, at));
        figure || words.iter().any(Word::names_dossier)
    })
}

/// The sentences in which a text says in one breath with learning trajectories that there was none, or speaks of a duo, and
/// gives no figure: `Niemand volgde een leertraject`, and also `Niemand wordt verplicht een leertraject te volgen`.
pub fn trajectories_in_words(text: &str) -> Vec<Told> {
    let figures = trajectory_figures(text);
    let mut found = told_with_trajectories(text, |words, of_trajectories| {
        of_trajectories && (0..words.len()).any(|at| is_told_in_words(words, at))
    });
    found.retain(|told| !figures.contains(told));
    found
}

/// The sentences of a text that are such ones by their words, and by whether they stand in one breath with learning
/// trajectories.
fn told_with_trajectories(text: &str, is_such: impl Fn(&[Word<'_>], bool) -> bool) -> Vec<Told> {
    let mut found = Vec::new();
    let mut just_spoken_of = false;
    for sentence in sentences(text) {
        let words = words(sentence);
        let of_them = words.iter().any(|word| ["er", "ervan", "daarvan", "hiervan", "waarvan"].contains(&word.plain()));
        let speaks_of = counts_trajectories(sentence);
        just_spoken_of = speaks_of || (just_spoken_of && of_them);
        if is_such(&words, just_spoken_of) {
            found.push(Told { quote: sentence.to_owned() });
        }
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
        let plain = self.plain().strip_suffix("aantal").unwrap_or(self.plain());
        !plain.contains("leertraject")
            && !NO_PERSONS.contains(&plain)
            && (PERSONS.contains(&plain) || PERSON_ENDINGS.iter().any(|ending| plain.ends_with(ending)))
    }

    fn is_group(&self) -> bool {
        GROUPS.contains(&self.plain())
    }

    /// Whether this is a learning trajectory, or the sending of somebody to one.
    fn is_trajectory(&self) -> bool {
        self.plain.contains("leertraject") || SENT_ON.iter().any(|part| self.plain.contains(part))
    }

    /// Whether there being none of these tells of learning trajectories: they, those who follow them, or what happens on the
    /// way.
    fn is_of_trajectories(&self) -> bool {
        self.is_person() || self.is_trajectory() || self.is_step()
    }

    fn is_step(&self) -> bool {
        STEPS.iter().any(|part| self.plain.contains(part))
    }

    /// The number of a Roman numeral. It is also how kings, titles of laws and a policy domain are called.
    fn roman(&self) -> Option<u64> {
        let bare = self.seen.trim_matches(|sign: char| !sign.is_alphanumeric());
        ROMAN.iter().position(|numeral| *numeral == bare).and_then(|place| u64::try_from(place + 1).ok())
    }

    /// The whole number this word is, whatever stands around it.
    fn number(&self) -> Option<u64> {
        let plain = self.plain.strip_suffix("-tal").unwrap_or(&self.plain);
        let plain = plain.strip_prefix("n=").unwrap_or(plain);
        let plain = plain.strip_suffix('x').filter(|times| is_digits(times)).unwrap_or(plain);
        if let Ok(number) = plain.parse() {
            return Some(number);
        }
        match plain {
            "nul" => Some(0),
            "één" | "eén" | "éen" => Some(1),
            "twee" | "tweetal" | "beide" => Some(2),
            "drie" | "drietal" => Some(3),
            "vier" | "viertal" => Some(4),
            _larger_or_none => self.roman(),
        }
    }

    /// Whether the number of a dossier stands in it: `LT-2026-0042`.
    fn names_dossier(&self) -> bool {
        let seen = self.seen.to_lowercase().replace(['‐', '–', '—', '−'], "-");
        let mut starts = seen.match_indices("lt-").filter(|(at, _)| !seen[..*at].ends_with(char::is_alphabetic));
        starts.any(|(at, _)| {
            let mut parts = seen[at..].splitn(3, '-').skip(1);
            let (year, number) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            year.len() == 4 && is_digits(year) && number.get(..4).is_some_and(is_digits)
        })
    }

    /// Whether this is a small number and persons in one, as where a space was lost: `3jongeren`.
    fn is_glued_to_persons(&self) -> bool {
        let rest = self.plain.trim_start_matches(|sign: char| sign.is_ascii_digit());
        let small =
            self.plain[..self.plain.len() - rest.len()].parse().is_ok_and(|number: u64| (1..=4).contains(&number));
        small && PERSON_ENDINGS.iter().any(|ending| rest.ends_with(ending)) && !rest.starts_with('-')
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
    let one = || (words[at].plain() == "een" && counts()).then_some(1);
    words[at].number().or_else(one)
}

/// Whether the word here tells how many there were, but in a word that as often tells nothing of the kind.
fn is_told_in_words(words: &[Word<'_>], at: usize) -> bool {
    tells_of_none(words, at) || words[at].is_group()
}

/// Whether the word here says that there was none of what is counted in learning trajectories: `geen leertrajecten`, `geen
/// enkele jongere`, `er geen in Limburg`, `niemand`, `noch`, `zonder leertrajecten`, a `nul` that counts nothing named. `geen
/// vaste duur` tells of something else.
fn tells_of_none(words: &[Word<'_>], at: usize) -> bool {
    match words[at].plain() {
        "niemand" | "noch" => true,
        "nul" => is_bare_nul(words, at),
        "zonder" => is_followed_by(words, at + 1, |word| word.plain().ends_with("leertrajecten") || word.is_step()),
        "geen" => {
            let more = words.get(at + 1).is_some_and(|next| ["enkel", "enkele"].contains(&next.plain()));
            let last = if more { at + 1 } else { at };
            stands_for_them(words, last) || is_followed_by(words, last + 1, |word| word.is_of_trajectories())
        }
        _another_word => false,
    }
}

/// Whether the `nul` here counts nothing that is named: `daalde tot nul`, `van nul opgebouwd`. `nul leertrajecten`, `nul
/// klachten` and `nul van hen` do count.
fn is_bare_nul(words: &[Word<'_>], at: usize) -> bool {
    if words[at].plain() != "nul" || is_money_or_day(words, at) {
        return false;
    }
    let next = words.get(at + 1).map_or("", Word::plain);
    let begins = previous(words, at).is_some_and(|before| ["van", "vanaf"].contains(&before)) && next.ends_with('d');
    let names_them = || is_followed_by(words, at + 1, |word| word.is_of_trajectories());
    let counts = || next == "van" || OF_THEM.contains(&next) || names_them();
    ends_clause(words, at) || ((begins || stands_for_them(words, at)) && !counts())
}

/// Whether the `geen` that ends here stands for those themselves, and before no word for them: `geen van hen`, `geen
/// afgerond`, `Limburg: geen`.
fn stands_for_them(words: &[Word<'_>], at: usize) -> bool {
    let next = words.get(at + 1).map_or("", Word::plain);
    let follows = |list: &[&str]| list.contains(&next);
    ends_clause(words, at)
        || follows(OF_THEM)
        || follows(PARTICLES)
        || follows(AFTER_COUNT)
        || follows(PREPOSITIONS)
        || DONE.iter().any(|ending| next.ends_with(ending))
}

/// Whether one of the next words of the clause is such a one, before something else is spoken of. What is joined to them
/// goes on: `nieuwe of lopende leertrajecten`.
fn is_followed_by(words: &[Word<'_>], from: usize, is: impl Fn(&Word<'_>) -> bool) -> bool {
    let goes_on = |at: usize| {
        (at == from || !ends_clause(words, at - 1) || lists_on(words, at - 1))
            && !turns_away(words, at)
            && !OF_SOMETHING_ELSE.contains(&words[at].plain())
    };
    let counted = (from..words.len()).take_while(|at| goes_on(*at));
    let named = counted.filter(|at| !JOINING.contains(&words[*at].plain()));
    named.take(WORDS_OF_NONE).any(|at| is(&words[at]))
}

/// Whether the comma here stands in a list of words: `nieuwe, lopende of afgeronde leertrajecten`.
fn lists_on(words: &[Word<'_>], at: usize) -> bool {
    let joined = || words.get(at + 2).is_some_and(|next| JOINING.contains(&next.plain()));
    words[at].seen.ends_with(',') && (joined() || (at + 1 < words.len() && lists_on(words, at + 1)))
}

fn previous<'a>(words: &'a [Word<'_>], at: usize) -> Option<&'a str> {
    at.checked_sub(1).map(|before| words[before].plain())
}

fn is_label(words: &[Word<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    // `Namen deel: 3` counts, and so does `namen deel 3`.
    let takes_part =
        || words[before].plain() == "deel" && words[..before].iter().any(|word| TAKING_PART.contains(&word.plain()));
    LABELS.contains(&words[before].plain()) && !words[before].seen.ends_with([':', '=']) && !takes_part()
}

/// Whether the words from here on say something about what is counted, and are no longer that.
fn turns_away(words: &[Word<'_>], at: usize) -> bool {
    let next = words.get(at + 1).map(Word::plain);
    PREPOSITIONS.contains(&words[at].plain()) && next != Some("te") && !is_between_numbers(words, at)
}

/// Whether this is the `tot` of `3 tot 5 jongeren`.
fn is_between_numbers(words: &[Word<'_>], at: usize) -> bool {
    let is_number = |word: &Word<'_>| word.number().is_some() || is_number_word(word.plain());
    let before = at.checked_sub(1).is_some_and(|before| is_number(&words[before]));
    words[at].plain() == "tot" && before && words.get(at + 1).is_some_and(is_number)
}

/// Where the persons stand that the number here counts. `2 van de 14 jongeren` counts some of them.
fn person_after(words: &[Word<'_>], at: usize) -> Option<usize> {
    let ahead = at + 1..words.len().min(at + 1 + WORDS_AHEAD);
    let counted = ahead.take_while(|next| !turns_away(words, *next));
    counted.into_iter().find(|next| words[*next].is_person() || words[*next].is_group())
}

fn quote(words: &[Word<'_>], from: usize, until: usize) -> Told {
    Told { quote: words[from..=until].iter().map(|word| word.raw).collect::<Vec<_>>().join(" ") }
}

/// Whether the word here is a number that counts something, in digits or in a word that is nothing else.
fn is_figure(words: &[Word<'_>], at: usize) -> bool {
    let word = &words[at];
    if is_label(words, at) {
        return false;
    }
    if is_money_or_day(words, at) || word.roman().is_some() || is_bare_nul(words, at) {
        return false;
    }
    match number(words, at) {
        Some(number) => !(1900..2100).contains(&number),
        None => is_number_word(word.plain()) || is_written_number(word.plain()) || is_fraction(words, at),
    }
}

/// Whether the number here is of euros, or of a day in a month.
fn is_money_or_day(words: &[Word<'_>], at: usize) -> bool {
    let next = words.get(at + 1).map_or("", Word::plain);
    let signed =
        words[at].seen.contains('€') || at.checked_sub(1).is_some_and(|before| words[before].seen.ends_with('€'));
    signed || is_euro(next) || DUTCH_MONTHS.contains(&next)
}

/// `euro`, `euro's`, `euro/jaar`, `eurocent`; `Europese` is none.
fn is_euro(word: &str) -> bool {
    let rest = word.strip_prefix("euro");
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic) || ["s", "cent"].contains(&rest))
}

/// Bytes of the longest number in words that is looked at. Longer ones nobody writes, and taking them apart has no end:
/// every `achttien` can be read in two ways.
const LONGEST_NUMBER: usize = 64;

/// Numbers in words, `een` alone excepted: `twaalf`, `honderdvijftien`, `vijf-en-twintig`, `een vijftigtal`.
fn is_number_word(word: &str) -> bool {
    if word.len() > LONGEST_NUMBER {
        return false;
    }
    let whole = word.replace('-', "");
    let plain = whole.strip_suffix("tal").unwrap_or(&whole);
    NUMBER_ENDINGS.iter().any(|ending| plain.ends_with(ending)) || (plain != "een" && is_put_together(plain))
}

/// Whether a word is numbers put together, with `en` between them or nothing.
fn is_put_together(word: &str) -> bool {
    let mut parts = SMALL_NUMBERS.iter().chain(NUMBERS).chain(NUMBER_ENDINGS);
    parts.any(|part| {
        word.strip_prefix(part).is_some_and(|rest| {
            let after = rest.strip_prefix("en").or_else(|| rest.strip_prefix("ën")).unwrap_or(rest);
            rest.is_empty() || is_put_together(after)
        })
    })
}

/// Parts of a whole: `een derde van`, `driekwart`, `de helft ervan`, `1/3 van`. The first half of a year is no such part.
fn is_fraction(words: &[Word<'_>], at: usize) -> bool {
    let (word, before) = (words[at].plain(), previous(words, at).unwrap_or_default());
    let next = words.get(at + 1).map_or("", Word::plain);
    let of_whole = AFTER_COUNT.contains(&next) || OF_THEM.contains(&next) || ends_clause(words, at);
    if PARTS.contains(&word) {
        return of_whole && !HALVES_OF_TIME.contains(&before);
    }
    if word.split_once('/').is_some_and(|(part, whole)| is_digits(part) && is_digits(whole)) {
        return next == "van";
    }
    let singular = word.strip_suffix('n').unwrap_or(word);
    match FRACTION_ENDINGS.iter().find_map(|ending| singular.strip_suffix(ending)) {
        Some("") => of_whole && (SMALL_NUMBERS.contains(&before) || is_number_word(before)),
        Some(counted) => is_number_word(counted.trim_end_matches('-')),
        None => false,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|sign| sign.is_ascii_digit())
}

/// `1.500`, `12,5`, `48%`: a number with signs in it, but no number of an action (`5.8`) and no date (`3/5/2016`).
fn is_written_number(word: &str) -> bool {
    let digits = word.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '.' | ',' | '%'));
    let thousands = || word.split('.').skip(1).all(|group| group.len() == 3);
    digits && word.starts_with(|sign: char| sign.is_ascii_digit()) && (!word.contains('.') || thousands())
}
