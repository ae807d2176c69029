//! Taking over records of another log into a PostgreSQL schema, with the places and moments they have.

use sqlx::Connection;
use uuid::Uuid;

use super::postgres::PostgresLog;
use super::{NOT_TAKEN, database, signed};
use crate::Record;
use crate::batch::LogHead;
use crate::error::LogError;

/// The head first: its lock keeps every other writer out until the records stand.
const ADVANCE: &str =
    "update log_head set position = $1, recorded_at = $2, frontier = $3 where id = 1 and position = $4";
const INSERT: &str = "insert into events
       (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, position, recorded_at, command_id)
select kind, row.id, sequence, event, version, payload::json, metadata::json, position, recorded_at, command
  from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::uuid[])
       row (kind, id, sequence, event, version, payload, metadata, position, recorded_at, command)";

impl PostgresLog {
    /// Appends records as they are and moves the head there, unless it is not where they follow.
    pub async fn take_over(&self, records: &[Record], after: u64, head: LogHead) -> Result<bool, LogError> {
        let commands = records.iter().map(Record::command_id).collect::<Result<Vec<Uuid>, _>>()?;
        let mut connection = self.upkeep.connect().await?;
        let mut transaction = connection.begin().await.map_err(database)?;
        let advance = sqlx::query(ADVANCE)
            .bind(signed(head.index))
            .bind(head.recorded_at)
            .bind(head.frontier.to_bytes())
            .bind(signed(after));
        if advance.execute(&mut *transaction).await.map_err(database)?.rows_affected() == 0 {
            return Ok(false);
        }
        let texts = |text: fn(&Record) -> &str| records.iter().map(text).collect::<Vec<_>>();
        let stored = sqlx::query(INSERT)
            .bind(texts(|record| &record.aggregate_type))
            .bind(texts(|record| &record.aggregate_id))
            .bind(records.iter().map(|record| signed(record.sequence)).collect::<Vec<_>>())
            .bind(texts(|record| &record.event_type))
            .bind(records.iter().map(|record| record.event_version.to_string()).collect::<Vec<_>>())
            .bind(texts(|record| &record.payload))
            .bind(texts(|record| &record.metadata))
            .bind(records.iter().map(|record| signed(record.index)).collect::<Vec<_>>())
            .bind(records.iter().map(|record| record.recorded_at.timestamp_micros()).collect::<Vec<_>>())
            .bind(commands)
            .execute(&mut *transaction)
            .await
            .map_err(database)?;
        if stored.rows_affected() != records.len() as u64 {
            return Err(database(NOT_TAKEN));
        }
        transaction.commit().await.map_err(database)?;
        Ok(true)
    }
}
