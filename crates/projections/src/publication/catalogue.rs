//! The fixed catalogue of what is published about dossiers, with the words people read. A change of it is a new version.

use spoor_disclosure::{Catalogue, Dimension, Moving, Shape, TableSpec};
use spoor_domain::kernel::{HalfYear, Label, Language};
use spoor_domain::trajectory::publication::{Province, PublishedFamily, PublishedOutcome};

/// The version of the catalogue and of the rules of counting; an edition names it.
pub const CATALOGUE_VERSION: &str = "2026-11.4";

const PROVINCE: &str = "province";
const FAMILY: &str = "family";
const OUTCOME: &str = "outcome";

/// A text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Dutch.
    pub nl: &'static str,
    /// English.
    pub en: &'static str,
}

/// The words of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableWords {
    /// Its title.
    pub title: Words,
    /// What is counted, and how small counts are told.
    pub note: Words,
}

/// The words of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DimensionWords {
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub name: Words,
    /// Its categories, by code.
    pub categories: Vec<(&'static str, Words)>,
}

/// A table of the catalogue: code, dimensions, title.
const TABLES: &[(&str, &[&str], Words)] = &[
    (
        "total",
        &[],
        Words {
            nl: "Personen voor wie een leertraject werd aangevraagd",
            en: "Persons for whom a learning trajectory was requested",
        },
    ),
    (
        "by-province",
        &[PROVINCE],
        Words { nl: "Personen per provincie van het parket", en: "Persons by province of the parket" },
    ),
    ("by-family", &[FAMILY], Words { nl: "Personen per wetgeving", en: "Persons by family of law" }),
    (
        "by-outcome",
        &[OUTCOME],
        Words {
            nl: "Personen naar verloop van het leertraject",
            en: "Persons by how far the learning trajectory came",
        },
    ),
];

/// From the most detail to the least. In the most, every table can be told; what is lost first is the family of law, then
/// the province: how far trajectories came is what the report is about.
const DETAILS: &[&[&str]] =
    &[&[PROVINCE, FAMILY, OUTCOME], &[PROVINCE, OUTCOME], &[FAMILY, OUTCOME], &[OUTCOME], &[PROVINCE], &[]];

const NOTE: Words = Words {
    nl: "Eén persoon telt één keer, in het halfjaar van de eerste aanvraag. Aantallen van 1 tot 4 zijn afgerond op 0 of 5; \
         een afgerond aantal is als zodanig aangeduid, en een afgeronde 0 kan voor niemand staan of voor een klein aantal. Sommen \
         zijn sommen van de afgeronde aantallen en kunnen dus van de werkelijke afwijken. Een halfjaar met minder dan 20 personen \
         wordt samen met het volgende verteld. Een halfjaar wordt verteld als het om is. Wat een eerdere uitgave vertelde, staat \
         er zoals toen: het wordt pas anders verteld als het er ver genoeg van afwijkt en niemand daardoor te herkennen is. Ook \
         zulke aantallen zijn als afgerond aangeduid; de toestand van nu kan er meer dan vier van afwijken.",
    en: "A person counts once, in the half-year of the first request. Counts of 1 to 4 are rounded to 0 or 5; a rounded \
         count is marked as such, and a rounded 0 may stand for nobody or for a small number. Sums are sums of the rounded \
         counts, and so may differ from the true ones. A half-year with fewer than 20 persons is told together with the next. A \
         half-year is told once it is over. What an earlier edition told stands as it was told then: it is told otherwise only \
         when it is far enough from it and nobody can be recognised by that. Such counts are marked as rounded too; the state \
         of now may differ from them by more than four.",
};

/// The catalogue of an installation that has kept dossiers since this half-year.
pub fn catalogue(registered_from: HalfYear) -> Catalogue {
    let owned = |codes: &&[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    let table = |(code, over, _): &(&str, &[&str], Words)| TableSpec { code: (*code).to_owned(), over: owned(over) };
    Catalogue {
        shape: shape(),
        tables: TABLES.iter().map(table).collect(),
        details: DETAILS.iter().map(owned).collect(),
        // A trajectory goes on; the province changes only when the dossier moves, the family when it is corrected.
        moving: vec![as_trajectories_go()],
        registered_from,
    }
}

/// From in progress to an end, as nearly all of them go: a consent may be withdrawn after the advice, and rarely is one that
/// ended opened again.
fn as_trajectories_go() -> Moving {
    use PublishedOutcome::{AdviceGiven, EndedEarly, InProgress, NotStarted};
    let codes = |outcomes: &[PublishedOutcome]| outcomes.iter().map(|outcome| outcome.code().to_owned()).collect();
    let (begins, ends) = (codes(&[InProgress]), codes(&[EndedEarly, NotStarted, AdviceGiven]));
    Moving { dimension: OUTCOME.to_owned(), begins, ends }
}

/// The cube's dimensions.
pub(super) fn shape() -> Shape {
    let dimensions = dimension_words().into_iter().map(|dimension| Dimension {
        code: dimension.code.to_owned(),
        categories: dimension.categories.iter().map(|(code, _)| (*code).to_owned()).collect(),
    });
    Shape { dimensions: dimensions.collect() }
}

/// The words of a table of the catalogue.
pub fn table_words(code: &str) -> Option<TableWords> {
    TABLES.iter().find(|(known, _, _)| *known == code).map(|(_, _, title)| TableWords { title: *title, note: NOTE })
}

/// The dimensions of the cube, in order.
pub fn dimension_words() -> Vec<DimensionWords> {
    vec![
        dimension::<Province>(PROVINCE, Words { nl: "Provincie", en: "Province" }),
        dimension::<PublishedFamily>(FAMILY, Words { nl: "Wetgeving", en: "Family of law" }),
        dimension::<PublishedOutcome>(OUTCOME, Words { nl: "Verloop", en: "Outcome" }),
    ]
}

fn dimension<L: Label>(code: &'static str, name: Words) -> DimensionWords {
    let words = |value: &L| Words { nl: value.label(Language::Nl), en: value.label(Language::En) };
    DimensionWords { code, name, categories: L::ALL.iter().map(|value| (value.code(), words(value))).collect() }
}
