//! Taking over records of another log into a SQLite file, with the places and moments they have.

use std::sync::Arc;

use rusqlite::{Transaction, params};

use super::sqlite::SqliteLog;
use super::sqlite_writer::{ADVANCE, INSERT};
use super::{NOT_TAKEN, database, signed};
use crate::Record;
use crate::batch::LogHead;
use crate::error::LogError;

impl SqliteLog {
    /// Appends records as they are and moves the head there, unless it is not where they follow.
    pub async fn take_over(
        self: &Arc<Self>,
        records: Vec<Record>,
        after: u64,
        head: LogHead,
    ) -> Result<bool, LogError> {
        self.upkeep(move |transaction| {
            let here: i64 = transaction
                .query_row("select position from log_head where id = 1", [], |row| row.get(0))
                .map_err(database)?;
            let follows = here == signed(after);
            if follows {
                store(transaction, &records, &head)?;
            }
            Ok(follows)
        })
        .await
    }
}

fn store(transaction: &Transaction<'_>, records: &[Record], head: &LogHead) -> Result<(), LogError> {
    let mut insert = transaction.prepare_cached(INSERT).map_err(database)?;
    for record in records {
        let command = record.command_id()?;
        let values = params![
            record.aggregate_type,
            record.aggregate_id,
            signed(record.sequence),
            record.event_type,
            record.event_version.to_string(),
            record.payload,
            record.metadata,
            signed(record.index),
            record.recorded_at.timestamp_micros(),
            command.as_bytes().as_slice(),
        ];
        if insert.execute(values).map_err(database)? != 1 {
            return Err(database(NOT_TAKEN));
        }
    }
    let mut advance = transaction.prepare_cached(ADVANCE).map_err(database)?;
    let values = params![signed(head.index), head.recorded_at, head.frontier.to_bytes()];
    if advance.execute(values).map_err(database)? == 1 { Ok(()) } else { Err(database(NOT_TAKEN)) }
}
