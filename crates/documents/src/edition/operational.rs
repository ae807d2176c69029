//! The tables on dossiers of an edition: rounded, attacked, and put into words. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use spoor_disclosure::{
    Catalogue, Cube, CubeError, DisclosureReport, DrawKey, Edition, HalfYears, Publisher, ReleaseError, Table,
    TableSpec,
};
use spoor_domain::kernel::HalfYear;
use spoor_projections::publication::{dimension_words, table_words};

use super::content::{CategoryLabel, OperationalTable, TableLabels};

/// What the code of a table of a year ends in.
pub const YEAR_SUFFIX: &str = "-year";

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

/// The tables of the edition of this half-year, or, while it is not over, of the last one that is. `previous` is what was told by the edition that was frozen last, whatever
/// plan or half-year it was of, withdrawn or not: what was told stays told. `truth` is what was known at the place in the
/// log that the edition pins ([`spoor_projections::publication::truth_at`]), `today` the day of that. Nothing is told of a
/// half-year that is not over: whoever came later would be in no figure. The same arguments give the same tables.
///
/// # Errors
/// See [`ReleaseError`]; then nothing may be published.
pub fn operational(
    previous: &Edition,
    truth: &BTreeMap<HalfYear, Cube>,
    period: HalfYear,
    today: NaiveDate,
    catalogue: &Catalogue,
    key: &DrawKey,
) -> Result<Operational, ReleaseError> {
    let over = period.min(HalfYear::of(today).previous());
    let (told, report) = Publisher { catalogue, key }.publish(previous, truth, over)?;
    let tables = tables(&told, over, catalogue)?;
    Ok(Operational { told, tables, report })
}

/// The tables of a half-year as told by an edition.
fn tables(told: &Edition, period: HalfYear, catalogue: &Catalogue) -> Result<Vec<OperationalTable>, CubeError> {
    let [first, last] = period.halves();
    let mut tables = Vec::new();
    for spec in &catalogue.tables {
        tables.push(OperationalTable { labels: labels(spec, None), table: catalogue.table(spec, period, told)? });
    }
    for spec in catalogue.tables.iter().filter(|_| period == last) {
        let year = catalogue.year(spec, HalfYears { first, last }, told)?;
        let table = Table { code: format!("{}{YEAR_SUFFIX}", spec.code), ..year };
        tables.push(OperationalTable { labels: labels(spec, Some(period.year())), table });
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first thing that is not as it says")]
mod tests {
    use spoor_disclosure::Value;
    use spoor_projections::publication::catalogue;

    use super::*;

    fn half(text: &str) -> HalfYear {
        text.parse().unwrap()
    }

    /// When all of it is over.
    fn later() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 2, 1).unwrap()
    }

    /// So many persons, spread as they really are: much of one province, one family, one outcome, and nobody elsewhere.
    fn persons(count: usize, catalogue: &Catalogue) -> Cube {
        let mut counts = vec![0; catalogue.shape.cells()];
        for n in 0..count {
            let province = [0, 0, 0, 1, 2, 2, 3, 4][n * 5 % 8];
            let family = [0, 0, 0, 1, 1, 3, 4][n * 3 % 7];
            let outcome = [0, 1, 1, 2, 3][n * 2 % 5];
            counts[(province * 5 + family) * 4 + outcome] += 1;
        }
        Cube::new(catalogue.shape.clone(), counts).unwrap()
    }

    fn number(value: Value) -> u32 {
        match value {
            Value::Number(count) | Value::Rounded(count) => count,
            other => panic!("{other:?} is no count"),
        }
    }

    fn sum(table: &OperationalTable) -> u32 {
        table.table.cells.iter().map(|cell| number(cell.value)).sum()
    }

    #[test]
    fn an_edition_tells_the_four_tables_and_at_the_end_of_the_year_those_of_the_year() {
        let (catalogue, key) = (catalogue(half("2024-H1")), DrawKey::new(&[1; 32]));
        let mut truth = BTreeMap::from([(half("2024-H1"), persons(90, &catalogue))]);
        let spring = operational(&Edition::default(), &truth, half("2024-H1"), later(), &catalogue, &key).unwrap();
        assert_eq!(spring.tables.len(), 4);
        truth.insert(half("2024-H2"), persons(120, &catalogue));
        let autumn = operational(&spring.told, &truth, half("2024-H2"), later(), &catalogue, &key).unwrap();
        let [first, year] = [&autumn.tables[..4], &autumn.tables[4..]];
        let codes: Vec<&str> = year.iter().map(|table| table.table.code.as_str()).collect();
        assert_eq!(codes, ["total-year", "by-province-year", "by-family-year", "by-outcome-year"]);
        let (spring_total, autumn_total) = (sum(&spring.tables[0]), sum(&first[0]));
        assert_eq!((first.len(), year.len()), (4, 4));
        for ((spring, autumn), year) in spring.tables.iter().zip(first).zip(year) {
            // The year is the sum of what was told, not counted anew.
            for ((one, two), both) in spring.table.cells.iter().zip(&autumn.table.cells).zip(&year.table.cells) {
                assert_eq!(number(one.value) + number(two.value), number(both.value));
                assert_eq!(one.categories, both.categories);
            }
            // Every table is a sum of the same cube.
            assert_eq!([sum(spring), sum(autumn)], [spring_total, autumn_total]);
        }
        assert_eq!(year[1].labels.title, "Personen per provincie van het parket, jaar 2024");
        for said in
            ["Aantallen van 1 tot 4 zijn afgerond op 0 of 5", "een afgeronde 0", "sommen van de afgeronde aantallen"]
        {
            assert!(autumn.tables.iter().all(|table| table.labels.note.contains(said)), "{said}");
        }
        assert_eq!(year[1].labels.dimensions, ["Provincie"]);
        assert_eq!(year[1].labels.categories.len(), year[1].table.cells.len());
    }

    #[test]
    fn nothing_is_told_of_a_half_year_before_it_is_over() {
        let (catalogue, key) = (catalogue(half("2024-H1")), DrawKey::new(&[1; 32]));
        let truth =
            BTreeMap::from([("2024-H1", 90), ("2024-H2", 30)].map(|(at, n)| (half(at), persons(n, &catalogue))));
        let made = |today: &str| {
            let today = today.parse().unwrap();
            operational(&Edition::default(), &truth, half("2024-H2"), today, &catalogue, &key).unwrap()
        };
        let running = made("2024-12-31");
        assert_eq!(running.tables.len(), 4, "those of the half-year before, and none of a year");
        assert!(running.tables.iter().all(|table| table.table.half_years.last == half("2024-H1")));
        assert!(number(running.tables[0].table.cells[0].value).abs_diff(90) <= 4);
        let over = made("2025-01-01");
        assert_eq!(over.tables.len(), 8);
        assert!(over.tables[..4].iter().all(|table| table.table.half_years.first == half("2024-H2")));
    }

    #[test]
    fn figures_as_small_as_the_real_ones_are_still_told_by_every_dimension() {
        let catalogue = catalogue(half("2024-H1"));
        let mut in_full_detail = 0;
        for count in 20..60 {
            let truth = BTreeMap::from([(half("2024-H1"), persons(count, &catalogue))]);
            let key = DrawKey::new(&[count as u8; 32]);
            let made = operational(&Edition::default(), &truth, half("2024-H1"), later(), &catalogue, &key).unwrap();
            in_full_detail += usize::from(made.report.periods[0].detail.len() == 3);
            let told = number(made.tables[0].table.cells[0].value) as usize;
            assert!(told.abs_diff(count) <= 4, "{told} for {count}");
        }
        assert!(in_full_detail >= 30, "only {in_full_detail} of 40");
    }

    #[test]
    fn the_kinds_of_value_are_kept_apart() {
        let (catalogue, key) = (catalogue(half("2024-H1")), DrawKey::new(&[2; 32]));
        let told = |half_year: &str, persons_in: &[(&str, usize)]| {
            let truth = persons_in.iter().map(|(at, count)| (half(at), persons(*count, &catalogue))).collect();
            let made = operational(&Edition::default(), &truth, half(half_year), later(), &catalogue, &key).unwrap();
            made.tables.iter().map(|table| table.table.cells[0].value).collect::<Vec<_>>()
        };
        // Before there were any records; a true zero is a number.
        assert_eq!(told("2023-H2", &[])[0], Value::NotRegistered);
        // Too few to be told: it waits.
        assert_eq!(told("2024-H1", &[("2024-H1", 12)])[0], Value::NotYetDelivered);
        // A year of which one half waits is not delivered either; a year told as one stands for itself.
        let apart = told("2024-H2", &[("2024-H1", 90), ("2024-H2", 3)]);
        assert!(matches!(apart[0], Value::NotYetDelivered) && apart[4] == Value::NotYetDelivered, "{apart:?}");
        let together = told("2024-H2", &[("2024-H1", 12), ("2024-H2", 30)]);
        assert_eq!(number(together[0]), number(together[4]));
        // Told together with a half-year of another year, the year cannot be told by itself.
        let across = told("2025-H2", &[("2024-H1", 60), ("2024-H2", 12), ("2025-H1", 30), ("2025-H2", 60)]);
        assert_eq!(across[4], Value::NotInThisDetail);
    }

    #[test]
    fn the_same_arguments_give_the_same_tables() {
        let (catalogue, key) = (catalogue(half("2024-H1")), DrawKey::new(&[3; 32]));
        let truth = BTreeMap::from([(half("2024-H1"), persons(70, &catalogue))]);
        let once = operational(&Edition::default(), &truth, half("2024-H1"), later(), &catalogue, &key).unwrap();
        assert_eq!(operational(&Edition::default(), &truth, half("2024-H1"), later(), &catalogue, &key).unwrap(), once);
        let other = DrawKey::new(&[4; 32]);
        assert_ne!(
            operational(&Edition::default(), &truth, half("2024-H1"), later(), &catalogue, &other).unwrap().tables,
            once.tables
        );
    }
}
