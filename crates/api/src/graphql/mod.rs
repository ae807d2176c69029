//! What may be asked, by noun. The roots are merged here; limits are laid over them by [`crate::http::limits`].

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema, SchemaBuilder};

use crate::{http::limits, state::AppState};

/// The whole schema.
pub type SpoorSchema = Schema<Query, EmptyMutation, EmptySubscription>;

/// The roots, without data and without limits: enough to print the SDL.
pub fn builder() -> SchemaBuilder<Query, EmptyMutation, EmptySubscription> {
    Schema::build(Query, EmptyMutation, EmptySubscription)
}

/// The schema as served.
pub fn schema(state: &AppState) -> SpoorSchema {
    limits::harden(builder(), state.config.http.introspection).finish()
}

/// The root of all questions.
pub struct Query;

#[Object]
impl Query {
    /// The version of the program that answers.
    async fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}
