//! Tiles, checkpoints and signing keys, in streams beside those of the log.
//!
//! A tile is the last event of its stream. Tiles that are made anew belong to a later edition: those of earlier editions are
//! as if they were not there, because KurrentDB takes nothing back.

use std::cmp::Reverse;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use eventstore::EventData;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};
use spoor_notary::{Hash, Tile, TileId};

use super::KurrentLog;
use super::client::{Fault, Tries};
use crate::batch::moment;
use crate::checkpoints::{KeptCheckpoint, KeptKey};
use crate::clock::new_id;
use crate::engine::database;
use crate::error::LogError;

/// Tiles read or written at the same time.
const AT_ONCE: usize = 16;

/// A tile as it is stored.
#[derive(Debug, Serialize, Deserialize)]
struct StoredTile {
    edition: u64,
    hashes: String,
}

/// How far the log is tiled: the last tile of leaves, and its length in bytes; of 0 bytes when there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Tiled {
    edition: u64,
    number: u64,
    bytes: u64,
}

/// A checkpoint as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    origin: String,
    size: u64,
    root: String,
    note: String,
    signed_at: i64,
}

/// A key as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Key {
    vkey: String,
    since_size: u64,
    taken_at: i64,
}

impl KurrentLog {
    /// The tiles there are of these.
    pub async fn tiles(&self, ids: &[TileId]) -> Result<Vec<Tile>, LogError> {
        let edition = self.tiled().await?.edition;
        let read = stream::iter(ids.to_vec()).map(|id| async move {
            let (_version, stored) = self.last::<StoredTile>(&self.names.tile(id)).await?;
            let stored = stored.filter(|stored| stored.edition == edition);
            stored.map(|stored| Tile::from_bytes(id, &bytes(&stored.hashes)?).map_err(database)).transpose()
        });
        let read: Vec<Option<Tile>> = read.buffered(AT_ONCE).try_collect().await?;
        Ok(read.into_iter().flatten().collect())
    }

    /// The number of the last tile of leaves and its length in bytes.
    pub async fn last_tile(&self) -> Result<Option<(u64, u64)>, LogError> {
        let Tiled { number, bytes, .. } = self.tiled().await?;
        Ok((bytes > 0).then_some((number, bytes)))
    }

    /// Stores tiles. That they are there is said when all of them are.
    pub async fn store_tiles(&self, tiles: Vec<Tile>) -> Result<(), LogError> {
        let edition = self.tiled().await?.edition;
        let leaves = tiles.iter().filter(|tile| tile.id.level == 0).map(|tile| Tiled {
            edition,
            number: tile.id.number,
            bytes: tile.hashes.as_flattened().len() as u64,
        });
        let last = leaves.max();
        let stored = stream::iter(tiles).map(|tile| async move {
            let hashes = BASE64_STANDARD.encode(tile.hashes.as_flattened());
            // Processes that tile at the same time write the same hashes; the one that is behind must not shorten a tile.
            let longer = |stored: &StoredTile| (stored.edition, stored.hashes.len()) < (edition, hashes.len());
            self.replace(&self.names.tile(tile.id), "Tile", StoredTile { edition, hashes: hashes.clone() }, longer)
                .await
        });
        stored.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        match last {
            None => Ok(()),
            Some(last) => {
                let onwards = |stored: &Tiled| stored.edition == edition && *stored < last;
                self.replace(&self.names.tiled(), "Tiled", last, onwards).await
            }
        }
    }

    /// Begins a new edition, of which there are no tiles.
    pub async fn drop_tiles(&self) -> Result<(), LogError> {
        let next = Tiled { edition: self.tiled().await?.edition + 1, number: 0, bytes: 0 };
        self.replace(&self.names.tiled(), "Tiled", next, |stored| stored.edition < next.edition).await
    }

    /// Adds a checkpoint, unless this very note is there.
    pub async fn add_checkpoint(&self, new: KeptCheckpoint) -> Result<(), LogError> {
        let KeptCheckpoint { origin, size, root, note, signed_at } = new;
        let new = Checkpoint { origin, size, root: hex::encode(root), note, signed_at: signed_at.timestamp_micros() };
        let is_same = |kept: &Checkpoint| (kept.size, &kept.note) == (new.size, &new.note);
        let is_new = |kept: &[Checkpoint]| !kept.iter().any(is_same);
        self.checkpoints.add(&self.connection, "Checkpoint", new.clone(), is_new).await
    }

    /// Checkpoints up to a size, the greatest first; of those with the same size the one kept last.
    pub async fn checkpoints_until(&self, size: u64, limit: usize) -> Result<Vec<KeptCheckpoint>, LogError> {
        let mut kept = self.checkpoints.all(&self.connection).await?;
        kept.retain(|checkpoint| checkpoint.size <= size);
        kept.reverse();
        kept.sort_by_key(|checkpoint| Reverse(checkpoint.size));
        kept.dedup_by_key(|checkpoint| checkpoint.size);
        kept.into_iter().take(limit).map(KeptCheckpoint::try_from).collect()
    }

    /// Adds a key after the present one; nothing when that is another, or when it was a key before.
    pub async fn add_key(&self, new: KeptKey, after: Option<String>) -> Result<(), LogError> {
        let KeptKey { vkey, since_size, taken_at } = new;
        let key = Key { vkey: vkey.clone(), since_size, taken_at: taken_at.timestamp_micros() };
        let follows = |kept: &[Key]| {
            kept.last().map(|last| last.vkey.as_str()) == after.as_deref() && kept.iter().all(|key| key.vkey != vkey)
        };
        self.keys.add(&self.connection, "Key", key, follows).await
    }

    /// The keys, the present one last.
    pub async fn signing_keys(&self) -> Result<Vec<KeptKey>, LogError> {
        let kept = self.keys.all(&self.connection).await?.into_iter();
        let key = |Key { vkey, since_size, taken_at }| KeptKey { vkey, since_size, taken_at: moment(taken_at) };
        Ok(kept.map(key).collect())
    }

    async fn tiled(&self) -> Result<Tiled, LogError> {
        Ok(self.last::<Tiled>(&self.names.tiled()).await?.1.unwrap_or_default())
    }

    /// How many events a stream has, and what the last one holds.
    async fn last<T: for<'de> Deserialize<'de>>(&self, stream: &str) -> Result<(u64, Option<T>), LogError> {
        match self.connection.last_of(stream).await? {
            None => Ok((0, None)),
            Some(event) => Ok((event.revision + 1, Some(serde_json::from_slice(&event.data)?))),
        }
    }

    /// Puts something in the place of the last event of a stream, if that may be.
    async fn replace<T: Serialize + for<'de> Deserialize<'de>>(
        &self,
        stream: &str,
        kind: &str,
        new: T,
        may_replace: impl Fn(&T) -> bool,
    ) -> Result<(), LogError> {
        let mut tries = Tries::new();
        loop {
            let (version, stored) = self.last::<T>(stream).await?;
            if stored.is_some_and(|stored| !may_replace(&stored)) {
                return Ok(());
            }
            let event = EventData::json(kind, &new)?.id(new_id());
            match self.connection.append(stream, version, vec![event]).await {
                Ok(_) => return Ok(()),
                Err(Fault::OtherVersion(_)) => {
                    tries.wait(database(format!("stream {stream} is added to all the time"))).await?
                }
                // Whether it was stored, the stream tells.
                Err(fault) => tries.after(fault).await?,
            }
        }
    }
}

impl TryFrom<Checkpoint> for KeptCheckpoint {
    type Error = LogError;

    fn try_from(stored: Checkpoint) -> Result<Self, LogError> {
        let Checkpoint { origin, size, root, note, signed_at } = stored;
        let root: Hash = hex::decode(root)
            .ok()
            .and_then(|root| root.try_into().ok())
            .ok_or_else(|| database("the root of a checkpoint is not 32 bytes long"))?;
        Ok(Self { origin, size, root, note, signed_at: moment(signed_at) })
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, LogError> {
    BASE64_STANDARD.decode(text).map_err(database)
}
