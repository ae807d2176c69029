//! The Dutch words by which numbers of persons are recognised.

/// Persons, and what there is one of per person, as whole words.
pub(super) const PERSONS: &[&str] = &[
    "man",
    "mens",
    "vrouw",
    "kind",
    "ouder",
    "ouders",
    "vader",
    "vaders",
    "moeder",
    "moeders",
    "broer",
    "broers",
    "zus",
    "zussen",
    "gids",
    "gidsen",
    "coach",
    "coaches",
    "imam",
    "imams",
    "hen",
    "hun",
    "dossier",
    "dossiers",
    "begeleiding",
    "traject",
    "gezin",
    "familie",
    "huishouden",
    "koppels",
    "duo's",
    "duo’s",
    "trio's",
    "trio’s",
];

/// The same as ends of words: compounds are without number.
pub(super) const PERSON_ENDINGS: &[&str] = &[
    "persoon",
    "personen",
    "deelnemer",
    "deelnemers",
    "deelneemster",
    "deelneemsters",
    "jongere",
    "jongeren",
    "jongen",
    "jongens",
    "meisje",
    "meisjes",
    "kinderen",
    "leerling",
    "leerlingen",
    "student",
    "studenten",
    "scholier",
    "scholieren",
    "vrouwen",
    "mannen",
    "cliënt",
    "cliënten",
    "patiënt",
    "patiënten",
    "gedetineerde",
    "gedetineerden",
    "verdachte",
    "verdachten",
    "veroordeelde",
    "veroordeelden",
    "beklaagde",
    "beklaagden",
    "dader",
    "daders",
    "slachtoffer",
    "slachtoffers",
    "jarige",
    "jarigen",
    "volwassene",
    "volwassenen",
    "geradicaliseerde",
    "geradicaliseerden",
    "teruggekeerde",
    "teruggekeerden",
    "terugkeerder",
    "terugkeerders",
    "strijder",
    "strijders",
    "betrokkene",
    "betrokkenen",
    "burger",
    "burgers",
    "inwoner",
    "inwoners",
    "bewoner",
    "bewoners",
    "vluchteling",
    "vluchtelingen",
    "nieuwkomer",
    "nieuwkomers",
    "asielzoeker",
    "asielzoekers",
    "bezoeker",
    "bezoekers",
    "consulent",
    "consulenten",
    "medewerker",
    "medewerkers",
    "werkster",
    "werksters",
    "leerkracht",
    "leerkrachten",
    "leraar",
    "leraars",
    "leraren",
    "directeur",
    "directeurs",
    "ambtenaar",
    "ambtenaren",
    "psycholoog",
    "psychologen",
    "begeleider",
    "begeleiders",
    "trainer",
    "trainers",
    "lesgever",
    "lesgevers",
    "expert",
    "experten",
    "experts",
    "assistent",
    "assistenten",
    "manager",
    "managers",
    "deskundige",
    "deskundigen",
    "vrijwilliger",
    "vrijwilligers",
    "journalist",
    "journalisten",
    "stagiair",
    "stagiairs",
    "kandidaat",
    "kandidaten",
    "cursist",
    "cursisten",
    "aanwezige",
    "aanwezigen",
    "genodigde",
    "genodigden",
    "ingeschrevene",
    "ingeschrevenen",
    "lid",
    "leden",
    "agent",
    "agenten",
    "mensen",
    "ganger",
    "gangers",
    "sleutelfiguur",
    "sleutelfiguren",
    "casus",
    "casussen",
    "begeleidingen",
    "trajecten",
    "begeleidingstraject",
    "gevangene",
    "gevangenen",
    "terrorist",
    "terroristen",
    "prediker",
    "predikers",
    "fighter",
    "fighters",
    "aanmelding",
    "aanmeldingen",
    "gezinnen",
    "families",
    "huishoudens",
];

/// Between brackets after a number these say which of the persons it counts.
pub(super) const KINDS_OF_PERSON: &[&str] = &["m", "v", "x"];

/// Words that end like persons and are none.
pub(super) const NO_PERSONS: &[&str] = &["geleden", "verleden", "overleden"];

/// After one of these, what follows is no longer what is counted; unless `te` comes next (`aan te trekken`).
pub(super) const PREPOSITIONS: &[&str] = &[
    "met", "over", "door", "in", "voor", "bij", "uit", "op", "aan", "tot", "sinds", "per", "zonder", "naar", "onder",
    "tijdens", "binnen", "rond", "volgens",
];

/// Before a number these make it a label and not a count.
pub(super) const LABELS: &[&str] = &[
    "actie",
    "acties",
    "artikel",
    "art",
    "fase",
    "hoofdstuk",
    "bladzijde",
    "pagina",
    "punt",
    "stap",
    "niveau",
    "bijlage",
    "nr",
    "nummer",
    "deel",
    "editie",
    "versie",
    "maatregel",
    "beleidslijn",
    "tabel",
    "titel",
    "boek",
    "domein",
    "beleidsdomein",
];

/// What learning trajectories are called next to the parket or Kazerne Dossin.
pub(super) const TRAJECTORIES: &[&str] = &["traject", "trajecten", "begeleidingstraject", "begeleidingstrajecten"];

/// Parts of words that say that somebody is sent on.
pub(super) const SENT_ON: &[&str] = &["doorverw", "verwees", "verwezen", "verwijz", "stuurde", "gestuurd", "aangemeld"];

/// Words by which a group is said to count so many.
pub(super) const COUNTING: &[&str] = &[
    "telde", "telden", "telt", "tellen", "geteld", "is", "was", "zijn", "waren", "werd", "werden", "bleef", "bleven",
    "kwam", "kwamen",
];

/// A few persons in one word, where they are counted. They are also names and ways of working (`werken in duo`), and `koppel` is a
/// verb.
pub(super) const GROUPS: &[&str] = &["duo", "trio", "koppel"];

/// Words that make `een` a count.
pub(super) const EXACTLY: &[&str] =
    &["slechts", "exact", "precies", "juist", "maar", "amper", "nauwelijks", "welgeteld"];

/// Words that stand for those who are counted.
pub(super) const OF_THEM: &[&str] = &["er", "hen", "ervan", "daarvan", "hiervan", "waarvan"];

/// Parts of verbs that may stand after a count of those who are not named: `er bleven er drie over`.
pub(super) const PARTICLES: &[&str] = &["over", "af", "mee", "weg", "terug"];

/// What else may stand right after such a count where `er` stands right before it: `er twee uit Limburg`.
pub(super) const AFTER_COUNT: &[&str] = &[
    "aan", "bij", "deel", "die", "door", "en", "in", "naar", "of", "op", "uit", "van", "voor", "bleef", "bleven",
    "had", "hadden", "hebben", "heeft", "is", "kwam", "kwamen", "was", "waren", "werd", "werden", "zijn",
];

/// How participles end that may stand right after `geen` where it stands for those who are counted: `er geen afgerond`.
pub(super) const DONE: &[&str] = &[
    "gestart",
    "begonnen",
    "gevolgd",
    "afgerond",
    "stopgezet",
    "afgebroken",
    "afgesloten",
    "beëindigd",
    "gevraagd",
    "verwezen",
    "gestuurd",
    "gemeld",
];

/// After one of these, what follows is not what there was none of: `geen evaluatie van de leertrajecten`, `geen reden om
/// leertrajecten te stoppen`.
pub(super) const OF_SOMETHING_ELSE: &[&str] = &["dat", "de", "deze", "die", "om", "van"];

/// What joins words of one clause.
pub(super) const JOINING: &[&str] = &["en", "noch", "of"];

/// Parts of words for what happens on the way of a learning trajectory: that there was none of it tells of those who follow
/// one.
pub(super) const STEPS: &[&str] = &[
    "aanvra",
    "advies",
    "adviezen",
    "afhak",
    "afrond",
    "beëindig",
    "deelname",
    "doorstro",
    "inschrijving",
    "instro",
    "intake",
    "opstart",
    "stopzet",
    "uitstro",
    "uitval",
    "verlenging",
];

/// Roman numerals from one.
pub(super) const ROMAN: &[&str] = &[
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII",
    "XVIII", "XIX", "XX",
];

/// Parts of words that make a passage one on learning trajectories: they, and those between whom they go.
pub(super) const TRAJECTORY_PARTS: &[&str] = &["leertraject", "dossin", "parket"];

/// Parts of a whole, told without a number.
pub(super) const PARTS: &[&str] = &["helft", "kwart"];

/// How parts of a whole end that are told with a number: `driekwart`, `tweederde`, `een vijfde`.
pub(super) const FRACTION_ENDINGS: &[&str] =
    &["derde", "vierde", "kwart", "vijfde", "zesde", "zevende", "achtste", "negende", "tiende"];

/// Before `helft` these say when, and not how many.
pub(super) const HALVES_OF_TIME: &[&str] = &["eerste", "tweede", "laatste"];

/// Forms of the verb with which `deel` is no part of a book.
pub(super) const TAKING_PART: &[&str] = &["nam", "namen", "neemt", "nemen"];

/// After a number these say that it is an age.
pub(super) const OF_AGE: &[&str] = &["jaar", "jarige", "jarigen"];

/// What larger numbers in words begin with, and small ones.
pub(super) const SMALL_NUMBERS: &[&str] = &["een", "één", "twee", "drie", "vier"];

/// Numbers above four.
pub(super) const NUMBERS: &[&str] = &[
    "vijf",
    "zes",
    "zeven",
    "acht",
    "negen",
    "tien",
    "elf",
    "twaalf",
    "dertien",
    "veertien",
    "vijftien",
    "zestien",
    "zeventien",
    "achttien",
    "negentien",
    "dozijn",
    "tientallen",
    "honderden",
];

/// How larger numbers end.
pub(super) const NUMBER_ENDINGS: &[&str] =
    &["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig", "honderd", "duizend"];
