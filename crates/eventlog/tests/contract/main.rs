//! One contract for every engine: what the log promises, run over SQLite, PostgreSQL and KurrentDB alike. KurrentDB is a server
//! in memory that speaks its protocol, or the one at the address in `KURRENTDB_URL`, each test under a prefix of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod append;
mod blobs;
mod canary;
mod checkpoints;
mod commands;
mod copying;
mod cqrs;
mod faults;
mod immutable;
mod keys;
mod kurrent;
mod kurrent_behind;
mod kurrent_damage;
mod kurrent_faults;
mod kurrent_moments;
mod ledger;
mod order;
mod place;
mod published;
mod reading;
mod roles;
mod sealing;
mod tree;
mod writable;

/// Makes a test per engine of each function that takes a fresh [`place::Place`]. Those that alter what is stored, or look at
/// it past the log, need the server in memory on KurrentDB; others only the SQL engines promise.
macro_rules! on_every_engine {
    ($($name:ident),+ $(,)? $(; past_the_log: $($past:ident),+ $(,)?)? $(; only_on_sql: $($sql:ident),+ $(,)?)?) => {
        $crate::on_sql_engines!($($name,)+ $($($past,)+)? $($($sql,)+)?);
        mod on_kurrent {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::place::Place::kurrent().await).await
            })+
            $($(#[tokio::test(flavor = "multi_thread")]
            async fn $past() {
                super::$past($crate::place::Place::kurrent_in_memory().await).await
            })+)?
        }
    };
}

/// Makes them on the SQL engines alone.
macro_rules! on_sql_engines {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::place::Place::sqlite().await).await
            })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::place::Place::postgres().await).await
            })+
        }
    };
}
pub(crate) use {on_every_engine, on_sql_engines};
