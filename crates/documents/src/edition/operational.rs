//! The tables on dossiers of an edition: rounded, attacked, and put into words. Pure.

use std::collections::BTreeMap;

use spoor_disclosure::{
    Catalogue, Cube, CubeError, DisclosureReport, DrawKey, Edition, HalfYears, Publisher, ReleaseError, Table,
    TableSpec,
};
use spoor_domain::kernel::HalfYear;
use spoor_projections::publication::{dimension_words, table_words};

use super::content::{CategoryLabel, OperationalTable, TableLabels};

/// What an edition tells about dossiers, and what the next one has to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operational {
    /// Everything told so far, this edition included: kept as it is, and given to the next one.
    pub told: Edition,
    /// The tables of the half-year, then, in the second half of a year, those of the year.
    pub tables: Vec<OperationalTable>,
    /// How safe it is: for those who answer for it, not for publication.
    pub report: DisclosureReport,
}

/// The tables of the edition of this half-year. `previous` is what was told by the edition that was frozen last, whatever
/// plan or half-year it was of, withdrawn or not: what was told stays told. `truth` is what was known at the place in the
/// log that the edition pins ([`spoor_projections::publication::truth_at`]). The same arguments give the same tables.
///
/// # Errors
/// See [`ReleaseError`]; then nothing may be published.
pub fn operational(
    previous: &Edition,
    truth: &BTreeMap<HalfYear, Cube>,
    period: HalfYear,
    catalogue: &Catalogue,
    key: &DrawKey,
) -> Result<Operational, ReleaseError> {
    let (told, report) = Publisher { catalogue, key }.publish(previous, truth, period)?;
    let tables = tables(&told, period, catalogue)?;
    Ok(Operational { told, tables, report })
}

/// The tables of a half-year as told by an edition.
fn tables(told: &Edition, period: HalfYear, catalogue: &Catalogue) -> Result<Vec<OperationalTable>, CubeError> {
    let each = |table: &dyn Fn(&TableSpec) -> Result<Table, CubeError>, of: Option<i32>| {
        let labelled = |spec| Ok(OperationalTable { labels: labels(spec, of), table: table(spec)? });
        catalogue.tables.iter().map(labelled).collect::<Result<Vec<_>, CubeError>>()
    };
    let mut tables = each(&|spec| catalogue.table(spec, period, told), None)?;
    let [first, last] = period.halves();
    if period == last {
        tables.extend(each(&|spec| catalogue.year(spec, HalfYears { first, last }, told), Some(period.year()))?);
    }
    Ok(tables)
}

fn labels(spec: &TableSpec, year: Option<i32>) -> TableLabels {
    let words = table_words(&spec.code);
    let title = words.map_or(spec.code.as_str(), |words| words.title.nl);
    let over = dimension_words().into_iter().filter(|dimension| spec.over.iter().any(|code| code == dimension.code));
    let (dimensions, categories): (Vec<_>, Vec<_>) =
        over.map(|dimension| (dimension.name, dimension.categories)).unzip();
    TableLabels {
        title: year.map_or_else(|| title.to_owned(), |year| format!("{title}, jaar {year}")),
        note: words.map(|words| words.note.nl.to_owned()).unwrap_or_default(),
        dimensions: dimensions.into_iter().map(|name| name.nl.to_owned()).collect(),
        categories: categories
            .into_iter()
            .flatten()
            .map(|(code, words)| CategoryLabel { code: code.to_owned(), label: words.nl.to_owned() })
            .collect(),
    }
}
