//! `spoor schema`: the SDL as it is committed in `schema.graphql`.

use std::process::ExitCode;

use super::out;
use crate::graphql;

/// Prints the schema.
pub fn print() -> ExitCode {
    out::text(&sdl());
    ExitCode::SUCCESS
}

fn sdl() -> String {
    let sdl = graphql::builder().finish().sdl();
    format!("# Generated from the code: cargo run -- schema > schema.graphql\n{}\n", sdl.trim())
}

#[cfg(test)]
mod tests {
    use super::sdl;

    #[test]
    fn the_committed_schema_is_the_one_the_code_has() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema.graphql");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        let differs = sdl().lines().zip(committed.lines()).position(|(made, kept)| made != kept);
        assert!(
            sdl() == committed,
            "schema.graphql is stale (from line {:?}): run `cargo run -- schema > schema.graphql` and look at the difference",
            differs.map(|line| line + 1)
        );
    }
}
