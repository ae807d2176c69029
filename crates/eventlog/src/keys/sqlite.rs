//! The keys in a SQLite file of their own, readable by its owner only.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use spoor_domain::kernel::SubjectId;

use super::{KeyError, KeyRow, require_owner_only};
use crate::engine::sqlite_file::create_owner_only;

const SCHEMA: &str = include_str!("../../migrations/sqlite/keys.sql");

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
        let writer = connect(path)?;
        writer.execute_batch(SCHEMA).map_err(failed)?;
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

    pub async fn destroy(&self, subject: SubjectId) -> Result<(), KeyError> {
        let file = self.clone();
        blocking(move || {
            let mut writer = lock(&file.writer);
            let transaction = begin(&mut writer)?;
            transaction
                .execute(
                    "insert into subject_keys (subject, destroyed_at) values (?1, datetime('now'))
                     on conflict (subject) do update set wrapped = null, destroyed_at = excluded.destroyed_at
                     where destroyed_at is null",
                    [subject.to_string()],
                )
                .map_err(failed)?;
            transaction.commit().map_err(failed)?;
            // The write-ahead log still holds the page with the key: move it into the file (where secure_delete has
            // overwritten the row) and truncate it.
            let busy: i64 =
                writer.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0)).map_err(failed)?;
            if busy != 0 {
                return Err(failed(
                    "the key is destroyed but its old page is still in the write-ahead log: do it again",
                ));
            }
            Ok(())
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
    let mut select =
        connection.prepare_cached("select wrapped from subject_keys where subject = ?1").map_err(failed)?;
    let wrapped: Option<Option<Vec<u8>>> =
        select.query_row([subject.to_string()], |row| row.get(0)).optional().map_err(failed)?;
    Ok(wrapped.map(|wrapped| wrapped.map_or(KeyRow::Destroyed, KeyRow::Wrapped)))
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

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> KeyError {
    KeyError::Database(error.into())
}
