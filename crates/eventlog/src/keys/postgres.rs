//! The keys in a PostgreSQL schema of their own.

use std::collections::HashMap;

use spoor_domain::kernel::SubjectId;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{Executor, Row};
use uuid::Uuid;

use super::{KeyError, KeyRow};
use crate::url::pg_options;

const SCHEMA: &str = include_str!("../../migrations/postgres/keys.sql");

/// The tables of schema `spoor_keys`.
pub(crate) struct KeySchema {
    pool: PgPool,
}

impl KeySchema {
    pub async fn open(url: &str) -> Result<Self, KeyError> {
        let options = pg_options(url).map_err(failed)?.0;
        let pool = PgPoolOptions::new().max_connections(4).test_before_acquire(false).connect_with(options).await;
        let pool = pool.map_err(failed)?;
        let ready: Option<String> = sqlx::query_scalar("select to_regclass('spoor_keys.installation_keys')::text")
            .fetch_one(&pool)
            .await
            .map_err(failed)?;
        if ready.is_none() {
            pool.execute(sqlx::raw_sql(SCHEMA)).await.map_err(failed)?;
        }
        Ok(Self { pool })
    }

    pub async fn rows(&self, subjects: &[SubjectId]) -> Result<HashMap<SubjectId, KeyRow>, KeyError> {
        let ids: Vec<Uuid> = subjects.iter().map(|subject| subject.0).collect();
        let rows = sqlx::query("select subject, wrapped from spoor_keys.subject_keys where subject = any($1)")
            .bind(ids)
            .fetch_all(&self.pool)
            .await
            .map_err(failed)?;
        rows.iter()
            .map(|row| Ok((SubjectId(row.try_get(0).map_err(failed)?), key_row(row.try_get(1).map_err(failed)?))))
            .collect()
    }

    pub async fn create(&self, subject: SubjectId, wrapped: Vec<u8>) -> Result<KeyRow, KeyError> {
        sqlx::query("insert into spoor_keys.subject_keys (subject, wrapped) values ($1, $2) on conflict do nothing")
            .bind(subject.0)
            .bind(wrapped)
            .execute(&self.pool)
            .await
            .map_err(failed)?;
        let stored = self.rows(&[subject]).await?.remove(&subject);
        stored.ok_or_else(|| failed(format!("the key of {subject} is gone right after it was made")))
    }

    pub async fn destroy(&self, subject: SubjectId) -> Result<(), KeyError> {
        sqlx::query(
            "insert into spoor_keys.subject_keys (subject, destroyed_at) values ($1, clock_timestamp())
             on conflict (subject) do update set wrapped = null, destroyed_at = excluded.destroyed_at
             where subject_keys.destroyed_at is null",
        )
        .bind(subject.0)
        .execute(&self.pool)
        .await
        .map_err(failed)?;
        Ok(())
    }

    pub async fn installation_key(&self, name: &str, draft: &[u8]) -> Result<Vec<u8>, KeyError> {
        sqlx::query("insert into spoor_keys.installation_keys (name, wrapped) values ($1, $2) on conflict do nothing")
            .bind(name)
            .bind(draft)
            .execute(&self.pool)
            .await
            .map_err(failed)?;
        sqlx::query_scalar("select wrapped from spoor_keys.installation_keys where name = $1")
            .bind(name)
            .fetch_one(&self.pool)
            .await
            .map_err(failed)
    }
}

fn key_row(wrapped: Option<Vec<u8>>) -> KeyRow {
    wrapped.map_or(KeyRow::Destroyed, KeyRow::Wrapped)
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> KeyError {
    KeyError::Database(error.into())
}
