//! What the running program holds: the configuration and the opened stores.

use std::sync::Arc;

use crate::config::Config;

/// Shared by every command that opens the stores. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The configuration as checked.
    pub config: Arc<Config>,
}
