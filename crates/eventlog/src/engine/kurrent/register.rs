//! A stream that is only added to and read whole: checkpoints, keys.

use eventstore::EventData;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use super::client::{Connection, Fault, Tries};
use crate::clock::new_id;
use crate::engine::database;
use crate::error::LogError;

/// What stands in one stream, as far as it was read.
pub(super) struct Register<T> {
    stream: String,
    read: Mutex<Vec<T>>,
}

impl<T: Clone + Serialize + DeserializeOwned> Register<T> {
    pub fn of(stream: String) -> Self {
        Self { stream, read: Mutex::default() }
    }

    /// Everything in it, the oldest first.
    pub async fn all(&self, connection: &Connection) -> Result<Vec<T>, LogError> {
        let mut read = self.read.lock().await;
        self.read_on(connection, &mut read).await?;
        Ok(read.clone())
    }

    /// Adds an entry, if that is still right after all that is there.
    pub async fn add(
        &self,
        connection: &Connection,
        kind: &str,
        new: T,
        is_right: impl Fn(&[T]) -> bool,
    ) -> Result<(), LogError> {
        let mut read = self.read.lock().await;
        let mut tries = Tries::new();
        loop {
            self.read_on(connection, &mut read).await?;
            if !is_right(&read) {
                return Ok(());
            }
            let event = EventData::json(kind, &new)?.id(new_id());
            match connection.append(&self.stream, read.len() as u64, vec![event]).await {
                Ok(version) if version == read.len() as u64 + 1 => {
                    read.push(new);
                    return Ok(());
                }
                Ok(_) => return Err(LogError::StreamDeleted { stream: self.stream.clone() }),
                Err(Fault::OtherVersion(_)) => {
                    tries.wait(database(format!("stream {} is added to all the time", self.stream))).await?
                }
                // Whether it was added, the stream tells.
                Err(fault) => tries.after(fault).await?,
            }
        }
    }

    async fn read_on(&self, connection: &Connection, read: &mut Vec<T>) -> Result<(), LogError> {
        for event in connection.read_stream(&self.stream, read.len() as u64, usize::MAX).await? {
            if event.revision != read.len() as u64 {
                return Err(database(format!("stream {} has a hole before event {}", self.stream, event.revision)));
            }
            read.push(serde_json::from_slice(&event.data)?);
        }
        Ok(())
    }
}
