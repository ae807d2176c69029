//! Connections for reading. sqlx's own pool asks the server once more whenever a connection is given back, which would
//! double the round trips of a load; these are simply used, and thrown away when they fail.

use std::sync::{Mutex, PoisonError};

use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{ConnectOptions, PgConnection};
use tokio::sync::Semaphore;

use super::database;
use super::postgres::Query;
use super::postgres_writer::is_broken;
use crate::error::LogError;

/// A few connections, made when needed, the most recently used one first.
pub(super) struct Readers {
    options: PgConnectOptions,
    idle: Mutex<Vec<PgConnection>>,
    permits: Semaphore,
    most: usize,
}

impl Readers {
    /// At most this many connections.
    pub fn new(options: PgConnectOptions, most: u32) -> Self {
        let most = most.max(1) as usize;
        Self { options, idle: Mutex::default(), permits: Semaphore::new(most), most }
    }

    /// The rows of a query. Connections are not tested before use, so after a restart of the server each of them fails
    /// once: a read goes on to the next, and to a new one at last.
    pub async fn rows<'q>(&self, query: impl Fn() -> Query<'q>) -> Result<Vec<PgRow>, LogError> {
        let _permit = self.permits.acquire().await.map_err(database)?;
        let mut tries_left = self.most;
        loop {
            let idle = self.idle().pop();
            let mut connection = match idle {
                Some(connection) => connection,
                None => self.options.connect().await.map_err(database)?,
            };
            // A caller who gives up drops the connection with its unread answer.
            match query().fetch_all(&mut connection).await {
                Ok(rows) => {
                    self.idle().push(connection);
                    return Ok(rows);
                }
                Err(error) if tries_left == 0 || !is_broken(&error) => return Err(database(error)),
                Err(_) => tries_left -= 1,
            }
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<PgConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
