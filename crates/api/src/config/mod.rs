//! What the operator may set: `spoor.toml`, then `SPOOR_*`, then flags.

/// Everything the operator may set.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The HTTP side.
    pub http: Http,
}

/// The HTTP side.
#[derive(Clone, Debug, Default)]
pub struct Http {
    /// Whether clients may ask for the schema itself; the demo only.
    pub introspection: bool,
}
