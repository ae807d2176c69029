//! A view table as the writer knows it: its name, key and columns, and the few statements that keep it.

use super::{Arg, DbError, Row, Tx};

/// A table of a view. The columns begin with the key; verification compares exactly these.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Name of the table.
    pub name: &'static str,
    /// The columns that make a row unique, in the order of the primary key.
    pub key: &'static [&'static str],
    /// The other columns.
    pub values: &'static [&'static str],
}

/// Rows per statement. A few fixed sizes, so that the engines' statement caches keep a few texts instead of hundreds.
const CHUNKS: [usize; 3] = [64, 8, 1];

impl Table {
    /// Key and values, in the order in which rows are given to [`Tx::upsert`].
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.key.iter().chain(self.values).copied()
    }

    fn insert(&self, rows: usize) -> String {
        let width = self.key.len() + self.values.len();
        let columns = self.columns().collect::<Vec<_>>().join(", ");
        format!("insert into {} ({columns}) values {}", self.name, tuples(rows, width))
    }
}

impl Tx {
    /// Writes rows: new ones are inserted, known ones replaced. A key may occur only once among the rows.
    pub async fn upsert(&mut self, table: &Table, rows: Vec<Vec<Arg>>) -> Result<(), DbError> {
        let set = table.values.iter().map(|column| format!("{column} = excluded.{column}")).collect::<Vec<_>>();
        let action = if set.is_empty() { "nothing".to_owned() } else { format!("update set {}", set.join(", ")) };
        self.insert(table, rows, &format!("on conflict ({}) do {action}", table.key.join(", "))).await
    }

    /// Adds numbers to counts; a count that becomes zero is removed, so that a count of nothing and no count are the
    /// same whatever the batches were.
    pub async fn add(&mut self, table: &Table, rows: Vec<Vec<Arg>>) -> Result<(), DbError> {
        let name = table.name;
        let set = table.values.iter().map(|column| format!("{column} = {name}.{column} + excluded.{column}"));
        let action = format!("update set {}", set.collect::<Vec<_>>().join(", "));
        if rows.is_empty() {
            return Ok(());
        }
        self.insert(table, rows, &format!("on conflict ({}) do {action}", table.key.join(", "))).await?;
        let nothing = table.values.iter().map(|column| format!("{column} = 0")).collect::<Vec<_>>().join(" and ");
        self.run(&format!("delete from {name} where {nothing}"), vec![]).await.map(drop)
    }

    /// Every row of `select` whose `column` is one of these texts: the statement is completed with the condition.
    pub async fn rows_among(&mut self, select: &str, column: &str, texts: &[String]) -> Result<Vec<Row>, DbError> {
        let mut found = Vec::new();
        let mut rest = texts;
        while !rest.is_empty() {
            let size = chunk(rest.len());
            let (now, later) = rest.split_at(size);
            let marks = (1..=size).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
            let args = now.iter().map(|text| Arg::from(text.as_str())).collect();
            found.extend(self.rows(&format!("{select} where {column} in ({marks})"), args).await?);
            rest = later;
        }
        Ok(found)
    }

    async fn insert(&mut self, table: &Table, rows: Vec<Vec<Arg>>, conflict: &str) -> Result<(), DbError> {
        let mut rows = rows.into_iter().peekable();
        while rows.len() > 0 {
            let size = chunk(rows.len());
            let args = rows.by_ref().take(size).flatten().collect();
            self.run(&format!("{} {conflict}", table.insert(size)), args).await?;
        }
        Ok(())
    }
}

/// The largest statement size that the remaining rows fill.
fn chunk(remaining: usize) -> usize {
    CHUNKS.into_iter().find(|size| *size <= remaining).unwrap_or(1)
}

fn tuples(rows: usize, width: usize) -> String {
    let tuple = |row: usize| {
        let marks = (1..=width).map(|column| format!("${}", row * width + column)).collect::<Vec<_>>();
        format!("({})", marks.join(", "))
    };
    (0..rows).map(tuple).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_through_a_statement() {
        let table = Table { name: "t", key: &["a"], values: &["b"] };
        assert_eq!(table.insert(2), "insert into t (a, b) values ($1, $2), ($3, $4)");
    }

    #[test]
    fn a_batch_is_cut_into_few_sizes() {
        assert_eq!((chunk(100), chunk(36), chunk(3)), (64, 8, 1));
    }
}
