//! The views against a real log, on both engines: the runner, the answers, the verification.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first thing that is not as it says")]

mod access;
mod as_of;
mod dossiers;
mod editions;
mod given_up;
mod histories;
mod lives;
mod plan;
mod plan_then;
mod publication;
mod runner;
mod sealed;
mod support;
mod tally;
mod trail;
mod training;
