//! What the statements that store rows share: the texts of the ordinary ones, and how rows are bound to any of them.

use std::collections::HashSet;
use std::time::Instant;

use super::postgres::Query;
use super::signed;
use crate::batch::{LogHead, Plan, Row, SealedAppend};

/// How far the time an append proposes may be from the server's clock.
pub(super) const CLOCK_TOLERANCE_MICROS: i64 = 100_000;

/// One row, as plain values: what a lone command sends, cheaper than arrays of one. Says how many rows it stored, as the next.
const FAST_ONE: &str = "
with head as (
    update log_head set position = $11, recorded_at = $10, frontier = $12
     where id = 1 and position = $13 and recorded_at <= $10
       and abs(extract(epoch from clock_timestamp()) * 1000000 - $10) < $14
       and not exists (select 1 from events e where e.command_id = $9)
    returning 1
), stored as (
    insert into events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, position, command_id, recorded_at)
    select $1, $2, $3, $4, $5, $6::json, $7::json, $8, $9, $10 from head
    returning 1
)
select count(*) from stored
having 1 / (case when count(*) = (select count(*) from head) then 1 else 0 end) = 1";

/// Many rows. `$15` to `$17` hold the streams that must exist at a version nobody vouches for; their correlated look-up
/// with `limit 1` is answered by the primary key whatever the planner believes. That no stream has a next event, the
/// primary key checks. Says how many rows it stored: all or, where the head is not as expected, none; where a trigger keeps out some of
/// them, the division fails and nothing is stored.
pub(super) const FAST_MANY: &str = "
with head as (
    update log_head set position = $11, recorded_at = $10, frontier = $12
     where id = 1 and position = $13 and recorded_at <= $10
       and abs(extract(epoch from clock_timestamp()) * 1000000 - $10) < $14
       and not exists (select 1 from events e where e.command_id = any($9))
       and not exists (
           select 1 from unnest($15::text[], $16::text[], $17::bigint[]) stream (kind, id, version)
            where (select e.position from events e
                    where e.aggregate_type = stream.kind and e.aggregate_id = stream.id and e.sequence = stream.version limit 1) is null)
    returning 1
), stored as (
    insert into events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, position, command_id, recorded_at)
    select kind, row.id, sequence, event, version, payload::json, metadata::json, position, command, $10
      from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::uuid[])
           row (kind, id, sequence, event, version, payload, metadata, position, command), head
    returning 1
)
select count(*) from stored
having 1 / (case when count(*) = (select count(*) from head) * cardinality($8::bigint[]) then 1 else 0 end) = 1";

/// For whoever holds the head locked.
pub(super) const INSERT: &str = "
with head as (update log_head set position = $11, recorded_at = $10, frontier = $12 where id = 1 returning 1)
insert into events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, position, recorded_at, command_id)
select kind, row.id, sequence, event, version, payload::json, metadata::json, position, $10, command
  from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::uuid[])
       row (kind, id, sequence, event, version, payload, metadata, position, command), head";

/// The server's clock, carried forward on this machine's monotonic one since it was last read.
#[derive(Clone, Copy)]
pub(super) struct ServerClock {
    pub micros: i64,
    pub read: Instant,
}

/// The streams of a batch that must already be at a version nobody vouches for, once each: arrays for the statement.
#[derive(Default)]
pub(super) struct Streams<'a> {
    pub kinds: Vec<&'a str>,
    pub ids: Vec<&'a str>,
    pub versions: Vec<i64>,
}

impl<'a> Streams<'a> {
    pub fn to_check(batch: &'a [SealedAppend], trusts_what_was_seen: bool) -> Self {
        let (mut streams, mut seen) = (Self::default(), HashSet::new());
        for append in batch {
            let (kind, id) = append.stream();
            let vouched = append.version_seen && trusts_what_was_seen;
            if seen.insert((kind, id)) && append.expected_version > 0 && !vouched {
                streams.kinds.push(kind);
                streams.ids.push(id);
                streams.versions.push(signed(append.expected_version));
            }
        }
        streams
    }
}

/// The statement for one row, bound like the others: `$1` to `$12`.
pub(super) fn insert_one<'q>(row: &Row<'q>, head: &LogHead) -> Query<'q> {
    let (kind, id) = row.append.stream();
    sqlx::query(FAST_ONE)
        .bind(kind)
        .bind(id)
        .bind(signed(row.sequence))
        .bind(row.event.event_type.as_str())
        .bind(row.event.event_version.to_string())
        .bind(row.event.payload.as_str())
        .bind(row.event.metadata.as_str())
        .bind(signed(row.index))
        .bind(row.append.command_id)
        .bind(head.recorded_at)
        .bind(signed(head.index))
        .bind(head.frontier.to_bytes())
}

/// Binds the rows and the head they lead to: `$1` to `$12`.
pub(super) fn insert<'q>(sql: &'static str, plan: &Plan<'q>) -> Query<'q> {
    let rows = &plan.rows;
    sqlx::query(sql)
        .bind(rows.iter().map(|row| row.append.aggregate_type.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.append.aggregate_id.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| signed(row.sequence)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.event.event_type.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.event.event_version.to_string()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.event.payload.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.event.metadata.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| signed(row.index)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.append.command_id).collect::<Vec<_>>())
        .bind(plan.head.recorded_at)
        .bind(signed(plan.head.index))
        .bind(plan.head.frontier.to_bytes())
}

impl ServerClock {
    pub fn now(&self) -> i64 {
        self.micros + i64::try_from(self.read.elapsed().as_micros()).unwrap_or_default()
    }
}
