//! The running program from outside.
#![allow(missing_docs, reason = "the tests are sentences")]

mod audits;
mod kill;
mod life;
mod rooms;
mod whole_life;
