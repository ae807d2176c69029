//! Connections for reading. sqlx's own pool asks the server once more whenever a connection is given back, which would
//! double the round trips of a load; these are simply used, and thrown away when they fail or when nobody used them for long.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::sync::Semaphore;

use super::database;
use super::postgres::Query;
use super::postgres_writer::is_broken;
use crate::connections::UNUSED;
use crate::error::LogError;

/// A few connections, made when needed, the most recently used one first.
pub(super) struct Readers {
    options: PgConnectOptions,
    /// The one that waits longest first.
    idle: Mutex<Vec<Idle>>,
    permits: Semaphore,
    most: usize,
}

/// A connection that waits to be used.
struct Idle {
    connection: PgConnection,
    since: Instant,
}

impl Readers {
    /// At most this many connections. Those that nobody uses for long are closed, until this is dropped.
    pub fn start(options: PgConnectOptions, most: u32) -> Arc<Self> {
        let most = most.max(1) as usize;
        let readers = Arc::new(Self { options, idle: Mutex::default(), permits: Semaphore::new(most), most });
        tokio::spawn(look_after(Arc::downgrade(&readers)));
        readers
    }

    /// The rows of a query. Connections are not tested before use, so after a restart of the server each of them fails
    /// once: a read goes on to the next, and to a new one at last.
    pub async fn rows<'q>(&self, query: impl Fn() -> Query<'q>) -> Result<Vec<PgRow>, LogError> {
        let _permit = self.permits.acquire().await.map_err(database)?;
        let mut tries_left = self.most;
        loop {
            let idle = self.idle().pop();
            let mut connection = match idle {
                Some(Idle { connection, .. }) => connection,
                None => self.options.connect().await.map_err(database)?,
            };
            // A caller who gives up drops the connection with its unread answer.
            match query().fetch_all(&mut connection).await {
                Ok(rows) => {
                    self.idle().push(Idle { connection, since: Instant::now() });
                    return Ok(rows);
                }
                Err(error) if tries_left == 0 || !is_broken(&error) => return Err(database(error)),
                Err(_) => tries_left -= 1,
            }
        }
    }

    /// Closes what nobody has used for so long.
    async fn close_unused(&self, unused: Duration) {
        let closing: Vec<Idle> = {
            let mut idle = self.idle();
            let first_used = idle.iter().position(|one| one.since.elapsed() < unused).unwrap_or(idle.len());
            idle.drain(..first_used).collect()
        };
        for one in closing {
            // One that cannot be closed is gone already.
            let _ = one.connection.close().await;
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn look_after(readers: Weak<Readers>) {
    let mut ticks = tokio::time::interval(UNUSED);
    loop {
        ticks.tick().await;
        let Some(readers) = readers.upgrade() else { return };
        readers.close_unused(UNUSED).await;
    }
}

#[cfg(test)]
mod tests {
    use spoor_testkit::TestDatabase;

    use super::*;
    use crate::url::pg_options;

    #[tokio::test]
    async fn a_connection_that_nobody_uses_is_closed_and_the_others_are_kept() {
        let (options, _schema) = pg_options(&TestDatabase::fresh().await.url).unwrap();
        let readers = Readers::start(options.clone(), 3);
        let opened = async || Idle { connection: options.connect().await.unwrap(), since: Instant::now() };
        let (first, second) = (opened().await, opened().await);
        readers.idle().extend([first, second]);
        readers.close_unused(Duration::from_secs(3_600)).await;
        assert_eq!(readers.idle().len(), 2, "both were used a moment ago");
        readers.close_unused(Duration::ZERO).await;
        assert_eq!(readers.idle().len(), 0);
        let rows = readers.rows(|| sqlx::query("select 1")).await.unwrap();
        assert_eq!((rows.len(), readers.idle().len()), (1, 1), "a new one is made when it is needed");
    }
}
