//! Records that are gone from a log in SQL, and whether the ends of streams went with them: the head counts every record, and a
//! later event of the same stream tells of those before it. And what stands beside the records, in no leaf: the moment of the
//! head, and the command ids by which records are found.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;

use rusqlite::{Connection, Params};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::postgres::{PostgresLog, Query};
use super::sqlite::SqliteLog;
use super::{database, signed, unsigned};
use crate::ends::{Counted, HeadApart};
use crate::error::LogError;

/// How many records are gone. A bare count reads the smallest index, some milliseconds per million records on SQLite. What stands
/// beyond the head was never committed, and makes up for none.
const GONE: &str = "select h.position - (select count(*) from events)
       + (select count(*) from events where position > h.position) from log_head h where h.id = 1";
/// How many of those behind an index are: what may have been a later event of a stream that ends there. Behind most of what is
/// worked on there is little to count.
const GONE_BEHIND: &str = "select h.position - $1
       - (select count(*) from events where position > $1 and position <= h.position) from log_head h where h.id = 1";
/// Where records stand that the head does not know; the first of them do.
pub(super) const BEYOND: &str = "select position, position from events
    where position > (select position from log_head where id = 1) order by position limit 1000";
/// How many of them a later event of the same stream tells of. Asked only when some are gone, for it reads a whole index.
const TOLD: &str = "select cast(coalesce(sum(stream.gone), 0) as bigint) from
    (select max(sequence) - count(*) as gone from events group by aggregate_type, aggregate_id) stream";
/// Where they were: from, and up to. Behind the last record there is room for one that is to come.
const HOLES: &str = "select step.previous + 1, step.place - 1 from
    (select place, lag(place, 1, cast(0 as bigint)) over (order by place) as previous from
        (select e.position as place from log_head h, events e where h.id = 1 and e.position <= h.position
         union all select h.position + 1 from log_head h where h.id = 1) known) step
    where step.place > step.previous + 1 order by step.place";

/// The moments of the head and of its last record, read at the same time; none of a record that is gone.
const MOMENTS: &str = "select h.position, h.recorded_at,
       case h.position when 0 then 0 else (select e.recorded_at from events e where e.position = h.position) end
    from log_head h where h.id = 1";
/// Records found by another command id than their metadata have. Metadata that are no JSON are in no leaf.
const MISFILED_SQLITE: &str = "select position from events where position > ?1 and position <= ?2
       and case when json_valid(metadata)
                then lower(hex(command_id)) is not replace(json_extract(metadata, '$.command_id'), '-', '') else 1 end
    order by position limit 1000";
const MISFILED_POSTGRES: &str = "select position from events where position > $1 and position <= $2
       and command_id::text is distinct from metadata->>'command_id' order by position limit 1000";

impl SqliteLog {
    /// Whether every record behind this index is there, and the index one that the head knows.
    pub async fn is_whole_behind(self: &Arc<Self>, index: u64) -> Result<bool, LogError> {
        self.blocking(move |reader| Ok(number(reader, GONE_BEHIND, [signed(index)])? == 0)).await
    }

    /// Which records are gone, and whether ends of streams may be among them.
    pub async fn count_records(self: &Arc<Self>) -> Result<Counted, LogError> {
        self.blocking(|reader| {
            let (gone, beyond, head) =
                (number(reader, GONE, [])?, stretches(reader, BEYOND)?.into(), head_apart(reader)?);
            if gone <= 0 {
                return Ok(Counted { beyond, head, ..Counted::default() });
            }
            let ends = gone > number(reader, TOLD, [])?;
            Ok(Counted { missing: stretches(reader, HOLES)?.into(), ends, beyond, head })
        })
        .await
    }

    /// The moments of the head and of its last record, where they are not the same.
    pub async fn head_apart(self: &Arc<Self>) -> Result<Option<HeadApart>, LogError> {
        self.blocking(head_apart).await
    }

    /// The indexes after one, up to another, of records that are found by another command id than their metadata have.
    pub async fn misfiled(self: &Arc<Self>, after: u64, until: u64) -> Result<BTreeSet<u64>, LogError> {
        self.blocking(move |reader| {
            let mut statement = reader.prepare_cached(MISFILED_SQLITE).map_err(database)?;
            let mut rows = statement.query([signed(after), signed(until)]).map_err(database)?;
            let mut indexes = BTreeSet::new();
            while let Some(row) = rows.next().map_err(database)? {
                indexes.insert(unsigned(row.get(0).map_err(database)?)?);
            }
            Ok(indexes)
        })
        .await
    }
}

impl PostgresLog {
    /// The same.
    pub async fn is_whole_behind(&self, index: u64) -> Result<bool, LogError> {
        Ok(self.number(|| sqlx::query(GONE_BEHIND).bind(signed(index))).await? == 0)
    }

    /// The same.
    pub async fn count_records(&self) -> Result<Counted, LogError> {
        let gone = self.number(|| sqlx::query(GONE)).await?;
        let (beyond, head) = (self.stretches(BEYOND).await?, self.head_apart().await?);
        if gone <= 0 {
            return Ok(Counted { beyond, head, ..Counted::default() });
        }
        let ends = gone > self.number(|| sqlx::query(TOLD)).await?;
        Ok(Counted { missing: self.stretches(HOLES).await?, ends, beyond, head })
    }

    /// The same.
    pub async fn head_apart(&self) -> Result<Option<HeadApart>, LogError> {
        let rows = self.readers.rows(|| sqlx::query(MOMENTS)).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let moment = |column: usize| row.try_get(column).map_err(database);
        apart(moment(0)?, moment(1)?, row.try_get(2).map_err(database)?)
    }

    /// The same.
    pub async fn misfiled(&self, after: u64, until: u64) -> Result<BTreeSet<u64>, LogError> {
        let misfiled = || sqlx::query(MISFILED_POSTGRES).bind(signed(after)).bind(signed(until));
        let rows = self.readers.rows(misfiled).await?;
        rows.iter().map(|row| unsigned(row.try_get(0).map_err(database)?)).collect()
    }

    async fn stretches(&self, query: &'static str) -> Result<Arc<[RangeInclusive<u64>]>, LogError> {
        let rows = self.readers.rows(|| sqlx::query(query)).await?;
        let each = |row: &PgRow| stretch(row.try_get(0).map_err(database)?, row.try_get(1).map_err(database)?);
        rows.iter().map(each).collect()
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

fn stretches(reader: &Connection, sql: &str) -> Result<Vec<RangeInclusive<u64>>, LogError> {
    let mut statement = reader.prepare_cached(sql).map_err(database)?;
    let mut rows = statement.query([]).map_err(database)?;
    let mut stretches = Vec::new();
    while let Some(row) = rows.next().map_err(database)? {
        stretches.push(stretch(row.get(0).map_err(database)?, row.get(1).map_err(database)?)?);
    }
    Ok(stretches)
}

fn head_apart(reader: &Connection) -> Result<Option<HeadApart>, LogError> {
    let mut statement = reader.prepare_cached(MOMENTS).map_err(database)?;
    let (position, head, last) =
        statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).map_err(database)?;
    apart(position, head, last)
}

fn apart(position: i64, head: i64, last: Option<i64>) -> Result<Option<HeadApart>, LogError> {
    Ok(match last {
        Some(last) if last != head => Some(HeadApart { size: unsigned(position)?, head, last }),
        Some(_) | None => None,
    })
}

fn stretch(first: i64, last: i64) -> Result<RangeInclusive<u64>, LogError> {
    Ok(unsigned(first)?..=unsigned(last)?)
}
