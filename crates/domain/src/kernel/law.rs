//! Legal references as dated data: codes are renumbered, so an article is never the name of a type. They stand in clear
//! for ever: a reference that is given has a shape in which law is named, and no other text fits.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::labels::{DUTCH_MONTHS, Language};
use super::letters::name_key;

/// An article of an act as it stood from a certain day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LegalReference {
    /// The act, for instance `Wet van 30 juli 1981`.
    pub act: String,
    /// The article within the act, for instance `art. 20`.
    pub article: String,
    /// The day from which this numbering holds, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
}

/// A text of a legal reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegalField {
    /// The act.
    Act,
    /// The article within it.
    Article,
}

/// Longest name of an act or an article, in bytes.
const LONGEST: usize = 200;

/// Acts with a name of their own: codes, constitutions, treaties, acts known by a short title. This list and the others are
/// as `name_key` writes them.
const NAMED: &str = "\
    strafwetboek; nieuw strafwetboek; nieuw sw.; sw.; sw; wetboek van strafvordering; wetboek strafvordering; sv.; sv; gerechtelijk wetboek; \
    ger.w.; ger. w.; burgerlijk wetboek; nieuw burgerlijk wetboek; bw; b.w.; sociaal strafwetboek; militair strafwetboek; \
    wetboek van economisch recht; wer; grondwet; gecoördineerde grondwet; gw.; gw; antiracismewet; \
    anti-racismewet; anti-discriminatiewet; seksismewet; avg/gdpr; antidiscriminatiewet; genderwet; negationismewet; gegevensbeschermingswet; kaderwet gegevensbescherming; \
    privacywet; jeugdbeschermingswet; jeugddelinquentiedecreet; decreet jeugddelinquentierecht; probatiewet; \
    politieambtswet; wet op het politieambt; wpa; archiefwet; archiefdecreet; bestuursdecreet; \
    gelijkekansendecreet; avg; algemene verordening gegevensbescherming; gdpr; \
    general data protection regulation; rgpd; règlement général sur la protection des données; led; \
    law enforcement directive; rechtshandhavingsrichtlijn; richtlijn gegevensbescherming bij rechtshandhaving; \
    evrm; europees verdrag voor de rechten van de mens; cedh; convention européenne des droits de l'homme; \
    echr; european convention on human rights; ivbpr; ivrk; kinderrechtenverdrag; \
    handvest van de grondrechten van de europese unie; eu-handvest; \
    charte des droits fondamentaux de l'union européenne; charter of fundamental rights of the european union; \
    code pénal; code d'instruction criminelle; code judiciaire; code civil; constitution; criminal code; \
    code of criminal procedure; judicial code; civil code; loi antiracisme; loi antidiscrimination; loi genre; \
    loi vie privée; antiracism act; anti-discrimination act; data protection act";

/// Kinds of acts that are told apart by their date.
const KINDS: &str = "\
    wet; w.; kaderwet; vlaams decreet; bijzondere wet; bijz.w.; programmawet; besluitwet; wetsbesluit; verdrag; protocol; decreet; decr.; \
    bijzonder decreet; gezamenlijk decreet; gezamenlijk decreet en ordonnantie; ordonnantie; ord.; \
    koninklijk besluit; kb; k.b.; ministerieel besluit; mb; m.b.; besluit van de vlaamse regering; bvr; \
    b.vl.r.; besluit van de brusselse hoofdstedelijke regering; besluit van de waalse regering; \
    besluit van de regering van de franse gemeenschap; samenwerkingsakkoord; loi; loi spéciale; loi-programme; \
    traité; décret; ordonnance; arrêté royal; a.r.; ar; arrêté ministériel; a.m.; \
    arrêté du gouvernement flamand; arrêté du gouvernement wallon; \
    arrêté du gouvernement de la communauté française; accord de coopération; act; law; special act; treaty; \
    decree; ordinance; royal decree; ministerial decree; decree of the flemish government; cooperation agreement";

/// Circulars, told apart by a number or their date.
const CIRCULARS: &str = "\
    omzendbrief; ministeriële omzendbrief; gemeenschappelijke omzendbrief; gezamenlijke omzendbrief; \
    rondzendbrief; circulaire; circulaire commune; circulaire ministérielle; circular; joint circular";

/// Series of circulars.
const SERIES: &str = "col; col.; gpi; mfo; plp; prev; bb; abb; kb/abb";

/// Who a circular is of.
const COLLEGES: &str = "van het college van procureurs-generaal; du collège des procureurs généraux";

/// Acts of the Union, told apart by their number.
const OF_THE_UNION: &str = "\
    verordening; uitvoeringsverordening; gedelegeerde verordening; richtlijn; kaderbesluit; règlement; \
    directive; décision-cadre; regulation; framework decision";

/// The Union before the number of its act.
const UNION_BEFORE: &str = "(eu); (ue); (eg); (ce); (ec); eu; ue";

/// The Union, or the field, after the number of its act.
const UNION_AFTER: &str = "eu; ue; eg; ce; ec; eeg; cee; eec; jbz; jai; jha";

/// Who an act of the Union is of.
const LEGISLATORS: &str = "\
    van het europees parlement en de raad; van de raad; du parlement européen et du conseil; du conseil; \
    of the european parliament and of the council; of the council";

/// What stands before a number.
const NUMBER: &str = "nr.; nr; n°; nº; no.; no";

/// What stands before a date.
const DATED: &str = "van; d.d.; dd.; du; de; of";

/// The first and the last year in which an act is dated.
const YEARS: std::ops::RangeInclusive<u32> = 1789..=2199;

const FRENCH_MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

const ENGLISH_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What an article begins with, without the full stop of an abbreviation.
const HEADS: &str = "\
    art; arts; artt; artikel; artikels; artikelen; article; articles; boek; livre; book; deel; partie; part; \
    titel; titre; title; hoofdstuk; chapitre; chapter; afdeling; section; bijlage; bijlagen; annexe; annex; \
    overweging; overwegingen; considérant; recital; punt; punten; point; points; nr; randnummer; paragraaf; \
    paragrafen; paragraphe; paragraphs; paragraph; par; §; §§";

/// What else stands between the numbers of an article, without the full stop of an abbreviation.
const WORDS: &str = "\
    lid; leden; al; alinea; alinéa; alinéas; onderdeel; onder; sub; littera; lit; streepje; tiret; zin; eerste; \
    tweede; derde; vierde; vijfde; zesde; zevende; achtste; negende; tiende; laatste; enig; premier; première; \
    deuxième; troisième; quatrième; cinquième; dernier; unique; first; second; third; fourth; fifth; en; et; \
    and; &; of; ou; or; tot; met; t.e.m; t/m; à; to; -; –; juncto; iuncto; jo; j°; e.v; ev; seq; \
    in; fine; letter; elfde; twaalfde; voorlaatste; volgende; en/of; et/ou; and/or";

/// What a number of an article may end with.
const SUFFIXES: &str = "\
    bis; ter; quater; quinquies; sexies; septies; octies; nonies; novies; decies; undecies; duodecies; \
    terdecies; quaterdecies; quinquiesdecies; sexiesdecies; ste; de; er; ère; ème; st; nd; rd; th";

/// Most numbers joined by signs in one number of an article, such as `XV.10/3.1`.
const JOINED: usize = 4;

impl LegalReference {
    /// The first text that names no law by its shape; none when both do. To be asked of what is given: what was recorded
    /// before stands as it was written.
    pub fn misshapen(&self) -> Option<LegalField> {
        if !is_act(&self.act) {
            Some(LegalField::Act)
        } else if !is_article(&self.article) {
            Some(LegalField::Article)
        } else {
            None
        }
    }
}

impl LegalField {
    /// Its name, as clients write it.
    pub fn path(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Article => "article",
        }
    }

    /// The shapes it takes, with examples.
    pub fn shapes(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Act, Language::En) => {
                "the kind of act with its date and without its title ('Wet van 30 juli 1981', 'Decreet van 7 december 2018'), a circular with its number ('COL 13/2013'), an act of the Union with its number ('Verordening (EU) 2016/679'), or the usual name of a code or an act ('Strafwetboek', 'AVG')"
            }
            (Self::Act, Language::Nl) => {
                "de soort regeling met de datum en zonder opschrift ('Wet van 30 juli 1981', 'Decreet van 7 december 2018'), een omzendbrief met het nummer ('COL 13/2013'), een handeling van de Unie met het nummer ('Verordening (EU) 2016/679'), of de gangbare naam van een wetboek of een wet ('Strafwetboek', 'AVG')"
            }
            (Self::Article, Language::En) => {
                "articles and their parts by number ('art. 20', 'art. 5 en 6', 'art. 216bis', 'art. 39, § 2, 1°, a)', 'art. 12, lid 3')"
            }
            (Self::Article, Language::Nl) => {
                "artikelen en hun onderdelen met hun nummer ('art. 20', 'art. 5 en 6', 'art. 216bis', 'art. 39, § 2, 1°, a)', 'art. 12, lid 3')"
            }
        }
    }
}

/// An act, and perhaps in brackets how it is called as well.
fn is_act(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let text = name_key(text);
    let called_as_well = |inner: &str| {
        let mut brackets = inner.match_indices(" (").map(|(at, _)| inner.split_at(at));
        brackets.any(|(act, name)| names_an_act(act) && name.strip_prefix(" (").is_some_and(names_an_act))
    };
    names_an_act(&text) || text.strip_suffix(')').is_some_and(called_as_well)
}

fn names_an_act(text: &str) -> bool {
    let any =
        |begins: &str, goes_on: fn(&str) -> bool| each(begins).filter_map(|begin| after(text, begin)).any(goes_on);
    any(NAMED, |rest| rest.is_empty() || is_dated(rest))
        || any(KINDS, is_dated)
        || any(CIRCULARS, |rest| is_dated(rest) || is_numbered_circular(rest))
        || any(SERIES, is_numbered_circular)
        || each(SERIES).filter_map(|series| text.strip_prefix(series)).any(is_numbered_circular)
        || any(OF_THE_UNION, is_numbered_by_the_union)
}

fn is_numbered_circular(text: &str) -> bool {
    let text = skip(skip(skip(skip(text, COLLEGES), NUMBER), SERIES), NUMBER);
    let (number, day) = text.split_once(' ').unwrap_or((text, ""));
    let numbers = number.split(['/', '-']).collect::<Vec<_>>();
    let in_series = |number: &str| number_of(number, 4).is_some() || is_numeral(number, 4);
    numbers.len() <= 2 && numbers.into_iter().all(in_series) && (day.is_empty() || is_dated(day))
}

fn is_numbered_by_the_union(text: &str) -> bool {
    let text = skip(skip(text, UNION_BEFORE), NUMBER);
    let (number, rest) = text.split_once(' ').unwrap_or((text, ""));
    let rest = skip(rest, LEGISLATORS);
    let numbered = match number.split('/').collect::<Vec<_>>()[..] {
        [one, other] => number_of(one, 4).is_some() && number_of(other, 4).is_some(),
        [one, other, of] => {
            number_of(one, 4).is_some() && number_of(other, 4).is_some() && each(UNION_AFTER).any(|known| known == of)
        }
        _ => false,
    };
    numbered && (rest.is_empty() || is_dated(rest))
}

/// A day of the calendar, in words or in numbers.
fn is_dated(text: &str) -> bool {
    let text = skip(text, DATED);
    let (day, month, year) = match text.split([' ', '/', '.', '-']).collect::<Vec<_>>()[..] {
        [day, month, year] if year.len() == 4 => (day, month, year),
        [year, month, day] if year.len() == 4 => (day, month, year),
        _ => return false,
    };
    let day = number_of(day.strip_suffix("er").or(day.strip_suffix("ste")).unwrap_or(day), 2);
    let year = number_of(year, 4).filter(|year| YEARS.contains(year)).and_then(|year| i32::try_from(year).ok());
    match (year, month_of(month), day) {
        (Some(year), Some(month), Some(day)) => NaiveDate::from_ymd_opt(year, month, day).is_some(),
        _no_day => false,
    }
}

fn month_of(text: &str) -> Option<u32> {
    let languages = [DUTCH_MONTHS, FRENCH_MONTHS, ENGLISH_MONTHS];
    let named = languages.iter().find_map(|months| months.iter().position(|month| *month == text));
    named.map_or_else(|| number_of(text, 2), |index| u32::try_from(index + 1).ok())
}

/// A part of an article, as far as it matters what may follow it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Head,
    Between,
    Number,
    /// A number with the sign of an item, `1°`.
    Item,
    Letter,
}

/// Articles by their numbers: something to begin with, and no two numbers or letters without anything between.
fn is_article(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let text = name_key(text).replace("art.", "art. ").replace([',', ';'], " , ").replace('–', "-");
    let text = text.replace("§§", "§").replace('§', " § ");
    let Some(parts) = text.split(' ').filter(|part| !part.is_empty()).map(part).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let apart = |two: &[Part]| two[0] != two[1] || two[0] == Part::Between;
    parts.first() == Some(&Part::Head)
        && parts.iter().any(|part| matches!(part, Part::Number | Part::Item))
        && parts.windows(2).all(apart)
}

fn part(text: &str) -> Option<Part> {
    let word = text.trim_end_matches('.');
    let in_brackets = text.strip_suffix(')').map(|inner| inner.strip_prefix('(').unwrap_or(inner));
    if text == "," || each(WORDS).any(|known| known == word) {
        Some(Part::Between)
    } else if each(HEADS).any(|known| known == word) {
        Some(Part::Head)
    } else if is_letter(in_brackets.unwrap_or(word)) {
        Some(Part::Letter)
    } else if text.starts_with('(') {
        is_bracketed(text).then_some(Part::Between)
    } else {
        let kind = if word.contains(['°', 'º']) { Part::Item } else { Part::Number };
        is_number(word).then_some(kind)
    }
}

/// A number of an article with what is joined to it: `20`, `§2`, `216bis`, `1°`, `2)`, `XV.10/3`, `15(1)(d)`.
fn is_number(text: &str) -> bool {
    let text = text.trim_start_matches('§').replace(['°', 'º'], "");
    let (number, brackets) = text.split_at(text.find('(').unwrap_or(text.len()));
    if !brackets.is_empty() {
        return is_joined(number) && is_bracketed(brackets);
    }
    let number = number.strip_suffix(')').unwrap_or(number);
    is_joined(number)
}

fn is_joined(text: &str) -> bool {
    let numbers = text.split(['.', '/', '-']).collect::<Vec<_>>();
    let Some((first, others)) = numbers.split_first() else { return false };
    let begins = is_numeral(first, 4) || is_roman(first) || is_letter(first) && !others.is_empty();
    let goes_on = |number: &&str| is_numeral(number, 3) || is_letter(number);
    begins && numbers.len() <= JOINED && others.iter().all(goes_on)
}

/// `(1)(d)`.
fn is_bracketed(text: &str) -> bool {
    let inside = |item: &str| is_letter(item) || is_numeral(item, 3) || is_roman(item);
    text.ends_with(')') && text.split_terminator(')').all(|item| item.strip_prefix('(').is_some_and(inside))
}

/// A number without a nought before it, with what is written after it.
fn is_numeral(text: &str, digits: usize) -> bool {
    let (number, suffix) = text.split_at(text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len()));
    let ends = suffix.is_empty() || is_letter(suffix) || each(SUFFIXES).any(|known| known == suffix);
    number_of(number, digits).is_some() && !number.starts_with('0') && ends
}

/// Up to thirty-nine, by its signs.
fn is_roman(text: &str) -> bool {
    (1..=6).contains(&text.len()) && text.bytes().all(|sign| matches!(sign, b'i' | b'v' | b'x'))
}

fn is_letter(text: &str) -> bool {
    text.len() == 1 && text.bytes().all(|letter| letter.is_ascii_lowercase())
}

fn number_of(text: &str, digits: usize) -> Option<u32> {
    let fits = (1..=digits).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// What follows these words, when the text begins with them.
fn after<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(words)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

/// What follows any entry of the list, or all of the text.
fn skip<'a>(text: &'a str, list: &str) -> &'a str {
    each(list).find_map(|words| after(text, words)).unwrap_or(text)
}

/// The entries of a list.
fn each(list: &str) -> impl Iterator<Item = &str> {
    list.split("; ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ACTS: &[&str] = &[
        "Wet van 30 juli 1981",
        "Kaderwet van 30 juli 2018",
        "Vlaams decreet van 10 juli 2008",
        "Wet van 1ste juli 2011",
        "AVG/GDPR",
        "Wetboek Strafvordering",
        "Seksismewet",
        "Col. 13/2013",
        "COL13/2013",
        "Wet van 30 juli 1981 (Antiracismewet)",
        "Antiracismewet van 30 juli 1981",
        "wet van 30/07/2018",
        "Wet 10.5.2007",
        "Bijzondere wet van 8 augustus 1980",
        "Decreet van 7 december 2018",
        "Ordonnantie van 5 juni 2025",
        "Koninklijk besluit van 20 juli 2001",
        "KB van 20 juli 2001",
        "K.B. 20 juli 2001",
        "Besluit van de Vlaamse Regering van 21 mei 2010",
        "Samenwerkingsakkoord van 30 januari 2018",
        "Loi du 30 juillet 1981",
        "Arrêté royal du 1er août 2020",
        "Act of 30 July 2018",
        "Omzendbrief COL 13/2013",
        "Omzendbrief nr. COL 13/2013 van 17 juni 2013",
        "Omzendbrief van het College van procureurs-generaal nr. 13/2013",
        "COL 13/2013",
        "Ministeriële omzendbrief GPI 78",
        "Strafwetboek",
        "strafwetboek van 8 juni 1867",
        "Wetboek van Strafvordering",
        "Gerechtelijk Wetboek",
        "Grondwet",
        "Code pénal",
        "AVG",
        "AVG (Verordening (EU) 2016/679)",
        "Verordening (EU) 2016/679",
        "Verordening (EU) 2016/679 (AVG)",
        "Verordening (EU) 2016/679 van het Europees Parlement en de Raad van 27 april 2016",
        "Richtlijn (EU) 2016/680",
        "Richtlijn 95/46/EG",
        "Kaderbesluit 2008/913/JBZ van de Raad van 28 november 2008",
        "Règlement (UE) 2016/679",
        "Regulation (EU) 2016/679 (GDPR)",
        "EVRM",
        "Wet  van\u{A0}30 juli 2018 ",
    ];

    const ARTICLES: &[&str] = &[
        "art. 20",
        "art.20",
        "Art. 39, § 2, 1°, a)",
        "art. 39, §2, 1°, a) en b)",
        "art. 5 en 6",
        "art. 22, 23 en 24",
        "art. 5-7",
        "art. 5 tot en met 7",
        "artt. 5 t.e.m. 7",
        "art. 216bis",
        "art. 216ter, § 1, eerste lid",
        "art. 12, lid 3",
        "art. 17, lid 3, onder b)",
        "art. 6, 2de lid",
        "article 15(1)(d)",
        "art. 15 (1) (d)",
        "art. 16(6)",
        "artikel 405quater",
        "art. XV.10/3, 5°",
        "art. 10.3.1",
        "art. 4 juncto 6",
        "art. 28 e.v.",
        "boek II, titel 3, hoofdstuk IV",
        "overweging 50",
        "bijlage 2",
        "punt 3.1",
        "§ 2",
        "§2",
        "art. 39 §2",
        "art. 39 §§ 2 en 3",
        "art. 6, lid 1, c",
        "art. 18 lid 1 sub b",
        "art. 20–23",
        "art. 20 in fine",
        "art. 20 1°",
        "art. 4, 1°bis",
        "art. 4, 4°-6°",
        "art. 4, 2°/1",
        "art. 20 ev",
        "art. 22, twaalfde lid",
        "art. 4 en/of 6",
    ];

    fn reference(act: &str, article: &str) -> LegalReference {
        LegalReference { act: act.into(), article: article.into(), valid_from: None }
    }

    #[test]
    fn acts_and_articles_are_taken_as_they_are_usually_written() {
        for act in ACTS {
            assert_eq!(reference(act, "art. 20").misshapen(), None, "{act}");
        }
        for article in ARTICLES {
            assert_eq!(reference("AVG", article).misshapen(), None, "{article}");
        }
    }

    #[test]
    fn a_text_about_a_person_names_no_law() {
        for act in [
            "",
            " ",
            "Jan Peeters",
            "Brief van Jan Peeters",
            "Verzoek van 30 juli 2018",
            "Wet",
            "Wet van Jan Peeters",
            "Wet van 30 juli",
            "Wet van 31 juni 2018",
            "Wet van 30 juli 1981 tot bestraffing van Jan",
            "Wet van 30 juli 1981 (Jan)",
            "Strafwetboek Jan",
            "COL Jan",
            "COL 0477123456",
            "Verordening (EU) 2016/679/Jan",
            "Omzendbrief van Jan",
            "Wet van 30 juli 2018\u{200B}",
            "80.04.03-123.45",
        ] {
            assert_eq!(reference(act, "art. 20").misshapen(), Some(LegalField::Act), "{act:?}");
        }
        for article in [
            "",
            " ",
            "20",
            "art.",
            "verzoek van Jan",
            "geb. 3/4/1980",
            "art. 20 Jan Peeters",
            "art. 20 (Jan)",
            "art. 3/4/1980",
            "art. 3.4.1980",
            "art. 1980-04-03",
            "art. 0477 12 34 56",
            "art. 477 12 34 56",
            "art. 80.04.03-123.45",
            "art. a) b) c)",
            "art. 20, J a n",
            "art. 20, Kerkstraat 1",
            "verzonnen artikel",
        ] {
            assert_eq!(reference("AVG", article).misshapen(), Some(LegalField::Article), "{article:?}");
        }
        let long = format!("art. {}", "1, ".repeat(100));
        assert_eq!(reference("AVG", &long).misshapen(), Some(LegalField::Article));
    }

    #[test]
    fn every_shape_is_told_with_examples_that_are_taken() {
        for language in [Language::Nl, Language::En] {
            for field in [LegalField::Act, LegalField::Article] {
                let shapes = field.shapes(language);
                let examples: Vec<_> = shapes.split('\'').skip(1).step_by(2).collect();
                assert!(examples.len() > 2, "{shapes}");
                for example in examples {
                    let given = match field {
                        LegalField::Act => reference(example, "art. 20"),
                        LegalField::Article => reference("AVG", example),
                    };
                    assert_eq!(given.misshapen(), None, "{example}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_name_fits_into_a_legal_reference(
            name in "[A-Z][a-z]{6,12}",
            act in prop::sample::select(ACTS),
            article in prop::sample::select(ARTICLES),
            at in 0usize..10,
            joined in prop::sample::select(vec![" ", ", ", " (", "", "-"]),
        ) {
            let with_the_name = |text: &str| {
                let words: Vec<&str> = text.split_whitespace().collect();
                let (before, behind) = words.split_at(at.min(words.len()));
                format!("{}{joined}{name} {}", before.join(" "), behind.join(" "))
            };
            let (named_act, named_article) = (with_the_name(act), with_the_name(article));
            prop_assert_eq!(reference(&named_act, article).misshapen(), Some(LegalField::Act), "{}", named_act);
            prop_assert_eq!(reference(act, &named_article).misshapen(), Some(LegalField::Article), "{}", named_article);
        }
    }
}
