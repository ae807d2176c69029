//! One contract for every engine: what the log promises, run over SQLite and PostgreSQL alike.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod append;
mod blobs;
mod canary;
mod checkpoints;
mod commands;
mod cqrs;
mod faults;
mod immutable;
mod keys;
mod ledger;
mod order;
mod place;
mod published;
mod reading;
mod sealing;
mod tree;

/// Makes a test per engine of each function that takes a fresh [`place::Place`].
macro_rules! on_every_engine {
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
pub(crate) use on_every_engine;
