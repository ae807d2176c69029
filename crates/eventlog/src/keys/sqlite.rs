//! The keys in a SQLite file of their own, readable by its owner only.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use spoor_domain::kernel::SubjectId;

use super::rotation::{KeyStatus, Rewrapped, counted};
use super::{KeyError, KeyRow, Reconciled, require_owner_only};
use crate::engine::sqlite_file::create_owner_only;

const SCHEMA: &str = include_str!("../../migrations/sqlite/keys.sql");
/// The subjects whose erasure was found as far as the log was searched, as a JSON array, and how far that was: a version of the
/// program from before there were these columns moves `log_index` and leaves them, and then they say nothing any more.
const NOTE_ERASED: &str = "alter table reconciled add column erased text;
    alter table reconciled add column erased_until integer;";

/// How long to wait for other processes, as SQLite does by itself where it can, and how long between looks.
const BUSY: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(10);

/// A subject and its wrapped key.
type NewKey = (SubjectId, Vec<u8>);

/// The file, with one connection for reading and one for writing.
#[derive(Clone)]
pub(crate) struct KeyFile {
    reader: Arc<Mutex<Connection>>,
    writer: Arc<Mutex<Connection>>,
    /// Keys to be stored, wrapped.
    waiting: Arc<Mutex<Vec<NewKey>>>,
}

impl KeyFile {
    pub fn open(path: &Path) -> Result<Self, KeyError> {
        create_owner_only(path).map_err(failed)?;
        require_owner_only(path)?;
        let mut writer = connect(path)?;
        writer.execute_batch(SCHEMA).map_err(failed)?;
        note_erased(&mut writer)?;
        Ok(Self {
            reader: Arc::new(Mutex::new(connect(path)?)),
            writer: Arc::new(Mutex::new(writer)),
            waiting: Arc::default(),
        })
    }

    /// A look-up of a few rows in a small file, nearly always in memory: done where it is asked.
    pub fn rows(&self, subjects: &[SubjectId]) -> Result<HashMap<SubjectId, KeyRow>, KeyError> {
        let reader = lock(&self.reader);
        let mut rows = HashMap::with_capacity(subjects.len());
        for &subject in subjects {
            if let Some(row) = row(&reader, subject)? {
                rows.insert(subject, row);
            }
        }
        Ok(rows)
    }

    /// Stores a key durably. Creators that wait for the file share one flush: whoever has the connection stores the
    /// keys of all.
    pub async fn create(&self, subject: SubjectId, wrapped: Vec<u8>) -> Result<KeyRow, KeyError> {
        lock(&self.waiting).push((subject, wrapped));
        let file = self.clone();
        blocking(move || {
            let mut writer = lock(&file.writer);
            let waiting = std::mem::take(&mut *lock(&file.waiting));
            if !waiting.is_empty() {
                // When this fails, the others find no row of theirs below and say so.
                store(&mut writer, &waiting)?;
            }
            row(&writer, subject)?.ok_or_else(|| failed(format!("the key of {subject} could not be stored")))
        })
        .await
    }

    /// Leaves the tombstone, and sees to it that no byte of the key stays in the file or its write-ahead log: a row is overwritten
    /// (secure_delete), but a page that was split may keep a copy in its free space, so the file is written anew. It is not looked
    /// into first: a process that closes any file of its own that SQLite has open loses SQLite's locks on it, and the next process
    /// to close the store would take the write-ahead log away from under this one.
    pub async fn destroy(&self, subject: SubjectId, since: DateTime<Utc>) -> Result<(), KeyError> {
        let file = self.clone();
        blocking(move || {
            let mut writer = lock(&file.writer);
            let transaction = begin(&mut writer)?;
            transaction
                .execute(
                    "insert into subject_keys (subject, destroyed_at) values (?1, ?2)
                     on conflict (subject) do update set wrapped = null, destroyed_at = excluded.destroyed_at
                     where destroyed_at is null",
                    [subject.to_string(), since.to_rfc3339_opts(SecondsFormat::Micros, true)],
                )
                .map_err(failed)?;
            transaction.commit().map_err(failed)?;
            empty_write_ahead_log(&writer)?;
            rewrite(&writer)
        })
        .await
    }

    /// Those of these subjects that have no tombstone.
    pub async fn not_destroyed(&self, subjects: &BTreeSet<SubjectId>) -> Result<BTreeSet<SubjectId>, KeyError> {
        let (file, asked) = (self.clone(), serde_json::to_string(subjects).map_err(failed)?);
        blocking(move || {
            let reader = lock(&file.reader);
            let sql = "select asked.value from json_each(?1) as asked where not exists (
                           select 1 from subject_keys where subject = asked.value and destroyed_at is not null)";
            let mut select = reader.prepare_cached(sql).map_err(failed)?;
            let found = select.query_map([asked], |row| row.get(0));
            let found: Vec<String> = found.and_then(Iterator::collect).map_err(failed)?;
            found.into_iter().map(|subject| subject.parse::<SubjectId>().map_err(failed)).collect()
        })
        .await
    }

    /// Writes the file anew, without what was deleted.
    pub async fn tidy(&self) -> Result<(), KeyError> {
        let file = self.clone();
        blocking(move || rewrite(&lock(&file.writer))).await
    }

    pub fn status(&self) -> Result<KeyStatus, KeyError> {
        let reader = lock(&self.reader);
        let mut status = reader
            .query_row("select count(wrapped), count(destroyed_at) from subject_keys", [], |row| {
                Ok(KeyStatus { live: unsigned(row.get(0)?), destroyed: unsigned(row.get(1)?), ..KeyStatus::default() })
            })
            .map_err(failed)?;
        let mut select = reader
            .prepare(
                "select substr(wrapped, 1, 9) as by, count(*) from (
                     select wrapped from subject_keys where wrapped is not null
                     union all select wrapped from installation_keys) group by by",
            )
            .map_err(failed)?;
        let mut rows = select.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let (by, keys): (Vec<u8>, i64) = (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
            counted(&mut status, &by, unsigned(keys));
        }
        Ok(status)
    }

    /// The next keys in the order of subjects.
    pub fn wrapped_after(&self, after: Option<SubjectId>, limit: usize) -> Result<Vec<NewKey>, KeyError> {
        let reader = lock(&self.reader);
        let sql = "select subject, wrapped from subject_keys where subject > ?1 and wrapped is not null
                   order by subject limit ?2";
        let mut select = reader.prepare_cached(sql).map_err(failed)?;
        let after = after.map(|subject| subject.to_string()).unwrap_or_default();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = select.query_map(params![after, limit], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)));
        let rows: Vec<(String, Vec<u8>)> = rows.and_then(Iterator::collect).map_err(failed)?;
        rows.into_iter().map(|(subject, wrapped)| Ok((subject.parse().map_err(failed)?, wrapped))).collect()
    }

    /// Puts keys as wrapped anew in the place of those they were made of; one that is gone meanwhile stays gone.
    pub async fn rewrap(&self, keys: Vec<Rewrapped<SubjectId>>) -> Result<(), KeyError> {
        let file = self.clone();
        blocking(move || {
            let mut writer = lock(&file.writer);
            let transaction = begin(&mut writer)?;
            for Rewrapped { owner, old, new } in &keys {
                transaction
                    .prepare_cached("update subject_keys set wrapped = ?3 where subject = ?1 and wrapped = ?2")
                    .and_then(|mut update| update.execute(params![owner.to_string(), old, new]))
                    .map_err(failed)?;
            }
            transaction.commit().map_err(failed)
        })
        .await
    }

    pub fn installation_key(&self, name: &str, draft: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut writer = lock(&self.writer);
        let transaction = begin(&mut writer)?;
        transaction
            .execute(
                "insert into installation_keys (name, wrapped) values (?1, ?2) on conflict do nothing",
                params![name, draft],
            )
            .map_err(failed)?;
        let stored = transaction
            .query_row("select wrapped from installation_keys where name = ?1", [name], |row| row.get(0))
            .map_err(failed)?;
        transaction.commit().map_err(failed)?;
        Ok(stored)
    }

    pub fn installation_keys(&self) -> Result<Vec<(String, Vec<u8>)>, KeyError> {
        let reader = lock(&self.reader);
        let mut select = reader.prepare("select name, wrapped from installation_keys").map_err(failed)?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.and_then(Iterator::collect).map_err(failed)
    }

    pub fn rewrap_installation(&self, keys: Vec<Rewrapped<String>>) -> Result<(), KeyError> {
        let mut writer = lock(&self.writer);
        let transaction = begin(&mut writer)?;
        for Rewrapped { owner, old, new } in keys {
            let sql = "update installation_keys set wrapped = ?3 where name = ?1 and wrapped = ?2";
            transaction.execute(sql, params![owner, old, new]).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    pub fn reconciled(&self, log: &str) -> Result<Option<Reconciled>, KeyError> {
        let sql = "select log_index, leaf, case when erased_until = log_index then erased end
                   from reconciled where log = ?1";
        let found: Option<(i64, String, Option<String>)> = lock(&self.reader)
            .query_row(sql, [log], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()
            .map_err(failed)?;
        let Some((index, leaf, erased)) = found else { return Ok(None) };
        // What was altered so that it says nobody's names is as if it had not been noted: the log is searched whole.
        let erased = erased.and_then(|subjects| serde_json::from_str(&subjects).ok());
        Ok(Some(Reconciled { index: unsigned(index), leaf, erased }))
    }

    pub async fn set_reconciled(&self, log: &str, to: Reconciled) -> Result<(), KeyError> {
        let (file, log) = (self.clone(), log.to_owned());
        blocking(move || {
            let index = i64::try_from(to.index).unwrap_or(i64::MAX);
            let erased = to.erased.map(|subjects| serde_json::to_string(&subjects)).transpose().map_err(failed)?;
            let sql = "insert into reconciled (log, log_index, leaf, erased, erased_until)
                       values (?1, ?2, ?3, ?4, ?2)
                       on conflict (log) do update set log_index = excluded.log_index, leaf = excluded.leaf,
                           erased = excluded.erased, erased_until = excluded.erased_until";
            lock(&file.writer).execute(sql, params![log, index, to.leaf, erased]).map(drop).map_err(failed)
        })
        .await
    }
}

fn connect(path: &Path) -> Result<Connection, KeyError> {
    let connection = Connection::open(path).map_err(failed)?;
    connection
        .execute_batch(
            "pragma busy_timeout = 30000; pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on;",
        )
        .map_err(failed)?;
    Ok(connection)
}

/// Gives a file of before the columns it lacks; `alter table` has no `if not exists`.
fn note_erased(writer: &mut Connection) -> Result<(), KeyError> {
    if notes_erased(writer)? {
        return Ok(());
    }
    let transaction = begin(writer)?;
    // Another process may have been first.
    if !notes_erased(&transaction)? {
        transaction.execute_batch(NOTE_ERASED).map_err(failed)?;
    }
    transaction.commit().map_err(failed)
}

fn notes_erased(connection: &Connection) -> Result<bool, KeyError> {
    let sql = "select exists (select 1 from pragma_table_info('reconciled') where name = 'erased_until')";
    connection.query_row(sql, [], |row| row.get(0)).map_err(failed)
}

fn store(writer: &mut Connection, keys: &[NewKey]) -> Result<(), KeyError> {
    let transaction = begin(writer)?;
    for (subject, wrapped) in keys {
        transaction
            .prepare_cached("insert into subject_keys (subject, wrapped) values (?1, ?2) on conflict do nothing")
            .and_then(|mut insert| insert.execute(params![subject.to_string(), wrapped]))
            .map_err(failed)?;
    }
    transaction.commit().map_err(failed)
}

fn row(connection: &Connection, subject: SubjectId) -> Result<Option<KeyRow>, KeyError> {
    let mut select = connection
        .prepare_cached("select wrapped, destroyed_at from subject_keys where subject = ?1")
        .map_err(failed)?;
    let found: Option<(Option<Vec<u8>>, Option<String>)> =
        select.query_row([subject.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional().map_err(failed)?;
    Ok(found.map(|(wrapped, destroyed_at)| match wrapped {
        Some(wrapped) => KeyRow::Wrapped(wrapped),
        None => KeyRow::Destroyed { since: destroyed_at.as_deref().and_then(moment).unwrap_or_default() },
    }))
}

/// The moment of a tombstone; SQLite's own form was written before.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let own = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").map(|moment| moment.and_utc());
    DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc()).or_else(|_| own(text)).ok()
}

/// The write-ahead log still holds pages with the key: moves them into the file (where the row is overwritten) and
/// truncates it. SQLite waits for readers by itself, but not for another process that does the same at that moment.
fn empty_write_ahead_log(writer: &Connection) -> Result<(), KeyError> {
    let began = Instant::now();
    loop {
        let busy: i64 = writer.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0)).map_err(failed)?;
        if busy == 0 {
            return Ok(());
        }
        if began.elapsed() > BUSY {
            return Err(failed("the key is destroyed but its old page is still in the write-ahead log: do it again"));
        }
        std::thread::park_timeout(PAUSE);
    }
}

fn rewrite(writer: &Connection) -> Result<(), KeyError> {
    writer.execute_batch("vacuum").map_err(failed)?;
    empty_write_ahead_log(writer)
}

fn begin(connection: &mut Connection) -> Result<Transaction<'_>, KeyError> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeyError> + Send + 'static,
) -> Result<T, KeyError> {
    tokio::task::spawn_blocking(work).await.map_err(failed)?
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> KeyError {
    KeyError::Database(error.into())
}
