//! What tests start for themselves: a private PostgreSQL cluster, gone when the test process is gone.
#![allow(clippy::expect_used, clippy::panic, reason = "only tests use this room; a test that cannot start must say so")]

mod cluster;

pub use cluster::{TestCluster, TestDatabase};
