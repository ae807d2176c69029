//! The running program from outside.
#![allow(missing_docs, reason = "the tests are sentences")]

/// Makes a test per engine of each function that takes the stores of an installation.
macro_rules! on_every_engine {
    ($($name:ident),+ $(,)?) => {
        $crate::on_engine!(on_embedded_stores, Embedded: $($name),+);
        $crate::on_engine!(on_postgresql, Postgres: $($name),+);
        $crate::on_engine!(on_kurrentdb, Kurrent: $($name),+);
    };
}
macro_rules! on_engine {
    ($engine:ident, $stores:ident: $($name:ident),+) => {
        mod $engine {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() -> anyhow::Result<()> {
                super::$name(acceptance::Stores::$stores).await
            })+
        }
    };
}
pub(crate) use on_engine;

mod access_log;
mod audits;
mod autumn;
mod canary;
mod documents;
mod editions;
mod erasure;
mod erasure_killed;
mod full_disk;
mod house_rules;
mod keys;
mod kill;
mod kurrentdb;
mod life;
mod moving;
mod plan;
mod proof;
mod readme;
mod replay;
mod rights;
mod rooms;
mod rotation;
mod upgrade;
mod views;
mod whole_life;
