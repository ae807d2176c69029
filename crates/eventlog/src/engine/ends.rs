//! Records that are gone from a log in SQL, and whether the ends of streams went with them: the head counts every record, and a
//! later event of the same stream tells of those before it.

use std::ops::RangeInclusive;
use std::sync::Arc;

use rusqlite::{Connection, Params};
use sqlx::Row as _;

use super::postgres::{PostgresLog, Query};
use super::sqlite::SqliteLog;
use super::{database, signed, unsigned};
use crate::error::LogError;

/// How many records are gone. A bare count reads the smallest index, some milliseconds per million records on SQLite.
const GONE: &str = "select h.position - (select count(*) from events) from log_head h where h.id = 1";
/// How many of those behind an index are: what may have been a later event of a stream that ends there. Behind most of what is
/// worked on there is little to count.
const GONE_BEHIND: &str = "select h.position - $1 - (select count(*) from events where position > $1)
       from log_head h where h.id = 1";
/// How many of them a later event of the same stream tells of. Asked only when some are gone, for it reads a whole index.
const TOLD: &str = "select cast(coalesce(sum(stream.gone), 0) as bigint) from
    (select max(sequence) - count(*) as gone from events group by aggregate_type, aggregate_id) stream";
/// Where they were: from, and up to. Behind the last record there is room for one that is to come.
const HOLES: &str = "select step.previous + 1, step.place - 1 from
    (select place, lag(place, 1, cast(0 as bigint)) over (order by place) as previous from
        (select e.position as place from events e union all select h.position + 1 from log_head h where h.id = 1) known) step
    where step.place > step.previous + 1 order by step.place";

impl SqliteLog {
    /// Whether every record behind this index is there.
    pub async fn is_whole_behind(self: &Arc<Self>, index: u64) -> Result<bool, LogError> {
        self.blocking(move |reader| Ok(number(reader, GONE_BEHIND, [signed(index)])? <= 0)).await
    }

    /// The indexes without a record, where the ends of streams are gone with them; otherwise none.
    pub async fn lost_ends(self: &Arc<Self>) -> Result<Vec<RangeInclusive<u64>>, LogError> {
        self.blocking(|reader| {
            let gone = number(reader, GONE, [])?;
            if gone <= 0 || gone <= number(reader, TOLD, [])? {
                return Ok(Vec::new());
            }
            let mut statement = reader.prepare_cached(HOLES).map_err(database)?;
            let mut rows = statement.query([]).map_err(database)?;
            let mut holes = Vec::new();
            while let Some(row) = rows.next().map_err(database)? {
                holes.push(hole(row.get(0).map_err(database)?, row.get(1).map_err(database)?)?);
            }
            Ok(holes)
        })
        .await
    }
}

impl PostgresLog {
    /// The same.
    pub async fn is_whole_behind(&self, index: u64) -> Result<bool, LogError> {
        Ok(self.number(|| sqlx::query(GONE_BEHIND).bind(signed(index))).await? <= 0)
    }

    /// The same.
    pub async fn lost_ends(&self) -> Result<Vec<RangeInclusive<u64>>, LogError> {
        let gone = self.number(|| sqlx::query(GONE)).await?;
        if gone <= 0 || gone <= self.number(|| sqlx::query(TOLD)).await? {
            return Ok(Vec::new());
        }
        let rows = self.readers.rows(|| sqlx::query(HOLES)).await?;
        rows.iter().map(|row| hole(row.try_get(0).map_err(database)?, row.try_get(1).map_err(database)?)).collect()
    }

    async fn number<'q>(&self, query: impl Fn() -> Query<'q>) -> Result<i64, LogError> {
        let rows = self.readers.rows(query).await?;
        rows.first().map_or(Ok(0), |row| row.try_get(0).map_err(database))
    }
}

fn number(reader: &Connection, sql: &str, parameters: impl Params) -> Result<i64, LogError> {
    let mut statement = reader.prepare_cached(sql).map_err(database)?;
    statement.query_row(parameters, |row| row.get(0)).map_err(database)
}

fn hole(first: i64, last: i64) -> Result<RangeInclusive<u64>, LogError> {
    Ok(unsigned(first)?..=unsigned(last)?)
}
