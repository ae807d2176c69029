//! What tests start for themselves, a private PostgreSQL cluster that is gone when the test process is gone; and how they
//! find personal values.
#![allow(clippy::expect_used, clippy::panic, reason = "only tests use this room; a test that cannot start must say so")]

mod cluster;
pub mod personal;

pub use cluster::{TestCluster, TestDatabase};
