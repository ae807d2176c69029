//! Tiles, checkpoints and signing keys in the PostgreSQL schema of their log.

use spoor_notary::{Tile, TileId};
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{ConnectOptions, Execute, Executor, PgConnection, Postgres, Row};
use tokio::sync::Mutex;

use super::postgres::PostgresLog;
use super::postgres_writer::is_broken;
use super::{database, signed, unsigned};
use crate::batch::moment;
use crate::checkpoints::{KeptCheckpoint, KeptKey};
use crate::error::LogError;
use crate::writer::Trial;

const TILES: &str = "select wanted.level, wanted.number, tile.hashes
    from unnest($1::smallint[], $2::bigint[]) wanted (level, number)
    join log_tiles tile on tile.level = wanted.level and tile.number = wanted.number";
/// The last tile of the leaves says how many leaves are tiled.
const LAST_TILE: &str =
    "select number, length(hashes)::bigint from log_tiles where level = 0 order by number desc limit 1";
/// Processes that tile at the same time write the same hashes; the one that is behind must not shorten a tile. Both
/// write in the order of the key, so neither waits for the other in a circle.
const STORE_TILES: &str = "insert into log_tiles (level, number, hashes)
    select level, number, hashes from unnest($1::smallint[], $2::bigint[], $3::bytea[]) new (level, number, hashes)
     order by level, number
    on conflict (level, number) do update set hashes = excluded.hashes
     where length(excluded.hashes) > length(log_tiles.hashes)";
const DROP_TILES: &str = "delete from log_tiles";
const ADD_CHECKPOINT: &str = "insert into log_checkpoints (origin, size, root, note, signed_at)
    select $1::text, $2::bigint, $3::bytea, $4::text, $5::bigint
     where not exists (select 1 from log_checkpoints where size = $2 and note = $4)";
/// One row a size: the last, which has the signatures of most witnesses.
const CHECKPOINTS_UNTIL: &str = "select origin, size, root, note, signed_at from log_checkpoints c
    where size <= $1 and number = (select max(number) from log_checkpoints where size = c.size) order by size desc limit $2";
/// Only after the key that is the last now, and only once, whoever else adds it at the same time.
const ADD_KEY: &str = "insert into log_keys (vkey, since_size, taken_at)
    select $1::text, $2::bigint, $3::bigint
     where (select vkey from log_keys order by number desc limit 1) is not distinct from $4::text
    on conflict (vkey) do nothing";
/// Waits for an append of another process, and for who holds a table, but not for long: the server would go on waiting after
/// the caller gave up. Three statements, carried out as one transaction: a table is waited for before a statement begins.
const WRITE_NOTHING: &str = "select set_config('lock_timeout', '500ms', true);
    insert into events select * from events where false;
    update log_head set position = position where id = 1";
const KEYS: &str = "select vkey, since_size, taken_at from log_keys order by number";

/// The connection for what is written beside the appends, made when first needed.
pub(super) struct Upkeep {
    options: PgConnectOptions,
    connection: Mutex<Option<PgConnection>>,
}

impl Upkeep {
    pub fn new(options: PgConnectOptions) -> Self {
        Self { options, connection: Mutex::default() }
    }

    /// A connection for work of several statements.
    pub async fn connect(&self) -> Result<PgConnection, LogError> {
        self.options.connect().await.map_err(database)
    }

    /// Carries out one transaction that changes nothing more when it is carried out twice: a connection that was kept may
    /// have gone with the server since, so it is tried once more on a new one. One that failed is not used again.
    async fn execute<'q, Q>(&self, query: impl Fn() -> Q) -> Result<(), LogError>
    where
        Q: Execute<'q, Postgres> + 'q,
    {
        let mut kept = self.connection.lock().await;
        if let Some(mut connection) = kept.take() {
            match connection.execute(query()).await {
                Ok(_) => {
                    *kept = Some(connection);
                    return Ok(());
                }
                Err(error) if is_broken(&error) => tracing::warn!(%error, "a connection is gone; trying another one"),
                Err(error) => return Err(database(error)),
            }
        }
        let mut connection = self.connect().await?;
        connection.execute(query()).await.map_err(database)?;
        *kept = Some(connection);
        Ok(())
    }
}

impl PostgresLog {
    /// The tiles there are of these.
    pub async fn tiles(&self, ids: &[TileId]) -> Result<Vec<Tile>, LogError> {
        let (levels, numbers) = keys(ids.iter());
        let rows = self.readers.rows(|| sqlx::query(TILES).bind(levels.clone()).bind(numbers.clone())).await?;
        rows.iter().map(tile).collect()
    }

    /// The number of the last tile of leaves and its length in bytes.
    pub async fn last_tile(&self) -> Result<Option<(u64, u64)>, LogError> {
        let rows = self.readers.rows(|| sqlx::query(LAST_TILE)).await?;
        let number = |row: &PgRow, column: usize| row.try_get(column).map_err(database).and_then(unsigned);
        rows.first().map(|row| Ok((number(row, 0)?, number(row, 1)?))).transpose()
    }

    /// Writes the head as it is, a new version of its row, and no event.
    pub async fn write_nothing(&self, trial: Trial) -> Result<(), LogError> {
        let _under_way = trial;
        self.upkeep.execute(|| sqlx::raw_sql(WRITE_NOTHING)).await
    }

    /// Stores tiles, all or none.
    pub async fn store_tiles(&self, tiles: Vec<Tile>) -> Result<(), LogError> {
        let (levels, numbers) = keys(tiles.iter().map(|tile| &tile.id));
        let hashes: Vec<&[u8]> = tiles.iter().map(|tile| tile.hashes.as_flattened()).collect();
        let store = || sqlx::query(STORE_TILES).bind(levels.clone()).bind(numbers.clone()).bind(hashes.clone());
        self.upkeep.execute(store).await
    }

    /// Removes every tile.
    pub async fn drop_tiles(&self) -> Result<(), LogError> {
        self.upkeep.execute(|| sqlx::query(DROP_TILES)).await
    }

    /// Adds a checkpoint, unless this very note is there.
    pub async fn add_checkpoint(&self, new: KeptCheckpoint) -> Result<(), LogError> {
        let add = || {
            let add = sqlx::query(ADD_CHECKPOINT).bind(&new.origin).bind(signed(new.size)).bind(new.root.as_slice());
            add.bind(&new.note).bind(new.signed_at.timestamp_micros())
        };
        self.upkeep.execute(add).await
    }

    /// Adds a key after the present one; nothing when that is another.
    pub async fn add_key(&self, new: KeptKey, after: Option<String>) -> Result<(), LogError> {
        let add = || {
            let add = sqlx::query(ADD_KEY).bind(&new.vkey).bind(signed(new.since_size));
            add.bind(new.taken_at.timestamp_micros()).bind(after.as_deref())
        };
        self.upkeep.execute(add).await
    }

    /// The keys, the present one last.
    pub async fn signing_keys(&self) -> Result<Vec<KeptKey>, LogError> {
        self.readers.rows(|| sqlx::query(KEYS)).await?.iter().map(key).collect()
    }

    /// Checkpoints up to a size, the greatest first.
    pub async fn checkpoints_until(&self, size: u64, limit: usize) -> Result<Vec<KeptCheckpoint>, LogError> {
        let (size, limit) = (signed(size), signed(limit as u64));
        let rows = self.readers.rows(|| sqlx::query(CHECKPOINTS_UNTIL).bind(size).bind(limit)).await?;
        rows.iter().map(checkpoint).collect()
    }
}

fn keys<'a>(ids: impl Iterator<Item = &'a TileId>) -> (Vec<i16>, Vec<i64>) {
    ids.map(|id| (i16::from(id.level), signed(id.number))).unzip()
}

fn tile(row: &PgRow) -> Result<Tile, LogError> {
    let level: i16 = row.try_get(0).map_err(database)?;
    let id =
        TileId { level: u8::try_from(level).map_err(database)?, number: unsigned(row.try_get(1).map_err(database)?)? };
    Tile::from_bytes(id, row.try_get(2).map_err(database)?).map_err(database)
}

fn checkpoint(row: &PgRow) -> Result<KeptCheckpoint, LogError> {
    let root: Vec<u8> = row.try_get(2).map_err(database)?;
    Ok(KeptCheckpoint {
        origin: row.try_get(0).map_err(database)?,
        size: unsigned(row.try_get(1).map_err(database)?)?,
        root: root.try_into().map_err(|_| database("the root of a checkpoint is not 32 bytes long"))?,
        note: row.try_get(3).map_err(database)?,
        signed_at: moment(row.try_get(4).map_err(database)?),
    })
}

fn key(row: &PgRow) -> Result<KeptKey, LogError> {
    Ok(KeptKey {
        vkey: row.try_get(0).map_err(database)?,
        since_size: unsigned(row.try_get(1).map_err(database)?)?,
        taken_at: moment(row.try_get(2).map_err(database)?),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use spoor_testkit::TestDatabase;

    use super::*;
    use crate::url::pg_options;

    #[tokio::test]
    async fn a_connection_that_went_with_the_server_is_made_anew_and_what_is_wrong_is_said() {
        let (options, _schema) = pg_options(&TestDatabase::fresh().await.url).unwrap();
        let upkeep = Upkeep::new(options.clone());
        upkeep.execute(|| sqlx::query("select 1")).await.unwrap();
        assert!(upkeep.connection.lock().await.is_some(), "it is kept");

        let mut other = options.connect().await.unwrap();
        let drop_others = "select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()";
        let dropped = async {
            while !other.fetch_all(drop_others).await.unwrap().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), dropped).await.expect("the server ends it");
        upkeep.execute(|| sqlx::query("select 1")).await.unwrap();

        upkeep.execute(|| sqlx::query("select nothing")).await.unwrap_err();
        upkeep.execute(|| sqlx::query("select 1")).await.unwrap();
    }
}
