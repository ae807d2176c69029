//! A token given to a command in a file: whose it is, and if nobody's, that somebody tried is written down as over HTTP.

use std::path::Path;

use anyhow::Context;

use crate::access_book::AccessBook;
use crate::auth::{AccessTokenVerifier, JwtJwks, Viewer};
use crate::http::Strangers;
use crate::state::AppState;

/// Who the token in this file stands for.
///
/// # Errors
/// When there are no keys to verify it with, the file cannot be read, or the token does not count; the latter stands in the access log by then.
pub async fn viewer(state: &AppState, file: &Path) -> anyhow::Result<Viewer> {
    let token = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let verifier = JwtJwks::open(&state.config.auth).map_err(|error| anyhow::anyhow!("auth.jwks_file: {error}"))?;
    match verifier.verify(token.trim()).await {
        Ok(viewer) => Ok(viewer),
        Err(error) => {
            let book = AccessBook::new(state.access.clone(), state.clock.clone());
            Strangers::new(book, state.clock.clone()).turned_away(error.into()).await;
            Err(error).with_context(|| file.display().to_string())
        }
    }
}
