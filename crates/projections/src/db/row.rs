//! A row of an answer, read by column name.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::DeserializeOwned;
use spoor_domain::kernel::Label;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, TypeInfo as _, ValueRef as _};

use super::{Arg, DbError};

/// One row, from either engine.
pub enum Row {
    /// From a file.
    Sqlite(SqliteRow),
    /// From a server.
    Postgres(PgRow),
}

impl Row {
    /// A text that may be absent.
    pub fn opt_text(&self, column: &str) -> Result<Option<String>, DbError> {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    /// A text.
    pub fn text(&self, column: &str) -> Result<String, DbError> {
        self.opt_text(column)?.ok_or_else(|| shape(column, "absent"))
    }

    /// A whole number that may be absent.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, DbError> {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    /// A whole number.
    pub fn int(&self, column: &str) -> Result<i64, DbError> {
        self.opt_int(column)?.ok_or_else(|| shape(column, "absent"))
    }

    /// A count, index or version: never negative.
    pub fn count(&self, column: &str) -> Result<u64, DbError> {
        u64::try_from(self.int(column)?).map_err(|_| shape(column, "negative"))
    }

    /// A truth.
    pub fn flag(&self, column: &str) -> Result<bool, DbError> {
        Ok(self.int(column)? != 0)
    }

    /// A day.
    pub fn day(&self, column: &str) -> Result<NaiveDate, DbError> {
        self.opt_day(column)?.ok_or_else(|| shape(column, "absent"))
    }

    /// A day that may be absent.
    pub fn opt_day(&self, column: &str) -> Result<Option<NaiveDate>, DbError> {
        self.opt_parsed(column)
    }

    /// A moment.
    pub fn moment(&self, column: &str) -> Result<DateTime<Utc>, DbError> {
        DateTime::from_timestamp_micros(self.int(column)?).ok_or_else(|| shape(column, "not a moment"))
    }

    /// A value with a text form, such as an id.
    pub fn parsed<T: FromStr>(&self, column: &str) -> Result<T, DbError> {
        self.opt_parsed(column)?.ok_or_else(|| shape(column, "absent"))
    }

    /// A value with a text form that may be absent.
    pub fn opt_parsed<T: FromStr>(&self, column: &str) -> Result<Option<T>, DbError> {
        let parse = |text: String| text.parse().map_err(|_| shape(column, "not of its form"));
        self.opt_text(column)?.map(parse).transpose()
    }

    /// A value of a closed list.
    pub fn label<T: Label>(&self, column: &str) -> Result<T, DbError> {
        let code = self.text(column)?;
        T::from_code(&code).ok_or_else(|| shape(column, &format!("'{code}' is not in {}", T::LIST)))
    }

    /// A value kept as JSON.
    pub fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, DbError> {
        serde_json::from_str(&self.text(column)?).map_err(|error| shape(column, &error.to_string()))
    }

    /// A value kept as JSON that may be absent.
    pub fn opt_json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, DbError> {
        let parse = |text: String| serde_json::from_str(&text).map_err(|error| shape(column, &error.to_string()));
        self.opt_text(column)?.map(parse).transpose()
    }

    /// The value as it is stored, whichever kind it has.
    pub fn value(&self, column: &str) -> Result<Arg, DbError> {
        let number = match self {
            Row::Sqlite(row) => row.try_get_raw(column)?.type_info().name() == "INTEGER",
            Row::Postgres(row) => row.try_get_raw(column)?.type_info().name() == "INT8",
        };
        Ok(if number { Arg::Int(self.opt_int(column)?) } else { Arg::Text(self.opt_text(column)?) })
    }
}

fn shape(column: &str, why: &str) -> DbError {
    DbError::Shape { column: column.to_owned(), why: why.to_owned() }
}
