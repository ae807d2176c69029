//! Connections to PostgreSQL: how many a process takes, when one that nobody uses is given back, and what to do when the
//! server takes no more.

use std::error::Error;
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::PgPoolOptions;

/// A connection that nobody used for so long is closed.
pub(crate) const UNUSED: Duration = Duration::from_secs(60);
/// A pool uses its connections in turn, so after a busy moment each of them is used now and then: what has lived for so
/// long is closed too, and only what is needed is opened again.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// The store of keys takes as many at most.
pub const KEYS: u32 = 4;
/// The store of documents takes as many at most: enough for a few at a time, each may take 20 MiB on both sides.
pub const BLOBS: u32 = 4;
/// The store of what was published takes as many at most: enough for a few downloads at a time.
pub const PUBLISHED: u32 = 2;
/// What a log takes beside its readers: the writer, the upkeep, who tells other processes of an append, who listens to
/// them, and who looks for itself.
const BESIDE_READERS: u32 = 5;

/// As many connections one open log takes at most.
pub const fn of_a_log(readers: u32) -> u32 {
    readers + BESIDE_READERS
}

/// A connection that was used so lately is taken to be there still.
const TRUSTED: Duration = Duration::from_secs(1);

/// A pool of at most so many connections. One that was used just now is not tested before use, which would double the round
/// trips; another one is, so that after a restart of the server few meet those that went with it: `repeated` goes on then.
pub fn pool(most: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(most)
        .test_before_acquire(false)
        .before_acquire(|connection, known| {
            Box::pin(async move { Ok(known.idle_for < TRUSTED || connection.ping().await.is_ok()) })
        })
        .idle_timeout(UNUSED)
        .max_lifetime(LIFETIME)
}

/// What one statement outside a transaction says; where its connection turns out to be gone, what it says on another one.
/// After a restart of the server every connection of the pool that is trusted still may be gone. Only for what changes
/// nothing more when it is carried out twice: whether the first one was is not known.
pub(crate) async fn repeated<T, F>(statement: impl Fn() -> F) -> Result<T, sqlx::Error>
where
    F: Future<Output = Result<T, sqlx::Error>>,
{
    for _gone in 0..KEYS.max(BLOBS).max(PUBLISHED) {
        match statement().await {
            Err(error) if is_gone(&error) => tracing::warn!(%error, "a connection is gone; trying another one"),
            said => return said,
        }
    }
    statement().await
}

/// Whether the server ended the connection (shut down by an administrator, or after a crash), or nobody is at its other end.
fn is_gone(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(ended) => matches!(ended.code().as_deref(), Some("57P01" | "57P02")),
        _ => false,
    }
}

/// What to do when the server takes no more connections, or may not; nothing for any other failure.
pub fn hint(error: &(dyn Error + 'static)) -> &'static str {
    match error.downcast_ref() {
        Some(sqlx::Error::Database(refused)) if refused.code().as_deref() == Some("53300") => {
            ". Its server takes no more connections: raise its max_connections (and the limit of the role or the database), \
             or stop another program that uses it. docs/operations.md says how many one process takes"
        }
        Some(sqlx::Error::PoolTimedOut) => {
            ". See that its server runs and that the address is right. It may also have no connection left: raise its \
             max_connections, or stop another program that uses it. docs/operations.md says how many one process takes"
        }
        _another_failure => "",
    }
}

#[cfg(test)]
mod tests {
    use spoor_testkit::TestDatabase;

    use super::*;
    use crate::url::pg_options;

    #[tokio::test]
    async fn a_statement_survives_that_every_connection_of_the_pool_is_gone_but_not_that_it_is_wrong() {
        let (options, _schema) = pg_options(&TestDatabase::fresh().await.url).unwrap();
        let pool = pool(KEYS).connect_with(options.clone()).await.unwrap();
        let mut other = sqlx::PgConnection::connect_with(&options).await.unwrap();
        let drop_all = "select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()";
        for _round in 0..3 {
            let mut held = Vec::new();
            for _ in 0..KEYS {
                held.push(pool.acquire().await.unwrap());
            }
            // Used a moment ago and given back, so none is tested before it is used.
            drop(held);
            let given_back = async {
                while pool.num_idle() < KEYS as usize {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(Duration::from_secs(60), given_back).await.expect("they come back");
            sqlx::query(drop_all).execute(&mut other).await.unwrap();
            let one: i32 = repeated(|| sqlx::query_scalar("select 1").fetch_one(&pool)).await.unwrap();
            assert_eq!(one, 1);
        }
        let wrong = repeated(|| sqlx::query("select nothing").execute(&pool)).await.unwrap_err();
        assert!(!is_gone(&wrong), "{wrong}");
    }

    #[test]
    fn a_pool_gives_back_what_nobody_uses() {
        let pool = pool(3);
        assert_eq!((pool.get_max_connections(), pool.get_idle_timeout()), (3, Some(UNUSED)));
        assert_eq!((pool.get_max_lifetime(), pool.get_test_before_acquire()), (Some(LIFETIME), false));
    }
}
