//! The running program from outside.
#![allow(missing_docs, reason = "the tests are sentences")]

mod audits;
mod canary;
mod documents;
mod editions;
mod erasure;
mod kill;
mod life;
mod plan;
mod proof;
mod readme;
mod replay;
mod rights;
mod rooms;
mod views;
mod whole_life;
