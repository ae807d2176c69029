//! The test server, asked by the client the log uses: what a KurrentDB answers, and how it is told to fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod appending;
mod asking;
mod deleting;
mod faults;
mod nodes;
mod reading;
