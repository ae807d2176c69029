//! The command line.

use std::process::ExitCode;

/// Runs the program and says how it ended.
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}
