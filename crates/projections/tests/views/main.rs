//! The views against a real log, on both engines: the runner, the answers, the verification.

mod dossiers;
mod runner;
mod support;
mod tally;
