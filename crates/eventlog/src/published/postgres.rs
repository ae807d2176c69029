//! What was published, in a PostgreSQL schema of its own.

use sqlx::Executor;
use sqlx::postgres::PgPool;

use crate::blobs::{BlobError, BlobName, failed};
use crate::connections::{self, repeated};
use crate::url::pg_options;

const SCHEMA: &str = include_str!("../../migrations/postgres/published.sql");

/// The table of schema `spoor_published`.
pub(super) struct PublishedSchema {
    pool: PgPool,
}

impl PublishedSchema {
    pub async fn open(url: &str) -> Result<Self, BlobError> {
        let options = pg_options(url).map_err(failed)?.0;
        let pool = connections::pool(connections::PUBLISHED).connect_with(options).await.map_err(failed)?;
        let ready: Option<String> = sqlx::query_scalar("select to_regclass('spoor_published.content')::text")
            .fetch_one(&pool)
            .await
            .map_err(failed)?;
        if ready.is_none() {
            pool.execute(sqlx::raw_sql(SCHEMA)).await.map_err(failed)?;
        }
        Ok(Self { pool })
    }

    pub async fn put(&self, name: &BlobName, bytes: Vec<u8>) -> Result<(), BlobError> {
        // Two who put the same content at once both succeed: it is the same content.
        let sql = "insert into spoor_published.content (sha256, bytes) values ($1, $2) on conflict (sha256) do nothing";
        repeated(|| sqlx::query(sql).bind(name.to_string()).bind(bytes.as_slice()).execute(&self.pool))
            .await
            .map(drop)
            .map_err(failed)
    }

    pub async fn get(&self, name: &BlobName) -> Result<Option<Vec<u8>>, BlobError> {
        let select = "select bytes from spoor_published.content where sha256 = $1";
        repeated(|| sqlx::query_scalar(select).bind(name.to_string()).fetch_optional(&self.pool)).await.map_err(failed)
    }
}
