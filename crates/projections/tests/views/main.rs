//! The views against a real log, on both engines: the runner, the answers, the verification.

mod runner;
mod support;
mod tally;
