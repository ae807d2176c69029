//! The keys in a PostgreSQL schema of their own.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use chrono::{DateTime, Utc};
use spoor_domain::kernel::SubjectId;
use sqlx::postgres::PgPool;
use sqlx::{Executor, Row};
use uuid::Uuid;

use super::rotation::{KeyStatus, Rewrapped, counted};
use super::{KeyError, KeyRow, Reconciled};
use crate::batch::moment;
use crate::connections::{self, repeated};
use crate::url::pg_options;

const SCHEMA: &str = include_str!("../../migrations/postgres/keys.sql");

/// Whether anybody in this database still sees what was there before a transaction, or will: a new snapshot looks back as
/// far as the oldest transaction that is under way, in whichever database. Sessions of other roles tell nothing of theirs.
const LOOKING_BACK: &str = "select pg_snapshot_xmin(pg_current_snapshot()) < $1::text::xid8 or exists (
    select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
       and age(backend_xmin) > age($1::text::xid8::xid))";
/// How often, and how long, it is waited for them before a destroyed key is vacuumed away.
const LOOK: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(5);

/// The tables of schema `spoor_keys`.
pub(crate) struct KeySchema {
    pool: PgPool,
}

impl KeySchema {
    pub async fn open(url: &str) -> Result<Self, KeyError> {
        let options = pg_options(url).map_err(failed)?.0;
        let pool = connections::pool(connections::KEYS).connect_with(options).await.map_err(failed)?;
        // The column that came last.
        let last = "select exists (select from pg_attribute
                     where attrelid = to_regclass('spoor_keys.reconciled') and attname = 'erased_until')";
        let ready: bool = sqlx::query_scalar(last).fetch_one(&pool).await.map_err(failed)?;
        if !ready {
            pool.execute(sqlx::raw_sql(SCHEMA)).await.map_err(failed)?;
        }
        Ok(Self { pool })
    }

    pub async fn rows(&self, subjects: &[SubjectId]) -> Result<HashMap<SubjectId, KeyRow>, KeyError> {
        let ids: Vec<Uuid> = subjects.iter().map(|subject| subject.0).collect();
        let select = "select subject, wrapped, (extract(epoch from destroyed_at) * 1000000)::bigint
               from spoor_keys.subject_keys where subject = any($1)";
        let rows = repeated(|| sqlx::query(select).bind(ids.clone()).fetch_all(&self.pool)).await.map_err(failed)?;
        let read = |row: &sqlx::postgres::PgRow| {
            let since = moment(row.try_get::<Option<i64>, _>(2)?.unwrap_or_default());
            let wrapped: Option<Vec<u8>> = row.try_get(1)?;
            let row_of_key = wrapped.map_or(KeyRow::Destroyed { since }, KeyRow::Wrapped);
            Ok((SubjectId(row.try_get(0)?), row_of_key))
        };
        rows.iter().map(read).collect::<Result<_, sqlx::Error>>().map_err(failed)
    }

    pub async fn create(&self, subject: SubjectId, wrapped: Vec<u8>) -> Result<KeyRow, KeyError> {
        let insert = "insert into spoor_keys.subject_keys (subject, wrapped) values ($1, $2) on conflict do nothing";
        repeated(|| sqlx::query(insert).bind(subject.0).bind(wrapped.clone()).execute(&self.pool))
            .await
            .map_err(failed)?;
        let stored = self.rows(&[subject]).await?.remove(&subject);
        stored.ok_or_else(|| failed(format!("the key of {subject} is gone right after it was made")))
    }

    /// Leaves the tombstone. The old version of the row stays in the table's file until PostgreSQL vacuums it, and in
    /// write-ahead logs and their archive as long as those are kept: `docs/keys.md` says what that means. It asks for no
    /// primary key: `pg_restore -t` brings back a table without it, and what was erased is to be destroyed in that one too.
    pub async fn destroy(&self, subject: SubjectId, since: DateTime<Utc>) -> Result<(), KeyError> {
        // The row first, whoever makes one at the same moment; then no key is left in it.
        let row = "insert into spoor_keys.subject_keys (subject, destroyed_at)
             select $1::uuid, timestamptz 'epoch' + $2 * interval '1 microsecond'
              where not exists (select from spoor_keys.subject_keys where subject = $1::uuid)
             on conflict do nothing";
        let bury = "update spoor_keys.subject_keys
                set wrapped = null, destroyed_at = timestamptz 'epoch' + $2 * interval '1 microsecond'
              where subject = $1::uuid and destroyed_at is null";
        for statement in [row, bury] {
            repeated(|| sqlx::query(statement).bind(subject.0).bind(since.timestamp_micros()).execute(&self.pool))
                .await
                .map_err(failed)?;
        }
        if let Err(error) = self.tidy().await {
            tracing::warn!(%error, "the old version of a destroyed key waits for the next vacuum of spoor_keys");
        }
        Ok(())
    }

    /// Those of these subjects that have no tombstone.
    pub async fn not_destroyed(&self, subjects: &BTreeSet<SubjectId>) -> Result<BTreeSet<SubjectId>, KeyError> {
        let ids: Vec<Uuid> = subjects.iter().map(|subject| subject.0).collect();
        let select = "select asked.id from unnest($1::uuid[]) as asked (id) where not exists (
                   select from spoor_keys.subject_keys where subject = asked.id and destroyed_at is not null)";
        let found: Vec<Uuid> =
            repeated(|| sqlx::query_scalar(select).bind(ids.clone()).fetch_all(&self.pool)).await.map_err(failed)?;
        Ok(found.into_iter().map(SubjectId).collect())
    }

    /// Writes the table anew, without what was replaced, once nobody can see that any more. Gives up soon when somebody
    /// else is at it: everybody who reads or seals would wait behind. Only the table's owner may; any other role says so.
    pub async fn tidy(&self) -> Result<(), KeyError> {
        if !self.owns_the_table().await? {
            tracing::warn!(
                "old versions of keys stay in the file of spoor_keys.subject_keys, which belongs to another role: let its \
                 owner run `vacuum full spoor_keys.subject_keys`"
            );
            return Ok(());
        }
        self.nobody_looks_back().await?;
        let mut connection = self.pool.acquire().await.map_err(failed)?;
        connection.execute("set lock_timeout = '2s'").await.map_err(failed)?;
        let written = connection.execute("vacuum full spoor_keys.subject_keys").await;
        connection.execute("reset lock_timeout").await.map_err(failed)?;
        written.map(drop).map_err(failed)
    }

    /// Where it does not, PostgreSQL passes the table over with a notice and calls that done.
    async fn owns_the_table(&self) -> Result<bool, KeyError> {
        let owns =
            "select pg_has_role(relowner, 'USAGE') from pg_class where oid = 'spoor_keys.subject_keys'::regclass";
        sqlx::query_scalar(owns).fetch_one(&self.pool).await.map_err(failed)
    }

    /// Waits until every transaction sees what is committed now: what one of them might still look at, a vacuum keeps.
    async fn nobody_looks_back(&self) -> Result<(), KeyError> {
        let now: String = sqlx::query_scalar("select pg_snapshot_xmax(pg_current_snapshot())::text")
            .fetch_one(&self.pool)
            .await
            .map_err(failed)?;
        let waiting = async {
            loop {
                let back: bool =
                    sqlx::query_scalar(LOOKING_BACK).bind(&now).fetch_one(&self.pool).await.map_err(failed)?;
                if !back {
                    return Ok(());
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, waiting).await;
        in_time.unwrap_or_else(|_| Err(failed("an older transaction still sees what was replaced: end it")))
    }

    pub async fn status(&self) -> Result<KeyStatus, KeyError> {
        let counts = sqlx::query("select count(wrapped), count(destroyed_at) from spoor_keys.subject_keys")
            .fetch_one(&self.pool)
            .await
            .map_err(failed)?;
        let number = |column| counts.try_get::<i64, _>(column).map(unsigned).map_err(failed);
        let mut status = KeyStatus { live: number(0)?, destroyed: number(1)?, ..KeyStatus::default() };
        let rows = sqlx::query(
            "select substring(wrapped from 1 for 9), count(*) from (
                 select wrapped from spoor_keys.subject_keys where wrapped is not null
                 union all select wrapped from spoor_keys.installation_keys) as keys group by 1",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        for row in &rows {
            let by: Vec<u8> = row.try_get(0).map_err(failed)?;
            counted(&mut status, &by, unsigned(row.try_get(1).map_err(failed)?));
        }
        Ok(status)
    }

    /// The next keys in the order of subjects.
    pub async fn wrapped_after(
        &self,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<(SubjectId, Vec<u8>)>, KeyError> {
        let rows = sqlx::query(
            "select subject, wrapped from spoor_keys.subject_keys
              where ($1::uuid is null or subject > $1) and wrapped is not null order by subject limit $2",
        )
        .bind(after.map(|subject| subject.0))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        let read = |row: &sqlx::postgres::PgRow| Ok((SubjectId(row.try_get(0)?), row.try_get(1)?));
        rows.iter().map(read).collect::<Result<_, sqlx::Error>>().map_err(failed)
    }

    /// Puts keys as wrapped anew in the place of those they were made of; one that is gone meanwhile stays gone.
    pub async fn rewrap(&self, keys: Vec<Rewrapped<SubjectId>>) -> Result<(), KeyError> {
        let (mut owners, mut olds, mut news) = (Vec::new(), Vec::new(), Vec::new());
        for Rewrapped { owner, old, new } in keys {
            owners.push(owner.0);
            olds.push(old);
            news.push(new);
        }
        sqlx::query(
            "update spoor_keys.subject_keys as stored set wrapped = given.new
               from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as given (subject, old, new)
              where stored.subject = given.subject and stored.wrapped = given.old",
        )
        .bind(owners)
        .bind(olds)
        .bind(news)
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(failed)
    }

    pub async fn installation_key(&self, name: &str, draft: &[u8]) -> Result<Vec<u8>, KeyError> {
        let insert = "insert into spoor_keys.installation_keys (name, wrapped) values ($1, $2) on conflict do nothing";
        repeated(|| sqlx::query(insert).bind(name).bind(draft).execute(&self.pool)).await.map_err(failed)?;
        let select = "select wrapped from spoor_keys.installation_keys where name = $1";
        repeated(|| sqlx::query_scalar(select).bind(name).fetch_one(&self.pool)).await.map_err(failed)
    }

    pub async fn installation_keys(&self) -> Result<Vec<(String, Vec<u8>)>, KeyError> {
        let select = "select name, wrapped from spoor_keys.installation_keys";
        repeated(|| sqlx::query_as(select).fetch_all(&self.pool)).await.map_err(failed)
    }

    pub async fn rewrap_installation(&self, keys: Vec<Rewrapped<String>>) -> Result<(), KeyError> {
        let mut transaction = self.pool.begin().await.map_err(failed)?;
        for Rewrapped { owner, old, new } in keys {
            sqlx::query("update spoor_keys.installation_keys set wrapped = $3 where name = $1 and wrapped = $2")
                .bind(owner)
                .bind(old)
                .bind(new)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)
    }

    pub async fn reconciled(&self, log: &str) -> Result<Option<Reconciled>, KeyError> {
        let select = "select log_index, leaf, case when erased_until = log_index then erased end
               from spoor_keys.reconciled where log = $1";
        let found: Option<(i64, String, Option<Vec<Uuid>>)> =
            repeated(|| sqlx::query_as(select).bind(log).fetch_optional(&self.pool)).await.map_err(failed)?;
        let Some((index, leaf, erased)) = found else { return Ok(None) };
        let erased = erased.map(|ids| ids.into_iter().map(SubjectId).collect());
        Ok(Some(Reconciled { index: unsigned(index), leaf, erased }))
    }

    pub async fn set_reconciled(&self, log: &str, to: Reconciled) -> Result<(), KeyError> {
        let erased: Option<Vec<Uuid>> =
            to.erased.map(|subjects| subjects.into_iter().map(|subject| subject.0).collect());
        sqlx::query(
            "insert into spoor_keys.reconciled (log, log_index, leaf, erased, erased_until) values ($1, $2, $3, $4, $2)
             on conflict (log) do update set log_index = excluded.log_index, leaf = excluded.leaf,
                 erased = excluded.erased, erased_until = excluded.erased_until",
        )
        .bind(log)
        .bind(i64::try_from(to.index).unwrap_or(i64::MAX))
        .bind(to.leaf)
        .bind(erased)
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(failed)
    }
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> KeyError {
    KeyError::Database(error.into())
}
