//! Pages by keyset: a cursor names the row it stands at, so a page costs the same however deep it lies.

use crate::checkpoint::{Checkpoint, seen_of};
use crate::db::{Arg, Db, DbError, Row};
use crate::error::ViewError;
use crate::select::Conditions;
use spoor_eventlog::Position;

/// The largest page there is.
pub const MAX_PAGE: u32 = 500;
/// The page when none is asked for.
pub const DEFAULT_PAGE: u32 = 50;
/// Counting stops here where no maintained count answers: "more than ten thousand" is all a person can use.
pub const COUNT_BOUND: u64 = 10_000;

/// Which part of a list is wanted, in the words of Relay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// This many from the beginning, or from `after`.
    pub first: Option<u32>,
    /// Behind this row.
    pub after: Option<String>,
    /// This many from the end, or before `before`.
    pub last: Option<u32>,
    /// Before this row.
    pub before: Option<String>,
    /// Whether the total is wanted as well.
    pub with_total: bool,
}

impl PageRequest {
    /// The first `size` rows.
    pub fn first(size: u32) -> Self {
        Self { first: Some(size), ..Self::default() }
    }
}

/// A number of rows that is exact, or a bound that was reached while counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// How many, at least.
    pub count: u64,
    /// Whether there are exactly this many.
    pub exact: bool,
}

/// How far in the log the view was when it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// Position of the last event in the view.
    pub position: Position,
    /// Leaf index of that event.
    pub index: u64,
}

/// A row with the cursor that names its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge<T> {
    /// The place.
    pub cursor: String,
    /// The row.
    pub node: T,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The rows, always in the order of the list, also when they were asked from its end.
    pub edges: Vec<Edge<T>>,
    /// Whether there are rows behind the last one.
    pub has_next: bool,
    /// Whether there are rows before the first one.
    pub has_previous: bool,
    /// How many rows the whole list has, when that was asked.
    pub total: Option<Total>,
    /// The state of the log that was shown.
    pub seen: Seen,
}

impl Total {
    /// Counts the rows of a question, up to the bound.
    pub(crate) async fn counted(db: &Db, question: &str, args: Vec<Arg>) -> Result<Self, ViewError> {
        let bound = COUNT_BOUND + 1;
        let row = db.row(&format!("select count(*) as n from ({question} limit {bound}) bounded"), args).await?;
        let count = row.map_or(Ok(0), |row| row.count("n"))?;
        Ok(Self { count: count.min(COUNT_BOUND), exact: count <= COUNT_BOUND })
    }
}

/// The order of a list: its columns, the last of which is unique.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keyset<'a> {
    /// Name of the order, kept in the cursor so that a cursor of another order is refused.
    pub name: &'a str,
    /// The columns with their kind.
    pub columns: &'a [(&'a str, KeyKind)],
    /// Whether the list runs from high to low.
    pub descending: bool,
}

/// What a key column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Text,
    Int,
}

/// A page request resolved against an order.
#[derive(Debug)]
pub(crate) struct Slice {
    /// Rows to return.
    pub size: usize,
    /// Whether the rows are fetched from the end.
    pub backward: bool,
    bounded_after: bool,
    bounded_before: bool,
    descending: bool,
    columns: Vec<String>,
}

/// Between the name and the values of a cursor.
const SEPARATOR: char = '~';

impl Keyset<'_> {
    /// The cursor of a row with these key values.
    pub fn cursor(&self, key: &[Arg]) -> String {
        let mut cursor = self.name.to_owned();
        for value in key {
            cursor.push(SEPARATOR);
            match value {
                Arg::Text(text) => cursor.push_str(text.as_deref().unwrap_or_default()),
                Arg::Int(number) => cursor.push_str(&number.unwrap_or_default().to_string()),
            }
        }
        cursor
    }

    /// The key values of a row: the columns without the alias of their table.
    pub fn key_of(&self, row: &Row) -> Result<Vec<Arg>, DbError> {
        let plain = |column: &str| column.rsplit('.').next().unwrap_or_default().to_owned();
        let value = |(column, kind): &(&str, KeyKind)| {
            Ok(match kind {
                KeyKind::Text => Arg::from(row.text(&plain(column))?),
                KeyKind::Int => Arg::from(row.int(&plain(column))?),
            })
        };
        self.columns.iter().map(value).collect()
    }

    /// Adds the bounds of the request to the conditions.
    pub fn slice(&self, request: &PageRequest, conditions: &mut Conditions) -> Result<Slice, ViewError> {
        if request.first.is_some() && request.last.is_some() {
            return Err(ViewError::Page);
        }
        for (cursor, later) in [(&request.after, true), (&request.before, false)] {
            if let Some(cursor) = cursor {
                self.bound(cursor, later != self.descending, conditions)?;
            }
        }
        let size = request.first.or(request.last).unwrap_or(DEFAULT_PAGE).min(MAX_PAGE);
        Ok(Slice {
            size: size as usize,
            backward: request.last.is_some(),
            bounded_after: request.after.is_some(),
            bounded_before: request.before.is_some(),
            descending: self.descending,
            columns: self.columns.iter().map(|(column, _)| (*column).to_owned()).collect(),
        })
    }

    /// The page of the rows that were fetched with a slice of this order. The state of the log it shows is the one the
    /// rows were read with; where there are none it is asked for.
    pub async fn page<T, E>(
        &self,
        db: &Db,
        rows: &[Row],
        slice: &Slice,
        total: Option<Total>,
        mut node: impl FnMut(&Row) -> Result<T, E>,
    ) -> Result<Page<T>, ViewError>
    where
        ViewError: From<E>,
    {
        let seen = match rows.first() {
            Some(row) => seen_of(row)?,
            None => Checkpoint::read(db).await?.seen,
        };
        let mut edges = Vec::new();
        for row in rows {
            edges.push(Edge { cursor: self.cursor(&self.key_of(row)?), node: node(row)? });
        }
        Ok(slice.page(edges, total, seen))
    }

    fn bound(&self, cursor: &str, greater: bool, conditions: &mut Conditions) -> Result<(), ViewError> {
        let wrong = || ViewError::Cursor(cursor.to_owned());
        let mut parts = cursor.split(SEPARATOR);
        if parts.next() != Some(self.name) {
            return Err(wrong());
        }
        let mut marks = Vec::new();
        for (_, kind) in self.columns {
            let part = parts.next().ok_or_else(wrong)?;
            marks.push(match kind {
                KeyKind::Text => conditions.bind(part),
                KeyKind::Int => conditions.bind(part.parse::<i64>().map_err(|_| wrong())?),
            });
        }
        if parts.next().is_some() {
            return Err(wrong());
        }
        let columns = self.columns.iter().map(|(column, _)| *column).collect::<Vec<_>>().join(", ");
        let sign = if greater { ">" } else { "<" };
        conditions.plain(format!("({columns}) {sign} ({})", marks.join(", ")));
        Ok(())
    }
}

impl Slice {
    /// ` order by … limit …`, one row more than asked for: that row tells whether there are more.
    pub fn order(&self) -> String {
        let direction = if self.descending != self.backward { "desc" } else { "asc" };
        let columns = self.columns.iter().map(|column| format!("{column} {direction}")).collect::<Vec<_>>();
        format!(" order by {} limit {}", columns.join(", "), self.size + 1)
    }

    /// The page of the rows that were fetched with this slice.
    pub fn page<T>(&self, mut edges: Vec<Edge<T>>, total: Option<Total>, seen: Seen) -> Page<T> {
        let more = edges.len() > self.size;
        edges.truncate(self.size);
        if self.backward {
            edges.reverse();
        }
        let (has_next, has_previous) =
            if self.backward { (self.bounded_before, more) } else { (more, self.bounded_after) };
        Page { edges, has_next, has_previous, total, seen }
    }
}

/// An answer with the state of the log it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<T> {
    /// The answer.
    pub value: T,
    /// How far the view was.
    pub seen: Seen,
}
