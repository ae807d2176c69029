//! The writer of a SQLite log: a thread of its own, one transaction per batch, one flush per transaction.

use std::collections::hash_map::Entry;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{CachedStatement, Connection, ErrorCode, Transaction, TransactionBehavior, params};
use tokio::sync::watch;

use super::ends::BEYOND;
use super::sqlite::{find_commands, read_head};
use super::{NOT_TAKEN, Running, Stopping, database, signed, unsigned};
use crate::batch::{Answer, Known, LogHead, Plan, SealedAppend, not_behind, plan};
use crate::error::{AppendError, LogError};
use crate::writer::{Batch, Inbox, queue};
use crate::{Clock, Position};

/// How often to look whether another process appended.
const POLL: Duration = Duration::from_millis(100);

pub(super) const INSERT: &str =
    "insert into events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload,
    metadata, position, recorded_at, command_id) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
pub(super) const ADVANCE: &str = "update log_head set position = ?1, recorded_at = ?2, frontier = ?3 where id = 1";
const VERSION: &str = "select max(sequence) from events where aggregate_type = ?1 and aggregate_id = ?2";
const COMMAND_KNOWN: &str = "select 1 from events where command_id = ?1 limit 1";

struct Writer {
    connection: Connection,
    clock: Clock,
    head: LogHead,
    wakeup: watch::Sender<Position>,
}

/// Starts the writer's thread and the task that notices appends of other processes.
pub(super) fn start(
    connection: Connection,
    for_polling: Connection,
    head: LogHead,
    clock: Clock,
    max_batch: usize,
) -> Result<Running, LogError> {
    let (handle, inbox) = queue(max_batch);
    let (wakeup, heard) = watch::channel(Position::number(head.index));
    let (ask, asked) = watch::channel(false);
    let (finished, done) = watch::channel(false);
    tokio::spawn(poll(for_polling, wakeup.clone(), asked.clone()));
    let writer = Writer { connection, clock, head, wakeup };
    thread::Builder::new()
        .name("spoor-log-writer".into())
        .spawn(move || {
            writer.run(inbox);
            let _ = finished.send(true);
        })
        .map_err(database)?;
    Ok(Running { writer: handle, wakeup: heard, stop: Stopping { ask, done } })
}

impl Writer {
    fn run(mut self, mut inbox: Inbox) {
        while let Some(batch) = inbox.next_blocking() {
            let began = Instant::now();
            let answers = self.store(&batch);
            inbox.committed_in(began.elapsed());
            batch.answer(answers);
            let position = Position::number(self.head.index);
            self.wakeup.send_if_modified(|known| advance(known, position));
        }
    }

    /// Stores a batch; when the database refuses it as a whole, every append is tried alone, so that only the one that
    /// cannot be stored fails.
    fn store(&mut self, batch: &Batch) -> Vec<Result<Answer, AppendError>> {
        match self.transact(&batch.appends) {
            Ok(answers) => answers.into_iter().map(Ok).collect(),
            Err(error) if batch.appends.len() == 1 => vec![Err(error.into())],
            Err(_) => batch.appends.chunks(1).map(|alone| self.transact_one(alone)).collect(),
        }
    }

    fn transact_one(&mut self, alone: &[SealedAppend]) -> Result<Answer, AppendError> {
        let answer = self.transact(alone)?.pop();
        answer.ok_or_else(|| database("an append got no answer").into())
    }

    fn transact(&mut self, batch: &[SealedAppend]) -> Result<Vec<Answer>, LogError> {
        self.commit(batch).map_err(|error| in_the_way(&self.connection, error))
    }

    fn commit(&mut self, batch: &[SealedAppend]) -> Result<Vec<Answer>, LogError> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(database)?;
        let (head, at) = (current_head(&transaction, &self.head)?, self.clock.now().timestamp_micros());
        let known = known(&transaction, batch)?;
        let plan = plan(batch, &head, at, known);
        if !plan.rows.is_empty() {
            not_behind(&head, at)?;
            insert(&transaction, &plan)?;
        }
        transaction.commit().map_err(database)?;
        self.head = if plan.rows.is_empty() { head } else { plan.head };
        Ok(plan.answers)
    }
}

/// What the database refused, told by the record that stands where the new one would have gone.
fn in_the_way(connection: &Connection, error: LogError) -> LogError {
    let LogError::Database(cause) = &error else { return error };
    let refused = cause.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
    if refused != Some(ErrorCode::ConstraintViolation) {
        return error;
    }
    let first = |mut select: CachedStatement<'_>| select.query_row([], |row| row.get::<_, i64>(0));
    let place = connection.prepare_cached(BEYOND).and_then(first).ok();
    match place.and_then(|place| u64::try_from(place).ok()) {
        Some(index) => LogError::BeyondEnd { index },
        None => error,
    }
}

/// The head as stored; the one in memory when no other process moved it, which saves decoding the frontier.
fn current_head(transaction: &Transaction<'_>, remembered: &LogHead) -> Result<LogHead, LogError> {
    let mut select = transaction.prepare_cached("select position from log_head where id = 1").map_err(database)?;
    let position: i64 = select.query_row([], |row| row.get(0)).map_err(database)?;
    if unsigned(position)? == remembered.index { Ok(remembered.clone()) } else { read_head(transaction) }
}

fn known<'a>(transaction: &Transaction<'_>, batch: &'a [SealedAppend]) -> Result<Known<'a>, LogError> {
    let mut known = Known::default();
    let mut version = transaction.prepare_cached(VERSION).map_err(database)?;
    let mut command = transaction.prepare_cached(COMMAND_KNOWN).map_err(database)?;
    for append in batch {
        let (kind, id) = append.stream();
        if let Entry::Vacant(unknown) = known.versions.entry((kind, id)) {
            let current: Option<i64> = version.query_row([kind, id], |row| row.get(0)).map_err(database)?;
            unknown.insert(unsigned(current.unwrap_or(0))?);
        }
        if command.exists([append.command_id.as_bytes().as_slice()]).map_err(database)? {
            known.commands.insert(append.command_id, find_commands(transaction, append.command_id)?);
        }
    }
    Ok(known)
}

fn insert(transaction: &Transaction<'_>, plan: &Plan<'_>) -> Result<(), LogError> {
    let mut insert = transaction.prepare_cached(INSERT).map_err(database)?;
    for row in &plan.rows {
        let (kind, id) = row.append.stream();
        let values = params![
            kind,
            id,
            signed(row.sequence),
            row.event.event_type,
            row.event.event_version.to_string(),
            row.event.payload,
            row.event.metadata,
            signed(row.index),
            plan.head.recorded_at,
            row.append.command_id.as_bytes().as_slice(),
        ];
        if insert.execute(values).map_err(database)? != 1 {
            return Err(database(NOT_TAKEN));
        }
    }
    let mut advance = transaction.prepare_cached(ADVANCE).map_err(database)?;
    let head = &plan.head;
    let values = params![signed(head.index), head.recorded_at, head.frontier.to_bytes()];
    if advance.execute(values).map_err(database)? == 1 { Ok(()) } else { Err(database(NOT_TAKEN)) }
}

/// Tells readers of appends by other processes on the same file, until the log is closed.
async fn poll(connection: Connection, wakeup: watch::Sender<Position>, mut stop: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(POLL);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.changed() => return,
        }
        let position = connection
            .prepare_cached("select position from log_head where id = 1")
            .and_then(|mut select| select.query_row([], |row| row.get::<_, i64>(0)));
        if let Ok(position) = position {
            let position = Position::number(u64::try_from(position).unwrap_or_default());
            wakeup.send_if_modified(|known| advance(known, position));
        }
    }
}

/// Moves a known position forward, never back.
pub(super) fn advance(known: &mut Position, to: Position) -> bool {
    let forward = to > *known;
    if forward {
        *known = to;
    }
    forward
}
