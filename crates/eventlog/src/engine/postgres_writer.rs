//! The writer of a PostgreSQL log: a batch is normally one statement, one round trip, one commit.
//!
//! The fast statement compares and sets the head this process remembers, checks versions and command ids, and inserts.
//! Whatever it does not accept goes the locked way: lock the head, look, insert, advance, commit. That way is also how
//! a lost answer is resolved: the lock waits for the lost transaction, and its command ids tell whether it committed.

use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection, Row as _};
use tokio::sync::watch;

use super::ends::BEYOND;
use super::postgres::{HEAD, NOW, commands, find_commands, head};
use super::postgres_rows::{CLOCK_TOLERANCE_MICROS, FAST_MANY, INSERT, ServerClock, Streams, insert, insert_one};
use super::sqlite_writer::advance;
use super::{NOT_TAKEN, Running, Stopping, database, postgres_wakeup, signed, unsigned};
use crate::Position;
use crate::batch::{Answer, Known, LogHead, SealedAppend, not_behind, plan};
use crate::error::{AppendError, LogError};
use crate::writer::{Batch, Inbox, queue};

/// How often to try again when the database is away, and how long between.
const RECONNECTS: u32 = 20;
const RECONNECT_PAUSE: Duration = Duration::from_millis(250);

const LOCK: &str = "select position, recorded_at, frontier, (extract(epoch from clock_timestamp()) * 1000000)::bigint
    from log_head where id = 1 for update";
const VERSIONS: &str = "select stream.place,
        (select e.sequence from events e where e.aggregate_type = stream.kind and e.aggregate_id = stream.id
          order by e.sequence desc limit 1)
   from unnest($1::text[], $2::text[]) with ordinality stream (kind, id, place)";

struct Writer {
    options: PgConnectOptions,
    connection: Option<PgConnection>,
    head: LogHead,
    clock: ServerClock,
    wakeup: watch::Sender<Position>,
    /// Whether a version that somebody has seen in the log is there still.
    trusts_what_was_seen: bool,
}

/// Starts the writer and the tasks that tell other processes, and hear from them, that something was appended.
pub(super) async fn start(options: PgConnectOptions, schema: String, max_batch: usize) -> Result<Running, LogError> {
    let mut connection = options.connect().await.map_err(database)?;
    let micros: i64 = sqlx::query_scalar(NOW).fetch_one(&mut connection).await.map_err(database)?;
    let clock = ServerClock { micros, read: Instant::now() };
    let head = head(&sqlx::query(HEAD).fetch_one(&mut connection).await.map_err(database)?)?;

    let (handle, inbox) = queue(max_batch);
    let (wakeup, heard) = watch::channel(Position::number(head.index));
    let (ask, asked) = watch::channel(false);
    let (finished, done) = watch::channel(false);
    postgres_wakeup::start(&options, &schema, &wakeup, &asked);
    let connection = Some(connection);
    let writer = Writer { options, connection, head, clock, wakeup, trusts_what_was_seen: true };
    tokio::spawn(async move {
        writer.run(inbox).await;
        let _ = finished.send(true);
    });
    Ok(Running { writer: handle, wakeup: heard, stop: Stopping { ask, done } })
}

impl Writer {
    async fn run(mut self, mut inbox: Inbox) {
        while let Some(batch) = inbox.next().await {
            let began = Instant::now();
            let answers = self.store(&batch).await;
            inbox.committed_in(began.elapsed());
            batch.answer(answers);
            let position = Position::number(self.head.index);
            self.wakeup.send_if_modified(|known| advance(known, position));
        }
        if let Some(connection) = self.connection.take() {
            let _ = connection.close().await;
        }
    }

    async fn store(&mut self, batch: &Batch) -> Vec<Result<Answer, AppendError>> {
        if let Some(answers) = self.fast(&batch.appends).await {
            return answers.into_iter().map(Ok).collect();
        }
        match self.locked_until_known(&batch.appends).await {
            Ok(answers) => answers.into_iter().map(Ok).collect(),
            Err(error) if batch.appends.len() == 1 => vec![Err(error)],
            Err(AppendError::OutcomeUnknown) => {
                batch.appends.iter().map(|_| Err(AppendError::OutcomeUnknown)).collect()
            }
            // One of them cannot be stored, and the database does not say which: try each alone.
            Err(_) => {
                let mut answers = Vec::with_capacity(batch.appends.len());
                for alone in batch.appends.chunks(1) {
                    let answer = self.locked_until_known(alone).await.map(|mut answers| answers.pop());
                    answers.push(answer.and_then(|one| one.ok_or_else(|| database("an append got no answer").into())));
                }
                answers
            }
        }
    }

    /// The one statement. Nothing when it did not store the whole batch: the locked way finds out why.
    async fn fast(&mut self, batch: &[SealedAppend]) -> Option<Vec<Answer>> {
        let plan = plan(batch, &self.head, self.clock.now(), Known::presumed(batch));
        let connection = self.connection.as_mut()?;
        if !plan.accepts_all() {
            return None;
        }
        let (streams, expected) = (Streams::to_check(batch, self.trusts_what_was_seen), signed(self.head.index));
        let insert = match plan.rows.as_slice() {
            [row] if streams.ids.is_empty() => insert_one(row, &plan.head).bind(expected).bind(CLOCK_TOLERANCE_MICROS),
            _ => insert(FAST_MANY, &plan)
                .bind(expected)
                .bind(CLOCK_TOLERANCE_MICROS)
                .bind(streams.kinds)
                .bind(streams.ids)
                .bind(streams.versions),
        };
        match insert.fetch_one(connection).await.and_then(|row| row.try_get::<i64, _>(0)) {
            Ok(stored) if usize::try_from(stored) == Ok(plan.rows.len()) => {
                self.head = plan.head;
                Some(plan.answers)
            }
            Ok(_) => None,
            Err(error) => {
                self.drop_broken(&error);
                None
            }
        }
    }

    /// The locked way, again on a new connection while the database is away.
    async fn locked_until_known(&mut self, batch: &[SealedAppend]) -> Result<Vec<Answer>, AppendError> {
        let mut pause = tokio::time::interval(RECONNECT_PAUSE);
        for _ in 0..RECONNECTS {
            pause.tick().await;
            match self.locked(batch).await {
                Ok(answers) => return Ok(answers),
                Err(error) if self.connection.is_some() => return Err(AppendError::Log(error)),
                Err(error) => tracing::warn!(%error, "the log's database is away; trying again"),
            }
        }
        Err(AppendError::OutcomeUnknown)
    }

    /// Lock the head, look, insert, advance, commit. Drops the connection when it is of no more use.
    async fn locked(&mut self, batch: &[SealedAppend]) -> Result<Vec<Answer>, LogError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await.map_err(database)?,
        };
        match locked(&mut connection, batch).await {
            Ok(done) => {
                self.connection = Some(connection);
                // A log that is shorter than it was has been restored from a backup: what was seen in it may be gone.
                self.trusts_what_was_seen &= self.head.index <= done.found;
                self.head = done.head;
                self.clock = done.clock;
                Ok(done.answers)
            }
            Err(Refused::ByUs(error)) => {
                self.connection = Some(connection);
                Err(error)
            }
            Err(Refused::ByServer(error)) if is_broken(&error) => Err(database(error)),
            Err(Refused::ByServer(error)) => {
                let in_the_way = in_the_way(&mut connection, &error).await;
                self.connection = Some(connection);
                Err(in_the_way.unwrap_or_else(|| database(error)))
            }
        }
    }

    fn drop_broken(&mut self, error: &sqlx::Error) {
        if is_broken(error) {
            self.connection = None;
        }
    }
}

/// What the server refused, told by the record that stands where the new one would have gone.
async fn in_the_way(connection: &mut PgConnection, error: &sqlx::Error) -> Option<LogError> {
    if !error.as_database_error()?.is_unique_violation() {
        return None;
    }
    let first = sqlx::query(BEYOND).fetch_optional(connection).await.ok()??;
    let index = u64::try_from(first.try_get::<i64, _>(0).ok()?).ok()?;
    Some(LogError::BeyondEnd { index })
}

/// What the locked way did and learned.
struct Locked {
    answers: Vec<Answer>,
    /// The last position before.
    found: u64,
    head: LogHead,
    clock: ServerClock,
}

/// Why the locked way stored nothing.
enum Refused {
    /// The server says so, or does not answer.
    ByServer(sqlx::Error),
    /// What the log holds, or what became of the rows, is not as it has to be. The connection is none the worse for it.
    ByUs(LogError),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::ByServer(error)
    }
}

async fn locked(connection: &mut PgConnection, batch: &[SealedAppend]) -> Result<Locked, Refused> {
    let mut transaction = connection.begin().await?;
    match locked_in(&mut transaction, batch).await {
        Ok(Within::Stored(done)) => {
            transaction.commit().await?;
            Ok(done)
        }
        Ok(Within::NothingToStore(done)) => {
            transaction.rollback().await?;
            Ok(done)
        }
        Err(refused) => {
            // Now, and not with whatever is said on this connection next: until then nobody else gets the head.
            transaction.rollback().await?;
            Err(refused)
        }
    }
}

/// What was done while the head is locked, not committed yet.
enum Within {
    Stored(Locked),
    NothingToStore(Locked),
}

async fn locked_in(transaction: &mut PgConnection, batch: &[SealedAppend]) -> Result<Within, Refused> {
    let row = sqlx::query(LOCK).fetch_one(&mut *transaction).await?;
    let stored_head = head(&row).map_err(Refused::ByUs)?;
    let clock = ServerClock { micros: row.try_get(3)?, read: Instant::now() };
    let (found, known) = (stored_head.index, known(transaction, batch).await?);
    let plan = plan(batch, &stored_head, clock.micros, known);
    if plan.rows.is_empty() {
        return Ok(Within::NothingToStore(Locked { answers: plan.answers, found, head: stored_head, clock }));
    }
    not_behind(&stored_head, clock.micros).map_err(Refused::ByUs)?;
    let stored = insert(INSERT, &plan).execute(&mut *transaction).await?.rows_affected();
    if stored != plan.rows.len() as u64 {
        return Err(Refused::ByUs(database(NOT_TAKEN)));
    }
    Ok(Within::Stored(Locked { answers: plan.answers, found, head: plan.head, clock }))
}

async fn known<'a>(connection: &mut PgConnection, batch: &'a [SealedAppend]) -> Result<Known<'a>, Refused> {
    let mut known = Known::default();
    let streams: Vec<_> = batch.iter().map(SealedAppend::stream).collect();
    let (kinds, ids): (Vec<_>, Vec<_>) = streams.iter().copied().unzip();
    for row in sqlx::query(VERSIONS).bind(kinds).bind(ids).fetch_all(&mut *connection).await? {
        let (place, version): (i64, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        let stream = usize::try_from(place - 1).ok().and_then(|place| streams.get(place));
        if let (Some(stream), Some(version)) = (stream, version) {
            known.versions.insert(*stream, unsigned(version).map_err(Refused::ByUs)?);
        }
    }
    let ids = batch.iter().map(|append| append.command_id).collect();
    let found = find_commands(ids).fetch_all(connection).await?;
    for (id, stored) in commands(&found).map_err(Refused::ByUs)? {
        known.commands.entry(id).or_default().push(stored);
    }
    Ok(known)
}

/// Whether the connection is of no more use: anything but a refusal by the server that leaves the session alive.
pub(super) fn is_broken(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| code.starts_with("57P") || code.starts_with("08"))
        }
        _ => true,
    }
}
