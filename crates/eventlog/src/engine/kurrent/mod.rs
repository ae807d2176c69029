//! The log in KurrentDB: a stream for every aggregate, an index that every process finds by itself in `$all`, and streams
//! for what is kept beside the events.

mod client;
mod copy;
mod cover;
mod index;
mod names;
mod places;
mod proof;
mod reader;
mod register;
mod segments;
mod streams;
mod subscription;
mod wakeup;
mod wire;
mod writer;
mod writing;

use std::sync::Arc;

use eventstore::EventData;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::Running;
use crate::batch::LogHead;
use crate::clock::new_id;
use crate::error::LogError;
use crate::{Clock, KurrentUrl, LogOptions, Position};
use client::{Connection, Fault, Tries};
use index::Index;
use names::Names;
use register::Register;
use writing::Writing;

/// The version of the shape in which this program keeps a log.
const FORMAT: u64 = 1;

/// An open log.
pub(crate) struct KurrentLog {
    connection: Arc<Connection>,
    names: Names,
    index: Arc<Index>,
    writing: Arc<Writing>,
    checkpoints: Register<proof::Checkpoint>,
    keys: Register<proof::Key>,
}

/// What `migrate` writes.
#[derive(Serialize, Deserialize)]
struct Format {
    format: u64,
}

/// Makes the log, unless it is there.
pub(crate) async fn migrate(url: &KurrentUrl) -> Result<(), LogError> {
    let (connection, names) = (Connection::to(url)?, Names::of(url.prefix()));
    let (stream, mut tries) = (names.format(), Tries::new());
    loop {
        let event = EventData::json("Format", &Format { format: FORMAT })?.id(new_id());
        match connection.append(&stream, 0, vec![event]).await {
            Ok(_) | Err(Fault::OtherVersion(_)) => return require_migrated(url, &connection, &names).await,
            Err(fault) => tries.after(fault).await?,
        }
    }
}

async fn require_migrated(url: &KurrentUrl, connection: &Connection, names: &Names) -> Result<(), LogError> {
    let not_migrated = |reason: String| LogError::NotMigrated { url: url.to_string(), reason };
    let Some(event) = connection.last_of(&names.format()).await? else {
        return Err(not_migrated(format!("there is no stream {}", names.format())));
    };
    match serde_json::from_slice::<Format>(&event.data) {
        Ok(Format { format: FORMAT }) => Ok(()),
        Ok(Format { format }) => Err(not_migrated(format!("its streams have version {format}, not {FORMAT}"))),
        Err(error) => Err(not_migrated(format!("stream {} cannot be read: {error}", names.format()))),
    }
}

impl KurrentLog {
    /// Opens a log that was made, finds the index of its events and starts its writer.
    ///
    /// # Errors
    /// `NotMigrated` when it was not made; `IndexDiffers` when the index is written down otherwise than the log is.
    pub async fn open(url: &KurrentUrl, clock: Clock, options: &LogOptions) -> Result<(Self, Running), LogError> {
        let (connection, names) = (Arc::new(Connection::to(url)?), Names::of(url.prefix()));
        require_migrated(url, &connection, &names).await?;
        let (wakeup, heard) = watch::channel(Position::START);
        let index = Arc::new(Index::new(connection.clone(), names.clone(), wakeup, matches!(clock, Clock::System)));
        index.load().await?;
        let writing = Arc::new(Writing::new(connection.clone(), names.clone(), index.clone()));
        // Over a connection of its own: what becomes of it is no matter of those who append and read.
        let listening = Connection::to(url)?;
        let running = writer::start(writing.clone(), listening, heard, clock, options.max_batch);
        let (checkpoints, keys) = (Register::of(names.checkpoints()), Register::of(names.keys()));
        Ok((Self { connection, names, index, writing, checkpoints, keys }, running))
    }

    /// The end of the log now.
    pub async fn head(&self) -> Result<LogHead, LogError> {
        self.index.head().await
    }
}
