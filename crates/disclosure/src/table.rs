//! The fixed catalogue of tables, and the values in them: what is a number, what is rounded, what is not there and why.

use serde::{Deserialize, Serialize};
use spoor_domain::kernel::HalfYear;

use crate::release::Edition;
use crate::told::{PublishedPeriod, published};
use crate::{CubeError, Dimension, HalfYears, Shape};

/// Everything that may be published: the cube and the tables that are sums of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The cube's dimensions.
    pub shape: Shape,
    /// The tables, each over some of the dimensions.
    pub tables: Vec<TableSpec>,
    /// Which dimensions are told apart, from the most detail to the least; a period that cannot be told safely in one
    /// is told in the next. The last is always the bare total.
    pub details: Vec<Vec<String>>,
    /// The dimensions in which a person moves with time; in the others they stay where they are, corrections apart.
    pub moving: Vec<Moving>,
    /// From which half-year there are records at all.
    pub registered_from: HalfYear,
}

/// A dimension in which a person moves with time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// Its code.
    pub dimension: String,
    /// Its categories that nobody comes to once the period is over, corrections apart.
    pub begins: Vec<String>,
    /// Its categories in which a person stays who came there, corrections apart; those that are corrected least first.
    pub ends: Vec<String>,
}

/// One table of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSpec {
    /// Its code.
    pub code: String,
    /// The dimensions it tells apart; none gives the total.
    pub over: Vec<String>,
}

/// A table as published for one half-year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its code.
    pub code: String,
    /// The half-years it is about, which may be more than the one asked for.
    pub half_years: HalfYears,
    /// Its cells, the last dimension running fastest.
    pub cells: Vec<TableCell>,
}

/// One cell of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCell {
    /// Its category in every dimension of the table.
    pub categories: Vec<String>,
    /// What is told of it.
    pub value: Value,
}

/// What is told of a cell. A rounded 0 is not "nobody": it may be nobody to four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// The true count, told for the first time.
    Number(u32),
    /// A sum in which small counts were rounded, or of counts as they were told before: the true one may be another by now.
    Rounded(u32),
    /// There are no records of that time.
    NotRegistered,
    /// It is still to come, or waits until enough persons are counted.
    NotYetDelivered,
    /// The period could not be told safely in this detail.
    NotInThisDetail,
}

impl Value {
    /// The sum of two values: no sum where one of them is not there, and the reason that weighs most.
    fn plus(self, other: Value) -> Value {
        use Value::{NotInThisDetail, NotRegistered, NotYetDelivered, Number, Rounded};
        match (self, other) {
            (Number(one), Number(two)) => Number(one + two),
            (Number(one) | Rounded(one), Number(two) | Rounded(two)) => Rounded(one + two),
            (NotYetDelivered, _) | (_, NotYetDelivered) => NotYetDelivered,
            (NotRegistered, _) | (_, NotRegistered) => NotRegistered,
            (NotInThisDetail, _) | (_, NotInThisDetail) => NotInThisDetail,
        }
    }
}

impl Catalogue {
    /// One of the tables for one half-year, as an edition tells it.
    ///
    /// # Errors
    /// `Dimension` when the catalogue names a dimension that its cube does not have.
    pub fn table(&self, spec: &TableSpec, half_year: HalfYear, edition: &Edition) -> Result<Table, CubeError> {
        let found = edition.periods.iter().find(|period| period.half_years.holds(half_year));
        let (half_years, values) = match found {
            Some(period) => (period.half_years, self.values(spec, period, edition.number)?),
            None => {
                let before = half_year < self.registered_from;
                let value = if before { Value::NotRegistered } else { Value::NotYetDelivered };
                (HalfYears { first: half_year, last: half_year }, vec![value; self.shape_of(spec)?.cells()])
            }
        };
        let shape = self.shape_of(spec)?;
        let cells = values.into_iter().enumerate().map(|(cell, value)| {
            let named = shape.coordinates(cell).into_iter().zip(&shape.dimensions);
            let categories = named.map(|(category, dimension)| dimension.categories[category].clone()).collect();
            TableCell { categories, value }
        });
        Ok(Table { code: spec.code.clone(), half_years, cells: cells.collect() })
    }

    /// One of the tables for a year, as an edition tells it: the sum of what was told of its half-years, never counted
    /// anew. A year that was told together with half-years of another one cannot be told by itself.
    ///
    /// # Errors
    /// `Dimension` when the catalogue names a dimension that its cube does not have.
    pub fn year(&self, spec: &TableSpec, halves: HalfYears, edition: &Edition) -> Result<Table, CubeError> {
        let mut told: Vec<Table> = Vec::new();
        for half_year in halves.iter() {
            let table = self.table(spec, half_year, edition)?;
            if told.last().is_none_or(|last| last.half_years != table.half_years) {
                told.push(table);
            }
        }
        let within = |table: &Table| halves.holds(table.half_years.first) && halves.holds(table.half_years.last);
        let whole = told.iter().all(within);
        let value = |cell: usize| {
            let values = told.iter().map(|table| table.cells[cell].value);
            if whole { values.reduce(Value::plus).unwrap_or(Value::NotYetDelivered) } else { Value::NotInThisDetail }
        };
        let categories = self.table(spec, halves.first, edition)?.cells.into_iter().map(|cell| cell.categories);
        let cells = categories.enumerate().map(|(cell, categories)| TableCell { categories, value: value(cell) });
        Ok(Table { code: spec.code.clone(), half_years: halves, cells: cells.collect() })
    }

    /// The groups of cells of a detail whose sums are told: every table that can be made of it, every first-order
    /// margin, and the total.
    pub(crate) fn margins(&self, detail: &Shape) -> Vec<Vec<usize>> {
        let single = (0..detail.dimensions.len()).map(|place| vec![place]);
        let tables = self.tables.iter().filter_map(|table| detail.places(&table.over).ok());
        let mut wanted: Vec<Vec<usize>> = single.chain(tables).chain([Vec::new()]).collect();
        wanted.iter_mut().for_each(|places| places.sort_unstable());
        wanted.sort();
        wanted.dedup();
        // A table over every dimension has the cells themselves, which are no sums.
        wanted.retain(|places| places.len() < detail.dimensions.len());
        wanted.iter().flat_map(|places| detail.groups(places)).collect()
    }

    fn shape_of(&self, spec: &TableSpec) -> Result<Shape, CubeError> {
        Ok(self.shape.keeping(&self.shape.places(&spec.over)?))
    }

    /// The groups of cells between which no person moves.
    pub(crate) fn steady(&self, detail: &Shape) -> Vec<Vec<usize>> {
        let stays = |place: &usize| self.moving(&detail.dimensions[*place]).is_none();
        detail.groups(&(0..detail.dimensions.len()).filter(stays).collect::<Vec<_>>())
    }

    /// The cells to which no person comes: in every dimension in which persons move they are at a beginning.
    pub(crate) fn begun(&self, detail: &Shape) -> Vec<usize> {
        self.among(detail, |moving| &moving.begins)
    }

    /// The cells that no person leaves: in every dimension in which persons move they are at an end.
    pub(crate) fn settled(&self, detail: &Shape) -> Vec<usize> {
        self.among(detail, |moving| &moving.ends)
    }

    /// The cells that are in one of these categories in every dimension in which persons move, in the order of the categories.
    fn among(&self, detail: &Shape, these: impl Fn(&Moving) -> &Vec<String>) -> Vec<usize> {
        let place = |(dimension, category): (&Dimension, usize)| match self.moving(dimension) {
            Some(moving) => these(moving).iter().position(|own| *own == dimension.categories[category]),
            None => Some(0),
        };
        let places = |cell: usize| {
            let each = detail.dimensions.iter().zip(detail.coordinates(cell)).map(place);
            each.collect::<Option<Vec<_>>>().map(|places| (places.into_iter().sum::<usize>(), cell))
        };
        let mut cells: Vec<(usize, usize)> = (0..detail.cells()).filter_map(places).collect();
        cells.sort_unstable();
        cells.into_iter().map(|(_, cell)| cell).collect()
    }

    /// How persons move in this dimension; none for one in which they do not.
    fn moving(&self, dimension: &Dimension) -> Option<&Moving> {
        self.moving.iter().find(|moving| moving.dimension == dimension.code)
    }

    /// None of a period that an earlier edition told is marked as the true count, whichever still are: which they are would
    /// tell of the others that they changed.
    fn values(&self, spec: &TableSpec, period: &PublishedPeriod, edition: u32) -> Result<Vec<Value>, CubeError> {
        let Ok(places) = period.shape.places(&spec.over) else {
            return Ok(vec![Value::NotInThisDetail; self.shape_of(spec)?.cells()]);
        };
        let counts = period.current();
        let value = |group: Vec<usize>| {
            let sum = group.iter().map(|cell| counts[*cell]).sum();
            let exact = period.since == edition && group.iter().all(|cell| published(counts[*cell]).width() == 0);
            if exact { Value::Number(sum) } else { Value::Rounded(sum) }
        };
        Ok(period.shape.groups(&places).into_iter().map(value).collect())
    }
}
