//! Documents in a PostgreSQL schema of their own: the same bytes as the files would have, one row each.

use spoor_domain::kernel::SubjectId;
use sqlx::postgres::PgPool;
use sqlx::{Executor, Row};
use uuid::Uuid;

use super::header::HEADER_BYTES;
use super::{BlobError, BlobHeader, BlobName, Kept, failed};
use crate::connections::{self, repeated};
use crate::url::pg_options;

const SCHEMA: &str = include_str!("../../migrations/postgres/blobs.sql");

/// The table of schema `spoor_blobs`.
pub(super) struct BlobSchema {
    pool: PgPool,
}

impl BlobSchema {
    pub async fn open(url: &str) -> Result<Self, BlobError> {
        let options = pg_options(url).map_err(failed)?.0;
        let pool = connections::pool(connections::BLOBS).connect_with(options).await.map_err(failed)?;
        let ready: Option<String> = sqlx::query_scalar("select to_regclass('spoor_blobs.blob')::text")
            .fetch_one(&pool)
            .await
            .map_err(failed)?;
        if ready.is_none() {
            pool.execute(sqlx::raw_sql(SCHEMA)).await.map_err(failed)?;
        }
        Ok(Self { pool })
    }

    pub async fn put(&self, subject: SubjectId, parts: Vec<Vec<u8>>) -> Result<BlobName, BlobError> {
        let name = BlobName::of(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
        // The name is of these very bytes: whoever finds it there has nothing to add.
        let insert = "insert into spoor_blobs.blob (subject, name, sealed) values ($1, $2, $3) on conflict (subject, name) do nothing";
        let sealed = parts.concat();
        repeated(|| {
            sqlx::query(insert).bind(subject.0).bind(name.to_string()).bind(sealed.as_slice()).execute(&self.pool)
        })
        .await
        .map_err(failed)?;
        Ok(name)
    }

    pub async fn get(&self, subject: SubjectId, name: &BlobName) -> Result<Option<Vec<u8>>, BlobError> {
        let select = "select sealed from spoor_blobs.blob where subject = $1 and name = $2";
        repeated(|| sqlx::query_scalar(select).bind(subject.0).bind(name.to_string()).fetch_optional(&self.pool))
            .await
            .map_err(failed)
    }

    pub async fn remove(&self, subject: SubjectId, name: &BlobName) -> Result<(), BlobError> {
        let delete = "delete from spoor_blobs.blob where subject = $1 and name = $2";
        repeated(|| sqlx::query(delete).bind(subject.0).bind(name.to_string()).execute(&self.pool))
            .await
            .map(drop)
            .map_err(failed)
    }

    pub async fn remove_of(&self, subject: SubjectId) -> Result<u64, BlobError> {
        let removed = sqlx::query("delete from spoor_blobs.blob where subject = $1").bind(subject.0);
        Ok(removed.execute(&self.pool).await.map_err(failed)?.rows_affected())
    }

    pub async fn subjects(&self) -> Result<Vec<SubjectId>, BlobError> {
        let select = "select distinct subject from spoor_blobs.blob order by subject";
        let rows: Vec<Uuid> = repeated(|| sqlx::query_scalar(select).fetch_all(&self.pool)).await.map_err(failed)?;
        Ok(rows.into_iter().map(SubjectId).collect())
    }

    pub async fn list(&self, subject: SubjectId) -> Result<Vec<Kept>, BlobError> {
        let sql = "select name, substring(sealed from 1 for $2) from spoor_blobs.blob where subject = $1 order by name";
        let select = || sqlx::query(sql).bind(subject.0).bind(HEADER_BYTES as i32).fetch_all(&self.pool);
        let rows = repeated(select).await.map_err(failed)?;
        let mut kept = Vec::with_capacity(rows.len());
        for row in rows {
            let name: String = row.try_get(0).map_err(failed)?;
            let start: Vec<u8> = row.try_get(1).map_err(failed)?;
            let header = BlobHeader::read(&start).map(|(header, _)| header);
            kept.extend(BlobName::parse(&name).map(|name| Kept { name, header }));
        }
        Ok(kept)
    }

    pub async fn ping(&self) -> Result<(), BlobError> {
        repeated(|| sqlx::query("select 1").execute(&self.pool)).await.map(drop).map_err(failed)
    }
}
