//! Tiles, checkpoints and signing keys in the SQLite file of their log.

use std::sync::{Arc, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use spoor_notary::{Tile, TileId};

use super::sqlite::SqliteLog;
use super::{database, signed, unsigned};
use crate::batch::moment;
use crate::checkpoints::{KeptCheckpoint, KeptKey};
use crate::error::LogError;
use crate::writer::Trial;

const TILE: &str = "select hashes from log_tiles where level = ?1 and number = ?2";
/// The last tile of the leaves says how many leaves are tiled.
const LAST_TILE: &str = "select number, length(hashes) from log_tiles where level = 0 order by number desc limit 1";
/// Processes that tile at the same time write the same hashes; the one that is behind must not shorten a tile.
const STORE_TILE: &str = "insert into log_tiles (level, number, hashes) values (?1, ?2, ?3)
    on conflict (level, number) do update set hashes = excluded.hashes where length(excluded.hashes) > length(hashes)";
const ADD_CHECKPOINT: &str = "insert into log_checkpoints (origin, size, root, note, signed_at)
    select ?1, ?2, ?3, ?4, ?5 where not exists (select 1 from log_checkpoints where size = ?2 and note = ?4)";
/// One row a size: the last, which has the signatures of most witnesses.
const CHECKPOINTS_UNTIL: &str = "select origin, size, root, note, signed_at from log_checkpoints c
    where size <= ?1 and number = (select max(number) from log_checkpoints where size = c.size) order by size desc limit ?2";
/// Only after the key that is the last now, and only once.
const ADD_KEY: &str = "insert into log_keys (vkey, since_size, taken_at)
    select ?1, ?2, ?3 where not exists (select 1 from log_keys where vkey = ?1)
       and (select vkey from log_keys order by number desc limit 1) is ?4";
const KEYS: &str = "select vkey, since_size, taken_at from log_keys order by number";

impl SqliteLog {
    /// The tiles there are of these. A handful of pages: read where it is asked.
    pub fn tiles(&self, ids: &[TileId]) -> Result<Vec<Tile>, LogError> {
        let reader = self.reader();
        let mut select = reader.prepare_cached(TILE).map_err(database)?;
        let mut tiles = Vec::with_capacity(ids.len());
        for id in ids {
            let mut rows = select.query(params![id.level, signed(id.number)]).map_err(database)?;
            if let Some(row) = rows.next().map_err(database)? {
                let hashes = row.get_ref(0).and_then(|value| Ok(value.as_blob()?)).map_err(database)?;
                tiles.push(Tile::from_bytes(*id, hashes).map_err(database)?);
            }
        }
        Ok(tiles)
    }

    /// The number of the last tile of leaves and its length in bytes.
    pub fn last_tile(&self) -> Result<Option<(u64, u64)>, LogError> {
        let reader = self.reader();
        let mut select = reader.prepare_cached(LAST_TILE).map_err(database)?;
        let last = select.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional().map_err(database)?;
        last.map(|(number, bytes)| Ok((unsigned(number)?, unsigned(bytes)?))).transpose()
    }

    /// Stores tiles, all or none.
    pub async fn store_tiles(self: &Arc<Self>, tiles: Vec<Tile>) -> Result<(), LogError> {
        self.upkeep(move |transaction| {
            let mut store = transaction.prepare_cached(STORE_TILE).map_err(database)?;
            for tile in &tiles {
                let values = params![tile.id.level, signed(tile.id.number), tile.hashes.as_flattened()];
                store.execute(values).map_err(database)?;
            }
            Ok(())
        })
        .await
    }

    /// Removes every tile.
    pub async fn drop_tiles(self: &Arc<Self>) -> Result<(), LogError> {
        self.upkeep(|transaction| transaction.execute("delete from log_tiles", []).map(drop).map_err(database)).await
    }

    /// Adds a checkpoint, unless this very note is there.
    pub async fn add_checkpoint(self: &Arc<Self>, new: KeptCheckpoint) -> Result<(), LogError> {
        self.upkeep(move |transaction| {
            let at = new.signed_at.timestamp_micros();
            let values = params![new.origin, signed(new.size), new.root.as_slice(), new.note, at];
            transaction.execute(ADD_CHECKPOINT, values).map(drop).map_err(database)
        })
        .await
    }

    /// Checkpoints up to a size, the greatest first.
    pub async fn checkpoints_until(self: &Arc<Self>, size: u64, limit: usize) -> Result<Vec<KeptCheckpoint>, LogError> {
        let (size, limit) = (signed(size), signed(limit as u64));
        self.blocking(move |reader| checkpoints(reader, size, limit)).await
    }

    /// Adds a key after the present one; nothing when that is another.
    pub async fn add_key(self: &Arc<Self>, new: KeptKey, after: Option<String>) -> Result<(), LogError> {
        self.upkeep(move |transaction| {
            let values = params![new.vkey, signed(new.since_size), new.taken_at.timestamp_micros(), after];
            transaction.execute(ADD_KEY, values).map(drop).map_err(database)
        })
        .await
    }

    /// The keys, the present one last.
    pub async fn signing_keys(self: &Arc<Self>) -> Result<Vec<KeptKey>, LogError> {
        self.blocking(|reader| {
            let mut select = reader.prepare_cached(KEYS).map_err(database)?;
            let mut rows = select.query([]).map_err(database)?;
            let mut keys = Vec::new();
            while let Some(row) = rows.next().map_err(database)? {
                keys.push(key(row)?);
            }
            Ok(keys)
        })
        .await
    }

    /// Writes the version of the tables as it is: the page it stands on is written whatever it said before. A thread that
    /// waits for the file cannot be called back, so the trial is with it.
    pub async fn write_nothing(self: &Arc<Self>, trial: Trial) -> Result<(), LogError> {
        let tried = self.upkeep(move |transaction| {
            let version: i64 =
                transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(database)?;
            transaction.pragma_update(None, "user_version", version).map_err(database)?;
            Ok(trial)
        });
        tried.await.map(drop)
    }

    /// Work beside the appends, in a transaction on a connection of its own.
    pub(super) async fn upkeep<T, F>(self: &Arc<Self>, work: F) -> Result<T, LogError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, LogError> + Send + 'static,
    {
        let log = self.clone();
        let task = move || {
            let mut connection = log.upkeep.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(database)?;
            let done = work(&transaction)?;
            transaction.commit().map_err(database)?;
            Ok(done)
        };
        tokio::task::spawn_blocking(task).await.map_err(database)?
    }
}

fn checkpoints(reader: &Connection, size: i64, limit: i64) -> Result<Vec<KeptCheckpoint>, LogError> {
    let mut select = reader.prepare_cached(CHECKPOINTS_UNTIL).map_err(database)?;
    let mut rows = select.query(params![size, limit]).map_err(database)?;
    let mut checkpoints = Vec::new();
    while let Some(row) = rows.next().map_err(database)? {
        checkpoints.push(checkpoint(row)?);
    }
    Ok(checkpoints)
}

fn checkpoint(row: &Row<'_>) -> Result<KeptCheckpoint, LogError> {
    Ok(KeptCheckpoint {
        origin: row.get(0).map_err(database)?,
        size: unsigned(row.get(1).map_err(database)?)?,
        root: row.get(2).map_err(database)?,
        note: row.get(3).map_err(database)?,
        signed_at: moment(row.get(4).map_err(database)?),
    })
}

fn key(row: &Row<'_>) -> Result<KeptKey, LogError> {
    Ok(KeptKey {
        vkey: row.get(0).map_err(database)?,
        since_size: unsigned(row.get(1).map_err(database)?)?,
        taken_at: moment(row.get(2).map_err(database)?),
    })
}
