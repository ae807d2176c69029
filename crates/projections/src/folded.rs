//! Views with one row per aggregate that keeps, beside its columns, everything folded of the aggregate so far.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use crate::db::{Arg, DbError, Table, Tx};
use crate::error::ViewError;
use crate::projector::Event;

/// What is folded of one aggregate; it stands in the column `facts`.
pub(crate) trait Folded: Default + DeserializeOwned {
    /// What is wrong with a log whose events of an aggregate make no row.
    const IMPOSSIBLE: &'static str;

    /// Takes an event in; false when it is of another kind.
    fn take(&mut self, recorded: &Event) -> bool;

    /// The row as it stands after its last event; none as long as the aggregate has not begun.
    fn row(&self, id: &str, last: &Event) -> Result<Option<Vec<Arg>>, DbError>;
}

/// Folds a batch into the rows of a table with this key, reading and writing each row once.
///
/// # Errors
/// `Impossible` when an aggregate has events and no row.
pub(crate) async fn apply<F: Folded>(
    tx: &mut Tx,
    table: &Table,
    key: &str,
    events: &[&Event],
) -> Result<(), ViewError> {
    let ids: BTreeSet<String> = events.iter().map(|recorded| recorded.aggregate_id.clone()).collect();
    let select = format!("select {key}, facts from {}", table.name);
    let mut touched: BTreeMap<String, F> = BTreeMap::new();
    for row in tx.rows_among(&select, key, &ids.into_iter().collect::<Vec<_>>()).await? {
        touched.insert(row.text(key)?, row.json("facts")?);
    }
    let mut last = BTreeMap::new();
    for recorded in events {
        if touched.entry(recorded.aggregate_id.clone()).or_default().take(recorded) {
            last.insert(recorded.aggregate_id.clone(), *recorded);
        }
    }
    let mut rows = Vec::new();
    for (id, recorded) in last {
        let row = touched.get(&id).map(|facts| facts.row(&id, recorded)).transpose()?.flatten();
        let impossible = || ViewError::Impossible { index: recorded.index, aggregate: id.clone(), why: F::IMPOSSIBLE };
        rows.push(row.ok_or_else(impossible)?);
    }
    Ok(tx.upsert(table, rows).await?)
}
