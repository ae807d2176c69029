//! Are the live views what the log says? A shadow is built from the log and compared with them row by row.

use std::collections::VecDeque;
use std::sync::Arc;

use spoor_eventlog::clock::new_id;

use super::logs::Logs;
use super::same_log::require_same_log;
use super::supervisor;
use super::worker::Worker;
use crate::checkpoint::Checkpoint;
use crate::db::{Arg, Table, Tx};
use crate::error::ViewError;
use crate::projector::Projector;
use crate::registry::BuildId;
use crate::views::{Build, Views};

/// What a verification found in one projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The projection.
    pub projection: &'static str,
    /// The leaf index at which live and shadow were compared.
    pub index: u64,
    /// Rows compared.
    pub rows: u64,
    /// The rows that differ, at most a hundred of them.
    pub differences: Vec<Difference>,
    /// How many rows differ.
    pub different: u64,
}

/// A live row that is not what the log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: &'static str,
    /// The key of the row, as `column=value` pairs.
    pub key: String,
    /// What is wrong with it.
    pub kind: DifferenceKind,
}

/// How a live row differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// The log makes this row, the live view does not have it.
    Missing,
    /// The live view has this row, the log does not make it.
    Surplus,
    /// These columns differ.
    Columns(Vec<&'static str>),
}

/// How many differing rows are named; the rest is counted.
pub const NAMED: usize = 100;

/// Rows per page of the comparison.
const PAGE: usize = 1000;

impl Verification {
    /// Whether the live view is what the log says.
    pub fn clean(&self) -> bool {
        self.different == 0
    }

    fn differs(&mut self, table: &'static Table, key: &[Arg], kind: DifferenceKind) {
        self.different += 1;
        if self.differences.len() < NAMED {
            let pairs = table.key.iter().zip(key).map(|(column, value)| format!("{column}={}", shown(value)));
            self.differences.push(Difference { table: table.name, key: pairs.collect::<Vec<_>>().join(" "), kind });
        }
    }
}

/// Makes every projection (or the one named) anew in a shadow and compares it with the live one row by row.
pub async fn verify(logs: &Logs, views: &Views, name: Option<&str>) -> Result<Vec<Verification>, ViewError> {
    let chosen = match name {
        Some(name) => vec![super::named(name)?],
        None => super::projectors(),
    };
    let mut found = Vec::new();
    for projector in chosen {
        found.push(verify_with(logs, views, projector).await?);
    }
    Ok(found)
}

/// The same for this projection.
pub async fn verify_with(logs: &Logs, views: &Views, projector: Arc<dyn Projector>) -> Result<Verification, ViewError> {
    let live = views.active(projector.name()).await?;
    require_same_log(logs.of(projector.source()), &live).await?;
    // Not in the registry: nobody else will work at it or answer from it.
    let id = BuildId {
        projection: format!("{}-shadow", projector.name()),
        version: live.id.version,
        number: std::process::id(),
    };
    views.remove_build(&id).await?;
    let shadow = supervisor::prepared(views, projector.as_ref(), &id).await?;
    let found = compare(logs, views, projector, &live, &shadow).await;
    views.remove_build(&id).await?;
    found
}

async fn compare(
    logs: &Logs,
    views: &Views,
    projector: Arc<dyn Projector>,
    live: &Build,
    shadow: &Build,
) -> Result<Verification, ViewError> {
    let worker = Worker {
        feed: logs.feed(projector.source()),
        views: views.clone(),
        build: shadow.clone(),
        projector: projector.clone(),
        owner: new_id().to_string(),
    };
    // Most of the way first, so that the snapshot of the live view below need not be held for long.
    worker.catch_up(Checkpoint::read(&live.db).await?.seen).await?;
    let mut live_rows = live.db.begin_snapshot().await?;
    let seen = Checkpoint::read_in(&mut live_rows).await?.seen;
    worker.catch_up(seen).await?;
    let mut shadow_rows = shadow.db.begin_snapshot().await?;
    let mut found = Verification {
        projection: projector.name(),
        index: seen.index,
        rows: 0,
        differences: Vec::new(),
        different: 0,
    };
    for table in projector.tables() {
        compare_table(table, &mut live_rows, &mut shadow_rows, &mut found).await?;
    }
    Ok(found)
}

async fn compare_table(
    table: &'static Table,
    live: &mut Tx,
    shadow: &mut Tx,
    found: &mut Verification,
) -> Result<(), ViewError> {
    let (mut of_live, mut of_shadow) = (Rows::new(table), Rows::new(table));
    loop {
        let width = table.key.len();
        let key = |row: Option<&Vec<Arg>>| row.map(|row| row[..width].to_vec());
        let (lived, made) = (of_live.peek(live).await?, of_shadow.peek(shadow).await?);
        match (key(lived), key(made)) {
            (None, None) => return Ok(()),
            (Some(surplus), other) if other.as_ref().is_none_or(|other| surplus < *other) => {
                found.differs(table, &surplus, DifferenceKind::Surplus);
                of_live.next();
            }
            (other, Some(missing)) if other.as_ref().is_none_or(|other| missing < *other) => {
                found.differs(table, &missing, DifferenceKind::Missing);
                of_shadow.next();
            }
            (Some(same), _) | (None, Some(same)) => {
                let columns = differing(table, lived, made);
                if !columns.is_empty() {
                    found.differs(table, &same, DifferenceKind::Columns(columns));
                }
                of_live.next();
                of_shadow.next();
            }
        }
        found.rows += 1;
    }
}

fn differing(table: &Table, live: Option<&Vec<Arg>>, shadow: Option<&Vec<Arg>>) -> Vec<&'static str> {
    let (Some(live), Some(shadow)) = (live, shadow) else { return Vec::new() };
    let pairs = table.columns().zip(live.iter().zip(shadow));
    pairs.filter(|(_, (live, shadow))| live != shadow).map(|(column, _)| column).collect()
}

fn shown(value: &Arg) -> String {
    match value {
        Arg::Text(text) => text.clone().unwrap_or_default(),
        Arg::Int(number) => number.map(|number| number.to_string()).unwrap_or_default(),
    }
}

/// The rows of a table in the order of its key, page by page.
struct Rows {
    table: &'static Table,
    page: VecDeque<Vec<Arg>>,
    after: Option<Vec<Arg>>,
    ended: bool,
}

impl Rows {
    fn new(table: &'static Table) -> Self {
        Self { table, page: VecDeque::new(), after: None, ended: false }
    }

    async fn peek(&mut self, tx: &mut Tx) -> Result<Option<&Vec<Arg>>, ViewError> {
        if self.page.is_empty() && !self.ended {
            self.fetch(tx).await?;
        }
        Ok(self.page.front())
    }

    fn next(&mut self) {
        self.page.pop_front();
    }

    async fn fetch(&mut self, tx: &mut Tx) -> Result<(), ViewError> {
        let columns = self.table.columns().collect::<Vec<_>>();
        let key = self.table.key.join(", ");
        let marks = (1..=self.table.key.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let bound = if self.after.is_some() { format!(" where ({key}) > ({marks})") } else { String::new() };
        let sql = format!("select {} from {}{bound} order by {key} limit {PAGE}", columns.join(", "), self.table.name);
        let rows = tx.rows(&sql, self.after.clone().unwrap_or_default()).await?;
        self.ended = rows.len() < PAGE;
        for row in rows {
            let values = columns.iter().map(|column| row.value(column)).collect::<Result<Vec<_>, _>>()?;
            self.after = Some(values[..self.table.key.len()].to_vec());
            self.page.push_back(values);
        }
        Ok(())
    }
}
