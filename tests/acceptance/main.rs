//! The running program from outside.
#![allow(missing_docs, reason = "the tests are sentences")]

mod audits;
mod autumn;
mod canary;
mod documents;
mod editions;
mod erasure;
mod erasure_killed;
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
