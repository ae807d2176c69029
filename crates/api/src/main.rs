//! The `spoor` program: everything it does is in [`spoor_api::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    spoor_api::cli::run()
}
